"""Measures of each frame's spectrum, and its level."""

from __future__ import annotations

from collections.abc import Callable
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


def spectral_centroid(
    audio: Audio,
    sr: float = 44100,
    *,
    n_fft: int = 2048,
    hop_length: int = 512,
    win_length: int | None = None,
    center: bool = True,
    pad_mode: str = "constant",
) -> Real:
    """Find the centre of gravity of every frame's magnitude spectrum.

    Parameters
    ----------
    audio : array_like, shape (..., n)
        Signal or signals, finite, at least one sample.
    sr : float
        Sample rate, 8000 to 384000 Hz.
    n_fft, hop_length : int
        Samples in a frame and between frames.
    win_length : int, optional
        Samples of the Hann window; by default `n_fft`.
    center : bool
        Whether frame `t` is centred at sample ``t * hop_length``.
    pad_mode : {"constant", "reflect"}
        How a centred signal goes on beyond its ends.

    Returns
    -------
    centroid : ndarray of float64, shape (..., 1, n_frames)
        Hz; 0 for silence.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    Notes
    -----
    Equals ``librosa.feature.spectral_centroid`` to a relative 1e-6. Klapuri and Davy, "Signal
    processing methods for music transcription" (2007), chapter 5.
    """
    rate = real("sr", sr)
    params = _params(n_fft, hop_length, win_length, center, pad_mode)
    return _frames(
        audio,
        params,
        lib.auralis_spectral_frames,
        lambda x, n, out, room: lib.auralis_spectral_centroid(x, n, rate, params, out, room),
    )


def spectral_rolloff(
    audio: Audio,
    sr: float = 44100,
    *,
    n_fft: int = 2048,
    hop_length: int = 512,
    win_length: int | None = None,
    center: bool = True,
    pad_mode: str = "constant",
    roll_percent: float = 0.85,
) -> Real:
    """Find the frequency below which a share of every frame's magnitudes lie.

    Parameters
    ----------
    audio : array_like, shape (..., n)
        Signal or signals, finite, at least one sample.
    sr : float
        Sample rate, 8000 to 384000 Hz.
    n_fft, hop_length, win_length, center, pad_mode
        As in `spectral_centroid`.
    roll_percent : float
        The share, above 0 and below 1.

    Returns
    -------
    rolloff : ndarray of float64, shape (..., 1, n_frames)
        Hz; 0 for silence.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    Notes
    -----
    Equals ``librosa.feature.spectral_rolloff``.
    """
    rate = real("sr", sr)
    params = _params(n_fft, hop_length, win_length, center, pad_mode, roll_percent)
    return _frames(
        audio,
        params,
        lib.auralis_spectral_frames,
        lambda x, n, out, room: lib.auralis_spectral_rolloff(x, n, rate, params, out, room),
    )


def spectral_flatness(
    audio: Audio,
    *,
    n_fft: int = 2048,
    hop_length: int = 512,
    win_length: int | None = None,
    center: bool = True,
    pad_mode: str = "constant",
    amin: float = 1e-10,
    power: float = 2.0,
) -> Real:
    """Divide the geometric by the arithmetic mean of every frame's power spectrum.

    Parameters
    ----------
    audio : array_like, shape (..., n)
        Signal or signals, finite, at least one sample.
    n_fft, hop_length, win_length, center, pad_mode
        As in `spectral_centroid`.
    amin : float
        The least value that enters, above 0.
    power : float
        What magnitudes are raised to, above 0 and up to 8.

    Returns
    -------
    flatness : ndarray of float64, shape (..., 1, n_frames)
        1 for white noise or silence, towards 0 for a tone.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    Notes
    -----
    Equals ``librosa.feature.spectral_flatness`` to a relative 1e-6. Dubnov, "Generalization of
    spectral flatness measure for non-gaussian linear processes" (2004).
    """
    params = _params(n_fft, hop_length, win_length, center, pad_mode, None, power, amin)
    return _frames(
        audio,
        params,
        lib.auralis_spectral_frames,
        lambda x, n, out, room: lib.auralis_spectral_flatness(x, n, params, out, room),
    )


def rms(
    audio: Audio,
    *,
    frame_length: int = 2048,
    hop_length: int = 512,
    center: bool = True,
    pad_mode: str = "constant",
) -> Real:
    """Take the root of the mean square of every frame.

    Parameters
    ----------
    audio : array_like, shape (..., n)
        Signal or signals, finite, at least one sample.
    frame_length, hop_length : int
        Samples in a frame and between frames.
    center : bool
        Whether frame `t` is centred at sample ``t * hop_length``.
    pad_mode : {"constant", "reflect"}
        How a centred signal goes on beyond its ends.

    Returns
    -------
    rms : ndarray of float64, shape (..., 1, n_frames)
        In units of the signal.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    Notes
    -----
    Equals ``librosa.feature.rms`` to a relative 1e-6.
    """
    params = _rms_params(frame_length, hop_length, center, pad_mode)
    return _frames(
        audio,
        params,
        lib.auralis_rms_frames,
        lambda x, n, out, room: lib.auralis_rms(x, n, params, out, room),
    )


def _frames(
    audio: Audio, params: Any, frames_of: Callable[..., int], compute: Callable[..., int]
) -> Real:
    frames = ffi.new("size_t *")

    def run(signal: Real) -> tuple[Real]:
        check(frames_of(len(signal), params, frames))
        values = np.empty((1, frames[0]))
        check(compute(samples(signal), len(signal), samples(values), values.size))
        return (values,)

    return each_signal(as_audio(audio), run)[0]


@cached
def _params(
    n_fft: Any,
    hop_length: Any,
    win_length: Any,
    center: Any,
    padding: Any,
    roll_percent: Any = None,
    power: Any = None,
    amin: Any = None,
) -> Any:
    """The C struct; what is None keeps its default, for a function that does not look at it."""
    params = ffi.new("auralis_spectral_params *")
    check(lib.auralis_spectral_params_init(params, ffi.sizeof(params[0])))
    params.n_fft = count("n_fft", n_fft)
    params.hop_length = length("hop_length", hop_length)
    params.win_length = 0 if win_length is None else length("win_length", win_length)
    params.center = flag("center", center)
    params.pad_mode = pad_mode(padding)
    if roll_percent is not None:
        params.roll_percent = real("roll_percent", roll_percent)
    if power is not None:
        params.power = real("power", power)
    if amin is not None:
        params.amin = real("amin", amin)
    return params


@cached
def _rms_params(frame_length: Any, hop_length: Any, center: Any, padding: Any) -> Any:
    params = ffi.new("auralis_rms_params *")
    check(lib.auralis_rms_params_init(params, ffi.sizeof(params[0])))
    params.frame_length = count("frame_length", frame_length)
    params.hop_length = length("hop_length", hop_length)
    params.center = flag("center", center)
    params.pad_mode = pad_mode(padding)
    return params
