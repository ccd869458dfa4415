"""What a reader sees of the tables of a run: titles, headings in plain English, and the kind of each column.

The tables are those of the JSON documents, and go by the same names. Workbook, board paper and page
take their headings from here, so that one thing is called by one name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from footprint.checks import vocabulary
from footprint.model.words import area_text, count, number, percent

Kind = Literal["text", "code", "count", "share", "index", "ratio", "m2", "metres", "year", "date"]
"""How a column is shown: counts with thousands separators, shares as percentages, indices between 0
and 1 with three decimals, ratios with two."""


@dataclass(frozen=True)
class Column:
    """A column as a reader sees it."""

    heading: str
    kind: Kind = "text"
    meaning: str = ""
    """What the heading leaves open, in one sentence; "" where it says it all."""


@dataclass(frozen=True)
class Table:
    """A table as a reader sees it."""

    title: str
    """What it is called; short enough for the tab of a sheet (31 characters)."""
    rows: str
    """What a row is, and what a reader has to know first, in one or two sentences."""
    none: str
    """Why it may have no rows."""


_SUPPRESSED = "* is a small number that is kept in."
_PIECES = "in the order of the other areas"

COLUMNS: dict[str, Column] = {
    # what a row is about
    "number": Column("No.", "count", "The number by which every part of a report refers to a finding."),
    "layer": Column("Layer"),
    "level": Column("Level"),
    "code": Column("Code", "code"),
    "name": Column("Name"),
    "source_layer": Column("Source layer"),
    "source": Column("Source", "code"),
    "source_name": Column("Source name"),
    "target_layer": Column("Target layer"),
    "target": Column("Target", "code"),
    "target_name": Column("Target name"),
    "unit": Column("Unit", "code"),
    "area": Column("Area", "code"),
    "provider": Column("Provider", "code"),
    "provider_name": Column("Provider name"),
    "host": Column("Host", "code", "The area that the provider stands in."),
    "host_name": Column("Host name"),
    "part_layer": Column("Part layer"),
    "part": Column("Part", "code"),
    "part_name": Column("Part name"),
    # findings
    "severity": Column("Severity", meaning="error: must be settled; warning: should be; note: to know."),
    "change": Column("Change"),
    "rule": Column("Rule", "code"),
    "rule_name": Column("Rule name"),
    "area_code": Column("Area", "code"),
    "area_name": Column("Area name"),
    "others": Column("Other areas"),
    "other_code": Column("Other area", "code"),
    "other_name": Column("Other area name"),
    "message": Column("Finding"),
    "hint": Column("How to settle it"),
    "accepted": Column("Accepted because"),
    "file": Column("File", meaning="The file whose line is the cause, where one is known."),
    "line": Column("Line", "count"),
    # sizes
    "population": Column("People", "count"),
    "people": Column("People concerned", "count"),
    "units": Column("Units", "count", "Units are the smallest areas that carry a population."),
    "area_m2": Column("Area, m²", "m2"),
    "width_m": Column(
        "Width, m", "metres",
        "Twice the radius of the largest circle inside; measured only where width decides.",
    ),
    # overlap
    "share_of_source": Column("Share of source's people", "share"),
    "share_of_target": Column("Share of target's people", "share"),
    "area_share_of_source": Column("Share of source's area", "share"),
    "area_share_of_target": Column("Share of target's area", "share"),
    "verdict": Column(
        "Verdict",
        meaning="nested: the source lies in this target; same: one to one; split: a true piece; sliver: a "
        "narrow false overlap of outlines that were drawn apart, not counted as a split.",
    ),
    "evidence": Column(
        "Evidence",
        meaning="What the verdict rests on: lookup (exact), units (best fit) or geometry (outlines alone).",
    ),
    # population
    "band": Column("Band, people"),
    "status": Column("Status", meaning="BELOW, WITHIN or ABOVE the band of its level, both ends inclusive."),
    "distance": Column("People from the band", "count", "People missing (negative) or too many."),
    # best fit
    "best_fit": Column("Share of unit's area inside", "share"),
    "method": Column("Method"),
    # flows
    "activity": Column("Residents' activity", "count", "All activity of the area's residents."),
    "inside": Column("Of it inside", "count", "Of that, activity at providers that stand in the area."),
    "localisation_index": Column(
        "Localisation index", "share", "Activity inside, over all activity of residents."
    ),
    "localisation_index_min": Column(
        "Localisation index, least", "share", "With all that is unknown outside."
    ),
    "localisation_index_max": Column("Localisation index, most", "share", "With all that is unknown inside."),
    "provider_self_containment": Column(
        "Provider self-containment", "share", "Activity inside, over all activity at the area's providers."
    ),
    "provider_self_containment_min": Column("Provider self-containment, least", "share"),
    "provider_self_containment_max": Column("Provider self-containment, most", "share"),
    "import_share": Column("Import share", "share", "1 minus provider self-containment."),
    "import_share_min": Column("Import share, least", "share"),
    "import_share_max": Column("Import share, most", "share"),
    "net_patient_flow": Column("Net patient flow", "ratio", "Inflow over outflow; empty without outflow."),
    "net_patient_flow_min": Column("Net patient flow, least", "ratio"),
    "net_patient_flow_max": Column("Net patient flow, most", "ratio"),
    "hhi": Column("HHI", "count", "10,000 times the sum of squared shares of the residents' providers."),
    "hhi_min": Column("HHI, least", "count"),
    "hhi_max": Column("HHI, most", "count"),
    "unknown": Column("Unknown", "count", "Activity at providers that nothing names or places."),
    "provider_activity": Column(
        "Providers' activity", "count", "Activity of anybody at providers that stand in the area."
    ),
    "where": Column("Where", meaning="Whether the provider stands inside the area."),
    "rank": Column("Rank", "count"),
    "share": Column("Share", "share"),
    "uncertain_population": Column(
        "Of them uncertain", "count",
        "People of units that suppressed counts or equal flows could give to another provider.",
    ),
    "effective_areas": Column(
        "Effective areas", "ratio", "1 over the sum of squared shares of the catchment: 1 if it lies in one."
    ),
    "distance_m": Column("Within, m", "metres", "How far from a land border the periphery reaches."),
    "misaligned": Column(
        "Of them misaligned", "count", "People whose main provider stands in another area."
    ),
    "misaligned_units": Column("Misaligned units", "count"),
    "areas": Column("Areas", "count"),
    "catchments": Column("Catchments", "count"),
    "homogeneity": Column("Homogeneity", "index", "1 where each catchment lies in one area."),
    "completeness": Column("Completeness", "index", "1 where each area lies in one catchment."),
    "v_measure": Column("V-measure", "index", "Harmonic mean of homogeneity and completeness."),
    "variation_of_information": Column("Variation of information", "index", "In nats; 0 where they agree."),
    # a change
    "before_code": Column("Code before", "code"),
    "before_name": Column("Name before"),
    "units_before": Column("Units before", "count"),
    "units_after": Column("Units after", "count"),
    "population_before": Column("People before", "count"),
    "population_after": Column("People after", "count"),
    "area_m2_before": Column("Area before, m²", "m2"),
    "area_m2_after": Column("Area after, m²", "m2"),
    "status_before": Column("Status before"),
    "status_after": Column("Status after"),
    "localisation_index_before": Column("Localisation index before", "share"),
    "localisation_index_after": Column("Localisation index after", "share"),
    "from_code": Column("From", "code"),
    "from_name": Column("From, name"),
    "to_code": Column("To", "code"),
    "to_name": Column("To, name"),
    "nested_before": Column("Nested before", "count"),
    "nested_after": Column("Nested after", "count"),
    "split_before": Column("Split before", "count"),
    "split_after": Column("Split after", "count"),
    "same_before": Column("One to one before", "count"),
    "same_after": Column("One to one after", "count"),
    "v_measure_before": Column("V-measure before", "index", "1 where the two layers agree."),
    "v_measure_after": Column("V-measure after", "index"),
    "variation_of_information_before": Column(
        "Variation of information before", "index", "In nats; 0 where the two layers agree."
    ),
    "variation_of_information_after": Column("Variation of information after", "index"),
    # who is accountable for what
    "function": Column("Function"),
    "functions": Column("Functions", "count"),
    "function_names": Column("Names of the functions"),
    "lead": Column("Led by", meaning="The kind of body that leads."),
    "delegated_from": Column("Delegated from", meaning="A level, or who else has delegated it."),
    "conditions": Column("Conditions"),
    "share_of": Column("Share is of"),
    "from": Column("From day", "date", "First day in force."),
    "to": Column("To day", "date", "Last day in force."),
    "in_force": Column("In force", meaning="At the date of the plan."),
    "leads": Column("Leads", meaning="Whether this row leads the function."),
    "body": Column("Body", meaning="Empty for people whom none answers for."),
    "body_layer": Column("Body's layer"),
    "body_area": Column("Body's area", "code", "The area that the body is of."),
    "from_body": Column("From body", meaning="Empty for nobody."),
    "to_body": Column("To body", meaning="Empty for nobody."),
    "measure": Column("Measure"),
    "amount": Column("Sum of shares given", "share"),
    "expected": Column(
        "Expected in 2018", "share", "As it was expected of these systems in 2018: a figure, no verdict."
    ),
    # provenance and skips
    "role": Column("Used for"),
    "path": Column("File"),
    "sha256": Column("SHA-256", "code", "Fingerprint of the file's bytes, to know it again by."),
    "features": Column("Rows or features", "count"),
    "crs": Column("CRS", "code", "Coordinate reference system, as the file states it."),
    "vintage": Column("Vintage", "year"),
    "resolution_m": Column("Detail of outlines, m", "metres", "Estimated from the outlines."),
    "licence": Column("Licence"),
    "side": Column("Read for"),
    "reason": Column("Reason"),
    "outcome": Column("Outcome"),
    "subject": Column("Subject"),
    # the rest of the evidence of findings
    "kind": Column(
        "Evidence",
        meaning="What it rests on: lookup, units (best fit), geometry (outlines), population or flow.",
    ),
    "pieces": Column("Pieces", "count"),
    "shares_of_source": Column("Share", "share"),
    "denominator": Column("Shares are of"),
    "people_in_pieces": Column("People in the piece", "count"),
    "areas_m2": Column("Area of the piece, m²", "m2"),
    "widths_m": Column("Width of the piece, m", "metres"),
    "tolerance_m": Column("Tolerance, m", "metres"),
    "tolerance_reason": Column("Tolerance because"),
    "count": Column("Count", "count"),
    "rings": Column("Invalid rings", "count"),
    "area_change_m2": Column("Area change, m²", "m2"),
    "largest_change_m2": Column("Largest change, m²", "m2"),
    "total": Column("People in all", "count"),
    "difference": Column("Difference, people", "count"),
    "band_low": Column("Band from", "count"),
    "band_high": Column("Band to", "count"),
    "population_source": Column("Population from"),
    "assumption": Column("Assumed"),
    "resolution_other_m": Column("Detail of other outlines, m", "metres"),
    "year": Column("Year of the change", "year"),
    "jaccard": Column("Jaccard", "index"),
    "codes": Column("Codes"),
    "kind_of_body": Column("Kind of body"),
    "levels": Column("Levels"),
    "lines": Column("Lines of the table"),
    "localisation_index_if_local": Column("Localisation index if local", "share"),
    "threshold": Column("Threshold", "share"),
}  # fmt: skip
"""Name of a column → how a reader sees it, whichever table it stands in."""

OF_TABLE: dict[tuple[str, str], Column] = {
    ("areas", "change"): Column(
        "Change",
        meaning="created, abolished, changed (other units), renamed, recoded (a new code only) or untouched.",
    ),
    ("areas", "code"): Column("Code", "code", "As it is after the change; of an abolished area, before it."),
    ("moves", "layer"): Column("Layer", meaning="Who moves in several layers has a row for each of them."),
    ("findings", "change"): Column(
        "Change", meaning="new: brought by the change; known: there before it; resolved: gone with it."
    ),
    ("pieces", "change"): Column("Change", meaning="As of its finding: new, known or resolved."),
    ("findings", "name"): Column("Rule name"),
    ("findings", "functions"): Column("Functions concerned"),
    ("findings", "activity"): Column("Activity concerned", "count"),
    ("findings", "units"): Column("Units concerned", "count"),
    ("findings", "area_m2"): Column("Area concerned, m²", "m2"),
    ("findings", "features"): Column("Features of the file", "count"),
    ("findings", "vintage"): Column("Vintage stated", "year"),
    ("findings", "method"): Column("Catchments by"),
    ("findings", "share"): Column("Share concerned", "share"),
    ("functions", "share"): Column("Share", "share", "Of all spend or activity of the plan."),
    ("bodies", "kind"): Column("Kind of body"),
    ("bodies", "role"): Column("Accountable role", meaning="Of its single accountable person."),
    ("leads", "role"): Column("Accountable role", meaning="Of the body's single accountable person."),
    ("leads", "share"): Column("Share of the area", "share", "Of its people, or else of its units."),
    ("subsidiarity", "level"): Column("Level", meaning="Empty for what no single level leads."),
    ("subsidiarity", "share"): Column(
        "Share", "share", "Of all functions, or of all spend or activity of the plan."
    ),
    ("accountability", "kind"): Column("Kind of body"),
    ("accountability", "where"): Column("Where these people live"),
    ("methods", "method"): Column("How it is done"),
    ("catchment_areas", "population"): Column("People in the area", "count"),
    ("catchment_areas", "share"): Column("Share of the catchment's people", "share"),
    ("providers", "activity"): Column("Activity", "count", "Of the area's residents at this provider."),
    ("providers", "share"): Column("Share of residents' activity", "share"),
    ("periphery", "population"): Column("People in the periphery", "count"),
    ("periphery", "units"): Column("Units in the periphery", "count"),
    ("periphery", "share"): Column("Misaligned share of people", "share"),
    ("periphery", "unknown"): Column(
        "Of them unknown", "count", "People whose main provider nothing places."
    ),
    ("periphery_providers", "population"): Column("Misaligned people", "count"),
    ("periphery_providers", "units"): Column("Misaligned units", "count"),
}
"""(Table, column) → how a reader sees it, where a column means something of its own in a table."""

"""Name of a column → heading in plain English."""
"""Name of a column → kind."""

_NO_MAP = "The plan has no functions and decisions map ([accountability])."
_NO_FLOWS = "The plan has no patient flows that can be measured, or no area that they could be measured for."

TABLES: dict[str, Table] = {
    "findings": Table(
        "Findings", "A row for each finding; the columns from Evidence on hold the numbers that it rests on.",
        "No rule has found anything.",
    ),
    "pieces": Table(
        "Pieces", "A row for each piece, or other area, that a finding names with its people, area or share.",
        "No finding is about pieces.",
    ),
    "overlap": Table(
        "Overlap", "A row for each pair of areas of two layers that share people or ground.",
        "The plan compares no two layers, or they could not be compared.",
    ),
    "population": Table(
        "Population", "A row for each area, with its people and the band of its level.",
        "The plan has no population.",
    ),
    "best_fit": Table(
        "Best fit", "A row for each unit that was put into one area by best fit and lies partly outside it.",
        "No unit that was assigned by best fit lies partly outside its area.",
    ),
    "flows": Table(
        "Flows", "A row for each area of each level: how much of residents' care stays inside. "
        f"{_SUPPRESSED}", _NO_FLOWS,
    ),
    "providers": Table(
        "Where residents go", "A row for each of the largest providers of an area's residents, inside and "
        f"outside it. {_SUPPRESSED}", _NO_FLOWS,
    ),
    "catchments": Table(
        "Catchments", f"A row for each provider and each way to draw its catchment. {_SUPPRESSED}", _NO_FLOWS,
    ),
    "catchment_areas": Table(
        "Catchments by area", "A row for each catchment, way to draw it, and area that it lies in. "
        f"{_SUPPRESSED}", _NO_FLOWS,
    ),
    "periphery": Table(
        "Periphery", "A row for each area: people near its land border, and those of them whose main "
        f"provider stands in another area. {_SUPPRESSED}",
        "The plan has no patient flows, sets no distance of the periphery, or its units have no outlines.",
    ),
    "periphery_providers": Table(
        "Periphery by provider", "A row for each area, part of it and provider that misaligned people of "
        f"its periphery go to. {_SUPPRESSED}",
        "The plan has no patient flows, sets no distance of the periphery, or nobody is misaligned.",
    ),
    "agreement": Table(
        "Fit of layers to catchments", "A row for each layer: how well it agrees with the catchments that "
        "first past the post draws.", _NO_FLOWS,
    ),
    "functions": Table(
        "Functions", "A row for each row of the table of functions: what is led at which level.", _NO_MAP,
    ),
    "bodies": Table("Bodies", "A row for each body that answers for an area.", _NO_MAP),
    "leads": Table(
        "Who leads what", "A row for each function, area of its level, and body that leads it there.",
        _NO_MAP,
    ),
    "subsidiarity": Table(
        "Subsidiarity", "A row for each level: how much is led there. A figure, no verdict.", _NO_MAP,
    ),
    "accountability": Table(
        "Who answers", "A row for each group of people for whom the body that answers changes.",
        "Nobody's answer changes, or the plans have no functions and decisions map.",
    ),
    "moves": Table(
        "Moves", "A row for each pair of areas between which people or ground move.", "Nobody moves.",
    ),
    "areas": Table(
        "Before and after", "A row for each area, before and after the change.",
        "No layer of both plans could be compared.",
    ),
    "change_agreement": Table(
        "Fit of layers", "A row for each pair of layers that both plans compare: how well they line up, "
        "before and after the change.", "No two layers are compared in both plans.",
    ),
    "skipped": Table(
        "Skipped", "A row for each rule, or part of its work, that could not be done.",
        "Nothing was skipped.",
    ),
    "inputs": Table("Provenance", "A row for each file that was read.", "No file was read."),
    "methods": Table("Methods", "A row for each method, in words.", ""),
}  # fmt: skip
"""Name of a table → how a reader sees it. The agreement of a comparison is called `change_agreement`."""

METHODS: tuple[tuple[str, str], ...] = (
    (
        "Split or nested",
        "An area is nested if it lies in one area of the other layer, and otherwise split, with the people "
        "in each piece. A verdict rests on the strongest evidence there is: a lookup of units (exact), units "
        "put into areas by best fit, or outlines alone.",
    ),
    (
        "Slivers",
        "Layers that were generalised apart overlap falsely along shared borders. Such slivers are told from "
        "true pieces by their width, which is twice the radius of the largest circle inside. They are "
        "counted and never reported as splits. Layers too coarse to tell are refused.",
    ),
    (
        "Best fit",
        "A unit belongs to the area that holds its given point, or else the largest part of it (ONS best-fit "
        "policy). The share that is truly inside is published.",
    ),
    (
        "Population bands",
        "BELOW, WITHIN or ABOVE, both ends inclusive. A band is a should: missing it is a warning unless the "
        "plan says otherwise.",
    ),
    (
        "Localisation index",
        "Activity of an area's residents at providers that stand in the area, over all their activity. "
        "Provider self-containment has the same numerator over all activity at the area's providers; the "
        "import share is the rest of it. Suppressed counts and unplaced providers are intervals, never zero: "
        "the least and the most that an index can be are given, and a threshold between them is "
        "'cannot tell'.",
    ),
    (
        "Catchments",
        "first_past_the_post gives a unit to the provider with its largest flow; proportional_flow_30 to "
        "every provider with at least 30% of it, so that catchments may overlap; proportionate shares a "
        "unit's people out by its flows.",
    ),
    (
        "Periphery",
        "Units within a stated distance of their area's land border. Those whose largest provider stands in "
        "another area are misaligned.",
    ),
    (
        "Agreement of layers",
        "V-measure is the harmonic mean of homogeneity and completeness (Rosenberg and Hirschberg 2007; "
        "Nowosad and Stepinski 2018): 1 where two divisions of the same people agree. Variation of "
        "information is 0 there, in nats.",
    ),
)
"""Methods in words: (what, how)."""

_FLOW_METHODS = ("Localisation index", "Catchments", "Periphery")


def column(name: str, table: str = "") -> Column:
    """Return how a reader sees a column; of an unknown one its name in words, and what it holds as it is."""
    found = OF_TABLE.get((table, name)) or COLUMNS.get(name)
    return found or Column(name.replace("_", " ").capitalize(), "text", vocabulary().get(name, ""))


def table(name: str) -> Table:
    """Return how a reader sees a table; of an unknown one its name in words."""
    found = TABLES.get(name)
    return found or Table(name.replace("_", " ").capitalize(), "", "There is nothing to show.")


def methods(*, flows: bool) -> list[tuple[str, str]]:
    """Return the methods in words; without flows those that are about flows are left out."""
    return [(what, how) for what, how in METHODS if flows or what not in _FLOW_METHODS]


def shown(value: Any, kind: Kind = "text") -> str:
    """Return a value of the JSON as text of its kind; an en dash where it is unknown."""
    if value is None or value == "":
        return "–"
    if isinstance(value, list):
        return "; ".join(shown(each, kind) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "date":
        day = dt.date.fromisoformat(value)
        return f"{day.day} {day:%B %Y}"
    if isinstance(value, str):
        return value
    if kind == "share":
        return percent(value)
    if kind in ("index", "ratio"):
        return f"{value:.{3 if kind == 'index' else 2}f}"
    if kind == "metres" and value < 10:
        return f"{value:.1f}"
    return str(value) if kind in ("year", "text", "code") else number(value)


@dataclass(frozen=True)
class Words:
    """A table in words, for pages that are read: not every column, and values as text."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str | list[str]]]
    """A cell is a text, or several, each a line of its own."""
    right: frozenset[int] = frozenset()
    """Places of columns of numbers."""


