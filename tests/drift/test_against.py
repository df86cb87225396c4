"""A page held against a spec: each difference is told once, with both places; all else is silent."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from callsheet.changes import ABSENT
from callsheet.drift.against import held_against
from callsheet.drift.memory import Remembered
from callsheet.drift.whose import Endpoint, endpoints, name_of
from callsheet.facts import facts_of
from callsheet.findings import Span
from callsheet.pages import Conflict, Place, Reading, Said, Unread
from callsheet.plan.model import Plan
from callsheet.rules.pages import PAGE_NOT_TEXT
from callsheet.source.nodes import Plain

Page = Callable[..., Reading]


def other(value: Plain) -> Plain:
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return f"{value}x"
        case list():
            return value[:-1]
        case dict():
            return dict(list(value.items())[1:])
        case _:
            return "x"


def test_a_page_that_says_what_the_spec_says_has_no_drift(plan: Plan, page: Page) -> None:
    """For every endpoint: a page made from the spec itself differs in nothing, now and when it was last read."""
    for endpoint in endpoints(plan):
        reading = page(endpoint)
        memory = {"page": Remembered.of(reading, "2026-11-19")}

        assert held_against(endpoint, "page", reading).differences == (), name_of(endpoint)
        assert held_against(endpoint, "page", reading, memory).differences == ()


def test_each_fact_that_is_changed_is_one_difference(plan: Plan, page: Page) -> None:
    """Every fact of every endpoint, changed in turn, is told once, at a place of the page and one of the spec."""
    for endpoint in endpoints(plan):
        reading = page(endpoint)
        memory = {"page": Remembered.of(reading, "2026-11-19")}
        for said in reading.facts:
            if said.path[1:] == ("kind",) or said.path[0] == "output_media" or said.path[-1] == "fields":
                continue  # a way of another kind is another way; the others are tried with what they list
            if said.path in {("parameter_names",), ("price", "stated")}:
                continue  # these two come with other facts
            changed = dataclasses.replace(
                reading,
                facts=tuple(
                    Said(one.path, other(one.value), one.place) if one is said else one for one in reading.facts
                ),
            )
            told = held_against(endpoint, "page", changed, memory).differences

            assert [one.path for one in told] == [said.path], (name_of(endpoint), said)
            assert told[0].page.line > 0
            assert told[0].spec.line > 0
            assert told[0].spec.path.endswith(".yaml")


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("parameters", "seed", "default"), 1, ("default-stated", "additive")),
        (("typical_seconds",), 1000.0, ("typical-time-changed", "editorial")),
    ],
)
def test_the_class_is_that_of_a_change_of_the_spec(
    plan: Plan, page: Page, path: tuple[str, ...], value: Plain, expected: tuple[str, str]
) -> None:
    """What a change means is decided in one place, for pages and for two versions of a spec."""
    (endpoint,) = [one for one in endpoints(plan) if name_of(one) == "fal/scail-2"]
    (told,) = held_against(endpoint, "page", page(endpoint, {path: value})).differences

    assert ((told.rule, told.kind), told.new) == (expected, value)
    assert told.old is ABSENT


def test_a_parameter_that_comes_and_one_that_goes(plan: Plan, page: Page, gone: object) -> None:
    """Each is one difference, however much is said of it; one that goes only where the page lists all of them."""
    (endpoint,) = [one for one in endpoints(plan) if name_of(one) == "segmind/scail"]
    names = ["input_video", "prompt", "reference_image", "base64", "resolution", "seed"]
    new = {
        ("parameter_names",): [*names, "fps"],
        ("parameters", "fps", "type"): "integer",
        ("parameters", "fps", "required"): False,
        ("parameters", "fps", "default"): 16,
        ("parameters", "fps", "maximum"): 60,
    }
    lost = {
        ("parameter_names",): names[:-1],
        ("parameters", "seed", "type"): gone,
        ("parameters", "seed", "required"): gone,
        ("parameters", "seed", "default"): gone,
    }

    (more,) = held_against(endpoint, "page", page(endpoint, new)).differences
    (less,) = held_against(endpoint, "page", page(endpoint, lost)).differences

    assert (more.kind, more.path, more.old) == ("additive", ("parameters", "fps"), ABSENT)
    assert (less.kind, less.path, less.new) == ("breaking", ("parameters", "seed"), ABSENT)
    assert held_against(endpoint, "page", page(endpoint, lost, tells=frozenset())).differences == ()


def test_what_is_not_said_is_not_gone(plan: Plan, page: Page, gone: object) -> None:
    """A page that gives no full account of a subject, or that is cut, takes nothing away by its silence."""
    (endpoint,) = [one for one in endpoints(plan) if name_of(one) == "segmind/wan2.1-t2v"]
    silent = {("parameters", "steps", "maximum"): gone, ("parameters", "steps", "minimum"): gone}
    cut = PAGE_NOT_TEXT.at(Span("page.txt"), "it is cut")

    told = held_against(endpoint, "page", page(endpoint, silent)).differences

    assert {one.path for one in told} == {("parameters", "steps", "maximum"), ("parameters", "steps", "minimum")}
    assert all(one.kind == "additive" for one in told)
    assert held_against(endpoint, "page", page(endpoint, silent, tells=frozenset({"default"}))).differences == ()
    assert held_against(endpoint, "page", page(endpoint, silent, problems=(cut,))).differences == ()


def test_what_is_known_from_another_source_is_not_missed(plan: Plan, page: Page, gone: object) -> None:
    """Ranges and the price that the spec has from llms.txt may be left out by the page, and not by llms.txt."""
    (endpoint,) = [one for one in endpoints(plan) if name_of(one) == "fal/scail-2"]
    silent = {
        ("parameters", "shift", "maximum"): gone,
        ("price", "stated"): False,
        **{("price", word): gone for word in ("amount", "currency", "per", "max")},
    }
    reading = page(endpoint, silent)

    assert held_against(endpoint, "page", reading).differences == ()
    assert {one.path[0] for one in held_against(endpoint, "llms", reading).differences} == {"parameters", "price"}


def test_a_way_that_comes_and_one_that_goes(plan: Plan, page: Page, gone: object) -> None:
    """A way to call the endpoint is one difference, whatever else is said of it."""
    (endpoint,) = [one for one in endpoints(plan) if name_of(one) == "segmind/scail"]
    new = {("queue", "kind"): "queue", ("queue", "submit", "url"): "https://api.segmind.com/v2/scail"}
    (told,) = held_against(endpoint, "page", page(endpoint, new)).differences
    (both,) = [one for one in endpoints(plan) if name_of(one) == "segmind/wan-animate"]
    lost = {path: gone for path in (said.path for said in page(both).facts) if path[0] == "sync"}
    (less,) = held_against(both, "page", page(both, lost)).differences

    assert (told.path, told.kind, told.new) == (("protocols",), "additive", "queue")
    assert (less.path, less.kind, less.old) == (("protocols",), "breaking", "sync")


def test_ways_are_known_by_their_address(plan: Plan, page: Page) -> None:
    """A page's own name for a way does not matter; where the address changed, its kind tells which it is."""
    (endpoint,) = [one for one in endpoints(plan) if name_of(one) == "segmind/scail"]
    reading = page(endpoint)
    renamed = dataclasses.replace(
        reading,
        facts=tuple(
            Said(("direct", *one.path[1:]), one.value, one.place) if one.path[0] == "sync" else one
            for one in reading.facts
        ),
    )
    moved = dataclasses.replace(
        renamed,
        facts=tuple(
            Said(one.path, "https://api.segmind.com/v3/scail", one.place) if one.path[1:] == ("submit", "url") else one
            for one in renamed.facts
        ),
    )

    assert held_against(endpoint, "page", renamed).differences == ()
    (told,) = held_against(endpoint, "page", moved).differences
    assert (told.path, told.kind) == (("sync", "submit", "url"), "breaking")


