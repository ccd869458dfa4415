"""Plant faults in the package, one at a time, and count how many of them the tests find.

    python scripts/mutants.py --sample 60 --seed 1 'footprint/checks/*'

Lines that are run are not thereby held: only a test that fails on a wrong line holds it. A fault is a
comparison turned, a sum made a difference, a condition negated, a statement left out and the like. It
is planted in a copy of the tree; the tests that run its line are run there, the quickest first, until
one fails. Which tests run which line is recorded once and kept outside the repository, by the content
of the package and of each test file. What tests do in processes of their own is not seen.
"""

from __future__ import annotations

import argparse
import ast
import fnmatch
import hashlib
import json
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "footprint"
LEFT_OUT = (f"{PACKAGE}/cli/*", f"{PACKAGE}/__main__.py")
NOT_COPIED = (".git", ".venv", ".*_cache", "__pycache__", ".hypothesis", "*.egg-info", "build")

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
    "as_index", "ascending", "default", "dropna", "how", "keep", "key", "kind", "min_count", "na_position",
    "kept", "observed", "predicate", "refused", "reverse", "side", "skipna", "sort", "subset",
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
    text: str
    names: tuple[str, ...]
    """Names that the statement gives a value to at the level of the module."""

    def planted(self, source: bytes) -> bytes:
        """Return the file with the fault."""
        return source[: self.start] + self.text.encode() + source[self.end :]

    def __str__(self) -> str:
        old = (ROOT / self.path).read_bytes()[self.start : self.end].decode()
        was, now = (" ".join(text.split()) for text in (old, self.text))
        return f"{self.path}:{self.line}: {was[:100]} → {now[:100]}"


# ── faults ──────────────────────────────────────────────────────────────────────────────────────


def others(node: ast.AST, rng: random.Random) -> Iterator[ast.AST]:
    """Return what could wrongly stand in the place of a node."""
    make: Any = lambda **changes: type(node)(**{**dict(ast.iter_fields(node)), **changes})  # noqa: E731
    match node:
        case ast.Compare(ops=ops):
            at = rng.randrange(len(ops))
            if type(ops[at]) in SWAPS:
                yield make(ops=[*ops[:at], SWAPS[type(ops[at])](), *ops[at + 1 :]])
        case ast.BinOp(op=op, left=left, right=right) if type(op) in SWAPS:
            texts = (ast.JoinedStr, ast.List, ast.Tuple, ast.ListComp)
            if not any(isinstance(n, texts) or is_text(n) for n in (left, right)):
                yield make(op=SWAPS[type(op)]())
        case ast.BoolOp(op=op) | ast.AugAssign(op=op) if type(op) in SWAPS:
            yield make(op=SWAPS[type(op)]())
        case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub(), operand=operand):
            yield operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield ast.Constant(rng.choice([value + 1, value - 1, value * 2 or 1]))
        case ast.Call(func=func, args=args, keywords=keywords):
            name = getattr(func, "attr", getattr(func, "id", ""))
            if name in NAMES:
                field = "attr" if isinstance(func, ast.Attribute) else "id"
                yield make(func=type(func)(**{**dict(ast.iter_fields(func)), field: NAMES[name]}))
            if name in CALLS_DROPPED:
                yield func.value if isinstance(func, ast.Attribute) else args[0]
            if name == "sum":
                yield ast.BinOp(ast.Constant(0), ast.Mult(), node)
            for i, keyword in enumerate(keywords):
                if keyword.arg in KEYWORDS_DROPPED:
                    yield make(keywords=keywords[:i] + keywords[i + 1 :])
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield make(test=ast.UnaryOp(ast.Not(), test))
            if isinstance(node, ast.If) and isinstance(node.body[-1], (ast.Return, ast.Continue, ast.Raise)):
                yield make(test=ast.Constant(False))
        case ast.comprehension(ifs=[_, *rest]):
            yield make(ifs=rest)
        case ast.Expr(value=ast.Call()) | ast.Continue() | ast.Break():
            yield ast.Pass()


