"""HOST-RESOURCES-MIB (RFC 2790): memory as hrStorage, processors as hrDevice and hrProcessor."""

from typing import Final

from simulator.ber import TIME_TICKS, integer, object_identifier, text, unsigned
from simulator.curve import Moment
from simulator.routers import MEMORY_KIB, Router
from simulator.views import Column, fixed

_HOST: Final = (1, 3, 6, 1, 2, 1, 25)
_STORAGE: Final = (*_HOST, 2, 3, 1)
_DEVICE: Final = (*_HOST, 3, 2, 1)
_PROCESSOR: Final = (*_HOST, 3, 3, 1)
_RAM: Final = (*_HOST, 2, 1, 2)
_DEVICE_IS_PROCESSOR: Final = (*_HOST, 3, 1, 3)
_UNIT: Final = 1024

Processor = tuple[Router, int]
"""A row of the processors' family: the router and the processor's number, from 0."""


def _used(router: Router, moment: Moment) -> bytes:
    return integer(round(MEMORY_KIB[router.device.role] * router.vitals.memory(moment) / 100))


def _load(processor: Processor, moment: Moment) -> bytes:
    router, number = processor
    return integer(router.vitals.cpu(moment, number))


COLUMNS: Final = (
    Column((*_HOST, 1, 1), "router", lambda router, now: unsigned(TIME_TICKS, router.ticks(now.now) & 0xFFFFFFFF)),
    Column((*_HOST, 2, 2), "router", lambda router, _: integer(MEMORY_KIB[router.device.role]), static=True),
    Column((*_STORAGE, 1), "memory", fixed(integer(1)), static=True),
    Column((*_STORAGE, 2), "memory", fixed(object_identifier(_RAM)), static=True),
    Column((*_STORAGE, 3), "memory", fixed(text("Physical memory")), static=True),
    Column((*_STORAGE, 4), "memory", fixed(integer(_UNIT)), static=True),
    Column((*_STORAGE, 5), "memory", lambda router, _: integer(MEMORY_KIB[router.device.role]), static=True),
    Column((*_STORAGE, 6), "memory", _used),
    Column((*_DEVICE, 1), "processor", lambda processor, _: integer(196_608 + processor[1]), static=True),
    Column((*_DEVICE, 2), "processor", fixed(object_identifier(_DEVICE_IS_PROCESSOR)), static=True),
    Column((*_DEVICE, 3), "processor", lambda processor, _: text(f"Processor {processor[1] + 1}"), static=True),
    Column((*_DEVICE, 5), "processor", fixed(integer(2)), static=True),
    Column((*_PROCESSOR, 1), "processor", fixed(object_identifier((0, 0))), static=True),
    Column((*_PROCESSOR, 2), "processor", _load),
)
