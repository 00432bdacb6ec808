"""Writes the sample roster: invented people for every operations centre of a topology file.

    python -m scripts.generate_roster topology.yaml agencies.csv roster.yaml

Run once; the roster is plain data from then on, edited by people. The same seed writes the same file. Names are drawn
from common Chinese names; phones begin with 100, which no mobile network uses; mailboxes are at yunwei.example, a
domain reserved for examples (RFC 2606).
"""

import random
import sys
from pathlib import Path

from topology.loader import load_network
from topology.model import Division, Tier
from topology.network import Network

SEED = 20061124
ANCHOR = "2026-01-01"

# The most common surnames first, and those of Yunnan's peoples behind them; the earlier, the likelier.
SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕普段和木刀岩白字龙陶"
GIVEN_FIRST = "建志文国永明晓海丽秀春雪玉红云开光正家朝俊思雨子天加绍美金世德兴宏佳"
GIVEN_SECOND = "伟芳军敏静强磊洋勇艳杰娟涛超霞平刚桂华英辉玲鹏燕斌宁梅龙波琼坤荣祥萍林"

SIZES = {Tier.PROVINCE: (8, 4), Tier.PREFECTURE: (5, 3), Tier.COUNTY: (4, 2)}
"""Operators and leaders of a centre."""

HEADER = """\
# 值班表 The duty roster
#
# 由 scripts/generate_roster.py 一次生成,此后即为可手工编辑的数据;姓名、电话、邮箱均为虚构。
# Generated once by scripts/generate_roster.py; plain data from then on. Names, phones and mailboxes are invented.
#
#   people      人员;电话、邮箱至少填一项 the people; each needs a phone or an e-mail address
#   operators   值班员,按值班日轮换 operators, taking turns by duty days
#   leaders     带班领导,按值班日轮换 leaders, taking turns by duty days
#   director    中心主任 the director
#   anchor      第一位值班员当班的值班日 the duty day of the first operator
#   shift_hours 24 或 12(白班、夜班分别轮换)24, or 12 for day and night shifts that rotate apart
#   handover    交接班时间 the time of hand-over
#   absences    请假:{person, first, last, substitute} people on leave and who serves instead
#
# 没有自有网管中心的县区由上级中心值守(见 topology.yaml 的 centre),不在此列。
# Divisions without a centre of their own are served by the one above (`centre` in topology.yaml) and are not listed.

centres:
"""


def main(arguments: list[str]) -> None:
    """Write the roster file."""
    topology, agencies, target = (Path(argument) for argument in arguments)
    network = load_network(topology, agencies)
    target.write_text(HEADER + "".join(write_centres(network)), encoding="utf-8")


def write_centres(network: Network) -> list[str]:
    """The YAML text of each centre, in the order of the divisions."""
    chance = random.Random(SEED)
    served = {division.centre for division in network.divisions.values()}
    taken: set[str] = set()
    return [write_centre(division, chance, taken) for division in network.divisions.values() if division.code in served]


def write_centre(division: Division, chance: random.Random, taken: set[str]) -> str:
    """One centre's part of the file."""
    operators, leaders = SIZES[division.tier]
    ids = [f"{division.code}-{number:02}" for number in range(1, operators + leaders + 2)]
    shift = 12 if division.tier is Tier.PROVINCE else 24
    lines = [f'  "{division.code}":  # {division.name}网管中心', "    people:"]
    for position, person in enumerate(ids, 1):
        name = draw_name(chance, taken)
        phone = f"100{division.code}{position:02}"
        mailbox = f"{person.replace('-', '.')}@yunwei.example"
        lines.append(f'      - {{id: {person}, name: {name}, phone: "{phone}", email: {mailbox}}}')
    lines += [
        f"    operators: [{', '.join(ids[:operators])}]",
        f"    leaders: [{', '.join(ids[operators:-1])}]",
        f"    director: {ids[-1]}",
        f"    anchor: {ANCHOR}",
        f"    shift_hours: {shift}",
        '    handover: "08:30"',
    ]
    return "\n".join(lines) + "\n\n"


def draw_name(chance: random.Random, taken: set[str]) -> str:
    """A name of two or three characters that nobody has yet."""
    while True:
        given = chance.choice(GIVEN_FIRST) if chance.random() < 0.8 else ""
        surname = chance.choices(SURNAMES, weights=range(len(SURNAMES), 0, -1))[0]
        name = surname + given + chance.choice(GIVEN_SECOND)
        if name not in taken:
            taken.add(name)
            return name


if __name__ == "__main__":
    main(sys.argv[1:])
