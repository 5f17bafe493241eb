"""The Python example runs on a real recording."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile
from signals import CLIP

EXAMPLE = Path(__file__).parents[2] / "examples" / "python" / "separate.py"


def test_separate(tmp_path: Path) -> None:
    command = [sys.executable, str(EXAMPLE), str(CLIP), str(tmp_path)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    parts = [soundfile.read(tmp_path / f"{part}.wav")[0] for part in ("harmonic", "percussive")]
    assert np.abs(sum(parts) - soundfile.read(CLIP)[0]).max() < 1e-6
    harmonic, percussive = shown.splitlines()
    assert harmonic.startswith("harmonic.wav rms ")
    assert harmonic.endswith("mostly E")
    assert percussive.startswith("percussive.wav rms ")
