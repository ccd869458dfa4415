"""Boundary files by their endings: which drivers of GDAL may open what, and how its bytes begin.

A file is what its name says. GDAL judges by content, and would open a virtual data set, which names other
files and addresses, under any name; so bytes are looked at before it sees them.
"""

from __future__ import annotations

import re
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.words import listing

PARQUET = (".parquet", ".geoparquet", ".pq")


_JSON = ("GeoJSON", "GeoJSONSeq", "TopoJSON", "ESRIJSON")

DRIVERS: dict[str, tuple[str, ...]] = {
    ".shp": ("ESRI Shapefile",),
    ".gpkg": ("GPKG",),
    ".geojson": _JSON,
    ".json": _JSON,
    ".geojsonl": _JSON[:2],
    ".topojson": ("TopoJSON",),
    ".fgb": ("FlatGeobuf",),
    ".gdb": ("OpenFileGDB",),
    ".kml": ("LIBKML", "KML"),
    ".gml": ("GML",),
    **dict.fromkeys(PARQUET, ()),
}
"""Ending → drivers of GDAL that may open such a file; pyarrow reads Parquet."""


BOUNDARY_ENDINGS = tuple(DRIVERS)


def is_drawn(path: Path) -> bool:
    """Return whether a file holds outlines or points and no table, by its ending; Parquet may be either."""
    ending = path.suffix.lower()
    return ending == ".zip" or (ending in DRIVERS and ending not in PARQUET)


_CONVERT = "Convert it: ogr2ogr areas.gpkg {}"
_OF_SHAPEFILE = "Name the .shp beside it, which it belongs to."
# Other files with outlines that people have: what they are, and what to do with them.
_OTHERS = {
    ".kmz": ("is KML in an archive (KMZ)", "Unpack it as a zip file, and name the .kml in it."),
    **dict.fromkeys(
        (".ndjson", ".jsonl", ".geojsons", ".geojsonseq", ".ldjson"),
        ("is JSON with a feature a line, by its ending", "Call it .geojsonl."),
    ),
    **dict.fromkeys((".gz", ".7z", ".rar", ".tar", ".tgz"), ("is packed", "Unpack it.")),
    **dict.fromkeys(
        (".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx"), ("is a part of a shapefile", _OF_SHAPEFILE)
    ),
    **dict.fromkeys((".tab", ".mif", ".mid"), ("is of MapInfo", _CONVERT)),
    **dict.fromkeys((".dxf", ".gpx", ".sqlite", ".wkt"), ("is in another format of outlines", _CONVERT)),
}  # fmt: skip


def other_format(path: Path) -> InputError | None:
    """Return the error for a file of a format that is not read, with what to do; None for other endings."""
    if (found := _OTHERS.get(path.suffix.lower())) is None or path.is_dir():
        return None
    return InputError(path, f"{found[0]}, which footprint does not read", found[1].format(path.name))


def refuse_unread(path: Path) -> None:
    """Raise InputError for a file in a folder that may hold areas or rows, in a format that is not read."""
    if path.suffix.lower() in (".xls", ".ods"):
        raise InputError(path, "is a spreadsheet", "Save its sheet as 'CSV UTF-8'.")
    other = other_format(path)
    if other is not None and other.remedy != _OF_SHAPEFILE:  # which is read with the others
        raise other


# What the bytes of a file begin with, and what it is then.
_BEGINNINGS = {
    ".gpkg": (b"SQLite format 3\0", "GeoPackage"),
    ".fgb": (b"fgb\x03fgb", "FlatGeobuf file"),
}


def ending_of(path: Path) -> str:
    """Return the ending of a boundary file in lower case; InputError for one that none has."""
    ending = path.suffix.lower()
    if ending not in DRIVERS:
        if (other := other_format(path)) is not None:
            raise other
        told = f"'{ending}' is no ending of one" if ending else "its name has no ending"
        raise InputError(
            path,
            f"cannot be read as a boundary file ({told})",
            f"Files with geometry end in {listing(BOUNDARY_ENDINGS, 20)}, or in .zip.",
        )
    return ending


def require_beginning(opened: Path, path: Path) -> None:
    """Raise InputError, in the name of `path`, where a file does not begin as its ending says."""
    beginning, name = _BEGINNINGS.get(opened.suffix.lower(), (b"", ""))
    if not beginning:
        return
    with opened.open("rb") as stream:
        if stream.read(len(beginning)) != beginning:
            raise InputError(path, f"is no {name}, which its name says", "Fetch or export it again.")


_AS_CSV = "Save its sheet as 'CSV UTF-8'."
# How what is no text begins, what it is then, and what to do with it.
_NO_TEXT = (
    (b"PK\x03\x04", "is a ZIP archive or a workbook, and no text", f"Unpack it. {_AS_CSV}"),
    (b"\x1f\x8b", "is packed (gzip), and no text", "Unpack it."),
    (b"\xd0\xcf\x11\xe0", "is an old workbook (.xls), and no text", _AS_CSV),
    (b"PAR1", "is Parquet, and no text", "Give it the ending .parquet."),
)  # fmt: skip
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"
_JSON_TEXT = re.compile(rb'\s*(\[\s*)?\{\s*"[^"]*"\s*:')


def require_text(path: Path, beginning: bytes) -> None:
    """Raise InputError for the first bytes of a file of another format, where delimited text is needed."""
    if beginning.startswith(b"PK") and _OPEN_DOCUMENT in beginning[:200]:
        raise InputError(path, "is an OpenDocument spreadsheet (.ods)", _AS_CSV)
    for start, fault, remedy in _NO_TEXT:
        if beginning.startswith(start):
            raise InputError(path, fault, remedy)
    if _JSON_TEXT.match(beginning):
        raise InputError(path, "is JSON, where a table is needed", "Write it as CSV or Parquet.")
