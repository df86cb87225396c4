"""What the programs share: cases by name, what each gives or raises, printed as one JSON object."""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Case = Callable[[], Any]


def tell(*cases: Case) -> None:
    """Carry out all cases at the same time, each on a thread, and print what they gave."""
    with ThreadPoolExecutor(len(cases)) as threads:
        found = dict(zip([case.__name__ for case in cases], threads.map(outcome, cases), strict=True))
    print(json.dumps(found, default=_plain))


def outcome(case: Case) -> Any:
    """What a case gives, or the exception: its kind, its words and what it carries."""
    try:
        given = case()
        return asyncio.run(given) if inspect.iscoroutine(given) else given
    except Exception as problem:  # noqa: BLE001 - whatever comes is what is asked about
        return {"raised": type(problem).__name__, "words": str(problem), **vars(problem)}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {"is": type(value).__name__, **vars(value)}
    return repr(value)
