"""What exchanges show: of any version of a spec, from which origin, and where a spec says something else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callsheet.cli.app import app
from callsheet.contract.exchanges import recordings
from callsheet.contract.exchanges.observing import observe, said_of, verdicts
from callsheet.contract.exchanges.recordings import Recording
from callsheet.contract.exchanges.seen import seen
from callsheet.contract.plans import planned

ROOT = Path(__file__).parents[2]
PLAN = planned(ROOT / "specs").plan
KNOWN = recordings.read(ROOT / "contract_tests/recordings")
(DONE,) = (one for one in KNOWN if str(one) == "segmind-wan-animate-succeeded")
WAN = PLAN.provider("segmind").model("wan-animate")


def disagreed(recording: Recording) -> set[str]:
    """The facts on which a recording and the spec differ."""
    provider = PLAN.provider(recording.provider)
    model = provider.model(recording.model)
    found = verdicts(said_of(provider, model), observe(provider, model, recording.protocol, recording.exchanges))
    assert found
    # Those who print or quote an exchange leave keys out; what ran here is whole.
    partial = recording.origin in {"documented", "captured"}
    return {" ".join(one.path) for one in found if not one.agreed and not (partial and "answer_keys" in one.path)}


@pytest.mark.parametrize("recording", KNOWN, ids=str)
def test_recordings_and_specs_agree(recording: Recording) -> None:
    """Each fact that an exchange shows is what the spec says."""
    assert disagreed(recording) == set()


@pytest.mark.parametrize(
    ("before", "after", "exchange", "fact"),
    [
        ('"PROCESSING"', '"WORKING"', 2, "queue states WORKING"),
        ('"request_id"', '"id"', 0, "queue submit request_id"),
        ('"status_url"', '"look_at"', 0, "queue submit status_url"),
        ('"status": "QUEUED"', '"status": "NEW"', 0, "queue initial"),
        ('"output"', '"video"', 4, "queue result output"),
        ('"https://images.segmind.com/generations/SCRUBBED.mp4"', "7", 4, "output  type"),
    ],
)
def test_an_exchange_that_shows_something_else_is_noticed(before: str, after: str, exchange: int, fact: str) -> None:
    """One word of one answer changed: the fact that it shows is named."""
    changed = [*DONE.exchanges]
    text = changed[exchange].answer.decode()
    assert before in text
    changed[exchange] = replace(changed[exchange], answer=text.replace(before, after).encode())

    assert disagreed(DONE) == set()
    assert fact in disagreed(replace(DONE, exchanges=tuple(changed)))


@pytest.mark.parametrize(
    ("exchange", "http", "fact"),
    [(0, 201, "queue submit http"), (2, 202, "queue state_http PROCESSING"), (0, 418, "error 418")],
)
def test_another_code_is_noticed(exchange: int, http: int, fact: str) -> None:
    """A code of an answer, also one that the spec has no error for."""
    changed = [*DONE.exchanges]
    changed[exchange] = replace(changed[exchange], http=http)

    assert fact in disagreed(replace(DONE, exchanges=tuple(changed)))


def test_states_out_of_order_are_noticed() -> None:
    """What the spec has one after the other does not come the other way round."""
    one, two, three, *rest = DONE.exchanges

    assert "queue next PROCESSING" in disagreed(replace(DONE, exchanges=(one, three, two, *rest)))


def test_sightings_say_where_and_when() -> None:
    """Origin, date and file; nothing is seen that no exchange shows; recordings of others do not count."""
    found = seen(PLAN.provider("segmind"), WAN, KNOWN, ROOT / "contract_tests/evidence")

    assert {(one.origin, one.date) for one in found.things["value", "mode=replace"]} == {
        ("captured", "2026-08-02"),
        ("documented", "2026-11-19"),
    }
    assert found.things["value", "mode=animation"] == set()
    assert any(one.place.endswith("wan-animate/failed.yaml") for one in found.things["state", "queue FAILED"])
    assert ("parameter", "Scene_1") not in found.things
    assert found.unknown == {}


def test_what_the_spec_does_not_know_is_told() -> None:
    """A state and a parameter that were seen, and are in no spec."""
    text = DONE.exchanges[2].answer.decode().replace("PROCESSING", "WORKING").encode()
    odd = replace(DONE, exchanges=(*DONE.exchanges[:2], replace(DONE.exchanges[2], answer=text)))

    found = seen(PLAN.provider("segmind"), WAN, [odd])

    assert [*found.unknown] == [("state", "queue WORKING")]
    assert {one.origin for one in found.things["state", "queue QUEUED"]} == {"captured"}


def test_the_command_tells_it() -> None:
    """As text and as JSON; a folder that is none is wrong usage."""
    given = ["seen", "wan-animate", "--specs", str(ROOT / "specs"), "--recordings"]
    folder = str(ROOT / "contract_tests/recordings")

    text = CliRunner().invoke(app, [*given, folder, "--unseen"])
    made = CliRunner().invoke(app, [*given, folder, "--format", "json"])
    wrong = CliRunner().invoke(app, [*given, f"{folder}/none"])

    assert text.exit_code == made.exit_code == 0
    assert "value mode=animation" in text.stdout
    assert "mode=replace" not in text.stdout
    (one,) = json.loads(made.stdout)
    (row,) = (row for row in one["things"] if (row["kind"], row["name"]) == ("state", "queue COMPLETED"))
    assert row["seen"][0]["origin"] == "captured"
    assert wrong.exit_code == 2
    assert "is no folder" in wrong.stderr
