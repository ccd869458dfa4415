"""Column names, codes and vintages."""

from __future__ import annotations

import datetime as dt

import pytest

from footprint.model.errors import InputError
from footprint.model.geographies import GEOGRAPHIES, geography, geography_of_codes, looks_foreign, read_column
from footprint.model.history import changes, every_code
from footprint.model.levels import PROFILES, Band, Level
from footprint.model.nations import ENGLAND
from footprint.model.vintage import ended_before, together, vintage_clash


@pytest.mark.parametrize(
    ("name", "key", "kind", "year"),
    [
        ("LAD20CD", "LAD", "code", 2020),
        ("lad20nm", "LAD", "name", 2020),
        ("ctyua21nm", "UTLA", "name", 2021),
        ("SICBL22CD", "SICBL", "code", 2022),
        ("ICB23CD", "ICS", "code", 2023),
        ("STP21CD", "ICS", "code", 2021),
        ("ltla20_code", "LAD", "code", 2020),
        ("lsoa11_code", "LSOA", "code", 2011),
        ("utla21_name", "UTLA", "name", 2021),
    ],
)
def test_ons_column_names_are_read(name: str, key: str, kind: str, year: int) -> None:
    column = read_column(name)
    assert column is not None
    assert column.geography is not None
    assert (column.geography.key, column.kind, column.vintage) == (key, kind, year)


@pytest.mark.parametrize("name", ["CCG21CDH", "LAD20NMW", "OBJECTID", "SHAPE_Area", "BNG_E", "total20"])
def test_other_columns_are_not(name: str) -> None:
    assert read_column(name) is None


def test_a_geography_has_several_names() -> None:
    assert geography("stp") is geography("ICB") is GEOGRAPHIES["ICS"]
    with pytest.raises(InputError, match="no geography"):
        geography("LSAO")


def test_nations_are_told_by_codes_and_not_by_initials() -> None:
    assert ENGLAND.outside("W06000001") == "Wales"
    assert ENGLAND.outside("N09000001") == "Northern Ireland"
    assert ENGLAND.outside("E06000001") is None
    assert ENGLAND.outside("N01") is None
    assert ENGLAND.outside("West") is None


def test_codes_of_another_kind_are_foreign() -> None:
    lad = GEOGRAPHIES["LAD"]
    assert looks_foreign("E10000024", lad)
    assert looks_foreign("Sheffield", lad)
    assert not looks_foreign("E08000019", lad)
    assert not looks_foreign("anything", GEOGRAPHIES["OTHER"])
    assert geography_of_codes(["E54000009", "E54000014"]) is GEOGRAPHIES["ICS"]
    assert geography_of_codes(["E54000009", "X", "Y"]) is None


def test_the_days_of_a_code_set_follow_from_what_began_and_what_ended() -> None:
    year = (dt.date(2020, 4, 1), dt.date(2021, 3, 31))
    assert together(["E06000060", "E07000150"]) == year  # Buckinghamshire and Corby
    assert together(["E06000061"]) == (dt.date(2021, 4, 1), None)
    assert together(["E07000171"]) == (None, None)
    clash = vintage_clash(["E07000150", "E06000062"])
    assert clash is not None
    assert (clash.year, [s.old for s in clash.ended], clash.born) == (2021, ["E07000150"], ("E06000062",))
    assert vintage_clash(["E07000150", "E07000154"]) is None


def test_a_code_ends_on_the_first_of_april_of_its_year() -> None:
    assert not ended_before(["E07000150"], dt.date(2021, 3, 31))
    assert [s.new for s in ended_before(["E07000150"], dt.date(2021, 4, 1))] == ["E06000061"]


def test_successions_are_a_table_without_contradictions() -> None:
    whole = [c for c in changes() if c.how != "part"]
    assert len({c.old for c in whole}) == len(whole)
    assert {code for c in changes() for code in (c.old, c.new)} <= set(every_code())


def test_bands_include_both_ends() -> None:
    band = Band(250_000, 500_000)
    assert [band.status(p) for p in (249_999, 250_000, 500_000, 500_001)] == [
        "BELOW", "WITHIN", "WITHIN", "ABOVE",
    ]  # fmt: skip
    assert [band.distance(p) for p in (249_999, 300_000, 500_002)] == [-1, 0, 2]
    assert Band(1_000_000, None).status(9e9) == "WITHIN"


def test_the_default_profile_has_a_band_for_each_level() -> None:
    assert set(PROFILES["classic"].bands) == set(Level)
    assert all(profile.source for profile in PROFILES.values())
