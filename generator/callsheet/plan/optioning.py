"""How the protocols of an endpoint appear in the client: a class each, and the options of a call."""

from __future__ import annotations

from callsheet.plan import describe, names
from callsheet.plan.model import Code, NestedPlan, ParamPlan, WayPlan
from callsheet.spec.model import CallSpec, OptionSpec, ProtocolSpec

_TYPES: dict[str, str] = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "object": "Mapping[str, object]",
}

NO_OPTIONS = Code("NoOptions")
MEDIA_FILE = Code("MediaFile")


def way_plan(
    way: ProtocolSpec | CallSpec, endpoint: Code, output: Code, options: NestedPlan | None, *, first: bool
) -> WayPlan:
    """A protocol as a class of an endpoint. `first` is the endpoint's main class."""
    suffix = "" if first else names.class_name(way.name)
    own = way.result.decode == "bytes"
    return WayPlan(
        protocol=way.name,
        kind=way.kind,
        class_name=Code(f"{endpoint}{suffix}"),
        attribute=names.param_name(way.name),
        constant=Code("MODEL" if first else f"MODEL_{names.constant_name(way.name)}"),
        options=NO_OPTIONS if options is None else options.name,
        output=MEDIA_FILE if own else output,
        about=describe.sentence(way.about),
    )


def options_plan(way: ProtocolSpec | CallSpec) -> NestedPlan:
    """What a caller may ask for with one call, as a TypedDict."""
    return NestedPlan(
        name=Code(f"{names.class_name(way.name)}Options"),
        doc=("What may be asked for with one call, beside the input.",),
        params=tuple(map(_option, way.submit.options)),
    )


def _option(option: OptionSpec) -> ParamPlan:
    allowed = f"Literal[{', '.join(map(repr, option.enum))}]" if option.enum else _TYPES[option.type]
    return ParamPlan(
        wire=option.name,
        python=names.param_name(option.name),
        annotation=Code(allowed),
        required=False,
        must_give=False,
        has_default=option.default is not None,
        default=option.default,
        doc=(describe.option_doc(option),),
    )
