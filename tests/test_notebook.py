"""In a notebook: no widget is needed, and what stops an engine is not blamed on the user's files."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest

from footprint.read.engine import Engine, Files
from footprint.read.flow_sql import unreadable

ROOT = Path(__file__).parent.parent

# What DuckDB looks for to know that it runs in a notebook: no file that was started, and IPython's kernel.
KERNEL = """
import sys, types
shell = types.SimpleNamespace(config={{"IPKernelApp": {{}}}})
sys.modules["IPython"] = types.ModuleType("IPython")
vars(sys.modules["__main__"]).pop("__file__", None)
sys.modules["IPython"].get_ipython = lambda: shell
from pathlib import Path
import footprint
from footprint.model.geographies import GEOGRAPHIES
from footprint.read.flows import read_flows
from footprint.read.specs import FlowsSpec
folder, kind = Path({folder!r}), GEOGRAPHIES["LSOA"]
plan = footprint.load_plan("data/south-yorkshire")
for asked in {asked!r}:
    try:
        print(eval(asked))
    except Exception as fault:
        print(repr(fault))
"""


ASKED = """(
    plan.flows.kind == "count"
    and len(footprint.check(plan).findings) > 0
    and len(footprint.measure_flows(plan).tables["flows"]) > 0
)"""


# whatever counts flows: a comparison, who is cared for where, and each kind of table
OTHERS = {
    "compared": """len(footprint.compare(plan, "data/proposals/bassetlaw-2022").moves) > 0""",
    "who": """footprint.who("E07000171", plan) is not None""",
    "parquet": """read_flows(FlowsSpec(path="flows.parquet"), folder, kind).low.sum() == 3""",
    "records": """read_flows(FlowsSpec(path="records.csv", kind="record"), folder, kind).low.sum() == 2""",
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What one notebook says to all that is asked in it."""
    folder = tmp_path_factory.mktemp("notebook")
    rows = pd.DataFrame({"LSOA21CD": ["E01000001", "E01000002"], "provider": ["RFF", "RP5"]})
    rows.to_csv(folder / "records.csv", index=False)
    rows.assign(count=[1, 2]).to_parquet(folder / "flows.parquet")
    text = KERNEL.format(folder=str(folder), asked=[ASKED, *OTHERS.values()])
    done = subprocess.run(
        [sys.executable, "-"], input=text, capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(["checked", *OTHERS], done.stdout.splitlines(), strict=True))


@pytest.mark.sampled
@pytest.mark.parametrize("asked", ["checked", *OTHERS])
def test_flows_are_counted_in_a_notebook_without_widgets(answers: dict[str, str], asked: str) -> None:
    assert answers[asked] == "True"


@pytest.mark.skipif(find_spec("ipywidgets") is not None, reason="ipywidgets are installed")
def test_the_kernel_of_this_test_is_one_to_duckdb() -> None:
    asked = "__import__('duckdb').connect().execute('SET enable_progress_bar = false')"
    text = KERNEL.format(folder="", asked=[asked])
    done = subprocess.run([sys.executable, "-"], input=text, capture_output=True, text=True, check=False)
    assert "ipywidgets" in done.stdout


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ("Invalid Error: cannot load extension core_functions", "DuckDB stopped counting flows.csv"),
        ("IO Error: no space left for /tmp/x.tmp", "DuckDB stopped counting flows.csv"),
        ("Conversion Error in /data/flows.csv: odd", "/data/flows.csv: cannot be read"),
        ("Invalid unicode in line: 4", "flows.csv: is not UTF-8 text"),
    ],
)
def test_a_file_is_at_fault_only_where_an_engine_says_so(told: str, fault: str) -> None:
    files = Files("flows.csv", (Path("/data/flows.csv"),), False, ("a",))
    assert fault in str(unreadable(Engine(), files, told))
