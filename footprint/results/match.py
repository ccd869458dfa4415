"""Findings of two runs held against each other: which are new, and which are gone."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from footprint.checks import catalogue, rule_codes
from footprint.model.finding import AT_MOST, Finding, KnownAreas, Skipped, identity
from footprint.model.history import going_on
from footprint.model.words import agree, count, listing
from footprint.plan.model import Plan
from footprint.plan.naming import many

if TYPE_CHECKING:
    from footprint.results.result import Result


def areas_of(plan: Plan) -> KnownAreas:
    """Return which areas a plan has, as findings name them."""
    layers = {key: layer.codes for key, layer in plan.layers.items()}
    return KnownAreas(layers, {str(level): key for level, key in plan.levels.items()})


def settle(
    before: Iterable[Finding],
    after: Result,
    base: Plan,
    renamed: Mapping[str, Mapping[str, str]],
    held: KnownAreas | None = None,
) -> tuple[Result, list[Finding]]:
    """Say of each finding of a run whether it is new; return the run with that, and what is gone.

    Outlines that a change puts together from units are not those that were examined before: what was
    found in them stays, and that they are not examined is said. What nothing has looked for is not gone.

    Parameters
    ----------
    before : findings of a run before
    after, base : the run, and the plan before what it is of
    renamed : by layer, codes of areas before → those that they have now
    held : the areas of the plan that `before` was found in, if that is not `base`

    """
    held = areas_of(base) if held is None else held
    findings, resolved = match(before, after.findings, renamed, (held, areas_of(after.plan)))
    made = [
        key
        for key, layer in base.layers.items()
        if layer.drawn is not None and key in after.plan.layers and after.plan.layers[key].drawn is None
    ]
    of_shape = rule_codes(of_outlines="shape")
    of_outlines = (*rule_codes(of_outlines="file"), *of_shape)
    stay = [f for f in resolved if f.rule in of_outlines and f.layer in made]
    findings = [*findings, *(replace(f, new=False) for f in stay)]
    findings.sort(key=lambda f: f.rule)
    lost = [f for f in resolved if f not in stay and not _looked_for(f, after, held, renamed)]
    resolved = [f for f in resolved if f not in stay and f not in lost]
    told = [
        Skipped(
            rule,
            f"the {many(after.plan, key)} are put together from units by the proposal; their outlines are "
            "not examined",
        )
        for rule in of_shape
        for key in made
        if rule in after.rules
    ]
    told += [
        Skipped(rule, f"{count(n, 'finding')} from before {agree(n, 'was', 'were')} not looked for")
        for rule, n in sorted(Counter(f.rule for f in lost).items())
    ]
    caused = to_cause(findings, after.plan)
    skipped = [*after.skipped, *told]
    settled = replace(after, findings=caused, resolved=resolved, skipped=skipped, unexamined=len(lost))
    return settled, resolved


def _looked_for(
    gone: Finding, after: Result, held: KnownAreas, renamed: Mapping[str, Mapping[str, str]]
) -> bool:
    """Return whether a run could have found again what it has not: a skipped rule resolves nothing.

    Nor does a plan that no longer has the layer of the finding, or the one that the other areas are of.
    """
    now = areas_of(after.plan)
    if gone.rule not in after.rules or (gone.layer in held.layers and gone.layer not in now.layers):
        return False
    others = held.kinds(gone)
    if others and not others & now.every_kind:
        return False
    skips = [skip for skip in after.skipped if skip.rule == gone.rule]
    area = "" if gone.area is None else gone.area.code
    beside = others | now.kinds(gone)
    code = renamed.get(gone.layer, {}).get(area, area) or None
    return not any(skip.leaves_open(gone.layer, code, beside) for skip in skips)


def match(
    before: Iterable[Finding],
    after: Iterable[Finding],
    renamed: Mapping[str, Mapping[str, str]],
    sides: tuple[KnownAreas, KnownAreas],
) -> tuple[list[Finding], list[Finding]]:
    """Say of each finding after a change whether it is new; return these, and those that are gone.

    A finding is the same if its rule, layer, area and the other areas are. Where the others differ
    (a split area lies in other systems now), it is still the one finding about that area; but not where they
    are of other layers of the two `sides`: an area that systems part is another finding than one that places
    part. A split stays the same whatever level its layer becomes; people in a band do not. One that names
    several areas at once is known if all of them were named, and not gone while one of them is; of areas
    beyond those that it lists, it is known if they may be the same and are not more than there were.
    """
    earlier = [(_identity(f, renamed), f) for f in before]
    left: dict[tuple[str, ...], list[Finding]] = {}
    for key, f in earlier:
        left.setdefault(key, []).append(f)
    found: list[Finding | None] = []
    later = list(after)
    for f in later:
        same = left.get(_identity(f))
        fewer = same and not (f.area is None and _unlisted(f) > _unlisted(same[0]))
        found.append(replace(f, new=False) if same and fewer and same.pop(0) else None)
    loose: dict[tuple[str, ...], list[Finding]] = {}
    for key, rest in left.items():
        for f in rest:
            loose.setdefault(_about(f, key), []).append(f)
    used: set[int] = set()
    result = []
    for f, known in zip(later, found, strict=True):
        if known is None and f.area is not None:
            about = loose.get(_about(f, _identity(f)), [])
            now = sides[1].kinds(f)
            # of several those first that share areas with it
            about.sort(key=lambda old: -_shared(old, f, renamed))
            for at, old in enumerate(about):
                was = sides[0].kinds(old)
                if not was or not now or was & now:
                    used.add(id(about.pop(at)))
                    known = replace(f, new=False)
                    break
        result.append(known or replace(f, new=True))
    gone = [f for rest in left.values() for f in rest if id(f) not in used]
    order = {id(f): i for i, (_, f) in enumerate(earlier)}
    return _at_once(result, sorted(gone, key=lambda f: order[id(f)]), renamed)


def _at_once(
    found: list[Finding], gone: list[Finding], renamed: Mapping[str, Mapping[str, str]]
) -> tuple[list[Finding], list[Finding]]:
    """Return findings, and those that are gone, with those that name several areas held by what they name."""

    def named(f: Finding, codes: Mapping[str, Mapping[str, str]] | None = None) -> set[str]:
        *_, area, _, others = _identity(f, codes)
        return {area, *others.split(",")} - {""}

    every: dict[tuple[str, str, str, str], list[tuple[Finding, set[str]]]] = {}
    for old in gone:
        rule, layer, level, _, apart, _ = _identity(old)
        every.setdefault((rule, layer, level, apart), []).append((old, named(old, renamed)))
    left: set[int] = set()
    for at, f in enumerate(found):
        rule, layer, level, _, apart, _ = _identity(f)
        now = named(f)
        more = _unlisted(f)
        alike = [
            (old, areas)
            for old, areas in every.get((rule, layer, level, apart), ())
            if (f.area is None or old.area is None) and (now & areas or more or _unlisted(old))
        ]
        left.update(id(old) for old, _ in alike)
        listed: set[str] = set().union(*(areas for _, areas in alike))
        beyond = sum(_unlisted(old) for old, _ in alike)
        if alike and len(now - listed) <= beyond and len(now) + more <= len(listed) + beyond:
            found[at] = replace(f, new=False)
    return found, [f for f in gone if id(f) not in left]


def _unlisted(f: Finding) -> float:
    """Return how many areas a finding on several at once is about beyond those that it lists."""
    if f.area is not None or len(f.others) < AT_MOST:
        return 0.0
    total = f.evidence.numbers.get("count")
    return float(total - len(f.others)) if isinstance(total, int) and total >= len(f.others) else math.inf


def _identity(f: Finding, renamed: Mapping[str, Mapping[str, str]] | None = None) -> tuple[str, ...]:
    """Return the identity of a finding, with what tells several of its rule on one area apart."""
    *about, others = identity(f, renamed)
    rule = catalogue().get(f.rule)
    apart = [f.evidence.numbers.get(name) for name in (() if rule is None else rule.apart)]
    return *about, str(apart).casefold(), others


def since_then(findings: Iterable[Finding], plan: Plan) -> dict[str, dict[str, str]]:
    """Return, by layer of a plan, codes of findings of an earlier time → the codes under which areas went on.

    Where only findings are left of that time nobody can measure what became of its ground, so the history
    of codes says it.
    """
    held = {area.code for f in findings for area in (f.area, *f.others) if area is not None}
    went = now = {code: code for code in held}
    while now:
        on = going_on(now.values())
        now = {code: on[last] for code, last in now.items() if last in on}
        went = went | now
    return {
        key: {old: new for old, new in went.items() if old not in layer.codes and new in layer.codes}
        for key, layer in plan.layers.items()
    }


def gone_on(findings: Iterable[Finding], plan: Plan) -> list[str]:
    """Return the note on codes of findings of an earlier time that areas of a plan no longer have."""
    pairs = dict.fromkeys(pair for codes in since_then(findings, plan).values() for pair in codes.items())
    if not pairs:
        return []
    told = listing(f"{old} as {new}" for old, new in pairs)
    return [f"areas of the baseline went on under other codes, and their findings are known: {told}"]


def _about(f: Finding, key: tuple[str, ...]) -> tuple[str, ...]:
    """Return the part of an identity that says what a finding is about, whatever the other areas are."""
    rule, layer, level, area, apart, _ = key
    return rule, layer, "" if f.splits else level, area, apart


def _shared(old: Finding, now: Finding, renamed: Mapping[str, Mapping[str, str]]) -> int:
    """Return how many of the other areas two findings have in common, under the codes that they have now."""
    *_, others = identity(old, renamed)
    return len(set(others.split(",")) & {area.code for area in now.others})


def to_cause(findings: Iterable[Finding], plan: Plan) -> list[Finding]:
    """Point what is new at the line of the proposal's assignment that causes it, where one does."""
    found = list(findings)
    if plan.proposal is None:
        return found
    rules = catalogue()
    for i, f in enumerate(found):
        # what is about the proposal itself points there already
        if f.new and "proposal" not in rules[f.rule].needs:
            place = plan.proposal.cause(*(a.code for a in (f.area, *f.others) if a is not None))
            found[i] = f if place is None else replace(f, location=place)
    return found
