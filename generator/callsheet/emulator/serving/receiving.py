"""Webhooks in memory: handed to a receiver of the test's, while its clock moves."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Coroutine
from typing import Final

import httpx

from callsheet.emulator.messages import Delivery, Outcome
from callsheet.emulator.session import Session

Receiver = Callable[[Delivery], int | None]
"""Takes a webhook and gives the status of its answer; None is 200. It raises `NoAnswer` where there is none."""


class NoAnswer(Exception):
    """The receiver gave no answer, in its own words."""


class Postman:
    """Makes the deliveries of a session."""

    def __init__(self, session: Session, receiver: Receiver) -> None:
        self._session: Final = session
        self._receiver: Final = receiver

    def ring(self) -> float | None:
        """Deliver what is due now; when something is due again. What the receiver raises comes out at the end."""
        raised: list[Exception] = []
        while True:
            deliveries, again = self._session.due()
            for delivery in deliveries:
                try:
                    self._deliver(delivery)
                except Exception as problem:  # noqa: BLE001 - it is raised again once the others have been delivered
                    raised.append(problem)
            if raised:
                raise raised[0]
            if not deliveries:
                return again

    def _deliver(self, delivery: Delivery) -> None:
        went = Outcome(None, "the receiver raised an error")
        try:
            status = self._receiver(delivery)
            went = Outcome(200 if status is None else status)
        except NoAnswer as why:
            went = Outcome(None, str(why) or "no answer")
        finally:
            self._session.delivered(delivery, went)


def through(transport: httpx.BaseTransport | httpx.AsyncBaseTransport) -> Receiver:
    """A receiver behind a transport of httpx: `through(httpx.WSGITransport(app))`, `through(httpx.ASGITransport(app))`.

    One that is asynchronous runs on an event loop of its own, each time anew.
    """

    def receive(delivery: Delivery) -> int:
        patience = dict.fromkeys(("connect", "read", "write", "pool"), delivery.timeout)
        try:
            request = httpx.Request(
                "POST",
                delivery.url,
                headers=list(delivery.headers),
                content=delivery.body,
                extensions={"timeout": patience},
            )
            if isinstance(transport, httpx.BaseTransport):
                response = transport.handle_request(request)
                response.read()
                return response.status_code
            return _apart(_asked(transport, request))
        except (httpx.TransportError, httpx.InvalidURL) as problem:
            raise NoAnswer(str(problem) or type(problem).__name__) from problem

    return receive


async def _asked(transport: httpx.AsyncBaseTransport, request: httpx.Request) -> int:
    response = await transport.handle_async_request(request)
    await response.aread()
    return response.status_code


def _apart(answer: Coroutine[None, None, int]) -> int:
    """Run to the end on a loop of its own: the caller may be within one, and may not wait for it."""
    box: list[int | BaseException] = []

    def run() -> None:
        try:
            box.append(asyncio.run(answer))
        except BaseException as problem:  # noqa: BLE001 - it is raised again where it can be seen
            box.append(problem)

    thread = threading.Thread(target=contextvars.copy_context().run, args=(run,), name="callsheet-receiver")
    thread.start()
    thread.join()
    if isinstance(box[0], BaseException):
        raise box[0]
    return box[0]
