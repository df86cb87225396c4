"""What a job made reaches the disk whole or not at all; what the caller brings, the provider; no key goes abroad."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, Final, cast

import httpx
import pytest

from callsheet.contract.clients.bench import Bench, has_key, with_key
from callsheet.contract.clients.calls import Caller
from callsheet.contract.clients.faults import Fault, Trouble, no_connection, phase_of
from callsheet.contract.clients.libraries import Handler, as_of
from callsheet.emulator import media

KINDS: Final = {
    "image": ("picture.png", "image/png"),
    "video": ("dance.mp4", "video/mp4"),
    "audio": ("song.wav", "audio/wav"),
}


class Saved:
    """A job that has succeeded, and a folder with an older file in it."""

    def __init__(self, caller: Caller, folder: Path, *faults: Fault) -> None:
        self.bench = Bench(caller, *faults)
        self.path = folder / "video.mp4"
        self.path.write_bytes(b"the older file")

    def save(self, **options: Any) -> bytes:
        """Run a job, save what it made, and give what is there."""
        self.bench.perform(("with_options", options), ("run", {}), ("save", {"path": self.path}))
        return self.path.read_bytes()

    def slowly(self) -> None:
        """From now on a file comes in two pieces, with a second between them, and no length is announced."""
        inner = self.bench.wire.answer

        def answer(request: httpx.Request) -> httpx.Response:
            whole = inner(request)
            if phase_of(self.bench.caller.table, request) != "download":
                return whole
            return httpx.Response(200, stream=Stream(whole.read(), lambda: self.bench.clock.advance(1.0)))

        self.bench.wire.answer = answer

    def unchanged(self) -> bool:
        """The folder is as it was."""
        return [one.name for one in self.path.parent.iterdir()] == ["video.mp4"] and (
            self.path.read_bytes() == b"the older file"
        )


def comes_as_the_answer(caller: Caller) -> bool:
    """Whether the file is the answer to the call itself."""
    return caller.blocking and caller.table.blocking.decode == "bytes"


def test_what_was_made_is_saved(caller: Caller, tmp_path: Path) -> None:
    """Byte for byte, in the place of an older file, in a folder under a name of its own, and in memory."""
    saved = Saved(caller, tmp_path)
    content = saved.save()

    (job,) = saved.bench.emulated.state.jobs.values()
    assert b"ftyp" in content[:16]
    assert [one.name for one in tmp_path.iterdir()] == ["video.mp4"]
    assert saved.bench.perform(("run", {}), ("read", {}))[:16] == content[:16]
    folder = tmp_path / "folder"
    folder.mkdir()
    made = saved.bench.perform(("run", {}), ("save", {"path": folder}))
    assert [made] == [*folder.iterdir()]
    assert b"ftyp" in made.read_bytes()[:16]
    every = folder / "all"
    every.mkdir()
    assert saved.bench.perform(("run", {}), ("save_all", {"folder": every}))[0].read_bytes()[:16] == content[:16]
    assert job.request_id


def test_what_was_downloaded_can_be_fetched_again(way: Caller, tmp_path: Path) -> None:
    """A saved copy is the caller's own: that it was moved or changed is no matter to the result."""
    if comes_as_the_answer(way):
        return
    bench = Bench(way)
    library = way.library
    wire = library.MockTransport(as_of(library, bench.wire))
    with library.Client(transport=wire) as http, way.client(http=http, clock=bench.clock) as client:
        made = way.endpoint(client).run(**bench.payload)
        first = made.save(tmp_path / "first.mp4").read_bytes()
        (tmp_path / "first.mp4").unlink()
        assert made.read() == first
        assert made.save(tmp_path / "second.mp4").read_bytes() == first


def test_the_download_carries_no_key(caller: Caller, tmp_path: Path) -> None:
    """Files lie on any host: the key never goes along. A file that came as the answer is not asked for again."""
    saved = Saved(caller, tmp_path)
    saved.save()

    fetched = saved.bench.sent("download")
    assert bool(fetched) != comes_as_the_answer(caller)
    assert with_key(fetched) == []
    assert all(request.method == "GET" for request in fetched)
    assert all(request.headers["accept-encoding"] == "identity" for request in fetched)


