"""Who is accountable somewhere: where it lies, who leads what there, where its care takes place."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from footprint.model.errors import InputError
from footprint.model.suppression import HIDDEN, hes_count, published_share
from footprint.model.words import clean, count, listing, number, percent, short, spreadsheet_safe
from footprint.read.files import sha256
from footprint.reports.json import dump, plain, records
from footprint.reports.terminal import accountability_rows, draws, grid, line, show, title
from footprint.results.who.tables import ANSWERED

if TYPE_CHECKING:
    from footprint.results.who.answer import Answer, Footprint, Lead
    from footprint.results.who.care import CareOf
    from footprint.results.who.question import Who

VERSION = 1
TABLES = (
    "footprints", "functions", "care", "edges", "changes", "bodies", "leads", "subsidiarity",
)  # fmt: skip
_BODIES = {"bodies": "body", "kinds": "kind", "roles": "role"}
"""Column of a flat table of footprints → field of each body."""
MOST = 6
"""Providers, and areas of a layer, that are told one by one."""


def write(
    found: Who, name: str, stream: TextIO, table: str | None = None, suppress: str | None = None
) -> None:
    """Write an answer as "terminal", "json", or one of its TABLES as "csv".

    `suppress` is the rule by which small numbers are kept in. Raises InputError for a table that the
    question has no answer in.
    """
    if name == "json":
        dump(document(found, suppress), stream)
    elif name == "csv":
        _csv(found, table, stream, suppress)
    else:
        show(stream, _terminal(found, not draws(stream), suppress))


# ── json and csv ────────────────────────────────────────────────────────────────────────────────


def document(found: Who, suppress: str | None = None) -> dict[str, Any]:
    """Return everything as plain Python values (see `footprint schema who`)."""
    codes, given = found.codes, found.answer
    inputs = [*codes.inputs, *(found.care.inputs if found.care is not None else ())]
    return {
        "version": VERSION,
        "plan": {
            "title": codes.title,
            "date": codes.date and codes.date.isoformat(),
            "population_source": codes.people_source or None,
            "flow_source": (found.care.source or None) if found.care is not None else None,
            "assumptions": list(codes.assumptions),
            "notes": list(found.notes),
            "inputs": [
                {"role": role, "path": path, "sha256": sha256(Path(path.split("::")[0]))}
                for role, path in inputs
                if Path(path.split("::")[0]).is_file()
            ],
        },
        "suppression": suppress,
        "subject": None if given is None else _subject(given),
        "footprints": [] if given is None else footprints(given),
        "functions": [] if given is None else functions(given),
        "unknown": [] if given is None else list(given.unknown),
        "care": None if found.care is None else care(found.care, suppress),
        "edges": None if found.edges is None else [_plain(asdict(each)) for each in found.edges],
        "proposals": [
            {"title": p.title, "effective_date": p.effective_date.isoformat(), "path": str(p.path)}
            for p in found.proposals
        ],
        "proposed": None
        if found.proposed is None
        else {"footprints": footprints(found.proposed), "functions": functions(found.proposed)},
        "changes": None if found.changes is None else records(found.changes),
        "map": None if found.map is None else {name: records(frame) for name, frame in found.map.items()},
    }


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: plain(value) for key, value in row.items()}


def _subject(given: Answer) -> dict[str, Any]:
    s = given.subject
    return _plain(
        {
            "kind": s.kind, "layer": s.layer, "code": s.code, "name": s.name, "units": len(s.units),
            "population": s.people, "easting": s.easting, "northing": s.northing,
        }
    )  # fmt: skip


def footprints(given: Answer) -> list[dict[str, Any]]:
    """Return a row for each area that the subject lies in or holds, with its bodies."""
    return [
        _plain(
            {
                "layer": f.layer, "level": f.level, "kind": f.kind, "code": f.code, "name": f.name,
                "relation": f.relation, "share": f.share, "share_of_area": f.share_of_area,
                "population": f.people, "units": f.units,
            }
        )
        | {"bodies": [{"body": b.body, "kind": b.kind, "role": b.role or None} for b in f.bodies]}
        for f in given.footprints
    ]  # fmt: skip


def functions(given: Answer) -> list[dict[str, Any]]:
    """Return a row for each function and body that leads it for the subject or a part of it."""
    rows = (asdict(each) for each in given.functions)
    names = {"people": "population"}
    return [_plain({names.get(k, k): v for k, v in row.items() if k != "beside"}) for row in rows]


def care(given: CareOf, suppress: str | None) -> list[dict[str, Any]]:
    """Return a row for each provider, most activity first, as it may be published."""
    rows = []
    whole = sum(each.activity for each in given.rows)
    for each in given.rows:
        activity: Any = each.activity if suppress is None else hes_count(each.activity)
        share: Any = each.share if suppress is None else published_share(each.share, whole)
        rows.append(
            {
                "provider": each.provider or None, "name": each.name, "area": each.area,
                "activity": plain(activity), "share": HIDDEN if activity == HIDDEN else plain(share),
            }
        )  # fmt: skip
    return rows


def _csv(found: Who, table: str | None, stream: TextIO, suppress: str | None) -> None:
    held = document(found, suppress)
    if table is None:
        table = "footprints" if found.answer is not None else "functions" if found.map else "changes"
    if found.map is not None:
        rows = held["map"].get(table)
    else:
        rows = held.get(table) if found.answer is not None or table == "changes" else None
    if rows is None:
        raise InputError(None, f"this answer has no table '{table}'", _why_not(found, table))
    if table == "footprints":
        rows = [_flat(row) for row in rows]
    columns = list(rows[0]) if rows else _headings(found, table)
    out = csv.writer(stream, lineterminator="\n")
    out.writerow(columns)
    for row in rows:
        out.writerow([spreadsheet_safe(v) if isinstance(v, str) else v for v in row.values()])


def _headings(found: Who, table: str) -> list[str]:
    """Return the columns of a table without rows."""
    frames = {**(found.map or {}), **({} if found.changes is None else {"changes": found.changes})}
    if table in frames:
        return list(frames[table].columns)
    names = ANSWERED[table].names
    return names if table != "footprints" else [n for n in names if n != "bodies"] + list(_BODIES)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    bodies = row["bodies"]
    return {k: v for k, v in row.items() if k != "bodies"} | {
        name: "; ".join(body[key] or "" for body in bodies) for name, key in _BODIES.items()
    }


def _why_not(found: Who, table: str) -> str:
    if table == "edges":
        return "Add --edge."
    if table == "changes":
        return "Add --changes PROPOSAL."
    if table == "care" and found.answer is not None:
        return "The plan has no flows of these units."
    if found.map is not None:
        return f"Of a plan as a whole there are: {listing(found.map)}."
    return "That is a table of a plan as a whole: leave the code out."


# ── terminal ────────────────────────────────────────────────────────────────────────────────────


def _terminal(found: Who, ascii_only: bool, suppress: str | None) -> Iterator[RenderableType]:
    codes, given = found.codes, found.answer
    when = f" · {codes.date.day} {codes.date:%B %Y}" if codes.date else ""
    if given is None:
        yield Text(clean(codes.title) + when, style="bold")
    else:
        yield Text(clean(_heading(found, given)), style="bold")
        yield line(f"{codes.title}{when}", indent=0)
    for assumption in codes.assumptions:
        yield line(Text("Assumed: ", style="bold"), assumption, indent=0)
    if found.map is not None:
        yield from _map(found, ascii_only)
    if given is not None:
        yield from _footprints(given)
        yield from _functions(found, given)
        if found.care is not None:
            yield from _care(found.care, suppress)
        yield from _edges(found, given)
    if found.changes is not None:
        yield from _changes(found)


def _heading(found: Who, given: Answer) -> str:
    s = given.subject
    named = s.name if s.name == s.code else f"{s.name} ({s.code})"
    if s.kind == "point":
        named = f"{s.easting:.0f},{s.northing:.0f} (easting, northing), in {named}"
    people = "" if s.people is None else f": {number(s.people)} people"
    units = f", {count(len(s.units), 'unit')}" if s.kind == "area" and found.codes.units else ""
    return f"{named}{people}{units}"


def _footprints(given: Answer) -> Iterator[RenderableType]:
    yield title("Where it lies")
    table = grid("left", "right", "fold")
    for key in dict.fromkeys(f.layer for f in given.footprints):
        rows = [f for f in given.footprints if f.layer == key]
        held = [f for f in rows if f.relation == "holds"]
        shown = [f for f in rows if f.relation != "holds"]
        # of many small areas inside only the number is told; of a few their names
        if len(held) > MOST:
            named = f"holds {len(held):,} areas: {listing((f.name for f in held), 3)}"
            table.add_row(_layer(held[0]), Text(""), Text(clean(named)))
        else:
            shown += held
        for f in shown:
            table.add_row(_layer(f), Text(_part(f)), Text(clean(f"{short(f.name)} ({f.code}){_relation(f)}")))
    yield Padding(table, (0, 0, 0, 2), expand=False)
    for told in given.unknown:
        yield line(f"not known: {told}")


def _layer(f: Footprint) -> Text:
    return Text(_level(f.level, f.layer))


def _level(level: str | None, layer: str) -> str:
    return layer if level in (None, layer) else f"{level} ({layer})"


def _part(f: Footprint) -> str:
    if f.relation in ("in", "same"):
        return ""
    return percent(f.share)


def _relation(f: Footprint) -> str:
    return {
        "same": ", the same ground",
        "in": "",
        "holds": ", all of it" if f.share_of_area is not None else "",
        "part": "" if f.share_of_area is None else f", {percent(f.share_of_area)} of it",
    }[f.relation]


def _functions(found: Who, given: Answer) -> Iterator[RenderableType]:
    if found.codes.accountability is None:
        yield title("Who is accountable")
        yield line("the plan does not say ([accountability])")
        return
    yield title("Who is accountable")
    bodies = [(f, b) for f in given.footprints for b in f.bodies if f.relation != "holds"]
    for level in dict.fromkeys(each.level for each in given.functions):
        led: dict[str, list[Lead]] = {}
        for each in given.functions:
            if each.level == level:
                led.setdefault(each.function, []).append(each)
        groups: dict[tuple[tuple[str | None, str | None, str], ...], list[str]] = {}
        firsts: dict[tuple[tuple[str | None, str | None, str], ...], str] = {}
        for name, rows in led.items():
            key = tuple((r.body, r.role, _for_whom(r)) for r in rows)
            note = f" (delegated from {rows[0].delegated_from})" if rows[0].delegated_from else ""
            groups.setdefault(key, []).append(f"{name}{note}")
            firsts.setdefault(key, name)
        yield line(Text(f"led at {level}", style="bold"))
        for answering, names in groups.items():
            yield line("; ".join(names), indent=4)
            for body, role, whom in answering[:MOST]:
                told = "nobody" if body is None else f"{body} ({role})" if role else body
                yield line(f"{told}{whom}", indent=8, style="red" if body is None else "")
            if len(answering) > MOST:
                yield line(f"and {len(answering) - MOST:,} more", indent=8, style="bright_black")
            together = [each.body or "" for each in led[firsts[answering]] if each.beside]
            if together:
                told = f"{listing(together)} answer for the same people: no single one is accountable"
                yield line(told, indent=8, style="red")
    if not given.functions:
        yield line("no function is led at a level of the plan")
    leading = {each.body for each in given.functions}
    others = [(f, b) for f, b in bodies if b.body not in leading]
    if others:
        yield line(Text("other bodies", style="bold"))
        for f, b in others:
            role = f", {b.role}" if b.role else ""
            part = f" for {percent(f.share)}" if f.relation == "part" else ""
            yield line(f"{b.body} ({b.kind}{role}){part}", indent=4)


def _for_whom(each: Lead) -> str:
    return f" for {percent(each.share)}" if each.share < 1 else ""


def _care(given: CareOf, suppress: str | None) -> Iterator[RenderableType]:
    yield title(
        "Where its residents' care takes place" + (f" ({clean(given.source)})" if given.source else "")
    )
    if suppress:
        yield line("Counts of 1 to 7 are shown as *, others to the nearest 5 (HES).")
    rows = care(given, suppress)
    if not rows:
        yield line("the flows have no activity of these residents")
        return
    table = grid("right", "right", "fold")
    for row, each in zip(rows[:MOST], given.rows, strict=False):
        share = HIDDEN if row["share"] == HIDDEN else percent(row["share"])
        amount = row["activity"] if row["activity"] == HIDDEN else number(row["activity"])
        home = f", in {each.area_name or each.area}" if each.area else ""
        shown = "" if given.kind == "proportion" else amount
        table.add_row(Text(share), Text(shown), Text(clean(f"{row['name']}{home}")))
    yield Padding(table, (0, 0, 0, 2), expand=False)
    if len(rows) > MOST:
        yield line(f"and {len(rows) - MOST:,} more; see them all with --format csv --table care")
    for note in given.notes:
        yield line(note, style="bright_black")


def _edges(found: Who, given: Answer) -> Iterator[RenderableType]:
    if found.edges is None:
        if given.subject.kind != "area":
            yield Text("")
            yield line(
                "How far the nearest edge is: add --edge (outlines are read then).", indent=0,
                style="bright_black",
            )  # fmt: skip
        return
    yield title("How far the nearest edge is")
    table = grid("left", "right", "fold")
    for e in found.edges:
        what = _level(e.level, e.layer)
        if e.distance_m is None:
            table.add_row(Text(what), Text("–"), Text("no other area near"))
            continue
        far = f"{e.distance_m / 1000:,.1f} km" if e.distance_m >= 1000 else f"{e.distance_m:,.0f} m"
        table.add_row(Text(what), Text(far), Text(clean(f"to {e.beyond_name} ({e.beyond})")))
    yield Padding(table, (0, 0, 0, 2), expand=False)


def _changes(found: Who) -> Iterator[RenderableType]:
    from footprint.results.changes import sentences

    assert found.changes is not None
    yield title("What changes with " + clean("; ".join(p.title for p in found.proposals)))
    if found.answer is not None and found.proposed is not None:
        yield from _moved(found.answer.footprints, found.proposed.footprints)
    told = sentences(found.changes)
    for sentence in told:
        yield line(sentence)
    if not told and found.codes.accountability is None:
        yield line("which bodies answer the plan does not say ([accountability])")
    elif not told:
        yield line("the same bodies answer as before")


def _moved(before: Iterable[Footprint], after: Iterable[Footprint]) -> Iterator[RenderableType]:
    """Return the layers in which the subject lies elsewhere, or in an area of another name."""
    was, now = (
        {
            key: [f"{f.name} ({f.code})" for f in rows if f.layer == key and f.relation != "holds"]
            for key in dict.fromkeys(f.layer for f in rows)
        }
        for rows in (list(before), list(after))
    )
    for key in dict.fromkeys([*was, *now]):
        one, other = was.get(key, []), now.get(key, [])
        if one != other:
            yield line(f"{key}: {listing(one, 3) or 'no area'} → {listing(other, 3) or 'no area'}")


def _map(found: Who, ascii_only: bool) -> Iterator[RenderableType]:
    """Show the functions and decisions map of a plan."""
    assert found.map is not None
    table, leads = found.map["functions"], found.map["leads"]
    used = table[table["in_force"]]
    for level in dict.fromkeys(used["level"].dropna()):
        yield title(f"Led at {level}")
        out = grid("fold", "fold", "fold")
        for row in used[(used["level"] == level)].to_dict("records"):
            where = leads[(leads["function"] == row["function"]) & (leads["level"] == level)]
            lacking = int(where["body"].isna().sum())
            told = f"{row['lead']} ({where['body'].nunique():,})" if row["leads"] else "led elsewhere"
            told += f", none in {count(lacking, 'area')}" if lacking else ""
            notes = [f"delegated from {row['delegated_from']}"] if row["delegated_from"] else []
            notes += [row["conditions"]] if row["conditions"] else []
            out.add_row(
                Text(clean(row["function"])),
                Text(clean(told)),
                Text(clean("; ".join(notes)), style="bright_black"),
            )
        yield Padding(out, (0, 0, 0, 2), expand=False)
    yield title("At which level functions are led")
    yield from accountability_rows(found.map["subsidiarity"], ascii_only)
    yield Text("")
    yield line("Who answers somewhere: footprint who CODE", indent=0)


__all__ = ["TABLES", "document", "write"]
