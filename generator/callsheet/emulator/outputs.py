"""What a job made: an instance of the model's output type, with addresses of files that the emulator serves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from callsheet.emulator import media
from callsheet.emulator.jobs import Job
from callsheet.emulator.judging import fits
from callsheet.emulator.routes import MEDIA_PATH
from callsheet.plan.model import ModelPlan
from callsheet.source.nodes import Plain
from callsheet.spec.model import Field, Media, Type

_DEPTH: Final = 8
"""Types may hold themselves; deeper than this a list that may be empty is."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the output of one job. `origin` is where its files are served."""

    model: ModelPlan
    job: Job
    origin: str

    def output(self) -> Plain:
        """What is required of it, and all that is known of its files; the same for the same job and origin."""
        return self._value(self.model.spec.output.type, "", "", None)

    def _value(self, kind: Type, name: str, pointer: str, of: Media | None) -> Plain:
        kind, of = (
            self._named(kind),
            kind.media or of or (self.model.media_kind if pointer == self.model.media else None),
        )
        if kind.any_of:
            return self._value(kind.any_of[0], name, pointer, of)
        if kind.json == "object":
            return self._object(kind, pointer, of)
        if kind.json == "array" and kind.items:
            some = 1 if pointer.count("/") < _DEPTH and kind.max_items != 0 else 0
            count = max(kind.min_items or 0, some)
            return [self._value(kind.items, name, f"{pointer}/{n}", of) for n in range(count)]
        if kind.json == "string" and (of or kind.format == "uri"):
            return self._url(of or self.model.media_kind or "video")
        return self._plain(kind, name)

    def _named(self, kind: Type) -> Type:
        """The type itself, where it is said by name; what a field adds to a named type is kept."""
        found = next((named.type for named in self.model.spec.types if named.name == kind.named), kind)
        return replace(found, media=kind.media or found.media)

    def _object(self, kind: Type, pointer: str, of: Media | None) -> Plain:
        fields = {field.name: field for field in kind.fields}
        made: dict[str, Plain] = {
            name: self._field(field, f"{pointer}/{name}", of) for name, field in fields.items() if field.required
        }
        if of:
            made |= {name: value for name, value in self._file(of).items() if name in fields}
        return made

    def _field(self, field: Field, pointer: str, of: Media | None) -> Plain:
        kind = self._named(field.type)
        if kind.json in {"object", "array"} or kind.any_of or kind.media or kind.format == "uri":
            return self._value(field.type, field.name, pointer, of)
        if field.has_example:
            return self._echo(kind, field.name, field.example)
        return self._plain(kind, field.name)

    def _file(self, of: Media) -> dict[str, Plain]:
        """What File objects say of a file, under the names that providers share."""
        asset = media.ASSETS[of]
        return {
            "content_type": asset.content_type,
            "file_name": f"{self.job.request_id}{asset.suffix}",
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
                made = f"{name or 'text'} of {self.job.request_id}".ljust(kind.min_length or 0, ".")
                return self._echo(kind, name, made[: kind.max_length])
            case _:
                return {}

    def _echo(self, kind: Type, name: str, otherwise: Plain) -> Plain:
        """What the caller gave, or the input's default, under the same name and of the same type; such as a seed."""
        given = next(
            (field.default for field in self.model.spec.input if field.name == name and field.has_default), None
        )
        given = self.job.payload.get(name, given)
        return given if given is not None and fits({"type": kind.json} if kind.json else {}, given) else otherwise

    def _number(self, kind: Type) -> float:
        drawn = int.from_bytes(sha256(self.job.request_id.encode("utf-8")).digest()[:4], "big")
        low, high = kind.minimum, kind.maximum
        if low is not None and high is not None:
            return low + drawn % (int(high - low) + 1)
        if low is not None:
            return low + drawn
        return drawn if high is None else min(drawn, high)
