"""Results kept between runs: used when nothing changed, never when anything did."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal, assert_geoseries_equal
from maps import draw, save
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.geometry import coverage, displaced
from footprint.geometry.tolerance import Tolerance
from footprint.measure import faults
from footprint.model import cache
from footprint.model.stored import Unstorable, from_bytes, to_bytes
from footprint.read import repair
from footprint.read.boundary import read_layer

PLAN = 'title = "Drawn"\ndate = 2021-04-01\n[layers.lad]\npath = "lad.geojson"\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOOTPRINT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "cache"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often gaps are looked for."""
    calls: list[int] = []
    real = coverage.coverage_faults

    def spy(polygons: gpd.GeoSeries) -> coverage.Faults:
        calls.append(1)
        return real(polygons)

    monkeypatch.setattr(faults, "coverage_faults", spy)
    return calls


def gaps(folder: Path, drawing: str) -> list[str]:
    save(draw(drawing), folder / "lad.geojson")
    (folder / "footprint.toml").write_text(PLAN, encoding="utf-8")
    return [f.message for f in footprint.check(footprint.load_plan(folder), ["FP102"]).findings]


def test_the_same_outlines_are_looked_at_once(tmp_path: Path, home: Path, counted: list[int]) -> None:
    first, second = (gaps(tmp_path, "A A A\nA . B\nB B B") for _ in (1, 2))
    assert first == second
    assert len(first) == 1
    assert len(counted) == 1


