"""The command line on real files, readable and not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
import soundfile
from signals import CLIP

import auralis_dsp
from auralis_dsp.audio_file import open_audio
from auralis_dsp.cli import main

RATE = 44100


@pytest.fixture(scope="module")
def stereo() -> np.ndarray:
    with open_audio(CLIP) as audio:
        return np.concatenate(list(audio.blocks()))


@pytest.fixture(scope="module")
def mono(stereo: np.ndarray) -> np.ndarray:
    return stereo.mean(axis=1)


def analyze(capsys: pytest.CaptureFixture[str], *files: Path) -> list[dict]:
    assert main(["analyze", "--json", *map(str, files)]) == 0
    return json.loads(capsys.readouterr().out)


def test_analyze(capsys: pytest.CaptureFixture[str], mono: np.ndarray) -> None:
    (summary,) = analyze(capsys, CLIP)
    assert summary["duration_s"] == pytest.approx(len(mono) / RATE)
    assert (summary["sample_rate_hz"], summary["channels"]) == (RATE, 2)
    h, p = (np.sqrt(np.mean(x**2)) for x in auralis_dsp.hpss(mono, RATE))
    assert summary["harmonic_ratio"] == pytest.approx(h / (h + p))
    expected = 100 * auralis_dsp.estimate_tuning(mono, RATE)
    assert summary["tuning_cents"] == pytest.approx(expected)
    pitch = summary["pitch"]
    assert 65 < pitch["low_hz"] < pitch["median_hz"] < pitch["high_hz"] < 2200
    # A guitar that lets E and B ring.
    assert sorted(summary["chroma"], key=summary["chroma"].get)[-2:] == ["B", "E"]


def test_analyze_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyze", str(CLIP)]) == 0
    shown = capsys.readouterr().out
    for word in ("0:10.674", "44100 Hz", "harmonic", "cents", "F♯", "█"):
        assert word in shown


def test_fingerprint(capsys: pytest.CaptureFixture[str], stereo: np.ndarray) -> None:
    assert main(["fingerprint", "--json", str(CLIP)]) == 0
    (summary,) = json.loads(capsys.readouterr().out)
    expected = auralis_dsp.fingerprint(stereo, RATE)
    assert summary == {"file": str(CLIP), "version": expected.version, "values": dict(expected)}


def test_fingerprint_for_people(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "short.wav"
    soundfile.write(path, np.full(3000, 0.5), 22050)
    assert main(["fingerprint", str(CLIP), str(path)]) == 0
    shown = capsys.readouterr().out
    for word in ("lufs", "LUFS", "tempo_bpm", "120.2", "dynamics", "short.wav", "—"):
        assert word in shown
    assert main(["fingerprint", "--json", str(path), str(tmp_path / "missing.wav")]) == 1
    values = json.loads(capsys.readouterr().out)[0]["values"]
    assert values["lufs"] is None and values["stereo_width"] == 0


def test_analyze_silence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    soundfile.write(path, np.zeros(30_000), 22050)
    (summary,) = analyze(capsys, path)
    assert summary["harmonic_ratio"] is summary["pitch"] is summary["tuning_cents"] is None
    assert set(summary["chroma"].values()) == {None}
    assert main(["analyze", str(path)]) == 0
    assert "—" in capsys.readouterr().out


FORMATS = {
    "wav": {"subtype": "PCM_16"},
    "flac": {},
    "ogg": {},
    "mp3": {},
    "opus": {"format": "OGG", "subtype": "OPUS"},
}


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format(
    kind: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, stereo: np.ndarray
) -> None:
    path = tmp_path / f"clip.{kind}"
    soundfile.write(path, stereo[: 4 * 48_000], 48_000, **FORMATS[kind])
    (summary,) = analyze(capsys, path)
    assert summary["duration_s"] == pytest.approx(4, abs=0.1)
    assert (summary["sample_rate_hz"], summary["channels"]) == (48_000, 2)


def test_unreadable_files(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, stereo: np.ndarray
) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no music")
    slow = tmp_path / "slow.wav"
    soundfile.write(slow, stereo[:1000], 4000)
    empty = tmp_path / "empty.wav"
    soundfile.write(empty, stereo[:0], RATE)
    bad = [tmp_path / "missing.wav", text, tmp_path, slow, empty]
    assert main(["analyze", "--json", *map(str, bad[:3]), str(CLIP), *map(str, bad[3:])]) == 1
    captured = capsys.readouterr()
    assert [summary["file"] for summary in json.loads(captured.out)] == [str(CLIP)]
    lines = captured.err.splitlines()
    assert len(lines) == len(bad)
    for line, path in zip(lines, bad, strict=True):
        assert line.startswith(f"auralis-dsp: {path}: ")
        assert "Traceback" not in line


@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_separate(kind: str, tmp_path: Path, stereo: np.ndarray) -> None:
    folder = tmp_path / "new" / "stems"
    assert main(["separate", str(CLIP), "-o", str(folder), "--format", kind]) == 0
    names = [f"{CLIP.stem}-{part}.{kind}" for part in ("harmonic", "percussive")]
    assert sorted(path.name for path in folder.iterdir()) == names
    parts = [soundfile.read(folder / name)[0] for name in names]
    for name, part in zip(names, parts, strict=True):
        info = soundfile.info(folder / name)
        assert (info.samplerate, info.channels, info.format) == (RATE, 2, kind.upper())
        assert part.shape == stereo.shape
    assert np.abs(sum(parts) - stereo).max() < 1e-6
    for channel in range(2):
        expected = auralis_dsp.hpss(stereo[:, channel], RATE)
        for part, exact in zip(parts, expected, strict=True):
            assert np.abs(part[:, channel] - exact).max() < 1e-6


def test_separate_goes_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, stereo: np.ndarray
) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF....")
    nan = tmp_path / "nan.wav"
    soundfile.write(nan, np.full(5000, np.nan), RATE, subtype="FLOAT")
    twin = tmp_path / "other" / CLIP.name
    twin.parent.mkdir()
    twin.write_bytes(CLIP.read_bytes())
    folder = tmp_path / "stems"
    files = [str(path) for path in (broken, nan, CLIP, twin)]
    assert main(["separate", "-q", *files, "-o", str(folder)]) == 1
    assert len(list(folder.iterdir())) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[1] for line in lines] == [str(broken), str(nan), str(twin)]


def test_pitch(tmp_path: Path, mono: np.ndarray) -> None:
    target = tmp_path / "f0.csv"
    arguments = ["--fmin", "80", "--fmax", "1000", "--hop-length", "441"]
    assert main(["pitch", str(CLIP), "-o", str(target), *arguments]) == 0
    assert target.read_text().splitlines()[0] == "time_s,f0_hz"
    times, f0 = np.loadtxt(target, delimiter=",", skiprows=1).T
    np.testing.assert_allclose(times, np.arange(len(times)) * 0.01, atol=1e-7)
    expected = auralis_dsp.yin(mono, RATE, 80, 1000, hop_length=441)
    heard = np.isfinite(f0)
    assert heard.mean() > 0.9
    np.testing.assert_allclose(f0[heard], expected[heard], 1e-8)


@pytest.mark.parametrize("kind", ["npy", "csv"])
def test_chroma(kind: str, tmp_path: Path, mono: np.ndarray) -> None:
    target = tmp_path / f"chroma.{kind}"
    assert main(["chroma", str(CLIP), "-o", str(target)]) == 0
    expected = auralis_dsp.chroma_cqt(mono, RATE)
    if kind == "npy":
        assert np.array_equal(np.load(target), expected)
        return
    assert target.read_text().startswith("time_s,C,C#,D,")
    rows = np.loadtxt(target, delimiter=",", skiprows=1)
    np.testing.assert_allclose(rows[:, 0], np.arange(len(rows)) * 512 / RATE, atol=1e-7)
    np.testing.assert_allclose(rows[:, 1:].T, expected, atol=1e-8)


@pytest.mark.parametrize("command", ["chroma", "plot"])
def test_outputs_of_no_known_kind(
    command: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main([command, str(CLIP), "-o", str(tmp_path / "x.mp3")]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_plot(tmp_path: Path) -> None:
    target = tmp_path / "picture.png"
    assert main(["plot", str(CLIP), "-o", str(target)]) == 0
    picture = matplotlib.image.imread(target)
    assert picture.shape[0] > 800
    assert picture.shape[1] > 1000
    assert len(np.unique(picture.reshape(-1, picture.shape[2]), axis=0)) > 300


def test_bench() -> None:
    command = [
        sys.executable,
        "-m",
        "auralis_dsp",
        "bench",
        "--durations",
        "0.5,1",
        "--rounds",
        "1",
    ]
    done = subprocess.run(
        [*command, "--json", "--file", str(CLIP)], capture_output=True, text=True, check=True
    )
    report = json.loads(done.stdout)
    assert {"librosa", "auralis-dsp", "numpy"} <= set(report["versions"])
    assert set(report["missing"]) | set(report["versions"]) >= {"fastchroma", "aubio"}
    assert len(report["results"]) == 8
    for result in report["results"]:
        assert {"librosa", "auralis-dsp"} <= set(result["median_s"])
        assert min(result["median_s"].values()) > 0
    separation, pitch, *_ = (result["differences"]["auralis-dsp"] for result in report["results"])
    assert separation["largest / peak"] < 1e-9
    assert pitch["frames within 1e-6"] > 0.999
    assert set(report["first_call_s"]) == set(report["call_overhead_us"])


def test_bench_names_unknown_peers(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["bench", "--peers", "librosa,essentia"])
    assert exit_.value.code == 2
    assert "essentia" in capsys.readouterr().err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["--version"])
    assert exit_.value.code == 0
    assert capsys.readouterr().out == f"auralis-dsp {auralis_dsp.__version__}\n"
