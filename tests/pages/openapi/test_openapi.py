"""OpenAPI documents of both versions: the same endpoint gives the same facts, and no document takes long."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callsheet.findings import Finding
from callsheet.pages import Reading, read_page

NAMES = st.from_regex(r"[a-z]{1,6}(_[a-z]{1,4})?", fullmatch=True)
Parts = dict[str, Any]


def document(schema: Parts, version: str = "3.1.0", components: Parts | None = None) -> Parts:
    """The document of a queue with one endpoint."""
    state: Parts = {"type": "object", "properties": {"status": {"enum": ["IN_QUEUE", "COMPLETED"], "type": "string"}}}
    answers: Parts = {"200": {"content": {"application/json": {"schema": state}}}}
    body: Parts = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/In"}}}}
    result: Parts = {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Out"}}}}}
    out: Parts = {"type": "object", "properties": {"clip": {"type": "string", "format": "uri"}}, "required": ["clip"]}
    return {
        "openapi": version,
        "info": {"title": "Lantern", "x-fal-metadata": {"endpointId": "fal-ai/lantern"}},
        "servers": [{"url": "https://queue.fal.run"}],
        "paths": {
            "/fal-ai/lantern/requests/{request_id}/status": {"get": {"responses": answers}},
            "/fal-ai/lantern/requests/{request_id}": {"get": {"responses": result}},
            "/fal-ai/lantern": {"post": {"requestBody": body, "responses": answers}},
        },
        "components": {
            "schemas": {"In": schema, "Out": out, **(components or {})},
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "Authorization"}},
        },
        "security": [{"key": []}],
    }


def read(value: object) -> Reading:
    """The reading of a document that is one."""
    found = read_page(json.dumps(value).encode(), "openapi.json")
    assert isinstance(found, Reading), found
    return found


def of_parameters(reading: Reading) -> dict[str, object]:
    """The facts on parameters."""
    return {" ".join(path[1:]): value for path, value in reading.as_facts().items() if path[0] == "parameters"}


@st.composite
def fields(draw: st.DrawFn) -> tuple[Parts, Parts, dict[str, object]]:
    """A schema as 3.0 and as 3.1 write it, and what it says."""
    kind = draw(st.sampled_from(["string", "integer", "number", "boolean"]))
    old: Parts = {"type": kind}
    new: Parts = {"type": kind}
    facts: dict[str, object] = {"type": kind}
    if kind == "integer" and draw(st.booleans()):
        low = draw(st.integers(-9, 9))
        old |= {"minimum": low, "exclusiveMinimum": True, "maximum": low + 9}
        new |= {"exclusiveMinimum": low, "maximum": low + 9}
        facts |= {"exclusive_minimum": low, "maximum": low + 9}
    if kind == "string" and draw(st.booleans()):
        values = draw(st.lists(st.text(max_size=5), min_size=1, max_size=4, unique=True))
        old["enum"], new["enum"], facts["allowed"] = values, values, values
    if draw(st.booleans()):
        facts["nullable"] = True
        old["nullable"] = True
        new = draw(st.sampled_from([{**new, "type": [kind, "null"]}, {"anyOf": [new, {"type": "null"}]}]))
    if draw(st.booleans()):
        old["default"], new["default"], facts["default"] = None, None, None
    return old, new, facts


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(NAMES, st.tuples(fields(), st.booleans()), min_size=1, max_size=5), st.randoms())
def test_both_versions_say_the_same(
    made: dict[str, tuple[tuple[Parts, Parts, dict[str, object]], bool]], r: Any
) -> None:
    """What a schema states comes back exactly, from 3.0 and from 3.1, in the provider's own order."""
    order = [*made]
    r.shuffle(order)
    wanted = {f"{name} {word}": value for name, ((_, _, facts), _) in made.items() for word, value in facts.items()}
    wanted |= {f"{name} required": needed for name, (_, needed) in made.items()}
    for version, which in (("3.0.4", 0), ("3.1.0", 1)):
        properties = {name: parts[which] for name, (parts, _) in made.items()}
        required = [name for name, (_, needed) in made.items() if needed]
        schema = {"type": "object", "properties": properties, "required": required, "x-fal-order-properties": order}
        reading = read(document(schema, version))

        assert of_parameters(reading) == wanted
        assert reading.as_facts()[("parameter_names",)] == order


def test_the_queue_is_read_whole() -> None:
    """Addresses, methods, states, the header of the key and the output."""
    reading = read(document({"type": "object", "properties": {}}))
    facts = reading.as_facts()

    assert reading.url == "https://fal.ai/api/openapi/queue/openapi.json?endpoint_id=fal-ai/lantern"
    assert facts["queue", "kind"] == "queue"
    assert facts["queue", "submit", "url"] == "https://queue.fal.run/fal-ai/lantern"
    assert facts["queue", "status", "url"] == "https://queue.fal.run/fal-ai/lantern/requests/{request_id}/status"
    assert facts["queue", "result", "method"] == "GET"
    assert facts["queue", "state_names"] == ["IN_QUEUE", "COMPLETED"]
    assert facts["queue", "credential", "header"] == "Authorization"
    assert facts["output", "/clip", "format"] == "uri"
    assert facts["output", "/clip", "required"] is True


