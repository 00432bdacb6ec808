"""`make bench`: the figures that the product promises, one after the other."""

import subprocess
import sys

BENCHES = ("bench.pipeline", "bench.platform")


def main() -> int:
    """Run each in a process of its own, so that none inherits the other's memory."""
    for name in BENCHES:
        print(f"== {name}", flush=True)
        status = subprocess.run([sys.executable, "-m", name], check=False).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
