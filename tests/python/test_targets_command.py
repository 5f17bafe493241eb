"""The command ``targets`` of files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

import auralis_dsp
from auralis_dsp.cli import main


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("targets")
    rng = np.random.default_rng(1)
    white = 0.05 * rng.standard_normal((4 * 44100, 2))
    red = white.cumsum(axis=0) / 20
    red -= red.mean(axis=0)
    paths = folder / "white.wav", folder / "red $x$.wav"
    for path, audio in zip(paths, (white, red), strict=True):
        soundfile.write(path, audio, 44100, "DOUBLE")
    return paths


def test_a_table_tells_each_target_and_why(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["targets", str(files[0]), "--explain", "--loudness", "-9", "--warmth", "1"]) == 0
    text = capsys.readouterr().out
    found = auralis_dsp.targets(
        auralis_dsp.profile(*soundfile.read(files[0])), loudness=-9, warmth=1
    )
    for name in found:
        (line,) = (line for line in text.splitlines() if f" {name} " in line)
        assert found.shown(name) in line and found.units[name] in line
        assert found.explain().line(name).partition(": ")[2] in line


def test_json_has_targets_explanation_and_profile(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    reference = tmp_path / "reference.json"
    track = auralis_dsp.profile(*soundfile.read(files[1]))
    reference.write_text(track.to_json())
    results = []
    for like in (reference, files[1]):
        arguments = ["targets", *map(str, files), "--reference", str(like), "--json", "--explain"]
        assert main([*arguments, "--intensity", "1"]) == 0
        results.append(json.loads(capsys.readouterr().out))
    assert results[0] == results[1]
    first, second = results[0]
    expected = auralis_dsp.targets(
        auralis_dsp.profile(*soundfile.read(files[0])), reference=track, intensity=1
    )
    assert first["file"] == str(files[0]) and first["targets"] == dict(expected)
    assert sum(first["explanation"]["tone_air"].values()) == pytest.approx(expected["tone_air"])
    assert second["targets"]["tone_air"] == 0 and len(second["profile"]) == 95


def test_a_picture_is_drawn(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib")
    picture = tmp_path / "p.png"
    arguments = ["targets", str(files[1]), "--plot", str(picture), "--reference", str(files[0])]
    assert main(arguments) == 0 == main(arguments)
    assert picture.read_bytes().startswith(b"\x89PNG")
    picture.write_bytes(b"mine")
    assert main(arguments) == 2 and picture.read_bytes() == b"mine"
    assert "p.png" in capsys.readouterr().err


def test_a_silent_and_a_missing_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: tuple[Path, Path]
) -> None:
    silent = tmp_path / "silent.wav"
    soundfile.write(silent, np.zeros(44100), 44100)
    assert main(["targets", str(silent), str(tmp_path / "none.wav"), "--json"]) == 1
    told = capsys.readouterr()
    (found,) = json.loads(told.out)
    assert found["targets"]["loudness"] is None and found["targets"]["peak"] == -1
    assert "none.wav" in told.err
    assert main(["targets", str(files[0]), "--reference", str(silent)]) == 1
    assert "a track without a loudness" in capsys.readouterr().err
