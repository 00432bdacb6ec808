"""Puts the real responder behind the engine's bench, so that what is judged becomes incidents and messages."""

from pathlib import Path

import pytest

from alerting.incidents.queries import recent_incidents
from alerting.incidents.responder import IncidentResponder
from alerting.incidents.settings import ActingSettings
from alerting.incidents.views import IncidentView
from alerting.runbooks.loader import load_runbooks
from tests.alerting import bench
from tests.alerting.bench import default_rules
from tests.alerting.incidents.scene import roster
from topology.network import Network

RUNBOOKS = Path(__file__).parents[2] / "runbooks"


def act_on_changes(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every bench made from here on hands its changes to the real responder, with the shipped rules and runbooks."""
    runbooks = load_runbooks(RUNBOOKS, default_rules())
    monkeypatch.setattr(
        bench, "RecordingResponder", lambda: IncidentResponder(network, runbooks, roster(network), ActingSettings())
    )


def incidents(made: bench.Bench) -> list[IncidentView]:
    """All incidents, the oldest first."""
    with made.records.reading() as session:
        return list(reversed(recent_incidents(session)))
