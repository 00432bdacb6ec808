"""A real VictoriaMetrics behind its store: what arrives, what it refuses to be mistaken for, how it comes and goes."""

import json
import time
from pathlib import Path

import httpx
import pytest

from foundation.clock import DAY, HOUR, MINUTE, SECOND, SystemClock
from foundation.settings import Secret
from storage.metrics.settings import VictoriaSettings
from storage.metrics.store import Aggregate, Measurement, MetricStoreError, RankQuery, SeriesQuery
from storage.metrics.victoria_store import VictoriaStore
from tests.storage.metrics.conftest import SeenAtOnce
from tests.storage.metrics.making import batch, device_rows, interface_rows
from tests.storage.metrics.servers import free_ports, influxd, victoria_metrics

T0 = 1_764_000_000_000 // HOUR * HOUR

pytestmark = pytest.mark.slow


def cpu(store: VictoriaStore, at: int = T0) -> float | None:
    """The router's value in a minute."""
    return store.series(SeriesQuery(Measurement.DEVICE, {"device": "r1"}, "cpu", at, at + MINUTE, MINUTE)).values[0]


def test_values_arrive_as_metrics_of_their_own_with_all_tags(victoria_url: str) -> None:
    store = SeenAtOnce(VictoriaSettings(url=victoria_url, database="云维"))
    store.write(interface_rows("昭通 core,1", 'GE0/0 "x"', "in_bps", {T0: 1200.0, T0 + MINUTE: 900.0}, site="a=b"))
    store.write(interface_rows("昭通 core,1", 'GE0/0 "x"', "in_errors", {T0: 0.017}, site="a=b"))
    answer = httpx.get(f"{victoria_url}/api/v1/export", params={"match[]": '{db="云维"}'}, timeout=10)
    found = {line["metric"]["__name__"]: line for line in map(json.loads, answer.text.splitlines())}
    assert found["interface_in_bps"]["values"] == [1200, 900]
    assert found["interface_in_bps"]["timestamps"] == [T0, T0 + MINUTE]
    assert found["interface_in_errors"]["values"] == [0.017]
    tags = {"device": "昭通 core,1", "ifname": 'GE0/0 "x"', "site": "a=b", "tier": "here"}
    assert tags.items() <= found["interface_in_bps"]["metric"].items()
    store.close()


def test_two_installations_on_one_server_do_not_see_each_other(victoria_url: str) -> None:
    one = SeenAtOnce(VictoriaSettings(url=victoria_url, database="one"))
    other = SeenAtOnce(VictoriaSettings(url=victoria_url, database="other"))
    one.write(device_rows("r1", "cpu", {T0: 1.0}))
    other.write(device_rows("r1", "cpu", {T0: 2.0}))
    assert (cpu(one), cpu(other)) == (1.0, 2.0)
    assert [row.value for row in one.rank(RankQuery(Measurement.DEVICE, "cpu", T0, T0 + HOUR))] == [1.0]
    one.close()
    other.close()


def test_a_large_batch_goes_in_one_request(victoria_url: str) -> None:
    rows = [(T0 + number % 60, {"device": f"r{number}"}, {"cpu": number % 101}) for number in range(13_400)]
    store = SeenAtOnce(VictoriaSettings(url=victoria_url, database="large"))
    store.write(batch(Measurement.DEVICE, rows))
    assert len(store.rank(RankQuery(Measurement.DEVICE, "cpu", T0, T0 + MINUTE, limit=20_000))) == 13_400
    store.close()


def test_what_was_measured_just_now_is_seen_at_every_step(victoria_url: str) -> None:
    """The server's own pages hold back the last half minute; ours ask for it."""
    now = SystemClock().now()
    store = SeenAtOnce(VictoriaSettings(url=victoria_url, database="now"))
    store.write(device_rows("r1", "cpu", {now - age * SECOND: float(age) for age in range(1, 60)}))

    def last(step: int, span: int, aggregate: Aggregate) -> float | None:
        query = SeriesQuery(Measurement.DEVICE, {"device": "r1"}, "cpu", now - span, now, step, aggregate)
        return next(value for value in reversed(store.series(query).values) if value is not None)

    assert last(SECOND, MINUTE, Aggregate.LAST) == 1.0
    assert last(5 * MINUTE, 2 * DAY, Aggregate.MIN) == 1.0
    recent = RankQuery(Measurement.DEVICE, "cpu", now - 10 * MINUTE, now + 1, Aggregate.LAST)
    assert [row.value for row in store.rank(recent)] == [1.0]
    store.close()


def test_a_month_has_its_95th_percentile_of_5_minute_means(victoria_url: str) -> None:
    store = SeenAtOnce(VictoriaSettings(url=victoria_url, database="month"))
    values = {T0 + number * MINUTE: float(number // 5 if number % 5 else number // 5 + 5) for number in range(1000)}
    store.write(device_rows("r1", "cpu", values))
    query = SeriesQuery(Measurement.DEVICE, {"device": "r1"}, "cpu", T0 - DAY, T0 + 29 * DAY, 30 * DAY, Aggregate.P95)
    assert [value for value in store.series(query).values if value is not None] == [190.0]
    ranked = store.rank(RankQuery(Measurement.DEVICE, "cpu", T0 - DAY, T0 + 29 * DAY, Aggregate.P95))
    assert [row.value for row in ranked] == [190.0]
    store.close()


def test_a_server_that_goes_away_and_comes_back_is_written_again(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    store = SeenAtOnce(VictoriaSettings(url=f"http://127.0.0.1:{port}"))
    with pytest.raises(MetricStoreError, match=rf"127\.0\.0\.1:{port} can't be reached"):
        store.write(device_rows("r1", "cpu", {T0: 1.0}))
    with victoria_metrics(tmp_path, port):
        store.write(device_rows("r1", "cpu", {T0: 1.0}))
        assert cpu(store) == 1.0
    with pytest.raises(MetricStoreError, match="can't be reached"):
        cpu(store)
    second = int(time.time())
    while int(time.time()) == second:
        time.sleep(0.05)  # the server tells its start in whole seconds, by its own clock: there is nothing to step
    with victoria_metrics(tmp_path, port):
        # Told once, since it may have lost what it was sent last: whoever kept that sends it again.
        with pytest.raises(MetricStoreError, match="has started anew"):
            store.write(device_rows("r1", "cpu", {T0 + 1: 3.0}))
        store.write(device_rows("r1", "cpu", {T0 + 1: 3.0}))
        assert cpu(store) == 2.0
    (tmp_path / "influx").mkdir()
    with influxd(tmp_path / "influx", port), pytest.raises(MetricStoreError, match="status 404: 404 page not found"):
        cpu(store)
    store.close()


def test_a_token_or_password_goes_with_every_request_and_is_never_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YUNWEI_VM", "right-secret")
    (port,) = free_ports(1)
    with victoria_metrics(tmp_path, port, "-httpAuth.username=yunwei", "-httpAuth.password=right-secret") as url:
        wrong = VictoriaStore(
            VictoriaSettings(url=url, username="yunwei", password=Secret(value="wr0ng-secret")), SystemClock()
        )
        with pytest.raises(MetricStoreError, match="refuses the credentials") as told:
            wrong.write(device_rows("r1", "cpu", {T0: 1.0}))
        assert "wr0ng-secret" not in str(told.value)
        wrong.close()
        right = VictoriaStore(
            VictoriaSettings(url=url, username="yunwei", password=Secret(env="YUNWEI_VM")), SystemClock()
        )
        right.write(device_rows("r1", "cpu", {T0: 1.0}))
        right.close()
