"""Measure speed and memory, side by side in one run, and print ratios of medians.

    python scripts/bench.py [--data FOLDER] [--runs N] [--records N] [--flows | --large]

The national data is looked for in $FOOTPRINT_DATA/england-2021, or in shared/data beside the
checkout. Without it overlaps and the check of England are not measured, and that is said. Flows are
made up on the spot; --flows measures nothing else, --records 0 leaves them out. --large measures, instead
of all this, how time and memory grow to a million units and to ten times the corners; it takes half an hour.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLAN = ROOT / "tests" / "england.toml"


def main() -> None:
    """Run every measurement."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=national_folder())
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--records", type=int, default=50_000_000, help="of made-up flows")
    parser.add_argument("--flows", action="store_true", help="measure flows alone")
    parser.add_argument("--large", action="store_true", help="measure how time and memory grow")
    options = parser.parse_args()
    os.environ["FOOTPRINT_CACHE"] = "off"  # what is measured is computed
    if options.large:
        with tempfile.TemporaryDirectory() as folder:
            growth(options.data, Path(folder))
        return
    if not options.flows:
        start_up(options.runs)
        if options.data.is_dir():
            # first, while this process is small: a child counts the memory of its parent as its own
            national_check(options.data, max(1, options.runs // 2))
            told_again(options.data, max(1, options.runs // 2))
            alone_beside("bench_overlap.py", options.data)
            proposals(options.data, max(1, options.runs // 2))
            answers(options.data, options.runs)
            reports(options.data, max(1, options.runs // 2))
            alone_beside("bench_draw.py", options.data)
        else:
            print(f"no national data at {options.data}: overlaps and the check are not measured")
    if options.records:
        with tempfile.TemporaryDirectory() as folder:
            flow_measures(Path(folder), options.runs)
        with tempfile.TemporaryDirectory() as folder:
            flow_records(Path(folder), options.records, max(1, options.runs // 2))


def alone_beside(script: str, data: Path) -> None:
    """Run a script of its own, which says what it measures."""
    sys.stdout.flush()
    subprocess.run([sys.executable, ROOT / "scripts" / script, "--data", data], check=False)


def national_folder() -> Path:
    """Return where the national data should be."""
    named = os.environ.get("FOOTPRINT_DATA")
    return (Path(named) if named else ROOT.parent / "shared" / "data") / "england-2021"


def side_by_side(runs: int, *actions: Callable[[], object]) -> list[float]:
    """Run actions in turn, after one round that is not counted; return the median seconds of each."""
    seconds: list[list[float]] = [[] for _ in actions]
    for counted in range(runs + 1):
        for held, action in zip(seconds, actions, strict=True):
            begun = time.perf_counter()
            action()
            if counted:
                held.append(time.perf_counter() - begun)
    return [statistics.median(held) for held in seconds]


def start_up(runs: int) -> None:
    """Compare `footprint --help` with importing typer, which no command line can do without."""

    def run(*arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)

    mine, typer = side_by_side(
        max(runs, 9),
        lambda: run("-m", "footprint", "--help"),
        lambda: run("-c", "import typer"),
    )
    print(f"footprint --help            {mine:7.3f} s   {mine / typer:5.2f} × import typer ({typer:.3f} s)")
    catalogue, one, first = side_by_side(
        max(runs, 9),
        lambda: run("-m", "footprint", "rules"),
        lambda: run("-m", "footprint", "explain", "FP201"),
        lambda: run("-m", "footprint", "--help"),
    )
    print(f"footprint rules             {catalogue:7.3f} s   {catalogue / first:5.2f} × --help, nothing kept")
    print(f"footprint explain           {one:7.3f} s   {one / first:5.2f} × --help, nothing kept")


READING = """
import sys
from pathlib import Path
import geopandas, pandas
for path in sorted(Path(sys.argv[1]).iterdir()):
    if path.name in sys.argv[2:]:
        (geopandas.read_file if path.suffix in (".gpkg", ".shp") else pandas.read_csv)(path)
"""


def told_again(data: Path, runs: int) -> None:
    """Compare the check of England done, edited and told again with plainly reading its files."""
    with tempfile.TemporaryDirectory() as folder:
        path, kept = Path(folder) / "plan" / "footprint.toml", Path(folder) / "kept"
        path.parent.mkdir()
        plan = PLAN.read_text(encoding="utf-8").replace("{data}", str(data))
        names = [each.name for each in data.iterdir() if f"/{each.name}" in plan]
        command = [sys.executable, "-m", "footprint", "check", str(path), "--fail-on", "never"]
        own = os.environ | {"FOOTPRINT_CACHE": str(kept), "XDG_DATA_HOME": folder}

        def run(*words: str) -> None:
            subprocess.run([*command, *words], check=True, capture_output=True, env=own)

        def edited() -> None:
            path.write_text(f"{plan}# {time.time()}\n", encoding="utf-8")
            run()

        edited()
        read, cold, other = side_by_side(
            runs,
            lambda: subprocess.run(
                [sys.executable, "-c", READING, str(data), *names], check=True, capture_output=True
            ),
            lambda: run("--no-cache"),
            edited,
        )
        time.sleep(3)  # a plan that was written just now is known by its content
        run()
        (told,) = side_by_side(max(runs, 5), run)
    print(f"England, files read plainly {read:7.2f} s   geopandas and pandas, as a process")
    for what, seconds in (("cold", cold), ("plan edited", other), ("told again", told)):
        print(f"England, {what:19}{seconds:7.2f} s   {seconds / read:5.2f} × reading")


def national_check(data: Path, runs: int) -> None:
    """Run the whole check of England as a process of its own, and note its peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "footprint.toml"
        path.write_text(PLAN.read_text(encoding="utf-8").replace("{data}", str(data)), encoding="utf-8")
        command = [sys.executable, "-m", "footprint", "check", str(path), "--fail-on", "never"]
        geometry = [
            sys.executable, "-m", "footprint", "check", "--la", str(data / "lad20_uk_bgc.shp"),
            "--ccg", str(data / "ccg21_en_bgc.shp"), "--ics", str(data / "stp21_en_bgc.shp"),
            "--fail-on", "never",
        ]  # fmt: skip
        whole, three = side_by_side(
            runs,
            lambda: subprocess.run(command, check=True, capture_output=True),
            lambda: subprocess.run(geometry, check=True, capture_output=True),
        )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
    print(f"check of England            {whole:7.2f} s   with LSOAs, lookups and people, all rules")
    print(f"check of three files        {three:7.2f} s   outlines alone, all rules")
    print(f"peak memory of a check      {peak:7.2f} GiB")


def proposals(data: Path, runs: int) -> None:
    """Compare the verdict on an edited line of a proposal with a cold check of England.

    What the change does not touch is not computed again: not in one process, and with results kept
    between runs not in the next one either.
    """
    import footprint
    from footprint.plan.proposal import apply
    from footprint.read.proposalfile import read_proposal

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "footprint.toml"
        path.write_text(PLAN.read_text(encoding="utf-8").replace("{data}", str(data)), encoding="utf-8")
        (folder / "proposal.toml").write_text(
            'title = "One line"\neffective_date = 2022-07-01\nbase = "footprint.toml"\nlevel = "system"\n',
            encoding="utf-8",
        )
        (folder / "assignment.csv").write_text("code,area\nE07000171,E54000014\n", encoding="utf-8")
        base = footprint.load_plan(path)
        footprint.check(base)

        def cold() -> None:
            footprint.check(footprint.load_plan(path))

        def edited() -> None:
            footprint.check(apply(base, read_proposal(folder)))

        whole, line = side_by_side(runs, cold, edited)
        command = [sys.executable, "-m", "footprint", "check", "--proposal", str(folder)]
        kept = os.environ | {"FOOTPRINT_CACHE": str(folder / "cache")}
        fresh, again = side_by_side(
            runs,
            lambda: subprocess.run(command, capture_output=True, check=False),
            lambda: subprocess.run(command, capture_output=True, check=False, env=kept),
        )
    print(
        f"verdict on an edited line   {line:7.2f} s   {line / whole:5.2f} × reading and checking England "
        f"({whole:.2f} s), in one process"
    )
    print(
        f"check --proposal again      {again:7.2f} s   {again / fresh:5.2f} × the same without what an "
        f"earlier run has kept ({fresh:.2f} s)"
    )


CHECK = """
import json, sys, time
from footprint import check, load_plan
begun = time.perf_counter()
found = check(load_plan(sys.argv[1]))
print(json.dumps([time.perf_counter() - begun, 0, peak(), len(found.findings), 0]))
"""
LAYERS = {"lad": "lad20_uk_bgc.shp", "ccg": "ccg21_en_bgc.shp", "ics": "stp21_en_bgc.shp"}


def growth(data: Path, folder: Path) -> None:
    """Measure the check of ten times the units, and of outlines with some ten times the corners.

    Units are points on a square grid over England, 1,150 m and 360 m apart.
    """
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import shapely

    drawn = {key: gpd.read_file(data / name).to_crs(27700) for key, name in LAYERS.items()}
    drawn["lad"] = drawn["lad"][drawn["lad"]["LAD20CD"].str.startswith("E")]
    for key, layer in drawn.items():
        layer.to_file(folder / f"{key}.gpkg")
    head = 'title = "Large"\ndate = 2021-04-01\n'
    layers = "".join(f'[layers.{key}]\npath = "{{}}{key}.gpkg"\n' for key in LAYERS)
    layers += '[levels]\nsystem = "ics"\nplace = "ccg"\n'
    print(f"{'':27}      units or corners   seconds    peak")

    def measured(what: str, size: int, plan: str) -> float:
        (folder / "footprint.toml").write_text(head + plan, encoding="utf-8")
        seconds, _, peak, _, _ = alone(CHECK, folder)
        print(f"{what:27} {size:21,} {seconds:9.1f} {peak:5.2f} GiB")
        return seconds

    took = []
    for metres in (1_150, 360):
        west, south, east, north = drawn["ccg"].total_bounds
        spots = np.stack(np.meshgrid(np.arange(west, east, metres), np.arange(south, north, metres)), axis=-1)
        points = shapely.points(spots.reshape(-1, 2))
        inside = np.unique(drawn["ccg"].sindex.query(points, predicate="within")[0])
        codes = pd.Series(np.arange(len(inside)), name="code").astype(str).str.zfill(8).radd("U")
        gpd.GeoDataFrame(codes, geometry=points[inside], crs=27700).to_file(folder / "units.gpkg")
        codes.to_frame().assign(population=56).to_csv(folder / "people.csv", index=False)
        units = (
            '[units]\ngeography = "OA"\npath = "units.gpkg"\ncode = "code"\n'
            'population = { path = "people.csv", code = "code", value = "population" }\n'
        )
        took.append(measured("check, units as points", len(inside), units + layers.format("", "", "")))
    print(f"{'':27} {'':21} {took[1] / took[0]:9.2f} times as long")
    took = []
    for name, metres in (("", 0), ("fine-", 12)):
        corners = 0
        for key, layer in drawn.items():
            shapes = shapely.make_valid(layer.geometry.to_numpy(), method="structure", keep_collapsed=False)
            fine = shapely.segmentize(shapes, metres) if metres else shapes
            corners += int(shapely.get_num_coordinates(fine).sum())
            layer.set_geometry(fine, crs=27700).to_file(folder / f"{name}{key}.gpkg")
        took.append(measured("check, outlines alone", corners, layers.format(name, name, name)))
    print(f"{'':27} {'':21} {took[1] / took[0]:9.2f} times as long")


LOOKUPS = (
    "lookup_lsoa11_ccg21_stp21_ltla21.csv", "lookup_lsoa11_ltla20.csv", "lookup_ltla20_utla20.csv",
    "population_lsoa11_mid2020.csv",
)  # fmt: skip
READ = "import csv, sys\nfor path in sys.argv[1:]:\n    with open(path) as rows: list(csv.reader(rows))"


def answers(data: Path, runs: int) -> None:
    """Compare `who` on a unit of England with what it cannot do without: starting, and reading lookups."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "footprint.toml"
        path.write_text(PLAN.read_text(encoding="utf-8").replace("{data}", str(data)), encoding="utf-8")

        def run(*arguments: str) -> None:
            subprocess.run([sys.executable, *arguments], check=True, capture_output=True)

        code, spot, version, lookups, layer = side_by_side(
            runs,
            lambda: run("-m", "footprint", "who", "E01033264", str(path)),
            lambda: run("-m", "footprint", "who", "--at", "53.38,-1.47", str(path)),
            lambda: run("-m", "footprint", "--version"),
            lambda: run("-c", READ, *(str(data / name) for name in LOOKUPS)),
            lambda: run("-c", f"import geopandas; geopandas.read_file({str(data / 'lsoa11_ew_bgc.gpkg')!r})"),
        )
    print(
        f"who, of a unit              {code:7.2f} s   {code / (version + lookups):5.2f} × --version and the "
        f"csv module reading its lookups ({version:.2f} and {lookups:.2f} s)"
    )
    print(
        f"who, of a point             {spot:7.2f} s   {spot / layer:5.2f} × geopandas reading the units "
        f"({layer:.2f} s)"
    )


def reports(data: Path, runs: int) -> None:
    """Measure what each report on England takes beyond the check that it is of."""
    import footprint
    from footprint.reports.board import Board, save
    from footprint.reports.maps.figure import save_figure

    def drawn(board: Board, path: Path) -> None:
        save_figure(board, path)

    kinds = {".html": save, ".gpkg": save, ".svg": drawn, ".png": drawn, ".docx": save}
    told: dict[str, list[tuple[float, float, int]]] = {ending: [] for ending in kinds}
    checks: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "footprint.toml"
        path.write_text(PLAN.read_text(encoding="utf-8").replace("{data}", str(data)), encoding="utf-8")
        for run in range(runs + 1):
            for ending, write in kinds.items():
                begun = time.perf_counter()
                board = Board(footprint.check(footprint.load_plan(path)))
                checked, used = time.perf_counter(), time.process_time()
                file = Path(folder) / f"{run}{ending}"
                write(board, file)
                if run:
                    seconds = time.perf_counter() - checked, time.process_time() - used
                    told[ending].append((*seconds, file.stat().st_size))
                    checks.append(checked - begun)
    check = statistics.median(checks)
    print(f"England, a check            {check:7.2f} s")
    for ending, every in told.items():
        waited, used, size = (statistics.median(values) for values in zip(*every, strict=True))
        print(
            f"England as {ending:16} {waited:7.2f} s   {waited / check:5.2f} × the check, beyond it; "
            f"{used:.2f} s of processor time; {size / 1e6:.1f} MB"
        )


# ── flows ───────────────────────────────────────────────────────────────────────────────────────

UNITS, PROVIDERS, YEARS = 34_000, 140, 5
UNIT = "'E01' || lpad(({0} + 1)::VARCHAR, 6, '0')"
PROVIDER = "'R' || chr(({0} // 10 + 65)::INTEGER) || chr(({0} % 10 + 65)::INTEGER)"
NESTED = {"neighbourhood": ("N", 27), "place": ("P", 324), "system": ("S", 972)}
"""Level → (first letter of its codes, units in each of its areas)."""

PEAK = """
def peak():
    with open("/proc/self/status") as status:  # getrusage would count the parent's memory as well
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
"""
MINE = """
import json, sys, time
from dataclasses import replace
from pathlib import Path
import duckdb
from footprint.measure import localisation
from footprint.read.engine import Engine
from footprint.read.providers import read_providers
from footprint.read.flows import read_flows
from footprint.plan.load import load_plan
from footprint.read.planfile import read_plan_file
folder, engine = Path(sys.argv[1]), Engine(memory_limit=sys.argv[2] or None)
spec, plan = read_plan_file(folder / "footprint.toml"), load_plan(folder, flows=False)
begun = time.perf_counter()
flows = read_flows(spec.flows, folder, plan.units.geography, engine)
read = time.perf_counter()
places = read_providers(spec.providers, folder, {k: v.codes for k, v in plan.layers.items()}, {})
table = localisation.table(replace(plan, flows=flows, providers=places))
done = time.perf_counter()
assert set(table["level"]) == {"system", "place", "neighbourhood"}
assert table["localisation_index"].notna().all()
print(json.dumps([done - begun, done - read, peak(), len(flows.unit), float(flows.low.sum())]))
"""
BY_HAND = """
import json, sys, time
import duckdb
duckdb.sql("SET enable_progress_bar = false")
query = f"SELECT unit, provider, COUNT(*) AS n FROM '{sys.argv[1]}/flows.parquet' GROUP BY unit, provider"
begun = time.perf_counter()
found = duckdb.sql(query).to_arrow_table()
done = time.perf_counter()
print(json.dumps([done - begun, 0, peak(), found.num_rows, sum(found["n"].to_pylist())]))
"""


def alone(program: str, folder: Path, limit: str = "") -> list[float]:
    """Run a program in a process of its own: (seconds, of them for measures, peak in GiB, pairs, activity).

    The seconds are those for flows alone, without imports and the other tables of the plan; the peak
    is that of the whole process.
    """
    command = [sys.executable, "-W", "ignore", "-c", PEAK + program, str(folder), limit]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, measuring, peak, pairs, activity = json.loads(done.stdout)
    return [seconds, measuring, peak / 1024**2, pairs, activity]


def medians(runs: int, *actions: Callable[[], list[float]]) -> list[list[float]]:
    """Run actions in turn, after one round that is not counted; return the medians of what each gives."""
    held: list[list[list[float]]] = [[] for _ in actions]
    for counted in range(runs + 1):
        for results, action in zip(held, actions, strict=True):
            result = action()
            if counted:
                results.append(result)
    return [[statistics.median(column) for column in zip(*results, strict=True)] for results in held]


def made_up_plan(folder: Path, flows: str, query: str) -> None:
    """Write a plan of three nested levels without outlines, and the flows that a query gives."""
    import duckdb

    def table(name: str, columns: str, rows: int) -> None:
        target = str(folder / name).replace("'", "''")
        duckdb.sql(f"COPY (SELECT {columns} FROM range({rows}) AS r(i)) TO '{target}'")

    areas = ", ".join(f"'{letter}' || i // {size} AS {level}" for level, (letter, size) in NESTED.items())
    table("people.csv", f"{UNIT.format('i')} AS lsoa11cd, 1500 + i % 400 AS population", UNITS)
    table("lookup.csv", f"{UNIT.format('i')} AS lsoa11cd, {areas}", UNITS)
    stands = f"i * {UNITS} // {PROVIDERS} // {NESTED['neighbourhood'][1]}"
    table("providers.csv", f"{PROVIDER.format('i')} AS provider, 'N' || {stands} AS area", PROVIDERS)
    target = str(folder / "flows.parquet").replace("'", "''")
    duckdb.sql(f"COPY ({query}) TO '{target}'")
    layers = "".join(
        f'[layers.{level}]\ngeography = "OTHER"\n'
        f'lookup = {{ path = "lookup.csv", unit = "lsoa11cd", code = "{level}" }}\n'
        for level in NESTED
    )
    levels = "".join(f'{level} = "{level}"\n' for level in NESTED)
    (folder / "footprint.toml").write_text(
        f"""title = "Made up"
date = 2021-04-01
[units]
geography = "LSOA"
population = {{ path = "people.csv" }}
{layers}[levels]
{levels}[flows]
path = "flows.parquet"
unit = "unit"
provider = "provider"
{flows}
[providers]
path = "providers.csv"
code = "provider"
area = "area"
layer = "neighbourhood"
"""
    )


def flow_measures(folder: Path, runs: int) -> None:
    """Measure areas where every unit has a flow to every provider."""
    made_up_plan(
        folder,
        'kind = "count"\nvalue = "n"',
        f"SELECT {UNIT.format('u')} AS unit, {PROVIDER.format('p')} AS provider, hash(u, p) % 50 AS n "
        f"FROM range({UNITS}) AS a(u), range({PROVIDERS}) AS b(p)",
    )
    [(seconds, measuring, peak, pairs, _)] = medians(runs, partial(alone, MINE, folder))
    print(
        f"measures, three levels      {measuring:7.2f} s   beyond reading {pairs:,.0f} pairs of a unit and a "
        f"provider ({seconds - measuring:.2f} s); peak {peak:.2f} GiB"
    )


def flow_records(folder: Path, records: int, runs: int) -> None:
    """Count records and measure three levels, against a query that only groups by unit and provider.

    Six in ten patients go to the main provider of their unit, the others to about twelve more.
    """
    begun = time.perf_counter()
    main = f"u * {PROVIDERS} // {UNITS}"
    offset = "if(h // 5 % 10 < 6, 0, (h // 50 % 4) * (h // 200 % 6))"
    made_up_plan(
        folder,
        'kind = "record"',
        f"SELECT {UNIT.format('u')} AS unit, {PROVIDER.format('p')} AS provider, 2018 + h % {YEARS} AS year "
        f"FROM (SELECT u, h, ({main} + {offset}) % {PROVIDERS} AS p "
        f"FROM (SELECT (hash(i) % {UNITS})::INTEGER AS u, (hash(i, 1) % 1000000)::INTEGER AS h "
        f"FROM range({records}) AS r(i)))",
    )
    size = (folder / "flows.parquet").stat().st_size / 1024**2
    print(
        f"{records / 1e6:,.0f} million records of units, providers and years, {size:,.0f} MiB of Parquet "
        f"(made in {time.perf_counter() - begun:.0f} s):"
    )
    mine, hand, tight = medians(
        runs,
        partial(alone, MINE, folder),
        partial(alone, BY_HAND, folder),
        partial(alone, MINE, folder, "512MiB"),
    )
    assert mine[3:] == hand[3:] == tight[3:], "the table is not that of the query"
    print(
        f"  counted and measured      {mine[0]:7.2f} s   {mine[0] / hand[0]:5.2f} × a DuckDB query that only "
        f"groups unit and provider ({hand[0]:.2f} s); peak {mine[2]:.2f} GiB, of the query {hand[2]:.2f} GiB"
    )
    print(
        f"  within 512 MiB of DuckDB  {tight[0]:7.2f} s   {tight[0] / hand[0]:5.2f} × the query; "
        f"peak {tight[2]:.2f} GiB"
    )


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    main()
