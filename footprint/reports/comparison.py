"""A change: what it resolves, breaks and leaves, who moves, and both sides before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from footprint.checks import catalogue
from footprint.model.finding import Finding, counts
from footprint.model.words import area_text, clean, count, number, percent
from footprint.reports.json import dump, finding, plan_record, records
from footprint.reports.terminal import finding_line, grid, inputs_lines, line, show, skipped_lines, title
from footprint.results.changes import sentences
from footprint.results.tables import COMPARED

if TYPE_CHECKING:
    import pandas as pd

    from footprint.model.proposal import Proposal
    from footprint.results.comparison import Comparison

VERSION = 1
MOST = 12
_CHANGES = ("created", "abolished", "changed", "renamed", "recoded")


def write(found: Comparison, name: str, stream: TextIO, table: str = "areas") -> None:
    """Write a comparison as "terminal", "json", or one table of it as "csv"."""
    if name == "json":
        dump(document(found), stream)
    elif name == "csv":
        COMPARED[table].write_csv(getattr(found, table), stream)
    else:
        show(stream, _terminal(found))


def summary(found: Comparison) -> str:
    """Return the one sentence that a chair can read out."""
    resolved, new, remaining = ([f for f in each if _counts(f)] for each in _groups(found))
    people = found.people_who_move
    moves = "nobody moves"
    if people > 0:
        moves = f"{count(round(people), 'person moves', 'people move')}"
    elif len(found.moves):
        ground = float(found.moves["area_m2"].sum())
        counted = "where nobody lives" if people == 0 else "with people that nobody has counted"
        moves = f"{area_text(ground)} move, {counted}"
    if (joining := found.people_who_join) > 0:
        moves += f"; {count(round(joining), 'person comes', 'people come')} with an area that joins another"
    return f"resolves {len(resolved):,}, breaks {len(new):,}, leaves {len(remaining):,}; {moves}"


def _groups(found: Comparison) -> tuple[list[Finding], list[Finding], list[Finding]]:
    return found.resolved, found.new, found.remaining


def _counts(f: Finding) -> bool:
    """Return whether a finding is one that a summary counts: no mere note, not accepted, not said twice."""
    return f.severity.rank < 2 and f.accepted is None and not f.repeats


def document(found: Comparison) -> dict[str, Any]:
    """Return everything as plain Python values (see `footprint schema compare`)."""
    resolved, new, remaining = _groups(found)
    after = found.after.plan
    return {
        "version": VERSION,
        "before": plan_record(found.before.plan),
        "after": plan_record(after),
        "proposals": [_proposal(p) for p in proposals(found)],
        "summary": {
            "sentence": summary(found),
            "resolved": counts(resolved),
            "new": counts(new),
            "remaining": counts(remaining),
            "people_who_move": _plain(found.people_who_move),
            "people_who_join": _plain(found.people_who_join),
        },
        "resolved": [finding(f) for f in resolved],
        "new": [finding(f) for f in new],
        "remaining": [finding(f) for f in remaining],
        "skipped": [{"rule": s.rule, "reason": s.reason} for s in found.after.skipped],
        "tables": {name: records(getattr(found, name)) for name in COMPARED},
    }


def _plain(value: float) -> float | None:
    return None if value != value else int(value) if value == int(value) else value


def proposals(found: Comparison) -> list[Proposal]:
    """Return the proposals that lead from the one plan to the other, first to last."""
    steps: list[Proposal] = []
    plan = found.after.plan
    while plan.proposal is not None and plan is not found.before.plan:
        steps.insert(0, plan.proposal.proposal)
        plan = plan.proposal.base
    return steps


def _proposal(given: Proposal) -> dict[str, Any]:
    return {
        "title": given.title,
        "effective_date": given.effective_date.isoformat(),
        "legislation_url": given.legislation_url or None,
        "consultation_url": given.consultation_url or None,
        "path": str(given.path),
    }


# ── terminal ────────────────────────────────────────────────────────────────────────────────────


def _terminal(found: Comparison) -> Iterator[RenderableType]:
    steps = proposals(found)
    heading = "; ".join(p.title for p in steps) or f"{found.before.plan.title} → {found.after.plan.title}"
    yield Text(clean(heading), style="bold")
    for p in steps:
        day = p.effective_date
        links = "".join(f", {url}" for url in (p.legislation_url, p.consultation_url) if url)
        yield line(f"from {day.day} {day:%B %Y}, on {found.before.plan.title}{links}", indent=0)
    yield Text(summary(found).capitalize(), style="bold")
    for assumption in found.after.plan.assumptions:
        yield line(Text("Assumed: ", style="bold"), assumption, indent=0)
    yield from _moves(found)
    yield from _accountability(found)
    yield from _areas(found)
    yield from _agreement(found.agreement)
    yield from _repeated(found)
    resolved, new, remaining = _groups(found)
    yield from _findings("Resolved", resolved)
    yield from _findings("New", [f for f in new if not f.repeats])
    yield from _findings("Remaining", remaining)
    yield from skipped_lines(found.after.skipped)
    yield from inputs_lines(found.after.plan.inputs)


def _moves(found: Comparison) -> Iterator[RenderableType]:
    table = found.moves
    yield title("Who moves")
    if table.empty:
        yield line("nobody")
        return
    out = grid("right", "right", "right", "fold")
    for row in table.head(MOST).to_dict("records"):
        out.add_row(
            Text(f"{number(row['population'])} people"),
            Text(count(row["units"], "unit") if row["units"] else ""),
            Text("" if row["area_m2"] != row["area_m2"] else area_text(row["area_m2"])),
            Text(clean(f"{row['from_name']} → {row['to_name']}")),
        )
    yield Padding(out, (0, 0, 0, 2), expand=False)
    if len(table) > MOST:
        yield line(f"and {len(table) - MOST:,} more; see them all with --format csv --table moves")


def _accountability(found: Comparison) -> Iterator[RenderableType]:
    if found.before.plan.accountability is None and found.after.plan.accountability is None:
        return
    yield title("Who is accountable (before → after)")
    told = sentences(found.accountability)
    for sentence in told[:MOST]:
        yield line(sentence)
    if not told:
        yield line("nobody's answer changes")
    if len(told) > MOST:
        yield line(f"and {len(told) - MOST:,} more; see them all with --format csv --table accountability")


def _areas(found: Comparison) -> Iterator[RenderableType]:
    table = found.areas
    tally = table["change"].value_counts()
    yield title("Areas before and after")
    yield line(
        ", ".join(f"{tally[c]:,} {c}" for c in (*_CHANGES, "untouched") if c in tally) or "nothing to compare"
    )
    shown = table[~table["change"].isin(("untouched",))]
    if shown.empty:
        return
    judged = shown[["localisation_index_before", "localisation_index_after"]].notna().any(axis=None)
    out = Table(box=None, padding=(0, 2, 0, 0), show_edge=False, header_style="bright_black")
    out.add_column("", overflow="fold")
    out.add_column("", no_wrap=True)
    out.add_column("people", justify="right", no_wrap=True)
    out.add_column("band", no_wrap=True)
    if judged:
        out.add_column("stays inside", justify="right", no_wrap=True)
    for row in shown.head(2 * MOST).to_dict("records"):
        renamed = isinstance(row["before_name"], str) and row["before_name"] != row["name"]
        name = f"{row['name']} (was {row['before_name']})" if renamed else row["name"]
        cells = [
            Text(clean(name)),
            Text(row["change"]),
            Text(_pair(row["population_before"], row["population_after"], number)),
            Text(_pair_words(row["status_before"], row["status_after"])),
        ]
        if judged:
            index = (row["localisation_index_before"], row["localisation_index_after"])
            cells.append(Text(_pair(*index, lambda v: v if isinstance(v, str) else percent(v))))
        out.add_row(*cells)
    yield Padding(out, (0, 0, 0, 2), expand=False)
    if len(shown) > 2 * MOST:
        yield line(f"and {len(shown) - 2 * MOST:,} more; see them all with --format csv")


def _pair(before: float, after: float, shown: Any) -> str:
    one, other = shown(before), shown(after)
    return one if one == other else f"{one} → {other}"


def _pair_words(before: object, after: object) -> str:
    one, other = (v.lower() if isinstance(v, str) else "–" for v in (before, after))
    return one if one == other else f"{one} → {other}"


def _agreement(table: pd.DataFrame) -> Iterator[RenderableType]:
    if table.empty:
        return
    yield title("Do the boundaries line up? (before → after)")
    out = Table(box=None, padding=(0, 2, 0, 0), show_edge=False, header_style="bright_black")
    for heading in ("", "nested", "split", "one to one", "V-measure"):
        out.add_column(heading, justify="left" if not heading else "right", no_wrap=True)
    for row in table.to_dict("records"):
        cells = [_pair(row[f"{k}_before"], row[f"{k}_after"], number) for k in ("nested", "split", "same")]
        cells.append(
            _pair(row["v_measure_before"], row["v_measure_after"], lambda v: "–" if v != v else f"{v:.3f}")
        )
        out.add_row(clean(f"{row['source']} in {row['target']}"), *cells)
    yield Padding(out, (0, 0, 0, 2), expand=False)


def _repeated(found: Comparison) -> Iterator[RenderableType]:
    for rule in catalogue().values():
        if rule.repeats and (broken := [f for f in found.new if f.rule == rule.code]):
            yield from _findings(f"{rule.repeats} ({rule.code})", broken)


def _findings(heading: str, findings: Iterable[Finding]) -> Iterator[RenderableType]:
    every = sorted(findings, key=lambda f: f.severity.rank)
    yield title(f"{heading}: {count(len(every), 'finding')}" if every else f"{heading}: none")
    for f in every[:MOST]:
        yield from finding_line(f)
    if len(every) > MOST:
        more = count(len(every) - MOST, "more finding")
        yield line(f"and {more}; see them all with --format json", indent=6, style="bright_black")
