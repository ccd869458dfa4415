"""Make the tables of footprint/model that say which codes were in force when, and what became of them.

    python scripts/history.py FOLDER            writes history.csv and history_changes.csv
    python scripts/history.py FOLDER --check    only says whether they would change, and exits with 1

FOLDER holds facts of the ONS Code History Database and of NHS England's list of April 2026:
`code_history_*.csv` (code, name, start, end, parent), `district_changes.csv` (from_code, to_code, date,
order) and `icb_*.csv` (code, name, start, end). What they leave out (which CCGs and systems became
which) stands below, with the order or document that states it.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

MODEL = Path(__file__).resolve().parent.parent / "footprint" / "model"
CREDIT = (
    "# Source: Office for National Statistics, Code History Database, and NHS England; licensed under the\n"
    "# Open Government Licence v3.0. Facts, made into this table by scripts/history.py.\n"
)
FIRST = "2009-01-01"
"""When the codes were given out: most areas that begin on this day are older."""
PARENTS = ("E10", "E12", "E40", "E54")

# What the tables leave out, each under the order or document that states it: DATE HOW FROM … > TO.
# How: "merger" (whole, into the ground of another), "boundary" (it goes on under another code, but its
# ground changed), "part" (some of its ground; nothing succeeds what has only parts). Found by the program:
# "recode" (the same ground), "name" (the name goes on; of the ground nothing is known). What no document
# states stays out: the code ended, and nothing is said of what followed. `#` begins a note for who checks.
KNOWN = """
= S.I. 2024/1328
2025-04-01 boundary E08000016 > E08000038
2025-04-01 boundary E08000019 > E08000039

