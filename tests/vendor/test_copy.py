"""What `callsheet vendor --into` writes, and what it leaves alone."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import httpx
import pytest
from typer.testing import Result

from callsheet.emit.needs import needs
from callsheet.emulator.options import Options
from callsheet.emulator.serving.memory import MemoryTransport
from callsheet.plan.model import HttpLibrary, Plan

ROOT = Path(__file__).parents[2]
BASE = ROOT / "tests" / "base_specs"
Vendor = Callable[..., Result]


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """Specs of two providers, one with two models."""
    shutil.copytree(BASE, tmp_path / "specs")
    clip = (tmp_path / "specs/reel/clip.yaml").read_text("utf-8")
    (tmp_path / "specs/reel/pan.yaml").write_text(clip.replace("id: clip", "id: pan"), "utf-8")
    (tmp_path / "specs/spool").mkdir()
    for name in ("provider", "clip"):
        text = (tmp_path / f"specs/reel/{name}.yaml").read_text("utf-8")
        text = text.replace("id: reel", "id: spool").replace("provider: reel", "provider: spool")
        (tmp_path / f"specs/spool/{name}.yaml").write_text(text.replace("name: Reel", "name: Spool"), "utf-8")
    return tmp_path / "specs"


@pytest.fixture
def into(vendor: Vendor, specs: Path, tmp_path: Path) -> Callable[..., Result]:
    """`callsheet vendor … --into clients`."""
    return lambda *args: vendor(*args, "--into", tmp_path / "clients", "--specs", specs)


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    """Where it goes."""
    return tmp_path / "clients"


def lying(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def listed(folder: Path) -> dict[str, str]:
    """The files of the manifest."""
    files: dict[str, str] = json.loads((folder / "MANIFEST.json").read_text("utf-8"))["files"]
    return files


def test_a_copy_holds_what_it_needs(into, clients: Path, specs: Path) -> None:
    """Client, runtime, marker, specs to the byte, licence, page; the manifest has the digest of each."""
    assert into("reel").exit_code == 0
    files = lying(clients)

    assert {"py.typed", "LICENSE", "README.md", "__init__.py", "_runtime/drive.py", "reel/pan.py"} < set(files)
    assert files["specs/reel/pan.yaml"] == (specs / "reel/pan.yaml").read_bytes()
    assert files["LICENSE"] == (ROOT / "LICENSE").read_bytes()
    manifest = json.loads(files.pop("MANIFEST.json"))
    assert manifest["files"] == {path: hashlib.sha256(data).hexdigest() for path, data in sorted(files.items())}
    assert manifest["options"] == {"http": "httpx", "asked": ["reel"]}
    assert set(manifest["needs"]) == {"python", "httpx", "pydantic"}
    assert set(manifest["providers"]["reel"]["models"]) == {"clip", "pan"}
    for path, data in files.items():
        if path.endswith(".py"):
            lines = data.decode().splitlines()
            assert lines[1].startswith("# Do not edit: `callsheet vendor`"), path
            assert lines[2] == "# SPDX-License-Identifier: MIT", path
            assert "make generate" not in data.decode(), path


def test_a_copy_is_the_same_anywhere(vendor: Vendor, specs: Path, tmp_path: Path, monkeypatch) -> None:
    """No path of this machine, no date: two copies are equal to the byte, and nothing in them names the folder."""
    assert vendor("reel", "--into", tmp_path / "one", "--specs", specs).exit_code == 0
    monkeypatch.chdir(tmp_path)
    assert vendor("reel", "--into", "deep/two", "--specs", "specs").exit_code == 0

    assert lying(tmp_path / "one") == lying(tmp_path / "deep/two")
    assert not any(os.fsencode(tmp_path) in data for data in lying(tmp_path / "one").values())


def test_a_second_time_changes_nothing(into, clients: Path) -> None:
    """With the same words, and without any."""
    into("reel/clip", "spool")
    before = lying(clients)

    for names in (["reel/clip", "spool"], ["reel/clip"], []):
        assert "0 written or removed" in into(*names).stdout
        assert lying(clients) == before


def test_one_model_is_what_was_asked_for(into, clients: Path) -> None:
    """The others are not in the copy; asked for later, they come to it; and the whole provider stays whole."""
    into("reel/clip")
    assert not (clients / "reel/pan.py").exists()
    assert not (clients / "specs/reel/pan.yaml").exists()

    into("reel/pan")
    assert (clients / "reel/clip.py").exists()
    assert (clients / "reel/pan.py").exists()

    into("reel")
    into("reel/clip")
    assert json.loads((clients / "MANIFEST.json").read_text("utf-8"))["options"]["asked"] == ["reel"]
    assert (clients / "reel/pan.py").exists()


def test_another_provider_is_left_as_it_was(into, clients: Path, specs: Path) -> None:
    """A provider that is not named keeps its modules and its specs, though these have moved on."""
    into("reel", "spool")
    before = {path: data for path, data in lying(clients).items() if path.startswith(("reel/", "specs/reel/"))}
    for path in (specs / "reel/clip.yaml", specs / "spool/clip.yaml"):
        path.write_text(path.read_text("utf-8").replace("What the clip shows.", "What is to be seen."), "utf-8")
    done = into("spool")

    assert done.exit_code == 0
    assert "made anew from the specs that it had" not in done.stdout
    assert before == {path: data for path, data in lying(clients).items() if path in before}
    assert b"is to be seen" in (clients / "spool/clip.py").read_bytes()


def test_a_runtime_that_changed_takes_the_others_along(into, clients: Path, monkeypatch) -> None:
    """One runtime for all: providers that are not named are made anew from their own specs, and it is said."""
    from callsheet.vendor import folder  # noqa: PLC0415 - it is changed here

    into("reel", "spool")
    monkeypatch.setattr(folder, "_HEADER", "# Another header.\n# Of two lines.\n")
    done = into("spool")

    assert "reel: made anew from the specs that it had" in done.stdout
    assert b"# Another header." in (clients / "reel/clip.py").read_bytes()


def test_specs_in_the_copy_that_were_touched(into, clients: Path) -> None:
    """What is not named cannot be made anew from an edited spec: the findings say what to do."""
    into("reel", "spool")
    (clients / "specs/reel/clip.yaml").write_text("# mine\n")
    before = lying(clients)

    for force in ([], ["--force"]):
        done = into("spool", *force)
        assert done.exit_code == 1
        assert "callsheet vendor reel" in done.stderr
        assert lying(clients) == before
    assert into("spool", "reel", "--force").exit_code == 0


def test_edits_are_not_lost(into, clients: Path) -> None:
    """Nothing is written where an edit would go; it is shown; with --force it goes."""
    into("reel")
    (clients / "reel/clip.py").write_text((clients / "reel/clip.py").read_text("utf-8") + "MINE = 1\n", "utf-8")
    (clients / "reel/errors.py").unlink()
    before = lying(clients)
    done = into("reel")

    assert done.exit_code == 1
    assert "+MINE = 1" in done.stderr
    assert "Nothing was written" in done.stderr
    assert lying(clients) == before
    assert json.loads(into("reel", "--format", "json").stdout)[0]["rule"] == "copy-edited"
    assert into("reel", "--force").exit_code == 0
    assert b"MINE" not in (clients / "reel/clip.py").read_bytes()
    assert (clients / "reel/errors.py").exists()


def test_a_model_that_is_no_longer_asked_for_goes(into, clients: Path, specs: Path) -> None:
    """Its files, if nobody touched them; and other people's files beside them stay."""
    into("reel")
    (clients / "reel/_models/mine.py").write_text("mine")
    (clients / "notes.txt").write_text("mine")
    (specs / "reel/pan.yaml").unlink()
    (clients / "reel/pan.py").write_text("# mine\n")

    assert into().exit_code == 1
    assert into("--force").exit_code == 0
    assert not [path for path in lying(clients) if "pan" in path]
    assert (clients / "reel/_models/mine.py").read_text() == "mine"
    assert (clients / "notes.txt").read_text() == "mine"


