"""A baseline's round trip: what an earlier run printed is known again, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from maps import PLACES_IN_SYSTEMS, code, draw, grid_units, save, write_plan
from typer.testing import CliRunner

from footprint import check, load_plan
from footprint.checks import NEEDS, Maker, Need, catalogue
from footprint.cli import app
from footprint.model.finding import Area, Evidence, Finding, KnownAreas, Severity, Skipped
from footprint.read.baseline import read_baseline
from footprint.results import rekeyed
from footprint.results.match import match
from footprint.results.run import check_change

LAD, CCG, ICS = "A A A B B", "J J J K K", "X X Y Y Y"
PLAN = f"""\
title = "T"
date = 2021-04-01
[units]
path = "units.geojson"
population = {{ path = "people.csv" }}
[layers.lad]
path = "lad.geojson"
{PLACES_IN_SYSTEMS}[bands]
system = [1, 100]
place = [1, 100]
[[align]]
source = "lad"
target = "ics"
must = "nest"
"""
ACCEPT = '[[accept]]\nrule = "FP201"\narea = "E07000065"\nreason = "known since 2016"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plan with a split district, a split place (a finding with a level) and people above a band."""
    units = grid_units(LAD)
    return write_plan(
        tmp_path / "plan",
        PLAN,
        units=units[["LSOA21CD", "geometry"]],
        people={"LSOA21CD": list(units["LSOA21CD"]), "population": [10, 20, 40, 80, 160]},
        lad=draw(LAD),
        ccg=draw(CCG, "CCG"),
        ics=draw(ICS, "ICS"),
    )


def run(*arguments: object, code_: int = 0) -> str:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == code_, done.output
    return done.stdout


def known(folder: Path) -> Path:
    done = CliRunner().invoke(app, ["check", str(folder), "--format", "json", "--fail-on", "never"])
    path = folder.parent / "known.json"
    path.write_text(done.stdout, encoding="utf-8")
    return path


def against(folder: Path, baseline: Path, *options: str, code_: int = 0) -> dict[str, Any]:
    text = run("check", folder, "--baseline", baseline, "--format", "json", *options, code_=code_)
    found: dict[str, Any] = json.loads(text)
    return found


def test_findings_are_read_as_they_were_written(folder: Path) -> None:
    (folder / "footprint.toml").write_text(PLAN + ACCEPT)
    before = check(load_plan(folder)).findings
    read = read_baseline(known(folder))
    assert [f.rule for f in read] == ["FP201", "FP203", "FP302", "FP302"]
    assert read == [replace(f, location=None) for f in before]
    assert [f.level for f in read] == [None, "place", "place", "system"]
    assert [f.accepted for f in read] == ["known since 2016", None, None, None]
    assert [tuple(o.name for o in f.others) for f in read[:2]] == [("Area Y", "Area X"), ("Area Y", "Area X")]


def test_shares_of_a_flow_are_no_split(folder: Path) -> None:
    path = known(folder)
    document = json.loads(path.read_text(encoding="utf-8"))
    for finding in document["findings"]:
        finding["evidence"]["kind"] = "flow"
    [split, *_] = read_baseline(path)
    path.write_text(json.dumps(document), encoding="utf-8")
    [flow, *_] = read_baseline(path)
    assert (split.rule, split.divided, flow.divided) == ("FP201", True, False)


def test_nothing_is_new_against_the_same_run(folder: Path) -> None:
    run("check", folder, code_=1)
    found = against(folder, known(folder))
    assert {f["new"] for f in found["findings"]} == {False}
    assert found["resolved"] == []
    against(folder, known(folder), "--gate", "all", code_=1)


