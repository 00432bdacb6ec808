"""The collector's own gateways: what their answers and their silence tell."""

import asyncio
from itertools import chain, repeat

from collectors.reachability.gateways import Gateways, watch_gateways
from foundation.clock import SteppedClock
from foundation.messages import Gateway


def test_a_gateway_that_never_answered_tells_nothing() -> None:
    gateways = Gateways()
    assert not any(gateways.round(at, answered=False) for at in range(10))
    assert gateways.word is None


def test_one_lost_ping_is_no_loss_and_two_in_a_row_are_since_the_first() -> None:
    gateways = Gateways()
    assert gateways.round(0, answered=True)
    assert not gateways.round(2, answered=False)
    assert not gateways.round(4, answered=True)
    assert gateways.word == Gateway(answers=True, since=0, at=4)
    assert not gateways.round(6, answered=False)
    assert gateways.round(8, answered=False)
    assert gateways.word == Gateway(answers=False, since=6, at=4)
    assert not gateways.round(10, answered=False)
    assert gateways.round(12, answered=True)
    assert gateways.word == Gateway(answers=True, since=12, at=12)


def test_one_gateway_of_several_that_answers_is_enough_and_a_change_is_told_at_once() -> None:
    async def scene() -> list[Gateway | None]:
        clock, gateways, told = SteppedClock(1_000), Gateways(), list[Gateway | None]()
        second = chain((True, True), repeat(False))

        async def ping(address: str) -> bool:
            return next(second) if address == "10.0.0.2" else False

        async def pause(seconds: float) -> None:
            clock.advance(round(seconds * 1000))
            if clock.now() > 20_000:
                raise asyncio.CancelledError

        try:
            await watch_gateways(
                ["10.0.0.1", "10.0.0.2"], ping, gateways, lambda: told.append(gateways.word), clock, pause
            )
        except asyncio.CancelledError:
            return told
        return told

    assert asyncio.run(scene()) == [
        Gateway(answers=True, since=1_000, at=1_000), Gateway(answers=False, since=5_000, at=3_000),
    ]  # fmt: skip
