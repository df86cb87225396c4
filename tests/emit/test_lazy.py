"""A provider's package imports what it exports when that is asked for, and otherwise is like any other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

GENERATED = Path(__file__).parents[2] / "generated"


def python(text: str) -> str:
    """What a fresh interpreter prints, with the clients on its path."""
    done = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-I", "-c", f"import sys\nsys.path.insert(0, {str(GENERATED)!r})\n{text}"],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize("module", ["httpx", "pydantic", "asyncio", "callsheet_clients.segmind._client"])
def test_importing_the_package_imports_next_to_nothing(module: str) -> None:
    """However many endpoints it has: not even its client is loaded yet."""
    assert python(f"import callsheet_clients.segmind\nprint({module!r} in sys.modules)") == "False"


@pytest.mark.parametrize(
    "module",
    ["asyncio", "pydantic.main", "callsheet_clients._runtime.journal", "callsheet_clients.segmind.wan_animate"],
)
def test_a_blocking_client_imports_what_it_needs(module: str) -> None:
    """Neither an event loop nor the journal, and no endpoint before it is used."""
    assert python(f"from callsheet_clients.segmind import Segmind\nSegmind('k')\nprint({module!r} in sys.modules)") == (
        "False"
    )


def test_all_names_are_there() -> None:
    """For `dir`, for a star, by attribute and by `from`: the same things, whoever asks first."""
    assert python(
        "import callsheet_clients.segmind as package\n"
        "print(set(package.__all__) <= set(dir(package)))\n"
        "from callsheet_clients.segmind import *\n"
        "from callsheet_clients.segmind import errors as again\n"
        "import callsheet_clients.segmind.errors\n"
        "print(Segmind is package.Segmind, errors is again is package.errors, errors.__name__, Journal.__name__)\n"
        "print('Segmind' in vars(package))"
    ).splitlines() == ["True", "True True callsheet_clients.segmind.errors Journal", "True"]


def test_an_unknown_name_is_told() -> None:
    """In Python's own words."""
    said = python(
        "import callsheet_clients.segmind as package\n"
        "try:\n    package.Segmnd\nexcept AttributeError as error:\n    print(error, error.name)\n"
        "try:\n    from callsheet_clients.segmind import Segmnd\nexcept ImportError as error:\n    print(error)"
    ).splitlines()

    assert "module 'callsheet_clients.segmind' has no attribute 'Segmnd' Segmnd" == said[0]
    assert "cannot import name 'Segmnd' from 'callsheet_clients.segmind'" in said[1]
