"""Harmonic/percussive source separation."""

from __future__ import annotations

from typing import Any

from ._arguments import Audio, Real, length
from ._kernel import FLAG, OPTIONAL_LENGTH, PAD_MODE, Field, Kernel, Params, pair
from ._streams import Stream


class _Params(Params):
    """Those of HPSS, whose `hop_length` follows `win_length` by default, not `n_fft` as in C."""

    def build(self, **given: Any) -> Any:
        """The struct with these values."""
        if given["hop_length"] is None and given["win_length"] is not None:
            given["hop_length"] = length("win_length", given["win_length"]) // 4
        return super().build(**given)


_HPSS = Kernel(
    "hpss",
    _Params(
        "hpss",
        kernel_h=Field(("kernel_harmonic",)),
        kernel_p=Field(("kernel_percussive",)),
        margin=pair("margin_harmonic", "margin_percussive"),
        hop_length=OPTIONAL_LENGTH,
        win_length=OPTIONAL_LENGTH,
        center=FLAG,
        pad_mode=PAD_MODE,
    ),
)


@_HPSS.signature
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

    See Also
    --------
    HpssStream : the same for audio that arrives in pieces.

    Notes
    -----
    With the medians H along time and P along frequency of the magnitudes, the masks are
    ``H**power / (H**power + (margin * P)**power)`` and the same with H and P exchanged, each margin
    being its own; both are applied to the short-time spectrum.

    Median filtering after Fitzgerald (2010) with the margins of Driedger, Müller and Disch
    (2014). Equals ``librosa.effects.hpss`` to 1e-9 of the input's peak.

    Examples
    --------
    >>> clicks = 0.5 * (np.arange(44100) % 8820 == 0)
    >>> tone = 0.1 * np.sin(2 * np.pi * 440 * np.arange(44100) / 44100)
    >>> harmonic, percussive = auralis_dsp.hpss(tone + clicks, 44100)
    >>> bool(np.abs(percussive[8820]) > np.abs(harmonic[8820]))
    True
    >>> bool(np.allclose(harmonic + percussive, tone + clicks))
    True
    """
    return _HPSS.halves(
        audio,
        sr,
        kernel_h,
        kernel_p,
        power,
        margin,
        n_fft,
        hop_length,
        win_length,
        center,
        pad_mode,
    )


class HpssStream(Stream):
    """Harmonic/percussive separation of audio that arrives in pieces.

    Parameters
    ----------
    sr : float
        Sample rate in Hz. The separation does not depend on it.
    kernel_h, kernel_p, power, margin, n_fft, hop_length, win_length, center, pad_mode
        As in `hpss`.
    max_block : int
        Most samples of one step; longer pieces are cut.

    Raises
    ------
    AuralisError
        If an argument is outside its range.

    See Also
    --------
    hpss : the same for the whole signal, equal bit for bit.

    Examples
    --------
    >>> audio = np.sin(2 * np.pi * 440 * np.arange(44100) / 44100)
    >>> stream = auralis_dsp.HpssStream(44100)
    >>> parts = [stream.push(block) for block in np.split(audio, 9)] + [stream.finish()]
    >>> harmonic, percussive = map(np.concatenate, zip(*parts))
    >>> np.array_equal([harmonic, percussive], auralis_dsp.hpss(audio, 44100))
    True
    """

    _kernel = _HPSS
    _widths = (1, 1)

    def __init__(
        self,
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
        max_block: int = 65536,
    ) -> None:
        self._open(
            max_block,
            sr,
            kernel_h,
            kernel_p,
            power,
            margin,
            n_fft,
            hop_length,
            win_length,
            center,
            pad_mode,
        )

    def push(self, audio: Audio) -> tuple[Real, Real]:
        """Take samples; give the harmonic and percussive samples that are settled, maybe none.

        Parameters
        ----------
        audio : array_like, shape (n,)
            The next samples, finite; none or any number of them.

        Returns
        -------
        harmonic, percussive : ndarray of float64, shape (n_settled,)
            The next samples of both parts, `latency` samples behind the input.

        Raises
        ------
        AuralisError
            If the audio is not one finite signal; nothing of it is then taken.
        """
        harmonic, percussive = self._push(audio)
        return harmonic, percussive

    def finish(self) -> tuple[Real, Real]:
        """End the signal; give the rest. The stream is then as new.

        Returns
        -------
        harmonic, percussive : ndarray of float64, shape (n_left,)
            As many samples as are still missing.

        Raises
        ------
        AuralisError
            If nothing was pushed, or, with ``center=False``, less than a frame.
        """
        harmonic, percussive = self._finish()
        return harmonic, percussive
