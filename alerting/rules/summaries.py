"""Summary templates: plain text with named fields, nothing that reaches into objects."""

from collections.abc import Collection, Mapping
from string import Formatter
from typing import Final

from foundation.problems import did_you_mean

COMMON_FIELDS: Final = ("device", "device_name", "place", "role", "division", "division_en")
LINK_FIELDS: Final = ("link", "upper", "upper_name", "lower", "lower_name", "carrier", "interface")
OUTAGE_FIELDS: Final = ("agencies", "counties", "impact", "impact_en")
THRESHOLD_FIELDS: Final = ("value", "limit", "unit", "metric", "metric_en", "entity")
INTERFACE_FIELDS: Final = ("interface",)
NEIGHBOUR_FIELDS: Final = ("protocol", "neighbour", "neighbour_name", "neighbour_name_en", "state", "remote_as")
HEALTH_FIELDS: Final = (
    "entity", "metric", "metric_en", "reading", "status", "status_en", "limit", "limit_en",
)  # fmt: skip


def check_template(template: str, fields: Collection[str]) -> str:
    """The template itself, when it names only these fields and does nothing else with them.

    Raises ValueError with the field that is not known, or the form that is not allowed.
    """
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise ValueError(f"the template can't be read: {error}") from None
    for _, name, specification, conversion in parts:
        if name is None:
            continue
        if specification or conversion or not name.isidentifier():
            raise ValueError(f'"{{{name}…}}" is more than a field: write the plain name between braces')
        if name not in fields:
            hint = did_you_mean(name, fields) or f"Known fields: {', '.join(sorted(fields))}."
            raise ValueError(f'there is no field "{name}" here. {hint}'.rstrip("."))
    return template


def render(template: str, values: Mapping[str, str]) -> str:
    """The sentence; `values` holds every field that the template was checked against."""
    return template.format_map(values)
