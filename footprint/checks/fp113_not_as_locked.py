"""A file that is not the one that `footprint.lock` pins.

The lock says from where and when a file was fetched. Where somebody has edited or replaced it since, the
results no longer rest on what was published, and nobody else will get them from the same sources.

Settle: fetch it again (`footprint fetch`, with --force), or take it out of the lock if it is meant to differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.model.finding import Finding, Severity, Skipped
from footprint.model.source import split_layer
from footprint.read.formats import is_drawn
from footprint.read.lock import NAME, difference, read_lock

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.WARNING
EVIDENCE = evidence("count", "codes")
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each file of the plan that a lock beside it, or beside the plan, pins with other content."""
    used = {split_layer(name)[0].resolve(): "" for name in plan.files}
    used |= {split_layer(source.path)[0].resolve(): source.sha256 for source in plan.inputs}
    drawn = {split_layer(source.path)[0].resolve() for source in plan.inputs if source.crs is not None}
    folders = {plan.root.resolve(), *(path.parent for path in used)}
    for lock in sorted(folder / NAME for folder in folders):
        for one in read_lock(lock, or_none=True):
            path = lock.parent / one.path
            known = used.get(path.resolve())
            if known is None or (found := difference(one, lock.parent, known)) is None:
                continue
            yield rule.finding(
                _layer(plan, path.name),
                str(found),
                "Fetch it again, or take it out of the lock.",
                "geometry" if path.resolve() in drawn or is_drawn(path) else "lookup",
                count=len(found.codes),
                codes=found.codes,
            )


def _layer(plan: Plan, name: str) -> str:
    """Return the layer whose outlines or lookup a file holds; "units" where it is none's."""
    for key, layer in plan.layers.items():
        for part in (layer.drawn if layer.is_read else None, layer.lookup):
            if part is not None and part.source is not None and split_layer(part.source.path)[0].name == name:
                return key
    return "units"
