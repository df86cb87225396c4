"""Webhooks: believed only when they are proven, whatever a framework makes of headers and body."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import sys
from collections.abc import Callable
from dataclasses import replace

import httpx
import lab
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from callsheet.emulator.serving.memory import START
from callsheet.runtime import signatures, webhooks
from callsheet.runtime.addresses import Address
from callsheet.runtime.errors import (
    CallsheetError,
    ConnectionFailed,
    InvalidInput,
    MissingKey,
    NotSupported,
    UnexpectedAnswer,
)
from callsheet.runtime.file_errors import MissingPackage, WebhookRefused
from callsheet.runtime.offers import Signature
from callsheet.runtime.received import _MOST, Received

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PRIVATE.public_key().public_bytes_raw()
SECRET = "whsec_" + base64.b64encode(b"a secret of 24 characters").decode()

ED25519 = Signature(
    "ed25519",
    "X-Lab-Signature",
    "{id}\n{user}\n{timestamp}\n{sha256}",
    {"id": "X-Lab-Request-Id", "user": "X-Lab-User-Id", "timestamp": "X-Lab-Timestamp"},
    keys=Address("rest", "/.well-known/jwks.json"),
)
HMAC = Signature(
    "hmac_sha256",
    "webhook-signature",
    "{id}.{timestamp}.{body}",
    {"id": "webhook-id", "timestamp": "webhook-timestamp"},
    encoding="base64",
    prefix="v1,",
    secret="LAB_WEBHOOK_SECRET",
    secret_prefix="whsec_",
    secret_encoding="base64",
)
BODY = json.dumps({"id": "j1", "status": "OK", "payload": {"video": "https://x.test/é.mp4"}}).encode()


def jwks(*keys: bytes, padded: bool = True) -> dict[str, object]:
    """Public keys as a provider publishes them, with others beside."""
    texts = [base64.urlsafe_b64encode(key).decode() for key in keys]
    return {
        "keys": [
            {"kty": "RSA", "n": "x"},
            "odd",
            *({"kty": "OKP", "crv": "Ed25519", "x": text if padded else text.rstrip("=")} for text in texts),
        ]
    }


def signed(rule: Signature, body: bytes = BODY, sent: float = START, user: str = "u1") -> dict[str, str]:
    """The headers of a webhook that is the provider's own."""
    headers = dict(zip(rule.headers.values(), ("m1", user, ""), strict=False))
    headers[rule.headers["timestamp"]] = f"{sent:.0f}"
    message = rule.message.encode()
    for name, header in rule.headers.items():
        message = message.replace(f"{{{name}}}".encode(), headers[header].encode())
    message = message.replace(b"{sha256}", hashlib.sha256(body).hexdigest().encode()).replace(b"{body}", body)
    if rule.kind == "ed25519":
        signature = PRIVATE.sign(message)
    else:
        signature = hmac.digest(base64.b64decode(SECRET.removeprefix("whsec_")), message, "sha256")
    text = signature.hex() if rule.encoding == "hex" else base64.b64encode(signature).decode()
    return {**headers, rule.header: rule.prefix + text, "Content-Type": "application/json"}


def receiver(rule: Signature | None, server: lab.Server | None = None) -> lab.Lab:
    """A client of Lab, whose webhooks are signed so."""
    server = server or keys_at()
    return lab.client(server, webhook=replace(lab.PROVIDER.webhook, signature=rule))


def keys_at(*keys: bytes, padded: bool = True) -> lab.Server:
    """A server that publishes these keys; the right one if none is named."""
    server = lab.Server()
    server.answer = lambda _request: httpx.Response(200, json=jwks(*(keys or (PUBLIC,)), padded=padded))
    return server


@pytest.fixture(autouse=True)
def secret(monkeypatch):
    """The shared secret, where it is looked for."""
    monkeypatch.setenv("LAB_WEBHOOK_SECRET", SECRET)


@pytest.mark.parametrize("rule", [ED25519, HMAC], ids=["ed25519", "hmac"])
def test_a_webhook_of_the_providers_own_tells_its_job(rule: Signature):
    """Id, output, whether it succeeded; no key of the caller's is needed, and none is sent for the public keys."""
    server = keys_at()
    event = receiver(rule, server).verify_webhook(signed(rule), BODY)

    assert ("j1", True, {"video": "https://x.test/é.mp4"}, None) == (
        event.request_id,
        event.succeeded,
        event.output,
        event.message,
    )
    assert json.loads(BODY) == event.body
    assert all("authorization" not in request.headers for request in server.requests)
    assert [request.url.path for request in server.requests] == ["/.well-known/jwks.json"][: rule.kind == "ed25519"]


