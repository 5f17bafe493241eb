"""Signals that the tests compare on, made from a name, a length and a sample rate."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import librosa
import numpy as np
import soundfile

CLIP = Path(__file__).parents[1] / "data" / "guitar-tabla.ogg"
NAMES = ("tone", "chord", "sweep", "clicks", "noise", "speech", "clip", "offset silence")


def signal(name: str, n: int, rate: int) -> np.ndarray:
    """`n` samples of the signal `name`."""
    t = np.arange(n) / rate
    rng = np.random.default_rng(n + rate)
    if name == "tone":
        return 0.5 * np.sin(2 * np.pi * 261.3 * t)
    if name == "chord":
        return sum(np.sin(2 * np.pi * f * t + f) for f in (220.0, 277.2, 329.6, 441.7)) / 5
    if name == "sweep":
        seconds = max(n / rate, 1e-9)
        rise = np.log(3000 / 60) / seconds
        return 0.7 * np.sin(2 * np.pi * 60 / rise * np.expm1(rise * t))
    if name == "clicks":
        clicks = np.zeros(n)
        clicks[:: max(rate // 7, 1)] = 0.9
        return clicks + 1e-4 * rng.standard_normal(n)
    if name == "noise":
        return 0.2 * rng.standard_normal(n)
    if name == "speech":
        return _speech(t, rng)
    if name == "clip":
        return np.resize(clip(rate), n)
    return np.full(n, 0.25)


def _speech(t: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A gliding voice of eight harmonics, with pauses and breath."""
    f0 = 140 + 40 * np.sin(2 * np.pi * 1.3 * t)
    phase = 2 * np.pi * np.cumsum(f0) * (t[1] if len(t) > 1 else 0)
    voice = sum(np.sin(k * phase) / k for k in range(1, 9))
    loud = np.clip(np.sin(2 * np.pi * 2.1 * t + 0.3) + 0.4, 0, 1)
    return 0.3 * voice * loud + 0.01 * rng.standard_normal(len(t))


@cache
def clip(rate: int) -> np.ndarray:
    """The recording in tests/data as mono at `rate`."""
    samples, original = soundfile.read(CLIP)
    mono = np.ascontiguousarray(samples.mean(axis=1))
    if rate == original:
        return mono
    return librosa.resample(mono, orig_sr=original, target_sr=rate, res_type="polyphase")
