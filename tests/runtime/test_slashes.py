"""Ids and addresses that come from outside: where they lead, and how far the key goes along."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from urllib.parse import unquote, urlsplit

import httpx
import pytest
import reel
from hypothesis import given
from hypothesis import strategies as st
from test_blocking import Play

from callsheet.emulator.serving.memory import VirtualClock
from callsheet.runtime import files, flows
from callsheet.runtime.addresses import Address
from callsheet.runtime.drive import drive
from callsheet.runtime.errors import AnswerWarning, DownloadFailed, UnexpectedAnswer, UnusableHandle
from callsheet.runtime.handle import Handle
from callsheet.runtime.steps import Fetch, Sleep
from callsheet.runtime.tables import Credential, File

AT_URL = File(None, {"file": "/clip"}, "bytes", url="file")


def named(job: str) -> Handle:
    """A job whose id is all that is known of it."""
    return Handle("reel", "clip", "queue", job)


def status_at(path: str):
    """The endpoint with another address of its jobs."""
    urls = {**reel.QUEUE.urls, "status_url": Address("api", path)}
    return reel.of(reel.changed(protocol=replace(reel.QUEUE, urls=urls)))


def test_an_id_keeps_its_slashes_where_the_spec_says_so():
    """`{+request_id}` is several segments, `{request_id}` one; whatever else means something in a URL is encoded."""
    several, one = status_at("/v1/{+request_id}:cancel"), status_at("/v1/{request_id}")

    assert several.job_url(named("models/x/operations/y"), "status_url") == (
        "https://api.reel.test/v1/models/x/operations/y:cancel"
    )
    assert one.job_url(named("models/x"), "status_url") == "https://api.reel.test/v1/models%2Fx"
    assert several.job_url(named("a?b#c/@d%2e"), "status_url") == (
        "https://api.reel.test/v1/a%3Fb%23c/%40d%252e:cancel"
    )


@pytest.mark.parametrize(
    "job", ["../secrets", "a/../../b", "a//b", "/a", "a/", "a/./b", "https://evil.test/x", ".", ""]
)
def test_an_id_that_would_lead_elsewhere_is_refused(job):
    """Nothing is asked, and the error has the handle."""
    with pytest.raises(UnusableHandle, match="leads to no address of Reel") as caught:
        Play(flows.status(status_at("/v1/{+request_id}"), named(job)), []).run()
    assert caught.value.handle.request_id == job


@given(st.lists(st.sampled_from("a/.:?#@%\\ \n{}+é2fFeE"), max_size=12).map("".join))
def test_no_id_leaves_its_place(job):
    """Whatever an id is: it stays on the host and below the path of the spec, or it is refused."""
    for path in ("/v1/jobs/{+request_id}/status", "/v1/jobs/{request_id}/status"):
        try:
            url = status_at(path).job_url(named(job), "status_url")
        except UnusableHandle:
            continue
        parts = urlsplit(url)
        assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("https", "api.reel.test", "", "")
        assert parts.path.startswith("/v1/jobs/")
        assert parts.path.endswith("/status")
        assert posixpath.normpath(parts.path) == parts.path or job == ""
        assert unquote(parts.path) == f"/v1/jobs/{job}/status"


def kept(clip: str, **provider: object):
    """An endpoint whose result names the whole URL of its file, and that result."""
    model = reel.changed(protocol=replace(reel.QUEUE, file=AT_URL))
    context = reel.of(model)
    return replace(context, provider=replace(context.provider, **provider)), reel.outcome(clip)  # type: ignore[arg-type]


def completed(context, outcome):
    """What a flow that asks for nothing comes to."""
    flow = files.complete(context, outcome, None)
    with pytest.raises(StopIteration) as end:
        next(flow)
    return end.value.value


def fetched(context, outcome, tmp_path, *answers):
    """The downloads that saving takes: each as (URL, carries the key, carries the key in its query)."""
    flow, seen, answer, left = files.save(context, outcome, tmp_path / "f"), [], None, list(answers)
    while True:
        try:
            step = flow.send(answer)
        except StopIteration:
            return seen
        answer = None
        if isinstance(step, Fetch):
            seen.append((step.url, "secret-key" in step.headers.values(), "secret-key" in step.secret_query))
            answer = left.pop(0) if left else replace(reel.reply(200, None, raw=b""), size=3)
        assert isinstance(step, Fetch | Sleep)


def onward(to: str, http: int = 302):
    """An answer that sends a request on."""
    return reel.reply(http, None, headers={"location": to}, raw=b"")


def test_a_file_behind_the_key(tmp_path):
    """The key goes along to declared hosts, and nowhere else."""
    for url, keyed in [
        ("https://api.reel.test/f", True),
        ("https://cdn.test/f", False),
        ("http://api.reel.test/f", False),
    ]:
        context, outcome = kept(url)
        assert fetched(context, completed(context, outcome), tmp_path) == [(url, keyed, False)]


def test_a_redirect_takes_the_key_no_further(tmp_path):
    """Each hop is asked anew whether the key may go there; a relative one stays."""
    context, outcome = kept("https://api.reel.test/f:download?alt=media#x")
    hops = [onward("/g"), onward("https://cdn.test/h?sig=1", 307), onward("https://api.reel.test/i", 303)]
    assert fetched(context, completed(context, outcome), tmp_path, *hops) == [
        ("https://api.reel.test/f:download?alt=media", True, False),
        ("https://api.reel.test/g", True, False),
        ("https://cdn.test/h?sig=1", False, False),
        ("https://api.reel.test/i", True, False),
    ]


def test_a_key_that_a_redirect_repeats_is_dropped(tmp_path):
    """A server may send on what it was asked, the query included; the key is not carried out that way."""
    query = Credential("REEL_KEY", "{key}", ("api",), query="key")
    context, outcome = kept("https://api.reel.test/f", credential=query)
    hops = [onward("https://api.reel.test/g?key=secret-key&a=1"), onward("https://cdn.test/h?key=secret%2Dkey")]
    assert fetched(context, completed(context, outcome), tmp_path, *hops) == [
        ("https://api.reel.test/f", False, True),
        ("https://api.reel.test/g?a=1", False, True),
        ("https://cdn.test/h", False, False),
    ]


@pytest.mark.parametrize("to", ["https://cdn.test/secret-key", "ftp://cdn.test/x", "//[", "https://u@cdn.test/x"])
def test_a_redirect_to_nowhere_is_the_end(to, tmp_path):
    """It is followed neither with the key nor without."""
    context, outcome = kept("https://api.reel.test/f")
    with pytest.raises(DownloadFailed, match="HTTP 302"):
        fetched(context, completed(context, outcome), tmp_path, *[onward(to)] * 9)


@pytest.mark.parametrize("http", [301, 302, 303, 307, 308])
def test_every_redirect_is_one(http, tmp_path):
    """Whatever it says of the method: a download is a GET. Other answers lead nowhere."""
    context, outcome = kept("https://api.reel.test/f")
    to = "https://api.reel.test/g"
    assert [url for url, *_ in fetched(context, completed(context, outcome), tmp_path, onward(to, http))][1] == to
    for other in (300, 304, 309):
        context, outcome = kept("https://api.reel.test/f")
        led = fetched(context, completed(context, outcome), tmp_path, onward(to, other))
        assert {url for url, *_ in led} == {"https://api.reel.test/f"}


def test_ten_redirects_are_followed(tmp_path):
    """With one more the file is asked for from the start."""
    context, outcome = kept("https://api.reel.test/f")
    hops = [onward(f"https://api.reel.test/{n}") for n in range(11)]
    assert len(fetched(context, completed(context, outcome), tmp_path, *hops[:10])) == 11
    seen = fetched(context, completed(context, outcome), tmp_path, *hops)
    assert [url.rpartition("/")[2] for url, *_ in seen] == ["f", *map(str, range(10)), "f"]


def test_a_circle_ends(tmp_path):
    """Redirects are followed so often and no more."""
    context, outcome = kept("https://api.reel.test/f")
    with pytest.raises(DownloadFailed, match="HTTP 302"):
        fetched(context, completed(context, outcome), tmp_path, *[onward("https://api.reel.test/f")] * 99)


@pytest.mark.parametrize("clip", ["gs://bucket/clip.mp4", "files/abc", "https://u:p@api.reel.test/x"])
def test_what_is_no_address_is_kept_as_it_came(clip):
    """A result that was paid for is not lost for an address that cannot be asked."""
    context, outcome = kept(clip)
    with pytest.warns(AnswerWarning, match="leads nowhere"):
        assert completed(context, outcome).body == {"clip": clip}


def test_strict_raises_where_a_file_is_nowhere():
    """With the answer, and the job that it is about."""
    context, outcome = kept("files/abc")
    context = replace(context, options=replace(context.options, strict=True))
    with pytest.raises(UnexpectedAnswer, match=r"leads nowhere: .* the result is kept as it came") as caught:
        completed(context, outcome)

    assert (caught.value.answer, caught.value.handle) == (outcome.reply, outcome.handle)


def test_over_http(tmp_path):
    """The same through the HTTP library, which follows redirects by itself only where no key goes along."""
    context, outcome = kept("https://api.reel.test/f")
    seen: list[tuple[str, bool]] = []

    def provider(request: httpx.Request) -> httpx.Response:
        seen.append((str(request.url), "secret-key" in request.headers.values()))
        if request.url.path == "/f":
            return httpx.Response(302, headers={"location": "https://cdn.test/g"})
        if request.url.path == "/g":
            return httpx.Response(302, headers={"location": "https://api.reel.test/h"})
        return httpx.Response(200, content=b"video")

    with httpx.Client(transport=httpx.MockTransport(provider)) as http:
        drive(files.save(context, completed(context, outcome), tmp_path / "f"), http, VirtualClock())

    assert (tmp_path / "f").read_bytes() == b"video"
    assert [url for url, _ in seen] == ["https://api.reel.test/f", "https://cdn.test/g", "https://api.reel.test/h"]
    assert [keyed for _, keyed in seen] == [True, False, False]
