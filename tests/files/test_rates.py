"""Every command with its defaults at every sample rate from 8 to 384 kHz."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from auralis_dsp.cli._music import frame_length, hop_length

from .commands import Runner
from .making import write

RATES = [
    8000,
    11_025,
    12_000,
    16_000,
    22_050,
    32_000,
    44_100,
    48_000,
    88_200,
    96_000,
    192_000,
    384_000,
]


@pytest.mark.parametrize("rate", RATES)
def test_a_sine_of_440_hz(rate: int, run: Runner, tmp_path: Path) -> None:
    t = np.arange(2 * rate) / rate
    path = write(tmp_path / "a4.wav", 0.3 * np.sin(2 * np.pi * 440 * t), rate, subtype="PCM_24")
    assert run("pitch", path, "-o", tmp_path / "f0.csv").code == 0
    times, f0 = np.loadtxt(tmp_path / "f0.csv", delimiter=",", skiprows=1).T
    assert np.nanmedian(f0) == pytest.approx(440, abs=2)
    assert times[1] == pytest.approx(hop_length(rate) / rate)
    assert 0.033 < frame_length(rate) / rate < 0.066
    assert run("chroma", path, "-o", tmp_path / "chroma.npy").code == 0
    chroma = np.load(tmp_path / "chroma.npy")
    assert chroma.mean(axis=1).argmax() == 9
    assert chroma.shape[1] == len(times)
    (summary,) = json.loads(run("analyze", "--json", path).out)
    assert summary["pitch"]["median_hz"] == pytest.approx(440, abs=2)
    assert summary["harmonic_ratio"] > 0.9
    assert abs(summary["tuning_cents"]) <= 4
    assert run("fingerprint", path).code == 0
    assert run("separate", path, "-o", tmp_path, "-q").code == 0
    assert run("plot", path, "-o", tmp_path / "p.png").code == 0
    assert run.row(path)["status"] == "ok"


def test_frames_at_the_usual_rates_have_2048_samples() -> None:
    assert {frame_length(rate) for rate in (32_000, 44_100, 48_000, 60_000)} == {2048}


@pytest.mark.parametrize("level", [0.0, 1e-7])
@pytest.mark.parametrize("offset", [0.0, 0.2])
def test_silence_has_no_pitch(level: float, offset: float, run: Runner, tmp_path: Path) -> None:
    """An offset (DC) is no sound either."""
    noise = level * np.random.default_rng(0).standard_normal(30_000)
    path = write(tmp_path / "silence.wav", offset + noise, subtype="DOUBLE")
    assert run("pitch", path, "-o", tmp_path / "f0.csv").code == 0
    assert np.isnan(np.loadtxt(tmp_path / "f0.csv", delimiter=",", skiprows=1)[:, 1]).all()
    (summary,) = json.loads(run("analyze", "--json", path).out)
    assert summary["pitch"] is summary["tuning_cents"] is None


def test_pitch_and_analyze_pass_over_the_same_frames(run: Runner, tmp_path: Path) -> None:
    rate = 22_050
    t = np.arange(2 * rate) / rate
    x = np.sin(2 * np.pi * 300 * t) * np.where(t < 1, 0.5, 1e-5)
    path = write(tmp_path / "half.wav", x, rate, subtype="DOUBLE")
    assert run("pitch", path, "-o", tmp_path / "f0.csv").code == 0
    times, f0 = np.loadtxt(tmp_path / "f0.csv", delimiter=",", skiprows=1).T
    assert np.isnan(f0[times > 1.1]).all()
    assert np.isfinite(f0[times < 0.9]).all()
    (summary,) = json.loads(run("analyze", "--json", path).out)
    assert summary["pitch"]["low_hz"] == pytest.approx(300, abs=2)


def test_a_low_pitch_gets_longer_frames(run: Runner, tmp_path: Path) -> None:
    rate = 44_100
    t = np.arange(rate) / rate
    path = write(tmp_path / "low.wav", 0.5 * np.sign(np.sin(2 * np.pi * 30 * t)), rate)
    assert run("pitch", path, "-o", tmp_path / "f0.csv", "--fmin", "16").code == 0
    f0 = np.loadtxt(tmp_path / "f0.csv", delimiter=",", skiprows=1)[:, 1]
    assert np.nanmedian(f0) == pytest.approx(30, abs=0.3)
