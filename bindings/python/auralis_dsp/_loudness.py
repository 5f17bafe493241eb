"""Loudness by ITU-R BS.1770-4 and EBU R 128."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ._arguments import Audio, Real, flag, interleaved, real, samples
from ._library import check, ffi, lib


class Loudness(NamedTuple):
    """What is usually told of a track; NaN where it cannot be told."""

    #: LUFS, gated.
    integrated: float
    #: LU (EBU Tech 3342).
    range: float
    #: The highest loudness of 0.4 s in LUFS.
    max_momentary: float
    #: The highest loudness of 3 s in LUFS.
    max_short_term: float
    #: The highest true peak of all channels in dBTP.
    true_peak: float


def loudness(
    audio: Audio, sr: float = 44100, *, channels: str = "last", true_peak: bool = True
) -> Loudness:
    """Measure the loudness of a track.

    Parameters
    ----------
    audio : array_like, shape (n,), (n, channels) or (channels, n)
        One channel, or up to 64: L, R, C, LFE, Ls, Rs; four are L, R, Ls, Rs and five are L, R,
        C, Ls, Rs. LFE and what comes after the sixth do not count.
    sr : float
        Sample rate, 8000 to 384000 Hz.
    channels : {"last", "first"}
        Which axis of a two-dimensional array counts the channels. It is never guessed.
    true_peak : bool
        Whether to find the true peak, which takes more time than all the rest.

    Returns
    -------
    Loudness
        integrated, range, max_momentary, max_short_term, true_peak; NaN for silence, and for what
        takes longer than the signal lasts (0.4 s, or 3 s for range and max_short_term).

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    Notes
    -----
    ITU-R BS.1770-4; EBU Tech 3341 and 3342, whose test signals come out within their tolerances.
    """
    frames = interleaved(audio, channels)
    params = ffi.new("auralis_loudness_params *")
    check(lib.auralis_loudness_params_init(params, ffi.sizeof(params[0])))
    params.true_peak = flag("true_peak", true_peak)
    values = np.empty(lib.auralis_loudness_len())
    rate, out = real("sr", sr), samples(values)
    check(lib.auralis_loudness(samples(frames), *frames.shape, rate, params, out, len(values)))
    return Loudness(*values.tolist())


def momentary_loudness(audio: Audio, sr: float = 44100, *, channels: str = "last") -> Real:
    """Measure the loudness of every 0.4 s.

    Parameters
    ----------
    audio, sr, channels
        As in `loudness`.

    Returns
    -------
    loudness : ndarray of float64, shape (n_steps,)
        LUFS; value `i` is of the 0.4 s that end at ``0.1 * (i + 1)`` s, NaN if they begin before
        the signal or are silent.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    Notes
    -----
    ITU-R BS.1770-4; EBU Tech 3341.
    """
    return _curve(lib.auralis_momentary_loudness, audio, sr, channels)


def short_term_loudness(audio: Audio, sr: float = 44100, *, channels: str = "last") -> Real:
    """Measure the loudness of every 3 s.

    Parameters
    ----------
    audio, sr, channels
        As in `loudness`.

    Returns
    -------
    loudness : ndarray of float64, shape (n_steps,)
        LUFS; value `i` is of the 3 s that end at ``0.1 * (i + 1)`` s, NaN if they begin before
        the signal or are silent.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    Notes
    -----
    ITU-R BS.1770-4; EBU Tech 3341.
    """
    return _curve(lib.auralis_short_term_loudness, audio, sr, channels)


def _curve(compute: Callable[..., int], audio: Audio, sr: float, channels: str) -> Real:
    frames, rate, steps = interleaved(audio, channels), real("sr", sr), ffi.new("size_t *")
    check(lib.auralis_loudness_steps(len(frames), rate, steps))
    # One more: an empty array has no address.
    values = np.empty(steps[0] + 1)
    check(compute(samples(frames), *frames.shape, rate, samples(values), steps[0]))
    return values[: steps[0]]
