"""The package `@fal-ai/client` as it is published, against the emulator through a proxy."""

from __future__ import annotations

import json
from typing import Any

import pytest
from processes import HERE, node


@pytest.fixture(scope="module")
def calls(emulate) -> Any:
    """What each case of `fal_js.mjs` came to: nothing is configured but the environment."""
    return json.loads(node(HERE / "programs/fal_js.mjs", emulate(seconds=8.0)))


@pytest.mark.parametrize("mode", ["polled", "streamed"])
def test_subscribe_tells_the_way_of_a_job(calls, mode: str) -> None:
    """Asking again and again, or by the stream: the same states, all lines of the log at the end, output and id."""
    told = calls[mode]
    assert list(dict.fromkeys(one["status"] for one in told["seen"])) == ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]
    last = told["seen"][-1]
    lines = [line["message"] for line in last["logs"]]
    assert len(lines) == len(set(lines)) > 1
    assert last["metrics"]["inference_time"] > 0
    assert told["data"]["video"]["content_type"] == "video/mp4"
    assert told["requestId"] == last["request_id"]


def test_run_is_one_request(calls) -> None:
    """The direct call gives output and id."""
    assert calls["run"]["data"]["video"]["url"].startswith("https://fal.run/")
    assert calls["run"]["requestId"]


def test_a_job_can_be_followed_by_hand(calls) -> None:
    """All by the id alone: an early result and a late cancel are refused, and in the end there is the output."""
    told = calls["by_hand"]
    assert {
        "status",
        "request_id",
        "response_url",
        "status_url",
        "cancel_url",
        "logs",
        "metrics",
        "queue_position",
    } == {*told["submitted"]}
    assert (told["early"]["raised"], told["early"]["status"]) == ("ApiError", 400)
    assert told["early"]["body"] == {"detail": "Request is still in progress"}
    assert told["end"]["status"] == "COMPLETED"
    assert (told["late"]["status"], told["late"]["body"]) == (400, {"status": "ALREADY_COMPLETED"})
    assert told["result"]["requestId"] == told["submitted"]["request_id"]


def test_a_job_can_be_cancelled(calls) -> None:
    """It ends as completed, and its result is 499."""
    told = calls["cancel"]
    assert told["end"]["status"] == "COMPLETED"
    assert (told["result"]["status"], told["result"]["body"]["error_type"]) == (499, "client_cancelled")


@pytest.mark.parametrize(
    ("case", "kind", "status"),
    [
        ("bad_input", "ValidationError", 422),
        ("moderated", "ValidationError", 422),
        ("bad_key", "ApiError", 401),
        ("no_balance", "ApiError", 403),
        ("unknown", "ApiError", 404),
    ],
)
def test_refusals_are_its_errors(calls, case: str, kind: str, status: int) -> None:
    """Each with status, body and id, and those of the model with the places in the input."""
    told = calls[case]
    assert (told["raised"], told["status"], bool(told["requestId"])) == (kind, status, True)
    assert isinstance(told["body"], dict)
    if kind == "ValidationError":
        assert told["fieldErrors"][0]["loc"][0] == "body"


def test_a_throttled_submission_is_repeated_and_taken(calls) -> None:
    """One refusal, one job."""
    assert calls["throttled"]["data"]["video"]["url"]


def test_files_are_uploaded(calls) -> None:
    """By hand, and on the way where one stands in the input."""
    assert calls["upload"].endswith("/hello.txt")
    assert calls["file_input"]["data"]["video"]["url"]
