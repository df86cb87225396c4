"""Kill -9 at any moment: no id is lost, nothing is sent twice, and what nobody knows is said. Over real sockets.

`CALLSHEET_KILLS=100` kills as often; the moments are drawn anew each time where `CALLSHEET_SEED` is another number.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from callsheet.cli.app import app
from callsheet.cli.specs import planned
from callsheet.emulator import Options
from callsheet.emulator.serving.server import Served, serving
from callsheet_clients.segmind import Journal, Segmind

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="kill -9 is for systems with signals")

ROOT = Path(__file__).parents[2]
PLAN = planned(ROOT / "specs")
PAYLOAD = dict(PLAN.provider("segmind").model("wan-animate").samples["page"])
KILLS = int(os.environ.get("CALLSHEET_KILLS", "30"))
SEED = int(os.environ.get("CALLSHEET_SEED", "1"))
LONGEST = 0.4


@dataclass
class Batch:
    """Processes that submit and are killed, an emulator that they speak to, and what is left of them."""

    process: subprocess.Popen[str]
    served: Served
    folder: Path
    first: int = 1
    ended: list[bool] = field(default_factory=list)

    @property
    def journal(self) -> Journal:
        return Journal(self.folder / "jobs.journal")

    @property
    def url(self) -> str:
        return self.served.hosts["segmind", "api"]

    def run(self, *, after: float | None = None, at: int = 0, late: bool = False, calls: bool = False) -> bool:
        """One process, to its end. Whether it was killed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        order = {
            "url": self.url,
            "journal": str(self.journal.path),
            "returned": str(self.folder / "returned"),
            "folder": str(self.folder),
            "payload": PAYLOAD,
            "first": self.first,
            "after": after,
            "at": at,
            "late": late,
            "calls": calls,
            "asyncio": self.first // 1000 % 2 == 1,
        }
        self.first += 1000
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer: dict[str, bool] = json.loads(self.process.stdout.readline())
        return answer["killed"]

    def check(self) -> Counter[str]:
        """Compare the journal with what was charged. How many submissions stand how."""
        jobs = self.journal.jobs()
        charged = self.served.session.state.jobs
        known = {job.request_id for job in jobs if job.request_id}
        lost = {job.sha256 for job in jobs if job.state == "unknown"}

        assert self.journal.read().unreadable <= KILLS
        assert max(Counter(job.payload["seed"] for job in charged.values()).values()) == 1, "an intent was sent twice"
        assert len({job.sha256 for job in jobs}) == len(jobs), "an intent was written twice"
        assert set(self.returned().values()) <= known, "an id that was received is lost"
        for request_id, job in charged.items():
            assert request_id in known or digest(job.payload) in lost, "a charge that nobody reports"
        assert known <= set(charged)
        assert "sending" not in {job.state for job in jobs}, "nobody lives who could be sending"
        return Counter(job.state for job in jobs)

    def returned(self) -> dict[str, str]:
        """The ids that `submit` returned with, by seed."""
        path = self.folder / "returned"
        return dict(line.split() for line in path.read_text().splitlines()) if path.exists() else {}

    def resume(self) -> Any:
        """`callsheet jobs resume --all`."""
        return CliRunner().invoke(
            app,
            [
                *("jobs", "resume", "--all", "--save", str(self.folder), "--host", f"segmind.api={self.url}"),
                *("--journal", str(self.journal.path), "--specs", str(ROOT / "specs")),
            ],
            catch_exceptions=False,
        )


def digest(payload: Any) -> str:
    """SHA-256 of the body that a payload is sent as."""
    with Segmind("k") as client:
        body = client.wan_animate._completed({**PAYLOAD, "seed": payload["seed"]})
    return hashlib.sha256(json.dumps(body, ensure_ascii=False).encode()).hexdigest()


@pytest.fixture
def batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Batch]:
    """An emulator on a thread of this process, and a process that forks those that are killed."""
    monkeypatch.setenv("SEGMIND_API_KEY", "test-key")
    options = Options(keys=frozenset({"test-key"}), seconds=0.05)
    program = [sys.executable, str(Path(__file__).with_name("killed.py"))]
    with (
        serving(PLAN, options) as served,
        subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process,  # noqa: S603 - ours
    ):
        yield Batch(process, served, tmp_path)
        assert process.stdin is not None
        process.stdin.close()


def settled(batch: Batch, check: Callable[[], Counter[str]]) -> None:
    """Resume ends all that can be asked for, saves each file, and leaves what nobody knows, and says so."""
    before = check()
    result = batch.resume()
    after = check()

    assert after["open"] == 0, result.stderr
    assert after["unknown"] == before["unknown"]
    assert result.exit_code == (1 if before["unknown"] else 0), result.stderr
    assert ("of unknown outcome" in result.stderr) == bool(before["unknown"])
    files = [Path(file) for job in batch.journal.jobs() for file in job.files]
    assert len(files) == after["ended"] == sum(file.read_bytes()[4:8] == b"ftyp" for file in files)


def test_killed_at_random_moments(batch: Batch) -> None:
    """A batch of submits and waits is killed again and again."""
    draw = random.Random(SEED)  # noqa: S311 - moments, not secrets

    kills = 0
    while kills < KILLS or len(batch.returned()) <= KILLS:  # a busy machine gets less far before each
        assert batch.run(after=draw.uniform(0, LONGEST))
        kills += 1
        assert kills < 20 * KILLS

    settled(batch, batch.check)


def test_killed_at_every_call_of_the_system(batch: Batch) -> None:
    """Before and after each open, write, sync and close of the journal: nothing in between is overlooked."""
    at = 0
    while batch.run(at=(at := at + 1)):
        batch.run(at=at, late=True)

    assert at > 12
    settled(batch, batch.check)


def test_killed_while_it_calls(batch: Batch) -> None:
    """A blocking call leaves no id: each charge is one whose end is known, or one that nobody knows the outcome of."""
    draw = random.Random(SEED)  # noqa: S311 - as above

    kills = 0
    while kills < KILLS // 3 or not batch.served.session.ledger:  # the same
        assert batch.run(after=draw.uniform(0, LONGEST), calls=True)
        kills += 1
        assert kills < 20 * KILLS

    jobs = batch.journal.jobs()
    by_body = {job.sha256: job for job in jobs}
    charged = Counter(digest(job.payload) for job in batch.served.session.state.jobs.values())
    assert len(by_body) == len(jobs)
    assert max(charged.values()) == 1
    assert {by_body[body].state for body in charged} <= {"ended", "unknown"}
    assert {job.state for job in jobs if job.sha256 not in charged} <= {"unknown"}
    for job in jobs:
        assert job.spool is not None
        saved = [Path(file) for file in job.files]
        assert all(file.read_bytes()[4:8] == b"ftyp" for file in saved)
        assert job.end is None or saved or Path(job.spool).read_bytes()[4:8] == b"ftyp"
