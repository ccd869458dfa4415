"""The history of codes: when they were in force, what became of them, and which sets fit together.

The truth of the national tests is read from the source tables as they are, without the program.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.model.follow import follow
from footprint.model.history import (
    EXACT,
    KINDS,
    became,
    changes,
    end_of,
    every_code,
    kind_of,
    name_on,
    period_of,
    versions,
)
from footprint.model.vintage import april, begun_after, made_up, together, vintage_clash, whole

ROOT = Path(__file__).parent.parent
DAY = dt.timedelta(1)
SETS = {
    "districts": ("E06", "E07", "E08", "E09"),
    "upper-tier authorities": ("E06", "E08", "E09", "E10"),
    **{KINDS[prefix].plural: (prefix,) for prefix in KINDS if prefix not in ("E06", "E07", "E08", "E09")},
    "London boroughs": ("E09",),
}


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


class Span(NamedTuple):
    first: dt.date
    last: dt.date


@pytest.fixture(scope="session")
def source() -> Path:
    named = os.environ.get("FOOTPRINT_DATA")
    folder = (Path(named) if named else ROOT.parent / "shared" / "data") / "code-history"
    if not folder.is_dir():
        pytest.skip("the history of codes is not here; set FOOTPRINT_DATA to its folder")
    return folder


@pytest.fixture(scope="session")
def nations(source: Path) -> Path:
    return source.parent / "nations"


@pytest.fixture(scope="session")
def spans(source: Path) -> dict[str, Span]:
    """Return the first and the last day of every code, from the source tables alone."""
    found: dict[str, Span] = {}
    rows = [row for path in sorted(source.glob("*.csv")) for row in rows_of(path)]
    for row in rows:
        if "code" not in row:
            continue
        first = dt.date.fromisoformat(row["start"]) if row["start"] else dt.date.max
        last = dt.date.fromisoformat(row["end"]) if row["end"] else dt.date.max
        old = found.get(row["code"])
        if old is None:
            found[row["code"]] = Span(first, last)
        else:
            closed = min(old.last, last) if not row["start"] else max(old.last, last)
            found[row["code"]] = Span(min(old.first, first), closed)
    # known beside the tables: S.I. 2024/1328
    for old_code, new in (("E08000016", "E08000038"), ("E08000019", "E08000039")):
        found[old_code] = Span(found[old_code].first, dt.date(2025, 3, 31))
        found[new] = Span(dt.date(2025, 4, 1), dt.date.max)
    return found


@pytest.mark.national
def test_the_tables_are_what_the_script_makes_of_the_source(source: Path) -> None:
    script = [sys.executable, str(ROOT / "scripts" / "history.py"), str(source), "--check"]
    run = subprocess.run(script, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, ""), run.stderr


@pytest.mark.national
def test_every_code_is_in_force_on_the_days_of_the_source(spans: dict[str, Span]) -> None:
    assert set(every_code()) == set(spans)
    for code, span in spans.items():
        period = period_of(code)
        assert period is not None
        # most codes were given out in 2009, to areas that are older
        assert (period.first or dt.date(2009, 1, 1), period.last or dt.date.max) == span, code


@pytest.mark.national
@pytest.mark.parametrize("of", SETS)
def test_the_set_in_force_on_a_day_fits_exactly_its_period(of: str, spans: dict[str, Span]) -> None:
    """On every day at which something changed, and with it on all others."""
    held = {code: span for code, span in spans.items() if code[:3] in SETS[of]}
    days = {span.first for span in held.values()} | {
        span.last + DAY for span in held.values() if span.last.year < 9999
    }
    days = {day for day in days if day >= dt.date(2009, 1, 1)}
    for day, following in zip(sorted(days), [*sorted(days)[1:], None], strict=True):
        inside = {code for code, span in held.items() if span.first <= day <= span.last}
        if not inside:
            continue
        first = None if day == dt.date(2009, 1, 1) else day
        found = whole(inside)
        assert found is not None, day
        assert found[1] == (first, following and following - DAY), day
        shared = together(inside)
        assert shared is not None
        # no more than what every one of them allows
        assert shared.low <= day <= shared.high
        assert shared.low == max(period.low for c in inside if (period := period_of(c)))
        assert shared.high == min(span.last for c, span in held.items() if c in inside)
        # but for the few days on which an area stood beside the one that took its place
        if not any(c.old in inside and c.new in inside for c in changes()):
            assert vintage_clash(inside) is None, day


@pytest.mark.national
@pytest.mark.parametrize("of", SETS)
def test_a_set_with_one_code_of_another_day_clashes(of: str, spans: dict[str, Span]) -> None:
    held = {code: span for code, span in spans.items() if code[:3] in SETS[of]}
    for code, span in held.items():
        for other, theirs in held.items():
            apart = span.last < theirs.first or theirs.last < span.first
            if apart:
                assert together([code, other]) is None
                assert vintage_clash([code, other]) is not None


@pytest.mark.national
def test_changes_of_districts_are_those_of_the_source(source: Path) -> None:
    rows = rows_of(source / "district_changes.csv")
    told = {(r["from_code"], r["to_code"], r["date"]) for r in rows if r["from_code"] != r["to_code"]}
    kinds = ("E06", "E07", "E08", "E09", "W06")
    known = {(c.old, c.new, str(c.date)) for c in changes() if c.old[:3] in kinds and c.date.year < 2025}
    assert known == told


def test_every_change_says_what_states_it_or_goes_by_the_name_alone() -> None:
    assert {c.old for c in changes() if not c.order and c.how != "name"} == set()
    assert {c.old for c in changes() if c.order and c.how == "name"} == set()


@pytest.mark.national
def test_the_mergers_of_2021_are_those_within_one_system(source: Path) -> None:
    """The source gives the system of each CCG; where CCGs ended in one, one CCG began."""
    rows = [r for r in rows_of(source / "code_history_2024-07.csv") if r["code"][:3] == "E38"]
    ended = {r["code"]: r["parent"] for r in rows if r["end"] == "2021-03-31" and r["parent"][:3] == "E54"}
    begun = {r["parent"]: r["code"] for r in rows if r["start"] == "2021-04-01"}
    seen = {r["code"] for r in rows if r["start"] < "2021-04-01"}
    expected = {code: begun[system] for code, system in ended.items() if begun[system] not in seen}
    told = {c.old: c.new for c in changes() if c.old[:3] == "E38" and str(c.date) == "2021-04-01"}
    assert len(expected) == 38
    assert told == expected
    assert {c.how for c in changes() if c.old in expected} == {"merger"}


@pytest.mark.national
def test_boards_of_wales_hold_the_authorities_of_the_lookup(nations: Path) -> None:
    """Until 2009 each authority had a board of its name; the lookup says where it lies in 2022."""

    def short(name: str) -> str:
        for word in ("Isle of ", "The ", " Teaching"):
            name = name.replace(word, "")
        return name.replace("Taff", "Taf")

    lies = {short(r["ltla21_name"]): r["lhb22_code"] for r in rows_of(nations / "lookup_ltla21_lhb22.csv")}
    before = [c for c in every_code() if c[:3] == "W11" and period_of(c).first is None]  # type: ignore[union-attr]
    assert len(before) == len(lies) == 22
    for code in before:
        (change,) = became(code)
        boards = {change.new} if end_of(change.new) is None else {c.new for c in became(change.new)}
        assert lies[short(versions(code)[-1].name)] in boards, code


@pytest.mark.national
def test_boards_of_scotland_are_in_force_as_a_table_of_their_own_says(nations: Path) -> None:
    """The Scottish list of boards gives days too."""
    for row in rows_of(nations / "names_codes_hb19.csv"):
        period = period_of(row["hb19_code"])
        assert period is not None
        last = None if row["date_archived"] == "NA" else dt.date.fromisoformat(row["date_archived"])
        assert (str(period.first), period.last) == (row["date_enacted"], last)
        assert "NHS " + versions(row["hb19_code"])[-1].name == row["hb19_name"]


@pytest.mark.national
def test_the_ccgs_of_2013_lead_to_those_of_2021(england: Path) -> None:
    rows = rows_of(england / "lookup_lsoa11_ccg21_stp21_ltla21.csv")
    ccgs = {
        value for row in rows for key, value in row.items() if key.startswith("ccg21") and value[:3] == "E38"
    }
    first = [c for c in every_code() if c[:3] == "E38" and dt.date(2013, 4, 1) in (period_of(c) or ())]
    assert (len(first), len(ccgs)) == (211, 106)
    ends = set()
    for code in first:
        here = {code}
        while gone := {c for c in here if (end := end_of(c)) is not None and end.date <= dt.date(2021, 4, 1)}:
            here = (here - gone) | {c.new for old in gone for c in became(old)}
        assert here <= ccgs, code
        ends |= here
    assert ends == ccgs


def test_changes_hang_together() -> None:
    for change in changes():
        old, new = period_of(change.old), period_of(change.new)
        assert old is not None
        assert new is not None
        assert old.last is not None
        assert old.last + DAY == change.date
        assert new.low <= change.date <= new.high
    whole_ = [c for c in changes() if c.how != "part"]
    assert len({c.old for c in whole_}) == len(whole_)
    for code in every_code():
        assert bool(became(code)) == (end_of(code) is not None), code


# ── one code ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("E08000016", "E08000016 became E08000038 on 1 April 2025, with another boundary"),
        ("E07000150", "E07000150 became part of E06000061 on 1 April 2021"),
        ("E10000021", "E10000021 was divided among E06000061 and E06000062 on 1 April 2021"),
        ("E10000023", "E10000023 became E06000065 on 1 April 2023, on the same ground"),
        ("E54000034", "E54000034 was divided among E54000067, E54000069 and E54000070 on 1 April 2026"),
        (
            "E54000009",
            "E54000009 became E54000061 on 1 July 2022, with another boundary; part of its ground went to "
            "E54000060",
        ),
        ("S08000001", "S08000001 became S08000015 on 1 April 2014"),
    ],
)
def test_what_became_of_an_area_is_told(code: str, sentence: str) -> None:
    assert str(end_of(code)) == sentence


@pytest.mark.parametrize(
    "code", ["E10000021", "E10000006", "E54000034", "E54000023", "E54000025", "E38000041"]
)
def test_what_was_divided_has_no_successor(code: str) -> None:
    end = end_of(code)
    assert end is not None
    assert end.new is None
    assert len(end.into) > 1


def test_an_e38_code_is_a_ccg_before_july_2022_and_a_sub_icb_location_after() -> None:
    june, july = dt.date(2022, 6, 30), dt.date(2022, 7, 1)
    kinds = [kind_of("E38000008", day) for day in (june, july)]
    assert [kind and kind.noun for kind in kinds] == ["CCG", "Sub-ICB location"]
    assert period_of("E38000008", "CCG") == (dt.date(2013, 4, 1), june)
    assert period_of("E38000008", "SICBL") == (july, None)
    assert period_of("E38000264", "CCG") == period_of("E38000264")


def test_a_name_is_that_of_the_day() -> None:
    assert name_on("E47000002", dt.date(2021, 8, 31)) == "Sheffield City Region"
    assert name_on("E47000002", dt.date(2021, 9, 1)) == "South Yorkshire"
    assert name_on("E99000001", dt.date(2021, 9, 1)) == "E99000001"


def test_forty_two_boards_became_thirty_six() -> None:
    systems = [c for c in every_code() if c[:3] == "E54"]
    for day, n in ((dt.date(2026, 3, 31), 42), (dt.date(2026, 4, 1), 36)):
        assert sum(day in (period_of(code) or ()) for code in systems) == n


# ── sets ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("codes", "ended", "year"),
    [
        (["E10000021", "E06000061"], ["E10000021"], 2021),
        (["E10000006", "E06000063"], ["E10000006"], 2023),
        (["E08000016", "E08000038"], ["E08000016"], 2025),
        (["E38000066", "E38000244"], ["E38000066"], 2020),
        (["E38000046", "E38000250", "E38000008"], ["E38000046"], 2021),
        (["E54000063", "E54000069", "E54000008"], ["E54000063"], 2026),
        (["E40000007", "E40000013"], ["E40000007"], 2024),
        (["S12000046", "S12000049"], ["S12000046"], 2019),
    ],
)
def test_codes_of_different_times_clash(codes: list[str], ended: list[str], year: int) -> None:
    clash = vintage_clash(codes)
    assert clash is not None
    assert ([e.old for e in clash.ended], clash.year) == (ended, year)


def test_codes_that_are_not_known_count_for_nothing() -> None:
    assert together(["E07999999", "X"]) == (None, None)
    assert whole(["X"]) is None
    assert vintage_clash(["E07999999", "E06000061"]) is None


def test_areas_that_have_not_begun_are_named_with_their_day() -> None:
    assert begun_after(["E06000061", "E06000001"], dt.date(2021, 3, 31)) == (
        ("E06000061", dt.date(2021, 4, 1)),
    )
    assert begun_after(["E06000061"], dt.date(2021, 4, 1)) == ()


def test_codes_are_made_up_where_no_name_is_theirs() -> None:
    assert made_up({"E38000065": "Area A", "E38000066": "Area B"})
    assert not made_up({"E38000065": "Greater Preston", "E38000066": "Area B"})


def test_codes_without_names_are_made_up_if_they_are_none_that_layers_have() -> None:
    bare = lambda *codes: made_up({code: code for code in codes})  # noqa: E731
    assert not bare("E38000065")
    assert bare("E54000000", "E54000001", "E54000002", "E54000003", "E54000004", "E54000005")
    assert bare("E10000001", "E10000002")  # Bedfordshire ended in 2009
    assert not bare("E10000002")
    assert not bare("E54000999", "E54000001")
    assert not bare("E38001000", "E38000001")  # counting goes by all six digits
    assert bare("E99000001", "X")


@pytest.mark.parametrize("called", ["{code}", "", " ", "12", "QF7", "00L"])
def test_a_few_codes_that_are_not_known_make_no_set_of_ones_own(called: str) -> None:
    """Neither unknown codes, nor a column that names nothing, hide that the rest is real."""
    real = [c for c in every_code() if c[:3] == "E54" and dt.date(2024, 4, 1) in (period_of(c) or ())]
    for strange in ([], ["E54000000"], ["E54000000", "E07000999", "x"]):
        for held in (real, real[5:20]):
            assert not made_up({code: called.format(code=code) for code in [*held, *strange]})
    assert not made_up(dict.fromkeys(real, "Area"))  # all systems of a day


def test_the_year_of_a_file_is_guessed_only_where_its_codes_say_it() -> None:
    names = lambda *codes: dict.fromkeys(codes, "") | {c: versions(c)[-1].name for c in codes}  # noqa: E731
    assert (
        april(names("E07000150", "E07000154")) == 2020
    )  # nothing else is known than that they ended in 2021
    assert april(names("E54000010", "E54000011")) is None
    assert april(names("E54000009", "E54000052")) == 2020
    # boards that began in October 2009, and CCGs that were there together from July 2022 to March 2023
    assert april(names("W11000026", "W11000027")) == 2010
    assert april(names("E38000246", "E38000258")) == 2022


# ── following ───────────────────────────────────────────────────────────────────────────────────


def test_a_merger_is_followed_with_all_of_its_parts_only() -> None:
    cumberland = ["E07000026", "E07000028", "E07000029"]
    there, refused = follow(cumberland, dt.date(2023, 4, 1))
    assert (there, refused) == (dict.fromkeys(cumberland, "E06000063"), {})
    there, refused = follow(cumberland[:2], dt.date(2023, 4, 1))
    assert there == {}
    assert refused["E07000026"] == "E07000026 became part of E06000063, but E07000029 cannot be added to it"


def test_what_took_ground_of_a_divided_area_cannot_be_added_up() -> None:
    there, refused = follow(["E54000022", "E54000027", "E54000028"], dt.date(2026, 4, 1))
    assert there == dict.fromkeys(["E54000027", "E54000028"], "E54000071")
    assert refused == {"E54000022": "E54000022 became part of E54000068, which also took ground of E54000023"}


def test_a_county_and_its_districts_do_not_count_twice() -> None:
    somerset = ["E07000187", "E07000188", "E07000189", "E07000246"]
    assert set(follow(somerset, dt.date(2023, 4, 1))[0].values()) == {"E06000066"}
    assert follow(["E10000027"], dt.date(2023, 4, 1))[0] == {"E10000027": "E06000066"}
    there, refused = follow([*somerset, "E10000027"], dt.date(2023, 4, 1))
    assert there == {}
    assert "it would count twice" in refused["E10000027"]


def test_mergers_follow_one_another() -> None:
    taunton = ["E07000190", "E07000191", "E07000187", "E07000188", "E07000189"]
    assert follow(taunton, dt.date(2023, 4, 1)) == (dict.fromkeys(taunton, "E06000066"), {})


def test_going_back_only_a_new_code_is_followed() -> None:
    there, refused = follow(["E06000065", "E06000063", "E06000001"], dt.date(2022, 4, 1))
    assert there == {"E06000065": "E10000023", "E06000001": "E06000001"}
    assert "has other ground" in refused["E06000063"]


@pytest.mark.parametrize(
    ("code", "county", "district", "date"),
    [
        ("E06000060", "E10000002", "E07000010", dt.date(2020, 3, 31)),
        ("E06000066", "E10000027", "E07000010", dt.date(2022, 4, 1)),
        ("E06000065", "E10000023", "E07000240", dt.date(2021, 4, 1)),
    ],
)
def test_a_table_of_districts_leads_back_to_no_county(
    code: str, county: str, district: str, date: dt.date
) -> None:
    """The authority has the ground of the county, but the table would hold areas of two tiers."""
    assert follow([code, "E06000001"], date)[0][code] == county
    assert follow([code, "E10000003"], date)[0][code] == county
    there, refused = follow([code, district], date)
    assert there == {district: district}
    assert "has other ground than what was there before" in refused[code]
    assert "E10" not in refused[code]
    assert "E07" in refused[code]


@settings(deadline=None)
@given(st.data())
def test_what_is_followed_is_in_force_there_and_nothing_is_lost(data: st.DataObject) -> None:
    """Whatever is asked: each code is followed or refused, to a code of that day, on ground that is whole."""
    start = data.draw(st.dates(dt.date(2009, 4, 1), dt.date(2026, 6, 1)))
    end = data.draw(st.dates(dt.date(2009, 4, 1), dt.date(2026, 6, 1)))
    prefix = data.draw(
        st.sampled_from(("E06 E07 E08 E09", "E06 E08 E09 E10", "E38", "E54", "E47", "W11", "S12"))
    )
    there_then = [c for c in every_code() if c[:3] in prefix and start in (period_of(c) or ())]
    codes = data.draw(st.permutations(there_then)) if data.draw(st.booleans()) else there_then
    there, refused = follow(codes, end)
    assert set(there) | set(refused) == set(codes)
    assert not set(there) & set(refused)
    assert all(end in (period_of(code) or ()) for code in there.values())
    parts = defaultdict(set)
    for old, new in there.items():
        parts[new].add(old)
    if end >= start:
        for new, old in parts.items():
            if old != {new}:
                steps = {c.how for code in old for c in became(code)}
                assert steps <= set(EXACT)
    assert follow(codes, start) == ({code: code for code in codes}, {})


def test_the_table_is_read_only_where_it_is_needed() -> None:
    program = (
        "import sys; from typer.testing import CliRunner; from footprint.cli import app; r = CliRunner(); "
        "[r.invoke(app, a) for a in (['--help'], ['rules'], ['codes', '--help'])]; "
        "assert r.invoke(app, ['who', 'E07000171', 'data/south-yorkshire']).exit_code == 0; "
        "h = sys.modules.get('footprint.model.history'); "
        "print(0 if h is None else h._versions.cache_info().currsize)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.strip() == "0"
