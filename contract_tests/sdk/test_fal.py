"""The package `fal-client` as it is published, blocking and asynchronous, against the emulator over TLS."""

from __future__ import annotations

import itertools
import ssl
from typing import Any

import httpx
import pytest
from processes import LOOKS, place

from callsheet.emulator.serving.server import Served


@pytest.fixture(scope="module", params=["sync", "async"])
def world(request) -> str:
    """Which of the two clients."""
    return request.param


@pytest.fixture(scope="module")
def own(emulate, world: str) -> Served:
    """An emulator of its own for each of them."""
    return emulate(seed=world, **LOOKS)


@pytest.fixture(scope="module")
def calls(own: Served, world: str, told) -> Any:
    """What each case of `fal.py` came to: nothing is configured but the environment."""
    return told("fal.py", own, WORLD=world)


@pytest.fixture(scope="module")
def slow(world: str, emulate, told) -> Any:
    """What each case of `fal_slow.py` came to."""
    return told("fal_slow.py", emulate(seconds=6.0), WORLD=world)


@pytest.fixture(scope="module")
def uploads(own: Served, world: str, told) -> Any:
    """What each case of `fal_uploads.py` came to, through the proxy."""
    return told("fal_uploads.py", own, WORLD=world)


@pytest.fixture(scope="module")
def told_uploads(own: Served, world: str, told) -> Any:
    """The same with the hosts of uploads changed in the module."""
    hosts = {"REST": own.hosts["fal", "rest"], "CDN": own.hosts["fal", "cdn"]}
    return told("fal_uploads.py", own, WORLD=world, **hosts)


def fetched(served: Served, url: str) -> bytes:
    """A file that a job made."""
    assert served.tls is not None
    trusted = ssl.create_default_context(cafile=str(served.tls.ca))
    return httpx.get(url, verify=trusted, trust_env=False).content


def test_subscribe_tells_the_way_of_a_job(calls, own) -> None:
    """Position, logs that grow, an inference time, the id as soon as there is one, a video that can be fetched."""
    told = calls["subscribe"]
    kinds = [one["is"] for one in told["seen"]]
    logs = [one["logs"] for one in told["seen"] if one["is"] != "Queued"]
    assert list(dict.fromkeys(kinds)) == ["Queued", "InProgress", "Completed"]
    assert kinds[-1] == "Completed"
    assert all(isinstance(one["position"], int) for one in told["seen"] if one["is"] == "Queued")
    assert logs == sorted(logs, key=len)
    assert all(later[: len(earlier)] == earlier for earlier, later in itertools.pairwise(logs))
    assert logs[-1][-1]["message"]
    assert told["seen"][-1]["metrics"]["inference_time"] > 0
    assert told["seen"][-1]["error"] is None
    (number,) = told["ids"]
    assert number in told["output"]["video"]["url"]
    assert fetched(own, told["output"]["video"]["url"])[4:8] == b"ftyp"


def test_subscribe_without_anything_gives_the_output(calls) -> None:
    """No logs, nobody told: the output alone."""
    assert calls["plain_subscribe"]["video"]["content_type"] == "video/mp4"
    assert isinstance(calls["plain_subscribe"]["seed"], int)


def test_a_job_can_be_followed_by_hand(calls) -> None:
    """Handle and id are as good as each other, and what has ended stays as it is."""
    told = calls["by_hand"]
    assert list(dict.fromkeys(told["kinds"])) == ["Queued", "InProgress", "Completed"]
    assert told["results"] == [told["results"][0]] * 3
    assert (told["status"]["is"], told["bare"]["is"]) == ("Completed", "Completed")
    assert told["status"]["logs"]
    assert told["bare"]["logs"] is None


def test_run_is_one_request(calls, own) -> None:
    """The direct call gives the output, and says at once what is wrong with an input."""
    assert place(own, "fal", "run") in calls["run"]["video"]["url"]
    refused = calls["run_with_bad_input"]
    assert (refused["raised"], refused["status_code"]) == ("FalClientHTTPError", 422)
    assert refused["message"][0]["loc"] == ["body", "mode"]


