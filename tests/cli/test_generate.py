"""`generate --only` and `--diff`: a part is written, the rest stays, and what would change is a patch."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Generate = Callable[..., Result]
Tree = dict[str, bytes]
ROOT = Path(__file__).parents[2]
CLIENTS = Path("generated/callsheet_clients")


@pytest.fixture
def generate(run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generate:
    """`callsheet generate` in a folder with the specs of two providers: the repository's own, and made-up ones."""
    base = ROOT / "tests/base_specs"
    monkeypatch.chdir(tmp_path)
    shutil.copytree(base, tmp_path / "specs")
    shutil.copytree(base / "reel", tmp_path / "specs/loop")
    shutil.copy(tmp_path / "specs/reel/clip.yaml", tmp_path / "specs/reel/still.yaml")
    for file in (tmp_path / "specs/loop").iterdir():
        file.write_text(file.read_text("utf-8").replace("reel", "loop").replace("REEL", "LOOP"), "utf-8")
    still = tmp_path / "specs/reel/still.yaml"
    still.write_text(still.read_text("utf-8").replace("id: clip", "id: still").replace("Clip", "Still"), "utf-8")

    def command(*args: str) -> Result:
        return run("generate", *args)

    return command


def edit(spec: str, old: str = "What the clip shows.", new: str = "What is to be seen.") -> None:
    """Change a spec."""
    file = Path("specs", f"{spec}.yaml")
    assert old in file.read_text("utf-8")
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")


def tree() -> Tree:
    """All generated files but the manifest."""
    return {
        path.relative_to("generated").as_posix(): path.read_bytes()
        for path in Path("generated").rglob("*")
        if path.is_file() and path.name != "MANIFEST.json" and "__pycache__" not in path.parts
    }


def changed(before: Tree) -> set[str]:
    """Paths that differ from an earlier tree."""
    now = tree()
    return {path for path in before.keys() | now.keys() if before.get(path) != now.get(path)}


def test_a_part_is_written_and_the_rest_stays(generate: Generate) -> None:
    """One endpoint of three changed specs: its module changes, no other; the rest is told by the next check."""
    generate()
    before = tree()
    for spec in ("reel/clip", "reel/still", "loop/clip"):
        edit(spec)

    result = generate("--only", "reel/still")

    assert result.exit_code == 0, result.stderr
    assert changed(before) == {"callsheet_clients/reel/still.py"}
    assert generate("--check", "--only", "reel/still").exit_code == 0
    assert generate("--check", "--only", "reel").exit_code == 1
    told = generate("--check")
    assert told.exit_code == 1
    assert "reel/still.py: differs" not in told.stderr
    assert "reel/clip.py: differs" in told.stderr
    assert "loop/clip.py: differs" in told.stderr


def test_parts_come_to_the_whole(generate: Generate) -> None:
    """Endpoint by endpoint into an empty folder: in the end it is, byte by byte, what all at once gives."""
    for part in ("reel/clip", "loop", "reel/still"):
        assert generate("--only", part).exit_code == 0
    by_parts = Path("generated").rename("by_parts")

    generate()

    assert generate("--check", "--out", str(by_parts)).exit_code == 0
    for part, spec in (("reel/clip", "reel/clip"), ("loop", "loop/clip")):
        edit(spec)
        assert generate("--only", part).exit_code == 0
    assert generate("--check").exit_code == 0


def test_a_part_works_alone(generate: Generate, tmp_path: Path, process: Callable[..., object]) -> None:
    """One endpoint in an empty folder: its client can be imported, and names no endpoint that is not there."""
    generate("--only", "reel/still")
    code = "from callsheet_clients.reel import Reel; c = Reel('k'); print(c.still.name, hasattr(c, 'clip'))"

    done = process(code=code, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path / "generated")})

    assert getattr(done, "stdout", "") == "reel/still False\n", done


def test_a_new_endpoint_joins_those_that_are_there(generate: Generate) -> None:
    """A spec that is added and chosen is in the client beside those that the folder had."""
    Path("specs/reel/still.yaml").rename("still.yaml")
    generate()
    Path("still.yaml").rename("specs/reel/still.yaml")
    edit("reel/clip")
    before = tree()

    generate("--only", "reel/still")

    client = (CLIENTS / "reel/_client.py").read_text("utf-8")
    assert "def still" in client
    assert "def clip" in client
    assert "callsheet_clients/reel/clip.py" not in changed(before)
    generate("--only", "reel")
    assert generate("--check").exit_code == 0


def test_a_provider_loses_what_its_specs_lost(generate: Generate) -> None:
    """A whole provider is chosen: modules of endpoints that are gone are removed, those of other providers stay."""
    generate()
    Path("specs/reel/still.yaml").unlink()
    Path("specs/loop/clip.yaml").rename("clip.yaml")

    assert generate("--only", "reel").exit_code == 0

    assert not (CLIENTS / "reel/still.py").exists()
    assert (CLIENTS / "loop/clip.py").exists()


