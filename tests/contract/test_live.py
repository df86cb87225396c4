"""The live path, over real sockets, against emulators that stand for a provider: they agree, or are made to differ."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callsheet.cli.app import app
from callsheet.contract.clients.calls import Caller
from callsheet.contract.exchanges import recordings
from callsheet.contract.exchanges.recordings import replayed
from callsheet.contract.live.budget import NoBudgetError, cheapest, estimate
from callsheet.contract.live.proposals import proposal
from callsheet.contract.live.trial import Outcome, Trial, run
from callsheet.contract.plans import planned
from callsheet.emulator import Options
from callsheet.emulator.serving.memory import VirtualClock
from callsheet.emulator.serving.server import running

SPECS = Path(__file__).parents[2] / "specs"
KEY = "sg_live_0123456789abcdef"
PLAN = planned(SPECS).plan
SEGMIND = PLAN.provider("segmind")
QUICK = "queued 1 poll, running 1 poll"

Edit = Callable[[str], str]


@pytest.fixture(scope="module")
def against() -> Iterator[Callable[..., dict[str, str]]]:
    """Serve an emulator that goes by edited specs, and give the hosts of a provider."""
    with ExitStack() as stack:

        def start(specs: Path = SPECS, provider: str = "segmind", **options: object) -> dict[str, str]:
            chosen = Options(**{"keys": frozenset({KEY}), "progress": QUICK, **options})  # type: ignore[arg-type]
            hosts = stack.enter_context(running(planned(specs).plan, chosen))
            return {name: url for (owner, name), url in hosts.items() if owner == provider}

        yield start


def edited(tmp_path: Path, file: str, edit: Edit) -> Path:
    """A copy of the specs with one file changed."""
    shutil.copytree(SPECS, tmp_path / "specs")
    path = tmp_path / "specs" / file
    before = path.read_text("utf-8")
    path.write_text(edit(before), "utf-8")
    assert path.read_text("utf-8") != before
    return tmp_path / "specs"


class Hasty(VirtualClock):
    """Waits a little, so that sockets get their turn, and says that it was long."""

    def sleep(self, seconds: float, /) -> None:
        time.sleep(min(seconds, 0.01))
        super().sleep(seconds)


def tried(hosts: dict[str, str], model: str = "wan-animate", protocol: str = "queue", **more: object) -> Outcome:
    """What comes of a live test by the specs as they are."""
    chosen = SEGMIND.model(model)
    way = next(way for way in chosen.ways if way.protocol == protocol)
    return run(Trial(SEGMIND, chosen, way, KEY, "emulated", "2026-11-21", hosts, clock=Hasty(), **more))  # type: ignore[arg-type]


def test_where_spec_and_provider_agree_nothing_is_found(against, tmp_path) -> None:
    """Every fact that was seen agrees; the recordings hold no key, say what they are, and replay."""
    outcome = tried(against())

    assert outcome.disagreed == ()
    paths = {one.path for one in outcome.verdicts}
    assert {("wrong_key",), ("unknown_id",), ("queue", "states", "COMPLETED"), ("queue", "result", "http")} <= paths
    assert ("queue", "retention", "seconds") in outcome.unchecked
    folder = tmp_path / "segmind/wan-animate"
    folder.mkdir(parents=True)
    for scenario, text in outcome.recordings.items():
        assert KEY not in text
        (folder / f"{scenario}.yaml").write_text(text, "utf-8")
    for recording in recordings.read(tmp_path):
        assert recording.origin == "emulated"
        for world in (False, True):
            caller = Caller(SEGMIND, SEGMIND.model("wan-animate"), asynchronous=world)
            raised: Exception | None = None
            with replayed(recording) as tape:
                try:
                    caller.perform([*recording.does], clock=VirtualClock())
                except caller.error("CallsheetError") as exc:
                    raised = exc
            assert recording.ends.get("raises") == (type(raised).__name__ if raised else None)
            assert (tape.faults, tape.played) == ([], len(recording.exchanges))


@pytest.mark.parametrize(
    ("edit", "fact", "mend"),
    [
        (lambda text: text.replace("PROCESSING", "WORKING"), "queue states WORKING", "give the state `WORKING` its"),
        (
            lambda text: text.replace("        PROCESSING:\n", "        PROCESSING:\n          http: 202\n", 1),
            "queue state_http PROCESSING",
            "propose protocols: queue: status: states: PROCESSING: http: 202",
        ),
        (
            lambda text: text.replace("        error: null\n", "", 1),
            "queue result answer_keys",
            'result: answer: ["metrics", "output", "request_id", "status"]',
        ),
        (
            lambda text: text.replace("status_url: /status_url, ", "").replace(
                '        status_url: "{status_url}"\n', "", 1
            ),
            "queue submit status_url",
            "it did not come",
        ),
    ],
    ids=["a state's word", "a state's code", "a key less", "an address less"],
)
def test_a_provider_that_differs_is_found_out(edit: Edit, fact: str, mend: str, against, tmp_path: Path) -> None:
    """An emulator that goes by other specs: the fact is named, with its place in the spec and what to write there."""
    outcome = tried(against(edited(tmp_path, "segmind/provider.yaml", edit)), timeout=60.0)

    found = {" ".join(one.path): one for one in outcome.disagreed}
    assert fact in found
    finding = proposal(SEGMIND, SEGMIND.model("wan-animate"), found[fact])
    assert finding.rule == "provider-disagrees"
    assert finding.span.path.endswith("segmind/provider.yaml")
    assert finding.span.line > 1
    assert mend in finding.mend


def test_a_wrong_key_that_is_taken_ends_it(against) -> None:
    """Where a wrong key is no obstacle, nothing more is sent: what is sent may be charged."""
    hosts = against(keys=frozenset({KEY, "callsheet-wrong-key:callsheet-wrong-secret"}))

    outcome = tried(hosts)

    assert [" ".join(one.path) for one in outcome.disagreed] == ["wrong_key"]
    assert list(outcome.recordings) == ["emulated-wrong-key"]


def test_a_failed_run_is_recorded(against) -> None:
    """A job that ends with an error is told, and recorded like any other."""
    outcome = tried(against(scenario="inference_failed"))

    assert any("the run failed: JobFailed" in words or "the run failed: " in words for words in outcome.remarks)
    assert "FAILED" in outcome.recordings["emulated-run"]


def test_a_price_that_nobody_knows_needs_a_bound() -> None:
    """Nothing is estimated that the spec does not say: a bound of the caller's, or no run. Of several, the cheapest."""
    model = SEGMIND.model("wan-animate")
    assert estimate(model).usd is None
    assert estimate(model, 0.5).usd == 0.5
    assert estimate(SEGMIND.model("scail"), 0.5).usd == 1.929
    assert estimate(PLAN.provider("fal").model("scail-2")).usd == 2.0
    with pytest.raises(NoBudgetError, match=r"no price is stated, and no bound was given"):
        cheapest([model], 100)
    with pytest.raises(NoBudgetError, match=r"1.929 USD a call.*the budget is 1 USD"):
        cheapest([SEGMIND.model("scail")], 1)
    assert cheapest(SEGMIND.models, 5)[0].id == "wan2.1-t2v"


