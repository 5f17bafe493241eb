"""Constant-Q transform, chromagram and the tuning they start from."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ._arguments import Audio, Real
from ._kernel import PAD_MODE, Argument, Field, Kernel, Meaning, Params, one_of
from ._rates import number, octaves
from ._streams import FrameStream

_FMIN = Field(none=Meaning.DEFAULT)
_TUNING = Field(none=math.nan)
_NORM = one_of({math.inf: 0, 1: 1, 2: 2, None: 3})

_CQT = Kernel(
    "cqt",
    Params("cqt", fmin=_FMIN, tuning=_TUNING, pad_mode=PAD_MODE),
    rows="n_bins",
    dtype=np.complex128,
)
_CHROMA = Kernel(
    "chroma_cqt",
    Params("chroma", fmin=_FMIN, tuning=_TUNING, norm=_NORM),
    family="chroma",
    rows="n_chroma",
)
_ESTIMATE = Kernel("estimate_tuning", Argument("bins_per_octave"))


@_CQT.signature
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

    See Also
    --------
    chroma_cqt : the bins of all octaves folded into pitch classes.
    estimate_tuning : what ``tuning=None`` uses.

    Notes
    -----
    Bin `k` has the frequency ``fmin * 2**((k + tuning) / bins_per_octave)`` Hz and a Hann window
    that holds the same number of its periods in every bin.

    Schörkhuber and Klapuri, "Constant-Q transform toolbox for music processing" (2010). The
    definition is that of ``librosa.cqt``, whose own approximations (sparse filters, resampling)
    put it up to 8e-3 of the peak away; this function stays within 1e-4.

    Examples
    --------
    >>> audio = np.sin(2 * np.pi * 440 * np.arange(44100) / 44100)
    >>> coefficients = auralis_dsp.cqt(audio, 44100)
    >>> coefficients.shape, int(np.abs(coefficients[:, 40]).argmax())  # 45 semitones above C1
    ((84, 87), 45)
    """
    return _CQT.framed(
        audio, sr, hop_length, fmin, n_bins, bins_per_octave, tuning, filter_scale, pad_mode
    )


@_CHROMA.signature
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

    See Also
    --------
    ChromaStream : the same for audio that arrives in pieces.
    cqt : the transform itself.

    Notes
    -----
    The magnitudes of all bins that lie nearest to a pitch class are added, and each frame is
    divided by its norm.

    The definition is that of ``librosa.feature.chroma_cqt``; see `cqt` for the accuracy.

    Examples
    --------
    >>> audio = np.sin(2 * np.pi * 440 * np.arange(44100) / 44100)
    >>> chroma = auralis_dsp.chroma_cqt(audio, 44100)
    >>> chroma.shape, int(chroma[:, 40].argmax())  # A, the ninth above C
    ((12, 87), 9)
    """
    return _CHROMA.framed(
        audio, sr, hop_length, fmin, norm, tuning, n_chroma, n_octaves, bins_per_octave
    )


@_ESTIMATE.signature
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

    See Also
    --------
    cqt, chroma_cqt : take the result as `tuning`.

    Notes
    -----
    Peaks of the spectrum by parabolic interpolation, then the mode of their deviations, as
    ``librosa.estimate_tuning``, but of each signal alone. Frames have librosa's 2048 samples up to
    96 kHz, where an exact A440 is found 0.1 of a semitone off (0.03 up to 48 kHz); above, they last
    as long as 2048 samples do at 44.1 kHz, and it is found within 0.03 again.

    Examples
    --------
    >>> audio = np.sin(2 * np.pi * 1786 * np.arange(44100) / 44100)  # 0.25 above A6
    >>> round(auralis_dsp.estimate_tuning(audio, 44100), 2)
    0.25
    """
    return _ESTIMATE.number(audio, sr, bins_per_octave)


class ChromaStream(FrameStream):
    """Chromagram of audio that arrives in pieces.

    Parameters
    ----------
    sr : float
        Sample rate, 8000 to 384000 Hz.
    hop_length, fmin, norm, n_chroma, bins_per_octave
        As in `chroma_cqt`.
    n_octaves : int, optional
        As in `chroma_cqt`; by default 7, or 6 below 8400 Hz, where 7 have no room.
    tuning : float
        Deviation from A440 in fractions of a bin. A stream cannot look ahead to estimate it.
    max_block : int
        Most samples of one step; longer pieces are cut.

    Raises
    ------
    AuralisError
        If an argument is outside its range.

    See Also
    --------
    chroma_cqt : the same for the whole signal, equal bit for bit; its transpose.
    estimate_tuning : finds a tuning beforehand.

    Examples
    --------
    >>> audio = np.sin(2 * np.pi * 440 * np.arange(44100) / 44100)
    >>> stream = auralis_dsp.ChromaStream(44100)
    >>> chroma = [stream.push(block) for block in np.split(audio, 9)] + [stream.finish()]
    >>> np.array_equal(np.concatenate(chroma).T, auralis_dsp.chroma_cqt(audio, 44100, tuning=0))
    True
    """

    _kernel = _CHROMA
    _widths = ("n_chroma",)

    def __init__(
        self,
        sr: float = 44100,
        *,
        hop_length: int = 512,
        fmin: float | None = None,
        norm: float | None = math.inf,
        tuning: float = 0.0,
        n_chroma: int = 12,
        n_octaves: int | None = None,
        bins_per_octave: int = 36,
        max_block: int = 65536,
    ) -> None:
        if n_octaves is None:
            n_octaves = octaves(number(sr))
        self._open(
            max_block, sr, hop_length, fmin, norm, tuning, n_chroma, n_octaves, bins_per_octave
        )
