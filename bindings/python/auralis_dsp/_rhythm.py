"""Onset strength, onsets, tempo and beats."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._arguments import (
    Audio,
    Real,
    as_audio,
    cached,
    choice,
    count,
    each_signal,
    flag,
    real,
    samples,
)
from ._errors import AuralisError
from ._library import check, ffi, lib

_AGGREGATES = {"mean": 0, "median": 1}


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

    Notes
    -----
    Equals ``librosa.onset.onset_strength`` to 1e-6 of its peak. Böck and Widmer, "Maximum filter
    vibrato suppression for onset detection" (2013).
    """
    rate = real("sr", sr)
    params = _strength_params(
        hop_length, n_fft, n_mels, fmin, fmax, lag, max_size, detrend, center, aggregate
    )
    frames = ffi.new("size_t *")

    def run(signal: Real) -> tuple[Real]:
        check(lib.auralis_onset_strength_frames(len(signal), params, frames))
        envelope = np.empty(frames[0])
        out = samples(envelope)
        check(
            lib.auralis_onset_strength(
                samples(signal), len(signal), rate, params, out, len(envelope)
            )
        )
        return (envelope,)

    return each_signal(as_audio(audio), run)[0]


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

    Notes
    -----
    Equals ``librosa.onset.onset_detect``. Böck, Krebs and Schedl, "Evaluating the online
    capabilities of onset detection methods" (2012).
    """
    envelope = _envelope(audio, sr, onset_envelope, hop_length, "mean")
    params = ffi.new("auralis_onset_detect_params *")
    check(lib.auralis_onset_detect_params_init(params, ffi.sizeof(params[0])))
    params.delta = real("delta", delta)
    params.hop_length = count("hop_length", hop_length)
    params.normalize = flag("normalize", normalize)
    frames, written = _frames(envelope)
    check(
        lib.auralis_onset_detect(
            samples(envelope),
            len(envelope),
            real("sr", sr),
            params,
            ffi.from_buffer("size_t[]", frames),
            len(frames),
            written,
        )
    )
    return frames[: written[0]].astype(np.intp)


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

    Notes
    -----
    Equals ``librosa.feature.tempo``, which returns an array of one. Grosche, Müller and Kurth,
    "Cyclic tempogram" (2010).
    """
    envelope = _envelope(audio, sr, onset_envelope, hop_length, "mean")
    params = ffi.new("auralis_tempo_params *")
    check(lib.auralis_tempo_params_init(params, ffi.sizeof(params[0])))
    params.start_bpm = real("start_bpm", start_bpm)
    params.std_bpm = real("std_bpm", std_bpm)
    params.ac_size = real("ac_size", ac_size)
    params.max_tempo = math.inf if max_tempo is None else real("max_tempo", max_tempo)
    params.hop_length = count("hop_length", hop_length)
    bpm = ffi.new("double *")
    check(lib.auralis_tempo(samples(envelope), len(envelope), real("sr", sr), params, bpm))
    return bpm[0]


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

    Notes
    -----
    Equals ``librosa.beat.beat_track``. Ellis, "Beat tracking by dynamic programming" (2007).
    """
    envelope = _envelope(audio, sr, onset_envelope, hop_length, "median")
    params = ffi.new("auralis_beat_track_params *")
    check(lib.auralis_beat_track_params_init(params, ffi.sizeof(params[0])))
    params.bpm = math.nan if bpm is None else real("bpm", bpm)
    params.start_bpm = real("start_bpm", start_bpm)
    params.tightness = real("tightness", tightness)
    params.hop_length = count("hop_length", hop_length)
    params.trim = flag("trim", trim)
    frames, written = _frames(envelope)
    found = ffi.new("double *")
    check(
        lib.auralis_beat_track(
            samples(envelope),
            len(envelope),
            real("sr", sr),
            params,
            ffi.from_buffer("size_t[]", frames),
            len(frames),
            written,
            found,
        )
    )
    return found[0], frames[: written[0]].astype(np.intp)


def _envelope(
    audio: Audio | None, sr: float, envelope: Audio | None, hop_length: int, aggregate: str
) -> Real:
    if (audio is None) == (envelope is None):
        raise AuralisError("audio and onset_envelope are both given or both missing; allowed: one")
    if envelope is None:
        envelope = onset_strength(audio, sr, hop_length=hop_length, aggregate=aggregate)
    envelope = as_audio(envelope)
    if envelope.ndim != 1:
        raise AuralisError(f"the signal has {envelope.ndim} dimensions; allowed: shape (n,)")
    return envelope


def _frames(envelope: Real) -> tuple[NDArray[np.uintp], Any]:
    return np.empty(len(envelope), np.uintp), ffi.new("size_t *")


@cached
def _strength_params(
    hop_length: Any,
    n_fft: Any,
    n_mels: Any,
    fmin: Any,
    fmax: Any,
    lag: Any,
    max_size: Any,
    detrend: Any,
    center: Any,
    aggregate: Any,
) -> Any:
    params = ffi.new("auralis_onset_strength_params *")
    check(lib.auralis_onset_strength_params_init(params, ffi.sizeof(params[0])))
    params.fmin = real("fmin", fmin)
    params.fmax = 0.0 if fmax is None else real("fmax", fmax)
    params.n_fft = count("n_fft", n_fft)
    params.hop_length = count("hop_length", hop_length)
    params.n_mels = count("n_mels", n_mels)
    params.lag = count("lag", lag)
    params.max_size = count("max_size", max_size)
    params.detrend = flag("detrend", detrend)
    params.center = flag("center", center)
    params.aggregate = choice("aggregate", aggregate, _AGGREGATES)
    return params
