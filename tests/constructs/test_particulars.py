"""What is special about a case, beside what all promise."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from constructed import Bench, case

from callsheet.contract.exchanges.recordings import KEY
from callsheet.emulator import Delivery, Emulator, Options, UnknownScenarioError
from callsheet.emulator.serving.receiving import Postman
from callsheet.plan.build import build
from callsheet.spec.switches import UnknownSwitchError, with_switches


def methods(bench: Bench) -> list[str]:
    """What was asked, in order: method, path and query, the id of the job left out."""
    ids = bench.emulated.state.jobs
    asked = [f"{request.method} {request.url.raw_path.decode()}" for request in bench.sent]
    for number in ids:
        asked = [text.replace(number, "ID") for text in asked]
    return asked


class TestBytesFromABlockingCall:
    """`bytes_from_a_blocking_call`."""

    def test_the_call_lasts_as_long_as_the_job(self) -> None:
        """The time of the job passes within the one request."""
        bench = Bench(case("bytes_from_a_blocking_call"))
        clip = bench.run()

        assert (len(bench.sent), bench.clock.monotonic()) == (1, 40.0)
        assert clip.request_id == bench.emulated.ledger[0].request_id
        assert (clip.output.content_type, clip.output.read()[4:8]) == ("video/mp4", b"ftyp")

    def test_a_gateway_gives_up_while_the_job_goes_on(self) -> None:
        """After 100 seconds, with the row for it; what it costs is known to be unknown."""
        bench = Bench(case("bytes_from_a_blocking_call"), seconds=400)
        with pytest.raises(bench.error("SubmissionUnknown"), match="504"):
            bench.run()

        assert bench.clock.monotonic() == 100
        assert [charge.billed for charge in bench.emulated.ledger] == ["always"]

    def test_a_gateway_may_be_patient(self) -> None:
        """A switch, since few have seen it give up."""
        bench = Bench(case("bytes_from_a_blocking_call"), seconds=400, cutoff=False)
        bench.perform(("with_options", {"timeout": 500}), ("run", {"prompt": "a cat"}))

        assert bench.clock.monotonic() == 400

    def test_a_client_may_be_impatient(self) -> None:
        """Its time-out ends the call, not the job."""
        bench = Bench(case("bytes_from_a_blocking_call"))
        with pytest.raises(bench.error("SubmissionUnknown"), match="ReadTimeout"):
            bench.perform(("with_options", {"timeout": 10}), ("run", {"prompt": "a cat"}))

        assert (bench.clock.monotonic(), len(bench.emulated.ledger)) == (10, 1)

    def test_half_a_file_is_kept(self, tmp_path: Path) -> None:
        """What came before the connection broke is on the disk, and the error says where."""
        bench = Bench(case("bytes_from_a_blocking_call"), scenario="cut")
        with pytest.raises(bench.error("SubmissionUnknown")) as caught:
            bench.perform(("with_options", {"spool": tmp_path}), ("run", {"prompt": "a cat"}))
        problem: Any = caught.value

        assert problem.partial.parent == tmp_path
        assert problem.partial.read_bytes()[4:8] == b"ftyp"

    def test_text_is_a_file_too(self, tmp_path: Path) -> None:
        """Where the input asks for base64, the answer is JSON, and `save` gives the same file."""
        bench = Bench(case("bytes_from_a_blocking_call"))
        bench.perform(("run", {"prompt": "a cat", "base64": True}), ("save", {"path": tmp_path / "text.mp4"}))
        reply = bench.submission(body={"prompt": "a cat", "seconds": 5, "base64": True})

        assert (tmp_path / "text.mp4").read_bytes()[4:8] == b"ftyp"
        assert list(reply.json()) == ["video"]


def test_a_blocking_call_may_fail_late() -> None:
    """A provider that judges after queueing: the error comes with the answer, and a job was charged."""
    bench = Bench(case("json_from_a_blocking_call"))
    reply = bench.submission(body={"prompt": 5})

    assert (reply.status_code, reply.json()["detail"][0]["loc"]) == (422, ["body", "prompt"])
    assert bench.clock.monotonic() == 22
    assert [charge.billed for charge in bench.emulated.ledger] == ["always", "never"]


def test_outputs_keep_to_their_limits() -> None:
    """Exclusive bounds, multiples and simple patterns."""
    bench = Bench(case("json_from_a_blocking_call"))
    made = [bench.run().output for _ in range(5)]

    assert {output.scale for output in made} <= {0.25, 0.5, 0.75}
    assert {output.ratio for output in made} == {"16:9"}
    assert all(output.video.file_size > 0 for output in made)


def test_a_further_protocol_is_an_attribute(tmp_path: Path) -> None:
    """The queue beside the direct call, on a host of its own."""
    bench = Bench(case("json_from_a_blocking_call"))
    with bench.caller.library.Client(transport=bench.caller.library.MockTransport(bench)) as http:
        module = __import__(f"{bench.caller.package}.relay", fromlist=["Relay"])
        with module.Relay(KEY, http=http, clock=bench.clock) as relay:
            relay.clip.queue.run(prompt="a cat").save(tmp_path / "clip.mp4")

    assert (tmp_path / "clip.mp4").stat().st_size > 0
    assert bench.sent[0].url.host == "queue.relay.example"


class TestDoneIsABoolean:
    """`done_is_a_boolean`."""

    def test_progress_is_told_in_percent(self) -> None:
        """From 0 to less than 100, and never back."""
        bench, seen = Bench(case("done_is_a_boolean")), list[Any]()
        bench.perform(("with_options", {"on_update": seen.append}), ("run", {"prompt": "a cat"}))
        told = [update.percent for update in seen if update.state == "running" and update.looks]

        assert told == sorted(told)
        assert 0 == told[0] < told[-1] < 100

    def test_the_key_is_in_the_query_alone(self) -> None:
        """Of every request to the provider, and in no header."""
        bench = Bench(case("done_is_a_boolean"))
        bench.run()

        assert all(request.url.params["key"] == KEY for request in bench.sent)
        assert not any(KEY in value for request in bench.sent for value in request.headers.values())

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ({"instances": [], "parameters": {}}, "instances.0.prompt: Field required"),
            ({"instances": [{}, {}], "parameters": {}}, "`instances` should have 1 items"),
            ({"parameters": {}}, "`instances` is missing"),
            ({"instances": [5], "parameters": {}}, "`instances.0` is not a JSON object"),
            ({"instances": [{"prompt": "a cat", "image": "x"}], "parameters": {}}, "`instances.0.image` is not"),
            ({"instances": [{"prompt": 5, "image": {}}], "parameters": {}}, "instances.0.prompt: Input should be"),
            ({"instances": [{"prompt": "x", "image": {}}], "parameters": {"n": 1}}, "parameters.n: Extra inputs"),
            ({"instances": [{"prompt": "x", "image": {}, "a": 1}], "parameters": {}}, "instances.0.a: Extra inputs"),
            ({"instances": [{"prompt": "x", "image": {}}], "parameters": {}, "more": 1}, "more: Extra inputs"),
        ],
    )
    def test_a_body_of_another_form_is_told_what_is_missing(self, body: Any, words: str) -> None:
        """With the place in the body as it was sent."""
        reply = Bench(case("done_is_a_boolean")).submission(body=body)

        assert reply.status_code == 400
        assert words in reply.json()["error"]["message"]


def test_the_file_of_a_result_is_asked_for(tmp_path: Path) -> None:
    """Submission, looks at least ten seconds apart, one request for the file's address, the download."""
    bench = Bench(case("file_of_its_own"))
    bench.run(("save", {"path": tmp_path / "clip.mp4"}))
    asked = methods(bench)
    looks = [text for text in asked if text == "GET /v1/query/video_generation?task_id=ID"]

    assert asked[0] == "POST /v1/video_generation"
    assert asked[1:-2] == looks
    assert asked[-2].startswith("GET /v1/files/retrieve?file_id=")
    assert asked[-1] == "GET /__callsheet__/media/ID.mp4"
    assert min(bench.clock.slept) >= 10


