"""Dimensions 17 to 19 of the fingerprint with librosa and NumPy, where the library cannot be used.

The definitions in docs/FINGERPRINT.md, word by word. Where librosa approximates what they name,
this does not: its constant-Q transform is off at the ends of short signals, and its median filter
reads beyond spectrograms that are shorter than the median.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._arguments import Real
from ._rates import frame_length

NAMES = ("harmonic_ratio", "pitch_stability", "chroma_energy")

#: The least amplitude of a sine that is a sound.
_LEAST = 1e-5
#: Power of the mean of the channels below which they cancel, as a share of their own.
_CANCELLED = 1e-4
_MEDIAN = 31
_N_OCTAVES, _BINS_PER_OCTAVE = 7, 36
#: What of a wavelet's spectrum is left out, as a share of its peak.
_NEGLIGIBLE = 1e-7


def harmony(librosa: Any, channels: Real, sr: float) -> dict[str, float]:
    """The three values of interleaved audio, NaN where one cannot be computed."""
    values = dict.fromkeys(NAMES, math.nan)
    x = channels.mean(axis=1)
    n_fft = frame_length(sr)
    hop = n_fft // 4
    level, loudest = _levels(librosa, x, sr, n_fft)
    cancelled = np.mean(x**2) < _CANCELLED * np.mean(channels**2)
    if cancelled or loudest < _least_level(librosa, n_fft):
        return values
    loud = level >= 1e-3 * loudest

    harmonic, percussive = (np.sqrt(np.mean(part**2)) for part in _parts(librosa, x, n_fft, hop))
    values["harmonic_ratio"] = float(harmonic / (harmonic + percussive))

    if loud.sum() >= 10:
        low, high = librosa.note_to_hz("C2"), librosa.note_to_hz("C7")
        f0 = librosa.yin(x, sr=sr, fmin=low, fmax=high, frame_length=n_fft, hop_length=hop)[loud]
        values["pitch_stability"] = float(1 / (1 + 10 * np.std(f0) / np.mean(f0)))

    tuning = librosa.estimate_tuning(y=x, sr=sr, n_fft=n_fft, bins_per_octave=_BINS_PER_OCTAVE)
    chroma = _chroma(librosa, x, sr, hop, tuning)
    if chroma is not None:
        values["chroma_energy"] = float(np.mean(chroma[:, loud]))
    return values


def _levels(librosa: Any, x: Real, sr: float, n_fft: int) -> tuple[Real, float]:
    """Root of the power of each frame from 20 Hz to 20 kHz, and that of the loudest."""
    offset = np.mean(x) if len(x) >= n_fft else 0.0
    hop = n_fft // 4
    power = np.abs(librosa.stft(x - offset, n_fft=n_fft, hop_length=hop)) ** 2
    frequency = np.arange(len(power)) * sr / n_fft
    level = np.sqrt(power[(frequency >= 20) & (frequency < 20000)].sum(axis=0))
    centre = np.arange(len(level)) * hop
    inside = (centre >= n_fft // 2) & (centre + n_fft // 2 <= len(x))
    return level, float(level[inside].max() if inside.any() else level.max())


def _least_level(librosa: Any, n_fft: int) -> float:
    """The level of a frame of the least sine, a quarter of the rate high."""
    sine = _LEAST * np.sin(np.pi / 2 * np.arange(n_fft) + 0.3)
    spectrum = np.fft.rfft(librosa.filters.get_window("hann", n_fft) * sine)
    return float(np.linalg.norm(spectrum))


def _parts(librosa: Any, x: Real, n_fft: int, hop: int) -> list[Real]:
    """Both parts of ``librosa.effects.hpss``."""
    frames = {"n_fft": n_fft, "hop_length": hop}
    spectrum = librosa.stft(x, **frames)
    if min(spectrum.shape) >= _MEDIAN:
        return list(librosa.effects.hpss(x, **frames))
    magnitude = np.abs(spectrum)
    along_time, along_frequency = _median(magnitude, 1), _median(magnitude, 0)
    back = {**frames, "dtype": x.dtype, "length": len(x)}
    masks = (
        librosa.util.softmask(one, other, power=2.0, split_zeros=True)
        for one, other in ((along_time, along_frequency), (along_frequency, along_time))
    )
    return [librosa.istft(mask * spectrum, **back) for mask in masks]


def _median(magnitude: Real, axis: int) -> Real:
    """Running median over a mirrored spectrogram of any size."""
    widths = [(0, 0), (0, 0)]
    widths[axis] = (_MEDIAN // 2, _MEDIAN // 2)
    mirrored = np.pad(magnitude, widths, mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(mirrored, _MEDIAN, axis=axis)
    median: Real = np.median(windows, axis=-1)
    return median


def _chroma(librosa: Any, x: Real, sr: float, hop: int, tuning: float) -> Real | None:
    """``librosa.feature.chroma_cqt`` by its definition; None if its bins reach too high."""
    fmin = librosa.note_to_hz("C1")
    n_bins = _N_OCTAVES * _BINS_PER_OCTAVE
    layout = {"fmin": fmin, "bins_per_octave": _BINS_PER_OCTAVE}
    frequencies = librosa.cqt_frequencies(n_bins, tuning=tuning, **layout)
    step = 2 ** (2 / _BINS_PER_OCTAVE)
    lengths, highest = librosa.filters.wavelet_lengths(
        freqs=frequencies, sr=sr, gamma=0, alpha=(step - 1) / (step + 1)
    )
    if highest > sr / 2:
        return None
    fold = librosa.filters.cq_to_chroma(n_bins, n_chroma=12, dtype=np.float64, **layout)
    chroma = np.zeros((12, 1 + len(x) // hop))
    for octave in range(_N_OCTAVES):
        bins = slice(octave * _BINS_PER_OCTAVE, (octave + 1) * _BINS_PER_OCTAVE)
        wavelets = [
            _wavelet(librosa, frequency / sr, length)
            for frequency, length in zip(frequencies[bins], lengths[bins], strict=True)
        ]
        chroma += fold[:, bins] @ _magnitudes(x, wavelets, hop)
    normalized: Real = librosa.util.normalize(chroma, norm=np.inf, axis=0)
    return normalized


def _wavelet(librosa: Any, frequency: float, length: float) -> NDArray[np.complex128]:
    """The wavelet of ``librosa.cqt`` in its scale; its middle is ``len(wavelet) // 2``."""
    n = np.arange(-length // 2, length // 2)
    window = librosa.filters.get_window("hann", len(n))
    wavelet: NDArray[np.complex128] = (
        np.sqrt(length) * window / window.sum() * np.exp(2j * np.pi * frequency * n)
    )
    return wavelet


def _magnitudes(x: Real, wavelets: list[NDArray[np.complex128]], hop: int) -> Real:
    """Absolute values of the signal convolved with each wavelet, at every hop.

    By multiplication of spectra, block after block. A product's inverse transform at every `hop`-th
    sample is that of the product folded to one `hop`-th of its length, and few of its bins count.
    """
    reach = -(-max(map(len, wavelets)) // (2 * hop)) * hop + hop
    size = 2 ** math.ceil(math.log2(8 * reach))
    n_folded, first = size // hop, reach // hop
    spectra = []
    for wavelet in wavelets:
        centred = np.zeros(size, complex)
        centred[: len(wavelet)] = wavelet
        spectrum = np.fft.fft(np.roll(centred, -int(len(wavelet) // 2 + len(wavelet) % 2)))
        kept = np.flatnonzero(np.abs(spectrum) > _NEGLIGIBLE * np.abs(spectrum).max())
        spectra.append((kept, kept % n_folded, spectrum[kept]))

    n_frames, per_block = 1 + len(x) // hop, n_folded - 2 * first
    magnitudes = np.empty((len(wavelets), n_frames))
    padded = np.concatenate([np.zeros(reach), x, np.zeros(size)])
    for begin in range(0, n_frames, per_block):
        block = np.fft.fft(padded[begin * hop :][:size])
        frames = min(per_block, n_frames - begin)
        for row, (kept, folded, spectrum) in enumerate(spectra):
            product = block[kept] * spectrum
            sums = np.bincount(folded, product.real, n_folded) + 1j * np.bincount(
                folded, product.imag, n_folded
            )
            values = np.fft.ifft(sums)[first : first + frames] / hop
            magnitudes[row, begin : begin + frames] = np.abs(values)
    return magnitudes