= NHS England, CCG maps 2015: Gateshead, Newcastle North and East and Newcastle West became one
# england.nhs.uk/resources/ccg-maps; github.com/bennettoxford/openprescribing/issues/5
2015-04-01 merger E38000061 E38000111 E38000112 > E38000212
= NHS Digital, ODS changes of April 2017: the three CCGs of Manchester became one
# digital.nhs.uk/organisation-data-service/news-and-updates;
# github.com/bennettoxford/openprescribing/issues/408
2017-04-01 merger E38000032 E38000123 E38000158 > E38000217
= NHS Digital, ODS changes of April 2017: South Cumbria went to Morecambe Bay, which was Lancashire North
# as above: both kept their ODS codes, 01H and 01K; practices of Cumbria moved to Morecambe Bay
2017-04-01 boundary E38000093 > E38000216
2017-04-01 part E38000041 > E38000215
2017-04-01 part E38000041 > E38000216
= ONS, LSOA (2011) to CCG to LAD (April 2017) lookup, version 4: eight LSOAs went to Norwich
# the description of the lookup on the Open Geography Portal names the LSOAs and both codes
2017-04-01 boundary E38000131 > E38000218
2017-04-01 boundary E38000159 > E38000219
= NHS England, six mergers of 18 CCGs approved for April 2018
# lgcplus.com 7021958 and hsj.co.uk 7020958 list them; the new codes are in ONS,
# LSOA (2011) to CCG to LAD (April 2018) lookup
2018-04-01 merger E38000012 E38000013 E38000149 > E38000220
2018-04-01 merger E38000110 E38000114 E38000160 E38000209 > E38000221
2018-04-01 merger E38000022 E38000125 E38000155 > E38000222
2018-04-01 merger E38000003 E38000033 > E38000223
2018-04-01 merger E38000017 E38000148 E38000207 > E38000224
2018-04-01 merger E38000094 E38000095 E38000096 > E38000225
= ONS, LSOA (2011) to CCG to LAD (April 2018) lookup: new codes following a boundary change
2018-04-01 boundary E38000060 > E38000226
2018-04-01 boundary E38000065 > E38000227
2018-04-01 boundary E38000216 > E38000228
= NHS Digital, ODS change summary: CCG mergers of April 2019 and April 2020
# digital.nhs.uk/services/organisation-data-service/change-summary---stp-reconfiguration; code by code also in
# github.com/NHSDigital/mental-health-bulletin, setup/Reference Data.py (ODS codes of 2013-2021, E38 of 2021)
2019-04-01 merger E38000058 E38000071 E38000115 E38000169 > E38000229
2019-04-01 merger E38000129 E38000152 > E38000230
2020-04-01 merger E38000009 E38000181 E38000206 > E38000231
2020-04-01 merger E38000001 E38000018 E38000019 > E38000232
2020-04-01 merger E38000056 E38000151 E38000189 E38000196 > E38000233
2020-04-01 merger E38000047 E38000116 > E38000234
2020-04-01 merger E38000055 E38000076 E38000081 > E38000235
2020-04-01 merger E38000078 E38000139 E38000166 E38000211 > E38000236
2020-04-01 merger E38000002 E38000029 E38000043 E38000104 E38000156 E38000180 E38000184 E38000199 > E38000237
2020-04-01 merger E38000099 E38000100 E38000157 E38000165 > E38000238
2020-04-01 merger E38000063 E38000124 E38000203 E38000218 E38000219 > E38000239
2020-04-01 merger E38000005 E38000027 E38000057 E38000072 E38000088 > E38000240
2020-04-01 merger E38000069 E38000073 E38000145 > E38000241
2020-04-01 merger E38000037 E38000108 > E38000242
2020-04-01 merger E38000103 E38000109 E38000132 E38000133 E38000134 E38000142 > E38000243
2020-04-01 merger E38000011 E38000023 E38000066 E38000092 E38000098 E38000171 > E38000244
2020-04-01 merger E38000040 E38000090 E38000105 E38000140 E38000179 E38000193 > E38000245
2020-04-01 merger E38000054 E38000128 E38000177 E38000214 > E38000246
2020-04-01 merger E38000042 E38000075 E38000162 > E38000247
2020-04-01 merger E38000039 E38000083 E38000213 > E38000248
= NHS Digital, Mental Health Bulletin, reference data: CCG codes before and after the mergers of April 2021
# github.com/NHSDigital/mental-health-bulletin, setup/Reference Data.py; the Code History Database has the
# same system (parent) for all parts of a merger, and no other CCG that began in it
2021-04-01 merger E38000010 E38000102 E38000107 > E38000249
2021-04-01 merger E38000046 E38000144 E38000191 E38000210 > E38000250
2021-04-01 merger E38000038 E38000164 E38000195 > E38000251
2021-04-01 merger E38000118 E38000178 E38000224 > E38000252
2021-04-01 merger E38000059 E38000087 E38000120 E38000154 E38000167 E38000198 > E38000253
2021-04-01 merger E38000064 E38000121 > E38000254
2021-04-01 merger E38000004 E38000035 E38000077 E38000113 E38000138 E38000186 E38000192 > E38000255
2021-04-01 merger E38000020 E38000031 E38000048 E38000070 E38000074 E38000082 E38000084 E38000202 > E38000256
2021-04-01 merger E38000147 E38000183 > E38000257
= NHS England, integrated care board boundary changes 2022/23
# england.nhs.uk/wp-content/uploads/2022/04/x-integrated-care-board-boundary-changes-22-23.xlsx: old and new
# codes; DHSC, Integrated care systems boundaries review, decision summary, 22 July 2021: Glossop, West
# Birmingham, Bassetlaw, North Northamptonshire. Boards kept their ODS codes (QHL, QUE, QOP, QJ2, QPM, QT1,
# QF7, QUA), by which the old code of a system and the new one belong together.
2022-07-01 boundary E38000220 > E38000258
2022-07-01 boundary E38000250 > E38000259
2022-07-01 part E38000250 > E38000258
2022-07-01 boundary E38000026 > E38000260
2022-07-01 boundary E38000229 > E38000261
2022-07-01 boundary E38000242 > E38000262
2022-07-01 boundary E38000182 > E38000263
2022-07-01 part E38000182 > E38000261
2022-07-01 boundary E54000017 > E54000055
2022-07-01 boundary E54000021 > E54000056
2022-07-01 boundary E54000007 > E54000057
2022-07-01 part E54000007 > E54000058
2022-07-01 boundary E54000012 > E54000058
2022-07-01 boundary E54000020 > E54000059
2022-07-01 boundary E54000014 > E54000060
2022-07-01 boundary E54000009 > E54000061
2022-07-01 part E54000009 > E54000060
2022-07-01 boundary E54000016 > E54000062
2022-07-01 part E54000016 > E54000055

