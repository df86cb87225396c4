"""What the runtime has a name for, said by it: the pattern of addresses, and a comparison in which True is not 1."""

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
        if not (isinstance(node.value, ast.Name) and node.value.id.startswith("Literal")):
            return self.generic_visit(node)
        values = [part.value for part in ast.walk(node.slice) if isinstance(part, ast.Constant)]
        if not self._exact or not any(isinstance(value, bool | int) and value in {0, 1} for value in values):
            return node
        return ast.Subscript(ast.Name("Annotated"), ast.Tuple([node, ast.Name("EXACT")]))
