"""Codes of NHS organisations in the place of others: named for what they are, never matched unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_who import document, fault

import footprint
from footprint.model.errors import InputError
from footprint.model.organisations import are_ods, sites_of

PLAN = """\
title = "T"
date = 2024-04-01
[units]
population = { path = "people.csv" }
[layers.ics]
lookup = { path = "lookup.csv" }
[levels]
system = "ics"
"""
FLOWS = '[flows]\npath = "flows.csv"\nkind = "count"\n[providers]\npath = "trusts.csv"\n'
TABLES = {
    "people": "LSOA21CD,population\nE01000001,1000\nE01000002,2000\n",
    "lookup": "LSOA21CD,ICB23CD,ICB23CDH,ICB23NM\nE01000001,E54000061,QF7,South\n"
    "E01000002,E54000062,QR1,North\n",
    "flows": "LSOA21CD,trust,admissions\nE01000001,RWEAA,51\nE01000001,RT5YA,49\nE01000002,RWEAA,33\n",
    "trusts": "trust,ICB23CD\nRWE,E54000061\nRT5,E54000062\n",
}


def written(folder: Path, plan: str, **tables: str) -> Path:
    for name, text in (TABLES | tables).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "footprint.toml").write_text(plan, encoding="utf-8")
    return folder


def refused(folder: Path) -> str:
    with pytest.raises(InputError) as fault:
        footprint.load_plan(folder)
    return str(fault.value)


# ── sites and trusts ────────────────────────────────────────────────────────────────────────────


def test_flows_of_sites_are_not_matched_with_trusts(tmp_path: Path) -> None:
    told = refused(written(tmp_path, PLAN + FLOWS))
    assert "flows.csv: has site codes that begin with a trust's: RT5YA with RT5, RWEAA with RWE" in told
    assert "not matched unasked" in told
    assert 'provider = "…"' in told


def test_nor_are_flows_of_trusts_with_a_table_of_sites(tmp_path: Path) -> None:
    flows = TABLES["flows"].replace("RWEAA", "RWE").replace("RT5YA", "RT5")
    trusts = "site,ICB23CD\nRWEAA,E54000061\nRT5YA,E54000062\n"
    told = refused(written(tmp_path, PLAN + FLOWS, flows=flows, trusts=trusts))
    assert "trusts.csv: has site codes that begin with a trust's: RWEAA with RWE, RT5YA with RT5" in told
    assert 'code = "…" in [providers]' in told


def test_a_site_among_trusts_is_named_beside_its_trust_and_placed_nowhere(tmp_path: Path) -> None:
    trusts = TABLES["trusts"] + "RWEAA,E54000061\n"
    plan = footprint.load_plan(written(tmp_path, PLAN + FLOWS, trusts=trusts))
    [message] = [f.message for f in footprint.check(plan).findings if f.rule == "FP405"]
    assert "RT5YA (36.8% of all activity; a site code that begins with the trust's, RT5)" in message


@pytest.mark.parametrize(
    ("codes", "known", "sites"),
    [
        (["RWEAA", "RT5YA", "NT424"], {"RWE", "RT5"}, {"RWEAA": "RWE", "RT5YA": "RT5"}),
        (["RWE01", "RWE012"], {"RWE"}, {"RWE01": "RWE", "RWE012": "RWE"}),
        (["RWE", "RWEAAAA", "XRWE"], {"RWE"}, {}),
        (["ABC", "AB"], {"A", "AB"}, {}),
        (["RWEAA1"], {"RWE", "RWEAA"}, {"RWEAA1": "RWEAA"}),
    ],
)
def test_sites_have_the_code_of_their_trust_and_a_little_more(
    codes: list[str], known: set[str], sites: dict[str, str]
) -> None:
    assert sites_of(codes, known) == sites


# ── boards ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("stated", ["", 'area = "ICB23CDH"\n', 'area = "ICB23CDH"\nlayer = "ics"\n'])
def test_providers_in_boards_by_ods_code_are_refused_with_the_pairs(tmp_path: Path, stated: str) -> None:
    trusts = "trust,ICB23CDH\nRWEAA,QF7\nRT5YA,QR1\n"
    told = refused(written(tmp_path, PLAN + FLOWS + stated, trusts=trusts))
    assert "NHS organisation (ODS) codes in " in told
    assert "By the plan's own lookups QF7 is E54000061, QR1 is E54000062" in told


def test_without_pairs_the_official_codes_are_asked_for(tmp_path: Path) -> None:
    trusts = "trust,board\nRWEAA,QF7\nRT5YA,QR1\n"
    lookup = TABLES["lookup"].replace("ICB23CDH", "code_of_the_board_at_the_nhs")
    told = refused(written(tmp_path, PLAN + FLOWS + 'area = "board"\n', trusts=trusts, lookup=lookup))
    assert told.endswith("Add a column of the official codes (E…), and name it.")


def test_a_lookup_of_ods_codes_alone_says_what_they_are(tmp_path: Path) -> None:
    lookup = "LSOA21CD,ICB24CDH\nE01000001,QF7\nE01000002,QR1\n"
    told = refused(
        written(tmp_path, PLAN.replace('"lookup.csv"', '"lookup.csv", unit = "LSOA21CD"'), lookup=lookup)
    )
    assert "ICB24CDH holds NHS organisation (ODS) codes" in told


def test_a_population_by_ods_code_says_what_they_are(tmp_path: Path) -> None:
    plan = PLAN.replace(
        '[units]\npopulation = { path = "people.csv" }', '[population]\npath = "people.csv"\ncode = "b"'
    )
    plan = plan.replace(
        '[layers.ics]\nlookup = { path = "lookup.csv" }', '[layers.ics]\npath = "ics.geojson"'
    )
    from maps import draw, save

    save(draw("A B", "ICS"), tmp_path / "ics.geojson")
    told = refused(written(tmp_path, plan, people="b,population\nQF7,1000\nQR1,2000\n"))
    assert "has NHS organisation (ODS) codes, and no code of any layer" in told


def test_a_body_of_a_board_by_ods_code_says_what_it_is(tmp_path: Path) -> None:
    more = '[accountability]\nbodies = "bodies.csv"\nfunctions = "functions.csv"\n'
    told = refused(
        written(
            tmp_path, PLAN + more, bodies="layer,area_code,body,kind,role\nics,QF7,Board,board,\n",
            functions="function,level,lead\nStroke,system,board\n",
        )
    )  # fmt: skip
    assert "gives Board the NHS organisation (ODS) code QF7 as its area" in told


def test_who_knows_a_board_by_its_ods_code(tmp_path: Path) -> None:
    folder = written(tmp_path, PLAN)
    for asked in ("QF7", "qf7"):
        found = document(asked, folder)
        assert (found["subject"]["code"], found["subject"]["layer"]) == ("E54000061", "ics")
        assert "QF7 is the NHS organisation (ODS) code of E54000061 (South, ics)" in found["plan"]["notes"]
    assert "QF8" in fault("QF8", folder)
    # a code that stands for two areas stands for none
    both = TABLES["lookup"].replace("QR1", "QF7")
    assert "has no LSOA or area 'QF7'" in fault("QF7", written(tmp_path, PLAN, lookup=both))


@pytest.mark.parametrize(
    ("codes", "ods"),
    [
        (["QF7", "QR1"], True),
        (["02X", "A3A8R"], True),
        (["Y63"], True),
        (["E54000061"], False),
        (["Q"], False),
        ([], False),
    ],
)
def test_ods_codes_are_known_by_their_form(codes: list[str], ods: bool) -> None:
    assert are_ods(codes) is ods
