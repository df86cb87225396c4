"""The same intent, by the provider's own client and by ours, is the same request. Nothing is sent: both are caught.

What may differ is listed, with the reason; all else is equal: method, host, path, query, credential, body as JSON.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from processes import HERE

from callsheet.contract.clients.calls import Caller
from callsheet.contract.evidence.files import same
from callsheet.contract.inputs.schemas import completed
from callsheet.contract.inputs.strategies import valid_payloads
from callsheet.contract.plans import Planned
from callsheet.emulator.serving.memory import VirtualClock

KEY: Final = "test-key:test-secret"
NUMBER: Final = "764cabcf-b745-4b3e-ae38-1200304cf45b"
EXAMPLES: Final = 25

DIFFERENT: Final = {
    "host": "httpx adds it by the address, which is compared",
    "user-agent": "each says who it is",
    "accept": "we say that JSON is expected; the SDKs take anything, and send */*",
    "accept-encoding": "what the HTTP library of the environment can unpack",
    "connection": "HTTP/1.1 keeps connections without being told",
    "content-length": "spaces and escapes within JSON are free; the value is compared",
    "x-initiator": "tells segmind's statistics that its SDK is calling, which would be a lie",
    "x-fal-request-timeout-type": "says whether the SDK's user or the SDK chose a time-out that we do not send",
}
"""Headers that are not compared, and why."""


@dataclass(frozen=True)
class Sent:
    """A request as far as it is compared."""

    method: str
    url: str
    query: dict[str, str]
    headers: dict[str, str]
    body: object

    def differences(self, other: Sent) -> list[str]:
        """In what another one differs."""
        found = [
            f"{name}: {getattr(self, name)!r} and {getattr(other, name)!r}"
            for name in ("method", "url", "query", "headers")
            if getattr(self, name) != getattr(other, name)
        ]
        if not same(self.body, other.body):  # type: ignore[arg-type] - JSON
            found.append(f"body: {self.body!r} and {other.body!r}")
        return found


Ask = Callable[..., Sent]


def compared(method: str, url: str, headers: dict[str, str], content: bytes) -> Sent:
    """A request without what may differ."""
    address = httpx.URL(url)
    kept = {name.lower(): value for name, value in headers.items() if name.lower() not in DIFFERENT}
    if kept.get("x-fal-queue-priority") == "normal":
        del kept["x-fal-queue-priority"]  # the SDK says so where nothing is asked for; it counts without it, too
    if "x-fal-request-timeout" in kept:
        kept["x-fal-request-timeout"] = str(float(kept["x-fal-request-timeout"]))  # 30 and 30.0 are as many seconds
    if not content:
        kept.pop("content-type", None)
    query = {name: {"1": "true", "0": "false"}.get(value, value) for name, value in address.params.items()}
    return Sent(method, str(address.copy_with(query=None)), query, kept, json.loads(content) if content else None)


@pytest.fixture(scope="module")
def theirs() -> Iterator[Ask]:
    """What an SDK sends, by a process of its own that stays for all questions."""
    quiet = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    command = [sys.executable, str(HERE / "programs/requests_of.py")]
    with subprocess.Popen(  # noqa: S603 - a script of this folder
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**quiet, "FAL_KEY": KEY}
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None

        def ask(sdk: str, call: str, model: str, given_: object, **options: object) -> Sent:
            asked = {"sdk": sdk, "call": call, "model": model, "given": given_, "options": options}
            child.stdin.write(json.dumps(asked) + "\n")  # type: ignore[union-attr] - a pipe was asked for
            child.stdin.flush()  # type: ignore[union-attr] - the same
            told: Any = json.loads(child.stdout.readline())  # type: ignore[union-attr] - the same
            assert told["sent"], told
            (one,) = told["sent"]
            return compared(one["method"], one["url"], one["headers"], base64.b64decode(one["body"]))

        yield ask
        child.stdin.close()


def ours(caller: Caller, *steps: tuple[str, dict[str, object]]) -> Sent:
    """What the generated client sends first. Its answer is of no use, and that is not looked at."""
    caught: list[httpx.Request] = []

    def catch(request: httpx.Request) -> httpx.Response:
        caught.append(request)
        return httpx.Response(400, json={"detail": "caught", "error": "caught"})

    with pytest.raises(caller.error("CallsheetError")) as raised:
        caller.perform([*steps], transport=catch, api_key=KEY, clock=VirtualClock())
    assert caught, raised.value
    request = caught[0]
    return compared(request.method, str(request.url), dict(request.headers), request.content)


CASES: Final = {
    "fal-scail-2-queue": ("fal", "scail-2", "queue", "fal-ai/scail-2", "submit"),
    "fal-scail-2-direct": ("fal", "scail-2", "direct", "fal-ai/scail-2", "run"),
    "segmind-wan-animate-queue": ("segmind", "wan-animate", "queue", "wan-animate", "submit"),
    "segmind-wan-animate-sync": ("segmind", "wan-animate", "sync", "wan-animate", "run"),
    "segmind-scail-sync": ("segmind", "scail", "sync", "scail", "run"),
    "segmind-wan2.1-t2v-sync": ("segmind", "wan2.1-t2v", "sync", "wan2.1-t2v", "run"),
    "segmind-consistent-character-video-workflow": (
        *("segmind", "consistent-character-video", "workflow"),
        *("68628fe34727e611dfa219b4-v4", "workflow"),
    ),
}


def caller_of(everything: Planned, provider: str, model: str, protocol: str, *, world: bool = False) -> Caller:
    """The endpoint as our client has it."""
    plan = everything.plan.provider(provider)
    return Caller(plan, plan.model(model), asynchronous=world, protocol=protocol)


def credentials_aside(caller: Caller, sent: Sent) -> Sent:
    """A workflow takes the key as Bearer by its page and in x-api-key by its SDK: both are right, and one is sent."""
    if caller.way.protocol != "workflow":
        return sent
    headers = dict(sent.headers)
    found = {headers.pop("x-api-key", ""), headers.pop("authorization", "").removeprefix("Bearer ")}
    return Sent(sent.method, sent.url, sent.query, {**headers, "the key": "".join(found)}, sent.body)


@pytest.mark.parametrize("case", CASES)
def test_a_submission_is_the_same(case: str, everything: Planned, theirs: Ask) -> None:
    """Whatever is given: what our client completes and sends is what the SDK sends when it is given all of it."""
    provider, model, protocol, name, call = CASES[case]
    sdks = ["fal", "fal-async"] if provider == "fal" else ["segmind"]
    caller = caller_of(everything, provider, model, protocol)

    @settings(max_examples=EXAMPLES)
    @given(valid_payloads(caller.model), st.sampled_from(sdks), st.booleans())
    def holds(payload: dict[str, Any], sdk: str, world: bool) -> None:  # noqa: FBT001 - drawn
        mine = caller_of(everything, provider, model, protocol, world=world)
        sent = ours(mine, (mine.sends, payload))
        # The SDKs add no required defaults: they are given what we complete.
        known = theirs(sdk, call, name, completed(caller.model, payload))
        assert credentials_aside(caller, sent).differences(credentials_aside(caller, known)) == []

    holds()


@pytest.mark.parametrize(
    ("name_of_provider", "call"),
    [("fal", "status"), ("fal", "result"), ("fal", "cancel"), ("segmind", "status"), ("segmind", "result")],
)
def test_what_is_asked_of_a_job_is_the_same(name_of_provider: str, call: str, everything: Planned, theirs: Ask) -> None:
    """A look, a fetch and a wish to cancel go to the same address, with the same key."""
    provider = name_of_provider
    model, name = ("scail-2", "fal-ai/scail-2") if provider == "fal" else ("wan-animate", "wan-animate")
    caller = caller_of(everything, provider, model, "queue")
    sent = ours(caller, ("job", {"": NUMBER}), (call, {}))
    for sdk in ["fal", "fal-async"] if provider == "fal" else ["segmind"]:
        known = theirs(sdk, call, name, {})
        # segmind's client asks where the submission's answer says, and the answer here was fal's.
        if provider == "segmind":
            assert (sent.method, sent.headers, sent.body) == (known.method, known.headers, known.body)
        else:
            assert sent.differences(known) == []


def test_options_of_a_call_are_the_same(everything: Planned, theirs: Ask) -> None:
    """Priority, deadline for the start and webhook travel as fal's client has them travel."""
    caller = caller_of(everything, "fal", "scail-2", "queue")
    payload = caller.model.samples[next(iter(caller.model.samples))]
    hook = "https://example.com/hook?a=1&b=%C3%BC"
    call = {"priority": "low", "start_within": 30, "webhook": hook}
    sent = ours(caller, ("with_options", {"call": call}), ("submit", dict(payload)))
    for sdk in ("fal", "fal-async"):
        known = theirs(sdk, "submit", "fal-ai/scail-2", payload, priority="low", start_timeout=30, webhook_url=hook)
        assert sent.differences(known) == []


def test_what_differs_is_noticed() -> None:
    """The comparison itself: a header that is not listed, a query, another type in the body."""
    one = compared("POST", "https://a/b?c=1", {"X-Key": "k", "User-Agent": "me"}, b'{"seed": 1}')

    assert one.differences(compared("POST", "https://a/b?c=true", {"x-key": "k"}, b'{"seed": 1.0}')) == []
    for other in (
        compared("PUT", "https://a/b?c=1", {"x-key": "k"}, b'{"seed": 1}'),
        compared("POST", "https://a/c?c=1", {"x-key": "k"}, b'{"seed": 1}'),
        compared("POST", "https://a/b", {"x-key": "k"}, b'{"seed": 1}'),
        compared("POST", "https://a/b?c=1", {"x-key": "l"}, b'{"seed": 1}'),
        compared("POST", "https://a/b?c=1", {"x-key": "k"}, b'{"seed": true}'),
    ):
        assert len(one.differences(other)) == 1
