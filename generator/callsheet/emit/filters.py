"""The three ways in which text reaches generated code: as a literal, as a docstring, as a comment.

Each gives `Code`, and `only_code` lets nothing else into the output. So a forgotten filter is an error and not a hole.
"""

from __future__ import annotations

import dataclasses
import math
import re
import textwrap
from collections.abc import Iterable, Mapping
from typing import Final, cast

from callsheet.plan.model import Code

WIDTH: Final = 120
_PIECE: Final = 80

# Only these part words. `str.split` would also part at a no-break space or at U+2028, which are the author's own.
_BLANKS: Final = re.compile(r"[ \t\n\r\f\v]+")
_QUOTES_TO_ESCAPE: Final = re.compile(r'"(?=")|(?<=")"|^"|"$')


class EmitError(Exception):
    """Something is wrong with the generator itself, or with a tool that it runs. Never the fault of a spec."""


def only_code(value: object) -> Code:
    """Refuse whatever no filter made safe. Jinja's `finalize`."""
    if not isinstance(value, Code):
        raise EmitError(f"a template prints {type(value).__name__} {value!r:.60} without a filter")
    return value


def py(value: object, /, **fields: Code) -> Code:
    """A Python expression that makes an equal value: JSON values, tuples, and the dataclasses of `runtime.tables`.

    Fields of a dataclass that equal their default are left out. `fields` puts an expression in the place of a field's
    value, such as the name of a constant that holds it.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        shown = {
            f.name: fields.get(f.name) or py(getattr(value, f.name))
            for f in dataclasses.fields(value)
            if f.name in fields or getattr(value, f.name) != _default(f)
        }
        return Code(f"{type(value).__name__}({', '.join(f'{name}={text}' for name, text in shown.items())})")
    return Code(_literal(value))


def _literal(value: object) -> str:
    match value:
        case None | bool() | int():
            return repr(value)
        case str():
            return _text(value)
        case float() if math.isfinite(value):
            return repr(value)
        case list():
            return f"[{_listed(cast('list[object]', value))}]"
        case tuple():
            items = cast("tuple[object, ...]", value)
            return f"({_listed(items)}{',' if len(items) == 1 else ''})"
        case Mapping():
            entries = cast("Mapping[object, object]", value).items()
            return f"{{{', '.join(f'{py(key)}: {py(entry)}' for key, entry in entries)}}}"
        case _:
            raise EmitError(f"no literal for {type(value).__name__} {value!r:.60}")


def _text(value: str) -> str:
    """A string, in several pieces where one would be wider than a line. A name of the plan is text here, too."""
    pieces = re.findall(rf"[\s\S]{{1,{_PIECE}}}(?: |$)|[\s\S]+", value) if len(value) > _PIECE else [value]
    quoted = " ".join(repr(str(piece)) for piece in pieces)
    return f"({quoted})" if len(pieces) > 1 else quoted


def _listed(items: Iterable[object]) -> str:
    return ", ".join(py(item) for item in items)


def _default(field: dataclasses.Field[object]) -> object:
    factory = field.default_factory
    return field.default if factory is dataclasses.MISSING else factory()


def doc(text: str | Iterable[str], indent: int = 0, *, title: str = "") -> Code:
    """A docstring of paragraphs, folded to the width of a line. What is kept is every word, in order.

    A summary has one line. Where the first paragraph is longer than that, or missing, `title` is put before it.
    """
    paragraphs = [words for part in ([text] if isinstance(text, str) else text) if (words := _escaped(part))]
    if title and (not paragraphs or indent + 3 + len(paragraphs[0]) > WIDTH):
        paragraphs.insert(0, _escaped(title))
    if len(paragraphs) == 1 and indent + 6 + len(paragraphs[0]) <= WIDTH:
        return Code(f'"""{paragraphs[0]}"""')
    pad = " " * indent
    folded = [
        textwrap.wrap(
            paragraph,
            WIDTH - indent,
            # Room for the opening quotes, which stand before the first line only.
            initial_indent="" if number else "   ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for number, paragraph in enumerate(paragraphs)
    ]
    body = f"\n\n{pad}".join(f"\n{pad}".join(lines) for lines in folded)
    closing = f"\n{pad}" if paragraphs else ""
    return Code(f'"""{body.removeprefix("   ")}{closing}"""')


def comment(text: str) -> Code:
    """A comment of one line."""
    return Code(f"# {_printable(' '.join(_words(text)))}".rstrip())


def _escaped(text: str) -> str:
    """Words that are safe between triple double quotes, a space between each two."""
    words = " ".join(_words(text)).replace("\\", "\\\\")
    return _printable(_QUOTES_TO_ESCAPE.sub(r'\\"', words) if '"' in words else words)


def _words(text: str) -> list[str]:
    # Where everything can be printed, a space is all that parts words.
    return [word for word in (text.split(" ") if text.isprintable() else _BLANKS.split(text)) if word]


def _printable(text: str) -> str:
    """Control characters, lone surrogates and characters that turn a line around, written as escapes."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
