"""Options for real councils, held against plain pandas row by row.

The three models for the East of England are those of the regional design principles of 2025, made of whole
councils. Surrey in two and in three unitaries is made of whole districts.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from footprint.results.options import SideBySide, side_by_side

pytestmark = [pytest.mark.national, pytest.mark.filterwarnings("ignore:.*winding order")]

PLAN = (
    (Path(__file__).parent / "england.toml").read_text(encoding="utf-8")
    + """
[[measure]]
name = "old"
path = "{data}/population_lsoa11_mid2020.csv"
column = "age_65_plus"
adds = "share"
source = "ONS mid-2020"
"""
)
PAIRS = [("lad", "ics"), ("lad", "ccg"), ("utla", "ics"), ("ccg", "ics")]
BANDS = {"system": (1_000_000, 3_000_000), "place": (250_000, 500_000)}
NORFOLK, SUFFOLK, ESSEX, SOUTHEND, THURROCK, HERTFORDSHIRE = (
    "E10000020", "E10000029", "E10000012", "E06000033", "E06000034", "E10000015",
)  # fmt: skip
BEDFORD, CENTRAL, LUTON, MILTON_KEYNES, CAMBRIDGESHIRE, PETERBOROUGH = (
    "E06000055", "E06000056", "E06000032", "E06000042", "E10000003", "E06000031",
)  # fmt: skip
THE_EAST, GREATER_ESSEX = [NORFOLK, SUFFOLK], [ESSEX, SOUTHEND, THURROCK]
MIDDLE, CAMBRIDGE = [BEDFORD, CENTRAL, LUTON, MILTON_KEYNES], [CAMBRIDGESHIRE, PETERBOROUGH]
MODELS = {
    "Model A": [[*THE_EAST, *CAMBRIDGE], GREATER_ESSEX, [HERTFORDSHIRE, *MIDDLE]],
    "Model B": [THE_EAST, [*MIDDLE, *CAMBRIDGE], [*GREATER_ESSEX, HERTFORDSHIRE]],
    "Model C": [THE_EAST, [HERTFORDSHIRE, *MIDDLE, *CAMBRIDGE], GREATER_ESSEX],
}
WEST = ["E07000209", "E07000214", "E07000216", "E07000217"]
NORTH = ["E07000207", "E07000212", "E07000213"]
EAST = ["E07000208", "E07000210", "E07000211", "E07000215"]
SURREY = {
    "Two": [[*EAST, "E07000207"], [*WEST, "E07000212", "E07000213"]],
    "Three": [EAST, NORTH, WEST],
}


@pytest.fixture(scope="module")
def tables(england: Path) -> pd.DataFrame:
    """One row an LSOA, with every code and its people: the oracle, made with pandas alone."""
    found = pd.read_csv(england / "lookup_lsoa11_ccg21_stp21_ltla21.csv")
    for name, wanted in (
        ("lookup_lsoa11_ltla20", ["lsoa11_code", "ltla20_code"]),
        ("lookup_ltla20_utla20", ["ltla20_code", "utla20_code"]),
        ("population_lsoa11_mid2020", ["lsoa11_code", "total_population", "age_65_plus"]),
    ):
        found = found.merge(pd.read_csv(england / f"{name}.csv")[wanted])
    assert len(found) == 32_844
    columns = {
        "lsoa11_code": "unit", "ltla20_code": "lad", "utla20_code": "utla", "ccg21_code": "ccg",
        "stp21_code": "ics", "total_population": "people", "age_65_plus": "old",
    }  # fmt: skip
    return found.rename(columns=columns)[list(columns.values())]


def write(folder: Path, plan: Path, title: str, layer: str, assignment: pd.Series) -> Path:
    """Write a proposal: unit or area → new area; areas that are new bear their code as a name."""
    folder.mkdir()
    new = "".join(
        f'[[area]]\ncode = "{code}"\nname = "{title} {code[-1]}"\n'
        for code in sorted(set(assignment))
        if code.startswith(("E5499", "E1099"))
    )
    (folder / "proposal.toml").write_text(
        f'title = "{title}"\neffective_date = 2026-04-01\nbase = "{plan}"\nlayer = "{layer}"\n{new}'
    )
    assignment.rename("area").rename_axis("code").to_csv(folder / "assignment.csv")
    return folder


@pytest.fixture(scope="module")
def plan(england: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("base") / "footprint.toml"
    path.write_text(PLAN.replace("{data}", str(england)), encoding="utf-8")
    return path


def models(tables: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the new system of each unit under each model.

    What lies in a system of today's East but in none of its councils goes to the system of its own district.
    """
    councils = {c for area in MODELS["Model A"] for c in area}
    ours = tables["utla"].isin(councils)
    left = tables[tables["ics"].isin(set(tables["ics"][ours])) & ~ours]
    home = tables.groupby("lad")["ics"].agg(lambda codes: codes.mode()[0])
    rest = pd.Series(left["lad"].map(home).to_numpy(), index=left["unit"])
    return {
        title: pd.concat(
            [pd.Series({c: f"E5499000{n}" for n, area in enumerate(areas, 1) for c in area}), rest]
        )
        for title, areas in MODELS.items()
    }


def after(tables: pd.DataFrame, layer: str, by: str, assignment: pd.Series) -> pd.DataFrame:
    """Return the table with the areas of a layer that an assignment says, of areas of `by` or of units."""
    new = tables[by].map(assignment).fillna(tables["unit"].map(assignment)).fillna(tables[layer])
    return tables.assign(**{layer: new})


