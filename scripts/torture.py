"""Damage files of every format, kill runs, let them race, swap what the cache holds; count what goes wrong.

    python scripts/torture.py [--mutations 2000] [--kills 50] [--state FILE] [--seed 1]

Every case follows from its number and the seed. What is done stands in the state file, from which an
interrupted run goes on; several processes share a run where each has a part of it (--share) and a state
file of its own, which are then put together (cat). Mutations and kills run in forks of one warm process, and
a part of them (--whole; one kill of ten) as whole processes. The table at the end is the one of the guide.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import gc
import gzip
import hashlib
import importlib
import io
import json
import os
import pkgutil
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

import footprint
import footprint.cli

TOGETHER = 8
"""Mutations that share a fork."""
WHOLE_KILLS = 10
"""One of so many runs that are killed is a whole process; most of its time goes into imports."""
HANGS_AFTER = 120
"""Seconds of processor time; the sound plan takes about one."""
WAITS_FOR_NOTHING_AFTER = 10 * HANGS_AFTER
"""Seconds by the clock, which mean little on a busy machine."""

LAYERS = (".shp", ".gpkg", ".geojson", ".geojsonl", ".json", ".topojson", ".fgb", ".parquet", ".kml", ".gml",
          ".gdb", ".shp.zip", ".gpkg.zip")  # fmt: skip
TABLES = (".csv", ".txt", ".parquet", ".xlsx")
FLOWS = (".csv", ".csv.gz", ".parquet")
NAMES = ("a!b", "a;b", "a?b", "::error::x", "##[error]x", "=1+1", "-o", "a b", "é中\u202e", "a\nb", "a'b\"c",
         "$(id)", "%s{}", "vsicurl", "x.zip!y", "[a]*", "~", "a" * 200)  # fmt: skip
DRIVERS = {".geojsonl": "GeoJSONSeq", ".kml": "KML", ".gml": "GML", ".gdb": "OpenFileGDB"}


# ── the plan that is damaged ────────────────────────────────────────────────────────────────────


def squares(codes: list[str], column: str, width: int) -> gpd.GeoDataFrame:
    """Return areas of 4 km by 4 km side by side, `width` in a row."""
    boxes = [
        shapely.box(x, y, x + 4000, y + 4000)
        for x, y in ((400_000 + 4000 * (i % width), 300_000 + 4000 * (i // width)) for i in range(len(codes)))
    ]
    held = {f"{column}CD": codes, f"{column}NM": [f"Area {i}" for i in range(len(codes))]}
    return gpd.GeoDataFrame(held, geometry=boxes, crs="EPSG:27700")


def save_layer(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a layer in the format that the ending says."""
    ending = path.suffix
    if ending == ".zip":
        inner = path.with_suffix("")
        save_layer(frame, inner)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
            for part in sorted(path.parent.glob(f"{inner.stem}.*")):
                if part != path:
                    made.write(part, part.name)
                    part.unlink()
    elif ending == ".parquet":
        frame.to_parquet(path)
    elif ending == ".topojson":
        arcs = [[list(c) for c in shape.exterior.coords] for shape in frame.to_crs("EPSG:4326").geometry]
        rows = frame.drop(columns="geometry").to_dict("records")
        parts = [{"type": "Polygon", "arcs": [[i]], "properties": row} for i, row in enumerate(rows)]
        objects = {"lad": {"type": "GeometryCollection", "geometries": parts}}
        path.write_text(json.dumps({"type": "Topology", "objects": objects, "arcs": arcs}))
    else:
        if ending in (".geojson", ".geojsonl", ".json", ".kml"):
            frame = frame.to_crs("EPSG:4326")
        driver = DRIVERS.get(ending, "GeoJSON" if ending == ".json" else None)
        frame.to_file(path, engine="pyogrio", **({"driver": driver} if driver else {}))


