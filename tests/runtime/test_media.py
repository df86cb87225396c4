"""Files in the place of addresses: judged with all the rest, sent along or uploaded, before anything is submitted."""

from __future__ import annotations

import asyncio
import base64
import io
import pickle
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import httpx
import lab
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.runtime import localfile, magic, media
from callsheet.runtime.addresses import Address
from callsheet.runtime.errors import InvalidInput, MissingKey
from callsheet.runtime.file_errors import UploadFailed
from callsheet.runtime.offers import Files, UploadStep

URL = "https://x.test/a.png"


def uri(content: bytes, kind: str = "image/png") -> str:
    """The data URI of a file."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


@pytest.fixture
def server():
    """Lab, in memory."""
    return lab.Server()


@pytest.fixture
def png(tmp_path: Path) -> Path:
    """A small picture."""
    path = tmp_path / "cat.png"
    path.write_bytes(lab.PNG)
    return path


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A film of three megabytes."""
    path = tmp_path / "my film (1).mp4"
    path.write_bytes(lab.MP4 + bytes(3_000_000))
    return path


def faults(error: InvalidInput) -> dict[str, str]:
    """What is wrong, by parameter."""
    return {violation.field: violation.message for violation in error.violations}


@pytest.mark.parametrize("form", ["path", "bytes", "bytearray", "file", "memory"])
def test_a_small_file_goes_along_as_a_data_uri(server, png: Path, form: str):
    """A path, bytes or an open file becomes the address that holds it: one request in all."""
    with png.open("rb") as file:
        given = {
            "path": png,
            "bytes": lab.PNG,
            "bytearray": bytearray(lab.PNG),
            "file": file,
            "memory": io.BytesIO(lab.PNG),
        }
        lab.client(server).clip.submit(image=given[form], steps=3)

    assert [{"image": uri(lab.PNG), "steps": 3}] == server.submitted
    assert 1 == len(server.requests)


def test_a_large_file_is_uploaded_first(server, large: Path):
    """Above a megabyte it is uploaded: the key goes to the declared host, never to the address that is given."""
    lab.client(server).clip.submit(video=large)
    first, second, third = server.requests

    assert ("POST", "rest.lab.test", "Key secret-key") == (first.method, first.url.host, first.headers["authorization"])
    assert b'{"name": "my_film_1_.mp4", "type": "video/mp4", "bytes": 3000064}' == first.extensions["body"]
    assert ("PUT", "https://store.test/0?sig=x") == (second.method, str(second.url))
    assert "authorization" not in second.headers
    assert ("3000064", "video/mp4") == (second.headers["content-length"], second.headers["content-type"])
    assert "transfer-encoding" not in second.headers
    assert large.read_bytes() == server.stored["https://cdn.test/0.bin"]
    assert max(server.pieces) <= 2**18
    assert ("api.lab.test", [{"video": "https://cdn.test/0.bin"}]) == (third.url.host, server.submitted)


def test_the_two_clients_send_the_same(large: Path, png: Path):
    """The mirror for asyncio sends the same requests, in the same order."""
    one, other = lab.Server(), lab.Server()
    lab.client(one).clip.submit(video=large, image=png, frames=[URL, lab.PNG])
    asyncio.run(lab.async_client(other).clip.submit(video=large, image=png, frames=[URL, lab.PNG]))

    for ours, theirs in zip(one.requests, other.requests, strict=True):
        assert (ours.method, ours.url, ours.extensions["body"]) == (
            theirs.method,
            theirs.url,
            theirs.extensions["body"],
        )
        assert ours.headers.get("authorization") == theirs.headers.get("authorization")


def test_reading_does_not_hold_up_an_event_loop(server, large: Path, monkeypatch):
    """Under asyncio a file is looked at and read in other threads."""
    threads = set()
    opened = Path.open

    def spy(self, *args, **kwargs):
        threads.add(threading.get_ident())
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", spy)
    asyncio.run(lab.async_client(server).clip.submit(video=large))

    assert threads
    assert threading.get_ident() not in threads


def test_the_same_file_is_uploaded_once(server, large: Path):
    """However often it stands in an input, and however it was given."""
    content = lab.PNG + bytes(2_000_000)
    with large.open("rb") as file:
        lab.client(server).clip.submit(video=file, frames=[content, URL, content], image=content, sound=file)

    assert 2 == len(server.stored)
    (body,) = server.submitted
    first, address, second = body["frames"]
    assert (URL, second, body["image"], body["video"]) == (address, first, first, body["sound"])


