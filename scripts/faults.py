"""Faults that can be planted in a file: a comparison turned, a sum made a difference, and the like."""

from __future__ import annotations

import ast
import random
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or,
    ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
PAIRS = ("min max", "idxmin idxmax", "any all", "first last", "head tail", "ceil floor", "minimum maximum")
NAMES = {a: b for pair in PAIRS for a, b in (pair.split(), pair.split()[::-1])}
CALLS_DROPPED = {
    "abs", "casefold", "drop_duplicates", "dropna", "fillna", "round", "sort_index", "sort_values", "sorted",
    "strip",
}  # fmt: skip
KEYWORDS_DROPPED = {
    "as_index", "ascending", "default", "dropna", "how", "keep", "key", "kept", "kind", "min_count",
    "na_position", "observed", "predicate", "refused", "reverse", "side", "skipna", "sort", "subset",
}  # fmt: skip
# keywords whose value is no matter of what is computed
KEYWORDS_LEFT = {"copy", "frozen", "strict", "encoding", "engine", "err", "init", "repr", "eq", "stacklevel"}


@dataclass(frozen=True)
class Fault:
    """A fault that can be planted."""

    path: str
    first: int
    last: int
    """The lines of the statement that it stands in."""
    line: int
    start: int
    end: int
    """Bytes of the file that are replaced."""
    was: str
    text: str
    names: tuple[str, ...]
    """Names that the statement gives a value to at the level of the module."""

    def planted(self, source: bytes) -> bytes:
        """Return the file with the fault."""
        return source[: self.start] + self.text.encode() + source[self.end :]

    def __str__(self) -> str:
        was, now = (" ".join(text.split())[:100] for text in (self.was, self.text))
        return f"{self.path}:{self.line}: {was} → {now}"


def others(node: Any, rng: random.Random) -> Iterator[ast.AST]:
    """Return what could wrongly stand in the place of a node."""

    def changed(of: Any, **changes: Any) -> Any:
        return type(of)(**{**dict(ast.iter_fields(of)), **changes})

    match node:
        case ast.Compare(ops=ops):
            at = rng.randrange(len(ops))
            yield changed(node, ops=[*ops[:at], SWAPS[type(ops[at])](), *ops[at + 1 :]])
        case ast.BinOp(op=op) if type(op) in SWAPS:
            if not any(_is_text_or_list(side) for side in (node.left, node.right)):
                yield changed(node, op=SWAPS[type(op)]())
        case ast.BoolOp(op=op) | ast.AugAssign(op=op) if type(op) in SWAPS:
            yield changed(node, op=SWAPS[type(op)]())
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub(), operand=operand):
            yield operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as number):
            yield ast.Constant(rng.choice([number + 1, number - 1, number * 2 or 1]))
        case ast.Call(func=func, args=args, keywords=keywords):
            method = isinstance(func, ast.Attribute)
            name = getattr(func, "attr", getattr(func, "id", ""))
            if name in NAMES:
                yield changed(node, func=changed(func, **{"attr" if method else "id": NAMES[name]}))
            if name in CALLS_DROPPED and (method or args):
                yield getattr(func, "value", None) or args[0]
            if name == "sum":
                yield ast.BinOp(ast.Constant(0), ast.Mult(), node)
            for i, keyword in enumerate(keywords):
                if keyword.arg in KEYWORDS_DROPPED:
                    yield changed(node, keywords=keywords[:i] + keywords[i + 1 :])
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield changed(node, test=ast.UnaryOp(ast.Not(), test))
            if isinstance(node, ast.If) and isinstance(node.body[-1], ast.Return | ast.Continue | ast.Raise):
                yield changed(node, test=ast.Constant(False))
        case ast.comprehension(ifs=[_, *rest]):
            yield changed(node, ifs=rest)
        case ast.Expr(value=ast.Call()) | ast.Continue() | ast.Break():
            yield ast.Pass()


def faults(root: Path, path: str, rng: random.Random) -> list[Fault]:
    """Return the faults that can be planted in the file at `path`, below `root`."""
    source = (root / path).read_bytes()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found: list[Fault] = []

    def plant(place: Any, text: str, stmt: Any, names: tuple[str, ...]) -> None:
        begin = starts[place.lineno - 1] + place.col_offset
        end = starts[place.end_lineno - 1] + place.end_col_offset
        body = getattr(stmt, "body", None)
        last = max(stmt.lineno, body[0].lineno - 1) if isinstance(body, list) else stmt.end_lineno
        was = source[begin:end].decode()
        one = Fault(path, stmt.lineno, last, place.lineno, begin, end, was, text, names)
        if _compiles(one.planted(source)):
            found.append(one)

    def visit(node: Any, stmt: Any, whole: Any, names: tuple[str, ...]) -> None:
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list", "format_spec"):
                continue
            for i, child in enumerate(value if isinstance(value, list) else [value]):
                if not isinstance(child, ast.AST) or _is_left(child, node):
                    continue
                within = child if isinstance(child, ast.stmt) else stmt
                given = _given(child) if isinstance(node, ast.Module) else names
                # inside an f-string positions are not to be trusted: it is replaced as a whole
                anchor = whole or (child if isinstance(child, ast.JoinedStr) else None)
                place: Any = anchor or (child if hasattr(child, "lineno") else node)
                for other in others(child, rng):
                    _put(node, field, i, other)
                    text = ast.unparse(other if place is child else place)
                    _put(node, field, i, child)
                    indent = "\n" + " " * place.col_offset
                    text = text.replace("\n", indent) if isinstance(place, ast.stmt) else f"({text})"
                    plant(place, text, within, given)
                visit(child, within, anchor, given)

    visit(ast.parse(source), None, None, ())
    return found


def _put(node: ast.AST, field: str, at: int, child: ast.AST) -> None:
    value = getattr(node, field)
    if isinstance(value, list):
        value[at] = child
    else:
        setattr(node, field, child)


def _given(child: Any) -> tuple[str, ...]:
    targets = getattr(child, "targets", [getattr(child, "target", None)])
    return tuple(target.id for target in targets if isinstance(target, ast.Name))


def _is_text_or_list(node: ast.AST) -> bool:
    texts = (ast.JoinedStr, ast.List, ast.Tuple, ast.ListComp)
    return isinstance(node, texts) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _is_left(child: Any, parent: ast.AST) -> bool:
    """Say whether a node is one in which a fault would be none: types, assertions, imports."""
    match child:
        case ast.If(test=test):
            return "TYPE_CHECKING" in ast.unparse(test)
        case ast.Assign(value=ast.Subscript() | ast.BinOp()) if isinstance(parent, ast.Module):
            return not any(isinstance(getattr(n, "value", None), int | float) for n in ast.walk(child))
        case ast.keyword(arg=name):
            return name in KEYWORDS_LEFT
    return isinstance(child, ast.Assert | ast.Import | ast.ImportFrom)


def _compiles(source: bytes) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "", "exec")
    except SyntaxError:
        return False
    return True