def test_other_peoples_files_are_not_replaced(into, clients: Path) -> None:
    """A folder with a page of its own: refused, and with --force replaced. Its package files are left alone always."""
    clients.mkdir()
    (clients / "README.md").write_text("mine")
    (clients / "__init__.py").write_text("MINE = 1\n")
    done = into("reel")

    assert done.exit_code == 1
    assert "error[in-the-way]" in done.stderr
    assert "+mine" in done.stderr
    assert set(lying(clients)) == {"README.md", "__init__.py"}

    done = into("reel", "--force")
    assert done.exit_code == 0
    assert "yours, left alone" in done.stdout
    assert (clients / "README.md").read_text() != "mine"
    assert (clients / "__init__.py").read_text() == "MINE = 1\n"
    assert "__init__.py" not in listed(clients)


def test_its_own_package_file_becomes_yours(into, vendor: Vendor, clients: Path, specs: Path) -> None:
    """Once it was edited, it is no longer the copy's, and no finding from then on."""
    into("reel")
    (clients / "__init__.py").write_text("from .reel import Reel\n")

    assert vendor("--check", clients, "--specs", specs).exit_code == 1
    assert into().exit_code == 0
    assert (clients / "__init__.py").read_text() == "from .reel import Reel\n"
    assert vendor("--check", clients, "--specs", specs).exit_code == 0
    assert "0 written" in into().stdout