def test_a_failed_job_tells_why():
    """No output then, whatever stands there; the provider's words."""
    body = json.dumps({"id": 7, "status": "ERROR", "error": "too dark", "payload": {"detail": []}}).encode()
    event = receiver(HMAC).verify_webhook(signed(HMAC, body), body)

    assert ("7", False, None, "too dark") == (event.request_id, event.succeeded, event.output, event.message)


@pytest.mark.parametrize("rule", [ED25519, HMAC], ids=["ed25519", "hmac"])
def test_the_mirror_says_the_same(rule: Signature):
    """Under asyncio: the same event, the same refusal, and a store of one's own may be awaited."""
    names = []

    async def seen(name: str) -> bool:
        names.append(name)
        return len(names) > 1

    async def both():
        client = lab.async_client(keys_at(), webhook=replace(lab.PROVIDER.webhook, signature=rule))
        event = await client.verify_webhook(signed(rule), BODY, seen=seen)
        with pytest.raises(WebhookRefused, match="received before"):
            await client.verify_webhook(signed(rule), BODY, seen=seen)
        return event

    assert receiver(rule).verify_webhook(signed(rule), BODY) == asyncio.run(both())
    assert 1 == len(set(names))


SHAPES: dict[str, Callable[[dict[str, str]], object]] = {
    "lower": lambda headers: {name.lower(): value for name, value in headers.items()},
    "UPPER": lambda headers: {name.upper(): value for name, value in headers.items()},
    "pairs": lambda headers: list(headers.items()),
    "bytes": lambda headers: [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    "mapping of bytes": lambda headers: {name.encode(): value.encode() for name, value in headers.items()},
    "httpx": httpx.Headers,
    "generator": lambda headers: (pair for pair in headers.items()),
    "twice the same": lambda headers: [*headers.items(), *headers.items()],
}


@pytest.mark.parametrize("rule", [ED25519, HMAC], ids=["ed25519", "hmac"])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("form", [bytes, bytearray, memoryview, bytes.decode])
def test_any_form_of_headers_and_body_will_do(rule: Signature, shape, form):
    """Any case, text or bytes, a mapping or pairs: as frameworks have them."""
    assert "j1" == receiver(rule).verify_webhook(shape(signed(rule)), form(BODY)).request_id


@given(data=st.data(), rule=st.sampled_from([ED25519, HMAC, replace(HMAC, encoding="hex", prefix="sha256=")]))
def test_any_flipped_byte_is_refused(data, rule: Signature):
    """Of the body or of a header that counts: no changed webhook is believed."""
    client = receiver(rule)
    headers = signed(rule)
    changed = data.draw(st.sampled_from(["body", rule.header, *rule.headers.values()]))
    content = BODY if changed == "body" else headers[changed].encode()
    at, bit = data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(0, 7))
    spoilt = content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :]
    given = {name.encode(): spoilt if name == changed else value.encode() for name, value in headers.items()}
    with pytest.raises(WebhookRefused):
        client.verify_webhook(given, spoilt if changed == "body" else BODY)


@given(noise=st.binary(max_size=300), header=st.binary(max_size=300), rule=st.sampled_from([ED25519, HMAC]))
def test_noise_is_refused(noise: bytes, header: bytes, rule: Signature):
    """Whatever comes, it is refused in words; nothing else is raised."""
    given = [(rule.headers["timestamp"].encode(), str(int(START)).encode()), (rule.header.encode(), header)]
    given += [(name.encode(), header) for name in rule.headers.values()]
    with pytest.raises(WebhookRefused):
        receiver(rule).verify_webhook(given, noise)


