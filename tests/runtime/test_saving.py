"""Results on their way to disk: whole or not there, within limits, and never lost."""

from __future__ import annotations

import asyncio
import base64
import errno
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import lab
import pytest
import reel

from callsheet.emulator.serving.memory import VirtualClock
from callsheet.runtime import disk, outcomes
from callsheet.runtime.disk import store
from callsheet.runtime.errors import AnswerWarning, DownloadFailed, SubmissionUnknown, UnexpectedAnswer
from callsheet.runtime.output import MediaFile
from callsheet.runtime.result import AsyncResult, Result
from callsheet.runtime.session import Session

CLIP = lab.MP4 + bytes(range(256))


class Film(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes piece by piece, and may end in an error."""

    def __init__(self, *pieces: bytes, end: BaseException | None = None, clock: VirtualClock | None = None) -> None:
        self.pieces, self.end, self.clock = pieces, end, clock

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            if self.clock is not None:
                self.clock.advance(10)
            yield piece
        if self.end is not None:
            raise self.end

    async def __aiter__(self):
        for piece in self:
            yield piece


def film(*pieces: bytes, **headers: str) -> httpx.Response:
    """An answer that is a video."""
    return httpx.Response(200, headers={"content-type": "video/mp4", **headers}, stream=Film(*pieces or (CLIP,)))


@pytest.fixture
def server():
    """A server whose every answer is the video."""
    made = lab.Server()
    made.answer = lambda _request: film()
    return made


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """A folder for what comes."""
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


@pytest.fixture
def video(server, spool: Path) -> Result[MediaFile]:
    """A result that is in the spool."""
    return lab.client(server).now.with_options(spool=spool).run(steps=3)


def holding(outcome: outcomes.Outcome, server: lab.Server | None = None, **options: object) -> Result[object]:
    """A result with this outcome."""
    session = Session(reel.context(**options), httpx.Client(transport=server or lab.Server()), VirtualClock())
    return Result(session, outcome, object)


def answered(body: object, media: str | None = "/clip") -> outcomes.Outcome:
    """The outcome of an answer in JSON."""
    model = reel.changed(media=media, protocol=replace(reel.QUEUE, result=replace(reel.QUEUE.result, output="")))
    return outcomes.of_result(reel.of(model), reel.HANDLE, reel.reply(200, body))


def test_a_spooled_file_is_moved(video, spool: Path, tmp_path: Path):
    """It is where it was saved, with the rights of any new file; nothing is left in the spool, and the result knows."""
    here = video.output.path
    assert (here.parent, CLIP, CLIP) == (spool, here.read_bytes(), video.read())
    assert str(here) in repr(video)
    assert len(CLIP) == video.output.size

    inode = here.stat().st_ino
    saved = video.save(tmp_path / "a.mp4")
    (plain := tmp_path / "plain").write_text("x")

    assert (CLIP, inode, plain.stat().st_mode) == (saved.read_bytes(), saved.stat().st_ino, saved.stat().st_mode)
    assert [] == list(spool.iterdir())
    assert saved == video.output.path
    assert str(saved) in repr(video)


def test_a_saved_file_is_saved_again_as_a_copy(video, tmp_path: Path):
    """What belongs to the caller is never moved away, also when it is saved to itself."""
    first = video.save(tmp_path / "a.mp4")
    second = video.save(tmp_path / "b.mp4")

    assert first == video.save(first)
    assert CLIP == first.read_bytes() == second.read_bytes() == video.read()


def test_the_mirror_moves_it_too(server, spool: Path, tmp_path: Path):
    """The same under asyncio."""

    async def save() -> tuple[AsyncResult[MediaFile], Path]:
        video = await lab.async_client(server).now.with_options(spool=spool).run(steps=3)
        assert CLIP == await video.read()
        assert [] == [path.name for path in await video.save_all(tmp_path) if path.suffix != ".mp4"]
        return video, await video.save(tmp_path / "b.mp4")

    video, saved = asyncio.run(save())

    assert CLIP == saved.read_bytes() == video.output.path.read_bytes()
    assert [] == list(spool.iterdir())


@pytest.mark.parametrize("move", [False, True])
def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch, *, move: bool):
    """After a crash it is whole, or it is not there."""
    done: list[str] = []
    synced, renamed = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (done.append(f"fsync of {os.fstat(fd).st_size}"), synced(fd)))
    monkeypatch.setattr(Path, "replace", lambda self, to: (done.append("rename"), renamed(self, to))[1])
    (source := tmp_path / "source").write_bytes(CLIP)

    assert len(CLIP) == disk.store(tmp_path / "a.mp4", source if move else CLIP, move=move)
    assert [f"fsync of {len(CLIP)}", "rename"] == done
    assert (CLIP, not move) == ((tmp_path / "a.mp4").read_bytes(), source.exists())


def test_a_file_of_another_disk_is_copied(video, spool: Path, tmp_path: Path, monkeypatch):
    """Where a file cannot be moved it is copied, and the spool is empty all the same; what was there keeps its mode."""
    renamed = Path.replace

    def over(self, target):
        if self.parent == spool:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return renamed(self, target)

    monkeypatch.setattr(Path, "replace", over)
    target = tmp_path / "a.mp4"
    target.write_text("old")
    target.chmod(0o640)

    assert CLIP == video.save(target).read_bytes()
    assert (0o640, []) == (target.stat().st_mode & 0o777, list(spool.iterdir()))


@pytest.mark.parametrize("code", [errno.EACCES, errno.ENOSPC, errno.EXDEV])
def test_a_save_that_fails_loses_nothing(video, spool: Path, tmp_path: Path, monkeypatch, code: int):
    """Missing rights, a full disk: DownloadFailed says where the file still is, and what was there before stays."""
    target = tmp_path / "a.mp4"
    target.write_text("old")

    def fail(*_args, **_kwargs):
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        with pytest.raises(DownloadFailed, match="still in") as caught:
            video.save(target)
    (kept,) = spool.iterdir()

    assert str(kept) in str(caught.value)
    assert ("old", CLIP, CLIP) == (target.read_text(), kept.read_bytes(), video.save(target).read_bytes())
    assert [target] == [path for path in tmp_path.iterdir() if path.is_file()]


def test_a_spooled_file_that_changed_is_told(video, tmp_path: Path):
    """Its length is what came, or it is not saved; where it is gone, the words say where it was."""
    here = video.output.path
    here.write_bytes(b"cut")
    with pytest.raises(DownloadFailed, match="has 3 bytes now, 320 came"):
        video.save(tmp_path / "a.mp4")

    here.unlink()
    for failing in (lambda: video.save(tmp_path / "a.mp4"), video.read):
        with pytest.raises(DownloadFailed, match=f"it was in {re.escape(str(here))}"):
            failing()
    assert not (tmp_path / "a.mp4").exists()


def test_a_folder_gets_a_name_with_the_right_ending(video, tmp_path: Path):
    """Of the job's id and the kind of file, where there is no address to take it from."""
    assert f"{video.request_id}.mp4" == video.save(tmp_path).name
    inline = base64.b64encode(lab.PNG * 4).decode()
    assert "j1.png" == holding(answered({"clip": inline})).save(tmp_path).name


@pytest.mark.parametrize(
    "clip",
    [
        base64.b64encode(CLIP).decode(),
        f"data:video/mp4;base64,{base64.b64encode(CLIP).decode()}",
        {"url": f"data:video/mp4;base64,{base64.b64encode(CLIP).decode()}", "content_type": "video/mp4"},
        [{"url": f"data:video/mp4;base64,{base64.b64encode(CLIP).decode()}"}],
        "https://cdn.test/c.mp4",
        {"url": "https://cdn.test/c.mp4"},
        [{"url": "https://cdn.test/c.mp4"}],
    ],
    ids=["base64", "data uri", "file that is data", "list of data", "url", "file", "list"],
)
def test_every_form_of_a_file_is_saved_and_read(server, tmp_path: Path, clip: object):
    """Base64, a data URI, an address, a File object, a list of them."""
    result = holding(answered({"clip": clip}), server)

    assert CLIP == result.read() == result.save(tmp_path / "c.mp4").read_bytes()
    assert [CLIP] == [path.read_bytes() for path in result.save_all(tmp_path)]


def test_a_file_that_came_with_the_answer_has_no_address():
    """That is said, and how to get at it."""
    result = holding(answered({"clip": base64.b64encode(CLIP).decode()}))
    with pytest.raises(UnexpectedAnswer, match="came with the answer and has no address; `save` or `read` it"):
        result.url  # noqa: B018 - it raises

    assert result.urls == ()


@pytest.mark.parametrize("media", ["/clip", None])
def test_an_answer_without_a_file_says_so(tmp_path: Path, media: str | None):
    """The answer is attached whole; nothing is written."""
    result = holding(answered({"text": "hello"}, media))
    for failing in (lambda: result.save(tmp_path / "x"), lambda: result.save_all(tmp_path), result.read):
        with pytest.raises(UnexpectedAnswer, match="names no file") as caught:
            failing()
        assert b"hello" in caught.value.answer.body

    assert [] == list(tmp_path.iterdir())


def test_all_files_of_an_answer(server, tmp_path: Path):
    """Each under the name of its address, the main one first; no name is taken twice, nothing is replaced."""
    (tmp_path / "a.png").write_text("mine")
    body = {"clip": {"url": "https://cdn.test/c.mp4"}, "more": [{"url": f"https://cdn.test/{n}/a.png"} for n in "xy"]}
    saved = holding(answered(body), server).save_all(tmp_path)

    assert ["c.mp4", "a-2.png", "a-3.png"] == [path.name for path in saved]
    assert "mine" == (tmp_path / "a.png").read_text()
    assert ["/c.mp4", "/x/a.png", "/y/a.png"] == [request.url.path for request in server.requests]
    with pytest.raises(DownloadFailed, match="there is no folder"):
        holding(answered(body), server).save_all(tmp_path / "none")


@pytest.mark.parametrize(
    ("answer", "options", "words"),
    [
        (lambda _: film(CLIP), {"download_limit": len(CLIP) - 1}, "longer than the 319 bytes"),
        (lambda _: film(CLIP, **{"content-length": "99999"}), {"download_limit": 9999}, "longer than the 9999 bytes"),
        (
            lambda clock: httpx.Response(200, stream=Film(*[b"x"] * 99, clock=clock)),
            {"download_timeout": 55.0},
            "longer than the 55 s",
        ),
    ],
)
def test_a_download_has_limits(tmp_path: Path, answer, options, words: str):
    """In bytes and in seconds, for all of it; beyond them it ends at once, and the words say how to allow more."""
    server = lab.Server()
    result = holding(answered({"clip": "https://cdn.test/c.mp4"}), server, **options)
    server.answer = lambda _request: answer(result._session.clock)
    with pytest.raises(DownloadFailed, match=words) as caught:
        result.save(tmp_path / "c.mp4")

    assert "`download_limit` and `download_timeout` of with_options" in str(caught.value)
    assert (1, []) == (len(server.requests), list(tmp_path.iterdir()))


def test_reading_into_memory_has_a_limit(server):
    """A long file is not for memory."""
    result = holding(answered({"clip": "https://cdn.test/c.mp4"}), server)
    with pytest.raises(DownloadFailed, match=r"longer than the 100 bytes.*`save` it"):
        result.read(limit=100)

    assert CLIP == result.read()


@pytest.mark.parametrize("limit", ["5", True, 1.5])
def test_wrong_limits_are_refused_at_the_door(server, limit: object):
    """Before anything is sent."""
    with pytest.raises(TypeError, match="download_limit"):
        lab.client(server).now.with_options(download_limit=limit)


def run(server: lab.Server, *, mirror: bool, **options: object) -> object:
    """One blocking call."""
    if mirror:
        return asyncio.run(lab.async_client(server).now.with_options(**options).run(steps=3))
    return lab.client(server).now.with_options(**options).run(steps=3)


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda: httpx.Response(200, stream=Film(CLIP, end=httpx.ReadError("reset"))), "reset"),
        (lambda: film(CLIP, **{"content-length": "99999"}), "99999 bytes were announced, 320 came"),
        (lambda: film(CLIP, CLIP), "longer than the 400 bytes"),
    ],
)
def test_what_came_of_a_paid_file_is_kept(spool: Path, answer, words: str, *, mirror: bool):
    """A call that breaks off, or brings more than is allowed: the outcome is unknown, and the bytes are there."""
    server = lab.Server()
    server.answer = lambda _request: answer()
    with pytest.raises(SubmissionUnknown, match=words) as caught:
        run(server, mirror=mirror, spool=spool, download_limit=400)

    assert CLIP == caught.value.partial.read_bytes()[: len(CLIP)]
    assert [caught.value.partial] == list(spool.iterdir())
    assert 1 == len(server.requests)