def test_files_within_lists_and_objects(server, png: Path):
    """Wherever an address may stand a file may, too; what the caller gave is not touched."""
    given = {"frames": [png, URL], "parts": [{"url": png, "scale": 1.5}, {"url": URL}], "steps": 3}
    before = repr(given)
    lab.client(server).clip.submit(**given)

    assert [
        {"frames": [uri(lab.PNG), URL], "parts": [{"url": uri(lab.PNG), "scale": 1.5}, {"url": URL}], "steps": 3}
    ] == server.submitted
    assert before == repr(given)


def test_an_open_file_is_read_from_where_it_stands(server):
    """And left there, so that it can be given again."""
    file = io.BytesIO(b"skip" + lab.PNG)
    file.seek(4)
    clip = lab.client(server).clip
    clip.submit(image=file)
    clip.submit(image=file)

    assert [{"image": uri(lab.PNG)}] * 2 == server.submitted
    assert 4 == file.tell()


class Pipe(io.RawIOBase):
    def readable(self):
        return True

    def readinto(self, _buffer):
        return 0


class Awaited:
    async def read(self, _size=-1):
        return b""


def closed() -> io.BytesIO:
    """A file that was closed."""
    file = io.BytesIO(lab.PNG)
    file.close()
    return file


def at_end() -> io.BytesIO:
    """A file that was read."""
    file = io.BytesIO(lab.PNG)
    file.read()
    return file


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: folder / "none.png", "there is no file"),
        (lambda _: Path("~/none.png"), "`~` is not expanded"),
        (lambda folder: folder, "is a folder"),
        (lambda _: Path("/dev/null"), "is no regular file"),
        (lambda _: Path("a\0b"), "null"),
        (lambda _: b"", "is empty"),
        (lambda _: at_end(), "rewind it"),
        (lambda _: closed(), "closed file"),
        (lambda _: io.StringIO("<html>"), "open it with mode 'rb'"),
        (lambda _: Pipe(), "cannot be read twice"),
        (lambda _: Awaited(), "has to be awaited"),
        (lambda _: lab.MP4, "is video/mp4 by its first bytes, an image is expected"),
        (lambda _: b"<!doctype html><title>404</title>", "is text, an image is expected"),
        (lambda _: bytes(range(256)), "is nothing that is known here by its first bytes, an image is expected"),
    ],
)
def test_what_is_no_such_file_is_told(server, tmp_path: Path, make, words: str):
    """Missing, empty, of another kind, open as text …: InvalidInput with the field, and nothing is sent."""
    with pytest.raises(InvalidInput) as caught:
        lab.client(server).clip.submit(image=make(tmp_path))

    assert words in faults(caught.value)["image"]
    assert [] == server.requests
    assert str(caught.value) == str(pickle.loads(pickle.dumps(caught.value)))  # noqa: S301 - our own bytes


def test_a_file_that_must_not_be_read_is_told(server, png: Path, monkeypatch):
    """The machine's own words come along."""

    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InvalidInput, match=r"cat\.png cannot be read \(Permission denied\)"):
        lab.client(server).clip.submit(image=png)


def test_all_faults_come_at_once(server, tmp_path: Path, png: Path):
    """Those of files and those of everything else, in the order of the parameters; a good file hides none."""
    with pytest.raises(InvalidInput) as caught:
        lab.client(server).clip.submit(
            steps=99, video=png, image=tmp_path / "none.png", frames=[png] * 4, parts=[{"url": lab.MP4}], stpes=1
        )

    assert ["image", "video", "frames", "parts.0.url", "steps", "stpes"] == [v.field for v in caught.value.violations]
    assert [] == server.requests


def test_validate_takes_files_offline(png: Path, tmp_path: Path, monkeypatch):
    """No key, no connection; the same faults as a submission would have."""
    monkeypatch.delenv("LAB_KEY", raising=False)
    with lab.Lab(http=httpx.Client(transport=httpx.MockTransport(lambda _: pytest.fail("sent")))) as client:
        assert () == client.clip.validate({"image": png, "frames": [png]})
        assert ["image"] == [v.field for v in client.clip.validate({"image": tmp_path / "no.png"})]
        with pytest.raises(MissingKey):
            client.clip.submit(image=png)


def test_text_is_never_taken_for_a_path(server, png: Path, monkeypatch):
    """A text that names a file is refused with the way to give the file; other text is judged as ever."""
    monkeypatch.chdir(png.parent)
    clip = lab.client(server).clip
    for text in ("cat.png", str(png), f"file://{png}"):
        (violation,) = clip.validate({"image": text})
        assert ("image", "file", text) == (violation.field, violation.fact, violation.given)
        assert "give it as Path(" in violation.message

    assert "not a URI" in clip.validate({"image": "dog.png"})[0].message
    assert () == clip.validate({"image": "file:///no/such.png"})
    assert "takes no files" in lab.client(server, files=None).clip.validate({"image": "cat.png"})[0].message


