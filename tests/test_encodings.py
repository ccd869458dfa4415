"""Names in shapefiles and tables: whatever a .cpg says, no MÃ´n; what was not taken as stated is noted."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from maps import draw, save

import footprint
from footprint.model.errors import InputError
from footprint.model.geographies import GEOGRAPHIES
from footprint.model.rows import Lookup
from footprint.read.flows import read_flows
from footprint.read.lookup import read_lookup
from footprint.read.providers import read_providers
from footprint.read.specs import FlowsSpec, ProvidersSpec

NAMES = ["Ynys Môn", "Llŷn – Sir Fôn", "Bryn’r Ádh"]


def shapefile(folder: Path, cells: list[bytes], cpg: str | None, width: int = 80) -> Path:
    """Write districts A, B and C whose names are these bytes in the .dbf."""
    districts = draw("A B C")
    [column] = [c for c in districts.columns if c.endswith("NM")]
    districts[column] = ["a".ljust(width, "x"), "b".ljust(width, "x"), "c".ljust(width, "x")]
    path = save(districts, folder / "lad.shp")
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    dbf[29] = 0
    for letter, cell in zip(b"abc", cells, strict=True):
        old = bytes([letter]) + b"x" * (width - 1)
        assert dbf.count(old) == 1
        dbf = dbf.replace(old, cell[:width].ljust(width))
    path.with_suffix(".dbf").write_bytes(dbf)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg)
    return path


def read(path: Path) -> tuple[list[str], list[str]]:
    before = path.with_suffix(".dbf").read_bytes()
    layer = footprint.read_layer(path)
    assert path.with_suffix(".dbf").read_bytes() == before
    return list(layer.names), [n for n in layer.notes if "lad.shp" in n]


@pytest.mark.parametrize(
    "cpg", ["1252", "ISO-8859-1", "ANSI 1252", "ISO 8859-1", "88591", "latin1", "CP1252", "850"]
)
def test_utf_8_that_is_called_western_is_read_as_utf_8(tmp_path: Path, cpg: str) -> None:
    path = shapefile(tmp_path, [name.encode() for name in NAMES], cpg)
    assert read(path) == (
        NAMES,
        [f"lad.shp: its .cpg says {cpg}, but its text is UTF-8, and was read as such"],
    )
    assert path.with_suffix(".cpg").read_text() == cpg


@pytest.mark.parametrize("cpg", ["UTF-8", "utf8", "65001", None])
def test_utf_8_that_nothing_contradicts_needs_no_note(tmp_path: Path, cpg: str | None) -> None:
    assert read(shapefile(tmp_path, [name.encode() for name in NAMES], cpg)) == (NAMES, [])


@pytest.mark.parametrize("cpg", ["1252", "ISO-8859-1", None])
def test_a_mixture_is_read_name_by_name(tmp_path: Path, cpg: str | None) -> None:
    cells = [NAMES[0].encode("cp1252"), NAMES[1].encode(), "Môn – Fôn".encode("cp1252")]
    names, notes = read(shapefile(tmp_path, cells, cpg))
    assert names == [NAMES[0], NAMES[1], "Môn – Fôn"]
    assert notes == ["lad.shp: 1 of its names are UTF-8 and 2 Windows-1252; each was read as what it is"]


@pytest.mark.parametrize("cpg", ["1252", "ISO-8859-1", None])
def test_western_text_keeps_its_dashes_and_quotes(tmp_path: Path, cpg: str | None) -> None:
    western = ["Ynys Môn", "Bryn – Fôn", "Neu’r “Ádh”"]
    names, notes = read(shapefile(tmp_path, [n.encode("cp1252") for n in western], cpg))
    assert names == western
    assert notes == (
        ["lad.shp: it has no .cpg; its text is no UTF-8, and was read as Windows-1252"] if cpg is None else []
    )


def test_another_encoding_that_is_stated_is_believed(tmp_path: Path) -> None:
    assert read(shapefile(tmp_path, [b"M\x93n", b"B", b"C"], "850"))[0] == ["Môn", "B", "C"]
    (tmp_path / "language").mkdir()
    path = shapefile(tmp_path / "language", [b"M\x93n", b"B", b"C"], None)
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    dbf[29] = 0x02  # code page 850
    path.with_suffix(".dbf").write_bytes(dbf)
    assert read(path)[0] == ["Môn", "B", "C"]


@pytest.mark.parametrize("cpg", ["1252", "UTF-8", None])
def test_a_name_that_was_cut_in_the_middle_of_a_letter_loses_that_letter(
    tmp_path: Path, cpg: str | None
) -> None:
    cells = ["Mônmôn".encode()[:6], b"B", b"C"]
    assert cells[0].endswith(b"\xc3")
    names, notes = read(shapefile(tmp_path, cells, cpg, width=6))
    assert names == ["Mônm", "B", "C"]
    assert notes == ["lad.shp: 1 of its names end in the middle of a letter, which was left out"]


def test_western_text_that_is_called_utf_8_is_refused(tmp_path: Path) -> None:
    path = shapefile(tmp_path, [n.encode("cp1252") for n in ("Môn", "Fôn", "C")], "UTF-8")
    with pytest.raises(InputError, match=r"not UTF-8.*lad\.cpg"):
        footprint.read_layer(path)


def test_plain_names_say_nothing(tmp_path: Path) -> None:
    assert read(shapefile(tmp_path, [b"A", b"B", b"C"], "1252")) == (["A", "B", "C"], [])


LOOKUP = "LSOA21CD,LAD21CD,LAD21NM\nE01000001,E07000001,Ynys Môn\nE01000002,E07000002,Café–Bar\n"
RIGHT = {"E07000001": "Ynys Môn", "E07000002": "Café–Bar"}


def districts_of(path: Path) -> Lookup:
    """Return the districts of units in a table."""
    return read_lookup(path, unit="LSOA21CD", code="LAD21CD", unit_geography=None, geography=None, role="x")


def twice(text: str) -> bytes:
    return text.encode().decode("cp1252").encode()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (LOOKUP.encode("utf-8-sig"), ""),
        (b"\xef\xbb\xbf" * 2 + LOOKUP.encode(), ""),
        (LOOKUP.encode("utf-16"), ""),
        (LOOKUP.encode("cp1252"), "was read as Windows-1252"),
        (LOOKUP.encode().replace("ô".encode(), "ô".encode("cp1252")), "is UTF-8 in 1 line and Windows"),
        (twice(LOOKUP), "letters that were encoded twice"),
        (b"\xef\xbb\xbf" + twice(LOOKUP), "letters that were encoded twice"),
        (LOOKUP.encode().replace("Ynys Môn".encode(), twice("Ynys Môn")), "letters that were encoded twice"),
        (LOOKUP.replace("E01000002", "E01000002\u200b").encode(), "blanks around 1 code"),
    ],
)  # fmt: skip
def test_text_of_a_table_is_read_as_what_it_is(tmp_path: Path, data: bytes, told: str) -> None:
    (tmp_path / "lookup.csv").write_bytes(data)
    found = districts_of(tmp_path / "lookup.csv")
    assert dict(found.names) == RIGHT
    assert list(found.codes.index) == ["E01000001", "E01000002"]
    assert [note for note in found.notes if "lookup.csv" in note and (not told or told not in note)] == []
    assert any(told in note for note in found.notes) or not told


def test_letters_that_were_lost_before_are_told(tmp_path: Path) -> None:
    (tmp_path / "lookup.csv").write_text(LOOKUP.replace("ô", "\ufffd"), encoding="utf-8")
    found = districts_of(tmp_path / "lookup.csv")
    assert "lookup.csv: 1 letter had been lost before the file was saved (\ufffd)" in found.notes


@pytest.mark.parametrize("cpg", ["UTF-8", "1252", None])
def test_names_that_were_encoded_twice_are_read_as_what_they_were(tmp_path: Path, cpg: str | None) -> None:
    right = ["Ynys Môn", "Bryn’r", "Plain"]
    names, notes = read(shapefile(tmp_path, [twice(name) for name in right], cpg))
    assert names == right
    told = "lad.shp: 2 names had been encoded twice, and were read as what they were: Ynys Môn, Bryn’r"
    assert told in notes


def test_a_cpg_of_no_encoding_says_nothing(tmp_path: Path) -> None:
    names, notes = read(shapefile(tmp_path, [name.encode("cp1252") for name in ("Môn", "A–B", "C")], "xyz"))
    assert names == ["Môn", "A–B", "C"]
    assert notes == ["lad.shp: its .cpg says xyz; its text is no UTF-8, and was read as Windows-1252"]


# ── codes of flows and of providers ─────────────────────────────────────────────────────────────

FLOWS = "LAD21CD,provider,count\nE07000001,{a},30\nE07000001,{b},11\nE07000002,{a},7\n"


@pytest.mark.parametrize(
    ("a", "b", "told"),
    [
        ("Môn", "Café–Bar", None),
        (twice("Môn").decode(), twice("Café–Bar").decode(), "2 codes"),
        ("Môn", twice("Café–Bar").decode(), "1 code"),
        ("Môn\u200b", "Caf\u00adé–Bar", "2 codes"),
        # a blank that does not break, encoded twice
        (twice("Môn\u00a0").decode(), "Café–Bar", "1 code"),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_codes_of_flows_are_read_as_what_they_are(
    tmp_path: Path, a: str, b: str, told: str | None, ending: str
) -> None:
    text = FLOWS.format(a=a, b=b)
    (tmp_path / "flows.csv").write_text(text, encoding="utf-8")
    if ending == "parquet":
        pd.read_csv(tmp_path / "flows.csv").to_parquet(tmp_path / "flows.parquet")
    table = read_flows(FlowsSpec(path=f"flows.{ending}"), tmp_path, GEOGRAPHIES["LAD"])
    assert list(table.providers) == ["Café–Bar", "Môn"]
    assert table.low.tolist() == [11, 30, 7]
    noted = [note for note in table.notes if "encoded twice" in note]
    assert len(noted) == (told is not None)
    assert all(note.startswith(f"flows.{ending}: {told} had letters") for note in noted)


def test_rows_of_one_code_in_two_encodings_are_one_pair(tmp_path: Path) -> None:
    rows = FLOWS.format(a="Môn", b=twice("Môn").decode())
    (tmp_path / "flows.csv").write_text(rows, encoding="utf-8")
    spec = FlowsSpec(path="flows.csv", repeated="sum")
    assert read_flows(spec, tmp_path, GEOGRAPHIES["LAD"]).low.tolist() == [41, 7]
    with pytest.raises(InputError, match="on several rows"):
        read_flows(FlowsSpec(path="flows.csv"), tmp_path, GEOGRAPHIES["LAD"])


@pytest.mark.parametrize(
    "data",
    [
        "provider,LAD21CD,name\nMôn,E07000001,Ysbyty Môn\nRFF,E07000002,B\n".encode(),
        twice("provider,LAD21CD,name\nMôn,E07000001,Ysbyty Môn\nRFF,E07000002,B\n"),
        "provider,LAD21CD,name\nMôn,E07000001,Ysbyty Môn\nRFF,E07000002,B\n".encode("cp1252"),
        # one line each
        b"provider,LAD21CD,name\nM\xf4n,E07000001,Ysbyty M\xf4n\nRFF,E07000002,B\xc3\xa9\n",
        "provider,LAD21CD,name\nMôn\u200b,E07000001,Ysbyty Môn\nRFF,E07000002,B\n".encode(),
    ],
    ids=["utf-8", "twice", "1252", "mixed", "invisible"],
)
def test_codes_of_providers_meet_those_of_flows(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "providers.csv").write_bytes(data)
    spec = ProvidersSpec(path="providers.csv", code="provider", area="LAD21CD", name="name")
    found = read_providers(spec, tmp_path, {"lad": pd.Index(["E07000001", "E07000002"])}, {})
    assert dict(found.names) == {"Môn": "Ysbyty Môn", "RFF": "Bé" if b"\xc3\xa9" in data else "B"}
