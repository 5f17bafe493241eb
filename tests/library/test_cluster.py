"""The same run on a Dask cluster of real processes."""

from __future__ import annotations

import os
import signal
import threading

import pytest
from distributed import LocalCluster

from auralis_dsp.library.isolate import Limits
from auralis_dsp.library.run import fingerprint_library
from auralis_dsp.library.store import parts_folder, read_library
from auralis_dsp.library.track import Status

from .helpers import make_library, rows_of, run, wait_for, write_tone


@pytest.fixture
def cluster(faults):
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        yield cluster


def comparable(rows: list[dict]) -> list[dict]:
    measured = ("analysed_at", "seconds_decoding", "seconds_analysing")
    return [{k: repr(v) for k, v in row.items() if k not in measured} for row in rows]


def test_a_cluster_gives_the_rows_of_one_machine(cluster, tmp_path):
    music = make_library(tmp_path / "music", 10)
    write_tone(music / "abort.wav", 0.1)
    write_tone(music / "hang.wav", 0.1)
    on_cluster = run(
        "fingerprint-library", music, "-o", tmp_path / "cluster.parquet",
        "--scheduler", cluster.scheduler_address, "--stall-limit", 2,
    )  # fmt: skip
    assert on_cluster.returncode == 1, on_cluster.stderr
    fingerprint_library([str(music)], tmp_path / "local.parquet", limits=Limits(stall=2.0))
    rows = comparable(rows_of(tmp_path / "cluster.parquet"))
    assert rows == comparable(rows_of(tmp_path / "local.parquet"))
    assert len(rows) == 12


def test_a_worker_killed_in_the_middle_loses_nothing(cluster, tmp_path):
    music, output = make_library(tmp_path / "music", 60, "slow"), tmp_path / "l.parquet"
    victim = next(iter(cluster.workers.values())).pid

    def kill_in_the_middle() -> None:
        wait_for(lambda: list(parts_folder(output).glob("part-*.parquet")))
        os.kill(victim, signal.SIGKILL)

    killer = threading.Thread(target=kill_in_the_middle)
    killer.start()
    summary = fingerprint_library([str(music)], output, scheduler=cluster.scheduler_address)
    killer.join()
    assert summary.tally.done == 60
    rows = rows_of(output)
    assert len({row["path"] for row in rows}) == len(rows) == 60
    assert {row["status"] for row in rows} == {Status.OK}


def test_a_track_that_kills_every_worker_is_a_row_with_an_error(cluster, tmp_path):
    music, output = make_library(tmp_path / "music", 6), tmp_path / "l.parquet"
    write_tone(music / "parent.wav", 0.1)
    fingerprint_library([str(music)], output, scheduler=cluster.scheduler_address)
    errors = [row for row in rows_of(output) if row["status"] != Status.OK]
    assert [os.path.basename(row["path"]) for row in errors] == ["parent.wav"]
    assert errors[0]["status"] == Status.CRASHED
    assert errors[0]["error"].startswith("on the cluster: ")
    assert len(rows_of(output)) == 7


def test_ending_a_cluster_run_keeps_what_is_done(cluster, tmp_path, start):
    music, output = make_library(tmp_path / "music", 60, "slow"), tmp_path / "l.parquet"
    process = start(
        "fingerprint-library", music, "-o", output, "--scheduler", cluster.scheduler_address
    )
    wait_for(lambda: list(parts_folder(output).glob("part-*.parquet")))
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130
    assert 0 < len(rows_of(output)) < 60


def test_a_scheduler_that_goes_away_ends_the_run_and_keeps_what_is_done(cluster, tmp_path, start):
    music, output = make_library(tmp_path / "music", 60, "slow"), tmp_path / "l.parquet"
    process = start(
        "fingerprint-library", music, "-o", output, "--scheduler", cluster.scheduler_address
    )
    wait_for(lambda: list(parts_folder(output).glob("part-*.parquet")))
    cluster.close()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2, err
    assert "scheduler is gone; run again to go on" in err
    assert 0 < read_library(output).num_rows < 60
    assert set(read_library(output)["status"].to_pylist()) == {Status.OK}


def test_no_scheduler_at_the_address(tmp_path, monkeypatch):
    make_library(tmp_path / "music", 1)
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    result = run(
        "fingerprint-library", tmp_path / "music", "-o", tmp_path / "l.parquet",
        "--scheduler", "tcp://127.0.0.1:9",
    )  # fmt: skip
    assert result.returncode == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in result.stderr
