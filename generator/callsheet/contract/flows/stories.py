"""Gathers a `Story` while it happens: what reached an emulator, or a host of nobody's, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from callsheet.contract.flows.laws import Came, Sent
from callsheet.emulator.messages import Charge, Exchange, Reply, Request
from callsheet.emulator.serving.travel import LONGEST_HEAD
from callsheet.emulator.session import Session
from callsheet.plan.model import ProviderPlan
from callsheet.runtime import answers
from callsheet.runtime.context import Context, Options
from callsheet.runtime.pointer import at
from callsheet.runtime.steps import Moment
from callsheet.runtime.steps import Reply as Answer
from callsheet.runtime.tables import Blocking, Model
from callsheet.runtime.words import FINAL, Phase

_LONGEST_BODY: Final = 64 * 2**20
"""Bytes of an answer in JSON that a client reads at most: what is longer never ends, as far as it can tell."""

_FINE: Final = range(200, 300)
_ENDED: Final = frozenset({"failed", "cancelled"})


@dataclass(slots=True)
class Chronicle:
    """What was sent, request by request, of one call of one endpoint."""

    session: Session
    provider: ProviderPlan
    model: Model
    key: str
    sent: list[Sent] = field(default_factory=list[Sent])

    @contextmanager
    def kept(self) -> Generator[None]:
        """Write down all that reaches the session while the block lasts. Within another block it is the inner one's."""
        outer = self.session.on_exchange
        self.session.on_exchange = self.note
        try:
            yield
        finally:
            self.session.on_exchange = outer

    def note(self, exchange: Exchange) -> None:
        """One request, as the emulator saw it. What is about no job and no file is left out."""
        request, reply = exchange.request, exchange.reply
        phase, job = self.session.emulator.about(self.session.state, request)
        if phase is None:
            return
        accepted = next((one.request_id for one in exchange.effects if isinstance(one, Charge)), None)
        named = None if accepted is None else self._named(reply)
        self.sent.append(
            Sent(
                number=request.number,
                at=exchange.at,
                phase=phase,
                method=request.method,
                url=self._shown(request.origin + request.path),
                carries_key=self._in(request),
                job=job,
                accepted=accepted,
                came=came(reply),
                names_job=named is not None and named == accepted,
                misleads=named if isinstance(named, str) and named != accepted else None,
                ends=self._ends(phase, reply, accepted),
            )
        )

    def elsewhere(self, method: str, url: str, head: str) -> None:
        """One request that reached a host that no spec declares; `head` is all that came with it."""
        told = Sent(
            number=self.session.number(),
            at=self.session.clock.time(),
            phase="download",
            method=method,
            url=self._shown(url),
            declared=False,
            carries_key=self.key in head or self.key in url,
        )
        self.sent.append(told)

    def _shown(self, url: str) -> str:
        return url.replace(self.key, "…")

    def _in(self, request: Request) -> bool:
        texts = (request.path, *request.query.values(), *(value for _, value in request.headers))
        return any(self.key in text for text in texts)

    def _named(self, reply: Reply) -> object:
        """The job's id, where the spec says that the answer to a submission has it."""
        protocol = self.model.protocol
        if isinstance(protocol, Blocking):
            header = protocol.request_id_header
            return None if header is None else dict(_lowered(reply)).get(header.lower())
        named = at(_json(reply), protocol.submit.request_id)
        return str(named) if isinstance(named, int) else named

    def _ends(self, phase: Phase, reply: Reply, accepted: str | None) -> bool:
        """Whether an answer, read as the spec says, tells that the job is over."""
        protocol = self.model.protocol
        if isinstance(protocol, Blocking):
            rows = self.provider.spec.errors
            over = any(row.http == reply.status and row.means in _ENDED for row in rows)
            return accepted is not None and (reply.status in _FINE or over)
        if phase != "status" or reply.watch is not None:
            return False
        context = Context(self.provider.table, (), self.model, self.provider.table.hosts, Options())
        answer = Answer(reply.status, dict(_lowered(reply)), reply.body, Moment(0.0, 0.0))
        state = protocol.status.states.get(answers.state_name(context, answer, _json(reply)) or "")
        return state is not None and state.means in FINAL


def came(reply: Reply) -> Came:
    """How much of an answer can have reached who asked."""
    wire = reply.wire
    if sum(len(name) + len(value) for name, value in reply.headers) > LONGEST_HEAD:
        return "nothing"
    if len(reply.body) > _LONGEST_BODY:
        return "broken"
    if wire is None:
        return "whole"
    if wire.refused or wire.garbled or not wire.begins:
        return "nothing"
    # A byte a second is more patience than anybody has.
    return "broken" if wire.part < 1 or wire.announced or wire.pieces == 0 else "whole"


def _json(reply: Reply) -> object:
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):
        return None


def _lowered(reply: Reply) -> Iterator[tuple[str, str]]:
    for name, value in reply.headers:
        yield name.lower(), value
