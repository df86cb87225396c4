"""Judges payloads offline, with a judge that is not ours: `jsonschema` on the wire schema, in the words of findings."""

from callsheet.validate.payload import complete, validate

__all__ = ["complete", "validate"]
