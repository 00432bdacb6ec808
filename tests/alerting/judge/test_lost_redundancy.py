"""Lost redundancy with the shipped rules: who failed has the alarm, and what is left without a spare is told by it."""

import pytest

from alerting.maintenance.targets import TargetKind
from alerting.notify.queries import recent_messages
from foundation.clock import SECOND, SteppedClock
from storage.records.database import Records
from tests.alerting.acting_bench import act_on_changes, incidents
from tests.alerting.bench import Bench
from tests.alerting.windows import planned
from topology.network import Network

pytestmark = pytest.mark.slow

RULE = "uplink-redundancy-lost"
FIRST, SECOND_LINE = "county-b:agg-2", "county-b:county-a"


@pytest.fixture
def bench(network: Network, records: Records, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> Bench:
    act_on_changes(network, monkeypatch)
    return Bench(network, records, clock)


def messages(bench: Bench) -> list[str]:
    with bench.records.reading() as session:
        return [message.body for message in recent_messages(session, 100) if message.channel == "sms"]


def raised(bench: Bench) -> list[str]:
    """Devices whose lost redundancy was ever told by itself."""
    return [one.object_id for one in bench.history() if one.rule == RULE and one.raised_at is not None]


def test_one_uplink_cut_is_one_incident_and_one_message_and_says_who_has_no_spare(bench: Bench) -> None:
    bench.cut = {FIRST}
    bench.run(180)
    (found,) = incidents(bench)
    assert (found.rule, found.agencies, found.degraded_agencies) == ("link-down", 0, 2)
    (message,) = messages(bench)
    assert ",2单位失去冗余," in message
    alert = bench.alerts()[RULE, "county-b"]
    assert (alert.suppressed_by, alert.summary) == (
        f"link:{FIRST}", "county-b 上联线路失去冗余：county-b:agg-2 中断，2 条中 1 条可用"
    )  # fmt: skip
    bench.cut = set()
    bench.run(200)
    assert bench.alerts() == {}
    assert [one.state for one in incidents(bench)] == ["recovered"]


def test_both_uplinks_cut_at_once_are_one_incident_that_cuts_the_site_off(bench: Bench) -> None:
    bench.cut = {FIRST, SECOND_LINE}
    bench.run(180)
    (found,) = incidents(bench)
    assert (found.agencies, found.degraded_agencies) == (2, 0)
    assert len(messages(bench)) == 1
    assert (RULE, "county-b") not in bench.alerts(), "what is cut off has a greater trouble"


def test_the_alert_names_what_is_lost_now(bench: Bench) -> None:
    bench.cut = {"agg-2:core-1"}
    bench.run(90)
    bench.cut = {"agg-2:core-1", "agg-2:core-2"}
    bench.run(90)
    alert = bench.alerts()[RULE, "agg-2"]
    assert alert.summary == "agg-2 上联线路失去冗余：agg-2:core-1, agg-2:core-2 中断，3 条中 1 条可用"
    assert (alert.suppressed_by, alert.details) == ("link:agg-2:core-1", {"links": "agg-2:core-1, agg-2:core-2"})
    bench.cut = {"agg-2:core-2"}
    bench.run(90)
    assert bench.alerts()[RULE, "agg-2"].suppressed_by == "link:agg-2:core-2"
    assert raised(bench) == []


def test_a_line_of_which_no_rule_tells_has_its_lost_redundancy_told_by_itself(
    network: Network, records: Records, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    act_on_changes(network, monkeypatch)
    made = Bench(network, records, clock)
    rules = dict(made.rules.rules)
    del rules["link-down"]
    made.rules = type(made.rules)(rules)
    bench = made.again(settled=True)
    bench.cut = {FIRST}
    bench.run(120)
    (found,) = incidents(bench)
    assert (found.rule, found.title, found.runbook) == (RULE, "昭通市 彝良县 county-b 上联线路失去冗余", RULE)


def test_a_return_that_must_last_is_no_alarm_of_its_own_meanwhile(
    network: Network, records: Records, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    act_on_changes(network, monkeypatch)
    made = Bench(network, records, clock)
    slow = made.rules.rules[RULE].model_copy(update={"clear_hold": 120 * SECOND})
    made.rules = type(made.rules)({**made.rules.rules, RULE: slow})
    bench = made.again(settled=True)
    bench.cut = {FIRST}
    bench.run(90)
    bench.cut = set()
    bench.run(30)
    # Planned work that begins and ends has all that is wrong there explained again.
    now = bench.clock.now()
    planned(bench.records, bench.network, now, TargetKind.DEVICE, "county-b", now, now + 20 * SECOND)
    bench.run(60)
    assert (RULE, "county-b") in bench.alerts(), "it must last for longer"
    assert raised(bench) == []
