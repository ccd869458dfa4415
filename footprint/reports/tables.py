"""Every table of a report by its name, and every column: the place to look one up.

Most are declared where they are made; here are those that only reports have.
"""

from __future__ import annotations

from footprint.checks import vocabulary
from footprint.drawing.drawn import DRAWN
from footprint.geometry.overlap import OVERLAP
from footprint.measure.bestfit import BEST_FIT
from footprint.measure.compactness import COMPACTNESS
from footprint.measure.firmness import FIRMNESS
from footprint.measure.flows import FLOW_TABLES
from footprint.measure.interface_tables import INTERFACES
from footprint.measure.leads import TABLES as ACCOUNTABILITY
from footprint.measure.measures import BALANCE, MEASURES
from footprint.measure.people import POPULATION
from footprint.model.columns import LAYER, LEVEL_IF_ANY, LINE
from footprint.model.schema import Column, Table, in_words
from footprint.model.source import INPUTS
from footprint.results.option_tables import SIDE_BY_SIDE
from footprint.results.tables import COMPARED

_NUMBER = Column("number", "No.", "count", "The number by which every part of a report refers to a finding.")
_RULE = Column("rule", kind="code")
_AREA = (Column("area_code", "Area", "code"), Column("area_name", "Area name"))
_SHARES_OF = Column("denominator", "Shares are of")

FINDINGS = Table(
    "findings",
    "Findings",
    "A row for each finding; the columns from Evidence on hold the numbers that it rests on.",
    (
        _NUMBER,
        Column("severity", meaning="error: must be settled; warning: should be; note: to know."),
        Column(
            "change", meaning="new: brought by the change; known: there before it; resolved: gone with it."
        ),
        _RULE,
        Column("name", "Rule name"),
        LAYER,
        LEVEL_IF_ANY,
        *_AREA,
        Column("people", "People concerned", "count"),
        Column("message", "Finding"),
        Column("hint", "How to settle it"),
        Column("accepted", "Accepted because"),
        Column("others", "Other areas"),
        Column("file", meaning="The file whose line is the cause, where one is known."),
        LINE,
        Column(
            "kind", "Evidence",
            meaning="What it rests on: lookup, units (best fit), geometry (outlines), population or flow.",
        ),
    ),
    "No rule has found anything.",
)  # fmt: skip
PIECES = Table(
    "pieces",
    "Pieces",
    "A row for each piece, or other area, that a finding names with its people, area or share.",
    (
        _NUMBER,
        Column("change", meaning="As of its finding: new, known or resolved."),
        _RULE,
        LAYER,
        *_AREA,
        Column("other_code", "Other area", "code"),
        Column("other_name", "Other area name"),
        Column("shares_of_source", "Share", "share"),
        Column("people_in_pieces", "People in the piece", "count"),
        Column("areas_m2", "Area of the piece, m²", "m2"),
        Column("widths_m", "Width of the piece, m", "metres"),
        _SHARES_OF,
    ),
    "No finding is about pieces.",
)
SKIPPED = Table(
    "skipped",
    "Skipped",
    "A row for each rule, or part of its work, that could not be done.",
    (_RULE, Column("reason"), Column("outcome")),
    "Nothing was skipped.",
)
METHODS = Table(
    "methods",
    "Methods",
    "A row for each method, in words.",
    (Column("subject"), Column("method", "How it is done")),
    "",
)

TABLES = {
    table.name: table
    for table in (
        FINDINGS,
        PIECES,
        OVERLAP.adding(Column("source_name"), Column("target_name")),
        POPULATION,
        BEST_FIT,
        *FLOW_TABLES.values(),
        *ACCOUNTABILITY,
        *COMPARED.values(),
        INTERFACES,
        COMPACTNESS,
        FIRMNESS,
        MEASURES,
        BALANCE,
        *SIDE_BY_SIDE.values(),
        *DRAWN.values(),
        SKIPPED,
        INPUTS.adding(Column("side", "Read for")),
        METHODS,
    )
}
"""By name. The agreement of a comparison is called `change_agreement`."""

