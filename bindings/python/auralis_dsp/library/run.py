"""A run: find what is to do, have it done, keep the rows, tell how it goes."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from . import cluster, pool
from .index import Index, PathSet
from .isolate import DEFAULT_LIMITS, Limits
from .metrics import Metrics
from .scan import scan
from .store import Store
from .trace import track_spans
from .track import Row, Status, Track


@dataclass
class Tally:
    """How far a run is.

    Attributes
    ----------
    total : int or None
        Tracks to do in all, once they are counted.
    done, errors : int
        Rows so far, and how many of them are errors.
    unchanged : int
        Tracks passed over because an earlier run finished them.
    audio_seconds : float
        Seconds of audio decoded.
    """

    total: int | None = None
    done: int = 0
    errors: int = 0
    unchanged: int = 0
    audio_seconds: float = 0.0
    started: float = field(default_factory=time.monotonic)

    def count(self, row: Row) -> None:
        """Count a row."""
        self.done += 1
        self.errors += row["status"] != Status.OK
        self.audio_seconds += row.get("duration") or 0.0

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.started

    @property
    def rate(self) -> float:
        """Tracks per second."""
        return self.done / max(self.elapsed, 1e-9)

    @property
    def seconds_left(self) -> float | None:
        """Estimated seconds to the end, once the total is known."""
        if self.total is None or not self.done:
            return None
        return max(self.total - self.done, 0) / self.rate


class Progress(Protocol):
    """Something that shows a run to a person."""

    def show(self, tally: Tally, row: Row | None) -> None:
        """Called after each row and a few times per second."""

    def close(self) -> None:
        """Called by the owner when the run has ended."""


@dataclass(frozen=True)
class Summary:
    """What a run did.

    Attributes
    ----------
    tally : Tally
        Counts of this run.
    rows : int
        Rows in the library file now.
    complete : bool
        False if the run was stopped before its end.
    """

    tally: Tally
    rows: int
    complete: bool


def fingerprint_library(
    sources: Iterable[str],
    output: str | Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    retry_errors: bool = False,
    prune: bool = False,
    profile: bool = False,
    metrics: str | Path | None = None,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Summary:
    """Fingerprint every track under some folders or URLs into one Parquet file.

    Only tracks that are new, changed (size or modification time) or were analysed by
    another version of the dimensions are done; all other rows stay as they are. A
    track that cannot be decoded becomes a row with an error.

    Parameters
    ----------
    sources : iterable of str
        Folders, files, or fsspec URLs (``s3://bucket/music``).
    output : path
        The Parquet file, made or continued. While running, finished rows lie in the
        folder of this name with ``.parts`` added.
    workers : int, optional
        Worker processes on this machine; default one per usable core.
    scheduler : str, optional
        Address of a Dask scheduler (``tcp://host:8786``) whose cluster does the work
        instead. Its workers must see the sources under the same names.
    limits : Limits
        Time limits of a single track.
    retry_errors : bool
        Do tracks again whose row is an error.
    prune : bool
        Drop the rows of tracks that are no longer found under `sources`.
    profile : bool
        Keep the whole profile of each track, from which targets of masters are made; tracks
        without one are done again.
    metrics : path, optional
        File to keep Prometheus metrics in.
    progress : Progress, optional
        Told about every row.
    stop : threading.Event, optional
        Set it to end the run early; what is done by then is kept.

    Returns
    -------
    Summary

    Raises
    ------
    FileNotFoundError
        If a source does not exist.
    StoreError
        If rows cannot be written; all rows but the last few are safe then.
    """
    stop = stop or threading.Event()
    sources = list(sources)
    tally = Tally()
    measured = Metrics(Path(metrics) if metrics else None)
    with Store(Path(output)) as store:
        found = PathSet() if prune else None
        todo = _Todo(sources, store.index(), retry_errors, profile, tally, found)
        results: Generator[Row | None, None, None]
        if scheduler:
            results = cluster.rows(iter(todo), limits, stop, scheduler)
        else:
            results = pool.rows(iter(todo), limits, stop, workers)
        todo.count_in_background()
        try:
            for row in results:
                if row is None:
                    store.tick()
                else:
                    store.add(row)
                    tally.count(row)
                    measured.count(row)
                    track_spans(row)
                measured.write(tally)
                if progress:
                    progress.show(tally, row)
        finally:
            results.close()
            store.flush()
        complete = not stop.is_set()
        rows = store.compact(found.may_hold if found and complete else None)
        measured.write(tally, final=True)
    return Summary(tally, rows, complete)


class _Todo:
    """The tracks of the sources that have no current row yet."""

    def __init__(
        self,
        sources: list[str],
        index: Index,
        retry_errors: bool,
        profile: bool,
        tally: Tally,
        found: PathSet | None,
    ):
        self._sources = sources
        self._index = index
        self._retry = retry_errors
        self._profile = profile
        self._tally = tally
        self._found = found

    def __iter__(self) -> Iterator[Track]:
        for track in self._tracks():
            if self._found is not None:
                self._found.add(track)
            if self._index.has(track, retry_errors=self._retry):
                self._tally.unchanged += 1
            else:
                yield track

    def _tracks(self) -> Iterator[Track]:
        return (track._replace(profile=self._profile) for track in scan(self._sources))

    def count_in_background(self) -> None:
        """Find the total by a second scan beside the run: listings are never held whole."""
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        try:
            self._tally.total = sum(
                not self._index.has(track, retry_errors=self._retry) for track in self._tracks()
            )
        except OSError:
            return  # the run itself meets the same error and tells it
