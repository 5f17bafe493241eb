"""A corpus of made-up tracks that differ in everything the fingerprint describes."""

from __future__ import annotations

from functools import cache

import numpy as np
import scipy.signal

RATE = 22050
SECONDS = 6
COUNT = 36


@cache
def track(number: int, seconds: float = SECONDS, rate: int = RATE) -> np.ndarray:
    """Track `number`, shape (n, 2)."""
    rng = np.random.default_rng(number)
    n = int(seconds * rate)
    sounds = [_drums, _melody, _pad, _hiss, _voice, _bass]
    layers = rng.choice(sounds, size=rng.integers(1, 4), replace=False)
    mix = np.zeros((n, 2))
    for layer in layers:
        sound = layer(n, rate, rng)
        sound /= np.max(np.abs(sound)) + 1e-12
        mix += rng.uniform(0.05, 1) * _placed(sound, rng)
    mix *= _swell(n, rate, rng)[:, np.newaxis]
    level = 10 ** rng.uniform(-1.5, 0)
    mix *= level / np.max(np.abs(mix))
    if number % 5 == 0:  # limited, as loud masters are
        mix = np.tanh(4 * mix) / 2
    return mix + 1e-5 * rng.standard_normal(mix.shape)


def _placed(sound: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A sound somewhere between the loudspeakers, with some space around it."""
    balance, space = rng.uniform(0.02, 1), rng.uniform(0, 1.5)
    far = np.roll(sound, int(rng.integers(20, 400))) * rng.choice([1, -1])
    sides = [rng.choice([1, -1], p=[0.8, 0.2]) * balance * sound, space * far + sound]
    return np.column_stack(sides if rng.random() < 0.5 else sides[::-1])


def _swell(n: int, rate: int, rng: np.random.Generator) -> np.ndarray:
    """Louder and softer, sometimes with a pause."""
    t = np.arange(n) / rate
    decibels = rng.uniform(0, 15) * np.sin(2 * np.pi * rng.uniform(0.05, 0.6) * t + phase_of(rng))
    curve = 10 ** (decibels / 20)
    if rng.random() < 0.4:
        start = int(rng.uniform(0.2, 0.6) * n)
        curve[start : start + int(rng.uniform(0.05, 0.3) * n)] *= 1e-3
    return curve


def phase_of(rng: np.random.Generator) -> float:
    return rng.uniform(0, 2 * np.pi)


def _drums(n: int, rate: int, rng: np.random.Generator) -> np.ndarray:
    beat = 60 / rng.uniform(70, 180)
    out = np.zeros(n)
    time, swing = 0.0, rng.uniform(0, 0.25)
    while time < n / rate:
        start = int(time * rate)
        length = min(n - start, int(rng.uniform(0.05, 0.3) * rate))
        decay = np.exp(-np.arange(length) / rate * rng.uniform(15, 60))
        tone = np.sin(2 * np.pi * rng.uniform(50, 400) * np.arange(length) / rate)
        hit = rng.uniform(0, 1) * rng.standard_normal(length) + rng.uniform(0, 2) * tone
        out[start : start + length] += rng.uniform(0.4, 1) * decay * hit
        time += beat * (1 + swing * rng.standard_normal() / 3)
    return out


def _melody(n: int, rate: int, rng: np.random.Generator) -> np.ndarray:
    duration, base = rng.uniform(0.12, 0.8), rng.uniform(90, 700)
    scale = np.array([0, 2, 4, 7, 9, 12])
    out = np.zeros(n)
    for start in range(0, n, int(duration * rate)):
        length = min(n - start, int(duration * rate))
        t = np.arange(length) / rate
        frequency = base * 2 ** (rng.choice(scale) / 12)
        tone = sum(
            np.sin(2 * np.pi * h * frequency * t) / h ** rng.uniform(0.5, 2) for h in range(1, 6)
        )
        out[start : start + length] = np.minimum(t / 0.01, 1) * np.exp(-t * 3) * tone
    return out


def _pad(n: int, rate: int, rng: np.random.Generator) -> np.ndarray:
    t = np.arange(n) / rate
    root = rng.uniform(60, 300)
    chord = root * 2 ** (np.array([0, rng.choice([3, 4]), 7]) / 12)
    return sum(np.sin(2 * np.pi * f * t + phase_of(rng)) for f in chord)


def _hiss(n: int, rate: int, rng: np.random.Generator) -> np.ndarray:
    low = rng.uniform(30, 3000)
    high = min(low * rng.uniform(1.5, 30), 0.45 * rate)
    sections = scipy.signal.butter(2, [low, high], "bandpass", fs=rate, output="sos")
    return scipy.signal.sosfilt(sections, rng.standard_normal(n))


def _bass(n: int, rate: int, rng: np.random.Generator) -> np.ndarray:
    """A low tone with a buzz far above it."""
    t = np.arange(n) / rate
    low = np.sin(2 * np.pi * rng.uniform(30, 120) * t + phase_of(rng))
    return low + rng.uniform(0, 0.5) * np.sin(2 * np.pi * rng.uniform(1500, 9000) * t)


def _voice(n: int, rate: int, rng: np.random.Generator) -> np.ndarray:
    t = np.arange(n) / rate
    glide = rng.uniform(0.01, 0.4) * np.sin(2 * np.pi * rng.uniform(0.3, 5) * t)
    phase = 2 * np.pi * np.cumsum(rng.uniform(100, 400) * 2**glide) / rate
    loud = np.clip(np.sin(2 * np.pi * rng.uniform(1, 4) * t) + 0.5, 0.02, 1)
    return loud * sum(np.sin(h * phase) / h for h in range(1, 12))