def is_text(node: ast.AST) -> bool:
    """Say whether a node is a text."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def faults(path: str, rng: random.Random) -> list[Fault]:
    """Return the faults that can be planted in a file."""
    source = (ROOT / path).read_bytes()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found: list[Fault] = []

    def visit(node: ast.AST, within: tuple[ast.stmt | None, ast.expr | None, tuple[str, ...]]) -> None:
        stmt, whole, names = within
        if isinstance(node, ast.stmt):
            stmt = node
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list", "format_spec"):
                continue
            children = value if isinstance(value, list) else [value]
            for i, child in enumerate(children):
                if not isinstance(child, ast.AST) or is_left(child, node):
                    continue
                given = names
                if isinstance(node, ast.Module):
                    targets = getattr(child, "targets", [getattr(child, "target", None)])
                    given = tuple(t.id for t in targets if isinstance(t, ast.Name))
                # inside an f-string positions are not to be trusted: it is replaced as a whole
                anchor: Any = whole or (child if isinstance(child, ast.JoinedStr) else None)
                for other in others(child, rng):
                    place: Any = anchor or (child if hasattr(child, "lineno") else node)
                    at = (child if isinstance(child, ast.stmt) else stmt) or place
                    set_child(node, field, i, other)
                    text = ast.unparse(place if place is not child else other)
                    set_child(node, field, i, child)
                    if isinstance(place, ast.stmt):
                        text = text.replace("\n", "\n" + " " * place.col_offset)
                    else:
                        text = f"({text})"
                    body = getattr(at, "body", None)
                    last = body[0].lineno - 1 if isinstance(body, list) and body else at.end_lineno
                    begin = starts[place.lineno - 1] + place.col_offset
                    end = starts[place.end_lineno - 1] + place.end_col_offset
                    one = Fault(path, at.lineno, max(at.lineno, last), place.lineno, begin, end, text, given)
                    if compiles(one.planted(source)):
                        found.append(one)
                visit(child, (stmt, anchor, given))

    visit(ast.parse(source), (None, None, ()))
    return found


def set_child(node: ast.AST, field: str, at: int, child: ast.AST) -> None:
    """Put a node in the place of a child of another."""
    value = getattr(node, field)
    if isinstance(value, list):
        value[at] = child
    else:
        setattr(node, field, child)


def is_left(child: ast.AST, parent: ast.AST) -> bool:
    """Say whether a node is none of those in which a fault would be one: types, assertions, imports."""
    if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
        return True
    if isinstance(parent, ast.Module) and isinstance(child, ast.Assign):
        return isinstance(child.value, (ast.Subscript, ast.BinOp)) and not any(
            isinstance(n, ast.Constant) and isinstance(n.value, (int, float)) for n in ast.walk(child.value)
        )
    return isinstance(child, (ast.Assert, ast.Import, ast.ImportFrom)) or (
        isinstance(child, ast.keyword) and child.arg in KEYWORDS_LEFT
    )


def compiles(source: bytes) -> bool:
    """Say whether a file can be compiled."""
    try:
        compile(source, "", "exec")
    except SyntaxError:
        return False
    return True


# ── which test runs which line ──────────────────────────────────────────────────────────────────


def pytest(tree: Path, files: list[str], seconds: float | None = None, **env: str) -> int:
    """Run test files in a copy of the tree; return the exit code, or 1 where it takes too long."""
    path = os.pathsep.join([str(tree), str(tree / "scripts")])
    data = os.environ.get("FOOTPRINT_DATA", str(ROOT.parent / "shared" / "data"))
    command = [sys.executable, "-m", "pytest", "-p", "mutants", "-p", "no:cacheprovider", "-q", "--no-header"]
    command += ["--hypothesis-seed=0", *files]
    env = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0", "FOOTPRINT_DATA": data, **env}
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        return subprocess.run(command, cwd=tree, env=env, timeout=seconds, check=False, **quiet).returncode
    except subprocess.TimeoutExpired:
        return 1


class Recorder:
    """Part of pytest, as `-p mutants`: records the lines of each test, or runs the tests of a list."""

    def __init__(self, record: str | None, run: str | None) -> None:
        self.record, self.run, self.tests = record, run, {}  # type: dict[str, dict[str, Any]]
        if record:
            import coverage

            self.coverage = coverage.Coverage(data_file=None, source=[PACKAGE], config_file=False)
            self.coverage.start()

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Keep the tests of the list, in its order."""
        if self.run:
            order = {name: i for i, name in enumerate(json.loads(Path(self.run).read_text()))}
            items[:] = sorted((t for t in items if t.nodeid in order), key=lambda t: order[t.nodeid])

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Begin with a test."""
        if self.record:
            self.coverage.switch_context(nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Take the time and the outcome of a test."""
        test = self.tests.setdefault(report.nodeid, {"seconds": 0.0, "sound": True, "lines": {}})
        test["seconds"] += report.duration
        test["sound"] &= not report.failed

    def pytest_sessionfinish(self) -> None:
        """Write down what was recorded."""
        if not self.record:
            return
        self.coverage.stop()
        data = self.coverage.get_data()
        for file in data.measured_files():
            for line, contexts in data.contexts_by_lineno(file).items():
                for nodeid in set(contexts) & set(self.tests):
                    self.tests[nodeid]["lines"].setdefault(
                        str(Path(file).relative_to(Path.cwd())), []
                    ).append(line)
        Path(self.record).write_text(json.dumps(self.tests), encoding="utf-8")


