"""The output: what the page says of it, else the form that its siblings have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, cast

from callsheet.draft.fields import Fields
from callsheet.draft.gathered import Gathered
from callsheet.draft.guessed import is_address, kind_of_file
from callsheet.draft.house import Below, Noted, Tree
from callsheet.draft.named import NamedTypes
from callsheet.draft.parts import ITEM, Part, output
from callsheet.source.nodes import Plain, descend, plain
from callsheet.spec.model import CallSpec, ModelSpec, ProviderSpec

_KINDS: Final = ("image", "video", "audio")
_FILES: Final = ("uri", "binary")
"""Formats of what is a file, or the address of one."""


def output_of(
    gathered: Gathered, types: NamedTypes, provider: ProviderSpec | None, protocol: str, siblings: Sequence[ModelSpec]
) -> dict[str, Tree]:
    """The section `output`, with the types that it needs declared."""
    root = output(gathered)
    media = _media(root)
    way = provider.way(protocol) if provider else None
    as_bytes = isinstance(way, CallSpec) and way.result.decode == "bytes"
    file_alone = root.types() in ([], ["string"]) and not root.parts
    if file_alone and (media or root["format"] in _FILES or gathered["output_media",] == "" or not root.types()):
        if as_bytes or root["format"] == "binary":
            return _file(gathered, "binary", media)
        if root.types():
            return _file(gathered, "uri", media)
    if root.types() or root.parts:
        return _told(gathered, types, root)
    alike = [sibling for sibling in siblings if sibling.protocols[0] == protocol]
    if alike:
        return _borrowed(gathered, types, alike[0], media)
    gathered.open("Output", "The page does not show it. An address stands here.")
    return _file(gathered, "uri", media)


def _media(root: Part) -> str | None:
    """The kind of file that comes out, where the page says no more than that."""
    said = root["media"]
    return said if isinstance(said, str) and said in _KINDS else None


def _file(gathered: Gathered, form: str, media: str | None) -> dict[str, Tree]:
    """An output that is a file, or the address of one."""
    if media is None:
        gathered.open("Output", "The page does not say what kind of file it is.")
    return {"type": "string", "format": form, "media": media or Noted("video", "a guess"), "about": "TODO"}


def _told(gathered: Gathered, types: NamedTypes, root: Part) -> dict[str, Tree]:
    fields = Fields(gathered, types, incoming=False)
    pointer = gathered.text("output_media")
    if not pointer or not _leads(root, pointer):
        pointer = next(_files(root), None)
    made = dict(fields.type("output", Part(words=root.words, parts=root.parts), []))
    if made.get("type") == "object":
        gathered.open("Output", "The page does not show the fields of the object.")
    _open_up(made, types)
    media: dict[str, Tree] = {"media": pointer} if pointer and _mark(made, types, pointer, root) else {}
    inner: dict[str, Tree] = {key: made.pop(key) for key in ("items", "fields") if key in made}
    return {**made, "about": "TODO", **media, **inner}


def _leads(root: Part, pointer: str) -> bool:
    part: Part | None = root
    for step in _steps(pointer):
        part = part.parts.get(step) if part else None
    return part is not None


def _open_up(made: dict[str, Tree], types: NamedTypes) -> None:
    """The output itself is no type of its own: its fields stand where it is described."""
    declared = types.made.get(str(made.get("type")))
    if isinstance(declared, Below) and isinstance(declared.value, dict):
        del types.made[str(made["type"])]
        made["type"] = "object"
        made["fields"] = declared.value["fields"]


def _files(part: Part, at: str = "") -> Iterator[str]:
    """Pointers to the parts that are a file, from the outside in: addresses, and objects that hold one."""
    named = is_address(_steps(at)[-1]) and "string" in part.types() if at else False
    if part["format"] in _FILES or part["media"] in _KINDS or named or (at and "url" in part.fields()):
        yield at
        return
    for step in [ITEM] if part.is_list() else part.fields():
        if step in part.parts:
            yield from _files(part.parts[step], f"{at}/{_escaped(step)}")


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


def _steps(pointer: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _mark(made: dict[str, Tree], types: NamedTypes, pointer: str, root: Part) -> bool:
    """Mark the main file as one, with the kind that the page or its name says; whether that could be done."""
    steps = _steps(pointer)
    target: Tree = made
    part = root
    for step in steps:
        target = _step(target, types, step)
        part = part.parts.get(step, Part())
    if not isinstance(target, dict):
        return False
    named = [step for step in steps if step != ITEM]
    told = part["media"]
    if isinstance(told, str) and told in _KINDS:
        kind: Tree = told
    else:
        guess = next((found for step in reversed(named) if (found := kind_of_file(step, []))), None)
        kind = Noted(guess.media if guess else "video", "guessed from the name" if guess else "a guess")
    entries = target
    rest = [(key, entries.pop(key)) for key in list(entries) if key not in {"type", "format"}]
    entries["media"] = kind
    entries.update((key, value) for key, value in rest if key != "media")
    return True


def _step(target: Tree, types: NamedTypes, step: str) -> Tree:
    """One step of a pointer into a type."""
    entries = _entries(target)
    if step == ITEM and "items" in entries:
        return entries["items"]
    holder = _entries(types.made.get(str(entries.get("type")), target))
    return _entries(holder.get("fields")).get(step)


def _entries(tree: Tree) -> dict[str, Tree]:
    """The entries of a mapping; none of anything else."""
    tree = tree.value if isinstance(tree, Below) else tree
    return tree if isinstance(tree, dict) else {}


def _borrowed(gathered: Gathered, types: NamedTypes, sibling: ModelSpec, media: str | None) -> dict[str, Tree]:
    """The form of a sibling's output."""
    gathered.open(
        "Output", f"The page does not show its form. That of {sibling.id} stands here, which is called alike."
    )
    node = descend(sibling.node, "output")
    made = cast("dict[str, Plain]", plain(node)) if node is not None else {}
    declared = descend(sibling.node, "types")
    for name, one in (cast("dict[str, Plain]", plain(declared)) if declared is not None else {}).items():
        if _mentions(made, name) or any(_mentions(cast("Plain", other), name) for other in types.made.values()):
            types.adopt(name, cast("Tree", _uncited(one, media)))
    kept = {key: value for key, value in made.items() if key not in {"examples", "base64"}}
    return {**cast("dict[str, Tree]", _uncited(kept, media)), "about": "TODO"}


def _mentions(value: Plain, name: str) -> bool:
    match value:
        case dict():
            return value.get("type") == name or any(_mentions(part, name) for part in value.values())
        case list():
            return any(_mentions(part, name) for part in value)
        case _:
            return False


def _uncited(value: Plain, media: str | None) -> Plain:
    """Without the sources of another file, and with the kind of file of this one."""
    match value:
        case dict():
            cited = "source" in value
            kept = {key: _uncited(part, media) for key, part in value.items() if key not in {"source", "certainty"}}
            if media and kept.get("media") in _KINDS:
                kept["media"] = media
            return {**kept, "certainty": "inferred"} if cited and "about" in kept else kept
        case list():
            return [_uncited(part, media) for part in value]
        case _:
            return value
