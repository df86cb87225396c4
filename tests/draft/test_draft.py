"""From a page to a spec: what is matched with the provider, what is left to a person, and what comes of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from callsheet.findings import Span
from callsheet.pages import Conflict, Place, Said, Unread, Wording
from callsheet.rules.pages import PAGE_NOT_TEXT
from callsheet.source.nodes import plain
from callsheet.source.yamltree import read_yaml

sys.path.insert(0, str(Path(__file__).parent))
from made import REEL, ROOT, checked, drafted, page_facts, reading, spec_facts

ENDPOINTS = [
    ("segmind", "scail", "scail"),
    ("segmind", "wan-animate", "wan-animate"),
    ("segmind", "wan2.1-t2v", "wan2.1-t2v"),
    ("segmind", "consistent-character-video", "68628fe34727e611dfa219b4-v4"),
    ("fal", "scail-2", "fal-ai/scail-2"),
]
CLIP: dict[tuple[str, ...], Any] = {
    ("parameter_names",): ["prompt", "mode", "image_url"],
    ("parameters", "prompt", "type"): "string",
    ("parameters", "prompt", "required"): True,
    ("parameters", "mode", "type"): "string",
    ("parameters", "mode", "required"): False,
    ("parameters", "mode", "allowed"): ["fast", "16:9", "on"],
    ("parameters", "mode", "default"): "16:9",
    ("parameters", "image_url", "type"): "string",
    ("parameters", "image_url", "required"): False,
    ("queue", "kind"): "queue",
    ("queue", "submit", "method"): "POST",
    ("queue", "submit", "url"): "https://api.reel.test/run/clip-2",
    ("queue", "status", "url"): "https://api.reel.test/jobs/{request_id}/status",
    ("error_codes",): [404, 418, 422],
    ("typical_seconds",): 30.5,
    ("price", "stated"): False,
    ("sample", "page"): {"prompt": "a cat", "mode": "fast"},
}


def value(made: Any) -> Any:
    """The draft as a plain value."""
    node, findings = read_yaml("draft", made.text.encode())
    assert not findings
    assert node is not None
    return plain(node)


@pytest.mark.parametrize(("provider", "model", "endpoint"), ENDPOINTS, ids=str)
def test_the_facts_of_our_own_specs_come_back(provider: str, model: str, endpoint: str) -> None:
    """A page that says all that one of our specs says of an endpoint gives that spec's facts, but for units."""
    folder = ROOT / "specs" / provider
    known, title = spec_facts(folder, model)
    page = reading(page_facts(known), provider=provider, endpoint=endpoint, title=f"{title} Serverless API")
    made = drafted(page, folder=folder, without=model)
    back, _ = spec_facts(folder, made.id, made)

    assert model == made.id
    assert {"todo-left"} == {found.rule for found in checked(made, folder)}
    assert {path for path in {**known, **back} if known.get(path, "none") != back.get(path, "none")} <= {
        path for path in known if path[-1] == "unit"
    }


def test_a_draft_looks_like_a_spec() -> None:
    """The whole text, once: order of keys, quotes, remarks with places."""
    wordings = (
        Wording(("about",), "What the page says.", Place(2)),
        Wording(("parameters", "mode", "about"), "How.", Place(9)),
    )
    made = drafted(reading(CLIP, wordings=wordings, unread=(Unread(Place(40), "a\nb: #c", "no rule took it"),)))

    assert (Path(__file__).parent / "clip-2.yaml").read_text("utf-8") == made.text
    assert 1 == made.unread
    assert {"todo-left"} == {found.rule for found in checked(made)}


def test_no_sentence_of_the_page_is_taken_over() -> None:
    """Wordings are for people to word anew: a draft names their places alone."""
    made = drafted(reading(CLIP, wordings=(Wording(("parameters", "mode", "about"), "Verbatim words.", Place(9)),)))

    assert "Verbatim" not in made.text
    assert "about: TODO  # page line 9" in made.text


