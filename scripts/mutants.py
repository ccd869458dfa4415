"""Plant faults in the package, one at a time, and count how many of them the tests find.

    python scripts/mutants.py --sample 60 --seed 1 'footprint/checks/*'

Lines that are run are not thereby held: only a test that fails on a wrong line holds it. A fault (see
`faults.py`) is planted in a copy of the tree; the tests that run its line are run there, the quickest
first, until one fails, and then the others of the same files, which may share what one of them has made.
Which tests run which line is recorded once and kept outside the repository, by the content of each test
file and of the modules that it runs. What tests do in processes of their own is not seen. Each process of
tests has `MEMORY` and no more: a fault can make a loop that takes all there is, and one that comes to the
limit is found, because a test fails there.
"""

from __future__ import annotations

import argparse
import fnmatch
import hashlib
import json
import os
import queue
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from faults import Fault, faults
from pluggy import HookimplMarker

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "footprint"
LEFT_OUT = (f"{PACKAGE}/cli/*", f"{PACKAGE}/__main__.py")
NOT_COPIED = (".git", ".venv", ".*_cache", "__pycache__", ".hypothesis", "*.egg-info", "build")
MEMORY = 8 << 30
"""Bytes of data for each process of tests. Address space has no limit: browsers reserve far more of it."""
BY_CHECK_SUM = (
    "test_the_catalogue_says_what_the_modules_say",
    "test_what_the_program_says_of_itself_needs_no_library_of_data",
    "test_help_imports_nothing_heavy",
)
"""Tests that rest on check sums of sources: they fail with any fault in a rule, whatever it does."""

Test = dict[str, Any]
"""What is known of a test: seconds, sound (passes without any fault), lines by file."""


# ── which test runs which line ──────────────────────────────────────────────────────────────────


def pytest(tree: Path, *arguments: str, seconds: float | None = None, **environment: str) -> int:
    """Run tests in a copy of the tree; return the exit code, or 1 where it takes too long."""
    command = [sys.executable, "-m", "pytest", "-p", "mutants", "-p", "no:cacheprovider", "-q"]
    stated = {
        "PYTHONPATH": os.pathsep.join([str(tree), str(tree / "scripts")]),
        "FOOTPRINT_DATA": os.environ.get("FOOTPRINT_DATA", str(ROOT.parent / "shared" / "data")),
    }
    try:
        return subprocess.run(
            [*command, "--hypothesis-seed=0", *arguments],
            cwd=tree, env={**os.environ, **stated, **environment}, timeout=seconds, check=False,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ).returncode  # fmt: skip
    except subprocess.TimeoutExpired:
        return 1


class Recorder:
    """Part of pytest, as `-p mutants`: records the lines of each test, or runs the tests of a list."""

    def __init__(self, record: str | None, run: str | None) -> None:
        self.record, self.run = record, run
        self.tests: dict[str, Test] = {}
        if record:
            import coverage

            self.coverage = coverage.Coverage(data_file=None, source=[PACKAGE], config_file=False)
            self.coverage.start()

    # after what a run leaves out of itself
    @HookimplMarker("pytest")(trylast=True)
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
        """Write down what was recorded, with the content of the modules that were run."""
        if not self.record:
            return
        self.coverage.stop()
        data, modules = self.coverage.get_data(), {}
        for file in data.measured_files():
            path = str(Path(file).relative_to(Path.cwd()))
            for line, contexts in data.contexts_by_lineno(file).items():
                for nodeid in set(contexts) & set(self.tests):
                    self.tests[nodeid]["lines"].setdefault(path, []).append(line)
                    modules[path] = digest(Path(file))
        Path(self.record).write_text(json.dumps({"modules": modules, "tests": self.tests}))