def moves_in_words(comparison: dict[str, Any]) -> Words:
    """Return who moves from where to where."""
    rows = [
        (
            row["layer"],
            row["from_name"],
            row["to_name"],
            shown(row["population"], "count"),
            shown(row["units"] or None, "count"),
            "–" if row["area_m2"] is None else area_text(row["area_m2"]),
        )
        for row in comparison["tables"]["moves"]
    ]
    return Words(("Layer", "From", "To", "People", "Units", "Area"), rows, frozenset((3, 4, 5)))


def areas_in_words(comparison: dict[str, Any]) -> Words:
    """Return the areas that a change touches, before and after it."""
    touched = [row for row in comparison["tables"]["areas"] if row["change"] != "untouched"]
    known = ("localisation_index_before", "localisation_index_after")
    judged = any(row[name] is not None for row in touched for name in known)
    rows = []
    for row in touched:
        renamed = row["before_name"] not in (None, row["name"])
        cells = [
            f"{row['name']} ({row['code']})" + (f", was {row['before_name']}" if renamed else ""),
            row["layer"],
            row["change"],
            _both(row, "population", "count"),
            _both(row, "status").lower(),
        ]
        rows.append((*cells, *([_both(row, "localisation_index", "share")] if judged else [])))
    headings = ("Area", "Layer", "Change", "People", "Band", *(("Localisation index",) if judged else ()))
    return Words(headings, rows, frozenset((3, 5)))


