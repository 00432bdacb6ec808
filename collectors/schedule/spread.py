"""Spreads the devices evenly over the polling interval, the same way at every start."""

from dataclasses import dataclass
from hashlib import blake2b


def phase(device: str, interval: float) -> float:
    """Where in the interval, [0, interval), a device's turn is: a stable hash of its id."""
    digest = blake2b(device.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64 * interval


@dataclass(frozen=True, slots=True)
class Slot:
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
    number = max(due, int((now - device_phase) // quick) + 1)
    # A full turn among the dropped ones must not be lost: the next turn takes its place.
    full = any(turn % ratio == 0 for turn in range(max(due, number - ratio + 1), number + 1))
    return Slot(device_phase + number * quick, full, number - due)
