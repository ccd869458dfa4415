"""The rules. Each is one module of this package, found by being there.

A rule's module is called by its code and name (`fp201_split_area`). It holds

- a docstring: what the rule finds, in one line; why that matters; and, after "Settle:", how to
  settle a finding. The catalogue, `footprint explain` and the README are made from it;
- `SEVERITY`, the gravest a finding of the rule can be;
- `EVIDENCE`, the fields of evidence that its findings may carry, with what they mean;
- `NEEDS`, if the rule can do nothing without some part of a plan (see NEEDS here), and whatever else
  of `Rule` has a default, in capitals;
- `check(plan)`, which yields findings, made with `rule.finding(…)`, and skips.
"""

from __future__ import annotations

import functools
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from footprint.checks import _catalogue
from footprint.checks._rule import MODULE, Maker, Rule, evidence
from footprint.model.errors import InputError
from footprint.model.finding import COMMON_EVIDENCE, Finding, Skipped
from footprint.model.steps import steps
from footprint.model.words import nearest

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.plan.parts import Accepted


def _nobody_accountable(plan: Plan) -> str | None:
    if plan.accountability is None:
        return "the plan does not say who is accountable for what ([accountability])"
    return plan.accountability.nothing_in_force


@dataclass(frozen=True)
class Need:
    """A part of a plan without which a rule is skipped."""

    lacking: Callable[[Plan], str | None]
    """Why a rule is skipped on a plan; None on one that has the part."""
    is_input: bool
    """Whether it is what a rule looks at, so that without it nothing is looked for; else it is what the plan
    asks for, and one that does not ask any more has settled what was found."""


NEEDS = {
    "outlines": Need(lambda plan: None if plan.drawn_layers() else "no layer has outlines", is_input=True),
    "population": Need(
        lambda plan: None if plan.people is not None else "the plan has no population", is_input=True
    ),
    "levels": Need(lambda plan: None if plan.levels else "the plan names no [levels]", is_input=True),
    "bands": Need(
        lambda plan: None if plan.levels or plan.layer_bands else "the plan names no [levels]", is_input=False
    ),
    "proposal": Need(
        lambda plan: None if plan.proposal is not None else "no proposal is checked", is_input=False
    ),
    "flows": Need(lambda plan: None if plan.flows is not None else "the plan has no flows", is_input=True),
    "providers": Need(
        lambda plan: (
            None
            if plan.providers is not None or plan.flows is None
            else "the plan does not say where providers stand ([providers])"
        ),
        is_input=True,
    ),
    "accountability": Need(_nobody_accountable, is_input=True),
    "least_providers": Need(
        lambda plan: (
            None
            if plan.least_providers or plan.flows is None
            else "neither plan nor profile says how many providers an area needs"
        ),
        is_input=True,
    ),
    "measures": Need(lambda plan: None if plan.measures else "the plan has no [[measure]]", is_input=True),
    "localisation_index": Need(
        lambda plan: (
            None
            if plan.localisation_index or plan.flows is None
            else "the plan sets no thresholds.localisation_index"
        ),
        is_input=True,
    ),
}
"""Parts of a plan that a rule may need."""


@functools.cache
def catalogue() -> dict[str, Rule]:
    """Return every rule by its code, in order."""
    return {rule.code: rule for rule in _catalogue.kept(modules())}


