"""Writes the sample province: `topology.yaml` and `agencies.csv`.

    python -m scripts.generate_province [DIVISIONS.csv] [--out DIRECTORY]

The divisions and institutions are facts (scripts/data); the routers, lines, addresses and who is connected are
invented, from one seed, so the same script always writes the same bytes. Afterwards both files are plain data that
people edit; nothing reads this script at run time.
"""

import argparse
import csv
import io
import math
import random
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

SEED = 530000
AGENCIES = 2_511
PREFECTURE_AGENCIES = 32
WITHOUT_CENTRE = 41
DATA = Path(__file__).parent / "data"

# The seat county of each prefecture: where its own agencies stand. Kunming's and the province's are spread.
SEAT_COUNTIES = {
    "530100": ("530114", "530102", "530103"),
    "530300": ("530302",), "530400": ("530402",), "530500": ("530502",), "530600": ("530602",),
    "530700": ("530702",), "530800": ("530802",), "530900": ("530902",), "532300": ("532301",),
    "532500": ("532503",), "532600": ("532601",), "532800": ("532801",), "532900": ("532901",),
    "533100": ("533103",), "533300": ("533301",), "533400": ("533401",),
}  # fmt: skip
PROVINCE_COUNTIES = ("530102", "530103", "530111", "530112", "530114")
# Populous counties connect more of their institutions.
POPULOUS = {
    "530627": 8, "530381": 8, "530326": 7, "530302": 7, "530602": 6, "530102": 6, "530111": 6, "530112": 5,
    "530103": 5, "530325": 5, "530322": 5, "530502": 5, "530581": 5, "532301": 5, "532627": 5, "530628": 4,
    "530402": 4, "532504": 4, "532524": 4, "532901": 5, "532801": 4, "530828": 3, "532601": 4, "530324": 4,
    "530625": 3, "530621": 2, "530622": 3, "530922": 3, "532503": 3, "530181": 3,
}  # fmt: skip
SMALL = {"533324": -3, "533422": -3, "530829": -3, "530629": -1, "530681": -2, "530827": -2, "532532": -3, "530826": -2}
# Institutions whose access line goes to a core router: the province's leading bodies.
ON_CORE = {
    "party-office", "congress", "government-office", "cppcc", "discipline", "organisation",
    "public-security", "finance", "court", "procuratorate",
}  # fmt: skip
NATIONALITIES = (
    "哈尼族", "彝族", "回族", "苗族", "傣族", "纳西族", "拉祜族", "佤族", "布朗族", "瑶族", "白族", "普米族", "独龙族",
    "怒族", "傈僳族", "壮族", "景颇族", "藏族",
)  # fmt: skip


@dataclass(frozen=True)
class Division:
    """A row of the divisions table."""

    code: str
    parent: str
    tier: str
    name: str
    name_en: str
    longitude: float
    latitude: float

    @property
    def stem(self) -> str:
        """The name without type and nationalities: 玉龙 for 玉龙纳西族自治县."""
        if not self.name.endswith(("自治县", "自治州")):
            # Two characters are a whole name: 芒市 and 云县 keep their type.
            return self.name[:-1] if len(self.name) > 2 else self.name
        stem = self.name.removesuffix("自治县").removesuffix("自治州")
        shorter = True
        while shorter:
            shorter = False
            for nationality in NATIONALITIES:
                if stem.endswith(nationality):
                    stem, shorter = stem.removesuffix(nationality), True
        return stem


@dataclass(frozen=True)
class Institution:
    """A row of the institutions table: names as patterns, empty where the tier has none."""

    slug: str
    department: str
    province: str
    prefecture: str
    county: str
    en_province: str
    en_local: str


class Ports:
    """Hands out a device's interfaces in order, named by speed as on common routers."""

    def __init__(self) -> None:
        self._used: Counter[tuple[str, str]] = Counter()

    def next(self, device: str, speed_mbps: int) -> str:
        """The next free interface of that speed, 24 a board."""
        kind = {100_000: "100GE", 10_000: "XGigabitEthernet"}.get(speed_mbps, "GigabitEthernet")
        position = self._used[device, kind]
        self._used[device, kind] += 1
        return f"{kind}{position // 24}/0/{position % 24 + 1}"


