"""A plan as text: TOML with comments, as `footprint init` writes it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
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
}


def written(spec: Mapping[str, Any], said: Mapping[str, str], unused: Sequence[str]) -> str:
    """Return a plan as TOML.

    Parameters
    ----------
    spec : the plan, as `planfile.check_plan` takes it
    said : what the comment on each key or table says
    unused : what was found but is not used, and why

    """
    parts = []
    for key, value in ((key, value) for key, value in spec.items() if value):
        if key == "layers":
            parts.append(_comment(said[key]))
            parts += [_part(said[f"{key}.{k}"], f"[{key}.{k}]", layer) for k, layer in value.items()]
        elif isinstance(value, list) and isinstance(value[0], dict):
            parts += [_part("" if at else said[key], f"[[{key}]]", each) for at, each in enumerate(value)]
        elif isinstance(value, dict):
            parts.append(_part(said[key], f"[{key}]", value))
        else:
            parts.append(_part(said[key], "", {key: value}))
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
    if isinstance(value, dt.date):
        return value.isoformat()
    # a JSON string is a TOML string, but for the one control character that JSON leaves as it is
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
