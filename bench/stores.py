"""What keeping a province's metrics costs: `python -m bench.stores [--hours N] [--days N]`.

One run, the same data: 2,700 devices with four interfaces each, a look a minute, values with a daily curve and noise.
The first hour is written as the platform writes it, a batch every five seconds; the others a minute at a time, to have
a history to read. CPU is this process's, all threads; of servers, theirs.

`--days 90` repeats the file's last day backwards, as rows for 30 days, as roll-ups for all, and as daily roll-ups for a
year, and reads from that: it takes 200 MB a day and some minutes. Each question is asked cold, right after the file
was opened anew, and warm. CPU that other work on the machine takes away is not counted, but what it costs in caches and
in a core's halves is: the first line prints what a fixed loop took, to compare runs by.
"""

import argparse
import itertools
import math
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import duckdb

from foundation.clock import DAY, HOUR, MINUTE, SECOND, Instant, SystemClock
from foundation.messages import CounterVerdict, HealthReading, InterfaceReading, Observation, Reach
from storage.metrics.duckdb_schema import roll_up_table, sorted_table
from storage.metrics.duckdb_store import DuckDbStore, Retention
from storage.metrics.influx_store import InfluxStore
from storage.metrics.line_protocol import LineEncoder
from storage.metrics.resolutions import DAILY, ROLL_UPS
from storage.metrics.rows import RowBuilder
from storage.metrics.settings import VictoriaSettings
from storage.metrics.store import (
    FIELDS,
    Aggregate,
    Columns,
    Measurement,
    MetricBatch,
    MetricStore,
    RankQuery,
    SeriesQuery,
)
from storage.metrics.victoria_store import VictoriaStore
from tests.storage.metrics.servers import Server, free_ports, influx_settings, influxd_server, victoria_server
from topology.model import Device, Inventory, Role, Tier
from topology.network import Network

DEVICES = 2_700
INTERFACES = ("GigabitEthernet0/0", "GigabitEthernet0/1", "GigabitEthernet0/2", "Vlan100")
VARIANTS = 12
START: Instant = 1_764_000_000_000 // HOUR * HOUR
WRITES_A_MINUTE = 12
FOREVER = Retention(1000 * DAY, 1000 * DAY, 1000 * DAY)
YEAR = 365
COLD_TIMES = 5


def province() -> Network:
    """Devices alone: rows know nothing of links."""
    devices = {
        name: Device(name, name, Role.ACCESS, Tier.AGENCY, "530102", f"5301{number % 129:02}", "10.0.0.1", "default")
        for number, name in ((number, f"acc-5301{number % 129:02}-{number:04}") for number in range(DEVICES))
    }
    return Network(Inventory({}, {}, devices, {}, {}))


def look(devices: Sequence[str], base: Sequence[float], level: float, chance: random.Random) -> list[Observation]:
    """One complete look at every device; rates have the digits that counters divided by clocks give."""

    def interface(name: str, bps: float) -> InterfaceReading:
        inward, outward = bps * level * chance.uniform(0.7, 1.3), bps * level * chance.uniform(0.2, 0.6)
        errors = chance.randint(1, 40) / 60.013 if chance.random() < 0.01 else 0.0
        return InterfaceReading(
            name, 1, 1, CounterVerdict.NORMAL, inward, outward, inward / 1e7, outward / 1e7, errors, 0.0, 0.0, 0.0
        )

    return [
        Observation(
            device,
            0,
            Reach.ANSWERED,
            rtt_ms=chance.uniform(0.8, 30.0),
            uptime_s=1e6 + number,
            interfaces=tuple(interface(name, base[4 * number + at]) for at, name in enumerate(INTERFACES)),
            health=(
                HealthReading("cpu1", "cpu", float(chance.randint(3, 60)), "%"),
                HealthReading("memory", "memory", float(chance.randint(30, 70)), "%"),
                HealthReading("chassis", "temperature", float(chance.randint(35, 45)), "°C"),
            ),
            complete=True,
            poll_ms=chance.uniform(5.0, 60.0),
        )
        for number, device in enumerate(devices)
    ]


