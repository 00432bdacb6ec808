"""The small network and the whole sample province, each as a platform is configured with it."""

import pytest

from alerting.oncall.roster import load_roster
from alerting.rules.loader import load_rules
from alerting.runbooks.loader import load_runbooks
from foundation.clock import SteppedClock
from storage.records.database import Records
from tests.alerting.incidents.scene import roster
from tests.networks import small_network
from tests.system.agents import ROOT
from tests.system.scenarios.world import Province, World
from topology.loader import load_network


@pytest.fixture
def records(sqlite_records: Records) -> Records:
    """Scenarios are about behaviour: one kind of database shows it. The rooms' own tests run on each kind."""
    return sqlite_records


@pytest.fixture(scope="session")
def small() -> Province:
    """The small network with the shipped rules and runbooks."""
    network = small_network()
    rules = load_rules(ROOT / "rules")
    return Province(network, rules, load_runbooks(ROOT / "runbooks", rules), roster(network))


@pytest.fixture(scope="session")
def whole() -> Province:
    """The sample province with the shipped rules, runbooks and roster."""
    network = load_network(ROOT / "topology.yaml", ROOT / "agencies.csv")
    rules = load_rules(ROOT / "rules")
    return Province(network, rules, load_runbooks(ROOT / "runbooks", rules), load_roster(ROOT / "roster.yaml", network))


@pytest.fixture
def world(small: Province, records: Records, clock: SteppedClock) -> World:
    """The small network, well."""
    return World(small, records, clock)


@pytest.fixture
def province(whole: Province, records: Records, clock: SteppedClock) -> World:
    """The sample province, well."""
    return World(whole, records, clock)
