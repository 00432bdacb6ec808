# ruff: noqa: E501 (rows of data)
"""A small valid pair of files, and how tests change a line of it."""

from pathlib import Path

import pytest

from foundation.problems import ProblemError
from topology.loader import load_network
from topology.network import Network

TOPOLOGY = """\
version: 1
divisions:
  - {code: 530000, tier: province, name: 云南省, name_en: Yunnan Province, seat: [102.7, 25.0]}
  - {code: 530600, tier: prefecture, parent: 530000, name: 昭通市, name_en: Zhaotong City, seat: [103.7, 27.3]}
  - {code: 530627, tier: county, parent: 530600, name: 镇雄县, name_en: Zhenxiong County, seat: [104.9, 27.4]}
  - {code: 530628, tier: county, parent: 530600, name: 彝良县, name_en: Yiliang County, seat: [104.0, 27.6], centre: 530600}
devices:
  - {id: core-1, role: core, division: 530000, address: 10.254.0.1}
  - {id: core-2, role: core, division: 530000, address: 10.254.0.2}
  - {id: agg-1, role: aggregation, division: 530600, address: 10.6.0.1}
  - {id: agg-2, role: aggregation, division: 530600, address: 10.6.0.2, credentials: special, snmp_port: 1161, name: 二号}
  - {id: county-a, role: county, division: 530627, address: 10.6.27.1}
  - {id: county-b, role: county, division: 530628, address: 10.6.28.1}
links:
  - {lower: [core-2, peer], upper: [core-1, peer], role: backup, speed_mbps: 100000}
  - {lower: [agg-1, up1], upper: [core-1, down1], role: primary, speed_mbps: 10000, carrier: 电信}
  - {lower: [agg-2, up1], upper: [core-2, down1], role: primary, speed_mbps: 10000, carrier: 移动}
  - {lower: [county-a, up1], upper: [agg-1, down1], role: primary, speed_mbps: 1000, carrier: 联通}
  - {lower: [county-b, up1], upper: [agg-2, down1], role: primary, speed_mbps: 1000, carrier: 广电}
  - {id: spare, lower: [county-b, up2], upper: [county-a, side], role: backup, speed_mbps: 100}
private_networks:
  - {id: health, name: 卫生专网, name_en: Health network, departments: [卫生健康]}
  - {id: mixed, name: 混合专网, name_en: Mixed network, departments: [公安], agencies: [a-health], except: [b-police]}
"""
AGENCIES = """\
id,name,name_en,tier,division,county,department,router,address,interface,upper,upper_interface,speed_mbps,carrier
a-health,镇雄县卫生健康局,Zhenxiong Health Bureau,county,530627,530627,卫生健康,a-health-R1,10.6.27.11,wan,county-a,p1,100,电信
a-police,镇雄县公安局,Zhenxiong Police,county,530627,530627,公安,a-police-R1,10.6.27.12,wan,county-a,p2,100,移动
b-police,彝良县公安局,"Yiliang Police, County",county,530628,530628,公安,b-police-R1,10.6.28.11,wan,county-b,p1,100,
city-health,昭通市卫生健康委员会,Zhaotong Health Commission,prefecture,530600,530627,卫生健康,city-R1,10.6.0.11,wan,agg-1,p1,1000,电信
"""


def line_of(text: str, part: str) -> int:
    """The number of the only line that holds `part`."""
    found = [number for number, line in enumerate(text.splitlines(), 1) if part in line]
    assert len(found) == 1, f"{part!r} stands on lines {found}"
    return found[0]


def replaced(text: str, old: str, new: str) -> str:
    """The text with its one occurrence of `old` replaced."""
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
    return text.replace(old, new)


def load(directory: Path, topology: str | bytes = TOPOLOGY, agencies: str | bytes = AGENCIES) -> Network:
    """Write both files and load them."""
    files = directory / "topology.yaml", directory / "agencies.csv"
    for file, content in zip(files, (topology, agencies), strict=True):
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_network(*files)


def refusals(directory: Path, topology: str | bytes = TOPOLOGY, agencies: str | bytes = AGENCIES) -> list[str]:
    """The problems, as an operator reads them."""
    with pytest.raises(ProblemError) as caught:
        load(directory, topology, agencies)
    return [str(problem) for problem in caught.value.problems]
