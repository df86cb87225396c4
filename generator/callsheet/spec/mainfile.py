"""The main file of an output: where it stands, or that there is none."""

from __future__ import annotations

from collections.abc import Iterator

from callsheet.spec.model import ModelSpec, Type
from callsheet.spec.typeschema import mentioned


def main_file(model: ModelSpec) -> str | None:
    """Pointer to the main file: as the spec says, or "" where the output's own type is a file.

    None where the output is something else: a number, a text, an object without files.
    """
    if model.output.media is not None:
        return model.output.media
    root = model.output.type
    named = {type_.name: type_.type for type_ in model.types}
    seen: set[str] = set()
    while root.media is None and root.named in named and root.named not in seen:
        seen.add(root.named)
        root = named[root.named]
    return "" if root.media is not None or root.format == "binary" else None


def parts(model: ModelSpec) -> Iterator[Type]:
    """Every type that the output is made of, those of its named types included."""
    named = {type_.name: type_.type for type_ in model.types}
    todo, seen = [model.output.type], set[str]()
    while todo:
        for part in mentioned(todo.pop()):
            yield part
            if part.named in named and part.named not in seen:
                seen.add(part.named)
                todo.append(named[part.named])
