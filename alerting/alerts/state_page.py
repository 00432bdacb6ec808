"""The table of alert states as a page for people: what `docs/states.md` holds."""

from collections.abc import Mapping
from typing import Final

from alerting.alerts.states import TRANSITIONS, AlertState, Event, Step
from alerting.alerts.suppression import Reason

_STATES: Final[Mapping[AlertState, tuple[str, str]]] = {
    AlertState.NONE: ("无告警", "There is no open alert."),
    AlertState.PENDING: ("待定", "Seen, but not yet for as long as the rule asks. Recorded nowhere, told to nobody."),
    AlertState.FIRING: ("告警中", "It holds and has an incident."),
    AlertState.SUPPRESSED: ("已抑制", "It holds, but something else explains it; the row says why and by what."),
    AlertState.FLAPPING: ("反复", "It comes and goes so often that this is one trouble: counted, not told each time."),
    AlertState.NO_DATA: ("无数据", "It fired, and nobody can tell whether it still holds. It stays open."),
    AlertState.CLEARED_UNACKNOWLEDGED: ("已消除未确认", "It is over, and nobody has acknowledged its incident yet."),
    AlertState.CLOSED: ("已关闭", "It is over and needs nobody. A new occurrence opens a new row."),
}
_EVENTS: Final[Mapping[Event, str]] = {
    Event.SEEN: "The condition holds, or is not yet calm; nothing is due.",
    Event.DUE: "It has held as long as its rule asks.",
    Event.UNSTABLE: "It is due, and its flapping penalty is above the rule's limit.",
    Event.CALM: "Its clear condition is met, by data.",
    Event.CALM_UNTOLD: "The same, of an alert that never fired.",
    Event.BLANK: "What would tell whether it holds is not known any more.",
    Event.EXPLAINED: "It is due, and something else explains it.",
    Event.UNEXPLAINED: "What explained it is over, and it still holds.",
    Event.STEADY: "Its flapping penalty has decayed while it holds.",
    Event.STEADY_CALM: "The same while it does not hold.",
    Event.RECURRED: "It was raised anew, as a new row.",
    Event.LATE_CLEAR: "Its end is told once more, after it.",
    Event.ACKNOWLEDGED: "A person acknowledged its incident, or the incident was closed.",
    Event.RETIRED: "Its rule or its object is no longer in the files.",
}
_STEPS: Final[Mapping[Step, str]] = {
    Step.NOTHING: "Nothing.",
    Step.BEGIN: "Begin to count the time.",
    Step.WAIT: "Go on counting.",
    Step.FORGET: "Forget it: nothing was recorded.",
    Step.RAISE: "Open a row; an incident is opened or joined, people are called.",
    Step.RAISE_FLAPPING: "The same, told as flapping: from here on its coming and going is only counted.",
    Step.REPEAT: "Count it and note when it was seen last.",
    Step.REST: "Note that it does not hold at the moment; nobody is cut off by it meanwhile.",
    Step.SETTLE: "Flapping is over and it holds: an alert like any other again.",
    Step.SUPPRESS: "Record why and by what; its incident, if it has one, waits.",
    Step.RELEASE: "Raise it: nothing explains it any more.",
    Step.LOSE_SIGHT: "Keep it open and say that nothing is known; nobody is called.",
    Step.REGAIN_SIGHT: "It is there again; nobody is called again.",
    Step.CLEAR: "End the row; the incident recovers once all its alerts are over.",
    Step.CLOSE: "Nobody needs to look at it any more.",
    Step.ATTACH: "Note it at the row that ended last; nothing is opened.",
}
_REASONS: Final[Mapping[Reason, tuple[str, str]]] = {
    Reason.MAINTENANCE: ("检修", "Planned work on the device, or on either end of the line."),
    Reason.PARENT: ("上级故障", "A device, a line or an area nearer the cause has the alarm."),
    Reason.INHIBITION: ("同源抑制", "Another alert on the same object says the same: a rule's `inhibits`."),
    Reason.FLAPPING: ("反复", "A state of its own, see above: what flaps has one alert, told once."),
    Reason.STORM_DIGEST: ("风暴汇总", "Too many minor and warning alerts at once: the storm's incident lists it."),
}


def state_page() -> str:
    """The whole page, in Markdown."""
    lines = [
        "# States of an alert",
        "",
        "This page is written by `yunwei rules states`; don't edit it. A pair of state and event that the table does",
        "not list can't happen: the program stops with an error instead of guessing. An alert is open while it is",
        "firing, suppressed, flapping or no_data; of each object and rule at most one is open.",
        "",
        "## States",
        "",
        "| state | 中文 | meaning |",
        "|---|---|---|",
        *(f"| `{state}` | {word} | {meaning} |" for state, (word, meaning) in _STATES.items()),
        "",
        "## Events",
        "",
        "| event | what is found |",
        "|---|---|",
        *(f"| `{event}` | {meaning} |" for event, meaning in _EVENTS.items()),
        "",
        "## Transitions",
        "",
        "| state | event | next state | step |",
        "|---|---|---|---|",
        *(f"| `{state}` | `{event}` | `{after}` | {done} |" for (state, event), (after, done) in TRANSITIONS.items()),
        "",
        "## Steps",
        "",
        "| step | what is done |",
        "|---|---|",
        *(f"| {done} | {meaning} |" for done, meaning in _STEPS.items()),
        "",
        "## Order of suppression",
        "",
        "The first that applies is recorded with the alert and shown on the console and by the API.",
        "",
        "| | reason | 中文 | meaning |",
        "|---|---|---|---|",
        *(f"| {rank} | {one} | {word} | {text} |" for rank, (one, (word, text)) in enumerate(_REASONS.items(), 1)),
        "",
    ]
    return "\n".join(lines)