def save_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a table in the format that the ending says."""
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    elif path.suffix == ".xlsx":
        frame.to_excel(path, index=False)
    elif path.suffix == ".gz":
        path.write_bytes(gzip.compress(frame.to_csv(index=False).encode(), mtime=0))
    else:
        frame.to_csv(path, index=False)


def build(folder: Path, layer: str, table: str, flows: str) -> None:
    """Write a plan whose files are of these formats."""
    folder.mkdir()
    units = [f"E010{i:05d}" for i in range(24)]
    providers = ["RAA", "RBB"]
    lad, ics = [f"E070000{i:02d}" for i in range(6)], ["E54000001", "E54000002"]
    outlines = squares(units, "LSOA21", 6)
    outlines.to_file(folder / "units.gpkg", engine="pyogrio")
    of = [i % 6 for i in range(24)]
    joined = outlines.assign(code=[lad[i] for i in of]).dissolve("code").reset_index()
    districts = gpd.GeoDataFrame(
        {"LAD21CD": joined["code"], "LAD21NM": [f"Area {i}" for i in range(6)]},
        geometry=joined.geometry, crs="EPSG:27700",
    )  # fmt: skip
    save_layer(districts, folder / f"lad{layer}")
    halves = outlines.assign(code=[ics[i // 3] for i in of]).dissolve("code").reset_index()
    gpd.GeoDataFrame(
        {"ICB23CD": halves["code"], "ICB23NM": ["West", "East"]}, geometry=halves.geometry, crs="EPSG:27700"
    ).to_file(folder / "ics.gpkg", engine="pyogrio")
    save_table(
        pd.DataFrame({"LSOA21CD": units, "people": [1500 + i for i in range(24)]}), folder / f"people{table}"
    )
    rows = [(unit, provider, 20 + i) for i, unit in enumerate(units) for provider in providers]
    save_table(pd.DataFrame(rows, columns=["unit", "provider", "count"]), folder / f"flows{flows}")
    places = pd.DataFrame({"provider": providers, "ICB23CD": ics})
    save_table(places, folder / f"providers{table}")
    crs = 'assume_crs = "EPSG:4326"\n' if layer == ".topojson" else ""
    named = 'layer = "lad"\n' if layer == ".gdb" else ""
    (folder / "footprint.toml").write_text(
        'title = "Torture"\ndate = 2021-04-01\n[units]\ngeography = "LSOA"\npath = "units.gpkg"\n'
        f'population = {{ path = "people{table}", code = "LSOA21CD", value = "people" }}\n'
        f'[layers.lad]\ngeography = "LAD"\npath = "lad{layer}"\n{crs}{named}[layers.ics]\ngeography = "ICS"\n'
        'path = "ics.gpkg"\n[levels]\nsystem = "ics"\n'
        f'[flows]\npath = "flows{flows}"\nunit = "unit"\nprovider = "provider"\nvalue = "count"\n'
        f'kind = "count"\n[providers]\npath = "providers{table}"\ncode = "provider"\narea = "ICB23CD"\n'
        'layer = "ics"\n'
    )


# ── damage ──────────────────────────────────────────────────────────────────────────────────────


def damaged(data: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Return bytes with one damage that takes no whole record out of a file, and what it is."""
    held, at = bytearray(data), chance.randrange(len(data))
    length = min(chance.choice((1, 4, 16, 64, 512)), len(data) - at)
    kind = chance.choice(("bit", "byte", "zeros", "noise", "copy", "insert", "cut", "swap", "number"))
    if kind == "bit":
        held[at] ^= 1 << chance.randrange(8)
    elif kind == "byte":
        held[at] = chance.randrange(256)
    elif kind == "zeros":
        held[at : at + length] = bytes(length)
    elif kind == "noise":
        held[at : at + length] = chance.randbytes(length)
    elif kind == "copy":
        other = chance.randrange(len(data) - length + 1)
        held[at : at + length] = data[other : other + length]
    elif kind == "insert":
        held[at:at] = chance.randbytes(length)
    elif kind == "cut":
        # in the middle of a line: what ends with a whole row is a whole table
        del held[at:]
        while at < len(data) and (held.endswith((b"\n", b"\r")) or data[at : at + 1] in (b"\n", b"\r")):
            held += data[at : at + 2]
            at += 2
    elif kind == "swap":
        other = chance.randrange(len(data) - length + 1)
        held[at : at + length], held[other : other + length] = (
            data[other : other + length], data[at : at + length],
        )  # fmt: skip
    else:
        number = chance.choice((0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**16, 10**6))
        held[at : at + 4] = number.to_bytes(4, chance.choice(("little", "big")))
    return bytes(held), kind


