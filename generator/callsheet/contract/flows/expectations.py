"""What a cell of the matrix has to come to, beyond the laws: whether a client gets its file, or which error it raises.

Where several outcomes are right, as with an answer that contradicts itself, only the laws judge.
"""

from __future__ import annotations

from typing import Final

from callsheet.contract.flows.laws import breaches
from callsheet.contract.flows.matrix import Cell
from callsheet.contract.flows.trials import Trial
from callsheet.emulator.faults.table import Fault

RECOVERED: Final = "recovered"
LONGEST: Final = 60.0
"""Seconds of a busy machine that a cell takes at most; a client that hangs takes longer."""

_HARMLESS: Final = frozenset({"drip", "wrong_type"})
"""The answer is there, and says what it should."""

_PASSING: Final = frozenset(
    {"html_page", "html_page_nginx", "http_408", "http_429", *(f"http_{n}" for n in range(500, 505))}
)
"""Answers of gateways and of providers in trouble: another try outlives them, with `_seconds`, `_date`, `_accepted`."""

_SAID_NOTHING: Final = frozenset({"bad_json", "null_body", "empty_body", "giant_body", "giant_header", "html_ok"})
"""Answers without what was asked for."""

_UNSEEN: Final = frozenset({("download", "too_long"), ("download", "crawl")})
"""A file that is longer than announced ends where it was announced to, and nobody can tell; and one that takes longer
than the caller allows for all of it is not tried again.
"""

_LASTING: Final = {
    "status": "WaitTimeout",
    "upload": "UploadFailed",
    "download": "DownloadFailed",
}
"""What is raised when trouble of a phase lasts."""


def faults_of(cell: Cell, trial: Trial) -> list[str]:
    """All that is wrong with what a cell came to."""
    found = [str(breach) for breach in breaches(trial.story)]
    if trial.took > LONGEST:
        found.append(f"hang: it took {trial.took:.0f} s of the machine's time")
    wanted = expected(cell)
    error = trial.story.told.error
    if wanted == RECOVERED and error is not None:
        found.append(f"recovery: {trial.outcome} where the client could have gone on: {error}")
    elif wanted not in {None, RECOVERED} and not _is(cell, error, str(wanted)):
        found.append(f"outcome: {trial.outcome} in the place of {wanted}")
    if error is None and not trial.whole and not _unseen(cell):
        found.append("file: the client says that it saved the file, and it is not the one that the job made")
    return found


def expected(cell: Cell) -> str | None:  # noqa: PLR0911 - one line for each kind of cell
    """`recovered`, or the class of the client's errors that is raised; None where that is open."""
    fault = cell.fault
    if fault is None or (cell.phase, cell.name) in _UNSEEN or (cell.streams and cell.name == "crawl"):
        return None
    if cell.name in _HARMLESS:
        return RECOVERED
    if cell.phase == "connect":
        return (RECOVERED if cell.passes else "ConnectionFailed") if cell.name == "refused" else None
    if cell.phase == "submit":
        return _of_submission(cell, fault)
    if not _passes(fault):
        return None
    if cell.passes:
        return RECOVERED
    # Where the stream tells nothing, looks are taken, which nothing befalls any more.
    return _LASTING.get(cell.phase)


def _unseen(cell: Cell) -> bool:
    """Whether nobody can tell that a file is wrong: it has no form that is known, and came with its whole length.

    A web page in the place of a file that was paid for is kept, with a warning.
    """
    bare = cell.caller.blocking and cell.caller.table.blocking.decode == "bytes" and cell.phase == "submit"
    fault = cell.fault
    odd = fault is not None and (fault.body is not None or (fault.wire is not None and fault.wire.announced < 0))
    return cell.phase == "cancel" or (cell.phase, cell.name) in _UNSEEN or (bare and odd)


def _of_submission(cell: Cell, fault: Fault) -> str | None:
    """A submission is repeated only where it certainly was not accepted; else its outcome is unknown."""
    if fault.view is not None:
        return None
    if fault.http is None or fault.http >= 500:  # noqa: PLR2004 - the class of codes that say nothing of the request
        # What came instead of a blocking call's result may be all there will ever be: it is kept.
        kept = cell.caller.blocking and fault.http is None and (fault.wire is None or fault.wire.announced < 0)
        return None if kept or (cell.name == "html_ok" and cell.caller.blocking) else "SubmissionUnknown"
    rows = [
        row for row in cell.caller.provider.spec.errors if row.http == fault.http and not row.code and not row.match
    ]
    if any(row.accepted == "never" and row.retry == "after_delay" for row in rows):
        return RECOVERED if cell.passes else "ProviderError"
    return None


def _passes(fault: Fault) -> bool:
    """Whether a read that is repeated may go well."""
    code = fault.name.removesuffix("_seconds").removesuffix("_date").removesuffix("_accepted")
    return fault.wire is not None or code in _PASSING or fault.name in _SAID_NOTHING


def _is(cell: Cell, error: BaseException | None, name: str) -> bool:
    return isinstance(error, cell.caller.error(name))
