"""What the runtime has a name for, said by it: patterns of addresses, and a comparison in which True is not 1."""

from __future__ import annotations

import ast
from typing import cast

from callsheet.runtime.formats import URI_PATTERN


def spoken(field: ast.AnnAssign, *, exact: bool) -> ast.AnnAssign:
    """A field as it is printed. `exact` is for those that judge input: in an answer, 1 for True does no harm."""
    return cast("ast.AnnAssign", _Spoken(exact=exact).visit(field))


class _Spoken(ast.NodeTransformer):
    def __init__(self, *, exact: bool) -> None:
        self._exact = exact

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Name("URI_PATTERN") if node.value == URI_PATTERN else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        _take_apart(node)
        if not (isinstance(node.value, ast.Name) and node.value.id.startswith("Literal")):
            return self.generic_visit(node)
        values = [part.value for part in ast.walk(node.slice) if isinstance(part, ast.Constant)]
        if not self._exact or not any(isinstance(value, bool | int) and value in {0, 1} for value in values):
            return node
        return ast.Subscript(ast.Name("Annotated"), ast.Tuple([node, ast.Name("EXACT")]))


def _take_apart(node: ast.Subscript) -> None:
    """An address with a pattern of its own was asked for as one text, since a field has one pattern: now as two."""
    match node:
        case ast.Subscript(value=ast.Name("Annotated"), slice=ast.Tuple(elts=parts)):
            patterns = [
                word.value
                for part in parts
                if isinstance(part, ast.Call)
                for word in part.keywords
                if word.arg == "pattern" and isinstance(word.value, ast.Constant)
            ]
            for pattern in patterns:
                text = str(pattern.value)
                if text.startswith(URI_PATTERN) and text != URI_PATTERN:
                    pattern.value = URI_PATTERN
                    own = ast.Constant(text.removeprefix(URI_PATTERN))
                    parts.append(ast.Call(ast.Name("Matching"), [own], []))
        case _:
            pass
