"""The boundary report as one page: it needs no network, no server and no installed program.

Everything stands in the one file: styles, scripts, the map and its data. A policy in its head forbids
whatever else a browser could fetch or run, so that a name in an input file can do nothing.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from footprint.checks import vocabulary
from footprint.measure.figures import hospital_levels
from footprint.model import words
from footprint.model.suppression import SUPPRESSED
from footprint.model.version import VERSION
from footprint.model.words import agree, clean, count, day
from footprint.plan.naming import many, one
from footprint.reports import tables
from footprint.reports.as_html import charts, mapdata
from footprint.reports.as_html.paper import html
from footprint.reports.content import firmness, measures
from footprint.reports.content.change import proposals
from footprint.reports.content.findings import CODE, by_file, by_reason, gravity, guessed, ordered
from footprint.reports.content.flows import by_index, reached
from footprint.reports.content.message import message_of
from footprint.reports.content.methods import methods
from footprint.reports.content.severity import grave
from footprint.reports.content.verdict import verdict_of
from footprint.reports.document import Details, text
from footprint.reports.harmless import for_script
from footprint.reports.maps.palette import SEVERITY
from footprint.reports.maps.svg import svg_map
from footprint.reports.values import pieces_in
from footprint.results.changes import sentences
from footprint.results.nearby import here

if TYPE_CHECKING:
    from footprint.reports.board import Board
    from footprint.reports.document import Block

# Of more places with findings the rest waits behind a line that opens.
OPEN = 24
# So many rows a reader scans; longer tables open on demand.
ROWS = 30
_HERE = files("footprint.reports.as_html")
_URL = re.compile(r"url\([^)]*\)")


def save(board: Board, path: Path) -> None:
    """Write the page."""
    path.write_text(page(board), encoding="utf-8", newline="\n")


def page(board: Board) -> str:
    """Return the page."""
    script = f"{_leaflet('leaflet.js')}\n{_text('page.js')}"
    layers = mapdata.shown(board)
    known = layers.scales
    with ThreadPoolExecutor(1) as aside:
        # outlines are simplified while the rest is written; the map's data stand at the end
        aside.submit(lambda: layers.shapes)
        return (
            _environment()
            .get_template("page.html.j2")
            .render(
                board=board,
                document=board.document,
                flows=board.flows,
                comparison=board.comparison,
                places=places(board),
                days=[day(step.effective_date) for step in proposals(board.change)] if board.change else [],
                message=message_of(board.result, board.change),
                technical=_technical(board),
                layer_words=partial(many, board.plan),
                layer_word=partial(one, board.plan),
                told=partial(told, board),
                map_data=lambda: for_script(mapdata.map_data(board, layers)),
                missing=layers.missing,
                has_map=bool(layers.layers),
                where={f"{n}" for n in layers.places},
                key_of_map=_key_of_map({layer.key for layer in layers.layers}),
                accountable=bool(board.document["tables"].get("functions")),
                measured=measured(board),
                firm=Markup("".join(html(firm_blocks(board)))),
                answers=answers(board),
                hospital_layers=[key for _, key in hospital_levels(board.plan)],
                guessed=[
                    (Path(sources[0].path).name, told)
                    for sources in by_file(board.plan.inputs)
                    for told in guessed(sources)
                ],
                skipped=list(by_reason(board.result.skipped).items()),
                style=_style(),
                script=script,
                script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
                version=VERSION,
                verdict=list(verdict_of(board)),
                static_map=svg_map(board, known=known) if layers.layers else "",
            )
        )


def _key_of_map(keys: set[str]) -> str:
    """Return what the marks mean that the map shows at first; the layers below it name them all."""
    told = {
        "moves": "Cross-hatched: ground that moves.",
        "split_pieces": "Hatched: the smaller part of what is split.",
        "providers": "Rings: providers of care.",
    }
    kinds = {key.partition("-")[0] for key in keys}
    return " ".join(words for kind, words in told.items() if kind in kinds)


@cache
def _environment() -> Environment:
    # every value is escaped unless it is marked as ours
    env = Environment(
        loader=FunctionLoader(_text), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=_harmless,
    )  # fmt: skip
    env.filters |= {
        "shown": shown,
        "capital": words.capital,
        "number": lambda v: words.shown(v, "count"),
        "percent": lambda v: words.shown(v, "share"),
        "grave": lambda f: grave(f["severity"], f["accepted"]),
        "icon": lambda f: charts.icon("accepted" if f["accepted"] is not None else f["severity"]),
    }
    env.globals |= {
        "column": tables.column,
        "table_named": tables.table,
        "methods": methods,
        "charts": charts,
        "agree": agree,
        "count": count,
        "evidence_rows": evidence_rows,
        "pieces_in": pieces_in,
        "file_name": lambda path: Path(path).name,
        "rows_open": ROWS,
        "open_findings": OPEN,
        "only": only,
        "by_index": by_index,
        "reached": reached,
        "suppressed": SUPPRESSED,
    }
    return env


def _harmless(value: Any) -> Any:
    """Return text without control characters; markup of our own stays as it is."""
    if type(value) is str:
        return "\n".join(clean(line) for line in value.split("\n"))
    return "" if value is None else value


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _leaflet(name: str) -> str:
    """Return a file of Leaflet, without the map of its sources, which a browser would ask for."""
    text = (files("xstatic.pkg.leaflet") / "data" / name).read_text(encoding="utf-8")
    return re.sub(r"//# sourceMappingURL=.*", "", text)


def _style() -> str:
    # the pictures of Leaflet's own controls are not used here, and must not be asked for
    return f"{_URL.sub('none', _leaflet('leaflet.css'))}\n{charts.colours(SEVERITY)}\n{_text('page.css')}"


# ── what the page shows ─────────────────────────────────────────────────────────────────────────


def places(board: Board) -> list[dict[str, Any]]:
    """Return findings by the place that they are about, gravest and largest first; what is not here last.

    Each place has its `name`, `what` it is in words, a `tip` with codes, whether the change concerns it
    (`here`; all places where there is none), and `findings` with (number, finding) of the JSON.
    """
    numbers = {id(f): n for n, f in board.numbered()}
    near = None if board.change is None else {id(f) for f in here(board.change, board.result.findings)}
    found: dict[tuple[str, str, bool], dict[str, Any]] = {}
    for finding in sorted(ordered(board.result.findings), key=gravity):
        n = numbers[id(finding)]
        area, close = finding.area, near is None or id(finding) in near
        kind = many(board.plan, finding.layer)
        key = (finding.layer, "" if area is None else area.code, close)
        group = found.setdefault(
            key,
            {
                "name": words.capital(kind) if area is None else area.name,
                "what": "as a whole" if area is None else f"among the {kind}",
                "tip": f"layer {finding.layer}" if area is None else f"{area.code}, layer {finding.layer}",
                "here": close,
                "findings": [],
            },
        )
        group["findings"].append((n, board.document["findings"][n - 1]))
    return list(found.values())


def told(board: Board, finding: dict[str, Any]) -> Markup:
    """Return the message of a finding of the JSON: codes stand in tooltips on the names before them."""
    named = [finding["area"], *finding["others"]]
    names = {area["code"]: area["name"] for area in named if area}
    message, made, at = finding["message"], Markup(), 0
    for found in CODE.finditer(message):
        before, code = message[at : found.start()], found[1]
        name = names.get(code, "")
        if not name and board.plan.providers is not None:
            name = board.plan.providers.name(code)
        if name and before.endswith(name):
            made += clean(before[: -len(name)])
            made += Markup('<span title="{}">{}</span>').format(code, clean(name))
        else:
            made += clean(f"{before}{found[0]}")
        at = found.end()
    return made + clean(message[at:])


def firm_blocks(board: Board) -> list[Block]:
    """Return how firm the verdicts are; nothing where all of them are."""
    grid = firmness.grid(board.result)
    return [text(f"{firmness.tally(board.result)}."), grid] if grid.rows else []


def measured(board: Board) -> Markup:
    """Return the measures of a plan, a table each; of a change with both sides. "" where it has none."""
    grids = list(measures.tables(board.result))
    if board.change is not None and grids:
        told = measures.changed(board.change, "Measures of the areas that the change touches, before → after")
        grids.insert(0, told)
    blocks: list[Block] = []
    for grid in grids:
        opens = len(grid.rows) > ROWS
        blocks.append(Details(f"{grid.caption}: {count(len(grid.rows), 'row')}", [grid]) if opens else grid)
    # every text in it is escaped there
    return Markup("".join(html(blocks)))


def answers(board: Board) -> list[str]:
    """Return whose answer to "who is accountable" a change alters, a sentence each."""
    return [] if board.change is None else sentences(board.change.accountability)


def _technical(board: Board) -> bool:
    """Return whether there is a table for the annex."""
    compared = board.comparison is not None and bool(board.comparison["tables"]["agreement"])
    fits = board.flows is not None and bool(board.flows["tables"]["agreement"])
    return compared or fits or bool(board.document["tables"].get("best_fit"))


def evidence_rows(finding: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the evidence of a finding of the JSON: name, meaning and value of each field."""
    known = vocabulary()
    return [
        {"field": name, "meaning": known.get(name, ""), "value": value}
        for name, value in finding["evidence"].items()
        if name != "kind" and value is not None
    ]


def only(rows: Iterable[dict[str, Any]], **wanted: Any) -> list[dict[str, Any]]:
    """Return the rows that have these values."""
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def shown(value: Any, name: str, table: str = "") -> str:
    """Return a value of a column as a reader sees it; an en dash where it is unknown."""
    kind = tables.column(name, table).kind
    # nobody reads millions of square metres
    return words.shown(value, "area" if kind == "m2" else kind)


__all__ = ["evidence_rows", "page", "places", "save", "shown"]
