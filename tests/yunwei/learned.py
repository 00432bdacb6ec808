"""A configuration directory in which the platform has run and learned its devices."""

import asyncio
import shutil
from collections.abc import Mapping
from pathlib import Path

from alerting.timeline.heartbeat import beat
from alerting.timeline.track import DEVICE, Track
from alerting.timeline.writer import write_intervals
from collectors.facts import Facts, FactsWriter
from foundation.clock import MINUTE, SteppedClock
from foundation.messages import State
from tests.collectors.neighbours.seeing import T0, facts, wires
from topology.loader import load_network
from topology.network import Network
from yunwei.settings import load_settings
from yunwei.workspace import open_records

PROVINCE = Path(__file__).parents[1] / "system" / "small_province"


def directory(path: Path) -> Network:
    """Write the small province's configuration; nothing has run yet."""
    for name in ("topology.yaml", "agencies.csv"):
        shutil.copy(PROVINCE / name, path / name)
    settings = "credentials: { default: { community: { value: public } } }\n"
    (path / "yunwei.yaml").write_text(settings, encoding="utf-8")
    return load_network(path / "topology.yaml", path / "agencies.csv")


def learn(
    path: Path, known: Mapping[str, Facts], *, down: str = "", tuning: Mapping[str, object] | None = None
) -> None:
    """Keep what a platform would have learned: facts, states, a sign of life."""
    records = open_records(path, load_settings(path))
    clock = SteppedClock(T0)

    async def keep() -> None:
        writer = FactsWriter(
            records, clock, lambda: {} if tuning is None else {device: dict(tuning) for device in known}
        )
        for device, one in known.items():
            if one.inventory is not None:
                writer.keep(device, one.inventory)
        await writer.stop()

    asyncio.run(keep())
    track = Track(DEVICE, {})
    effects = track.begin(list(known), T0, "")
    for device in known:
        effect = track.enter(device, State.DOWN if device == down else State.UP, T0 + MINUTE, cause="")
        assert effect is not None
        effects.append(effect)
    with records.transaction() as session:
        write_intervals(session, effects)
        beat(session, T0 + 2 * MINUTE)
    records.close()


def as_declared(network: Network) -> dict[str, Facts]:
    """Facts of a network that is wired as the topology says."""
    return facts(network, wires(network))
