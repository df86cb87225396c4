"""What a plan says of one endpoint, as single facts: a path in the words of the evidence, and a value.

A path is a tuple of keys. The words:

- `parameter_names`; `parameters <name>` with type, format, media, required, default, allowed, minimum, maximum, and
  the other bounds of JSON Schema under their names in spelled-out form; `nullable`. What is within a parameter stands
  under its name and a pointer, `loras/0/path`, an object with the list of its `fields`. A union is one part: `type` is
  a list then; `options` has what its forms of one type do not share, see `callsheet.facts.parts`
- `chosen_path <variable>`, `chosen_body`: what of the address and the body depends on the input
- `rule <id>`: a rule between parameters in the words of the spec, `when`, `then` and so on
- `output <pointer>` with type, format, media, required, nullable, fields; an item of a list is at `/0`. `output_media`;
  `output_base64 <parameter>`: what it has to be for the file to come as text
- `typical_seconds`; `price` with stated, amount, currency, per, max; `sample <id>`
- `credential` with env, header or query, value, the URLs of the hosts that may see the key, and the HTTP code by which
  a wrong one is `refused`, where a spec says so
- `error_codes`: HTTP codes that the endpoint's own page lists
- `error_message <pointer>`, `error_code <pointer>`: where they stand, in the order of looking; `error_code_header`
- `error_headers <http>`: names of headers that come with errors of a code, `error_header_words`: what is always in them
- `error_marks <http>`: by pointer, or at `code`, every word that tells one error of that code from another
- `violation <http>`: one broken fact within the answer, with keys, words, and `types`: the provider's name of each kind
- `request_ids`: their form
- `answer_words`, beside `answer_keys`: by pointer, what of an answer is always the same
- `endpoints <url>`: a request that is about no job, with method, http, query, `answer_keys`, `answer_headers`
- `files` with `data_uris`, sizes in bytes, `upload <number>`, `also <way> <number>`; `webhook` with `registered`,
  pointers, bodies, signature, deliveries
- `protocols`: their names, the one that `run` uses first. What follows stands below such a name
- `kind`; `headers`; `request_id_header`; a `credential` of its own
- `judged`: when the input is; `judged_with`: the HTTP code of the refusal; `without_credits`: that of no money
- `submit` with method, url, http, query, headers, pointers by name, `answer_keys`, `body` if it is not just the input
- `options <wire name>` with to (header, query, body), type, allowed, bounds; `without_it`: what counts without it;
  `missed`: the HTTP code of the error of a deadline that was
- `status`, `result` with method, url, http, query, pointers by name, `answer_keys`; of a result: `within` the status,
  `early`, `failed`, `decode`, `base64`
- `states <state>`: what it means; `state_http`, `next`, `told_by` (where no word tells it) and `state_error` (the HTTP
  code of its error) alike;
  `initial`, `final`; `urls <name>` of one job, `urls_also`: its other paths; `file_at`: one that has the file;
  `retention`; `poll_floor`, `pace_header`
- `cancel` with method, url and, by HTTP code, `means`, `told_by`, `answer_keys`; `stream`; `file`: the request for it
- `cutoff`: seconds after which a blocking call is broken off
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from callsheet.facts.flat import FactPath, Facts, condition, keys, under, words
from callsheet.facts.offers import offer_facts
from callsheet.facts.parts import part_facts, told_facts
from callsheet.facts.rules import rule_fact
from callsheet.facts.ways import credential_facts, way_facts
from callsheet.plan.model import ModelPlan, ProviderPlan, Schema
from callsheet.source.nodes import Plain
from callsheet.spec.model import ChoiceSpec, ModelSpec
from callsheet.spec.ruletext import said


def facts_of(provider: ProviderPlan, model: ModelPlan) -> Facts:
    """Every fact that the plan states of an endpoint. What it does not state is not among them."""
    found: Facts = {
        ("parameter_names",): [param.wire for param in model.params],
        ("output_media",): model.media,
        **dict(_parameters(model)),
        **dict(_outputs(model)),
        **dict(_chosen(model.spec)),
        **dict(_costs(model.spec)),
        **{("rule", rule.id): rule_fact(rule) for rule in model.spec.rules},
        **{("sample", name): cast("Plain", payload) for name, payload in model.samples.items()},
        **credential_facts(provider, provider.table.credential, provider.spec.credential),
        **dict(_errors(provider, model)),
        **offer_facts(provider),
        ("request_ids",): provider.spec.request_ids,
        ("protocols",): list(model.tables),
        **dict(_error_marks(provider)),
        **dict(_violations(provider)),
    }
    for name, table in model.tables.items():
        ways = way_facts(provider, table, provider.spec.way(name))
        found.update({(name, *path): value for path, value in ways.items()})
    return {path: value for path, value in found.items() if value is not None or _may_be_null(path)}


def _may_be_null(path: FactPath) -> bool:
    """Whether null is what is said: of a default, and of a place in an answer."""
    return path[-1] == "default" or path[-1].startswith("/")


def _parameters(model: ModelPlan) -> Iterator[tuple[FactPath, Plain]]:
    properties = cast("dict[str, Schema]", model.wire_schema["properties"])
    required = cast("list[str]", model.wire_schema.get("required", []))
    fields = {field.name: field for field in model.spec.input}
    named = {one.name: one.type for one in model.spec.types}
    for param in model.params:
        here = ("parameters", param.wire)
        parts = part_facts(properties[param.wire], model.wire_schema)
        yield from (((here[0], param.wire + at, word), value) for (at, word), value in parts.items())
        yield (*here, "required"), param.wire in required
        yield (*here, "unit"), fields[param.wire].unit
        yield (*here, "deprecated"), fields[param.wire].deprecated or None
        told = told_facts(fields[param.wire].type, named)
        yield from (((here[0], param.wire + at, word), value) for (at, word), value in told.items())
        if param.has_default:
            yield (*here, "default"), param.default


def _outputs(model: ModelPlan) -> Iterator[tuple[FactPath, Plain]]:
    named = {one.name: one.type for one in model.spec.types}
    parts = part_facts(model.output_schema, model.output_schema) | told_facts(model.spec.output.type, named)
    yield from ((("output", *path), value) for path, value in parts.items())
    as_text = model.spec.output.base64_when
    if as_text is not None:
        yield from condition(("output_base64",), as_text.criteria).items()


def _chosen(spec: ModelSpec) -> Iterator[tuple[FactPath, Plain]]:
    """Parts of the address and the body that depend on the input: each value with what it is used for."""
    for name, choices in spec.chosen_path.items():
        yield ("chosen_path", name), _choices(choices)
    yield ("chosen_body",), _choices(spec.body)


def _choices(choices: tuple[ChoiceSpec, ...]) -> Plain:
    made: list[Plain] = []
    for choice in choices:
        when: dict[str, Plain] = (
            {"when": {name: said(test) for name, test in choice.when.criteria.items()}} if choice.when else {}
        )
        made.append({**when, "value": choice.value})
    return made or None


def _costs(spec: ModelSpec) -> Iterator[tuple[FactPath, Plain]]:
    yield ("typical_seconds",), spec.typical_seconds
    price = spec.price
    yield ("price", "stated"), price.stated
    yield ("price", "amount"), price.amount
    yield ("price", "currency"), price.currency
    yield ("price", "per"), price.per
    yield ("price", "max"), price.max


def _errors(provider: ProviderPlan, model: ModelPlan) -> Iterator[tuple[FactPath, Plain]]:
    rows = {error.row.name: error.row.http for error in provider.errors}
    body = provider.table.error_body
    yield ("error_codes",), [*sorted(rows.get(name, 0) for name in model.spec.errors)]
    yield from ((("error_message", at), place) for place, at in enumerate(body.message, 1))
    yield from ((("error_code", at), place) for place, at in enumerate(body.code, 1))
    yield ("error_code_header",), body.code_header
    yield from _error_headers(provider)


def _error_marks(provider: ProviderPlan) -> Iterator[tuple[FactPath, Plain]]:
    """By HTTP code and place: every word that tells one error from another."""
    marks: dict[tuple[int, str], set[str]] = {}
    for error in provider.errors:
        if error.row.code is not None:
            marks.setdefault((error.row.http, "code"), set()).add(error.row.code)
        for at, test in error.row.match.items():
            marks.setdefault((error.row.http, at), set()).update(map(str, test.one_of or ("(any)",)))
    for (http, at), known in marks.items():
        yield ("error_marks", str(http), at), [*sorted(known)]


def _error_headers(provider: ProviderPlan) -> Iterator[tuple[FactPath, Plain]]:
    headers: dict[int, dict[str, Plain]] = {}
    for row in provider.spec.errors:
        headers.setdefault(row.http, {}).update(row.answer_headers)
    for http, named in headers.items():
        yield ("error_headers", str(http)), [*sorted(named)] or None
        yield from words(("error_header_words", str(http)), dict(named)).items()


def _violations(provider: ProviderPlan) -> Iterator[tuple[FactPath, Plain]]:
    for row in provider.spec.errors:
        here = ("violation", str(row.http))
        if row.violation is not None:
            yield (*here, "keys"), keys(row.violation)
            yield from words((*here, "words"), row.violation).items()
            yield from under((*here, "types"), dict(row.violation_types)).items()
