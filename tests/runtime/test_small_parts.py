"""Polling, back-off, tokens, pointers, judging: the small parts of the engine."""

from __future__ import annotations

import json
import math
import random
import statistics
from typing import Annotated, Literal

import pytest
import reel
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from callsheet.runtime import plainjson, polling
from callsheet.runtime.context import Options, is_base_url, is_followable
from callsheet.runtime.formats import URI_PATTERN
from callsheet.runtime.handle import Handle, Update
from callsheet.runtime.job import waiting
from callsheet.runtime.judging import EXACT, Request, judge
from callsheet.runtime.pointer import ABSENT, at
from callsheet.runtime.retry import asked_for, backoff
from callsheet.runtime.targets import file_name


def looks(typical: float, duration: float, floor: float = 0.0) -> tuple[int, float]:
    """How many looks a job of that duration takes, and how late its end is seen."""
    elapsed, count = 0.0, 0
    while elapsed < duration:
        elapsed += polling.pause(elapsed, typical, floor)
        count += 1
    return count, elapsed - duration


@given(typical=st.floats(20, 5000), share=st.floats(0.4, 2.0))
def test_a_job_is_seen_soon_and_looked_at_rarely(typical: float, share: float):
    """Around the typical duration the lag stays within a hundredth of it, and the looks within two hundred."""
    count, lag = looks(typical, typical * share)

    assert count <= 200
    assert lag <= max(2.0, 0.01 * typical * max(1.0, share / 1.5) + 0.01)


@pytest.mark.parametrize("typical", [105.0, 412.91, 674.0])
def test_few_looks_and_little_lag_on_durations_as_they_are(typical: float):
    """Durations that spread around the documented one: at most 85 looks and 0.55 % lag, on average."""
    draw = random.Random(1)  # noqa: S311 - durations, not secrets
    jobs = [typical * draw.lognormvariate(0, 0.25) for _ in range(2000)]
    seen = [(*looks(typical, seconds), seconds) for seconds in jobs]

    assert statistics.mean(count for count, _, _ in seen) <= 85
    assert statistics.mean(lag / seconds for _, lag, seconds in seen) <= 0.0055


@given(elapsed=st.floats(0, 1e6), typical=st.none() | st.floats(0.1, 1e5), floor=st.floats(0, 60))
def test_no_two_looks_are_closer_than_documented(elapsed: float, typical: float | None, floor: float):
    """The pause is never below the documented interval, nor below half a second."""
    assert polling.pause(elapsed, typical, floor) >= max(floor, 0.5)


@pytest.mark.parametrize(("typical", "limit"), [(None, 600.0), (149.0, 600.0), (150.5, 602.0), (1000.0, 4000.0)])
def test_a_wait_lasts_four_times_as_long_as_usual(typical: float | None, limit: float):
    """And ten minutes at least."""
    assert limit == polling.wait_limit(typical)


@pytest.mark.parametrize(
    ("elapsed", "typical", "floor", "seconds"),
    [
        (0.0, 100.0, 0.0, 2.0),
        (3.0, 100.0, 0.0, 3.0),
        (3.0, 100.0, 5.0, 5.0),
        (15.0, 100.0, 0.0, 5.0),
        (19.8, 100.0, 0.0, 0.5),
        (20.0, 100.0, 0.0, 3.0625),
        (20.0, 100.0, 4.0, 4.0),
        (70.0, 100.0, 0.0, 1.0),
        (300.0, 100.0, 0.0, 2.0),
        (120.0, None, 0.0, 1.2),
        (60.0, 20.0, 0.0, 0.5),
        (1e9, 100.0, 0.0, 60.0),
        (1e9, 10_000.0, 0.0, 100.0),
    ],
)
def test_the_pause_until_the_next_look(elapsed: float, typical: float | None, floor: float, seconds: float):
    """Doubling first, then by how long such a job takes; once a minute, or a hundredth of a long one, in the end."""
    assert seconds == pytest.approx(polling.pause(elapsed, typical, floor))


def test_the_last_look_is_at_the_deadline():
    """Where less than the floor would be left after a look, it is put off to the very end."""
    assert (10.0, 4.0, 10.0) == (
        polling.until(10.0, 8.0, 3.0),
        polling.until(10.0, 4.0, 6.0),
        polling.until(10.0, 4.1, 6),
    )