def test_a_file_that_nobody_made_is_unknown() -> None:
    """Also one that will be made."""
    bench = Bench(case("file_of_its_own"))
    bench.run()
    address = next(str(request.url) for request in bench.sent if "files/retrieve" in str(request.url))
    headers = {"authorization": f"Bearer {KEY}"}
    bench.submit()

    assert bench.ask("GET", address, headers=headers).json()["file"]
    assert bench.ask("GET", address + "x", headers=headers).json()["base_resp"]["status_code"] == 1100
    assert bench.ask("GET", address).json()["base_resp"]["status_code"] == 1004


def test_a_file_behind_the_key_is_fetched_with_it(tmp_path: Path) -> None:
    """The id that the result names stands for the file, and the key goes along."""
    bench = Bench(case("file_behind_the_key"))
    made = bench.run(("save", {"path": tmp_path / "clip.mp4"}))
    fetched = bench.sent[-1]

    assert made.name == "clip.mp4"
    assert fetched.url.path.endswith("/content")
    assert fetched.headers["authorization"] == f"Bearer {KEY}"
    assert bench.ask("GET", str(fetched.url)).status_code == 401


class TestResultWithinTheStatus:
    """`result_within_the_status`."""

    def test_the_version_goes_with_every_request(self) -> None:
        """And nothing is fetched after the status that says it is done."""
        bench = Bench(case("result_within_the_status"))
        bench.run()

        assert {request.headers["x-runner-version"] for request in bench.sent} == {"2024-11-06"}
        assert set(methods(bench)[1:]) == {"GET /v1/tasks/ID"}

    def test_a_fraction_is_told_in_percent(self) -> None:
        """0.5 is 50."""
        bench, seen = Bench(case("result_within_the_status")), list[Any]()
        bench.perform(
            ("with_options", {"on_update": seen.append}), ("run", case("result_within_the_status").expected["input"])
        )
        told = [update.percent for update in seen if update.state == "RUNNING"]

        assert told == sorted(told)
        assert told[-1] > 50

    def test_a_job_that_was_cancelled_stays_so(self) -> None:
        """Nothing is answered but 204; a second wish changes nothing; the ledger knows that it may cost less."""
        bench = Bench(case("result_within_the_status"))
        job = bench.submit()
        headers = {"authorization": f"Bearer {KEY}", "x-runner-version": "2024-11-06"}
        url = f"https://api.runner.example/v1/tasks/{job.request_id}"
        replies = [bench.ask("DELETE", url, headers=headers) for _ in range(2)]
        bench.clock.advance(1000)

        assert [(reply.status_code, reply.content) for reply in replies] == [(204, b"")] * 2
        assert bench.ask("GET", url, headers=headers).json()["status"] == "CANCELLED"
        assert [charge.billed for charge in bench.emulated.ledger] == ["maybe"]


