"""The fingerprint computed with librosa, SciPy and pyloudnorm, straight from docs/FINGERPRINT.md.

The reference that the native fingerprint is tested and timed against: plain and slow.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from itertools import pairwise

import librosa
import numpy as np
import pyloudnorm
import scipy.signal

NAMES = [
    "sub_bass_pct",
    "bass_pct",
    "low_mid_pct",
    "mid_pct",
    "upper_mid_pct",
    "presence_pct",
    "air_pct",
    "lufs",
    "crest_db",
    "bass_mid_ratio",
    "tempo_bpm",
    "rhythm_stability",
    "transient_density",
    "silence_ratio",
    "spectral_centroid",
    "spectral_rolloff",
    "spectral_flatness",
    "harmonic_ratio",
    "pitch_stability",
    "chroma_energy",
    "dynamic_range_variation",
    "loudness_variation_std",
    "peak_consistency",
    "stereo_width",
    "phase_correlation",
]
EDGES = (20, 60, 250, 500, 2000, 4000, 6000, 20000)
NAN = float("nan")
#: The least amplitude of a sine that is a sound.
LEAST = 1e-5


def fingerprint(audio: np.ndarray, sr: float) -> dict[str, float]:
    """The 25 values of audio of shape (n,) or (n, channels)."""
    channels = audio[:, np.newaxis] if audio.ndim == 1 else audio
    x = channels.mean(axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with np.errstate(all="ignore"):
            values = _of_channels(channels, sr)
            power = np.mean(channels**2)
            if np.mean(x**2) < 1e-4 * power and power >= LEAST**2 / 2:
                values["crest_db"] = _crest(
                    channels[:, np.argmax(np.max(np.abs(channels), axis=0))]
                )
            else:
                values |= _of_mean(x, sr)
    return {name: float(values.get(name, NAN)) for name in NAMES}


def harmony(x: np.ndarray, sr: float) -> dict[str, float]:
    """The three values of `HarmonicAnalyzer`."""
    level, loudest = levels(x, sr)
    return _harmony(x, sr, level >= 1e-3 * loudest)


def frame_length(sr: float) -> int:
    """As long at every rate as 2048 samples are at 44.1 kHz."""
    return 2 ** round(np.log2(2048 * sr / 44100))


def _power(x: np.ndarray, sr: float) -> tuple[np.ndarray, np.ndarray]:
    """Power without the mean of the signal, shape (bins, frames), and the frequencies."""
    n_fft = frame_length(sr)
    offset = np.mean(x) if len(x) >= n_fft else 0.0
    power = np.abs(librosa.stft(x - offset, n_fft=n_fft, hop_length=n_fft // 4)) ** 2
    return power, np.arange(len(power)) * sr / n_fft


def levels(x: np.ndarray, sr: float) -> tuple[np.ndarray, float]:
    """Root of the power of each frame from 20 Hz to 20 kHz, and that of the loudest.

    The loudest is one of those that lie wholly inside the signal, if there are any.
    """
    power, frequency = _power(x, sr)
    level = np.sqrt(power[(frequency >= 20) & (frequency < 20000)].sum(axis=0))
    n_fft = frame_length(sr)
    centres = np.arange(len(level)) * (n_fft // 4)
    inside = (centres >= n_fft // 2) & (centres + n_fft // 2 <= len(x))
    return level, float(level[inside].max() if inside.any() else level.max())


def _least_level(sr: float) -> float:
    """The level of a frame of a sine of the amplitude `LEAST`, a quarter of the rate high."""
    n_fft = frame_length(sr)
    sine = LEAST * np.sin(np.pi / 2 * np.arange(n_fft) + 0.3)
    window = scipy.signal.get_window("hann", n_fft)
    return float(np.sqrt(np.sum(np.abs(np.fft.rfft(window * sine)) ** 2)))


def _crest(x: np.ndarray) -> float:
    return 20 * np.log10(np.max(np.abs(x)) / np.sqrt(np.mean(x**2)))


def _of_channels(channels: np.ndarray, sr: float) -> dict[str, float]:
    values = _loudness(channels, sr)
    if channels.shape[1] == 1:
        silent = np.mean(channels**2) < LEAST**2 / 2
        return values | {
            "stereo_width": NAN if silent else 0.0,
            "phase_correlation": NAN if silent else 1.0,
        }
    left, right = channels[:, 0], channels[:, 1]
    mid, side = np.sum(((left + right) / 2) ** 2), np.sum(((left - right) / 2) ** 2)
    if mid + side < LEAST**2 / 2 * len(left):
        return values
    values["stereo_width"] = side / (mid + side)
    deviations = [channel - channel.mean() for channel in (left, right)]
    squares = [np.sum(d**2) for d in deviations]
    if all(s > 1e-20 * np.sum(c**2) for s, c in zip(squares, (left, right), strict=True)):
        product = np.sum(deviations[0] * deviations[1])
        values["phase_correlation"] = product / np.sqrt(squares[0] * squares[1])
    return values


def _loudness(channels: np.ndarray, sr: float) -> dict[str, float]:
    """BS.1770-4 over steps of 0.1 s; the K filter is pyloudnorm's for the rate."""
    weights = {
        4: [1, 1, 1.41, 1.41],
        5: [1, 1, 1, 1.41, 1.41],
        6: [1, 1, 1, 0, 1.41, 1.41],
        7: [1, 1, 1, 0, 1, 1.41, 1.41],
        8: [1, 1, 1, 0, 1, 1, 1.41, 1.41],
    }
    count = channels.shape[1]
    weight = np.array(weights.get(count, [1.0] * count))
    weighted = channels
    for stage in pyloudnorm.Meter(int(sr), filter_class="DeMan")._filters.values():
        weighted = scipy.signal.lfilter(stage.b, stage.a, weighted, axis=0)
    step = int(sr) // 10
    steps = len(channels) // step
    squares = (weighted[: steps * step] ** 2).reshape(steps, step, count).mean(axis=1) @ weight

    def blocks(length: int) -> np.ndarray:
        if steps < length:
            return np.zeros(0)
        return np.lib.stride_tricks.sliding_window_view(squares, length).mean(axis=1)

    def gated(energies: np.ndarray, gate: float) -> np.ndarray:
        return energies[energies > 10 ** ((gate + 0.691) / 10)]

    momentary = gated(blocks(4), -70)
    if not len(momentary):
        return {}
    integrated = _lufs(np.mean(gated(momentary, _lufs(np.mean(momentary)) - 10)))
    short = gated(gated(blocks(30), -70), integrated - 20)
    spread = np.std(_lufs(short)) if len(short) > 1 else NAN
    return {"lufs": integrated, "loudness_variation_std": spread}