def test_a_baseline_of_another_plan_is_said_to_be_one(folder: Path) -> None:
    before = known(folder)
    own = CliRunner().invoke(app, ["check", str(folder), "--baseline", str(before)])
    assert "is a baseline of the plan" not in own.output
    plan = folder / "footprint.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace('title = "T"', 'title = "U"'), encoding="utf-8")
    other = CliRunner().invoke(app, ["check", str(folder), "--baseline", str(before)])
    assert "known.json: is a baseline of the plan 'T', not of 'U'" in other.output


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_is_no_part_of_a_baseline(encoding: str, folder: Path) -> None:
    # PowerShell writes one with every redirect
    path = known(folder)
    path.write_text(path.read_text(encoding="utf-8"), encoding=encoding)
    assert {f["new"] for f in against(folder, path)["findings"]} == {False}


def test_the_level_tells_two_findings_of_one_layer_apart(folder: Path) -> None:
    path = known(folder)
    document = json.loads(path.read_text())
    above = next(f for f in document["findings"] if f["rule"] == "FP302")
    above["level"] = "neighbourhood"
    path.write_text(json.dumps(document))
    found = against(folder, path, "--fail-on", "warning", code_=1)
    new = [f for f in found["findings"] if f["new"]]
    assert [(f["rule"], f["area"]) for f in new] == [("FP302", above["area"])]
    assert [f["level"] for f in found["resolved"]] == ["neighbourhood"]


@pytest.mark.sampled
@pytest.mark.parametrize("field", ["rule", "layer", "area"])
def test_another_finding_is_new_and_the_one_that_is_gone_resolved(field: str, folder: Path) -> None:
    path = known(folder)
    document = json.loads(path.read_text())
    other = {"rule": "FP202", "layer": "ccg", "area": {"code": "E07000066", "name": "Area B"}}[field]
    split = document["findings"][0]
    assert split["rule"] == "FP201"
    split[field] = other
    path.write_text(json.dumps(document))
    found = against(folder, path, code_=1)
    assert [f["rule"] for f in found["findings"] if f["new"]] == ["FP201"]
    assert [f[field] for f in found["resolved"]] == [other]


@pytest.mark.sampled
@pytest.mark.parametrize("field", ["message", "hint", "severity", "others", "evidence", "accepted"])
def test_numbers_words_and_other_areas_make_no_finding_new(field: str, folder: Path) -> None:
    path = known(folder)
    document = json.loads(path.read_text())
    document["findings"][0][field] = {
        "message": "other words",
        "hint": "other words",
        "severity": "warning",
        "others": [{"code": "E54000099", "name": "Elsewhere"}],
        "evidence": {"kind": "geometry", "pieces": 3},
        "accepted": "for a reason",
    }[field]
    path.write_text(json.dumps(document))
    found = against(folder, path)
    assert {f["new"] for f in found["findings"]} == {False}
    assert found["resolved"] == []


def test_one_known_finding_makes_one_finding_known(folder: Path) -> None:
    path = known(folder)
    document = json.loads(path.read_text())
    document["findings"] = [f for f in document["findings"] if f["rule"] != "FP302"]
    path.write_text(json.dumps(document))
    found = against(folder, path, "--fail-on", "warning", code_=1)
    assert [(f["rule"], f["new"]) for f in found["findings"]] == [
        ("FP201", False), ("FP203", False), ("FP302", True), ("FP302", True),
    ]  # fmt: skip
    against(folder, path, "--fail-on", "error")


def test_an_accepted_finding_fails_nothing_and_is_known_again_when_its_reason_goes(folder: Path) -> None:
    (folder / "footprint.toml").write_text(PLAN + ACCEPT)
    path = known(folder)
    (folder / "footprint.toml").write_text(PLAN)
    found = against(folder, path)
    split = found["findings"][0]
    assert (split["rule"], split["accepted"], split["new"]) == ("FP201", None, False)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"version": 2, "findings": []}', "is of version 2, where version 1 is needed"),
        ('{"version": 1, "findings": [{"rule": "FP201"}]}', "is no list of findings of an earlier run"),
        ('{"version": 1, "findings": [7]}', "is no list of findings of an earlier run"),
        ("[]", "is no list of findings of an earlier run"),
        ("not JSON", "is no list of findings of an earlier run"),
    ],
)
def test_what_is_no_baseline_is_told_in_one_line(text: str, told: str, folder: Path) -> None:
    path = folder.parent / "known.json"
    path.write_text(text)
    done = CliRunner().invoke(app, ["check", str(folder), "--baseline", str(path)])
    assert (done.exit_code, done.stdout) == (2, "")
    [line] = [line for line in done.stderr.splitlines() if not line.startswith("note: ")]
    assert line.startswith(f"error: {path}: {told}")
    assert "footprint check --format json --fail-on never -o FILE" in line


