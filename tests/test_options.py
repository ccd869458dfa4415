"""Options side by side: a drawn world of five councils, every row of the scorecard worked out by hand."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import jsonschema
import openpyxl
import pytest
import shapely
from maps import COUNTED_FLOWS, DRAWN_UNITS, code, draw, grid_units, rows, write_plan
from typer.testing import CliRunner, Result

from footprint.cli import app
from footprint.model.errors import InputError
from footprint.plan.open import Options
from footprint.reports.content import scorecard
from footprint.reports.content.change import summary
from footprint.reports.content.options import sentence
from footprint.reports.schemas import DOCUMENTS
from footprint.results.options import SideBySide, side_by_side

COUNCILS = """
A A B B C C
A A B B C C
D D D E E E
D D D E E E
"""
TODAY = """
X X X Y Y Y
X X X Y Y Y
X X X Y Y Y
X X X Y Y Y
"""
WEST = """
X X X X Y Y
X X X X Y Y
X X X Y Y Y
X X X Y Y Y
"""
NORTH = """
X X X X X X
X X X X X X
Y Y Y Y Y Y
Y Y Y Y Y Y
"""
ONE = "\n".join(["X X X X X X"] * 4)
OPTIONS = {"West": WEST, "North": NORTH, "One": ONE}
SQUARE = 10_000.0
X, Y = code("X", "ICS"), code("Y", "ICS")
P_STANDS, Q_STANDS = (0, 0), (3, 4)  # row from the north, column
PLAN = f"""\
title = "Five councils"
{DRAWN_UNITS}[layers.ics]
path = "ics.geojson"
[levels]
system = "ics"
[bands]
system = [10_000, 20_000]
[[align]]
source = "lad"
target = "ics"
must = "nest"
{COUNTED_FLOWS}easting = "easting"
northing = "northing"
[thresholds]
localisation_index = {{ system = 0.80 }}
[accountability]
bodies = "bodies.csv"
functions = "functions.csv"
"""
BODIES = f"layer,area_code,body,kind,role\nics,{X},NHS X,board,chair\nics,{Y},NHS Y,board,chair\n"
FUNCTIONS = "function,level,lead\nStrategy,system,board\nWorkforce,system,board\n"

Run = Callable[..., Result]


def letters(drawing: str) -> dict[str, str]:
    """Return the letter of each unit."""
    units = grid_units(drawing)
    return dict(zip(units["LSOA21CD"], units["letter"], strict=True))


def place(unit: str) -> tuple[int, int]:
    """Return the row from the south and the column of a unit."""
    return int(unit[3:6]), int(unit[6:9])


PEOPLE = {unit: 700 + 40 * place(unit)[1] + 10 * place(unit)[0] for unit in letters(COUNCILS)}
# 100 journeys of each unit: to P in the north-west, to Q in the south-east, by how near they are
FLOWS = {unit: {"P": 90 - 14 * place(unit)[1], "Q": 10 + 14 * place(unit)[1]} for unit in letters(COUNCILS)}


def write_option(folder: Path, title: str, drawing: str, base: str = "../plan", extra: str = "") -> Path:
    """Write a proposal that lists every unit."""
    folder.mkdir(exist_ok=True)
    (folder / "proposal.toml").write_text(
        f'title = "{title}"\neffective_date = 2022-04-01\nbase = "{base}"\nlevel = "system"\n{extra}'
    )
    lines = [f"{unit},{code(letter, 'ICS')}" for unit, letter in letters(drawing).items()]
    (folder / "assignment.csv").write_text("\n".join(["code,area", *lines, ""]))
    return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the plan and three options."""
    folder = tmp_path_factory.mktemp("world")
    units = grid_units(COUNCILS)
    at = {"P": P_STANDS, "Q": Q_STANDS}
    height = len(rows(COUNCILS))
    write_plan(
        folder / "plan", PLAN, units=units[["LSOA21CD", "geometry"]], lad=draw(COUNCILS),
        ics=draw(TODAY, "ICS"),
        people={"LSOA21CD": list(PEOPLE), "population": list(PEOPLE.values())},
        flows={
            "unit": [u for u in FLOWS for _ in "PQ"], "provider": ["P", "Q"] * len(FLOWS),
            "count": [FLOWS[u][p] for u in FLOWS for p in "PQ"],
        },
        providers={
            "provider": list(at), "easting": [400_000 + SQUARE * (x + 0.5) for _, x in at.values()],
            "northing": [300_000 + SQUARE * (height - y - 0.5) for y, _ in at.values()],
        },
        bodies=BODIES, functions=FUNCTIONS,
    )  # fmt: skip
    for title, drawing in OPTIONS.items():
        write_option(folder / title.lower(), title, drawing)
    return folder