@given(attempt=st.integers(1, 10_000), draw=st.floats(0, 1))
def test_backoff_grows_and_is_bounded(attempt: int, draw: float):
    """A pause before a repetition lies between a quarter of a second and thirty seconds."""
    assert 0.25 <= backoff(attempt, lambda: draw) <= 30.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "12"}, 12.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "Thu, 01 Jan 1970 00:17:00 GMT"}, 20.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:17:00 -0000"}, 20.0),
        ({"retry-after": "Thu, 01 Jan 1970 00:17:00 GMT", "date": "Thu, 01 Jan 1970 00:16:30 GMT"}, 30.0),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None):
    """Seconds or a date; a date counts on the provider's own clock where it tells the time."""
    assert seconds == asked_for(reel.reply(429, None, headers=headers))


@given(request_id=st.text(min_size=1), when=st.none() | st.floats(0, 1e10))
def test_a_token_is_the_whole_handle(request_id: str, when: float | None):
    """A handle comes back from its token as it was."""
    handle = Handle("reel", "clip", "queue", request_id, {"status_url": "https://x.test/é"}, when)

    assert handle == Handle.read(handle.token)


def test_a_token_is_one_line_of_json():
    """What another release, or another language, would have to read; a path stands in it where there is one."""
    bare = Handle("reel", "clip", "queue", "j1")
    full = Handle("reel", "clip", "queue", "j1", {"status_url": "https://x.test/s"}, 5.5, {"mode": "fast"})
    start = '{"callsheet":"handle/1","provider":"reel","model":"clip","protocol":"queue","request_id":"j1",'

    assert bare.token == start + '"urls":{},"submitted_at":null}'
    assert full.token == start + '"urls":{"status_url":"https://x.test/s"},"submitted_at":5.5,"path":{"mode":"fast"}}'
    assert full == Handle.read(full.token)
    assert "reel/clip j1" == str(full)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"callsheet": "handle/2"}, "`callsheet` must be handle/1, with provider, model and id"),
        ({"provider": ""}, "with provider, model and id"),
        ({"model": 5}, "with provider, model and id"),
        ({"protocol": None}, "with provider, model and id"),
        ({"request_id": ""}, "with provider, model and id"),
        ({"urls": ["https://x.test"]}, "`urls` must map names to addresses"),
        ({"urls": {"status_url": 5}}, "`urls` must map names to addresses"),
        ({"path": {"mode": 5}}, "`path` must map names to text"),
        ({"path": None}, "`path` must map names to text"),
    ],
)
def test_what_is_wrong_with_a_token(part: dict[str, object], words: str):
    """One sentence each, the part that is wrong named."""
    token = {**json.loads(Handle("reel", "clip", "queue", "j1").token), **part}
    with pytest.raises(ValueError, match="this is no token of a job: ") as caught:
        Handle.read(json.dumps(token))

    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("told", "read"),
    [(0, 0.0), (5, 5.0), (1e10, 1e10), (1e11, None), (-1, None), (True, None), ("5", None), (None, None)],
)
def test_the_time_of_a_token_may_be_unknown(told: object, read: float | None):
    """One that is none is none, and costs nobody the job."""
    token = {**json.loads(Handle("reel", "clip", "queue", "j1").token), "submitted_at": told}

    assert read == Handle.read(json.dumps(token)).submitted_at


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "BUSY after 9 s"),
        ({"position": 0}, "BUSY, 0 ahead after 9 s"),
        ({"position": 3, "percent": 12.4}, "BUSY, 3 ahead, 12 % after 9 s"),
        ({"percent": 0.0}, "BUSY, 0 % after 9 s"),
    ],
)
def test_an_update_in_words(more: dict[str, object], words: str):
    """What `print` shows of it: no more than is known."""
    update = Update(reel.HANDLE, "BUSY", "running", 8.6, 3, **more)

    assert (words, "j1") == (str(update), update.request_id)


@given(st.text() | st.recursive(st.none() | st.booleans() | st.text(), st.lists).map(json.dumps))
def test_anything_else_is_no_token(text: str):
    """What is no token is refused with a ValueError that says so, whatever it is."""
    with pytest.raises(ValueError, match="no token"):
        Handle.read(text)


