"""Footprints drawn on the real map of England in 2021, held against figures known from elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

import footprint
from footprint.drawing.drawn import Drawn
from footprint.drawing.graph import Graph
from footprint.measure.localisation import area_table

pytestmark = [pytest.mark.national, pytest.mark.filterwarnings("ignore:.*winding order")]

PLAN = (Path(__file__).parent / "england.toml").read_text(encoding="utf-8")
MORE = """
[layers.msoa]
geography = "MSOA"
lookup = { path = "{data}/lookup_lsoa11_msoa11.csv", unit = "lsoa11_code", code = "msoa11_code" }
[flows]
path = "{data}/flows_msoa11_trust_2018.csv"
unit = "msoa11_code"
provider = "trust_code"
value = "proportion"
kind = "proportion"
lookup = { path = "{data}/lookup_lsoa11_msoa11.csv", unit = "lsoa11_code", code = "msoa11_code" }
[providers]
path = "{data}/hospital_sites.csv"
code = "ParentODSCode"
latitude = "Latitude"
longitude = "Longitude"
"""
EAST = [
    "Norfolk", "Suffolk", "Essex", "Southend-on-Sea", "Thurrock", "Hertfordshire", "Bedford",
    "Central Bedfordshire", "Luton", "Milton Keynes", "Cambridgeshire", "Peterborough",
]  # fmt: skip


@pytest.fixture(scope="module")
def plan(england: Path, tmp_path_factory: pytest.TempPathFactory) -> footprint.Plan:
    path = tmp_path_factory.mktemp("england") / "footprint.toml"
    path.write_text((PLAN + MORE).replace("{data}", str(england)), encoding="utf-8")
    return footprint.load_plan(path)


@pytest.fixture(scope="module")
def england_drawn(plan: footprint.Plan) -> Drawn:
    return footprint.draw(plan, "neighbourhood", within="lad", options=1, steps=1_000_000)


def hang_together(area: np.ndarray, one: np.ndarray, other: np.ndarray) -> bool:
    """Whether every area hangs together: the least block is handed on to neighbours until nothing changes."""
    least = np.arange(len(area))
    inside = area[one] == area[other]
    a, b = one[inside], other[inside]
    while True:
        before = least.copy()
        np.minimum.at(least, a, least[b])
        np.minimum.at(least, b, least[a])
        least = least[least]
        if (before == least).all():
            return len({*zip(area.tolist(), least.tolist(), strict=True)}) == len(set(area.tolist()))


def test_neighbourhoods_of_all_england(england_drawn: Drawn, england: Path) -> None:
    drawn = england_drawn
    row = drawn.table.iloc[0]
    assert (row["areas"], row["outside_band"]) == (1406, 0)
    assert all(proof.by == "arithmetic" for *_, proof in drawn.impossible)
    told = {name: proof.why for _, name, _, proof in drawn.impossible}
    assert sorted(told) == [
        "City of London", "Craven", "Eden", "Isles of Scilly", "Melton", "Oadby and Wigston", "Richmondshire",
        "Ryedale", "West Devon",
    ]  # fmt: skip
    assert told["Craven"].startswith("57,338 people are too many for one and too few for two")
    people = pd.read_csv(england / "population_lsoa11_mid2020.csv").set_index("lsoa11_code")[
        "total_population"
    ]
    home = pd.read_csv(england / "lookup_lsoa11_ltla20.csv").set_index("lsoa11_code")["ltla20_code"]
    own = pd.Series(drawn.options[0].area, index=drawn.blocks.codes)
    own = own[own >= 0]
    assert people.groupby(own).sum().between(30_000, 50_000).all()
    assert (home.reindex(own.index).groupby(own).nunique() == 1).all()
    land = drawn.terrain
    here = drawn.options[0].area >= 0
    assert hang_together(
        np.where(here, drawn.options[0].area, 10_000 + np.arange(len(here))), land.one, land.other
    )
    assert {c.kind for c in land.crossings} == {"assumed"}


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("system", "areas", "weights", "measure", "most"),
    [
        ("E54000009", 39, {"edges": 1, "border": 0}, "cut_edges", 505),
        ("E54000009", 39, {}, "border_km", 555),
        ("E54000007", 73, {"edges": 1, "border": 0}, "cut_edges", 1038),
    ],
)
def test_borders_are_as_short_as_any_that_are_known(
    plan: footprint.Plan, system: str, areas: int, weights: dict[str, float], measure: str, most: float
) -> None:
    """METIS: 538 pairs parted in South Yorkshire and Bassetlaw; KaHIP 503, with 3 areas outside the band."""
    drawn = footprint.draw(plan, "neighbourhood", within="lad", only=[system], options=1, weights=weights)
    row = drawn.table.iloc[0]
    assert (row["areas"], row["outside_band"]) == (areas, 0)
    assert row[measure] <= most


COUNTS = [
    ("utla", EAST, "1000000-", "3-5", {}, 28),
    ("lad", ["Essex", "Southend-on-Sea", "Thurrock"], "300000-800000", None, {}, 218),
    ("lad", ["Kent", "Medway"], "300000-800000", None, {}, 705),
    ("lad", ["Lancashire", "Blackburn with Darwen", "Blackpool"], "300000-800000", None, {}, 229),
    (
        "lad", ["Hampshire", "Portsmouth", "Southampton", "Isle of Wight"], "300000-800000", None,
        {"E06000046": "E06000044"}, 106,
    ),
]  # fmt: skip


@pytest.mark.sampled
@pytest.mark.parametrize(("of", "only", "band", "areas", "ferries", "number"), COUNTS)
def test_every_option_of_whole_councils_is_found(
    plan: footprint.Plan, tmp_path: Path, of: str, only: list[str], band: str, areas: str | None,
    ferries: dict[str, str], number: int,
) -> None:  # fmt: skip
    crossings = tmp_path / "crossings.csv"
    crossings.write_text("code_a,code_b\n" + "".join(f"{a},{b}\n" for a, b in ferries.items()))
    drawn = footprint.draw(
        plan, "system", of=of, only=only, band=band, areas=areas, within="none",
        crossings=crossings if ferries else None, options=1,
    )  # fmt: skip
    assert (drawn.number, drawn.complete) == (number, True)
    if of == "utla":
        made = {frozenset(frozenset(p.split(" + ")) for p in d.split(" | ")) for d in drawn.every["made_of"]}
        assert all(model in made for model in MODELS)
        pytest.importorskip("scipy", reason="scipy is not installed")
        from integer_program import count_divisions

        land = drawn.terrain
        edges = list(zip(land.one.tolist(), land.other.tolist(), land.metres.tolist(), strict=True))
        world = Graph([int(n) for n in drawn.blocks.people], edges)
        assert count_divisions(world, 1_000_000, sum(world.people), 3, 5) == number


def divided(*parts: str) -> frozenset[frozenset[str]]:
    named = [frozenset(part.split(", ")) for part in parts]
    rest = frozenset(EAST) - frozenset().union(*named)
    return frozenset([*named, rest])


ESSEX = "Essex, Southend-on-Sea, Thurrock"
MODELS = [
    divided("Norfolk, Suffolk, Cambridgeshire, Peterborough", ESSEX),
    divided("Norfolk, Suffolk", f"{ESSEX}, Hertfordshire"),
    divided("Norfolk, Suffolk", ESSEX),
]
"""A, B and C (which was adopted), as they were put forward."""


def test_places_keep_more_journeys_inside_than_those_of_today(plan: footprint.Plan) -> None:
    system = "E54000009"
    drawn = footprint.draw(
        plan, "place", of="msoa", within="ics", only=[system], prefer="flows", band="200000-600000", options=2
    )
    told = drawn.table.set_index("option")
    assert told.loc["option-1", "outside_band"] == 0
    assert told.loc["option-1", "localisation_index"] >= told.loc["today", "localisation_index"]
    # today's index is that of the flows, whose areas are those of the system
    places = pd.DataFrame(area_table(plan, "ccg"))
    places = places[places["code"].isin({drawn.blocks.areas_today[t] for t in drawn.blocks.today.tolist()})]
    assert told.loc["today", "localisation_index"] == pytest.approx(
        places["inside"].sum() / places["activity"].sum()
    )


def test_districts_share_the_border_of_their_outlines(plan: footprint.Plan) -> None:
    drawn = footprint.draw(
        plan, "system", of="lad", only=["Kent", "Medway"], band="300000-800000", within="none", options=1
    )
    shapes = plan.layers["lad"].drawn.polygons.loc[list(drawn.blocks.codes)].to_numpy()  # type: ignore[union-attr]
    for a, b, metres in zip(drawn.terrain.one, drawn.terrain.other, drawn.terrain.metres, strict=True):
        assert metres == pytest.approx(shapely.length(shapely.intersection(shapes[a], shapes[b])), rel=0.01)
