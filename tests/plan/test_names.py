"""Names and types of the generated code."""

from __future__ import annotations

import ast
import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callsheet.plan import names
from callsheet.plan.types import Naming, annotation

ANY = st.text(max_size=30)


@given(ANY)
def test_every_parameter_name_is_a_python_name(wire: str):
    """Whatever a provider calls a parameter, a signature can say it, and Python does not change it."""
    name = names.param_name(wire)

    assert name.isidentifier()
    assert not keyword.iskeyword(name)
    assert [name] == [arg.arg for arg in ast.parse(f"def f({name}): ...").body[0].args.args]


@given(ANY)
def test_a_wire_name_that_python_can_say_stays(wire: str):
    """Only names that Python cannot say are changed."""
    assert (names.param_name(wire) == wire) or not names.says_itself(wire)


@pytest.mark.parametrize(
    ("wire", "python"),
    [
        ("prompt", "prompt"),
        ("Character_Image", "Character_Image"),
        ("class", "class_"),
        ("content-type", "content_type"),
        ("3d", "p_3d"),
        ("", "parameter"),
        ("list", "list_"),
        ("__secret", "secret"),
        ("self", "self"),
        ("ﬁle", "file"),
    ],
)
def test_parameter_names(wire: str, python: str):
    """Names as they come out, where the wire name is one and where it is none."""
    assert python == names.param_name(wire)


@pytest.mark.parametrize(
    ("identifier", "module", "class_name"),
    [
        ("wan-animate", "wan_animate", "WanAnimate"),
        ("wan2.1-t2v", "wan2_1_t2v", "Wan21T2v"),
        ("scail-2", "scail_2", "Scail2"),
        ("68628fe3-v4", "m_68628fe3_v4", "M68628fe3V4"),
        ("import", "import_", "Import"),
        ("close", "close_", "Close"),
        ("none", "none", "None_"),
        ("result", "result", "Result_"),
        ("model", "model", "Model_"),
        ("async-job", "async_job", "AsyncJob_"),
        ("session", "session_", "Session"),
    ],
)
def test_model_names(identifier: str, module: str, class_name: str):
    """Modules and classes of models, keywords and taken names among them."""
    assert (module, class_name) == (names.module_name(identifier), names.class_name(identifier))


@given(ANY)
def test_module_and_class_names_are_python_names(identifier: str):
    """Whatever a model is called, its module and class have names that Python can say."""
    for name in (names.module_name(identifier), names.class_name(identifier), names.error_name(identifier)):
        assert name.isidentifier()
        assert not keyword.iskeyword(name)


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"type": "string"}, "str"),
        ({"type": ["integer", "null"]}, "int | None"),
        ({"enum": ["a", "b'"], "type": "string"}, """Literal['a', "b'"]"""),
        ({"enum": ["a", None]}, "Literal['a'] | None"),
        ({"enum": [0.5, 1.0], "type": "number"}, "float"),
        ({"type": "array", "items": {"$ref": "#/$defs/File"}}, "list[ReelFileParams]"),
        ({"type": "object"}, "dict[str, Any]"),
        ({"type": "object", "properties": {}}, "ReelXParams"),
        ({"anyOf": [{"type": "string"}, {"type": "object", "properties": {}}]}, "str | ReelXOption2Params"),
        ({"anyOf": [{"$ref": "#/$defs/File"}, {"type": "null"}]}, "ReelFileParams | None"),
        ({}, "Any"),
    ],
)
def test_annotations(schema: dict, text: str):
    """The Python type of each kind of schema."""
    assert text == annotation(schema, Naming("Reel", "Params", "Params"), ("x",))
