"""A schema with everything that the spec language can say of an input."""

from __future__ import annotations

from callsheet.plan.model import Schema
from callsheet.runtime.formats import URI_PATTERN
from callsheet.source.nodes import Plain

URI: Schema = {"type": "string", "format": "uri", "pattern": URI_PATTERN}
DEFAULTS: dict[str, Plain] = {"mode": "replace"}
EVERYTHING: Schema = {
    "type": "object",
    "additionalProperties": False,
    "required": ["video", "mode", "layers"],
    "properties": {
        "video": {**URI},
        "mode": {"type": "string", "enum": ["animation", "replace"], "default": "replace"},
        "steps": {"type": "integer", "minimum": 2, "maximum": 50},
        "even": {"type": "integer", "multipleOf": 2, "exclusiveMinimum": 0},
        "seed": {"type": "integer"},
        "scale": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        "free": {"type": "number"},
        "flag": {"type": "boolean"},
        "title": {"type": "string", "minLength": 1, "maxLength": 5},
        "size": {"type": "string", "pattern": "^[0-9]+x[0-9]+$"},
        "level": {"type": "integer", "enum": [5, 10]},
        "note": {"type": ["string", "null"]},
        "tags": {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1, "maxItems": 2},
        "layers": {"type": "array", "items": {"$ref": "#/$defs/Layer"}},
        "either": {"anyOf": [{"type": "integer"}, {"$ref": "#/$defs/Layer"}, {"type": "null"}]},
    },
    "$defs": {
        "Layer": {
            "type": "object",
            "additionalProperties": False,
            "required": ["url"],
            "properties": {"url": {**URI}, "weight": {"type": "number"}, "under": {"$ref": "#/$defs/Layer"}},
        }
    },
}
