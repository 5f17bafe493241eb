"""Profile, targets and settings by their definitions, in NumPy and SciPy, for the tests.

Nothing here is shared with the library: each formula is written as docs/MASTERING.md tells it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

BANDS = ["sub_bass", "bass", "low_mid", "mid", "upper_mid", "presence", "air"]
EDGES = np.array([20, 60, 250, 500, 2000, 4000, 6000, 20000.0])
USUAL = np.array([5.6, 46.7, 19.3, 21.9, 4.3, 1.2, 1.0])
TOLERANCE = np.array([8, 4, 3, 3, 4, 6, 7.0])
BOOST = np.array([0, 3, 3, 3, 3, 3, 3.0])
CUT = np.full(7, 4.0)
OMEGA = np.array([0, 0.2, 0.25, 0.3, 0.2, 0.05, 0])
WARMTH = np.array([1.5, 1.5, 0.5, 0, -0.5, -0.5, -0.5])
BRIGHTNESS = np.array([-0.5, -0.5, 0, 0, 0.5, 1.5, 2])
CENTRES = 1000 * 2 ** ((np.arange(31) - 17) / 3)
#: Place and neutral value of the other dimensions that count.
NEUTRAL = {
    "lufs": (7, -14.0),
    "crest": (8, 14.0),
    "bass_mid": (9, 0.0),
    "density": (12, 3.5),
    "silence": (13, 0.0),
    "harmonic": (17, 0.6),
    "pitch": (18, 0.2),
    "variation": (21, 2.0),
    "width": (23, 0.2),
    "phase": (24, 0.5),
}


@dataclass
class Asked:
    loudness: float = math.nan
    peak: float = math.nan
    intensity: float = 0.7
    limiting: float = 1.5
    gain_max: float = 20.0
    warmth: float = 0.0
    brightness: float = 0.0
    punch: float = 0.0
    width: float = 0.0
    loud: float = 0.0


def third_octaves(signal: np.ndarray, sr: float) -> np.ndarray:
    n_frame = 2 ** round(math.log2(0.37 * sr))
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_frame) / n_frame)
    n, frames = len(signal), []
    k = 0
    while k * n_frame // 2 < max(1, n - n_frame // 2):
        part = signal[k * n_frame // 2 :][:n_frame]
        frames.append(np.pad(part, (0, n_frame - len(part))) * window)
        k += 1
    spectrum = np.mean(np.abs(np.fft.rfft(frames)) ** 2, axis=0)
    power = spectrum / (n_frame * np.sum(window**2))
    power[1:-1] *= 2
    bins = np.arange(n_frame // 2 + 1) * sr / n_frame
    half = sr / n_frame / 2
    levels = []
    for centre in CENTRES:
        low, high = centre * 2 ** (-1 / 6), centre * 2 ** (1 / 6)
        overlap = np.minimum(high, bins + half) - np.maximum(low, bins - half)
        total = np.sum(np.clip(overlap / (2 * half), 0, 1) * power)
        unknown = high > sr / 2 or total < 1e-20
        levels.append(math.nan if unknown else 10 * math.log10(total))
    return np.array(levels)


def sigma(x: float, a: float, b: float) -> float:
    t = np.clip((x - a) / (b - a), 0, 1)
    return 3 * t**2 - 2 * t**3


def q_of(width: float) -> float:
    w = min(max(width, 1e-4), 1 - 1e-4)
    return 10 * math.log10(w / (1 - w))


def clip(x: float, low: float, high: float) -> float:
    return min(max(x, low), high)


def _shares(v: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(v[:7]), USUAL, v[:7])


def targets(v: np.ndarray, reference: np.ndarray | None, p: Asked) -> dict[str, float]:
    value = {name: neutral if math.isnan(v[i]) else v[i] for name, (i, neutral) in NEUTRAL.items()}
    out: dict[str, float] = {}
    if math.isnan(v[7]):
        asked = p.loudness if not math.isnan(p.loudness) else -14
        peak = p.peak if not math.isnan(p.peak) else -1 - clip(asked + 14, 0, 1)
        return {"peak": peak}
    i = p.intensity
    if not math.isnan(p.loudness):
        loudness = p.loudness
    elif reference is not None:
        loudness = reference[7] + 3 * p.loud
    else:
        loudness = -14 - min(3, 0.5 * max(0, value["variation"] - 3)) + 3 * p.loud
    out["loudness"] = loudness = clip(loudness, -30, -5)
    peak = p.peak if not math.isnan(p.peak) else -1 - clip(loudness + 14, 0, 1)
    out["peak"] = peak = clip(peak, -9, 0)

    shares = _shares(v)
    r = USUAL if reference is None else np.maximum(_shares(reference), 1e-4)
    x = np.clip(10 * np.log10(np.maximum(shares, 1e-4) / r), -30, 30)
    d = x - np.sum(OMEGA * x)
    taste = p.warmth * WARMTH + p.brightness * BRIGHTNESS
    for j, band in enumerate(BANDS):
        if reference is not None:
            tone = -i * clip(d[j], -12, 12)
        else:
            most = CUT[j] if d[j] > 0 else BOOST[j]
            outside = max(0, abs(d[j]) - TOLERANCE[j])
            size = most * math.tanh(0.5 * outside / most) if most else 0
            tone = -i * np.sign(d[j]) * size
        tone += i * taste[j]
        if tone > 0:
            tone *= clip((10 * math.log10(max(shares[j], 1e-4)) + 40) / 10, 0, 1)
        limit = 6 if reference is None else 12
        out[f"tone_{band}"] = clip(tone, -limit, limit)

    true_peak = value["lufs"] + value["crest"] - 2.8
    if len(v) == 95 and not math.isnan(v[29]):
        true_peak = v[29]
    down = min(loudness - value["lufs"], p.gain_max) - (peak - true_peak)
    depth = 1 - 0.25 * sigma(value["harmonic"], 0.6, 0.9) - 0.15 * sigma(value["pitch"], 0.2, 0.6)
    rest = max(0, down - 5)
    slope = i * depth * (-0.5 * math.tanh(rest / 10) - 0.15 * max(0, p.punch))
    slope *= 1 + min(0, p.punch)
    slope += i * 0.15 * clip((9 - value["crest"]) / 4, 0, 1) * clip(-down / 3, 0, 1)
    low = slope * (1 + 0.3 * math.tanh(value["bass_mid"] / 6))
    for name, s in (("low", low), ("mid", slope), ("high", slope)):
        out[f"slope_{name}"] = clip(s, -0.5, 0.15)

    c2 = 10 ** (value["crest"] / 10)
    out["attack"] = clip(160 / c2, 3, 20)
    out["release"] = clip(2000 / c2 - out["attack"], 40, 250)

    q = q_of(value["width"])
    if reference is None:
        e = q - clip(q, -13, -3)
        total = -4 * math.tanh(e / 8) - 6 * max(0, 0.2 - value["phase"])
    else:
        width = reference[23]
        total = clip(q_of(0.2 if math.isnan(width) else width) - q, -6, 3)
    total = i * (total + 2 * p.width)
    if total > 0:
        total *= clip((q + 30) / 10, 0, 1)
    out["width"] = clip(total, -6, 3)

    q_low = -math.inf
    if len(v) == 95:
        mid, side = (np.nansum(10 ** (v[k : k + 31][CENTRES < 120] / 10)) for k in (33, 64))
        if side > 0:
            q_low = 60 if mid == 0 else clip(10 * math.log10(side / mid), -60, 60)
    out["width_low"] = -6 * i * math.tanh(max(0, q_low + 10) / 12)
    out["limiter_release"] = clip(350 / max(value["density"], 1e-9), 60, 300)
    out["limiting"] = p.limiting
    return out


def crossover(f: np.ndarray, at: float) -> np.ndarray:
    return 0.5 - 0.5 * np.cos(np.pi * np.clip(np.log2(f / at) + 0.5, 0, 1))


def weights(f: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    low, high = crossover(f, 120), crossover(f, 2500)
    return 1 - low, low * (1 - high), low * high


def through(tones: np.ndarray) -> np.ndarray:
    middles = np.log2(np.sqrt(EDGES[:-1] * EDGES[1:]))
    at = np.clip(np.log2(CENTRES), middles[0], middles[-1])
    return PchipInterpolator(middles, tones)(at)


def _matched(track: np.ndarray, ref: np.ndarray, mean: float | None) -> tuple[np.ndarray, float]:
    if np.isnan(track).all() or np.isnan(ref).all():
        raise ValueError("no level is known")
    with np.errstate(invalid="ignore"):
        known = (track >= np.nanmax(track) - 60) & (ref >= np.nanmax(ref) - 60)
    apart = ref - track
    if mean is None:
        middle = known & (CENTRES > 62) & (CENTRES < 13000)
        mean = float(np.mean(apart[middle if middle.any() else known]))
    wanted = np.empty(31)
    for b in range(31):
        up, down = range(b, 31), range(b, -1, -1)
        order = [*up, *down] if b <= 17 else [*down, *up]
        wanted[b] = apart[next(k for k in order if known[k])] - mean
    for _ in range(2):
        held = np.concatenate([wanted[:1], wanted])
        smooth = (held[:-2] + held[1:-1] + held[2:]) / 3
        wanted = np.concatenate([smooth[:8], wanted[8:]])
    return wanted, mean


def _limited(wanted: np.ndarray) -> np.ndarray:
    gains = np.clip(wanted, -12, 12)
    for _ in range(200):
        step = np.diff(gains)
        excess = step - np.clip(step, -8, 8)
        if np.all(np.abs(excess) <= 1e-6):
            break
        gains = gains + np.append(excess, 0) / 2 - np.append(0, excess) / 2
    return gains


def equalizer(
    v: np.ndarray, reference: np.ndarray | None, t: dict[str, float], p: Asked
) -> tuple[np.ndarray, np.ndarray]:
    if reference is None or len(reference) != 95:
        mid = through(np.array([t[f"tone_{band}"] for band in BANDS]))
        return mid, mid + t["width"] + t["width_low"] * weights(CENTRES)[0]
    mid_levels, side_levels = v[33:64], v[64:]
    known = (mid_levels >= np.nanmax(mid_levels) - 60) & (
        reference[33:64] >= np.nanmax(reference[33:64]) - 60
    )
    if not known.any():
        return np.zeros(31), np.zeros(31)
    taste = through(p.warmth * WARMTH + p.brightness * BRIGHTNESS)
    matched, mean = _matched(mid_levels, reference[33:64], None)
    mid = p.intensity * (matched + taste)
    try:
        matched_side = _matched(side_levels, reference[64:], mean)[0]
    except (StopIteration, ValueError):
        matched_side = matched
    with np.errstate(invalid="ignore"):
        enough = side_levels - mid_levels > -40
    side = np.where(enough, p.intensity * (matched_side + taste + 2 * p.width), mid)
    mid, side = _limited(mid), _limited(side)
    return mid, np.where(enough, np.clip(side, mid - 6, mid + 6), mid)


def settings(
    v: np.ndarray, reference: np.ndarray | None, t: dict[str, float], p: Asked
) -> np.ndarray:
    lufs = v[7]
    gain = min(t["loudness"] - lufs, p.gain_max)
    mid, side = equalizer(v, reference, t, p)
    power = np.nan_to_num(10 ** ((v[33:64] + mid) / 10)) + np.nan_to_num(
        10 ** ((v[64:] + side) / 10)
    )
    silence = 0 if math.isnan(v[13]) else v[13]
    thresholds = []
    for weight in weights(CENTRES):
        level = 10 * math.log10(np.sum(power * weight**2)) + gain - 10 * math.log10(1 - silence)
        thresholds.append(clip(level, -200, 100))
    return np.array(
        [
            float(p.intensity > 0),
            gain,
            *mid,
            *side,
            *thresholds,
            *(t[f"slope_{band}"] for band in ("low", "mid", "high")),
            *(0, 0, 0),
            t["attack"],
            t["release"],
            *(6, 6, 120, 2500, 0),
            t["peak"] - 0.03,
            *(5, 25),
            t["limiter_release"],
        ]
    )
