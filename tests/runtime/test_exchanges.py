"""One exchange at its edges, blocking and with asyncio alike: redirects, limits, kinds, what a failure means."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import httpx
import pytest

from callsheet.emulator.clock import VirtualClock
from callsheet.runtime import downloads, exchanges
from callsheet.runtime.steps import Broken, Call, Fetch, Heard, Listen, NotSent, Reply, TooMuch

PAIRS = {
    exchanges.exchange: exchanges.aexchange,
    exchanges.listen: exchanges.alisten,
    downloads.fetch: downloads.afetch,
}


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes piece by piece, each a second after the other."""

    def __init__(self, clock: VirtualClock, pieces: list[bytes]) -> None:
        self.clock, self.pieces, self.taken, self.closed = clock, pieces, 0, 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.clock.advance(1.0)
            self.taken += 1
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece

    def close(self) -> None:
        self.closed += 1

    async def aclose(self) -> None:
        self.closed += 1


@pytest.fixture(params=["blocking", "asyncio"])
def play(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Carries out one step, through a client of the caller's that would follow redirects; the requests are kept."""

    def blocking(do: Any, step: Any, answer: Any, clock: VirtualClock | None = None) -> Any:
        with httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True) as http:
            return do(step, http, clock or VirtualClock())

    def with_asyncio(do: Any, step: Any, answer: Any, clock: VirtualClock | None = None) -> Any:
        async def run() -> Any:
            async with httpx.AsyncClient(transport=httpx.MockTransport(answer), follow_redirects=True) as http:
                return await PAIRS[do](step, http, clock or VirtualClock())

        return asyncio.run(run())

    return blocking if request.param == "blocking" else with_asyncio


class Led:
    """Answers with a redirect to another host, and there with a file."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        if request.url.host == "reel.test":
            return httpx.Response(307, headers={"location": "https://elsewhere.test/x"})
        return httpx.Response(200, content=b"file")


def call(**parts: Any) -> Call:
    """A request with half a minute."""
    return Call("GET", "https://reel.test/x", 30.0, **parts)


def fetch(**parts: Any) -> Fetch:
    """A download into memory."""
    return Fetch(url="https://reel.test/x", path=None, timeout=30.0, **parts)


def listen(take: Callable[..., Heard] = lambda *_: Heard()) -> Listen:
    """A stream."""
    return Listen(call(), take, until=30.0)


def test_no_call_is_led_elsewhere(play: Callable[..., Any]) -> None:
    """The key would go along, whatever the caller's own client does by itself. The redirect is the answer."""
    led = Led()

    assert play(exchanges.exchange, call(), led).status == 307
    with pytest.raises(Broken, match="the stream was answered with HTTP 307"):
        play(exchanges.listen, listen(), led)
    assert led.asked == ["https://reel.test/x"] * 2


@pytest.mark.parametrize(
    ("parts", "followed"), [({}, True), ({"headers": {"x-key": "k"}}, False), ({"secret_query": "key=k"}, False)]
)
def test_a_download_is_led_on_unless_the_key_goes_along(
    play: Callable[..., Any], parts: dict[str, Any], *, followed: bool
) -> None:
    """Storage is often somewhere else; a file behind the key is the provider's own."""
    led = Led()
    reply: Reply = play(downloads.fetch, fetch(**parts), led)

    assert (reply.status, reply.body, reply.size) == ((200, b"file", 4) if followed else (307, b"", None))
    assert len(led.asked) == 1 + followed


@pytest.mark.parametrize(
    ("pieces", "headers", "parts", "fault"),
    [
        ([b"12345", b"67890"], {}, {"largest": 10}, None),
        ([b"12345", b"678901"], {}, {"largest": 10}, "longer than the 10 bytes"),
        ([b"1"], {"content-length": "11"}, {"largest": 10}, "longer than the 10 bytes"),
        ([b"1", b"2"], {}, {"within": 2.0}, None),
        ([b"1", b"2", b"3"], {}, {"within": 2.0}, "longer than the 2 s"),
        ([], {}, {}, "the file is empty"),
        ([b"12"], {"content-length": "3"}, {}, "3 bytes were announced, 2 came"),
        ([b"<html>"], {"content-type": "Text/HTML; charset=utf-8"}, {}, "a web page came in its place"),
        ([b"<p>"], {"content-type": "text/plain"}, {}, None),
        ([b"123"], {"content-length": "3"}, {}, None),
        ([b"123"], {"content-length": "many"}, {}, None),
    ],
)
def test_a_download_has_its_limits(
    play: Callable[..., Any], pieces: list[bytes], headers: dict[str, str], parts: dict[str, Any], fault: str | None
) -> None:
    """In bytes and in seconds, each to the last; a file that is not what was announced is none."""
    clock = VirtualClock()

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["accept-encoding"] == "identity"
        return httpx.Response(200, headers=headers, stream=Pieces(clock, pieces))

    if fault is None:
        reply: Reply = play(downloads.fetch, fetch(**parts), answer, clock)
        assert (reply.body, reply.size) == (b"".join(pieces), len(b"".join(pieces)))
    else:
        with pytest.raises((TooMuch, Broken), match=fault) as caught:
            play(downloads.fetch, fetch(**parts), answer, clock)
        assert isinstance(caught.value, TooMuch) == ("longer than" in fault)


