"""The columns of a library file, and rows as Arrow tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

import pyarrow as pa
import pyarrow.compute as pc

from .dimensions import (
    DIMENSION_VERSION,
    NAMES,
    PROFILE_COLUMNS,
    PROFILE_NAMES,
    PROFILE_VERSION,
)
from .tags import FIELDS
from .track import Row, Status

#: Version of the set of columns; a file with another version cannot be continued.
SCHEMA_VERSION = 1

SCHEMA = pa.schema(
    [
        pa.field("path", pa.string(), nullable=False),
        pa.field("size", pa.int64()),
        pa.field("mtime", pa.timestamp("ns", tz="UTC")),
        pa.field("content_hash", pa.string()),
        pa.field("codec", pa.string()),
        pa.field("duration", pa.float64()),
        pa.field("sample_rate", pa.int32()),
        pa.field("channels", pa.int32()),
        *(pa.field(name, pa.string()) for name in FIELDS),
        *(pa.field(name, pa.float64()) for name in NAMES),
        pa.field("status", pa.string(), nullable=False),
        pa.field("error", pa.string()),
        pa.field("seconds_decoding", pa.float64()),
        pa.field("seconds_analysing", pa.float64()),
        pa.field("analysed_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("schema_version", pa.int32(), nullable=False),
        pa.field("dimension_version", pa.int32(), nullable=False),
        # Of tracks whose profile was asked for.
        pa.field("profile_version", pa.int32()),
        *(pa.field(name, pa.float64()) for name in PROFILE_COLUMNS),
    ]
)
#: Columns without which a file is no library; the others are empty in files of earlier versions.
NEEDED = tuple(name for name in SCHEMA.names if name not in ("profile_version", *PROFILE_COLUMNS))


def complete(table: pa.Table, columns: Sequence[str] = SCHEMA.names) -> pa.Table:
    """A table with all of these columns of the schema, in their order."""
    for name in columns:
        if name not in table.column_names:
            field = SCHEMA.field(name)
            table = table.append_column(field, pa.nulls(table.num_rows, field.type))
    return table.select(columns)


def comparable(table: pa.Table) -> pa.Table:
    """The rows with a fingerprint of this version: those of two versions cannot be compared."""
    good = pc.equal(table["status"], Status.OK)
    return table.filter(pc.and_(good, pc.equal(table["dimension_version"], DIMENSION_VERSION)))


def outdated(table: pa.Table) -> int:
    """How many rows have a fingerprint of another version. The next run computes them anew."""
    good = pc.equal(table["status"], Status.OK)
    other = pc.not_equal(table["dimension_version"], DIMENSION_VERSION)
    return int(pc.sum(pc.and_(good, other)).as_py() or 0)


def key_text(path: str) -> str:
    r"""A path as it stands in the ``path`` column.

    File names on Linux are bytes. Those that are not UTF-8 are written with ``\xNN``
    for the bytes that do not fit.
    """
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def to_table(rows: Sequence[Row]) -> pa.Table:
    """Rows as they come from the workers, as a table of `SCHEMA`."""
    now = datetime.now(timezone.utc)
    records = [_record(row, now) for row in rows]
    return pa.Table.from_pylist(records, schema=SCHEMA)


def _record(row: Row, now: datetime) -> Row:
    values = row.get("fingerprint")
    profile = row.get("profile")
    return {
        **row,
        **({} if values is None else dict(zip(NAMES, values, strict=True))),
        **({} if profile is None else dict(zip(PROFILE_NAMES, profile, strict=True))),
        "profile_version": None if profile is None else PROFILE_VERSION,
        "path": key_text(row["path"]),
        "mtime": row["mtime_ns"],
        "error": key_text(row["error"]) or None,
        **{name: key_text(row[name]) for name in FIELDS if name in row},
        "analysed_at": now,
        "schema_version": SCHEMA_VERSION,
        "dimension_version": DIMENSION_VERSION,
    }
