"""Find the tracks of a library that are most like a given one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .dimensions import NAMES
from .scan import local_track
from .schema import comparable, key_text, outdated
from .space import Space
from .store import read_library
from .track import Row, Status, Track, TrackError, is_url
from .worker import analyse


class Match(NamedTuple):
    """A similar track.

    Attributes
    ----------
    path : str
        Its path in the library.
    distance : float
        Weighted distance, 0 for an identical fingerprint.
    label : str
        Artist and title, if known.
    shares : dict
        Share of the squared distance by dimension, largest first, summing to 1.
    values : dict
        Its 25 values.
    """

    path: str
    distance: float
    label: str
    shares: dict[str, float]
    values: dict[str, float]


class Library:
    """A library loaded for searching.

    Parameters
    ----------
    path : path
        The Parquet file.
    weights : mapping, optional
        Weights by dimension, see `space`.

    Raises
    ------
    StoreError
        If there is no such library.
    """

    def __init__(self, path: str | Path, weights: Mapping[str, float] | None = None):
        columns = ["path", "artist", "title", "status", "dimension_version", *NAMES]
        table = read_library(Path(path), columns)
        #: Tracks left out, as another version of the dimensions describes them.
        self.outdated = outdated(table)
        table = comparable(table)
        self._table = table
        self._fingerprints = matrix(table)
        self._space = Space(self._fingerprints, weights)

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def fingerprint(self, track: str) -> tuple[np.ndarray, int | None]:
        """A track's fingerprint and its row in the library.

        A track that is not in the library is decoded and analysed.

        Raises
        ------
        TrackError
            If that fails.
        """
        name = key_text(track if is_url(track) else os.path.abspath(track))
        for candidate in dict.fromkeys((name, key_text(track))):
            row = pc.index(self._table["path"], candidate).as_py()
            if row >= 0:
                return self._fingerprints[row], row
        return np.array(_analysed(track)["fingerprint"]), None

    def similar(self, track: str, count: int = 10) -> list[Match]:
        """The `count` tracks nearest to `track`, which itself is left out."""
        fingerprint, own = self.fingerprint(track)
        rows, distances = self._space.nearest(fingerprint, count + (own is not None))
        chosen = [
            (row, distance)
            for row, distance in zip(rows.tolist(), distances.tolist(), strict=True)
            if row != own and np.isfinite(distance)
        ][:count]
        parts = self._space.contributions(fingerprint, np.array([row for row, _ in chosen], int))
        return [
            self._match(row, distance, part)
            for (row, distance), part in zip(chosen, parts, strict=True)
        ]

    def _match(self, row: int, distance: float, parts: np.ndarray) -> Match:
        total = parts.sum() or 1.0
        return Match(
            path=self._table["path"][row].as_py(),
            distance=distance,
            label=" – ".join(
                filter(None, (self._table[name][row].as_py() for name in ("artist", "title")))
            ),
            shares={NAMES[i]: float(parts[i] / total) for i in np.argsort(-parts, kind="stable")},
            values=dict(zip(NAMES, self._fingerprints[row].tolist(), strict=True)),
        )


def matrix(table: pa.Table) -> np.ndarray:
    """The fingerprints of a table, one row per track; missing values are NaN."""
    columns = [table[name].to_numpy() for name in NAMES]
    return np.column_stack(columns) if columns else np.empty((0, 0))


def _analysed(track: str) -> Row:
    row = analyse(Track(track, None, None) if is_url(track) else local_track(track), track)
    if row["status"] != Status.OK:
        raise TrackError(row["status"], row["error"])
    return row
