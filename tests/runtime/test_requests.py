"""Requests are made by hand for speed: they are what the HTTP library would make. Answers are read as it reads them."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest
import reel
from hypothesis import given
from hypothesis import strategies as st

from callsheet.emulator.serving.memory import VirtualClock
from callsheet.runtime import wire as httpx_wire
from callsheet.runtime.steps import Broken, Call

URL = "https://api.reel.test:8443/jobs/j%201?logs=1&x=a%2Fb"
HEADERS = {"accept": "application/json", "X-Key": "secret", "content-type": "application/json"}
CALLS = [
    Call("POST", URL, 20.0, HEADERS, b'{"prompt":"\xc3\xa9"}'),
    Call("POST", URL, 20.0, HEADERS, b""),
    Call("POST", URL, 20.0, {}),
    Call("GET", URL, 5.0, HEADERS, stall=2.0),
    Call("GET", "http://127.0.0.1:8000", 5.0, {"User-Agent": "mine"}, secret_query="key=k%20y"),
    Call("PUT", "https://api.reel.test/cancel", 5.0, HEADERS),
    Call("DELETE", "https://api.reel.test/cancel", 5.0, HEADERS),
]


def seen(request):
    """What a request is, in any order of its headers."""
    headers = sorted((name.lower(), value) for name, value in request.headers.raw)
    return request.method, str(request.url), headers, request.content, request.extensions


@pytest.mark.parametrize("step", CALLS, ids=lambda step: f"{step.method}-{len(step.headers)}")
def test_a_request_is_what_the_library_would_make(on, step):
    """Method, address, headers, body, time-outs: nothing is missing and nothing is added."""
    wire = on.module("_runtime.wire")
    for http in (on.http.Client(), on.http.AsyncClient(), on.http.Client(headers={"x-mine": "1", "ACCEPT": "*/*"})):
        ours = wire.request(step, http, step.body)

        assert seen(ours) == seen(http.build_request(**wire.arguments(step, step.body)))
        assert ours.stream is not None


@pytest.mark.parametrize("given", [{"params": {"a": "1"}}, {"cookies": {"a": "1"}}, {"headers": {"cookie": "b=2"}}])
def test_what_a_client_of_the_callers_adds_is_added(on, given):
    """Its own query, cookies and headers go along, as with everything else that is sent through it."""
    wire = on.module("_runtime.wire")
    http = on.http.Client(**given)

    assert seen(wire.request(CALLS[0], http, CALLS[0].body)) == seen(
        http.build_request(**wire.arguments(CALLS[0], CALLS[0].body))
    )


def test_a_client_that_makes_its_own_requests_is_asked(on):
    """One that signs what it sends, for example."""
    wire = on.module("_runtime.wire")

    class Signing(on.http.Client):
        def build_request(self, *args, **more):
            made = super().build_request(*args, **more)
            made.headers["x-signature"] = "signed"
            return made

    assert wire.request(CALLS[0], Signing(), CALLS[0].body).headers["x-signature"] == "signed"


def test_hooks_see_the_body(on):
    """A caller's hook may log what is sent."""
    bodies = []
    http = on.http.Client(
        transport=on.http.MockTransport(lambda _: on.http.Response(200, json={})),
        event_hooks={"request": [lambda request: bodies.append(request.content)]},
    )

    on.module("_runtime.exchanges").exchange(CALLS[0], http, VirtualClock())

    assert bodies == [CALLS[0].body]


def test_a_client_of_our_own_keeps_no_cookies(on):
    """What a gateway sets is not sent back to it."""
    for made in (on.module("_runtime._http").sync_client(), on.module("_runtime._http").async_client()):
        answer = on.http.Response(200, headers={"set-cookie": "a=1"}, request=on.http.Request("GET", URL))
        made.cookies.extract_cookies(answer)
        made.cookies = {"b": "2"}

        assert not made.cookies
        assert "cookie" not in made.build_request("GET", URL).headers
        assert type(made) in on.module("_runtime._http").PLAIN


