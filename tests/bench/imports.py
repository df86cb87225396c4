"""What it costs to import a client, whatever the number of its endpoints.

Compared with what any client of this kind imports. `import pydantic` would not do: it loads next to nothing before one
of its names is asked for.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import catalogue
from measure import ROOT, processes, python

COUNTS: Final = (1, 5, 1000) if os.environ.get("SCALE") else (1, 5, 100)

_BARE: Final = "import httpx; from pydantic import BaseModel"
_BY_HAND: Final = f"""
{_BARE}, Field
from typing import Annotated, Literal
class Input(BaseModel):
    prompt: str
    image_url: Annotated[str, Field(pattern="^[a-z]+:")]
    resolution: Literal["480p", "720p", "1080p"] = "720p"
    steps: Annotated[int, Field(ge=1, le=60)] = 30
    seed: int | None = None
httpx.Client()
"""


def main() -> None:
    """Fresh interpreters, in turns."""
    with tempfile.TemporaryDirectory(prefix="callsheet-bench-") as name:
        folder = Path(name)
        first = {count: _made(folder, count) for count in COUNTS}
        package = f"callsheet_clients.{catalogue.PROVIDER}"
        ways = {
            _BARE: python(_BARE),
            "the same, one model and a Client() by hand": python(_BY_HAND),
            "import callsheet_clients.segmind": python("import callsheet_clients.segmind", ROOT / "generated"),
        }
        for count, attribute in first.items():
            path, models = folder / str(count) / "generated", f"{count} model{'s' if count > 1 else ''}"
            chosen = f"from {package} import Atelier"
            ways |= {
                f"import the package, {models}": python(f"import {package}", path),
                f"import its client, {models}": python(chosen, path),
                f"first use of a model, {models}": python(f"{chosen}; Atelier('k').{attribute}", path),
            }
        processes("importing a generated client", ways, rounds=11)


def _made(folder: Path, count: int) -> str:
    """Generate a catalogue; the name of its first model in Python."""
    specs = folder / str(count) / "specs"
    catalogue.write(specs, count)
    command = [sys.executable, "-m", "callsheet", "generate", "--specs", str(specs)]
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    subprocess.run(  # noqa: S603 - our own
        [*command, "--out", str(folder / str(count) / "generated")],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    names = (path.stem for path in (specs / catalogue.PROVIDER).iterdir() if path.name != "provider.yaml")
    return min(names).replace("-", "_")


if __name__ == "__main__":
    main()