class TestPollingUrlOfEachRequest:
    """`polling_url_of_each_request`."""

    def test_an_id_is_not_enough(self) -> None:
        """The client says so, and asks nothing; the address that one would make up is not known to the provider."""
        bench = Bench(case("polling_url_of_each_request"))
        job = bench.submit()
        with pytest.raises(bench.error("UnusableHandle")):
            bench.perform(("job", {"job": job.request_id}), ("wait", {}))
        made_up = f"https://eu1.forest.example/v1/get_result?id={job.request_id}"

        assert len(bench.sent) == 1
        assert bench.ask("GET", made_up, headers={"x-key": KEY}).status_code == 404
        assert bench.ask("GET", job.handle.urls["polling_url"], headers={"x-key": KEY}).status_code == 200

    def test_a_result_expires(self) -> None:
        """Ten minutes after the end."""
        bench = Bench(case("polling_url_of_each_request"))
        job = bench.submit()
        bench.clock.advance(15 + 600)
        with pytest.raises(bench.error("Lost")):
            bench.perform(("job", {"job": job.token}), ("wait", {}))

    def test_nulls_are_taken_for_nothing(self) -> None:
        """As the spec says of this provider."""
        bench = Bench(case("polling_url_of_each_request"))

        assert bench.submission(body={"prompt": "a cat", "seed": None}).status_code == 200


class TestPathAndBodyByInput:
    """`path_and_body_by_input`."""

    def test_a_picture_leads_elsewhere(self) -> None:
        """Another address with another body, also for the looks; and with the token alone, in another process."""
        bench = Bench(case("path_and_body_by_input"))
        job = bench.perform(("submit", {"prompt": "a cat", "image": "https://a.example/b.png"}))
        bench.perform(("job", {"job": job.token}), ("wait", {}))

        assert methods(bench)[0] == "POST /v1/videos/image2video"
        assert set(methods(bench)[1:]) == {"GET /v1/videos/image2video/ID"}
        assert json.loads(bench.sent[0].content) == {
            "model_name": "kite-v2",
            "image": "https://a.example/b.png",
            "options": {"prompt": "a cat", "mode": "std"},
        }

    def test_an_id_alone_does_not_say_where_to_look(self) -> None:
        """Nothing is asked: an address with a hole in it would answer that there is no such job, which is running."""
        bench = Bench(case("path_and_body_by_input"))
        job = bench.submit()
        sent = len(bench.sent)
        with pytest.raises(bench.error("UnusableHandle"), match=r"depends on its input \(kind\)"):
            bench.perform(("job", {"job": job.request_id}), ("status", {}))

        assert len(bench.sent) == sent

    def test_a_job_is_known_at_its_own_address_only(self) -> None:
        """The input chose the path, and the provider remembers which."""
        bench = Bench(case("path_and_body_by_input"))
        job = bench.submit()
        headers = {"authorization": f"Bearer {KEY}"}
        codes = [
            bench.ask("GET", f"https://api.kite.example/v1/videos/{kind}/{job.request_id}", headers=headers).json()[
                "code"
            ]
            for kind in ("text2video", "image2video")
        ]

        assert codes == [0, 1203]

    @pytest.mark.parametrize(
        ("address", "body", "words"),
        [
            ("image2video", {"model_name": "kite-v2", "prompt": "x", "note": "mode std", "mode": "std"}, "address"),
            (
                "text2video",
                {"model_name": "kite-v2", "image": "https://a.example/b", "options": {"prompt": "x"}},
                "address",
            ),
            (
                "text2video",
                {"model_name": "kite-v2", "prompt": "x", "note": "std", "mode": "std"},
                "`note` should read",
            ),
            ("text2video", {"prompt": "x", "note": "mode std", "mode": "std"}, "`model_name` is missing"),
        ],
    )
    def test_what_belongs_elsewhere_is_refused(self, address: str, body: Any, words: str) -> None:
        """An input at the other's address, and a body in neither form."""
        bench = Bench(case("path_and_body_by_input"))
        headers = {"authorization": f"Bearer {KEY}"}
        reply = bench.ask("POST", f"https://api.kite.example/v1/videos/{address}", json=body, headers=headers)

        assert (reply.status_code, reply.json()["code"]) == (200, 1201)
        assert words in reply.json()["message"]
        assert bench.emulated.ledger == ()


