"""A webhook is believed where its signature proves it, once, and in time. The emulator signs as the spec says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest

from callsheet.contract.clients.bench import OPTIONS, Bench, with_key
from callsheet.contract.clients.calls import Caller
from callsheet.contract.clients.libraries import as_of
from callsheet.emulator.messages import Delivery
from callsheet.emulator.webhook_faults import FAULTS, WebhookFault, possible

HOOK: Final = "https://shop.example/hook"
OF_A_JOB: Final = 100.0


class Shop:
    """A receiver of webhooks that keeps them. `verify` is what the client says of some of them, one after the other."""

    def __init__(self, caller: Caller, scenario: str = "success") -> None:
        self.caller = caller
        self.came: list[Delivery] = []
        self.sent_at: list[float] = []
        options = replace(OPTIONS, scenario=scenario, seconds=OF_A_JOB)
        self.bench = Bench(caller, options=options, receiver=self.keep)

    def keep(self, delivery: Delivery) -> int:
        """Take a webhook."""
        self.came.append(delivery)
        return 200

    def submit(self) -> Any:
        """A job that is to be told of, and its end."""
        webhook = self.caller.provider.table.webhook
        assert webhook is not None
        job = self.bench.perform(("with_options", {"call": {str(webhook.option): HOOK}}), ("submit", {}))
        self.bench.clock.advance(OF_A_JOB + 1.0)
        return job

    def verify(self, *deliveries: tuple[Any, bytes]) -> list[Any]:
        """Each webhook with one and the same client: the event, or the fault that is found."""
        found: list[Any] = []
        refused = self.caller.error("WebhookRefused")
        library = self.caller.library
        wire = library.MockTransport(as_of(library, self.bench.wire))
        # One client remembers; the steps of `perform` have a new one each time.
        if self.caller.asynchronous:
            return [self.once(*one) for one in deliveries]
        with library.Client(transport=wire) as http, self.caller.client(http=http, clock=self.bench.clock) as client:
            for headers, body in deliveries:
                try:
                    found.append(client.verify_webhook(headers, body))
                except refused as problem:
                    found.append(getattr(problem, "fault", None))
        return found

    def once(self, headers: Any, body: bytes) -> Any:
        """The same of a single one, with a client that has seen none."""
        try:
            return self.bench.perform(
                ("verify_webhook", {"headers": headers, "body": body}), of_client=True, api_key=None
            )
        except self.caller.error("WebhookRefused") as problem:
            return getattr(problem, "fault", None)


def test_a_webhook_of_the_providers_is_believed(hooked: Caller) -> None:
    """It names the job, whether it succeeded and what it made; public keys are asked for without ours, and kept."""
    shop = Shop(hooked)
    job = shop.submit()
    (came,) = shop.came
    shop.bench.wire.requests.clear()
    (event,) = shop.verify((came.headers, came.body))

    assert (job.request_id, True) == (event.request_id, event.succeeded)
    assert event.output is not None
    assert event.message is None
    assert with_key(shop.bench.wire.requests) == []
    signature = getattr(hooked.provider.table.webhook, "signature", None)
    if signature is not None and signature.keys is not None:
        url = f"{hooked.provider.table.hosts[signature.keys.host]}{signature.keys.path}"
        assert [url] == [str(request.url) for request in shop.bench.wire.requests]


def test_a_failure_is_told_as_one(hooked: Caller) -> None:
    """A job that failed: no output, and the provider's words."""
    failed = next((error for error in hooked.provider.errors if error.row.means == "failed"), None)
    if failed is None:
        pytest.skip("no failure is documented")
    shop = Shop(hooked, failed.row.name)
    job = shop.submit()
    for came in shop.came:
        (event,) = shop.verify((came.headers, came.body))
        assert (job.request_id, False, None) == (event.request_id, event.succeeded, event.output)
        assert event.message


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_forged_webhook_is_refused(hooked: Caller, fault: WebhookFault) -> None:
    """A signature, a body, a time or a key that is not right is refused; anything else that befalls one is not."""
    if not possible(fault, hooked.provider.spec):
        pytest.skip("the provider's webhooks have nothing of the kind")
    shop = Shop(hooked, f"{fault.name}@webhook")
    shop.submit()
    shop.bench.clock.advance(0.0)
    for came in shop.came:
        found = shop.once(came.headers, came.body)
        forged = fault.forges
        assert isinstance(found, str) == forged, f"{fault.about}: the client says {found!r}"


