"""Whole runs: what they do, what they keep when they are ended, what a second one does."""

from __future__ import annotations

import json
import math
import os
import random
import signal
import subprocess
import time

import fsspec
import pytest

from auralis_dsp.library.run import fingerprint_library
from auralis_dsp.library.store import parts_folder, read_library
from auralis_dsp.library.track import Status
from auralis_dsp.library.worker import analyse

from .helpers import (
    alive,
    command,
    ffmpeg,
    make_library,
    row_of,
    rows_of,
    run,
    wait_for,
    workers_of,
    write_tone,
)


def fingerprints(rows: list[dict]) -> list[tuple]:
    return [(r["path"], r["content_hash"], r["lufs"], r["chroma_energy"]) for r in rows]


def test_every_track_gives_a_row(tmp_path):
    music = make_library(tmp_path / "music", 5)
    ffmpeg(music / "album 0/track 000.wav", music / "tagged.mp3", "-metadata", "title=Żółć",
           "-metadata", "artist=音楽", "-metadata", "album=A")  # fmt: skip
    result = run("fingerprint-library", music, "-o", tmp_path / "l.parquet")
    assert result.returncode == 0, result.stderr
    assert "6 tracks; this run did 6" in result.stdout
    row = row_of(tmp_path / "l.parquet", "tagged.mp3")
    assert (row["title"], row["artist"], row["album"]) == ("Żółć", "音楽", "A")
    assert (row["codec"], row["sample_rate"], row["channels"]) == ("mp3/mp3", 22_050, 2)
    assert row["size"] == (music / "tagged.mp3").stat().st_size
    assert row["mtime"].value == (music / "tagged.mp3").stat().st_mtime_ns
    assert row["seconds_decoding"] > 0 and row["seconds_analysing"] > 0
    assert len(row["content_hash"]) == 32
    assert row["duration"] == pytest.approx(0.4, abs=0.06)


def test_a_second_run_does_only_what_is_new_or_changed(tmp_path):
    music, output = make_library(tmp_path / "music", 4), tmp_path / "l.parquet"
    fingerprint_library([str(music)], output)
    before = {row["path"]: row for row in rows_of(output)}
    stamp = output.stat().st_mtime_ns
    assert fingerprint_library([str(music)], output).tally.done == 0
    assert output.stat().st_mtime_ns == stamp
    changed = write_tone(music / "album 0/track 000.wav", 0.5, seed=99)
    new = write_tone(music / "new.wav", 0.5, seed=98)
    summary = fingerprint_library([str(music)], output)
    assert (summary.tally.done, summary.tally.unchanged, summary.rows) == (2, 3, 5)
    after = {row["path"]: row for row in rows_of(output)}
    for path, row in before.items():
        assert (repr(after[path]) == repr(row)) == (path != str(changed))
    assert after[str(new)]["status"] == Status.OK


def test_rows_of_tracks_that_are_gone_go_only_when_asked(tmp_path):
    music, output = make_library(tmp_path / "music", 4), tmp_path / "l.parquet"
    fingerprint_library([str(music)], output)
    (music / "album 0/track 000.wav").unlink()
    assert fingerprint_library([str(music)], output).rows == 4
    assert fingerprint_library([str(music)], output, prune=True).rows == 3
    assert all("track 000" not in row["path"] for row in rows_of(output))


def test_rows_in_a_folder_that_cannot_be_read_are_not_gone(tmp_path, monkeypatch):
    music, output = make_library(tmp_path / "music", 6), tmp_path / "l.parquet"
    assert fingerprint_library([str(music)], output).rows == 6
    (music / "album 0/track 000.wav").unlink()
    scandir = os.scandir

    def denied(folder):
        if str(folder).endswith("album 1"):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", denied)
    fingerprint_library([str(music)], output, prune=True)
    kept = [row["path"].removeprefix(f"{music}/") for row in rows_of(output)]
    assert kept == [
        "album 0/track 003.wav",
        "album 1",
        "album 1/track 001.wav",
        "album 1/track 004.wav",
        "album 2/track 002.wav",
        "album 2/track 005.wav",
    ]


