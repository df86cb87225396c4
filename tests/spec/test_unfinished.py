"""What a person has yet to write is told with its place, and nothing else is taken for it."""

from __future__ import annotations

from pathlib import Path

from callsheet.spec.load import load

BASE = Path(__file__).parent.parent / "base_specs/reel"


def findings(text: str) -> list[tuple[int, str, str]]:
    """Line, rule and words of what is wrong with a model file beside the base's provider."""
    files = {"specs/reel/clip.yaml": text.encode(), "specs/reel/provider.yaml": (BASE / "provider.yaml").read_bytes()}
    return [(found.span.line, found.rule, found.what) for found in load(files).findings]


def test_open_texts_are_told_wherever_the_language_has_one():
    """An `about`, a decision, the name, the address in a path: each is told at its own place."""
    text = (BASE / "clip.yaml").read_text("utf-8")
    text = text.replace("name: Clip", "name: TODO").replace("about: What the clip shows.", 'about: "TODO: word it."')
    text += "decisions:\n  - {about: prompt, found: Two pages disagree., decided: TODO}\n"

    assert [
        (4, "todo-left", "`name` is open"),
        (16, "todo-left", "`about` of `prompt` is open: word it."),
        (20, "todo-left", "`decided` is open"),
    ] == findings(text)


def test_data_of_a_provider_is_never_open():
    """A default, an example, an allowed value, a sample or a parameter may be called TODO."""
    text = (BASE / "clip.yaml").read_text("utf-8")
    field = "{type: string, enum: [TODO, TODO later], default: TODO, example: TODO, about: What.}"
    text = text.replace("input:\n", f"input:\n  TODO: {field}\n")
    text += "samples:\n  page: {input: {prompt: TODO, TODO: TODO later}}\n"

    assert [] == findings(text)


def test_a_word_that_begins_alike_is_none():
    """TODOS is a word of its own."""
    assert [] == findings((BASE / "clip.yaml").read_text("utf-8").replace("name: Clip", "name: TODOS"))
