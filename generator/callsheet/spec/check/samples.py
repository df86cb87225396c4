"""What the documentation prints, judged by what the spec says; and the way to the main file of the output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from callsheet.findings import Finding
from callsheet.rules import types as rules
from callsheet.rules.words import listed, quoted
from callsheet.source.nodes import Plain, key_place, place
from callsheet.spec.check import judging
from callsheet.spec.check.sound import Sound
from callsheet.spec.mainfile import main_file, parts
from callsheet.spec.model import Field, ModelSpec, NamedType, OutputExample, Sample, Type
from callsheet.spec.pointers import tokens
from callsheet.spec.typeschema import Schema, schema_of

_DEEPEST: Final = 20
"""Steps of a media pointer; recursive types would allow any number."""


def check(model: ModelSpec, sound: Sound) -> Iterator[Finding]:
    """Samples, output examples and the media pointer, as far as types are sound."""
    named = {type_.name: type_ for type_ in model.types}
    fields = tuple(field for field in model.input if sound(field.type))
    untold = frozenset(field.name for field in model.input) - {field.name for field in fields}
    judge = schema_of(Type(node=model.node, json="object", fields=fields), named, closed=True)
    for sample in model.samples:
        yield from _sample(sample, judge, fields, untold)
    if not sound(model.output.type):
        return
    for example in model.output.examples:
        yield from _example(example, model.output.type, named)
    yield from _media(model, named)


def _sample(sample: Sample, judge: Schema, fields: tuple[Field, ...], untold: frozenset[str]) -> Iterator[Finding]:
    """A sample may leave out what has a default, as a caller may. Parameters of an unsound type are passed over."""
    filled: dict[str, Plain] = {field.name: field.default for field in fields if field.required and field.has_default}
    given = {name: value for name, value in sample.input.items() if name not in untold}
    for fault in judging.faults(judge, {**filled, **given}):
        yield _refused(sample, fault)


def _refused(sample: Sample, fault: judging.Fault) -> Finding:
    if fault.unknown is not None:
        at = key_place(sample.node, "input", *fault.path, fault.unknown)
        return rules.UNKNOWN_FIELD.at(at, f"in the sample, {fault.what}", fault.mend)
    lead = f"{_within(fault, 'the payload')} in the sample: "
    return judging.finding(rules.SAMPLE_REFUSED, sample.node, ("input",), fault, lead)


def _within(fault: judging.Fault, whole: str) -> str:
    return quoted(".".join(map(str, fault.path))) if fault.path else whole


def _example(example: OutputExample, type_: Type, named: dict[str, NamedType]) -> Iterator[Finding]:
    found = list(judging.faults(schema_of(type_, named, closed=False), example.value))
    if example.defect is not None:
        if not found:
            what = "the example has a `defect`, but fits the schema"
            yield rules.DEFECT_WITHOUT_DEFECT.at(place(example.node, "defect"), what)
        return
    for fault in found:
        yield judging.finding(
            rules.EXAMPLE_REFUSED, example.node, ("value",), fault, f"{_within(fault, 'the value')} in the example: "
        )
    for fault in judging.faults(schema_of(type_, named, closed=True), example.value):
        if fault.unknown is not None:
            at = key_place(example.node, "value", *fault.path, fault.unknown)
            yield rules.UNKNOWN_FIELD.at(at, f"in the example, {fault.what}", fault.mend)


def _media(model: ModelSpec, named: dict[str, NamedType]) -> Iterator[Finding]:
    output, pointer = model.output, main_file(model)
    at = place(output.node, "media") if output.media else place(model.node, "output")
    if pointer is None:
        yield from _no_file(model)
        return
    steps = tokens(pointer)
    ends = list(_ends(output.type, steps, named)) if len(steps) <= _DEEPEST else []
    if not ends:
        fields = [f"/{field.name}" for field in output.type.fields]
        mend = f"fields of the output: {listed(fields)}" if fields else "the output itself is the file: delete `media`"
        yield rules.MEDIA_LEADS_NOWHERE.at(at, f"the output has nothing at {quoted(pointer)}", mend)
    elif pointer and not any(end.media or _resolved(end, named).media for end in ends):
        what = f"what stands at {quoted(pointer)} is not marked as a file"
        yield rules.MEDIA_LEADS_NOWHERE.at(at, what, "write `media: video` (or image, audio) there")


def _no_file(model: ModelSpec) -> Iterator[Finding]:
    """An output may be no file. Where it holds one, or something like it, that was forgotten."""
    within = list(parts(model))
    at = place(model.node, "output")
    if any(part.media for part in within):
        what = "the output holds files, and it is not said which is the main one"
        yield rules.MEDIA_LEADS_NOWHERE.at(at, what, "point to it with `media:`, as in `media: /video`")
    elif any(part.format is not None for part in within):
        yield rules.FILE_NOT_SAID.at(at, "the output holds an address, and nothing is marked as a file")


def _resolved(type_: Type, named: dict[str, NamedType]) -> Type:
    while type_.named is not None:  # ends, since types that lead back to themselves were refused before
        type_ = named[type_.named].type
    return type_


def _ends(type_: Type, steps: tuple[str, ...], named: dict[str, NamedType]) -> Iterator[Type]:
    """The types that a pointer may lead to. What a reference says of itself counts before what it refers to."""
    if not steps:
        yield type_
        return
    target = _resolved(type_, named)
    for option in target.any_of:
        yield from _ends(option, steps, named)
    if target.items is not None and steps[0].isdecimal():
        yield from _ends(target.items, steps[1:], named)
    for field in target.fields:
        if field.name == steps[0]:
            yield from _ends(field.type, steps[1:], named)
