"""Ground that areas of two layers, or of two plans, share: pieces of splits, slivers, and what moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from footprint.geometry.by_geometry import shared_ground
from footprint.geometry.coverage import joined
from footprint.geometry.parallel import at_once
from footprint.model.errors import Missing
from footprint.model.finding import Finding
from footprint.model.known import is_known
from footprint.plan import derive
from footprint.plan.model import Plan
from footprint.plan.naming import many
from footprint.results.same import drawn_overlap

if TYPE_CHECKING:
    from footprint.geometry.overlap import Overlap
    from footprint.model.layer import Layer
    from footprint.results.comparison import Comparison
    from footprint.results.result import Result


def split_pieces(
    result: Result, overlap: Overlap, missing: dict[str, None]
) -> Iterator[tuple[Finding, dict[str, Any], Any]]:
    """Return (finding, numbers, shape) of pieces of split areas; `missing` is told what cannot be drawn."""
    about: dict[str, list[Finding]] = {}
    targets = set(result.plan.layers[overlap.target].codes)
    for f in result.findings:
        ours = f.divided and f.layer == overlap.source and f.area is not None
        if ours and {o.code for o in f.others} <= targets:
            about.setdefault(f.area.code, []).append(f)  # type: ignore[union-attr]
    rows = overlap.split()
    rows = rows[rows["source"].isin(list(about))]
    if rows.empty:
        return
    shapes = _piece_shapes(result.plan, overlap, rows)
    if isinstance(shapes, Missing):
        of, between = (many(result.plan, key) for key in (overlap.source, overlap.target))
        missing[f"pieces of split {of} in {between}: {shapes.reason}"] = None
        return
    for row, shape in zip(rows.to_dict("records"), shapes, strict=True):
        if shape is None or shape.is_empty:
            continue
        known = is_known(row["population"])
        own = _other(result.plan, overlap, row) | {
            "people": row["population"] if known else None,
            "share": row["share_of_source" if known else "area_share_of_source"],
        }
        for finding in about[row["source"]]:
            first = finding.pieces[0].area.code == row["target"] if finding.pieces else False
            yield finding, own | {"piece": "largest" if first else "smaller"}, shape


def _piece_shapes(plan: Plan, overlap: Overlap, rows: pd.DataFrame) -> list[Any] | Missing:
    """Return the ground of rows of an overlap: what the verdict rests on, or what both outlines share."""
    if overlap.evidence == "geometry":
        return _drawn(plan, overlap, rows)
    a, b = derive.assignment(plan, overlap.source), derive.assignment(plan, overlap.target)
    units = plan.units
    if a is not None and b is not None and units is not None and units.drawn is not None:
        shapes = units.drawn.polygons.reindex(units.codes).to_numpy()
        lies = pd.DataFrame({"in": a.codes.reindex(units.codes), "and": b.codes.reindex(units.codes)})
        held = lies.reset_index(drop=True)[~shapely.is_missing(shapes)].groupby(["in", "and"]).groups
        pairs = zip(rows["source"], rows["target"], strict=True)
        return at_once([partial(joined, shapes[held.get(pair, [])]) for pair in pairs])
    one, other = derive.outlines(plan, overlap.source), derive.outlines(plan, overlap.target)
    if one is None or other is None:
        key = overlap.source if one is None else overlap.target
        return Missing(f"neither units nor {many(plan, key)} have outlines")
    s, t = one.polygons.reindex(rows["source"]), other.polygons.reindex(rows["target"])
    return [_land(shape) for shape in shapely.intersection(s.to_numpy(), t.to_numpy())]


def _drawn(plan: Plan, overlap: Overlap, rows: pd.DataFrame) -> list[Any]:
    """Return the ground of rows of an overlap that rests on the outlines of two layers of a plan."""
    return _of_both(
        overlap, derive.outlines(plan, overlap.source), derive.outlines(plan, overlap.target), rows
    )


def _of_both(overlap: Overlap, source: Layer | None, target: Layer | None, rows: pd.DataFrame) -> list[Any]:
    assert source is not None
    assert target is not None
    return list(shared_ground(overlap, source, target, rows))


def _land(shape: Any) -> Any:
    """Return the polygons of what two outlines share, without the lines and points where they only touch."""
    if shape is None or shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[shapely.get_dimensions(parts) == 2])


def slivers(plan: Plan, overlap: Overlap) -> Iterator[tuple[dict[str, Any], Any]]:
    """Return (numbers, shape) of the slivers between two layers of outlines."""
    if overlap.evidence != "geometry":
        return
    rows = overlap.slivers()
    source = plan.layers[overlap.source]
    for row, shape in zip(rows.to_dict("records"), _drawn(plan, overlap, rows), strict=True):
        area = {"layer": overlap.source, "code": row["source"], "area": source.name(row["source"])}
        yield area | _other(plan, overlap, row) | {"width_at_most_m": row["width_at_most_m"]}, _land(shape)


def _other(plan: Plan, overlap: Overlap, row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the area on the other side of a pair, and the size of what both share."""
    return {
        "other_layer": overlap.target,
        "other_code": row["target"],
        "other_name": plan.layers[overlap.target].name(row["target"]),
        "area_m2": row["area_m2"],
        "width_m": row["width_m"],
    }


def moves(change: Comparison, missing: dict[str, None]) -> Iterator[tuple[dict[str, Any], Any]]:
    """Return (numbers, shape) of the ground that changes hands; `missing` is told what cannot be drawn."""
    after = change.after.plan
    for key, rows in change.moves.groupby("layer", sort=False):
        shapes = _moved(change.before.plan, after, str(key), rows)
        for row, shape in zip(rows.to_dict("records"), shapes, strict=True):
            if shape is None or shape.is_empty:
                missing[f"what moves in the {many(after, row['layer'])}: the units have no outlines"] = None
                continue
            yield (
                {
                    "layer": row["layer"],
                    "code": row["from_code"],
                    "area": row["from_name"],
                    "other_code": row["to_code"],
                    "other_name": row["to_name"],
                    "people": row["population"] if is_known(row["population"]) else None,
                    "units": row["units"],
                    "area_m2": row["area_m2"],
                },
                shape,
            )


def _moved(before: Plan, after: Plan, key: str, rows: pd.DataFrame) -> Sequence[Any]:
    """Return the ground of rows of MOVES of one layer, of units or else of outlines; None where unknown."""
    a, b = derive.assignment(before, key), derive.assignment(after, key) if key in after.layers else None
    units = after.units
    if a is not None and b is not None:
        if units is None or units.shapes is None:
            return [None] * len(rows)
        shapes = units.shapes.to_numpy()
        was, now = (assigned.codes.reindex(units.codes).fillna("").to_numpy() for assigned in (a, b))
        pairs = zip(rows["from_code"], rows["to_code"], strict=True)
        return [joined(shapes[(was == source) & (now == target)]) for source, target in pairs]
    overlap = drawn_overlap(after, before, key)
    if overlap is None:
        return [None] * len(rows)
    cut = rows.rename(columns={"from_code": "source", "to_code": "target"})
    return _of_both(overlap, derive.outlines(before, key), derive.outlines(after, key), cut)