def test_an_interrupted_run_can_be_repeated(into, clients: Path, specs: Path, monkeypatch) -> None:
    """Half of the files are new, the manifest is old: what is as it is to be is no edit."""
    into("reel")
    clip = specs / "reel/clip.yaml"
    clip.write_text(clip.read_text("utf-8").replace("What the clip shows.", "What is to be seen."), "utf-8")
    replace = Path.replace

    def refuse(fresh: Path, target: Path) -> Path:
        if "MANIFEST" in Path(target).name:
            raise OSError(28, "No space left on device", str(target))
        return replace(fresh, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", refuse)
        done = into("reel")
        assert done.exit_code == 1
        assert "No space left" in done.stderr
    assert into("reel").exit_code == 0
    assert not [path for path in lying(clients) if Path(path).name.startswith(".")]


def test_the_library_stays_and_can_be_changed(into, clients: Path) -> None:
    """What the folder was made for is what it is made for again, unless another is named."""
    into("reel", "--http", "httpx2")
    into("reel")
    assert b"import httpx2 as http" in (clients / "_runtime/_http.py").read_bytes()

    into("reel", "--http", "httpx")
    assert b"import httpx as http" in (clients / "_runtime/_http.py").read_bytes()


def test_a_link_for_a_folder_is_followed(into, clients: Path, tmp_path: Path) -> None:
    """A folder may lie elsewhere."""
    (tmp_path / "elsewhere").mkdir()
    clients.symlink_to(tmp_path / "elsewhere")

    assert into("reel").exit_code == 0
    assert (tmp_path / "elsewhere/reel/clip.py").exists()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([], "--into FOLDER"),
        (["reel"], "--into FOLDER"),
        (["reel", "--into", "a", "--check", "a"], "--into FOLDER"),
        (["--into", "a"], "name what to copy"),
        (["rel", "--into", "a"], "did you mean `reel`"),
        (["reel/clap", "--into", "a"], "did you mean `reel/clip`"),
        (["reel/provider", "--into", "a"], "no `reel/provider`"),
        (["reel/", "--into", "a"], "no `reel/`"),
        (["/", "--into", "a"], "no `/`"),
        (["reel", "--into", "my-clients"], "cannot import"),
        (["reel", "--into", "class"], "cannot import"),
        (["reel", "--into", "specs/reel/clip.yaml"], "is a file"),
        (["reel", "--check", "a"], "takes no names"),
        (["--check", "a", "--force"], "no --force"),
    ],
)
def test_wrong_usage(vendor: Vendor, specs: Path, args: list[str], words: str, monkeypatch) -> None:
    """Exit 2, with what is meant, and nothing is written."""
    tmp_path = specs.parent
    monkeypatch.chdir(tmp_path)
    before = lying(tmp_path)
    done = vendor(*args, "--specs", specs)

    assert done.exit_code == 2
    assert words in done.stderr
    assert lying(tmp_path) == before


def test_a_model_that_the_specs_lost(into, specs: Path) -> None:
    """Asked for by name once, and gone: it is said what can be done."""
    into("reel/clip", "reel/pan")
    (specs / "reel/pan.yaml").unlink()
    done = into()

    assert done.exit_code == 2
    assert "the copy has reel/pan" in done.stderr


def test_only_what_is_copied_has_to_be_right(into, specs: Path) -> None:
    """A fault in another provider is no obstacle; one in the provider's own file is, at its place."""
    (specs / "spool/clip.yaml").write_text("id: [", "utf-8")
    assert into("reel").exit_code == 0
    (specs / "reel/clip.yaml").write_text("id: [", "utf-8")
    done = into("reel")

    assert done.exit_code == 1
    assert f"{specs}/reel/clip.yaml:" in done.stderr