def pytest_configure(config: Any) -> None:
    """Take part in pytest."""
    config.pluginmanager.register(Recorder(os.environ.get("MUTANTS_RECORD"), os.environ.get("MUTANTS_RUN")))


def recorded(trees: queue.Queue[Path], cache: Path, jobs: int, tests: str) -> dict[str, dict[str, Any]]:
    """Return, for each test, its seconds and the lines that it runs."""
    cache.mkdir(parents=True, exist_ok=True)
    every = [p for p in sorted((ROOT / "tests").glob("*.py")) if fnmatch.fnmatch(p.name, tests)]
    shared = [*sorted((ROOT / PACKAGE).rglob("*.py")), *sorted((ROOT / "tests").glob("[!t]*.py"))]
    base = hashlib.sha256(b"".join(str(p).encode() + p.read_bytes() for p in shared))

    def record(path: Path) -> dict[str, dict[str, Any]]:
        key = base.copy()
        key.update(path.read_bytes())
        file = cache / f"{path.stem}-{key.hexdigest()[:20]}.json"
        if not file.exists():
            print(f"recording {path.name}", file=sys.stderr)
            tree = trees.get()
            pytest(tree, [f"tests/{path.name}"], MUTANTS_RECORD=str(file))
            trees.put(tree)
        found: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
        for name, test in found.items():
            if not test["sound"]:
                print(f"{name} fails without any fault and is left out", file=sys.stderr)
        return {name: test for name, test in found.items() if test["sound"]}

    with ThreadPoolExecutor(jobs) as pool:
        return {k: v for found in pool.map(record, every) for k, v in found.items()}


def covering(fault: Fault, tests: dict[str, dict[str, Any]], budget: float) -> list[str]:
    """Return the tests that run the line of a fault, the quickest first, for `budget` seconds in all.

    A line that is run on import alone is held by the tests that use the name it gives a value to, or
    else by those that run anything of the module.
    """
    wanted = {fault.path: set(range(fault.first, fault.last + 1))}
    found = [name for name, test in tests.items() if touches(test, wanted)]
    if not found:
        wanted = {}
        for path in sorted((ROOT / PACKAGE).rglob("*.py")) if fault.names else ():
            lines = path.read_text(encoding="utf-8").splitlines()
            used = re.compile(rf"\b({'|'.join(fault.names)})\b")
            wanted[str(path.relative_to(ROOT))] = {i for i, t in enumerate(lines, 1) if used.search(t)}
        found = [name for name, test in tests.items() if touches(test, wanted)]
        found = found or [name for name, test in tests.items() if fault.path in test["lines"]]
    found.sort(key=lambda name: tests[name]["seconds"])
    taken, seconds = [], 0.0
    for name in found:
        seconds += tests[name]["seconds"]
        if taken and seconds > budget:
            break
        taken.append(name)
    return taken


