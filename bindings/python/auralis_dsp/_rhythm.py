"""Onset strength, onsets, tempo and beats."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._arguments import Audio, Real, as_audio, as_envelope, one_signal, real, samples
from ._errors import AuralisError
from ._kernel import FLAG, LENGTH, Field, Kernel, Params, one_of
from ._library import check, ffi


class _OfEnvelope(Kernel):
    """A function of an onset envelope, or of audio whose envelope is taken first.

    `frames` and `bpm` tell which of both C's function gives, in this order.
    """

    def __init__(self, name: str, params: Params, *, frames: bool, bpm: bool) -> None:
        super().__init__(name, params)
        self._finds, self._tells_bpm = frames, bpm

    def of_one(
        self,
        audio: Audio | None,
        sr: Any,
        onset_envelope: Audio | None,
        hop_length: Any,
        *values: Any,
        aggregate: str = "mean",
    ) -> tuple[NDArray[np.intp], float]:
        """The frames and the tempo, 0 or none if C's function does not give them."""
        if audio is not None and onset_envelope is not None:
            raise AuralisError("audio and onset_envelope are both given; allowed: one of them")
        rate, params = real("sr", sr), self.struct((hop_length, *values))
        if onset_envelope is not None:
            return self._run(as_envelope(onset_envelope), rate, params)
        if audio is None:
            raise AuralisError("audio and onset_envelope are both None; allowed: one of them")
        signal = one_signal(as_audio(audio))
        # What is wrong is found before the work on the audio: on one frame of silence.
        self._run(np.zeros(1), rate, params)
        envelope = onset_strength(signal, sr, hop_length=hop_length, aggregate=aggregate)
        return self._run(envelope, rate, params)

    def _run(self, envelope: Real, rate: float, params: Any) -> tuple[NDArray[np.intp], float]:
        found = np.empty(len(envelope), np.uintp)
        n_found, bpm = ffi.new("size_t *"), ffi.new("double *")
        frames = (ffi.from_buffer("size_t[]", found), len(found), n_found)
        outputs = (*(frames if self._finds else ()), *((bpm,) if self._tells_bpm else ()))
        with self.params.speaking_python():
            check(self.compute(samples(envelope), len(envelope), rate, params, *outputs))
        return found[: n_found[0]].astype(np.intp), bpm[0]


_STRENGTH = Kernel(
    "onset_strength",
    Params(
        "onset_strength",
        hop_length=LENGTH,
        fmax=Field(none=0.0),
        detrend=FLAG,
        center=FLAG,
        aggregate=one_of({"mean": 0, "median": 1}),
    ),
)
_DETECT = _OfEnvelope(
    "onset_detect", Params("onset_detect", normalize=FLAG), frames=True, bpm=False
)
_TEMPO = _OfEnvelope(
    "tempo", Params("tempo", max_tempo=Field(none=math.inf)), frames=False, bpm=True
)
_BEATS = _OfEnvelope(
    "beat_track", Params("beat_track", bpm=Field(none=math.nan), trim=FLAG), frames=True, bpm=True
)


@_STRENGTH.signature
def onset_strength(
    audio: Audio,
    sr: float = 44100,
    *,
    hop_length: int = 512,
    n_fft: int = 2048,
    n_mels: int = 128,
    fmin: float = 0.0,
    fmax: float | None = None,
    lag: int = 1,
    max_size: int = 1,
    detrend: bool = False,
    center: bool = True,
    aggregate: str = "mean",
) -> Real:
    """Measure in every frame how much the levels of mel bands rise.

    Parameters
    ----------
    audio : array_like, shape (..., n)
        Signal or signals, finite, at least one sample.
    sr : float
        Sample rate, 8000 to 384000 Hz.
    hop_length, n_fft : int
        Samples between frames and in a frame.
    n_mels : int
        Mel bands, 1 to 2048.
    fmin, fmax : float
        Edges of the lowest and the highest band in Hz; by default 0 and ``sr / 2``.
    lag : int
        Frames between the two that are compared.
    max_size : int
        Bands whose largest value a band is compared with.
    detrend : bool
        Whether to remove slow changes.
    center : bool
        Whether to delay the result by half a frame, to where the new samples lie.
    aggregate : {"mean", "median"}
        How all bands become one number.

    Returns
    -------
    envelope : ndarray of float64, shape (..., n_frames)
        Rise in dB; levels 80 dB below the loudest count as that.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    See Also
    --------
    onset_detect, tempo, beat_track : take the result as `onset_envelope`.

    Notes
    -----
    With the levels S of the mel bands in dB, the mean or median over bands b of
    ``max(0, S[b, t] - max(S[b', t - lag]))``, where b' are the `max_size` bands around b.

    Equals ``librosa.onset.onset_strength`` to 1e-6 of its peak. Böck and Widmer, "Maximum filter
    vibrato suppression for onset detection" (2013).

    Examples
    --------
    >>> clicks = 0.5 * (np.arange(4 * 44100) % 22050 == 0)  # every half second
    >>> envelope = auralis_dsp.onset_strength(clicks, 44100)
    >>> envelope.shape, int(envelope[:60].argmax())  # 22050 / 512 = 43.07
    ((345,), 44)
    """
    return _STRENGTH.framed(
        audio, sr, hop_length, n_fft, n_mels, fmin, fmax, lag, max_size, detrend, center, aggregate
    )


