"""Fundamental frequency, frame by frame."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._arguments import (
    Audio,
    Real,
    as_audio,
    cached,
    count,
    each_signal,
    flag,
    length,
    pad_mode,
    real,
    samples,
)
from ._library import check, ffi, lib


def yin(
    audio: Audio,
    sr: float = 44100,
    fmin: float = 65.4,
    fmax: float = 2093.0,
    *,
    frame_length: int = 2048,
    hop_length: int | None = None,
    trough_threshold: float = 0.1,
    center: bool = True,
    pad_mode: str = "constant",
) -> Real:
    """Estimate the fundamental frequency of every frame.

    Parameters
    ----------
    audio : array_like, shape (..., n)
        Signal or signals, finite, at least one sample.
    sr : float
        Sample rate, 8000 to 384000 Hz.
    fmin, fmax : float
        Lowest and highest frequency that is looked for, in Hz: ``0 < fmin < fmax <= sr / 2``.
    frame_length : int
        Samples in a frame; two periods of `fmin` should fit.
    hop_length : int, optional
        Samples between frames; by default a quarter of `frame_length`.
    trough_threshold : float
        A dip of the normalised difference below it ends the search.
    center : bool
        Whether frame `t` is centred at sample ``t * hop_length``.
    pad_mode : {"constant", "reflect"}
        How a centred signal goes on beyond its ends.

    Returns
    -------
    f0 : ndarray of float64, shape (..., n_frames)
        Frequencies in Hz. Every frame has one: whether it is voiced is not decided.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    Notes
    -----
    de Cheveigné and Kawahara, "YIN, a fundamental frequency estimator for speech and music"
    (2002). Equals ``librosa.yin`` to a relative 1e-6 but where troughs tie.

    Examples
    --------
    >>> f0 = auralis_dsp.yin(audio, 44100, fmin=80, fmax=1000)  # doctest: +SKIP
    """
    rate = real("sr", sr)
    params = yin_params(fmin, fmax, frame_length, hop_length, trough_threshold, center, pad_mode)
    frames = ffi.new("size_t *")

    def run(signal: Real) -> tuple[Real]:
        check(lib.auralis_yin_frames(len(signal), params, frames))
        f0 = np.empty(frames[0])
        check(lib.auralis_yin(samples(signal), len(signal), rate, params, samples(f0), len(f0)))
        return (f0,)

    return each_signal(as_audio(audio), run)[0]


@cached
def yin_params(
    fmin: Any,
    fmax: Any,
    frame_length: Any,
    hop_length: Any,
    trough_threshold: Any,
    center: Any,
    padding: Any,
) -> Any:
    """The C struct of these parameters."""
    params = ffi.new("auralis_yin_params *")
    check(lib.auralis_yin_params_init(params, ffi.sizeof("auralis_yin_params")))
    params.fmin = real("fmin", fmin)
    params.fmax = real("fmax", fmax)
    params.trough_threshold = real("trough_threshold", trough_threshold)
    params.frame_length = count("frame_length", frame_length)
    params.hop_length = 0 if hop_length is None else length("hop_length", hop_length)
    params.center = flag("center", center)
    params.pad_mode = pad_mode(padding)
    return params
