"""Which tracks earlier runs have finished.

An index holds 35 bytes per track, whatever its path: a 128-bit hash of the path,
size, modification time, and whether the row is current, an error and has a profile. A
million tracks take 35 MB.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from .dimensions import DIMENSION_VERSION, PROFILE_VERSION
from .scan import UNREAD_FOLDER
from .schema import SCHEMA_VERSION, key_text
from .track import Status, Track

#: Columns that `Index` reads.
COLUMNS = [
    "path",
    "size",
    "mtime",
    "status",
    "schema_version",
    "dimension_version",
    "profile_version",
]

_UNKNOWN = -1  # size or time that the file system did not tell


def path_keys(paths: Iterable[str]) -> np.ndarray:
    """128-bit hashes of paths as written in the ``path`` column."""
    digests = [hashlib.blake2b(path.encode(), digest_size=16).digest() for path in paths]
    return np.array(digests, dtype="S16")


class PathSet:
    """The paths that a scan found, 16 bytes each, and the folders that it could not read."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._sorted: np.ndarray | None = None
        self._unread: list[str] = []

    def add(self, track: Track) -> None:
        """Take what the scan found."""
        path = key_text(track.path)
        self._bytes += path_keys([path]).tobytes()
        self._sorted = None
        if (track.problem or "").startswith(UNREAD_FOLDER):
            self._unread.append(path.rstrip("/") + "/")

    def may_hold(self, paths: list[str]) -> np.ndarray:
        """For each path, whether it was found or lies in a folder that could not be read."""
        if self._sorted is None:
            self._sorted = np.sort(np.frombuffer(bytes(self._bytes), "S16"))
        keys = path_keys(paths)
        at = np.searchsorted(self._sorted, keys)
        found = at < len(self._sorted)
        found[found] = self._sorted[at[found]] == keys[found]
        unread = tuple(self._unread)
        kept: np.ndarray = found | np.array([path.startswith(unread) for path in paths], bool)
        return kept


class Index:
    """Rows by path; where a path occurs more than once, the last row counts.

    Parameters
    ----------
    batches : iterable of pyarrow.RecordBatch or pyarrow.Table
        The columns `COLUMNS` of all rows, oldest first.
    """

    def __init__(self, batches: Iterable[pa.RecordBatch]):
        pieces = [_columns(batch) for batch in batches]
        keys = _join([piece[0] for piece in pieces], "S16")
        #: For every row in order: whether no later row has the same path.
        self.is_last = np.zeros(len(keys), bool)
        order = np.argsort(keys, kind="stable")
        last = np.ones(len(keys), bool)
        last[:-1] = keys[order][1:] != keys[order][:-1]
        self.is_last[order[last]] = True
        order = order[last]
        self._keys = keys[order]
        self._sizes = _join([piece[1] for piece in pieces], np.int64)[order]
        self._times = _join([piece[2] for piece in pieces], np.int64)[order]
        self._current = _join([piece[3] for piece in pieces], bool)[order]
        self._failed = _join([piece[4] for piece in pieces], bool)[order]
        self._profiled = _join([piece[5] for piece in pieces], bool)[order]

    def __len__(self) -> int:
        return len(self._keys)

    def has(self, track: Track, *, retry_errors: bool = False) -> bool:
        """Whether the track has a current row and has not changed since."""
        key = path_keys([key_text(track.path)])[0]
        at = int(np.searchsorted(self._keys, key))
        if at == len(self._keys) or self._keys[at] != key:
            return False
        return bool(
            self._current[at]
            and self._sizes[at] == _known(track.size)
            and self._times[at] == _known(track.mtime_ns)
            and not (retry_errors and self._failed[at])
            and (self._failed[at] or self._profiled[at] or not track.profile)
        )


def _known(value: int | None) -> int:
    return _UNKNOWN if value is None else value


def _columns(batch: pa.RecordBatch) -> tuple[np.ndarray, ...]:
    def integers(name: str) -> np.ndarray:
        column = batch.column(name).cast(pa.int64()).fill_null(_UNKNOWN)
        values: np.ndarray = column.to_numpy(zero_copy_only=False)
        return values

    current = integers("schema_version") == SCHEMA_VERSION
    current &= integers("dimension_version") == DIMENSION_VERSION
    failed = np.array([status != Status.OK for status in batch.column("status").to_pylist()], bool)
    profiled = integers("profile_version") == PROFILE_VERSION
    keys = path_keys(batch.column("path").to_pylist())
    return keys, integers("size"), integers("mtime"), current, failed, profiled


def _join(pieces: list[np.ndarray], dtype: Any) -> np.ndarray:
    return np.concatenate(pieces) if pieces else np.empty(0, dtype)
