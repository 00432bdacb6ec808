"""Shares of packets, estimated from bytes: packets themselves are not counted by the poll."""


def share_of_packets(wrong: float, bps: float, packet_size: int) -> float:
    """Percent of an interface's packets that were wrong: `wrong` a second, of those that `bps` bits a second make at
    `packet_size` bytes each. Wrong packets that were not passed on come on top of those that were."""
    packets = bps / 8 / packet_size + wrong
    return 100.0 * wrong / packets if packets > 0 else 0.0
