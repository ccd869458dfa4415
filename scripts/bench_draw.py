"""Measure `footprint draw` side by side with METIS and GerryChain, where these are installed.

    python scripts/bench_draw.py [--data FOLDER]

Neighbourhoods of 30 to 50 thousand people from whole LSOAs within districts. Processor time, and what
is to be small: pairs of neighbouring LSOAs that are parted, and km of border.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from bench import PLAN, national_folder

if TYPE_CHECKING:
    from footprint.drawing.drawn import Drawn
    from footprint.plan.model import Plan

LOW, HIGH = 30_000, 50_000
_GERRYCHAIN_SECONDS = 30
MSOAS = """
[layers.msoa]
geography = "MSOA"
lookup = { path = "{data}/lookup_lsoa11_msoa11.csv", unit = "lsoa11_code", code = "msoa11_code" }
"""
SYSTEMS = {"South Yorkshire and Bassetlaw": "E54000009", "Greater Manchester": "E54000007"}


def main() -> None:
    """Run every measurement."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=national_folder())
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    if options.data.is_dir():
        drawings(options.data)
    else:
        print(f"no national data at {options.data}: nothing is drawn")


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    """Return seconds of processor time, and what an action gives."""
    begun = time.process_time()
    found = action()
    return time.process_time() - begun, found


def drawings(data: Path) -> None:
    """Draw systems and all of England, and compare with other programs."""
    from footprint.drawing.run import draw
    from footprint.plan.load import load_plan

    os.environ["FOOTPRINT_CACHE"] = "off"
    text = (PLAN.read_text(encoding="utf-8") + MSOAS).replace("{data}", str(data))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "footprint.toml"
        path.write_text(text, encoding="utf-8")
        opening, plan = timed(lambda: load_plan(path))
        # borders are measured once for each plan
        first, _ = timed(lambda: draw(plan, "neighbourhood", within="lad", only=["E07000171"], options=1))
        print(f"drawing: plan opened in {opening:.2f} s, borders of all LSOAs measured in {first:.2f} s")
        for name, code in SYSTEMS.items():
            for weights in ({"edges": 1.0, "border": 0.0}, {}):
                _one(plan, name, code, weights)
        for only, what in ((["E54000009", "E54000010", "E54000007"], "3 systems"), ([], "England")):
            taken, drawn = timed(partial(draw, plan, "neighbourhood", within="lad", only=only, options=1))
            _tell(f"{what}, {len(drawn.blocks.codes):,} LSOAs", taken, drawn)
        taken, drawn = timed(lambda: draw(plan, "neighbourhood", within="lad"))
        _tell(f"England, {len(drawn.options)} options", taken, drawn)
        taken, drawn = timed(partial(_places, plan))
        _tell(
            f"places of {len(drawn.blocks.codes):,} MSOAs in {len(drawn.blocks.parents)} systems",
            taken,
            drawn,
        )


def _places(plan: Plan) -> Drawn:
    """Draw places from MSOAs in every system that is made of whole ones."""
    from footprint.drawing.run import draw
    from footprint.plan.derive import assignment

    homes = [held.codes for key in ("msoa", "ics") if (held := assignment(plan, key)) is not None]
    pairs = pd.concat(homes, axis=1, keys=["msoa", "ics"]).dropna().drop_duplicates()
    across = pairs.loc[pairs["msoa"].duplicated(keep=False), "ics"]
    whole = sorted({*pairs["ics"]} - {*across})
    return draw(plan, "place", of="msoa", within="ics", only=whole, band="200000-600000", options=1)


def _tell(what: str, taken: float, drawn: Drawn) -> None:
    row = drawn.table.iloc[0]
    print(
        f"  {what}: {taken:6.2f} s, {row['areas']:,} areas, {row['outside_band']} outside the band, "
        f"{row['cut_edges']:,} parted, {row['border_km']:,.0f} km, {len(drawn.proofs)} parents impossible"
    )