def test_a_payload_has_a_million_items_at_most(monkeypatch):
    """All lists and objects together; one more is told. Here it is ten."""
    monkeypatch.setattr(plainjson, "_LARGEST", 10)
    for payload, fine in (
        ([0] * 10, True),
        ([0] * 11, False),
        ({"a": [1, 2], "b": [[3] * 4, 5]}, True),
        ([[1] * 10], False),
    ):
        copier = plainjson.Copier()
        copy = copier.copy(payload, "")

        assert fine == (copy == payload) == (not copier.found)


def test_pointers():
    """RFC 6901: the whole, keys, indexes, escapes; what is not there is not null."""
    document = {"a/b": [{"~": None}]}

    assert document is at(document, "")
    assert None is at(document, "/a~1b/0/~0")
    assert ABSENT is at(document, "/a~1b/1")
    assert ABSENT is at("text", "/x")


class Judge(Request):
    mode: Literal["animation", "replace"]
    steps: Annotated[int, Field(ge=2, le=50)] = 40
    scale: float | None = None
    size: Annotated[Literal[1, 2], EXACT] | None = None
    again: bool = False
    image: Annotated[str | None, Field(pattern=URI_PATTERN)] = None
    none: Annotated[str | None, Field(json_schema_extra={"x-nullable": True})] = None
    class_: Annotated[str | None, Field(alias="class")] = None


GOOD = {"mode": "replace"}


@pytest.mark.parametrize(
    "more",
    [{"steps": 5.0}, {"scale": 3}, {"scale": 1e300}, {"size": 1}, {"size": 2.0}, {"none": None}, {"class": "x"}],
)
def test_right_payloads_pass_and_stay_as_they_are(more):
    """An integral float is an integer, an integer is a number; the payload itself is not touched."""
    payload = {**GOOD, **more}
    before = json.dumps(payload)

    assert () == judge(Judge, payload)
    assert before == json.dumps(payload)


@pytest.mark.parametrize(
    ("more", "field", "fact", "words"),
    [
        ({"mode": "Replace"}, "mode", "enum", "did you mean 'replace'"),
        ({"steps": True}, "steps", "type", "an integer is expected, True (true or false) was given"),
        ({"steps": "5"}, "steps", "type", "an integer is expected, '5' (text) was given"),
        ({"steps": 2.5}, "steps", "type", "an integer"),
        ({"steps": 51}, "steps", "maximum", "less than or equal to 50"),
        ({"steps": 1}, "steps", "minimum", "greater than or equal to 2"),
        ({"steps": None}, "steps", "null", "leave it out"),
        ({"scale": True}, "scale", "type", "a number"),
        ({"scale": math.nan}, "scale", "not_json", "no JSON number"),
        ({"scale": 10**400}, "scale", "not_json", "beyond"),
        ({"size": True}, "size", "type", "no numbers"),
        ({"again": 1}, "again", "type", "true or false"),
        ({"image": "cat.png"}, "image", "pattern", "not a URI"),
        ({"image": "C:\\cat.png"}, "image", "pattern", "not a URI"),
        ({"image": b"x"}, "image", "not_json", "bytes"),
        ({"image": "https://x.test/\ud800"}, "image", "not_json", "surrogate"),
        ({"stpes": 3}, "stpes", "unknown", "did you mean 'steps'"),
    ],
)
def test_wrong_payloads_are_named(more, field, fact, words):
    """Each broken fact is reported at its field, in words that help."""
    (violation,) = judge(Judge, {**GOOD, **more})

    assert (field, fact) == (violation.field, violation.fact)
    assert words in str(violation)


def test_all_faults_come_at_once():
    """Three faults are three violations, in the order of the parameters; a missing one is among them."""
    found = judge(Judge, {"zoom": 1, "again": "no", "steps": 99})

    assert ["mode", "steps", "again", "zoom"] == [violation.field for violation in found]


def test_a_payload_that_contains_itself_is_refused():
    """A cycle ends in a violation, not in a RecursionError."""
    loop: dict[str, object] = dict(GOOD)
    loop["image"] = [loop]

    assert "image" in {violation.field.split(".")[0] for violation in judge(Judge, loop)}


