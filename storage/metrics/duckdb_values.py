"""How values lie in the tables of the DuckDB store, as SQL: of single rows, of sorted rows, of roll-ups.

The names in it are those of FIELDS.
"""

from storage.metrics.duckdb_schema import SPEEDS
from storage.metrics.resolutions import DAILY, HOURLY, RollUp
from storage.metrics.store import DECIMALS, FIELDS, Measurement

SPEED_DIGITS = 3
"""Digits of an interface's speed that are kept: what they leave out stands in the rest."""


def expected(rate: str, column: str, speed: str = "speed") -> str:
    """The utilisation that a rate makes of the speed; 0 where either is not known."""
    return f"coalesce(round({rate} * 100 / {speed}, {DECIMALS[column]}), 0)"


def kept(measurement: Measurement, column: str) -> str:
    """What a sorted row keeps of a field, from a plain row that has its `speed` beside it."""
    rate = SPEEDS[measurement].get(column)
    if rate is None:
        return column
    return f"round({column} - {expected(rate, column)}, {DECIMALS[column]})"


def plain(measurement: Measurement, column: str) -> str:
    """The value of a field, from a sorted row."""
    rate = SPEEDS[measurement].get(column)
    if rate is None:
        return column
    return f"round({column} + {expected(rate, column)}, {DECIMALS[column]})"


PARTS = ("sum", "low", "high")


def rolled(measurement: Measurement, column: str) -> dict[str, str]:
    """What a roll-up row keeps of a field, by column: from a group's `<field>_sum`, `_count`, `_low`, `_high`, `speed`.

    A mean of layouts before the third is not written any more.
    """
    rate = SPEEDS[measurement].get(column)
    found = {f"{column}_count": f"{column}_count"}
    for part in PARTS:
        name = f"{column}_{part}"
        found[name] = name
        if rate is not None:
            found[name] = f"round({name} - {expected(f'{rate}_{part}', column)}, {DECIMALS[column]})"
    return found


def unrolled(measurement: Measurement, roll_up: RollUp, column: str) -> dict[str, str]:
    """A field's `total`, `low`, `high` and `n` from a roll-up row of any layout."""
    if roll_up is DAILY:
        return {
            "total": f"{column}_sum",
            "low": f"{column}_low",
            "high": f"{column}_high",
            "n": f"coalesce({column}_count, 0)",
        }
    rate = SPEEDS[measurement].get(column)
    found = {}
    for part, name in zip(PARTS, ("total", "low", "high"), strict=True):
        found[name] = f"{column}_{part}"
        if rate is not None:
            found[name] = f"round({column}_{part} + {expected(f'{rate}_{part}', column)}, {DECIMALS[column]})"
    found["total"] = f"coalesce({found['total']}, {column}_mean * samples)"
    found["n"] = f"coalesce({column}_count, CASE WHEN {column}_mean IS NULL THEN 0 ELSE samples END)"
    return found


def grouped(measurement: Measurement) -> str:
    """A group's `<field>_sum`, `_count`, `_low` and `_high` of every field, of plain rows."""
    return ", ".join(
        f"round(sum({field}), {DECIMALS[field]}) AS {field}_sum, count({field}) AS {field}_count, "
        f"min({field}) AS {field}_low, max({field}) AS {field}_high"
        for field in FIELDS[measurement]
    )


def summed(measurement: Measurement) -> str:
    """The same of a group of hourly roll-ups."""
    parts = []
    for field in FIELDS[measurement]:
        sql = unrolled(measurement, HOURLY, field)
        parts.append(
            f"round(sum({sql['total']}), {DECIMALS[field]}) AS {field}_sum, sum({sql['n']}) AS {field}_count, "
            f"min({sql['low']}) AS {field}_low, max({sql['high']}) AS {field}_high"
        )
    return ", ".join(parts)


def speeds(measurement: Measurement) -> str | None:
    """The speed of a group of plain rows, from the row with the highest utilisation, which tells it best; or None.

    Kept to a few digits, so that the same interface has the same speed in every hour.
    """
    rates = SPEEDS[measurement]
    if not rates:
        return None
    (first, first_rate), (second, second_rate) = rates.items()
    quotient = (
        f"CASE WHEN coalesce({first}, 0) >= coalesce({second}, 0) THEN {first_rate} * 100 / nullif({first}, 0) "
        f"ELSE {second_rate} * 100 / nullif({second}, 0) END"
    )
    best = f"arg_max({quotient}, greatest({first}, {second}))"
    digits = f"{SPEED_DIGITS - 1} - CAST(floor(log10({best})) AS INTEGER)"
    return f"CASE WHEN {best} >= 1 THEN round({best}, {digits}) END"
