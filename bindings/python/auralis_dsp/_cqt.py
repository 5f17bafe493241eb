"""Constant-Q transform, chromagram and the tuning they start from."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._arguments import (
    Audio,
    Real,
    as_audio,
    cached,
    choice,
    count,
    each_signal,
    pad_mode,
    real,
    samples,
)
from ._library import check, ffi, lib

#: The constants of the C API for the ways to normalise a column.
_NORMS = {math.inf: 0, 1: 1, 2: 2, None: 3}


def cqt(
    audio: Audio,
    sr: float = 44100,
    *,
    hop_length: int = 512,
    fmin: float | None = None,
    n_bins: int = 84,
    bins_per_octave: int = 12,
    tuning: float | None = 0.0,
    filter_scale: float = 1.0,
    pad_mode: str = "constant",
) -> NDArray[np.complex128]:
    """Constant-Q transform: a spectrum whose bins are spaced as musical pitches.

    Parameters
    ----------
    audio : array_like, shape (..., n)
        Signal or signals, finite, at least one sample.
    sr : float
        Sample rate, 8000 to 384000 Hz.
    hop_length : int
        Samples between frames.
    fmin : float, optional
        Frequency of the lowest bin in Hz before tuning; by default C1, 32.7 Hz.
    n_bins, bins_per_octave : int
        Number of bins and of those in an octave. The highest must stay below ``sr / 2``.
    tuning : float, optional
        Deviation from A440 in fractions of a bin; None estimates it.
    filter_scale : float
        Length of the filters; below 1 gives better resolution in time.
    pad_mode : {"constant", "reflect"}
        How the signal goes on beyond its ends.

    Returns
    -------
    coefficients : ndarray of complex128, shape (..., n_bins, n_frames)
        Frame `t` is centred at sample ``t * hop_length``.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    Notes
    -----
    Schörkhuber and Klapuri, "Constant-Q transform toolbox for music processing" (2010). The
    definition is that of ``librosa.cqt``, whose own approximations (sparse filters, resampling)
    put it up to 8e-3 of the peak away; this function stays within 1e-4.
    """
    rate = real("sr", sr)
    params = cqt_params(hop_length, fmin, n_bins, bins_per_octave, tuning, filter_scale, pad_mode)
    frames = ffi.new("size_t *")

    def run(signal: Real) -> tuple[NDArray[np.complex128]]:
        check(lib.auralis_cqt_frames(len(signal), params, frames))
        pairs = np.empty((params.n_bins, 2 * frames[0]))
        check(
            lib.auralis_cqt(samples(signal), len(signal), rate, params, samples(pairs), pairs.size)
        )
        return (pairs.view(np.complex128),)

    return each_signal(as_audio(audio), run)[0]


def chroma_cqt(
    audio: Audio,
    sr: float = 44100,
    *,
    hop_length: int = 512,
    fmin: float | None = None,
    norm: float | None = math.inf,
    tuning: float | None = None,
    n_chroma: int = 12,
    n_octaves: int = 7,
    bins_per_octave: int = 36,
) -> Real:
    """Chromagram: energy of the pitch classes over time, from the constant-Q transform.

    Parameters
    ----------
    audio : array_like, shape (..., n)
        Signal or signals, finite, at least one sample.
    sr : float
        Sample rate, 8000 to 384000 Hz.
    hop_length : int
        Samples between frames.
    fmin : float, optional
        Frequency of the lowest bin in Hz; by default C1, 32.7 Hz.
    norm : {inf, 1, 2, None}
        Norm that each column has: largest value, sum, Euclidean length, or as it is.
    tuning : float, optional
        Deviation from A440 in fractions of a bin; by default it is estimated from each signal.
    n_chroma : int
        Number of pitch classes.
    n_octaves : int
        Number of octaves above `fmin`.
    bins_per_octave : int
        Bins of the transform in an octave, a multiple of `n_chroma`.

    Returns
    -------
    chroma : ndarray of float64, shape (..., n_chroma, n_frames)
        Row 0 is C if `fmin` is a C. Not negative, no unit.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    Notes
    -----
    The definition is that of ``librosa.feature.chroma_cqt``; see `cqt` for the accuracy.

    Examples
    --------
    >>> chroma = auralis_dsp.chroma_cqt(audio, 44100)  # doctest: +SKIP
    """
    rate = real("sr", sr)
    params = chroma_params(hop_length, fmin, norm, tuning, n_chroma, n_octaves, bins_per_octave)
    frames = ffi.new("size_t *")

    def run(signal: Real) -> tuple[Real]:
        check(lib.auralis_chroma_frames(len(signal), params, frames))
        chroma = np.empty((params.n_chroma, frames[0]))
        check(
            lib.auralis_chroma_cqt(
                samples(signal), len(signal), rate, params, samples(chroma), chroma.size
            )
        )
        return (chroma,)

    return each_signal(as_audio(audio), run)[0]


def estimate_tuning(audio: Audio, sr: float = 44100, *, bins_per_octave: int = 12) -> float | Real:
    """Estimate how far a recording is from A440.

    Parameters
    ----------
    audio : array_like, shape (..., n)
        Signal or signals, finite, at least one sample.
    sr : float
        Sample rate, 8000 to 384000 Hz.
    bins_per_octave : int
        Bins of an octave, the unit of the result.

    Returns
    -------
    tuning : float, or ndarray of float64 of the leading shape
        Deviation in fractions of a bin, -0.5 to 0.5, in steps of 0.01. A signal without
        spectral peaks has 0.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    Notes
    -----
    Peaks of the spectrum by parabolic interpolation, then the mode of their deviations, as
    ``librosa.estimate_tuning``, but of each signal alone.
    """
    rate = real("sr", sr)
    bins = count("bins_per_octave", bins_per_octave)
    tuning = ffi.new("double *")

    def run(signal: Real) -> tuple[Real]:
        check(lib.auralis_estimate_tuning(samples(signal), len(signal), rate, bins, tuning))
        return (np.array(tuning[0]),)

    result = each_signal(as_audio(audio), run)[0]
    return result if result.ndim else float(result)


@cached
def cqt_params(
    hop_length: Any,
    fmin: Any,
    n_bins: Any,
    bins_per_octave: Any,
    tuning: Any,
    filter_scale: Any,
    padding: Any,
) -> Any:
    """The C struct of these parameters."""
    params = ffi.new("auralis_cqt_params *")
    check(lib.auralis_cqt_params_init(params, ffi.sizeof("auralis_cqt_params")))
    if fmin is not None:
        params.fmin = real("fmin", fmin)
    params.tuning = math.nan if tuning is None else real("tuning", tuning)
    params.filter_scale = real("filter_scale", filter_scale)
    params.n_bins = count("n_bins", n_bins)
    params.bins_per_octave = count("bins_per_octave", bins_per_octave)
    params.hop_length = count("hop_length", hop_length)
    params.pad_mode = pad_mode(padding)
    return params


@cached
def chroma_params(
    hop_length: Any,
    fmin: Any,
    norm: Any,
    tuning: Any,
    n_chroma: Any,
    n_octaves: Any,
    bins_per_octave: Any,
) -> Any:
    """The C struct of these parameters."""
    params = ffi.new("auralis_chroma_params *")
    check(lib.auralis_chroma_params_init(params, ffi.sizeof("auralis_chroma_params")))
    if fmin is not None:
        params.fmin = real("fmin", fmin)
    params.tuning = math.nan if tuning is None else real("tuning", tuning)
    params.hop_length = count("hop_length", hop_length)
    params.n_chroma = count("n_chroma", n_chroma)
    params.n_octaves = count("n_octaves", n_octaves)
    params.bins_per_octave = count("bins_per_octave", bins_per_octave)
    params.norm = choice("norm", norm, _NORMS)
    return params
