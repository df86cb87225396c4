"""The bugs of `bugs.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml


@dataclass(frozen=True, slots=True)
class Bug:
    """One bug: a change of one file of a vendored client, and what a failure has to say of it."""

    name: str
    file: str
    old: str
    new: str
    said: str
    of: str = "fal"
    first: str = "tables"
    """The module of the suite that runs before the others."""

    def applied(self, text: str) -> str:
        """The file with the bug in it. ValueError where there is no place for it."""
        if self.old not in text:
            raise ValueError(f"{self.name}: {self.file} holds no {self.old!r}")
        return text.replace(self.old, self.new, 1)


BUGS: Final = tuple(Bug(**said) for said in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")))
