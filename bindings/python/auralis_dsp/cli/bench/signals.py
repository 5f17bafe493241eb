"""Signals to measure on."""

from __future__ import annotations

import numpy as np

#: Roots of the chords of the made-up piece, in semitones above A2.
_ROOTS = (0, 5, 7, 3)
_CHORD = (0, 7, 12, 16)


def repeated(samples: np.ndarray, n: int) -> np.ndarray:
    """`n` samples of a recording, begun again as often as needed."""
    return np.resize(samples, n)


def made_up(n: int, rate: int) -> np.ndarray:
    """A piece of chords that change every second, with a noise burst twice a second."""
    t = np.arange(n) / rate
    bar = (t.astype(int) % len(_ROOTS)).astype(int)
    roots = np.take(_ROOTS, bar)
    piece = np.zeros(n)
    for step in _CHORD:
        phase = 2 * np.pi * np.cumsum(110 * 2 ** ((roots + step) / 12)) / rate
        for harmonic in range(1, 5):
            piece += np.sin(harmonic * phase) / harmonic**1.5
    rng = np.random.default_rng(1)
    beat = np.exp(-((t % 0.5) / 0.02))
    piece += 2 * beat * rng.standard_normal(n) + 0.01 * rng.standard_normal(n)
    music: np.ndarray = 0.8 * piece / np.abs(piece).max()
    return music