@pytest.mark.parametrize(
    ("arguments", "key", "words"),
    [
        (["segmind"], KEY, "there is no budget"),
        (["segmind", "--max-usd", "2"], "", "SEGMIND_API_KEY is not set"),
        (["segmind", "--max-usd", "nan"], KEY, "dollars from 0 up"),
        (["segmind", "--max-usd", "2"], "short", "could not be kept out"),
        (["segmind", "--max-usd", "0.1"], KEY, "the budget is 0.1 USD"),
        (["segmind/wan-animate", "--max-usd", "9"], KEY, "no bound was given"),
        (["segmind", "--max-usd", "2", "--host", "api=http://127.0.0.1:9"], KEY, "would be real"),
        (["nobody", "--max-usd", "2"], KEY, "there is no provider"),
    ],
)
def test_without_key_and_budget_it_is_off(arguments: list[str], key: str, words: str, monkeypatch) -> None:
    """Each refusal says what is missing, before anything is sent, with exit status 2."""
    monkeypatch.setenv("SEGMIND_API_KEY", key)

    ended = CliRunner().invoke(app, ["live", *arguments, "--specs", str(SPECS)])

    assert ended.exit_code == 2
    assert words in ended.stderr


def test_the_command_ends_with_a_table(against, monkeypatch, tmp_path) -> None:
    """Agreed, disagreed and not checked, the recordings in a folder, and 1 where something disagrees."""
    monkeypatch.setenv("SEGMIND_API_KEY", KEY)
    given = ["live", "segmind/wan2.1-t2v", "--max-usd", "1", "--specs", str(SPECS), "--record", str(tmp_path / "out")]
    other = edited(tmp_path, "segmind/provider.yaml", lambda text: text.replace("/v1/{model}", "/v1/models/{model}"))
    hosts = [against(), against(other)]

    fine, wrong = (
        CliRunner().invoke(app, [*given, *(word for name, url in one.items() for word in ("--host", f"{name}={url}"))])
        for one in hosts
    )

    assert (fine.exit_code, wrong.exit_code) == (0, 1)
    assert "agreed     sync submit http" in fine.stdout
    assert "0 disagreed" in fine.stdout
    assert "not checked: " in fine.stdout
    assert (tmp_path / "out/segmind/wan2.1-t2v/emulated-run.yaml").is_file()
