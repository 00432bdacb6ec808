"""Metrics in VictoriaMetrics: line protocol in, PromQL out.

It keeps every row for as long as its own `-retentionPeriod` says, at under two bytes a value; there are no roll-ups,
and none are needed: a series' month is read in milliseconds. Run it with `-dedup.minScrapeInterval=1ms`, so that a row
that is written twice is kept once. What was written is seen about a second later.
"""

import re
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import httpx

from foundation.clock import DAY, HOUR, SECOND, Clock, Instant
from storage.metrics import promql
from storage.metrics.edges import edge
from storage.metrics.folding import Sample, by_step
from storage.metrics.history import Span, means
from storage.metrics.line_protocol import BatchEncoder
from storage.metrics.questions import (
    BILLING_STEP,
    check_batch,
    check_rank,
    check_series,
    is_percentile_of_means,
    steps,
    with_gaps,
)
from storage.metrics.resolutions import RollUp
from storage.metrics.server_http import ServerConnection
from storage.metrics.settings import VictoriaSettings
from storage.metrics.store import (
    DECIMALS,
    FIELDS,
    PERCENTILE,
    TAGS,
    Aggregate,
    Columns,
    Measurement,
    MetricBatch,
    MetricStoreError,
    Ranked,
    RankQuery,
    Series,
    SeriesQuery,
)

FEW_ROWS: Final = 3 * HOUR
"""Up to this length of time a series is read row by row, and made into steps here."""
LONGEST: Final = 3_650 * DAY
"""How far back the oldest row is looked for."""
MOST_POINTS: Final = 10_000
"""Points of one answer: the server refuses more than 30,000."""

_STARTED: Final = re.compile(r"^vm_app_start_timestamp (\S+)", re.MULTILINE)


