"""The rules. Each is one module of this package, found by being there.

A rule's module is called by its code and name (`fp201_split_area`). It holds

- a docstring: what the rule finds, in one line; why that matters; and, after "Settle:", how to
  settle a finding. The catalogue, `footprint explain` and the README are made from it;
- `SEVERITY`, the gravest a finding of the rule can be;
- `NEEDS`, if the rule can do nothing without some part of a plan (see NEEDS here);
- `check(plan)`, which yields findings, made with `rule.finding(…)`, and skips.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from footprint.model.errors import InputError
from footprint.model.finding import Area, Evidence, EvidenceKind, Finding, Number, Piece, Severity, Skipped
from footprint.model.words import nearest

if TYPE_CHECKING:
    from footprint.plan.model import Accepted, Plan

FAMILIES = {
    "1": "layer",
    "2": "alignment",
    "3": "population",
    "4": "flow",
    "5": "proposal",
    "6": "accountability",
}
_MODULE = re.compile(r"^(fp(\d)\d\d)_(\w+)$")


NEEDS: dict[str, tuple[Callable[[Plan], bool], str]] = {
    "outlines": (lambda plan: bool(plan.drawn_layers()), "no layer has outlines"),
    "population": (lambda plan: plan.people is not None, "the plan has no population"),
    "levels": (lambda plan: bool(plan.levels), "the plan names no [levels]"),
    "proposal": (lambda plan: plan.proposal is not None, "no proposal is checked"),
    "flows": (lambda plan: plan.flows is not None, "the plan has no flows"),
    "providers": (
        lambda plan: plan.providers is not None or plan.flows is None,
        "the plan does not say where providers stand ([providers])",
    ),
    "accountability": (
        lambda plan: plan.accountability is not None,
        "the plan does not say who is accountable for what ([accountability])",
    ),
    "localisation_index": (
        lambda plan: bool(plan.localisation_index) or plan.flows is None,
        "the plan sets no thresholds.localisation_index",
    ),
}
"""Parts of a plan that a rule may need → whether a plan has it, and the reason for skipping if not."""


@dataclass(frozen=True)
class Rule:
    """One rule of the catalogue."""

    code: str
    name: str
    family: str
    severity: Severity
    summary: str
    """What it finds, in one line."""
    why: str
    settle: str
    needs: tuple[str, ...]
    """Parts of a plan without which it is skipped, keys of NEEDS."""
    check: Callable[[Plan], Iterator[Finding | Skipped]]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@functools.cache
def catalogue() -> dict[str, Rule]:
    """Return every rule by its code, in order."""
    rules = {}
    for module_name in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        match = _MODULE.match(module_name)
        if match is None:
            continue
        module = importlib.import_module(f"{__name__}.{module_name}")
        summary, _, rest = inspect.cleandoc(module.__doc__ or "").partition("\n\n")
        why, _, settle = rest.partition("Settle:")
        code = match[1].upper()
        rules[code] = Rule(
            code=code,
            name=match[3].replace("_", "-"),
            family=FAMILIES[match[2]],
            severity=module.SEVERITY,
            summary=" ".join(summary.split()),
            why=_paragraphs(why),
            settle=_capital(_paragraphs(settle)),
            needs=getattr(module, "NEEDS", ()),
            check=module.check,
        )
    return rules


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(p.split()) for p in text.strip().split("\n\n") if p.strip())


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
    """Return the rules chosen by codes, names or beginnings of codes ("FP2"); all if `select` is empty.

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


class Maker:
    """Makes the findings of one rule, so that its code, name and severity stand in one place."""

    def __init__(self, module: str, severity: Severity, *, repeats: bool = False) -> None:
        match = _MODULE.match(module.rsplit(".", 1)[-1])
        assert match is not None, f"{module} is not called like a rule"
        self.code = match[1].upper()
        self.name = match[3].replace("_", "-")
        self.severity = severity
        self.repeats = repeats

    def finding(
        self,
        layer: str,
        message: str,
        hint: str,
        kind: EvidenceKind,
        *,
        area: Area | None = None,
        others: Iterable[Area] = (),
        parts: Iterable[Piece] = (),
        level: str | None = None,
        severity: Severity | None = None,
        **numbers: Any,
    ) -> Finding:
        """Return a finding; `numbers` are its evidence, by names of finding.EVIDENCE_FIELDS.

        The areas of its pieces, `parts`, are the other areas, if there are any.
        """
        evidence = Evidence(kind, {key: _plain(value) for key, value in numbers.items()})
        pieces = tuple(_plain_piece(part) for part in parts)
        return Finding(
            self.code, self.name, severity or self.severity, layer, area, message, hint, evidence,
            tuple(piece.area for piece in pieces) or tuple(others), level, pieces=pieces,
            repeats=self.repeats,
        )  # fmt: skip

    def skip(self, reason: str, refused: bool = False) -> Skipped:
        """Return a skip of this rule."""
        return Skipped(self.code, reason, refused)


def _plain(value: Any) -> Number | list[Number]:
    """Return plain Python numbers for numpy ones, whole ones as int, and None for NaN."""
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]  # type: ignore[misc]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        if value != value:
            return None
        return int(value) if value.is_integer() else round(value, 6)
    return value  # type: ignore[no-any-return]


def _plain_piece(piece: Piece) -> Piece:
    measures: dict[str, Any] = {name: _plain(value) for name, value in vars(piece).items() if name != "area"}
    return Piece(piece.area, **measures)


def run(plan: Plan, rules: Iterable[Rule]) -> tuple[list[Finding], list[Skipped]]:
    """Run rules over a plan; returns findings, gravest and largest first, and skips.

    Raises InputError where the plan accepts findings of a rule that does not exist.
    """
    _require_known(plan)
    findings: list[Finding] = []
    skipped: dict[Skipped, None] = {}
    for each in rules:
        lacking = [reason for has, reason in (NEEDS[need] for need in each.needs) if not has(plan)]
        if plan.proposal is not None and plan.proposal.faults and each.family != "proposal":
            lacking = ["the proposal was not applied"]
        if lacking:
            skipped[Skipped(each.code, "; ".join(lacking))] = None
            continue
        for outcome in each.check(plan):
            if isinstance(outcome, Skipped):
                skipped[outcome] = None
            else:
                findings.append(_accept(outcome, plan.accept))
    findings.sort(key=lambda f: (f.rule, f.severity.rank, f.layer, -f.people, f.area.code if f.area else ""))
    return findings, list(skipped)


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
