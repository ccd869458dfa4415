"""One entry of the catalogue → one file: asked for in pages, judged as a whole, and written at once.

Pages are kept beside the file until it is whole, so that an interrupted download is continued. A download
that cannot be trusted leaves nothing.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import geopandas as gpd
import pandas as pd

from footprint.fetch import nomis
from footprint.fetch.catalogue import Entry
from footprint.fetch.client import Interrupted, Tell, ask
from footprint.model.errors import InputError
from footprint.model.output import written_whole
from footprint.model.sizes import size_text
from footprint.model.words import listing
from footprint.read.boundary import read_features
from footprint.read.content import content_of
from footprint.read.files import sha256
from footprint.read.lock import Locked

CRS = 27700
MOST = 2_000
"""Rows that a page is asked for at most; services give fewer where their own limit is lower."""
_CHANGED = "The service has changed since the catalogue was made: see 'footprint fetch --search'."


@dataclass(frozen=True)
class Asked:
    """What is asked of a service, page by page."""

    entry: Entry
    count: int
    page: int
    order: str
    """The column that rows are in the order of: the service's own number of a row."""
    pages: bool
    """False for a service that gives all at once."""
    edited: object
    """When the service says that its rows were last changed."""

    @property
    def query(self) -> dict[str, object]:
        """The parameters of each page, but for where it begins."""
        if self.entry.is_people:
            return nomis.query(self.entry)
        return {
            "where": "1=1",
            "outFields": ",".join(dict.fromkeys((*self.entry.columns, self.order))),
            "returnGeometry": str(not self.entry.is_table).lower(),
            **({} if self.entry.is_table else {"outSR": CRS}),
            **({"orderByFields": f"{self.order} ASC"} if self.pages else {}),
        }

    @property
    def key(self) -> str:
        """What has to be the same for pages to belong together."""
        return json.dumps([self.entry.url, self.query, self.count, self.page, str(self.edited)])


def fetch(entry: Entry, folder: Path, tell: Tell, *, force: bool = False, any_rows: bool = False) -> Locked:
    """Fetch an entry into a folder, whole or not at all; returns what the lock says of it.

    Parameters
    ----------
    folder : where the file goes, `entry.file`; made if it is not there
    tell : called with what is being done, and how far it is
    force : overwrite a file that is there
    any_rows : take another number of rows than the catalogue states

    Raises
    ------
    InputError : for an answer that cannot be trusted; Interrupted where it can be continued

    """
    target = folder / entry.file
    if target.exists() and not force:
        raise InputError(target, "is there already", "Give --force to fetch it again.")
    folder.mkdir(parents=True, exist_ok=True)
    asked = describe(entry, tell, any_rows)
    kept = folder / f".fetching-{entry.name}"
    try:
        files = list(_pages(asked, kept, tell))
        again = _count(entry, tell)
        if again != asked.count:
            raise InputError(
                entry.url,
                f"had {asked.count:,} rows and has {again:,} now",
                "It is being changed: try later.",
            )
        data = _together(asked, files)
        with written_whole(target, force=force) as part:
            _write(data, part)
    except (Interrupted, KeyboardInterrupt):
        raise
    except BaseException:
        shutil.rmtree(kept, ignore_errors=True)
        raise
    shutil.rmtree(kept, ignore_errors=True)
    content = content_of(target, entry.code)
    tell(f"{entry.file}: {len(content.rows):,} rows, {size_text(target.stat().st_size)}")
    return Locked(
        path=entry.file,
        entry=entry.name,
        service=entry.url,
        query=urlencode(asked.query),
        code=entry.code,
        rows=len(content.rows),
        retrieved=dt.date.today(),
        licence=entry.publisher.licence,
        attribution=entry.publisher.attribution,
        content=content.sha256,
        bytes=sha256(target),
        codes=content.rows,
    )


def describe(entry: Entry, tell: Tell, any_rows: bool) -> Asked:
    """Ask a service what it is; InputError where it is not what the catalogue says."""
    if entry.is_people:
        return Asked(entry, _expected(entry, tell, any_rows), nomis.MOST, "", pages=True, edited=None)
    told = ask(entry.url, tell)
    fields = [f.get("name") for f in told.get("fields") or [] if isinstance(f, dict)]
    missing = [name for name in entry.columns if name not in fields]
    if missing:
        fault = f"has no column {listing(missing)}; its columns are {listing([str(f) for f in fields])}"
        raise InputError(entry.url, fault if fields else "names no columns", _CHANGED)
    kind = told.get("geometryType")
    if not entry.is_table and kind != "esriGeometryPolygon":
        raise InputError(entry.url, f"has no outlines (geometryType {kind})", _CHANGED)
    count, most = _expected(entry, tell, any_rows), int(told.get("maxRecordCount") or 1_000)
    able = told.get("advancedQueryCapabilities") or {}
    pages = bool(able.get("supportsPagination", told.get("supportsPagination", False)))
    if not pages and count > most:
        raise InputError(
            entry.url, f"gives {most:,} rows at a time and cannot go on", "It cannot be fetched whole."
        )
    order = told.get("objectIdField") or next(
        (f["name"] for f in told["fields"] if f.get("type") == "esriFieldTypeOID"), entry.code
    )
    edited = (told.get("editingInfo") or {}).get("dataLastEditDate")
    return Asked(entry, count, min(most, MOST), str(order), pages, edited)