def test_a_path_where_no_file_is_taken_is_refused(server, png: Path):
    """A parameter that is no file's takes no path, and nothing is read."""
    assert "no JSON value" in lab.client(server).clip.validate({"short": png})[0].message


@pytest.mark.parametrize("files", [None, Files()])
def test_a_provider_that_takes_no_files(server, png: Path, files):
    """The words say what to do instead."""
    with pytest.raises(InvalidInput, match="Lab takes no files with a request: put it where it has an address"):
        lab.client(server, files=files).clip.submit(image=png)

    assert [] == server.requests


@pytest.mark.parametrize(
    ("files", "size", "way"),
    [
        (lab.FILES, 2**20, "inline"),
        (lab.FILES, 2**20 + 1, "upload"),
        (lab.FILES, 100_000_001, "at most 67.1 MB as a data URI or 100 MB as an upload"),
        (replace(lab.FILES, largest_data_uri=1000), 900, "upload"),
        (replace(lab.FILES, data_uris=False), 40, "upload"),
        (replace(lab.FILES, data_uris=False, largest_upload=99), 100, "at most 99 bytes as an upload can be sent"),
        (Files(True), 5_000_000, "inline"),
        (Files(True, 1_000_000), 800_000, "at most 1 MB as a data URI can be sent"),
        (Files(True), 60_000_000, "60 MB; at most 67.1 MB as a data URI"),
        (Files(upload=(replace(lab.UPLOAD[0], body="{data_uri}"),)), 70_000_000, "at most 67.1 MB as an upload"),
        (Files(upload=lab.UPLOAD, file_url="{file_url}"), 70_000_000, "upload"),
    ],
)
def test_size_decides_how_a_file_travels(server, tmp_path: Path, files, size: int, way: str):
    """Along with the request up to a megabyte, uploaded above, where both are taken; refused beyond their limits."""
    path = tmp_path / "a.png"
    with path.open("wb") as file:
        file.write(lab.PNG)
        file.truncate(size)
    clip = lab.client(server, files=files).clip
    if way not in {"inline", "upload"}:
        with pytest.raises(InvalidInput) as caught:
            clip.submit(image=path)
        assert way in faults(caught.value)["image"]
        assert [] == server.requests
        return
    clip.submit(image=path)

    assert (way == "upload") is bool(server.stored)
    assert server.submitted[0]["image"].startswith("https://cdn.test" if way == "upload" else "data:image/png;base64,")


def test_many_small_files_do_not_make_a_huge_body(server):
    """Together they are bounded, too: what is beyond four megabytes is uploaded."""
    lab.client(server).clip.submit(parts=[{"url": lab.PNG + bytes([n]) + bytes(900_000)} for n in range(6)])
    ways = [part["url"].partition(":")[0] for part in server.submitted[0]["parts"]]

    assert ["data"] * 3 + ["https"] * 3 == ways


def test_a_parameter_that_takes_no_data_uri_gets_an_upload(server, png: Path):
    """Its own limits count: a data URI that is too long for it is uploaded, or refused where that cannot be."""
    model = replace(lab.MODEL, files={"short": "image"})
    big = lab.PNG + bytes(400)
    clip = lab.client(server).clip
    clip.model = model
    clip.submit(short=big)
    assert "https://cdn.test/0.bin" == server.submitted[0]["short"]

    clip.submit(short=png)
    assert uri(lab.PNG) == server.submitted[1]["short"]

    clip = lab.client(server, files=Files(True)).clip
    clip.model = model
    (violation,) = clip.validate({"short": big})
    assert "as a data URI of 598 characters is not taken there" in violation.message


def test_what_may_pass_is_waited_out(server, large: Path):
    """An upload costs nothing, and is tried again as a read is; the file is sent whole each time."""
    server.wrong = {
        "rest.lab.test": [httpx.Response(503), httpx.ConnectError("refused")],
        "store.test": [
            httpx.ReadTimeout("slow"),
            httpx.Response(500),
            httpx.Response(429, headers={"retry-after": "7"}),
        ],
    }
    client = lab.client(server)
    client.clip.submit(video=large)

    assert (3, 4, 1) == (len(server.to("rest.lab.test")), len(server.to("store.test")), len(server.submitted))
    assert [3_000_064] * 4 == [len(request.extensions["body"]) for request in server.to("store.test")]
    assert 7.0 in client._clock.slept


