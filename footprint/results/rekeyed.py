"""Layers that the plan of an earlier run had under another key, known by the codes of their areas."""

from __future__ import annotations

from dataclasses import replace

from footprint.model.nations import GSS
from footprint.plan.model import Plan
from footprint.read.baseline import Baseline


def rekeyed(baseline: Baseline, plan: Plan) -> Baseline:
    """Return the findings of an earlier run under the keys that its layers have in a plan now.

    Only a layer with the same official codes is taken for the same: codes of one's own may be those of other
    areas.
    """
    now = {old: new for old, new in _alike(baseline, plan).items() if _official(plan, new)}
    if not now:
        return baseline
    areas = baseline.areas
    held = {now.get(key, key): codes for key, codes in areas.layers.items()}
    levels = {level: now.get(key, key) for level, key in areas.levels.items()}
    findings = [replace(f, layer=now.get(f.layer, f.layer)) for f in baseline]
    return Baseline(findings, replace(areas, layers=held, levels=levels))


def told(baseline: Baseline, plan: Plan) -> list[str]:
    """Return the notes on layers of an earlier run that a plan has under another key, or may have."""
    return [
        f"the layer '{old}' of the baseline is '{new}' now, by its codes, and its findings are known"
        if _official(plan, new)
        else f"the layer '{old}' of the baseline has the codes of '{new}'; if it is the same, call it "
        f"'{old}' again, as its findings are not looked for and those of the other are new"
        for old, new in _alike(baseline, plan).items()
    ]


def _alike(baseline: Baseline, plan: Plan) -> dict[str, str]:
    """Return keys of layers that a plan has no more → that of the one new layer with the same codes."""
    gone = {key: frozenset(codes) for key, codes in baseline.areas.layers.items() if key not in plan.layers}
    new = {
        key: frozenset(map(str, layer.codes))
        for key, layer in plan.layers.items()
        if key not in baseline.areas.layers
    }
    pairs = [
        (old, key) for old, codes in gone.items() for key, held in new.items() if codes and codes == held
    ]
    olds, news = [old for old, _ in pairs], [key for _, key in pairs]
    return {old: key for old, key in pairs if olds.count(old) == 1 == news.count(key)}


def _official(plan: Plan, key: str) -> bool:
    return all(GSS.match(str(code)) for code in plan.layers[key].codes)
