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

    Notes
    -----
    Median filtering after Fitzgerald (2010) with the margins of Driedger, Müller and Disch
    (2014). Equals ``librosa.effects.hpss`` to 1e-9 of the input's peak.

    Examples
    --------
    >>> harmonic, percussive = auralis_dsp.hpss(audio, 44100)  # doctest: +SKIP
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
    max_block : int
        Most samples of one step; longer pieces are cut.

    The other parameters are those of `hpss`.

    Examples
    --------
    >>> stream = auralis_dsp.HpssStream(44100)  # doctest: +SKIP
    >>> parts = [stream.push(block) for block in blocks] + [stream.finish()]  # doctest: +SKIP
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
        """Take samples; give the harmonic and percussive samples that are settled, maybe none."""
        harmonic, percussive = self._push(audio)
        return harmonic, percussive

    def finish(self) -> tuple[Real, Real]:
        """End the signal; give the rest. The stream is then as new."""
        harmonic, percussive = self._finish()
        return harmonic, percussive