def test_a_new_code_in_a_proposal_is_known_in_a_baseline_of_the_old_one(folder: Path, tmp_path: Path) -> None:
    path = known(folder)
    proposal = tmp_path / "change"
    proposal.mkdir()
    (proposal / "proposal.toml").write_text(
        'title = "C"\neffective_date = 2022-07-01\nbase = "../plan"\nlayer = "lad"\n'
        f'[[area]]\ncode = "E07000099"\nname = "Area A"\nwas = "{code("A")}"\n'
    )
    found = json.loads(run("check", "--proposal", proposal, "--baseline", path, "--format", "json"))
    split = found["findings"][0]
    assert (split["rule"], split["area"]["code"], split["new"]) == ("FP201", "E07000099", False)
    assert found["resolved"] == []


def test_a_finding_that_nothing_looks_for_is_not_resolved(folder: Path) -> None:
    path = known(folder)
    everything = [f["rule"] for f in json.loads(path.read_text())["findings"]]
    people = [rule for rule in everything if rule.startswith("FP3")]
    assert people
    # a rule that is left out on purpose
    ignored = CliRunner().invoke(app, ["check", str(folder), "--baseline", str(path), "--ignore", "FP3"])
    assert f"0 new, {len(everything) - len(people)} known, 0 resolved, {len(people)} not looked for" in (
        ignored.output
    )
    # one whose input is gone
    plan = folder / "footprint.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(
        "\n".join(line for line in text.splitlines() if "people.csv" not in line), encoding="utf-8"
    )
    found = against(folder, path)
    assert [f["rule"] for f in found["resolved"]] == []
    told = {s["rule"] for s in found["skipped"] if "not looked for" in s["reason"]}
    assert told == set(people)


WITH_UNITS = 'path = "units.geojson"\npopulation = { path = "people.csv" }'


@pytest.fixture
def vague(folder: Path) -> Path:
    """The plan where nothing says any more where the districts are, nor which units lie in the others."""
    units = [
        f"{unit},{code(area)}\n" for unit, area in zip(grid_units(LAD)["LSOA21CD"], "AAABB", strict=True)
    ]
    (folder / "lad.csv").write_text("LSOA21CD,LAD21CD\n" + "".join(units))
    text = (folder / "footprint.toml").read_text().replace(WITH_UNITS, 'geography = "LSOA"')
    lookup = 'lookup = { path = "lad.csv", unit = "LSOA21CD", code = "LAD21CD" }'
    path = folder / "vague.toml"
    path.write_text(text.replace('path = "lad.geojson"', lookup))
    return path


def gone(before: Path, after: Path) -> tuple[set[str], set[str]]:
    """Return the rules of what is resolved from one plan to another, and of what was not looked for."""
    found = check_change(load_plan(after), baseline=check(load_plan(before)).findings)
    assert found.resolved is not None
    told = {skip.rule for skip in found.skipped if "not looked for" in skip.reason}
    return {f.rule for f in found.resolved}, told