@pytest.fixture(scope="module")
def found(world: Path) -> SideBySide:
    return side_by_side(world / "plan", [world / "west", world / "north", world / "one"])


@pytest.fixture
def run(world: Path) -> Run:
    """Return a function that runs `footprint options` on the world."""

    def start(*arguments: str | Path) -> Result:
        return CliRunner().invoke(app, ["options", *map(str, arguments)])

    return start


# ── every row, by plain arithmetic ──────────────────────────────────────────────────────────────


def expected(drawing: str) -> dict[str, float]:
    """Return the rows of the scorecard for a map of systems, worked out from its letters alone."""
    now, was, councils = letters(drawing), letters(TODAY), letters(COUNCILS)
    held: dict[str, list[str]] = defaultdict(list)
    for unit, letter in now.items():
        held[letter].append(unit)
    sizes = {letter: sum(PEOPLE[u] for u in units) for letter, units in held.items()}
    away = {a: max(10_000 - n, n - 20_000, 0) for a, n in sizes.items()}
    pieces: dict[str, Counter[str]] = defaultdict(Counter)
    for unit, council in councils.items():
        pieces[council][now[unit]] += PEOPLE[unit]
    split = {c: parts for c, parts in pieces.items() if len(parts) > 1}
    index = {}
    for letter, units in held.items():
        own = [p for p, (y, x) in {"P": P_STANDS, "Q": Q_STANDS}.items() if rows(drawing)[y][x] == letter]
        index[letter] = (sum(FLOWS[u][p] for u in units for p in own), 100 * len(units))
    straddling = 0
    for provider in "PQ":
        catchment = [u for u in now if FLOWS[u][provider] == max(FLOWS[u].values())]
        shares = Counter()
        for u in catchment:
            shares[now[u]] += PEOPLE[u]
        straddling += 1 / sum((n / sum(shares.values())) ** 2 for n in shares.values()) >= 1.5
    at = {place(u): letter for u, letter in now.items()}
    edges = [
        (a, at.get(b)) for (y, x), a in at.items() for b in ((y, x + 1), (y + 1, x), (y, x - 1), (y - 1, x))
    ]
    border = sum(b is not None and a != b for a, b in edges) / 2
    polsby, reock = [], []
    for letter, units in held.items():
        outline = sum(a == letter != b for a, b in edges) * SQUARE
        ground = len(units) * SQUARE**2
        corners = [
            ((x + i) * SQUARE, (y + j) * SQUARE) for y, x in map(place, units) for i in (0, 1) for j in (0, 1)
        ]
        polsby.append(4 * math.pi * ground / outline**2)
        reock.append(ground / (math.pi * shapely.minimum_bounding_radius(shapely.MultiPoint(corners)) ** 2))
    bodies = Counter(
        body for council, parts in pieces.items() for s in parts for body in (council, f"ics {s}")
    )
    # an area goes on where more than half of the people of both lie in it, else under its letter
    joint = Counter((was[u], now[u]) for u in now for _ in range(PEOPLE[u]))
    today = {a: sum(PEOPLE[u] for u in was if was[u] == a) for a in "XY"}
    same = {a: b for (a, b), n in joint.items() if n / (today[a] + sizes[b] - n) > 0.5}
    same |= {a: a for a in sizes if a not in same and a not in same.values()}
    moved = [u for u in now if same.get(was[u]) != now[u]]
    return {
        "system.areas": len(held),
        "system.largest": max(sizes.values()),
        "system.smallest": min(sizes.values()),
        "system.spread": max(sizes.values()) / min(sizes.values()),
        "system.outside_band": sum(n > 0 for n in away.values()),
        "system.from_band": max(away.values()),
        "split.lad.ics": len(split),
        "minor_pieces.lad.ics": sum(sum(p.values()) - max(p.values()) for p in split.values()),
        "other_body.ics": sum(PEOPLE[u] for u in moved),
        "system.localisation_index": sum(i for i, _ in index.values()) / sum(n for _, n in index.values()),
        "system.worst_localisation_index": min(i / n for i, n in index.values()),
        "system.straddling": straddling,
        "system.border_km": border * SQUARE / 1_000,
        "system.polsby_popper": sum(polsby) / len(polsby),
        "system.reock": sum(reock) / len(reock),
        "interfaces": sum(len(parts) for parts in pieces.values()),
        "interfaces_most": max(bodies.values()),
        "functions": 2 if moved else 0,
    }