def read_divisions(path: Path) -> list[Division]:
    """The divisions, in the file's order."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Division(
                row["code"],
                row["parent_code"],
                row["level"],
                row["name_zh"],
                row["name_en"],
                float(row["lon"]),
                float(row["lat"]),
            )
            for row in csv.DictReader(file)
        ]


def read_institutions() -> list[Institution]:
    """The institutions, in the order in which they are connected."""
    with (DATA / "institutions.csv").open(encoding="utf-8", newline="") as file:
        return [Institution(**row) for row in csv.DictReader(file)]


def county_sizes(counties: list[Division], total: int, chance: random.Random) -> dict[str, int]:
    """How many agencies of its own each county has, `total` in all."""
    sizes = {
        county.code: 14 + chance.randint(-2, 2) + POPULOUS.get(county.code, 0) + SMALL.get(county.code, 0)
        for county in counties
    }
    while (difference := total - sum(sizes.values())) != 0:
        code = chance.choice(counties).code
        if difference > 0 and sizes[code] < 30:
            sizes[code] += 1
        elif difference < 0 and sizes[code] > 10:
            sizes[code] -= 1
    return sizes


def connected(offered: list[Institution], count: int, chance: random.Random) -> list[Institution]:
    """Which institutions of a division are connected: the leading ones first, with some chance further down."""
    rank = {
        institution.slug: position + (0 if position < 8 else chance.uniform(-9, 9))
        for position, institution in enumerate(offered)
    }
    chosen = {institution.slug for institution in sorted(offered, key=lambda offer: rank[offer.slug])[:count]}
    return [institution for institution in offered if institution.slug in chosen]


def police(county: Division, prefecture: Division) -> str:
    """A district's police is a branch of the city's; a county has its own."""
    if county.name.endswith("区"):
        return f"{prefecture.name}公安局{county.stem}分局"
    return f"{county.name}公安局"


def address_block(code: str) -> str:
    """`10.6.27` for 530627: prefecture and county read straight from the code. 10.0 is never used."""
    return "10.254.0" if code == "530000" else f"10.{int(code[2:4])}.{int(code[4:6])}"


def distance(one: Division, other: Division) -> float:
    """Roughly, in degrees of latitude."""
    return math.hypot(
        (one.longitude - other.longitude) * math.cos(math.radians(one.latitude)), one.latitude - other.latitude
    )


class Province:
    """Everything that is generated, as text rows."""

    def __init__(self, divisions: list[Division]) -> None:
        self.chance = random.Random(SEED)
        self.by_code = {division.code: division for division in divisions}
        self.divisions = divisions
        self.prefectures = [division for division in divisions if division.tier == "prefecture"]
        self.counties = [division for division in divisions if division.tier == "county"]
        self.institutions = read_institutions()
        self.ports = Ports()
        self.links: list[str] = []
        self.agencies: list[dict[str, str]] = []
        self.hosts: Counter[str] = Counter()
        provincial = [institution for institution in self.institutions if institution.province]
        own = AGENCIES - len(provincial) - PREFECTURE_AGENCIES * len(self.prefectures)
        self.sizes = county_sizes(self.counties, own, self.chance)
        smallest = sorted(self.counties, key=lambda county: (self.sizes[county.code], county.code))
        seats = {code for codes in SEAT_COUNTIES.values() for code in codes}
        self.without_centre = {county.code for county in smallest if county.code not in seats}
        self.without_centre = set(
            [county.code for county in smallest if county.code in self.without_centre][:WITHOUT_CENTRE]
        )
        self._tie_backbone()
        self._tie_counties()
        self._connect_agencies(provincial)

    def children(self, prefecture: Division) -> list[Division]:
        """The prefecture's counties."""
        return [county for county in self.counties if county.parent == prefecture.code]

    def _tie(self, lower: str, upper: str, role: str, speed: int, carrier: str) -> None:
        lower_port, upper_port = self.ports.next(lower, speed), self.ports.next(upper, speed)
        self.links.append(
            f"  - {{lower: [{lower}, {lower_port}], upper: [{upper}, {upper_port}], "
            f"role: {role}, speed_mbps: {speed}, carrier: {carrier}}}"
        )

    def _tie_backbone(self) -> None:
        self.links.append("  # 省核心互联 The two provincial cores")
        self._tie("530000-CR2", "530000-CR1", "backup", 100_000, "电信")
        for prefecture in self.prefectures:
            self.links.append(f"  # {prefecture.name} {prefecture.name_en}")
            first, second = f"{prefecture.code}-AR1", f"{prefecture.code}-AR2"
            self._tie(first, "530000-CR1", "primary", 10_000, "电信")
            self._tie(first, "530000-CR2", "primary", 10_000, "移动")
            self._tie(second, "530000-CR1", "primary", 10_000, "联通")
            self._tie(second, "530000-CR2", "primary", 10_000, "电信")
            self._tie(second, first, "backup", 10_000, "电信")

    def _tie_counties(self) -> None:
        for prefecture in self.prefectures:
            self.links.append(f"  # {prefecture.name}所辖县区 Counties of {prefecture.name_en}")
            children = self.children(prefecture)
            for position, county in enumerate(children):
                aggregation = f"{prefecture.code}-AR{position % 2 + 1}"
                carrier = self.chance.choices(("电信", "移动", "联通", "广电"), (5, 3, 2, 1))[0]
                speed = 10_000 if self.sizes[county.code] >= 18 else 1_000
                self._tie(f"{county.code}-R1", aggregation, "primary", speed, carrier)
            tied: set[frozenset[str]] = set()
            wanted = round(len(children) / 3)
            for county in self.chance.sample(children, wanted):
                near = sorted((other for other in children if other is not county), key=lambda o: distance(county, o))
                neighbour = next(other for other in near if frozenset((county.code, other.code)) not in tied)
                tied.add(frozenset((county.code, neighbour.code)))
                carrier = self.chance.choice(("移动", "联通", "广电"))
                self._tie(f"{county.code}-R1", f"{neighbour.code}-R1", "backup", 1_000, carrier)

    def _connect_agencies(self, provincial: list[Institution]) -> None:
        province = self.by_code["530000"]
        for position, institution in enumerate(provincial):
            routers = "530000-CR" if institution.slug in ON_CORE else "530100-AR"
            seat = PROVINCE_COUNTIES[position % len(PROVINCE_COUNTIES)]
            name = institution.province.format(d=province.name)
            self._connect(
                province,
                institution,
                name,
                f"Yunnan Provincial {institution.en_province}",
                seat,
                f"{routers}{position % 2 + 1}",
            )
        for prefecture in self.prefectures:
            offered = [institution for institution in self.institutions if institution.prefecture]
            for position, institution in enumerate(connected(offered, PREFECTURE_AGENCIES, self.chance)):
                seats = SEAT_COUNTIES[prefecture.code]
                name = institution.prefecture.format(d=prefecture.name)
                name_en = f"{prefecture.name_en} {institution.en_local}"
                upper = f"{prefecture.code}-AR{position % 2 + 1}"
                self._connect(prefecture, institution, name, name_en, seats[position % len(seats)], upper)
            for county in self.children(prefecture):
                offered = [institution for institution in self.institutions if institution.county]
                for institution in connected(offered, self.sizes[county.code], self.chance):
                    name = institution.county.format(
                        d=county.name, p=prefecture.name, s=county.stem, police=police(county, prefecture)
                    )
                    name_en = f"{county.name_en} {institution.en_local}"
                    self._connect(county, institution, name, name_en, county.code, f"{county.code}-R1")

    def _connect(
        self, division: Division, institution: Institution, name: str, name_en: str, county: str, upper: str
    ) -> None:
        block = address_block(division.code)
        self.hosts[block] += 1
        identity = f"{division.code}-{institution.slug}"
        router = f"{identity}-R1"
        speed = 1_000 if division.tier != "county" or institution.slug in ON_CORE else 100
        carriers = (5, 3, 2, 1) if division.tier == "county" else (6, 2, 2, 0)
        self.agencies.append(
            {
                "id": identity,
                "name": name,
                "name_en": name_en,
                "tier": division.tier,
                "division": division.code,
                "county": county,
                "department": institution.department,
                "router": router,
                "address": f"{block}.{10 + self.hosts[block]}",
                "interface": self.ports.next(router, speed),
                "upper": upper,
                "upper_interface": self.ports.next(upper, speed),
                "speed_mbps": str(speed),
                "carrier": self.chance.choices(("电信", "移动", "联通", "广电"), carriers)[0],
            }
        )


