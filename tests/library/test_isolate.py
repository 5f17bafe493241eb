"""A decoder that hangs or crashes takes down its own process and nothing else."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time

import pytest

from auralis_dsp.library.isolate import IsolatedWorker, Limits, Stopped
from auralis_dsp.library.track import Status, Track

from .helpers import alive, write_tone


@pytest.fixture
def worker(faults):
    worker = IsolatedWorker(Limits(stall=2.0))
    yield worker
    worker.close()


def track(path) -> Track:
    return Track(str(path), path.stat().st_size, path.stat().st_mtime_ns)


def test_a_good_track_gives_its_row(worker, tmp_path):
    row = worker.run(track(write_tone(tmp_path / "good.wav", 2.0)))
    assert (row["status"], row["duration"]) == (Status.OK, 2.0)
    assert len(row["fingerprint"]) == 25


def test_a_decoder_that_hangs_is_ended_and_the_next_track_is_done(worker, tmp_path):
    row = worker.run(track(write_tone(tmp_path / "hang.wav")))
    assert row["status"] == Status.TIMEOUT
    assert row["error"] == "no progress for 2 s"
    assert worker.run(track(write_tone(tmp_path / "good.wav")))["status"] == Status.OK


@pytest.mark.parametrize("name, death", [("abort.wav", "SIGABRT"), ("segv.wav", "SIGSEGV")])
def test_a_decoder_that_crashes_is_an_error_row(worker, tmp_path, name, death):
    row = worker.run(track(write_tone(tmp_path / name)))
    assert row["status"] == Status.CRASHED
    assert death in row["error"]
    if name == "abort.wav":
        assert "codec: assertion failed" in row["error"]
    assert worker.run(track(write_tone(tmp_path / "good.wav")))["status"] == Status.OK


def test_a_process_killed_from_outside_has_a_second_try(worker, tmp_path):
    assert worker.run(track(write_tone(tmp_path / "once.wav")))["status"] == Status.OK
    assert (tmp_path / "once.wav.died").exists()


def test_the_limit_for_the_whole_track_holds_while_there_is_progress(faults, tmp_path):
    worker = IsolatedWorker(Limits(stall=60.0, total=0.05))
    row = worker.run(track(write_tone(tmp_path / "slow.wav", 30.0)))
    worker.close()
    assert row["status"] == Status.TIMEOUT
    assert row["error"] == "took longer than 0.05 s"


def test_the_default_limit_grows_with_the_file():
    assert Limits().total_of(Track("a", 10**9, None)) == 20_600
    assert Limits(total=5.0).total_of(Track("a", 10**9, None)) == 5


def test_close_ends_a_run_under_way(faults, tmp_path):
    worker = IsolatedWorker(Limits(stall=600.0))
    ended = []

    def run() -> None:
        try:
            ended.append(worker.run(track(write_tone(tmp_path / "hang.wav"))))
        except Stopped as error:
            ended.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    time.sleep(0.7)
    worker.close()
    thread.join(30)
    assert len(ended) == 1 and isinstance(ended[0], Stopped)
    with pytest.raises(Stopped):
        worker.run(track(write_tone(tmp_path / "good.wav")))


def test_the_process_ends_with_its_input(worker, tmp_path):
    worker.run(track(write_tone(tmp_path / "good.wav")))
    process = worker._process
    process.stdin.close()
    for _ in range(500):
        if not alive(process.pid):
            return
        time.sleep(0.01)
    pytest.fail("the worker outlives its input")


def test_the_system_ends_a_process_that_hangs_and_has_no_parent_left(faults, tmp_path):
    file = str(write_tone(tmp_path / "hang.wav"))
    job = {"track": [file, 1, None, None], "source": file, "time_limit": -9}  # ten s are added
    process = subprocess.Popen(
        [sys.executable, "-m", "auralis_dsp.library.worker"],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    process.stdin.write(json.dumps(job).encode() + b"\n")
    process.stdin.flush()
    try:
        assert process.wait(30) == -signal.SIGALRM
    finally:
        process.kill()
        process.stdin.close()


def test_a_memory_file_that_vanished_is_unreadable(worker):
    row = worker.run(Track("memory://gone/x.wav", 5, None))
    assert row["status"] == Status.UNREADABLE


def test_an_exception_nobody_foresaw_is_an_error_row(monkeypatch, tmp_path):
    from auralis_dsp.library import worker

    def broken(source):
        raise RuntimeError("codec bug")

    monkeypatch.setattr(worker, "open_audio", broken)
    row = worker.analyse(track(write_tone(tmp_path / "a.wav")), str(tmp_path / "a.wav"))
    assert (row["status"], row["error"]) == (Status.CRASHED, "RuntimeError: codec bug")