def test_nested_types_unions_and_parts_put_together() -> None:
    """`$ref`, `allOf` of one, `anyOf` of several and lists of objects lead to the names below."""
    size: Parts = {"type": "object", "properties": {"width": {"type": "integer", "maximum": 99}}, "required": ["width"]}
    schema: Parts = {
        "type": "object",
        "properties": {
            "size": {"anyOf": [{"$ref": "#/components/schemas/Size"}, {"enum": ["big", "small"], "type": "string"}]},
            "sizes": {"type": "array", "items": {"$ref": "#/components/schemas/Size"}, "maxItems": 3},
            "one": {"allOf": [{"$ref": "#/components/schemas/Size"}], "default": {"width": 3}},
            "fixed": {"const": "x"},
        },
    }
    found = of_parameters(read(document(schema, components={"Size": size})))

    assert found["size type"] == ["object", "string"]
    assert found["size allowed"] == ["big", "small"]
    assert found["size/width maximum"] == 99
    assert (found["sizes type"], found["sizes max_items"], found["sizes/0 type"]) == ("array", 3, "object")
    assert found["sizes/0/width required"] is True
    assert (found["one type"], found["one default"], found["one fields"]) == ("object", {"width": 3}, ["width"])
    assert (found["fixed type"], found["fixed allowed"]) == ("string", ["x"])


def test_a_circle_ends_and_nothing_is_fetched() -> None:
    """A type within itself, a reference in a circle and one to another server are listed as unread."""
    schema: Parts = {
        "type": "object",
        "properties": {
            "tree": {"$ref": "#/components/schemas/Tree"},
            "round": {"$ref": "#/components/schemas/Round"},
            "far": {"$ref": "https://example.com/schema.json"},
        },
    }
    tree: Parts = {"type": "object", "properties": {"left": {"$ref": "#/components/schemas/Tree"}}}
    parts: Parts = {"Tree": tree, "Round": {"$ref": "#/components/schemas/Round"}}
    reading = read(document(schema, components=parts))

    assert of_parameters(reading)["tree/left type"] == "object"
    assert len(reading.unread) == 3


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('{"openapi": "3.1.0", "paths": ' + "[" * 200_000, "page-too-large"),
        ('{"openapi": "3.1.0", "paths": {', "page-cut"),
    ],
)
def test_what_cannot_be_read_to_its_end_tells_nothing(text: str, rule: str) -> None:
    """A document cut off, and one of two hundred thousand brackets, are findings; silence means nothing then."""
    found = read_page(text.encode(), "openapi.json")

    assert isinstance(found, Reading)
    assert [problem.rule for problem in found.problems] == [rule]
    assert (found.facts, found.tells) == ((), frozenset())


def test_other_json_is_no_page() -> None:
    """JSON that describes no API is of no layout that is known."""
    found = read_page(b'{"hello": 1}', "some.json")

    assert isinstance(found, Finding)
    assert found.rule == "page-unknown"


def test_another_document_gives_its_first_operation() -> None:
    """Without fal's marks there is no provider; other operations are named, not read."""
    takes: Parts = {"type": "object", "properties": {"a": {"type": "string"}}}
    body: Parts = {"content": {"application/json": {"schema": takes}}}
    other: Parts = {
        "openapi": "3.1.0",
        "info": {"title": "Any"},
        "servers": [{"url": "https://example.com/v1/"}],
        "paths": {
            "/list": {"get": {"responses": {"200": {}}}},
            "/make": {"post": {"requestBody": body, "responses": {"200": {}, "404": {}}}},
        },
    }
    reading = read(other)
    facts = reading.as_facts()

    assert (reading.layout, reading.provider) == ("openapi", None)
    assert facts["direct", "submit", "url"] == "https://example.com/v1/make"
    assert facts[("error_codes",)] == [404]
    assert [one.text for one in reading.unread] == ["GET /list"]


@pytest.mark.parametrize(
    ("about", "default", "conflicts"),
    [
        ("How many. Default is 4.", 5, 1),
        ("How many. Defaults to 5.0", 5, 0),
        ("Default value: `true`", False, 1),
        ("The default is 4 for clips.", 5, 0),
        ("Default: 4", True, 0),
    ],
)
def test_a_default_in_prose_that_differs_is_a_contradiction(about: str, default: object, conflicts: int) -> None:
    """A number or truth value that a sentence ends with is compared; what may hold in one case is not."""
    reading = read(document({"properties": {"a": {"description": about, "default": default}}}))

    assert [one.path for one in reading.conflicts] == [("parameters", "a", "default")] * conflicts
