"""Measures of each frame's spectrum, and its level."""

from __future__ import annotations

from ._arguments import Audio, Real
from ._kernel import FLAG, LENGTH, NO_RATE, OPTIONAL_LENGTH, PAD_MODE, Kernel, Params

_SPECTRAL = Params(
    "spectral",
    hop_length=LENGTH,
    win_length=OPTIONAL_LENGTH,
    center=FLAG,
    pad_mode=PAD_MODE,
)
_CENTROID = Kernel("spectral_centroid", _SPECTRAL, family="spectral", rows=1)
_ROLLOFF = Kernel("spectral_rolloff", _SPECTRAL, family="spectral", rows=1)
_FLATNESS = Kernel("spectral_flatness", _SPECTRAL, family="spectral", rows=1)
_ZERO_CROSSING = Kernel(
    "zero_crossing_rate",
    Params("zero_crossing_rate", hop_length=LENGTH, center=FLAG),
    rows=1,
)
_RMS = Kernel("rms", Params("rms", hop_length=LENGTH, center=FLAG, pad_mode=PAD_MODE), rows=1)


@_CENTROID.signature
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

    See Also
    --------
    spectral_rolloff, spectral_flatness

    Notes
    -----
    ``sum(f * S) / sum(S)`` over the bins, with frequencies f and magnitudes S.

    Equals ``librosa.feature.spectral_centroid`` to a relative 1e-6. Klapuri and Davy, "Signal
    processing methods for music transcription" (2007), chapter 5.

    Examples
    --------
    >>> audio = np.sin(2 * np.pi * 440 * np.arange(44100) / 44100)
    >>> centroid = auralis_dsp.spectral_centroid(audio, 44100)
    >>> centroid.shape, round(float(centroid[0, 40]))
    ((1, 87), 440)
    """
    return _CENTROID.framed(audio, sr, n_fft, hop_length, win_length, center, pad_mode)


@_ROLLOFF.signature
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

    See Also
    --------
    spectral_centroid, spectral_flatness

    Notes
    -----
    The lowest bin's frequency up to which the magnitudes add up to `roll_percent` of their sum.

    Equals ``librosa.feature.spectral_rolloff``.

    Examples
    --------
    >>> noise = np.random.default_rng(0).standard_normal(44100)
    >>> rolloff = auralis_dsp.spectral_rolloff(noise, 44100, roll_percent=0.5)
    >>> bool(9000 < np.median(rolloff) < 13000)  # about half of 22050
    True
    """
    return _ROLLOFF.framed(audio, sr, n_fft, hop_length, win_length, center, pad_mode, roll_percent)


@_FLATNESS.signature
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

    See Also
    --------
    spectral_centroid, spectral_rolloff

    Notes
    -----
    ``exp(mean(log(P))) / mean(P)`` over the bins, with ``P = max(amin, S**power)``.

    Equals ``librosa.feature.spectral_flatness`` to a relative 1e-6. Dubnov, "Generalization of
    spectral flatness measure for non-gaussian linear processes" (2004).

    Examples
    --------
    >>> audio = np.sin(2 * np.pi * 440 * np.arange(44100) / 44100)
    >>> bool(auralis_dsp.spectral_flatness(audio)[0, 40] < 1e-3)
    True
    >>> noise = np.random.default_rng(0).standard_normal(44100)
    >>> bool(auralis_dsp.spectral_flatness(noise)[0, 40] > 0.4)
    True
    """
    return _FLATNESS.framed(
        audio, NO_RATE, n_fft, hop_length, win_length, center, pad_mode, amin, power
    )


@_RMS.signature
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

    See Also
    --------
    loudness : what an ear makes of the level.

    Notes
    -----
    ``sqrt(mean(x**2))`` over the samples of a frame.

    Equals ``librosa.feature.rms`` to a relative 1e-6.

    Examples
    --------
    >>> audio = np.sin(2 * np.pi * 440 * np.arange(44100) / 44100)
    >>> rms = auralis_dsp.rms(audio)
    >>> rms.shape, round(float(rms[0, 40]), 3)
    ((1, 87), 0.708)
    """
    return _RMS.framed(audio, NO_RATE, frame_length, hop_length, center, pad_mode)


@_ZERO_CROSSING.signature
def zero_crossing_rate(
    audio: Audio,
    *,
    frame_length: int = 2048,
    hop_length: int = 512,
    center: bool = True,
    threshold: float = 1e-10,
) -> Real:
    """Count how often every frame crosses zero.

    Parameters
    ----------
    audio : array_like, shape (..., n)
        Signal or signals, finite, at least one sample.
    frame_length, hop_length : int
        Samples in a frame and between frames.
    center : bool
        Whether frame `t` is centred at sample ``t * hop_length``; the first and the last sample
        then go on beyond the ends.
    threshold : float
        What lies within it of zero is zero, which counts as positive; 0 to 1e100.

    Returns
    -------
    rate : ndarray of float64, shape (..., 1, n_frames)
        Crossings per sample, 0 to 1.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    See Also
    --------
    spectral_centroid : high where there are many crossings, but blind to faint noise.

    Notes
    -----
    ``mean(sign(x[1:]) != sign(x[:-1]))`` over the samples of a frame, the first of which counts as
    none.

    Equals ``librosa.feature.zero_crossing_rate``. Kedem, "Spectral analysis and discrimination by
    zero-crossings" (1986).

    Examples
    --------
    >>> audio = np.sin(2 * np.pi * 441 * np.arange(44100) / 44100 + 0.1)
    >>> rate = auralis_dsp.zero_crossing_rate(audio)
    >>> rate.shape, round(float(rate[0, 40]), 2)  # twice a period of 100 samples
    ((1, 87), 0.02)
    """
    return _ZERO_CROSSING.framed(audio, NO_RATE, frame_length, hop_length, center, threshold)
