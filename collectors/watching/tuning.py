"""How one device is best polled, and what that costs: for the device page, `yunwei device show`, and the next start.

The names here are the keys under which a tuning is kept (`collectors.facts`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collectors.budget.exchange import NOTHING, Cost
from collectors.budget.ledger import Account
from collectors.watching.memory import Memory
from collectors.watching.watcher import Watcher
from foundation.clock import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUse:
    """One line that polling goes over."""

    link: str
    speed_mbps: float
    devices: int
    """How many are polled over it."""
    allowed_per_minute: int
    """Bytes that polling may put on it, both directions together."""
    carried_per_minute: int
    """Bytes that it put on it over the last minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """One device's. Counts are since the platform's start."""

    credentials: str
    """The name of the login that works; empty while none has."""
    version: str
    """The SNMP version in use: `1`, `2c` or `3`."""
    profile: str
    """The device family; empty before the first inventory."""
    request_values: int
    """Values asked for in one request: shrinks on tooBig and loss, grows slowly back."""
    repetitions: int
    """Rows asked for in one step of a walk; the same."""
    timeout_s: float
    """The wait for an answer, from the device's own round trips."""
    round_trip_ms: float | None
    """Their mean; None before the first answer and while the device is down."""
    requests_per_look: int
    """Of a full look."""
    packets_per_look: int
    values_per_look: int
    bytes_down_per_minute: int
    """What polling puts on the lines towards the device while all is well, headers included; inventories apart."""
    bytes_up_per_minute: int
    inventory_bytes: int
    """What the last inventory put on the lines, both ways; 0 before it."""
    inventory_at: Instant | None
    """When the last inventory was taken."""
    late_looks: int
    """Looks that began more than a second after their turn, and turns dropped."""
    latest_start_s: float
    """How long after its turn the latest look began."""
    timeouts: int
    restarts: int
    put_off: int
    """Full looks and inventories that a line's budget put off."""
    paced: int
    """Requests that were held back by the device's packets a second."""
    lines: tuple[LineUse, ...] = ()
    """The lines that it is polled over, its own first."""


def tuning_of(
    watcher: Watcher,
    account: Account,
    punctuality: tuple[int, float],
    quick: Cost,
    looks_per_minute: tuple[float, float],
    lines: tuple[LineUse, ...],
) -> Tuning:
    """The tuning of a watched device; `looks_per_minute` are the quick ones and the full ones."""
    memory, channel = watcher.memory, watcher.channel
    quick_looks, full_looks = looks_per_minute
    plan = memory.plan
    cost = quick.times(quick_looks).plus((NOTHING if plan is None else memory.cost).times(full_looks))
    requests = 0 if plan is None else len(plan.requests)
    inventory = memory.inventory
    late, latest = punctuality
    return Tuning(
        credentials=channel.keyring.remembered or "",
        version=channel.version.value,
        profile="" if inventory is None else inventory.profile,
        request_values=memory.size.size,
        repetitions=memory.size.repetitions,
        timeout_s=round(memory.patience.wait, 3),
        round_trip_ms=None if memory.patience.mean is None else round(memory.patience.mean * 1000, 3),
        requests_per_look=requests,
        packets_per_look=2 * requests,
        values_per_look=0 if plan is None else plan.values,
        bytes_down_per_minute=cost.down,
        bytes_up_per_minute=cost.up,
        inventory_bytes=memory.inventory_bytes,
        inventory_at=None if inventory is None else inventory.at,
        late_looks=late,
        latest_start_s=round(latest, 3),
        timeouts=memory.timeouts,
        restarts=memory.restarts,
        put_off=account.put_off,
        paced=channel.put_off,
        lines=lines,
    )


def recall(watcher: Watcher, tuning: Mapping[str, Any]) -> None:
    """Begin with what an earlier run found out. A document of another version may lack any of it, or hold nonsense."""
    memory: Memory = watcher.memory
    values, name = tuning.get("request_values"), tuning.get("credentials")
    if type(values) is int:
        memory.size.remember(values)
    if type(name) is str:
        watcher.channel.remember(name)
    round_trip, wait = tuning.get("round_trip_ms"), tuning.get("timeout_s")
    if isinstance(round_trip, int | float) and isinstance(wait, int | float):
        memory.patience.remember(round_trip / 1000, wait)
