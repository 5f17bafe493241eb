"""The mastering chain by its definition, in NumPy: a whole signal at once, stage by stage."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.signal import fftconvolve
from scipy.special import i0

CENTRES = 1000 * 2 ** ((np.arange(31) - 17) / 3)


def chain(audio: np.ndarray, rate: int, settings: Mapping[str, float]) -> np.ndarray:
    """The output for `audio`, shape (n, channels), which lies in silence."""
    values = np.array(list(settings.values()))
    n = len(audio)
    # What the stages do before the signal begins and after it ends matters to the next ones.
    n_taps = 2 ** round(np.log2(0.37 * rate)) // 4
    step = round(rate / 1000)
    before = -(-n_taps // step) * step
    around = np.zeros((before + n + 3 * rate, audio.shape[1]))
    around[before : before + n] = audio * 10 ** (settings["gain_in"] / 20)

    stereo = audio.shape[1] == 2
    if stereo:
        left, right = around.T
        signals = [(left + right) / 2, (left - right) / 2]
    else:
        signals = list(around.T)
    eqs = [values[2:33], values[33:64] if stereo else values[2:33]]
    crossovers = settings["crossover_low"], settings["crossover_high"]
    bands = np.array(
        [
            [
                fftconvolve(x, taps(eqs[min(i, 1)], rate, n_taps, crossovers, band), "same")
                for band in range(3)
            ]
            for i, x in enumerate(signals)
        ]
    )
    mixed = dynamics(bands, step, rate, settings, stereo)
    if stereo:
        mixed = np.array([mixed[0] + mixed[1], mixed[0] - mixed[1]])
    mixed = mixed * 10 ** (settings["gain_out"] / 20)
    return limiter(mixed, rate, settings).T[before : before + n]


def taps(
    eq: np.ndarray, rate: int, n_taps: int, crossovers: tuple[float, float], band: int
) -> np.ndarray:
    """A filter of odd length, centred."""
    frequency = np.arange(4 * n_taps + 1) * rate / (8 * n_taps)
    octaves = np.log2(np.maximum(frequency, 1e-9) / 1000)
    curve = PchipInterpolator(np.log2(CENTRES / 1000), eq)
    decibels = curve(np.clip(octaves, *np.log2(CENTRES[[0, -1]] / 1000)))
    low, high = (
        0.5 - 0.5 * np.cos(np.pi * np.clip(octaves - np.log2(f / 1000) + 0.5, 0, 1))
        for f in crossovers
    )
    weight = (1 - low, low * (1 - high), low * high)[band]
    impulse = np.fft.irfft(10 ** (decibels / 20) * weight)
    centred = np.roll(impulse, n_taps // 2)[:n_taps]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_taps) / n_taps)
    return (centred * window)[1:]


def dynamics(
    bands: np.ndarray, step: int, rate: int, settings: Mapping[str, float], stereo: bool
) -> np.ndarray:
    """Bands, shape (signals, 3, n), with their gains and added."""
    n_signals, _, n = bands.shape
    steps = n // step
    mixed = np.zeros((n_signals, n))
    for b, (name, length) in enumerate(zip(("low", "mid", "high"), (21, 11, 7), strict=True)):
        squares = (bands[:, b, : steps * step] ** 2).reshape(n_signals, steps, step)
        power = squares.mean(axis=2).sum(axis=0) / (1 if stereo else n_signals)
        window = np.hanning(length + 2)[1:-1]
        level = 10 * np.log10(np.convolve(power, window / window.sum(), "same") + 1e-20)
        over = level - settings[f"threshold_{name}"]
        knee = settings["knee"]
        bent = np.where(over < knee / 2, (over + knee / 2) ** 2 / (2 * knee), over)
        bent = np.where(over < -knee / 2, 0, bent)
        goal = np.clip(settings[f"slope_{name}"] * bent, -settings["range"], settings["range"])
        gain, gains = 0.0, np.empty(steps)
        for k in range(steps):
            time = settings["attack"] if abs(goal[k]) > abs(gain) else settings["release"]
            gain += (1 - np.exp(-1000 * step / (rate * time))) * (goal[k] - gain)
            gains[k] = gain
        centres = (np.arange(steps) + 0.5) * step - 0.5
        factor = np.interp(np.arange(n), centres, 10 ** (gains / 20))
        mixed += bands[:, b] * factor * 10 ** (settings[f"makeup_{name}"] / 20)
    return mixed


def peaks(x: np.ndarray, rate: int) -> np.ndarray:
    """The highest peak from the sample before each sample to the one after it."""
    factor = 4 if rate < 96_000 else 2 if rate < 192_000 else 1
    at = np.arange(-23, 25)
    padded = np.pad(x, (23, 25))
    fine = np.zeros(factor * (len(x) + 1))
    for phase in range(factor):
        t = at - phase / factor
        filter_ = np.sinc(t) * i0(8 * np.sqrt(np.maximum(1 - (t / 24) ** 2, 0))) / i0(8)
        filter_ /= filter_.sum()
        fine[phase::factor] = np.correlate(padded, filter_, "valid")[: len(x) + 1]
    a, b, c = np.roll(fine, 1), fine, np.roll(fine, -1)
    with np.errstate(divide="ignore", invalid="ignore"):
        way, bend = c - a, 2 * b - a - c
        vertex = np.abs(b + way**2 / (8 * bend))
        height = np.where(np.abs(way) <= 2 * np.abs(bend), np.fmax(vertex, np.abs(b)), np.abs(b))
    points, heights = np.abs(fine), height
    found = np.zeros(len(x))
    for i in range(len(x)):
        first, last = factor * (i - 1), factor * (i + 1)
        found[i] = max(
            heights[max(first + 1, 0) : last].max(initial=0), points[max(first, 0)], points[last]
        )
    return found


def limiter(x: np.ndarray, rate: int, settings: Mapping[str, float]) -> np.ndarray:
    """Channels, shape (channels, n), below the ceiling."""
    ceiling = 10 ** (settings["ceiling"] / 20)
    peak = np.max([peaks(channel, rate) for channel in x], axis=0)
    need = 1 - np.minimum(1, ceiling / np.maximum(peak, 1e-300))
    average = int(rate * settings["lookahead"] / 2000 + 0.5)
    covered = 2 * average - 1
    held = covered + int(rate * settings["hold"] / 1000 + 0.5)
    padded = np.concatenate([np.zeros(held - 1), need, np.zeros(covered - 1)])
    largest = np.lib.stride_tricks.sliding_window_view(padded, held).max(axis=1)
    approach = 1 - np.exp(-1000 / (rate * settings["limiter_release"]))
    released = np.empty(len(largest))
    r = 0.0
    for i, m in enumerate(largest):
        r = m if m >= r else r + approach * (m - r)
        r = 0.0 if r < 1e-9 else r
        released[i] = r
    mean = np.ones(average) / average
    smooth = np.convolve(np.convolve(released, mean), mean)[: len(released)]
    return x * (1 - smooth[covered - 1 :])
