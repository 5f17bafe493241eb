"""What cannot be read costs one line that says why, and nothing else."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from .commands import Runner
from .making import extensible, ffmpeg, music, pcm16, riff, tune, write


def page(path: Path) -> None:
    path.write_text("<!DOCTYPE html><html><body>Please log in</body></html>\n" * 50)


def unknown_codec(path: Path) -> None:
    guid = bytes.fromhex("0123456789abcdef0123456789abcdef")
    path.write_bytes(riff(extensible(2, 16, 16, 3, guid), pcm16(music())))


def playlist(path: Path) -> None:
    path.write_text("#EXTM3U\n#EXTINF:20,\n/etc/passwd\n")


def folder(path: Path) -> None:
    path.mkdir()


def listening(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)
    os.chdir(here)


def infinite(path: Path) -> None:
    samples = music()
    samples[2000] = np.inf
    write(path, samples, format="WAV", subtype="FLOAT")


def too_slow(path: Path) -> None:
    write(path, music(), 4000, format="WAV")


#: What is made, a word of the line, and the status in a library.
REFUSED: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "a web page": (page, "not audio: a web page", "undecodable"),
    "a playlist": (playlist, "not audio: a playlist", "undecodable"),
    "noise": (
        lambda p: p.write_bytes(np.random.default_rng(1).bytes(50_000)),
        "not audio",
        "undecodable",
    ),
    "words": (lambda p: p.write_text("la la la\n" * 500), "not audio", "undecodable"),
    "an unknown codec": (unknown_codec, "not audio", "undecodable"),
    "a header cut off": (lambda p: p.write_bytes(riff(b"", b"")[:20]), "header", "damaged"),
    "a folder": (folder, "folder", "unreadable"),
    "a socket": (listening, "", "unreadable"),
    "a dangling link": (lambda p: p.symlink_to("nothing"), "No such file", "unreadable"),
    "a device": (lambda p: p.symlink_to("/dev/zero"), "device", "unreadable"),
    "infinite samples": (infinite, "", "invalid"),
    "a rate out of range": (too_slow, "4000", "invalid"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_one_line_says_why(name: str, run: Runner, tmp_path: Path) -> None:
    make, word, status = REFUSED[name]
    path = tmp_path / "song.mp3"
    make(path)
    found, lines = run.try_all(path)
    assert found == {}
    assert lines.pop("library").startswith(f"{status}: ")
    for line in lines.values():
        assert word in line


def as_plain_user(*command: object) -> subprocess.CompletedProcess[str]:
    """Run a command without root's right to pass over permissions."""
    prefix = (
        ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    )
    arguments = [*prefix, sys.executable, "-m", "auralis_dsp", *map(str, command)]
    return subprocess.run(arguments, capture_output=True, text=True, timeout=60)


def test_permission_is_permission(tmp_path: Path) -> None:
    path = tune(tmp_path / "private.wav")
    path.chmod(0)
    done = as_plain_user("analyze", path)
    assert (done.returncode, done.stderr) == (1, f"auralis-dsp: {path}: Permission denied\n")


def test_a_folder_without_permission_is_the_outputs_fault(tmp_path: Path) -> None:
    path, stems = tune(tmp_path / "song.wav"), tmp_path / "stems"
    stems.mkdir(mode=0o555)
    for command in (("separate", "-q"), ("pitch",), ("chroma",), ("plot",)):
        target = {"separate": stems, "pitch": stems / "x.csv", "chroma": stems / "x.npy"}
        done = as_plain_user(*command, path, "-o", target.get(command[0], stems / "x.png"))
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert line.startswith(f"auralis-dsp: {stems}/")
        assert line.endswith("could not be written: Permission denied")


# --- pipes ---------------------------------------------------------------------------------------


def piped(data: bytes, *command: object) -> subprocess.CompletedProcess[bytes]:
    arguments = [sys.executable, "-m", "auralis_dsp", *map(str, command)]
    return subprocess.run(arguments, input=data, capture_output=True, timeout=60)


@pytest.mark.parametrize("suffix", ["wav", "flac", "mp3", "m4a", "ogg"])
def test_standard_input(suffix: str, source: Path, tmp_path: Path) -> None:
    data = ffmpeg(source, tmp_path / f"song.{suffix}").read_bytes()
    for name in ("-", "/dev/stdin"):
        done = piped(data, "analyze", "--json", name)
        assert (done.returncode, done.stderr) == (0, b"")
        assert b'"duration_s": 3.' in done.stdout


def test_standard_input_of_other_commands(source: Path, tmp_path: Path) -> None:
    data = source.read_bytes()
    assert piped(data, "fingerprint", "-").returncode == 0
    assert piped(data, "pitch", "-", "-o", tmp_path / "f0.csv").returncode == 0
    assert piped(data, "separate", "-", "-o", tmp_path / "stems").returncode == 0
    names = sorted(path.name for path in (tmp_path / "stems").iterdir())
    assert names == ["stdin-harmonic.wav", "stdin-percussive.wav"]


def test_an_endless_pipe_that_is_no_audio_ends() -> None:
    done = subprocess.run(
        f"yes | {sys.executable} -m auralis_dsp analyze -",
        shell=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stderr.startswith("auralis-dsp: -: not audio")


def test_nothing_through_the_pipe() -> None:
    done = piped(b"", "analyze", "-")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)


def test_a_named_pipe_is_read_if_somebody_writes(source: Path, run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "pipe.wav"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_bytes(source.read_bytes()))
    writer.start()
    assert run("analyze", "--json", path).code == 0
    writer.join()


def test_a_named_pipe_without_a_writer_is_refused(run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "pipe.mp3"
    os.mkfifo(path)
    done = run("analyze", path)
    assert (done.code, done.lines) == (1, [f"auralis-dsp: {path}: is a pipe that nobody writes to"])


def test_a_decoder_that_refuses_is_not_the_last_word(run: Runner, tmp_path: Path) -> None:
    """MATLAB files are known to libsndfile alone."""
    path = write(tmp_path / "signal.mat", music(), format="MAT5", subtype="PCM_16")
    found, lines = run.try_all(path)
    assert lines == {}
    assert found["analyze"] == pytest.approx(3)


def test_a_header_that_promises_too_much_is_not_believed(run: Runner, tmp_path: Path) -> None:
    """The number of samples in a FLAC header is 2³⁶: that is no reason to refuse three seconds."""
    path = write(tmp_path / "song.flac", music())
    data = bytearray(path.read_bytes())
    total = struct.unpack(">Q", data[18:26])[0] | (1 << 36) - 1
    data[18:26] = struct.pack(">Q", total)
    path.write_bytes(data)
    found, lines = run.try_all(path)
    assert found["analyze"] == pytest.approx(3)
    assert all("damaged" in line for line in lines.values())
