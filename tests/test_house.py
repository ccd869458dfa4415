"""The house: modules of a size that can be read, no circles, and imports where they can be seen.

The order of the stages is a contract in pyproject.toml, which `make lint` holds.
"""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "footprint").rglob("*.py"))
MOST_LINES = 300
MOST_LATE = 79
"""Names imported within functions, for the sake of a quick start; commands, which do it by rule, aside.

It may only become less.
"""


def late(tree: ast.AST, inside: bool = False) -> int:
    """Return how many names are imported within functions."""
    found = 0
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found += inside * len(node.names)
        found += late(node, inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return found


def circle(imports: dict[str, set[str]]) -> list[str]:
    """Return modules of which each imports the one before it, the first and the last being the same."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as fault:
        return list(fault.args[1])
    return []


def test_no_module_is_longer_than_can_be_read() -> None:
    lines = {str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines()) for p in MODULES}
    assert {name: n for name, n in lines.items() if n > MOST_LINES} == {}


def test_no_modules_import_each_other_in_a_circle() -> None:
    """What is imported within functions counts; what only type checkers read does not."""
    graph = grimp.build_graph("footprint", exclude_type_checking_imports=True, cache_dir=None)
    assert circle({name: graph.find_modules_directly_imported_by(name) for name in graph.modules}) == []


def test_a_circle_would_be_seen() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})
    assert not circle({"a": {"b", "c"}, "b": {"c"}, "c": set()})


def test_few_names_are_imported_within_functions() -> None:
    counts = {
        str(path.relative_to(ROOT)): late(ast.parse(path.read_text(encoding="utf-8")))
        for path in MODULES
        if path.parent.name != "cli"
    }
    assert sum(counts.values()) <= MOST_LATE, {name: n for name, n in counts.items() if n}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import a\nfrom b import c", 0),
        ("def f():\n    import a\n    from b import c, d", 3),
        ("class C:\n    import a\n    def f(self):\n        if x:\n            import b", 1),
        ("if TYPE_CHECKING:\n    import a", 0),
    ],
)
def test_names_imported_within_functions_are_counted(text: str, names: int) -> None:
    assert late(ast.parse(text)) == names