def test_two_versions_in_one_process(vendor: Vendor, plan: Plan, tmp_path: Path) -> None:
    """Side by side: classes of their own, and a token of one is good in the other."""
    for name in ("v1", "v2"):
        assert vendor("segmind", "--into", tmp_path / "twice" / name).exit_code == 0
    sys.path.insert(0, str(tmp_path))
    try:
        one, other = (importlib.import_module(f"twice.{name}.segmind") for name in ("v1", "v2"))
    finally:
        sys.path.remove(str(tmp_path))
    transport = MemoryTransport(plan, Options(keys=frozenset({"test-key"})))
    sample = plan.provider("segmind").model("wan-animate").samples["page"]
    with httpx.Client(transport=transport) as http:
        first, second = (each.Segmind("test-key", http=http, clock=transport.clock) for each in (one, other))
        token = first.wan_animate.submit(**sample).token
        result = second.wan_animate.job(token).wait()
        with pytest.raises(other.errors.InvalidInput) as caught:
            second.wan_animate.submit(prompt=5)

    assert result.request_id == transport.ledger[0].request_id
    assert one.errors.InvalidInput is not other.errors.InvalidInput
    assert not isinstance(caught.value, one.errors.CallsheetError)


def test_the_last_lines_say_how_it_is_used(vendor: Vendor, specs: Path, tmp_path: Path, monkeypatch) -> None:
    """The import as it is written in this project, and what it needs."""
    monkeypatch.chdir(tmp_path)
    done = vendor("reel", "--into", "src/shop/clients", "--specs", specs)

    assert "\nfrom shop.clients.reel import Reel\n" in done.stdout
    assert "needs python >=3.11, httpx" in done.stdout


def test_machines_are_told_what_people_are(into, clients: Path) -> None:
    """`--format json`: what changed, how it is imported, what it needs."""
    told = json.loads(into("reel", "--format", "json").stdout)

    assert told["out"] == clients.as_posix()
    assert {(change["kind"], Path(change["path"]).name) for change in told["changes"]} > {("added", "MANIFEST.json")}
    assert told["imports"] == ["from clients.reel import Reel"]
    assert set(told["needs"]) == {"python", "httpx", "pydantic"}


def test_settings_name_the_library(vendor: Vendor, specs: Path, tmp_path: Path, monkeypatch) -> None:
    """`[tool.callsheet] http` counts for a new folder; what a folder was made for counts before it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text('[tool.callsheet]\nhttp = "httpx2"\n')
    assert vendor("reel", "--into", "clients", "--specs", specs).exit_code == 0
    assert "import httpx2 as http" in (tmp_path / "clients/_runtime/_http.py").read_text("utf-8")

    (tmp_path / "pyproject.toml").write_text('[tool.callsheet]\nhttp = "httpx"\n')
    assert "0 written" in vendor("--into", "clients", "--specs", specs).stdout


def test_a_disk_that_refuses_is_one_clear_error(into, vendor: Vendor, clients: Path, specs: Path, monkeypatch) -> None:
    """In reading and in writing: the path and the reason, never a traceback."""
    clients.mkdir()
    (clients / "reel").write_text("a file")
    done = into("reel")
    assert (done.exit_code, "reel" in done.stderr) == (1, True)
    (clients / "reel").unlink()
    assert into("reel").exit_code == 0

    def refuse(path: Path) -> bytes:
        raise OSError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    done = vendor("--check", clients, "--specs", specs)
    assert done.exit_code == 1
    assert "Permission denied" in done.stderr


def test_what_it_needs_is_said_in_one_way() -> None:
    """The documentation names the versions that `emit/needs.py` has, and the tool asks for no less than its clients."""
    said = (ROOT / "docs/vendoring.md").read_text("utf-8")
    assert "needs " + ", ".join(f"{name} {version}" for name, version in needs("httpx").items()) in said
    told = (ROOT / "docs/client.md").read_text("utf-8")
    for library in get_args(HttpLibrary):
        for name, version in list(needs(library).items())[1:]:
            assert f"{name} {version.removeprefix('>=')}" in told

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lowest = dict(each.split(">=") for each in project["dependencies"])
    for name in ("httpx", "pydantic"):
        assert _numbers(lowest[name]) >= _numbers(needs("httpx")[name])
    assert project["requires-python"] == needs("httpx")["python"]


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.removeprefix(">=").split("."))
