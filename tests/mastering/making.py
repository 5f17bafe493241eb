"""Music for masters, and meters that are not ours."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

CLIP = Path(__file__).parents[1] / "data" / "guitar-tabla.ogg"


@cache
def clip() -> tuple[np.ndarray, int]:
    """The recording in tests/data: samples, shape (n, 2), and rate."""
    return soundfile.read(CLIP)


def band(seconds: float, rate: int = 44100, channels: int = 2, seed: int = 0) -> np.ndarray:
    """Bass, chords and a kit that grow louder and softer, different for every seed."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate)) / rate
    beat = t * rng.uniform(1.6, 2.4) % 1
    bass = np.sin(2 * np.pi * rng.uniform(45, 90) * t) * np.exp(-3 * beat)
    chord = sum(np.sin(2 * np.pi * f * t) for f in rng.uniform(200, 900, 3)) / 6
    swell = 0.5 + 0.4 * np.sin(2 * np.pi * t / 9)
    hits = np.exp(-60 * ((beat + 0.5) % 1))
    parts = [
        0.3 * bass + swell * chord * rng.uniform(0.5, 1) + 0.25 * hits * rng.normal(size=len(t))
        for _ in range(channels)
    ]
    return 0.25 * np.stack(parts, axis=1)


def write(path: Path, audio: np.ndarray, rate: int = 44100, subtype: str = "PCM_24") -> Path:
    soundfile.write(path, audio, rate, subtype=subtype)
    return path


class Measured(NamedTuple):
    loudness: float
    range: float
    true_peak: float


def measured(path: Path) -> Measured:
    """What FFmpeg's ebur128 makes of a file, to three decimals."""
    filters = "ebur128=peak=true:metadata=1,ametadata=print:file=-"
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-af", filters, "-f", "null", "-"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def latest(name: str) -> list[float]:
        return [float(x) for x in re.findall(rf"lavfi\.r128\.{name}=(-?[\d.]+|-?inf|nan)", shown)]

    peaks = [max(latest(f"true_peaks_ch{i}"), default=0.0) for i in range(2)]
    peak = max(peaks)
    return Measured(
        latest("I")[-1], latest("LRA")[-1], 20 * np.log10(peak) if peak > 0 else -np.inf
    )
