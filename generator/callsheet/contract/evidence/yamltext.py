"""JSON values as YAML that people read and that reads back the same: every text is quoted, nothing is guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from callsheet.source.nodes import Plain

_WIDTH: Final = 110
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_WORDS: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_UNPRINTABLE: Final = re.compile(r"[^ -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def as_yaml(value: Plain) -> str:
    """A document. ValueError for numbers that would not read back: NaN, infinities, integers beyond 64 bits."""
    return "".join(f"{line}\n" for line in _lines(value, ""))


def _lines(value: Plain, indent: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for name, part in value.items():
            yield from _entry(f"{indent}{_key(name)}:", part, indent)
    elif isinstance(value, list) and value:
        for item in value:
            flow = _flow(item)
            if not isinstance(item, dict | list) or len(indent) + len(flow) <= _WIDTH:
                yield f"{indent}- {flow}"
            else:
                first, *others = _lines(item, f"{indent}  ")
                yield f"{indent}- {first.lstrip()}"
                yield from others
    else:
        yield f"{indent}{_flow(value)}"


def _entry(key: str, part: Plain, indent: str) -> Iterator[str]:
    flow = _flow(part)
    # What is short stands on the line of its key; what is long and has parts, below it.
    if not isinstance(part, dict | list) or not part or len(key) + len(flow) < _WIDTH // 2:
        yield f"{key} {flow}"
    else:
        yield key
        yield from _lines(part, f"{indent}  ")


def _flow(value: Plain) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(name)}: {_flow(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError(f"{value} is beyond 64 bits")
    text = json.dumps(value, allow_nan=False)
    # 1e-7 without a point is text to some readers.
    return text.replace("e", ".0e") if isinstance(value, float) and "." not in text else text


def _key(name: str) -> str:
    return name if _PLAIN_KEY.fullmatch(name) and name.lower() not in _WORDS else _text(name)


def _text(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
