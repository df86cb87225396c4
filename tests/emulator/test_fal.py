"""fal's queue, as the emulator plays it."""

from __future__ import annotations

from emulated import NOW, ORIGIN, TAKES, caller, header
from jsonschema import Draft202012Validator

from callsheet.plan.model import Plan


def test_a_job_goes_from_the_queue_to_a_result_with_a_file(plan: Plan) -> None:
    """Eight fields, 202 until it has ended, then 200; the result is the model's own output, nothing around it."""
    user = caller(plan, "fal")
    job = user.job()
    number = job["request_id"]
    base = f"{ORIGIN}/fal-ai/scail-2/requests/{number}"
    addresses = {"response_url": base, "status_url": f"{base}/status", "cancel_url": f"{base}/cancel"}
    assert job == {
        "status": "IN_QUEUE",
        "request_id": number,
        **addresses,
        "logs": None,
        "metrics": {},
        "queue_position": 3,
    }
    seen = [user.ask("GET", job["status_url"], NOW + later) for later in (0, 10, 19.9, 20, 99, 100)]
    assert [(reply.status, reply.json()["status"]) for reply in seen] == [
        (202, "IN_QUEUE"),
        (202, "IN_QUEUE"),
        (202, "IN_QUEUE"),
        (202, "IN_PROGRESS"),
        (202, "IN_PROGRESS"),
        (200, "COMPLETED"),
    ]
    assert [reply.json().get("queue_position") for reply in seen] == [3, 1, 0, None, None, None]
    assert {header(reply, "x-fal-request-id") for reply in seen} == {number}
    assert "error" not in seen[-1].json()
    result = user.ask("GET", job["response_url"], NOW + TAKES)
    model = plan.provider("fal").model("scail-2")
    assert result.status == 200
    assert not list(Draft202012Validator(model.output_schema).iter_errors(result.json()))
    video = result.json()["video"]
    assert (video["url"], video["content_type"]) == (f"{ORIGIN}/__callsheet__/media/{number}.mp4", "video/mp4")
    assert video["file_name"] == f"{number}.mp4"
    assert video["file_size"] == len(user.ask("GET", video["url"], NOW + TAKES).body)


def test_the_seed_that_was_used_is_told(plan: Plan) -> None:
    """The caller's, where one was given; one of the emulator's own otherwise, the same at every read."""
    user = caller(plan, "fal")
    given, drawn = user.job(changed={"seed": 42}), user.job()
    assert user.ask("GET", given["response_url"], NOW + TAKES).json()["seed"] == 42
    first, second = (user.ask("GET", drawn["response_url"], NOW + later).json()["seed"] for later in (TAKES, 2 * TAKES))
    assert isinstance(first, int)
    assert first == second


def test_logs_grow_and_have_to_be_asked_for(plan: Plan) -> None:
    """Null without `logs=1`; with it the whole log so far, of entries with a time and words."""
    user = caller(plan, "fal")
    job = user.job()
    assert user.ask("GET", job["status_url"], NOW + 60).json()["logs"] is None
    assert user.ask("GET", job["status_url"] + "?logs=false", NOW + 60).json()["logs"] is None
    logs = [user.ask("GET", job["status_url"] + "?logs=1", NOW + later).json()["logs"] for later in (0, 30, 60, 100)]
    assert [len(entries) for entries in logs] == [0, 1, 3, 5]
    assert all(entries == logs[-1][: len(entries)] for entries in logs)
    assert logs[1] == [
        {
            "timestamp": "2027-01-15T08:00:20.000000",
            "level": "INFO",
            "source": "USER",
            "message": "Started.",
            "labels": {},
        }
    ]


def test_a_missing_and_a_wrong_key_are_told_apart(plan: Plan) -> None:
    """401 on the submission and on every address of a job; a key without the word before it is a wrong one."""
    user = caller(plan, "fal")
    job = user.job()
    missing, wrong = "Cannot access application. Authentication is required.", "No user found for Key ID and Secret"
    for key, bare, words in (
        (None, None, missing),
        ("other", None, wrong),
        (None, "test-key", wrong),
        (None, "Key", wrong),
    ):
        user.key, user.headers = key, {"authorization": bare} if bare else {}
        for reply in (user.submit(), user.ask("GET", job["status_url"]), user.ask("GET", job["response_url"])):
            assert (reply.status, reply.json()) == (401, {"detail": words})


def test_a_bad_input_is_completed_and_the_result_lists_what_is_wrong(plan: Plan) -> None:
    """COMPLETED with an error on the status, then 422 with one entry for each field, in the order of the schema."""
    user = caller(plan, "fal")
    job = user.job(changed={"prompt": ..., "resolution": "480p", "num_inference_steps": 99, "shift": "much"})
    status = user.ask("GET", job["status_url"], NOW + 2)
    assert (status.status, status.json()["status"]) == (200, "COMPLETED")
    assert status.json()["error"] == "Invalid status code: 422"
    result = user.ask("GET", job["response_url"], NOW + 2)
    assert result.status == 422
    detail = result.json()["detail"]
    assert [(entry["loc"], entry["type"], entry["msg"]) for entry in detail] == [
        (["body", "prompt"], "missing", "Field required"),
        (["body", "resolution"], "literal_error", "Input should be '512p' or '704p'"),
        (["body", "num_inference_steps"], "less_than_equal", "Input should be less than or equal to 50"),
        (["body", "shift"], "float_type", "Input should be a valid number"),
    ]
    assert [entry.get("ctx") for entry in detail] == [None, {"expected": "'512p' or '704p'"}, {"le": 50}, None]
    assert detail[2]["input"] == 99
    assert detail[2]["url"] == "https://docs.fal.ai/errors/#less_than_equal"