@pytest.mark.parametrize("label", ["Today", *OPTIONS])
def test_every_row_is_what_plain_arithmetic_says(found: SideBySide, label: str) -> None:
    table = found.scorecard
    told = table[table["option"] == label].set_index("measure")["value"].to_dict()
    findings = {key: told.pop(key) for key in ("findings.resolved", "findings.new")}
    assert told == pytest.approx(expected({"Today": TODAY, **OPTIONS}[label]), rel=1e-9)
    side = next(s for s in found.sides if s.label == label)
    if side.change is None:
        assert findings == {"findings.resolved": 0, "findings.new": 0}
        return
    before, after = (
        Counter(
            (f.rule, f.area and f.area.code) for f in run.findings if f.severity.rank < 2 and not f.repeats
        )
        for run in (side.change.before, side.change.after)
    )
    assert findings == {
        "findings.resolved": (before - after).total(), "findings.new": (after - before).total()
    }  # fmt: skip


def test_rows_that_differ_come_first_and_best_and_worst_are_marked(found: SideBySide) -> None:
    differs = [row.differs for row in found.rows]
    assert differs == sorted(differs, reverse=True)
    for row in found.rows:
        marks = {label: row.mark(label) for label in row.known}
        if not row.first.better or not row.differs:
            assert set(marks.values()) == {None}, row.first.key
            continue
        best, worst = (min, max) if row.first.better == "less" else (max, min)
        end = {"best": best(row.known.values()), "worst": worst(row.known.values())}
        for label, value in row.known.items():
            wanted = next((m for m, v in end.items() if value == pytest.approx(v)), None)
            assert marks[label] == wanted, (row.first.key, label)


def test_dominance_counts_rows_in_which_each_is_better(found: SideBySide) -> None:
    values = {row.first.key: (row.first.better, row.known) for row in found.rows if row.first.better}
    for row in found.dominance.to_dict("records"):
        one, other = row["option"], row["other"]
        ahead = [
            (known[one] - known[other]) * (-1 if better == "less" else 1) for better, known in values.values()
        ]
        assert row["better"] == sum(a > 1e-12 for a in ahead)
        assert row["worse"] == sum(a < -1e-12 for a in ahead)


