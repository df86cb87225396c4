"""Callsheet: reviewed specs of hosted models in, typed clients, an emulator and contract tests out."""

__version__ = "0.1.0"
