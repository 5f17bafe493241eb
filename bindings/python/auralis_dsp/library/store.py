"""Keep finished rows safe while a run goes on, and make one Parquet file at its end.

Rows go to small part files beside the library, at the latest `FLUSH_SECONDS` after
they came. Every file is written under another name, synced to the disk and then
renamed, so that a file with its proper name is always whole. When many small parts
have gathered they are merged into one larger part. At the end everything is merged
into the library file, and only when that is safe on the disk are the parts removed.
A crash between two of these steps leaves rows twice, never not at all; the later of
two rows with one path counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .._output import UNFINISHED, OutputError, replacing
from .index import COLUMNS, Index
from .lock import Lock, Locked
from .schema import NEEDED, SCHEMA, complete, to_table
from .track import Row

FLUSH_ROWS = 512
FLUSH_SECONDS = 2.0
MERGE_PARTS = 64
GROUP_ROWS = 65_536


class StoreError(Exception):
    """Rows could not be written; the text says what is safe and what to do."""


class Store:
    """The library file `output` and the part files of the run.

    Use as a context manager; only one process at a time may hold a library.
    """

    def __init__(self, output: Path):
        self.output = output
        self.parts = parts_folder(output)
        self._rows: list[Row] = []
        self._oldest = 0.0
        self._sequence = 0

    def __enter__(self) -> Store:
        try:
            self.parts.mkdir(parents=True, exist_ok=True)
            self._lock = Lock(self.parts / "lock")
        except OSError as error:
            raise StoreError(f"{self.parts} cannot be written: {error.strerror}") from error
        except Locked as error:
            raise StoreError(f"another run is writing {self.output}") from error
        try:
            for leftover in self.parts.glob(UNFINISHED):
                leftover.unlink()
            if self.output.exists():
                check_library(self.output)
            self._set_aside_damaged()
        except BaseException:
            self.__exit__()
            raise
        self._sequence = max((_sequence(part) for part in _parts(self.parts)), default=0)
        return self

    def __exit__(self, *exception: object) -> None:
        self._lock.release()
        with suppress(OSError):  # parts of an unfinished run may lie there
            self.parts.rmdir()

    def index(self) -> Index:
        """What is finished: the library file and parts that an earlier run left."""
        return Index(_batches(files(self.output), COLUMNS))

    def add(self, row: Row) -> None:
        """Take a finished row; it is on the disk after at most `FLUSH_SECONDS`."""
        if not self._rows:
            self._oldest = time.monotonic()
        self._rows.append(row)
        self.tick()

    def tick(self) -> None:
        """Write waiting rows if it is time to."""
        due = self._rows and time.monotonic() - self._oldest >= FLUSH_SECONDS
        if due or len(self._rows) >= FLUSH_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write waiting rows to a part file.

        Raises
        ------
        StoreError
            If the disk does not take them. They are kept for another try.
        """
        if not self._rows:
            return
        table = to_table(self._rows)
        try:
            self._write_part(0, [table])
        except OutputError as error:
            raise StoreError(
                f"{len(self._rows)} finished rows could not be saved ({error.path} {error}). All "
                "rows before them are safe: make room and run the same command again."
            ) from error
        self._rows = []
        self._merge_level(0)

    def compact(self, keep: Callable[[list[str]], Any] | None = None) -> int:
        """Merge library and parts into the library file and remove the parts.

        Parameters
        ----------
        keep : callable, optional
            Given paths, says for each whether its row stays; default: all stay.

        Returns
        -------
        int
            Rows in the library.
        """
        sources = files(self.output)
        if sources == [self.output] and keep is None:
            return int(pq.read_metadata(self.output).num_rows)
        index = Index(_batches(sources, COLUMNS))
        tables = _winners(sources, index)
        if keep is not None:
            tables = (
                table.filter(pa.array(keep(table.column("path").to_pylist()))) for table in tables
            )
        try:
            rows = write_atomically(self.output, tables)
            for part in _parts(self.parts):
                part.unlink()
        except (OutputError, OSError) as error:
            raise StoreError(
                f"{self.output}: {error}. All rows are safe in {self.parts}: make room and run the "
                "same command again."
            ) from error
        return rows

    def _write_part(self, level: int, tables: Iterable[pa.Table]) -> None:
        self._sequence += 1
        write_atomically(self.parts / f"part-{self._sequence:09d}-{level}.parquet", tables)

    def _merge_level(self, level: int) -> None:
        """Merge the parts of a level into one of the next when there are many."""
        small = [part for part in _parts(self.parts) if _level(part) == level]
        if len(small) < MERGE_PARTS:
            return
        try:
            self._write_part(level + 1, _batches(small))
            for part in small:
                part.unlink()
        except (OutputError, OSError):
            return  # no room to merge: the small parts are as good
        self._merge_level(level + 1)

    def _set_aside_damaged(self) -> None:
        """A part that cannot be read (a failing disk) must not end every later run."""
        for part in _parts(self.parts):
            try:
                pq.read_metadata(part)
            except (pa.ArrowInvalid, OSError):
                part.rename(part.with_suffix(".damaged"))