HEADER = """\
# 云南省电子政务网络 The government network of Yunnan, as data.
#
# 机构在 agencies.csv,其余都在本文件。两个文件由 scripts/generate_province.py 一次生成,此后即为可手工编辑的数据;
# 改完请运行 yunwei check:所有错误会连同文件名和行号一次列出。
# The agencies are in agencies.csv, everything else is here. Both were generated once by scripts/generate_province.py
# and are plain data now: edit them, then run `yunwei check`, which lists every error at once with file and line.
#
# 省、州市、县区名称与代码(GB/T 2260)为事实;设备、线路、地址与接入情况均为虚构的示例。
# Divisions and codes (GB/T 2260) are facts; devices, lines, addresses and connections are an invented sample.

# agencies.csv 各列 Columns of agencies.csv, one row an agency with its access router and access line:
#   id 标识, name 名称, name_en 英文名, tier 层级 province | prefecture | county
#   division   所属区划代码 whose agency it is; county 所在县区代码(属地)the county it stands in
#   department 部门:专网按部门划定成员 private networks take their members by department
#   router 接入路由器标识, address 管理地址, interface 上联接口 the router's own end of the access line
#   upper 上级设备, upper_interface 上级接口 the other end; speed_mbps 带宽, carrier 运营商 (may be empty)
#   可选 optional: credentials, snmp_port

version: 1

# 默认值 What holds where a row says nothing
defaults:
  # SNMP 凭据的名称,凭据本身写在平台设置里,绝不写在这里
  # The *name* of the SNMP credentials; the secret itself stands in the settings, never here
  credentials: default
"""

