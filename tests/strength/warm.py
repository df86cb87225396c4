"""Slips tried in processes that are forked from one in which every test is collected and every fixture is made.

A slip within a function is put into the functions that are loaded: its code in the place of the code that is there, in
every copy of the runtime; a slip of a constant into the modules. Any other slip of what a module does when it is
imported is put into `callsheet_clients` alone, whose modules are then imported anew. So a slip costs no more than the
tests that run it. What survives here is tried once more by `run.py`, with everything loaded anew.
"""

from __future__ import annotations

import ast
import gc
import importlib
import json
import os
import resource
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from inspect import CO_OPTIMIZED as OPTIMISED
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Final, Never

import pytest
from mutate import Slip
from select_tests import PACKAGES, Known

PROCESSOR: Final = 30
"""Seconds of a processor after which a slip is taken for one that hangs."""

PATIENCE: Final = 120
"""The same in seconds of a clock."""

MEMORY: Final = 6 << 30
"""Bytes that a slip may take."""

REPORT: Final = Path("outcome.txt")

QUICK: Final = 0.3
"""Seconds that a test may take that runs once before the first slip, so that what it imports is imported."""

CLIENTS: Final = PACKAGES[0]


class Warm:
    """A plugin: instead of the tests of the session it runs those that it is asked for, each time in a fork.

    A request is a line of JSON: the file, the number of the slip, the tests. So is an answer.
    """

    def __init__(self, known: Known, asked: int, answered: int, temporary: Path) -> None:
        self._known = known
        self._asked, self._answered = os.fdopen(asked, "r"), os.fdopen(answered, "w")
        self._temporary = temporary
        self._failed = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the name of the first failure."""
        if report.failed and not self._failed:
            self._failed = report.nodeid

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Make the fixtures, then answer until nothing is asked any more."""
        items = {item.nodeid: item for item in session.items}
        first, other = session.items[0], session.items[-1]
        once: dict[str, pytest.Item] = {}
        for name in sorted(items, key=lambda name: self._known.seconds.get(name, 9.0)):
            if self._known.seconds.get(name, 9.0) <= QUICK and name not in self._known.failed:
                once.setdefault(name.partition("[")[0], items[name])
        for item in (*once.values(), first):
            _run(item, other if item.path != other.path else first)
        print(f"warmed up with {len(once)} tests; failed: {self._failed or 'none'}", flush=True)
        self._failed = ""
        gc.freeze()
        self._answer({"ready": len(items)})
        for line in self._asked:
            self._answer(self._tried(json.loads(line), items, [first, other]))
        return True

    def _answer(self, what: dict[str, Any]) -> None:
        print(json.dumps(what), file=self._answered, flush=True)

    def _tried(self, asked: dict[str, Any], items: dict[str, pytest.Item], ends: list[pytest.Item]) -> dict[str, Any]:
        before = set(self._folders())
        texts = {path: Path(path).read_text("utf-8") for path in asked["paths"]}
        REPORT.unlink(missing_ok=True)
        child = os.fork()
        if not child:
            self._child(asked, items, ends)
        _waited(child)
        for path, text in texts.items():
            if Path(path).read_text("utf-8") != text:
                Path(path).write_text(text, "utf-8")
        for path in {*self._folders()} - before:
            shutil.rmtree(path, ignore_errors=True)
        shutil.rmtree(".hypothesis", ignore_errors=True)
        if not REPORT.is_file():
            return {"what": "hangs", "by": ""}
        return json.loads(REPORT.read_text("utf-8"))  # type: ignore[no-any-return]

    def _folders(self) -> Iterator[Path]:
        for pattern in ("*", "*/*"):
            yield from (path for path in self._temporary.glob(pattern) if path.is_dir())

    def _child(self, asked: dict[str, Any], items: dict[str, pytest.Item], ends: list[pytest.Item]) -> Never:
        what, by = "killed", ""
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR + 5))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            new = [item for name, item in items.items() if name not in self._known.seconds]
            chosen = [*new, *(items[name] for name in asked["tests"] if name in items)]
            slip = Slip(**asked["slip"]) if asked["slip"] else None
            if slip and not any(put(asked["name"], slip, asked["paths"]) for put in (applied, assigned)):
                reimported(asked["name"], slip, asked["paths"])
                chosen = [item for item in chosen if item.nodeid.startswith("contract_tests")]
            for at, item in enumerate(chosen):
                _run(item, (chosen[at + 1 :] or [end for end in ends if end.path != item.path])[0])
                if self._failed:
                    break
            what, by = "killed" if self._failed else "survived", self._failed
        except BaseException as error:  # noqa: BLE001 - nothing may come back from a fork
            by = f"{type(error).__name__}: {error}"
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            REPORT.write_text(json.dumps({"what": what, "by": by}), "utf-8")
            os._exit(0)