def test_models_at_one_address_are_told_apart_by_the_body() -> None:
    """The version says which; one that is not known is refused."""
    bench = Bench(case("version_and_input"))
    replies = [
        bench.submission(body={"version": f"version-{name}", "input": {"prompt": "a cat"}}) for name in ("one", "two")
    ]

    assert [reply.status_code for reply in replies] == [201, 201]
    assert [charge.model for charge in bench.emulated.ledger] == ["one", "one", "two"]
    assert bench.submission(body={"version": "version-one"}).status_code == 422


def test_the_last_look_is_the_file() -> None:
    """No request after the one that is answered with 200."""
    bench = Bench(case("state_by_http"))
    made = bench.run()

    assert set(methods(bench)[1:]) == {"GET /v2/image-to-video/result/ID"}
    assert made.output.content_type == "video/mp4"


class TestJsonWithinAText:
    """`json_within_a_text`."""

    def test_the_text_is_read(self) -> None:
        """What is in the string is the output, typed; on the wire it is a string."""
        bench = Bench(case("json_within_a_text"))
        made = bench.run()

        assert isinstance(made.body["output"], str)
        assert made.output[0].value.data == made.url
        assert made.output[0].keyname == "final_video"

    def test_nobody_looks_more_often_than_every_seven_seconds(self) -> None:
        """However early the look."""
        bench = Bench(case("json_within_a_text"))
        bench.run()

        assert min(bench.clock.slept) >= 7

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"authorization": f"Bearer {KEY}"}, 200),
            ({"authorization": None, "x-api-key": KEY}, 200),
            ({"authorization": KEY}, 401),
            ({"authorization": None}, 401),
        ],
    )
    def test_the_usual_form_of_the_key_is_taken_too(self, headers: dict[str, str | None], status: int) -> None:
        """The protocol's own form, and the provider's; nothing else."""
        assert Bench(case("json_within_a_text")).submission(headers=headers, body={}).status_code == status