def lines_of(data: bytes) -> int:
    """Return how many lines of text hold anything."""
    return sum(bool(line.strip()) for line in data.replace(b"\r", b"\n").split(b"\n"))


def victim(folder: Path, chance: random.Random) -> Path:
    """Choose a file of the plan, those of formats before the rest."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.stat().st_size and p.suffix != ".xsd")
    main = [p for p in files if p.stem.partition(".")[0] in ("lad", "people", "flows") or ".gdb" in str(p)]
    return chance.choice(main if chance.random() < 0.9 else files)


# ── running ─────────────────────────────────────────────────────────────────────────────────────


def outcome(code: int | None, out: str, err: str, sound: dict[str, int], touched: str) -> tuple[str, str]:
    """Return what became of a run, and what it said."""
    told = " ".join(line for line in err.splitlines() if not line.startswith("note:"))[:300]
    if code is None:
        return "hang", told
    if code < 0:
        return "crash", f"signal {-code}"
    if "Traceback" in err:
        return "traceback", told
    if "fault of footprint" in err:
        return "internal fault", told
    if code == 2 and "error: " not in err:
        try:  # a check that is incomplete says why in its report
            incomplete = [skip["reason"] for skip in json.loads(out)["skipped"]]
        except (ValueError, KeyError):
            incomplete = []
        return ("read", "") if incomplete else ("silent", told)
    if code == 2:
        return "clear message", told
    rows = rows_of(out)
    lost = {name: (rows.get(name, 0), n) for name, n in sound.items() if rows.get(name, 0) < n}
    if lost and not ("deleted" in err or "left out" in err):
        return "loss", f"{touched}: {lost}"
    return "read", ""


def rows_of(out: str) -> dict[str, int]:
    """Return how many rows each file had that a check has read, by its name."""
    return {Path(one["path"]).name: one["features"] for one in json.loads(out)["plan"]["inputs"]}


@functools.cache
def commands(app: Any) -> Any:
    """Return the command line; it is put together once and not by each fork."""
    from typer.main import get_command

    return get_command(app)


def in_process(words: list[str]) -> tuple[int, str, str]:
    """Run the command line in this process."""
    import typer.testing

    from footprint.cli import app

    typer.testing._get_command = commands  # type: ignore[attr-defined]
    done = typer.testing.CliRunner().invoke(app, words)
    return done.exit_code, done.stdout, done.stderr


def warm() -> None:
    """Load what forks would load each for themselves."""
    for name in ("duckdb", "fiona", "openpyxl", "pyarrow.csv", "pyarrow.parquet", "pyogrio", "rich.console"):
        importlib.import_module(name)
    for found in pkgutil.walk_packages(footprint.__path__, "footprint."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    in_process(["rules"])
    squares(["E07000001"], "LAD21", 1).to_crs(4326).to_crs(27700)
    gc.collect()
    gc.freeze()  # so that a fork does not copy every page that its collector would touch


def in_fork(work: Callable[[], Any]) -> Any:
    """Return what work gives in a fork of this process; the number of a signal, or None for a hang."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(BaseException):
            resource.setrlimit(resource.RLIMIT_CPU, (HANGS_AFTER, HANGS_AFTER + 5))
            os.close(read)
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 1)
            os.dup2(null, 2)
            with os.fdopen(write, "wb") as stream:
                stream.write(json.dumps(work()).encode())
            code = 0
        os._exit(code)
    os.close(write)
    os.set_blocking(read, False)
    data, end = b"", time.monotonic() + WAITS_FOR_NOTHING_AFTER
    while True:
        with contextlib.suppress(BlockingIOError):
            while block := os.read(read, 1 << 16):
                data += block
        done, state = os.waitpid(child, os.WNOHANG)
        if done:
            break
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(read)
            return None
        time.sleep(0.005)
    with contextlib.suppress(BlockingIOError):
        while block := os.read(read, 1 << 16):
            data += block
    os.close(read)
    if os.WIFSIGNALED(state) and os.WTERMSIG(state) == signal.SIGXCPU:
        return None
    if os.WIFSIGNALED(state):
        return -os.WTERMSIG(state)
    return json.loads(data) if data else -1


