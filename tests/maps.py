"""Maps drawn in letters, and the files that plans are made of.

    draw('''
        A A B
        A A B
    ''')

is a frame of two areas, A of four squares and B of two, north at the top. A dot is sea. Squares
are 10 km wide unless said otherwise, and the south-west corner stands at (400000, 300000).
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from shapely.affinity import translate

CRS = "EPSG:27700"
ORIGIN = (400_000.0, 300_000.0)

# what a letter of a drawn map is called in each geography
CODES = {
    "LAD": "E0700{:04d}",
    "CCG": "E3800{:04d}",
    "ICS": "E5400{:04d}",
    "LSOA": "E0100{:04d}",
}

# how a plan of drawn units and districts begins, after its title
DRAWN_UNITS = """\
date = 2021-04-01
[units]
path = "units.geojson"
code = "LSOA21CD"
population.path = "people.csv"
[layers.lad]
path = "lad.geojson"
"""

# systems and, as places, CCGs that are drawn
PLACES_IN_SYSTEMS = """\
[layers.ccg]
path = "ccg.geojson"
[layers.ics]
path = "ics.geojson"
[levels]
system = "ics"
place = "ccg"
"""

# the sections of a plan for counts of patients by unit and provider; where providers stand follows
COUNTED_FLOWS = """\
[flows]
path = "flows.csv"
unit = "unit"
provider = "provider"
value = "count"
kind = "count"
[providers]
path = "providers.csv"
code = "provider"
"""


def code(letter: str, geography: str = "LAD") -> str:
    """Return the code of a letter: LAD A is E07000065."""
    return CODES[geography].format(ord(letter))


def rows(drawing: str) -> list[list[str]]:
    """Return the letters of a drawing, north first."""
    return [line.split() for line in drawing.strip().splitlines()]


def draw(
    drawing: str,
    geography: str = "LAD",
    *,
    size: float = 10_000.0,
    origin: tuple[float, float] = ORIGIN,
    column: str | None = None,
) -> gpd.GeoDataFrame:
    """Return the drawn areas with columns like LAD21CD and LAD21NM."""
    squares: dict[str, list[shapely.Polygon]] = {}
    lines = rows(drawing)
    for y, line in enumerate(reversed(lines)):
        for x, letter in enumerate(line):
            if letter != ".":
                square = shapely.box(x * size, y * size, (x + 1) * size, (y + 1) * size)
                squares.setdefault(letter, []).append(translate(square, *origin))
    letters = sorted(squares)
    stem = column or f"{geography}21"
    return gpd.GeoDataFrame(
        {f"{stem}CD": [code(i, geography) for i in letters], f"{stem}NM": [f"Area {i}" for i in letters]},
        geometry=[shapely.union_all(squares[i]) for i in letters],
        crs=CRS,
    )


def save(frame: gpd.GeoDataFrame, path: Path) -> Path:
    """Write a frame in the format of the path's ending."""
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path, engine="pyogrio")
    return path


def grid_units(drawing: str, *, size: float = 10_000.0) -> gpd.GeoDataFrame:
    """Return every square of a drawing as a unit of its own, LSOA21CD, with the letter it lies in."""
    lines = rows(drawing)
    found = []
    for y, line in enumerate(reversed(lines)):
        for x, letter in enumerate(line):
            square = shapely.box(x * size, y * size, (x + 1) * size, (y + 1) * size)
            found.append((f"E01{y:03d}{x:03d}", letter, translate(square, *ORIGIN)))
    codes, letters, squares = zip(*found, strict=True)
    return gpd.GeoDataFrame({"LSOA21CD": codes, "letter": letters}, geometry=list(squares), crs=CRS)


def write_csv(path: Path, **columns: list[object]) -> Path:
    """Write a table."""
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


def boxes(geography: str = "LAD", **edges: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """Return areas by letter that are boxes: west, south, east, north in metres from the corner."""
    return shapes(geography, **{letter: shapely.box(*box) for letter, box in edges.items()})


def shapes(geography: str = "LAD", **drawn: shapely.Geometry) -> gpd.GeoDataFrame:
    """Return areas by letter with outlines in metres from the south-west corner."""
    return gpd.GeoDataFrame(
        {
            f"{geography}21CD": [code(i, geography) for i in drawn],
            f"{geography}21NM": [f"Area {i}" for i in drawn],
        },
        geometry=[translate(shape, *ORIGIN) for shape in drawn.values()],
        crs=CRS,
    )


def write_plan(folder: Path, plan: str, **files: gpd.GeoDataFrame | dict[str, list[object]] | str) -> Path:
    """Write a plan, drawn maps (NAME.geojson) and tables (NAME.csv) into a folder, and return it."""
    folder.mkdir(exist_ok=True)
    for name, held in files.items():
        if isinstance(held, gpd.GeoDataFrame):
            save(held, folder / f"{name}.geojson")
        elif isinstance(held, dict):
            write_csv(folder / f"{name}.csv", **held)
        else:
            (folder / f"{name}.csv").write_text(held, encoding="utf-8")
    (folder / "footprint.toml").write_text(plan, encoding="utf-8")
    return folder