@pytest.mark.parametrize(
    ("spoil", "fault", "words"),
    [
        (lambda h: h.pop("webhook-signature"), "header", "no header webhook-signature"),
        (lambda h: h.pop("webhook-id"), "header", "no header webhook-id"),
        (lambda h: h.update({"webhook-timestamp": "soon"}), "header", "no number of seconds"),
        (lambda h: h.update({"webhook-timestamp": "nan"}), "header", "no number of seconds"),
        (lambda h: h.update({"webhook-timestamp": f"{START:.0f}\n"}), "header", "control characters"),
        (lambda h: h.update({"Webhook-Id": "m2"}), "header", "several headers webhook-id, and they differ"),
        (lambda h: h.update({"webhook-timestamp": f"{START - 301:.0f}"}), "time", "301 s ago; 300 s are allowed"),
        (lambda h: h.update({"webhook-timestamp": f"{START + 301:.0f}"}), "time", "301 s in the future"),
        (lambda h: h.update({"webhook-id": "m2"}), "signature", "no signature in webhook-signature fits"),
        (lambda h: h.update({"webhook-signature": "v2,AAAA"}), "signature", "no signature"),
        (lambda h: h.update({"webhook-signature": ""}), "signature", "no signature"),
    ],
)
def test_the_words_say_what_is_wrong(spoil, fault: str, words: str):
    """And `fault` says it for a program."""
    headers = signed(HMAC)
    spoil(headers)
    with pytest.raises(WebhookRefused, match=words) as caught:
        receiver(HMAC).verify_webhook(headers, BODY)

    assert fault == caught.value.fault


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b"null", b'{"status": "OK"}', b'{"id": true}', b'{"id": ""}'])
def test_a_signed_body_that_says_nothing_is_refused(body: bytes):
    """Proven is not enough: it has to name a job."""
    with pytest.raises(WebhookRefused) as caught:
        receiver(HMAC).verify_webhook(signed(HMAC, body), body)

    assert "body" == caught.value.fault


@pytest.mark.parametrize("off", [-300, 300])
def test_the_time_may_be_off_by_the_tolerance(off: int):
    """In both directions, and no further."""
    assert receiver(HMAC).verify_webhook(signed(HMAC, sent=START + off), BODY)


def test_one_of_several_signatures_is_enough():
    """While a secret changes, a provider signs with both; prefixes of other versions are passed over."""
    headers = signed(HMAC)
    right = headers["webhook-signature"]
    wrong = "v1," + base64.b64encode(bytes(32)).decode()
    for text in (f"{wrong} {right}", f"v1a,xyz {wrong},{right}", f"{right} v2,{right[3:]}"):
        assert receiver(HMAC).verify_webhook({**headers, "webhook-signature": text}, BODY)

    with pytest.raises(WebhookRefused):
        receiver(HMAC).verify_webhook({**headers, "webhook-signature": right.replace("v1,", "v1 ,")}, BODY)


def test_a_webhook_is_believed_once():
    """The second time it is a repetition, until it is too old anyway; another client has a memory of its own."""
    client = receiver(HMAC)
    headers = signed(HMAC)
    client.verify_webhook(headers, BODY)
    with pytest.raises(WebhookRefused, match="received before, for the job j1") as caught:
        client.verify_webhook(headers, BODY)

    assert "replay" == caught.value.fault
    later = signed(HMAC, sent=START + 10)
    assert client.verify_webhook(later, BODY)
    assert receiver(HMAC).verify_webhook(headers, BODY)


def test_what_is_refused_is_not_remembered():
    """A spoilt copy that comes first does not keep the right one out."""
    client = receiver(HMAC)
    with pytest.raises(WebhookRefused):
        client.verify_webhook(signed(HMAC), BODY + b" ")

    assert client.verify_webhook(signed(HMAC), BODY)


def test_a_store_of_ones_own_decides():
    """It is asked once the webhook is proven, takes the place of the client's memory, and may fail without harm."""
    known: set[str] = set()

    def seen(name: str) -> bool:
        known.add(name)
        raise OSError("the database is away")

    client = receiver(HMAC)
    with pytest.raises(WebhookRefused):
        client.verify_webhook({**signed(HMAC), "webhook-id": "m2"}, BODY, seen=seen)
    assert set() == known
    with pytest.raises(OSError, match="away"):
        client.verify_webhook(signed(HMAC), BODY, seen=seen)
    assert client.verify_webhook(signed(HMAC), BODY, seen=lambda name: name not in known)
    with pytest.raises(WebhookRefused):
        client.verify_webhook(signed(HMAC), BODY, seen=lambda name: name in known)


