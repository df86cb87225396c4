"""Changes of Python code as a slip would make them: one at a time, by the syntax tree.

Left alone is what no test could notice: docstrings, annotations, words for people (texts with spaces, f-strings), and
what only type-checkers read.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

SWAPS: Final[dict[type[ast.AST], type[ast.AST]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
}
WORDS: Final = (
    ("queued", "running", "succeeded", "failed", "cancelled", "ended"),
    ("refused", "unknown_job", "not_finished", "unavailable"),
    ("never", "maybe", "always"),
    ("reads_only", "after_delay"),
    ("submit", "status", "result", "cancel", "upload", "download"),
    ("requested", "too_late"),
    ("GET", "POST", "PUT"),
)
"""Words that a slip takes for one another: states, meanings, phases, methods."""


DECLARATIONS: Final = frozenset({"slots", "frozen", "repr", "stacklevel"})
"""Arguments that change no behaviour."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One change of a file."""

    line: int
    kind: str
    what: str
    of: str
    """The file as it is."""
    number: int
    """Which of the file's changes."""

    def text(self) -> str:
        """The whole file, changed."""
        return ast.unparse(self.tree()) + "\n"

    def source(self) -> str:
        """The line as it is."""
        return self.of.splitlines()[self.line - 1].strip()

    def around(self) -> range:
        """The lines of the function that it is in; none where it is in no function."""
        functions = (
            node for node in ast.walk(ast.parse(self.of)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        )
        found = [range(node.lineno, (node.end_lineno or 0) + 1) for node in functions]
        return min((lines for lines in found if self.line in lines), key=len, default=range(0))

    def tree(self) -> ast.Module:
        """The whole file, changed, with its lines where they were."""
        tree = ast.parse(self.of)
        return _Apply(_sorted(tree)[self.number]).on(tree)


@dataclass(frozen=True, slots=True)
class _Edit:
    node: Any
    kind: str
    what: str
    apply: Callable[[Any], ast.AST]
    """Of the node: what stands in its place."""


def slips(text: str) -> Iterator[Slip]:
    """Every change of a file, in the order of its lines."""
    for number, edit in enumerate(_sorted(ast.parse(text))):
        yield Slip(edit.node.lineno, edit.kind, edit.what, text, number)


def _sorted(tree: ast.Module) -> list[_Edit]:
    return sorted(_edits(tree), key=lambda edit: (edit.node.lineno, edit.node.col_offset))


class _Apply(ast.NodeTransformer):
    def __init__(self, edit: _Edit) -> None:
        self._edit = edit

    def on(self, tree: ast.Module) -> ast.Module:
        changed: ast.Module = ast.fix_missing_locations(self.visit(tree))
        return changed

    def generic_visit(self, node: ast.AST) -> Any:
        if node is self._edit.node:
            return self._edit.apply(node)
        return super().generic_visit(node)


def _edits(tree: ast.Module) -> Iterator[_Edit]:
    skipped = _skipped(tree)
    for node in ast.walk(tree):
        if node not in skipped:
            yield from _of(node)


def _of(node: ast.AST) -> Iterator[_Edit]:  # noqa: C901, PLR0912 - one branch for each kind of node
    match node:
        case ast.Compare(ops=[op]) if type(op) in SWAPS:
            other = SWAPS[type(op)]
            yield _Edit(
                node, "comparison", f"{ast.unparse(node)} with {other.__name__}", _with("ops", lambda: [other()])
            )
        case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in SWAPS:
            other = SWAPS[type(op)]
            yield _Edit(node, "operator", f"{ast.unparse(node)} with {other.__name__}", _with("op", other))
        case ast.UnaryOp(op=ast.Not()):
            yield _Edit(node, "branch", f"{ast.unparse(node)} without not", lambda twin: twin.operand)
        case ast.If() | ast.IfExp() | ast.While():
            yield _Edit(node, "branch", f"if not {ast.unparse(node.test)}", _negated)
        case ast.Constant():
            for value in _values(node.value):
                yield _Edit(node, "constant", f"{node.value!r} as {value!r}", _with("value", lambda value=value: value))
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom() | ast.Await()):
            yield _Edit(node, "dropped call", ast.unparse(node), lambda _: ast.Pass())
        case ast.Raise():
            yield _Edit(node, "dropped raise", ast.unparse(node), lambda _: ast.Pass())
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield _Edit(node, "returns nothing", ast.unparse(node), _with("value", lambda: ast.Constant(None)))
        case ast.Break():
            yield _Edit(node, "loop", "continue for break", lambda _: ast.Continue())
        case ast.Continue():
            yield _Edit(node, "loop", "break for continue", lambda _: ast.Break())
        case ast.Call(keywords=keywords):
            for at, keyword in enumerate(keywords):
                if keyword.arg is not None and keyword.arg not in DECLARATIONS:
                    yield _Edit(node, "dropped argument", f"{ast.unparse(node.func)}({keyword.arg}=…)", _out_of(at))
        case _:
            return


def _values(value: object) -> tuple[object, ...]:
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int | float):
        return (value + 1, value - 1)
    if isinstance(value, str) and value and " " not in value:
        known = next((words for words in WORDS if value in words), None)
        return (known[(known.index(value) + 1) % len(known)] if known else f"{value}x",)
    return ()


def _with(name: str, value: Callable[[], object]) -> Callable[[Any], ast.AST]:
    def apply(twin: Any) -> ast.AST:
        setattr(twin, name, value())
        return twin  # type: ignore[no-any-return]

    return apply


def _out_of(at: int) -> Callable[[Any], ast.AST]:
    def apply(twin: Any) -> ast.AST:
        del twin.keywords[at]
        return twin  # type: ignore[no-any-return]

    return apply


def _negated(twin: Any) -> ast.AST:
    twin.test = ast.UnaryOp(ast.Not(), twin.test)
    return twin  # type: ignore[no-any-return]


def _skipped(tree: ast.Module) -> set[ast.AST]:  # noqa: C901, PLR0912 - one branch for each kind of node
    """Docstrings, annotations, words, and what only type-checkers read, with all that is within."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        match node:
            case ast.Expr(value=ast.Constant()):
                parts = [node]
            case ast.JoinedStr():
                parts = [node]
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                every = [
                    *node.args.posonlyargs,
                    *node.args.args,
                    *node.args.kwonlyargs,
                    node.args.vararg,
                    node.args.kwarg,
                ]
                parts = [node.returns, *(one.annotation for one in every if one is not None)]
                if any("overload" in ast.unparse(mark) for mark in node.decorator_list):
                    parts.append(node)
            case ast.AnnAssign(annotation=annotation):
                parts = [annotation]
            case ast.If(test=test) if "TYPE_CHECKING" in ast.unparse(test):
                parts = [node]
            case ast.Call(func=ast.Name(id="cast" | "TypeVar" | "ParamSpec" | "Unpack")):
                parts = [node]
            case ast.Subscript(value=ast.Name(id="Literal" | "Annotated")):
                parts = [node]
            case ast.Assign(targets=[ast.Name(id="__all__" | "__slots__")]):
                parts = [node]
            case ast.ClassDef(bases=bases) if any(
                ast.unparse(base).endswith(("TypedDict", "Protocol")) for base in bases
            ):
                parts = [node]
            case ast.ImportFrom() | ast.Import():
                parts = [node]
            case ast.keyword(arg=name) if name in DECLARATIONS:
                parts = [node.value]
            case _:
                pass
        for part in parts:
            if part is not None:
                found.update(ast.walk(part))
    return found