def test_a_redirect_takes_no_key_along(caller: Caller, tmp_path: Path) -> None:
    """A file that lies elsewhere is fetched there, without the key. A look that is led elsewhere does not go there."""
    if not comes_as_the_answer(caller):
        saved = Saved(caller, tmp_path, Fault("download", led_to("https://elsewhere.example/a.mp4")))
        saved.bench.wire.answer = _elsewhere(saved.bench.wire.answer)
        assert saved.save() == b"elsewhere"
        assert with_key(saved.bench.sent("download")) == []
    phase: Any = "submit" if caller.blocking else "status"
    bench = Bench(caller, Fault(phase, led_to("https://elsewhere.example/status")))
    bench.wire.answer = _elsewhere(bench.wire.answer)
    try:
        bench.perform(("run", {}))
    except caller.error("CallsheetError"):
        pass
    assert [str(request.url) for request in bench.wire.requests if request.url.host == "elsewhere.example"] == []


def test_a_file_that_is_not_whole_is_not_saved(caller: Caller, tmp_path: Path) -> None:
    """Fewer or more bytes than were announced, none at all, a web page: fetched again, and else DownloadFailed."""
    if comes_as_the_answer(caller):
        return
    for trouble in (short(-1), short(+1), replaced(b"", "video/mp4"), replaced(b"<html>", "Text/HTML; charset=utf-8")):
        once = Saved(caller, tmp_path, Fault("download", trouble))
        assert b"ftyp" in once.save()[:16]
        assert len(once.bench.sent("download")) == 2

        lasting = Saved(caller, tmp_path, Fault("download", trouble, times=100))
        with pytest.raises(caller.error("DownloadFailed")) as caught:
            lasting.save()
        problem: Any = caught.value
        assert lasting.unchanged(), f"{[*tmp_path.iterdir()]} after a download that failed"
        assert len(lasting.bench.sent("download")) == 5
        assert problem.handle is not None


def test_a_download_keeps_to_its_limits(caller: Caller, tmp_path: Path) -> None:
    """A file that is longer than allowed, or takes longer than allowed, is broken off: it is not tried again."""
    if comes_as_the_answer(caller):
        return
    limits: list[dict[str, Any]] = [{"download_limit": 3}, {"download_timeout": 0.0}]
    # An answer that is carried over from one library to another comes at once.
    for options in limits if caller.library is httpx else limits[:1]:
        saved = Saved(caller, tmp_path)
        saved.slowly()
        with pytest.raises(caller.error("DownloadFailed")):
            saved.save(**options)
        assert saved.unchanged()
        assert len(saved.bench.sent("download")) == 1
    saved = Saved(caller, tmp_path)
    with pytest.raises(caller.error("DownloadFailed")):
        saved.bench.perform(("run", {}), ("read", {"limit": 3}))


def test_a_download_is_tried_again(caller: Caller, tmp_path: Path) -> None:
    """A host that cannot be reached, or that does not have the file yet."""
    if comes_as_the_answer(caller):
        return
    for trouble in (no_connection, replaced(b"", "text/plain", 404), replaced(b"", "text/plain", 503)):
        saved = Saved(caller, tmp_path, Fault("download", trouble, times=4))
        assert b"ftyp" in saved.save()[:16]
        assert len(saved.bench.emulated.ledger) == 1


def test_base64_in_the_place_of_a_file_is_saved_as_one(texted: Caller, tmp_path: Path) -> None:
    """Where an input asks for text, the file is in the answer: nothing is fetched, and what is saved is the file."""
    saved = Saved(texted, tmp_path)
    when = texted.model.spec.output.base64_when
    assert when is not None
    saved.bench.payload |= {name: test.one_of[0] for name, test in when.criteria.items() if test.one_of}

    assert b"ftyp" in saved.save()[:16]
    assert saved.bench.sent("download") == []


def test_the_key_goes_to_declared_hosts_only(queued: Caller) -> None:
    """An answer that names addresses elsewhere gets neither the key nor the poll."""
    bench = Bench(queued)
    inner = bench.wire.answer

    def elsewhere(request: httpx.Request) -> httpx.Response:
        answer = inner(request)
        body = answer.json()
        names = {*queued.table.protocol.submit.urls} if request.method == "POST" else set(body)
        named = {key: _abroad(value) if key in names else value for key, value in body.items()}
        return httpx.Response(answer.status_code, json=named)

    bench.wire.answer = elsewhere

    bench.perform(("run", {}))

    hosts = {httpx.URL(url).host for url in queued.provider.table.hosts.values()}
    asked = {request.url.host for request in bench.wire.requests}
    assert {request.url.host for request in bench.wire.requests if has_key(request)} <= hosts
    assert asked <= hosts, f"asked {asked - hosts}, which the spec does not declare"


