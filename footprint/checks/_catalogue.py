"""The rules as their modules describe them, kept beside them, so that no module is imported to list them.

`scripts/readme.py` writes it. It holds for the sources that it was made from: where one of them has changed,
the rules' own modules are asked.
"""

from __future__ import annotations

import importlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footprint.checks._rule import MODULE, Rule, described
from footprint.model.finding import Finding, Severity, Skipped

if TYPE_CHECKING:
    from footprint.plan.model import Plan

PATH = Path(__file__).with_name("catalogue.json")


def kept(names: Iterable[str]) -> list[Rule]:
    """Return the rules of modules of the package `checks`, in the order of their names."""
    held = _held()
    return [
        _rule(name, held[name])
        if name in held
        else described(importlib.import_module(f"{__package__}.{name}"))
        for name in names
    ]


def written(names: Iterable[str]) -> str:
    """Return what the file should hold, as the modules say it."""
    rules = {
        name: {field.name: getattr(rule, field.name) for field in fields(Rule) if field.name != "check"}
        for name in names
        for rule in [described(importlib.import_module(f"{__package__}.{name}"))]
    }
    return json.dumps({"sources": _sources(), "rules": rules}, indent=1, ensure_ascii=False) + "\n"


def _held() -> dict[str, dict[str, Any]]:
    """Return the rules of which neither the module nor what modules share has changed."""
    try:
        data = json.loads(PATH.read_text(encoding="utf-8"))
        sources, rules = data["sources"], data["rules"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    now = _sources()
    changed = {name for name in sources.keys() | now.keys() if sources.get(name) != now.get(name)}
    if any(not MODULE.match(name) for name in changed):
        return {}
    return {name: values for name, values in rules.items() if name not in changed}


def _sources() -> dict[str, int]:
    """Return a check sum of each module that the catalogue is made from, whichever ends its lines have."""
    paths = [*sorted(PATH.parent.glob("*.py")), PATH.parent.parent / "model" / "finding.py"]
    return {path.stem: zlib.crc32(path.read_bytes().replace(b"\r\n", b"\n")) for path in paths}


def _rule(name: str, values: dict[str, Any]) -> Rule:
    plain: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
    }
    plain["severity"] = Severity(plain["severity"])
    return Rule(check=partial(_check, name), **plain)


def _check(name: str, plan: Plan) -> Iterator[Finding | Skipped]:
    found: Iterator[Finding | Skipped] = importlib.import_module(f"{__package__}.{name}").check(plan)
    return found
