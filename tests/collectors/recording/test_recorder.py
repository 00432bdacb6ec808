"""Recording a device that answers, one that stumbles and one that falls silent."""

import asyncio
from pathlib import Path

import pytest

from collectors.recording import IDENTITY, Recorded, Recorder, RecordingFile, RecordingLimits, open_session
from collectors.recording.records import Oid, Record
from collectors.snmp.credentials import community_login
from foundation.clock import SystemClock
from foundation.problems import OperatorError
from simulator.recordings import read_recording
from tests.collectors import ber
from tests.collectors.agent import Agent, Behaviour, closing, honest, router, silent, start_agent
from tests.collectors.ber import Request

pytestmark = pytest.mark.slow

PORTS = {number: f"GigabitEthernet0/0/{number}" for number in range(1, 9)}
OBJECTS = router(PORTS)


async def no_rest(_: float) -> None:
    """The device needs none here."""
    await asyncio.sleep(0)


async def record(
    file: RecordingFile, behaviour: Behaviour = honest, *, objects: dict[str, bytes] = OBJECTS, most: int = 10_000
) -> tuple[Recorded, Agent]:
    """Record an agent into a file."""
    with closing(await start_agent(dict(objects))) as agent:
        agent.behaviour = behaviour
        login = community_login("public")
        session = await open_session("127.0.0.1", agent.port, login, timeout=0.25, retries=0)
        limits = RecordingLimits(requests_per_second=1_000_000, objects=most)
        recorder = Recorder(session, SystemClock(), limits, rest=no_rest)
        try:
            last = file.before[-1].oid if file.before else None
            return await recorder.run(file.write, last=last), agent
        finally:
            file.pause()
            session.close()


def oids(path: Path) -> list[Oid]:
    return read_recording(path).oids


def wanted() -> list[Oid]:
    return sorted(tuple(map(int, oid.split("."))) for oid in OBJECTS)


def test_everything_is_recorded_in_order_with_few_requests(tmp_path: Path) -> None:
    file = RecordingFile(tmp_path / "r1.snmprec")
    state, agent = asyncio.run(record(file))
    assert (state.complete, state.objects, state.skipped) == (True, len(OBJECTS), [])
    assert file.finish(anonymous=False) == len(OBJECTS)
    assert oids(file.path) == wanted()
    assert len(agent.requests) <= len(OBJECTS) / 25 + 5
    assert not file.part.exists()


def test_what_is_recorded_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    file = RecordingFile(tmp_path / "r1.snmprec")
    asyncio.run(record(file))
    assert file.part.stat().st_mode & 0o077 == 0
    file.finish(anonymous=False)
    assert file.path.stat().st_mode & 0o077 == 0


def test_an_agent_that_can_not_take_many_objects_is_asked_for_fewer(tmp_path: Path) -> None:
    def weak(agent: Agent, request: Request) -> list[bytes]:
        return [agent.answer(request)] if request.repetitions <= 2 else []

    file = RecordingFile(tmp_path / "r1.snmprec")
    state, _ = asyncio.run(record(file, weak))
    assert (state.complete, state.objects) == (True, len(OBJECTS))


def test_an_object_that_kills_every_answer_is_stepped_over_and_named(tmp_path: Path) -> None:
    def touchy(agent: Agent, request: Request) -> list[bytes]:
        if request.kind == ber.GET:
            return [agent.answer(request)]
        after = tuple(map(int, request.oids[0].split(".")))
        following = [oid for oid in wanted() if oid > after][: request.repetitions]
        return [] if wanted()[20] in following else [agent.answer(request)]

    file = RecordingFile(tmp_path / "r1.snmprec")
    state, _ = asyncio.run(record(file, touchy))
    assert state.complete
    assert state.skipped == [wanted()[19]]
    file.finish(anonymous=False)
    assert set(wanted()) - set(oids(file.path)) == {wanted()[20]}


def after_some(count: int) -> Behaviour:
    """An agent that dies after so many answers."""
    left = iter(range(count))

    def mortal(agent: Agent, request: Request) -> list[bytes]:
        return [agent.answer(request)] if next(left, None) is not None else []

    return mortal


def test_a_recording_broken_off_by_silence_is_gone_on_with_where_it_stopped(tmp_path: Path) -> None:
    path = tmp_path / "r1.snmprec"
    first, _ = asyncio.run(record(RecordingFile(path), after_some(2)))
    assert (first.complete, first.silent, first.objects) == (False, True, 50)
    again = RecordingFile(path)
    assert len(again.before) == 50
    second, _ = asyncio.run(record(again))
    assert (second.complete, second.objects) == (True, len(OBJECTS) - 50)
    assert again.finish(anonymous=False) == len(OBJECTS)
    assert oids(path) == wanted()


def test_a_line_cut_off_with_the_process_is_recorded_again(tmp_path: Path) -> None:
    path = tmp_path / "r1.snmprec"
    asyncio.run(record(RecordingFile(path), after_some(2)))
    part = path.with_name("r1.snmprec.part")
    part.write_text(part.read_text()[:-4])
    again = RecordingFile(path)
    assert len(again.before) == 49
    asyncio.run(record(again))
    again.finish(anonymous=False)
    assert oids(path) == wanted()


def test_the_part_of_another_device_is_not_mixed_in(tmp_path: Path) -> None:
    file = RecordingFile(tmp_path / "r1.snmprec")
    asyncio.run(record(file, after_some(2)))
    again = RecordingFile(tmp_path / "r1.snmprec")
    again.check_device([Record(IDENTITY[1], 4, b"r1")])
    with pytest.raises(OperatorError, match="a part of another device"):
        again.check_device([Record(IDENTITY[1], 4, b"r2")])


def test_a_recording_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "r1.snmprec"
    path.write_text("precious")
    with pytest.raises(OperatorError, match=r"exists\. Move it away"):
        RecordingFile(path)


def test_an_agent_that_never_ends_is_ended_at_the_limit(tmp_path: Path) -> None:
    def endless(agent: Agent, request: Request) -> list[bytes]:
        after = tuple(map(int, request.oids[0].split(".")))
        stem = after if len(after) > 8 else (1, 3, 6, 1, 2, 1, 2, 1, 1)
        rows = [(".".join(map(str, (*stem[:-1], stem[-1] + step))), ber.integer(1)) for step in range(1, 11)]
        return [ber.answer(request, rows)]

    state, _ = asyncio.run(record(RecordingFile(tmp_path / "r1.snmprec"), endless, most=500))
    assert (state.complete, state.objects >= 500) == (False, True)


def test_silence_from_the_start_is_silence(tmp_path: Path) -> None:
    file = RecordingFile(tmp_path / "r1.snmprec")
    state, _ = asyncio.run(record(file, silent))
    assert (state.silent, state.objects) == (True, 0)
    assert not file.part.exists()
