"""The requests of an upload, step by step: what each sends, where the key goes, and what is made of each answer."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import lab
import pytest

from callsheet.runtime import uploading
from callsheet.runtime.addresses import Address
from callsheet.runtime.context import Context, Options
from callsheet.runtime.errors import CallsheetError, ProviderError
from callsheet.runtime.file_errors import UploadFailed
from callsheet.runtime.localfile import LocalFile
from callsheet.runtime.media import Examined, Sending
from callsheet.runtime.offers import Files, UploadStep
from callsheet.runtime.steps import Broken, Call, Moment, Reply, Sleep, Unreadable, Work
from callsheet.runtime.tables import Credential

CLIP = LocalFile(lab.MP4, "my_clip.mp4", "video/mp4", len(lab.MP4))
ONE = Sending(("parts", 0, "url"), CLIP, 1, inline=False)
URLS = {"upload_url": "https://store.test/0", "file_url": "https://cdn.test/0"}


def context(files: Files = lab.FILES, **parts: Any) -> Context:
    """The endpoint as a client sees it, with other files."""
    options = Options(**parts.pop("options", {}))
    provider = replace(lab.PROVIDER, files=files, **parts)
    return Context(provider, (lab.Unauthorized,), lab.MODEL, provider.hosts, options, "secret-key")


def reply(status: int = 200, body: object = None, **headers: str) -> Reply:
    """An answer."""
    return Reply(status, headers, b"" if body is None else json.dumps(body).encode(), Moment(0.0, 1000.0))


def play(flow: Any, *answers: Any) -> tuple[Any, list[Call], list[float]]:
    """The flow's value or what it raised, what it asked for, and how long it slept."""
    calls: list[Call] = []
    slept: list[float] = []
    left = list(answers)
    step = next(flow)
    while True:
        try:
            match step:
                case Work():
                    try:
                        made = step.do()
                    except OSError as exc:
                        step = flow.throw(exc)
                    else:
                        step = flow.send(made)
                case Sleep():
                    slept.append(step.seconds)
                    step = flow.send(None)
                case Call():
                    calls.append(step)
                    told = left.pop(0)
                    step = flow.throw(told) if isinstance(told, BaseException) else flow.send(told)
        except StopIteration as end:
            return end.value, calls, slept
        except (CallsheetError, KeyboardInterrupt) as exc:
            return exc, calls, slept


def test_an_upload_in_two_steps() -> None:
    """The key goes to the provider's host, the bytes to the address of the answer, and nothing beside them."""
    address, (first, second), _ = play(uploading.upload(context(), ONE), reply(200, URLS), reply(204))

    assert address == "https://cdn.test/0"
    assert (first.method, first.url, first.body) == (
        "POST",
        "https://rest.lab.test/uploads",
        b'{"name": "my_clip.mp4", "type": "video/mp4", "bytes": 64}',
    )
    assert dict(first.headers) == {
        "content-type": "application/json",
        "accept": "application/json",
        "Authorization": "Key secret-key",
    }
    assert (first.file, first.stall, round(first.timeout, 6)) == (None, 30.0, round(30.0 + 57 / 100_000, 6))
    assert (second.method, second.url, second.body, second.file) == ("PUT", "https://store.test/0", None, CLIP)
    assert dict(second.headers) == {"Content-Type": "video/mp4", "accept": "*/*", "content-length": "64"}
    assert (second.stall, round(second.timeout, 6), second.secret_query) == (30.0, round(30.0 + 64 / 100_000, 6), "")


def test_a_key_in_the_query_goes_to_the_provider_alone() -> None:
    """And what protocols say of headers and keys is none of an upload's."""
    own = context(credential=Credential("LAB_KEY", "{key}", ("rest",), query="key"), headers={"x-lab": "1"})
    own = replace(
        own,
        model=replace(
            own.model,
            protocol=replace(
                lab.QUEUE,
                headers={"x-queue": "1"},
                credential=Credential("LAB_KEY", "Bearer {key}", ("rest",), "x-own"),
            ),
        ),
    )
    _, (first, second), _ = play(uploading.upload(own, ONE), reply(200, URLS), reply(204))

    assert (str(first.secret_query), second.secret_query) == ("key=secret-key", "")
    assert dict(first.headers) == {"content-type": "application/json", "accept": "application/json", "x-lab": "1"}


