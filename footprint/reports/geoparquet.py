"""GeoParquet: one layer of outlines in columns, for data tools (DuckDB, geopandas, Spark)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq

PARQUET = ".parquet"


def write_geoparquet(frame: gpd.GeoDataFrame, path: Path, stated: Mapping[str, str]) -> None:
    """Write areas as GeoParquet 1.0 (https://geoparquet.org/releases/v1.0.0/), in their own grid.

    Parameters
    ----------
    frame : areas
    path : file to write
    stated : what stands beside the columns in the metadata of the file, as its title and its sources

    Raises
    ------
    OSError : where it cannot be written

    """
    held = io.BytesIO()
    frame.to_parquet(held, index=False)
    table = pq.read_table(held)
    known = table.schema.metadata or {}
    words = {key.encode(): text.encode() for key, text in stated.items()}
    pq.write_table(table.replace_schema_metadata({**known, **words}), path)


def read_back(path: Path) -> gpd.GeoDataFrame:
    """Read what was written; ValueError where it is not whole."""
    try:
        return gpd.read_parquet(path)
    except pa.ArrowException as fault:
        raise ValueError(str(fault)) from None
