"""`yunwei rules test`: stored metrics judged again, from the store itself or through the running platform."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from alerting.survey.past import MOST_OBJECTS
from foundation.calendar import parse
from foundation.clock import HOUR
from foundation.problems import OperatorError
from storage.metrics.duckdb_store import DuckDbStore
from storage.metrics.store import Aggregate, Measurement, RankQuery
from tests.system.small import Ports, write_configuration
from tests.yunwei.replayed import SPOILT, keep, spoilt, warm
from yunwei.control.server import ControlServer
from yunwei.lending import Lending, borrow, sweep
from yunwei.lent_files import PREFIX
from yunwei.lent_ranks import COMMAND, BorrowedRanks, LentRanks
from yunwei.main import app, main

runner = CliRunner()
AT = "2025-06-03 10:00"
"""A past morning."""
DEVICE, OTHER = "530000-CR1", "530000-CR2"

RULE = """\
rules:
  - id: cpu-warm
    kind: threshold
    metric: cpu
    when: "> 50 %"
    clear: "< 40 %"
    for: 5 min
    severity: warning
    summary: "{device} {metric} {value} {unit}"
    summary_en: "{device}: {metric_en} {value} {unit}"
  - id: fan
    kind: health-state
    health: fan
    severity: minor
    summary: "{device}"
    summary_en: "{device}"
"""


@pytest.fixture
def province(tmp_path: Path) -> Path:
    """A small province with an hour of metrics, and a file of rules to test beside it."""
    write_configuration(tmp_path / "province", Ports())
    keep(tmp_path / "province", warm(DEVICE, parse(AT)))
    (tmp_path / "tested.yaml").write_text(RULE, encoding="utf-8")
    return tmp_path / "province"


@pytest.fixture
def store(province: Path) -> Iterator[DuckDbStore]:
    """Its metrics, as a running platform holds them open."""
    found = DuckDbStore(province / "data" / "metrics.duckdb")
    yield found
    found.close()


def asked(province: Path, *more: str) -> list[str]:
    """The command's words."""
    return ["rules", "test", str(province.parent / "tested.yaml"), "--config", str(province), *more]


@pytest.mark.slow
def test_what_would_have_fired_is_shown_to_programs_and_people(province: Path) -> None:
    result = runner.invoke(app, asked(province, "--at", AT, "--json"))
    assert result.exit_code == 0, result.output
    shown = json.loads(result.output)
    (alert,) = shown["alerts"]
    assert (alert["rule"], alert["object_id"], alert["severity"]) == ("cpu-warm", DEVICE, "warning")
    assert alert["started_at"] == parse("2025-06-03 09:30")
    assert parse("2025-06-03 09:35") <= alert["fired_at"] <= parse("2025-06-03 09:36")
    assert parse("2025-06-03 09:45") <= alert["cleared_at"] <= parse("2025-06-03 09:46")
    assert shown["not_judged"] == {"fan": "metrics keep no states of parts"}
    people = runner.invoke(app, asked(province, "--at", AT, "--since", "2025-06-03 09:20"), env={"COLUMNS": "220"})
    assert people.exit_code == 0, people.output
    assert "cpu-warm" in people.output
    assert "1 fired" in people.output
    assert "Not judged, or only in part: fan: metrics keep no states of parts." in people.output


@pytest.mark.slow
def test_a_time_without_the_trouble_shows_nothing(province: Path) -> None:
    result = runner.invoke(app, asked(province, "--at", "2025-06-03 09:25", "--since", "20 min"))
    assert result.exit_code == 0, result.output
    assert "these rules would have told nothing" in " ".join(result.output.split())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--at", "yesterday"], '--at is no time: "yesterday".'),
        (["--at", AT, "--since", "long ago"], "--since is neither a time nor a length of time"),
        (["--at", AT, "--since", "2025-06-03 11:00"], "--since must lie before --at."),
        (["--at", AT, "--since", "30 d"], "At most 7 days"),
        (["--at", "2199-01-01 00:00"], "--at lies in the future"),
        (["--at", "2025-01-01 10:00"], "There are no metrics between 2025-01-01 08:45:00 and 2025-01-01 10:00:00."),
    ],
)
def test_a_mistake_is_a_sentence(
    province: Path, options: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["yunwei", *asked(province, *options)])
    with pytest.raises(SystemExit):
        main()
    assert said.replace("08:45", "08:40") in capsys.readouterr().err.replace("\n", " ")