@pytest.mark.parametrize("mirror", [False, True])
def test_a_full_disk_is_an_unknown_outcome(server, spool: Path, monkeypatch, *, mirror: bool):
    """The call was sent: a fault of the disk is told as what it means for money."""
    opened = Path.open

    class Full:
        def __init__(self, file):
            self.file = file

        def write(self, chunk):
            self.file.write(chunk[:10])
            raise OSError(errno.ENOSPC, "No space left on device")

        def close(self):
            self.file.close()

    def open_(self, mode="r", *args, **kwargs):
        file = opened(self, mode, *args, **kwargs)
        return Full(file) if self.parent == spool and mode == "wb" else file

    monkeypatch.setattr(Path, "open", open_)
    with pytest.raises(SubmissionUnknown, match="No space left on device") as caught:
        run(server, mirror=mirror, spool=spool)

    assert CLIP[:10] == caught.value.partial.read_bytes()


def test_ctrl_c_keeps_what_came(spool: Path):
    """The note says where."""
    server = lab.Server()
    server.answer = lambda _request: httpx.Response(200, stream=Film(CLIP, end=KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt) as caught:
        run(server, mirror=False, spool=spool)
    (kept,) = spool.iterdir()

    assert any(str(kept) in note for note in caught.value.__notes__)


def test_a_page_in_place_of_a_file_is_told_and_kept(spool: Path):
    """It warns, or raises where that is asked for; either says where it is."""
    server = lab.Server()
    server.answer = lambda _request: httpx.Response(200, headers={"content-type": "text/html"}, stream=Film(b"<html>"))
    with pytest.warns(AnswerWarning, match=r"is text/html; it is kept in"):
        video = run(server, mirror=False, spool=spool)
    with pytest.raises(UnexpectedAnswer, match="is text/html; it is kept in"):
        run(server, mirror=False, spool=spool, strict=True)

    assert b"<html>" == video.read()
    assert 2 == len(list(spool.iterdir()))


def test_a_refused_call_leaves_nothing_behind(spool: Path):
    """An empty spool is removed."""
    server = lab.Server()
    server.answer = lambda _request: httpx.Response(401, json={"error": "no"})
    with pytest.raises(lab.Unauthorized):
        run(server, mirror=False, spool=spool)

    assert [] == list(spool.iterdir())


def test_a_bad_target_is_told_before_a_file_is_moved(video, tmp_path: Path):
    """And the file is still in the spool."""
    for path in ("", tmp_path / "none" / "a.mp4", "a\0b"):
        with pytest.raises(DownloadFailed):
            video.save(path)

    assert video.output.path.exists()


def test_moving_a_file_to_itself_keeps_it(tmp_path: Path):
    """Whatever a caller does with paths."""
    path = tmp_path / "a"
    path.write_bytes(b"x")

    assert (1, b"x") == (store(path, path, move=True), path.read_bytes())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "no path was given"),
        ("{}/none/", "there is no folder {}/none"),
        ("{}/none/a.mp4", "there is no folder {}/none"),
        ("{}/pipe", "{}/pipe is no regular file"),
        ("{}/a\0b", "is no file to write to"),
    ],
)
def test_where_no_file_can_be_written(server, tmp_path: Path, given: str, words: str):
    """It is said before anything is fetched."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DownloadFailed) as caught:
        holding(answered({"clip": "https://cdn.test/c.mp4"}), server).save(given.format(tmp_path))

    assert words.format(tmp_path) in str(caught.value)
    assert [] == server.requests
