"""A device's interfaces by everything that its other tables may call them. Pure."""

from collections.abc import Mapping, Sequence

from collectors.snmp.interfaces import RawInterface


class LocalPorts:
    """Finds the name that an interface is known by here."""

    def __init__(self, interfaces: Sequence[RawInterface], name_of: Mapping[int, str]) -> None:
        """`name_of` is the name of each ifIndex."""
        self._name_of = name_of
        self._by_call: dict[str, str] = {}
        # The first to be called so keeps the call: a name goes before a description, a description before an alias.
        for kind in ("if_name", "descr", "mac", "alias"):
            for interface in interfaces:
                call = getattr(interface, kind)
                if call:
                    self._by_call.setdefault(call, name_of[interface.index])

    def at(self, index: int) -> str:
        """The interface at an ifIndex; empty where there is none."""
        return self._name_of.get(index, "")

    def called(self, text: str) -> str:
        """The interface with this ifName, ifDescr, ifPhysAddress or ifAlias; empty where there is none."""
        return self._by_call.get(text, "")