@pytest.mark.slow
def test_a_platform_that_runs_lends_its_rows(tmp_path: Path, store: DuckDbStore) -> None:
    end = parse(AT)

    async def lent() -> None:
        control = ControlServer(tmp_path, {"metrics": Lending(tmp_path, lambda: store).command})
        await control.start()
        try:
            rows = await asyncio.to_thread(borrow, tmp_path, end - HOUR, end)
            assert rows == {one: store.history(one, None, end - HOUR, end) for one in Measurement}
            assert len(rows[Measurement.DEVICE]) == 120
            with pytest.raises(OperatorError, match="an hour at a time"):
                await asyncio.to_thread(borrow, tmp_path, end - 2 * HOUR, end)
        finally:
            await control.stop()

    asyncio.run(lent())
    assert not list(tmp_path.glob(f"{PREFIX}*"))


@pytest.mark.slow
def test_a_platform_that_runs_tells_the_means_that_slow_rules_ask_for(tmp_path: Path, store: DuckDbStore) -> None:
    end = parse(AT)
    query = RankQuery(Measurement.DEVICE, "cpu", end - HOUR, end, Aggregate.MEAN, limit=MOST_OBJECTS)

    async def lent() -> None:
        control = ControlServer(tmp_path, {COMMAND: LentRanks(tmp_path, lambda: store).command})
        await control.start()
        try:
            ranks = BorrowedRanks(tmp_path)
            assert await asyncio.to_thread(ranks.rank, query) == store.rank(query)
            nothing = replace(query, measurement=Measurement.INTERFACE, column="in_bps")
            assert await asyncio.to_thread(ranks.rank, nothing) == []
            for wrong in (replace(query, column="cpuu"), replace(query, end=query.start)):
                with pytest.raises(OperatorError):
                    await asyncio.to_thread(ranks.rank, wrong)
        finally:
            await control.stop()

    asyncio.run(lent())
    assert not list(tmp_path.glob(f"{PREFIX}*"))


@pytest.mark.slow
def test_a_slow_rule_is_judged_beside_a_running_platform_too(province: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (province.parent / "tested.yaml").write_text(SPOILT, encoding="utf-8")
    keep(province, spoilt(OTHER, parse(AT)))
    alone = runner.invoke(app, asked(province, "--at", AT, "--json"))
    assert alone.exit_code == 0, alone.output
    assert [one["rule"] for one in json.loads(alone.output)["alerts"]] == ["spoilt"]
    data = province / "data"

    async def beside() -> str:
        store = DuckDbStore(data / "metrics.duckdb")
        control = ControlServer(
            data, {COMMAND: LentRanks(data, lambda: store).command, "metrics": Lending(data, lambda: store).command}
        )
        await control.start()
        try:
            result = await asyncio.to_thread(runner.invoke, app, asked(province, "--at", AT, "--json"))
        finally:
            await control.stop()
            store.close()
        assert result.exit_code == 0, result.output
        return result.output

    assert json.loads(asyncio.run(beside())) == json.loads(alone.output)


def test_a_platform_that_is_just_starting_says_so(tmp_path: Path) -> None:
    async def lent() -> None:
        control = ControlServer(tmp_path, {"metrics": Lending(tmp_path, lambda: None).command})
        await control.start()
        try:
            with pytest.raises(OperatorError, match="just starting"):
                await asyncio.to_thread(borrow, tmp_path, 0, HOUR)
        finally:
            await control.stop()

    asyncio.run(lent())


def test_what_a_killed_command_left_behind_is_removed(tmp_path: Path) -> None:
    (tmp_path / f"{PREFIX}3-device.arrow").write_bytes(b"")
    (tmp_path / f"{PREFIX}4-metrics.duckdb").write_bytes(b"")
    (tmp_path / "metrics.duckdb").write_bytes(b"")
    sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["metrics.duckdb"]
