"""Nothing of the user's is lost: outputs are complete or as before, and never somebody's music."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from auralis_dsp._output import UNFINISHED, OutputError, replacing

from .commands import Runner
from .making import tune

COMMAND = [sys.executable, "-m", "auralis_dsp"]
#: The commands that write one file, and its suffix.
WRITERS = {"pitch": "csv", "chroma": "npy", "plot": "png"}


def untouched(path: Path, before: bytes) -> bool:
    return path.read_bytes() == before and not list(path.parent.glob(UNFINISHED))


@pytest.mark.parametrize("command", WRITERS)
def test_a_result_may_be_replaced_and_nothing_else(
    command: str, run: Runner, tmp_path: Path
) -> None:
    song = tune(tmp_path / "song.wav")
    target = tmp_path / f"result.{WRITERS[command]}"
    assert run(command, song, "-o", target).code == 0
    target.chmod(0o640)
    assert run(command, song, "-o", target).code == 0
    assert target.stat().st_mode & 0o777 == 0o640
    other = tmp_path / f"other.{WRITERS[command]}"
    other.write_bytes(b"my own notes\n" * 20)
    done = run(command, song, "-o", other)
    assert done.code == 1
    assert done.lines[0].startswith(f"auralis-dsp: {other}: exists and is not ")
    assert untouched(other, b"my own notes\n" * 20)
    assert run(command, song, "-o", other, "--force").code == 0
    assert b"my own" not in other.read_bytes()


def test_the_input_is_no_output(run: Runner, tmp_path: Path) -> None:
    """By its name, by a link, and by another name of the same file."""
    song = tune(tmp_path / "song.csv")
    before = song.read_bytes()
    (tmp_path / "soft.csv").symlink_to(song)
    os.link(song, tmp_path / "hard.csv")
    for name in ("song.csv", "soft.csv", "hard.csv", "../" + tmp_path.name + "/song.csv"):
        done = run("pitch", song, "-o", tmp_path / name)
        assert done.code == 1
        assert "is also an input" in done.lines[0]
        assert untouched(song, before)


def test_a_stem_is_no_other_file_of_the_call(run: Runner, tmp_path: Path) -> None:
    song = tune(tmp_path / "song.wav")
    stem = tune(tmp_path / "song-harmonic.wav", seed=1)
    before = stem.read_bytes()
    done = run("separate", song, stem, "-o", tmp_path, "-q")
    assert done.code == 1
    assert done.lines[0].startswith(f"auralis-dsp: {stem}: is also an input")
    assert untouched(stem, before)
    done = run("separate", song, "-o", tmp_path, "-q")  # not named, but not ours either
    assert "exists and is not a stem" in done.lines[0]
    assert untouched(stem, before)
    assert run("separate", song, "-o", tmp_path / "stems", "-q").code == 0
    assert run("separate", song, "-o", tmp_path / "stems", "-q").code == 0


def test_a_link_stays_a_link(run: Runner, tmp_path: Path) -> None:
    song = tune(tmp_path / "song.wav")
    target = tmp_path / "link.csv"
    target.symlink_to(tmp_path / "real.csv")
    assert run("pitch", song, "-o", target).code == 0
    assert target.is_symlink()
    assert (tmp_path / "real.csv").read_text().startswith("time_s")


def test_a_library_is_no_page_and_no_song_a_library(run: Runner, tmp_path: Path) -> None:
    song, library = tune(tmp_path / "song.wav"), tmp_path / "library.parquet"
    before = song.read_bytes()
    assert run("fingerprint-library", song, "-o", song, "-q").code == 4
    assert run("fingerprint-library", song, "-o", library, "--metrics", song, "-q").code == 4
    assert untouched(song, before)
    assert run("fingerprint-library", song, "-o", library, "-q").code == 0
    rows = library.read_bytes()
    for target in (library, song):
        done = run("report", library, "-o", target)
        assert (done.code, len(done.lines)) == (4, 1)
    assert untouched(song, before)
    assert untouched(library, rows)
    for _ in range(2):
        assert run("report", library, "-o", tmp_path / "page.html").code == 0


def test_a_device_stays_a_device(run: Runner, tmp_path: Path) -> None:
    song = tune(tmp_path / "song.wav")
    assert run("pitch", song, "-o", "/dev/null").code == 0
    assert not Path("/dev/null").is_file()


def limited(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("command", [*WRITERS, "separate", "separate --format flac", "report"])
def test_a_full_disk_is_told_as_the_outputs_fault(command: str, tmp_path: Path) -> None:
    song = tune(tmp_path / "song.wav")
    box = tmp_path / "box"
    box.mkdir()
    name, *options = command.split()
    source, target = song, box / f"result.{WRITERS.get(name, 'html')}"
    if name == "separate":
        target = box
    elif name == "report":
        source = tmp_path / "library.parquet"
        making = [*COMMAND, "fingerprint-library", song, "-o", source, "-q"]
        subprocess.run(making, check=True, capture_output=True)
    done = subprocess.run(
        [*COMMAND, name, source, *options, "-o", target],
        capture_output=True, text=True, preexec_fn=lambda: limited(1000), timeout=60,
    )  # fmt: skip
    assert done.returncode in (1, 4)
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"auralis-dsp: {box}")
    assert "File too large" in line
    assert list(box.iterdir()) == []


def test_results_survive_the_next_file(tmp_path: Path) -> None:
    """A process that dies over the second file has told the result of the first."""
    song = tune(tmp_path / "song.wav")
    os.mkfifo(tmp_path / "slow")
    process = subprocess.Popen(
        [*COMMAND, "analyze", "--json", song, tmp_path / "slow"], stdout=subprocess.PIPE
    )
    with (tmp_path / "slow").open("wb", buffering=0) as writer:
        writer.write(song.read_bytes()[:1000])
        assert process.stdout is not None
        head = b""
        while b"}" not in head.replace(b"}\n    }", b""):
            head += process.stdout.read1()
            if head.count(b"}") == 3:
                break
        process.kill()
    process.wait()
    assert json.loads(head.decode() + "]")[0]["file"] == str(song)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_ended_command_leaves_nothing_behind(number: int, tmp_path: Path) -> None:
    song = tune(tmp_path / "song.wav", 60.0)
    stems = tmp_path / "stems"
    process = subprocess.Popen([*COMMAND, "separate", *[song] * 1, "-o", stems, "-q"])
    end = time.monotonic() + 30
    while not list(stems.glob(UNFINISHED)) and time.monotonic() < end:
        time.sleep(0.005)
    process.send_signal(number)
    assert process.wait(30) in (128 + number, 0)
    if process.returncode:
        assert list(stems.iterdir()) == []


def test_standard_output_that_is_full_is_told(tmp_path: Path) -> None:
    song = tune(tmp_path / "song.wav")
    for options in ([], ["--json"]):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*COMMAND, "analyze", *options, song],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
            )
        line = "auralis-dsp: standard output: could not be written: No space left on device\n"
        assert (done.returncode, done.stderr) == (1, line)


def test_outputs_take_their_names_together(tmp_path: Path) -> None:
    targets = [tmp_path / "a", tmp_path / "b"]
    for target in targets:
        target.write_text("before")
    with pytest.raises(RuntimeError), replacing(*targets) as outputs:
        for output in outputs:
            output.write(b"after")
        raise RuntimeError
    assert [target.read_text() for target in targets] == ["before", "before"]
    with replacing(*targets) as outputs:
        for output in outputs:
            output.write(b"after")
    assert [target.read_text() for target in targets] == ["after", "after"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
    with pytest.raises(OutputError, match="No such file"), replacing(tmp_path / "no" / "c"):
        pass
