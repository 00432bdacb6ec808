"""What a watcher needs of who schedules it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from collectors.snmp.inventory import Inventory
from collectors.snmp.profiles.profile import ProfileSet
from collectors.telemetry import Telemetry
from foundation.clock import Clock
from foundation.messages import Observation


class Owner(Protocol):
    """Who schedules looks, and tells others what they found."""

    @property
    def clock(self) -> Clock:
        """Where the time comes from."""
        ...

    @property
    def telemetry(self) -> Telemetry:
        """Where figures are kept."""
        ...

    @property
    def publish(self) -> Callable[[Observation], None]:
        """Tells the others what was found."""
        ...

    @property
    def profiles(self) -> ProfileSet:
        """The device families that are known."""
        ...

    def finished(self, device: str) -> None:
        """The look is over."""
        ...

    def recovered(self, device: str) -> None:
        """A device that was down answers again."""
        ...

    def ping(self, address: str) -> "asyncio.Future[bool] | None":
        """Ask whether something at an address answers a ping; None where pings are off."""
        ...

    def set_aside(self, device: str) -> None:
        """The look will take long: it waits for a device that does not answer, or takes an inventory."""
        ...

    def owe(self, device: str) -> None:
        """The look can't be at all layers now: the next one is to be."""
        ...

    def may_learn(self, device: str) -> bool:
        """Whether there is a place for one more inventory; if not, the device is looked at again once there is."""
        ...

    def gave_place(self) -> None:
        """An inventory for which there was a place is over."""
        ...

    def learned(self, device: str, inventory: Inventory) -> None:
        """An inventory was taken."""
        ...

    def spawn(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Run an inventory in a task."""
        ...