def test_a_key_in_the_query_is_not_kept_in_memory(on):
    """Addresses are parsed once; one with a key in it is none of those."""
    wire = on.module("_runtime.wire")
    before = wire._url.cache_info().currsize
    step = Call("GET", "https://secret.reel.test/", 5.0, {}, secret_query="key=very-secret")

    assert wire.request(step, on.http.Client(), None).url.query == b"key=very-secret"
    assert wire._url.cache_info().currsize == before


@given(st.lists(st.tuples(st.sampled_from(["A", "a", "B", "Set-Cookie"]), st.text("xyzé ", min_size=1))))
def test_headers_are_read_as_the_library_reads_them(pairs):
    """By name in lower case, those of one name together, in the encoding that they are in."""
    import httpx  # noqa: PLC0415 - the copy that this test is about

    response = httpx.Response(200, headers=[(name.encode(), value.encode()) for name, value in pairs])

    assert httpx_wire.headers(response) == dict(response.headers.items())


def test_a_header_in_an_old_encoding_is_read():
    """What is no UTF-8 is Latin-1."""
    import httpx  # noqa: PLC0415 - as above

    assert httpx_wire.headers(httpx.Response(200, headers=[(b"X", b"\xe9")])) == {"x": "é"}


class Pieces:
    """A body that comes in pieces."""

    def __init__(self, *pieces):
        self.pieces = pieces

    def __iter__(self):
        yield from self.pieces

    def close(self):
        pass


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_is_read_whole(on, packed):
    """In pieces or not, compressed or not."""
    text = b'{"a": 1}' * 100
    body = gzip.compress(text) if packed else text

    class Body(Pieces, on.http.SyncByteStream):
        pass

    answer = on.http.Response(
        200, headers={"content-encoding": "gzip"} if packed else {}, stream=Body(body[:9], body[9:20], body[20:])
    )
    http = on.http.Client(transport=on.http.MockTransport(lambda _: answer))

    assert on.module("_runtime.exchanges").exchange(CALLS[0], http, VirtualClock()).body == text


def test_an_answer_without_end_is_broken(on, monkeypatch):
    """However small its pieces."""
    exchanges = on.module("_runtime.exchanges")
    monkeypatch.setattr(exchanges, "_LARGEST", 100)

    class Body(Pieces, on.http.SyncByteStream):
        pass

    http = on.http.Client(transport=on.http.MockTransport(lambda _: on.http.Response(200, stream=Body(*[b"x"] * 101))))

    with pytest.raises(Exception, match="longer than 100 bytes") as caught:
        exchanges.exchange(CALLS[0], http, VirtualClock())
    assert type(caught.value).__name__ == Broken.__name__


def test_what_a_context_keeps_is_its_own():
    """Another key, another host: nothing that was worked out before is believed."""
    first = reel.context()
    url = "https://api.reel.test/jobs/j1"

    assert first.headers(url) is first.headers("https://api.reel.test/other")
    assert "secret-key" == first.headers(url)["x-key"]
    assert "x-key" not in first.headers("https://api.reel.test.evil.test/jobs/j1")
    assert "x-key" not in first.headers("https://api.reel.test:444/jobs/j1")
    assert "x-key" not in first.headers("http://api.reel.test/jobs/j1")
    assert "x-key" not in first.headers("https://evil.test?https://api.reel.test/")
    assert "another" == replace(first, key="another").headers(url)["x-key"]
    assert not replace(first, hosts={"api": "https://other.test"}).is_declared(url)
    assert first.is_declared(url)


def test_a_changed_key_in_the_environment_is_taken(monkeypatch):
    """The key is read with each call, though all else is kept."""
    from callsheet_clients.segmind import Segmind  # noqa: PLC0415 - as above

    client = Segmind()
    endpoint = client.wan_animate
    for key in ("one", "two", "two"):
        monkeypatch.setenv("SEGMIND_API_KEY", key)
        assert endpoint._session().context.headers("https://api.segmind.com/x")["x-api-key"] == key
    assert endpoint._session().context is endpoint._session().context
    assert endpoint.with_options(timeout=1)._session().context.options.timeout == 1
