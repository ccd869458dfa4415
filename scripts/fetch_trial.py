"""Fetch England of 1 April 2021 from a server on loopback that holds the real data, and judge what came.

    python scripts/fetch_trial.py DATA FOLDER

DATA holds the national data (see tests/conftest.py); FOLDER, which must not be there yet, gets what
`footprint fetch england 2021-04-01` writes. The server, in a process of its own, has the services of the
catalogue that this asks for, in the shapes of ArcGIS and Nomis. Three of its layers are derived: districts
of 2021 are those of 2020 with Northamptonshire put together, upper tiers are put together from them, and each
LSOA of Wales, whose people DATA does not have, is given 1,500, which no plan of England counts. Prints what
was fetched, the findings and tables of the plan that `fetch` wrote, and where they differ from those of
tests/england.toml; exits 1 if they do.
"""

from __future__ import annotations

import datetime as dt
import http.server
import json
import os
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import geopandas as gpd
import pandas as pd
import shapely

from footprint.fetch.catalogue import FROM, Entry, entries
from footprint.fetch.sets import chosen

DATE = dt.date(2021, 4, 1)
WELSH_PEOPLE = 1_500
PAGE = 2_000
SHARED = ("ccg", "ics")
"""Layers that both plans have of the same day."""


class World:
    """The data of the folder as tables of services, each made when it is first asked for."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def csv(self, name: str) -> pd.DataFrame:
        """Return a table of the folder as text."""
        return pd.read_csv(self.data / name, dtype=str)

    @cache  # noqa: B019
    def districts(self) -> gpd.GeoDataFrame:
        """Return the districts of May 2021."""
        drawn = gpd.read_file(self.data / "lad20_uk_bgc.shp").to_crs(27700)
        drawn["geometry"] = shapely.make_valid(
            drawn.geometry.to_numpy(), method="structure", keep_collapsed=False
        )
        units = self.csv("lookup_lsoa11_ltla20.csv").merge(
            self.csv("lookup_lsoa11_ccg21_stp21_ltla21.csv"), on="lsoa11_code"
        )
        pairs = units[["ltla20_code", "ltla21_code", "ltla21_name"]].drop_duplicates()
        new = pairs[~pairs.ltla21_code.isin(drawn.LAD20CD)].set_index("ltla20_code")
        moved = drawn.LAD20CD.isin(new.index)
        old = drawn.LAD20CD.where(~moved)
        drawn["code"] = old.fillna(drawn.LAD20CD.map(new.ltla21_code))
        drawn["name"] = drawn.LAD20NM.where(~moved, drawn.LAD20CD.map(new.ltla21_name))
        made = drawn[moved][["code", "name", "geometry"]].dissolve("code").reset_index()
        return pd.concat([drawn[~moved][["code", "name", "geometry"]], made], ignore_index=True)

    @cache  # noqa: B019
    def layer(self, entry: Entry) -> Any:
        """Return the rows of an entry, in its columns."""
        if entry.is_people:
            known = self.csv("population_lsoa11_mid2020.csv").set_index("lsoa11_code").total_population
            codes = self.layer(next(e for e in entries() if e.name == "lsoa-2011-12-31-bgc"))["LSOA11CD"]
            return pd.DataFrame({"LSOA11CD": codes, "people": [known.get(c, WELSH_PEOPLE) for c in codes]})
        if entry.is_lookup:
            file = (
                "lookup_ltla21_utla21.csv" if entry.kind == "LAD" else "lookup_lsoa11_ccg21_stp21_ltla21.csv"
            )
            table = self.csv(file)
            return pd.DataFrame(
                {
                    c: table[c.lower().replace("cd", "_code").replace("nm", "_name").replace("lad", "ltla")]
                    for c in entry.columns
                }
            )
        if entry.kind == "LSOA":
            return gpd.read_file(self.data / "lsoa11_ew_bgc.gpkg").to_crs(27700)
        if entry.kind in ("CCG", "ICS"):
            file, code, name = {
                "CCG": ("ccg21", "CCG21CD", "CCG21NM"),
                "ICS": ("stp21", "STP21CD", "STP21NM"),
            }[entry.kind]
            drawn = gpd.read_file(self.data / f"{file}_en_bgc.shp").to_crs(27700)
            return drawn.rename(columns={code: entry.columns[0], name: entry.columns[1]})
        drawn = self.districts().copy()
        if entry.kind == "UTLA":
            upper = self.csv("lookup_ltla21_utla21.csv").set_index("ltla21_code")
            drawn["name"] = drawn["code"].map(upper.utla21_name).fillna(drawn["name"])
            drawn["code"] = drawn["code"].map(upper.utla21_code).fillna(drawn["code"])
            drawn = drawn.dissolve("code").reset_index()
        return drawn.rename(columns={"code": entry.columns[0], "name": entry.columns[1]})


def serve(data: Path) -> None:
    """Answer for the services of England in 2021, until the process is ended."""
    world, held = World(data), {e.service: e for e in chosen("england", DATE)[0]}

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None: ...

        def say(self, body: object, status: int = 200) -> None:
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
            names = parts.path.strip("/").split("/")
            entry = held.get(names[0].removesuffix(".data.csv"))
            if entry is None:
                return self.say("no such service", 404)
            rows = world.layer(entry)
            if entry.is_people:
                start, most = int(asked["RecordOffset"]), int(asked["RecordLimit"])
                lines = [
                    f'"{code}",{asked["date"]},{people},{len(rows)}'
                    for code, people in rows.iloc[start : start + most].itertuples(index=False)
                ]
                return self.say(
                    "\n".join(['"GEOGRAPHY_CODE","DATE_NAME","OBS_VALUE","RECORD_COUNT"', *lines])
                )
            if names[-1] != "query":
                fields = [{"name": name, "type": "esriFieldTypeString"} for name in entry.columns]
                return self.say(
                    {
                        "fields": [{"name": "FID", "type": "esriFieldTypeOID"}, *fields],
                        "geometryType": None if entry.is_table else "esriGeometryPolygon",
                        "objectIdField": "FID",
                        "maxRecordCount": PAGE,
                        "advancedQueryCapabilities": {"supportsPagination": True},
                    }
                )
            if "returnCountOnly" in asked:
                return self.say({"count": len(rows)})
            start = int(asked["resultOffset"])
            page = rows.iloc[start : start + min(PAGE, int(asked["resultRecordCount"]))]
            return self.say(
                {
                    "spatialReference": {"wkid": 27700, "latestWkid": 27700},
                    "geometryType": "esriGeometryPolygon",
                    "fields": [{"name": name, "type": "esriFieldTypeString"} for name in entry.columns],
                    "exceededTransferLimit": start + len(page) < len(rows),
                    "features": [
                        {"attributes": {c: getattr(row, c) for c in entry.columns}}
                        | ({} if entry.is_table else {"geometry": {"rings": _rings(row.geometry)}})
                        for row in page.itertuples()
                    ],
                }
            )

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


def _rings(shape: shapely.Geometry) -> list[list[list[float]]]:
    """Return rings as ArcGIS gives them: outer ones clockwise, holes the other way."""
    return [
        shapely.get_coordinates(ring).tolist()
        for part in shapely.get_parts(shape)
        for whole in (shapely.geometry.polygon.orient(part, -1.0),)
        for ring in (whole.exterior, *whole.interiors)
    ]


def run(*words: str | Path, mirror: str = "") -> tuple[int, str, str]:
    """Run the program; returns its exit code and what it wrote."""
    done = subprocess.run(
        [sys.executable, "-m", "footprint", *map(str, words)], capture_output=True, text=True, check=False,
        env=os.environ | ({FROM: mirror} if mirror else {}),
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def checked(plan: Path) -> dict[str, object]:
    """Return what a check of a plan says of the layers that are the same."""
    code, said, told = run("check", plan, "--format", "json")
    if code == 2:
        raise SystemExit(told)
    found = json.loads(said)
    pairs = {
        (r["source"], r["target"]): (r["verdict"], r["population"])
        for r in found["tables"]["overlap"]
        if (r["source_layer"], r["target_layer"]) == ("ccg", "ics") and r["verdict"] != "sliver"
    }
    people = {
        (r["layer"], r["code"]): r["population"]
        for r in found["tables"]["population"]
        if r["layer"] in SHARED
    }
    print(f"{plan}: exit {code}, {found['summary']}")
    for finding in found["findings"]:
        if not finding["rule"].startswith("FP30"):
            print(
                f"  {finding['severity']} {finding['rule']} [{finding['layer']}] {finding['message'][:150]}"
            )
    return {"pairs": pairs, "people": people}


def main(data: Path, folder: Path) -> int:
    """Fetch, verify, check, and compare."""
    with subprocess.Popen(
        [sys.executable, __file__, "--serve", data], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        mirror = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        began = time.monotonic()
        code, _, told = run("fetch", "england", str(DATE), "-o", folder, mirror=mirror)
        print(told, f"fetch: exit {code}, {time.monotonic() - began:.0f} s", sep="\n")
        server.terminate()
    if code:
        return 1
    code, said, told = run("fetch", "--locked", folder)
    print(f"fetch --locked: exit {code}: {said}{told}".strip())
    plan = Path(__file__).parents[1] / "tests" / "england.toml"
    stated = folder.parent / f"{folder.name}-stated.toml"
    stated.write_text(plan.read_text(encoding="utf-8").replace("{data}", data.as_posix()), encoding="utf-8")
    ours, theirs = checked(folder / "footprint.toml"), checked(stated)
    same = ours == theirs
    sizes = {key: len(value) for key, value in theirs.items()}  # type: ignore[arg-type]
    print(f"the same as tests/england.toml: {same} ({sizes})")
    return 0 if same else 1


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        serve(Path(sys.argv[2]))
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
