"""Nodes of sound structure to the values of `spec.model`. Nothing here judges; the order of the file is kept."""

from __future__ import annotations

from callsheet.spec.read.model import read_model
from callsheet.spec.read.provider import read_provider

__all__ = ["read_model", "read_provider"]
