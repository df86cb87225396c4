"""Conditions on values, processes that are gone, segments of paths: each line of their tables."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import pytest

from callsheet.runtime import addresses, conditions, processes
from callsheet.runtime.pointer import ABSENT
from callsheet.runtime.words import Criterion


@pytest.mark.parametrize(
    ("test", "right", "wrong"),
    [
        (Criterion(), [1, "", False, [], {}], [None, ABSENT]),
        (Criterion(present=False), [None, ABSENT], [1, "", False, []]),
        (Criterion(one_of=("a", 1, False)), ["a", 1, 1.0, False], ["b", True, 0, None, ABSENT, ["a"]]),
        (Criterion(none_of=("a", 1, False)), ["b", True, 0, 2], ["a", 1, 1.0, False, None, ABSENT]),
        (Criterion(one_of=("a", "b"), none_of=("b",)), ["a"], ["b", "c"]),
        (Criterion(minimum=2), [2, 2.5, 1e9], [1.9, True, "3", None, ABSENT]),
        (Criterion(maximum=2), [2, 1.5, -1e9], [2.1, False, "1", None]),
        (Criterion(minimum=2, maximum=3), [2, 3], [1, 4]),
        (Criterion(one_of=(1, 5), minimum=2), [5], [1, 2]),
        (Criterion(none_of=(5,), maximum=6), [6], [5, 7]),
    ],
)
def test_what_passes_a_criterion(test: Criterion, right: list[object], wrong: list[object]) -> None:
    """Compared as in JSON; null is nothing, and what is not there passes only where nothing is asked for."""
    assert [value for value in right if conditions.passes(test, value) is not True] == []
    assert [value for value in wrong if conditions.passes(test, value) is not False] == []


def test_a_condition_holds_where_each_part_of_it_does() -> None:
    """Of an input by names, of an answer by pointers; one without parts always does."""
    when = {"a": Criterion(("x",)), "b": Criterion(present=False)}

    assert conditions.holds(when, {"a": "x", "c": 1})
    assert not conditions.holds(when, {"a": "x", "b": 1})
    assert not conditions.holds(when, {})
    assert conditions.holds({}, {})
    assert conditions.says({"/a/0": Criterion(("x",))}, {"a": ["x"]})
    assert not conditions.says({"/a/0": Criterion(("x",)), "/b": Criterion()}, {"a": ["x"]})


@pytest.mark.parametrize(
    ("state", "born", "gone"),
    [
        ("S", "777", False),
        ("S", None, False),
        ("S", "778", True),
        ("Z", "777", True),
        ("X", "777", True),
        ("x", None, True),
    ],
)
def test_a_process_that_still_has_its_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str, born: str | None, *, gone: bool
) -> None:
    """It may have ended without anybody asking, or be another one; its name may hold anything."""
    told = [state, *map(str, range(1, 19)), "777", "end"]
    (tmp_path / "stat").write_bytes(b"5 (a) b\xff) " + " ".join(told).encode())
    monkeypatch.setattr(processes, "Path", lambda path: tmp_path / path.rpartition("/")[2])

    assert processes.is_gone(os.getpid(), platform.node(), born) is gone
    assert processes.identity() == {"pid": os.getpid(), "host": platform.node(), "born": "777"}


@pytest.mark.parametrize("content", [b"", b"5 (a", b"5 (a) S 1 2"])
def test_a_system_that_tells_nothing_of_a_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    """Nothing is concluded from it."""
    (tmp_path / "stat").write_bytes(content)
    monkeypatch.setattr(processes, "Path", lambda path: tmp_path / path.rpartition("/")[2])

    assert processes.is_gone(os.getpid(), platform.node(), "777") is False
    assert processes.identity()["born"] is None


@pytest.mark.parametrize(
    ("path", "variables", "taken", "filled"),
    [
        ("/{model}/{id}", {"model": "a/b c"}, {"id": "a/b c"}, "/a/b%20c/a%2Fb%20c"),
        ("/{id}", {}, {"id": ".."}, "/%2E%2E"),
        ("/{id}", {}, {"id": "."}, "/%2E"),
        ("/{id}", {}, {"id": "a.b"}, "/a.b"),
        ("/{id}", {}, {"id": "\ud800?"}, "/%3F%3F"),
        ("/{+id}/x", {}, {"id": "a/b?c"}, "/a/b%3Fc/x"),
        ("/{other}", {}, {"id": "a"}, "/{other}"),
    ],
)
def test_a_path_is_filled(path: str, variables: dict[str, str], taken: dict[str, str], filled: str) -> None:
    """What comes from outside stays the segment that it is, whatever it holds."""
    assert addresses.filled(path, variables, taken) == filled


@pytest.mark.parametrize("text", ["", "/a", "a/", "a//b", "a/../b", "./a", ".."])
def test_what_would_lead_elsewhere_is_no_path(text: str) -> None:
    """It is refused where it could stand for several segments, and nowhere else."""
    with pytest.raises(addresses.NoPath, match="is no path: a part of it is empty"):
        addresses.filled("/{+id}", {}, {"id": text})
    assert addresses.filled("/{id}", {}, {"id": text}).count("/") == 1