def started(words: list[str], scratch: Path) -> int:
    """Start the program in a fork, with a folder for its temporary files, and return its number."""
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.environ["TMPDIR"], tempfile.tempdir = str(scratch), None
            null = os.open(os.devnull, os.O_RDWR)
            os.dup2(null, 1)
            os.dup2(null, 2)
            sys.argv = ["footprint", *words]
            footprint.cli.main()
        os._exit(0)
    return child


def as_process(words: list[str], limit: int | None = None) -> tuple[int | None, str, str]:
    """Run the command line as a whole process, with a limit on the size of files."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (HANGS_AFTER, HANGS_AFTER + 5))
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-m", "footprint", *words]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=WAITS_FOR_NOTHING_AFTER, preexec_fn=limited, check=False
        )
    except subprocess.TimeoutExpired:
        return None, "", ""
    if done.returncode == -signal.SIGXCPU:
        return None, "", ""
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


class Torture:
    """The cases, by their kind and number."""

    def __init__(self, home: Path, seed: int, whole: int) -> None:
        self.home, self.seed, self.whole, self.together = home, seed, whole, False
        self.plans: dict[tuple[str, str, str], tuple[Path, dict[str, int]]] = {}

    def plan(self, chance: random.Random) -> tuple[str, Path, dict[str, int]]:
        """Return a plan of formats that chance chooses, its formats, and how many rows its files have."""
        at = chance.randrange(2 * len(LAYERS))  # each format of layers with several of tables and of flows
        key = LAYERS[at % len(LAYERS)], TABLES[at % len(TABLES)], FLOWS[at % len(FLOWS)]
        if key not in self.plans:
            folder = self.home / f"plan{len(self.plans)}"
            build(folder, *key)
            code, out, err = in_fork(lambda: in_process(check_words(folder)))
            if code not in (0, 1):
                raise SystemExit(f"the sound plan of {key} cannot be checked: {err}")
            self.plans[key] = folder, rows_of(out)
        return " ".join(key), *self.plans[key]

    def mutation(self, number: int) -> tuple[str, str, str]:
        """Damage one file of a plan."""
        chance = random.Random(f"{self.seed} mutation {number}")
        formats, plan, rows = self.plan(chance)
        folder = self.home / "case"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(plan, folder)
        path = victim(folder, chance)
        data, kind = damaged(path.read_bytes(), chance)
        path.write_bytes(data)
        if path.suffix in (".csv", ".txt"):  # what makes one line of two takes a row away
            rows = rows | {path.name: min(rows.get(path.name, 0), lines_of(data) - 1)}
        words = check_words(folder)
        if self.together:
            found: Any = in_process(words)
        else:
            found = as_process(words) if number < self.whole else in_fork(lambda: in_process(words))
        code, out, err = (found, "", "") if found is None or isinstance(found, int) else found
        result, told = outcome(code, out, err, rows, path.name)
        return result, ending_of(path, folder), f"{kind} in {path.name} ({formats}): {told}"

    def mutations(self, numbers: list[int]) -> list[tuple[str, str, str]]:
        """Damage files one after another in one fork, which takes a fifth of the time of a run.

        Where one of them ends the fork, each has a fork of its own.
        """

        def work() -> list[tuple[str, str, str]]:
            self.together = True
            return [self.mutation(number) for number in numbers]

        for number in numbers:  # built and checked here, so that the next fork has them as well
            self.plan(random.Random(f"{self.seed} mutation {number}"))
        found = in_fork(work)
        return found if isinstance(found, list) else [self.mutation(number) for number in numbers]

    def kill(self, number: int) -> tuple[str, str, str]:
        """Kill a run that replaces files at a random moment, then let another one finish."""
        chance = random.Random(f"{self.seed} kill {number}")
        plan = self.fixed()
        ending = chance.choice((".shp", ".gpkg", ".geojson", ".json"))
        folder = self.home / "killed"
        shutil.rmtree(folder, ignore_errors=True)
        before, states = self.written(ending)
        shutil.copytree(before, folder)
        (folder / "tmp").mkdir()
        words = writing(plan, folder / f"out{ending}", "ics")
        sign = chance.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGHUP))
        whole = number % WHOLE_KILLS == 0
        if whole:
            environ = os.environ | {"TMPDIR": str(folder / "tmp")}
            command = [sys.executable, "-m", "footprint", *words]
            child = subprocess.Popen(command, stdout=-3, stderr=-3, env=environ).pid
        else:
            child = started(words, folder / "tmp")
        time.sleep(chance.uniform(0, 1.2) * self.lengths[whole])
        os.kill(child, sign)
        os.waitpid(child, 0)
        if sign != signal.SIGKILL and any((folder / "tmp").glob("footprint-*")):
            return "left over", ending, f"after {sign.name}"
        from footprint.model.output import finish
        from footprint.model.scratch import HIDDEN, sweep

        for behind in folder.glob(f"{HIDDEN}*"):
            os.utime(behind, (0, 0))  # seconds go by until the next run
        finish(folder)
        sweep(folder, HIDDEN)
        if state_of(folder) not in states:
            return "damaged target", ending, f"after {sign.name}: {sorted(p.name for p in folder.iterdir())}"
        left = [p.name for p in folder.glob(f"{HIDDEN}*")]
        return ("left over", ending, str(left)) if left else ("whole", ending, sign.name)

    def race(self, number: int) -> tuple[str, str, str]:
        """Let two runs write to one target."""
        chance = random.Random(f"{self.seed} race {number}")
        plan, ending = self.fixed(), chance.choice((".shp", ".gpkg", ".geojson", ".json"))
        folder = self.home / "raced"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        _, states = self.written(ending)
        runs = []
        for key in ("lad", "ics"):
            command = [sys.executable, "-m", "footprint", *writing(plan, folder / f"out{ending}", key)]
            runs.append(subprocess.Popen(command, stdout=-3, stderr=subprocess.PIPE))
            time.sleep(chance.uniform(0, 0.3))
        said = [run.communicate()[1].decode() for run in runs]
        if any("Traceback" in words or "fault of footprint" in words for words in said):
            return "internal fault", ending, " ".join(said)[:300]
        if any(run.returncode not in (0, 1) for run in runs):
            return "clear message", ending, ""
        return ("whole" if state_of(folder) in states else "damaged target"), ending, ""

    def disk(self, number: int) -> tuple[str, str, str]:
        """Let the disk be full after a number of bytes."""
        chance = random.Random(f"{self.seed} disk {number}")
        plan, ending = self.fixed(), chance.choice((".shp", ".gpkg", ".geojson", ".json", ".html", ".xlsx"))
        folder = self.home / "full"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / f"out{ending}").write_text("old")
        before = state_of(folder)
        limit = chance.choice((0, 1000, 100_000, 110_000, 130_000, 160_000))
        code, _, err = as_process(writing(plan, folder / f"out{ending}", "lad"), limit)
        if code in (0, 1):
            return "whole", ending, ""
        if code != 2 or "Traceback" in err or "fault of footprint" in err:
            return "internal fault", ending, f"{code} at {limit}: {err[-300:]}"
        return ("clear message" if state_of(folder) == before else "damaged target"), ending, err[-200:]

    def cached(self, number: int) -> tuple[str, str, str]:
        """Swap and damage what the cache holds; the answer has to stay the same."""
        chance = random.Random(f"{self.seed} cache {number}")
        plan, home = self.fixed(), self.home / "cache"
        environ = {"FOOTPRINT_CACHE": str(home), "FOOTPRINT_CACHE_KEY": "torture"}
        shutil.rmtree(home, ignore_errors=True)

        def check() -> str:
            os.environ.update(environ)
            return in_process(check_words(plan))[1]

        first = in_fork(check)
        entries = sorted(home.rglob("*.result"))
        for path in entries:
            kind = chance.choice(("swap", "damage", "pickle", "none"))
            if kind == "swap":
                path.write_bytes(chance.choice(entries).read_bytes())
            elif kind == "damage":
                path.write_bytes(damaged(path.read_bytes(), chance)[0])
            elif kind == "pickle":
                path.write_bytes(b"cos\nabort\n(tR.")
        if not entries:
            return "silent", "cache", "nothing was kept"
        return ("same answer" if in_fork(check) == first else "other answer"), "cache", str(len(entries))

    def name(self, number: int) -> tuple[str, str, str]:
        """Read a layer under a hostile name."""
        stem, ending = NAMES[number % len(NAMES)], (".geojson", ".shp", ".gpkg")[number // len(NAMES) % 3]
        folder = self.home / "named"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        save_layer(squares([f"E0700000{i}" for i in range(4)], "LAD21", 2), folder / f"x{ending}")
        for part in list(folder.iterdir()):
            part.rename(folder / f"{stem}{part.suffix}")
        found = in_fork(lambda: in_process(["inspect", f"{folder}/{stem}{ending}", "--format", "json"]))
        if not isinstance(found, list):
            return "crash", ending, f"{stem}: {found}"
        code, out, err = found
        if "Traceback" in err or "fault of footprint" in err:
            return "internal fault", ending, f"{stem}: {err[-200:]}"
        if code == 2:
            return "clear message", ending, f"{stem}: {err[-200:]}"
        return ("read" if json.loads(out)["layers"][0]["features"] == 4 else "loss"), ending, stem

    def written(self, ending: str) -> tuple[Path, list[dict[str, str]]]:
        """Return a folder with the file as it is before, and the states of it whole, before and after."""
        before, after = (self.home / f"{key}{ending}" for key in ("lad", "ics"))
        for place in (before, after):
            if not place.exists():
                place.mkdir()
                as_process(writing(self.fixed(), place / f"out{ending}", place.name.partition(".")[0]))
        return before, [state_of(before), state_of(after)]

    def fixed(self) -> Path:
        """Return a plan that is not damaged; measures how long a whole run takes."""
        folder = self.home / "fixed"
        if not folder.exists():
            build(folder, ".geojson", ".csv", ".csv")
            words = writing(folder, self.home / "timed.shp", "ics")
            start = time.monotonic()
            as_process(words)
            middle = time.monotonic()
            os.waitpid(started(words, self.home), 0)
            self.lengths = {True: middle - start, False: time.monotonic() - middle}
        return folder


def check_words(folder: Path) -> list[str]:
    """Return the command that reads every file of a plan."""
    return ["check", str(folder), "--format", "json", "--fail-on", "never"]


def writing(plan: Path, out: Path, key: str) -> list[str]:
    """Return a command that replaces a file."""
    if out.suffix == ".json":
        return ["check", str(plan), "--format", "json", "--fail-on", "never", "-o", str(out),
                "--select", "FP1" if key == "lad" else "FP2"]  # fmt: skip
    if out.suffix in (".html", ".xlsx"):
        return ["report", str(plan), "-o", str(out), "--force"]
    return ["export", str(plan), "--layer", key, "-o", str(out), "--force"]


def state_of(folder: Path) -> dict[str, str]:
    """Return the digests of the files of a folder, but for times that GDAL writes into them."""
    found = {}
    for path in sorted(p for p in folder.iterdir() if p.is_file()):
        data = path.read_bytes()
        if path.suffix == ".dbf":
            data = data[4:]  # the day
        if path.suffix == ".gpkg":
            with contextlib.suppress(pyogrio.errors.DataSourceError):
                # of the table of styles the time is another each time
                layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
                frames = [gpd.read_file(path, layer=layer, engine="pyogrio") for layer in layers]
                data = "".join(frame.to_wkb().to_csv() for frame in frames).encode()
        found[path.name] = hashlib.sha256(data).hexdigest()
    return found


def ending_of(path: Path, folder: Path) -> str:
    """Return the format of a damaged file."""
    inside = path.relative_to(folder)
    if ".gdb" in str(inside):
        return ".gdb"
    stem, _, ending = inside.name.partition(".")
    return f"{'table ' if stem in ('people', 'providers') else 'flows ' if stem == 'flows' else ''}.{ending}"


# ── all of it ───────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def own_folder() -> Iterator[Path]:
    """Yield a temporary folder that only this process removes.

    A signal that reaches a fork on its last lines ends it as it ends the program, by unwinding all that this
    process had begun; a folder that is removed by whoever leaves the block would be gone under the others.
    """
    home, owner = Path(tempfile.mkdtemp(prefix="torture-")), os.getpid()
    try:
        yield home
    finally:
        if os.getpid() == owner:
            shutil.rmtree(home, ignore_errors=True)


KINDS = ("mutation", "kill", "race", "disk", "cached", "name")
BAD = ("traceback", "internal fault", "hang", "crash", "silent", "loss", "damaged target", "left over",
       "other answer")  # fmt: skip


def cases(counts: dict[str, int], done: set[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Yield the cases that are not done."""
    for kind, count in counts.items():
        yield from ((kind, number) for number in range(count) if (kind, number) not in done)


