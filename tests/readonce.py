"""The plans of this repository are read once by each process that tests, and their tables computed once.

Half of the time of the tests would go into reading the same few examples, and into laying the same outlines
over each other. No test alters these files, and nothing that is asked of a plan alters it, so whoever loads
one has a plan of his own that is made of the same parts; a table is computed again where anything that it
rests on is another (`plan.once`). Plans in other folders are read each time, and so are all in a test that
may patch the program, or that is about how they are read and computed (the fixture `anew`).
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import cache, wraps
from pathlib import Path
from typing import Any

import pytest

from footprint.model.source import Guess
from footprint.plan import load
from footprint.plan.model import Plan
from footprint.plan.once import Derived
from footprint.read import confined

ROOT = Path(__file__).parent.parent
_FOLDERS = (ROOT / "data", ROOT / "tests" / "examples")
_plans: dict[str, Plan] = {}
_tables: defaultdict[tuple[Any, ...], list[tuple[list[object], Any]]] = defaultdict(list)
"""A table and what it is about → what it rested on, and what it was."""
_off = [True]


def begin(test: pytest.Item) -> None:
    """Hold what is read and computed in a test, unless it is one that reads and computes for itself."""
    alone = {"monkeypatch", "anew"}.intersection(getattr(test, "fixturenames", ["anew"]))
    _off[0] = bool(alone) or os.environ.get("FOOTPRINT_CACHE") != "off"


@cache
def _stays(path: Path | None, _folder: str) -> bool:
    """Return whether a plan file is one of this repository."""
    return path is not None and any(path.resolve().is_relative_to(folder) for folder in _FOLDERS)


def _read_once(build: Callable[..., Plan]) -> Callable[..., Plan]:
    @wraps(build)
    def built(spec: Any, path: Path | None, *how: Any) -> Plan:
        if _off[0] or confined._CONFINED.get() or not _stays(path, os.getcwd()):
            return build(spec, path, *how)
        key = repr((path, os.getcwd(), spec, how))
        if key not in _plans:
            _plans[key] = build(spec, path, *how)
        return replace(_plans[key])

    return built


def _guesses(plan: Plan) -> int:
    # another thread may be at it
    return sum(isinstance(table, Guess) for table in list(plan.tables.values()))


def _computed_once(ask: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(ask)
    def asked(self: Derived[..., Any], plan: Plan, *about: Any, **named: Any) -> Any:
        key = (self, *(tuple(a) if isinstance(a, list) else a for a in (*about, *named.values())))
        if _off[0] or type(plan) is not Plan or key in plan.tables or not _stays(plan.path, os.getcwd()):
            return ask(self, plan, *about, **named)
        rests = self.grounds(plan, key[1:])
        for before, made in _tables[key]:
            if len(before) == len(rests) and all(a is b for a, b in zip(before, rests, strict=True)):
                plan.tables[key] = made
                return made
        guessed = _guesses(plan)
        made = ask(self, plan, *about, **named)
        # a plan says what was guessed for its tables; and each change makes parts that nobody has again
        if _guesses(plan) == guessed and plan.proposal is None:
            _tables[key].append((rests, made))
        return made

    return asked


load._build = _read_once(load._build)
Derived.__call__ = _computed_once(Derived.__call__)  # type: ignore[method-assign]