def test_an_async_store_in_the_blocking_client_is_a_slip():
    """It would always say yes."""

    async def seen(_name: str) -> bool:
        return False

    with pytest.raises(TypeError, match="blocking client"):
        receiver(HMAC).verify_webhook(signed(HMAC), BODY, seen=seen)


@given(st.lists(st.tuples(st.integers(0, 30), st.floats(0, 100)), max_size=60))
def test_the_memory_forgets_only_what_is_too_old(events):
    """A name within its time is known; the memory is bounded."""
    memory = Received()
    known: dict[str, float] = {}
    now = 0.0
    for name, pause in events:
        now += pause
        assert memory.again(str(name), now, now + 50) is (str(name) in known)
        known.setdefault(str(name), now + 50)


def test_a_header_holds_no_control_characters():
    """What could end a line, or be taken for nothing, is refused; letters of any encoding are not."""
    for value in range(256):
        headers = webhooks._Headers({"X-Mark": b"a" + bytes([value])}, "Lab")
        if value < 32 or value == 127:
            with pytest.raises(WebhookRefused, match="its header x-mark holds control characters"):
                headers.raw("x-mark")
        else:
            assert b"a" + bytes([value]) == headers.raw("x-mark")
            assert "a" + chr(value) == headers.one("X-MARK")


def test_the_memory_is_bounded():
    """Ten thousand, the newest stay."""
    memory = Received()
    for number in range(_MOST + 10):
        memory.again(str(number), 0.0, 300.0)

    assert len(memory._until) == _MOST
    assert memory.again(str(_MOST + 9), 0.0, 300.0)


@pytest.mark.parametrize("padded", [True, False])
def test_public_keys_are_fetched_once_and_kept(padded: bool):  # noqa: FBT001 - two cases
    """For as long as the spec allows, then anew; written with padding or without."""
    server = keys_at(bytes(31) + b"\1", PUBLIC, padded=padded)
    client = receiver(replace(ED25519, keys_for=3600.0), server)
    for number in range(3):
        client.verify_webhook(signed(ED25519, sent=START + number), BODY)
    assert 1 == len(server.requests)

    client._clock.advance(3601)
    client.verify_webhook(signed(ED25519, sent=START + 3601), BODY)
    assert 2 == len(server.requests)


def test_a_key_that_changed_is_found():
    """Where no key fits they are fetched once more, but not more often than once a minute."""
    old = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    server = keys_at(old)
    client = receiver(ED25519, server)
    with pytest.raises(WebhookRefused):
        client.verify_webhook(signed(ED25519), BODY)
    server.answer = keys_at().answer
    for _ in range(5):
        with pytest.raises(WebhookRefused):
            client.verify_webhook(signed(ED25519), BODY)
    assert 1 == len(server.requests)

    client._clock.advance(61)
    assert client.verify_webhook(signed(ED25519), BODY)
    assert 2 == len(server.requests)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(503), ConnectionFailed),
        (httpx.ConnectError("refused"), ConnectionFailed),
        (httpx.Response(200, json={"keys": []}), UnexpectedAnswer),
        (httpx.Response(200, text="<html>"), UnexpectedAnswer),
    ],
)
def test_keys_that_cannot_be_had_are_no_refusal(answer, error: type[CallsheetError]):
    """The webhook is neither proven nor refused then; it is to come again."""
    server = keys_at()
    server.wrong = {"rest.lab.test": [answer] * 3}
    client = receiver(ED25519, server)
    with pytest.raises(error, match="answer it with 503") as caught:
        client.verify_webhook(signed(ED25519), BODY)
    if error is UnexpectedAnswer:
        assert 200 == caught.value.answer.status

    assert 3 == len(server.requests)
    assert client.verify_webhook(signed(ED25519), BODY)


def test_nothing_is_fetched_for_what_is_wrong_anyway():
    """A stale or unsigned webhook makes no request: nobody can make this client ask without end."""
    server = keys_at()
    client = receiver(ED25519, server)
    for headers in (signed(ED25519, sent=START - 999), {**signed(ED25519), "X-Lab-Signature": "none"}):
        with pytest.raises(WebhookRefused):
            client.verify_webhook(headers, BODY)

    assert [] == server.requests


