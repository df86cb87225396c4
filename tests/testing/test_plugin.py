"""The fixtures of the pytest plugin, in a project of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

HEAD = """
import httpx
import pytest

KEY = {"authorization": "Key test-key"}
URL = "/fal-ai/scail-2"
SUBMIT = {"json": {}, "headers": KEY}
"""


def outcomes(pytester: pytest.Pytester, text: str, *args: str) -> pytest.RunResult:
    """Run tests in a project of their own, with the plugin as its entry point loads it."""
    pytester.makepyfile(HEAD + text)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "-W", "error", "--strict-markers", *args)


def test_a_fixture_in_memory_and_one_behind_sockets(pytester: pytest.Pytester) -> None:
    """Without any import; each test has an emulator of its own."""
    result = outcomes(
        pytester,
        """
@pytest.mark.parametrize("again", [1, 2])
def test_memory(callsheet_emulator, again):
    with httpx.Client(transport=callsheet_emulator.transport(), headers=KEY) as http:
        assert http.post("https://queue.fal.run" + URL, json={}).status_code == 200
    assert len(callsheet_emulator.ledger) == 1

def test_served(callsheet_served):
    with httpx.Client(trust_env=False) as http:
        assert http.post(callsheet_served.hosts["fal", "queue"] + URL, **SUBMIT).status_code == 200
    assert len(callsheet_served.ledger) == 1
""",
    )
    result.assert_outcomes(passed=3)


def test_a_marker_says_how_it_behaves(pytester: pytest.Pytester) -> None:
    """The closest one that says something of a switch counts."""
    result = outcomes(
        pytester,
        """
pytestmark = pytest.mark.callsheet(scenario="rate_limited", keys=["mine"])

@pytest.mark.callsheet(scenario="success", progress="1 poll")
def test_closest(callsheet_emulator):
    options = callsheet_emulator.session.emulator.options
    assert (options.scenario, options.progress, options.keys) == ("success", "1 poll", {"mine"})

def test_module(callsheet_served):
    assert callsheet_served.session.emulator.options.scenario == "rate_limited"
""",
    )
    result.assert_outcomes(passed=2)


def test_an_intent_charged_twice_fails_its_test_once(pytester: pytest.Pytester) -> None:
    """At its end; after the test, where the block was never left; and not where the test expects it."""
    result = outcomes(
        pytester,
        """
def twice(emulated):
    with httpx.Client(transport=emulated.transport()) as http:
        for _ in range(2):
            http.post("https://queue.fal.run" + URL, **SUBMIT)

def test_said_at_the_end(callsheet_emulator):
    with callsheet_emulator.intent("video"):
        twice(callsheet_emulator)

def test_left_open(callsheet_emulator):
    callsheet_emulator.intent("video").__enter__()
    twice(callsheet_emulator)

def test_expected(callsheet_emulator):
    with pytest.raises(AssertionError, match="request 2, POST /fal-ai/scail-2"):
        with callsheet_emulator.intent("video"):
            twice(callsheet_emulator)

def test_not_one_wish(callsheet_emulator):
    twice(callsheet_emulator)
""",
    )
    result.assert_outcomes(passed=3, failed=1, errors=1)
    result.stdout.fnmatch_lines(["*the intent `video` was charged more than once*"])


def test_faults_of_a_test_are_told_in_words(pytester: pytest.Pytester) -> None:
    """A switch or a scenario that there is not, specs that are nowhere; without a traceback."""
    result = outcomes(
        pytester,
        """
@pytest.mark.callsheet(sede=1)
def test_switch(callsheet_emulator): ...

@pytest.mark.callsheet(scenario="nope")
def test_scenario(callsheet_served): ...

@pytest.mark.callsheet(specs="nowhere")
def test_specs(callsheet_emulator): ...

@pytest.mark.callsheet("success")
def test_marker(callsheet_emulator): ...
""",
    )
    result.assert_outcomes(errors=4)
    result.stdout.fnmatch_lines(
        ["*no switch sede*", "*no scenario `nope`*", "*no folder*nowhere*", "*keyword arguments only*"]
    )
    assert "Traceback" not in result.stdout.str()
    assert "pytest_plugin.py" not in result.stdout.str()


def test_specs_of_the_project_under_test(pytester: pytest.Pytester) -> None:
    """Its pyproject.toml names them, wherever pytest was started."""
    specs = Path(__file__).parents[1] / "constructs" / "done_is_a_boolean" / "specs"
    pytester.makefile(".toml", pyproject=f"[tool.callsheet]\nspecs = {str(specs)!r}\n[tool.pytest.ini_options]\n")
    result = outcomes(
        pytester,
        """
def test_specs(callsheet_emulator):
    assert ("fal", "queue") not in callsheet_emulator.hosts
""",
        "--rootdir",
        str(pytester.path),
    )
    result.assert_outcomes(passed=1)


def test_the_plugin_loads_nothing_by_itself() -> None:
    """Beside pytest, only Callsheet's name: a project that does not use the fixtures does not wait for them."""
    code = (
        "import sys, pytest; before = set(sys.modules); import callsheet.pytest_plugin; "
        "print(sorted(name for name in set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603  # our own
    assert done.stdout.strip() == "['callsheet', 'callsheet.pytest_plugin']"
