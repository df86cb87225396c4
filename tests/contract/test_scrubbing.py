"""What must not be written is not: it is taken out, or the writing is refused."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.contract.evidence.files import same
from callsheet.contract.evidence.yamltext import as_yaml
from callsheet.contract.exchanges.recording import Scene, Take, Taping, told_headers, written
from callsheet.contract.exchanges.recordings import parsed
from callsheet.contract.exchanges.scrubbing import LeakError, Scrubber, leaks
from callsheet.contract.plans import planned
from callsheet.source.nodes import plain
from callsheet.source.yamltree import read_yaml

KEY = "sg_live+0123456789/abcdef"
SEGMIND = planned(Path(__file__).parents[2] / "specs").plan.provider("segmind")
SCENE = Scene("segmind", "wan-animate", "made-up", "captured", "2026-11-21", "made up", {"prompt": "x"}, {})
API = "https://api.segmind.com/v2/wan-animate"

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


def written_of(answer: bytes = b"{}", sent: bytes = b"{}", **headers: str) -> str:
    """A recording of one exchange."""
    take = Take("POST", API, {"x-api-key": KEY, "cookie": "a=b"}, sent, 200, headers, bytearray(answer), len(answer))
    return written(SEGMIND, SCENE, [take], [KEY])


@given(st.dictionaries(st.text(max_size=60), JSON, max_size=4))
def test_a_recording_reads_back_as_it_was(value) -> None:
    """Whatever JSON there is: numbers, words like `no` and `1e3`, control characters, other scripts."""
    tree, findings = read_yaml("x", as_yaml(value).encode())

    assert not findings
    assert tree is not None
    assert same(plain(tree), value)


def test_the_key_is_the_word_key_wherever_it_stands() -> None:
    """In a header, an address and a body; headers that the spec does not speak of are left out."""
    text = written_of(json.dumps({"echo": f"Bearer {KEY}", "url": f"https://a/?k={quote(KEY, safe='')}"}).encode())

    assert KEY not in text
    recording = parsed("segmind/wan-animate/made-up.yaml", text.encode())
    (exchange,) = recording.exchanges
    assert exchange.headers == {"x-api-key": "KEY"}
    assert json.loads(exchange.answer) == {"echo": "Bearer KEY", "url": "https://a/?k=KEY"}
    assert "cookie" not in told_headers(SEGMIND)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        (
            "https://a/b.mp4?X-Amz-Signature=1f&X-Amz-Date=2",
            "https://a/b.mp4?X-Amz-Signature=SCRUBBED&X-Amz-Date=SCRUBBED",
        ),
        ("https://a/b?sv=1&sig=abc%2F#t", "https://a/b?sv=SCRUBBED&sig=SCRUBBED#t"),
        (
            "https://a/b?Expires=1&Signature=x&Key-Pair-Id=k",
            "https://a/b?Expires=SCRUBBED&Signature=SCRUBBED&Key-Pair-Id=SCRUBBED",
        ),
        ("https://me:pass@a/b", "https://SCRUBBED@a/b"),
        ("https://a/b?width=3&logs=1", "https://a/b?width=3&logs=1"),
        ("see https://a/b?token=x, and more", "see https://a/b?token=SCRUBBED and more"),
    ],
)
def test_signed_addresses_lose_what_signs_them(url: str, kept: str) -> None:
    """All values of a signed query go, and users; any other query stays."""
    assert Scrubber([KEY]).text(url) == kept


def test_files_become_placeholders_that_tell_them_apart() -> None:
    """Data URIs and long base64: the same file gives the same placeholder, another one another; twice is once."""
    one, two = (base64.b64encode(bytes([n]) * 300).decode() for n in (1, 2))
    scrub = Scrubber([KEY])

    found = scrub.value([f"data:image/png;base64,{one}", one, two, {"a": f"data:;base64,{two}"}])

    first, again, second, last = found  # type: ignore[misc] - a list of four
    assert first == f"data:image/png;base64,{again}"
    assert last == {"a": f"data:;base64,{second}"}
    assert again != second
    assert base64.b64decode(str(again)) == b"SCRUBBED 0001"
    assert Scrubber([KEY]).value(found) == found


@pytest.mark.parametrize(
    "spelled",
    [
        KEY,
        quote(KEY, safe=""),
        KEY.encode().hex(),
        KEY[::-1],
        *(base64.b64encode(b"u" * n + KEY.encode() + b":x").decode() for n in range(4)),
        *(base64.urlsafe_b64encode(b"u" * n + KEY.encode()).decode() for n in range(3)),
    ],
)
def test_a_secret_is_found_in_any_form(spelled: str) -> None:
    """As it is, escaped, in hexadecimal, backwards, and in base64 behind whatever stands before it."""
    found = leaks(f"a: 1\nb: {spelled}\n", [KEY])

    assert any("line 2" in words for words in found)
    assert not any(KEY in words for words in found)
    assert leaks("a: 1\nb: nothing of it\n", [KEY]) == ()


@pytest.mark.parametrize(
    "answer",
    [
        {"auth": base64.b64encode(f"user:{KEY}".encode()).decode()},
        {"hex": KEY.encode().hex()},
        {"jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"},
        {"other": "Bearer abcdefghijklmnopqrstuvwxyz"},
        {"pem": "-----BEGIN PRIVATE KEY-----"},
    ],
    ids=str,
)
def test_what_was_missed_is_not_written(answer: dict[str, str]) -> None:
    """The last look is no part of the scrubbing: it refuses, and its words do not repeat what it found."""
    with pytest.raises(LeakError) as refused:
        written_of(json.dumps(answer).encode())

    assert "segmind/wan-animate/made-up.yaml: not written" in str(refused.value)
    assert not any(value in str(refused.value) for value in answer.values())


def test_a_key_too_short_to_be_found_is_refused() -> None:
    """Taking `abc` out of a text would leave a text that says something else."""
    with pytest.raises(ValueError, match="fewer than 6 characters"):
        Scrubber(["abc"])


def test_addresses_of_an_emulator_become_the_declared_ones() -> None:
    """Whole addresses alone: a port that begins alike is another host."""
    scrub = Scrubber([KEY], [("http://127.0.0.1:80", "https://a"), ("http://127.0.0.1:8080", "https://b")])

    assert scrub.text("http://127.0.0.1:80/x http://127.0.0.1:8080/y http://127.0.0.1:801/z") == (
        "https://a/x https://b/y http://127.0.0.1:801/z"
    )


def test_bytes_of_a_file_are_told_not_kept() -> None:
    """A video is how many bytes it was; text stays text."""
    assert "SCRUBBED: 3 bytes" in written_of(b"\x00\xff\x01", **{"content-type": "video/mp4"})
    assert 'text: "gateway"' in written_of(b"gateway", **{"content-type": "text/plain"})


async def _both(transport: httpx.AsyncBaseTransport) -> bytes:
    async with httpx.AsyncClient(transport=transport) as http:
        return (await http.post("https://a/", json={"n": 2})).content


def test_what_goes_through_is_passed_on_and_kept() -> None:
    """Blocking and asynchronous: the caller gets the answer, and the exchange is there, unpacked."""
    packed = gzip.compress(b'{"a": 1}')

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(201, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(packed))

    taping = Taping(httpx.MockTransport(answer))
    with httpx.Client(transport=taping) as http:
        assert http.post("https://a/", json={"n": 1}).json() == {"a": 1}
    assert asyncio.run(_both(taping)) == b'{"a": 1}'

    assert [(take.http, json.loads(take.content), take.text()) for take in taping.takes] == [
        (201, {"n": 1}, b'{"a": 1}'),
        (201, {"n": 2}, b'{"a": 1}'),
    ]