class TestStatusStream:
    """`status_stream`."""

    def test_a_client_listens(self) -> None:
        """One request in the place of all looks; the lines of the log are put together."""
        bench, seen = Bench(case("status_stream")), list[Any]()
        bench.perform(("with_options", {"stream": True, "on_update": seen.append}), ("run", {"prompt": "a cat"}))

        assert [text.split(" ")[1].split("?")[0].rpartition("/")[2] for text in methods(bench)] == [
            "clip",
            "stream",
            "ID",
        ]
        looks = [update for update in seen if update.looks]
        assert [update.state for update in looks] == ["IN_QUEUE"] + ["IN_PROGRESS"] * 4 + ["COMPLETED"]
        assert [len(update.logs) for update in looks] == [0, 1, 2, 3, 4, 5]
        assert bench.clock.monotonic() == 100
        assert bench.clock.slept == []

    def test_what_is_sent_over_the_wire(self) -> None:
        """Data and signs of life in between, each line once, until the job has ended."""
        bench = Bench(case("status_stream"))
        job = bench.submit()
        url = f"https://queue.brook.example/clip/requests/{job.request_id}/status/stream?logs=1"
        reply = bench.ask("GET", url, headers={"authorization": f"Key {KEY}"})
        lines = [line for line in reply.text.split("\n\n") if line]
        events = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]

        assert reply.headers["content-type"] == "text/event-stream"
        assert {line for line in lines if not line.startswith("data: ")} == {": ping"}
        assert [event["status"] for event in events] == ["IN_QUEUE"] + ["IN_PROGRESS"] * 4 + ["COMPLETED"]
        assert [len(event["logs"]) for event in events] == [0, 1, 1, 1, 1, 1]
        assert bench.ask("GET", url).status_code == 401
        unknown = url.replace(job.request_id, "nobody")
        assert bench.ask("GET", unknown, headers={"authorization": f"Key {KEY}"}).status_code == 404

    def test_a_deadline_that_cannot_be_kept_ends_the_job(self) -> None:
        """With the error that the spec names for it, when the deadline comes."""
        bench = Bench(case("status_stream"))
        with pytest.raises(bench.error("RequestTimeout")):
            bench.perform(("with_options", {"call": {"start_within": 10}}), ("run", {"prompt": "a cat"}))

        assert 10 <= bench.clock.monotonic() < 20
        assert [charge.billed for charge in bench.emulated.ledger] == ["never"]

    def test_a_result_that_is_asked_for_too_early_is_refused(self) -> None:
        """As the spec says, and the client says that the job is not finished."""
        bench = Bench(case("status_stream"))
        job = bench.submit()
        with pytest.raises(bench.error("NotFinished")):
            bench.perform(("job", {"job": job.token}), ("result", {}))


def test_a_place_deep_in_the_input_is_named() -> None:
    """In the form that the provider lists faults in, with the place in the body as it was sent."""
    bench = Bench(case("inputs_of_every_form"))
    reply = bench.submission(body={"payload": {"shots": [{"prompt": "a cat"}, {}], "size": 100, "camera": {"pan": 2}}})

    assert [(fault["loc"], fault["type"]) for fault in reply.json()["detail"]] == [
        (["body", "payload", "shots", 1, "prompt"], "missing"),
        (["body", "payload", "camera", "pan"], "maximum_error"),
        (["body", "payload", "size"], "multiple_of_error"),
    ]


class TestPaceAndExpiry:
    """`pace_and_expiry`."""

    def test_the_provider_sets_the_pace(self) -> None:
        """The seconds in its header are those that the client waits."""
        bench = Bench(case("pace_and_expiry"))
        bench.run()

        assert set(bench.clock.slept[1:]) == {10.0}

    def test_large_results_go_first(self) -> None:
        """Six minutes after the end, where a small one would be kept for an hour."""
        bench = Bench(case("pace_and_expiry"))
        job = bench.submit()
        bench.clock.advance(80 + 359)
        assert bench.perform(("job", {"job": job.token}), ("result", {})).output.size > 1000
        bench.clock.advance(1)
        with pytest.raises(bench.error("Gone")):
            bench.perform(("job", {"job": job.token}), ("result", {}))

    def test_the_version_in_the_query_is_asked_for(self) -> None:
        """A look without it is refused."""
        bench = Bench(case("pace_and_expiry"))
        job = bench.submit()
        url = f"https://api.metro.example/video/jobs/{job.request_id}"

        assert bench.ask("GET", url, headers={"api-key": KEY}).status_code == 400
        assert bench.ask("GET", f"{url}?api-version=2026-01", headers={"api-key": KEY}).json() == {"status": "queued"}


