"""Results kept between runs: used when nothing changed, never when anything did."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from maps import draw, save

import footprint
from footprint.geometry import coverage
from footprint.model import cache

PLAN = 'title = "Drawn"\ndate = 2021-04-01\n[layers.lad]\npath = "lad.geojson"\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOOTPRINT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often gaps are looked for."""
    calls: list[int] = []
    real = coverage.coverage_faults

    def spy(polygons: gpd.GeoSeries) -> coverage.Faults:
        calls.append(1)
        return real(polygons)

    monkeypatch.setattr(coverage, "coverage_faults", spy)
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
    [kept] = home.rglob("*.pickle")
    kept.write_bytes(rubbish)
    assert gaps(tmp_path, "A A A\nA . B\nB B B") == first
    assert len(counted) == 2


def test_another_version_computes_again(
    tmp_path: Path, home: Path, counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    gaps(tmp_path, "A B")
    monkeypatch.setattr(footprint, "__version__", "0.0.0")
    gaps(tmp_path, "A B")
    assert len(counted) == 2


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
    [kept] = home.rglob("*.pickle")
    os.utime(kept, (0, 0))
    gaps(tmp_path, "A B C")
    assert not kept.exists()
    assert len(list(home.rglob("*.pickle"))) == 1