def cpu_ms(work: Callable[[], object]) -> float:
    """Milliseconds of CPU that some work takes."""
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def turn() -> None:
    """A fixed amount of work."""
    total = 0
    for number in range(1_000_000):
        total += number * number


def wall_ms(work: Callable[[], object], times: int) -> float:
    """The median of a few runs, in milliseconds of the clock on the wall."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        found.append((time.perf_counter() - started) * 1000)
    return statistics.median(found)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What keeping a province's metrics costs.")
    parser.add_argument("--hours", type=int, default=4, help="hours of history to make")
    parser.add_argument("--days", type=int, default=0, help="days of history to read from; with --hours 24")
    arguments = parser.parse_args()
    hours: int = max(2, arguments.hours)
    print(f"a loop of a million turns {cpu_ms(turn):8.1f} ms of CPU")
    chance = random.Random(1)
    network = province()
    rows = RowBuilder(network)
    base = [10 ** chance.uniform(4, 8.5) for _ in range(DEVICES * len(INTERFACES))]
    looks = [
        look(list(network.devices), base, 1 + 0.5 * math.sin(variant / VARIANTS * math.tau), chance)
        for variant in range(VARIANTS)
    ]

    building = statistics.median(cpu_ms(partial(rows.batch, seen)) for seen in looks)
    print(f"rows of observations      {building / DEVICES * 1000:8.1f} µs an observation of four interfaces")
    batches = [rows.batch(seen) for seen in looks]
    a_minute = batches[0].rows
    values = sum(len(FIELDS[measurement]) * len(columns) for measurement, columns in batches[0].columns.items())

    encoders = {measurement: LineEncoder(measurement) for measurement in Measurement}

    def encode(batch: MetricBatch) -> None:
        for measurement, columns in batch.columns.items():
            for _ in encoders[measurement].lines(columns):
                pass

    encode(batches[0])
    encoding = statistics.median(cpu_ms(partial(encode, batch)) for batch in batches)
    print(f"line protocol (InfluxDB)  {encoding / a_minute * 1000:8.1f} µs a row")

    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "metrics.duckdb"
        store = DuckDbStore(path)
        whole = statistics.median(
            cpu_ms(partial(store.write, moved(batches[minute % VARIANTS], START - HOUR + minute * MINUTE)))
            for minute in range(30)
        )
        print(f"DuckDB, one cycle         {whole:8.1f} ms of CPU for {a_minute:,} rows in one write")
        store.close()
        path.unlink()
        store = DuckDbStore(path)
        write_as_platform(store, rows, looks)
        for minute in range(60, hours * 60):
            store.write(moved(batches[minute % VARIANTS], START + minute * MINUTE))
            if minute % 60 == 10:
                store.maintain(START + minute * MINUTE)
        upkeep = cpu_ms(lambda: store.maintain(START + hours * HOUR + 10 * MINUTE))
        print(f"upkeep of an hour         {upkeep:8.0f} ms of CPU (sorting {a_minute * 60:,} rows, rolling up)")
        report_reads(store, list(network.devices), hours)
        store.close()
        size = path.stat().st_size
        if arguments.days:
            lengthen(path, arguments.days)
            report_history(path, list(network.devices), START + hours * HOUR, arguments.days)
    report_servers(batches, a_minute)
    kept = values * 60 * hours
    print(f"at rest                   {size / kept:8.2f} bytes a value, 5-minute and hourly roll-ups included")
    print(f"                          {size / hours * 24 / 1e6:8.0f} MB a day of the province")


def write_as_platform(store: DuckDbStore, rows: RowBuilder, looks: Sequence[Sequence[Observation]]) -> None:
    """The first hour: from observations, twelve writes a minute; prints the CPU of a minute."""
    spent: list[float] = []
    share = DEVICES // WRITES_A_MINUTE
    for minute in range(60):
        seen = looks[minute % VARIANTS]
        parts = [
            [
                replace(one, at=START + minute * MINUTE + part * 5 * SECOND + number * 20)
                for number, one in enumerate(seen[part * share : (part + 1) * share])
            ]
            for part in range(WRITES_A_MINUTE)
        ]

        def write(parts: list[list[Observation]] = parts) -> None:
            for part in parts:
                store.write(rows.batch(part))

        spent.append(cpu_ms(write))
    middle = statistics.median(spent)
    print(
        f"DuckDB, build and write   {middle:8.1f} ms of CPU a minute of the province (13,500 rows in "
        f"{WRITES_A_MINUTE} writes): {middle / DEVICES * 1000:.1f} µs a look"
    )


def moved(batch: MetricBatch, at: Instant) -> MetricBatch:
    """The same rows at another minute."""
    return MetricBatch(
        {
            measurement: Columns([at + row * 4 for row in range(len(columns))], columns.tags, columns.fields)
            for measurement, columns in batch.columns.items()
        }
    )


def report_reads(store: DuckDbStore, devices: Sequence[str], hours: int) -> None:
    """Time what pages ask for."""
    end = START + hours * HOUR
    asked = itertools.cycle(devices[::53])

    def series(step: int) -> None:
        tags = {"device": next(asked), "ifname": INTERFACES[0]}
        store.series(SeriesQuery(Measurement.INTERFACE, tags, "in_bps", START, end, step))

    def rank(length: int) -> None:
        store.rank(RankQuery(Measurement.INTERFACE, "in_util", end - length, end, Aggregate.MEAN))

    print(f"read {hours:2} h by the minute    {wall_ms(lambda: series(MINUTE), 21):8.1f} ms (one interface, one field)")
    print(f"read {hours:2} h by 5 minutes     {wall_ms(lambda: series(5 * MINUTE), 21):8.1f} ms")
    print(f"rank all by 5 minutes     {wall_ms(lambda: rank(5 * MINUTE), 11):8.1f} ms (10,800 interfaces)")
    print(f"rank all by an hour       {wall_ms(lambda: rank(HOUR), 11):8.1f} ms")


def lengthen(path: Path, days: int) -> None:
    """Put the file's day, in the order that upkeep gives it, before itself again and again."""
    store = DuckDbStore(path, FOREVER)
    for _ in range(4):  # a day at each upkeep
        store.maintain(START + 3 * DAY)
    store.close()
    with duckdb.connect(str(path), config={"memory_limit": "1GB", "threads": "2"}) as connection:
        for measurement in Measurement:
            daily = roll_up_table(measurement, DAILY)
            for table, last in ((sorted_table(measurement), min(days, 30)), *rolled(measurement, days), (daily, YEAR)):
                columns = [row[0] for row in connection.execute(f"DESCRIBE {table}").fetchall()]
                connection.execute(f"CREATE TEMP TABLE one_day AS SELECT * FROM {table}")
                for day in range(last - 1, 0, -1):
                    earlier = ", ".join(f"moment - {day * DAY} AS moment" if c == "moment" else c for c in columns)
                    connection.execute(f"INSERT INTO {table} SELECT {earlier} FROM one_day")
                connection.execute("DROP TABLE one_day")
            first = connection.execute(f"SELECT min(moment) FROM {sorted_table(measurement)}").fetchone()
            assert first is not None
            connection.execute(
                "INSERT INTO yunwei_dropped VALUES (?, 'raw', ?)", [measurement, first[0] // HOUR * HOUR]
            )


def rolled(measurement: Measurement, days: int) -> list[tuple[str, int]]:
    """The roll-ups' tables, each for all days."""
    return [(roll_up_table(measurement, roll_up), days) for roll_up in ROLL_UPS]


def report_history(path: Path, devices: Sequence[str], end: Instant, days: int) -> None:
    """Time what pages ask for in a file of many days, cold and warm; of each the CPU and the clock on the wall."""
    print(f"a file of {days} days ({path.stat().st_size / 1e9:.1f} GB), ms of CPU (on the wall):")
    asked = itertools.cycle(devices[::53])

    def series(store: DuckDbStore, length: int, step: int) -> None:
        tags = {"device": next(asked), "ifname": INTERFACES[0]}
        store.series(SeriesQuery(Measurement.INTERFACE, tags, "in_bps", end - length, end, step))

    def rank(store: DuckDbStore, length: int) -> None:
        store.rank(RankQuery(Measurement.INTERFACE, "in_util", end - length, end, Aggregate.MEAN))

    questions: tuple[tuple[str, Callable[[DuckDbStore], None]], ...] = (
        ("24 h by 5 minutes", lambda store: series(store, DAY, 5 * MINUTE)),
        ("24 h by the minute", lambda store: series(store, DAY, MINUTE)),
        ("30 d by the hour", lambda store: series(store, 30 * DAY, HOUR)),
        ("30 d by 5 minutes", lambda store: series(store, 30 * DAY, 5 * MINUTE)),
        ("rank all by an hour", lambda store: rank(store, HOUR)),
        ("rank all by a day", lambda store: rank(store, DAY)),
        ("rank all by 30 d", lambda store: rank(store, 30 * DAY)),
        ("rank all by a year", lambda store: rank(store, YEAR * DAY)),
    )
    for name, ask in questions:
        cold: list[tuple[float, float]] = []
        for _ in range(COLD_TIMES):
            store = DuckDbStore(path, FOREVER)
            cold.append(cpu_and_wall_ms(partial(ask, store)))
            store.close()
        store = DuckDbStore(path, FOREVER)
        ask(store)
        warm = [cpu_and_wall_ms(partial(ask, store)) for _ in range(11)]
        store.close()
        (cold_cpu, cold_wall), (warm_cpu, warm_wall) = middle(cold), middle(warm)
        print(f"  {name:22}  cold {cold_cpu:6.1f} ({cold_wall:6.1f})   warm {warm_cpu:6.1f} ({warm_wall:6.1f})")


def cpu_and_wall_ms(work: Callable[[], object]) -> tuple[float, float]:
    """What some work takes once, of CPU and by the clock on the wall."""
    started = time.perf_counter()
    cpu = cpu_ms(work)
    return cpu, (time.perf_counter() - started) * 1000


def middle(found: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The median of each."""
    return statistics.median(cpu for cpu, _ in found), statistics.median(wall for _, wall in found)


def report_servers(batches: Sequence[MetricBatch], a_minute: int) -> None:
    """Ten minutes of the province to each server as fast as it takes them: how many provinces it would keep up with."""
    made: tuple[tuple[str, Callable[[Path, int], Server]], ...] = (
        ("InfluxDB", influxd_server),
        ("VictoriaMetrics", victoria_server),
    )
    for name, make in made:
        with tempfile.TemporaryDirectory() as directory:
            server = make(Path(directory), free_ports(1)[0])
            server.start()
            try:
                store = (
                    InfluxStore(influx_settings(server.url), SystemClock())
                    if name == "InfluxDB"
                    else VictoriaStore(VictoriaSettings(url=server.url), SystemClock())
                )
                store.write(moved(batches[0], START))
                started, busy = time.perf_counter(), server_cpu_s(server)
                ours = cpu_ms(partial(_write_minutes, store, batches))
                took = time.perf_counter() - started
                used = server_cpu_s(server) - busy
                store.close()
            finally:
                server.stop()
        print(
            f"{name:25} {a_minute * 10 / took:8,.0f} rows/s: keeps up with {600 / took:.0f} provinces; "
            f"a cycle costs it {used * 100:.0f} ms of CPU and us {ours / 10:.0f} ms"
        )


def _write_minutes(store: MetricStore, batches: Sequence[MetricBatch]) -> None:
    for minute in range(1, 11):
        store.write(moved(batches[minute % VARIANTS], START + minute * MINUTE))


def server_cpu_s(server: Server) -> float:
    """Seconds of CPU that a server's process has used."""
    assert server.process is not None
    words = Path(f"/proc/{server.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
