"""What may befall an answer: the one table of faults. Plain data; who makes them happen reads it.

`wire` faults are done where the bytes are sent, `hook` faults where a webhook is delivered; all others make another
answer of the one that the provider would have given (`callsheet.emulator.faults.befalling`), or let a read see the
job as it is not (`callsheet.emulator.faults.views`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

from callsheet.emulator import webhook_faults
from callsheet.emulator.messages import Wire
from callsheet.emulator.webhook_faults import WebhookFault

FaultPhase = Literal["connect", "submit", "status", "result", "file", "cancel", "upload", "download", "webhook"]
"""Where a fault may happen. A stream counts as status; a blocking call is submit, status and result in one."""

PHASES: Final[tuple[FaultPhase, ...]] = get_args(FaultPhase)

Body = Literal["half", "html", "nginx", "empty", "null", "nulls", "giant", "headers", "type"]
"""What an answer's body is replaced with; `headers` and `type` leave it as it is."""

View = Literal["queued", "running", "back", "resumed", "unknown_state", "missing", "expired", "elsewhere", "other"]
"""As what a read sees its job."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One row of the table.

    With none of `wire`, `http`, `body`, `view` and `hook` it would be no fault.
    """

    name: str
    about: str
    """What happens, as the end of a sentence that begins with the answer."""
    phases: tuple[FaultPhase, ...]
    """Where it makes sense. A text that names no phase means the first; or all, with `everywhere`."""
    acts: bool = True
    """Whether the request is acted upon: whether a submission runs and is charged, a wish to cancel is heard."""
    everywhere: bool = False
    times: int | None = None
    """How often it happens where a text does not say; None is always."""
    wire: Wire | None = None
    http: int | None = None
    """Answered with this status in place of the provider's own answer."""
    retry_after: Literal["seconds", "date"] | None = None
    body: Body | None = None
    view: View | None = None
    hook: WebhookFault | None = None

    @property
    def usual(self) -> frozenset[FaultPhase]:
        """The phases that a text means that names none."""
        return frozenset(self.phases if self.everywhere else self.phases[:1])


_ANSWERS: Final[tuple[FaultPhase, ...]] = ("submit", "status", "result", "file", "cancel", "upload", "download")
_STATUS_FIRST: Final[tuple[FaultPhase, ...]] = ("status", "submit", "result", "file", "cancel", "upload", "download")
_JSON: Final[tuple[FaultPhase, ...]] = ("status", "submit", "result", "cancel", "upload")
_READS: Final[tuple[FaultPhase, ...]] = ("status", "result", "file")
_ACTS: Final[tuple[FaultPhase, ...]] = ("submit", "cancel", "upload")
"""Requests that change something."""


def _bytes() -> Iterator[Fault]:
    """Faults that no HTTP server makes by itself."""
    yield Fault("refused", "nobody listens", ("connect",), acts=False, wire=Wire(refused=True))
    reset = Fault(
        "reset", "the connection is reset before a byte of it", _ANSWERS, wire=Wire(begins=False, ends="reset")
    )
    closed = Fault("closed", "the connection is closed before a byte of it", _ANSWERS, wire=Wire(begins=False))
    silent = Fault("silent", "it never comes", _ANSWERS, wire=Wire(begins=False, ends="silence"))
    yield replace(reset, phases=(*_ANSWERS, "connect"))
    yield closed
    yield silent
    for one in (reset, closed, silent):
        yield replace(one, name=f"{one.name}_unheard", about=f"{one.about}; nothing is done", phases=_ACTS, acts=False)
    half = Wire(part=0.5)
    yield Fault("cut", "the connection is closed in the middle of the body", _ANSWERS, wire=half)
    yield Fault(
        "reset_body", "the connection is reset in the middle of the body", _ANSWERS, wire=Wire(part=0.5, ends="reset")
    )
    yield Fault("stalled", "nothing follows after half of the body", _ANSWERS, wire=Wire(part=0.5, ends="silence"))
    yield Fault(
        "drip", "it comes whole, in ten pieces over two seconds", _STATUS_FIRST, wire=Wire(pieces=10, pause=0.2)
    )
    yield Fault("crawl", "it comes a byte a second", _STATUS_FIRST, wire=Wire(pieces=0, pause=1.0))
    yield Fault("too_short", "its body ends before the announced length", _ANSWERS, wire=Wire(announced=10))
    yield Fault("too_long", "its body is longer than announced", _ANSWERS, wire=Wire(announced=-1))
    yield Fault("garbled", "it is not HTTP", _ANSWERS, wire=Wire(garbled=True))


