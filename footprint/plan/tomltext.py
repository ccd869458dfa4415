"""A plan as text: TOML with comments, as `footprint init` writes it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from footprint.model.words import clean

# What the comments of a plan say of its keys and tables.
SAID = {
    "title": """A first plan for the files of this folder, drafted by `footprint init`. The comments say what
        was guessed: read them, correct the plan, then run `footprint check`. Paths are relative to this
        file.""",
    "date": "Codes that had ended by this day are reported. Guessed:",
    "attribution": "What the licences of the files ask for; reports show it.",
    "nations": "The nations of the plan (E, W, S, N), guessed by the files. Areas of others are left out.",
    "profile": "The population bands to judge by: classic, 2022, 2025 or neighbourhood-health.",
    "units": "Units: the building blocks that layers are put together from.",
    "population": """The columns of the population were found by their names; say who counted, and when, with
        source = "…".""",
    "layers": """Layers: one geography each, from a boundary file, from a lookup that says which units an
        area is made of, or from both. With both the lookup decides, and FP205 reports where outlines say
        otherwise.""",
    "levels": """Which layer is which level, guessed from the geographies. Each area must lie within one of
        the next wider level (FP203), and should have a population within its band (FP301, FP302).""",
    "align": """What has to line up, guessed: each area of the source within one of the target. `must` makes a
        fault an error, `should` a warning.""",
    "flows": """Patient flows: where the people of each unit are treated. Columns and kind were found by
        names, or by what they hold: "count" is a number of patients, "proportion" a share of the unit's
        patients, and with "record" each row is one patient.""",
    "providers": """Where providers stand. The columns were found by names, or by what they hold. The sites of
        a provider count alike, unless weight = "…" names a column with their shares.""",
    "statements": """What the licences of the files ask for. Outlines with these codes are published by the
        Office for National Statistics under the Open Government Licence v3.0; if yours are from there, take
        the # off and say of which year they are. Reports, maps and exports show it.""",
    "thresholds": """Thresholds of your own: take the # off and put in your figures. No standard sets them.
        The localisation index is the share of an area's patients who are treated inside it (FP401); the
        periphery is the strip of an area up to so many metres from its border on land (FP402).""",
}


ONS = (
    "Source: Office for National Statistics licensed under the Open Government Licence v.3.0",
    "Contains OS data © Crown copyright and database right",
)
"""What the Office for National Statistics asks those to say who use its outlines."""


THRESHOLDS: Mapping[str, Any] = {"localisation_index": {"system": 0.9}, "periphery_m": 5000}


@dataclass(frozen=True)
class Aside:
    """A part of a plan that is shown, but commented out."""

    after: str
    """The key or section that it stands behind; of one that the plan lacks it stands at the end."""
    said: str
    """Why it is not in force, and what it would mean."""
    head: str
    """Its heading, "[layers.lad20]"; "" for keys of the plan itself."""
    pairs: Mapping[str, Any]

    def __str__(self) -> str:
        """Return it as comments; those that can be put in force have no blank behind the #."""
        shown = [self.head, *(f"{key} = {_toml(value)}" for key, value in self.pairs.items())]
        lines = [line for part in shown for line in part.splitlines()]
        return "\n".join([_comment(self.said), *(f"#{line}" for line in lines)])


def written(
    spec: Mapping[str, Any], said: Mapping[str, str], unused: Sequence[str], asides: Sequence[Aside] = ()
) -> str:
    """Return a plan as TOML.

    Parameters
    ----------
    spec : the plan, as `planfile.check_plan` takes it
    said : what the comment on each key or table says
    unused : what was found but is not used, and why
    asides : what is shown beside it, commented out

    """
    parts: list[str] = []
    held = {key: value for key, value in spec.items() if value}
    for key, value in held.items():
        if key == "layers":
            parts.append(_comment(said[key]))
            parts += [_part(said[f"{key}.{k}"], f"[{key}.{k}]", layer) for k, layer in value.items()]
        elif isinstance(value, list) and isinstance(value[0], dict):
            parts += [_part("" if at else said[key], f"[[{key}]]", each) for at, each in enumerate(value)]
        elif isinstance(value, dict):
            parts.append(_part(said[key], f"[{key}]", value))
        else:
            parts.append(_part(said[key], "", {key: value}))
        parts += [str(aside) for aside in asides if aside.after == key]
    parts += [str(aside) for aside in asides if aside.after not in held]
    if unused:
        parts.append("\n".join(map(_comment, ["Found, but not used:", *(f"- {told}" for told in unused)])))
    return "\n\n".join(parts) + "\n"


def _part(comment: str, head: str, pairs: dict[str, Any]) -> str:
    lines = [_comment(comment), head, *(f"{key} = {_toml(value)}" for key, value in pairs.items())]
    return "\n".join(filter(None, lines))


def _comment(text: str) -> str:
    indent = "  " if text.startswith("- ") else ""
    told = clean(" ".join(text.split()))
    lines = wrap(told, 98, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "\n".join(f"# {line}" for line in lines)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(held)}" for key, held in value.items()) + " }"
    if isinstance(value, list) and sum(len(str(each)) for each in value) > 80:
        return "\n".join(["[", *(f"  {_toml(each)}," for each in value), "]"])
    if isinstance(value, dt.date):
        return value.isoformat()
    # a JSON string is a TOML string, but for the one control character that JSON leaves as it is
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