class VictoriaStore:
    """A metric store behind a VictoriaMetrics URL. The server may be away when it is opened, and come and go later."""

    def __init__(self, settings: VictoriaSettings, clock: Clock) -> None:
        self._clock = clock
        self._writer = ServerConnection(settings, "Bearer")
        self._reader = self._writer
        if settings.read_url is not None:
            self._reader = ServerConnection(settings.model_copy(update={"url": settings.read_url}), "Bearer")
        self._database = settings.database
        self._encoder = BatchEncoder()
        self._writing = threading.Lock()
        self._started: str | None = None

    def write(self, batch: MetricBatch) -> None:
        """Send all rows in one request.

        Raises MetricStoreError once when the server has started anew: what it was sent last may have to be sent again.
        """
        check_batch(batch)
        with self._writing:
            text = self._encoder.text(batch)
            if text:
                self._see_restart()
                self._writer.send_lines("/write", {"db": self._database, "precision": "ms"}, text)

    def series(self, query: SeriesQuery) -> Series:
        """One field of one object at a step."""
        check_series(query)
        if query.end <= query.start:
            return with_gaps(query, {})
        chosen = promql.selector(query.measurement, query.column, self._database, query.tags)
        if is_percentile_of_means(query):
            means = self._means(chosen, query.start, query.end)
            return with_gaps(query, by_step(means, query.step, Aggregate.P95))
        if query.aggregate in (Aggregate.LAST, Aggregate.P95) or query.end - query.start <= FEW_ROWS:
            return with_gaps(query, by_step(self._rows(chosen, query.start, query.end), query.step, query.aggregate))
        return with_gaps(query, self._stepwise(query, chosen))

    def rank(self, query: RankQuery) -> list[Ranked]:
        """The highest first; objects without a value in that time are not ranked."""
        check_rank(query)
        if query.end <= query.start:
            return []
        chosen = promql.selector(query.measurement, query.column, self._database, query.where)
        length = query.end - query.start
        if query.aggregate is Aggregate.P95:
            found = self._percentiles(query, chosen, length)
        else:
            asked = promql.objects(query.measurement, query.aggregate, chosen, length)
            found = [(one["metric"], _number(one["value"])) for one in self._instant(asked, query.end)]
        ranked = [Ranked({tag: tags.get(tag, "") for tag in TAGS[query.measurement]}, value) for tags, value in found]
        ranked.sort(key=lambda row: (-row.value, tuple(row.tags.values())))
        return ranked[: query.limit]

    def maintain(self, now: Instant) -> None:
        """Nothing: the server keeps its own house."""

    @property
    def has_roll_ups(self) -> bool:
        """There are only single rows; roll-ups are taken as those."""
        return False

    def spans(self) -> list[Span]:
        """What there is: single rows only, of any field, whoever wrote them."""
        now = self._clock.now()
        start, end = max(0, now - LONGEST), now + DAY  # clocks differ
        oldest = edge(self._may_have, partial(self._edge_of_hour, promql.oldest), start, end, newest=False)
        newest = edge(self._may_have, partial(self._edge_of_hour, promql.newest), start, end, newest=True)
        return [] if oldest is None or newest is None else [Span(None, oldest, newest + 1)]

    def history(self, measurement: Measurement, roll_up: RollUp | None, start: Instant, end: Instant) -> Columns:
        """All rows of [start, end)."""
        assert roll_up is None, "there are only single rows here"
        rows: dict[tuple[tuple[str, ...], Instant], dict[str, float]] = {}
        for field in FIELDS[measurement]:
            chosen = promql.selector(measurement, field, self._database, {})
            for one in self._instant(f"{chosen}[{end - start}ms]", end - 1):
                tags = tuple(one["metric"].get(tag, "") for tag in TAGS[measurement])
                for at, value in _samples(one["values"]):
                    if start <= at < end:
                        rows.setdefault((tags, at), {})[field] = value
        ordered = sorted(rows, key=lambda key: (key[1], key[0]))
        return Columns(
            [at for _, at in ordered],
            {tag: [tags[index] for tags, _ in ordered] for index, tag in enumerate(TAGS[measurement])},
            {field: [rows[key].get(field) for key in ordered] for field in FIELDS[measurement]},
        )

    def take_roll_up(self, measurement: Measurement, _roll_up: RollUp, columns: Columns) -> None:
        """Keep the means of a roll-up's steps as single rows: there is nothing else here."""
        self.write(MetricBatch({measurement: means(measurement, columns)}))

    def date(self) -> str | None:
        """The server's clock, by the header of an answer."""
        date: str | None = self._writer.get("/health").headers.get("Date")
        return date

    def own_figures(self) -> str:
        """What the server tells Prometheus of itself; empty when it does not."""
        answer = self._writer.get("/metrics")
        return answer.text if answer.is_success else ""

    def close(self) -> None:
        """Let go of the connections; calling it twice is harmless."""
        self._writer.close()
        self._reader.close()

    def _may_have(self, start: Instant, end: Instant) -> bool:
        """Whether some series has samples on these days: its index knows, for up to 40 of them."""
        parameters = {
            "match[]": promql.any_field(self._database),
            "start": _seconds(start),
            "end": _seconds(end - 1),
        }
        return bool(self._data(self._reader.get("/api/v1/label/__name__/values", parameters)))

    def _edge_of_hour(self, asked: Callable[[str], str], start: Instant, end: Instant) -> Instant | None:
        samples = promql.window(promql.any_field(self._database), end - start)
        found = self._instant(asked(samples), end)
        return round(_number(found[0]["value"]) * SECOND) if found else None

    def _see_restart(self) -> None:
        """The server keeps what it accepts in memory for seconds, and loses it when it is killed."""
        found = _STARTED.search(self.own_figures())
        if found is None:
            return  # something that does not tell, such as a cluster's vminsert behind a proxy
        before, self._started = self._started, found[1]
        if before not in (None, found[1]):
            raise MetricStoreError(f"The VictoriaMetrics at {self._writer.url} has started anew.")

    def _stepwise(self, query: SeriesQuery, chosen: str) -> dict[Instant, float]:
        """Whole steps are made by the server, the parts of steps at both ends here."""
        step = query.step
        at = steps(query)
        first = at[0] if at[0] >= query.start else at[0] + step
        last = query.end // step * step
        found: dict[Instant, float] = {}
        for start, end in ((query.start, min(first, query.end)), (max(first, last), query.end)):
            if start < end:
                found |= by_step(self._rows(chosen, start, end), step, query.aggregate)
        asked = promql.steps(query.aggregate, chosen, step)
        for one in self._range(asked, first, last, step):
            found |= {moment - step: value for moment, value in one}
        return found

    def _means(self, chosen: str, start: Instant, end: Instant) -> list[Sample]:
        """The 5-minute means that a percentile over a long time is taken of."""
        first, last = -(-start // BILLING_STEP) * BILLING_STEP, end // BILLING_STEP * BILLING_STEP
        asked = promql.steps(Aggregate.MEAN, chosen, BILLING_STEP)
        found = [
            (moment - BILLING_STEP, value)
            for one in self._range(asked, first, last, BILLING_STEP)
            for moment, value in one
        ]
        for begin, until in ((start, min(first, end)), (max(first, last), end)):
            if begin < until:
                found += by_step(self._rows(chosen, begin, until), BILLING_STEP, Aggregate.MEAN).items()
        return found

    def _percentiles(self, query: RankQuery, chosen: str, length: int) -> list[tuple[dict[str, str], float]]:
        """Each object's, by the nearest rank: those with equally many samples are asked for together."""
        samples = promql.window(chosen, length)
        at = query.end
        if is_percentile_of_means(query):
            at = -(-query.end // BILLING_STEP) * BILLING_STEP
            samples = (
                f"{promql.means(chosen, BILLING_STEP)}[{length // BILLING_STEP * BILLING_STEP}ms:{BILLING_STEP}ms]"
            )
        groups: dict[int, set[str]] = {}
        for one in self._instant(promql.counts(samples), at):
            groups.setdefault(int(_number(one["value"])), set()).add(_key(one["metric"]))
        found: list[tuple[dict[str, str], float]] = []
        for count, members in groups.items():
            for one in self._instant(promql.quantile(promql.rank_of(count, PERCENTILE), samples), at):
                if _key(one["metric"]) in members:
                    found.append((one["metric"], round(_number(one["value"]), DECIMALS[query.column])))
        return found

    def _rows(self, chosen: str, start: Instant, end: Instant) -> list[Sample]:
        """The single rows of [start, end)."""
        found: list[Sample] = []
        for one in self._instant(f"{chosen}[{end - start}ms]", end - 1):
            found += [(at, value) for at, value in _samples(one["values"]) if start <= at < end]
        return found

    def _instant(self, asked: str, at: Instant) -> list[dict[str, Any]]:
        parameters = {"query": asked, "time": _seconds(at), "nocache": "1"}
        return self._answer(self._reader.get("/api/v1/query", parameters))

    def _range(self, asked: str, first: Instant, last: Instant, step: int) -> list[list[Sample]]:
        """What is asked at the end of each whole step of [first, last)."""
        found = []
        for start in range(first + step, last + 1, step * MOST_POINTS):
            end = min(last, start + step * (MOST_POINTS - 1))
            parameters = {
                "query": asked,
                "start": _seconds(start),
                "end": _seconds(end),
                "step": f"{step}ms",
                "nocache": "1",
            }
            answer = self._answer(self._reader.get("/api/v1/query_range", parameters))
            found += [_samples(one["values"]) for one in answer]
        return found

    def _answer(self, answer: httpx.Response) -> list[dict[str, Any]]:
        data = self._data(answer)
        found = data.get("result") if isinstance(data, dict) else None
        if isinstance(found, list) and all("metric" in one and ("values" in one or "value" in one) for one in found):
            return found
        raise self._strange()

    def _data(self, answer: httpx.Response) -> Any:
        if not answer.is_success:
            raise self._reader.failure(answer.status_code, answer.text)
        try:
            return answer.json()["data"]
        except (ValueError, LookupError, TypeError):
            raise self._strange() from None

    def _strange(self) -> MetricStoreError:
        return MetricStoreError(f"The answer of {self._reader.url} to a query is not VictoriaMetrics'. Check the url.")


def _seconds(at: Instant) -> str:
    return f"{at // SECOND}.{at % SECOND:03}"


def _samples(values: list[list[Any]]) -> list[Sample]:
    return [(round(at * SECOND), float(value)) for at, value in values]


def _number(value: list[Any]) -> float:
    return float(value[1])


def _key(labels: dict[str, str]) -> str:
    return "\n".join(f"{name}={value}" for name, value in sorted(labels.items()) if name != "__name__")
