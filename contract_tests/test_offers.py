"""Files of the caller's and webhooks, against what is known of the providers. No plan stands in between."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from callsheet.contract.clients.calls import Caller, Recorder
from callsheet.contract.evidence import files as evidence
from callsheet.contract.exchanges.recordings import KEY
from callsheet.contract.plans import Planned
from callsheet.emulator import media
from callsheet.emulator.options import Options
from callsheet.emulator.serving.memory import MemoryTransport, VirtualClock
from callsheet.facts.flat import Facts
from callsheet.source.nodes import Plain

KINDS = {"image": ("picture.png", "image/png"), "video": ("dance.mp4", "video/mp4"), "audio": ("song.wav", "audio/wav")}


def known_of(caller: Caller, root: Path) -> Facts:
    """What is known of an endpoint and its provider, without what is known not to be stated."""
    known = evidence.of_endpoint(root, caller.provider.id, caller.model.id)
    return {fact.path: fact.value for fact in known.facts if fact.value != evidence.NOT_STATED}


def below(known: Facts, *path: str) -> dict[str, Plain]:
    """The facts right below a path."""
    return {at[-1]: value for at, value in known.items() if at[:-1] == path}


class Sent:
    """One call with a file of the caller's in the place of its first address, and all that went out."""

    def __init__(self, caller: Caller, everything: Planned, known: Facts, folder: Path, *, padding: int) -> None:
        self.known = known
        self.name, kind = next(
            (path[1], str(value)) for path, value in known.items() if path[0] == "parameters" and path[-1] == "media"
        )
        file_name, self.content_type = KINDS[kind]
        self.file = folder / file_name
        self.content = media.content(kind, "x") + bytes(padding)  # type: ignore[arg-type]
        self.file.write_bytes(self.content)
        sample = known["sample", "page"]
        assert isinstance(sample, dict)
        emulated = MemoryTransport(everything.plan, Options(keys=frozenset({KEY}), cutoff=False))
        wire = Recorder(emulated.handle_request)
        steps: list[Any] = [(caller.sends, {**sample, self.name: self.file})]
        caller.perform(steps, transport=wire, clock=emulated.clock)
        *self.uploads, submission = wire.requests
        self.address = str(json.loads(submission.content)[self.name])

    @property
    def data_uri(self) -> str:
        """The file as a data URI."""
        return f"data:{self.content_type};base64,{base64.b64encode(self.content).decode()}"

    def filled(self, template: Plain) -> Plain:
        """What a known template of a request comes to for this file."""
        values = {"file_name": self.file.name, "content_type": self.content_type, "data_uri": self.data_uri}
        match template:
            case str():
                for name, value in values.items():
                    template = template.replace(f"{{{name}}}", value)
                return template
            case list():
                return [self.filled(item) for item in template]
            case _:
                return template


def test_a_file_is_uploaded_as_is_known(
    filed: Caller, everything: Planned, evidence_root: Path, tmp_path: Path
) -> None:
    """Each request of an upload in order, the key to declared hosts alone; what came of it stands in the input."""
    known = known_of(filed, evidence_root)
    numbers = sorted({path[2] for path in known if path[:2] == ("files", "upload")})
    sent = Sent(filed, everything, known, tmp_path, padding=1_200_000)

    assert len(numbers) == len(sent.uploads)
    for number, request in zip(numbers, sent.uploads, strict=True):
        here = ("files", "upload", number)
        assert known[*here, "method"] == request.method
        url = str(known[*here, "url"])
        declared = url.startswith("https://")
        assert not declared or url == str(request.url.copy_with(query=None))
        assert below(known, *here, "query") == dict(request.url.params)
        for header, value in below(known, *here, "headers").items():
            assert sent.filled(value) == request.headers[header]
        assert declared == any(KEY in value for value in request.headers.values())
        if known.get((*here, "body")) == "{bytes}":
            assert sent.content == request.content
        else:
            expected = {name: sent.filled(value) for name, value in below(known, *here, "body").items()}
            assert expected == json.loads(request.content)
    assert sent.address.startswith("https://")