def test_a_list_of_states_is_compared_by_its_names(plan: Plan, page: Page) -> None:
    """A state that is listed without a meaning is told, and one that is missing where all are listed."""
    (endpoint,) = [one for one in endpoints(plan) if name_of(one) == "segmind/wan-animate"]
    names = ["QUEUED", "PROCESSING", "COMPLETED", "FAILED"]

    def told(listed: list[str]) -> list[tuple[str, ...]]:
        reading = page(endpoint, {("queue", "state_names"): listed})
        kept = tuple(one for one in reading.facts if one.path[1:2] != ("states",) and one.path[1:2] != ("state_http",))
        reading = dataclasses.replace(reading, facts=kept)
        return [one.path for one in held_against(endpoint, "page", reading).differences]

    assert told(names) == []
    assert told([*names, "EXPIRED"]) == [("queue", "states", "EXPIRED")]
    assert told(names[1:]) == [("queue", "states", "QUEUED")]


def test_answer_keys_may_be_named_in_part(plan: Plan, page: Page) -> None:
    """A page that names some keys of an answer agrees with a spec that has them; another key is told."""
    (endpoint,) = [one for one in endpoints(plan) if name_of(one) == "segmind/wan-animate"]
    at = ("queue", "submit", "answer_keys_named")

    assert held_against(endpoint, "page", page(endpoint, {at: ["request_id", "status_url"]})).differences == ()
    (told,) = held_against(endpoint, "page", page(endpoint, {at: ["request_id", "eta"]})).differences
    assert told.path == ("queue", "submit", "answer_keys")


