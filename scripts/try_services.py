"""Ask every service of the catalogue what it is: python scripts/try_services.py [WORDS…]

It fetches no outlines: only the description of each layer and its number of rows. Exits 1 if one does not
fit.
"""

from __future__ import annotations

import sys

from footprint.fetch.catalogue import search
from footprint.fetch.download import describe
from footprint.model.errors import InputError


def main(words: list[str]) -> int:
    """Try the entries that have the words; all without any."""
    found, bad = search(words), 0
    for entry in found:
        try:
            asked = describe(entry, lambda told: print(f"  {told}", file=sys.stderr), any_rows=False)
        except InputError as fault:
            bad += 1
            print(f"{entry.name}: {fault}")
        else:
            order = f", in the order of {asked.order}" if asked.order else ""
            print(f"{entry.name}: {asked.count:,} rows, {asked.page:,} a page{order}")
    print(f"{len(found) - bad} of {len(found)} fit")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
