"""Harmonic/percussive source separation."""

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
from ._errors import AuralisError
from ._library import check, ffi, lib


def hpss(
    audio: Audio,
    sr: float = 44100,
    kernel_h: int = 31,
    kernel_p: int = 31,
    *,
    power: float = 2.0,
    margin: float | tuple[float, float] = 1.0,
    n_fft: int = 2048,
    hop_length: int | None = None,
    win_length: int | None = None,
    center: bool = True,
    pad_mode: str = "constant",
) -> tuple[Real, Real]:
    """Separate a signal into its harmonic and its percussive part.

    Parameters
    ----------
    audio : array_like, shape (..., n)
        Signal or signals, finite, at least one sample.
    sr : float
        Sample rate in Hz. The separation does not depend on it.
    kernel_h, kernel_p : int
        Length of the running medians along time (in frames) and along frequency (in bins).
    power : float
        Exponent of the soft masks, above 0; ``inf`` makes them hard.
    margin : float or (float, float)
        Separation margins of the harmonic and of the percussive mask, at least 1. With both at
        1, the two parts add up to the input.
    n_fft : int
        Length of the Fourier transform.
    hop_length : int, optional
        Samples between frames; by default a quarter of `win_length`.
    win_length : int, optional
        Length of the Hann window, at most `n_fft`, the default.
    center : bool
        Whether frame `t` is centred at sample ``t * hop_length``.
    pad_mode : {"constant", "reflect"}
        How a centred signal goes on beyond its ends.

    Returns
    -------
    harmonic, percussive : ndarray of float64, shape (..., n)
        In the unit of `audio`.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    Notes
    -----
    Median filtering after Fitzgerald (2010) with the margins of Driedger, Müller and Disch
    (2014). Equals ``librosa.effects.hpss`` to 1e-9 of the input's peak.

    Examples
    --------
    >>> harmonic, percussive = auralis_dsp.hpss(audio, 44100)  # doctest: +SKIP
    """
    real("sr", sr)
    params = hpss_params(
        kernel_h, kernel_p, power, margin, n_fft, hop_length, win_length, center, pad_mode
    )

    def run(signal: Real) -> tuple[Real, Real]:
        harmonic, percussive = np.empty_like(signal), np.empty_like(signal)
        check(
            lib.auralis_hpss(
                samples(signal), len(signal), params, samples(harmonic), samples(percussive)
            )
        )
        return harmonic, percussive

    return each_signal(as_audio(audio), run)  # type: ignore[return-value]


@cached
def hpss_params(
    kernel_h: Any,
    kernel_p: Any,
    power: Any,
    margin: Any,
    n_fft: Any,
    hop_length: Any,
    win_length: Any,
    center: Any,
    padding: Any,
) -> Any:
    """The C struct of these parameters."""
    margins = margin if isinstance(margin, tuple | list) else (margin, margin)
    if len(margins) != 2:
        raise AuralisError(f"margin is {margin!r}; allowed: a number or a pair of numbers")
    params = ffi.new("auralis_hpss_params *")
    check(lib.auralis_hpss_params_init(params, ffi.sizeof("auralis_hpss_params")))
    params.n_fft = count("n_fft", n_fft)
    params.win_length = params.n_fft if win_length is None else length("win_length", win_length)
    params.hop_length = (
        params.win_length // 4 if hop_length is None else length("hop_length", hop_length)
    )
    params.kernel_harmonic = count("kernel_h", kernel_h)
    params.kernel_percussive = count("kernel_p", kernel_p)
    params.power = real("power", power)
    params.margin_harmonic = real("margin", margins[0])
    params.margin_percussive = real("margin", margins[1])
    params.center = flag("center", center)
    params.pad_mode = pad_mode(padding)
    return params
