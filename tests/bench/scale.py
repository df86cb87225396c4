"""Generation at the size of real catalogues: whole runs against their peers, stages, memory, and what importing costs.

With SCALE=1 in the environment the largest catalogue has 1,000 models, otherwise 100.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import catalogue
import measure

from callsheet import write
from callsheet.emit import emit, judges, layout, rendering
from callsheet.plan.model import Plan
from callsheet.source.files import read_folder
from callsheet.source.yamltree import read_yaml
from callsheet.spec.load import load

COUNTS: Final = (5, 100, 1000) if os.environ.get("SCALE") else (5, 100)
ROUNDS: Final = 3

_ALONE: Final = """
import sys
from pathlib import Path
from datamodel_code_generator import generate
from datamodel_code_generator.enums import DataModelType, InputFileType
from datamodel_code_generator.format import PythonVersion
from datamodel_code_generator.parser import LiteralType
made = generate(
    Path(sys.argv[1]).read_text(), input_file_type=InputFileType.JsonSchema,
    output_model_type=DataModelType.PydanticV2BaseModel, target_python_version=PythonVersion.PY_311,
    class_name="Root", collapse_root_models=True, disable_timestamp=True, enum_field_as_literal=LiteralType.All,
    field_constraints=True, formatters=[], use_annotated=True, use_standard_collections=True, use_union_operator=True,
)
Path(sys.argv[2]).write_text(made)
"""


@dataclass(frozen=True, slots=True)
class Way:
    """A process to measure, and what has to be done before each run of it, which is not measured."""

    command: tuple[str, ...]
    before: Callable[[], object] = lambda: None


def main() -> None:
    """Each size by itself, then what importing costs."""
    with tempfile.TemporaryDirectory(prefix="callsheet-bench-") as name:
        for count in COUNTS:
            _runs(Path(name) / str(count), count)
        _stages(Path(name) / str(max(n for n in COUNTS if n <= 100)))
        _imports(Path(name), max(COUNTS))


def _runs(folder: Path, count: int) -> None:
    specs, out, cache = folder / "specs", folder / "generated", folder / "cache"
    catalogue.write(specs, count)
    generate = (sys.executable, "-m", "callsheet", "generate", "--specs", str(specs), "--out", str(out))
    plan = measure.plan_of(specs)
    schemas = _json(folder / "schemas.json", {"$defs": _classes(plan, "#/$defs/")})

    def forget() -> None:
        shutil.rmtree(out, ignore_errors=True)
        shutil.rmtree(cache, ignore_errors=True)

    ways = {
        "datamodel-code-generator alone": Way((sys.executable, "-c", _ALONE, str(schemas), str(folder / "alone.py"))),
        "callsheet generate, cold": Way(generate, forget),
        "callsheet generate, one model changed": Way(generate, partial(catalogue.change_one, specs)),
        "callsheet generate, nothing changed": Way(generate),
    }
    peer = shutil.which("openapi-python-client")
    if peer:
        ways["openapi-python-client, no hooks"] = Way(_peer(peer, folder, plan))
    _table(f"{count} models, whole processes", ways, {**os.environ, "XDG_CACHE_HOME": str(cache)})
    if not peer:
        print("  (openapi-python-client is not on the PATH: not compared)")


def _peer(program: str, folder: Path, plan: Plan) -> tuple[str, ...]:
    """The same models as one OpenAPI document."""
    schemas = _classes(plan, "#/components/schemas/")
    paths = {
        f"/{model.id}": {
            "post": {
                "operationId": str(model.module),
                "requestBody": {"content": _body(model.input_name), "required": True},
                "responses": {"200": {"description": "What it made.", "content": _body(model.output_name or "")}},
            }
        }
        for model in plan.endpoints()
    }
    about = {"title": "Atelier", "version": "1"}
    document = {"openapi": "3.1.0", "info": about, "paths": paths, "components": {"schemas": schemas}}
    given = _json(folder / "openapi.json", document)
    settings = _json(folder / "settings.json", {"post_hooks": []})
    out = folder / "peer"
    return (program, "generate", "--path", str(given), "--config", str(settings), "--output-path", str(out),
            "--overwrite", "--meta", "none")  # fmt: skip


def _body(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _classes(plan: Plan, prefix: str) -> dict[str, Any]:
    asked = {name: part for model in plan.endpoints() for name, part in model.definitions.items()}
    return json.loads(json.dumps(asked).replace('"#/$defs/', f'"{prefix}'))


def _json(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def _table(title: str, ways: Mapping[str, Way], environment: Mapping[str, str]) -> None:
    """Medians of runs in turns; the first way is what the others are compared with."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    worked: dict[str, list[float]] = {name: [] for name in ways}
    peak = dict.fromkeys(ways, 0)
    for _ in range(ROUNDS):
        for name, way in ways.items():
            way.before()
            begun = time.perf_counter()
            child = subprocess.Popen(way.command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
            _, status, usage = os.wait4(child.pid, 0)
            taken[name].append(time.perf_counter() - begun)
            worked[name].append(usage.ru_utime + usage.ru_stime)
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode:
                sys.exit(f"{name}: exit status {child.returncode}")
            peak[name] = max(peak[name], usage.ru_maxrss // 1024)
    base = statistics.median(next(iter(taken.values())))
    print(f"\n{title}")
    for name, times in taken.items():
        median = statistics.median(times)
        cpu = statistics.median(worked[name])
        print(f"  {name:<44} {median:>7.2f} s  x{median / base:<5.2f} CPU {cpu:>6.2f} s  {peak[name]:>4} MB")


def _stages(folder: Path) -> None:
    files, _ = read_folder(folder / "specs")
    plan = measure.plan_of(folder / "specs")
    provider = plan.providers[0]
    rendered = rendering.render(plan)
    made = emit(plan)
    measure.compare(
        f"stages, {len(provider.models)} models, one process for dcg",
        {
            "files from the disk": lambda: read_folder(folder / "specs"),
            "YAML": lambda: [read_yaml(path, data) for path, data in files.items()],
            "YAML, structure, values, checks": lambda: load(files),
            "the same, and the plan": lambda: measure.plan_of(folder / "specs"),
            "dcg, and the proof of what it made": lambda: [
                judges.judges(provider.id, group) for group in judges.groups(provider.models)
            ],
            "all of emit": lambda: emit(plan),
            "ruff": lambda: layout.tidy(rendered),
            "comparing with what is on the disk": lambda: write.compare(folder / "generated", made),
        },
        rounds=ROUNDS,
    )


def _imports(folder: Path, most: int) -> None:
    catalogue.write(folder / "1" / "specs", 1)
    write.write(folder / "1" / "generated", emit(measure.plan_of(folder / "1" / "specs")))
    measure.compare(
        "import of a generated client",
        {"import httpx; from pydantic import BaseModel": _import("", "import httpx; from pydantic import BaseModel")}
        | {
            f"import callsheet_clients.{catalogue.PROVIDER}, {count} models": _import(
                str(folder / str(count) / "generated"), f"import callsheet_clients.{catalogue.PROVIDER}"
            )
            for count in (1, most)
        }
        | {
            f"from callsheet_clients.{catalogue.PROVIDER} import Atelier, {count} models": _import(
                str(folder / str(count) / "generated"), f"from callsheet_clients.{catalogue.PROVIDER} import Atelier"
            )
            for count in (1, most)
        },
        rounds=15,
    )


def _import(path: str, statement: str) -> Callable[[], object]:
    # As anybody has it who imports a module twice.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    if path:
        environment["PYTHONPATH"] = path
    return lambda: subprocess.run([sys.executable, "-c", statement], env=environment, check=True)  # noqa: S603 - our own


if __name__ == "__main__":
    main()
