"""The ctypes example runs on a real recording."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile

import auralis_dsp
from auralis_dsp import _native

ROOT = Path(__file__).parents[2]
CLIP = ROOT / "tests" / "data" / "guitar-tabla.wav"


def test_separate() -> None:
    (library,) = Path(_native.__file__).parent.glob("*.so")
    command = [
        sys.executable,
        str(ROOT / "examples" / "ctypes" / "separate.py"),
        str(library),
        str(CLIP),
    ]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    ratio, difference, refused = (line.split(" ", 1)[1] for line in shown.splitlines())
    harmonic, percussive = auralis_dsp.hpss(*soundfile.read(CLIP))
    level = np.sqrt((harmonic**2).sum())
    assert abs(float(ratio) - level / (level + np.sqrt((percussive**2).sum()))) < 1e-6
    assert float(difference) < 1e-12
    assert refused == "audio[1] is NaN; allowed: finite samples"
