"""In a notebook: no widget is needed, and what stops an engine is not blamed on the user's files."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from html import escape
from importlib.util import find_spec
from pathlib import Path

import pytest

import footprint
from footprint.model.words import count
from footprint.read.engine import Engine, Files
from footprint.read.flow_sql import unreadable
from footprint.results.run import compare_paths

ROOT = Path(__file__).parent.parent

# What DuckDB looks for to know that it runs in a notebook: no file that was started, and IPython's kernel.
KERNEL = """
import sys, types
shell = types.SimpleNamespace(config={{"IPKernelApp": {{}}}})
sys.modules["IPython"] = types.ModuleType("IPython")
vars(sys.modules["__main__"]).pop("__file__", None)
sys.modules["IPython"].get_ipython = lambda: shell
import footprint
print({asked})
"""


@pytest.mark.parametrize(
    "asked",
    [
        "len(footprint.check(footprint.load_plan('data/south-yorkshire')).findings) > 0",
        "len(footprint.measure_flows(footprint.load_plan('data/south-yorkshire')).tables['flows']) > 0",
        "footprint.load_plan('data/south-yorkshire').flows.kind == 'count'",
    ],
)
def test_flows_are_counted_in_a_notebook_without_widgets(asked: str) -> None:
    done = subprocess.run(
        [sys.executable, "-"], input=KERNEL.format(asked=asked), capture_output=True, text=True, cwd=ROOT,
        check=False,
    )  # fmt: skip
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


# ── what a cell shows ───────────────────────────────────────────────────────────────────────────


def test_results_are_a_line_and_in_a_notebook_a_verdict(tmp_path: Path) -> None:
    plan = footprint.load_plan(ROOT / "tests" / "examples" / "fail" / "fp201-split-area")
    result = footprint.check(plan)
    assert len(repr(plan)) < 300
    assert len(repr(result)) < 300
    assert repr(result).startswith(f"<Result of {plan.title!r}: ")
    assert count(result.summary["error"], "error") in repr(result)
    shown = result._repr_html_()
    assert len(shown) < 20_000
    gravest = next(f for f in result.findings if f.severity == "error" and f.accepted is None)
    assert escape(gravest.message) in shown
    hostile = replace(plan, title="<script>alert(1)</script>")
    assert "<script>" not in replace(result, plan=hostile)._repr_html_()


def test_a_change_is_a_line_and_in_a_notebook_what_it_resolves() -> None:
    found = compare_paths(ROOT / "data" / "proposals" / "bassetlaw-2022", [])
    assert repr(found).endswith(
        f"{len(found.resolved)} resolved, {len(found.new)} new, {len(found.remaining)} remaining; "
        f"{found.people_who_move:,.0f} people move>"
    )
    shown = found._repr_html_()
    assert all(escape(f.message) in shown for f in found.resolved[:5])
