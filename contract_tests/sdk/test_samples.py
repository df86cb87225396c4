"""What the pages print, run as it stands; see samples/README.md."""

from __future__ import annotations

import base64
import json
import sys

import pytest
from processes import HERE, node, process

SAMPLES = HERE / "samples"


@pytest.mark.parametrize("name", ["segmind_scail", "segmind_wan2_1_t2v"])
def test_the_samples_of_blocking_calls_print_json(emulate, name: str) -> None:
    """They read JSON where the file itself comes, as far as is known: a switch answers as they have it."""
    served = emulate("segmind.json_as_printed", seconds=0.0)
    told = json.loads(process([sys.executable, str(SAMPLES / f"{name}.py")], served))
    assert base64.b64decode(told["video"])[4:8] == b"ftyp"


def test_the_sdk_sample_of_wan_animate_prints_the_video(emulate) -> None:
    """Id, state, address."""
    lines = process([sys.executable, str(SAMPLES / "segmind_wan_animate.py")], emulate(seconds=0.0)).splitlines()
    assert lines[1:2] == ["COMPLETED"]
    assert lines[0] in lines[2]


def test_the_sample_of_the_workflow_reads_the_json_within(emulate) -> None:
    """It comes with a Bearer key, and finds a list of outputs in the text."""
    outputs = json.loads(process([sys.executable, str(SAMPLES / "segmind_workflow.py")], emulate(seconds=0.0)))
    assert outputs[0]["value"]["data"].endswith(".mp4")


def test_the_subscription_of_scail_2_prints_logs_and_video(emulate) -> None:
    """Lines of the log while it runs, then the output and its id."""
    *logs, data, number = node(SAMPLES / "fal_subscribe.mjs", emulate()).splitlines()
    assert logs
    assert number in json.loads(data)["video"]["url"]


def test_the_queue_of_scail_2_goes_by_the_id(emulate) -> None:
    """Submit with a webhook, status, result."""
    state, data, same = node(SAMPLES / "fal_queue.mjs", emulate(seconds=0.0)).splitlines()
    assert (state, same) == ("COMPLETED", "true")
    assert json.loads(data)["video"]["content_type"] == "video/mp4"


def test_the_upload_gives_an_address(emulate) -> None:
    """Of a file that then stands there."""
    assert node(SAMPLES / "fal_upload.mjs", emulate(seconds=0.0)).strip().endswith("/hello.txt")
