"""Tables row by row: one column is walked for the indexes, exact instances of the others follow in full requests.

So columns are never mis-paired: a row that vanishes meanwhile, or has not all columns, just lacks their values.
"""

from collections.abc import Sequence

from collectors.snmp.conversation import Conversation
from collectors.snmp.gufo import Value

Row = dict[str, Value]
"""A row's values, by the OID of their column."""


async def read_rows(talk: Conversation, key: str, columns: Sequence[str], most: int) -> dict[str, Row]:
    """The first `most` rows by index, in the agent's order; `key` is a column that every row has.

    Raises Unanswered.
    """
    found = {index: {key: value} for index, value in (await talk.walk(key, most)).items()}
    await read_columns(talk, found, columns)
    return found


async def read_columns(talk: Conversation, rows: dict[str, Row], columns: Sequence[str]) -> None:
    """More columns of rows whose indexes are known. Raises Unanswered."""
    # Not interned like the plan's: most of these indexes are this one device's.
    answer = await talk.get([f"{column}.{index}" for index in rows for column in columns])
    for index, row in rows.items():
        for column in columns:
            value = answer.get(f"{column}.{index}")
            if value is not None:
                row[column] = value