def _one(plan: Plan, name: str, code: str, weights: dict[str, float]) -> None:
    """Draw one system, by pairs parted or by km, and let others do it."""
    from footprint.drawing.run import draw

    taken, drawn = timed(
        lambda: draw(plan, "neighbourhood", within="lad", only=[code], options=1, weights=weights)
    )
    _tell(f"{name}, by {'pairs' if weights else 'km'}", taken, drawn)
    if not weights:
        return
    # both divide into as many areas; GerryChain begins with a random division that is feasible
    begin = draw(plan, "neighbourhood", within="lad", only=[code], options=1, prefer="none", steps=0)
    for other, run in (("pymetis", _metis), ("gerrychain", _gerrychain)):
        if find_spec(other) is None:
            print(f"    {other} is not installed, so it is not compared")
            continue
        try:
            seconds, area = timed(partial(run, begin))
        except Exception as fault:  # whatever it does not take
            print(f"    {other} gave up: {' '.join(str(fault).split())[:100]}")
            continue
        pairs = sum(area[a] != area[b] for a, b in zip(drawn.terrain.one, drawn.terrain.other, strict=True))
        people: dict[int, float] = {}
        for own, n in zip(area, drawn.blocks.people, strict=True):
            people[own] = people.get(own, 0) + n
        outside = sum(not LOW <= n <= HIGH for n in people.values())
        mine = int(drawn.table["cut_edges"].iloc[0])
        print(
            f"    {other}: {seconds:.2f} s, {pairs:,} parted, {outside} outside the band: here "
            f"{mine / pairs:.2f} × its pairs in {taken / max(seconds, 1e-3):.1f} × its time"
        )


def _metis(drawn: Drawn) -> list[int]:
    """Return the division by METIS, district by district."""
    import pymetis

    area, used = [0] * len(drawn.blocks.codes), 0
    option = drawn.options[0].area
    for parent in range(len(drawn.blocks.parents)):
        blocks = [b for b, p in enumerate(drawn.blocks.parent.tolist()) if p == parent]
        at = {b: i for i, b in enumerate(blocks)}
        near: list[list[int]] = [[] for _ in blocks]
        for a, b in zip(drawn.terrain.one.tolist(), drawn.terrain.other.tolist(), strict=True):
            if a in at and b in at:
                near[at[a]].append(at[b])
                near[at[b]].append(at[a])
        number = len({int(option[b]) for b in blocks})
        weights = [int(drawn.blocks.people[b]) for b in blocks]
        _, part = pymetis.part_graph(
            number, adjacency=near, vweights=weights, options=pymetis.Options(contig=1)
        )
        for b, own in zip(blocks, part, strict=True):
            area[b] = used + own
        used += number
    return area


def _gerrychain(drawn: Drawn) -> list[int]:
    """Return the best division of short bursts of GerryChain in half a minute, from one that is feasible.

    It knows no lines that areas may not cross, so it is free to cross districts.
    """
    import networkx as nx
    from gerrychain import Graph, Partition, constraints, updaters
    from gerrychain.optimization import SingleMetricOptimizer
    from gerrychain.proposals import recom
    from gerrychain.tree import bipartition_tree

    begun = time.process_time()
    graph = nx.Graph()
    for b, people in enumerate(drawn.blocks.people.tolist()):
        graph.add_node(b, people=people)
    graph.add_edges_from(zip(drawn.terrain.one.tolist(), drawn.terrain.other.tolist(), strict=True))
    target = sum(drawn.blocks.people) / len(drawn.options[0].codes)
    begin = dict(enumerate(drawn.options[0].area.tolist()))
    tallies = {"people": updaters.Tally("people"), "cut_edges": updaters.cut_edges}
    start = Partition(Graph.from_networkx(graph), begin, tallies)
    method = partial(bipartition_tree, max_attempts=100, allow_pair_reselection=True)
    propose = partial(
        recom,
        pop_col="people",
        pop_target=target,
        epsilon=(HIGH - LOW) / (HIGH + LOW),
        node_repeats=0,
        method=method,
    )
    best = SingleMetricOptimizer(
        propose, constraints.Validator([constraints.contiguous]), start, lambda p: len(p["cut_edges"]),
        maximize=False,
    )  # fmt: skip
    for _ in best.short_bursts(10, 10_000):
        if time.process_time() - begun > _GERRYCHAIN_SECONDS:
            break
    return [int(best.best_part.assignment[b]) for b in range(len(drawn.blocks.codes))]


if __name__ == "__main__":
    main()
