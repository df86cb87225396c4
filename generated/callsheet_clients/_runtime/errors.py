# Copied by callsheet from generator/callsheet/runtime/errors.py.
# Do not edit: change that file, then `make generate`.
"""Everything a client raises, under one base. What knows of a job carries its handle."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from .tables import ErrorRow
from .words import Accepted, Billed, Mend, Retry

if TYPE_CHECKING:
    from pathlib import Path

    from .handle import Handle, Update
    from .steps import Reply

_MEND_WORDS: dict[Mend, str] = {
    "caller": "Change the request; sending the same again will not help.",
    "account": "See to the key or the account.",
    "provider": "It is the provider's to mend.",
}

_BILLED_WORDS: dict[Billed, str] = {"never": "Not billed.", "maybe": "It may have been billed.", "always": "Billed."}


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken fact of a payload."""

    field: str
    """Where: a parameter, or a path such as `images.0.url`. Empty for the payload as a whole."""
    fact: str
    """What was broken: missing, unknown, null, type, enum, minimum, maximum, pattern, length, …"""
    message: str
    given: object = None
    allowed: tuple[object, ...] = ()
    hint: str | None = None
    """The name or value that was probably meant."""

    def __str__(self) -> str:
        meant = f"; did you mean {self.hint!r}?" if self.hint is not None else ""
        return f"{self.field}: {self.message}{meant}" if self.field else f"{self.message}{meant}"


class CallsheetError(Exception):
    """The base of all that a client raises on purpose."""

    handle: Handle | None = None
    """The job it is about, as soon as its id is known. `handle.token` works in another process."""

    def __reduce__(self) -> tuple[Any, ...]:
        # The default calls the class with `args` alone, and an error from a worker process would lose its handle.
        return _rebuilt, (type(self), self.args, self.__dict__)


def _rebuilt(kind: type[CallsheetError], args: tuple[object, ...], state: dict[str, object]) -> CallsheetError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


@contextmanager
def carrying(handle: Handle, answer: Reply | None = None) -> Generator[None]:
    """Whatever is raised inside carries the job's handle: Ctrl-C, a cancelled task, a listener's own error."""
    try:
        yield
    except BaseException as exc:
        if not isinstance(exc, CallsheetError):
            with suppress(Exception):  # some exceptions take no attributes
                exc.add_note(
                    f"The job is at the provider: {handle}. It can be taken up with this token: {handle.token}"
                )
        if getattr(exc, "handle", None) is None:
            with suppress(Exception):
                exc.handle = handle  # type: ignore[attr-defined]
        if answer is not None and not hasattr(exc, "answer"):
            with suppress(Exception):
                exc.answer = answer  # type: ignore[attr-defined]
        raise


class InvalidInput(CallsheetError, ValueError):
    """The payload breaks the endpoint's rules. Nothing was sent."""

    def __init__(self, endpoint: str, violations: tuple[Violation, ...]) -> None:
        self.violations = violations
        lines = "".join(f"\n  {violation}" for violation in violations)
        super().__init__(f"{endpoint}: the input was not sent, {len(violations)} fault(s):{lines}")


class MissingKey(CallsheetError):
    """There is no usable key. Nothing was sent."""


class UnusableHandle(CallsheetError, ValueError):
    """A handle does not say enough to find its job."""

    def __init__(self, words: str, handle: Handle) -> None:
        self.handle = handle
        super().__init__(words)


class NotSupported(CallsheetError):
    """The provider documents no such thing for this endpoint. Nothing was sent."""


class ConnectionFailed(CallsheetError):
    """The provider could not be reached. A submission that ends so was certainly not accepted."""


class SubmissionUnknown(CallsheetError):
    """A submission was sent and its outcome is not known: a job may be running and may be charged.

    It was not sent again. Look at the provider's own list of requests before you do.
    """

    def __init__(
        self, endpoint: str, fingerprint: str, why: str, answer: Reply | None = None, partial: Path | None = None
    ) -> None:
        self.why = why
        self.fingerprint = fingerprint
        """SHA-256 of the body that was sent, to tell it from other requests."""
        self.answer = answer
        """The raw answer, where there was one."""
        self.partial = partial
        """What came of a file before the answer broke off."""
        super().__init__(
            f"{endpoint}: the outcome of a submission is unknown ({why}). One request was sent, body sha256 "
            f"{fingerprint[:16]}…; a job may be running and may be charged. It was not sent again: look at the "
            "provider's own list of requests first."
            + (f" What came of the file is kept in {partial}." if partial else "")
        )


class JournalFailed(CallsheetError):
    """The journal could not be written or read.

    Without `handle` nothing was sent. With it, the job runs, and the handle is what has to be kept.
    """


class SpoolFailed(CallsheetError):
    """There is no place on this machine for the bytes of a call. Nothing was sent."""


