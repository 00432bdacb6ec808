"""From observations to rows."""

import pytest

from foundation.clock import SECOND
from foundation.messages import CounterVerdict, HealthReading, InterfaceReading, Observation, Reach
from storage.metrics.questions import check_batch
from storage.metrics.rows import RowBuilder, loss
from storage.metrics.store import Columns, Measurement
from topology.network import Network

T0 = 1_764_000_000_000


def rows(columns: Columns) -> list[dict[str, object]]:
    """Columns as rows, values that are None left out."""
    named: dict[str, list[object]] = {"at": list(columns.at)}
    named.update({name: list(values) for name, values in columns.tags.items()})
    named.update({name: list(values) for name, values in columns.fields.items()})
    return [
        {name: values[number] for name, values in named.items() if values[number] is not None}
        for number in range(len(columns))
    ]


def test_a_complete_look_gives_a_device_row_and_a_row_for_each_interface(network: Network) -> None:
    observation = Observation(
        "a1",
        T0,
        Reach.ANSWERED,
        rtt_ms=1.5,
        uptime_s=86_400.0,
        interfaces=(
            InterfaceReading("up1", 1, 1, CounterVerdict.NORMAL, 1e6, 2e6, 10.0, 20.0, 0.1, 0.2, 0.3, 0.4),
            InterfaceReading("down1", 1, 2, CounterVerdict.FIRST),
        ),
        health=(
            HealthReading("cpu1", "cpu", 20.0, "%"),
            HealthReading("cpu2", "cpu", 70.0, "%"),
            HealthReading("memory", "memory", 55.0, "%"),
            HealthReading("chassis", "temperature", -3.0, "°C"),
            HealthReading("fan", "fan", 9000.0, "rpm"),
        ),
        complete=True,
        poll_ms=12.5,
    )
    batch = RowBuilder(network).batch([observation])
    check_batch(batch)
    assert batch.rows == 3
    place = {"device": "a1", "site": "530627", "tier": "agency"}
    assert rows(batch.columns[Measurement.DEVICE]) == [
        {
            "at": T0,
            **place,
            "rtt_ms": 1.5,
            "loss": 0.0,
            "cpu": 70.0,
            "memory": 55.0,
            "temperature": -3.0,
            "uptime_s": 86_400.0,
            "poll_ms": 12.5,
        }
    ]
    assert rows(batch.columns[Measurement.INTERFACE]) == [
        {
            "at": T0,
            **place,
            "ifname": "up1",
            "in_bps": 1e6,
            "out_bps": 2e6,
            "in_util": 10.0,
            "out_util": 20.0,
            "in_errors": 0.1,
            "out_errors": 0.2,
            "in_discards": 0.3,
            "out_discards": 0.4,
            "admin": 1,
            "oper": 1,
            "verdict": 0,
        },
        {"at": T0, **place, "ifname": "down1", "admin": 1, "oper": 2, "verdict": 2},
    ]


def test_a_look_at_reachability_alone_gives_no_interface_rows(network: Network) -> None:
    batch = RowBuilder(network).batch([Observation("a1", T0, Reach.ANSWERED, rtt_ms=1.0)])
    assert len(batch.columns[Measurement.INTERFACE]) == 0
    assert len(batch.columns[Measurement.DEVICE]) == 1


def test_a_missed_device_has_a_row_with_full_loss_and_no_round_trip_time(network: Network) -> None:
    missed = Observation("a1", T0, Reach.MISSED, missed_since=T0 - 6 * SECOND, timeouts=3, poll_ms=6000.0)
    (row,) = rows(RowBuilder(network).batch([missed]).columns[Measurement.DEVICE])
    assert (row["loss"], row.get("rtt_ms"), row["poll_ms"]) == (100.0, None, 6000.0)


@pytest.mark.parametrize(
    ("reach", "timeouts", "expected"),
    [
        (Reach.ANSWERED, 0, 0.0),
        (Reach.ANSWERED, 1, 50.0),
        (Reach.ANSWERED, 3, 75.0),
        (Reach.SILENT, 3, 75.0),
        (Reach.MISSED, 3, 100.0),
        (Reach.MISSED, 0, 100.0),
    ],
)
def test_loss_is_the_share_of_requests_without_an_answer(reach: Reach, timeouts: int, expected: float) -> None:
    assert loss(Observation("a1", T0, reach, timeouts=timeouts)) == expected


def test_a_device_stands_in_its_county_or_in_its_division(network: Network) -> None:
    looks = [Observation(device, T0, Reach.ANSWERED) for device in ("p1", "agg-1", "core-1", "stranger")]
    columns = RowBuilder(network).batch(looks).columns[Measurement.DEVICE]
    assert columns.tags == {
        "device": ["p1", "agg-1", "core-1", "stranger"],
        "site": ["530627", "530600", "530000", "unknown"],
        "tier": ["agency", "prefecture", "province", "unknown"],
    }


def test_rows_keep_the_order_of_observations(network: Network) -> None:
    looks = [Observation("a1", T0 + number, Reach.ANSWERED) for number in (5, 3, 9)]
    assert RowBuilder(network).batch(looks).columns[Measurement.DEVICE].at == [T0 + 5, T0 + 3, T0 + 9]


def test_nothing_observed_gives_no_rows(network: Network) -> None:
    assert RowBuilder(network).batch([]).rows == 0
