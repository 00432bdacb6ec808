"""The objects that are asked for, by the names their standard MIBs give them. No vendor's objects here."""

import sys
from typing import Final

# SNMPv2-MIB (RFC 3418), system group
SYS_DESCR: Final = "1.3.6.1.2.1.1.1.0"
SYS_OBJECT_ID: Final = "1.3.6.1.2.1.1.2.0"
SYS_UPTIME: Final = "1.3.6.1.2.1.1.3.0"
SYS_CONTACT: Final = "1.3.6.1.2.1.1.4.0"
SYS_NAME: Final = "1.3.6.1.2.1.1.5.0"
SYS_LOCATION: Final = "1.3.6.1.2.1.1.6.0"

# IF-MIB (RFC 2863): columns of ifTable and ifXTable
IF_DESCR: Final = "1.3.6.1.2.1.2.2.1.2"
IF_TYPE: Final = "1.3.6.1.2.1.2.2.1.3"
IF_SPEED: Final = "1.3.6.1.2.1.2.2.1.5"
IF_ADMIN_STATUS: Final = "1.3.6.1.2.1.2.2.1.7"
IF_OPER_STATUS: Final = "1.3.6.1.2.1.2.2.1.8"
IF_IN_OCTETS: Final = "1.3.6.1.2.1.2.2.1.10"
IF_IN_DISCARDS: Final = "1.3.6.1.2.1.2.2.1.13"
IF_IN_ERRORS: Final = "1.3.6.1.2.1.2.2.1.14"
IF_OUT_OCTETS: Final = "1.3.6.1.2.1.2.2.1.16"
IF_OUT_DISCARDS: Final = "1.3.6.1.2.1.2.2.1.19"
IF_OUT_ERRORS: Final = "1.3.6.1.2.1.2.2.1.20"
IF_NAME: Final = "1.3.6.1.2.1.31.1.1.1.1"
IF_HC_IN_OCTETS: Final = "1.3.6.1.2.1.31.1.1.1.6"
IF_HC_OUT_OCTETS: Final = "1.3.6.1.2.1.31.1.1.1.10"
IF_HIGH_SPEED: Final = "1.3.6.1.2.1.31.1.1.1.15"
IF_ALIAS: Final = "1.3.6.1.2.1.31.1.1.1.18"
IF_DISCONTINUITY: Final = "1.3.6.1.2.1.31.1.1.1.19"
IF_TABLE_LAST_CHANGE: Final = "1.3.6.1.2.1.31.1.5.0"

# HOST-RESOURCES-MIB (RFC 2790)
HR_PROCESSOR_LOAD: Final = "1.3.6.1.2.1.25.3.3.1.2"
HR_STORAGE_TYPE: Final = "1.3.6.1.2.1.25.2.3.1.2"
HR_STORAGE_DESCR: Final = "1.3.6.1.2.1.25.2.3.1.3"
HR_STORAGE_SIZE: Final = "1.3.6.1.2.1.25.2.3.1.5"
HR_STORAGE_USED: Final = "1.3.6.1.2.1.25.2.3.1.6"
HR_STORAGE_RAM: Final = "1.3.6.1.2.1.25.2.1.2"
HR_STORAGE_FIXED_DISK: Final = "1.3.6.1.2.1.25.2.1.4"
"""The storage types of main memory and fixed disks."""

# ENTITY-SENSOR-MIB (RFC 3433) and ENTITY-MIB (RFC 6933)
ENT_SENSOR_TYPE: Final = "1.3.6.1.2.1.99.1.1.1.1"
ENT_SENSOR_SCALE: Final = "1.3.6.1.2.1.99.1.1.1.2"
ENT_SENSOR_PRECISION: Final = "1.3.6.1.2.1.99.1.1.1.3"
ENT_SENSOR_VALUE: Final = "1.3.6.1.2.1.99.1.1.1.4"
ENT_SENSOR_STATUS: Final = "1.3.6.1.2.1.99.1.1.1.5"
ENT_PHYSICAL_DESCR: Final = "1.3.6.1.2.1.47.1.1.1.1.2"
ENT_PHYSICAL_CLASS: Final = "1.3.6.1.2.1.47.1.1.1.1.5"
ENT_PHYSICAL_NAME: Final = "1.3.6.1.2.1.47.1.1.1.1.7"


def under(column: str, index: int | str) -> str:
    """The instance of a column at an index.

    Interned: thousands of devices ask for the same instances, and one copy of each stays in the processor's cache.
    """
    return sys.intern(f"{column}.{index}")