def _expected(entry: Entry, tell: Tell, any_rows: bool) -> int:
    """Return how many rows a service counts; InputError where the catalogue states another number."""
    count = _count(entry, tell)
    if count != entry.rows and not any_rows:
        raise InputError(
            entry.url,
            f"counts {count:,} rows, where the catalogue states {entry.rows:,}",
            "If the service is right, give --any-rows.",
        )
    return count


def _count(entry: Entry, tell: Tell) -> int:
    if entry.is_people:
        return nomis.count(entry, tell)
    count = ask(f"{entry.url}/query", tell, where="1=1", returnCountOnly="true").get("count")
    if not isinstance(count, int) or count < 1:
        raise InputError(entry.url, f"does not say how many rows it has (count {count})", _CHANGED)
    return count


def _pages(asked: Asked, kept: Path, tell: Tell) -> Iterator[Path]:
    """Yield the files of all pages, those of an earlier run first; InputError where rows are missing."""
    entry, state = asked.entry, kept / "asked.json"
    if not state.is_file() or state.read_text(encoding="utf-8") != asked.key:
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir()
        state.write_text(asked.key, encoding="utf-8")
    got = size = 0
    while got < asked.count:
        path = kept / f"{got:09d}.json"
        if path.is_file():
            rows = len(json.loads(path.read_bytes())["features"])
            tell(f"{entry.name}: continued after {got + rows:,} of {asked.count:,} rows")
        else:
            rows = _page(asked, got, path, tell)
        got, size = got + rows, size + path.stat().st_size
        if got > asked.count:
            raise InputError(
                entry.url, f"gave {got:,} rows, and counts {asked.count:,}", "Nothing was kept; try again."
            )
        tell(f"{entry.name}: {got:,} of {asked.count:,} rows, {size_text(size)}")
        yield path


def _page(asked: Asked, start: int, path: Path, tell: Tell) -> int:
    """Fetch the page that begins after `start` rows; returns how many it has."""
    entry = asked.entry
    where = {"resultOffset": start, "resultRecordCount": asked.page} if asked.pages else {}
    answer: dict[str, Any]
    try:
        if entry.is_people:
            # kept as a page of a feature service is, so that all that follows is the same
            rows = nomis.page(entry, tell, start, asked.count)
            answer = {"features": [{"attributes": row} for row in rows]}
        else:
            answer = ask(f"{entry.url}/query", tell, **asked.query, **where)
    except Interrupted as fault:
        kept = f"{start:,} of {asked.count:,} rows are kept: the same command continues."
        raise Interrupted(fault.where, fault.fault, kept) from None
    features = answer.get("features")
    if not isinstance(features, list) or not features:
        raise InputError(
            entry.url,
            f"gave an empty page after {start:,} of {asked.count:,} rows",
            "Nothing was kept; try again later.",
        )
    if not asked.pages and (len(features) < asked.count or answer.get("exceededTransferLimit")):
        raise InputError(
            entry.url, f"gave {len(features):,} rows of {asked.count:,} and cannot go on", "Nothing was kept."
        )
    for feature in features:
        attributes = feature.get("attributes") if isinstance(feature, dict) else None
        if not isinstance(attributes, dict) or any(name not in attributes for name in entry.columns):
            raise InputError(entry.url, "gave a row without the columns asked for", _CHANGED)
        if not entry.is_table and not (feature.get("geometry") or {}).get("rings"):
            code = attributes[entry.code]
            raise InputError(entry.url, f"gave no outline for {code}", "Nothing was kept; try again later.")
    if not entry.is_table:
        system = answer.get("spatialReference") or {}
        if CRS not in (system.get("latestWkid"), system.get("wkid")):
            raise InputError(entry.url, f"answers in {system}, not in EPSG:{CRS}", "Nothing was kept.")
    answer.pop("exceededTransferLimit", None)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(answer, separators=(",", ":")), encoding="utf-8")
    part.replace(path)
    return len(features)


def _together(asked: Asked, files: list[Path]) -> pd.DataFrame:
    """Return the rows of all pages, in the order of their codes; InputError for codes that come twice."""
    entry = asked.entry
    columns = list(entry.columns)
    parts: list[pd.DataFrame] = []
    for path in files:
        features = json.loads(path.read_bytes())["features"]
        rows = pd.DataFrame([f["attributes"] for f in features], dtype=object)[columns]
        if not entry.is_table:
            # GDAL puts rings together to polygons with holes; it sees what was saved, and nothing else
            drawn = read_features(path).frame
            if len(drawn) != len(rows) or list(drawn[entry.code]) != list(rows[entry.code]):
                raise InputError(entry.url, "gave outlines that cannot be read", "Nothing was kept.")
            rows = gpd.GeoDataFrame(rows, geometry=drawn.geometry.to_numpy(), crs=CRS)
        parts.append(rows)
    every = pd.concat(parts, ignore_index=True)
    codes = every[entry.code]
    empty = int(codes.isna().sum() + (codes == "").sum())
    twice = [str(code) for code, number in Counter(codes).items() if number > 1]
    if empty or twice:
        fault = f"gave {empty:,} rows without a code" if empty else f"gave {listing(sorted(twice))} twice"
        raise InputError(entry.url, fault, "Nothing was kept; try again later.")
    return every.sort_values(entry.code, ignore_index=True)


def _write(data: pd.DataFrame, path: Path) -> None:
    if isinstance(data, gpd.GeoDataFrame):
        data.to_file(path, driver="GPKG", layer=path.stem, engine="pyogrio")
        return
    with path.open("w", encoding="utf-8", newline="") as stream:
        table: Any = csv.writer(stream, lineterminator="\n")
        table.writerow(data.columns)
        table.writerows(data.fillna("").to_numpy().tolist())
