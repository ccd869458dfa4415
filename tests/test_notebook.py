"""In a notebook: no widget is needed, and what stops an engine is not blamed on the user's files."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

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
import footprint
plan = footprint.load_plan("data/south-yorkshire")
print({asked})
"""


ASKED = """(
    plan.flows.kind == "count"
    and len(footprint.check(plan).findings) > 0
    and len(footprint.measure_flows(plan).tables["flows"]) > 0
)"""


def test_flows_are_counted_in_a_notebook_without_widgets() -> None:
    text = KERNEL.format(asked=ASKED)
    done = subprocess.run(
        [sys.executable, "-"], input=text, capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (done.stdout, done.returncode) == ("True\n", 0), done.stderr


@pytest.mark.skipif(find_spec("ipywidgets") is not None, reason="ipywidgets are installed")
def test_the_kernel_of_this_test_is_one_to_duckdb() -> None:
    asked = "__import__('duckdb').connect().execute('SET enable_progress_bar = false')"
    done = subprocess.run(
        [sys.executable, "-"], input=KERNEL.format(asked=asked), capture_output=True, text=True, check=False
    )
    assert "ipywidgets" in done.stderr


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