def test_displaced_areas_are_looked_for_once(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    real = displaced.displaced_areas
    monkeypatch.setattr(displaced, "displaced_areas", lambda polygons: looked.append(1) or real(polygons))
    save(draw("A B C\nD E F"), tmp_path / "lad.geojson")
    (tmp_path / "footprint.toml").write_text(PLAN, encoding="utf-8")
    for _ in range(2):
        footprint.check(footprint.load_plan(tmp_path), ["FP111"])
    assert len(looked) == 1


def test_other_outlines_are_looked_at_again(tmp_path: Path, home: Path, counted: list[int]) -> None:
    assert gaps(tmp_path, "A A A\nA . B\nB B B") != []
    assert gaps(tmp_path, "A A A\nA A B\nB B B") == []
    assert len(counted) == 2


def test_one_metre_and_one_code_make_another_fingerprint() -> None:
    shapes = gpd.GeoSeries([shapely.box(0, 0, 1, 1)], index=["A"])
    others = [
        gpd.GeoSeries([shapely.box(0, 0, 1, 2)], index=["A"]),
        gpd.GeoSeries([shapely.box(0, 0, 1, 1)], index=["B"]),
        gpd.GeoSeries([shapely.box(0, 0, 1, 1), None], index=["A", "B"]),
    ]
    assert len({cache.fingerprint(s) for s in (shapes, *others)}) == 4


@pytest.mark.parametrize("rubbish", [b"", b"no pickle", pickle.dumps(1)[:-1]])
def test_a_damaged_result_is_computed_again(
    tmp_path: Path, home: Path, counted: list[int], rubbish: bytes
) -> None:
    first = gaps(tmp_path, "A A A\nA . B\nB B B")
    [kept] = home.rglob("faults/*.result")
    kept.write_bytes(rubbish)
    assert gaps(tmp_path, "A A A\nA . B\nB B B") == first
    assert len(counted) == 2


def test_another_version_computes_again(
    tmp_path: Path, home: Path, counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    gaps(tmp_path, "A B")
    monkeypatch.setattr(cache, "VERSION", "0.0.0")
    gaps(tmp_path, "A B")
    assert len(counted) == 2


def test_other_sources_of_one_version_compute_again(
    tmp_path: Path, home: Path, counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a checkout the version stays while the program changes: yesterday's results are not today's."""
    package = tmp_path / "package"
    for name in ("geometry/gaps.py", "reports/page.py"):
        (package / name).parent.mkdir(parents=True)
        (package / name).write_text("A = 1\n", encoding="utf-8")
    monkeypatch.setattr(cache, "PACKAGE", package)

    def looked(name: str, text: str) -> int:
        (package / name).write_text(text, encoding="utf-8")
        cache.program.cache_clear()  # as in a new process
        gaps(tmp_path, "A B")
        return len(counted)

    try:
        assert [looked("geometry/gaps.py", f"A = {n}\n") for n in (1, 1, 2, 1)] == [1, 1, 2, 2]
        assert looked("reports/page.py", "A = 2\n") == 2  # what only tells has no part in it
    finally:
        cache.program.cache_clear()


def test_results_of_another_user_are_not_read(
    tmp_path: Path, home: Path, counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    gaps(tmp_path, "A B")
    monkeypatch.setattr(os, "getuid", lambda: 99_999)
    gaps(tmp_path, "A B")
    assert len(counted) == 2


def test_the_cache_can_be_turned_off(tmp_path: Path, counted: list[int]) -> None:
    assert cache.folder() is None
    gaps(tmp_path, "A B")
    gaps(tmp_path, "A B")
    assert len(counted) == 2


def test_a_cache_that_cannot_be_written_fails_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("FOOTPRINT_CACHE", str(tmp_path / "file"))
    assert len(gaps(tmp_path, "A A A\nA . B\nB B B")) == 1


def test_old_results_are_deleted(tmp_path: Path, home: Path) -> None:
    gaps(tmp_path, "A B")
    [kept] = home.rglob("*.result")
    os.utime(kept, (0, 0))
    gaps(tmp_path, "A B C")
    assert not kept.exists()
    assert len(list(home.rglob("*.result"))) == 1


# ── entries that somebody else made ─────────────────────────────────────────────────────────────


@pytest.mark.sampled
@pytest.mark.parametrize("change", ["swapped", "renamed", "one bit", "cut off", "longer", "foreign", "link"])
def test_an_entry_that_is_not_what_was_written_is_computed_again(
    tmp_path: Path, home: Path, counted: list[int], monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    holed = gaps(tmp_path, "A A A\nA . B\nB B B")
    [one] = home.rglob("faults/*.result")
    gaps(tmp_path, "A A A\nA A B\nB B B")
    [other] = set(home.rglob("faults/*.result")) - {one}
    data = bytearray(one.read_bytes())
    if change == "swapped":  # a layer without a gap would hide the gap
        one.write_bytes(other.read_bytes())
    elif change == "renamed":
        other.replace(one)
    elif change == "one bit":
        data[-9] ^= 1
        one.write_bytes(data)
    elif change == "cut off":
        one.write_bytes(data[:-9])
    elif change == "longer":
        one.write_bytes(data + b"x")
    elif change == "foreign":  # made by the same program for the same outlines, elsewhere
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "elsewhere"))
    else:
        one.rename(tmp_path / "moved")
        one.symlink_to(tmp_path / "moved")
    counted.clear()
    assert gaps(tmp_path, "A A A\nA . B\nB B B") == holed
    assert counted == [1]


def test_a_sealed_entry_of_a_checkout_is_not_believed(
    tmp_path: Path, home: Path, counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who writes a cache into a repository does not have the secret of who checks it."""
    monkeypatch.setenv("FOOTPRINT_CACHE_KEY", "of a stranger")
    gaps(tmp_path, "A B")
    monkeypatch.delenv("FOOTPRINT_CACHE_KEY")
    counted.clear()
    gaps(tmp_path, "A B")
    gaps(tmp_path, "A B")
    assert counted == [1]


def test_a_pickle_in_the_cache_is_not_loaded(tmp_path: Path, home: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (os.mkdir, (str(tmp_path / "trapped"),))

    gaps(tmp_path, "A B")
    [one] = home.rglob("faults/*.result")
    one.write_bytes(pickle.dumps(Trap()))
    gaps(tmp_path, "A B")
    assert not (tmp_path / "trapped").exists()


def test_folders_and_the_secret_are_private(tmp_path: Path, home: Path, counted: list[int]) -> None:
    gaps(tmp_path, "A B")
    assert {oct(p.stat().st_mode & 0o777) for p in (home, home / "faults", tmp_path / "data/footprint")} == {
        "0o700"
    }
    assert oct((tmp_path / "data/footprint/cache.key").stat().st_mode & 0o777) == "0o600"
    assert (home / ".gitignore").read_text() == "*\n"
    (home / "faults").chmod(0o777)  # now others may have written there
    gaps(tmp_path, "A B")
    assert len(counted) == 2


def test_what_is_too_much_is_deleted_and_the_last_stays(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gaps(tmp_path, "A B")
    [first] = home.rglob("*.result")
    os.utime(first, (1e9, 1e9))
    monkeypatch.setenv("FOOTPRINT_CACHE_SIZE", f"{first.stat().st_size * 3 // 2}B")
    monkeypatch.setattr(cache, "KEEP_DAYS", 100_000)
    gaps(tmp_path, "A B C")
    assert not first.exists()
    assert len(list(home.rglob("*.result"))) == 1


def test_the_command_says_where_and_how_much_and_clears_its_own_files_only(
    tmp_path: Path, home: Path
) -> None:
    gaps(tmp_path, "A B")
    (home / "mine.txt").write_text("")
    (home / "faults" / "mine.txt").write_text("")
    (home / "link").symlink_to(tmp_path)
    (tmp_path / "x.result").write_text("")
    said = CliRunner().invoke(app, ["cache"]).output
    assert str(home) in said
    assert "1 result" in said
    assert "faults" in said
    run = CliRunner().invoke(app, ["cache", "--clear"])
    assert run.exit_code == 0
    assert list(home.rglob("*.result")) == []
    assert (home / "mine.txt").exists()
    assert (home / "faults" / "mine.txt").exists()
    assert (tmp_path / "x.result").exists()


def test_values_come_back_as_they_were() -> None:
    frame = gpd.GeoDataFrame(
        {
            "text": ["x", None, "é"],
            "number": [1.5, float("nan"), -0.0],
            "whole": [1, 2, 3],
            "yes": [True, False, True],
            "codes": [("a", "b"), (), ("c",)],
        },
        geometry=[shapely.box(0, 0, 1, 1), None, shapely.Point(1, 2)],
        crs="EPSG:27700",
        index=gpd.pd.Index(["p", "q", "r"], name="code"),
    )
    for one in (frame, frame.iloc[:0], frame[["geometry", "whole"]]):
        assert_geodataframe_equal(from_bytes(to_bytes(one)), one)
    values = [Tolerance(1.0, "why"), None, [1, "a", (2.5, True)], {"b": Tolerance(2.0, ""), "a": {}}]
    held = (frame.geometry, *values, np.arange(6.0).reshape(2, 3))
    series, *plain, array = from_bytes(to_bytes(held))
    assert_geoseries_equal(series, held[0])
    assert plain == values
    assert list(plain[-1]) == ["b", "a"]
    assert (array == held[-1]).all()


@pytest.mark.parametrize("data", [b"", b"12345678", to_bytes([1])[:-1], to_bytes((1, 2))[:9] + b"{}"])
def test_bytes_that_hold_no_value_are_refused(data: bytes) -> None:
    with pytest.raises(Unstorable):
        from_bytes(data)


def test_mended_outlines_are_those_of_a_first_run(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hourglass is mended to its two halves, and another outline in its place is looked at anew."""
    monkeypatch.setattr(repair, "MANY_CORNERS", 0)

    def read(turn: float) -> tuple[float, float]:
        hourglass = shapely.Polygon([(0, 0), (10, turn), (10, 0), (0, 10)])
        frame = draw("A B")
        frame.loc[0, "geometry"] = shapely.transform(hourglass, lambda xy: np.add(xy, (400_000, 300_000)))
        frame.to_file(tmp_path / "lad.gpkg")
        layer = read_layer(tmp_path / "lad.gpkg")
        assert list(layer.repairs["code"]) == ["E07000065"]
        return float(layer.polygons.iloc[0].area), float(layer.repairs["area_after_m2"].iloc[0])

    assert read(10) == read(10) == (50.0, 50.0)
    assert len(list((home / "mended-outlines").iterdir())) == 1
    assert read(30)[0] != 50
    assert len(list((home / "mended-outlines").iterdir())) == 2


HOURGLASS = [(0, 0), (10, 10), (10, 0), (0, 10)]
TWICE_ROUND = [(0, 0), (10, 0), (10, 10), (0, 10), (0, 0), (9, 1), (9, 9), (1, 9)]


@pytest.mark.parametrize("fault", [HOURGLASS, TWICE_ROUND, [(0, 0), (5, 0), (0, 0), (3, 0)]])
@pytest.mark.parametrize("inside", [(20, 20), (8, 4.5), (4.5, 4.5), (0, 3), (-1, -1)])
def test_outlines_mended_by_part_have_the_ground_of_those_mended_whole(
    fault: list[tuple[float, float]], inside: tuple[float, float]
) -> None:
    """Beside, within, astride and at the corner of the part that is at fault."""
    x, y = inside
    islets = [shapely.box(x, y, x + 1, y + 1), shapely.box(x + 2, y, x + 3, y + 1), shapely.box(40, 0, 50, 9)]
    outline = shapely.multipolygons([islets[2], shapely.Polygon(fault), *islets[:2]])
    assert not outline.is_valid
    whole = shapely.make_valid(outline, method="structure", keep_collapsed=False)
    [mended] = repair._valid_by_part(np.array([outline]))
    assert mended.is_valid
    assert mended.equals(whole)


@pytest.mark.parametrize("drawing", ["A A B\nC C B", "A . B\nC C B"])
def test_areas_that_fit_together_are_joined_as_any_are(drawing: str) -> None:
    outlines = draw(drawing).geometry.to_numpy()
    assert coverage.joined(outlines).equals(shapely.union_all(outlines))
    apart = np.append(outlines, shapely.transform(outlines[0], lambda xy: xy + 10))
    assert coverage.joined(apart).equals(shapely.union_all(apart)), "they overlap"
    points = shapely.point_on_surface(outlines)
    assert coverage.joined(points).equals(shapely.union_all(points))