def test_bad_input_comes_with_the_result(calls) -> None:
    """The queue takes it and completes it; the result is refused, each fault with its place."""
    told = calls["bad_input"]
    assert (told["end"]["is"], told["end"]["error"]) == ("Completed", "Invalid status code: 422")
    assert told["code"] == 422
    assert {tuple(one["loc"]): one["type"] for one in told["detail"]} == {
        ("body", "image_url"): "missing",
        ("body", "video_url"): "missing",
        ("body", "mode"): "literal_error",
    }


@pytest.mark.parametrize(
    ("case", "status", "kind", "words"),
    [
        ("bad_key", 401, None, "No user found for Key ID and Secret"),
        ("no_balance", 403, None, "User is locked. Reason: Exhausted balance"),
        ("unknown_app", 404, None, "not found"),
        ("unknown_status", 404, None, "NOT_FOUND"),
        ("unknown_cancel", 404, None, "NOT_FOUND"),
        ("cancel_too_late", 400, None, "ALREADY_COMPLETED"),
        ("moderated", 422, "content_policy_violation", "content_policy_violation"),
        ("no_runner", 503, "runner_scheduling_failure", ""),
    ],
)
def test_refusals_are_its_errors(calls, case: str, status: int, kind: str | None, words: str) -> None:
    """Each is a `FalClientHTTPError` with the status, the type and the provider's words; none is repeated in vain."""
    told = calls[case]
    assert (told["raised"], told["status_code"], told["error_type"]) == ("FalClientHTTPError", status, kind)
    assert words in told["words"]
    assert told["response_headers"]["x-fal-request-id"]


def test_a_throttled_submission_is_repeated_and_taken(calls, own) -> None:
    """Two refusals, one job, one charge."""
    url = calls["throttled"]["video"]["url"]
    ledger = own.session.ledger
    assert [charge.request_id in url for charge in ledger].count(True) == 1


def test_a_submission_whose_answer_was_lost_is_charged_twice(calls, own) -> None:
    """The client makes it again, and waits for the second job; nobody knows of the first."""
    url = calls["lost"]["video"]["url"]
    jobs = [job.request_id for job in own.session.state.jobs.values() if job.scenario.startswith("cut")]
    assert len(jobs) == 2
    assert [job in url for job in jobs] == [False, True]
    assert set(jobs) <= {charge.request_id for charge in own.session.ledger}


def test_a_job_is_cancelled_in_the_queue(slow) -> None:
    """It ends as completed, and its result is 499."""
    told = slow["cancel"]
    assert (told["before"]["is"], told["answer"], told["after"]["is"]) == ("Queued", None, "Completed")
    assert told["end"] == {"code": 499, "type": "client_cancelled"}


def test_who_gives_up_cancels(slow, emulate) -> None:
    """`client_timeout`: the error names the job, which does not go on."""
    told = slow["client_timeout"]
    assert told["raised"] == "FalClientTimeoutError"
    job = emulate(seconds=6.0).session.state.jobs[told["request_id"]]
    assert job.failure is not None
    assert job.ends - job.submitted < 6


def test_a_deadline_for_the_start_is_kept_by_the_provider(slow) -> None:
    """`start_timeout`: 504 with the type that says so."""
    told = slow["start_timeout"]
    assert (told["status_code"], told["error_type"]) == (504, "request_timeout")


def test_a_direct_call_may_be_too_slow(slow) -> None:
    """The client's own time-out, which it does not repeat where a deadline was set."""
    assert slow["run_timeout"]["raised"] == "ReadTimeout"


def test_files_are_uploaded_through_the_proxy(uploads) -> None:
    """Bytes and files, whole and in parts, to the host that is written in the client."""
    _check_uploads(uploads, "https://v3.fal.media/")
    assert uploads["within_the_input"]["video"]["url"]


def test_files_are_uploaded_to_other_hosts(told_uploads, own) -> None:
    """The same to hosts that were set in the module, and the way that the client falls back to."""
    _check_uploads(told_uploads, own.hosts["fal", "cdn"])
    assert told_uploads["other_store"] == "a file of the caller's"


def _check_uploads(told: Any, host: str) -> None:
    for case, name in {"upload": "a.txt", "upload_file": "b.txt"}.items():
        assert told[case]["at"] == "a file of the caller's"
        assert told[case]["url"].startswith(host)
        assert told[case]["url"].endswith(name)
    assert told["upload_without_a_name"] == "a file of the caller's"
    assert told["upload_in_parts"] == f"{10 << 17}, True"
