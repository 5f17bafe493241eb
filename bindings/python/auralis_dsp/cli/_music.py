"""Numbers about a whole clip that several commands show."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .. import chroma_cqt, estimate_tuning, hpss, yin
from .._channels import CANCEL_TEXT
from .._rates import frame_length, hop_length, octaves
from ._files import Mono

PITCH_CLASSES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
#: Range of the pitch search in Hz, C2 to C7.
PITCH_RANGE = (65.40639132514966, 2093.004522404789)
#: A sine of this amplitude has the least power that counts as sound.
_LEAST_AMPLITUDE = 1e-5
#: Share of the loudest frame's power, −60 dB, up to which a frame is silent.
_SILENCE = 1e-6
_RATE_OF_LIBROSAS_FRAMES = 96_000


def analyze(clip: Mono) -> dict[str, object]:
    """The summary of a clip. What silence or shortness leaves undefined is None."""
    audible = ~silent_frames(clip.samples, frame_length(clip.rate), hop_length(clip.rate))
    if clip.cancels:
        audible[:] = False
    tuning = _tuning(clip) if audible.any() else None
    chroma = chromagram(clip)[:, audible]
    profile = chroma.mean(axis=1) if chroma.size else np.full(12, np.nan)
    summary: dict[str, object] = {
        "duration_s": clip.duration,
        "sample_rate_hz": clip.rate,
        "channels": clip.channels,
        "harmonic_ratio": _harmonic_ratio(clip) if audible.any() else None,
        "pitch": _pitch(clip, audible),
        "tuning_cents": tuning,
        "chroma": {
            name: None if math.isnan(value) else float(value)
            for name, value in zip(PITCH_CLASSES, profile, strict=True)
        },
    }
    if clip.cancels:
        summary["note"] = CANCEL_TEXT
    if clip.damage is not None:
        summary["damage"] = clip.damage
    return summary


def chromagram(clip: Mono) -> NDArray[np.float64]:
    """Pitch classes of every frame."""
    hop = hop_length(clip.rate)
    return chroma_cqt(clip.samples, clip.rate, hop_length=hop, n_octaves=octaves(clip.rate))


def pitch_frame(rate: float, fmin: float) -> int:
    """Samples of a frame for a pitch search down to `fmin`: longer if a period would not fit."""
    frame = frame_length(rate)
    while 0 < fmin <= rate / (frame - 1):
        frame *= 2
    return frame


def pitch_track(
    clip: Mono, fmin: float, fmax: float, frame: int | None = None, hop: int | None = None
) -> NDArray[np.float64]:
    """Frequency of every frame in Hz, NaN where there is silence."""
    frame = pitch_frame(clip.rate, fmin) if frame is None else frame
    hop = hop_length(clip.rate) if hop is None else hop
    f0 = yin(clip.samples, clip.rate, fmin, fmax, frame_length=frame, hop_length=hop)
    f0[silent_frames(clip.samples, frame, hop)] = np.nan
    return f0


def note_name(frequency: float) -> str:
    """Name of the nearest note of equal temperament and the distance to it, as ``A4 +3 ct``."""
    semitones = 69 + 12 * math.log2(frequency / 440)
    nearest = round(semitones)
    cents = round(100 * (semitones - nearest))
    return f"{PITCH_CLASSES[nearest % 12]}{nearest // 12 - 1} {cents:+d} ct"


def silent_frames(samples: NDArray[np.float64], frame: int, hop: int) -> NDArray[np.bool_]:
    """Centred frames more than 60 dB below the loudest, or all of them in silence.

    An offset (DC) is no sound.
    """
    centres = np.arange(1 + len(samples) // hop) * hop
    starts = np.clip(centres - frame // 2, 0, len(samples))
    ends = np.clip(centres + frame // 2, 0, len(samples))
    sums, squares = (
        np.concatenate([[0.0], np.cumsum(values)]) for values in (samples, np.square(samples))
    )
    counts = np.maximum(ends - starts, 1)
    offset = (sums[ends] - sums[starts]) / counts
    power = (squares[ends] - squares[starts] - counts * offset**2) / frame
    loudest = power.max()
    silent: NDArray[np.bool_] = power <= max(loudest * _SILENCE, _LEAST_AMPLITUDE**2 / 2)
    return silent


def _tuning(clip: Mono) -> float:
    """Cents from A4 = 440 Hz."""
    samples, rate = clip.samples, float(clip.rate)
    # Up to this rate the frames of `estimate_tuning` are librosa's, 2048 samples; of the mean of
    # neighbours they last as long as at 44.1 kHz. It looks at pitches far below.
    if rate <= _RATE_OF_LIBROSAS_FRAMES and frame_length(rate) > 2048 and len(samples) > 1:
        samples, rate = samples[: len(samples) // 2 * 2].reshape(-1, 2).mean(axis=1), rate / 2
    return round(100 * float(estimate_tuning(samples, rate)), 6)


def _harmonic_ratio(clip: Mono) -> float | None:
    parts = hpss(clip.samples, clip.rate, n_fft=frame_length(clip.rate))
    harmonic, percussive = (math.sqrt(np.mean(np.square(part))) for part in parts)
    total = harmonic + percussive
    return harmonic / total if total > 0 else None


def _pitch(clip: Mono, audible: NDArray[np.bool_]) -> dict[str, float] | None:
    if not audible.any():
        return None
    f0 = pitch_track(clip, *PITCH_RANGE)
    f0 = f0[np.isfinite(f0)]
    if not f0.size:
        return None
    low, median, high = np.percentile(f0, [10, 50, 90])
    return {"median_hz": float(median), "low_hz": float(low), "high_hz": float(high)}