def test_a_figure_that_looks_like_today_s_is_told_last_and_as_such(
    found: SideBySide, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ "6.0%, today 6.0%" is no win that a reader could see."""
    before = sentence(found, found.options[0])
    first = before.partition("wins: ")[2].partition(" (")[0]
    real = scorecard.value
    monkeypatch.setattr(
        scorecard, "value", lambda e: "6.0%" if e.heading.casefold() == first.casefold() else real(e)
    )
    wins = sentence(found, found.options[0]).partition("It costs")[0]
    assert not wins.startswith(f"{found.options[0].label} wins: {first}")
    assert "6.0%, today 6.0%" not in wins
    assert f"{first} (6.0%, today the same in these digits" in wins or "more row" in wins


def test_areas_elsewhere_are_not_looked_at(tmp_path: Path) -> None:
    """A third system that no option touches plays no part, though it has the fewest people."""
    drawing = "X X Y Y Z"
    units = grid_units(drawing)
    plan = PLAN.partition("[[align]]")[0].replace('[layers.lad]\npath = "lad.geojson"\n', "")
    write_plan(
        tmp_path / "plan", plan, units=units[["LSOA21CD", "geometry"]], ics=draw(drawing, "ICS"),
        people={"LSOA21CD": list(units["LSOA21CD"]), "population": [500, 600, 700, 800, 1]},
    )  # fmt: skip
    write_option(tmp_path / "a", "A", "X X X Y Z")
    table = side_by_side(tmp_path / "plan", [tmp_path / "a"]).scorecard.set_index(["measure", "option"])[
        "value"
    ]
    assert table["system.areas", "A"] == table["system.areas", "Today"] == 2
    assert (table["system.smallest", "Today"], table["system.smallest", "A"]) == (1_100, 800)
    assert table["system.border_km", "A"] == 20  # that with the third system is one of them


def test_what_nobody_has_counted_is_a_row_without_marks(tmp_path: Path) -> None:
    """A change of a plan without people says that nobody can tell how many come under another body."""
    units = grid_units("X X Y Y")
    plan = (
        'title = "Uncounted"\n'
        + DRAWN_UNITS.partition("population")[0]
        + '[layers.ics]\npath = "ics.geojson"\n'
    )
    write_plan(
        tmp_path / "plan", f'{plan}[levels]\nsystem = "ics"\n', units=units[["LSOA21CD", "geometry"]],
        ics=draw("X X Y Y", "ICS"),
    )  # fmt: skip
    found = side_by_side(tmp_path / "plan", [write_option(tmp_path / "a", "A", "X X X Y")])
    row = next(r for r in found.rows if r.first.key == "other_body.ics")
    assert (row.known, row.mark("Today"), row.mark("A")) == ({"Today": 0.0}, None, None)
    assert sentence(found, found.options[0]).endswith("Of 1 row nobody can tell.")
    joined = side_by_side(tmp_path / "plan", [write_option(tmp_path / "b", "B", "X X X X")]).options[0].change
    assert joined is not None
    assert summary(joined).endswith("nobody moves; 200.0 km² come with an area that joins another")


# ── formats ─────────────────────────────────────────────────────────────────────────────────────


def test_terminal_shows_today_first_and_marks_without_colour(world: Path, run: Run) -> None:
    result = run(world / "plan", world / "west", world / "north", world / "one")
    assert result.exit_code == 0, result.output
    line = next(text for text in result.output.splitlines() if text.strip().startswith("Row  "))
    assert line.split() == ["Row", "Today", "West", "North", "One"]
    row = next(text for text in result.output.splitlines() if text.strip().startswith("Border of systems"))
    assert re.findall(r"(\d+)( ▲| ▼)?", row.partition("km")[2]) == [
        ("40", ""),
        ("50", ""),
        ("60", " ▼"),
        ("0", " ▲"),
    ]
    assert "▲ best and ▼ worst of its row" in result.output


def test_json_fits_its_schema(world: Path, run: Run) -> None:
    result = run(world / "plan", world / "west", world / "one", "--format", "json", "--weight", "border_km=2")
    document = json.loads(result.stdout)
    jsonschema.validate(document, DOCUMENTS["options"].json_schema())
    assert document["summary"]["weights"] == {"system.border_km": 2.0}
    assert [row["rank"] for row in document["tables"]["choices"]] == [None, 2, 1]
    assert document["summary"]["population"] == sum(PEOPLE.values())


@pytest.mark.sampled
@pytest.mark.parametrize("table", ["scorecard", "choices", "dominance", "option_findings"])
def test_csv_writes_each_table(world: Path, run: Run, table: str) -> None:
    result = run(world / "plan", world / "west", world / "north", "--format", "csv", "--table", table)
    read = list(csv.DictReader(io.StringIO(result.stdout)))
    assert {row["option"] for row in read} >= {"West", "North"}


def test_files_hold_the_scorecard(world: Path, run: Run, tmp_path: Path) -> None:
    for ending in ("html", "md", "xlsx", "docx"):
        path = tmp_path / f"options.{ending}"
        result = run(world / "plan", world / "west", world / "north", "-o", path)
        assert result.exit_code == 0, result.output
    page = (tmp_path / "options.html").read_text(encoding="utf-8")
    assert "Border of systems, km" in page
    assert page.count("<img alt=") == 1
    assert "<script" not in page
    assert "| Border of systems, km |" in (tmp_path / "options.md").read_text(encoding="utf-8")
    sheet = openpyxl.load_workbook(tmp_path / "options.xlsx")["Side by side"]
    card = {row[0]: row[1:] for row in sheet.iter_rows(min_row=4, values_only=True)}
    assert card["Border of systems, km"] == ("40 ▲", "50", "60 ▼")
    with zipfile.ZipFile(tmp_path / "options.docx") as held:
        text = held.read("word/document.xml").decode()
    assert "Border of systems, km" in text
    assert "Words(" not in text


def test_small_numbers_are_kept_in(tmp_path: Path, world: Path) -> None:
    """Where an area has few journeys its share is hidden, and so is the sum that would give it away."""
    plan = tmp_path / "plan"
    plan.mkdir()
    for file in (world / "plan").iterdir():
        (plan / file.name).write_bytes(file.read_bytes())
    west = {u for u, letter in letters(TODAY).items() if letter == "X"}
    lines = [f"{u},{p},{0 if u in west else FLOWS[u][p]}" for u in FLOWS for p in "PQ"]
    lines[0] = lines[0].rpartition(",")[0] + ",3"
    first = next(u for u in FLOWS if u in west)
    lines = [f"{first},P,3" if text.startswith(f"{first},P") else text for text in lines]
    (plan / "flows.csv").write_text("\n".join(["unit,provider,count", *lines, ""]))
    write_option(tmp_path / "west", "West", WEST)
    shown = side_by_side(plan, [tmp_path / "west"], Options(suppress="hes"))
    row = next(r for r in shown.rows if r.first.key == "system.localisation_index")
    assert row.of["Today"].hidden
    assert math.isnan(row.of["Today"].value)
    assert math.isnan(row.of["Today"].least)
    result = CliRunner().invoke(app, ["options", str(plan), str(tmp_path / "west"), "--suppress", "hes"])
    line = next(text for text in result.output.splitlines() if "Localisation index, systems  " in text)
    assert line.split()[3] == "*"


# ── weights ─────────────────────────────────────────────────────────────────────────────────────


def test_weights_order_options_and_say_what_turns_them(world: Path) -> None:
    given = ("border_km=1", "other_body=1")
    found = side_by_side(world / "plan", [world / "west", world / "one"], weights=given)
    border, moved = (
        [expected(d)[k] for d in (TODAY, WEST, ONE)] for k in ("system.border_km", "other_body.ics")
    )
    score = [(1 - b / max(border)) / 2 + (1 - m / max(moved)) / 2 for b, m in zip(border, moved, strict=True)]
    assert found.scores(found.weights) == pytest.approx(
        dict(zip(("Today", "West", "One"), score, strict=True))
    )
    order = found.order(found.weights)
    assert order == [label for _, label in sorted(zip(score[1:], ("West", "One"), strict=True), reverse=True)]
    for key, factor, other in found.turning():
        assert found.order({**found.weights, key: found.weights[key] * factor})[0] == other != order[0]


def test_options_that_are_alike_have_one_rank(world: Path, tmp_path: Path) -> None:
    base = str(world / "plan")
    paths = [write_option(tmp_path / t, t, d, base) for t, d in (("P", WEST), ("Q", WEST), ("R", ONE))]
    ranks = side_by_side(world / "plan", paths, weights=["other_body=1"]).table.set_index("title")["rank"]
    assert [ranks[title] for title in "PQR"] == [1, 1, 3]


def test_without_weights_nothing_is_ordered(found: SideBySide) -> None:
    assert found.table["score"].isna().all()


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("weight", "told"),
    [
        ("border_km", "is no row with a number above 0"),
        ("border_km=-1", "is no row with a number above 0"),
        ("border_km=nan", "is no row with a number above 0"),
        ("system.areas=1", "has no such row that is better or worse"),
        ("border=1", "has no such row that is better or worse"),
    ],
)
def test_a_weight_of_nothing_is_refused(world: Path, weight: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        side_by_side(world / "plan", [world / "west"], weights=[weight])


# ── input ───────────────────────────────────────────────────────────────────────────────────────


def test_a_folder_of_proposals_is_taken_by_number(world: Path, tmp_path: Path) -> None:
    (tmp_path / "drawn").mkdir()
    for number, (title, drawing) in zip((10, 2, 1), OPTIONS.items(), strict=True):
        write_option(tmp_path / "drawn" / f"option-{number}", title, drawing, base=str(world / "plan"))
    for arguments in ((world / "plan", [tmp_path / "drawn"]), (tmp_path / "drawn", [])):
        found = side_by_side(*arguments)
        assert [side.label for side in found.sides] == ["Today", "One", "North", "West"]


def test_the_first_may_be_an_option_itself(world: Path) -> None:
    found = side_by_side(world / "west", [world / "north"])
    assert [side.label for side in found.sides] == ["Today", "West", "North"]


def test_an_option_that_cannot_be_applied_says_why_in_its_column(
    world: Path, tmp_path: Path, run: Run
) -> None:
    broken = write_option(tmp_path / "broken", "Broken", WEST, base=str(world / "plan"))
    with (broken / "assignment.csv").open("a") as stream:
        stream.write(f"E01999999,{X}\n")
    result = run(world / "plan", world / "west", broken)
    assert result.exit_code == 2
    assert "Broken cannot be applied:" in result.output
    assert "E01999999" in result.output
    row = next(text for text in result.output.splitlines() if text.strip().startswith("Border of systems"))
    assert row.split()[-1] == "n/a"
    alone = side_by_side(world / "plan", [world / "west"])
    both = side_by_side(world / "plan", [world / "west", broken])
    west = [s.scorecard[s.scorecard["option"] == "West"]["value"].tolist() for s in (alone, both)]
    assert west[0] == pytest.approx(west[1])


def test_a_damaged_option_of_a_folder_has_its_column(world: Path, tmp_path: Path) -> None:
    """One that cannot be read, and one whose proposal is lost: neither is left out, the other is shown."""
    for name in ("a", "b", "c"):
        write_option(tmp_path / name, f"Option {name}", WEST, base=str(world / "plan"))
    (tmp_path / "a" / "assignment.csv").write_text("code,area\nE01,")
    (tmp_path / "b" / "proposal.toml").unlink()
    for arguments in ((world / "plan", [tmp_path]), (tmp_path, [])):
        found = side_by_side(*arguments)
        assert [(side.title, bool(side.fault)) for side in found.options] == [
            ("a", True), ("b", True), ("Option c", False)
        ]  # fmt: skip
        assert "line 2" in found.options[0].fault
        assert "holds assignment.csv without a proposal.toml" in found.options[1].fault
    with pytest.raises(InputError, match="line 2"):
        side_by_side(world / "plan", [tmp_path / "a"])


def test_an_option_that_is_given_twice_is_refused(world: Path) -> None:
    with pytest.raises(InputError, match="is given twice"):
        side_by_side(world / "plan", [world / "west", world / "plan" / ".." / "west"])


def test_options_of_different_bases_are_refused(world: Path, tmp_path: Path, run: Run) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for file in (world / "plan").iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    write_option(tmp_path / "x", "Other", NORTH, base="../other")
    result = run(world / "plan", world / "west", tmp_path / "x")
    assert result.exit_code == 2
    assert "Options side by side need one base" in result.output
    assert result.output.count("error:") == 1


@pytest.mark.parametrize("title", ["West", " west ", "TODAY"])
def test_two_options_of_one_name_are_refused(world: Path, tmp_path: Path, run: Run, title: str) -> None:
    write_option(tmp_path / "x", title, NORTH, base=str(world / "plan"))
    result = run(world / "plan", world / "west", tmp_path / "x")
    assert result.exit_code == 2
    assert "Give each option a title of its own" in result.output


def test_nothing_to_compare_is_refused(world: Path, tmp_path: Path, run: Run) -> None:
    assert "without any option" in run(world / "plan").output
    (tmp_path / "empty").mkdir()
    result = run(world / "plan", tmp_path / "empty")
    assert (result.exit_code, "holds no plan and no proposals" in result.output) == (2, True)


def test_long_titles_become_letters(world: Path, tmp_path: Path) -> None:
    write_option(tmp_path / "x", "A title that is long", NORTH, base=str(world / "plan"))
    found = side_by_side(world / "plan", [world / "west", tmp_path / "x"])
    assert [(s.label, s.title) for s in found.options] == [("A", "West"), ("B", "A title that is long")]


def test_a_change_of_nothing_is_like_today(world: Path, tmp_path: Path, run: Run) -> None:
    write_option(tmp_path / "x", "Same", TODAY, base=str(world / "plan"))
    result = run(world / "plan", tmp_path / "x")
    assert result.exit_code == 0
    assert "Same is like today's map in every row" in result.output
    assert "In nothing that is measured." in result.output
