"""The SNMP agents and echo services of the province behind their two sockets."""

import asyncio
from dataclasses import dataclass
from random import Random
from typing import Final

from foundation.clock import Clock
from simulator.ber import BerError
from simulator.curve import Moment
from simulator.messages import parse_request
from simulator.province import Agent, Province
from simulator.sockets import LoopbackSocket, Peer

GATEWAY: Final = bytes((127, 255, 255, 254))
"""Where the collector's gateway answers: it stands before the province, and lives whatever fails in it."""

_WAITING: Final = 20_000
"""Answers that may be under way late at once; more are lost, as in a full queue."""


@dataclass(slots=True)
class Tally:
    """What has come in since the start."""

    requests: int = 0
    """Well-formed SNMP requests with the right community, to a device that exists."""
    answers: int = 0
    malformed: int = 0
    wrong_community: int = 0
    unknown_address: int = 0
    unanswered: int = 0
    """Requests and echoes to devices that are dead, cut off or silent, or lost on the way."""
    echoes: int = 0


class _Late:
    """Sends at once, or late, or not at all, as the faults on a device say."""

    def __init__(self, socket: LoopbackSocket, random: Random) -> None:
        self._socket = socket
        self._random = random
        self._waiting = 0

    def lost(self, agent: Agent) -> bool:
        """Whether a packet to or from the device gets lost."""
        return agent.loss > 0 and self._random.random() < agent.loss

    def send(self, agent: Agent, data: bytes, source: bytes, peer: Peer) -> None:
        lag = agent.lag
        if lag is None:
            self._socket.send(data, source, peer)
        elif self._waiting < _WAITING:
            self._waiting += 1
            late = max(0.0, lag.delay + self._random.uniform(-lag.jitter, lag.jitter)) / 1000
            asyncio.get_running_loop().call_later(late, self._send_late, data, source, peer)

    def _send_late(self, data: bytes, source: bytes, peer: Peer) -> None:
        self._waiting -= 1
        if not self._socket.closed:
            self._socket.send(data, source, peer)


class Agents:
    """Answers SNMP for every device of the province."""

    def __init__(
        self, province: Province, socket: LoopbackSocket, clock: Clock, tally: Tally, *, community: str, seed: int
    ) -> None:
        self._province = province
        self._clock = clock
        self._tally = tally
        self._community = community.encode()
        self._moment = Moment(clock.now())
        self._late = _Late(socket, Random(f"{seed}/agents"))  # noqa: S311 - repeatable, no secret
        socket.start(self._begin, self._take)

    def _begin(self) -> None:
        self._moment = Moment(self._province.advance(self._clock.now()))

    def _take(self, data: bytes, destination: bytes, peer: Peer) -> None:
        tally = self._tally
        agent = self._province.by_address.get(destination)
        if agent is None:
            tally.unknown_address += 1
            return
        if not agent.alive or agent.silent or self._late.lost(agent):
            tally.unanswered += 1
            return
        try:
            request = parse_request(data)
            if request.community != self._community:
                tally.wrong_community += 1
                return
            answer = self._province.answerer(agent).answer(request, self._moment)
        except BerError:
            tally.malformed += 1
            return
        tally.requests += 1
        if self._late.lost(agent):
            tally.unanswered += 1
            return
        tally.answers += 1
        self._late.send(agent, answer, destination, peer)


class Echoes:
    """Answers RFC 862 echo for every device that can be pinged, and for the collector's own gateway."""

    def __init__(self, province: Province, socket: LoopbackSocket, clock: Clock, tally: Tally, *, seed: int) -> None:
        self._province = province
        self._socket = socket
        self._clock = clock
        self._tally = tally
        self._late = _Late(socket, Random(f"{seed}/echoes"))  # noqa: S311 - see above
        socket.start(self._begin, self._take)

    def _begin(self) -> None:
        self._province.advance(self._clock.now())

    def _take(self, data: bytes, destination: bytes, peer: Peer) -> None:
        agent = self._province.by_address.get(destination)
        if agent is None and destination == GATEWAY:
            self._tally.echoes += 1
            self._socket.send(data, destination, peer)
        elif agent is None:
            self._tally.unknown_address += 1
        elif not agent.alive or self._late.lost(agent) or self._late.lost(agent):
            self._tally.unanswered += 1
        else:
            self._tally.echoes += 1
            self._late.send(agent, data, destination, peer)
