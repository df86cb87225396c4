"""The package `segmind` as it is published, against the emulator: through a proxy, and by its own `base_url`."""

from __future__ import annotations

import base64
import json
from contextlib import ExitStack
from typing import Any

import pytest
from processes import KEY

from callsheet.contract.plans import Planned
from callsheet.emulator import Options
from callsheet.emulator.serving.server import running

API = "https://api.segmind.com"
SCENARIOS = (
    *("inference_failed", "insufficient_credits", "insufficient_credits_v2", "rate_limited"),
    *("bad_gateway@status", "workflow_failed"),
)


@pytest.fixture(scope="module")
def calls(emulate, told) -> Any:
    """What each case of `segmind_calls.py` came to: nothing is configured but the environment."""
    return told("segmind_calls.py", emulate())


@pytest.fixture(scope="module")
def faults(everything: Planned, emulate, told) -> Any:
    """What each case of `segmind_faults.py` came to."""
    with ExitStack() as stack:
        chosen = {name: Options(keys=frozenset({KEY}), seconds=0, scenario=name) for name in SCENARIOS}
        chosen["slow"] = Options(keys=frozenset({KEY}), seconds=60)
        plan = everything.plan
        hosts = {name: stack.enter_context(running(plan, options)) for name, options in chosen.items()}
        where = {name: known["segmind", "api"] for name, known in hosts.items()}
        return told("segmind_faults.py", emulate(), EMULATED=json.dumps(where))


def test_a_job_is_submitted_waited_for_and_fetched(calls) -> None:
    """`submit_async` and `wait`: the five keys of a submission, states on the way, an output with an address."""
    job = calls["wait"]
    assert list(job["submitted"]) == ["request_id", "status", "poll_url", "status_url", "response_url"]
    assert job["submitted"]["status_url"].startswith(f"{API}/v2/requests/")
    assert {job["early"]["status"], job["result_early"]["status"]} <= {"QUEUED", "PROCESSING"}
    assert job["done"]["status"] == job["status"]["status"] == "COMPLETED"
    assert job["done"]["output"].endswith(".mp4")
    assert job["same"]


def test_run_is_one_line(calls) -> None:
    """`segmind.run`, with the client that the package makes itself."""
    assert (calls["run"]["status"], calls["run"]["output"][-4:]) == ("COMPLETED", ".mp4")


def test_a_blocking_call_gives_the_file(calls) -> None:
    """`run_sync`: raw bytes, or JSON with base64 where that is asked for."""
    assert {name: calls["run_sync"][name] for name in ("status", "type", "begins")} == {
        "status": 200,
        "type": "video/mp4",
        "begins": "ftyp",
    }
    (text,) = (value for value in calls["run_sync_as_text"].values() if len(value) > 1000)
    assert base64.b64decode(text)[4:8] == b"ftyp"


def test_what_it_costs_is_told(calls) -> None:
    """Headers of a blocking call, and an address for what is left."""
    headers = calls["run_sync"]["headers"]
    assert float(headers["x-cost"]) > 0
    assert float(headers["x-remaining-credits"]) < calls["credits_left"]["credits"] + float(headers["x-cost"]) + 1000
    assert headers["x-request-id"]


def test_bad_input_fails_late_in_the_queue_and_at_once_in_a_call(calls) -> None:
    """`InferenceFailed` with the words of the status, which comes with 422; `SegmindError` from a blocking call."""
    words = "mode: Input should be 'animation' or 'replace'"
    late, at_once = calls["bad_input"], calls["run_sync_with_bad_input"]
    assert (late["raised"], late["detail"], late["status_body"]["status"]) == ("InferenceFailed", words, "FAILED")
    assert (calls["failed_result"]["status"], calls["failed_result"]["error"]) == ("FAILED", words)
    assert (at_once["raised"], at_once["status"], at_once["detail"]) == ("SegmindError", 400, words)


@pytest.mark.parametrize(
    ("case", "status", "words"),
    [
        ("bad_key", 401, "Unauthorized. API key is invalid"),
        ("bad_key_sync", 401, "Unauthorized. API key is invalid"),
        ("unknown_model", 404, ""),
        ("unknown_job", 404, "Request 0123456789abcdef0123456789abcdef not found"),
        ("unknown_pixelflow", 404, ""),
    ],
)
def test_refusals_are_its_errors(calls, case: str, status: int, words: str) -> None:
    """Each is a `SegmindError` with the status and the provider's words."""
    told = calls[case]
    assert (told["raised"], told["status"], words in told["detail"]) == ("SegmindError", status, True)


def test_a_pixelflow_is_followed_to_its_end(calls) -> None:
    """`pixelflows.run`, and each step by hand: the output is decoded from the JSON text that it comes as."""
    steps = calls["pixelflow_by_url"]
    assert steps["submitted"]["poll_url"] == f"{API}/workflows/request/{steps['submitted']['request_id']}"
    assert steps["early"] == {"status": "QUEUED", "output": ""}
    for done in (calls["pixelflow"], steps["done"], steps["again"]):
        assert (done["status"], done["output"][0]["value"]["data"][-4:]) == ("COMPLETED", ".mp4")
    assert calls["pixelflow_timeout"]["status"] == "TIMEOUT"


def test_files_are_uploaded(calls) -> None:
    """`files.upload`: the address that comes back serves the file; each of two has its own."""
    assert calls["upload"]["fetched"] == "bytes of a.png"
    assert calls["upload_two"]["fetched"] == ["bytes of a.png", "bytes of b.mp4"]


def test_what_no_spec_declares_is_refused(calls) -> None:
    """The SDK's other hosts are not emulated, and not called either: the proxy says so."""
    assert calls["webhooks"]["raised"] == "ProxyError"
    assert "No spec declares api.spotprod.segmind.com:443" in calls["webhooks"]["words"]


@pytest.mark.parametrize(
    ("case", "kind", "status", "words"),
    [
        ("failed", "InferenceFailed", None, ""),
        ("no_credits", "SegmindError", 402, "Insufficient credits"),
        ("no_credits_sync", "SegmindError", 406, "Insufficient credits"),
        ("throttled", "SegmindError", 429, ""),
        ("gateway_down", "SegmindError", 502, ""),
    ],
)
def test_scenarios_are_its_errors(faults, case: str, kind: str, status: int | None, words: str) -> None:
    """It tries nothing twice, so that each comes through."""
    told = faults[case]
    assert (told["raised"], told["status"], words in (told["detail"] or "")) == (kind, status, True)


def test_it_gives_up_on_a_slow_job_that_goes_on(faults) -> None:
    """`InferenceTimeout` carries the id; a blocking call ends in the time-out of httpx."""
    told = faults["slow"]
    assert (told["late"]["raised"], told["late"]["request_id"]) == ("InferenceTimeout", told["id"])
    assert told["status"] in {"QUEUED", "PROCESSING"}
    assert faults["slow_sync"]["raised"] == "ReadTimeout"


def test_a_failed_pixelflow_is_given_back(faults) -> None:
    """HTTP 200, with the words under either of the names that are known."""
    told = faults["failed_pixelflow"]
    assert told["status"] == "FAILED"
    assert told["error"]
    assert told["error_message"]
