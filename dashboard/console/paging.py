"""One page of a list, and whether there is another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from dashboard.web.context import whole_number

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`rows` from `offset` on; `total` is None where counting would cost more than it tells."""

    rows: Sequence[T]
    offset: int
    size: int
    more: bool
    total: int | None = None

    @property
    def previous(self) -> int:
        """The offset of the page before."""
        return max(0, self.offset - self.size)

    @property
    def following(self) -> int:
        """The offset of the next page."""
        return self.offset + self.size


def asked_offset() -> int:
    """Where the page that is asked for begins."""
    return whole_number("offset", 0)


def cut(found: Sequence[T], offset: int, size: int) -> Page[T]:
    """A page from a query that asked for one row more than it shows."""
    return Page(found[:size], offset, size, len(found) > size)


def slice_of(whole: Sequence[T], offset: int, size: int) -> Page[T]:
    """A page of a list that is all there."""
    return Page(whole[offset : offset + size], offset, size, offset + size < len(whole), len(whole))