def test_broken_files_are_rows_with_an_error(tmp_path, faults):
    music, output = tmp_path / "music", tmp_path / "l.parquet"
    good = write_tone(music / "good.wav", 0.4)
    write_tone(music / "hang.wav", 0.1)
    write_tone(music / "abort.wav", 0.1)
    (music / "zero.flac").touch()
    (music / "text.mp3").write_text("not music " * 300)
    os.mkfifo(music / "pipe.ogg")
    (music / "gone.wav").symlink_to("nowhere")
    write_tone(music / "slow-rate.wav", 0.5, rate=4000)
    write_tone(music / "one.wav", 0.0)
    write_tone(music / "many.wav", 0.5, channels=64)
    write_tone(music / "fast.wav", 0.2, rate=384_000)
    result = run("fingerprint-library", music, "-o", output, "--stall-limit", 2)
    assert result.returncode == 1, result.stderr
    statuses = {os.path.basename(row["path"]): row["status"] for row in rows_of(output)}
    assert statuses == {
        "good.wav": Status.OK,
        "hang.wav": Status.TIMEOUT,
        "abort.wav": Status.CRASHED,
        "zero.flac": Status.EMPTY,
        "text.mp3": Status.UNDECODABLE,
        "pipe.ogg": Status.UNREADABLE,
        "gone.wav": Status.UNREADABLE,
        "slow-rate.wav": Status.INVALID,
        "one.wav": Status.OK,
        "many.wav": Status.OK,
        "fast.wav": Status.OK,
    }
    for row in rows_of(output):
        assert (row["error"] is None) == (row["status"] == Status.OK)
        assert (row["lufs"] is None) == (row["status"] != Status.OK)
        if row["status"] != Status.OK:
            assert f"{row['status']}: {row['path']}: {row['error']}" in result.stderr
    assert "4000" in row_of(output, "slow-rate.wav")["error"]
    assert math.isnan(row_of(output, "/one.wav")["tempo_bpm"])
    assert fingerprint_library([str(music)], output).tally.done == 0
    good.touch()
    write_tone(music / "zero.flac", 0.4)
    again = run("fingerprint-library", music, "-o", output, "--stall-limit", 2, "--retry-errors")
    assert "this run did 8" in again.stdout
    assert row_of(output, "zero.flac")["status"] == Status.OK


def test_a_file_without_permission_is_unreadable(tmp_path):
    from auralis_dsp.library.scan import scan

    write_tone(tmp_path / "mine.wav").chmod(0)
    (track,) = scan([str(tmp_path)])
    user = os.geteuid()
    if user == 0:
        os.seteuid(65_534)
    try:
        row = analyse(track, track.path)
    finally:
        os.seteuid(user)
    assert (row["status"], row["error"]) == (Status.UNREADABLE, "Permission denied")


def test_samples_that_are_not_numbers_are_invalid(tmp_path):
    import numpy as np
    import soundfile

    soundfile.write(tmp_path / "nan.wav", np.full((4000, 1), np.nan), 22_050, "FLOAT")
    fingerprint_library([str(tmp_path)], tmp_path / "l.parquet")
    assert row_of(tmp_path / "l.parquet", "nan.wav")["status"] == Status.INVALID


def test_urls_give_the_same_fingerprints_as_files(tmp_path):
    music = make_library(tmp_path / "music", 3)
    flac = ffmpeg(music / "album 0/track 000.wav", music / "a.flac")
    m4a = ffmpeg(music / "album 0/track 000.wav", music / "a.m4a")
    memory = fsspec.filesystem("memory")
    for file in (flac, m4a):
        memory.pipe(f"/bucket/{file.name}", file.read_bytes())
    summary = fingerprint_library(
        [f"file://{music}", "memory://bucket", str(music)], tmp_path / "l.parquet"
    )
    assert summary.tally.errors == 0
    assert summary.rows == 2 * 5 + 2
    by_name: dict[str, set] = {}
    for row in rows_of(tmp_path / "l.parquet"):
        known = (row["content_hash"], row["lufs"], row["codec"], row["duration"])
        by_name.setdefault(os.path.basename(row["path"]), set()).add(known)
    assert all(len(rows) == 1 for rows in by_name.values()), by_name


