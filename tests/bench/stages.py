"""Where the time of a generation goes: each stage by itself, in one process."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

import catalogue
import measure

from callsheet import write
from callsheet.emit.folder import emit, laid_out
from callsheet.emit.judges import judges
from callsheet.emit.manifest import provider_digests
from callsheet.emit.rendering import endpoints
from callsheet.plan.build import build
from callsheet.source.files import read_folder
from callsheet.source.yamltree import read_yaml
from callsheet.spec.load import load

COUNT: Final = 40
"""Few enough for everything to be done by one process."""


def main() -> None:
    """A made-up catalogue, after one run that does not count: what is imported and compiled only once is left out."""
    with tempfile.TemporaryDirectory(prefix="callsheet-bench-") as name:
        folder = Path(name)
        catalogue.write(folder / "specs", COUNT)
        files, _ = read_folder(folder / "specs")
        specs = load(files).specs
        plan = build(specs).plan
        rendered = endpoints(plan)
        made = emit(plan)
        write.write(folder / "generated", made)
        measure.compare(
            f"stages, {COUNT} models",
            {
                "all of emit": lambda: emit(plan),
                "files from the disk": lambda: read_folder(folder / "specs"),
                "YAML": lambda: [read_yaml(path, data) for path, data in files.items()],
                "YAML, structure, values, checks": lambda: load(files),
                "plan": lambda: build(specs),
                "dcg, and the proof of what it made": lambda: judges(plan.endpoints()),
                "templates, what callers see": lambda: endpoints(plan),
                "ruff, of the same": lambda: laid_out(rendered),
                "digests of the specs": lambda: provider_digests(plan),
                "comparing with what is on the disk": lambda: write.compare(folder / "generated", made),
            },
            rounds=5,
        )


if __name__ == "__main__":
    main()
