"""Batches for tests, from few words."""

from collections.abc import Iterable, Mapping

from foundation.clock import Instant
from storage.metrics.store import FIELDS, TAGS, Columns, Measurement, MetricBatch

Row = tuple[Instant, Mapping[str, str], Mapping[str, float | None]]


def batch(measurement: Measurement, rows: Iterable[Row]) -> MetricBatch:
    """A batch of one measurement; tags that are not given say "here", fields that are not given have no value."""
    given = list(rows)
    return MetricBatch(
        {
            measurement: Columns(
                [at for at, _, _ in given],
                {tag: [tags.get(tag, "here") for _, tags, _ in given] for tag in TAGS[measurement]},
                {field: [fields.get(field) for _, _, fields in given] for field in FIELDS[measurement]},
            )
        }
    )


def device_rows(device: str, field: str, values: Mapping[Instant, float | None], **tags: str) -> MetricBatch:
    """One field of one device at some moments."""
    return batch(Measurement.DEVICE, [(at, {"device": device, **tags}, {field: value}) for at, value in values.items()])


def interface_rows(
    device: str, ifname: str, field: str, values: Mapping[Instant, float | None], **tags: str
) -> MetricBatch:
    """One field of one interface at some moments."""
    rows = [(at, {"device": device, "ifname": ifname, **tags}, {field: value}) for at, value in values.items()]
    return batch(Measurement.INTERFACE, rows)
