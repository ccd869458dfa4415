"""Bounds of the localisation index: the truth lies inside them, and each doubt alone reaches them.

The worlds are made here with the truth, journey by journey, and published as a statistics office
would: by a coarser unit, with small counts hidden, left out or rounded. The truth is counted by hand.
"""

from __future__ import annotations

import random
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from depth import tries
from hypothesis import given
from hypothesis import strategies as st

import footprint
from footprint.measure import localisation, providers
from footprint.measure.membership import METHODS, membership
from footprint.model.errors import Missing

X, Y = "E54000007", "E54000008"
PLAN = """
title = "A world"
date = 2021-04-01
[units]
geography = "LSOA"
population = { path = "people.csv" }
[layers.ics]
geography = "ICS"
lookup = { path = "areas.csv", unit = "LSOA21CD", code = "ICB23CD" }
[levels]
system = "ics"
[flows]
path = "flows.csv"
unit = "MSOA21CD"
provider = "provider"
value = "count"
kind = "count"
lookup = { path = "areas.csv", unit = "LSOA21CD", code = "MSOA21CD" }
"""
PROVIDERS = """
[providers]
path = "providers.csv"
code = "provider"
area = "ICB23CD"
layer = "ics"
weight = "weight"
"""
SITES = """
[providers]
path = "providers.csv"
code = "provider"
easting = "easting"
northing = "northing"
"""


def lsoa(i: int) -> str:
    return f"E01{i:06d}"


def msoa(i: int) -> str:
    return f"E02{i:06d}"


def world(
    folder: Path,
    homes: list[tuple[int, str, int]],
    rows: list[tuple[str, str, object]],
    sites: list[tuple[str, str] | tuple[str, str, float]],
    flows: str = "",
    extra: str = "",
    *,
    weights: bool = True,
) -> footprint.Plan:
    """Load a plan; `homes` are (MSOA, system, people) of each LSOA, `flows` more keys of [flows]."""
    folder.mkdir(parents=True, exist_ok=True)
    frame = pd.DataFrame(homes, columns=["msoa", "ics", "people"])
    frame["LSOA21CD"] = [lsoa(i) for i in range(len(frame))]
    frame["MSOA21CD"] = frame["msoa"].map(msoa)
    frame["ICB23CD"] = frame["ics"]
    frame[["LSOA21CD", "MSOA21CD", "ICB23CD"]].to_csv(folder / "areas.csv", index=False)
    frame[["LSOA21CD", "people"]].rename(columns={"people": "population"}).to_csv(
        folder / "people.csv", index=False
    )
    pd.DataFrame(rows, columns=["MSOA21CD", "provider", "count"]).to_csv(folder / "flows.csv", index=False)
    weighed = [(*site, 1.0)[:3] for site in sites]
    standing = pd.DataFrame(weighed, columns=["provider", "ICB23CD", "weight"])
    text = PLAN + flows + PROVIDERS + extra
    if not weights:
        # sites without weights are known by where they stand: each in the first LSOA of its system
        text = (
            PLAN.replace("population = {", 'path = "units.geojson"\npopulation = {') + flows + SITES + extra
        )
        squares = [
            shapely.box(x, 300_000, x + 1_000, 301_000)
            for x in range(400_000, 400_000 + 1_000 * len(frame), 1_000)
        ]
        gpd.GeoDataFrame(frame[["LSOA21CD"]], geometry=squares, crs=27700).to_file(folder / "units.geojson")
        first = frame.groupby("ics").apply(lambda rows: int(rows.index[0]))
        standing["easting"] = 400_500 + 1_000 * standing.pop("ICB23CD").map(first)
        standing["northing"] = 300_500
        del standing["weight"]
    standing.to_csv(folder / "providers.csv", index=False)
    (folder / "footprint.toml").write_text(text, encoding="utf-8")
    return footprint.load_plan(folder)


