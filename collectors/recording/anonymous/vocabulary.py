"""Words that tell what a part is, never whose: they may stay in any text of a recording."""

from typing import Final

WORDS: Final = frozenset(
    """
    a active ac access adapter agent air airflow all am ambient and ap ap active apc asic atm auto available average
    backplane backup bank base battery bay bgp bias blade board boot bottom bridge broadcast buffer buffers bus by
    cable cache cached card case cdp celsius cf channel charge charging chassis chip cisco class close closed coaxial
    com comware connected connector console control controller copper core cpu critical current
    data db dc default degraded degrees detected device digital direct disabled disk domain down downlink drive
    driver text pool heap stack swap dual
    duplex dynamic eeprom electrical element enable enabled engine environment envmon eth ethernet external
    fa fabric fail failed failure fan fans fastethernet fault fe fiber firmware flash floating for forced fortinet
    forty free frequency front full fxp ge gi gigabit gigabitethernet gigabitethernets ggsn good group gsm
    h3c half hardware healthy heat heatsink high hillstone hot hotspot huawei humidity hundred hundredgige hx
    id idle ieee in inactive inlet inner input inside installed intake interface internal interrupt ios ip ipsec
    ipv4 ipv6 irq isis junction juniper junos kernel lag lan laser left level lim line link linux lldp lo load local
    logical loop loopback loss low lower main maipu management manual max maximum media mem memory meth mgmt min minimum
    missing mode module modules monitor mpls mpu multi multicast mw
    nat native net network no none normal not notpresent npu nqa null nullx number nx nxos
    of off offline ok on online open operational optical optics ospf other out outer outlet output outside over overheat
    pack packet part partition passive pci pcie percent phase phy physical pic pim pluggable pm poe pon pool port ports
    pos power ppp present primary process processor processors product propvirtual protocol psu pwr
    qos qsfp rack radio ram raisecom rate read ready real rear receive redundancy redundant relay remote removed
    reserved reset rev revision right ring rom room root route router routing rpm ruijie running rx
    scale sda secondary security sensor sensors serial server service sfp sfu shared sit slave slot slots smart snmp
    software speed ssd stack stacking standby state static status storage sub subslot success supervisor supply swap
    switch switching sys system table tcp tdm temp temperature ten tengige tengigabit tengigabitethernet test the
    threshold throughput to top total transceiver transmit trunk tunnel tx type udp unit unknown up upgrade uplink ups
    usage usb used user utilization valid value vbat vcc version vcore vdd vendor versatile virtual vlan vlanif voltage
    volt volts vpn vrp vsi vty wan warning watt watts wifi wireless with working write xe xge xgigabitethernet xr zte
    bri bvi dialer dot1q dsl e1 em en eni ens eno enp docker veth tun tap br bond team wlan fc fcip hge hundredge
    fortygige twentyfivegige twentyfivegigabitethernet fourhundredgige mgmteth nve oob portchannel pseudowire register
    virtualtemplate vt bundle ether fiveg et xe ae irb st0 lsi gr dsc demux cbp pip pp tap vme vcp gre ipip mtun pfe pfh
    vl nu po te hu fo fi tw tu di se be bu mg lb vif eth0 ve sw gre0 sit0 dummy
    twe twentyfivegig unrouted dev shm run boot home var tmp opt etc srv swapfile rootfs tmpfs ens160 eno1
    pimd pime sp mt lt ud pd pe stp mstp rstp ssl ntp dns dhcp radius tacacs ssh telnet http https ftp tftp sntp
    am pm utc gmt cst mhz ghz hz mb gb kb tb mbps gbps kbps ma mv dbm nm um km
    """.split()  # noqa: SIM905 - a list of hundreds of quoted words is nothing to read
)
"""In lower case."""
