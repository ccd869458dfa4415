"""Patient flows in words: who stays inside, whose catchments cross lines, who at the edge looks elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from footprint.checks import catalogue, rule_codes
from footprint.measure.flows import FLOW_TABLES
from footprint.measure.hosts import hosts
from footprint.model.errors import Missing
from footprint.model.finding import counts
from footprint.model.known import is_known
from footprint.model.suppression import HIDDEN, SUPPRESSED
from footprint.model.words import count, dated, number, shown
from footprint.plan.naming import many
from footprint.reports.content import findings
from footprint.reports.document import Bar, Block, Cell, Figure, Grid, Head, Heading, Words, lines, more, text
from footprint.reports.values import VERSION, apart, finding, plan_record, records, skips

if TYPE_CHECKING:
    import pandas as pd

    from footprint.plan.model import Plan
    from footprint.reports import Report
    from footprint.reports.document import Tone
    from footprint.results.result import FlowResult

Row = dict[Any, Any]

# More areas than this are shown from the lowest index up, and the rest is counted.
MOST_AREAS = 45
MOST_LINES = 10
# What rounding leaves of a catchment that lies wholly in one area.
ONE_AREA = 1 + 1e-9
_TONES: dict[str, Tone] = {"below": "warning", "cannot tell": "note"}


def document(report: Report) -> Iterator[Block]:
    """Return what was measured, in order."""
    found: FlowResult = report.found
    plan = found.plan
    yield Heading(dated(plan.title, plan.date), 1)
    yield text(described(plan), depth=0)
    yield from findings.assumed(plan.assumptions)
    if plan.suppress:
        yield text(f"{SUPPRESSED} (HES).", depth=0)
    yield from inside(plan, found.tables["flows"])
    yield from _providers(found)
    yield from _catchments(found)
    yield from _periphery(found)
    yield from _agreement(found)
    told = [code for table in ("inside", "periphery", "catchments") for code in rule_codes(shown_in=table)]
    yield from findings.by_place((f for f in found.findings if f.rule not in told), partial(many, found.plan))
    yield from findings.foot(found.skipped, plan.inputs)


def described(plan: Plan) -> str:
    """Return one sentence on what the flows of a plan are."""
    flows = plan.flows
    assert flows is not None
    what = {
        "count": f"{count(flows.source.features, 'count')} of patients",
        "proportion": f"{count(flows.source.features, 'proportion')}, weighted by people,",
        "record": f"{count(flows.source.features, 'record')} of patients",
    }[flows.kind]
    units, providers = (sum(1 for code in codes if code) for codes in (flows.units, flows.providers))
    whose = f" ({flows.stated_source})" if flows.stated_source else ""
    coarser = ", shared out to the plan's units by people" if plan.flow_lookup is not None else ""
    return f"{what} from {count(units, 'unit')} to {count(providers, 'provider')}{whose}{coarser}"


# ── do journeys stay inside? ────────────────────────────────────────────────────────────────────


def reached(row: Row, threshold: float | None) -> str:
    """Return "reached", "below" or "cannot tell", or "" without a threshold."""
    low, high = row["localisation_index_min"], row["localisation_index_max"]
    if threshold is None:
        return ""
    if not (_known(low) and _known(high)):
        return "cannot tell"
    if low >= threshold:
        return "reached"
    return "below" if high < threshold else "cannot tell"


def by_index(rows: Iterable[Row]) -> list[Row]:
    """Return rows of flows, the lowest localisation index first; those that nobody knows come last."""

    def key(row: Row) -> tuple[bool, float, str]:
        value = row["localisation_index"]
        return not _known(value), float(value) if _known(value) else 0.0, row["code"]

    return sorted(rows, key=key)


def inside(plan: Plan, table: pd.DataFrame) -> Iterator[Block]:
    """Return the localisation index and its companions, level by level."""
    for level, key in plan.levels.items():
        rows = table[table["layer"] == key].to_dict("records")
        if not rows:
            continue
        threshold = plan.localisation_index.get(level)
        asked = f", of which a {level} should keep {threshold:.0%}" if threshold is not None else ""
        yield Heading(f"How much of residents' care stays inside: {many(plan, key)}{asked}")
        for row in rows:
            row["verdict"] = reached(row, threshold)
        if threshold is not None:
            rules = {catalogue()[code].verdict: f" ({code})" for code in rule_codes(shown_in="inside")}
            tally = {
                word: sum(r["verdict"] == word for r in rows) for word in ("reached", "below", "cannot tell")
            }
            yield text(", ".join(f"{n:,} {word}{rules.get(word, '')}" for word, n in tally.items() if n))
        without = [r for r in rows if threshold is None and r["provider_activity"] == 0]
        rows = [r for r in rows if r not in without]
        if without:
            yield text(f"{count(len(without), 'area')} without any of the providers, so nothing stays inside")
        rows.sort(key=lambda r: (_float(r["localisation_index"]), r["code"]), reverse=len(rows) <= MOST_AREAS)
        listed = rows if len(rows) <= MOST_AREAS else rows[:MOST_AREAS]
        if listed:
            yield _inside_table(listed, threshold)
        if (left := len(rows) - len(listed)) > 0:
            yield text(f"and {left:,} with more; see them all with --format csv", tone="quiet")
    if len(table):
        yield text(
            "inside: residents' activity at providers in the area, and the least and most it can be; own "
            "work: share of those providers' activity that is for residents; net: patients coming in for "
            "each one going out",
            tone="quiet",
        )


def _inside_table(rows: list[Row], threshold: float | None) -> Grid:
    judged = [Head()] if threshold is not None else []
    heads = [
        Head("inside", "right"), Head("at least", "right"), Head("at most", "right"), Head(), *judged,
        Head("own work", "right"), Head("net", "right"), Head(wraps=True),
    ]  # fmt: skip
    cells: list[tuple[Cell, ...]] = []
    for name, row in zip(apart(rows), rows, strict=True):
        index = row["localisation_index"]
        verdict = [Words(row["verdict"], _TONES.get(row["verdict"], ""))] if judged else []
        cells.append(
            (
                Figure(index, "share"),
                Figure(row["localisation_index_min"], "share", tone="quiet"),
                Figure(row["localisation_index_max"], "share", tone="quiet"),
                Bar(_float(index), 8),
                *verdict,
                Figure(row["provider_self_containment"], "share"),
                Figure(row["net_patient_flow"], "ratio"),
                name,
            )
        )
    return Grid(heads, cells, dense=True)


# ── the rest ────────────────────────────────────────────────────────────────────────────────────


def _providers(found: FlowResult) -> Iterator[Block]:
    table = found.tables["providers"]
    for level, key in found.plan.levels.items():
        rows = table[table["layer"] == key]
        if rows.empty or rows["code"].nunique() > MOST_LINES:
            continue
        yield Heading(f"Where residents of each {level} go")
        for _, group in rows.groupby("code", sort=True):
            yield text(group["name"].iloc[0])
            yield lines("rlw", map(_provider, group.to_dict("records")), depth=3)


def _provider(row: Row) -> tuple[Cell, ...]:
    named = row["where"] == "outside" and isinstance(row["host_name"], str)
    home = f", in {row['host_name']}" if named else ""
    return Figure(row["share"], "share"), row["where"], f"{row['provider_name']}{home}"


def _catchments(found: FlowResult) -> Iterator[Block]:
    table = found.tables["catchment_areas"]
    for level, key in found.plan.levels.items():
        # of hospitals beyond the plan only the fringe of the catchment is known
        host = hosts(found.plan, key)
        beyond = [] if isinstance(host, Missing) else host.beyond
        rows = table[(table["layer"] == key) & (table["method"] == "first_past_the_post")]
        rows = rows[~rows["provider"].isin(beyond)]
        if rows.empty:
            continue
        spread = rows.groupby("provider")["effective_areas"].first().astype(float)
        several = spread[spread > ONE_AREA].sort_values(ascending=False, kind="stable")
        yield Heading(f"Catchments across more than one {level} (people whose main provider it is)")
        yield text(f"{len(spread) - len(several):,} of {count(len(spread), 'catchment')} lie in one {level}")
        cells: list[tuple[Cell, ...]] = []
        for provider, areas in several.head(MOST_LINES).items():
            group = rows[rows["provider"] == provider]
            for i, row in enumerate(group.head(3).to_dict("records")):
                first = f"{row['provider_name']}: " if i == 0 else ""
                effective = Figure(areas, "ratio", " areas") if i == 0 else ""
                people, share = Figure(row["population"]), Figure(row["share"], "share")
                cells.append((effective, people, share, f"{first}{row['name']}"))
        yield lines("rrrw", cells, depth=2)
        yield from more(len(several) - MOST_LINES, "", depth=2, tone="quiet")


def _periphery(found: FlowResult) -> Iterator[Block]:
    summary, table = found.tables["periphery"], found.tables["periphery_providers"]
    for level, key in found.plan.levels.items():
        rows = summary[summary["layer"] == key]
        if rows.empty:
            continue
        metres = float(rows["distance_m"].iloc[0])
        yield Heading(f"At the edge of each {level}: people within {metres / 1000:g} km of its land border")
        looking = rows[rows["misaligned_units"] > 0]
        yield text(f"in {len(looking):,} of {count(len(rows), 'area')} some look to a hospital elsewhere")
        lost = sum(_float(v) for v in rows["unknown"] if _known(v))
        if lost:
            yield text(
                f"of {number(lost)} people nobody can tell: their main provider, or its place, is unknown"
            )
        order = looking.assign(size=[_float(v) for v in looking["misaligned"]])
        order = order.sort_values(["size", "code"], ascending=[False, True])
        for row in order.head(MOST_LINES).to_dict("records"):
            of = f"{shown(row['misaligned'], 'count')} of {shown(row['population'], 'count')} people"
            yield text(f"{row['name']}: {of} look elsewhere", depth=2)
            parts = table[(table["layer"] == key) & (table["code"] == row["code"])]
            yield lines("rw", map(_elsewhere, parts.head(3).to_dict("records")), depth=4)
        yield from more(len(order) - MOST_LINES, "", depth=2, tone="quiet")


def _elsewhere(part: Row) -> tuple[Cell, ...]:
    home = f" in {part['host_name']}" if isinstance(part["host_name"], str) else ""
    of = f" from {part['part_name']}" if isinstance(part["part_name"], str) else ""
    return Figure(part["population"]), f"{of} to {part['provider_name']}{home}".strip()


def _agreement(found: FlowResult) -> Iterator[Block]:
    table = found.tables["agreement"]
    if table.empty:
        return
    yield Heading("Which layer fits the catchments best? (V-measure, 1 = the same map)")
    heads = [Head(h, "right") for h in ("V", "homogeneity", "completeness", "VI", "areas")]
    names = ("homogeneity", "completeness", "variation_of_information")
    rows = [
        (
            Figure(row["v_measure"], "index", tone="strong"), *(Figure(row[k], "index") for k in names),
            Figure(row["areas"]), row["layer"],
        )
        for row in table.to_dict("records")
    ]  # fmt: skip
    yield Grid([*heads, Head(wraps=True)], rows)
    yield text(
        "homogeneity: each catchment lies in one area; completeness: each area belongs to one catchment",
        tone="quiet",
    )


# ── figures, which may be hidden ────────────────────────────────────────────────────────────────


def _known(value: Any) -> bool:
    return isinstance(value, (int, float)) and is_known(value)


def _float(value: Any) -> float:
    return float(value) if _known(value) else float("nan") if value != HIDDEN else 0.0


# ── as values ───────────────────────────────────────────────────────────────────────────────────


def record(report: Report) -> dict[str, Any]:
    """Return flows as plain Python values (see `footprint schema flows`)."""
    found: FlowResult = report.found
    return {
        "version": VERSION,
        "plan": plan_record(found.plan),
        "suppression": found.plan.suppress,
        "summary": counts(found.findings),
        "findings": [finding(f) for f in found.findings],
        "skipped": skips(found.skipped),
        "tables": {name: records(frame) for name, frame in found.tables.items()},
    }


def write_csv(report: Report, stream: TextIO) -> None:
    """Write one of the FLOW_TABLES."""
    name = report.table or "flows"
    FLOW_TABLES[name].write_csv(report.found.tables[name], stream)