def test_one_worker_and_many_give_the_same_rows(tmp_path):
    music = make_library(tmp_path / "music", 6)
    for workers in (1, 4):
        fingerprint_library([str(music)], tmp_path / f"{workers}.parquet", workers=workers)
    one, many = (fingerprints(rows_of(tmp_path / f"{n}.parquet")) for n in (1, 4))
    assert one == many


def test_wrong_usage_is_told(tmp_path):
    result = run("fingerprint-library", tmp_path / "missing", "-o", tmp_path / "l.parquet")
    assert result.returncode == 2
    assert "no such file or folder" in result.stderr
    result = run("fingerprint-library", tmp_path, "-o", "/proc/l.parquet")
    assert result.returncode == 4
    assert "/proc/l.parquet.parts cannot be written" in result.stderr
    result = run("fingerprint-library", tmp_path, "-o", tmp_path / "l.parquet", "-j", 0)
    assert result.returncode == 2
    assert "allowed: 1 or more" in result.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_keeps_what_is_done(tmp_path, faults, start, number):
    music, output = make_library(tmp_path / "music", 60, "slow"), tmp_path / "l.parquet"
    process = start("fingerprint-library", music, "-o", output)
    wait_for(lambda: list(parts_folder(output).glob("part-*.parquet")))
    workers = workers_of(process.pid)
    assert workers
    os.killpg(process.pid, number)  # as the terminal does
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 128 + number
    assert "ended early, run again to go on" in out
    assert not any(alive(pid) for pid in workers)
    kept = rows_of(output)
    assert 0 < len(kept) < 60
    assert {row["status"] for row in kept} == {Status.OK}
    assert f"this run did {len(kept)} in" in out
    assert not parts_folder(output).exists()
    summary = fingerprint_library([str(music)], output)
    assert (summary.tally.unchanged, summary.rows) == (len(kept), 60)


def test_kill_9_at_random_moments_loses_no_saved_row(tmp_path, faults, start):
    """A library is finished by runs that are all killed, at any moment of their lives.

    AURALIS_TEST_KILLS sets how often.
    """
    kills = int(os.environ.get("AURALIS_TEST_KILLS", "8"))
    rng = random.Random(1)
    tracks = 12 * kills
    music, output = make_library(tmp_path / "music", tracks, "slow"), tmp_path / "l.parquet"
    saved: dict[str, str] = {}
    for number in range(kills):
        process = start("fingerprint-library", music, "-o", output, "-q")
        if number % 2:  # while rows are being saved
            before = saved_files(output)
            wait_for(lambda: saved_files(output) != before or process.poll() is not None)  # noqa: B023
        time.sleep(rng.uniform(0.0, 3.0))
        workers = workers_of(process.pid)
        process.kill()
        process.wait()
        wait_for(lambda: not any(alive(pid) for pid in workers))  # noqa: B023
        rows = read_library(output).to_pylist() if saved_files(output) else []
        now = {row["path"]: repr(row) for row in rows}
        assert len(now) == len(rows)
        for path, row in saved.items():
            assert now[path] == row, "a saved row was lost or changed"
        saved = now
    assert saved, "no run lived long enough to save a row"
    result = run("fingerprint-library", music, "-o", output, "-q")
    assert result.returncode == 0, result.stderr
    assert f"{len(saved)} were unchanged" in result.stdout
    after = rows_of(output)
    assert len(after) == tracks
    assert all(row["status"] == Status.OK for row in after)
    assert not parts_folder(output).exists()


def saved_files(output) -> list[str]:
    """The files that hold rows."""
    parts = sorted(part.name for part in parts_folder(output).glob("part-*.parquet"))
    return parts + ["whole"] * output.exists()


