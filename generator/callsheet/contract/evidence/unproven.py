"""What a spec states and no source proves or refutes: facts without evidence, and changes that nobody could notice.

Each with its reason, in `unproven.yaml` beside the evidence. It is a debt, written down: what is not needed any more is
told, too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from callsheet.facts.flat import FactPath
from callsheet.findings import Span
from callsheet.source.nodes import Mapping as Tree
from callsheet.source.nodes import Sequence, plain
from callsheet.source.yamltree import read_yaml

FILE: Final = "unproven.yaml"


@dataclass(frozen=True, slots=True)
class Unproven:
    """One thing that is not proven. `what` is the path of a fact in one text, or a pattern of names of changes."""

    of: str
    """Id of the provider."""
    what: str
    why: str
    span: Span


@dataclass(frozen=True, slots=True)
class Debts:
    """All that is not proven."""

    facts: tuple[Unproven, ...] = ()
    changes: tuple[Unproven, ...] = ()

    def of_fact(self, provider: str, path: FactPath) -> Unproven | None:
        """Why a fact has no evidence, if that is known."""
        return next((one for one in self.facts if one.of == provider and one.what == " ".join(path)), None)

    def of_change(self, provider: str, what: str) -> Unproven | None:
        """Why nobody could notice a change, if that is known."""
        return next((one for one in self.changes if one.of == provider and re.match(one.what, what)), None)


def read(evidence: Path) -> Debts:
    """The debts of a folder of evidence; none where it has no such file. ValueError says what is wrong with it."""
    path = evidence / FILE
    if not path.is_file():
        return Debts()
    name = f"{evidence.name}/{FILE}"
    tree, findings = read_yaml(name, path.read_bytes())
    if findings or not isinstance(tree, Tree):
        raise ValueError("; ".join(f"{f.span}: {f.what}" for f in findings) or f"{name}: not a mapping")
    return Debts(_debts(tree, "facts", "fact"), _debts(tree, "changes", "change"))


def _debts(tree: Tree, key: str, word: str) -> tuple[Unproven, ...]:
    items = tree.get(key)
    return tuple(_debt(item, word) for item in (items.items if isinstance(items, Sequence) else ()))


def _debt(item: object, word: str) -> Unproven:
    if not isinstance(item, Tree):
        raise ValueError(f"an item of {FILE} has `of`, `{word}` and `why`")  # noqa: TRY004 - the file's fault
    said = {key: item.get(key) for key in ("of", word, "why")}
    if missing := [key for key, node in said.items() if node is None]:
        raise ValueError(f"{item.span}: `{missing[0]}` is missing")
    of, what, why = (str(plain(node)) for node in said.values() if node is not None)
    if word == "change":
        try:
            re.compile(what)
        except re.error as fault:
            raise ValueError(f"{item.span}: `{what}` is no pattern: {fault}") from None
    return Unproven(of, what, why, item.span)
