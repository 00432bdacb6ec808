"""The linter: each thing wrong or remarkable with a window is a sentence, in both languages, that names the remedy."""

import pytest

from alerting.maintenance.asking import ask
from alerting.maintenance.findings import Finding, Level, Linter
from alerting.maintenance.planning import WindowRefusedError
from alerting.maintenance.settings import MaintenanceSettings
from alerting.maintenance.targets import TargetKind
from alerting.maintenance.windows import NewWindow, Window
from foundation.clock import DAY, HOUR, MINUTE, SteppedClock
from tests.alerting.windows import linter_of
from topology.network import Network


def new(clock: SteppedClock, **more: object) -> NewWindow:
    values: dict[str, object] = {
        "target_kind": TargetKind.DEVICE,
        "target_id": "a1",
        "starts_at": clock.now() + HOUR,
        "ends_at": clock.now() + 2 * HOUR,
        "reason": "更换主控板",
        "approver": "李主任",
        "announced_at": clock.now() - DAY,
        **more,
    }
    return NewWindow(**values)  # type: ignore[arg-type]


def found(
    network: Network, clock: SteppedClock, *others: Window, author: str = "张三", **more: object
) -> list[Finding]:
    return linter_of(network).new(new(clock, **more), author, others, clock.now())


def test_a_window_without_fault_gives_no_finding(network: Network, clock: SteppedClock) -> None:
    assert found(network, clock) == []
    assert found(network, clock, starts_at=clock.now() - MINUTE) == [], "a form takes a while to fill in"


@pytest.mark.parametrize(
    ("more", "level", "code", "sentence"),
    [
        ({"reason": " "}, Level.REFUSE, "no-reason", "It needs a reason"),
        ({"approver": ""}, Level.REFUSE, "no-approver", "It needs an approver"),
        ({"author": ""}, Level.REFUSE, "no-author", "It needs an author"),
        ({"ends_at": 0}, Level.REFUSE, "ends-before-start", "not after its start at 2026-11-24 15:30:00 UTC+08:00"),
        ({"starts_at": 0}, Level.REFUSE, "in-the-past", "(1970-01-01 08:00:00 UTC+08:00): what was an"),
        ({"target_id": "a11"}, Level.REFUSE, "unknown-target", 'There is no device "a11". Did you mean "a1"?'),
        (
            {"target_kind": TargetKind.TAG, "target_id": "carrier=电信"},
            Level.REFUSE, "matches-nothing", "stands for no device and no link at present",
        ),
        (
            {"target_kind": TargetKind.DIVISION, "target_id": "530000"},
            Level.REFUSE, "whole-province", "plan one window for each division, device or link",
        ),
        (
            {"target_kind": TargetKind.DIVISION, "target_id": "530600"},
            Level.CONFIRM, "large", "10 of the 10 devices of Zhaotong City, and 6 agencies",
        ),
        ({"ends_at": 1 << 42}, Level.CONFIRM, "too-long", "longer than 1d 00:00:00"),
        ({"ends_at": None}, Level.NOTE, "open-ended", "without an alarm for 01:00:00"),
        ({"announced_at": None}, Level.NOTE, "not-announced", "not announced in advance"),
        ({"announced_at": 1 << 42}, Level.REFUSE, "announced-later", "which is yet to come"),
    ],
)  # fmt: skip
def test_every_fault_has_its_level_and_its_sentence(
    network: Network, clock: SteppedClock, more: dict[str, object], level: Level, code: str, sentence: str
) -> None:
    one = next(one for one in found(network, clock, **more) if one.code == code)  # type: ignore[arg-type]
    assert one.level is level
    assert sentence in one.text_en
    assert one.text.endswith("。") or "?" in one.text
    assert one.text_en.endswith((".", "?"))


def test_an_announcement_after_the_start_is_noted(network: Network, clock: SteppedClock) -> None:
    (one,) = found(network, clock, starts_at=clock.now(), announced_at=clock.now())
    assert one.code == "announced-late"