def touches(test: dict[str, Any], wanted: dict[str, set[int]]) -> bool:
    """Say whether a test runs one of the lines."""
    return any(not lines.isdisjoint(test["lines"].get(path, ())) for path, lines in wanted.items())


# ── planting ────────────────────────────────────────────────────────────────────────────────────


def found_by(fault: Fault, names: list[str], seconds: float, tree: Path) -> bool:
    """Plant a fault in a copy of the tree and say whether one of the tests fails."""
    path, listed = tree / fault.path, tree / "tests-to-run.json"
    source, times = path.read_bytes(), path.stat()
    listed.write_text(json.dumps(names), encoding="utf-8")
    path.write_bytes(fault.planted(source))
    try:
        files = list(dict.fromkeys(name.split("::")[0] for name in names))
        limit = 60 + 4 * seconds
        return pytest(tree, ["-x", *files], limit, MUTANTS_RUN=str(listed), PYTHONDONTWRITEBYTECODE="1") != 0
    finally:
        path.write_bytes(source)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def main() -> int:
    """Plant a sample of faults and print how many are found."""
    parser = argparse.ArgumentParser(description="Plant faults and count how many the tests find.")
    parser.add_argument(
        "paths", nargs="*", help="globs of files; default: the package without the command line"
    )
    parser.add_argument("--sample", type=int, default=60, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--budget", type=float, default=60.0, help="seconds of tests for one fault")
    parser.add_argument("--tests", default="test_*.py", help="glob of the test files to run")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "footprint-mutants")
    given = parser.parse_args()

    rng = random.Random(given.seed)
    files = [str(p.relative_to(ROOT)) for p in sorted((ROOT / PACKAGE).rglob("*.py"))]
    if given.paths:
        files = [f for f in files if any(fnmatch.fnmatch(f, glob) for glob in given.paths)]
    else:
        files = [f for f in files if not any(fnmatch.fnmatch(f, glob) for glob in LEFT_OUT)]
    every = [fault for file in files for fault in faults(file, rng)]
    sample = sorted(rng.sample(every, min(given.sample, len(every))), key=lambda f: (f.path, f.line))
    print(f"{len(sample)} of {len(every):,} faults in {len(files)} files, seed {given.seed}", file=sys.stderr)

    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        trees: queue.Queue[Path] = queue.Queue()
        for i in range(given.jobs):
            trees.put(
                shutil.copytree(ROOT, Path(folder) / f"{i}", ignore=shutil.ignore_patterns(*NOT_COPIED))
            )
        tests = recorded(trees, given.cache, given.jobs, given.tests)

        def plant(fault: Fault) -> bool:
            names = covering(fault, tests, given.budget)
            tree = trees.get()
            try:
                seconds = sum(tests[name]["seconds"] for name in names)
                found = bool(names) and found_by(fault, names, seconds, tree)
            finally:
                trees.put(tree)
            print("found" if found else f"SURVIVED {fault}", file=sys.stderr, flush=True)
            return found

        with ThreadPoolExecutor(given.jobs) as pool:
            results = list(pool.map(plant, sample))
    for path in dict.fromkeys(f.path for f in sample):
        of = [found for fault, found in zip(sample, results, strict=True) if fault.path == path]
        print(f"{sum(of):4} of {len(of):3}  {path}")
    print(f"{sum(results):4} of {len(results):3}  found: {sum(results) / max(1, len(results)):.0%}")
    for fault, found in zip(sample, results, strict=True):
        if not found:
            print(f"not found: {fault}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