def _contents() -> Iterator[Fault]:
    """Answers of a form that nobody expects."""
    yield Fault("bad_json", "JSON breaks off in the middle, at the announced length", _JSON, body="half")
    yield Fault("null_body", "it is `null`", _JSON, body="null")
    yield Fault("null_fields", "each object, list and text in it is `null`", _JSON, body="nulls")
    yield Fault("empty_body", "it has no body", _STATUS_FIRST, body="empty")
    yield Fault("giant_body", "65 MiB of blanks follow the JSON", _JSON, body="giant")
    yield Fault("giant_header", "one of its headers has 200 KiB", _STATUS_FIRST, body="headers", wire=Wire())
    yield Fault("wrong_type", "its content type is another", _STATUS_FIRST, body="type")
    yield Fault("html_ok", "it is a web page, with 200", _STATUS_FIRST, http=200, body="html")
    page = Fault(
        "html_page", "it is the web page of a gateway, with 502", _STATUS_FIRST, http=502, body="html", acts=False
    )
    yield page
    yield replace(page, name="html_page_nginx", about=f"{page.about}, which names nginx", body="nginx")


def _codes() -> Iterator[Fault]:
    """HTTP codes, in words that no row of a spec has."""
    for http in (408, 409, 429):
        plain = Fault(
            f"http_{http}", f"it is a {http}", ("submit", *_STATUS_FIRST[:1], *_ANSWERS[2:]), acts=False, http=http
        )
        yield plain
        yield replace(
            plain, name=f"http_{http}_seconds", about=f"it is a {http} with Retry-After: 2", retry_after="seconds"
        )
        yield replace(
            plain, name=f"http_{http}_date", about=f"it is a {http} with Retry-After as a date", retry_after="date"
        )
    for http in (500, 502, 503, 504):
        plain = Fault(f"http_{http}", f"it is a {http}; nothing is done", _STATUS_FIRST, acts=False, http=http)
        yield plain
        yield replace(
            plain,
            name=f"http_{http}_accepted",
            about=f"it is a {http}, though the request is acted upon",
            phases=_ACTS,
            acts=True,
        )
    for http in (301, 302, 307, 308):
        yield Fault(f"redirect_{http}", f"it is a {http} to another host", _STATUS_FIRST, acts=False, http=http)
    yield Fault("file_missing", "the file's address answers 404", ("download",), http=404)
    yield Fault("file_forbidden", "the file's address answers 403", ("download",), http=403)


def _jobs() -> Iterator[Fault]:
    """Answers that tell of a job what is not so."""
    yield Fault("foreign_urls", "its addresses are on another host", ("submit", "status", "result"), view="elsewhere")
    yield Fault("unknown_state", "it tells a state that the spec does not know", ("status",), view="unknown_state")
    yield Fault("endless_queue", "the job never leaves the queue", (*_READS, "cancel"), everywhere=True, view="queued")
    yield Fault("endless_run", "the job never ends", (*_READS, "cancel"), everywhere=True, view="running")
    yield Fault("back_in_queue", "a job that runs is told to wait again", ("status",), view="back", times=1)
    yield Fault(
        "running_again",
        "a job whose end was told is told to run, and has no result",
        _READS,
        everywhere=True,
        view="resumed",
        times=2,
    )
    yield Fault(
        "result_missing", "the job has succeeded, and nobody knows its result", ("result", "file"), view="missing"
    )
    yield Fault("expired", "a job that has ended is unknown", _READS, everywhere=True, view="expired")
    yield Fault("other_job", "it is about another job", ("status", "submit", "result"), view="other")


def _hooks() -> Iterator[Fault]:
    """What befalls the delivery of a webhook."""
    for hook in webhook_faults.FAULTS:
        yield Fault(hook.name, hook.about, ("webhook",), hook=hook)


FAULTS: Final[Mapping[str, Fault]] = {
    fault.name: fault for fault in (*_bytes(), *_contents(), *_codes(), *_jobs(), *_hooks())
}
"""Every fault by its name, in the order in which they are told."""
