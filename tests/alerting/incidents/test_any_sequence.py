"""Whatever happens in whatever order, the incidents stay consistent."""

from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from alerting.audit.log import verify
from alerting.changes import ChangeKind
from alerting.incidents import queries
from alerting.incidents.tables import EscalationStep, Incident, IncidentAlert
from alerting.notify.tables import OutboxMessage
from foundation.clock import MINUTE
from foundation.problems import OperatorError
from tests.alerting.acting_records import empty
from tests.alerting.incidents.scene import Scene

pytestmark = pytest.mark.slow

DEVICES = ("a1", "county-a", "core-1")
RULES = ("device-down", "cpu-high", "snmp-silent")
ALERT_IDS = {(device, rule): 1 + index for index, (device, rule) in enumerate((d, r) for d in DEVICES for r in RULES)}

Step = tuple[ChangeKind, str, str, set[str]] | str
devices = st.sampled_from(DEVICES)
changes = st.tuples(st.sampled_from(list(ChangeKind)), devices, st.sampled_from(RULES), st.sets(devices))
acts = st.sampled_from(["acknowledge", "close", "due", "wait"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(changes | acts, min_size=4, max_size=14), st.integers(0, 3))
def test_incidents_stay_consistent(scene: Scene, steps: list[Step], pick: int) -> None:
    empty(scene.records)
    for step in steps:
        scene.clock.advance(7 * MINUTE)
        if not isinstance(step, str):
            kind, device, rule, cut = step
            scene.respond(scene.change(kind, ALERT_IDS[device, rule], device, rule=rule, cut=cut, by="maintenance:1"))
        elif step == "due":
            scene.due()
        else:
            _act(scene, step, pick)
        _check(scene)


def _act(scene: Scene, act: str, pick: int) -> None:
    with scene.records.reading() as session:
        found = queries.recent_incidents(session)
    if not found or act == "wait":
        return
    chosen = found[pick % len(found)]
    # What is not possible in its state is refused; the checks say that a refusal changes nothing wrongly.
    with suppress(OperatorError):
        if act == "acknowledge":
            scene.acknowledge(chosen.id)
        else:
            scene.close(chosen.id)


def _check(scene: Scene) -> None:
    with scene.records.reading() as session:
        assert verify(session).whole
        views = {view.id: view for view in queries.recent_incidents(session)}
        members: dict[int, list[str]] = {}
        for incident, state in session.execute(select(IncidentAlert.incident, IncidentAlert.state)):
            members.setdefault(incident, []).append(state)
        for view in views.values():
            open_rows = [entry for entry in queries.impact(session, view.id) if entry.until_at is None]
            counted = Counter(entry.kind for entry in open_rows)
            assert counted["agency"] == view.agencies
            assert counted["county"] == view.counties
            assert counted["private_network"] == view.private_networks
            assert view.most_agencies >= view.agencies
            assert (view.state == "recovered") <= (set(members[view.id]) == {"cleared"})
            assert ("firing" in members[view.id]) <= (view.state in {"open", "acknowledged"})
            assert (view.closed_at is not None) == (view.state == "closed")
            if view.state != "open":
                waiting = select(func.count()).where(
                    EscalationStep.incident == view.id, EscalationStep.state == "waiting"
                )
                assert session.scalar(waiting) == 0
        # An alert is a living member of one incident at most.
        twice = (
            select(IncidentAlert.alert)
            .join(Incident, Incident.id == IncidentAlert.incident)
            .where(Incident.state != "closed")
            .group_by(IncidentAlert.alert)
            .having(func.count() > 1)
        )
        assert session.scalars(twice).all() == []
        # Nobody is told the same twice by the same way.
        keys = session.scalars(select(OutboxMessage.idempotency_key)).all()
        assert len(keys) == len(set(keys))