DIVISIONS_HEADER = """
# 行政区划 Divisions
#   code    代码 GB/T 2260 code
#   tier    层级 province | prefecture | county
#   parent  上级代码 code of the division above (the province has none)
#   name    全称 full name; name_en 英文名
#   seat    驻地 [经度 longitude, 纬度 latitude], WGS84
#   centre  由哪一级网管中心负责(值班托管);不写表示自有网管中心
#           whose operations centre answers for it; left out where it has its own
divisions:
"""

DEVICES_HEADER = """
# 设备 Devices (每个机构的接入路由器在 agencies.csv;the agencies' access routers are in agencies.csv)
#   id       唯一标识 unique; 其它地方以它引用该设备
#   role     core 省核心 | aggregation 州市汇聚 | county 县区
#   division 所属区划 the division whose centre answers for it
#   address  管理地址 management address (IPv4)
#   可选 optional: credentials 凭据名称, snmp_port 非标准 SNMP 端口, name 名称
devices:
"""

LINKS_HEADER = """
# 线路 Links
#   lower 下端, upper 上端(靠近省核心的一端):[设备 device, 接口 interface] the end nearer the core is the upper
#   role       primary 主用 | backup 备用
#   speed_mbps 带宽 in Mbit/s
#   carrier    承载运营商 who provides the line: 电信 | 移动 | 联通 | 广电 (empty: the network's own)
#   可选 optional: id (default: "lower:upper")
links:
"""

NETWORKS_HEADER = """
# 专网 Private networks
#   departments 成员部门:agencies.csv 中 department 为其一的机构都是成员 every agency of these departments is a member
#   可选 optional: agencies 另加的机构 further members; except 除外的机构 agencies left out
private_networks:
"""


def topology_text(province: Province) -> str:
    """The text of topology.yaml."""
    out = io.StringIO()
    out.write(HEADER)
    out.write(DIVISIONS_HEADER)
    grouped = defaultdict(list)
    for division in province.divisions:
        grouped[division.parent].append(division)

    def row(division: Division) -> None:
        parent = f", parent: {division.parent}" if division.parent else ""
        name_en = f'"{division.name_en}"' if re.search(r"[,']", division.name_en) else division.name_en
        centre = f", centre: {division.parent}" if division.code in province.without_centre else ""
        out.write(
            f"  - {{code: {division.code}, tier: {division.tier}{parent}, name: {division.name}, "
            f"name_en: {name_en}, seat: [{division.longitude}, {division.latitude}]{centre}}}\n"
        )

    row(province.by_code["530000"])
    for prefecture in province.prefectures:
        out.write("\n")
        row(prefecture)
        for county in province.children(prefecture):
            row(county)
    out.write(DEVICES_HEADER)
    for number in (1, 2):
        out.write(
            f"  - {{id: 530000-CR{number}, role: core, division: 530000, address: {address_block('530000')}.{number}, "
            f"name: 省核心路由器{number}号}}\n"
        )
    for prefecture in province.prefectures:
        out.write(f"  # {prefecture.name}\n")
        for number in (1, 2):
            out.write(
                f"  - {{id: {prefecture.code}-AR{number}, role: aggregation, division: {prefecture.code}, "
                f"address: {address_block(prefecture.code)}.{number}, name: {prefecture.stem}汇聚路由器{number}号}}\n"
            )
        for county in province.children(prefecture):
            out.write(
                f"  - {{id: {county.code}-R1, role: county, division: {county.code}, "
                f"address: {address_block(county.code)}.1, name: {county.name}路由器}}\n"
            )
    out.write(LINKS_HEADER)
    out.write("\n".join(province.links) + "\n")
    out.write(NETWORKS_HEADER)
    with (DATA / "private_networks.csv").open(encoding="utf-8", newline="") as file:
        for network in csv.DictReader(file):
            departments = ", ".join(network["departments"].split())
            name_en = f'"{network["name_en"]}"' if "'" in network["name_en"] else network["name_en"]
            out.write(
                f"  - {{id: {network['id']}, name: {network['name']}, name_en: {name_en}, "
                f"departments: [{departments}]}}\n"
            )
    return out.getvalue()


def agencies_text(province: Province) -> str:
    """The text of agencies.csv."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(province.agencies[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(province.agencies)
    return out.getvalue()


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("divisions", type=Path, nargs="?", default=DATA / "yunnan_divisions.csv")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent.parent)
    arguments = parser.parse_args()
    province = Province(read_divisions(arguments.divisions))
    (arguments.out / "topology.yaml").write_text(topology_text(province), encoding="utf-8")
    (arguments.out / "agencies.csv").write_text(agencies_text(province), encoding="utf-8")
    print(f"{len(province.agencies)} agencies, {len(province.divisions)} divisions")


if __name__ == "__main__":
    main()
