"""How long each stage takes from the text of the specs to the text of the clients."""

from __future__ import annotations

import measure

from callsheet.emit import emit
from callsheet.plan.build import build
from callsheet.source.files import read_folder
from callsheet.spec.load import load


def main() -> None:
    """The stages by themselves; emit is compared with reading."""
    files, _ = read_folder(measure.ROOT / "specs")
    specs = load(files).specs
    plan = build(specs).plan
    measure.compare(
        "stages, all specs of the repository",
        {
            "load: text to specs, checked": lambda: load(files),
            "build: specs to plan": lambda: build(specs),
            "emit: plan to files": lambda: emit(plan),
        },
        rounds=5,
    )


if __name__ == "__main__":
    main()