def test_a_small_file_goes_along_where_that_is_known(
    filed: Caller, everything: Planned, evidence_root: Path, tmp_path: Path
) -> None:
    """As a data URI where the provider is known to take them; elsewhere it is uploaded, however small."""
    known = known_of(filed, evidence_root)
    sent = Sent(filed, everything, known, tmp_path, padding=0)

    assert bool(sent.uploads) != known["files", "data_uris"]
    assert (sent.address == sent.data_uri) == known["files", "data_uris"]


class Hook:
    """Webhooks as they are known to be sent and signed, with a key of our own that is published where theirs is."""

    def __init__(self, caller: Caller, root: Path) -> None:
        self.caller = caller
        self.known = known_of(caller, root)
        self.clock = VirtualClock()
        self.key = Ed25519PrivateKey.generate()
        self.asked: list[httpx.Request] = []

    def publish(self, request: httpx.Request) -> httpx.Response:
        """The public key, at its known address."""
        self.asked.append(request)
        x = base64.urlsafe_b64encode(self.key.public_key().public_bytes_raw()).decode().rstrip("=")
        return httpx.Response(200, json={"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x}]})

    def signed(self, body: bytes, *, age: float = 0.0) -> dict[str, str]:
        """The headers of a delivery."""
        names = {name: str(header) for name, header in below(self.known, "webhook", "signature", "headers").items()}
        values = {name: f"the {name}" for name in names} | {"timestamp": str(int(self.clock.time() - age))}
        message = str(self.known["webhook", "signature", "message"])
        for name, value in {**values, "sha256": hashlib.sha256(body).hexdigest()}.items():
            message = message.replace(f"{{{name}}}", value)
        proof = {str(self.known["webhook", "signature", "header"]): self.key.sign(message.encode()).hex()}
        return {**{names[name]: value for name, value in values.items()}, **proof}

    def verify(self, headers: dict[str, str], body: bytes) -> Any:
        """What the client says of it."""
        steps: list[Any] = [("verify_webhook", {"headers": headers, "body": body})]
        return self.caller.perform(steps, transport=self.publish, clock=self.clock, of_client=True, api_key=None)


def test_a_known_webhook_is_believed(hooked: Caller, evidence_root: Path) -> None:
    """With the known signature over the known text, and told apart by success; the key is asked for without ours."""
    hook = Hook(hooked, evidence_root)
    good = {"request_id": "an-id", "status": "OK", "payload": {"video": 1}}
    bad = {"request_id": "an-id", "status": "ERROR", "error": "Invalid status code: 422", "payload": {"detail": []}}

    for told in (good, bad):
        body = json.dumps({"gateway_request_id": "an-id", **told}).encode()
        event = hook.verify(hook.signed(body), body)
        assert ("an-id", told is good) == (event.request_id, event.succeeded)
        assert event.output == (told["payload"] if told is good else event.output)
        assert event.message == told.get("error")
    assert {str(hook.known["webhook", "signature", "keys_url"])} == {str(request.url) for request in hook.asked}
    assert not any("authorization" in request.headers for request in hook.asked)


@pytest.mark.parametrize("fault", ["body", "signature", "old", "future"])
def test_any_other_webhook_is_refused(hooked: Caller, evidence_root: Path, fault: str) -> None:
    """A byte that differs in body or signature, and a time beyond the known tolerance."""
    hook = Hook(hooked, evidence_root)
    tolerance = hook.known["webhook", "signature", "tolerance"]
    assert isinstance(tolerance, int)
    body = b'{"request_id": "an-id", "status": "OK", "payload": {}}'
    headers = hook.signed(body, age={"old": tolerance + 2, "future": -tolerance - 2}.get(fault, 0))
    proof = str(hook.known["webhook", "signature", "header"])
    if fault == "signature":
        headers[proof] = hook.signed(b"{}")[proof]

    with pytest.raises(hooked.error("WebhookRefused")):
        hook.verify(headers, body + b" " if fault == "body" else body)