def test_a_full_disk_ends_the_run_with_a_clear_message(tmp_path):
    music, disk = make_library(tmp_path / "music", 40), tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24k", "tmpfs", disk], check=True)
    try:
        output = disk / "l.parquet"
        full = run("fingerprint-library", music, "-o", output)
        assert full.returncode == 4
        assert "No space left on device" in full.stderr
        assert "run the same command again" in full.stderr
        assert "Traceback" not in full.stderr
        subprocess.run(["mount", "-o", "remount,size=1m", disk], check=True)
        again = run("fingerprint-library", music, "-o", output)
        assert again.returncode == 0, again.stderr
        assert len(rows_of(output)) == 40
    finally:
        subprocess.run(["umount", disk], check=True)


def test_plain_lines_where_there_is_no_terminal(tmp_path, monkeypatch, capsys):
    from auralis_dsp.library import progress

    monkeypatch.setattr(progress, "LINE_INTERVAL", 0.0)
    music = make_library(tmp_path / "music", 3)
    import sys

    shown = progress.progress_for(sys.stderr)
    fingerprint_library([str(music)], tmp_path / "l.parquet", progress=shown)
    lines = capsys.readouterr().err.splitlines()
    assert any("3 of 3 tracks" in line and "tracks/s" in line for line in lines)
    assert not any("\x1b" in line for line in lines)


def test_a_bar_on_a_terminal(tmp_path):
    import pty

    music = make_library(tmp_path / "music", 3)
    parent, child = pty.openpty()
    process = subprocess.Popen(
        command("fingerprint-library", music, "-o", tmp_path / "l.parquet"),
        stderr=child, stdout=subprocess.DEVNULL, env=os.environ | {"TERM": "xterm"},
    )  # fmt: skip
    os.close(child)
    shown = b""
    try:
        while piece := os.read(parent, 4096):
            shown += piece
    except OSError:  # the other end was closed
        pass
    os.close(parent)
    assert process.wait() == 0
    assert b"3/3" in shown and b"tracks/s" in shown and b"\x1b" in shown


def test_the_worker_prints_nothing_but_json(tmp_path):
    write_tone(tmp_path / "a.wav", 0.3)
    track = [str(tmp_path / "a.wav"), 1, None, None]
    job = json.dumps({"track": track, "source": track[0], "time_limit": 60})
    worker = subprocess.Popen(
        [*command()[:1], "-m", "auralis_dsp.library.worker"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    worker.stdin.write(job + "\n")
    worker.stdin.flush()
    lines = []
    while "row" not in (message := json.loads(worker.stdout.readline())):
        lines.append(message)
    worker.stdin.close()
    assert worker.wait(10) == 0
    assert all(set(line) == {"beat"} for line in lines)
    assert message["row"]["status"] == Status.OK


def test_files_with_wrong_bytes_in_them_are_rows(tmp_path):
    """Flipped bytes, holes and cuts in every format: a row for each, whatever it says."""
    rng = random.Random(5)
    original = write_tone(tmp_path / "tone.wav", 1.0)
    music, output = tmp_path / "music", tmp_path / "l.parquet"
    music.mkdir()
    for suffix in ("wav", "flac", "ogg", "mp3", "m4a", "aiff", "wma"):
        whole = ffmpeg(original, tmp_path / f"whole.{suffix}").read_bytes()
        for number in range(8):
            data = bytearray(whole)
            for _ in range(rng.choice([1, 20, 400])):
                data[rng.randrange(len(data))] = rng.randrange(256)
            if number % 2:
                start = rng.randrange(len(data))
                del data[start : start + rng.randrange(len(data) - start + 1)]
            (music / f"{number}.{suffix}").write_bytes(data)
    result = run("fingerprint-library", music, "-o", output, "--stall-limit", 20, "-q")
    assert result.returncode in (0, 1), result.stderr
    rows = rows_of(output)
    assert len(rows) == 56
    assert {row["status"] for row in rows} <= set(Status.ALL)
    assert all((row["error"] is None) == (row["status"] == Status.OK) for row in rows)
