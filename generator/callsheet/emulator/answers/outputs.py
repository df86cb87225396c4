"""What a job made: an instance of the model's output type, with addresses of files that the emulator serves."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from hashlib import sha256
from typing import Final

from callsheet.emulator import media
from callsheet.emulator.jobs.job import Job
from callsheet.emulator.requests.judging import fits
from callsheet.emulator.requests.routes import MEDIA_PATH
from callsheet.plan.model import ModelPlan
from callsheet.runtime.conditions import holds
from callsheet.source.nodes import Plain
from callsheet.spec.model import Field, Media, Type
from callsheet.spec.patterns import matches

_DEPTH: Final = 8
"""Types may hold themselves; deeper than this a list that may be empty is."""

_WORDS: Final = ("a", "A", "0", "1", "en", "16:9", "1x1", "1.0", "#000000", "2027-01-15", "2027-01-15T08:00:00Z", "/a")
"""What a pattern asks for is most often like one of these."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the output of one job. `origin` is where its files are served."""

    model: ModelPlan
    job: Job
    origin: str
    fixed: Mapping[str, str] = field(default_factory=dict[str, str])
    """Values that are known already, such as the id of the file, by pointers into the output."""

    def output(self) -> Plain:
        """What is required of it, and all that is known of its files; the same for the same job and origin."""
        return self._value(self.model.spec.output.type, "", "", None)

    def as_text(self) -> bool:
        """Whether this input asks for the main file as base64 text."""
        when = self.model.spec.output.base64_when
        return when is not None and holds(when.criteria, {**self._defaults(), **self.job.payload})

    def address(self) -> str:
        """Where the main file is."""
        return self._url(self._main())

    def file(self) -> tuple[str, bytes]:
        """The main file itself, with its content type."""
        kind = self._main()
        return media.ASSETS[kind].content_type, media.content(kind, self.job.request_id)

    def text(self, of: Media | None = None) -> str:
        """A file as base64 text; the main one, where none is named."""
        return b64encode(media.content(of or self._main(), self.job.request_id)).decode("ascii")

    def _main(self) -> Media:
        return self.model.media_kind or "video"

    def _defaults(self) -> dict[str, Plain]:
        return {field.name: field.default for field in self.model.spec.input if field.has_default}

    def _value(self, kind: Type, name: str, pointer: str, of: Media | None) -> Plain:
        kind, of = (
            self._named(kind),
            kind.media or of or (self.model.media_kind if pointer == self.model.media else None),
        )
        if pointer in self.fixed:
            return self._as_fixed(kind, self.fixed[pointer])
        if kind.any_of:
            return self._value(kind.any_of[0], name, pointer, of)
        if kind.json == "object":
            return self._object(kind, pointer, of)
        if kind.json == "array" and kind.items:
            some = 1 if pointer.count("/") < _DEPTH and kind.max_items != 0 else 0
            count = max(kind.min_items or 0, some)
            return [self._value(kind.items, name, f"{pointer}/{n}", of) for n in range(count)]
        if kind.json == "string" and (of or kind.format in {"uri", "base64", "binary"}):
            return self._file_within(kind, pointer, of or self._main())
        return self._plain(kind, name)

    def _file_within(self, kind: Type, pointer: str, of: Media) -> str:
        """A file as a part of the output: its address, or the file as text."""
        main = pointer == (self.model.media or "")
        return self.text(of) if kind.format == "base64" or (main and self.as_text()) else self._url(of)

    def _named(self, kind: Type) -> Type:
        """The type itself, where it is said by name; what a field adds to a named type is kept."""
        found = next((named.type for named in self.model.spec.types if named.name == kind.named), kind)
        return replace(found, media=kind.media or found.media)

    def _object(self, kind: Type, pointer: str, of: Media | None) -> Plain:
        fields = {field.name: field for field in kind.fields}
        held = {at.split("/")[pointer.count("/") + 1] for at in self.fixed if at.startswith(f"{pointer}/")}
        made: dict[str, Plain] = {
            name: self._field(field, f"{pointer}/{name}", of)
            for name, field in fields.items()
            if field.required or name in held or self._leads_to_the_file(f"{pointer}/{name}") or (of and name == "url")
        }
        if of:
            made |= {name: value for name, value in self._file(of).items() if name in fields}
        return made

    def _leads_to_the_file(self, pointer: str) -> bool:
        """Whether the main file is there or within. A job that succeeded made it, whatever a page calls optional."""
        main = self.model.media or ""
        return main == pointer or main.startswith(f"{pointer}/")

    def _field(self, field: Field, pointer: str, of: Media | None) -> Plain:
        kind = self._named(field.type)
        known = pointer in self.fixed or any(at.startswith(f"{pointer}/") for at in self.fixed)
        if known or kind.json in {"object", "array"} or kind.any_of or kind.media or kind.format is not None:
            return self._value(field.type, field.name, pointer, of)
        if field.has_example:
            return self._echo(kind, field.name, field.example)
        return self._plain(kind, field.name)

    def _as_fixed(self, kind: Type, value: str) -> Plain:
        return int(value[:12], 16) if kind.json in {"integer", "number"} else value

    def _file(self, of: Media) -> dict[str, Plain]:
        """What File objects say of a file, under the names that providers share."""
        asset = media.ASSETS[of]
        return {
            "content_type": asset.content_type,
            "file_name": f"{self.job.request_id.rpartition('/')[2]}{asset.suffix}",
            "file_size": len(media.content(of, self.job.request_id)),
        }

    def _url(self, of: Media) -> str:
        return f"{self.origin}{MEDIA_PATH}{self.job.request_id}{media.ASSETS[of].suffix}"

    def _plain(self, kind: Type, name: str) -> Plain:
        if kind.enum:
            return self._echo(kind, name, kind.enum[0])
        match kind.json:
            case "boolean":
                return self._echo(kind, name, False)
            case "integer":
                return self._echo(kind, name, int(self._number(kind)))
            case "number":
                return self._echo(kind, name, float(self._number(kind)))
            case "string":
                return self._echo(kind, name, self._text(kind, name))
            case _:
                return {}

    def _text(self, kind: Type, name: str) -> str:
        made = f"{name or 'text'} of {self.job.request_id}".ljust(kind.min_length or 0, ".")[: kind.max_length]
        if kind.pattern is None:
            return made
        return next((text for text in (made, self.job.request_id, *_WORDS) if matches(kind.pattern, text)), made)

    def _echo(self, kind: Type, name: str, otherwise: Plain) -> Plain:
        """What the caller gave, or the input's default, under the same name and of the same type; such as a seed."""
        given = self.job.payload.get(name, self._defaults().get(name))
        return given if given is not None and fits({"type": kind.json} if kind.json else {}, given) else otherwise

    def _number(self, kind: Type) -> float:
        """A number within the limits, and one of the multiples where only those will do."""
        drawn = int.from_bytes(sha256(self.job.request_id.encode("utf-8")).digest()[:4], "big")
        step = _exactly(kind.multiple_of if kind.multiple_of is not None else 1)
        least, most = _steps(kind, step)
        if least is None:
            return float((drawn if most is None else min(drawn, most)) * step)
        if most is None:
            return float((least + drawn) * step)
        return float((least + drawn % (most - least + 1)) * step) if least <= most else _between(kind)


def _steps(kind: Type, step: Fraction) -> tuple[int | None, int | None]:
    """The first and the last multiple of a step within a type's limits."""
    lows: list[int] = []
    highs: list[int] = []
    if kind.minimum is not None:
        lows.append(math.ceil(_exactly(kind.minimum) / step))
    if kind.exclusive_minimum is not None:
        lows.append(math.floor(_exactly(kind.exclusive_minimum) / step) + 1)
    if kind.maximum is not None:
        highs.append(math.floor(_exactly(kind.maximum) / step))
    if kind.exclusive_maximum is not None:
        highs.append(math.ceil(_exactly(kind.exclusive_maximum) / step) - 1)
    return max(lows, default=None), min(highs, default=None)


def _exactly(number: float) -> Fraction:
    """A number as it is written: 0.1 is a tenth, not what a float makes of it."""
    return Fraction(str(number))


def _between(kind: Type) -> float:
    """A number between limits that no whole one is between."""
    low = kind.minimum if kind.minimum is not None else kind.exclusive_minimum
    high = kind.maximum if kind.maximum is not None else kind.exclusive_maximum
    return ((low or 0.0) + (high or 0.0)) / 2