def test_a_missing_package_is_named(monkeypatch):
    """Without cryptography the words say what to install; webhooks with a shared secret do without."""
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.asymmetric.ed25519", None)
    with pytest.raises(MissingPackage, match="pip install cryptography"):
        receiver(ED25519).verify_webhook(signed(ED25519), BODY)

    assert receiver(HMAC).verify_webhook(signed(HMAC), BODY)


def test_the_secret_may_be_given(monkeypatch):
    """Or it is in the environment; missing or odd, that is no fault of the webhook."""
    monkeypatch.delenv("LAB_WEBHOOK_SECRET")
    assert receiver(HMAC).verify_webhook(signed(HMAC), BODY, secret=SECRET)
    with pytest.raises(MissingKey, match="LAB_WEBHOOK_SECRET"):
        receiver(HMAC).verify_webhook(signed(HMAC), BODY)
    with pytest.raises(ValueError, match="no base64"):
        receiver(HMAC).verify_webhook(signed(HMAC), BODY, secret="whsec_?!")
    with pytest.raises(WebhookRefused):
        receiver(HMAC).verify_webhook(signed(HMAC), BODY, secret="whsec_" + base64.b64encode(b"other").decode())


def test_a_provider_without_signed_webhooks_says_so():
    """There is nothing to believe then."""
    with pytest.raises(NotSupported, match="documents no signature"):
        receiver(None).verify_webhook({}, b"{}")
    with pytest.raises(NotSupported, match="documents no webhooks"):
        lab.client(lab.Server(), webhook=None).verify_webhook({}, b"{}")


@pytest.mark.parametrize("wrong", [{"body": {}}, {"headers": [("webhook-id", 5)]}])
def test_what_is_no_request_at_all_is_a_slip(wrong):
    """A parsed body cannot be checked: a TypeError, not a refusal."""
    with pytest.raises(TypeError):
        receiver(HMAC).verify_webhook(**{"headers": signed(HMAC), "body": BODY, **wrong})


@given(st.binary(min_size=1, max_size=80))
def test_a_signature_has_one_way_to_be_written(content: bytes):
    """In base64 of either alphabet, padded or not; bits that stand for nothing are not free."""
    text = base64.b64encode(content).decode()
    assert content == signatures.from_base64(text) == signatures.from_base64(text.rstrip("="))
    assert content == signatures.from_base64(base64.urlsafe_b64encode(content).decode())
    for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/":
        other = text.rstrip("=")[:-1] + last
        assert signatures.from_base64(other) != content or other == text.rstrip("=")


def test_base64_may_end_with_any_letter():
    """Of either alphabet; padding is all that is cut off."""
    for last in range(256):
        for content in (bytes([last]), bytes([1, last]), bytes([1, 2, last])):
            for text in (base64.b64encode(content).decode(), base64.urlsafe_b64encode(content).decode()):
                assert content == signatures.from_base64(text) == signatures.from_base64(text.rstrip("="))


@pytest.mark.parametrize("url", ["", "shop.example/hook", "ftp://x.test", "https://", "https://x test", "http://[", 5])
def test_a_webhook_goes_to_an_address(url: object):
    """`with_options(call={"webhook": …})` takes an address that can be called; what else is given is refused there."""
    clip = lab.client(lab.Server()).clip
    with pytest.raises(InvalidInput, match=r"call\.webhook"):
        clip.with_options(call={"webhook": url})


def test_the_address_of_the_webhook_is_sent():
    """As the provider reads it, and with the submission only."""
    server = lab.Server()
    lab.client(server).clip.with_options(call={"webhook": "http://127.0.0.1:8000/hook?a=b"}).submit(steps=3)

    assert "http://127.0.0.1:8000/hook?a=b" == server.requests[0].url.params["hook"]


def test_a_signature_in_hex_is_of_one_case():
    """Small letters or capitals; where one letter differs from the rest, it was changed on the way."""
    rule = replace(HMAC, encoding="hex", prefix="sha256=")
    headers = signed(rule)
    text = headers["webhook-signature"].removeprefix("sha256=")
    letter = next(place for place, char in enumerate(text) if char.isalpha())

    client = receiver(rule)
    mixed = text[:letter] + text[letter].upper() + text[letter + 1 :]
    with pytest.raises(WebhookRefused):
        client.verify_webhook({**headers, "webhook-signature": f"sha256={mixed}"}, BODY)
    assert client.verify_webhook({**headers, "webhook-signature": f"sha256={text.upper()}"}, BODY)
