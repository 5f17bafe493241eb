"""Damaged, odd and hostile files: each costs one line, the others are analysed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auralis_dsp.audio_file import AudioFile
from auralis_dsp.cli import _files, main

RATE = 44100
TONE = 0.3 * np.sin(np.arange(RATE) * 0.06)


def truncated(path: Path) -> None:
    """A FLAC file of which the first half is there."""
    soundfile.write(path, TONE, RATE, format="FLAC")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def header_only(path: Path) -> None:
    """A WAV file that ends within its header."""
    soundfile.write(path, TONE, RATE, format="WAV")
    path.write_bytes(path.read_bytes()[:40])


def lying_header(path: Path) -> None:
    """A WAV file that claims 4 GB of samples."""
    soundfile.write(path, TONE[:100], RATE, format="WAV", subtype="PCM_16")
    content = bytearray(path.read_bytes())
    content[4:8] = content[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(content)


def zero_bytes(path: Path) -> None:
    path.write_bytes(b"")


def noise(path: Path) -> None:
    path.write_bytes(np.random.default_rng(1).bytes(10_000))


def cover_only(path: Path) -> None:
    """An ID3 tag with a picture and no sound after it."""
    picture = b"\x00image/png\x00\x03\x00" + b"\x89PNG\r\n\x1a\n" + bytes(500)
    frame = b"APIC" + len(picture).to_bytes(4, "big") + b"\x00\x00" + picture
    size = len(frame)
    syncsafe = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    path.write_bytes(b"ID3\x03\x00\x00" + syncsafe + frame)


def looping_symlink(path: Path) -> None:
    path.symlink_to(path.name)


def dangling_symlink(path: Path) -> None:
    path.symlink_to("nothing")


def a_socket(path: Path) -> None:
    """Something with a name that cannot be opened."""
    import socket

    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(path.parent)
        try:
            server.bind(path.name)
        finally:
            os.chdir(here)


def infinite_samples(path: Path) -> None:
    soundfile.write(path, np.where(TONE > 0.29, np.inf, TONE), RATE, format="WAV", subtype="DOUBLE")


def unreadable(path: Path) -> None:
    """A file that not even root can read: its pages are those of no process."""
    path.symlink_to("/proc/self/mem")


def slow_rate(path: Path) -> None:
    soundfile.write(path, TONE, 1000, format="WAV")


BAD = [
    header_only,
    zero_bytes,
    noise,
    cover_only,
    looping_symlink,
    dangling_symlink,
    a_socket,
    unreadable,
    infinite_samples,
    slow_rate,
]


def run(capsys: pytest.CaptureFixture[str], *paths: Path) -> tuple[int, list[dict], list[str]]:
    status = main(["analyze", "--json", *map(str, paths)])
    captured = capsys.readouterr()
    return status, json.loads(captured.out), captured.err.splitlines()


@pytest.mark.parametrize("make", BAD)
def test_a_bad_file_costs_one_line(
    make: Callable[[Path], None], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bad, good = tmp_path / "bad.mp3", tmp_path / "good.wav"
    make(bad)
    soundfile.write(good, TONE, RATE)
    status, summaries, lines = run(capsys, bad, good)
    assert status == 1
    assert [summary["file"] for summary in summaries] == [str(good)]
    assert len(lines) == 1
    assert lines[0].startswith(f"auralis-dsp: {bad}: ")
    assert len(lines[0]) > len(f"auralis-dsp: {bad}: ") + 5


@pytest.mark.parametrize("make", [truncated, lying_header])
def test_a_damaged_file_is_read_as_far_as_it_goes_or_refused(
    make: Callable[[Path], None], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.bin"
    make(damaged)
    status, summaries, lines = run(capsys, damaged)
    assert (status, len(summaries), len(lines)) in {(0, 1, 0), (1, 1, 1)}
    for summary in summaries:
        assert 0 < summary["duration_s"] <= 1


@pytest.mark.parametrize(
    ("samples", "rate", "channels"),
    [
        (1, RATE, 1),
        (2, 8000, 2),
        (RATE, 8000, 1),
        (RATE, 8400, 1),
        (RATE, 192_000, 1),
        (RATE, 384_000, 1),
        (5000, RATE, 64),
    ],
)
def test_odd_but_good_files(
    samples: int, rate: int, channels: int, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "odd.wav"
    soundfile.write(path, np.tile(TONE[:samples, None], channels), rate)
    status, (summary,), lines = run(capsys, path)
    assert (status, lines) == (0, [])
    assert summary["duration_s"] == pytest.approx(samples / rate)
    assert (summary["sample_rate_hz"], summary["channels"]) == (rate, channels)


@pytest.mark.parametrize(
    "name",
    ["Für Élise 🎹.wav", "夜想曲.flac", "a b\tc'\".wav", "-n.wav", "x" * 240 + ".wav", "[red].wav"],
)
def test_any_name(name: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / name
    soundfile.write(path, TONE, RATE)
    status, (summary,), lines = run(capsys, path)
    assert (status, lines, summary["file"]) == (0, [], str(path))
    assert main(["analyze", str(path)]) == 0


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    """File names are bytes; one that is not UTF-8 neither ends the run nor loses the others."""
    path, good = os.fsencode(tmp_path) + b"/caf\xe9.wav", tmp_path / "good.wav"
    soundfile.write(good, TONE, RATE)
    Path(os.fsdecode(path)).write_bytes(good.read_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "auralis_dsp", "analyze", "--json", path, good], capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert [summary["file"] for summary in json.loads(done.stdout)] == [
        os.fsdecode(path),
        str(good),
    ]
    arguments = [sys.executable, "-m", "auralis_dsp", "analyze", path]
    assert subprocess.run(arguments, capture_output=True).returncode == 0


def test_a_wrong_suffix(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What a file holds decides, not what it is called."""
    path = tmp_path / "really_flac.mp3"
    soundfile.write(path, TONE, RATE, format="FLAC")
    status, (summary,), lines = run(capsys, path)
    assert (status, lines) == (0, [])
    assert summary["duration_s"] == pytest.approx(1)


def ten_hours(path: Path) -> None:
    """A WAV file of ten hours of silence that takes no room on the disk."""
    frames = 36_000 * 48_000
    soundfile.write(path, np.zeros(1), 48_000, subtype="PCM_16")
    header = bytearray(path.read_bytes()[:44])
    header[4:8] = (36 + 2 * frames).to_bytes(4, "little")
    header[40:44] = (2 * frames).to_bytes(4, "little")
    path.write_bytes(header)
    os.truncate(path, 44 + 2 * frames)


@pytest.mark.parametrize("command", [["analyze"], ["pitch", "-o"], ["chroma", "-o"]])
def test_a_file_too_long_for_the_memory_is_refused_at_once(
    command: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    path = tmp_path / "long.wav"
    ten_hours(path)
    monkeypatch.setattr(_files, "free_memory", lambda: 16_000_000_000)

    def refuse(*_: object) -> None:
        raise AssertionError("the file is read")

    monkeypatch.setattr(AudioFile, "blocks", refuse)
    output = [str(tmp_path / "out.csv")] if "-o" in command else []
    assert main([*command, *output, str(path)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"auralis-dsp: {path}: too long for the memory: 10.0 hours take 69.1 GB")


def test_memory_that_cannot_be_had_costs_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, TONE, RATE)

    def refuse(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(_files.np, "concatenate", refuse)
    status, summaries, lines = run(capsys, path)
    assert (status, summaries, lines) == (1, [], [f"auralis-dsp: {path}: not enough memory"])