def test_a_payload_shared_many_times_ends():
    """Lists that hold themselves twice, or share parts without end, are refused in bounded time."""
    loop: list[object] = []
    loop += [loop, loop]
    shared: object = "x"
    for _ in range(60):
        shared = [shared, shared]

    assert any("contains itself" in v.message for v in judge(Judge, {**GOOD, "image": loop}))
    assert any("too large" in v.message for v in judge(Judge, {**GOOD, "image": shared}))


@pytest.mark.parametrize(
    ("given", "hint"), [("Replace", "replace"), ("replcae", "replace"), ("1080p", None), ("", None)]
)
def test_hints(given: str, hint: str | None):
    """A slip gets a hint, another value none: 1080p is not 480p misspelt."""

    class Sizes(Request):
        size: Literal["480p", "720p", "replace"]

    (violation,) = judge(Sizes, {"size": given})
    assert hint == violation.hint


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://x.test/a/clip.mp4?x=1", "clip.mp4"),
        ("https://x.test/..", "j1"),
        ("https://x.test/%2e%2e%2fescaped", "escaped"),
        ("https://x.test/.bashrc", "bashrc"),
        ("https://x.test/a%00b%0ac.mp4", "a_b_c.mp4"),
        ("https://x.test/" + "n" * 400 + ".mp4", "n" * 150 + ".mp4"),
        ("https://x.test/a" + "é" * 400 + ".mp4", "a" + "é" * 74 + ".mp4"),
        ("https://x.test/" + "n" * 400, "n" * 150),
        ("https://x.test/clip." + "e" * 20, "clip." + "e" * 10),
        ("https://x.test/a.b.mp4", "a.b.mp4"),
        ("https://x.test/a%20b-c_d.mp4", "a b-c_d.mp4"),
        ("https://x.test/", "j1"),
    ],
)
def test_file_names_stay_in_their_folder(url: str, name: str):
    """Whatever an address or an id looks like, the name made of it is one plain file name."""
    assert name == file_name(url, "j1")
    assert "_escaped" == file_name("https://x.test/.", "../escaped")


@pytest.mark.parametrize(
    ("request_id", "content_type", "name"),
    [
        ("j1", "video/mp4", "j1.mp4"),
        ("j1.a", "video/mp4", "j1.a.mp4"),
        ("..", "video/mp4", "output.mp4"),
        ("..", "", "output"),
        ("j1", "text/plain", "j1"),
    ],
)
def test_a_file_without_an_address_is_named_after_its_job(request_id: str, content_type: str, name: str):
    """With the ending of its kind; one that has an address has its own."""
    assert name == file_name("", request_id, content_type)
    assert "a.mov" == file_name("https://x.test/a.mov", request_id, content_type)


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://x.test/a?u=me@x.test", True),
        ("http://x.test", True),
        ("https://me@x.test/a", False),
        ("https://x.test/a@b", False),
        ("https://x.test/a b", False),
        ("https://x.test/a\n", False),
        ("https://x.test/é", False),
        ("ftp://x.test/a", False),
        ("/a", False),
    ],
)
def test_which_addresses_of_an_answer_are_asked(url: str, *, fine: bool):
    """Those of the web that hide nothing before their host."""
    assert fine == is_followable(url)


@pytest.mark.parametrize("url", ["https://api.test", "http://127.0.0.1:8000/base", "https://api.test/"])
def test_base_urls(url: str):
    """Scheme, host, perhaps a port and a path."""
    assert is_base_url(url)


@pytest.mark.parametrize(
    "url", ["", "api.test", "ftp://x.test", "http://", "http://u:p@x.test", "http://x.test?k=1", 5]
)
def test_odd_base_urls_are_none(url: object):
    """Only scheme, host, port and path make a host; nothing falls back to the real provider in silence."""
    assert not is_base_url(url)


@pytest.mark.parametrize("timeout", ["900", True, math.nan, object()])
def test_wrong_options_are_refused_before_anything_is_sent(timeout: object):
    """A wrong time-out is a TypeError where it is given, not after a submission."""
    with pytest.raises(TypeError, match="timeout"):
        waiting(Options(), timeout, None)