@pytest.mark.sampled
@pytest.mark.parametrize("reworded", [False, True])
@pytest.mark.parametrize(("must", "rule"), [("nest", "FP201"), ("match", "FP202")])
def test_layers_that_could_not_be_held_against_each_other_resolve_nothing_in_any_words(
    must: str, rule: str, reworded: bool, folder: Path, vague: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for plan in (folder / "footprint.toml", vague):
        plan.write_text(plan.read_text().replace('"nest"', f'"{must}"'))
    if reworded:
        skip = Maker.skip
        monkeypatch.setattr(
            Maker, "skip", lambda self, reason, *rest, **of: skip(self, f"No {len(reason)}", *rest, **of)
        )
    resolved, unlooked = gone(folder, vague)
    assert rule not in resolved
    assert rule in unlooked


def test_a_layer_whose_units_nobody_knows_any_more_resolves_none_that_lay_in_no_area(
    folder: Path, vague: Path
) -> None:
    # the last unit lies in no place
    draw("J J J K", "CCG").to_file(folder / "ccg.geojson")
    resolved, unlooked = gone(folder, vague)
    assert "FP204" not in resolved
    assert "FP204" in unlooked


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A plan of tables alone: A is split by systems and by places, B by neither."""
    units = [f"E0100000{n}" for n in range(5)]
    for name, letters in {"lad": "AAABB", "ccg": "JJKKK", "ics": "XXYYY"}.items():
        rows = [f"{unit},{letter}\n" for unit, letter in zip(units, letters, strict=True)]
        (tmp_path / f"{name}.csv").write_text("unit,code\n" + "".join(rows))
    return tmp_path


def of_tables(folder: Path, levels: dict[str, str], *align: str) -> Path:
    """Write a plan of these tables: its layers are those of levels, and lad, which lines up with some."""
    text = 'title = "T"\ndate = 2021-04-01\n[units]\ngeography = "LSOA"\n'
    for key in dict.fromkeys(["lad", *levels.values()]):
        path = key if (folder / f"{key}.csv").exists() else "ics"
        lookup = f'lookup = {{ path = "{path}.csv", unit = "unit", code = "code" }}'
        text += f'[layers.{key}]\ngeography = "OTHER"\n{lookup}\n'
    text += "[levels]\n" + "".join(f'{level} = "{key}"\n' for level, key in levels.items())
    text += "".join(f'[[align]]\nsource = "lad"\ntarget = "{key}"\nmust = "nest"\n' for key in align)
    (folder / "footprint.toml").write_text(text)
    return folder


BOTH, PLACES = {"system": "ics", "place": "ccg"}, {"place": "ccg"}


@pytest.mark.parametrize(
    ("levels", "align", "new", "resolved", "unlooked"),
    [
        # the layer that was split, or the one that split it, is gone: nobody has looked
        (PLACES, (), [], [], 1),
        # a split by places is another than the one by systems, of which the plan has no layer any more
        (PLACES, ("ccg",), ["JK"], [], 1),
        # the layer of systems is called otherwise
        ({"system": "icb", "place": "ccg"}, ("icb",), [], [], 0),
        # systems are still there, and nobody asks any more
        (BOTH, (), [], ["XY"], 0),
        # what is split becomes a level
        (BOTH | {"neighbourhood": "lad"}, ("ics",), [], [], 0),
    ],
)
def test_findings_of_layers_that_a_plan_has_no_more_are_not_resolved(
    levels: dict[str, str], align: tuple[str, ...], new: list[str], resolved: list[str], unlooked: int,
    tables: Path,
) -> None:  # fmt: skip
    before = known(of_tables(tables, BOTH, "ics"))
    plan = load_plan(of_tables(tables, levels, *align))
    found = check_change(plan, baseline=read_baseline(before), select=["FP201"])
    assert ["".join(sorted(o.code for o in f.others)) for f in found.findings if f.new] == new
    assert ["".join(sorted(o.code for o in f.others)) for f in found.resolved or ()] == resolved
    assert found.unexamined == unlooked


def called(folder: Path, **keys: str) -> Path:
    """Write the plan of `folder` with other keys of its layers."""
    text = PLAN
    for old, new in keys.items():
        text = text.replace(f"[layers.{old}]", f"[layers.{new}]").replace(f'= "{old}"', f'= "{new}"')
    (folder / "footprint.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_layer_that_is_called_otherwise_is_known_by_its_official_codes(folder: Path) -> None:
    before = known(folder)
    renamed = called(folder, lad="district", ics="icb")
    document = against(renamed, before)
    assert document["findings"]
    assert not any(f["new"] for f in document["findings"])
    assert document["resolved"] == []
    told = CliRunner().invoke(app, ["check", str(renamed), "--baseline", str(before)]).stderr
    assert (
        "note: the layer 'lad' of the baseline is 'district' now, by its codes, and its findings are known"
        in told
    )
    # with another district it may be another layer
    more = draw("A A A B B C")
    more.to_file(folder / "lad.geojson", engine="pyogrio")
    found = check_change(load_plan(renamed), baseline=read_baseline(before), select=["FP201"])
    assert [f.new for f in found.findings if f.layer == "district"] == [True]
    assert found.resolved == []


def test_a_layer_with_the_same_codes_of_ones_own_may_be_the_same(tables: Path) -> None:
    before = known(of_tables(tables, BOTH, "ics"))
    text = (tables / "footprint.toml").read_text().replace("[layers.lad]", "[layers.own]")
    (tables / "footprint.toml").write_text(text.replace('source = "lad"', 'source = "own"'))
    told = rekeyed.told(read_baseline(before), load_plan(tables))
    assert told == [
        "the layer 'lad' of the baseline has the codes of 'own'; if it is the same, call it 'lad' again, as "
        "its findings are not looked for and those of the other are new"
    ]
    found = check_change(load_plan(tables), baseline=read_baseline(before), select=["FP201"])
    assert ([f.new for f in found.findings], found.resolved, found.unexamined) == ([True], [], 1)


def test_findings_alone_tell_of_which_layer_they_are(tables: Path) -> None:
    before = check(load_plan(of_tables(tables, BOTH, "ics")), ["FP201"]).findings
    (tables / "ics.csv").write_text((tables / "lad.csv").read_text())
    plan = load_plan(of_tables(tables, BOTH, "ics"))
    assert check_change(plan, baseline=before, select=["FP201"]).unexamined == 0
    of_another = [replace(f, layer="utla") for f in before]
    assert check_change(plan, baseline=of_another, select=["FP201"]).unexamined == 1


def lack(tables: Path, *bodies: str, kinds: str = "board") -> list[Finding]:
    """Return what is found of areas of ics that lack a body of a kind that leads, where "X board" has one."""
    of_tables(tables, BOTH)
    (tables / "bodies.csv").write_text(
        "layer,area_code,body,kind,role\n"
        + "".join(f"ics,{body[0]},{body},{body[2:]},chair\n" for body in ("X network", *bodies))
    )
    leads = "".join(f"What a {kind} does,system,{kind}\n" for kind in kinds.split())
    (tables / "functions.csv").write_text("function,level,lead\n" + leads)
    with (tables / "footprint.toml").open("a") as plan:
        plan.write('[accountability]\nbodies = "bodies.csv"\nfunctions = "functions.csv"\n')
    return check(load_plan(tables), ["FP601"]).findings


def said(findings: Iterable[Finding]) -> list[str]:
    """Return the areas that each finding names."""
    return ["".join(a.code for a in (f.area, *f.others) if a is not None) for f in findings]


def test_what_names_several_areas_is_known_by_them_and_not_gone_while_one_is_left(tables: Path) -> None:
    both, one, none = lack(tables), lack(tables, "X board"), lack(tables, "X board", "Y board")
    assert (said(both), said(one), said(none)) == (["XY"], ["Y"], [])
    apart = [*one, replace(one[0], area=both[0].others[0])]
    assert sorted(said(apart)) == ["X", "Y"]
    for then, now, new, gone in (
        (apart, both, [], []),
        (both, one, [], []), (one, both, ["XY"], []), (both, none, [], ["XY"]), (none, both, ["XY"], []),
    ):  # fmt: skip
        found, left = match(then, now, {}, (KnownAreas({}, {}), KnownAreas({}, {})))
        assert (said(f for f in found if f.new), said(left)) == (new, gone)


def of_many(first: int, last: int, listed: Iterable[int] | None = None, **numbers: int) -> Finding:
    """Return a finding on areas with these numbers, which lists twenty of them, the first if not given."""
    every = range(first, last)
    areas = tuple(Area(f"a{i}", f"a{i}") for i in (every[:20] if listed is None else listed))
    evidence = Evidence("geometry", numbers or {"count": len(every)})
    rule = catalogue()["FP101"]
    return Finding(
        "FP101", rule.name, Severity.INFO, "lad", None, "m", "h", evidence=evidence, others=areas
    )  # fmt: skip


@pytest.mark.parametrize(
    ("then", "now", "new", "resolved"),
    [
        # one of the first twenty of 25 is settled, so that another one is listed
        (of_many(0, 25), of_many(1, 25), False, False),
        # of 30 the same areas, twenty others of them first
        (of_many(0, 30), of_many(0, 30, range(10, 30)), False, False),
        # all that were listed are settled, and the others are left
        (of_many(0, 30), of_many(20, 30), False, False), (of_many(0, 30), of_many(20, 31), True, False),
        # as many are listed, but there are more than there were
        (of_many(0, 25), of_many(0, 26), True, False), (of_many(0, 20), of_many(0, 21), True, False),
        (of_many(0, 25), of_many(0, 25), False, False), (of_many(0, 26), of_many(0, 25), False, False),
        # a few that may be among the many of now
        (of_many(0, 5), of_many(0, 30, range(10, 30)), True, False),
        # of twenty all are listed
        (of_many(0, 20), of_many(1, 21), True, False), (of_many(0, 20), of_many(20, 25), True, True),
        # nobody says how many there are, so that they may be the same
        (of_many(0, 20, functions=1), of_many(20, 40, functions=1), False, False),
    ],
)  # fmt: skip
def test_what_lists_twenty_of_more_areas_is_not_known_by_these_alone(
    then: Finding, now: Finding, new: bool, resolved: bool
) -> None:
    found, gone = match([then], [now], {}, (KnownAreas({}, {}), KnownAreas({}, {})))
    assert ([f.new for f in found], bool(gone)) == ([new], resolved)


def test_a_finding_on_an_area_whose_code_another_one_has_now_is_not_that_on_the_other(tables: Path) -> None:
    [then] = lack(tables, "X board")
    sides = (KnownAreas({}, {}), KnownAreas({}, {}))
    assert said([then]) == ["Y"]
    # X goes on as Y, and Y joins another
    found, gone = match([then], [then], {"ics": {"X": "Y"}}, sides)
    assert ([f.new for f in found], said(gone)) == ([True], ["Y"])
    # they change places
    now = replace(then, area=Area("X", "X"))
    found, gone = match([then], [now], {"ics": {"X": "Y", "Y": "X"}}, sides)
    assert ([f.new for f in found], said(gone)) == ([False], [])


def test_an_area_that_lacks_a_body_of_another_kind_is_another_finding(tables: Path) -> None:
    kinds = "board trust"
    then = lack(tables, "Y board", "X trust", "Y trust", kinds=kinds)
    now = lack(tables, "X board", "Y board", "Y trust", kinds=kinds)
    assert said(then) == said(now) == ["X"]
    found, gone = match(then, now, {}, (KnownAreas({}, {}), KnownAreas({}, {})))
    assert ([f.new for f in found], said(gone)) == ([True], ["X"])


@pytest.mark.parametrize(("rule", "field"), [("FP305", "measure"), ("FP604", "functions")])
def test_what_a_rule_tells_findings_of_one_area_apart_by_makes_two_of_them(
    rule: str, field: str, tables: Path
) -> None:
    [some] = lack(tables, "X board")
    beds, docs = (
        replace(some, rule=rule, evidence=Evidence("lookup", {field: it})) for it in ("beds", "docs")
    )
    nothing = KnownAreas({}, {})
    for then, now, new, gone in ((beds, docs, [True], [beds]), (docs, docs, [False], [])):
        found, left = match([then], [now], {}, (nothing, nothing))
        assert ([f.new for f in found], left) == (new, gone)


def test_what_a_plan_does_not_ask_for_any_more_is_resolved(folder: Path) -> None:
    plan = folder / "unasked.toml"
    text = PLAN[: PLAN.index("[[align]]")].replace("[levels]", "[bands]\nneighbourhood = [1, 100]\n[levels]")
    text = text.replace("[bands]\nsystem = [1, 100]\nplace = [1, 100]\n", "")
    plan.write_text(text)
    assert gone(folder, plan) == ({"FP201", "FP302"}, set())


@pytest.mark.parametrize(("is_input", "resolved"), [(True, []), (False, ["FP201"])])
def test_a_need_says_itself_whether_a_rule_without_it_looks_for_nothing(
    is_input: bool, resolved: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = check(load_plan(folder)).findings
    monkeypatch.setitem(NEEDS, "a gazetteer", Need(lambda plan: "there is no gazetteer", is_input=is_input))
    rules = catalogue() | {"FP201": replace(catalogue()["FP201"], needs=("a gazetteer",))}
    monkeypatch.setattr("footprint.checks.catalogue", lambda: rules)
    found = check_change(load_plan(folder), baseline=before)
    assert [f.rule for f in found.resolved or ()] == resolved
    assert found.unexamined == (1 if is_input else 0)


def test_skips_that_are_told_alike_leave_open_what_either_does() -> None:
    one, other = (Skipped("FP204", "too coarse", layers=((key,),)) for key in ("lad", "ccg"))
    both = one.with_also(other)
    assert [both.leaves_open(key, "E1", ()) for key in ("lad", "ccg", "ics")] == [True, True, False]
    assert one.with_also(Skipped("FP204", "too coarse")).leaves_open("ics", "E1", ())
    some, more = (Skipped("FP305", "unknown", layers=(("lad",),), areas=(area,)) for area in ("E1", "E2"))
    both = some.with_also(more)
    assert [both.leaves_open("lad", area, ()) for area in ("E1", "E2", "E3")] == [True, True, False]
    assert some.with_also(replace(more, areas=())).leaves_open("lad", "E3", ())


def test_without_units_those_in_no_area_are_not_looked_for_and_areas_are(tmp_path: Path) -> None:
    units = grid_units("A A B B")
    held = {"lad": draw("A A B B"), "ics": draw("X X . .", "ICS")}
    plan = 'title = "T"\ndate = 2021-04-01\n{}' + "".join(
        f'[layers.{key}]\npath = "{key}.geojson"\n' for key in held
    )
    levels = '[levels]\nsystem = "ics"\nplace = "lad"\n'
    folder = write_plan(
        tmp_path / "plan", plan.format('[units]\npath = "units.geojson"\n') + 'covers = "all"\n' + levels,
        units=units[["LSOA21CD", "geometry"]], **held,
    )  # fmt: skip
    before = read_baseline(known(folder))
    of_units = [f for f in before if f.rule == "FP204"]
    assert [(f.area, f.evidence.numbers["units"]) for f in of_units if f.area is None] == [(None, 2)]
    (folder / "footprint.toml").write_text(plan.format("") + 'covers = "all"\n' + levels)
    found = check_change(load_plan(folder), baseline=before, select=["FP204"])
    assert next(skip.reason for skip in found.skipped if skip.rule == "FP204") == "the plan has no units"
    assert not [f for f in found.resolved or () if f.area is None]
    # what was found of an area is looked for without units too
    then = check(load_plan(folder), ["FP204"]).findings
    assert [f.area.code for f in then if f.area is not None] == [code("B")]
    save(draw("X X X X", "ICS"), folder / "ics.geojson")
    now = check_change(load_plan(folder), baseline=then, select=["FP204"])
    assert [f.area.code for f in now.resolved or () if f.area is not None] == [code("B")]


def test_a_skip_of_some_areas_or_of_a_pair_of_layers_leaves_no_others_open() -> None:
    some = Skipped("FP305", "unknown", layers=(("lad",),), areas=("E1",))
    assert [some.leaves_open("lad", area, ()) for area in ("E1", "E2", None)] == [True, False, True]
    pair = Skipped("FP203", "unknown", layers=(("ccg", "ics"),))
    assert [pair.leaves_open("ccg", "E1", beside) for beside in (["ics"], ["lad"], [])] == [True, False, True]
    assert not pair.leaves_open("lad", "E1", ["ics"])


def test_areas_whose_bodies_nobody_knows_any_more_resolve_none_without_one(folder: Path, vague: Path) -> None:
    # a council leads for systems, and of the districts only the first has one: half of Y and all of B lack it
    (folder / "bodies.csv").write_text(
        f"layer,area_code,body,kind,role\nlad,{code('A')},A Council,council,x\n"
    )
    (folder / "functions.csv").write_text(
        "function,level,lead,delegated_from\nStrategy,system,council,\nHousing,place,council,system\n"
    )
    for plan in (folder / "footprint.toml", vague):
        section = '[accountability]\nbodies = "bodies.csv"\nfunctions = "functions.csv"\n'
        plan.write_text(plan.read_text() + section)
    before = {f.rule for f in check(load_plan(folder), ["FP6"]).findings}
    assert {"FP601", "FP604"} <= before
    resolved, unlooked = gone(folder, vague)
    assert not {"FP601", "FP604"} & resolved
    assert {"FP601", "FP604"} <= unlooked


def test_of_figures_only_those_that_are_not_known_any_more_are_not_looked_for(folder: Path) -> None:
    plan, later = folder / "footprint.toml", folder / "later.toml"
    measure = (
        '[[measure]]\nname = "beds"\npath = "beds.csv"\ncolumn = "beds"\nadds = "sum"\nsource = "made up"\n'
        "range = { place = [5, 9] }\n"
    )
    text = PLAN + measure
    plan.write_text(text)
    later.write_text(text.replace("beds.csv", "later.csv"))
    units = list(grid_units(LAD)["LSOA21CD"])
    of: dict[str, list[object]] = {"beds": [1, 1, 1, 1, 1], "later": [2, 2, 2, "", 1]}
    for name, beds in of.items():
        rows = [f"{unit},{n}\n" for unit, n in zip(units, beds, strict=True)]
        (folder / f"{name}.csv").write_text("LSOA21CD,beds\n" + "".join(rows))
    before = check(load_plan(plan), ["FP305"]).findings
    assert {f.area and f.area.name for f in before} == {"Area J", "Area K"}
    found = check_change(load_plan(later), baseline=before, select=["FP305"])
    # J has 6 beds now; of K nobody knows it
    assert [f.area and f.area.name for f in found.resolved or ()] == ["Area J"]
    assert found.unexamined == 1


def test_a_baseline_knows_the_areas_and_the_levels_of_its_plan_by_its_tables(tmp_path: Path) -> None:
    rows = [("ics", "system", "X"), ("ics", "system", "Y"), ("town", None, "T")]
    overlap = {"source_layer": "lad", "source": "A", "target_layer": "ccg", "target": "P"}
    document = {
        "version": 1,
        "findings": [],
        "tables": {
            "population": [{"layer": layer, "level": level, "code": code} for layer, level, code in rows],
            "overlap": [overlap],
        },
    }
    path = tmp_path / "findings.json"
    path.write_text(json.dumps(document))
    areas = read_baseline(path).areas
    assert areas.layers == {"ics": {"X", "Y"}, "town": {"T"}, "lad": {"A"}, "ccg": {"P"}}
    assert areas.levels == {"system": "ics"}