def parts_folder(output: Path) -> Path:
    """Where the part files of a library lie."""
    return output.with_name(output.name + ".parts")


def files(output: Path) -> list[Path]:
    """The files that hold the rows of a library, oldest first."""
    return [output] * output.exists() + _parts(parts_folder(output))


def read_library(output: Path, columns: list[str] | None = None) -> pa.Table:
    """All rows of a library, those of an unfinished run included.

    Raises
    ------
    StoreError
        If there is no such library or the file is something else.
    """
    sources = files(output)
    if not sources:
        raise StoreError(f"no such library: {output}")
    if output.exists():
        check_library(output)
    index = Index(_batches(sources, COLUMNS))
    tables = list(_winners(sources, index, columns))
    return pa.concat_tables(tables) if tables else SCHEMA.empty_table()


def check_library(output: Path) -> None:
    """Raise `StoreError` unless `output` is a Parquet file with the columns of a library."""
    try:
        found = pq.read_schema(output)
    except (pa.ArrowInvalid, OSError) as error:
        raise StoreError(f"{output} is not a Parquet file: {error}") from error
    missing = [name for name in NEEDED if name not in found.names]
    if missing:
        raise StoreError(f"{output} is not a library of this version: no column {missing[0]!r}")


def write_atomically(path: Path, tables: Iterable[pa.Table]) -> int:
    """Write a Parquet file of `SCHEMA` so that `path` is either as before or complete.

    Returns the number of rows.
    """
    rows = 0
    with replacing(path) as (file,), pq.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
        for group in _groups(tables):
            writer.write_table(group)
            file.check()
            rows += group.num_rows
    return rows


def _groups(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Tables joined to row groups of a good size, each sorted by path."""
    gathered: list[pa.Table] = []
    for table in tables:
        gathered.append(table)
        if sum(piece.num_rows for piece in gathered) >= GROUP_ROWS:
            yield pa.concat_tables(gathered).sort_by("path")
            gathered = []
    if gathered:
        yield pa.concat_tables(gathered).sort_by("path")


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*.parquet"))


def _sequence(part: Path) -> int:
    return int(part.stem.split("-")[1])


def _level(part: Path) -> int:
    return int(part.stem.split("-")[2])


def _batches(sources: list[Path], columns: list[str] | None = None) -> Iterator[pa.Table]:
    """The rows of some files in order, a row group's worth at a time."""
    for source in sources:
        with pq.ParquetFile(source, memory_map=False) as file:
            # Group by group: one reader over all of them would hold what it has read.
            for group in range(file.num_row_groups):
                yield complete(file.read_row_group(group, columns=columns), columns or SCHEMA.names)


def _winners(
    sources: list[Path], index: Index, columns: list[str] | None = None
) -> Iterator[pa.Table]:
    """The rows that count: of each path the last one."""
    position = 0
    for table in _batches(sources, columns or SCHEMA.names):
        wanted = index.is_last[position : position + table.num_rows]
        position += table.num_rows
        yield table.filter(pa.array(wanted))