def together(wanted: list[tuple[str, int]], whole: int) -> Iterator[tuple[str, list[int]]]:
    """Yield the cases, mutations that are no whole processes several at once."""
    forked = [number for kind, number in wanted if kind == "mutation" and number >= whole]
    yield from ((kind, [number]) for kind, number in wanted if kind != "mutation" or number < whole)
    yield from (("mutation", forked[at : at + TOGETHER]) for at in range(0, len(forked), TOGETHER))


def table(found: list[dict[str, Any]]) -> str:
    """Return what was seen as a Markdown table."""
    out = io.StringIO()
    out.write(
        "| case | cases | read or whole | clear message | faults | losses, damaged |\n"
        "|---|--:|--:|--:|--:|--:|\n"
    )
    groups: dict[str, Counter[str]] = {}
    for one in found:
        name = f"damaged {one['format'].strip()}" if one["kind"] == "mutation" else one["kind"]
        groups.setdefault(name, Counter())[one["result"]] += 1
    for name, seen in sorted(groups.items()):
        well = seen["read"] + seen["whole"] + seen["same answer"]
        faults = sum(seen[bad] for bad in BAD[:5])
        lost = sum(seen[bad] for bad in BAD[5:])
        out.write(
            f"| {name} | {seen.total():,} | {well:,} | {seen['clear message']:,} | {faults} | {lost} |\n"
        )
    return out.getvalue()


