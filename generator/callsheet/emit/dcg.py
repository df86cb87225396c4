"""datamodel-code-generator itself: the only module that imports it. It takes a quarter of a second to load.

So a process is started that loads it while others read, plan and render. This module imports nothing of ours but
`processes`, for that process to have nothing else to load.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Final

from callsheet.emit.processes import MOST, beside

Run = Callable[[str, Collection[str], Mapping[str, str]], str]
"""What `run` is called like: done here, or by another process."""

BASES: Final = "callsheet_runtime"
"""A module name that is left out of the imports."""


def run(document: str, asked: Collection[str], aliases: Mapping[str, str]) -> str:
    """The Python module for a JSON Schema document with `$defs`. `asked` are the names in it that are final.

    `aliases` says what a field is called in Python, by its wire name, where that is not what it would be otherwise.
    Every setting that matters is said here: what is left out is looked for in the current directory.
    """
    # A run that takes over what an earlier one made may not need it.
    from datamodel_code_generator import generate  # noqa: PLC0415
    from datamodel_code_generator.enums import DataModelType, InputFileType  # noqa: PLC0415
    from datamodel_code_generator.format import PythonVersion  # noqa: PLC0415
    from datamodel_code_generator.parser import LiteralType  # noqa: PLC0415

    made = generate(
        document,
        input_file_type=InputFileType.JsonSchema,
        output_model_type=DataModelType.PydanticV2BaseModel,
        target_python_version=PythonVersion.PY_311,
        base_class=f"{BASES}.Judge",
        aliases=dict(aliases),
        class_name="UnusedRoot",
        # The plan's names are final. What is made up beside them must not look like a field: that would be renamed.
        custom_class_name_generator=lambda name: name if name in asked else f"Unasked_{name}",
        collapse_root_models=True,
        disable_timestamp=True,
        enable_version_header=False,
        enum_field_as_literal=LiteralType.All,
        field_constraints=True,
        field_extra_keys={"x-nullable"},
        formatters=[],
        keep_model_order=True,
        strict_nullable=True,
        use_annotated=True,
        use_standard_collections=True,
        use_union_operator=True,
    )
    return made if isinstance(made, str) else ""


def warm_up() -> None:
    """Have loaded what any run needs."""
    simple = {"type": "object", "properties": {"any": {"type": "string", "pattern": "^a", "minLength": 1}}}
    run(json.dumps({"$defs": {"Any": simple}}), ("Any",), {})


def started() -> AbstractContextManager[Sequence[Run]]:
    """`run` for each share that there may be, done by one process that begins to load now."""
    return beside(warm_up, run, MOST)