class TestUploads:
    """`uploads`."""

    def test_a_file_is_brought_and_served(self) -> None:
        """A place is asked for with the key; the file goes there without one, and can be fetched."""
        bench = Bench(case("uploads"))
        place = self.place(bench)
        stored = bench.ask("PUT", place["upload_url"], content=b"png", headers={"content-type": "image/png"})
        found = bench.ask("GET", place["file_url"])

        assert (stored.status_code, stored.content) == (200, b"")
        assert place["file_url"].endswith("/a%20b.png")
        assert (found.content, found.headers["content-type"]) == (b"png", "image/png")

    def test_what_is_wrong_is_refused(self) -> None:
        """No key, another body, a place that nobody asked for, a file that has not come, one that is too large."""
        bench = Bench(case("uploads"))
        place = self.place(bench)
        url = "https://rest.locker.example/uploads?type=cdn"
        key = {"authorization": f"Key {KEY}"}

        assert bench.ask("POST", url, json={"name": "x", "content_type": "y"}).status_code == 401
        assert bench.ask("POST", url, json=[], headers=key).status_code == 400
        assert bench.ask("GET", place["file_url"]).status_code == 404
        assert bench.ask("PUT", place["upload_url"] + "0", content=b"x").status_code == 404
        assert bench.ask("DELETE", place["upload_url"]).status_code == 405
        assert bench.ask("PUT", place["upload_url"], content=b"x" * 1_000_001).status_code == 413

    def test_bytes_go_along_with_a_token(self) -> None:
        """One that was given: no key is asked for elsewhere, and a made-up token is refused as a key is."""
        bench = Bench(case("uploads"))
        key = {"authorization": f"Key {KEY}"}
        given = bench.ask("POST", "https://rest.locker.example/token", json={}, headers=key).json()
        url = f"{given['base']}/bytes"
        heads = {**key, "x-token": f"T {given['token']}", "x-name": "b.mp4", "content-type": "video/mp4"}
        stored = bench.ask("POST", url, content=b"film", headers=heads).json()
        found = bench.ask("GET", stored["at"])

        assert (found.content, found.headers["content-type"]) == (b"film", "video/mp4")
        assert given["until"] == "2027-01-15T09:00:00.000Z"
        for wrong in ("T x", given["token"], ""):
            assert bench.ask("POST", url, content=b"film", headers={**heads, "x-token": wrong}).status_code == 401

    def test_a_file_comes_in_parts(self) -> None:
        """In any order; it is whole when all that came are listed, each with its digest."""
        bench = Bench(case("uploads"))
        heads = {"authorization": f"Key {KEY}", "x-name": "a b.mp4"}
        place = bench.ask("POST", "https://rest.locker.example/parts", headers=heads).json()
        base = f"{place['at']}/parts/{place['id']}"
        sent = [bench.ask("PUT", f"{base}/{n}", content=text) for n, text in ((2, b"film"), (1, b"half a "))]
        listed = [answer.json() for answer in sent]

        assert [answer["n"] for answer in listed] == [2, 1]
        assert [answer.headers["etag"] for answer in sent] == [answer["tag"] for answer in listed]
        assert bench.ask("GET", place["at"]).status_code == 404
        for wrong in ([], [{"n": 1, "tag": "x"}], [{"n": 3, "tag": listed[0]["tag"]}], [1], "all", None):
            assert bench.ask("POST", f"{base}/whole", json={"parts": wrong}).status_code == 400
        assert bench.ask("PUT", f"{place['at']}/parts/other/1", content=b"x").status_code == 405
        assert bench.ask("PUT", f"{base}/99999", content=b"x").status_code == 405
        assert bench.ask("POST", f"{base}/whole", json={"parts": listed}).status_code == 200
        assert bench.ask("GET", place["at"]).content == b"half a film"

    def test_several_files_come_at_once(self) -> None:
        """Where the form has a list: the answer's list has an address for each."""
        bench = Bench(case("uploads"))
        url, key = "https://rest.locker.example/texts", {"authorization": f"Key {KEY}"}
        uris = ["data:image/png;base64,aGFsZg==", "data:audio/wav;base64,ZmlsbQ=="]
        answer = bench.ask("POST", url, json={"files": uris}, headers=key).json()

        assert answer["said"] == "Thanks"
        assert [bench.ask("GET", one).content for one in answer["at"]] == [b"half", b"film"]
        assert bench.ask("POST", url, json={"files": [uris[0], "no"]}, headers=key).status_code == 400

    def place(self, bench: Bench) -> Any:
        """Ask for a place."""
        body = {"name": "a b.png", "content_type": "image/png"}
        url = "https://rest.locker.example/uploads?type=cdn"
        return bench.ask("POST", url, json=body, headers={"authorization": f"Key {KEY}"}).json()


class TestFilesAsText:
    """`files_as_text`."""

    def test_the_input_chooses_between_text_and_address(self, tmp_path: Path) -> None:
        """The default counts, too; and `save` gives a file either way."""
        bench = Bench(case("files_as_text"))
        texts = [bench.perform(("run", {"prompt": "a cat", **more})) for more in ({}, {"inline": False})]
        bench.perform(("run", {"prompt": "a cat", "inline": False}), ("save", {"path": tmp_path / "clip.mp4"}))

        assert texts[0].urls == ()
        assert texts[1].urls == (texts[1].output,)
        assert (tmp_path / "clip.mp4").read_bytes()[4:8] == b"ftyp"

    def test_a_picture_within_a_list(self, tmp_path: Path) -> None:
        """Where the type itself says that it is base64."""
        bench = Bench(case("files_as_text"))
        still = replace(bench.caller, model=case("files_as_text").provider.model("still"))
        steps: list[Any] = [("run", {"prompt": "a cat"}), ("save", {"path": tmp_path / "still.png"})]
        still.perform(steps, transport=bench, clock=bench.clock)

        assert (tmp_path / "still.png").read_bytes()[:4] == b"\x89PNG"


