"""Which pinger is used: as the settings say, as far as the machine permits."""

import logging
from typing import Literal

from collectors.reachability.icmp import IcmpPinger, permitted
from collectors.reachability.ping import Pinger
from collectors.reachability.udp_echo import open_udp_echo

log = logging.getLogger(__name__)


async def open_pinger(kind: Literal["icmp", "udp_echo", "off"], echo_port: int) -> Pinger | None:
    """The pinger of this kind; None where pings are off, or ICMP is not permitted, which is said once and plainly."""
    if kind == "off":
        return None
    if kind == "udp_echo":
        return await open_udp_echo(echo_port)
    privileged = permitted()
    if privileged is None:
        log.warning(
            "This process may not send ICMP echo requests, so a silent SNMP agent can't be told from a dead device; "
            'permit it by `sysctl net.ipv4.ping_group_range="0 2147483647"` or CAP_NET_RAW, or set pinger to "off".'
        )
        return None
    return IcmpPinger(privileged=privileged)