def test_each_contradiction_becomes_a_decision() -> None:
    """What the page says twice is told with both values and both places, and is open."""
    path = ("parameters", "mode", "default")
    says = (Said(path, "fast", Place(4)), Said(path, "Fast", Place(12), "text"))
    made = drafted(reading(CLIP, conflicts=(Conflict(path, "differs in prose and table", says),)))

    found = "Differs in prose and table: fast (page line 4); Fast (page line 12)."
    settled = {"parameters": {"mode": {"default": "Fast"}}}
    assert {"about": "mode", "found": found, "decided": "TODO", "settles": settled} in value(made)["decisions"]
    assert {"todo-left"} == {one.rule for one in checked(made)}


def test_a_second_page_fills_gaps_and_is_named() -> None:
    """Facts of a further page bear its source, and where the two disagree a person decides."""
    further = {
        ("parameters", "mode", "default"): "fast",
        ("parameters", "steps", "type"): "integer",
        ("parameters", "steps", "minimum"): 1,
        ("price", "stated"): True,
        ("price", "amount"): 0.5,
        ("price", "currency"): "USD",
        ("price", "per"): "call",
    }
    first = {
        **CLIP,
        ("parameter_names",): ["prompt", "mode", "image_url", "steps"],
        ("parameters", "steps", "required"): False,
    }
    made = drafted(reading(first), reading(further, layout="made/llms", url="https://reel.test/llms.txt"))
    said = value(made)

    assert {"type": "integer", "minimum": 1, "about": "TODO", "source": "llms"} == said["input"]["steps"]
    assert {"amount": 0.5, "currency": "USD", "per": "call", "source": "llms"} == said["price"]
    assert any(one["found"] == "Default: 16:9 (page line 7); fast (llms.txt line 1)." for one in said["decisions"])
    assert {"todo-left"} == {found.rule for found in checked(made)}


def test_what_cannot_hold_is_left_out_and_told() -> None:
    """A default outside its range, a sample that is refused, an address that the provider does not have."""
    facts = {
        **CLIP,
        ("parameters", "mode", "default"): "slow",
        ("sample", "page"): {"prompt": 5},
        ("queue", "submit", "url"): "https://api.reel.test/v3/clip-2",
    }
    made = drafted(reading(facts))
    said = value(made)

    assert "default" not in said["input"]["mode"]
    assert "samples" not in said
    assert "#   page:\n#     prompt: 5\n" in made.text
    assert ["queue"] == said["protocols"]
    assert {"mode", "Sample", "Protocols", "Output", "Error codes"} == {one["about"] for one in said["decisions"]}
    assert {"todo-left"} == {found.rule for found in checked(made)}


def test_what_the_page_does_not_show_keeps_nobody_from_generating() -> None:
    """An object without fields is left out, a list of anything holds anything, a price that was not read is open."""
    facts = {
        **CLIP,
        ("parameter_names",): ["prompt", "bag", "tags"],
        ("parameters", "bag", "type"): "object",
        ("parameters", "bag", "required"): False,
        ("parameters", "tags", "type"): "array",
        ("parameters", "tags", "required"): False,
        ("output", "", "type"): "object",
        ("output", "", "fields"): ["url", "times"],
        ("output", "/url", "type"): "string",
        ("output", "/times", "type"): "array",
        ("price", "stated"): True,
    }
    made = drafted(reading(facts))
    said = value(made)
    settled = [one.get("settles") for one in said["decisions"]]

    assert {"todo-left"} == {found.rule for found in checked(made)}
    assert "bag" not in said["input"]
    assert {"parameters": {"bag": {"type": "object", "required": False}}} in settled
    assert {"price": {"stated": True}} in settled
    assert {"format": "uri", "media": "video"}.items() <= said["output"]["fields"]["url"].items()
    assert ["boolean", "number", "string"] == [one["type"] for one in said["input"]["tags"]["items"]["any_of"]]


def test_a_sentence_or_a_path_is_no_name() -> None:
    """The name is that of the first page that has one; a title of HTML ends at its first bar."""
    titles = ["reel/clip-2", "Makes clips.", "Clip 2 | text-to-video | Reel"]
    pages = [reading(CLIP, title=title, url=f"https://reel.test/{number}") for number, title in enumerate(titles)]

    assert "Clip 2" == value(drafted(*pages))["name"]
    assert "TODO" == value(drafted(*pages[:2]))["name"]


