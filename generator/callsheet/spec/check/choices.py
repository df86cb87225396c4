"""What the input chooses: values of path variables, bodies, and the form of the output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from callsheet.findings import Finding
from callsheet.rules import flow as flow_rules
from callsheet.rules import ways as rules
from callsheet.rules.words import one_of, quoted
from callsheet.runtime import bodies
from callsheet.source.nodes import Node, Plain, descend, key_place, place
from callsheet.spec.check.criteria import check_form, check_values
from callsheet.spec.check.reach import Reach
from callsheet.spec.check.sound import Sound
from callsheet.spec.model import ChoiceSpec, Condition, ModelSpec, ProviderSpec, SubmitSpec

_IN_BODY: Final = ("input", "rest")


def check(model: ModelSpec, provider: ProviderSpec) -> Iterator[Finding]:
    """A model's choices, and its bodies with those of its protocols."""
    known = [field.name for field in model.input]
    named = {type_.name: type_ for type_ in model.types}
    sound = Sound.of(model)
    reaches = {field.name: Reach(field, named) for field in model.input if sound(field.type)}
    variables = [*model.path, *model.chosen_path]
    for name, choices in model.chosen_path.items():
        yield from _choices(choices, known, reaches, descend(model.node, "path", name) or model.node)
    if model.body:
        yield from _choices(model.body, known, reaches, descend(model.node, "body") or model.node)
    for choice in model.body:
        node = descend(choice.node, "value") if choice.when is not None or _is_choice(choice) else choice.node
        yield from body(choice.value, node or choice.node, known, variables)
    if model.output.base64_when is not None:
        yield from _condition(model.output.base64_when, known, reaches)
    ways = {way.name: way for way in provider.ways}
    if model.output.type.format == "binary":
        for name in model.protocols:
            if name in ways and ways[name].result.decode != "bytes":
                what = f"the protocol {quoted(name)} answers with JSON"
                yield rules.BINARY_WITHOUT_BYTES.at(place(model.node, "output", "format"), what)


def check_submit(submit: SubmitSpec, variables: list[str]) -> Iterator[Finding]:
    """The body of a protocol: the parameters are those of its models, and looked at with them."""
    node = descend(submit.node, "body")
    if node is not None:
        yield from body(submit.body, node, None, variables)


def body(template: Plain, node: Node, parameters: list[str] | None, variables: Iterable[str]) -> Iterator[Finding]:
    """The placeholders of a body. Without `parameters`, any parameter will do."""
    known = [*_IN_BODY, *variables, *(f"input.{name}" for name in parameters or ())]
    for name in dict.fromkeys(bodies.names(template)):
        if name not in known and not (parameters is None and name.startswith("input.")):
            what = f"nothing is known to put in for `{{{name}}}`"
            yield flow_rules.UNKNOWN_PLACEHOLDER.at(node.span, what, one_of(name, known, noun="known here"))


def _is_choice(choice: ChoiceSpec) -> bool:
    return descend(choice.node, "value") is not None and isinstance(choice.node, Node)


def _choices(
    choices: tuple[ChoiceSpec, ...], known: list[str], reaches: Mapping[str, Reach], node: Node
) -> Iterator[Finding]:
    always = next((n for n, choice in enumerate(choices) if choice.when is None or not choice.when.criteria), None)
    if always is None:
        yield rules.CHOICE_MAY_FAIL.at(node.span, "none of the choices holds for every other input")
    elif always < len(choices) - 1:
        yield rules.CHOICE_NEVER_MADE.at(choices[always + 1].node.span, "the one before it holds for every input")
    for choice in choices:
        if choice.when is not None:
            yield from _condition(choice.when, known, reaches)


def _condition(condition: Condition, known: list[str], reaches: Mapping[str, Reach]) -> Iterator[Finding]:
    found = list(check_form(condition))
    yield from found
    for name in condition.criteria:
        if name not in known:
            at = key_place(condition.node, name)
            yield rules.UNKNOWN_PARAMETER.at(
                at, f"the endpoint has no parameter {quoted(name)}", one_of(name, known, noun="known")
            )
        elif name in reaches and not found:
            yield from check_values(condition, name, reaches[name])