def modules() -> list[str]:
    """Return the names of the modules that are rules, in order."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if MODULE.match(m.name))


def rule_codes(**wanted: str) -> list[str]:
    """Return the codes of the rules that say this of themselves: `rule_codes(shown_in="bands")`."""
    return [
        code
        for code, rule in catalogue().items()
        if all(getattr(rule, name) == value for name, value in wanted.items())
    ]


def vocabulary() -> dict[str, str]:
    """Return every field of evidence that a finding may carry → what it means."""
    own = {name: told for rule in catalogue().values() for name, told in rule.evidence.items()}
    return COMMON_EVIDENCE | own


def rule(code: str) -> Rule:
    """Return the rule called `code` (or by its name); InputError with the nearest one if there is none."""
    rules = catalogue()
    wanted = code.strip()
    by_name = {r.name: r for r in rules.values()}
    found = rules.get(wanted.upper()) or by_name.get(wanted.lower())
    if found is None:
        known = [*rules, *by_name]
        raise InputError(
            None,
            f"there is no rule '{code}'",
            f"{nearest(wanted, known)}List them with 'footprint rules'.",
        )
    return found


def selected(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> list[Rule]:
    """Return the rules chosen by codes, names or beginnings of codes; all if `select` is empty.

    Raises InputError for an entry that fits no rule, and where no rule is left.
    """
    rules = list(catalogue().values())

    def matching(entry: str) -> set[str]:
        entry = entry.strip()
        found = {r.code for r in rules if r.code.startswith(entry.upper())} if entry else set()
        return found or {rule(entry).code}

    chosen = {code for entry in select for code in matching(entry)} or {r.code for r in rules}
    dropped = {code for entry in ignore for code in matching(entry)}
    left = [r for r in rules if r.code in chosen - dropped]
    if not left:
        raise InputError(None, "no rule is left to check", "Ignore fewer, or select others.")
    return left


def run(plan: Plan, rules: Iterable[Rule]) -> tuple[list[Finding], list[Skipped]]:
    """Run rules over a plan; returns findings, gravest and largest first, and skips.

    Raises InputError where the plan accepts findings of a rule that does not exist.
    """
    _require_known(plan)
    findings: list[Finding] = []
    skipped: dict[tuple[str, str, bool], Skipped] = {}
    for each in steps("rule", list(rules), lambda rule: f"{rule.code} {rule.name}"):
        skip = _whole_skip(plan, each)
        for outcome in each.check(plan) if skip is None else (skip,):
            if isinstance(outcome, Skipped):
                known = skipped.get(outcome.told)
                skipped[outcome.told] = outcome if known is None else known.with_also(outcome)
            else:
                findings.append(_accept(outcome, plan.accept))
    findings.sort(key=lambda f: (f.rule, f.severity.rank, f.layer, -f.people, f.area.code if f.area else ""))
    return findings, list(skipped.values())


def _whole_skip(plan: Plan, rule: Rule) -> Skipped | None:
    """Return why a rule can do nothing on a plan; None where it can."""
    if plan.proposal is not None and plan.proposal.faults and "proposal" not in rule.needs:
        return Skipped(rule.code, "the proposal was not applied")
    reasons = {need: reason for need in rule.needs if (reason := NEEDS[need].lacking(plan)) is not None}
    if not reasons:
        return None
    return Skipped(
        rule.code, "; ".join(reasons.values()), unasked=not any(NEEDS[need].is_input for need in reasons)
    )


def _require_known(plan: Plan) -> None:
    """Raise InputError where [[accept]] names a rule that does not exist."""
    known = catalogue()
    for number, entry in enumerate(plan.accept, 1):
        if entry.rule not in known:
            raise InputError(
                plan.path,
                f"accept {number}: there is no rule {entry.rule}",
                f"{nearest(entry.rule, known)}List them with 'footprint rules'.",
            )


def fits(entry: Accepted, finding: Finding) -> bool:
    """Return whether an entry of [[accept]] is about this finding."""
    return (
        entry.rule == finding.rule
        and entry.area in (None, finding.area.code if finding.area else None)
        and entry.layer in (None, finding.layer)
        and (entry.other is None or entry.other in {o.code for o in finding.others})
    )


def _accept(finding: Finding, accepted: Iterable[Accepted]) -> Finding:
    entry = next((e for e in accepted if fits(e, finding)), None)
    return finding if entry is None else replace(finding, accepted=entry.reason)


__all__ = [
    "NEEDS",
    "Maker",
    "Need",
    "Rule",
    "catalogue",
    "evidence",
    "fits",
    "modules",
    "rule",
    "rule_codes",
    "run",
    "selected",
    "vocabulary",
]