def test_a_faulty_page_is_told_in_the_draft() -> None:
    """A problem with the page as a whole is a decision of its own."""
    made = drafted(reading(CLIP, problems=(PAGE_NOT_TEXT.at(Span("page"), "the page ends within a parameter"),)))

    assert any(one["found"] == "the page ends within a parameter" for one in value(made)["decisions"])


def test_without_a_mark_it_is_asked_whether_it_is_required() -> None:
    """Where no page says so, the parameter is optional and a person decides."""
    facts = {path: one for path, one in CLIP.items() if path[-1] != "required"}

    assert any("prompt, image_url" in one["found"] for one in value(drafted(reading(facts)))["decisions"])


def test_nested_objects_become_types_and_alike_ones_share_one() -> None:
    """A list of objects and an object of the same form have one type, named for the first."""
    facts: dict[tuple[str, ...], Any] = {("parameter_names",): ["loras", "base"]}
    for at in ("loras/0", "base"):
        facts |= {
            ("parameters", at, "type"): "object",
            ("parameters", at, "fields"): ["path"],
            ("parameters", f"{at}/path", "type"): "string",
            ("parameters", f"{at}/path", "required"): True,
        }
    facts |= {("parameters", "loras", "type"): "array", ("parameters", "loras", "nullable"): True}
    said = value(drafted(reading(facts)))

    assert {
        "Lora": {"about": "TODO", "fields": {"path": {"type": "string", "required": True, "about": "TODO"}}}
    } == said["types"]
    assert ({"type": "array", "items": {"type": "Lora"}, "nullable": True, "about": "TODO"}, "Lora") == (
        said["input"]["loras"],
        said["input"]["base"]["type"],
    )


def test_unions_keep_the_limits_of_each_branch() -> None:
    """What is said of all branches together goes to the branch that knows it."""
    facts = {
        ("parameter_names",): ["size"],
        ("parameters", "size", "type"): ["integer", "object", "string"],
        ("parameters", "size", "allowed"): ["square", "wide"],
        ("parameters", "size", "minimum"): 8,
        ("parameters", "size", "default"): "wide",
        ("parameters", "size/width", "type"): "integer",
    }
    said = value(drafted(reading(facts)))

    assert [
        {"type": "integer", "minimum": 8},
        {"type": "Size"},
        {"type": "string", "enum": ["square", "wide"]},
    ] == said["input"]["size"]["any_of"]
    assert "wide" == said["input"]["size"]["default"]


def test_the_same_pages_give_the_same_draft() -> None:
    """A draft depends on the pages and the provider alone."""
    assert drafted(reading(CLIP)) == drafted(reading(CLIP))
    assert REEL.is_dir()


def test_what_a_page_leaves_out_is_taken_from_siblings_and_told() -> None:
    """A page without an address, beside one that shows a direct call: the protocols of the siblings, and a decision."""
    bare = {("parameter_names",): ["prompt"], ("parameters", "prompt", "required"): True}
    direct = {("direct", "kind"): "call", ("direct", "submit", "url"): "https://fal.run/fal-ai/glow/v2"}
    usual: dict[str, Any] = {"provider": "fal", "endpoint": "fal-ai/glow/v2", "title": "fal-ai/glow/v2"}
    made = drafted(
        reading(bare, **usual),
        reading(direct, **{**usual, "title": "Glow 2", "layout": "fal/llms"}),
        folder=ROOT / "specs/fal",
    )
    said = value(made)

    assert ("glow-v2", "Glow 2", ["queue", "direct"]) == (made.id, said["name"], said["protocols"])
    assert {"endpoint": "fal-ai/glow/v2", "app": "fal-ai/glow"} == said["path"]
    assert {"Protocols", "path: app"} <= {one["about"] for one in said["decisions"]}
    assert {"todo-left"} == {found.rule for found in checked(made, ROOT / "specs/fal")}