def oracle(
    maps: dict[str, pd.DataFrame], changed: str, kinds: dict[str, str], pairs: list[tuple[str, str]]
) -> pd.DataFrame:
    """Return rows of the scorecard by option, with pandas alone: of layers by what rows call them, and pairs.

    Interfaces are those of `pairs`, which are all that the plan compares.
    """
    today = maps["Today"]
    touched: set[str] = set()
    for now in maps.values():
        for one, other in ((today, now), (now, today)):
            held = one.groupby(changed)["unit"].agg(frozenset)
            kept = set(other.groupby(changed)["unit"].agg(frozenset))
            touched |= {unit for units in held if units not in kept for unit in units}
    found = {}
    for label, now in maps.items():
        concerned = {key: now[key].isin(now[key][now["unit"].isin(touched)]) for key in now}
        told = {}
        for layer, prefix in kinds.items():
            areas = now[concerned[layer]].groupby(layer)
            sizes = areas["people"].sum()
            old = areas["old"].sum() / sizes
            told |= {
                f"{prefix}.areas": len(sizes), f"{prefix}.largest": sizes.max(),
                f"{prefix}.smallest": sizes.min(),
                f"{prefix}.spread": sizes.max() / sizes.min(),
                f"{prefix}.old.measure_largest": old.max(), f"{prefix}.old.measure_smallest": old.min(),
                f"{prefix}.old.measure_spread": old.max() / old.min(),
            }  # fmt: skip
            if prefix in BANDS:
                low, high = BANDS[prefix]
                away = (low - sizes).clip(lower=0) + (sizes - high).clip(lower=0)
                told |= {f"{prefix}.outside_band": (away > 0).sum(), f"{prefix}.from_band": away.max()}
        faced: Counter[tuple[str, str]] = Counter()
        told["interfaces"] = 0
        for source, target in pairs:
            parts = now[concerned[source]].groupby([source, target])["people"].sum().groupby(level=0)
            split = parts.size() > 1
            told[f"split.{source}.{target}"] = split.sum()
            told[f"minor_pieces.{source}.{target}"] = (parts.sum() - parts.max())[split].sum()
            told["interfaces"] += now[concerned[source] & concerned[target]].groupby([source, target]).ngroups
            for key, other in ((source, target), (target, source)):
                for code, others in now[concerned[key]].groupby(key)[other].nunique().items():
                    faced[key, str(code)] += others
        told["interfaces_most"] = max(faced.values())
        found[label] = told
    return pd.DataFrame(found)


def cells(table: pd.DataFrame) -> dict[str, float]:
    return {f"{row} {column}": float(v) for column in table for row, v in table[column].items()}


def values(found: SideBySide) -> pd.DataFrame:
    return found.scorecard.pivot(index="measure", columns="option", values="value")


def test_the_models_for_the_east_are_what_pandas_says(
    plan: Path, tables: pd.DataFrame, tmp_path: Path
) -> None:
    assignments = models(tables)
    paths = [write(tmp_path / title[-1], plan, title, "ics", given) for title, given in assignments.items()]
    found = side_by_side(plan, paths)
    maps = {"Today": tables} | {t: after(tables, "ics", "utla", given) for t, given in assignments.items()}
    wanted = oracle(maps, "ics", {"ics": "system", "ccg": "place"}, PAIRS)
    told = values(found)
    assert cells(told.loc[wanted.index, wanted.columns]) == pytest.approx(cells(wanted))
    # no model goes on with the code of a system of today; who is now in one with a new code has come under it
    for title in MODELS:
        same = same_areas(tables, maps[title])
        moved = maps[title]["ics"] != tables["ics"].map(lambda code, same=same: same.get(code, code))
        assert told.loc["other_body.ics", title] == tables["people"][moved].sum()
    assert told.loc["system.largest", "Model B"] == 3_051_735
    # two of them beyond the East, whose districts they get back
    assert told.loc["system.areas", list(maps)].tolist() == [8, 5, 5, 5]
    text = " ".join(row.first.heading for row in found.rows if row.differs)
    assert re.search("Border of systems", text)


def same_areas(today: pd.DataFrame, now: pd.DataFrame) -> dict[str, str]:
    """Return code today → code of the area that is the same: they share more than half of their people."""
    people = today["people"]
    joint = people.groupby([today["ics"], now["ics"]]).sum()
    one, other = people.groupby(today["ics"]).sum(), people.groupby(now["ics"]).sum()
    return {a: b for (a, b), n in joint.items() if n / (one[a] + other[b] - n) > 0.5}


@pytest.mark.thorough
def test_surrey_in_two_and_three_is_what_pandas_says(
    plan: Path, tables: pd.DataFrame, tmp_path: Path
) -> None:
    assignments = {
        title: pd.Series({c: f"E1099000{n}" for n, area in enumerate(areas, 1) for c in area})
        for title, areas in SURREY.items()
    }
    paths = [write(tmp_path / title, plan, title, "utla", given) for title, given in assignments.items()]
    found = side_by_side(plan, paths)
    maps = {"Today": tables} | {t: after(tables, "utla", "lad", given) for t, given in assignments.items()}
    wanted = oracle(maps, "utla", {"utla": "utla", "ics": "system", "ccg": "place"}, PAIRS)
    told = values(found)
    assert cells(told.loc[wanted.index, wanted.columns]) == pytest.approx(cells(wanted))
    assert told.loc["utla.areas"].to_dict() == {"Today": 1, "Two": 2, "Three": 3}