@pytest.mark.parametrize(
    ("host", "answer", "tries", "words"),
    [
        ("rest.lab.test", httpx.Response(401, json={"error": "bad key secret-key"}), 1, "The key is wrong"),
        ("rest.lab.test", httpx.Response(200, json={}), 5, "step 1 was answered without anything at '/upload_url'"),
        ("rest.lab.test", httpx.Response(200, json={"upload_url": "ftp://x", "file_url": "y"}), 1, "no address"),
        ("store.test", httpx.Response(401, text="<Error>Expired</Error>"), 1, "HTTP 401: '<Error>Expired</Error>'"),
        ("store.test", httpx.Response(307, headers={"location": "https://evil.test"}), 1, "HTTP 307"),
        ("store.test", httpx.Response(503), 5, "HTTP 503"),
        ("store.test", httpx.ConnectError("refused"), 5, "refused"),
    ],
)
def test_an_upload_that_fails_submits_nothing(server, large: Path, host: str, answer, tries: int, words: str):  # noqa: PLR0913, PLR0917 - one case each
    """UploadFailed names parameter and file and says so; the key is not in it, and nobody else gets the file."""
    server.wrong = {host: [answer] * 9}
    with pytest.raises(UploadFailed) as caught:
        lab.client(server).clip.submit(video=large)

    assert ("video", tries) == (caught.value.field, len(server.to(host)))
    assert words in str(caught.value)
    assert "my_film_1_.mp4, 3 MB" in str(caught.value)
    assert str(caught.value).endswith("Nothing was submitted.")
    assert "secret-key" not in str(caught.value)
    assert [] == server.submitted == server.to("evil.test")


def test_the_journal_knows_nothing_of_an_upload_that_fails(server, large: Path):
    """An intent is written down when a submission is about to be sent, not before."""
    lines: list[dict[str, object]] = []
    client = lab.client(server)
    client._journal = lines
    server.wrong = {"store.test": [httpx.Response(403)]}
    with pytest.raises(UploadFailed):
        client.clip.submit(video=large)
    assert [] == lines

    client.clip.submit(video=large)
    assert ["intent", "accepted"] == [line["event"] for line in lines]


@pytest.mark.parametrize("mirror", [False, True])
def test_a_file_that_shrinks_meanwhile_is_no_upload(server, large: Path, mirror: bool):  # noqa: FBT001 - two cases
    """What was looked at and what is sent are the same, or nothing is submitted."""

    def shrink(_request: httpx.Request) -> httpx.Response:
        large.write_bytes(lab.MP4)
        return httpx.Response(200, json={"upload_url": "https://store.test/0", "file_url": "https://cdn.test/0"})

    def submit() -> object:
        if mirror:
            return asyncio.run(lab.async_client(server).clip.submit(video=large))
        return lab.client(server).clip.submit(video=large)

    server.answer = shrink
    with pytest.raises(UploadFailed, match="has become shorter"):
        submit()

    assert ([], []) == (server.submitted, server.to("store.test"))