def test_what_lies_behind_counts_among_what_a_window_concerns(network: Network, clock: SteppedClock) -> None:
    """Both aggregation routers cut off their whole prefecture."""
    codes = [one.code for one in found(network, clock, target_kind=TargetKind.TAG, target_id="role=aggregation")]
    assert codes == ["large"]
    assert found(network, clock, target_id="agg-1") == [], "one of them cuts off next to nobody"


def test_windows_that_concern_the_same_objects_at_the_same_time_are_named(
    network: Network, clock: SteppedClock
) -> None:
    start, end = clock.now() + 90 * MINUTE, clock.now() + 3 * HOUR
    other = Window(7, TargetKind.DIVISION, "530627", start, end, None, "升级", "王五", "李主任", clock.now())
    (one,) = found(network, clock, other)
    assert (one.level, one.code) == (Level.CONFIRM, "overlaps")
    assert "window 7 (2026-11-24 16:00:00 – 2026-11-24 17:30:00 UTC+08:00)" in one.text_en
    assert found(network, clock, other, target_id="b1") == []
    assert found(network, clock, other, ends_at=start) == []
    cancelled = Window(7, TargetKind.DEVICE, "a1", start, end, clock.now(), "升级", "王五", "李主任", clock.now())
    assert found(network, clock, cancelled) == []


def test_a_recorded_window_is_looked_at_again(network: Network, clock: SteppedClock) -> None:
    linter = linter_of(network)
    gone = Window(1, TargetKind.DEVICE, "was-there", 0, None, None, "升级", "王五", "李主任", 0)
    endless = Window(2, TargetKind.DEVICE, "a1", clock.now() - 3 * DAY, None, None, "升级", "王五", "李主任", 0)
    assert linter.recorded(gone, [gone, endless], clock.now())[0].code == "unknown-target"
    (long, unannounced) = linter.recorded(endless, [gone, endless], clock.now())
    assert long.text_en.startswith("It has no end and has lasted for 3d 00:00:00: find out whether the work is done")
    assert unannounced.code == "not-announced"


def test_the_limits_are_the_settings(network: Network, clock: SteppedClock) -> None:
    strict = Linter(network, MaintenanceSettings.model_validate({"longest": "59 min", "large_share": 0.05}))
    assert [one.code for one in strict.new(new(clock), "张三", (), clock.now())] == ["large", "too-long"]


def test_names_become_ids_and_local_times_instants(network: Network, clock: SteppedClock) -> None:
    asked = ask(
        network, kind="site", target="镇雄县", starts_at="2026-11-24 23:30", ends_at="2026-11-25T02:00+08:00",
        reason=" 割接 ", approver="李主任", announced_at="2026-11-20 09:00", now=clock.now(),
    )  # fmt: skip
    assert (asked.target_kind, asked.target_id) == (TargetKind.DIVISION, "530627")
    assert asked.starts_at == clock.now() + 9 * HOUR
    assert asked.ends_at == clock.now() + 9 * HOUR + 150 * MINUTE
    assert asked.reason == "割接"
    line = ask(network, kind="link", target="a1/up1", starts_at="", now=clock.now())
    assert (line.target_id, line.starts_at, line.ends_at) == ("a1:county-a", clock.now(), None)
    tag = ask(network, kind="tag", target="role = access，division=镇雄县", starts_at="", now=clock.now())
    assert tag.target_id == "role=access,division=530627"


def test_what_cannot_be_read_is_told_together(network: Network, clock: SteppedClock) -> None:
    with pytest.raises(WindowRefusedError) as refused:
        ask(network, kind="sight", target="镇雄县", starts_at="tonight", ends_at="25:00", now=clock.now())
    assert [one.code for one in refused.value.findings] == ["unknown-kind", "no-start", "no-end"]
    assert 'Did you mean "site"?' in str(refused.value)
