"""What outages of many agencies cost the judge, through the whole engine.

Run: python -m bench.outages

300 agencies of the sample province fail at one moment, all over it, each for a reason of its own: 300 alerts, no common
cause, and looking for one costs at most 0.3 s CPU. Then a county loses its power: one alert.
"""

import tempfile
import time
from pathlib import Path
from random import Random

from prometheus_client import CollectorRegistry

from alerting.changes import AlertChange, ChangeKind
from alerting.engine.engine import Engine
from alerting.rules.loader import RuleSet, load_rules
from alerting.settings import JudgingSettings
from bench.acting import HOME, START, NobodyActs, observation
from foundation.bus import Bus
from foundation.clock import SECOND, SteppedClock
from foundation.messages import Observation, PollRequest, Reach
from storage.records.base import Base
from storage.records.database import Records
from topology.loader import load_network
from topology.model import Role
from topology.network import Network

SECONDS = 40


def fail(network: Network, rules: RuleSet, directory: Path, dead: set[str]) -> tuple[float, list[AlertChange]]:
    """The CPU of 40 s in which all devices are looked at every 10 s, and what was raised; `dead` are dead from the
    beginning, and a miss is confirmed after 6 s."""
    records = Records(f"sqlite:///{directory / f'records-{len(dead)}-{len(rules.rules)}.sqlite'}")
    Base.metadata.create_all(records.engine)
    clock, bus, acting = SteppedClock(START), Bus(), NobodyActs()
    requests = bus.subscribe("bench", PollRequest)
    engine = Engine(network, rules, records, bus, clock, acting, CollectorRegistry(), JudgingSettings())
    engine.load()
    devices = list(network.devices)
    for _ in range(3):
        bus.publish_all(observation(network, device, clock.now()) for device in devices)
        engine.turn()
        clock.advance(10 * SECOND)
    places = {
        device: number * 50 // len(devices) for number, device in enumerate(Random(1).sample(devices, len(devices)))
    }
    missed: dict[str, int] = {}
    asked: set[str] = set()
    spent = 0.0
    for step in range(SECONDS * 5):
        clock.advance(200)
        now = clock.now()
        looks = [device for device in devices if places[device] == step % 50 or device in asked]
        found = [observation(network, device, now) for device in looks if device not in dead]
        for device in looks:
            if device in dead:
                missed.setdefault(device, now)
        found += [
            Observation(device, now, Reach.MISSED, missed_since=since)
            for device, since in missed.items()
            if now >= since + 6 * SECOND and (now - since) % (6 * SECOND) == 0
        ]
        bus.publish_all(found)
        started = time.process_time()
        engine.turn()
        spent += time.process_time() - started
        asked = {device for one in requests.take() if isinstance(one, PollRequest) for device in one.devices}
    records.close()
    return spent, [change for change in acting.changes if change.kind is ChangeKind.RAISED]


def main() -> None:
    """Run all and print the figures."""
    network = load_network(HOME / "topology.yaml", HOME / "agencies.csv")
    rules = load_rules(HOME / "rules")
    alone = RuleSet({key: rule for key, rule in rules.rules.items() if rule.kind != "common-cause"})
    access = sorted(device.id for device in network.devices.values() if device.role is Role.ACCESS)
    scattered = set(Random(7).sample(access, 300))
    county = {device for device in access if network.devices[device].county == "530627"}
    with tempfile.TemporaryDirectory() as directory:
        quiet, _ = fail(network, rules, Path(directory), set())
        without, _ = fail(network, alone, Path(directory), scattered)
        spent, raised = fail(network, rules, Path(directory), scattered)
        print(f"{SECONDS} s of the quiet province: {quiet:.2f} s CPU")
        print(f"300 agencies fail, each alone: {spent - quiet:.2f} s CPU more, with the records")
        print(f"  of which looking for common causes takes {spent - without:.2f} s")
        grouped = [change.object_id for change in raised if change.rule not in ("device-down", "link-down")]
        right = spent - without <= 0.3 and len(raised) == len(scattered) and not grouped
        print(f"  target ≤ 0.3 s, and 300 alerts, none of a common cause: {'reached' if right else 'MISSED'}")
        spent, raised = fail(network, rules, Path(directory), county)
        print(f"power cut of {len(county)} agencies in 530627: {spent - quiet:.2f} s CPU more, {len(raised)} alert(s):")
        for change in raised:
            print(f"  {change.summary}")


if __name__ == "__main__":
    main()