def _waited(child: int) -> None:
    until = time.monotonic() + PATIENCE
    while not os.waitpid(child, os.WNOHANG)[0]:
        if time.monotonic() > until:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        time.sleep(0.01)


def _run(item: pytest.Item, then: pytest.Item) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=then)


def applied(name: str, slip: Slip, paths: Sequence[str]) -> bool:
    """Put a slip into the functions that are loaded. Whether it is one of a function, and found its place."""
    if not name.startswith("_runtime/"):
        return False
    before = [*_codes(compile(slip.of, "slip", "exec"))]
    after = [*_codes(compile(slip.tree(), "slip", "exec"))]
    if len(before) != len(after):
        return False
    pairs = [
        (one, other) for one, other in zip(before, after, strict=True) if one != other and one.co_flags & OPTIMISED
    ]
    if len(pairs) != 1:
        return False
    (old, new), loaded = pairs[0], _loaded(name)
    found: set[str] = set()
    gc.unfreeze()
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__module__ in loaded and _same(one.__code__, old):
            if len(one.__code__.co_freevars) != len(new.co_freevars):
                return False
            one.__code__ = new
            found.add(one.__module__)
    for module in loaded:
        for value in vars(sys.modules[module]).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()
    _write(slip, paths)  # for whoever reads the file, or imports it only now
    return found == loaded


def assigned(name: str, slip: Slip, paths: Sequence[str]) -> bool:
    """Put a slip into a constant of the modules that are loaded. Whether it is one of a constant."""
    if not name.startswith("_runtime/"):
        return False
    pairs = zip(ast.parse(slip.of).body, slip.tree().body, strict=True)
    changed = [other for one, other in pairs if ast.dump(one) != ast.dump(other)]
    if len(changed) != 1:
        return False
    match changed[0]:
        case ast.Assign(targets=[ast.Name(id=target)], value=ast.expr() as value):
            pass
        case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value):
            pass
        case _:
            return False
    for module in _loaded(name):
        before = vars(sys.modules[module])[target]
        after = eval(compile(ast.Expression(value), "slip", "eval"), vars(sys.modules[module]))  # noqa: S307 - our own
        package = module.rpartition(".")[0]
        for other in [one for key, one in sys.modules.items() if key.startswith(f"{package}.")]:
            if vars(other).get(target) is before:  # where it was imported by name, too
                setattr(other, target, after)
    _write(slip, paths)
    return True


def _loaded(name: str) -> set[str]:
    stem = name.removeprefix("_runtime/").removesuffix(".py").removesuffix("/__init__")
    modules = {f"callsheet.runtime.{stem}", *(f"{package}._runtime.{stem}" for package in PACKAGES)}
    return {module for module in modules if module in sys.modules}


def _codes(code: CodeType) -> Iterator[CodeType]:
    """What is compiled of the functions of a module and its classes; not of those within functions."""
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield const
            if not const.co_flags & OPTIMISED:  # a class, not a function
                yield from _codes(const)


def _same(one: CodeType, other: CodeType) -> bool:
    return (
        one.co_qualname == other.co_qualname
        and one.co_code == other.co_code
        and one.co_names == other.co_names
        and [value for value in one.co_consts if not isinstance(value, CodeType)]
        == [value for value in other.co_consts if not isinstance(value, CodeType)]
    )


def reimported(name: str, slip: Slip, paths: Sequence[str]) -> None:
    """Put a slip into a file of the clients, and forget what is loaded of them. Raises what its import raises."""
    _write(slip, [path for path in paths if CLIENTS in path])
    for module in [module for module in sys.modules if module.partition(".")[0] == CLIENTS]:
        del sys.modules[module]
    importlib.invalidate_caches()
    importlib.import_module(".".join((CLIENTS, *Path(name).with_suffix("").parts)).removesuffix(".__init__"))


def _write(slip: Slip, paths: Sequence[str]) -> None:
    for path in paths:
        Path(path).write_text(slip.text(), "utf-8")
