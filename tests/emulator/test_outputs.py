"""What a job of the emulator's made, where its output is an object."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from callsheet.emulator.answers.outputs import Maker
from callsheet.emulator.jobs.job import Job
from callsheet.plan.build import build
from callsheet.spec.load import load

BASE = Path(__file__).parents[1] / "base_specs" / "reel"
ADDRESS = "http://127.0.0.1:1/__callsheet__/media/j1.mp4"
TYPES = """types:
  File:
    about: A file.
    fields:
      url: {type: string, format: uri, about: Where it is.}
      name: {type: string, about: What it is called.}
"""


def made(media: str, fields: str) -> Any:
    """The output of a model with these fields."""
    output = f"output: {{type: object, about: What was made., media: {media}, fields: {{{fields}}}}}\n"
    lines = (BASE / "clip.yaml").read_text("utf-8").splitlines(keepends=True)
    text = "".join(TYPES + output if line.startswith("output:") else line for line in lines)
    loaded = load({"reel/provider.yaml": (BASE / "provider.yaml").read_bytes(), "reel/clip.yaml": text.encode()})
    assert loaded.findings == ()
    job = Job("j1", "reel", "clip", "queue", {"prompt": "a cat"}, 0.0, 1.0, "")
    return Maker(build(loaded.specs).plan.provider("reel").models[0], job, "http://127.0.0.1:1").output()


@pytest.mark.parametrize(
    ("media", "fields", "expected"),
    [
        ("/video", "video: {type: File, media: video, about: It.}", {"video": {"url": ADDRESS}}),
        ("/video", "video: {type: string, media: video, format: uri, about: It.}", {"video": ADDRESS}),
        (
            "/all/0",
            "all: {type: array, items: {type: File, media: video}, about: They.}, more: {type: string, about: More.}",
            {"all": [{"url": ADDRESS}]},
        ),
    ],
)
def test_a_job_that_succeeded_has_its_file(media: str, fields: str, expected: object) -> None:
    """Also where a page does not say that the field is always there, as few pages do; other such fields stay away."""
    assert made(media, fields) == expected
