"""Fundamental frequency, frame by frame."""

from __future__ import annotations

from ._arguments import Audio, Real
from ._kernel import FLAG, OPTIONAL_LENGTH, PAD_MODE, Kernel, Params
from ._rates import frame_length as usual_frame
from ._rates import number
from ._streams import FrameStream

_YIN = Kernel("yin", Params("yin", hop_length=OPTIONAL_LENGTH, center=FLAG, pad_mode=PAD_MODE))


@_YIN.signature
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

    See Also
    --------
    YinStream : the same for audio that arrives in pieces.
    estimate_tuning : how far the pitches lie from A440.

    Notes
    -----
    The difference ``d(lag) = sum((x[j] - x[j + lag])**2)`` divided by the mean of d up to that lag
    dips at a period; the frequency is `sr` over the lag of the first dip below `trough_threshold`,
    found between samples by a parabola.

    de Cheveigné and Kawahara, "YIN, a fundamental frequency estimator for speech and music"
    (2002). Equals ``librosa.yin`` to a relative 1e-6 but where troughs tie.

    Examples
    --------
    >>> audio = np.sin(2 * np.pi * 441 * np.arange(44100) / 44100)
    >>> f0 = auralis_dsp.yin(audio, 44100, fmin=80, fmax=1000)
    >>> f0.shape, round(float(f0[40]))
    ((87,), 441)
    """
    return _YIN.framed(
        audio, sr, fmin, fmax, frame_length, hop_length, trough_threshold, center, pad_mode
    )


class YinStream(FrameStream):
    """Fundamental frequency of audio that arrives in pieces.

    Parameters
    ----------
    sr : float
        Sample rate, 8000 to 384000 Hz.
    fmin, fmax, hop_length, trough_threshold, center, pad_mode
        As in `yin`.
    frame_length : int, optional
        As in `yin`; by default 2048, or above 62 kHz as many as last as long at 44.1 kHz.
    max_block : int
        Most samples of one step; longer pieces are cut.

    Raises
    ------
    AuralisError
        If an argument is outside its range.

    See Also
    --------
    yin : the same for the whole signal, equal bit for bit.

    Examples
    --------
    >>> audio = np.sin(2 * np.pi * 440 * np.arange(44100) / 44100)
    >>> stream = auralis_dsp.YinStream(44100)
    >>> f0 = [stream.push(block) for block in np.split(audio, 9)] + [stream.finish()]
    >>> np.array_equal(np.concatenate(f0), auralis_dsp.yin(audio, 44100))
    True
    """

    _kernel = _YIN

    def __init__(
        self,
        sr: float = 44100,
        fmin: float = 65.4,
        fmax: float = 2093.0,
        *,
        frame_length: int | None = None,
        hop_length: int | None = None,
        trough_threshold: float = 0.1,
        center: bool = True,
        pad_mode: str = "constant",
        max_block: int = 65536,
    ) -> None:
        if frame_length is None:
            frame_length = max(2048, usual_frame(number(sr)))
        self._open(
            max_block, sr, fmin, fmax, frame_length, hop_length, trough_threshold, center, pad_mode
        )
