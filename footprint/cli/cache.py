"""`footprint cache`."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from footprint.cli.running import guarded, line


@guarded
def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Delete what is kept.")] = False,
) -> int:
    """Say where results are kept between runs, and how much; or delete them.

    FOOTPRINT_CACHE names another folder, or "off" for none; FOOTPRINT_CACHE_SIZE says how much may be kept.
    """
    from footprint.model import cache as kept
    from footprint.model.sizes import size_text
    from footprint.model.words import count

    home = kept.folder()
    if home is None:
        line("nothing is kept between runs (FOOTPRINT_CACHE)")
        return 0
    found = kept.clear(home) if clear else list(kept.entries(home))
    kinds = Counter(entry.kind for entry in found)
    listed = ", ".join(f"{kind} {number:,}" for kind, number in kinds.most_common())
    held = f"{count(len(found), 'result')}, {size_text(sum(entry.size for entry in found))}"
    line(f"{'deleted' if clear else 'holds'}  {held}{f' ({listed})' if listed else ''}")
    line(f"folder  {home}")
    line(f"limit   {size_text(kept.size_limit())}, and {kept.KEEP_DAYS} days unused")
    return 0