def pytest_configure(config: Any) -> None:
    """Take part in pytest, within the limit of memory, which the processes of tests have as well."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    config.pluginmanager.register(Recorder(os.environ.get("MUTANTS_RECORD"), os.environ.get("MUTANTS_RUN")))


def digest(*paths: Path) -> str:
    """Return what tells one content of files from another."""
    return hashlib.sha256(b"".join(p.read_bytes() for p in paths if p.exists())).hexdigest()[:20]


def recorded(trees: queue.Queue[Path], cache: Path, jobs: int, globs: list[str]) -> dict[str, Test]:
    """Return every test of the files that fit one of `globs`, by name."""
    cache.mkdir(parents=True, exist_ok=True)
    helpers = [p for p in sorted((ROOT / "tests").glob("*.py")) if not p.name.startswith("test_")]

    def record(path: Path) -> dict[str, Test]:
        name = str(path.relative_to(ROOT))
        file = cache / f"{path.stem}-{digest(path, *helpers)}.json"
        held = json.loads(file.read_text()) if file.exists() else None
        if held is None or any(digest(ROOT / p) != was for p, was in held["modules"].items()):
            print(f"recording {name}", file=sys.stderr)
            tree = trees.get()
            pytest(tree, name, MUTANTS_RECORD=str(file), FOOTPRINT_TEST_ANEW="1")
            trees.put(tree)
            held = json.loads(file.read_text())
        tests: dict[str, Test] = held["tests"]
        for name in [name for name, test in tests.items() if not test["sound"]]:
            print(f"{name} fails without any fault and is left out", file=sys.stderr)
            del tests[name]
        called = {name: name.partition("[")[0].rpartition("::")[2] for name in tests}
        return {name: test for name, test in tests.items() if called[name] not in BY_CHECK_SUM}

    with ThreadPoolExecutor(jobs) as pool:
        files = [p for p in sorted((ROOT / "tests").rglob("test_*.py")) if fits(p.name, globs)]
        found = pool.map(record, files)
        return {name: test for tests in found for name, test in tests.items()}


def covering(fault: Fault, tests: dict[str, Test], budget: float) -> list[str]:
    """Return the tests that run the line of a fault, the quickest first, for `budget` seconds in all.

    A line that is run on import alone is held by the tests that run a line with the name it gives a
    value to, or else by those that run anything of the module.
    """

    def running(wanted: dict[str, set[int]]) -> list[str]:
        of = [(name, test["lines"]) for name, test in tests.items()]
        return [n for n, lines in of if any(not w.isdisjoint(lines.get(p, ())) for p, w in wanted.items())]

    found = [] if fault.on_import else running({fault.path: set(range(fault.first, fault.last + 1))})
    if not found and fault.names:
        used = re.compile(rf"\b({'|'.join(fault.names)})\b")
        texts = {str(p.relative_to(ROOT)): p.read_text() for p in (ROOT / PACKAGE).rglob("*.py")}
        found = running(
            {
                p: {i for i, line in enumerate(t.splitlines(), 1) if used.search(line)}
                for p, t in texts.items()
            }
        )
    found = found or [name for name, test in tests.items() if fault.path in test["lines"]]
    # the quickest of every file first, then the second ones, so that no file keeps out another
    found.sort(key=lambda name: tests[name]["seconds"])
    files: Counter[str] = Counter()
    turn = {}
    for name in found:
        files[name.split("::")[0]] += 1
        turn[name] = files[name.split("::")[0]]
    found.sort(key=lambda name: (turn[name], tests[name]["seconds"]))
    return within(found, tests, budget)


def beside(names: list[str], tests: dict[str, Test], budget: float) -> list[str]:
    """Return the other tests of the files of these, the quickest first, for `budget` seconds in all.

    A fixture or a cache of a file runs a line for its first test, and all of them look at what it has made.
    """
    files = {name.split("::")[0] for name in names}
    others = [name for name in tests if name.split("::")[0] in files and name not in set(names)]
    return within(sorted(others, key=lambda name: tests[name]["seconds"]), tests, budget)


def within(names: list[str], tests: dict[str, Test], budget: float) -> list[str]:
    """Return the first of some tests that take `budget` seconds in all, and one at least."""
    spent = 0.0
    for i, name in enumerate(names):
        spent += tests[name]["seconds"]
        if i and spent > budget:
            return names[:i]
    return names


# ── planting ────────────────────────────────────────────────────────────────────────────────────


def is_found(fault: Fault, names: list[str], seconds: float, tree: Path) -> bool:
    """Plant a fault in a copy of the tree and say whether one of the tests fails."""
    if not names:
        return False
    path, listed = tree / fault.path, tree / "tests-to-run.json"
    source, times = path.read_bytes(), path.stat()
    listed.write_text(json.dumps(names))
    path.write_bytes(fault.planted(source))
    files = dict.fromkeys(name.split("::")[0] for name in names)
    stated = {"MUTANTS_RUN": str(listed), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return pytest(tree, "-x", *files, seconds=60 + 4 * seconds, **stated) != 0
    finally:
        path.write_bytes(source)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def fits(path: str, globs: Iterable[str]) -> bool:
    """Say whether a path fits one of several globs."""
    return any(fnmatch.fnmatch(path, glob) for glob in globs)


def arguments() -> argparse.Namespace:
    """Return what is asked for on the command line."""
    parser = argparse.ArgumentParser(description="Plant faults and count how many the tests find.")
    parser.add_argument("paths", nargs="*", help="globs of files; else the package without its commands")
    parser.add_argument("--sample", type=int, default=60, metavar="N", help="faults to plant")
    parser.add_argument("--seed", type=int, default=1, help="another seed is another sample")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many at once")
    parser.add_argument("--budget", type=float, default=60.0, help="seconds of tests for one fault")
    parser.add_argument("--tests", nargs="+", default=["*"], help="globs of the test files to run")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "footprint-mutants")
    return parser.parse_args()


def main() -> None:
    """Plant a sample of faults and print how many are found, by module, and which are not."""
    given = arguments()
    rng = random.Random(given.seed)
    package = [str(p.relative_to(ROOT)) for p in sorted((ROOT / PACKAGE).rglob("*.py"))]
    files = [p for p in package if fits(p, given.paths) or (not given.paths and not fits(p, LEFT_OUT))]
    every = [fault for file in files for fault in faults(ROOT, file, rng)]
    sample = sorted(rng.sample(every, min(given.sample, len(every))), key=lambda f: (f.path, f.line))
    print(f"{len(sample)} of {len(every):,} faults in {len(files)} files, seed {given.seed}", file=sys.stderr)

    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        trees: queue.Queue[Path] = queue.Queue()
        for i in range(given.jobs):
            trees.put(shutil.copytree(ROOT, Path(folder, str(i)), ignore=shutil.ignore_patterns(*NOT_COPIED)))
        tests = recorded(trees, given.cache, given.jobs, given.tests)

        def plant(fault: Fault) -> bool:
            names = covering(fault, tests, given.budget)
            tree = trees.get()
            tried, found = 0, False
            try:
                for some in (names, beside(names, tests, given.budget)):
                    if not found:
                        tried += len(some)
                        found = is_found(fault, some, sum(tests[name]["seconds"] for name in some), tree)
            finally:
                trees.put(tree)
            print(f"{'found' if found else 'NOT FOUND'} ({tried} tests) {fault}", file=sys.stderr)
            return found

        with ThreadPoolExecutor(given.jobs) as pool:
            results = list(zip(sample, pool.map(plant, sample), strict=True))
    for path in dict.fromkeys(fault.path for fault in sample):
        of = [found for fault, found in results if fault.path == path]
        print(f"{sum(of):4} of {len(of):3}  {path}")
    held = sum(found for _, found in results)
    print(f"{held:4} of {len(results):3}  found: {held / max(1, len(results)):.0%}")
    for fault, found in results:
        if not found:
            print(f"not found: {fault}")


if __name__ == "__main__":
    main()