def test_a_credential_is_that_of_the_way_or_of_the_provider(plan: Plan, page: Page) -> None:
    """What a sample sends is compared with what the spec sends for that way, wherever the spec says it."""
    (own,) = [one for one in endpoints(plan) if name_of(one) == "segmind/consistent-character-video"]
    (shared,) = [one for one in endpoints(plan) if name_of(one) == "segmind/scail"]
    bearer = {
        ("workflow", "credential", "header"): "Authorization",
        ("workflow", "credential", "value"): "Bearer {key}",
    }
    keyed = {("sync", "credential", "header"): "x-api-key", ("sync", "credential", "value"): "{key}"}

    assert held_against(own, "page", page(own, bearer)).differences == ()
    assert held_against(shared, "page", page(shared, keyed)).differences == ()
    (told,) = held_against(
        shared, "page", page(shared, keyed | {("sync", "credential", "header"): "x-key"})
    ).differences
    assert told.path == ("credential", "header")


def test_samples_are_compared_by_value(plan: Plan, page: Page) -> None:
    """What a page calls a sample does not matter, and neither does the order of its keys."""
    (endpoint,) = [one for one in endpoints(plan) if name_of(one) == "segmind/scail"]
    sample = dict(reversed(list(endpoint[1].samples["page"].items())))

    assert held_against(endpoint, "page", page(endpoint, {("sample", "page-2"): sample})).differences == ()


def test_a_page_that_contradicts_itself(plan: Plan, page: Page) -> None:
    """It is told as editorial where the spec follows either word, and as the change alone where it follows neither."""
    (endpoint,) = [one for one in endpoints(plan) if name_of(one) == "segmind/scail"]
    at = ("parameters", "resolution", "default")

    def told(believed: str, odd: str) -> list[tuple[str, str]]:
        says = (Said(at, believed, Place(3)), Said(at, odd, Place(9), "text"))
        conflict = Conflict(at, "two defaults", says)
        found = held_against(endpoint, "page", page(endpoint, {at: believed}, conflicts=(conflict,))).differences
        return [(one.rule, one.kind) for one in found]

    assert told("576p", "720p") == [("page-conflict", "editorial")]
    assert told("720p", "576p") == [("page-conflict", "editorial")]
    assert told("720p", "480p") == [("default-changed", "breaking")]