def agreement_in_words(comparison: dict[str, Any]) -> Words:
    """Return how well layers line up, before and after a change."""
    rows = [
        (
            f"{row['source']} in {row['target']}",
            *(_both(row, name, "count") for name in ("nested", "split", "same")),
            _both(row, "v_measure", "index"),
        )
        for row in comparison["tables"]["agreement"]
    ]
    headings = ("Layers", "Nested", "Split", "One to one", "V-measure")
    return Words(headings, rows, frozenset((1, 2, 3, 4)))


def subsidiarity_in_words(document: dict[str, Any]) -> Words:
    """Return how much is led at each level, beside what was expected; no rows without such a map."""
    rows = [
        (
            row["measure"],
            row["level"] or "no single level",
            number(row["functions"]),
            shown(row["share"], "share"),
            shown(row["expected"], "share"),
        )
        for row in document["tables"]["subsidiarity"]
    ]
    headings = ("Measure", "Led at", "Functions", "Share", "Expected in 2018")
    return Words(headings, rows, frozenset((2, 3, 4)))


def _both(row: dict[str, Any], name: str, kind: Kind = "text") -> str:
    """Return a value before and after, or once where it stays."""
    one, other = (shown(row[f"{name}_{side}"], kind) for side in ("before", "after"))
    return one if one == other else f"{one} → {other}"


def untouched(comparison: dict[str, Any]) -> str:
    """Return how many areas a change leaves as they are, in words; "" where it leaves none."""
    many = sum(row["change"] == "untouched" for row in comparison["tables"]["areas"])
    return f"{count(many, 'area stays as it is', 'areas stay as they are')}." if many else ""


def severity(finding: dict[str, Any]) -> str:
    """Return the severity of a finding of the JSON as reports call it: error, warning or note."""
    return {"info": "note"}.get(finding["severity"], str(finding["severity"]))


def change(finding: dict[str, Any]) -> str | None:
    """Return "new" or "known" for a finding of the JSON; None where nothing was compared."""
    return {True: "new", False: "known"}.get(finding["new"])


__all__ = [
    "COLUMNS",
    "METHODS",
    "OF_TABLE",
    "TABLES",
    "Column",
    "Kind",
    "Table",
    "Words",
    "agreement_in_words",
    "areas_in_words",
    "change",
    "column",
    "methods",
    "moves_in_words",
    "severity",
    "shown",
    "subsidiarity_in_words",
    "table",
    "untouched",
]
