"""Spreads the devices evenly over the polling interval, the same way at every start."""

from hashlib import blake2b
from typing import NamedTuple


def phase(device: str, interval: float) -> float:
    """Where in the interval, [0, interval), a device's turn is: a stable hash of its id."""
    digest = blake2b(device.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64 * interval


class Slot(NamedTuple):
    """One turn of a device."""

    when: float
    """Seconds on the monotonic clock."""
    full: bool
    """Whether the interface and health layers are due too."""
    skipped: int
    """Turns that had passed already when this one was looked for: they are dropped, never piled up."""


def next_slot(after: float, now: float, device_phase: float, quick: float, ratio: int) -> Slot:
    """The device's first turn later than both `after` (its last one) and `now`.

    Turns lie at `device_phase + n * quick`; every `ratio`-th one is full.
    """
    due = int((after - device_phase) // quick) + 1
    number = int((now - device_phase) // quick) + 1
    if number < due:
        number = due
    # A full turn among the dropped ones must not be lost: the next turn takes its place.
    full = number // ratio * ratio >= due
    return Slot(device_phase + number * quick, full, number - due)