= ONS, Code History Database: North Durham in the name; no other STP began or ended
2017-01-01 boundary E54000001 > E54000046
2017-01-01 part E54000003 > E54000045
2017-01-01 part E54000003 > E54000046
= NHS Digital, ODS changes of 2018: three STPs became Cumbria and North East
# github.com/HFAnalyticsLab/Winter_pressures, README, from NHS Digital's list of changes
2018-04-01 merger E54000045 E54000046 E54000047 > E54000049
= NHS Digital, ODS change summary: STP reconfiguration of April 2020
# CCGs by STP of 2019 (github.com/NHSDigital/mental-health-monthly-statistics, 91.List_possible_metrics.py)
# against those of 2021 (mental-health-bulletin, as above): 09L from Sussex to Surrey Heartlands, 03D and 03E
# from Cumbria and North East and from West Yorkshire to Humber, Coast and Vale. The codes began a day early.
2020-03-31 boundary E54000033 > E54000053
2020-03-31 part E54000033 > E54000052
2020-04-01 boundary E54000035 > E54000052
2020-04-01 boundary E54000049 > E54000050
2020-04-01 part E54000049 > E54000051
2020-04-01 boundary E54000006 > E54000051
2020-04-01 boundary E54000005 > E54000054
2020-04-01 part E54000005 > E54000051
= NHS England, integrated care boards of April 2026
2026-04-01 merger E54000027 E54000028 > E54000071
2026-04-01 merger E54000063 E54000064 > E54000069
2026-04-01 boundary E54000044 > E54000070
2026-04-01 boundary E54000042 > E54000067
2026-04-01 merger E54000022 > E54000068
2026-04-01 merger E54000026 > E54000066
2026-04-01 merger E54000024 E54000056 > E54000065
2026-04-01 part E54000034 > E54000067
2026-04-01 part E54000034 > E54000069
2026-04-01 part E54000034 > E54000070
2026-04-01 part E54000023 > E54000066
2026-04-01 part E54000023 > E54000068
2026-04-01 part E54000025 > E54000065
2026-04-01 part E54000025 > E54000066

= ONS, Code History Database: no other NHS region of England began or ended
2018-04-01 part E40000004 > E40000005
2018-04-01 part E40000004 > E40000006
= NHS England, seven regions from April 2019; London, South East and South West as they were
# hsj.co.uk 7022488; ONS, mid-2018 estimates for CCGs, correction of 18 November 2019
2019-04-01 part E40000001 > E40000009
2019-04-01 part E40000001 > E40000010
2019-04-01 part E40000002 > E40000007
2019-04-01 part E40000002 > E40000008

= The Newcastle Upon Tyne, North Tyneside and Northumberland Combined Authority Order 2018, S.I. 2018/1133
2018-11-01 part E47000005 > E47000010
2018-11-01 part E47000005 > E47000011
= The North East Mayoral Combined Authority (Establishment and Functions) Order 2024, S.I. 2024/402
2024-05-02 merger E47000010 E47000011 > E47000014

