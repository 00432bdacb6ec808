"""How rows get from Arrow tables into the tables of the DuckDB store."""

# Names in the SQL below are those of the measurements; moments are whole numbers.
# ruff: noqa: S608

import duckdb
import pyarrow as pa

from foundation.clock import Instant
from storage.metrics.duckdb_schema import recent_table, sorted_table
from storage.metrics.store import Measurement


def insert_rows(cursor: duckdb.DuckDBPyConnection, insert: str, incoming: pa.Table) -> None:  # noqa: ARG001 - see below
    """Append Arrow rows: `insert` is the statement up to its SELECT."""
    # DuckDB finds the Arrow table by the name of this function's argument. Registering it as a view first would cost
    # a third more, and this runs every few seconds.
    cursor.execute(f"{insert} SELECT * FROM incoming")


def insert_unknown(
    cursor: duckdb.DuckDBPyConnection,
    insert: str,
    measurement: Measurement,
    incoming: pa.Table,  # noqa: ARG001 - found by its name, as above
    between: tuple[Instant, Instant],
) -> None:
    """Insert the rows of which the file has none for their series and moment: late ones, or ones written before."""
    known = " UNION ALL ".join(
        f"SELECT series, moment FROM {table} WHERE moment BETWEEN {between[0]} AND {between[1]}"
        for table in (recent_table(measurement), sorted_table(measurement))
    )
    cursor.execute(
        f"{insert} SELECT DISTINCT ON (series, moment) * FROM incoming "
        f"ANTI JOIN ({known}) AS known USING (series, moment)"
    )