def _lufs(energy: np.ndarray) -> np.ndarray:
    return 10 * np.log10(energy) - 0.691


def _of_mean(x: np.ndarray, sr: float) -> dict[str, float]:
    level, loudest = levels(x, sr)
    if loudest < _least_level(sr):
        return {"silence_ratio": 1.0}
    loud = level >= 1e-3 * loudest
    values = {"crest_db": _crest(x), "silence_ratio": np.mean(level < 1e-2 * loudest)}
    return (
        values | _spectrum(x, sr, loud) | _rhythm(x, sr) | _harmony(x, sr, loud) | _dynamics(x, sr)
    )


def _spectrum(x: np.ndarray, sr: float, loud: np.ndarray) -> dict[str, float]:
    power, frequency = _power(x, sr)
    power = np.mean(power, axis=1)

    def energy(low: float, high: float) -> float:
        if low >= sr / 2:
            return 0.0
        within = (frequency >= low) & (frequency < high)
        return power[within].sum() if within.any() else NAN

    bands = np.array([energy(*pair) for pair in pairwise(EDGES)])
    values = dict(zip(NAMES, 100 * bands / np.nansum(bands), strict=False))
    ratio = 10 * np.log10(energy(60, 250) / energy(250, 2000))
    values["bass_mid_ratio"] = np.clip(ratio, -60, 60)
    n_fft = frame_length(sr)
    within = (frequency >= 20) & (frequency <= 10000)
    magnitude = np.abs(librosa.stft(x, n_fft=n_fft, hop_length=n_fft // 4))[within]
    bins = {"S": magnitude, "freq": frequency[within]}
    centroid = librosa.feature.spectral_centroid(**bins)[0]
    rolloff = librosa.feature.spectral_rolloff(**bins)[0]
    flatness = librosa.feature.spectral_flatness(S=magnitude)[0]
    values["spectral_centroid"] = np.median(centroid[loud])
    values["spectral_rolloff"] = np.median(rolloff[loud])
    values["spectral_flatness"] = np.median(flatness[loud])
    return values


def _onset_strength(x: np.ndarray, sr: float, aggregate: Callable[..., np.ndarray]) -> np.ndarray:
    """The onset strength over the mel bands to 11,025 Hz that end below half the rate."""
    n_fft = frame_length(sr)
    frames = {"n_fft": n_fft, "hop_length": n_fft // 4}
    mel = librosa.feature.melspectrogram(y=x, sr=sr, fmax=11025, **frames)
    ends = librosa.mel_frequencies(130, fmin=0, fmax=11025)[2:]
    mel = librosa.power_to_db(mel[ends <= sr / 2 + 1e-6])
    return librosa.onset.onset_strength(S=mel, sr=sr, aggregate=aggregate, **frames)


def _rhythm(x: np.ndarray, sr: float) -> dict[str, float]:
    values = {}
    n_fft = frame_length(sr)
    hop = n_fft // 4
    timing = {"sr": sr, "hop_length": hop}
    envelope = _onset_strength(x, sr, np.mean)
    bpm = float(librosa.feature.tempo(onset_envelope=envelope, **timing)[0])
    window = int(librosa.time_to_frames(8.0, **timing))
    period = round(60 * sr / hop / bpm)
    tempogram = librosa.feature.tempogram(onset_envelope=envelope, win_length=window, **timing)
    if np.mean(tempogram, axis=1)[period] >= 1e-6 and len(envelope) >= 2 * period:
        values["tempo_bpm"] = bpm
    median = _onset_strength(x, sr, np.median)
    beats = librosa.beat.beat_track(onset_envelope=median, units="time", **timing)[1]
    if len(beats) >= 3:
        intervals = np.diff(beats)
        values["rhythm_stability"] = 1 / (1 + np.std(intervals) / np.mean(intervals))
    if len(x) >= n_fft:
        delta = max(0.07 * float(np.ptp(envelope)), 0.5)
        onsets = librosa.onset.onset_detect(
            onset_envelope=envelope, normalize=False, delta=delta, **timing
        )
        values["transient_density"] = len(onsets) * sr / len(x)
    return values


def _harmony(x: np.ndarray, sr: float, loud: np.ndarray) -> dict[str, float]:
    values = {}
    n_fft = frame_length(sr)
    hop = n_fft // 4
    parts = librosa.effects.hpss(x, n_fft=n_fft, hop_length=hop)
    harmonic, percussive = (np.sqrt(np.mean(part**2)) for part in parts)
    values["harmonic_ratio"] = harmonic / (harmonic + percussive)
    low, high = librosa.note_to_hz("C2"), librosa.note_to_hz("C7")
    if loud.sum() >= 10:
        f0 = librosa.yin(x, sr=sr, fmin=low, fmax=high, frame_length=n_fft, hop_length=hop)[loud]
        values["pitch_stability"] = 1 / (1 + 10 * np.std(f0) / np.mean(f0))
    tuning = librosa.estimate_tuning(y=x, sr=sr, n_fft=n_fft, bins_per_octave=36)
    try:
        chroma = librosa.feature.chroma_cqt(y=x, sr=sr, hop_length=hop, tuning=tuning)
    except librosa.ParameterError:  # its highest bin lies above half the sample rate
        return values
    values["chroma_energy"] = np.mean(chroma[:, loud])
    return values


def _dynamics(x: np.ndarray, sr: float) -> dict[str, float]:
    quarter = int(sr / 4)
    count = len(x) // quarter - 1
    if count < 2:
        return {}
    frames = np.lib.stride_tricks.sliding_window_view(x, 2 * quarter)[::quarter][:count]
    rms, peak = np.sqrt(np.mean(frames**2, axis=1)), np.max(np.abs(frames), axis=1)
    loud = rms >= 1e-3 * rms.max()
    if loud.sum() < 2:
        return {}
    rms, peak = rms[loud], peak[loud]
    return {
        "dynamic_range_variation": np.std(20 * np.log10(peak / rms)),
        "peak_consistency": 1 / (1 + np.std(peak) / np.mean(peak)),
    }
