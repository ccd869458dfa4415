"""Files of Word and Excel are zips: packed so that the same report has the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO


def packed(file: bytes, edits: Mapping[str, Callable[[bytes], bytes]] | None = None) -> bytes:
    """Return an Office file without the times at which its parts were packed.

    Parameters
    ----------
    file : a .docx or .xlsx
    edits : name of a part → what becomes of it

    """
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(file)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in archive.namelist():
            content = archive.read(name)
            edit = (edits or {}).get(name)
            # the earliest time that a zip can state, as XlsxWriter has it
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            made.writestr(info, content if edit is None else edit(content))
    return out.getvalue()
