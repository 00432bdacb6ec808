"""One socket a device: the limit on open files is raised, or told in one sentence."""

import subprocess
import sys

SCRIPT = """
import resource
from collectors.descriptors import raise_limit
from foundation.problems import OperatorError
resource.setrlimit(resource.RLIMIT_NOFILE, (256, {hard}))
try:
    raise_limit(2_674)
    print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
except OperatorError as error:
    print(error)
"""


def limit(hard: int) -> str:
    """What comes of a low soft limit under a hard one, in a process of its own."""
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(hard=hard)], capture_output=True, text=True, check=True
    )
    return result.stdout.strip()


def test_the_soft_limit_is_raised_as_far_as_allowed() -> None:
    assert limit(8_192) == "8192"


def test_a_hard_limit_that_is_too_low_is_told_with_the_number_needed() -> None:
    sentence = limit(1_024)
    assert "2674 devices" in sentence
    assert "1024" in sentence
    assert "LimitNOFILE=2930" in sentence
