"""The areas that a table of providers says they stand in, and the layer that these are of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footprint.model.errors import InputError
from footprint.model.geographies import GEOGRAPHIES, looks_foreign, read_column
from footprint.model.nations import GSS
from footprint.model.organisations import are_ods, settled
from footprint.model.source import Guess
from footprint.model.vintage import explained, of_another_date
from footprint.model.words import listing
from footprint.read.columns import find_column, its_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from footprint.model.geographies import Geography
    from footprint.read.specs import ProvidersSpec
    from footprint.read.table import Table


def guess(table: Table, what: str, key: str, column: str) -> Guess:
    """Return the note on a column that was taken without being named, with the line that states it."""
    words = f"{table.path.name}: {what} read from column '{column}'"
    return Guess(words, "providers", f"{what} from column '{column}'", f'{key} = "{column}"')


def areas_of(
    spec: ProvidersSpec,
    table: Table,
    columns: list[str],
    layers: Mapping[str, pd.Index],
    ods: Mapping[str, str],
    kinds: Mapping[str, Geography],
    notes: list[str],
) -> tuple[str, pd.Series]:
    """Return the layer that providers stand in, and the area of each."""
    if spec.area is not None:
        column = find_column(columns, spec.area, table.path)
    else:
        read = [c for c in map(read_column, columns) if c is not None and c.kind == "code" and c.geography]
        if not read and (held := [c for c in columns if are_ods(set(table[c]) - {""})]):
            raise InputError(
                table.path,
                f"has NHS organisation (ODS) codes in '{held[0]}', which do not say where providers stand",
                settled(table[held[0]], ods),
            )
        if len(read) != 1:
            raise InputError(
                table.path,
                "does not say where providers stand",
                'Name a column of areas with area = "…", or coordinates with latitude and longitude '
                f"or easting and northing. {its_columns(columns)}",
            )
        column = read[0].name
        notes.append(guess(table, "areas of providers", "area", column))
    areas = table.codes(column, notes)
    found = {key: float(areas.isin(codes).mean()) for key, codes in layers.items()}
    if spec.layer is not None:
        layer = spec.layer
    else:
        layer = max(found, key=lambda key: found[key])
        words = f"'{column}' holds areas of {layer}"
        notes.append(Guess(f"{table.path.name}: {words}", "providers", words, f'layer = "{layer}"'))
    if not found[layer]:
        if are_ods(set(areas)):
            raise InputError(
                table.path,
                f"has NHS organisation (ODS) codes in column '{column}', and no areas of {layer}: "
                f"{listing(areas.unique(), 2)}",
                settled(areas, ods),
            )
        raise InputError(
            table.path,
            f"has no area of {layer} in column '{column}': {listing(areas.unique(), 2)}",
            f"{explained(areas, layers[layer])} {layer} has areas like {listing(layers[layer], 2)}; name the "
            "layer that is meant.".strip(),
        )
    if gone_on := of_another_date(set(areas) - set(layers[layer]), layers[layer]):
        raise InputError(
            table.path,
            f"has areas of another date in column '{column}', so care there would count as outside: "
            f"{listing(gone_on)}. {explained(gone_on, layers[layer])}".rstrip("."),
            f"Write the codes that {layer} has, or give coordinates.",
        )
    _refuse_other_kinds(table, column, areas, layer, layers, kinds.get(layer))
    return layer, areas


def _refuse_other_kinds(
    table: Table,
    column: str,
    areas: pd.Series,
    layer: str,
    layers: Mapping[str, pd.Index],
    kind: Geography | None,
) -> None:
    """Raise InputError for areas of another layer, or of another kind of the same nation.

    Care there would count as outside, though nobody has said that it is.
    """
    nations = {str(code)[0] for code in layers[layer]}
    for code in dict.fromkeys(code for code in areas if code not in layers[layer]):
        what = next((key for key, codes in layers.items() if code in codes), None)
        if what is None and code[:1] in nations:
            what = _another_kind(code, kind)
        if what is not None:
            lines = areas.index[areas == code]
            raise InputError(
                table.path,
                f"has areas of several kinds in column '{column}': {code} ({table.row_word} "
                f"{listing(lines)}) is of {what}, and not of {layer}, so care there would count as outside",
                f"Give every provider its area of {layer}, or coordinates.",
            )


def _another_kind(code: str, kind: Geography | None) -> str | None:
    """Return what a code is a code of, if that cannot be the kind of area that is asked for."""
    if kind is None or not looks_foreign(code, kind) or not kind.prefixes:
        return None
    of = next((each for each in GEOGRAPHIES.values() if code[:3] in each.prefixes), None)
    return None if of is None or not GSS.match(code) else f"the kind '{of.name}'"
