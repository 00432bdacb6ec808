"""Reads profile files; either all of them are right, or none is taken and every problem is told."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from collectors.snmp.profiles.schema import ProfileFile
from foundation.documents import read_document, validate
from foundation.problems import Place, Problem, ProblemError

STANDARD: Final = "standard"
"""The profile of the standard MIBs, which every other builds on."""

SHIPPED: Final = Path(__file__).parent
"""Where the profiles that come with the product lie."""


def read_profiles(directory: Path, *, label: str) -> dict[str, ProfileFile]:
    """The profiles of all `*.yaml` files in a directory, by name; none where there is no such directory.

    `label` is how problems call the directory. Raises ProblemError with every problem of every file.
    """
    problems: list[Problem] = []
    found: dict[str, ProfileFile] = {}
    places: dict[tuple[str, tuple[str, ...]], Place] = {}
    paths = sorted(directory.iterdir()) if directory.is_dir() else []
    for path in paths:
        if path.suffix == ".yml":
            message = "only files that end in .yaml are read."
            problems.append(Problem(Place(f"{label}/{path.name}"), message, f"Call it {path.stem}.yaml."))
    for path in paths:
        if path.suffix != ".yaml":
            continue
        name = f"{label}/{path.name}"
        try:
            document = read_document(path, name=name)
            profile = validate(document, ProfileFile)
        except ProblemError as error:
            problems.extend(error.problems)
            continue
        if profile.profile != path.stem:
            message = f'the profile is called "{profile.profile}", and its file {path.name}.'
            problems.append(Problem(document.place(("profile",)), message, "Give both one name."))
        if (profile.match is None) != (profile.profile == STANDARD):
            message = "it does not say which devices it is for." if profile.match is None else "it is for every device."
            remedy = "Add match." if profile.match is None else "Take match away."
            problems.append(Problem(document.place(("match",)), message, remedy))
        for position, key in enumerate(_claims(profile)):
            place = document.place(("match", "objects", position))
            if key in places:
                message = f"the prefix {key[0]} is claimed here and at {places[key]}."
                problems.append(Problem(place, message, "Tell them apart with and, or keep one."))
            places.setdefault(key, place)
        found[profile.profile] = profile
    if problems:
        raise ProblemError(problems)
    return found


def _claims(profile: ProfileFile) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What no two profiles may claim alike: a prefix, with the expressions beside it."""
    if profile.match is not None:
        for prefix in profile.match.objects:
            yield prefix, tuple(re.sub(r"\s+", " ", regex) for regex in sorted(profile.match.also))