@_DETECT.signature
def onset_detect(
    audio: Audio | None = None,
    sr: float = 44100,
    *,
    onset_envelope: Audio | None = None,
    hop_length: int = 512,
    normalize: bool = True,
    delta: float = 0.07,
) -> NDArray[np.intp]:
    """Find the frames in which an onset lies.

    Parameters
    ----------
    audio : array_like, shape (n,)
        Signal; or else `onset_envelope`.
    sr : float
        Sample rate, 8000 to 384000 Hz.
    onset_envelope : array_like, shape (n_frames,)
        What `onset_strength` gives.
    hop_length : int
        Samples between frames.
    normalize : bool
        Whether to shift and scale the envelope to 0..1 first.
    delta : float
        How far a peak must stand above the mean of the 100 ms around it.

    Returns
    -------
    frames : ndarray of intp, shape (n_onsets,)
        Ascending; the time of frame `t` is ``t * hop_length / sr``.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    See Also
    --------
    onset_strength : the envelope.

    Notes
    -----
    A frame has an onset if its value is the largest of the 30 ms before it and stands `delta` above
    the mean of the 100 ms around it.

    Equals ``librosa.onset.onset_detect``. Böck, Krebs and Schedl, "Evaluating the online
    capabilities of onset detection methods" (2012).

    Examples
    --------
    >>> clicks = 0.5 * (np.arange(4 * 44100) % 22050 == 0)  # every half second
    >>> auralis_dsp.onset_detect(clicks, 44100)[:3]
    array([ 44,  87, 130])
    """
    return _DETECT.of_one(audio, sr, onset_envelope, hop_length, normalize, delta)[0]


@_TEMPO.signature
def tempo(
    audio: Audio | None = None,
    sr: float = 44100,
    *,
    onset_envelope: Audio | None = None,
    hop_length: int = 512,
    start_bpm: float = 120.0,
    std_bpm: float = 1.0,
    ac_size: float = 8.0,
    max_tempo: float | None = 320.0,
) -> float:
    """Estimate the tempo in beats per minute.

    Parameters
    ----------
    audio : array_like, shape (n,)
        Signal; or else `onset_envelope`.
    sr : float
        Sample rate, 8000 to 384000 Hz.
    onset_envelope : array_like, shape (n_frames,)
        What `onset_strength` gives.
    hop_length : int
        Samples between frames.
    start_bpm, std_bpm : float
        Where the log-normal prior is largest, and its standard deviation in octaves.
    ac_size : float
        Seconds of the autocorrelation window.
    max_tempo : float, optional
        No tempo from here on.

    Returns
    -------
    bpm : float
        Where nothing repeats, the tempo that the prior likes best.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    See Also
    --------
    beat_track : finds the beats too.

    Notes
    -----
    The tempo whose lag has the largest autocorrelation of the envelope, averaged over windows and
    weighted by ``exp(-0.5 * ((log2(bpm) - log2(start_bpm)) / std_bpm)**2)``.

    Equals ``librosa.feature.tempo``, which returns an array of one. Grosche, Müller and Kurth,
    "Cyclic tempogram" (2010).

    Examples
    --------
    >>> clicks = 0.5 * (np.arange(4 * 44100) % 22050 == 0)  # every half second
    >>> round(auralis_dsp.tempo(clicks, 44100), 1)
    120.2
    """
    values = start_bpm, std_bpm, ac_size, max_tempo
    return _TEMPO.of_one(audio, sr, onset_envelope, hop_length, *values)[1]


@_BEATS.signature
def beat_track(
    audio: Audio | None = None,
    sr: float = 44100,
    *,
    onset_envelope: Audio | None = None,
    hop_length: int = 512,
    start_bpm: float = 120.0,
    tightness: float = 100.0,
    trim: bool = True,
    bpm: float | None = None,
) -> tuple[float, NDArray[np.intp]]:
    """Track the beats.

    Parameters
    ----------
    audio : array_like, shape (n,)
        Signal, of which `onset_strength` is taken with the median; or else `onset_envelope`.
    sr : float
        Sample rate, 8000 to 384000 Hz.
    onset_envelope : array_like, shape (n_frames,)
        What `onset_strength` gives.
    hop_length : int
        Samples between frames.
    start_bpm : float
        Where the tempo is looked for first.
    tightness : float
        How closely beats keep to the tempo.
    trim : bool
        Whether to leave out weak beats at both ends.
    bpm : float, optional
        The tempo, if it is known.

    Returns
    -------
    bpm : float
        Tempo in beats per minute; 0 for silence.
    frames : ndarray of intp, shape (n_beats,)
        Ascending; the time of frame `t` is ``t * hop_length / sr``.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    See Also
    --------
    tempo : the tempo alone.

    Notes
    -----
    The sequence of frames that maximises the sum of the envelope at the beats less
    ``tightness * log(interval / period)**2`` for each interval.

    Equals ``librosa.beat.beat_track``. Ellis, "Beat tracking by dynamic programming" (2007).

    Examples
    --------
    >>> clicks = 0.5 * (np.arange(4 * 44100) % 22050 == 0)  # every half second
    >>> bpm, frames = auralis_dsp.beat_track(clicks, 44100)
    >>> round(bpm, 1), frames[:3]
    (120.2, array([ 44,  87, 130]))
    """
    values = start_bpm, tightness, trim, bpm
    frames, found = _BEATS.of_one(
        audio, sr, onset_envelope, hop_length, *values, aggregate="median"
    )
    return found, frames
