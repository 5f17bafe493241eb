"""Defaults that depend on the sample rate, so that every rate can be worked on without them."""

from __future__ import annotations

import math
from typing import Any

#: Sample rates of the kernels in Hz.
LEAST_RATE, HIGHEST_RATE = 8000, 384_000
#: The seventh octave above C1 ends at 4186 Hz; above it lies half the sample rate, in Hz.
LEAST_RATE_OF_7_OCTAVES = 8400


def frame_length(rate: float) -> int:
    """Samples of a frame, a power of two: as long as 2048 samples at 44.1 kHz, at every rate."""
    rate = min(max(rate, LEAST_RATE), HIGHEST_RATE)
    return int(2 ** round(math.log2(2048 * rate / 44100)))


def hop_length(rate: float) -> int:
    """Samples between frames, a quarter of one."""
    return frame_length(rate) // 4


def octaves(rate: float) -> int:
    """Octaves of the chromagram: seven, or at low rates those that fit."""
    return 7 if rate >= LEAST_RATE_OF_7_OCTAVES else 6


def number(rate: Any) -> float:
    """The rate, or that of the defaults where it is none, which is told later."""
    try:
        value = float(rate)
    except (TypeError, ValueError):
        return 44100.0
    return value if math.isfinite(value) else 44100.0
