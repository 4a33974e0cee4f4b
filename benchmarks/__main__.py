"""Every benchmark of speed, one after the other, each in a process of its own; then the page that shows them.

    python -m benchmarks [REPEATS]

Takes about twenty minutes, on a machine that does nothing else.
"""

import subprocess
import sys
from typing import Final

from benchmarks.harness import ROOT

# In the order of the page.
SPEED: Final = (
    "main_job",
    "answers",
    "products",
    "grid_mode",
    "grid_nearest",
    "grid_to_disk",
    "scale_curves",
    "decode_jsonstat",
)


def main() -> None:
    """Run all, then write the page; ends with the first that fails."""
    for name in (*SPEED, "page"):
        print(f"python -m benchmarks.{name}", flush=True)
        repeats = sys.argv[1:2] if name != "page" else []
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *repeats], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