def test_what_was_generated_in_part_is_no_memory_of_the_whole(generate: Generate) -> None:
    """After a part, the next full run still sees what the part left alone."""
    generate()
    edit("loop/clip")
    edit("reel/clip")
    generate("--only", "reel/clip")

    assert "loop/clip.py" in generate().stdout
    assert generate("--check").exit_code == 0


@pytest.mark.parametrize(
    "manifest", [None, b"", b"{", b"[]", b'{"files": 5}', b'{"files": {}, "providers": {"reel": 1}}']
)
def test_a_broken_manifest_says_nothing(generate: Generate, manifest: bytes | None) -> None:
    """A part can be written whatever lies in the manifest's place; the next full run mends it."""
    generate()
    path = Path("generated/MANIFEST.json")
    path.unlink()
    if manifest is not None:
        path.write_bytes(manifest)

    assert generate("--only", "reel").exit_code == 0
    assert generate().exit_code == 0
    assert generate("--check").exit_code == 0


def test_unknown_names_are_told_at_once(generate: Generate) -> None:
    """Names that are neither provider nor endpoint end with 2, each with what may have been meant."""
    result = generate("--only", "rel", "--only", "loop/clp", "--only", "reel", "--only", "clip")

    assert result.exit_code == 2
    assert "`rel`; did you mean `reel`?" in result.stderr
    assert "`loop/clp`; did you mean `loop/clip`" in result.stderr
    assert "`clip` is an endpoint of several providers: `loop/clip`, `reel/clip`" in result.stderr
    assert not Path("generated").exists()


def test_the_difference_is_a_patch(generate: Generate) -> None:
    """What `--diff` prints makes of the folder what `generate` would have made. It writes nothing itself."""
    generate()
    edit("reel/clip")
    Path("specs/reel/still.yaml").unlink()
    module = CLIENTS / "loop/clip.py"
    module.write_bytes(module.read_bytes().rstrip(b"\n") + b"\r\nx = 1")
    (CLIENTS / "py.typed").unlink()
    (CLIENTS / "loop/errors.py").unlink()
    before = tree()

    result = generate("--diff")

    assert result.exit_code == 1
    assert tree() == before
    patch = Path("it.patch")
    patch.write_bytes(result.stdout_bytes)
    apply = ["git", "apply", "--whitespace=nowarn", str(patch)]
    subprocess.run(apply, check=True, timeout=60)  # noqa: S603 - our own patch
    assert generate("--check").exit_code == 0
    assert generate("--diff").exit_code == 0
    assert not generate("--diff").stdout


def test_a_stray_file_is_no_change(generate: Generate) -> None:
    """A file that generation would leave alone is in no patch, and fails the check."""
    generate()
    (CLIENTS / "mine.py").write_text("")

    assert generate("--diff").exit_code == 0
    assert generate("--check", "--diff").exit_code == 1
    assert "not made from these specs" in generate("--check").stderr


def test_a_part_of_the_difference(generate: Generate) -> None:
    """--only and --diff: the patch of what was chosen."""
    generate()
    edit("reel/clip")
    edit("loop/clip")

    patch = generate("--diff", "--only", "loop").stdout

    assert "loop/clip.py" in patch
    assert "reel/clip.py" not in patch


def test_the_outcome_as_json(generate: Generate) -> None:
    """One shape for writing, checking and comparing."""
    made = json.loads(generate("--format", "json").stdout)
    again = json.loads(generate("--format", "json").stdout)
    edit("loop/clip")
    (CLIENTS / "mine.py").write_text("")
    checked = generate("--check", "--format", "json")
    compared = json.loads(generate("--diff", "--format", "json").stdout)

    assert made["out"] == "generated"
    assert made["written"]
    assert {change["change"] for change in made["changes"]} == {"added"}
    assert again == {"out": "generated", "written": True, "unchanged": len(made["changes"]), "changes": []}
    assert checked.exit_code == 1
    kinds = {change["path"]: change["change"] for change in json.loads(checked.stdout)["changes"]}
    assert kinds["generated/callsheet_clients/loop/clip.py"] == "changed"
    assert kinds["generated/callsheet_clients/mine.py"] == "stray"
    assert not json.loads(checked.stdout)["written"]
    patches = {change["path"]: change["diff"] for change in compared["changes"]}
    assert "+    " in patches["generated/callsheet_clients/loop/clip.py"]


def test_differences_as_annotations(generate: Generate) -> None:
    """A stale file is a finding of the rule "stale-file", at the first line that differs."""
    generate()
    module = CLIENTS / "loop/clip.py"
    lines = module.read_text("utf-8").splitlines(keepends=True)
    module.write_text("".join([*lines[:4], "# mine\n", *lines[4:]]), "utf-8")

    result = generate("--check", "--format", "github")

    assert result.exit_code == 1
    assert result.stdout.startswith(
        "::error file=generated/callsheet_clients/loop/clip.py,line=5,col=1,title=stale-file::"
    )
    assert not generate("--check", "--only", "reel", "--format", "github").stdout