def main() -> int:
    """Run what is not done, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for kind, count in zip(KINDS, (2000, 50, 10, 30, 20, 54), strict=True):
        parser.add_argument(f"--{kind}s", type=int, default=count)
    parser.add_argument("--whole", type=int, default=50, help="mutations that run as whole processes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--state", type=Path, default=Path("torture.jsonl"))
    parser.add_argument("--share", default="1/1", metavar="I/N", help="do every Nth case, from the Ith on")
    asked = parser.parse_args()
    share, of = map(int, asked.share.split("/"))
    os.environ["FOOTPRINT_CACHE"] = "off"
    found = (
        [json.loads(line) for line in asked.state.read_text().splitlines()] if asked.state.exists() else []
    )
    done = {(one["kind"], one["number"]) for one in found}
    counts = {kind: getattr(asked, f"{kind}s") for kind in KINDS}
    end = time.monotonic() + asked.seconds
    with own_folder() as home, asked.state.open("a") as state:
        warm()
        torture = Torture(home, asked.seed, asked.whole)
        wanted = [case for case in cases(counts, done) if case[1] % of == share - 1]
        for kind, numbers in together(wanted, asked.whole):
            if time.monotonic() > end:
                break
            many = len(numbers) > 1
            results = torture.mutations(numbers) if many else [getattr(torture, kind)(numbers[0])]
            for number, (result, form, told) in zip(numbers, results, strict=True):
                one = {"kind": kind, "number": number, "result": result, "format": form, "told": told}
                found.append(one)
                state.write(json.dumps(one) + "\n")
                if result in BAD:
                    print(f"{kind} {number}: {result}: {told}", file=sys.stderr)
            state.flush()
    print(table(found))
    return int(any(one["result"] in BAD for one in found))


if __name__ == "__main__":
    sys.exit(main())