= The Local Health Boards (Establishment and Dissolution) (Wales) Order 2009, W.S.I. 2009/778
# six boards for whole authorities; each board before had the ground of one authority (W.S.I. 2003/148)
2009-10-01 merger W11000002 W11000007 W11000010 W11000013 W11000014 W11000019 > W11000023
2009-10-01 merger W11000003 W11000004 W11000016 > W11000025
2009-10-01 merger W11000005 W11000006 W11000012 > W11000026
2009-10-01 merger W11000009 W11000017 > W11000027
2009-10-01 merger W11000001 W11000011 W11000018 W11000020 W11000021 > W11000028
2009-10-01 merger W11000008 W11000015 > W11000029
= Welsh Government, written statement of 16 January 2019: health board boundary for Bridgend
# gov.wales/written-statement-health-board-boundary-bridgend-associated-planning
2019-04-01 merger W11000027 > W11000030
2019-04-01 part W11000026 > W11000030
2019-04-01 part W11000026 > W11000031
"""


class Version(NamedTuple):
    """A code under one name, from a day to a day, both in."""

    code: str
    start: str
    end: str
    name: str
    parent: str


class Change(NamedTuple):
    """What became of one area on a day."""

    date: str
    how: str
    old: str
    new: str
    order: str
    """The order, or the document, that states it; "" where only the name says so."""


def day_after(day: str) -> str:
    """Return the next day."""
    return (dt.date.fromisoformat(day) + dt.timedelta(1)).isoformat()


def rows_of(folder: Path, pattern: str) -> list[dict[str, str]]:
    """Return the rows of the one file in the folder that is called so."""
    (path,) = folder.glob(pattern)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def versions(folder: Path) -> list[Version]:
    """Return every code under every name that it had, with what it lay in at the last."""
    given = defaultdict(list)
    for row in rows_of(folder, "code_history_*.csv"):
        parent = row["parent"] if row["parent"][:3] in PARENTS else ""
        start = "" if row["start"] == FIRST else row["start"]
        given[row["code"]].append(Version(row["code"], start, row["end"], tidy(row["name"]), parent))
    for row in rows_of(folder, "icb_*.csv"):
        if row["end"]:
            given[row["code"]][-1] = given[row["code"]][-1]._replace(end=row["end"])
        else:
            given[row["code"]].append(Version(row["code"], row["start"], "", row["name"], ""))
    for change in stated():
        if change.old[:3] == "E08":
            last = given[change.old][-1]
            ended = str(dt.date.fromisoformat(change.date) - dt.timedelta(1))
            given[change.old][-1] = last._replace(end=ended)
            given[change.new].append(last._replace(code=change.new, start=change.date, end=""))
    return [v for code in sorted(given) for v in joined(given[code])]


def tidy(name: str) -> str:
    """Return a name with single blanks."""
    return " ".join(name.split())


def joined(given: list[Version]) -> list[Version]:
    """Return versions without those that change no name: "NHS X" became "NHS X CCG" on paper only."""
    found: list[Version] = []
    for each in sorted(given, key=lambda v: v.start):
        same = found and found[-1].name.removesuffix(" CCG") == each.name.removesuffix(" CCG")
        if same and day_after(found[-1].end) == each.start:
            found[-1] = each._replace(start=found[-1].start, parent=each.parent or found[-1].parent)
        else:
            found.append(each)
    return found


def stated() -> Iterator[Change]:
    """Yield the changes of KNOWN."""
    source = ""
    for line in KNOWN.splitlines():
        if line.startswith("= "):
            source = line[2:]
        elif line and not line.startswith("#"):
            words, _, new = line.partition(" > ")
            date, how, *old = words.split()
            yield from (Change(date, how, code, new, source) for code in old)


def changes(folder: Path, areas: list[Version]) -> list[Change]:
    """Return what became of every code that ended, as far as it is known."""
    found = list(stated())
    found += of_districts(folder)
    found += of_counties(areas, found)
    explained = {change.old for change in found}
    found += of_the_same_name(areas, explained)
    return sorted(set(found))


def of_districts(folder: Path) -> list[Change]:
    """Return the changes of districts; an order says whether ground was redrawn or only put together."""
    rows = [r for r in rows_of(folder, "district_changes.csv") if r["from_code"] != r["to_code"]]
    sources = defaultdict(set)
    for row in rows:
        sources[row["to_code"]].add(row["from_code"])
    found = []
    for row in rows:
        redrawn = "(Boundary Change" in row["order"] or "(Areas)" in row["order"]
        how = "boundary" if redrawn else "recode" if len(sources[row["to_code"]]) == 1 else "merger"
        found.append(Change(row["date"], how, row["from_code"], row["to_code"], row["order"]))
    return found


def of_counties(areas: list[Version], known: list[Change]) -> list[Change]:
    """Return what became of counties whose districts all went: of one area's ground, or of several."""
    found = []
    for county in areas:
        if county.code[:3] != "E10" or not county.end:
            continue
        date = day_after(county.end)
        districts = {v.code for v in areas if v.parent == county.code and v.end == county.end}
        gone = [c for c in known if c.old in districts and c.date == date]
        targets = sorted({(c.new, c.order) for c in gone})
        whole = {c.old for c in known if c.date == date and c.new in {new for new, _ in targets}} == districts
        how = "recode" if len(targets) == 1 and whole else "part"
        found += [Change(date, how, county.code, new, order) for new, order in targets]
    return found


