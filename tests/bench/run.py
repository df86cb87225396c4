"""Runs all benchmarks: `make bench`, or `python tests/bench/run.py client` for one.

Each compares ways of doing one thing, in turns so that all meet the same noise, and prints medians and ratios. A
ratio is comparable between machines; a time is not.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import client
import emulator
import flows
import generation
import imports
import stages
import startup
import validation
import waiting

BENCHMARKS = {
    "imports": imports,
    "startup": startup,
    "generation": generation,
    "stages": stages,
    "validation": validation,
    "client": client,
    "waiting": waiting,
    "emulator": emulator,
    "flows": flows,
}


def main() -> None:
    """Run those that are named, or all."""
    for name in sys.argv[1:] or BENCHMARKS:
        if name not in BENCHMARKS:
            sys.exit(f"there is no benchmark {name}; there are {', '.join(BENCHMARKS)}")
        BENCHMARKS[name].main()


if __name__ == "__main__":
    main()
