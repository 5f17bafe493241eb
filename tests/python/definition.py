"""The constant-Q transform and its chroma by definition, at the full rate, without shortcuts.

Each wavelet is the one of ``librosa.filters.wavelet`` (Hann, norm 1) times the square root of its
length. ``librosa.cqt`` multiplies the frame's spectrum by the wavelet's, not by its conjugate, so a
coefficient is the *convolution* of signal and wavelet at t * hop, evaluated here with one FFT
convolution per bin. librosa's own transform approximates this by resampling and sparse filters.
"""

from __future__ import annotations

import librosa
import numpy as np
import scipy.fft

C1 = 32.70319566257483


def frequencies(n_bins: int, fmin: float, bins_per_octave: int, tuning: float) -> np.ndarray:
    """Centre frequencies in Hz, as ``librosa.vqt`` computes them."""
    octaves = int(np.ceil(n_bins / bins_per_octave))
    ratios = 2.0 ** (np.arange(bins_per_octave, dtype=float) / bins_per_octave)
    ratios = np.multiply.outer(2.0 ** np.arange(octaves), ratios).flatten()[:n_bins]
    return ratios * (fmin * 2.0 ** (tuning / bins_per_octave))


def relative_bandwidth(freqs: np.ndarray, bins_per_octave: int) -> np.ndarray:
    """The reciprocal of Q, per bin."""
    if len(freqs) == 1:
        r = 2.0 ** (2 / bins_per_octave)
        return np.array([(r - 1) / (r + 1)])
    return librosa.filters._relative_bandwidth(freqs=freqs)


def wavelet(frequency: float, sr: float, length: float) -> tuple[np.ndarray, int]:
    """The wavelet times sqrt(length), and the time of its first sample relative to the centre."""
    first = int(-length // 2)
    n = np.arange(-length // 2, length // 2, dtype=float)
    window = librosa.filters.get_window("hann", len(n))
    return np.sqrt(length) * window * np.exp(2j * np.pi * frequency / sr * n) / window.sum(), first


def cqt_definition(
    y: np.ndarray,
    sr: float = 44100,
    *,
    hop_length: int = 512,
    fmin: float = C1,
    n_bins: int = 84,
    bins_per_octave: int = 12,
    tuning: float = 0.0,
    filter_scale: float = 1.0,
    pad_mode: str = "constant",
) -> np.ndarray:
    """Complex coefficients, shape (n_bins, 1 + len(y) // hop_length)."""
    y = np.asarray(y, dtype=np.float64)
    freqs = frequencies(n_bins, fmin, bins_per_octave, tuning)
    lengths = filter_scale / relative_bandwidth(freqs, bins_per_octave) * sr / freqs
    margin = int(np.ceil(lengths.max() / 2)) + 2
    reach = int(np.ceil(lengths.max() / 2))
    if pad_mode == "constant":
        padded = np.pad(y, margin)
    else:
        padded = np.pad(np.pad(y, reach, mode=pad_mode), margin - reach)
    centres = margin + hop_length * np.arange(1 + len(y) // hop_length)
    size = scipy.fft.next_fast_len(len(padded) + 2 * margin)
    spectrum = scipy.fft.fft(padded, size)
    out = np.empty((n_bins, len(centres)), dtype=complex)
    for k in range(n_bins):
        samples, first = wavelet(freqs[k], sr, lengths[k])
        whole = scipy.fft.ifft(spectrum * scipy.fft.fft(samples, size))
        out[k] = whole[(centres - first) % size]
    return out


def chroma_definition(
    y: np.ndarray,
    sr: float = 44100,
    *,
    hop_length: int = 512,
    fmin: float = C1,
    norm: float | None = np.inf,
    tuning: float = 0.0,
    n_chroma: int = 12,
    n_octaves: int = 7,
    bins_per_octave: int = 36,
    pad_mode: str = "constant",
) -> np.ndarray:
    """``librosa.feature.chroma_cqt`` of :func:`cqt_definition`, shape (n_chroma, n_frames)."""
    magnitudes = np.abs(
        cqt_definition(
            y,
            sr,
            hop_length=hop_length,
            fmin=fmin,
            n_bins=n_octaves * bins_per_octave,
            bins_per_octave=bins_per_octave,
            tuning=tuning,
            pad_mode=pad_mode,
        )
    )
    fold = librosa.filters.cq_to_chroma(
        len(magnitudes),
        bins_per_octave=bins_per_octave,
        n_chroma=n_chroma,
        fmin=fmin,
        dtype=np.float64,
    )
    return librosa.util.normalize(fold @ magnitudes, norm=norm, axis=0)
