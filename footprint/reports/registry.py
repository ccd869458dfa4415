"""The formats of reports: a row a format, and a module that is called like it (or is named).

Command line, help and the messages that list formats read them from here. A module writes a
`report.Report` to a stream (`write(report, stream)`) where it has no ending, and saves what there is to
a file (`save(found, path, …)`) where it has one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """A format: its name or the ending of its files, of what it is, and its module."""

    name: str
    of: tuple[str, ...]
    """Of which kinds of report: modules of `content`; "board", a boundary report in a file; "choice", options
    side by side in a file; "map", a picture; "boundaries", footprints for other programs."""
    module: str
    """In this package."""
    ending: str = ""
    """Of a file; "" where it is written to a stream."""
    tells_assumptions: bool = True
    """Whether the assumptions stand in it; the command line tells them where not."""
    in_words: bool = False
    """Whether it is written to a stream for people to read, with all that is told of the inputs."""


CHECK = "check"
ANSWERS = (
    CHECK, "change", "options", "flows", "who", "draw", "overlap", "inspect", "codes", "followed", "rules",
)  # fmt: skip
"""What is told in the terminal."""

FORMATS: list[Format] = [
    Format("terminal", ANSWERS, "as_terminal", in_words=True),
    Format("json", ANSWERS, "as_json"),
    Format("csv", ANSWERS, "as_csv", tells_assumptions=False),
    Format("sarif", (CHECK,), "as_sarif"),
    Format("junit", (CHECK,), "as_junit"),
    Format("github", (CHECK,), "as_github"),
    Format("gitlab", (CHECK,), "as_gitlab", tells_assumptions=False),
    Format("markdown", ANSWERS, "as_markdown", in_words=True),
    Format("page", ("board",), "as_html", ".html"),
    Format("workbook", ("board",), "as_excel", ".xlsx"),
    Format("board paper", ("board",), "as_word", ".docx"),
    Format("markdown", ("board",), "as_markdown", ".md"),
    Format("map layers", ("board",), "as_geopackage", ".gpkg"),
    Format("page", ("choice",), "as_html.paper", ".html"),
    Format("workbook", ("choice",), "as_excel", ".xlsx"),
    Format("board paper", ("choice",), "as_word", ".docx"),
    Format("markdown", ("choice",), "as_markdown", ".md"),
    Format("picture", ("map",), "maps.figure", ".png"),
    Format("drawing", ("map",), "maps.figure", ".svg"),
    Format("print", ("map",), "maps.figure", ".pdf"),
    Format("GPKG", ("boundaries",), "as_boundary", ".gpkg"),
    Format("ESRI Shapefile", ("boundaries",), "as_boundary", ".shp"),
    Format("GeoJSON", ("boundaries",), "as_boundary", ".geojson"),
    Format("FlatGeobuf", ("boundaries",), "as_boundary", ".fgb"),
    Format("GeoParquet", ("boundaries",), "as_boundary", ".parquet"),
    Format("lookup", ("boundaries",), "lookup", ".csv"),
]

TABLES: dict[str, tuple[str, ...]] = {
    "flows": (
        "flows", "providers", "catchments", "catchment_areas", "periphery", "periphery_providers",
        "agreement",
    ),
    "change": ("areas", "moves", "agreement", "accountability", "interfaces", "measures"),
    "options": ("scorecard", "choices", "dominance", "option_findings"),
    "draw": ("options", "areas", "impossible", "crossings"),
    "who": (
        "footprints", "functions", "care", "edges", "interfaces", "changes",
        "bodies", "leads", "subsidiarity",
    ),
}  # fmt: skip
"""Kind of report → its tables, of which a format that holds one takes any; the first where none is named."""

PAPERS: dict[str, tuple[float, float]] = {
    "slide": (254.0, 142.875),
    "a4": (210.0, 297.0),
    "a4-landscape": (297.0, 210.0),
}
"""Name of a size of maps → width and height, mm. A slide is 16 to 9."""


def names(of: str) -> list[str]:
    """Return the names of the formats of a kind of report that are written to a stream."""
    return [each.name for each in FORMATS if of in each.of and not each.ending]


def endings(of: str) -> dict[str, Format]:
    """Return the formats of a kind of file by their endings."""
    return {each.ending: each for each in FORMATS if of in each.of and each.ending}


def named(name: str, of: str = CHECK) -> Format:
    """Return the format of a kind of report that has a name."""
    return next(each for each in FORMATS if each.name == name and of in each.of and not each.ending)


def listed(found: dict[str, Format]) -> str:
    """Return endings for a sentence: ".html, .xlsx or .md"."""
    *most, last = found
    return f"{', '.join(most)} or {last}" if most else last