def test_a_webhook_is_believed_once(hooked: Caller) -> None:
    """The same once more is a replay; where the caller has a store of its own, that decides."""
    if hooked.asynchronous:
        return  # both worlds share what remembers
    shop = Shop(hooked)
    shop.submit()
    (came,) = shop.came
    first, again = shop.verify((came.headers, came.body), (came.headers, came.body))

    assert first.succeeded
    assert again == "replay"


def test_public_keys_are_kept_as_long_as_the_spec_says(hooked: Caller) -> None:
    """They are fetched once for many webhooks, and anew when their time is over."""
    signature = getattr(hooked.provider.table.webhook, "signature", None)
    if signature is None or signature.keys is None or hooked.asynchronous:
        return
    shop = Shop(hooked)
    library = hooked.library
    wire = library.MockTransport(as_of(library, shop.bench.wire))
    fetched: list[int] = []
    with library.Client(transport=wire) as http, hooked.client(http=http, clock=shop.bench.clock) as client:
        for pause in (5000.0, 60.0, signature.keys_for - 1000.0, 2000.0):
            shop.bench.clock.advance(pause)
            shop.submit()
            shop.bench.wire.requests.clear()
            assert client.verify_webhook(shop.came[-1].headers, shop.came[-1].body).succeeded
            fetched.append(len(shop.bench.wire.requests))
    assert fetched == [1, 0, 0, 1]


def test_a_store_of_the_callers_decides_what_is_new(hooked: Caller) -> None:
    """It is asked once for each webhook that is proven, with one and the same text for the same webhook."""
    shop = Shop(hooked)
    shop.submit()
    (came,) = shop.came
    asked: list[str] = []

    def seen(mark: str) -> bool:
        asked.append(mark)
        return len(asked) > 1

    step = ("verify_webhook", {"headers": came.headers, "body": came.body, "seen": seen})
    shop.bench.perform(step, of_client=True, api_key=None)
    with pytest.raises(hooked.error("WebhookRefused")):
        shop.bench.perform(step, of_client=True, api_key=None)
    assert len(asked) == 2
    assert len({*asked}) == 1


def test_a_webhook_is_believed_in_time(hooked: Caller) -> None:
    """Up to the tolerance of the spec, and a second later no more."""
    signature = getattr(hooked.provider.table.webhook, "signature", None)
    assert signature is not None
    for late, believed in ((signature.tolerance - 5.0, True), (signature.tolerance + 5.0, False)):
        shop = Shop(hooked)
        shop.submit()
        (came,) = shop.came
        sent = float(dict(came.headers)[signature.headers["timestamp"]])
        shop.bench.clock.advance(sent + late - shop.bench.clock.time())
        found = shop.once(came.headers, came.body)
        assert (found == "time") != believed, f"after {late} s the client says {found!r}"


def test_every_byte_counts(hooked: Caller) -> None:
    """A body or a signed header that differs in one byte is refused, and so is a header that is missing or doubled."""
    signature = getattr(hooked.provider.table.webhook, "signature", None)
    assert signature is not None
    shop = Shop(hooked)
    shop.submit()
    (came,) = shop.came
    headers = [(name, value) for name, value in came.headers]
    assert shop.once(headers, came.body + b" ") == "signature"
    for header in {signature.header, *signature.headers.values()}:
        without = [pair for pair in headers if pair[0].lower() != header.lower()]
        assert len(without) < len(headers)
        assert shop.once(without, came.body) == "header", f"without {header}"
        (value,) = [text for name, text in headers if name.lower() == header.lower()]
        assert shop.once([*headers, (header, f"{value}0")], came.body) == "header", f"{header} twice"
        if header != signature.headers["timestamp"]:
            other = ("0" if value[0] != "0" else "1") + value[1:]
            assert shop.once([*without, (header, other)], came.body) == "signature", f"another {header}"
