"""A plan becomes files. Nothing is decided here, and nothing is written.

What this package offers is loaded when it is first asked for: the process that runs datamodel-code-generator beside
the others (`dcg`) needs none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from callsheet.runtime.lazy import lazily

if TYPE_CHECKING:
    from callsheet.emit.filters import EmitError
    from callsheet.emit.folder import PACKAGE, emit
    from callsheet.emit.manifest import NAME as MANIFEST

__all__ = ["MANIFEST", "PACKAGE", "EmitError", "emit"]

__getattr__, __dir__ = lazily(__name__, dict.fromkeys(__all__, ".folder"))