def bounds(plan: footprint.Plan, area: str) -> tuple[float, float, float]:
    """Return the least, the figure and the most of the index of an area."""
    row = localisation.table(plan).set_index("code").loc[area]
    return tuple(
        round(float(row[c]), 6)
        for c in ("localisation_index_min", "localisation_index", "localisation_index_max")
    )  # type: ignore[return-value]


# ── the truth lies inside ───────────────────────────────────────────────────────────────────────


def concentration(journeys: dict[str, float]) -> float:
    """Return the HHI of journeys by provider."""
    every = sum(journeys.values())
    return 10_000 * sum((n / every) ** 2 for n in journeys.values())


DOUBTS = ("suppressed", "dropped", "rounded", "divided", "unweighted", "unnamed", "unplaced")


@tries(40)
@given(seed=st.integers(0, 10**6), doubts=st.sets(st.sampled_from(DOUBTS), max_size=4))
def test_the_truth_lies_inside(tmp_path: Path, seed: int, doubts: set[str]) -> None:
    """Each doubt alone and several together; journeys per head differ, and a provider has a site in each.

    MSOAs lie in two systems, counts are suppressed, left out or rounded, sites have no weights, nothing says
    where a provider stands, and the units or the providers of some journeys are not known. Some people come
    from beyond the plan.
    """
    rng = random.Random(seed)
    divided, publish = "divided" in doubts, next((d for d in DOUBTS[:3] if d in doubts), "all")
    where = [rng.choice([X, Y]) for _ in range(15)]
    homes = [
        (i // 3, where[i] if divided else where[i // 3], rng.choice([400, 1500, 3000])) for i in range(15)
    ]
    stands = {"A": [X], "B": [Y], "C": [X, Y], "D": [Y]}
    share_in_x = {"A": 1.0, "B": 0.0, "C": rng.random(), "D": 0.0}
    inside, total, at = {X: 0.0, Y: 0.0}, {X: 0.0, Y: 0.0}, {X: 0.0, Y: 0.0}
    by_provider: dict[str, dict[str, float]] = {X: {}, Y: {}}
    counts: dict[tuple[str, str], int] = {}
    truly = {msoa(m): dict.fromkeys(stands, 0) for m in range(5)}
    for m, system, people in [*homes, (99, "elsewhere", 700)]:
        for provider, in_x in share_in_x.items():
            journeys = int(people * rng.choice([0, 0.002, 0.01, 0.1]))
            at[X] += journeys * in_x
            at[Y] += journeys * (1 - in_x)
            if system in total:
                truly[msoa(m)][provider] += journeys
                inside[system] += journeys * (in_x if system == X else 1 - in_x)
                total[system] += journeys
                own = by_provider[system]
                own[provider] = own.get(provider, 0) + journeys
            # nobody wrote down whose a tenth of the journeys are, or whereto
            lost = rng.choice([0, 0, 1]) if "unnamed" in doubts else 0
            blank = ("", provider) if rng.random() < 0.5 else (msoa(m), "")
            key = blank if lost else (msoa(m), provider)
            counts[key] = counts.get(key, 0) + journeys
    shown: list[tuple[str, str, object]] = []
    for (m, provider), n in counts.items():
        if publish == "suppressed" and 1 <= n <= 7:
            shown.append((m, provider, "*"))
        elif publish == "rounded":
            shown.append((m, provider, 5 * round(n / 5)))
        elif n and not (publish == "dropped" and n < 10):
            shown.append((m, provider, n))
    written = [n for *_, n in shown if isinstance(n, int) and n]
    known = {m for m, p, n in shown if m and n != "*"}
    # of a unit beyond the plan without a row nobody knows
    if (
        len(written) < 12
        or not known - {msoa(99)}
        or msoa(99) not in known
        or {system for _, system, _ in homes} != {X, Y}
    ):
        return
    stated = "dropped_below = 10\n" if publish == "dropped" else ""
    weights = "unweighted" not in doubts
    sites = [
        (p, area, (share_in_x[p] if area == X else 1 - share_in_x[p]))
        for p, areas in stands.items()
        for area in areas
        if p != "D" or "unplaced" not in doubts
    ]
    plan = world(tmp_path / f"{seed}{'-'.join(sorted(doubts))}", homes, shown, sites, stated, weights=weights)
    rows = localisation.table(plan).set_index("code")
    for area in {system for _, system, _ in homes}:
        if total[area]:
            row = rows.loc[area]
            truths = {
                "localisation_index": inside[area] / total[area],
                "hhi": concentration(by_provider[area]),
            }
            if at[area] > 0:
                truths["provider_self_containment"] = inside[area] / at[area]
                truths["import_share"] = 1 - inside[area] / at[area]
            if total[area] - inside[area] > 1e-6:
                truths["net_patient_flow"] = (at[area] - inside[area]) / (total[area] - inside[area])
            for name, truth in truths.items():
                for number in (truth, row[name]):
                    assert not row[f"{name}_min"] - 1e-6 > number, name
                    # without a most, nobody may have left
                    assert not number > row[f"{name}_max"] + 1e-6, name
    for _, row in providers.providers(plan).dropna(subset="share_min").iterrows():
        truth = by_provider[row["code"]].get(row["provider"], 0) / total[row["code"]]
        assert row["share_min"] - 1e-6 <= truth <= row["share_max"] + 1e-6
        assert row["share_min"] - 1e-6 <= row["share"] <= row["share_max"] + 1e-6
    for method in METHODS:
        found = membership(plan, method)
        assert not isinstance(found, Missing)
        for unit, provider, weight, certain in zip(
            plan.flows.units[found.unit], plan.flows.providers[found.provider], found.weight, found.certain,
            strict=True,
        ):  # fmt: skip
            share = truly[unit][provider] / sum(truly[unit].values()) if certain else 0
            assert (
                not certain
                or {
                    "first_past_the_post": truly[unit][provider] == max(truly[unit].values()),
                    "proportional_flow_30": share >= 0.3,
                    "proportionate": weight == pytest.approx(share),
                }[method]
            )


@tries(20)
@given(seed=st.integers(0, 10**6))
def test_the_truth_lies_inside_where_journeys_per_head_are_alike(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    homes = [(i // 2, rng.choice([X, Y]), rng.choice([1000, 2000])) for i in range(12)]
    inside, total = {X: 0, Y: 0}, {X: 0, Y: 0}
    counts: dict[tuple[str, str], int] = {}
    for m, system, people in homes:
        at_a = rng.randrange(people // 10 + 1)
        for provider, n in (("A", at_a), ("B", people // 10 - at_a)):  # a tenth of the people, everywhere
            inside[system] += n if (provider == "A") == (system == X) else 0
            total[system] += n
            counts[msoa(m), provider] = counts.get((msoa(m), provider), 0) + n
    rows = [(m, p, n) for (m, p), n in counts.items()]
    stated = 'journeys_per_head = "alike"\n'
    plan = world(tmp_path / str(seed), homes, rows, [("A", X), ("B", Y)], stated)
    free = world(tmp_path / f"{seed}free", homes, rows, [("A", X), ("B", Y)])
    rows_of = localisation.table(plan).set_index("code")
    for area in {system for _, system, _ in homes}:
        at = sum(n for (_, p), n in counts.items() if (p == "A") == (area == X))
        row = rows_of.loc[area]
        if at:
            contained = inside[area] / at
            assert row["provider_self_containment_min"] - 1e-6 <= contained
            assert contained <= row["provider_self_containment_max"] + 1e-6
        if total[area] > inside[area]:
            net = (at - inside[area]) / (total[area] - inside[area])
            assert row["net_patient_flow_min"] - 1e-6 <= net
            # without a most, nobody may have left
            assert not net > row["net_patient_flow_max"] + 1e-6
        (least, _, most), (lowest, _, highest) = bounds(plan, area), bounds(free, area)
        assert lowest - 1e-6 <= least <= inside[area] / total[area] + 1e-6
        assert inside[area] / total[area] - 1e-6 <= most <= highest + 1e-6


# ── each doubt alone ────────────────────────────────────────────────────────────────────────────

HALVES = [(0, X, 1000), (0, Y, 1000)]


def test_a_flow_unit_in_two_systems_may_send_all_or_none_of_its_people_across(tmp_path: Path) -> None:
    rows = [(msoa(0), "A", 101), (msoa(0), "B", 101)]
    plan = world(tmp_path, HALVES, rows, [("A", X), ("B", Y)])
    assert bounds(plan, X) == (0.0, 0.5, 1.0)
    threshold = "[thresholds]\nlocalisation_index = { system = 0.9 }\n"
    found = footprint.check(world(tmp_path, HALVES, rows, [("A", X), ("B", Y)], extra=threshold))
    assert [f.rule for f in found.findings if f.rule in ("FP401", "FP404")] == ["FP404", "FP404"]
    [first, _] = [f for f in found.findings if f.rule == "FP404"]
    # all 202 journeys may be of its people, who make 101 of them
    assert first.message.endswith("told: 2.0 times as much is of flow units that lie in several areas")


OTHERS = [f"{m}_{end}" for m in ("provider_self_containment", "import_share", "net_patient_flow") for end in
          ("min", "max")]  # fmt: skip


@pytest.mark.parametrize(
    ("stated", "at_a", "expected"),
    [
        # of 180 journeys at A 80 are X's own, and 100 anybody's of the divided unit; of 120 elsewhere 20
        ("", 100, [80 / 180, 1, 0, 100 / 180, 0, 100 / 20]),
        # 100 of its 200 are made by people of X: all of them at A, or all at B
        ('journeys_per_head = "alike"\n', 100, [80 / 180, 1, 0, 100 / 180, 0, 100 / 120]),
        ("", 160, [80 / 240, 1, 0, 160 / 240, 0, 160 / 20]),
        # of the 100 of X's people up to 40 go to B, the others to A, where 160 of the unit go
        (
            'journeys_per_head = "alike"\n',
            160,
            [140 / 240, 180 / 240, 60 / 240, 100 / 240, 100 / 60, 60 / 20],
        ),
    ],
)
def test_a_unit_in_two_systems_is_as_much_doubt_about_who_comes(
    tmp_path: Path, stated: str, at_a: int, expected: list[float]
) -> None:
    homes = [*HALVES, (1, X, 1000), (2, Y, 1000)]
    rows = [(msoa(0), "A", at_a), (msoa(0), "B", 200 - at_a), (msoa(1), "A", 80), (msoa(1), "B", 20),
            (msoa(2), "B", 51)]  # fmt: skip
    plan = world(tmp_path, homes, rows, [("A", X), ("B", Y)], stated)
    found = localisation.table(plan).set_index("code").loc[X, OTHERS]
    assert found.tolist() == pytest.approx(expected)


OWN: list[tuple[str, str, object]] = [(msoa(0), "A", 80), (msoa(0), "B", 20)]
CAME = [*OWN, (msoa(1), "A", 15), (msoa(1), "B", 85)]
BOTH = [*CAME, (msoa(0), "C", 30), (msoa(1), "C", 10)]


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("rows", "sites", "stated", "contained", "net"),
    [
        # 80 of X's people stay, 20 leave and 15 come
        (CAME, "", "", (80 / 95, 80 / 95), (15 / 20, 15 / 20)),
        ([OWN[0], (msoa(0), "B", "*"), (msoa(1), "A", "*")], "", "", (80 / 87, 80 / 81), (1 / 7, 7)),
        # up to 9 come from the other unit, and as many go to C
        ([*OWN, (msoa(1), "C", 40)], "C", "dropped_below = 10\n", (80 / 89, 1), (0, 9 / 20)),
        # C may stand in X, or anywhere; nobody has it in a table, or no journey says that it was to C
        (BOTH, "", "", (80 / 105, 110 / 125), (15 / 50, 25 / 20)),
        (BOTH, "XY", "", (80 / 105, 110 / 125), (15 / 50, 25 / 20)),
        ([*CAME, (msoa(0), "", 30), (msoa(1), "", 10)], "", "", (80 / 105, 110 / 125), (15 / 50, 25 / 20)),
        # 10 at A and 5 at B of people of X, or of others
        ([*CAME, ("", "A", 10), ("", "B", 5)], "", "", (80 / 105, 90 / 105), (15 / 25, 25 / 20)),
        # 20 at C, wherever that is, of people of X, or of others
        ([*CAME, ("", "C", 20)], "", "", (80 / 115, 100 / 115), (15 / 40, 35 / 20)),
        ([*CAME, ("", "C", 20)], "XY", "", (80 / 115, 100 / 115), (15 / 40, 35 / 20)),
    ],
    ids=[
        "none", "suppressed", "dropped", "unplaced", "unweighted", "unnamed", "nobodys", "nobodys anywhere",
        "nobodys unweighted",
    ],
)  # fmt: skip
def test_each_doubt_alone_reaches_the_bounds_of_who_comes_and_goes(
    tmp_path: Path,
    rows: list[tuple[str, str, object]],
    sites: str,
    stated: str,
    contained: tuple[float, float],
    net: tuple[float, float],
) -> None:
    placed = [("A", X), ("B", Y), *{"": [], "C": [("C", Y)], "XY": [("C", X), ("C", Y)]}[sites]]
    homes = [(0, X, 1000), (1, Y, 1000)]
    plan = world(tmp_path, homes, rows, placed, stated, weights=sites != "XY")
    found = localisation.table(plan).set_index("code").loc[X, OTHERS]
    assert found.tolist() == pytest.approx([*contained, 1 - contained[1], 1 - contained[0], *net])


def test_what_units_with_hardly_any_activity_lack_may_have_come(tmp_path: Path) -> None:
    homes = [*((i, X, 1000) for i in range(10)), (10, Y, 1000)]
    rows = [*((msoa(i), "A", 303) for i in range(10)), (msoa(10), "A", 3)]
    found = localisation.table(world(tmp_path, homes, rows, [("A", X)])).set_index("code").loc[X, OTHERS[:2]]
    assert found.tolist() == pytest.approx([3030 / (3030 + 303), 3030 / 3033])


def test_proportions_of_people_beyond_the_plan_may_be_of_any_number(tmp_path: Path) -> None:
    world(tmp_path, [(0, X, 1000), (1, Y, 1000)], CAME, [("A", X), ("B", Y)])
    rows = [(msoa(0), "A", 0.8), (msoa(0), "B", 0.2), (msoa(1), "B", 1.0), (msoa(7), "B", 1.0)]
    pd.DataFrame(rows, columns=["MSOA21CD", "provider", "count"]).to_csv(tmp_path / "flows.csv", index=False)
    text = (tmp_path / "footprint.toml").read_text(encoding="utf-8")
    text = text.replace('kind = "count"', 'kind = "proportion"')
    (tmp_path / "footprint.toml").write_text(text, encoding="utf-8")
    found = localisation.table(footprint.load_plan(tmp_path)).set_index("code")[OTHERS]
    assert found.loc[X].tolist() == pytest.approx([1, 1, 0, 0, 0, 0])
    assert found.loc[Y].tolist()[:4] == pytest.approx([0, 1000 / 1200, 200 / 1200, 1])


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("rows", "stay", "leave"),
    [
        ({"A": 1.0}, True, False),
        ({"B": 1.0}, False, True),
        ({"C": 1.0}, True, True),  # which stands nowhere
        ({"A": 0.6}, True, True),
        ({"B": 0.6}, True, True),
    ],
    ids=[
        "in their own area",
        "in the other",
        "at a provider without a place",
        "partly within",
        "partly beyond",
    ],
)
def test_proportions_of_people_of_unknown_number_may_stay_leave_and_come(
    tmp_path: Path, rows: dict[str, float], stay: bool, leave: bool
) -> None:
    # 800 of the 1,000 people of X stay and 200 go to Y; 400 of the 500 of Y stay and 100 go to X
    known = [(msoa(0), "A", 0.8), (msoa(0), "B", 0.2), (msoa(2), "A", 0.2), (msoa(2), "B", 0.8)]
    homes = [(0, X, 1000), (1, X, 1000), (2, Y, 500)]
    world(tmp_path, homes, CAME, [("A", X), ("B", Y)])
    shares = pd.DataFrame(
        [*known, *((msoa(1), *row) for row in rows.items())], columns=["MSOA21CD", "provider", "count"]
    )
    shares.to_csv(tmp_path / "flows.csv", index=False)
    lines = (tmp_path / "people.csv").read_text().splitlines(keepends=True)
    (tmp_path / "people.csv").write_text("".join(line for line in lines if lsoa(1) not in line))
    text = (tmp_path / "footprint.toml").read_text(encoding="utf-8")
    text = text.replace('kind = "count"', 'kind = "proportion"')
    (tmp_path / "footprint.toml").write_text(text, encoding="utf-8")
    found = localisation.table(footprint.load_plan(tmp_path)).set_index("code")[OTHERS]
    most = 1 if stay else 800 / 900
    assert found.loc[X].tolist() == pytest.approx(
        [800 / 900, most, 1 - most, 100 / 900, 0 if leave else 0.5, 0.5]
    )
    least = 0 if leave else 400 / 600
    assert found.loc[Y].tolist() == pytest.approx(
        [least, 400 / 600, 200 / 600, 1 - least, 2, float("nan") if leave else 2], nan_ok=True
    )


def test_with_journeys_per_head_alike_a_half_makes_half_of_them(tmp_path: Path) -> None:
    rows = [(msoa(0), "A", 160), (msoa(0), "B", 41)]
    plan = world(tmp_path, HALVES, rows, [("A", X), ("B", Y)], 'journeys_per_head = "alike"\n')
    # 100.5 journeys are theirs; at worst all 41 to B are, at best none of them
    assert bounds(plan, X) == (round((100.5 - 41) / 100.5, 6), round(160 / 201, 6), 1.0)


def test_pairs_that_the_publisher_left_out_may_hide_nine_each(tmp_path: Path) -> None:
    homes = [(0, X, 1000), (1, Y, 1000)]
    rows = [(msoa(0), "A", 91), (msoa(1), "A", 12), (msoa(1), "B", 33)]
    sites = [("A", X), ("B", Y), ("C", Y)]
    told = world(tmp_path / "told", homes, rows, sites, "dropped_below = 10\n")
    # B and C are absent from the first unit: C is in no pair, and may stand anywhere in the table
    assert bounds(told, X) == (round(91 / (91 + 9 + 9), 6), 1.0, 1.0)
    silent = world(tmp_path / "silent", homes, [*rows[:2], (msoa(1), "B", 10)], sites)
    assert bounds(silent, X) == (1.0, 1.0, 1.0)
    assert [n for n in silent.notes if "dropped_below" in n] == [
        "flows.csv: no count below 10 occurs; if the publisher left smaller ones out, say so with "
        "dropped_below = 10"
    ]


def test_a_unit_of_which_every_pair_was_left_out_hides_nine_for_each_provider(tmp_path: Path) -> None:
    homes = [(0, X, 1000), (1, X, 1000)]
    plan = world(
        tmp_path, homes, [(msoa(0), "A", 91), (msoa(0), "B", 9)], [("A", X), ("B", Y)], "dropped_below = 10\n"
    )
    # the other unit may have 9 at A and 9 at B
    assert bounds(plan, X) == (round(91 / 109, 6), 0.91, round(100 / 109, 6))


def test_counts_that_are_all_multiples_of_five_are_two_more_or_less(tmp_path: Path) -> None:
    homes = [(i, X, 1000) for i in range(5)]
    rows = [(msoa(i), p, n) for i in range(5) for p, n in (("A", 90), ("B", 10))]
    plan = world(tmp_path, homes, rows, [("A", X), ("B", Y)])
    assert bounds(plan, X) == (0.88, 0.9, 0.92)
    assert any("all counts are multiples of 5" in note for note in plan.notes)
    rows[0] = (msoa(0), "A", 91)
    assert bounds(world(tmp_path / "one", homes, rows, [("A", X), ("B", Y)]), X)[0] > 0.9


def test_suppressed_counts_are_one_to_seven(tmp_path: Path) -> None:
    rows = [(msoa(0), "A", 93), (msoa(0), "B", "*")]
    plan = world(tmp_path, [(0, X, 1000)], rows, [("A", X), ("B", Y)])
    assert bounds(plan, X) == (round(93 / 100, 6), round(93 / 97, 6), round(93 / 94, 6))


THIN = [(msoa(i), "A", 303) for i in range(10)]


@pytest.mark.parametrize("few", [4, 29])
def test_units_with_hardly_any_activity_are_named_and_unknown(tmp_path: Path, few: int) -> None:
    homes = [(i, X, 1000) for i in range(12)]
    rows = [*THIN, (msoa(10), "A", few), (msoa(11), "A", few)]
    plan = world(tmp_path, homes, rows, [("A", X)])
    recorded = 3030 + 2 * few
    missing = 2 * (303 - few)
    assert bounds(plan, X) == (round(recorded / (recorded + missing), 6), 1.0, 1.0)
    [told] = [f for f in footprint.check(plan).findings if f.rule == "FP406"]
    assert f"2 units with hardly any activity: per head {few / 303:.1%}" in told.message
    assert f"{msoa(10)}, {msoa(11)}" in told.message


def test_rates_of_units_with_hardly_any_activity_are_told_from_the_least_to_the_most(tmp_path: Path) -> None:
    homes = [(i, X, 1000) for i in range(13)]
    rows = [*THIN, *((msoa(i), "A", few) for i, few in ((10, 29), (11, 3), (12, 15)))]
    [told] = [
        f for f in footprint.check(world(tmp_path, homes, rows, [("A", X)])).findings if f.rule == "FP406"
    ]
    # 3 and 29 of 303; 274, 300 and 288 are missing
    assert told.message.startswith(
        "3 units with hardly any activity: per head 1.0% to 9.6% of that of the unit"
    )
    assert "what is missing, up to 862, may be inside or not" in told.message
    assert told.evidence.numbers["activity"] == 862


def test_a_tenth_of_the_activity_of_others_is_no_fault(tmp_path: Path) -> None:
    homes = [(i, X, 1000) for i in range(12)]
    rows = [*THIN, (msoa(10), "A", 31), (msoa(11), "A", 303)]
    plan = world(tmp_path, homes, rows, [("A", X)])
    assert bounds(plan, X) == (1.0, 1.0, 1.0)
    assert [f for f in footprint.check(plan).findings if f.rule == "FP406"] == []


def test_a_small_unit_with_few_journeys_is_as_active_as_others(tmp_path: Path) -> None:
    homes = [(i, X, 1000) for i in range(10)] + [(10, X, 14)]
    plan = world(tmp_path, homes, [*THIN, (msoa(10), "A", 4)], [("A", X)])
    assert bounds(plan, X) == (1.0, 1.0, 1.0)


def test_few_journeys_where_few_are_expected_may_be_chance(tmp_path: Path) -> None:
    homes = [(i, X, 1000) for i in range(12)]
    rows = [(msoa(i), "A", 31) for i in range(11)]
    assert bounds(world(tmp_path, homes, [*rows, (msoa(11), "A", 1)], [("A", X)]), X) == (1.0, 1.0, 1.0)


def test_a_unit_of_which_the_file_says_that_it_has_none_has_none(tmp_path: Path) -> None:
    homes = [(i, X, 1000) for i in range(17)]
    rows = [*THIN, *((msoa(i), "A", 0) for i in range(10, 17))]
    plan = world(tmp_path, homes, rows, [("A", X)])
    assert bounds(plan, X) == (1.0, 1.0, 1.0)
    assert [f for f in footprint.check(plan).findings if f.rule == "FP406"] == []
    # nor is it one of those that say what is usual: with them the middle of these would be 0
    rows = [*THIN[:6], (msoa(6), "A", 4), *((msoa(i), "A", 0) for i in range(7, 17))]
    plan = world(tmp_path / "few", homes, rows, [("A", X)])
    assert bounds(plan, X) == (round(1822 / (1822 + 299), 6), 1.0, 1.0)


@pytest.mark.parametrize(("people", "missing"), [(16, 0), (17, 6)])
def test_a_unit_without_a_row_has_none_by_chance_where_fewer_than_five_are_expected(
    people: int, missing: int, tmp_path: Path
) -> None:
    homes = [(i, X, 1000) for i in range(10)] + [(10, X, people)]
    plan = world(tmp_path, homes, THIN, [("A", X)])
    assert bounds(plan, X) == (round(3030 / (3030 + missing), 6), 1.0, 1.0)


UNNAMED = [(msoa(0), "A", 100), (msoa(0), "B", 100), (msoa(0), "", 300)]
HIDDEN = [(msoa(0), "A", 100), (msoa(0), "B", "*")]
SHARES = [
    (msoa(0), "A", 0.6),
    (msoa(0), "B", 0.4),
    (msoa(1), "A", 0.2),
    (msoa(1), "B", 0.1),
    (msoa(1), "", 0.3),
]


@pytest.mark.parametrize(
    ("rows", "shares", "hhi"),
    [
        # all 300 at A, or at B, or at so many that none has a share
        (UNNAMED, {"A": (0.2, 0.8), "B": (0.2, 0.8)}, (0.2**2 + 0.2**2, 0.8**2 + 0.2**2)),
        # 1 to 7 at B, each share by itself
        (
            HIDDEN, {"A": (100 / 107, 100 / 101), "B": (1 / 101, 7 / 107)},
            ((100 / 107) ** 2 + (1 / 101) ** 2, (100 / 101) ** 2 + (7 / 107) ** 2),
        ),
        # the second unit may weigh nothing or everything: 0.7 of it are at nobody who is named
        (SHARES, {"A": (0.2, 0.9), "B": (0.1, 0.8)}, (0.2**2 + 0.1**2, 0.9)),
    ],
    ids=["unnamed", "suppressed", "nobody knows how many"],
)  # fmt: skip
def test_each_doubt_alone_reaches_the_bounds_of_shares_and_of_their_concentration(
    tmp_path: Path,
    rows: list[tuple[str, str, object]],
    shares: dict[str, tuple[float, float]],
    hhi: tuple[float, float],
) -> None:
    world(tmp_path, [(0, X, 1000), (1, X, 1000)], UNNAMED, [("A", X), ("B", X)])
    pd.DataFrame(rows, columns=["MSOA21CD", "provider", "count"]).to_csv(tmp_path / "flows.csv", index=False)
    if rows is SHARES:
        (tmp_path / "people.csv").write_text(f"LSOA21CD,population\n{lsoa(0)},1000\n", encoding="utf-8")
        text = (tmp_path / "footprint.toml").read_text(encoding="utf-8")
        text = text.replace('kind = "count"', 'kind = "proportion"')
        (tmp_path / "footprint.toml").write_text(text, encoding="utf-8")
    plan = footprint.load_plan(tmp_path)
    found = providers.providers(plan).dropna(subset="share_min").set_index("provider")
    for code, (least, most) in shares.items():
        assert found.loc[code, ["share_min", "share_max"]].tolist() == pytest.approx([least, most])
    row = localisation.table(plan).set_index("code").loc[X]
    assert row[["hhi_min", "hhi_max"]].tolist() == pytest.approx([10_000 * end for end in hhi])
