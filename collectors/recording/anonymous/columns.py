"""Which objects hold what people write, which what makers write, and how standard tables are indexed. Data."""

from typing import Final

from collectors.recording.records import Oid, oid_of


def _oids(text: str) -> frozenset[Oid]:
    return frozenset(oid_of(line.split()[0]) for line in text.strip().splitlines())


NAMES: Final = _oids(
    """
    1.3.6.1.2.1.1.5             sysName
    1.3.6.1.2.1.47.1.1.1.1.11   entPhysicalSerialNum
    1.3.6.1.2.1.47.1.1.1.1.15   entPhysicalAssetID
    1.3.6.1.2.1.47.1.2.1.1.4    entLogicalCommunity
    1.0.8802.1.1.2.1.3.3        lldpLocSysName
    1.0.8802.1.1.2.1.4.1.1.9    lldpRemSysName
    1.3.6.1.4.1.9.9.23.1.2.1.1.6    cdpCacheDeviceId
    1.3.6.1.4.1.9.9.23.1.2.1.1.17   cdpCacheSysName
    1.3.6.1.4.1.9.3.6.3         chassisId: Cisco's serial number
    """
)
"""Each value is a name: replaced in its own place, and wherever else it stands."""

PERSONAL: Final = NAMES | _oids(
    """
    1.3.6.1.2.1.1.4             sysContact
    1.3.6.1.2.1.1.6             sysLocation
    1.3.6.1.2.1.31.1.1.1.18     ifAlias
    1.3.6.1.2.1.47.1.1.1.1.14   entPhysicalAlias
    1.3.6.1.2.1.47.1.1.1.1.18   entPhysicalUris
    1.3.6.1.2.1.25.4.2.1.4      hrSWRunPath
    1.3.6.1.2.1.25.4.2.1.5      hrSWRunParameters
    1.3.6.1.2.1.25.3.8.1.2      hrFSMountPoint
    1.3.6.1.2.1.25.3.8.1.3      hrFSRemoteMountPoint
    1.3.6.1.2.1.17.7.1.4.3.1.1  dot1qVlanStaticName
    1.0.8802.1.1.2.1.4.1.1.8    lldpRemPortDesc: often ifAlias
    """
)
"""What people write about their own: every word and number of it is replaced."""

VENDOR: Final = _oids(
    """
    1.3.6.1.2.1.1.1             sysDescr
    1.3.6.1.2.1.1.9.1.3         sysORDescr
    1.3.6.1.2.1.47.1.1.1.1.2    entPhysicalDescr
    1.3.6.1.2.1.47.1.1.1.1.7    entPhysicalName
    1.3.6.1.2.1.47.1.1.1.1.8    entPhysicalHardwareRev
    1.3.6.1.2.1.47.1.1.1.1.9    entPhysicalFirmwareRev
    1.3.6.1.2.1.47.1.1.1.1.10   entPhysicalSoftwareRev
    1.3.6.1.2.1.47.1.1.1.1.12   entPhysicalMfgName
    1.3.6.1.2.1.47.1.1.1.1.13   entPhysicalModelName
    1.3.6.1.2.1.25.3.2.1.3      hrDeviceDescr
    1.0.8802.1.1.2.1.3.4        lldpLocSysDesc
    1.0.8802.1.1.2.1.4.1.1.10   lldpRemSysDesc
    1.3.6.1.4.1.9.9.23.1.2.1.1.5    cdpCacheVersion
    1.3.6.1.4.1.9.9.23.1.2.1.1.8    cdpCachePlatform
    """
)
"""What a maker writes, without which a recording tells nothing: kept, but for names, addresses and serials in it."""

BITMAPS: Final = _oids(
    """
    1.3.6.1.2.1.17.7.1.4        dot1qVlan: port lists
    1.3.6.1.2.1.17.7.1.2.3      dot1qTpGroup: port lists
    1.3.6.1.2.1.17.6            port lists of traffic classes
    """
)
"""Below these, octets are bits of ports."""

INDEXES: Final[dict[Oid, str]] = {
    oid_of(oid): scheme
    for oid, scheme in {
        "1.3.6.1.2.1.3.1.1": "iia",       # atTable: ifIndex, 1, address
        "1.3.6.1.2.1.4.20.1": "a",        # ipAddrTable
        "1.3.6.1.2.1.4.21.1": "a",        # ipRouteTable
        "1.3.6.1.2.1.4.22.1": "ia",       # ipNetToMediaTable
        "1.3.6.1.2.1.4.24.2.1": "aiia",   # ipForwardTable
        "1.3.6.1.2.1.4.24.4.1": "aaia",   # ipCidrRouteTable
        "1.3.6.1.2.1.4.24.7.1": "tiiiit", # inetCidrRouteTable with the policy 0.0
        "1.3.6.1.2.1.4.32.1": "iti",      # ipAddressPrefixTable
        "1.3.6.1.2.1.4.34.1": "t",        # ipAddressTable
        "1.3.6.1.2.1.4.35.1": "it",       # ipNetToPhysicalTable
        "1.3.6.1.2.1.6.13.1": "aiai",     # tcpConnTable
        "1.3.6.1.2.1.6.19.1": "titi",     # tcpConnectionTable
        "1.3.6.1.2.1.6.20.1": "ti",       # tcpListenerTable
        "1.3.6.1.2.1.7.5.1": "ai",        # udpTable
        "1.3.6.1.2.1.7.7.1": "titi",      # udpEndpointTable
        "1.3.6.1.2.1.14.2.1": "a",        # ospfAreaTable
        "1.3.6.1.2.1.14.3.1": "ai",       # ospfStubAreaTable
        "1.3.6.1.2.1.14.4.1": "aiaa",     # ospfLsdbTable
        "1.3.6.1.2.1.14.7.1": "ai",       # ospfIfTable
        "1.3.6.1.2.1.14.8.1": "aii",      # ospfIfMetricTable
        "1.3.6.1.2.1.14.9.1": "aa",       # ospfVirtIfTable
        "1.3.6.1.2.1.14.10.1": "ai",      # ospfNbrTable
        "1.3.6.1.2.1.14.12.1": "iaa",     # ospfExtLsdbTable
        "1.3.6.1.2.1.15.3.1": "a",        # bgpPeerTable
        "1.3.6.1.2.1.15.6.1": "aia",      # bgp4PathAttrTable
        "1.3.6.1.2.1.17.4.3.1": "m",      # dot1dTpFdbTable
        "1.3.6.1.2.1.17.5.1.1": "m",      # dot1dStaticTable
        "1.3.6.1.2.1.17.7.1.2.2.1": "im", # dot1qTpFdbTable
        "1.3.6.1.2.1.17.7.1.2.3.1": "im", # dot1qTpGroupTable
        "1.0.8802.1.1.2.1.3.8.1": "t",    # lldpLocManAddrTable
        "1.0.8802.1.1.2.1.4.2.1": "iiit", # lldpRemManAddrTable
        "1.3.6.1.4.1.9.9.187.1.2.5.1": "t", # cbgpPeer2Table
        "1.3.6.1.2.1.83.1.1.2.1": "aaa",  # ipMRouteTable
    }.items()
}  # fmt: skip
"""The entries of tables whose indexes hold addresses: `a` four numbers, `m` six, `t` a type, a length and an address,
`i` one number."""