def of_the_same_name(areas: list[Version], explained: set[str]) -> list[Change]:
    """Return the changes of codes that ended while another of their kind and name began, and went on.

    Some new codes began before the old ones ended. Whether their ground is the same is not stated
    anywhere: "name".
    """
    found = []
    for area in last_of(areas):
        if not area.end or area.code in explained:
            continue
        date = day_after(area.end)
        new = [
            v.code
            for v in areas
            if (v.code[:3], same(v.name)) == (area.code[:3], same(area.name))
            and area.start < v.start <= date
            and (not v.end or v.end >= date)
        ]
        found += [Change(date, "name", area.code, code, "") for code in new if len(new) == 1]
    return found


def last_of(areas: Iterable[Version]) -> Iterable[Version]:
    """Return the last version of every code."""
    return {area.code: area for area in areas}.values()


def same(name: str) -> str:
    """Return a name as it is compared."""
    return name.casefold().removesuffix(" ccg").removesuffix(" health board")


def text(heading: tuple[str, ...], rows: Iterable[Iterable[str]]) -> str:
    """Return a table as CSV below the credit."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows(rows)
    return CREDIT + stream.getvalue()


def tables(folder: Path) -> dict[str, str]:
    """Return the text of each table by its file name.

    Codes that became one, in the same way, stand in one row.
    """
    areas = versions(folder)
    every = changes(folder, areas)
    unknown = {code for c in every for code in (c.old, c.new)} - {v.code for v in areas}
    if unknown:
        raise SystemExit(f"changes name codes that are in no table: {', '.join(sorted(unknown))}")
    together = defaultdict(list)
    for change in every:
        together[change.date, change.how, change.new, change.order].append(change.old)
    rows = ((date, how, " ".join(old), new, order) for (date, how, new, order), old in together.items())
    return {
        "history.csv": text(Version._fields, areas),
        "history_changes.csv": text(("date", "how", "from", "to", "order"), sorted(rows)),
    }


def main() -> int:
    """Write, or only check."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if out of date")
    options = parser.parse_args()
    stale = 0
    for name, wanted in tables(options.folder).items():
        path = MODEL / name
        if path.exists() and path.read_text(encoding="utf-8") == wanted:
            continue
        stale = 1
        if options.check:
            print(f"{name} is out of date")
        else:
            path.write_text(wanted, encoding="utf-8")
            print(f"wrote {name}")
    return stale if options.check else 0


if __name__ == "__main__":
    sys.exit(main())