@pytest.mark.parametrize(
    ("status", "kind", "kept"),
    [
        (200, "video/mp4", True),
        (201, "", True),
        (200, "application/json", False),
        (200, "application/problem+json; charset=utf-8", False),
        (404, "video/mp4", False),
        (302, "video/mp4", False),
    ],
)
def test_an_answer_that_is_a_file_goes_to_its_place(
    play: Callable[..., Any], tmp_path: Path, status: int, kind: str, *, kept: bool
) -> None:
    """What is words about it does not, and is read."""
    spool, clock = tmp_path / "spool", VirtualClock()
    headers = {"content-type": kind} if kind else {}
    reply: Reply = play(
        exchanges.exchange,
        call(spool=spool),
        lambda _: httpx.Response(status, headers=headers, stream=Pieces(clock, [b"ab", b"c"])),
        clock,
    )

    if kept:
        assert (reply.body, reply.size, reply.file, spool.read_bytes()) == (b"", 3, spool, b"abc")
    else:
        assert (reply.body, reply.size, reply.file, spool.exists()) == (b"abc", None, None, False)
    assert (reply.status, reply.at.monotonic) == (status, clock.monotonic())


@pytest.mark.parametrize(
    ("pieces", "parts", "fault"),
    [
        ([b"abc", b"d"], {"largest": 4}, None),
        ([b"abc", b"de"], {"largest": 4}, "the file is longer than the 4 bytes that are allowed"),
        ([b"a"] * 30, {}, None),
        ([b"a"] * 31, {}, "the answer was not complete after 30 s"),
        ([], {}, "the file is empty"),
    ],
)
def test_a_file_that_is_the_answer_has_its_limits(
    play: Callable[..., Any], tmp_path: Path, pieces: list[bytes], parts: dict[str, Any], fault: str | None
) -> None:
    """What came until then is kept: it may have been paid for."""
    spool, clock = tmp_path / "spool", VirtualClock()
    stream = Pieces(clock, pieces)
    with pytest.raises(Broken, match=fault) if fault else nullcontext():
        play(exchanges.exchange, call(spool=spool, **parts), lambda _: httpx.Response(200, stream=stream), clock)

    assert spool.read_bytes() == b"".join(pieces)
    assert stream.closed


@pytest.mark.parametrize(("pieces", "fault"), [(30, None), (31, "the answer was not complete after 30 s")])
def test_an_answer_has_as_long_as_was_said(play: Callable[..., Any], pieces: int, fault: str | None) -> None:
    """One that drips is a broken one."""
    clock = VirtualClock()
    stream = Pieces(clock, [b"a"] * pieces)
    with pytest.raises(Broken, match=fault) if fault else nullcontext():
        assert (
            play(exchanges.exchange, call(), lambda _: httpx.Response(200, stream=stream), clock).body == b"a" * pieces
        )

    assert stream.closed


@pytest.mark.parametrize(
    ("raised", "kind", "words"),
    [
        (httpx.ConnectError("refused"), NotSent, "ConnectError: refused"),
        (httpx.ConnectTimeout(""), NotSent, "ConnectTimeout"),
        (httpx.PoolTimeout("busy"), NotSent, "PoolTimeout: busy"),
        (httpx.ReadTimeout("slow"), Broken, "ReadTimeout: slow"),
        (TimeoutError(), Broken, "the answer was not complete in time"),
        (OSError(5, "broken"), Broken, "OSError: [Errno 5] broken"),
        (KeyError("hook"), Broken, "KeyError: 'hook'"),
        (NotSent("said before"), NotSent, "said before"),
    ],
)
def test_what_a_failure_means(play: Callable[..., Any], raised: Exception, kind: type[Exception], words: str) -> None:
    """Only what made no connection was certainly not sent."""

    def fail(_request: httpx.Request) -> httpx.Response:
        raise raised

    for do, step in ((exchanges.exchange, call()), (exchanges.listen, listen())):
        with pytest.raises((NotSent, Broken)) as caught:
            play(do, step, fail)
        assert (type(caught.value), str(caught.value)) == (kind, words)


def test_a_fault_of_the_callers_own_file_stays_what_it_is(play: Callable[..., Any], tmp_path: Path) -> None:
    """A full disk is none of the exchange."""

    def fail(_request: httpx.Request) -> httpx.Response:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(PermissionError):
        play(downloads.fetch, Fetch(url="https://reel.test/x", path=tmp_path / "a", timeout=30.0), fail)


def test_a_stream_is_left_when_it_says_that_it_is_done(play: Callable[..., Any]) -> None:
    """Nothing is read after the last event; each comes with its time."""
    clock, taken = VirtualClock(), []
    stream = Pieces(clock, [b"data: a\n\ndata: b\n\n", b"data: c\n\ndata: d\n\n", b"data: e\n\n"])

    def take(event: str, moment: Any) -> Heard:
        taken.append((event, moment.monotonic - start))
        return Heard(None, event == "c")

    start = clock.monotonic()
    play(exchanges.listen, listen(take), lambda _: httpx.Response(200, stream=stream), clock)

    assert taken == [("a", 1.0), ("b", 1.0), ("c", 2.0)]
    assert (stream.taken, bool(stream.closed)) == (2, True)


@pytest.mark.parametrize("status", [201, 204, 206, 404])
def test_a_stream_comes_with_one_status(play: Callable[..., Any], status: int) -> None:
    """Whatever else is answered is none, and polling takes over."""
    with pytest.raises(Broken, match=f"the stream was answered with HTTP {status}"):
        play(exchanges.listen, listen(), lambda _: httpx.Response(status))
