"""Onset strength, onsets, tempo and beats are librosa's."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
from corpus import track
from signals import NAMES, clip, signal

import auralis_dsp

RATES = (8000, 22050, 44100, 48000)


def sounds() -> list:
    cases = [(name, rate) for name in NAMES for rate in RATES[1:3]]
    return [*cases, *((f"track {i}", RATES[i % 4]) for i in range(12))]


def sound(name: str, rate: int) -> np.ndarray:
    if name.startswith("track"):
        return track(int(name.split()[1]), 8.0, rate).mean(axis=1)
    return signal(name, 8 * rate, rate)


@pytest.mark.parametrize(("name", "rate"), sounds())
def test_rhythm(name: str, rate: int) -> None:
    audio = sound(name, rate)
    expected = librosa.onset.onset_strength(y=audio, sr=rate)
    envelope = auralis_dsp.onset_strength(audio, rate)
    np.testing.assert_allclose(envelope, expected, rtol=0, atol=1e-6 * max(expected.max(), 1e-3))

    onsets = librosa.onset.onset_detect(y=audio, sr=rate)
    np.testing.assert_array_equal(auralis_dsp.onset_detect(audio, rate), onsets)

    bpm = librosa.feature.tempo(y=audio, sr=rate)[0]
    assert auralis_dsp.tempo(audio, rate) == pytest.approx(bpm, rel=1e-12)

    bpm, beats = librosa.beat.beat_track(y=audio, sr=rate)
    found = auralis_dsp.beat_track(audio, rate)
    assert found[0] == pytest.approx(np.atleast_1d(bpm)[0], rel=1e-12)
    np.testing.assert_array_equal(found[1], beats)


@pytest.mark.parametrize(
    "kwargs",
    [
        {"hop_length": 256, "n_fft": 1024},
        {"n_mels": 40, "fmin": 100.0, "fmax": 6000.0},
        {"lag": 3, "max_size": 4},
        {"detrend": True},
        {"center": False},
    ],
)
@pytest.mark.parametrize("aggregate", ["mean", "median"])
def test_onset_strength_parameters(kwargs: dict, aggregate: str) -> None:
    audio = clip(22050)
    expected = librosa.onset.onset_strength(
        y=audio, sr=22050, aggregate=getattr(np, aggregate), **kwargs
    )
    found = auralis_dsp.onset_strength(audio, 22050, aggregate=aggregate, **kwargs)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6 * expected.max())


def test_several_signals_at_once() -> None:
    audio = np.stack([clip(22050), clip(22050)[::-1]])
    found = auralis_dsp.onset_strength(audio, 22050)
    assert found.shape[0] == 2
    for one, row in zip(audio, found, strict=True):
        np.testing.assert_array_equal(auralis_dsp.onset_strength(one, 22050), row)


def test_an_envelope_takes_the_place_of_audio() -> None:
    audio = clip(22050)
    mean = auralis_dsp.onset_strength(audio, 22050)
    median = auralis_dsp.onset_strength(audio, 22050, aggregate="median")
    assert auralis_dsp.tempo(sr=22050, onset_envelope=mean) == auralis_dsp.tempo(audio, 22050)
    for found, expected in (
        (
            auralis_dsp.onset_detect(sr=22050, onset_envelope=mean),
            auralis_dsp.onset_detect(audio, 22050),
        ),
        (
            auralis_dsp.beat_track(sr=22050, onset_envelope=median)[1],
            auralis_dsp.beat_track(audio, 22050)[1],
        ),
    ):
        assert found.dtype == np.intp and len(found) > 3
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "kwargs",
    [
        {"bpm": 90.0},
        {"start_bpm": 60.0},
        {"tightness": 400.0},
        {"trim": False},
        {"hop_length": 256},
    ],
)
def test_beat_track_parameters(kwargs: dict) -> None:
    audio = clip(22050)
    expected = librosa.beat.beat_track(y=audio, sr=22050, **kwargs)[1]
    np.testing.assert_array_equal(auralis_dsp.beat_track(audio, 22050, **kwargs)[1], expected)


@pytest.mark.parametrize(
    "kwargs",
    [
        {"start_bpm": 70.0},
        {"std_bpm": 0.3},
        {"ac_size": 4.0},
        {"max_tempo": 100.0},
        {"max_tempo": None},
    ],
)
def test_tempo_parameters(kwargs: dict) -> None:
    audio = clip(22050)
    expected = librosa.feature.tempo(y=audio, sr=22050, **kwargs)[0]
    assert auralis_dsp.tempo(audio, 22050, **kwargs) == pytest.approx(expected, rel=1e-12)
