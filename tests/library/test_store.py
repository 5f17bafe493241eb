"""Rows reach the disk, survive faults and end up in one file."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from auralis_dsp._output import UNFINISHED
from auralis_dsp.library import store as module
from auralis_dsp.library.index import Index
from auralis_dsp.library.schema import SCHEMA
from auralis_dsp.library.store import Store, StoreError, files, parts_folder, read_library
from auralis_dsp.library.track import Status, Track

from .helpers import example_table, rows_of


def row(path: str, value: float = 0.0, size: int = 10, status: str = Status.OK) -> dict:
    error = "" if status == Status.OK else "broken"
    values = {"fingerprint": [value] * 25} if status == Status.OK else {}
    return {"path": path, "size": size, "mtime_ns": 5, "status": status, "error": error} | values


def parts(output) -> list[str]:
    return sorted(path.name for path in parts_folder(output).glob("part-*"))


def test_rows_become_one_file(tmp_path):
    output = tmp_path / "library.parquet"
    with Store(output) as store:
        for name in "cab":
            store.add(row(name, ord(name)))
        store.flush()
        assert len(parts(output)) == 1
        assert store.compact() == 3
    assert [r["path"] for r in rows_of(output)] == ["a", "b", "c"]
    assert rows_of(output)[2]["lufs"] == ord("c")
    assert os.listdir(tmp_path) == ["library.parquet"]
    assert pq.read_schema(output).equals(SCHEMA)


def test_rows_are_on_the_disk_after_the_flush_time_or_count(tmp_path, monkeypatch):
    output = tmp_path / "library.parquet"
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    with Store(output) as store:
        store.add(row("a"))
        now[0] += 1.9
        store.tick()
        assert parts(output) == []
        now[0] += 0.2
        store.tick()
        assert len(parts(output)) == 1
        for i in range(module.FLUSH_ROWS):
            store.add(row(f"b{i}"))
        assert len(parts(output)) == 2


def test_an_unfinished_run_is_continued(tmp_path):
    output = tmp_path / "library.parquet"
    with Store(output) as store:
        store.add(row("a", 1.0))
        store.flush()
    assert not output.exists()
    assert read_library(output).num_rows == 1
    with Store(output) as store:
        assert store.index().has(Track("a", 10, 5))
        store.add(row("b"))
        store.flush()
        assert len(parts(output)) == 2
        store.compact()
    assert [r["path"] for r in rows_of(output)] == ["a", "b"]


def test_the_later_row_of_a_path_counts(tmp_path):
    output = tmp_path / "library.parquet"
    for value in (1.0, 2.0, 3.0):
        with Store(output) as store:
            store.add(row("a", value))
            store.flush()
            if value != 2.0:
                store.compact()
    assert [r["lufs"] for r in rows_of(output)] == [3.0]


def test_a_crash_between_compaction_and_removing_the_parts_changes_nothing(tmp_path):
    output = tmp_path / "library.parquet"
    with Store(output) as store:
        for name in "ab":
            store.add(row(name))
            store.flush()
        shutil.copytree(parts_folder(output), tmp_path / "copy")
        store.compact()
    shutil.copytree(tmp_path / "copy", parts_folder(output))
    before = rows_of(output)
    with Store(output) as store:
        store.compact()
    assert rows_of(output) == before


def test_files_are_on_the_disk_before_they_get_their_names(tmp_path, monkeypatch):
    done = []
    fsync, replace = os.fsync, Path.replace

    def noted_fsync(handle):
        name = Path(os.readlink(f"/proc/self/fd/{handle}")).name
        done.append(("sync", "unfinished" if fnmatch(name, UNFINISHED) else name))
        fsync(handle)

    def noted_replace(self, target):
        done.append(("rename", target.name))
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    with Store(tmp_path / "l.parquet") as store:
        store.add(row("a"))
        store.flush()
        store.compact()
    part = "part-000000001-0.parquet"
    assert done == [
        ("sync", "unfinished"),
        ("rename", part),
        ("sync", "l.parquet.parts"),
        ("sync", "unfinished"),
        ("rename", "l.parquet"),
        ("sync", tmp_path.name),
    ]


def test_many_parts_are_merged(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MERGE_PARTS", 4)
    output = tmp_path / "library.parquet"
    with Store(output) as store:
        for i in range(21):
            store.add(row("same", float(i)))
            store.add(row(f"{i:02}"))
            store.flush()
        assert [name.split("-")[2] for name in parts(output)] == [
            "2.parquet",
            "1.parquet",
            "0.parquet",
        ]
        store.compact()
    rows = {r["path"]: r["lufs"] for r in rows_of(output)}
    assert len(rows) == 22
    assert rows["same"] == 20.0


def test_row_groups_are_not_as_small_as_the_parts(tmp_path):
    output = tmp_path / "library.parquet"
    with Store(output) as store:
        for i in range(5):
            store.add(row(str(i)))
            store.flush()
        store.compact()
    assert pq.read_metadata(output).num_row_groups == 1


def test_reading_holds_one_row_group_at_a_time(tmp_path):
    table = example_table(2000)
    with pq.ParquetWriter(tmp_path / "l.parquet", SCHEMA) as writer:
        for _ in range(30):
            writer.write_table(table)
    before = pa.total_allocated_bytes()
    held = [pa.total_allocated_bytes() - before for _ in module._batches([tmp_path / "l.parquet"])]
    assert len(held) == 30
    assert max(held) < 4 * table.nbytes


def test_leftovers_and_damaged_parts_do_not_stop_the_next_run(tmp_path):
    output = tmp_path / "library.parquet"
    with Store(output) as store:
        for name in "ab":
            store.add(row(name))
            store.flush()
    folder = parts_folder(output)
    (folder / UNFINISHED.replace("*", "0")).write_bytes(b"half")
    first = sorted(folder.glob("part-*.parquet"))[0]
    first.write_bytes(first.read_bytes()[:100])
    with Store(output) as store:
        index = store.index()
        assert not index.has(Track("a", 10, 5))
        assert index.has(Track("b", 10, 5))
        store.compact()
    assert [r["path"] for r in rows_of(output)] == ["b"]
    assert [path.suffix for path in folder.iterdir() if path.name != "lock"] == [".damaged"]


def test_only_one_run_writes_a_library(tmp_path):
    again = Store(tmp_path / "library.parquet")
    with again, pytest.raises(StoreError, match="another run is writing"):
        Store(tmp_path / "library.parquet").__enter__()
    with Store(tmp_path / "library.parquet"):
        pass


def test_a_file_that_is_no_library_is_never_replaced(tmp_path):
    output = tmp_path / "library.parquet"
    output.write_text("my thesis")
    with pytest.raises(StoreError, match="not a Parquet file"):
        Store(output).__enter__()
    pq.write_table(SCHEMA.empty_table().drop_columns(["lufs"]), output)
    with pytest.raises(StoreError, match="no column 'lufs'"):
        Store(output).__enter__()
    with pytest.raises(StoreError, match="no such library"):
        read_library(tmp_path / "other.parquet")


def test_unchanged_changed_and_failed_tracks(tmp_path):
    output = tmp_path / "library.parquet"
    with Store(output) as store:
        store.add(row("a"))
        store.add(row("bad", status=Status.TIMEOUT))
        store.flush()
        index = store.index()
    assert index.has(Track("a", 10, 5))
    assert not index.has(Track("a", 11, 5))
    assert not index.has(Track("a", 10, 6))
    assert not index.has(Track("a", 10, None))
    assert not index.has(Track("b", 10, 5))
    assert index.has(Track("bad", 10, 5))
    assert not index.has(Track("bad", 10, 5), retry_errors=True)


@pytest.mark.parametrize("column", ["dimension_version", "schema_version"])
def test_rows_of_another_version_are_done_again(tmp_path, column):
    output = tmp_path / "library.parquet"
    with Store(output) as store:
        store.add(row("a"))
        store.flush()
        store.compact()
    table = pq.read_table(output)
    at = table.schema.get_field_index(column)
    older = table.set_column(at, table.schema.field(at), (np.array([0], np.int32),))
    assert Index([table]).has(Track("a", 10, 5))
    assert not Index([older]).has(Track("a", 10, 5))


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 256 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_keeps_every_row_before_it(small_disk):
    output = small_disk / "library.parquet"
    added = 0
    full = pytest.raises(StoreError, match=r"No space left on device.*make room and run")
    with full, Store(output) as store:
        while True:
            store.add(row(f"track {added}", np.random.default_rng(added).random()))
            added += 1
            if added % 10 == 0:
                store.flush()
    kept = {r["path"] for r in read_library(output).to_pylist()}
    assert kept == {f"track {i}" for i in range(added - 10)}
    assert not list(parts_folder(output).glob("*.tmp"))


def test_a_disk_too_full_to_compact_keeps_the_parts(small_disk):
    output = small_disk / "library.parquet"
    with Store(output) as store:
        for i in range(60):
            store.add(row(f"track {i}"))
        store.flush()
        hog = small_disk / "hog"
        with pytest.raises(OSError), open(hog, "wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        with pytest.raises(StoreError, match="All rows are safe in"):
            store.compact()
    assert read_library(output).num_rows == 60
    hog.unlink()
    with Store(output) as store:
        assert store.compact() == 60


def test_a_file_size_limit_is_told_like_a_full_disk(tmp_path):
    output = tmp_path / "library.parquet"
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Store(output) as store:
        store.add(row("a"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
        try:
            with pytest.raises(StoreError, match="1 finished rows could not be saved"):
                store.flush()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        store.flush()
    assert read_library(output).num_rows == 1
    assert files(output) == sorted(parts_folder(output).glob("part-*.parquet"))
