"""What changed settings and rosters mean for people, in sentences: whom no channel reaches any more, what no longer
climbs. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from alerting.oncall.roster import Roster
from yunwei.differences.chosen import NONE, Chosen

_CHANNELS: Final = {"notify.smtp": ("邮件", "e-mails"), "notify.sms": ("短信", "text messages")}
_CLASSES: Final = {
    "first": ("一级", "class 1"), "second": ("二级", "class 2"),
    "third": ("三级", "class 3"), "fourth": ("四级", "class 4"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Effect:
    """One sentence."""

    zh: str
    en: str
    silences: bool
    """Somebody is told less, or later."""


def changes(before: Chosen, after: Chosen) -> Mapping[str, tuple[str, str]]:
    """The keys whose text differs, with what it was and is. Of a part that comes or goes only its own key."""
    differing = {
        key: (before.get(key, NONE), after.get(key, NONE))
        for key in {**before, **after}
        if before.get(key, NONE) != after.get(key, NONE)
    }
    return {key: pair for key, pair in differing.items() if not any(key.startswith(f"{one}.") for one in differing)}


def unreached(before: tuple[Chosen, Roster], after: tuple[Chosen, Roster]) -> list[str]:
    """The names of people whom some channel reached and none reaches now; those who left the roster are among them."""
    still = _reached(*after)
    return [name for person, name in _reached(*before).items() if person not in still]


def effects(changed: Mapping[str, tuple[str, str]]) -> list[Effect]:
    """Sentences on what matters most; what else differs stands in the table of differences."""
    found = [effect for key, (old, new) in changed.items() if (effect := _effect(key, old, new)) is not None]
    return sorted(found, key=lambda effect: not effect.silences)


def _effect(key: str, old: str, new: str) -> Effect | None:
    if key in _CHANNELS:
        zh, en = _CHANNELS[key]
        if new == NONE:
            return Effect(
                f"{zh}渠道已关闭：不再向任何人发送{zh}。",
                f"The channel is switched off: nobody gets {en} any more.",
                True,
            )
        return Effect(
            f"{zh}渠道已开启。",
            f"The channel is switched on: people get {en}.",
            False,
        )
    if key.startswith("acting.fault_classes."):
        name, field = key.split(".")[2], key.split(".", 3)[3]
        return _of_class(*_CLASSES[name], field, old, new)
    if key == "acting.close_recovered_after" and new != NONE:
        return Effect(
            f"已恢复而无人关闭的事件将在 {new} 后自动关闭。",
            f"Recovered incidents that nobody closed close after {new}.",
            False,
        )
    if key == "collector.pinger" and new == "off":
        return Effect(
            "不再发送 ping：代理无应答的设备将被判为中断。",
            "Nothing is pinged any more: a device whose agent is silent is taken for down.",
            False,
        )
    if key == "notify.per_person" and int(new) < int(old):
        return Effect(
            f"每人在限定时间内最多收到 {new} 条消息（原为 {old} 条），其余合并为摘要。",
            f"A person gets at most {new} messages at a time instead of {old}; the rest are merged into a digest.",
            True,
        )
    return None


def _of_class(zh: str, en: str, field: str, old: str, new: str) -> Effect | None:
    if field == "call_leader" and new == "no":
        return Effect(
            f"{zh}故障不再立即通知带班领导。",
            f"The leader on duty is not called at once any more for {en}.",
            True,
        )
    if field == "limits.escalate_after":
        steps = [0 if text == NONE else len(text.split(", ")) for text in (old, new)]
        if steps[1] < steps[0]:
            return Effect(
                f"{zh}故障无人确认时的升级由 {steps[0]} 步减为 {steps[1]} 步（{old} → {new}）。",
                f"An unacknowledged incident of {en} climbs {steps[1]} steps instead of {steps[0]} ({old} → {new}).",
                True,
            )
        return Effect(
            f"{zh}故障的升级时限：{old} → {new}。",
            f"Incidents of {en} climb after {new} (before: {old}).",
            False,
        )
    if field.startswith("criteria."):
        return Effect(
            f"{zh}故障的判定条件 {field[9:]}：{old} → {new}。",
            f"What belongs to {en} changes: {field[9:]} {old} → {new}.",
            False,
        )
    return None


def _reached(said: Chosen, roster: Roster) -> Mapping[str, str]:
    """People's names by id."""
    people: Iterable[tuple[str, str, str, str]] = (
        (person.id, person.name, person.phone, person.email)
        for centre in roster.centres.values()
        for person in centre.people.values()
    )
    by_sms, by_mail = said.get("notify.sms", NONE) != NONE, said.get("notify.smtp", NONE) != NONE
    return {key: name for key, name, phone, email in people if (phone and by_sms) or (email and by_mail)}
