"""Loudness by ITU-R BS.1770-4 and EBU R 128."""

from __future__ import annotations

from typing import NamedTuple

from ._arguments import Audio, Real, plain
from ._kernel import FLAG, Kernel, Params
from ._layout import LAYOUT, Layout
from ._library import check, ffi, lib

_PARAMS = Params("loudness", true_peak=FLAG, layout=LAYOUT)
_LOUDNESS = Kernel("loudness", _PARAMS)
_MOMENTARY = Kernel("momentary_loudness", _PARAMS)
_SHORT_TERM = Kernel("short_term_loudness", _PARAMS)


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


@_LOUDNESS.signature
def loudness(
    audio: Audio,
    sr: float = 44100,
    *,
    channels: str = "last",
    true_peak: bool = True,
    layout: Layout | None = None,
) -> Loudness:
    """Measure the loudness of a track.

    Parameters
    ----------
    audio : array_like, shape (n,), (n, channels) or (channels, n)
        One channel, or up to 64, in the order of WAVE files.
    sr : float
        Sample rate, 8000 to 384000 Hz.
    channels : {"last", "first"}
        Which axis of a two-dimensional array counts the channels. It is never guessed.
    true_peak : bool
        Whether to find the true peak, which takes a little longer.
    layout : str, iterable of str or int, optional
        Where the loudspeakers stand: "mono", "stereo", "2.1", "3.0", "quad", "5.0", "5.1", "6.1",
        "7.1"; their names, such as ``["FL", "FR", "LFE"]``; or the channel mask of a WAVE file.
        By default what is usual for the number of channels: L, R, C, LFE, Ls, Rs for six (four
        are L, R, Ls, Rs, five have no LFE, seven have a back centre before Ls), and FL, FR, FC,
        LFE, BL, BR, SL, SR for eight.

    Returns
    -------
    Loudness
        integrated, range, max_momentary, max_short_term, true_peak; NaN for silence, and for what
        takes longer than the signal lasts (0.4 s, or 3 s for range and max_short_term).

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    See Also
    --------
    momentary_loudness, short_term_loudness : how it changes.

    Notes
    -----
    ``-0.691 + 10 * log10(sum(G * z))`` over the channels, with their weights G and the mean squares
    z of their K-weighted samples in the blocks that pass both gates.

    By annex 3 of the standard the side channels have the weight 1.41, and the back channels where
    there are none at the sides; LFE has 0 and all others have 1, as channels beyond eight without
    a layout.

    ITU-R BS.1770-4; EBU Tech 3341 and 3342, whose test signals come out within their tolerances.

    Examples
    --------
    >>> tone = 0.1 * np.sin(2 * np.pi * 997 * np.arange(5 * 48000) / 48000)
    >>> found = auralis_dsp.loudness(np.stack([tone, tone], axis=1), 48000)
    >>> round(found.integrated, 1), round(found.true_peak, 1)
    (-20.0, -20.0)
    """
    values = _LOUDNESS.vector(_room, audio, sr, channels, true_peak, layout)
    return Loudness(*map(plain, values.tolist()))


def momentary_loudness(audio: Audio, sr: float = 44100, *, channels: str = "last") -> Real:
    """Measure the loudness of every 0.4 s.

    Parameters
    ----------
    audio, sr, channels
        As in `loudness`, the channels being those that are usual for their number.

    Returns
    -------
    loudness : ndarray of float64, shape (n_steps,)
        LUFS; value `i` is of the 0.4 s that end at ``0.1 * (i + 1)`` s, NaN if they begin before
        the signal or are silent.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    See Also
    --------
    loudness : of the whole.
    short_term_loudness : of every 3 s.

    Notes
    -----
    ITU-R BS.1770-4; EBU Tech 3341.

    Examples
    --------
    >>> tone = 0.1 * np.sin(2 * np.pi * 997 * np.arange(48000) / 48000)
    >>> auralis_dsp.momentary_loudness(tone, 48000).round(1)
    array([ nan,  nan,  nan, -23., -23., -23., -23., -23., -23., -23.])
    """
    return _MOMENTARY.vector(_steps, audio, sr, channels)


def short_term_loudness(audio: Audio, sr: float = 44100, *, channels: str = "last") -> Real:
    """Measure the loudness of every 3 s.

    Parameters
    ----------
    audio, sr, channels
        As in `loudness`, the channels being those that are usual for their number.

    Returns
    -------
    loudness : ndarray of float64, shape (n_steps,)
        LUFS; value `i` is of the 3 s that end at ``0.1 * (i + 1)`` s, NaN if they begin before
        the signal or are silent.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    See Also
    --------
    loudness : of the whole.
    momentary_loudness : of every 0.4 s.

    Notes
    -----
    ITU-R BS.1770-4; EBU Tech 3341.

    Examples
    --------
    >>> tone = 0.1 * np.sin(2 * np.pi * 997 * np.arange(4 * 48000) / 48000)
    >>> auralis_dsp.short_term_loudness(tone, 48000)[28:31].round(1)
    array([ nan, -23., -23.])
    """
    return _SHORT_TERM.vector(_steps, audio, sr, channels)


def _room(_n_frames: int, _rate: float) -> int:
    return int(lib.auralis_loudness_len())


def _steps(n_frames: int, rate: float) -> int:
    steps = ffi.new("size_t *")
    check(lib.auralis_loudness_steps(n_frames, rate, steps))
    return int(steps[0])
