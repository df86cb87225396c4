"""Segmind's pages: of models, old and new, and of workflows."""

from callsheet.pages.segmind.page import read

__all__ = ["read"]