def test_a_file_of_the_callers_is_brought(filed: Caller, tmp_path: Path) -> None:
    """A small one goes along where the provider takes that; else each request of the upload, before the submission.

    The key goes to declared hosts alone. What came of it stands in the input.
    """
    files = filed.provider.table.files
    assert files is not None
    kind = next(iter(filed.table.files.values()))
    name, content_type = KINDS[kind]
    for padding in (0, 1_200_000):
        bench = Bench(filed)
        path = tmp_path / name
        content = media.content(kind, "x") + bytes(padding)
        path.write_bytes(content)
        field = next(iter(filed.table.files))
        bench.perform((filed.sends, {field: path}))
        *uploads, submission = bench.wire.requests
        given = json.loads(submission.content)
        address = next(text for text in _texts(given) if text not in _texts(bench.payload))
        uri = f"data:{content_type};base64,{base64.b64encode(content).decode()}"

        assert (address == uri) == (files.data_uris and padding == 0)
        assert len(uploads) == (0 if address == uri else len(files.upload))
        assert [bool(has_key(request)) for request in uploads] == [
            not isinstance(step.to, str) for step, _ in zip(files.upload, uploads, strict=False)
        ]
        for step, request in zip(files.upload, uploads, strict=False):
            assert step.method == request.method
            assert content in request.content or uri.encode() in request.content or name.encode() in request.content
            for header, text in step.headers.items():
                assert text.replace("{content_type}", content_type) == request.headers[header]


def test_a_file_that_cannot_be_sent_is_refused(filed: Caller, tmp_path: Path) -> None:
    """One that is not there, that is empty, or of another kind: InvalidInput names the field, and nothing is sent."""
    field = next(iter(filed.table.files))
    empty, words = tmp_path / "empty.mp4", tmp_path / "words.txt"
    empty.touch()
    words.write_text("no file of that kind")
    for wrong in (tmp_path / "nowhere.mp4", empty, words, tmp_path):
        bench = Bench(filed)
        with pytest.raises(filed.error("InvalidInput")) as caught:
            bench.perform((filed.sends, {field: wrong}))
        problem: Any = caught.value
        assert {violation.field for violation in problem.violations} == {field}
        assert bench.wire.requests == []


def test_an_upload_that_fails_submits_nothing(filed: Caller, tmp_path: Path) -> None:
    """UploadFailed after a few tries: nothing was submitted, and nothing was charged."""
    files = filed.provider.table.files
    kind = next(iter(filed.table.files.values()))
    path = tmp_path / KINDS[kind][0]
    path.write_bytes(media.content(kind, "x") + bytes(1_200_000))
    bench = Bench(filed)
    inner = bench.wire.answer
    submit = filed.table.protocol.submit
    host = httpx.URL(filed.provider.table.hosts[submit.host]).host

    def broken(request: httpx.Request) -> httpx.Response:
        return inner(request) if request.url.host == host else httpx.Response(503, json={})

    bench.wire.answer = broken
    if files is None or not files.upload:
        return
    with pytest.raises(filed.error("UploadFailed")):
        bench.perform((filed.sends, {next(iter(filed.table.files)): path}))

    assert bench.emulated.ledger == ()
    assert len(bench.wire.requests) > 1


def led_to(url: str) -> Trouble:
    """A redirect."""
    return lambda _answer, _request: httpx.Response(302, headers={"location": url})


def short(by: int) -> Trouble:
    """The file with another length than was announced."""

    def cut(answer: Handler, request: httpx.Request) -> httpx.Response:
        whole = answer(request)
        content = whole.read()
        made = httpx.Response(200, headers=[("content-type", "video/mp4")], stream=Stream(content))
        made.headers["content-length"] = str(len(content) - by)
        return made

    return cut


class Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body whose length nobody looks at on the way."""

    def __init__(self, content: bytes, between: Callable[[], object] = lambda: None) -> None:
        self._content = content
        self._between = between

    def __iter__(self) -> Iterator[bytes]:
        half = len(self._content) // 2
        yield self._content[:half]
        self._between()
        yield self._content[half:]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece


def replaced(content: bytes, kind: str, http: int = 200) -> Trouble:
    """Something else in the place of the file."""
    return lambda _answer, _request: httpx.Response(http, content=content, headers={"content-type": kind})


def _elsewhere(inner: Handler) -> Handler:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"elsewhere") if request.url.host == "elsewhere.example" else inner(request)

    return answer


def _abroad(value: Any) -> Any:
    if not (isinstance(value, str) and value.startswith("http")):
        return value
    return f"https://elsewhere.example{httpx.URL(value).path}"


def _texts(value: object) -> list[str]:
    """Every text within a value."""
    match value:
        case str():
            return [value]
        case dict():
            return [text for one in cast("dict[str, object]", value).values() for text in _texts(one)]
        case list():
            return [text for one in cast("list[object]", value) for text in _texts(one)]
        case _:
            return []