@pytest.mark.parametrize(
    ("answers", "tries", "slept", "words"),
    [
        ([reply(503)] * 9, 3, None, "503"),
        ([Broken("reset")] * 9, 3, None, "reset"),
        ([reply(429, None, **{"retry-after": "60"})] * 9, 3, [60.0, 60.0], "429"),
        ([reply(429, None, **{"retry-after": "61"})] * 9, 1, [], "429"),
        (
            [reply(200, {"upload_url": "https://store.test/0"})] * 9,
            3,
            None,
            "step 1 was answered without anything at '/file_url'",
        ),
        ([reply(200, {**URLS, "file_url": True})] * 9, 3, None, "without anything at '/file_url'"),
        ([reply(200, {**URLS, "file_url": ""})] * 9, 3, None, "without anything at '/file_url'"),
        ([reply(400, {"error": "no secret-key"})], 1, [], "no ***"),
        ([Unreadable("my_clip.mp4 cannot be read (gone)")], 1, [], "my_clip.mp4 cannot be read (gone)"),
        ([reply(200, {**URLS, "upload_url": "ftp://x"})], 1, [], "step 2 should go to 'ftp://x', which is no address"),
        ([reply(200, URLS), reply(403, "x" * 300)], 2, [], "HTTP 403: '\"" + "x" * 199 + "'"),
        ([reply(200, URLS), reply(403)], 2, [], "HTTP 403"),
        ([reply(200, URLS), *[reply(500)] * 9], 4, None, "HTTP 500"),
        ([reply(200, {**URLS, "file_url": "cdn/0"}), reply()], 2, [], "its address should be 'cdn/0', which is none"),
    ],
)
def test_an_upload_that_fails(answers: list[Any], tries: int, slept: list[float] | None, words: str) -> None:
    """What may pass is waited out, as often as a read; the rest is told at once, with the answer where there is one."""
    failed, calls, waited = play(uploading.upload(context(options={"read_attempts": 3}), ONE), *answers)

    assert isinstance(failed, UploadFailed)
    assert failed.field == "parts.0.url"
    assert words in str(failed)
    assert "secret-key" not in str(failed)
    assert len(calls) == tries
    assert slept is None or waited == slept
    last = answers[min(tries, len(answers)) - 1]
    if isinstance(last, Reply) and "address" not in words:
        assert failed.answer is last
        if last.status == 400:
            assert isinstance(failed.__cause__, ProviderError)
    elif isinstance(last, BaseException):
        assert failed.__cause__ is last


@pytest.mark.parametrize("value", ["größe", "a\nb", "a\x7f"])
def test_a_header_carries_what_it_can(value: str) -> None:
    """What an answer gives may stand in a header of the next step; nothing is sent that none can carry."""
    steps = (lab.UPLOAD[0], replace(lab.UPLOAD[1], headers={"x-mark": "{file_url}"}))
    failed, calls, _ = play(
        uploading.upload(context(replace(lab.FILES, upload=steps)), ONE), reply(200, {**URLS, "file_url": value})
    )

    assert "step 2 would send characters that no header can carry in x-mark" in str(failed)
    assert len(calls) == 1


def test_a_number_of_an_answer_is_one() -> None:
    """It may stand in an address, as text, and the first place that holds anything counts."""
    steps = (
        UploadStep(Address("rest", "/a"), {}, {"n": ("/none", "/empty", "/n")}),
        UploadStep(Address("rest", "/b/{n}"), {"n": "{n}"}, method="PATCH"),
    )
    files = Files(upload=steps, file_url="https://cdn.test/{n}")
    address, (_, second), _ = play(uploading.upload(context(files), ONE), reply(200, {"n": 7, "empty": ""}), reply())

    assert (address, second.url, second.method, second.body) == (
        "https://cdn.test/7",
        "https://rest.lab.test/b/7",
        "PATCH",
        b'{"n": 7}',
    )


def test_a_step_without_a_body_has_none() -> None:
    """Nor a word about its kind."""
    files = Files(upload=(UploadStep(Address("rest", "/a"), None, method="GET"),), file_url="https://cdn.test/a")
    _, (call,), _ = play(uploading.upload(context(files), ONE), reply())

    assert (call.body, call.file, call.timeout) == (None, None, 30.0)
    assert "content-type" not in call.headers


def test_a_file_is_brought_once_and_what_goes_along_comes_first() -> None:
    """The same file in two places is one upload; what cannot be read is told before anything is sent."""
    small = LocalFile(lab.PNG, "a.png", "image/png", len(lab.PNG))
    along = Sending(("image",), small, 2, inline=True)
    again = replace(ONE, at=("video",))
    payload = {"parts": [{"url": 1}], "video": 1, "image": 1, "steps": 3}
    sent, calls, _ = play(
        uploading.deliver(context(), Examined(payload, (), (ONE, again, along))), reply(200, URLS), reply()
    )

    assert sent == {
        "parts": [{"url": "https://cdn.test/0"}],
        "video": "https://cdn.test/0",
        "image": small.data_uri(),
        "steps": 3,
    }
    assert len(calls) == 2
    assert payload["video"] == 1
    short = replace(along, file=LocalFile(b"a", "a.png", "image/png", 9))
    failed, calls, _ = play(uploading.deliver(context(), Examined(payload, (), (ONE, short))))
    assert (failed.field, calls) == ("image", [])
    assert "it cannot be read (a.png has become shorter since it was looked at)" in str(failed)


def test_whoever_interrupts_an_upload_is_told_what_it_means() -> None:
    """Nothing was submitted. What failed by itself says so already."""
    struck, _, _ = play(
        uploading.deliver(context(), Examined({"a": 1}, (), (replace(ONE, at=("a",)),))), KeyboardInterrupt()
    )
    failed, _, _ = play(uploading.deliver(context(), Examined({"a": 1}, (), (replace(ONE, at=("a",)),))), reply(401))

    assert struck.__notes__ == ["lab/clip: this came while my_clip.mp4 was sent. Nothing was submitted."]
    assert not getattr(failed, "__notes__", [])


def test_a_header_stands_there_once() -> None:
    """The later one, as it is spelt there, at the place of the first."""
    assert uploading.merged({"A": "1", "b": "2"}, {"a": "3"}, {"C": "4"}) == {"a": "3", "b": "2", "C": "4"}
