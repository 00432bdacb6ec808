"""What places are called, in Chinese and in English."""

import re
from typing import Final

from alerting.incidents.naming import explanation
from topology.model import Division, Link, Role, Tier
from topology.network import Network


def division_name(division: Division, language: str) -> str:
    """The full name."""
    return division.name_en if language == "en" else division.name


def short_division_name(division: Division, language: str) -> str:
    """昭通 or Zhaotong for a prefecture, 镇雄县 or Zhenxiong for a county: what fits a label."""
    if division.tier is Tier.PREFECTURE:
        return division.name_en.split(" ")[0] if language == "en" else division.short_name
    if language != "en":
        return _short_county(division.name)
    if " Autonomous" in division.name_en:
        return division.name_en.split(" ")[0]
    for suffix in (" Province", " County", " District", " City"):
        if division.name_en.endswith(suffix):
            return division.name_en.removesuffix(suffix)
    return division.name_en


_IMPACT: Final = re.compile(r"[,，]\s*影响 ?\d+ ?家单位$|, \d+ agenc(y|ies) cut off$")

_PEOPLES: Final = (
    "哈尼族", "布朗族", "拉祜族", "傈僳族", "纳西族", "普米族", "独龙族", "景颇族", "彝族",
    "回族", "傣族", "佤族", "苗族", "瑶族", "壮族", "白族", "怒族", "藏族",
)  # fmt: skip


def _short_county(name: str) -> str:
    """峨山县 for 峨山彝族自治县: how people call an autonomous county."""
    stem = name.removesuffix("自治县")
    if stem == name:
        return name
    while True:
        shorter = next((stem.removesuffix(people) for people in _PEOPLES if stem.endswith(people)), stem)
        if shorter == stem:
            return f"{stem}县"
        stem = shorter


def brief_title(title: str, network: Network, division: str) -> str:
    """A title without what a card says elsewhere, the place and the number of agencies cut off.

    路由器失联 for 昭通市 镇雄县路由器失联,影响 20 家单位.
    """
    title = _IMPACT.sub("", title)
    if division not in network.divisions:
        return title
    lineage = network.lineage(division)
    where_en = ", ".join(step.name_en for step in lineage if step.tier is not Tier.PROVINCE)
    rest = title.removeprefix(f"{where_en}: ")
    for step in reversed(lineage):
        for name in (step.name, _short_county(step.name), step.name_en):
            if rest.startswith(name) and len(rest) > len(name) + 1:
                rest = rest.removeprefix(name).lstrip(" :：·")
                break
    return rest


def place_name(network: Network, division: str, language: str) -> str:
    """`昭通 · 镇雄县`: a division with the prefecture that it lies in. Unknown codes are shown as they are."""
    if division not in network.divisions:
        return division
    lineage = network.lineage(division)
    if lineage[0].tier is Tier.PROVINCE:
        return division_name(lineage[0], language)
    names = [short_division_name(step, language) for step in lineage if step.tier is not Tier.PROVINCE]
    return " · ".join(reversed(names))


def device_name(network: Network, device: str, language: str) -> str:
    """A device's name; in English its agency's or its place's, since the files name devices in Chinese."""
    found = network.devices.get(device)
    if found is None or language != "en":
        return device if found is None else found.name
    if found.agency is not None:
        return network.agencies[found.agency].name_en
    place = short_division_name(network.divisions[found.county or found.division], "en")
    kind = {Role.CORE: "core router", Role.AGGREGATION: "aggregation router"}.get(found.role, "county router")
    return f"{place} {kind} {device.rpartition('-')[2]}"


def link_name(network: Network, link: Link, language: str) -> str:
    """A link by its two ends, the lower one first: `镇雄县路由器 – 昭通汇聚路由器1号`."""
    return f"{device_name(network, link.lower, language)} – {device_name(network, link.upper, language)}"


def why_suppressed(network: Network, suppressed_by: str, language: str) -> str:
    """What explains a suppressed alert; empty for one that nothing does."""
    if not suppressed_by:
        return ""
    chinese, english = explanation(network, suppressed_by)
    return english if language == "en" else chinese


def device_place(network: Network, device: str) -> str:
    """The code of the division a device stands in: its county where it has one."""
    found = network.devices.get(device)
    return "" if found is None else found.county or found.division