def test_an_interrupted_upload_says_that_nothing_was_submitted(server, large: Path):
    """Ctrl-C while a file is under way."""

    def interrupt(_request: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    server.answer = interrupt
    with pytest.raises(KeyboardInterrupt) as caught:
        lab.client(server).clip.submit(video=large)

    assert "Nothing was submitted" in caught.value.__notes__[0]


def test_an_upload_of_one_request_with_the_file_as_text(server, large: Path):
    """A provider that takes data URIs at an address of their own, and answers with a list."""
    step = UploadStep(Address("rest", "/asset"), {"data_urls": ["{data_uri}"]}, {"file_url": ("/file_urls/0",)})
    server.answer = lambda request: httpx.Response(
        200, json={"file_urls": ["https://cdn.test/1"]} if request.url.host == "rest.lab.test" else {"id": "j1"}
    )
    lab.client(server, files=Files(upload=(step,), file_url="{file_url}")).clip.submit(video=large)

    sent, _ = server.requests
    assert uri(large.read_bytes(), "video/mp4") in sent.extensions["body"].decode()
    assert [{"video": "https://cdn.test/1"}] == server.submitted


def test_a_token_from_a_first_step_takes_the_place_of_the_key(server, large: Path):
    """A header of a step is sent as it says, once, however the key's own is spelt."""
    steps = (
        UploadStep(Address("rest", "/token"), {}, {"token": ("/token",), "base": ("/base_url",)}),
        UploadStep(
            "{base}/files/upload",
            "{bytes}",
            {"file_url": ("/access_url",)},
            headers={"authorization": "Bearer {token}", "X-File-Name": "{file_name}", "Content-Type": "{content_type}"},
        ),
    )
    answers = {
        "rest.lab.test": {"token": "t1", "base_url": "https://store.test"},
        "store.test": {"access_url": "https://cdn.test/1"},
        "api.lab.test": {"id": "j1"},
    }
    server.answer = lambda request: httpx.Response(200, json=answers[request.url.host])
    lab.client(server, files=Files(upload=steps, file_url="{file_url}")).clip.submit(video=large)
    (sent,) = server.to("store.test")

    assert ["Bearer t1"] == sent.headers.get_list("authorization")
    assert ("my_film_1_.mp4", "video/mp4") == (sent.headers["x-file-name"], sent.headers["content-type"])
    assert [{"video": "https://cdn.test/1"}] == server.submitted


@pytest.mark.parametrize(
    ("head", "types"),
    [
        (b"\xff\xd8\xff\xe0", {"image": "image/jpeg"}),
        (b"RIFF....WEBPVP8 ", {"image": "image/webp"}),
        (b"RIFF....WAVEfmt ", {"audio": "audio/wav"}),
        (b"GIF89a", {"image": "image/gif", "video": "image/gif"}),
        (b"....ftypavif", {"image": "image/avif"}),
        (b"....ftypqt  ", {"video": "video/quicktime"}),
        (b"....ftypM4A ", {"audio": "audio/mp4"}),
        (b"....ftypmp42", {"video": "video/mp4", "audio": "audio/mp4"}),
        (b"....moov", {"video": "video/quicktime"}),
        (b"\x1aE\xdf\xa3...webm", {"video": "video/webm", "audio": "audio/webm"}),
        (b"ID3\x04", {"audio": "audio/mpeg"}),
        (b"\xff\xfb\x90\x00", {"audio": "audio/mpeg"}),
        (b"\xff\xf1\x50\x80", {"audio": "audio/aac"}),
        (b"OggS", {"audio": "audio/ogg", "video": "video/ogg"}),
        (b"fLaC", {"audio": "audio/flac"}),
        (b"<?xml version='1.0'?><svg>", {"image": "image/svg+xml"}),
        ("\ufeff<html>".encode("utf-16-le"), {}),
        (b"G" + bytes(187) + b"G", {"video": "video/mp2t"}),
        (b"BM....\0\0\0\0", {"image": "image/bmp"}),
    ],
)
def test_kinds_are_told_by_first_bytes(head: bytes, types: dict[str, str]):
    """A container may hold sound or pictures; a page in UTF-16 is no music."""
    assert types == magic.types(head)


def test_a_name_helps_where_files_do_not_all_begin_alike():
    """A photo of a camera's own format is sent; a name alone makes no picture of another file."""
    noise = bytes(range(128, 256)) * 4
    with tempfile.NamedTemporaryFile(suffix=".dng") as raw, tempfile.NamedTemporaryFile(suffix=".png") as odd:
        for file in (raw, odd):
            file.write(noise)
            file.flush()

        assert "image/x-adobe-dng" == localfile.look(Path(raw.name), "image").content_type
        assert isinstance(localfile.look(Path(odd.name), "image"), str)


@given(content=st.binary(max_size=600), kind=st.sampled_from(["image", "video", "audio"]))
def test_any_bytes_are_a_file_or_a_reason(content: bytes, kind):
    """Whatever is given, it is described or refused in words; what is sent has the length that was told."""
    seen = localfile.look(content, kind)
    if isinstance(seen, str):
        assert seen
    else:
        assert (content, seen.uri_length) == (b"".join(seen.chunks()), len(seen.data_uri()))
        assert seen.name.isascii()
        assert seen.content_type.partition("/")[0] in {kind, "image"}  # a GIF moves, too


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    ).filter(lambda value: isinstance(value, dict)),
    st.data(),
)
def test_what_is_put_in_stands_there_and_nothing_else_changes(value, data):
    """Other values in some places; the rest is as it was, and so is what was given."""
    places = [(key,) for key in value] + [
        (key, n) for key, inner in value.items() if isinstance(inner, list) for n in range(len(inner))
    ]
    before = repr(value)
    chosen = data.draw(st.sampled_from(places)) if places else None
    made = media.put(value, {chosen: "new"} if chosen else {})

    assert before == repr(value)
    if chosen is None:
        assert made == value
    else:
        inner = made
        for step in chosen:
            inner = inner[step]
        assert "new" == inner
        assert {k: v for k, v in made.items() if k != chosen[0]} == {k: v for k, v in value.items() if k != chosen[0]}
