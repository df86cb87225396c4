"""The layout that Segmind's pages had: parameters that nobody wrote, as copied text and as saved HTML."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callsheet.pages import Reading, read_page

NAMES = st.one_of(
    st.from_regex(r"[a-z][a-z0-9]{0,6}(_[a-z0-9]{1,5}){0,2}", fullmatch=True),
    st.sampled_from(["default", "min", "type", "enum", "base64", "list", "Attributes", "samples"]),
)
ABOUTS = st.sampled_from(
    [
        "What to show",
        "",
        "One line.\nAnd one more, of the same.",
        "From 0 to 1, where 1 is most.",
        "Use 'LOUD' for noise. Default is what you make of it.",
        "Affects pricing, as more of it does.",
        "min and max of the noise",
        "200 - enough",
        "*",
    ]
)
WORDS = st.from_regex(r"[A-Za-z][A-Za-z0-9 ._-]{0,10}[A-Za-z0-9]", fullmatch=True).filter(
    lambda text: "  " not in text and text.lower() not in {"none", "null", "true", "false", "nan", "inf", "undefined"}
)


@dataclass(frozen=True)
class Param:
    """A parameter: `kind` as the page shows it, and its facts."""

    name: str
    kind: str
    required: bool
    about: str
    facts: dict[str, Any] = field(default_factory=dict[str, Any])


@st.composite
def params(draw: st.DrawFn) -> list[Param]:
    """A list of them, each name once, the first required, since pages of this age mark what is."""
    names = draw(st.lists(NAMES, min_size=2, max_size=5, unique=True))
    return [draw(param(name, required=n == 0 or draw(st.booleans()))) for n, name in enumerate(names)]


@st.composite
def param(draw: st.DrawFn, name: str, *, required: bool) -> Param:
    """One of any type. What is required has no default."""
    kind = draw(st.sampled_from(["str", "int", "float", "boolean", "enum:str", "enum:int"]))
    types = {"str": "string", "int": "integer", "float": "number", "boolean": "boolean"}
    facts: dict[str, Any] = {"type": types[kind.removeprefix("enum:")]}
    value: st.SearchStrategy[Any]
    match kind:
        case "str":
            value = WORDS
        case "boolean":
            value = st.booleans()
        case "int" | "float":
            low = draw(st.integers(-5, 100))
            value = st.sampled_from([low, low + 7] if kind == "int" else [low + 0.5, low + 7.25])
            facts |= draw(st.sampled_from([{}, {"minimum": low, "maximum": low + 50}]))
        case _:
            one = WORDS if kind == "enum:str" else st.integers(1, 4_000)
            facts["allowed"] = draw(st.lists(one, min_size=2, max_size=5, unique=True))
            value = st.sampled_from(facts["allowed"])
    if not required:
        facts["default"] = draw(st.one_of(value, value, st.none()))
    return Param(name, kind, required, draw(ABOUTS), facts)


def head(one: Param) -> list[str]:
    """What stands in the first line."""
    default = f"( default: {one.facts['default']} )" if "default" in one.facts else ""
    return [one.name, one.kind, "*" if one.required else default]


def below(one: Param) -> list[str]:
    """The lines behind the description."""
    facts = one.facts
    limits = [f"min : {facts['minimum']}, max : {facts['maximum']}"] if "minimum" in facts else []
    return [*limits, *(["Allowed values:", *map(str, facts["allowed"])] if "allowed" in facts else [])]


def before(found: list[Param]) -> list[str]:
    """The page above the list, with a sample that sends what is required."""
    types = {"str": "a text", "int": 5, "float": 0.5, "boolean": True}
    sent = {one.name: one.facts.get("allowed", [types.get(one.kind)])[0] for one in found if one.required}
    return [
        "Made Up",
        "Makes things up.",
        "API",
        "import requests",
        'url = "https://api.segmind.com/v1/made-up"',
        *f"data = {json.dumps(sent, indent=2)}".replace("true", "True").split("\n"),
        "headers = {'x-api-key': api_key}",
        "RESPONSE",
        "image/jpeg",
        "HTTP Response Codes",
        "200 - OK Made up",
        "401 - Unauthorized The key is not known",
        "500 - Server Error It broke",
        "Attributes",
    ]


def as_text(found: list[Param]) -> str:
    """As a browser copies it."""
    lines = [line for one in found for line in (" ".join(head(one)), *one.about.split("\n"), *below(one), "")]
    return "\n".join([*before(found), *lines, "To keep track of your credit usage, look at the headers.", ""])


def as_html(found: list[Param]) -> str:
    """As a browser saves it, with menus that are closed, buttons and data of scripts around."""
    above = before(found)
    code = "\n".join(
        f'<span class="token">{html.escape(line)}</span>' for line in above[3 : above.index("RESPONSE") - 1]
    )
    rest = "".join(f"<div><p>{html.escape(line)}</p></div>" for line in above[above.index("RESPONSE") :])
    boxes = ""
    for one in found:
        parts = "".join(f"<span class='chip'>{html.escape(part)}</span> " for part in head(one) if part)
        lines = "".join(f"<p>{html.escape(line)}</p>" for line in [*one.about.split("\n"), *below(one)] if line)
        boxes += f"<div class='param'><div class='flex'>{parts}</div><div>{lines}</div></div>"
    return (
        "<!DOCTYPE html><html><head><title>Made Up | Segmind</title><script>var a='Attributes'</script></head><body>"
        "<nav><a href='/'>Models</a><div hidden><p>Attributes</p><p>prompt str *</p></div><button>Login</button></nav>"
        f"<main><h1>Made Up</h1><p>Makes things up.</p><pre><code>{code}</code></pre><button><svg></svg>Copy</button>"
        f"{rest}{boxes}<p>To keep track of your credit usage, look at the headers.</p></main>"
        '<script id="__NEXT_DATA__">{"Attributes": "prompt str *"}</script></body></html>'
    )


@pytest.mark.parametrize("show", [as_text, as_html])
@settings(max_examples=8, deadline=None)
@given(found=params())
def test_an_old_list_is_read_as_it_was(show: Any, found: list[Param]) -> None:
    """No fact is wrong, and what cannot be told is said to be unread."""
    reading = read_page(show(found).encode(), "page")
    assert isinstance(reading, Reading)
    wanted: dict[tuple[str, ...], Any] = {("parameter_names",): [one.name for one in found]}
    for one in found:
        wanted |= {("parameters", one.name, word): value for word, value in one.facts.items()}
        wanted["parameters", one.name, "required"] = one.required
    facts = {path: value for path, value in reading.as_facts().items() if path[0].startswith("parameter")}
    wrong = {
        path: (value, wanted.get(path, "-"))
        for path, value in facts.items()
        if json.dumps(wanted.get(path, "-")) != json.dumps(value)
    }
    missing = {path for path in wanted if path not in facts}

    assert wrong == {}
    assert reading.unread or not missing
    assert {path[-1] for path in missing} <= {"default", "allowed", "type"}
    assert reading.problems == ()