class WaitTimeout(CallsheetError, TimeoutError):
    """The wait is over, the job is not. It goes on at the provider: wait again with its handle."""

    # A wait always has one, and nobody takes it away.
    handle: Handle

    def __init__(
        self, handle: Handle, waited: float, last: Update | None, trouble: BaseException | None = None
    ) -> None:
        self.handle = handle  # pyright: ignore[reportIncompatibleVariableOverride]
        self.last = last
        state = f"last state {last.state}" if last else "its state was never seen"
        if last and last.means is None:
            state += " (a state that the spec does not know)"
        told = f"; last trouble: {str(trouble).rstrip('.')}" if trouble else ""
        super().__init__(
            f"{handle} is not finished after {waited:.0f} s, {state}{told}. The job was not cancelled: wait again, "
            "in this process or with `job(token)` in another."
        )


class UnexpectedAnswer(CallsheetError):
    """An answer that the spec does not foresee. It is attached whole, so nothing that was paid for is lost."""

    def __init__(self, words: str, *, answer: Reply | None = None, handle: Handle | None = None) -> None:
        self.answer = answer
        self.handle = handle
        super().__init__(words)


class DownloadFailed(CallsheetError):
    """The file could not be saved. The result still names its address."""

    def __init__(self, url: str, why: str, handle: Handle | None = None) -> None:
        self.url = url
        self.handle = handle
        super().__init__(f"could not save {url}: {why}")


class ProviderError(CallsheetError):
    """The provider said no. `row` is what the spec knows of it; a code that it does not know has none."""

    row: ClassVar[ErrorRow | None] = None

    def __init__(  # noqa: PLR0913 - the parts of one answer, all by keyword
        self,
        *,
        provider: str,
        http: int | None = None,
        message: str | None = None,
        code: str | None = None,
        handle: Handle | None = None,
        state: str | None = None,
        retry_after: float | None = None,
        answer: Reply | None = None,
    ) -> None:
        self.http = http
        self.message = message
        """The provider's own words."""
        self.code = code
        self.handle = handle
        self.state = state
        self.retry_after = retry_after
        """Seconds that the provider asked to wait."""
        self.answer = answer
        super().__init__(self._words(provider))

    def _words(self, provider: str) -> str:
        """Which job, what the provider said, what the spec knows of it, what it costs, what to do."""
        subject = f"{self.handle}{self._ended()}: " if self.handle else ""
        told = f"{provider} says {self.message!r}" if self.message else f"{provider} gives no reason"
        numbers = ", ".join(filter(None, (f"HTTP {self.http}" if self.http else "", self.code or "")))
        about = self.row.about if self.row else "The spec does not know this answer."
        advice = f"{_BILLED_WORDS[self.billed]} {self._advice()}"
        return f"{subject}{told}{f' ({numbers})' if numbers else ''}. {about} {advice}"

    def _advice(self) -> str:
        if self.retry == "after_delay":
            return "Wait before you ask again."
        if self.row is not None and self.row.means == "unknown_job" and self.mend == "caller":
            return "Check the id, and that the key is of the account that submitted; what has expired is gone."
        return _MEND_WORDS[self.mend]

    def _ended(self) -> str:
        return f" ended {self.state}" if self.state else ""

    @property
    def request_id(self) -> str | None:
        """The provider's id of the job."""
        return self.handle.request_id if self.handle else None

    @property
    def accepted(self) -> Accepted:
        """Whether a job runs for the caller all the same. What is said of a job that has an id does not undo it."""
        if self.handle:
            return "always"
        return self.row.accepted if self.row else "never"

    @property
    def billed(self) -> Billed:
        """Whether it costs money."""
        if self.handle and (self.row is None or self.row.accepted != "always"):
            return "maybe"  # the row is about the request that was answered so, not about the job
        return self.row.billed if self.row else "never"

    @property
    def retry(self) -> Retry:
        """What may be repeated."""
        return self.row.retry if self.row else "never"

    @property
    def mend(self) -> Mend:
        """Who can do something about it."""
        return self.row.mend if self.row else "caller"

    @property
    def moderation(self) -> bool:
        """Whether rules about content were the reason."""
        return bool(self.row and self.row.moderation)


class Refused(ProviderError):
    """The request was turned down. If it was a submission, no job runs for it."""


class JobFailed(ProviderError):
    """The job ended without a result."""


class JobCancelled(JobFailed):
    """The job ended because somebody cancelled it."""


class UnknownJob(ProviderError):
    """The provider does not know the id, or no longer keeps its result."""


class NotFinished(ProviderError):
    """The result was asked for before the job had ended. Wait for it."""

    def _words(self, provider: str) -> str:  # noqa: ARG002 - the job is named instead
        return f"{self.handle} is not finished{f', its state is {self.state}' if self.state else ''}: wait for it."


class Unavailable(ProviderError):
    """The provider is in trouble for the moment. Reads were repeated in vain."""


class UnknownStateWarning(UserWarning):
    """The provider reports a state that the spec does not know. The wait goes on."""


class JournalWarning(UserWarning):
    """A line about something that is over could not be written into the journal."""


class AnswerWarning(UserWarning):
    """An answer does not fit the documented output. It is kept as it came."""
