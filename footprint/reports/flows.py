"""Patient flows: who stays inside, whose catchments cross the line, who at the edge looks elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from footprint.checks import catalogue, rule_codes
from footprint.measure.flows import FLOW_TABLES
from footprint.measure.hosts import hosts
from footprint.model.errors import Missing
from footprint.model.finding import counts
from footprint.model.suppression import HIDDEN
from footprint.model.words import clean, count, number, percent, short
from footprint.reports.json import dump, finding, plan_record, records
from footprint.reports.terminal import (
    bar,
    draws,
    finding_lines,
    grid,
    inputs_lines,
    line,
    show,
    skipped_lines,
    title,
)

if TYPE_CHECKING:
    import pandas as pd

    from footprint.plan.model import Plan
    from footprint.results.result import FlowResult

VERSION = 1
# More areas than this are shown from the lowest index up, and the rest is counted.
MOST_AREAS = 45
MOST_LINES = 10
# What rounding leaves of a catchment that lies wholly in one area.
ONE_AREA = 1 + 1e-9


def write(found: FlowResult, name: str, stream: TextIO, table: str = "flows") -> None:
    """Write flows as "terminal", "json", or one table of them as "csv"."""
    if name == "json":
        dump(document(found), stream)
    elif name == "csv":
        FLOW_TABLES[table].write_csv(found.tables[table], stream)
    else:
        show(stream, _terminal(found, not draws(stream)))


def document(found: FlowResult) -> dict[str, Any]:
    """Return everything as plain Python values (see `footprint schema flows`)."""
    return {
        "version": VERSION,
        "plan": plan_record(found.plan),
        "suppression": found.plan.suppress,
        "summary": counts(found.findings),
        "findings": [finding(f) for f in found.findings],
        "skipped": [{"rule": s.rule, "reason": s.reason} for s in found.skipped],
        "tables": {name: records(frame) for name, frame in found.tables.items()},
    }


def _terminal(found: FlowResult, ascii_only: bool) -> Iterator[RenderableType]:
    plan = found.plan
    when = f" · {plan.date.day} {plan.date:%B %Y}" if plan.date else ""
    yield Text(clean(plan.title) + when, style="bold")
    yield line(described(plan), indent=0)
    for assumption in plan.assumptions:
        yield line(Text("Assumed: ", style="bold"), assumption, indent=0)
    if plan.suppress:
        yield line("Counts of 1 to 7 are shown as *, others to the nearest 5 (HES).", indent=0)
    yield from inside_lines(plan, found.tables["flows"], ascii_only)
    yield from _providers(found)
    yield from _catchments(found)
    yield from _periphery(found)
    yield from _agreement(found)
    shown = [code for table in ("inside", "periphery", "catchments") for code in rule_codes(shown_in=table)]
    yield from finding_lines([f for f in found.findings if f.rule not in shown])
    yield from skipped_lines(found.skipped)
    yield from inputs_lines(plan.inputs)


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


def verdict(row: dict[Any, Any], threshold: float | None) -> str:
    """Return "reached", "below" or "cannot tell", or "" without a threshold."""
    low, high = row["localisation_index_min"], row["localisation_index_max"]
    if threshold is None:
        return ""
    if not (_known(low) and _known(high)):
        return "cannot tell"
    if low >= threshold:
        return "reached"
    return "below" if high < threshold else "cannot tell"


def inside_lines(plan: Plan, table: pd.DataFrame, ascii_only: bool) -> Iterator[RenderableType]:
    """Return the localisation index and its companions, level by level."""
    for level, key in plan.levels.items():
        rows = table[table["layer"] == key].to_dict("records")
        if not rows:
            continue
        threshold = plan.localisation_index.get(level)
        asked = f", of which a {level} should keep {threshold:.0%}" if threshold is not None else ""
        yield title(f"How much of residents' care stays inside: {level} ({key}){asked}")
        for row in rows:
            row["verdict"] = verdict(row, threshold)
        if threshold is not None:
            tally = {
                word: sum(r["verdict"] == word for r in rows) for word in ("reached", "below", "cannot tell")
            }
            told = {catalogue()[code].verdict: f" ({code})" for code in rule_codes(shown_in="inside")}
            yield line(", ".join(f"{n:,} {word}{told.get(word, '')}" for word, n in tally.items() if n))
        without = [r for r in rows if threshold is None and r["provider_activity"] == 0]
        rows = [r for r in rows if r not in without]
        if without:
            yield line(f"{count(len(without), 'area')} without any of the providers, so nothing stays inside")
        rows.sort(key=lambda r: (_float(r["localisation_index"]), r["code"]), reverse=len(rows) <= MOST_AREAS)
        shown = rows if len(rows) <= MOST_AREAS else rows[:MOST_AREAS]
        if shown:
            yield Padding(_inside_table(shown, threshold, ascii_only), (0, 0, 0, 2), expand=False)
        if len(rows) > len(shown):
            yield line(
                f"and {len(rows) - len(shown):,} with more; see them all with --format csv",
                style="bright_black",
            )
    if len(table):
        yield line(
            "inside: residents' activity at providers in the area, and the most it can be; own work: share "
            "of those providers' activity that is for residents; net: patients coming in for each one "
            "going out",
            style="bright_black",
        )


def _inside_table(rows: list[dict[Any, Any]], threshold: float | None, ascii_only: bool) -> Table:
    out = Table(box=None, padding=(0, 1, 0, 0), show_edge=False, header_style="bright_black")
    judged = threshold is not None
    for heading in ("inside", "at most", ""):
        out.add_column(heading, justify="left" if heading == "" else "right", no_wrap=True)
    if judged:
        out.add_column("", no_wrap=True)
    for heading in ("own work", "net"):
        out.add_column(heading, justify="right", no_wrap=True)
    out.add_column("", overflow="fold")
    for row in rows:
        index = row["localisation_index"]
        style = {"below": "yellow", "cannot tell": "cyan"}.get(row.get("verdict", ""), "")
        cells = [
            Text(_percent(index)),
            Text(_percent(row["localisation_index_max"]), style="bright_black"),
            Text(bar(_float(index), 8, ascii_only), style="blue"),
        ]
        if judged:
            cells.append(Text(row["verdict"], style=style))
        cells += [
            Text(_percent(row["provider_self_containment"])),
            Text(_ratio(row["net_patient_flow"])),
            Text(clean(short(row["name"]))),
        ]
        out.add_row(*cells)
    return out


# ── the rest ────────────────────────────────────────────────────────────────────────────────────


def _providers(found: FlowResult) -> Iterator[RenderableType]:
    table = found.tables["providers"]
    for level, key in found.plan.levels.items():
        rows = table[table["layer"] == key]
        if rows.empty:
            continue
        areas = rows["code"].nunique()
        if areas > MOST_LINES:
            continue
        yield title(f"Where residents of each {level} go")
        for _, group in rows.groupby("code", sort=True):
            yield line(clean(group["name"].iloc[0]))
            out = grid("right", "left", "fold")
            for row in group.to_dict("records"):
                named = row["where"] == "outside" and isinstance(row["host_name"], str)
                home = f", in {row['host_name']}" if named else ""
                out.add_row(
                    Text(_percent(row["share"])),
                    Text(row["where"]),
                    Text(clean(f"{row['provider_name']}{home}")),
                )
            yield Padding(out, (0, 0, 0, 6), expand=False)


def _catchments(found: FlowResult) -> Iterator[RenderableType]:
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
        yield title(f"Catchments across more than one {level} (people whose main provider it is)")
        yield line(f"{len(spread) - len(several):,} of {count(len(spread), 'catchment')} lie in one {level}")
        out = grid("right", "right", "right", "fold")
        for provider, areas in several.head(MOST_LINES).items():
            group = rows[rows["provider"] == provider]
            for i, row in enumerate(group.head(3).to_dict("records")):
                out.add_row(
                    Text(f"{areas:.2f} areas" if i == 0 else ""),
                    Text(_number(row["population"])),
                    Text(_percent(row["share"])),
                    Text(clean(f"{row['provider_name']}: {row['name']}" if i == 0 else row["name"])),
                )
        yield Padding(out, (0, 0, 0, 4), expand=False)
        if len(several) > MOST_LINES:
            yield line(f"and {len(several) - MOST_LINES:,} more", indent=4, style="bright_black")


def _periphery(found: FlowResult) -> Iterator[RenderableType]:
    summary, table = found.tables["periphery"], found.tables["periphery_providers"]
    for level, key in found.plan.levels.items():
        rows = summary[summary["layer"] == key]
        if rows.empty:
            continue
        metres = float(rows["distance_m"].iloc[0])
        yield title(f"At the edge of each {level}: people within {metres / 1000:g} km of its land border")
        looking = rows[rows["misaligned_units"] > 0]
        yield line(f"in {len(looking):,} of {count(len(rows), 'area')} some look to a hospital elsewhere")
        lost = sum(_float(v) for v in rows["unknown"] if _known(v))
        if lost:
            yield line(
                f"of {number(lost)} people nobody can tell: their main provider, or its place, is unknown"
            )
        order = looking.assign(size=[_float(v) for v in looking["misaligned"]])
        order = order.sort_values(["size", "code"], ascending=[False, True])
        for row in order.head(MOST_LINES).to_dict("records"):
            yield line(
                f"{row['name']}: {_number(row['misaligned'])} of {_number(row['population'])} people look "
                "elsewhere",
                indent=4,
            )
            out = grid("right", "fold")
            parts = table[(table["layer"] == key) & (table["code"] == row["code"])]
            for part in parts.head(3).to_dict("records"):
                home = f" in {part['host_name']}" if isinstance(part["host_name"], str) else ""
                of = f" from {part['part_name']}" if isinstance(part["part_name"], str) else ""
                out.add_row(
                    Text(_number(part["population"])),
                    Text(clean(f"{of} to {part['provider_name']}{home}".strip())),
                )
            yield Padding(out, (0, 0, 0, 8), expand=False)
        if len(order) > MOST_LINES:
            yield line(f"and {len(order) - MOST_LINES:,} more", indent=4, style="bright_black")


def _agreement(found: FlowResult) -> Iterator[RenderableType]:
    table = found.tables["agreement"]
    if table.empty:
        return
    yield title("Which layer fits the catchments best? (V-measure, 1 = the same map)")
    out = Table(box=None, padding=(0, 2, 0, 0), show_edge=False, header_style="bright_black")
    for heading in ("V", "homogeneity", "completeness", "VI", "areas"):
        out.add_column(heading, justify="right", no_wrap=True)
    out.add_column("")
    for row in table.to_dict("records"):
        out.add_row(
            Text(f"{row['v_measure']:.3f}", style="bold"),
            *(f"{row[k]:.3f}" for k in ("homogeneity", "completeness", "variation_of_information")),
            f"{row['areas']:,}",
            clean(row["layer"]),
        )
    yield Padding(out, (0, 0, 0, 2), expand=False)
    yield line(
        "homogeneity: each catchment lies in one area; completeness: each area belongs to one catchment",
        style="bright_black",
    )


# ── figures, which may be hidden ────────────────────────────────────────────────────────────────


def _known(value: Any) -> bool:
    return isinstance(value, (int, float)) and value == value


def _float(value: Any) -> float:
    return float(value) if _known(value) else float("nan") if value != HIDDEN else 0.0


def _percent(value: Any) -> str:
    return HIDDEN if value == HIDDEN else percent(value)


def _number(value: Any) -> str:
    return HIDDEN if value == HIDDEN else number(value)


def _ratio(value: Any) -> str:
    if value == HIDDEN:
        return HIDDEN
    return f"{value:.2f}" if _known(value) else "–"
