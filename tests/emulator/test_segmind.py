"""Segmind's queue, as the emulator plays it."""

from __future__ import annotations

import json

from emulated import NOW, ORIGIN, TAKES, caller

from callsheet.plan.model import Plan


def test_a_job_goes_from_queued_to_a_result_with_a_file(plan: Plan) -> None:
    """Submit, wait, fetch: five fields, three states, an address that answers a video."""
    user = caller(plan, "segmind")
    job = user.job()
    number = job["request_id"]
    assert len(number) == 32
    assert job == {
        "request_id": number,
        "status": "QUEUED",
        "poll_url": f"{ORIGIN}/v1/requests/{number}",
        "status_url": f"{ORIGIN}/v2/requests/{number}/status",
        "response_url": f"{ORIGIN}/v2/requests/{number}",
    }
    seen = [user.ask("GET", job["status_url"], NOW + later) for later in (0, 20, 99, 100)]
    assert [(reply.status, reply.json()["status"]) for reply in seen] == [
        (200, "QUEUED"),
        (200, "PROCESSING"),
        (200, "PROCESSING"),
        (200, "COMPLETED"),
    ]
    assert seen[-1].json() == {"status": "COMPLETED", "request_id": number, "metrics": {"inference_time": 80.0}}
    result = user.ask("GET", job["response_url"], NOW + TAKES).json()
    assert result == {
        "request_id": number,
        "status": "COMPLETED",
        "error": None,
        "metrics": {
            "cost": 0.0,
            "inference_time": 80.0,
            "queue_time": 20.0,
            "total_time": 100.0,
            "remaining_credits": 1000.0,
            "retry_count": 0,
        },
        "output": f"{ORIGIN}/__callsheet__/media/{number}.mp4",
    }
    user.key = None
    file = user.ask("GET", result["output"], NOW + TAKES)
    assert (file.status, dict(file.headers)["content-type"]) == (200, "video/mp4")


def test_a_missing_and_a_wrong_key_are_told_apart(plan: Plan) -> None:
    """401 with the words that the spec gives, on the submission and on every address of a job."""
    user = caller(plan, "segmind")
    job = user.job()
    for key, words in (
        (None, "Missing Authorization or x-api-key in header"),
        ("wrong", "Unauthorized. API key is invalid or may have expired."),
        ("", "Missing Authorization or x-api-key in header"),
    ):
        user.key = key
        for reply in (user.submit(), user.ask("GET", job["status_url"]), user.ask("GET", job["response_url"])):
            assert (reply.status, reply.json()) == (401, {"error": words})


def test_a_bad_input_is_queued_and_then_fails_on_both_addresses(plan: Plan) -> None:
    """The provider judges after queueing: 200 first, then 422 FAILED on status and result, naming the fields."""
    user = caller(plan, "segmind")
    job = user.job(changed={"mode": "Replace", "prompt": ...})
    assert user.ask("GET", job["status_url"]).json()["status"] == "QUEUED"
    for address in (job["status_url"], job["response_url"]):
        reply = user.ask("GET", address, NOW + 3)
        answer = reply.json()
        assert (reply.status, answer["status"]) == (422, "FAILED")
        assert "mode: Input should be 'animation' or 'replace'" in answer["error"]
        assert "prompt: Field required" in answer["error"]


def test_a_result_that_is_asked_for_too_early_is_the_status(plan: Plan) -> None:
    """The status object with 200, never a result."""
    user = caller(plan, "segmind")
    job = user.job()
    early = user.ask("GET", job["response_url"], NOW + 50)
    assert early == user.ask("GET", job["status_url"], NOW + 50)
    assert (early.status, early.json()["status"]) == (200, "PROCESSING")


def test_an_unknown_id_is_not_found(plan: Plan) -> None:
    """404, in words that hold the id."""
    user = caller(plan, "segmind")
    for path in ("/v2/requests/nobody", "/v2/requests/nobody/status"):
        reply = user.ask("GET", path)
        assert (reply.status, reply.json()) == (404, {"error": "Request nobody not found"})


def test_a_job_is_forgotten_an_hour_after_its_submission(plan: Plan) -> None:
    """Retention counts from the submission; the answer is that of an unknown id."""
    user = caller(plan, "segmind")
    job = user.job()
    assert user.ask("GET", job["response_url"], NOW + 3599).status == 200
    for address in (job["status_url"], job["response_url"]):
        reply = user.ask("GET", address, NOW + 3600)
        assert (reply.status, reply.json()) == (404, {"error": f"Request {job['request_id']} not found"})


def test_unknown_fields_are_ignored_and_nulls_refused(plan: Plan) -> None:
    """As `judges` says of this provider."""
    user = caller(plan, "segmind")
    fine = user.job(changed={"sede": 1})
    assert user.ask("GET", fine["status_url"], NOW + TAKES).status == 200
    bad = user.job(changed={"seed": None})
    reply = user.ask("GET", bad["status_url"], NOW + TAKES)
    assert (reply.status, reply.json()["error"]) == (422, "seed: Input should be a valid integer")


def test_the_older_version_answers_with_the_file(plan: Plan) -> None:
    """Bytes when the job is done; 504 at the gateway's limit, while the job goes on and is charged."""
    for seconds, found in ((60, (200, "video/mp4", 60)), (400, (504, "application/json", 100))):
        user = caller(plan, "segmind", seconds=seconds)
        payload = plan.provider("segmind").model("wan-animate").samples["page"]
        body = json.dumps(payload).encode()
        reply = user.ask("POST", "/v1/wan-animate", NOW, body, **{"content-type": "application/json"})
        assert (reply.status, dict(reply.headers)["content-type"], reply.wait) == found
        assert len(user.state.ledger) == 1


def test_a_workflow_takes_either_form_of_the_key(plan: Plan) -> None:
    """The page's and the SDK's; its output is JSON within a text."""
    for key, headers in (("test-key", {}), (None, {"authorization": "Bearer test-key"})):
        user = caller(plan, "segmind")
        user.key, user.headers = key, headers
        workflow = plan.provider("segmind").model("consistent-character-video").spec.path["workflow"]
        reply = user.ask("POST", f"/workflows/{workflow}", NOW, b"{}", **{"content-type": "application/json"})
        done = user.ask("GET", reply.json()["poll_url"], NOW + TAKES).json()
        assert done["status"] == "COMPLETED"
        assert json.loads(done["output"])[0]["value"]["data"].endswith(".mp4")