def test_the_other_addresses_of_a_provider_are_right_too(plan: Plan, page: Page) -> None:
    """A page may have any address that the spec has for the same step; another one is told."""
    (endpoint,) = (one for one in endpoints(plan) if name_of(one) == "fal/scail-2")
    url = "https://queue.fal.run/fal-ai/scail-2/requests/{request_id}"
    path = ("queue", "result", "url")

    assert held_against(endpoint, "page", page(endpoint, {path: f"{url}/response"})).differences == ()
    assert [path] == [
        one.path for one in held_against(endpoint, "page", page(endpoint, {path: f"{url}/x"})).differences
    ]


def test_a_field_that_is_listed_is_there(clip_with: Callable[..., Endpoint], page: Page, gone: object) -> None:
    """A page that lists a field of the output, and says no more of it, has not lost it."""
    fields = "output: {type: object, about: All., media: /url, fields: {url: {type: string, format: uri, media: video,"
    endpoint = clip_with(
        (
            "output: {type: string, format: uri, media: video, about: Address of the clip.}",
            f"{fields} required: true, about: A., }}, made: {{type: integer, about: When.}}}}}}",
        )
    )
    silent: dict[tuple[str, ...], object] = {("output", "/made", word): gone for word in ("type", "required")}
    listed = [*silent, ("output", "", "fields")]

    assert held_against(endpoint, "page", page(endpoint, silent)).differences == ()
    assert held_against(endpoint, "page", page(endpoint, {**silent, listed[-1]: ["url"]})).differences != ()


def test_a_parameter_that_is_left_out_on_purpose(clip_with: Callable[..., Endpoint], page: Page) -> None:
    """A decision that settles all that the page says of it keeps it silent; more of it is told, and its end once."""
    end = "output: {type: string, format: uri, media: video, about: Address of the clip.}\n"
    settles = "{parameters: {bag: {type: object, required: false}}}"
    decided = f"decisions:\n  - {{about: bag, found: No fields., decided: Left out., settles: {settles}}}\n"
    endpoint = clip_with((end, end + decided))
    names = facts_of(*endpoint)["parameter_names",]
    assert isinstance(names, list)
    bag = {
        ("parameter_names",): [*names, "bag"],
        ("parameters", "bag", "type"): "object",
        ("parameters", "bag", "required"): False,
    }

    def rules(changes: dict[tuple[str, ...], object]) -> list[str]:
        return [one.rule for one in held_against(endpoint, "page", page(endpoint, changes)).differences]

    assert rules(bag) == []
    assert rules({**bag, ("parameters", "bag", "required"): True}) == ["required-parameter-new"]
    assert rules({**bag, ("parameters", "bag", "fields"): ["a"]}) == ["parameter-new"]
    assert rules({}) == ["decision-outdated"]


def test_what_was_not_understood_is_not_gone(clip_with: Callable[..., Endpoint], page: Page, gone: object) -> None:
    """Where a passage of a parameter was not read, its default and values may stand there; its name and type do not."""
    prompt = "  prompt: {type: string, required: true, about: What the clip shows.}\n"
    endpoint = clip_with(
        (prompt, f"{prompt}  mode: {{type: string, enum: [slow, fast], default: fast, about: How.}}\n")
    )
    reading = page(endpoint, {("parameters", "mode", word): gone for word in ("default", "allowed")})
    lines = {said.path: said.place.line for said in reading.facts}
    head, below = lines["parameters", "mode", "type"], lines["parameters", "mode", "required"]
    assert head != below

    def rules(line: int) -> list[str]:
        unread = (Unread(Place(line), "…", "not known"),) if line else ()
        found = held_against(endpoint, "page", dataclasses.replace(reading, unread=unread))
        return [one.rule for one in found.differences]

    assert rules(max(head, below)) == []
    assert rules(0) == rules(min(head, below)) == ["values-unlimited", "default-gone"]
