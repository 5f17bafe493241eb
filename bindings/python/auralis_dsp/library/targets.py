"""Targets of all tracks of a library, from their rows alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from auralis_dsp._arguments import Real
from auralis_dsp._output import replacing
from auralis_dsp._targets import Asked, targets_of_each, with_defaults
from auralis_dsp._vectors import texts, version_of

from .dimensions import DIMENSION_VERSION, NAMES, PROFILE_NAMES, PROFILE_VERSION
from .store import read_library

#: What a file of targets is marked with.
_MARK = b"auralis-dsp targets"
_COLUMNS = ["path", "dimension_version", "profile_version", *NAMES, *PROFILE_NAMES]


def write_targets(
    library: Path, output: Path, reference: Real | None = None, **preferences: Any
) -> tuple[int, int]:
    """Write the targets of all tracks of a library to a Parquet file, a column for each target.

    Tracks without a fingerprint of this version have none (null). Those with a profile get the
    targets of that, the others those of the fingerprint.

    Parameters
    ----------
    library : path
        File made by `fingerprint_library`.
    output : path
        The file to write.
    reference : ndarray, optional
        Numbers of a track that masters should be like.
    **preferences
        As in `auralis_dsp.targets`.

    Returns
    -------
    tuple of int
        Rows, and how many of them have targets.

    Raises
    ------
    StoreError
        If there is no such library.
    OutputError
        If the file cannot be written.
    """
    rows = read_library(library, _COLUMNS)
    found = targets_of_rows(rows, Asked(np.empty(0), reference, with_defaults(preferences)))
    known = ~np.isnan(found).all(axis=1)
    columns: dict[str, Any] = {"path": rows.column("path")}
    for name, values in zip(texts("targets", "name"), found.T, strict=True):
        columns[name] = pa.array(values, mask=np.isnan(values))
    table = pa.table(columns).replace_schema_metadata({_MARK: str(version_of("targets"))})
    with replacing(output) as (file,):
        pq.write_table(table, file, compression="zstd")
    return len(found), int(known.sum())


def targets_of_rows(rows: pa.Table, asked: Asked) -> Real:
    """The targets of each row, NaN where there are none: shape (n, 18)."""
    names = (*NAMES, *PROFILE_NAMES)
    matrix = np.column_stack(
        [rows.column(name).fill_null(np.nan).to_numpy() for name in names]
        if rows.num_rows
        else [np.empty(0)] * len(names)
    )
    known = _is(rows, "dimension_version", DIMENSION_VERSION)
    # A row of an error has no number but maybe its duration.
    known &= ~np.isnan(matrix[:, : len(NAMES)]).all(axis=1)
    profiled = _is(rows, "profile_version", PROFILE_VERSION)
    found = np.full((len(matrix), len(texts("targets", "name"))), np.nan)
    whole, plain = known & profiled, known & ~profiled
    found[whole] = targets_of_each(matrix[whole], asked)
    found[plain] = targets_of_each(matrix[plain][:, : len(NAMES)], asked)
    return found


def _is(rows: pa.Table, column: str, version: int) -> Any:
    return pc.equal(rows.column(column), version).fill_null(False).to_numpy()


def is_targets(path: Path) -> bool:
    """Whether a file was written by `write_targets`."""
    try:
        return _MARK in (pq.read_schema(path).metadata or {})
    except (pa.ArrowInvalid, OSError):
        return False
