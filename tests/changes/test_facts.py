"""What is within a parameter is among the facts: objects, lists, unions, null."""

from __future__ import annotations

from callsheet.changes import compare

from .made import facts


def test_objects_lists_and_null_are_laid_out() -> None:
    """Each part stands under the parameter's name and a pointer; null is no type."""
    found = facts(
        {
            "input": {
                "loras": {
                    "type": "array",
                    "about": "They.",
                    "items": {
                        "type": "object",
                        "fields": {
                            "path": {"type": "string", "required": True, "about": "Where."},
                            "a/b": {"type": "number", "nullable": True, "default": 1, "about": "How much."},
                        },
                    },
                }
            }
        }
    )
    said = {" ".join(path[1:]): value for path, value in found.items() if path[0] == "parameters"}
    assert said == {
        "loras type": "array",
        "loras required": False,
        "loras/0 type": "object",
        "loras/0 fields": ["path", "a/b"],
        "loras/0/path type": "string",
        "loras/0/path required": True,
        "loras/0/a~1b type": "number",
        "loras/0/a~1b nullable": True,
        "loras/0/a~1b required": False,
        "loras/0/a~1b default": 1,
    }


def test_a_union_of_types_is_one_part() -> None:
    """Its types are a sorted list, and what is said of each stands under the one name."""
    forms = [{"type": "string", "enum": ["wide"]}, {"type": "integer", "minimum": 64}]
    found = facts({"input": {"size": {"any_of": forms, "nullable": True, "about": "It."}}})
    said = {path[2]: value for path, value in found.items() if path[:2] == ("parameters", "size")}
    assert said == {
        "type": ["integer", "string"],
        "allowed": ["wide"],
        "minimum": 64,
        "nullable": True,
        "required": False,
    }


def test_forms_of_one_type_are_told_apart() -> None:
    """What two objects of a union do not share is in `options`, and a change of either is seen."""

    def union(limit: int) -> dict[str, object]:
        fields = {"x": {"type": "integer", "maximum": limit, "about": "It."}}
        other = {"y": {"type": "string", "required": True, "about": "It."}}
        forms = [{"type": "object", "fields": fields}, {"type": "object", "fields": other}]
        return {"input": {"size": {"any_of": forms, "about": "It."}}}

    old, new = facts(union(5)), facts(union(4))
    assert old["parameters", "size", "type"] == "object"
    assert [change.rule for change in compare(old, new)] == ["union-narrowed"]
