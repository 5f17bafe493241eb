"""Numbers about a whole clip that several commands show."""

from __future__ import annotations

import math

import numpy as np

from .. import chroma_cqt, estimate_tuning, hpss, yin
from ._files import Mono

PITCH_CLASSES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
#: Range of the pitch search in Hz, C2 to C7.
PITCH_RANGE = (65.40639132514966, 2093.004522404789)
FRAME, HOP = 2048, 512
#: The seventh octave above C1 ends at 4186 Hz; above it lies half the sample rate, in Hz.
LEAST_RATE_OF_7_OCTAVES = 8400


def analyze(clip: Mono) -> dict[str, object]:
    """The summary of a clip. What silence or shortness leaves undefined is None."""
    audible = ~silent_frames(clip.samples)
    tuning = float(estimate_tuning(clip.samples, clip.rate))
    chroma = chromagram(clip)[:, audible]
    profile = chroma.mean(axis=1) if chroma.size else np.full(12, np.nan)
    return {
        "duration_s": clip.duration,
        "sample_rate_hz": clip.rate,
        "channels": clip.channels,
        "harmonic_ratio": _harmonic_ratio(clip),
        "pitch": _pitch(clip, audible),
        "tuning_cents": 100 * tuning if audible.any() else None,
        "chroma": {
            name: None if math.isnan(value) else float(value)
            for name, value in zip(PITCH_CLASSES, profile, strict=True)
        },
    }


def chromagram(clip: Mono) -> np.ndarray:
    """Pitch classes every `HOP` samples, over seven octaves or, at low rates, those that fit."""
    n_octaves = 7 if clip.rate >= LEAST_RATE_OF_7_OCTAVES else 6
    return chroma_cqt(clip.samples, clip.rate, hop_length=HOP, n_octaves=n_octaves)


def pitch_track(clip: Mono, fmin: float, fmax: float) -> np.ndarray:
    """Frequencies every `HOP` samples, from frames that at high rates grow to hold a period."""
    frame = FRAME
    while clip.rate / fmin >= frame - 1:
        frame *= 2
    return yin(clip.samples, clip.rate, fmin, fmax, frame_length=frame, hop_length=HOP)


def note_name(frequency: float) -> str:
    """Name of the nearest note of equal temperament and the distance to it, as ``A4 +3 ct``."""
    semitones = 69 + 12 * math.log2(frequency / 440)
    nearest = round(semitones)
    cents = round(100 * (semitones - nearest))
    return f"{PITCH_CLASSES[nearest % 12]}{nearest // 12 - 1} {cents:+d} ct"


def silent_frames(samples: np.ndarray) -> np.ndarray:
    """Frames (2048 every 512, centred) more than 60 dB below the loudest, or all of silence."""
    energy = np.concatenate([[0.0], np.cumsum(np.square(samples))])
    centres = np.arange(1 + len(samples) // HOP) * HOP
    starts = np.clip(centres - FRAME // 2, 0, len(samples))
    ends = np.clip(centres + FRAME // 2, 0, len(samples))
    power = (energy[ends] - energy[starts]) / FRAME
    loudest = power.max()
    return (power <= loudest * 1e-6) | (loudest <= 1e-20)


def _harmonic_ratio(clip: Mono) -> float | None:
    harmonic, percussive = (math.sqrt(np.mean(np.square(x))) for x in hpss(clip.samples, clip.rate))
    total = harmonic + percussive
    return harmonic / total if total > 0 else None


def _pitch(clip: Mono, audible: np.ndarray) -> dict[str, float] | None:
    f0 = pitch_track(clip, *PITCH_RANGE)[audible]
    if not f0.size:
        return None
    low, median, high = np.percentile(f0, [10, 50, 90])
    return {"median_hz": float(median), "low_hz": float(low), "high_hz": float(high)}
