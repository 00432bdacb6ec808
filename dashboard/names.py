"""What places are called, in Chinese and in English."""

from topology.model import Division, Tier
from topology.network import Network


def division_name(division: Division, language: str) -> str:
    """The full name."""
    return division.name_en if language == "en" else division.name


def short_division_name(division: Division, language: str) -> str:
    """昭通 or Zhaotong for a prefecture, 镇雄县 or Zhenxiong for a county: what fits a label."""
    if division.tier is Tier.PREFECTURE:
        return division.name_en.split(" ")[0] if language == "en" else division.short_name
    if language != "en":
        return division.name
    for suffix in (" County", " District", " City"):
        if division.name_en.endswith(suffix):
            return division.name_en.removesuffix(suffix)
    return division.name_en


def place_name(network: Network, division: str, language: str) -> str:
    """`昭通 · 镇雄县`: a division with the prefecture that it lies in. Unknown codes are shown as they are."""
    if division not in network.divisions:
        return division
    lineage = network.lineage(division)
    if lineage[0].tier is Tier.PROVINCE:
        return division_name(lineage[0], language)
    names = [short_division_name(step, language) for step in lineage if step.tier is not Tier.PROVINCE]
    return " · ".join(reversed(names))


def device_place(network: Network, device: str) -> str:
    """The code of the division a device stands in: its county where it has one."""
    found = network.devices.get(device)
    return "" if found is None else found.county or found.division