class TestVersionAndInput:
    """`version_and_input`."""

    def test_a_webhook_is_proven_by_a_shared_secret(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """As Svix documents it: HMAC-SHA256 over id, time and body, in base64; the id is the same for each attempt."""
        got: list[Delivery] = []
        answers = [500, 200]

        def receive(delivery: Delivery) -> int:
            got.append(delivery)
            return answers.pop(0)

        bench = Bench(case("version_and_input"), seconds=30)
        bench.clock.alarms.append(Postman(bench.emulated.session, receive).ring)
        bench.perform(("with_options", {"call": {"webhook": "https://hooks.example/x"}}), ("run", {"prompt": "a cat"}))
        bench.clock.advance(110)
        secret = bench.emulated.session.emulator.webhook_secrets["REPLAY_WEBHOOK_SECRET"]
        monkeypatch.setenv("REPLAY_WEBHOOK_SECRET", secret)

        assert secret.startswith("whsec_")
        assert len({delivery.header("webhook-id") for delivery in got}) == 1
        assert len({delivery.header("webhook-timestamp") for delivery in got}) == 2
        for delivery in got:
            signed = f"{delivery.header('webhook-id')}.{delivery.header('webhook-timestamp')}.".encode() + delivery.body
            shared = base64.b64decode(secret.removeprefix("whsec_"))
            proof = base64.b64encode(hmac.digest(shared, signed, "sha256")).decode()
            assert delivery.header("webhook-signature") == f"v1,{proof}"
        event = bench.perform(
            ("verify_webhook", {"headers": got[-1].headers, "body": got[-1].body}), of_client=True, api_key=None
        )
        assert (event.request_id, event.succeeded) == (got[-1].request_id, True)
        for forged in ("wrong_key", "tampered", "wrong_signature"):
            other = Bench(case("version_and_input"), scenario=f"{forged}@webhook", seconds=30)
            forgeries: list[Delivery] = []
            other.clock.alarms.append(Postman(other.emulated.session, forgeries.append).ring)
            other.perform(("with_options", {"call": {"webhook": "https://hooks.example/x"}}), ("run", {"prompt": "a"}))
            with pytest.raises(other.error("WebhookRefused"), match="no signature"):
                other.perform(
                    ("verify_webhook", {"headers": forgeries[0].headers, "body": forgeries[0].body}), of_client=True
                )

    def test_the_secret_may_be_said(self) -> None:
        """One of the caller's own; what is no such thing is refused with words, and no key is older than a secret."""
        plan = case("version_and_input").plan
        assert Emulator(plan, Options(webhook_secret="whsec_c2VjcmV0")).webhook_secrets == {
            "REPLAY_WEBHOOK_SECRET": "whsec_c2VjcmV0"
        }
        for bad in ("whsec_!", "whsec_", ""):
            with pytest.raises(ValueError, match="the webhook secret"):
                Emulator(plan, Options(webhook_secret=bad))
        with pytest.raises(UnknownScenarioError):
            Emulator(plan, Options(scenario="older_key@webhook"))


class TestWhatOnlyTheEmulatorKnows:
    """`what_only_the_emulator_knows`."""

    API = "https://api.meter.example"
    KEY = {"x-api-key": KEY}  # noqa: RUF012 - never changed

    def post(self, bench: Bench, given: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
        """A submission past the client."""
        heads = {**self.KEY, **(headers or {})}
        return bench.ask("POST", f"{self.API}/clip", json={"prompt": "a cat", **given}, headers=heads)

    def test_credits_are_counted(self) -> None:
        """Each answer says what is left; what cannot be paid for is refused with the row for it, and starts nothing."""
        bench = Bench(case("what_only_the_emulator_knows"), credits=7.0)
        first = bench.submission()
        left = [bench.submission().headers["x-left"], bench.ask("GET", f"{self.API}/balance", headers=self.KEY).json()]

        assert first.json()["seed"] == 7
        assert "size" not in first.json()
        assert left == ["1.0", {"left": 1.0}]
        with pytest.raises(bench.error("NoCredits")):
            bench.run()
        assert len(bench.emulated.ledger) == 3

    def test_a_job_that_fails_is_not_paid_for(self) -> None:
        """Its row says that it is not billed."""
        bench = Bench(case("what_only_the_emulator_knows"), credits=5.0, scenario="broke")
        with pytest.raises(bench.error("Broke")):
            bench.run()
        assert bench.ask("GET", f"{self.API}/balance", headers=self.KEY).json() == {"left": 5.0}

    def test_headers_of_answers(self) -> None:
        """Filled as the spec says; one that there is nothing for is left out, and no value breaks out of its line."""
        bench = Bench(case("what_only_the_emulator_knows"))
        job = self.post(bench, {"seed": 3, "size": "a\r\nx: y"}).json()["id"]
        bench.clock.advance(40)
        result = bench.ask("GET", f"{self.API}/jobs/{job}", headers=self.KEY)
        slow = self.post(bench, {}, {"x-callsheet-scenario": "slow_down"})

        assert [result.headers[name] for name in ("x-cost", "x-seed", "x-size", "x-id")] == ["2.0", "3", "a??x: y", job]
        assert result.json()["units"] == 1
        assert slow.headers["x-reset-at"] == "2027-01-15T08:01:40.000Z"
        assert "x-code" not in slow.headers

    def test_a_state_repeats_what_the_error_says(self) -> None:
        """`{error.kind}` is what the row's own answer has there; where it has nothing, the key is left out."""
        bench = Bench(case("what_only_the_emulator_knows"), scenario="broke")
        job = self.post(bench, {}).json()["id"]
        bench.clock.advance(40)

        told = bench.ask("GET", f"{self.API}/jobs/{job}/status", headers=self.KEY).json()
        assert (told["code"], "words" in told) == ("E7", False)

    def test_an_address_has_other_paths(self) -> None:
        """The same is answered at each."""
        bench = Bench(case("what_only_the_emulator_knows"))
        job = bench.submission().json()["id"]
        asked = [
            bench.ask("GET", f"{self.API}{path}", headers=self.KEY) for path in (f"/jobs/{job}/status", f"/old/{job}")
        ]

        assert [answer.json() for answer in asked] == [{"status": "waiting"}] * 2
        assert bench.ask("GET", f"{self.API}/old/nobody", headers=self.KEY).status_code == 404

    def test_a_file_has_an_address_of_its_own(self) -> None:
        """404 in its own words until the job is done, and for a job that nobody knows."""
        bench = Bench(case("what_only_the_emulator_knows"))
        job = bench.submission().json()["id"]
        early = bench.ask("GET", f"{self.API}/files/{job}", headers=self.KEY)
        nobody = bench.ask("GET", f"{self.API}/files/nobody", headers=self.KEY)
        bench.clock.advance(40)

        assert (early.status_code, early.json()) == (404, {"error": f"No file of {job}"})
        assert (nobody.status_code, nobody.json()) == (404, {"error": "No file of nobody"})
        assert bench.ask("GET", f"{self.API}/files/{job}", headers=self.KEY).content[4:8] == b"ftyp"

    def test_requests_that_are_about_no_job(self) -> None:
        """With the key alone; the query tells two at one path apart."""
        bench = Bench(case("what_only_the_emulator_knows"))
        token = bench.ask("POST", f"{self.API}/balance?of=token", headers=self.KEY)

        assert bench.ask("GET", f"{self.API}/balance").status_code == 401
        assert bench.ask("GET", f"{self.API}/balance", headers=self.KEY).headers["x-path"] == "/balance"
        assert (token.status_code, token.json()) == (201, {"until": "2027-01-15T09:00:00.000Z"})

    def test_a_switch_is_another_spec(self) -> None:
        """What it changes is changed, all else is as it was; two may be on at once."""
        usual = case("what_only_the_emulator_knows")
        specs = with_switches(usual.specs, ("meter.plain_ids", "meter.gone"))
        other = replace(usual, specs=specs, provider=build(specs).plan.providers[0])
        ids: list[str] = []
        for one, status in ((usual, 202), (other, 200)):
            bench = Bench(one)
            ids.append(bench.submission().json()["id"])
            assert bench.ask("POST", f"{self.API}/jobs/{ids[-1]}/stop", headers=self.KEY).status_code == status

        assert (UUID(ids[0]).version, str(UUID(ids[0])), ids[1].isalnum()) == (4, ids[0], True)
        assert len(other.specs.providers[0].protocols[0].status.states) == 4

    def test_an_unknown_switch_is_told_with_the_likely_one(self) -> None:
        """ValueError, with all that there are."""
        specs = case("what_only_the_emulator_knows").specs
        with pytest.raises(
            UnknownSwitchError, match=r"did you mean `meter.plain_ids`\? allowed: meter.gone, meter.plain_ids"
        ):
            with_switches(specs, ("meter.plain_id",))