def test_a_result_that_is_asked_for_too_early_is_refused(plan: Plan) -> None:
    """400 with the words that integrators have seen."""
    user = caller(plan, "fal")
    job = user.job()
    for later in (0, 99):
        early = user.ask("GET", job["response_url"], NOW + later)
        assert (early.status, early.json()) == (400, {"detail": "Request is still in progress"})


def test_an_unknown_id_and_an_unknown_model_are_not_found(plan: Plan) -> None:
    """404 with the status NOT_FOUND for a job, with the path for an address."""
    user = caller(plan, "fal")
    for path in ("/fal-ai/scail-2/requests/nobody", "/fal-ai/scail-2/requests/nobody/status"):
        reply = user.ask("GET", path)
        assert (reply.status, reply.json()) == (404, {"status": "NOT_FOUND"})
    reply = user.ask("POST", "/fal-ai/scail-3")
    assert (reply.status, reply.json()) == (404, {"detail": "Path /fal-ai/scail-3 not found"})


def test_a_result_is_forgotten_an_hour_after_the_end(plan: Plan) -> None:
    """Retention counts from the end of the job."""
    user = caller(plan, "fal")
    job = user.job()
    assert user.ask("GET", job["response_url"], NOW + TAKES + 3599).status == 200
    assert user.ask("GET", job["response_url"], NOW + TAKES + 3600).json() == {"status": "NOT_FOUND"}
    assert user.ask("GET", job["status_url"], NOW + TAKES + 3600).status == 404


def test_a_slash_at_the_end_is_forgiven(plan: Plan) -> None:
    """The provider's own command line sends one."""
    user = caller(plan, "fal")
    job = user.job()
    assert user.ask("GET", job["status_url"] + "/?logs=0").status == 202
    assert user.ask("GET", job["response_url"] + "/", NOW + TAKES).status == 200


def test_a_job_is_cancelled(plan: Plan) -> None:
    """202 for one that waits or runs, 400 for one that has ended; then the result is 499."""
    user = caller(plan, "fal")
    waiting, running, done = user.job(), user.job(), user.job()
    replies = [
        user.ask("PUT", waiting["cancel_url"], NOW + 5),
        user.ask("PUT", running["cancel_url"], NOW + 50),
        user.ask("PUT", done["cancel_url"], NOW + TAKES),
        user.ask("PUT", waiting["cancel_url"].replace(waiting["request_id"], "nobody"), NOW),
    ]
    assert [(reply.status, reply.json()["status"]) for reply in replies] == [
        (202, "CANCELLATION_REQUESTED"),
        (202, "CANCELLATION_REQUESTED"),
        (400, "ALREADY_COMPLETED"),
        (404, "NOT_FOUND"),
    ]
    assert user.ask("GET", waiting["status_url"], NOW + 5).json()["status"] == "COMPLETED"
    assert user.ask("GET", running["status_url"], NOW + 50).json()["status"] == "IN_PROGRESS"
    for job in (waiting, running):
        result = user.ask("GET", job["response_url"], NOW + 60)
        assert (result.status, header(result, "X-Fal-Error-Type")) == (499, "client_cancelled")
    assert user.ask("GET", done["response_url"], NOW + TAKES).status == 200


def test_a_deadline_that_is_missed(plan: Plan) -> None:
    """504 with `request_timeout` when it comes; a later one changes nothing, and one that is no number is refused."""
    user = caller(plan, "fal")
    early, late = user.job(x_fal_request_timeout="10"), user.job(x_fal_request_timeout="21.5")
    assert user.ask("GET", early["status_url"], NOW + 10).json()["status"] == "COMPLETED"
    result = user.ask("GET", early["response_url"], NOW + 10)
    assert (result.status, header(result, "X-Fal-Error-Type")) == (504, "request_timeout")
    assert user.ask("GET", late["response_url"], NOW + TAKES).status == 200
    assert user.submit(x_fal_request_timeout="soon").status == 400
    assert user.submit(x_fal_no_retry="yes").status == 200


def test_a_stream_begins_with_how_things_stand(plan: Plan) -> None:
    """The status as an event, then the next one when something changes."""
    user = caller(plan, "fal")
    job = user.job()
    reply = user.ask("GET", job["status_url"] + "/stream?logs=1", NOW + 30)
    assert (reply.status, header(reply, "content-type")) == (200, "text/event-stream")
    assert reply.watch is not None
    look = user.emulator.look(user.state, reply.watch, NOW + 30)
    assert b'"status": "IN_PROGRESS"' in look.chunk
    assert look.again == NOW + 40
    assert user.emulator.look(user.state, look.watch, NOW + 39).chunk == b""
