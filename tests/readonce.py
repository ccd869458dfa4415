"""A plan is read, computed and checked once by each process that tests, as long as its files are the same.

Most of the time of the tests would go into reading the same few plans, laying the same outlines over each
other and running the same rules. Nothing that is asked of a plan alters it, so whoever loads one whose files
have not changed since has a plan of his own that is made of the same parts; a table is computed again where
anything that it rests on is another (`plan.once`), and a plan is checked again where any part is. All is done
each time in a test that may patch the program, or that is about how plans are read and computed (the fixture
`anew`), with files that lie outside of a plan's folder, and where somebody wants to see which test runs what
(FOOTPRINT_TEST_ANEW). The plans of this repository are held to the end, of others the last few.

Tests on the national data write plans of their own, and what the program keeps of geometry serves them all.
Its boundary files and its people, which no test alters, are read once by each process.
"""

from __future__ import annotations

import os
import re
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from functools import cache, wraps
from pathlib import Path
from typing import Any

import pytest

from footprint import checks
from footprint.model.source import Guess
from footprint.plan import layers, load
from footprint.plan.model import Plan
from footprint.plan.once import Derived
from footprint.read import boundary, confined

ROOT = Path(__file__).parent.parent
_FOLDERS = (ROOT / "data", ROOT / "tests" / "examples")
_LAST = 6
"""How many plans of other folders are held, and how many of each table of such plans."""
_OUTSIDE = re.compile(r"""['"](/|~|\.\./|\w:|\w+://)""")
_off = [True]
_alone = [True]


class Held:
    """What was made, by the parts that it rests on; these have to be the same objects."""

    def __init__(self) -> None:
        self.to_the_end: list[tuple[list[object], Any]] = []
        self.last: deque[tuple[list[object], Any]] = deque(maxlen=_LAST)

    def of(self, path: Path) -> list[tuple[list[object], Any]] | deque[tuple[list[object], Any]]:
        return self.to_the_end if _stays(path, os.getcwd()) else self.last

    def find(self, path: Path, rests: list[object]) -> Any:
        """Return what was made of a plan of this path from these parts; None if nothing was."""
        for before, made in self.of(path):
            if len(before) == len(rests) and all(a is b for a, b in zip(before, rests, strict=True)):
                return made
        return None


_plans: dict[object, Plan] = {}
_last_plans: OrderedDict[object, Plan] = OrderedDict()
_tables: defaultdict[tuple[Any, ...], Held] = defaultdict(Held)
_checks = Held()


def begin(test: pytest.Item) -> None:
    """Hold what is read and computed in a test, unless it is one that reads and computes for itself."""
    anew = {"monkeypatch", "anew"}.intersection(getattr(test, "fixturenames", ["anew"]))
    _alone[0] = bool(anew) or "FOOTPRINT_TEST_ANEW" in os.environ
    _off[0] = _alone[0] or os.environ.get("FOOTPRINT_CACHE") != "off"


@cache
def _stays(path: Path, _folder: str) -> bool:
    """Return whether a plan file is one of this repository, which no test alters."""
    return any(path.resolve().is_relative_to(folder) for folder in _FOLDERS)


def _state(path: Path, spec: object) -> tuple[object, ...] | None:
    """Return what tells that no file of a plan has changed; None where some lie elsewhere."""
    if _stays(path, os.getcwd()):
        return ()
    if _OUTSIDE.search(repr(spec)):
        return None
    files = sorted(path.resolve().parent.rglob("*"))
    return tuple(
        (str(f), s.st_size, s.st_mtime_ns, s.st_ino) for f in files if f.exists() for s in [f.stat()]
    )


def _read_once(build: Callable[..., Plan]) -> Callable[..., Plan]:
    @wraps(build)
    def built(spec: Any, path: Path | None, *how: Any) -> Plan:
        if _off[0] or confined._CONFINED.get() or path is None or (state := _state(path, spec)) is None:
            return build(spec, path, *how)
        key, plans = (repr((path, os.getcwd(), spec, how)), state), _last_plans if state else _plans
        if key not in plans:
            plans[key] = build(spec, path, *how)
            while len(_last_plans) > _LAST:
                _last_plans.popitem(last=False)
        return replace(plans[key])

    return built


def national_data() -> Path:
    """Return where the national data is, if anywhere: $FOOTPRINT_DATA, or shared/data beside the checkout."""
    named = os.environ.get("FOOTPRINT_DATA")
    return Path(named) if named else ROOT.parent / "shared" / "data"


def _file_once(read: Callable[..., Any]) -> Callable[..., Any]:
    """Let a reader of a file read each of the national data once in the same way."""
    held: dict[object, tuple[Any, Any]] = {}
    data = national_data().resolve()

    @wraps(read)
    def reads(path: Path | str, **how: Any) -> Any:
        if _alone[0] or confined._CONFINED.get() or not Path(path).resolve().is_relative_to(data):
            return read(path, **how)
        rows = how.get("features")
        key = (str(path), *(repr(value) for name, value in how.items() if name != "features"), id(rows))
        if key not in held:
            held[key] = (rows, read(path, **how))  # which rows they are is told by where they are in memory
        return held[key][1]

    return reads


def _guesses(plan: Plan) -> int:
    # another thread may be at it
    return sum(isinstance(table, Guess) for table in list(plan.tables.values()))


def _computed_once(ask: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(ask)
    def asked(self: Derived[..., Any], plan: Plan, *about: Any, **named: Any) -> Any:
        key = (self, *(tuple(a) if isinstance(a, list) else a for a in (*about, *named.values())))
        if _off[0] or type(plan) is not Plan or key in plan.tables or plan.path is None:
            return ask(self, plan, *about, **named)
        rests = self.grounds(plan, key[1:])
        if (made := _tables[key].find(plan.path, rests)) is not None:
            plan.tables[key] = made
            return made
        guessed = _guesses(plan)
        made = ask(self, plan, *about, **named)
        # a plan says what was guessed for its tables; and each change makes parts that nobody has again
        if _guesses(plan) == guessed and plan.proposal is None:
            _tables[key].of(plan.path).append((rests, made))
        return made

    return asked


def _checked_once(run: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(run)
    def ran(plan: Plan, rules: Iterable[Any]) -> Any:
        rules = list(rules)
        if _off[0] or type(plan) is not Plan or plan.proposal is not None or plan.path is None:
            return run(plan, rules)
        rests = [*rules, *(getattr(plan, part.name) for part in fields(Plan) if part.init)]
        if (held := _checks.find(plan.path, rests)) is None:
            findings, skipped = run(plan, rules)
            held = (tuple(findings), tuple(skipped), dict(plan.tables))
            _checks.of(plan.path).append((rests, held))
        plan.tables.update(held[2])
        return list(held[0]), list(held[1])

    return ran


boundary.read_features = _file_once(boundary.read_features)
boundary.read_layer = _file_once(boundary.read_layer)
layers.read_population = _file_once(layers.read_population)
load._build = _read_once(load._build)
checks.run = _checked_once(checks.run)
Derived.__call__ = _computed_once(Derived.__call__)  # type: ignore[method-assign]
