"""``auralis-dsp master``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
import soundfile

import auralis_dsp
from auralis_dsp._output import UNFINISHED

from .conftest import Run
from .making import CLIP, band, measured, write

Runner = Callable[..., Run]
COMMAND = [sys.executable, "-m", "auralis_dsp", "master"]


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return write(tmp_path / "song.wav", band(5))


def test_a_master_and_its_table(run: Runner, song: Path, tmp_path: Path) -> None:
    target = tmp_path / "master.flac"
    done = run("master", song, "-o", target, "--loudness", -16, "--peak", -2, "--bits", 16)
    assert (done.code, done.lines) == (0, [])
    found = measured(target)
    assert soundfile.info(target).subtype == "PCM_16"
    assert found.loudness == pytest.approx(-16, abs=0.1)
    assert found.true_peak <= -2 + 0.05
    assert f"{song} → {target} (16 bits, 44100 Hz, 2 channels)" in done.out
    (loudness,) = [line for line in done.out.splitlines() if line.startswith("loudness  ")]
    before = f"{measured(song).loudness:.1f}".replace("-", "−")
    assert loudness.split() == ["loudness", "LUFS", "−16.0", before, "−16.0"]
    (peak,) = [line for line in done.out.splitlines() if line.startswith("true peak  ")]
    assert peak.split()[3] == "−2.0"
    assert "limiter" in done.out


def test_what_limits_is_said(run: Runner, song: Path, tmp_path: Path) -> None:
    shown = {}
    for name, arguments in {
        "limiting": ("--loudness", -5, "--limiting", 1),
        "gain": ("--loudness", -14, "--gain-max", 2),
        "bypass": ("--intensity", 0),
    }.items():
        done = run("master", song, "-o", tmp_path / "master.wav", *arguments)
        assert done.code == 0
        shown[name] = done.out
    reached = {
        name: measured(song if name == "bypass" else tmp_path / "master.wav").loudness
        for name in shown
    }
    assert "−5.0 asked, −" in shown["limiting"]
    assert "reached: the limiter would cost more than 1 LU (--limiting)" in shown["limiting"]
    assert "reached: the gain would be more than 2 dB (--gain-max)" in shown["gain"]
    assert "an intensity of 0: passed through unchanged" in shown["bypass"]
    assert reached["bypass"] < -14
    silence = write(tmp_path / "silence.wav", np.zeros((44100, 2)))
    done = run("master", silence, "-o", tmp_path / "silent.wav")
    assert (done.code, "silent: passed through unchanged" in done.out) == (0, True)


def test_reports(run: Runner, song: Path, tmp_path: Path) -> None:
    silence = write(tmp_path / "silence.wav", np.zeros((44100, 2)))
    target = tmp_path / "report.json"
    arguments = ["-o", tmp_path / "masters", "--report", target, "--loudness", -15]
    for _ in range(2):  # its own report may be replaced
        assert run("master", song, silence, *arguments).code == 0
    text = target.read_text()
    assert "NaN" not in text
    content = json.loads(text)
    assert (content["bits"], content["dither"]) == (24, True)
    assert content["version"] == auralis_dsp.__version__
    first, second = content["masters"]
    assert first["targets"]["loudness"] == -15
    assert len(first["settings"]) == 84
    (track,) = first["tracks"]
    assert track["file"] == str(song)
    assert track["output"] == str(tmp_path / "masters" / "song.wav")
    assert track["report"] == first["report"]
    assert first["report"]["integrated_after"] == pytest.approx(-15, abs=0.05)
    assert second["report"]["limited_by"] == 3
    assert second["report"]["integrated_before"] is None
    other = tmp_path / "notes.json"
    other.write_text('{"mine": 1}')
    done = run("master", song, "-o", tmp_path / "m.wav", "--report", other)
    assert (done.code, len(done.lines)) == (2, 1)
    assert "exists and is not a report" in done.lines[0]
    assert other.read_text() == '{"mine": 1}'


def test_a_dry_run_writes_nothing(run: Runner, song: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    for output in ((), ("-o", tmp_path / "folder" / "master.wav")):
        done = run("master", song, "--dry-run", "--loudness", -14, *output)
        assert (done.code, done.lines) == (0, [])
        assert "dry run: nothing is written" in done.out
        assert "−14.0" in done.out
    assert sorted(tmp_path.rglob("*")) == before


def test_pictures(run: Runner, song: Path, tmp_path: Path) -> None:
    reference = write(tmp_path / "reference.wav", band(5, seed=3))
    picture = tmp_path / "picture.png"
    arguments = ["-o", tmp_path / "master.wav", "--reference", reference, "--loudness", -9]
    for _ in range(2):
        done = run("master", song, *arguments, "--plot", picture)
        assert (done.code, done.lines) == (0, [])
    pixels = matplotlib.image.imread(picture)
    assert pixels.shape[0] > 800
    assert len(np.unique(pixels[..., :3].reshape(-1, 3).round(2), axis=0)) > 20
    # The master is the same with and without.
    plain = tmp_path / "plain.wav"
    run("master", song, "-o", plain, *arguments[2:])
    assert plain.read_bytes() == (tmp_path / "master.wav").read_bytes()
    others = [write(tmp_path / f"{i}.wav", band(2, seed=i)) for i in range(2)]
    assert run("master", *others, "-o", tmp_path / "m", "--plot", tmp_path / "p").code == 0
    assert sorted(p.name for p in (tmp_path / "p").iterdir()) == ["0.png", "1.png"]
    album = ["--album", "--plot", tmp_path / "album.png"]
    assert run("master", *others, "-o", tmp_path / "a", *album).code == 0
    assert (tmp_path / "album.png").stat().st_size > 10_000
    done = run("master", song, "--dry-run", "--plot", tmp_path / "picture.mp4")
    assert (done.code, len(done.lines)) == (1, 1)


def test_a_bad_file_among_good_ones(run: Runner, song: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.mp3"
    text.write_text("no music at all, " * 100)
    bad = band(1)
    bad[5] = np.nan
    nan = write(tmp_path / "nan.wav", bad, subtype="FLOAT")
    missing = tmp_path / "missing.wav"
    good = write(tmp_path / "good.wav", band(3, seed=1))
    folder = tmp_path / "masters"
    done = run("master", song, text, missing, nan, good, "-o", folder, "-j", 3)
    assert done.code == 1
    assert [line.split(": ")[1] for line in done.lines] == [str(text), str(missing), str(nan)]
    assert sorted(p.name for p in folder.iterdir()) == ["good.wav", "song.wav"]
    assert done.out.index("song.wav →") < done.out.index("good.wav →")


def test_a_damaged_file_is_mastered_and_told(run: Runner, song: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.wav"
    cut.write_bytes(song.read_bytes()[:-200_000])
    done = run("master", cut, "-o", tmp_path / "master.wav", "--report", tmp_path / "r.json")
    assert (done.code, len(done.lines)) == (1, 1)
    assert done.lines[0].startswith(f"auralis-dsp: {cut}: damaged after")
    assert 0 < soundfile.info(tmp_path / "master.wav").frames < soundfile.info(song).frames
    content = json.loads((tmp_path / "r.json").read_text())
    assert "damaged" in content["masters"][0]["tracks"][0]["damage"]


def test_albums(run: Runner, tmp_path: Path) -> None:
    tracks = [write(tmp_path / f"{i}.wav", band(4, seed=i)) for i in range(3)]
    folder = tmp_path / "masters"
    arguments = ["--album", "-o", folder, "--format", "flac", "--report", tmp_path / "r.json"]
    done = run("master", *tracks, *arguments)
    assert (done.code, done.lines) == (0, [])
    assert sorted(p.name for p in folder.iterdir()) == ["0.flac", "1.flac", "2.flac"]
    for name in ("0.wav and 2 more as an album", "0.wav ", "1.wav ", "2.wav "):
        assert name in done.out
    (album,) = json.loads((tmp_path / "r.json").read_text())["masters"]
    assert len(album["tracks"]) == 3
    loudest = max(track["report"]["integrated_after"] for track in album["tracks"])
    assert loudest == pytest.approx(album["report"]["integrated_after"], abs=0.01)
    mono = write(tmp_path / "mono.wav", band(1, channels=1))
    done = run("master", *tracks, mono, "--album", "-o", tmp_path / "other")
    assert (done.code, len(done.lines)) == (2, 1)
    assert "44100 Hz and 1 channels" in done.lines[0]
    text = tmp_path / "text.wav"
    text.write_text("no music")
    done = run("master", *tracks, text, "--album", "-o", tmp_path / "other")
    assert (done.code, len(done.lines)) == (1, 1)
    assert str(text) in done.lines[0]
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-o", "master.mp3"], "lossy"),
        (["-o", "master"], "allowed: a name that ends in .wav or .flac"),
        (["-o", "m.flac", "--bits", "32f"], "allowed: 16, 24 in FLAC"),
        (["-o", "m.wav", "--loudness", "3"], "loudness is 3"),
        (["-o", "m.wav", "--warmth", "2"], "warmth is 2"),
        ([], "-o is missing"),
        (["-o", "m.wav", "--report", "m.wav"], "have the same name"),
        (["-o", "m.wav", "--reference", "missing.wav"], "missing.wav: No such file"),
        (["-o", "m.wav", "--reference-album", "X"], "needs a library"),
        (["-o", "m.wav", "--reference-count", "3"], "needs --reference-like"),
        (["-o", "m.wav", "-j", "0"], "workers is 0"),
    ],
)
def test_wrong_usage(
    arguments: list[str],
    words: str,
    run: Runner,
    song: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("master", song, *arguments)
    assert (done.code, len(done.lines)) == (2, 1)
    assert words in done.lines[0]
    assert [path.name for path in tmp_path.iterdir()] == ["song.wav"]


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_nothing_of_the_users_is_lost(
    force: list[str], run: Runner, song: Path, tmp_path: Path
) -> None:
    """Inputs are safe even from --force, other files from the rest."""
    other = write(tmp_path / "other.wav", band(2, seed=1))
    os.link(other, tmp_path / "link.wav")
    contents = {path: path.read_bytes() for path in (song, other)}
    calls = [
        (song, "-o", song),
        (song, other, "-o", tmp_path),
        (song, "--reference", other, "-o", tmp_path / "link.wav"),
        (song, "-o", tmp_path / "m.wav", "--reference", other, "--plot", tmp_path / "link.wav"),
        (song, "-o", tmp_path / "m.wav", "--report", song),
    ]
    for call in calls:
        done = run("master", *call, *force)
        assert done.code in (1, 2)
        assert done.lines
        assert {path: path.read_bytes() for path in contents} == contents
    assert not list(tmp_path.glob(UNFINISHED))
    done = run("master", song, "-o", other, *force)
    assert done.code == (0 if force else 1)
    if not force:
        assert "exists and is not a master of this command (--force replaces it)" in done.lines[0]
        assert other.read_bytes() == contents[other]
    own = tmp_path / "own.wav"
    for _ in range(2):
        assert run("master", song, "-o", own).code == 0


def test_a_pipe(song: Path, tmp_path: Path) -> None:
    command = [*COMMAND, "-", "-o", str(tmp_path / "pipe.wav")]
    with subprocess.Popen(["cat", str(song)], stdout=subprocess.PIPE) as cat:
        subprocess.run(command, stdin=cat.stdout, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([*COMMAND, str(song), "-o", str(tmp_path / "file.wav")], check=True)
    assert (tmp_path / "pipe.wav").read_bytes() == (tmp_path / "file.wav").read_bytes()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_end_in_the_middle_leaves_nothing_behind(number: int, tmp_path: Path) -> None:
    songs = [write(tmp_path / f"{i}.wav", np.tile(band(30), (20, 1))) for i in range(2)]
    folder = tmp_path / "masters"
    arguments = [*map(str, songs), "-o", str(folder), "--intensity", "0", "-j", "2"]
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.DEVNULL,
        # Where the tests run in the background, the interrupt is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    until = time.monotonic() + 120
    while not list(folder.glob(UNFINISHED)) and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(number)
    assert process.wait(60) == {signal.SIGINT: 130, signal.SIGTERM: 143}[number]
    assert not list(folder.iterdir())


MEMORY = """
import sys
from auralis_dsp.cli import main
code = main(sys.argv[1:])
(peak,) = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(peak.split()[1], file=sys.stderr)
sys.exit(code)
"""


def test_memory_does_not_grow_with_length(tmp_path: Path) -> None:
    """The fingerprint's tables, which are taken at the beginning, fill up in the first hour."""
    minute = band(60, 8000)
    peaks = []
    for minutes in (3, 30):
        song = write(tmp_path / f"{minutes}.wav", np.tile(minute, (minutes, 1)), 8000, "PCM_16")
        arguments = ["master", song, "-o", tmp_path / "master.wav", "--force", "--loudness", "-10"]
        process = subprocess.run(
            [sys.executable, "-c", MEMORY, *map(str, arguments)],
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(process.stderr) / 1024)
    assert abs(peaks[1] - peaks[0]) <= 20, peaks


def test_any_format_is_a_source(run: Runner, tmp_path: Path) -> None:
    sources = [CLIP]
    for suffix in ("mp3", "flac", "m4a"):
        sources.append(tmp_path / f"{suffix}.{suffix}")
        command = ["ffmpeg", "-v", "error", "-i", str(CLIP), str(sources[-1])]
        subprocess.run(command, check=True)
    done = run("master", *sources, "-o", tmp_path / "masters", "--loudness", -18)
    assert (done.code, done.lines) == (0, [])
    for master in (tmp_path / "masters").iterdir():
        assert measured(master).loudness == pytest.approx(-18, abs=0.1)
