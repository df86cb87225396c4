"""Generation at the size of real catalogues, as whole processes, beside what others take for the same models.

datamodel-code-generator alone makes nothing but the pydantic classes. It is driven in the way that was found to be the
fastest: one call for all of them, allowed values as literals, without text, formats and formatters; then ruff once.
openapi-python-client makes a client, too. It is measured without its hooks, where it is on the PATH.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any, Final

import catalogue
from measure import Process, plan_of, processes
from ruff import find_ruff_bin  # type: ignore[import-untyped]  # it ships no stubs

from callsheet.emit.codegen import bare
from callsheet.plan.model import Plan

COUNTS: Final = (5, 100, 1000) if os.environ.get("SCALE") else (5, 100)
ROUNDS: Final = 3

_ALONE: Final = f"""
import subprocess, sys
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
subprocess.run([{find_ruff_bin()!r}, "format", "--isolated", "--no-cache", "--quiet", sys.argv[2]], check=True)
"""

_DCG: Final = "datamodel-code-generator alone, then ruff"
_OPC: Final = "openapi-python-client, no hooks"
_COLD: Final = "callsheet generate, cold"
_SAME: Final = "callsheet generate, nothing changed"


def main() -> None:
    """Each size by itself."""
    with tempfile.TemporaryDirectory(prefix="callsheet-bench-") as name:
        for count in COUNTS:
            _runs(Path(name) / str(count), count)


def _runs(folder: Path, count: int) -> None:
    specs, out, cache = folder / "specs", folder / "generated", folder / "cache"
    catalogue.write(specs, count)
    plan = plan_of(specs)
    generate = (sys.executable, "-m", "callsheet", "generate", "--specs", str(specs), "--out", str(out))
    kept = {"XDG_CACHE_HOME": str(cache)}
    schemas = _json(folder / "schemas.json", {"$defs": _classes(plan, "#/$defs/")})

    def forget() -> None:
        shutil.rmtree(out, ignore_errors=True)
        shutil.rmtree(cache, ignore_errors=True)

    ways = {_DCG: Process((sys.executable, "-c", _ALONE, str(schemas), str(folder / "alone.py")), {})}
    peer = shutil.which("openapi-python-client")
    if peer:
        ways[_OPC] = Process(_peer(peer, folder, plan), {}, partial(shutil.rmtree, folder / "peer", ignore_errors=True))
    ways |= {
        _COLD: Process(generate, kept, forget),
        "callsheet generate, one model changed": Process(generate, kept, partial(catalogue.change_one, specs)),
        _SAME: Process(generate, kept),
    }
    medians = processes(f"{count} models, whole processes", ways, rounds=ROUNDS)
    against = f"{medians[_COLD] / medians[_DCG]:.2f} of datamodel-code-generator alone (at most 1.15 is asked for)"
    if peer:
        against += f", {medians[_COLD] / medians[_OPC]:.2f} of openapi-python-client (0.50)"
    else:
        against += "; openapi-python-client is not on the PATH: not compared"
    print(f"  cold: {against}; nothing changed: {medians[_SAME]:.2f} s (1 s)")


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
    settings = _json(folder / "settings.json", {"post_hooks": [], "literal_enums": True})
    out = folder / "peer"
    return (program, "generate", "--path", str(given), "--config", str(settings), "--output-path", str(out),
            "--overwrite", "--meta", "none")  # fmt: skip


def _body(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _classes(plan: Plan, prefix: str) -> dict[str, Any]:
    asked = {name: bare(part) for model in plan.endpoints() for name, part in model.definitions.items()}
    return json.loads(json.dumps(asked).replace('"#/$defs/', f'"{prefix}'))


def _json(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
