"""A simulated province from start to stop."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from foundation.clock import Clock
from foundation.problems import OperatorError, did_you_mean
from simulator.agents import Agents, Echoes, Tally
from simulator.control import Commands, ControlServer
from simulator.province import Province
from simulator.recordings import Recording, read_recording
from simulator.scenario import load_scenario
from simulator.settings import SimulatorSettings
from simulator.sockets import LoopbackSocket
from topology.network import Network

log = logging.getLogger(__name__)

_TICK: Final = 0.5
"""Seconds at most between two looks at what is due when no packet comes."""


async def simulate(
    network: Network, settings: SimulatorSettings, clock: Clock, *, started: Callable[[], None] | None = None
) -> None:
    """Play the province until cancelled; `started` is called once everything listens.

    Raises OperatorError when a port is taken, a recording can't be read or an address can't be simulated, ProblemError
    when the scenario is wrong.
    """
    recordings = await asyncio.to_thread(_recordings, network, settings)
    scenario = None if settings.scenario is None else load_scenario(settings.scenario, network)
    now = clock.now()
    province = Province(network, seed=settings.seed, now=now, scenario=scenario, recordings=recordings)
    tally = Tally()
    control = ControlServer(Commands(province, tally, clock))
    snmp = LoopbackSocket(settings.port, "the simulated SNMP agents")
    try:
        echo = LoopbackSocket(settings.echo_port, "the simulated echo services")
        try:
            await control.start(settings.control_port)
            Agents(province, snmp, clock, tally, community=settings.community, seed=settings.seed)
            Echoes(province, echo, clock, tally, seed=settings.seed)
            log.info("The simulated province answers.", extra={"devices": len(province.agents), "port": snmp.port})
            if started is not None:
                started()
            while True:
                await asyncio.sleep(_TICK)
                province.advance(clock.now())
        finally:
            await control.stop()
            echo.close()
    finally:
        snmp.close()


def _recordings(network: Network, settings: SimulatorSettings) -> dict[str, Recording]:
    found: dict[str, Recording] = {}
    for device, path in settings.recordings.items():
        if device not in network.devices:
            hint = did_you_mean(device, network.devices)
            raise OperatorError(
                f'A recording is given for "{device}", which is no device of the network. {hint}'.rstrip()
            )
        found[device] = read_recording(path)
    return found