_EVIDENCE = {
    column.name: column
    for column in (
        Column("pieces", kind="count"),
        Column("shares_of_source", "Share", "share"),
        _SHARES_OF,
        Column("people", "People concerned", "count"),
        Column("people_in_pieces", "People in the piece", "count"),
        Column("units", "Units concerned", "count"),
        Column("area_m2", "Area concerned, m²", "m2"),
        Column("areas_m2", "Area of the piece, m²", "m2"),
        Column("width_m", "Width, m", "metres"),
        Column("widths_m", "Width of the piece, m", "metres"),
        Column("tolerance_m", "Tolerance, m", "metres"),
        Column("tolerance_reason", "Tolerance because"),
        Column("count", kind="count"),
        Column("features", "Features of the file", "count"),
        Column("rings", "Invalid rings", "count"),
        Column("area_change_m2", "Area change, m²", "m2"),
        Column("largest_change_m2", "Largest change, m²", "m2"),
        Column("total", "People in all", "count"),
        Column("difference", "Difference, people", "count"),
        Column("band", "Band, people"),
        Column("band_low", "Band from", "count"),
        Column("band_high", "Band to", "count"),
        Column("distance", "People from the band", "count"),
        Column("population_source", "Population from"),
        Column("assumption", "Assumed"),
        Column("resolution_m", "Detail of outlines, m", "metres"),
        Column("resolution_other_m", "Detail of other outlines, m", "metres"),
        Column("vintage", "Vintage stated", "year"),
        Column("year", "Year of the change", "year"),
        Column("jaccard", kind="index"),
        Column("localisation_index", kind="share"),
        Column("localisation_index_min", "Localisation index, least", "share"),
        Column("localisation_index_max", "Localisation index, most", "share"),
        Column("localisation_index_if_local", "Localisation index if local", "share"),
        Column("threshold", kind="share"),
        Column("activity", "Activity concerned", "count"),
        Column("inside", "Of it inside", "count"),
        Column("share", "Share concerned", "share"),
        Column("distance_m", "Within, m", "metres"),
        Column("effective_areas", kind="ratio"),
        Column("method", "Catchments by"),
        Column("functions", "Functions concerned"),
        Column("kind_of_body", "Kind of body"),
        Column("lines", "Lines of the table"),
        Column("least_providers", "Providers asked for", "count"),
        Column("providers_unplaced", "Providers nobody can place", "count"),
        Column("measure"),
        Column("value", "Figure", "ratio"),
        Column("least", "At least", "ratio"),
        Column("most", "At most", "ratio"),
        Column("range_low", "Range from", "ratio"),
        Column("range_high", "Range to", "ratio"),
        Column("measure_source", "Figures from"),
        Column("range_source", "Range from whom"),
        Column("interfaces", "Bodies to deal with", "count"),
        Column("interfaces_before", "Bodies before the change", "count"),
    )
}
"""Evidence of findings as a reader sees it; what it means its rules say."""


def column(name: str, table: str = "") -> Column:
    """Return a column of a table; of an unknown one its name in words, and what it holds as it is.

    Evidence is a column of the findings. Without a table, and of one that does not have it, it is the
    first that any table has by this name.
    """
    if table == FINDINGS.name and name in (fields := vocabulary()):
        return _EVIDENCE.get(name, Column(name)).but(meaning=fields[name])
    named = TABLES.get(table)
    for each in (named, *TABLES.values()) if named else TABLES.values():
        if name in each.by_name:
            return each.by_name[name]
    return Column(name, meaning=vocabulary().get(name, ""))


def table(name: str) -> Table:
    """Return a table; of an unknown one its name in words."""
    return TABLES.get(name) or Table(name, in_words(name), "", ())
