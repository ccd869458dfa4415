"""What a check and a measurement of flows have found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pandas as pd

from footprint import checks
from footprint.geometry.overlap import OVERLAP, Overlap
from footprint.measure import compactness, firmness, measures
from footprint.measure import people as population
from footprint.measure.bestfit import best_fit_table
from footprint.measure.flows import flow_tables
from footprint.measure.interfaces import interfaces
from footprint.measure.leads import tables
from footprint.model.errors import Missing
from footprint.model.finding import Finding, Skipped, counts
from footprint.model.shown import Mapped, Shown
from footprint.model.vintage import explained
from footprint.model.words import count
from footprint.plan import derive
from footprint.plan.levels import pairs
from footprint.plan.model import Plan

FailOn = Literal["error", "warning", "never"]


Gate = Literal["new", "all"]


def told(summary: Mapping[str, int], skipped: int) -> str:
    """Return numbers of findings, and of rules and parts of them that were skipped, in words."""
    words = [
        count(summary["error"], "error"), count(summary["warning"], "warning"),
        f"{summary['info']:,} to be aware of", f"{summary['accepted']:,} accepted",
        f"{skipped:,} not checked",
    ]  # fmt: skip
    return ", ".join(words)


@dataclass(frozen=True, eq=False)
class Result(Mapped):
    """What `check` found."""

    plan: Plan
    findings: list[Finding]
    """Sorted by rule, then gravest and largest first."""
    skipped: list[Skipped]
    """Rules, or parts of their work, that could not be done."""
    rules: list[str]
    """Codes of the rules that were run."""
    resolved: list[Finding] | None = None
    """Findings of the baseline that are gone; None where nothing was compared."""
    unexamined: int = 0
    """Findings of the baseline that nothing looked for, as their rule was not run or could not be."""

    def __repr__(self) -> str:
        """Return one line: the plan, and how many findings there are."""
        return f"<Result of {self.plan.title!r}: {told(self.summary, len(self.skipped))}>"

    @property
    def summary(self) -> dict[str, int]:
        """Number of findings by severity, and of accepted ones."""
        return counts(self.findings)

    def asks(self, section: str) -> bool:
        """Return whether a rule was run whose findings a section of reports shows (`shown_in` of rules)."""
        return not set(checks.rule_codes(shown_in=section)).isdisjoint(self.rules)

    @property
    def unused_told(self) -> list[str]:
        """Entries of [[accept]] that fit no finding, although their rules were run.

        Each with what became of its areas if the plan has their codes no more.
        """
        every = {code for layer in self.plan.layers.values() for code in layer.codes}
        known = checks.catalogue()
        found = []
        for entry in self.plan.accept:
            run = entry.rule in self.rules or entry.rule not in known
            if not run or any(checks.fits(entry, f) for f in self.findings):
                continue
            became = explained({code for code in (entry.area, entry.other) if code} - every, every)
            remedy = f"; {became[:-1]}: name the new code if the reason still holds" if became else ""
            found.append(f"{entry} fits no finding{remedy}")
        return found

    @property
    def wide_accepts(self) -> list[str]:
        """Entries of [[accept]] for one area that fit several findings, of other layers perhaps."""
        return [
            f"{entry} fits {fitting} findings"
            for entry in self.plan.accept
            if entry.area is not None and (fitting := sum(checks.fits(entry, f) for f in self.findings)) > 1
        ]

    @property
    def incomplete(self) -> bool:
        """True where input was refused as incomparable, so that a verdict is missing."""
        return any(s.refused for s in self.skipped)

    @cached_property
    def overlaps(self) -> list[Overlap]:
        """Every overlap that the plan compares, in its order."""
        found = (derive.overlap(self.plan, *pair) for pair in pairs(self.plan))
        return [o for o in found if not isinstance(o, Missing)]

    @cached_property
    def overlap(self) -> pd.DataFrame:
        """All overlaps in one frame, columns of OVERLAP."""
        return OVERLAP.joined(o.table for o in self.overlaps)

    @cached_property
    def best_fit(self) -> pd.DataFrame:
        """Units that were assigned by best fit and do not lie wholly inside, columns of BEST_FIT."""
        return best_fit_table(self.plan)

    @cached_property
    def population(self) -> pd.DataFrame:
        """People and bands of every area, columns of `people.POPULATION`."""
        return population.table(self.plan)

    @cached_property
    def flows(self) -> pd.DataFrame:
        """Flow measures of every area of every level, as they may be published, columns of FLOWS."""
        return flow_tables(self.plan)["flows"]

    @cached_property
    def interfaces(self) -> pd.DataFrame:
        """Which bodies have to deal with which, columns of INTERFACES."""
        return interfaces(self.plan)

    @cached_property
    def compactness(self) -> pd.DataFrame:
        """Shape of every area of every layer with outlines, columns of COMPACTNESS."""
        return compactness.table(self.plan)

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Measures of the plan's own for every area, columns of MEASURES."""
        return measures.table(self.plan)

    @cached_property
    def measure_balance(self) -> pd.DataFrame:
        """How far the areas of each layer are apart, columns of BALANCE."""
        return measures.balance(self.plan)

    @cached_property
    def firmness(self) -> pd.DataFrame:
        """How far every verdict on a band or a threshold is from turning, columns of FIRMNESS."""
        return firmness.table(self.plan)

    @cached_property
    def accountability(self) -> dict[str, pd.DataFrame]:
        """The functions and decisions map: frames by the names of `leads.TABLES`."""
        return tables(self.plan)

    def exit_code(self, fail_on: FailOn = "error", gate: Gate = "new") -> int:
        """Return 0 (nothing at or above `fail_on`), 1 (findings) or 2 (the check is incomplete).

        Where the run was compared with a baseline, `gate` says whether only what is new counts.
        """
        if self.incomplete:
            return 2
        limit = {"error": 0, "warning": 1, "never": -1}[fail_on]
        counted = (f for f in self.findings if f.accepted is None and (gate == "all" or f.new is not False))
        return int(any(f.severity.rank <= limit for f in counted))


@dataclass(frozen=True, eq=False)
class FlowResult(Shown):
    """What `flows` found."""

    plan: Plan
    tables: Mapping[str, pd.DataFrame]
    """By name (FLOW_TABLES), as they may be published."""
    findings: list[Finding]
    skipped: list[Skipped]

    def __repr__(self) -> str:
        """Return one line: the plan, its tables, and how many findings there are."""
        held = ", ".join(f"{name} ({len(table):,})" for name, table in self.tables.items())
        return (
            f"<FlowResult of {self.plan.title!r}: {held}; {told(counts(self.findings), len(self.skipped))}>"
        )
