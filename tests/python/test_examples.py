"""The Python examples run on a real recording."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile
from signals import CLIP

import auralis_dsp

EXAMPLES = Path(__file__).parents[2] / "examples" / "python"


def test_separate(tmp_path: Path) -> None:
    command = [sys.executable, str(EXAMPLES / "separate.py"), str(CLIP), str(tmp_path)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    parts = [soundfile.read(tmp_path / f"{part}.wav")[0] for part in ("harmonic", "percussive")]
    assert np.abs(sum(parts) - soundfile.read(CLIP)[0]).max() < 1e-6
    harmonic, percussive = shown.splitlines()
    assert harmonic.startswith("harmonic.wav rms ")
    assert harmonic.endswith("mostly E")
    assert percussive.startswith("percussive.wav rms ")


def test_master(tmp_path: Path) -> None:
    master = tmp_path / "master.wav"
    command = [sys.executable, str(EXAMPLES / "master.py"), str(CLIP), str(master)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    # A page of a terminal.
    assert len(shown.splitlines()) <= 60
    for words in ("harmonic_ratio", "tempo_bpm", "loudness −", "base −14.0", "after", "limiter"):
        assert words in shown
    after, rate = soundfile.read(master)
    assert auralis_dsp.loudness(after, rate).true_peak <= -1
