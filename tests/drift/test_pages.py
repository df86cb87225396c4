"""Pages as providers lay them out: each fact that is changed on one gives exactly that finding."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from callsheet.drift.against import held_against
from callsheet.drift.memory import Remembered
from callsheet.drift.whose import Endpoint, source_of, whose
from callsheet.findings import Finding
from callsheet.pages import Reading, read_page
from callsheet.plan.build import build
from callsheet.plan.model import Plan
from callsheet.source.nodes import plain
from callsheet.source.yamltree import read_yaml
from callsheet.spec.load import load

HERE = Path(__file__).parent / "cases"
SPECS = Path(__file__).parents[2] / "specs"
PAGES = sorted(path for path in HERE.glob("*/*") if path.suffix != ".yaml")


def planned(provider: str) -> Plan:
    """The specs beside the pages, with the provider's own file of the repository."""
    files = {f"specs/{provider}/provider.yaml": (SPECS / provider / "provider.yaml").read_bytes()}
    for path in (HERE / provider).glob("*.yaml"):
        if not path.name.endswith(".changes.yaml"):
            files[f"specs/{provider}/{path.name}"] = path.read_bytes()
    loaded = load(files)
    assert not loaded.findings
    return build(loaded.specs).plan


PLANS = {path.name: planned(path.name) for path in HERE.iterdir()}


def changes(page: Path) -> list[dict[str, object]]:
    """What is changed on a page, and what is to be told of it."""
    tree, findings = read_yaml(page.name, Path(f"{page}.changes.yaml").read_bytes())
    assert tree is not None
    assert not findings
    found = plain(tree)
    assert isinstance(found, list)
    return found  # type: ignore[return-value]


CASES = [
    pytest.param(page, one, id=f"{page.name}-{number}") for page in PAGES for number, one in enumerate(changes(page), 1)
]


def read(text: str, page: Path) -> Reading:
    """A page that can be read."""
    found = read_page(text.encode(), page.name)
    assert not isinstance(found, Finding)
    return found


def of(page: Path, reading: Reading) -> Endpoint:
    """Its endpoint."""
    (found,) = whose(PLANS[page.parent.name], reading, page.name)
    return found


def told(page: Path, text: str) -> list[str]:
    """What is told of a page that was another one when it was last read: class and fact."""
    before = read(page.read_text("utf-8"), page)
    endpoint = of(page, before)
    kind = source_of(endpoint, before)
    found = held_against(endpoint, kind, read(text, page), {kind: Remembered.of(before, "2026-11-21")})
    return sorted(f"{one.kind} {one.fact}" for one in found.differences)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_that_the_spec_follows_has_no_drift(page: Path) -> None:
    """Page and spec, written apart from each other, say the same; nothing is left unread."""
    reading = read(page.read_text("utf-8"), page)

    assert told(page, page.read_text("utf-8")) == []
    assert reading.unread == ()
    assert reading.problems == ()


@pytest.mark.parametrize(("page", "change"), CASES)
def test_each_change_is_exactly_one_finding(page: Path, change: dict[str, str | list[str]]) -> None:
    """One text is replaced on the page; what is told is that fact, in that class, and nothing else."""
    text = page.read_text("utf-8")
    old, new = str(change["old"]), str(change["new"])
    assert text.count(old) == 1

    assert told(page, text.replace(old, new)) == sorted(change["told"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_fact_is_changed_by_some_change(page: Path) -> None:
    """No fact that is read from a page is left untried. A way's method and kind come with its address."""
    facts = {" ".join(part or '""' for part in said.path) for said in read(page.read_text("utf-8"), page).facts}
    tried = {re.sub(r"^\w+ ", "", one) for change in changes(page) for one in change["told"]}  # type: ignore[attr-defined]

    def covered(fact: str) -> bool:
        parts = fact.split(" ")
        return any(" ".join(parts[:length]) in tried for length in range(1, len(parts) + 1)) or fact in {
            *("parameter_names", "price stated", "price currency", "price per", 'output "" fields', 'output "" type'),
            *("direct kind", "direct submit url", "direct credential header", "direct credential value"),
            *("queue kind", "queue submit method", "queue state_names", "queue submit answer_keys_named"),
        }

    assert sorted(fact for fact in facts if not covered(fact)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_that_is_cut_takes_nothing_away(page: Path) -> None:
    """Wherever a page ends too soon, nothing that breaks is told, and nothing is said to be gone."""
    lines = page.read_text("utf-8").split("\n")
    before = read("\n".join(lines), page)
    endpoint = of(page, before)
    kind = source_of(endpoint, before)
    for length in range(len(lines) // 8, len(lines), max(1, len(lines) // 12)):
        reading = read_page("\n".join(lines[:length]).encode(), page.name)
        if isinstance(reading, Finding) or not reading.problems:
            continue
        found = held_against(endpoint, kind, reading).differences
        assert [one.words() for one in found if one.kind == "breaking"] == [], f"cut after line {length}"
