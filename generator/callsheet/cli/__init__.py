"""The command line: the only place that prints and exits."""

from __future__ import annotations

from callsheet.cli.app import main

__all__ = ["main"]
