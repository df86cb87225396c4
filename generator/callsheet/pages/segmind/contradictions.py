"""What one page says twice, and differently."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from callsheet.pages.lines import Line
from callsheet.pages.literals import number
from callsheet.pages.reading import Conflict, Place, Said
from callsheet.pages.segmind.notes import Notes
from callsheet.pages.segmind.parameters import Block
from callsheet.pages.segmind.samples import Sample
from callsheet.source.nodes import Plain

_QUOTED: Final = re.compile(r"['\"\u2018\u2019\u201c\u201d`]([\w .:-]{1,40})['\"\u2018\u2019\u201c\u201d`]")
_PROSE_DEFAULT: Final = re.compile(
    r"\bdefaults?(?: value)?(?: is| to|:|=) ?['\"`]?([-\w.:]+?)['\"`]?(?=[\s,;)]|\.?$|\. )", re.IGNORECASE
)


def contradictions(
    notes: Notes, blocks: Sequence[Block], samples: Sequence[Sample], codes: Sequence[tuple[int, Line]]
) -> Iterator[Conflict]:
    """Each with its places. The first of what is said is the one that was believed."""
    for block in {block.head.name: block for block in blocks}.values():
        yield from _of_parameter(notes, block)
    yield from _of_samples(notes, blocks, samples)
    yield from _of_codes(notes, codes)


def _of_parameter(notes: Notes, block: Block) -> Iterator[Conflict]:
    here = ("parameters", block.head.name)
    required, default = notes.facts.get((*here, "required")), notes.facts.get((*here, "default"))
    allowed = notes.facts.get((*here, "allowed"))
    if required is not None and required.value is True and default is not None:
        yield Conflict(required.path, "is required, and has a default", (required, default))
    if default is not None and default.value is not None:
        yield from _outside(notes, block.head.name, default)
    about = notes.wordings.get((*here, "about"))
    if about is None:
        return
    texts = [
        value
        for value in (allowed.value if allowed is not None and isinstance(allowed.value, list) else ())
        if isinstance(value, str)
    ]
    if allowed is not None:
        odd = [word for word in dict.fromkeys(_QUOTED.findall(about.text)) if word not in texts and _cased(word, texts)]
        if odd:
            says = tuple(Said((*here, "allowed"), word, about.place, "text") for word in odd)
            yield Conflict((*here, "allowed"), "is spelled otherwise in its description", (allowed, *says))
    prose = _PROSE_DEFAULT.search(about.text)
    if default is not None and prose is not None:
        told = _told(prose[1], default.value)
        if told is not None and told != default.value:
            says = (default, Said(default.path, told, about.place, "text"))
            yield Conflict(default.path, "is another one in its description", says)


def _cased(word: str, texts: Sequence[str]) -> bool:
    return word.casefold() in {text.casefold() for text in texts}


def _told(word: str, default: Plain) -> Plain:
    """What a word in prose stands for, where it can be compared with a default at all."""
    if isinstance(default, bool):
        return {"true": True, "false": False}.get(word.lower())
    if isinstance(default, int | float):
        return number(word)
    return None


def _outside(notes: Notes, name: str, said: Said) -> Iterator[Conflict]:
    here = ("parameters", name)
    allowed = notes.facts.get((*here, "allowed"))
    if (
        allowed is not None
        and isinstance(allowed.value, list)
        and not isinstance(said.value, list)
        and said.value not in allowed.value
    ):
        yield Conflict(said.path, "is none of the allowed values", (allowed, said))
    if isinstance(said.value, bool) or not isinstance(said.value, int | float):
        return
    for word, sign in (("minimum", 1), ("maximum", -1)):
        bound = notes.facts.get((*here, word))
        if bound is not None and isinstance(bound.value, int | float) and said.value * sign < bound.value * sign:
            yield Conflict(said.path, "is outside of the stated range", (bound, said))


def _of_samples(notes: Notes, blocks: Sequence[Block], samples: Sequence[Sample]) -> Iterator[Conflict]:
    names = notes.facts.get(("parameter_names",))
    seen: set[str] = set()
    for one in samples:
        if one.payload is None or one.payload_line is None:
            continue
        known: Mapping[str, Plain] = one.payload
        listed = {block.head.name for block in blocks}
        odd = [name for name in known if name not in listed and name not in seen]
        seen.update(odd)
        if names is not None and odd:
            says = tuple(Said(names.path, name, Place(one.payload_line.number), "sample") for name in odd)
            yield Conflict(names.path, "lacks what a sample sends", (names, *says))
        for name, value in known.items():
            if name in listed and value is not None:
                line = one.line_of(rf"[\"']?{re.escape(name)}[\"']?\s*:") or one.payload_line
                for conflict in _outside(
                    notes, name, Said(("parameters", name, "allowed"), value, Place(line.number), "sample")
                ):
                    path = conflict.says[0].path
                    yield Conflict(path, "does not allow what a sample sends", conflict.says)


def _of_codes(notes: Notes, codes: Sequence[tuple[int, Line]]) -> Iterator[Conflict]:
    table = notes.facts.get(("error_codes",))
    if table is None or not isinstance(table.value, list):
        return
    odd = {code: line for code, line in reversed(codes) if code not in table.value}
    if odd:
        says = tuple(
            Said(table.path, code, Place(line.number), "text")
            for code, line in sorted(odd.items(), key=lambda one: one[0])
        )
        yield Conflict(table.path, "lacks what the text names", (table, *says))
