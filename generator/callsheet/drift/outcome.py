"""What came of a whole run: pages that were compared, those that could not be, and what all of it means. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, get_args

from callsheet.changes import ABSENT
from callsheet.drift.against import Compared, held_against
from callsheet.drift.baseline import Baseline
from callsheet.drift.difference import Difference
from callsheet.drift.memory import Memory, Remembered
from callsheet.drift.whose import Endpoint, by_file, name_of, source_of, whose
from callsheet.findings import Finding, Span, errors
from callsheet.pages import Reading, Subject, read_page
from callsheet.plan.model import Plan
from callsheet.rules import drift as rules
from callsheet.source.nodes import Plain

_SUBJECTS: Final[tuple[Subject, ...]] = get_args(Subject)
_CLASSES: Final = ("breaking", "additive", "editorial")


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was handed in. `named`: a person named it, so that it has to be of some endpoint."""

    name: str
    data: bytes
    url: str | None = None
    endpoint: Endpoint | None = None
    kind: str | None = None
    named: bool = True


@dataclass(frozen=True, slots=True)
class Done:
    """One page that was compared. `open` are the differences that nobody has accepted."""

    page: Page
    compared: Compared
    open: tuple[Difference, ...]

    @property
    def endpoint(self) -> str:
        """`provider/model`."""
        return name_of(self.compared.endpoint)


@dataclass(frozen=True, slots=True)
class Outcome:
    """All pages. `findings` are those on pages as a whole, and on the baseline."""

    done: tuple[Done, ...]
    findings: tuple[Finding, ...] = ()
    memories: Mapping[str, Memory] = field(default_factory=dict[str, Memory])

    @property
    def breaks(self) -> bool:
        """Whether something breaks callers that nobody has accepted."""
        return any(one.kind == "breaking" for done in self.done for one in done.open)

    @property
    def incomplete(self) -> bool:
        """Whether a page, or a part of one, was not to be had."""
        return bool(errors(self.findings))


def outcome(plan: Plan, pages: Sequence[Page], memories: Mapping[str, Memory], baseline: Baseline, day: str) -> Outcome:
    """Read and compare pages, one by one. What cannot be compared is a finding, and the others are done all the same.

    `memories` are what pages said when last read, by `provider/model`; those of the outcome know these pages, too, as
    read on `day`.
    """
    done: list[Done] = []
    findings: list[Finding] = []
    kept = {name: dict(memory) for name, memory in memories.items()}
    for page in pages:
        reading = read_page(page.data, page.name)
        if isinstance(reading, Finding):
            findings.append(_unread(plan, page, reading))
            continue
        endpoint = page.endpoint or _endpoint(plan, page, reading, findings)
        of_any = endpoint is not None or page.named
        findings += reading.problems if of_any else map(_mild, reading.problems)
        if endpoint is None:
            continue
        kind = page.kind or source_of(endpoint, reading, page.url)
        name = name_of(endpoint)
        compared = held_against(endpoint, kind, reading, memories.get(name))
        left = tuple(one for one in compared.differences if not baseline.has(compared, one))
        done.append(Done(page, compared, left))
        if not errors(reading.problems):
            known = kept.setdefault(name, {})
            known[kind] = Remembered.of(reading, day).since(known.get(kind))
    findings += baseline.stale(one.compared for one in done)
    return Outcome(tuple(done), tuple(findings), kept)


def _unread(plan: Plan, page: Page, why: Finding) -> Finding:
    """A file of a folder that is no page is passed over with a warning, unless it is called like one."""
    if page.named or page.endpoint is not None or by_file(plan, page.name):
        return why
    return _mild(why)


def _mild(one: Finding) -> Finding:
    return Finding(one.rule, one.span, one.what, one.why, one.mend, "warning")


def _endpoint(plan: Plan, page: Page, reading: Reading, findings: list[Finding]) -> Endpoint | None:
    found = whose(plan, reading, page.name)
    if len(found) == 1:
        return found[0]
    here = Span(page.name)
    if found:
        what = f"the page could be of {' and of '.join(map(name_of, found))}"
        findings.append(rules.PAGE_OF_SEVERAL.at(here, what))
        return None
    what = f"no spec is of this page ({reading.layout}: {reading.endpoint or reading.title or 'without a name'})"
    why = rules.PAGE_WITHOUT_SPEC.at(here, what)
    findings.append(Finding(why.rule, why.span, why.what, why.why, why.mend, "error") if page.named else why)
    return None


def found(outcome: Outcome) -> tuple[Finding, ...]:
    """All that is to be told, what breaks first."""
    listed = [(one, done) for done in outcome.done for one in done.open]
    listed.sort(key=lambda pair: _CLASSES.index(pair[0].kind))
    return (*outcome.findings, *(_classed(one.finding(done.page.name), one) for one, done in listed))


def _classed(finding: Finding, one: Difference) -> Finding:
    what = f"{one.kind}: {finding.what}"
    return Finding(finding.rule, finding.span, what, finding.why, finding.mend, finding.severity)


def summary(done: Done) -> Iterator[str]:
    """A page in a line or two, for people."""
    count = Counter(one.kind for one in done.open)
    accepted = len(done.compared.differences) - len(done.open)
    parts = [f"{count[kind]} {kind}" for kind in _CLASSES if count[kind]]
    parts += [f"{accepted} accepted"] if accepted else []
    yield f"{done.endpoint} ({done.compared.kind}), {done.page.name}: {', '.join(parts) or 'no drift'}"
    reading = done.compared.reading
    rest = [f"{len(reading.unread)} not understood"] if reading.unread else []
    silent = not_told(reading)
    rest += [f"silence means nothing on {', '.join(silent)}"] if silent else []
    if rest:
        yield f"  {'; '.join(rest)}"


def not_told(reading: Reading) -> list[str]:
    """The subjects of which the page may say less than there is."""
    return [subject for subject in _SUBJECTS if subject not in reading.tells]


def as_json(outcome: Outcome) -> dict[str, Plain]:
    """All of it, for machines."""
    return {
        "breaks": outcome.breaks,
        "pages": [_page(done) for done in outcome.done],
        "findings": [
            {
                "rule": one.rule,
                "severity": one.severity,
                "path": one.span.path,
                "line": one.span.line,
                "column": one.span.column,
                "what": one.what,
                "why": one.why,
                "mend": one.mend,
            }
            for one in outcome.findings
        ],
    }


def _page(done: Done) -> Plain:
    reading = done.compared.reading
    return {
        "page": done.page.name,
        "endpoint": done.endpoint,
        "source": done.compared.kind,
        "layout": reading.layout,
        "sha256": reading.sha256,
        "differences": [_difference(done, one) for one in done.compared.differences],
        "unread": [{"line": one.place.line, "text": one.text, "why": one.why} for one in reading.unread],
        "not_told": [*not_told(reading)],
    }


def _difference(done: Done, one: Difference) -> Plain:
    values: dict[str, Plain] = {
        name: value for name, value in (("old", one.old), ("new", one.new)) if value is not ABSENT
    }
    return {
        "class": one.kind,
        "rule": one.rule,
        "fact": [*one.path],
        **values,
        "what": one.words(),
        "why": one.why,
        "against": one.against,
        "accepted": one not in done.open,
        "fingerprint": one.fingerprint(done.endpoint),
        "page": {"line": one.page.line, "pointer": one.page.pointer},
        "spec": {"path": one.spec.path, "line": one.spec.line, "column": one.spec.column},
    }
