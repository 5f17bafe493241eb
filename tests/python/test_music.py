"""What must be true of music, whatever librosa says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from signals import clip

import auralis_dsp

RATE = 44100


def cents(frequency: np.ndarray, reference: float) -> np.ndarray:
    return 1200 * np.log2(frequency / reference)


@pytest.mark.parametrize("frequency", np.geomspace(55, 2000, 23))
def test_sines_have_their_pitch(frequency: float) -> None:
    audio = np.sin(2 * np.pi * frequency * np.arange(5 * RATE) / RATE)
    # YIN is biased by less than the inverse of the periods in a frame; 64 of them are enough.
    frame_length = 1 << math.ceil(math.log2(64 * RATE / frequency))
    f0 = auralis_dsp.yin(audio, RATE, 50, 2093, frame_length=frame_length)
    times = np.arange(len(f0)) * (frame_length // 4)
    inner = f0[(times > frame_length) & (times < len(audio) - frame_length)]
    assert len(inner) > 3
    assert np.abs(cents(inner, frequency)).max() < 3


@pytest.mark.parametrize("semitone", range(84))
def test_semitones_have_their_class(semitone: int) -> None:
    frequency = 440 * 2 ** ((semitone + 24 - 69) / 12)
    audio = np.sin(2 * np.pi * frequency * np.arange(2 * RATE) / RATE)
    chroma = auralis_dsp.chroma_cqt(audio, RATE, tuning=0.0)
    inner = chroma[:, 60:-60]
    assert (inner.argmax(axis=0) == semitone % 12).all()


def test_chord_and_clicks_part() -> None:
    t = np.arange(4 * RATE) / RATE
    chord = sum(np.sin(2 * np.pi * f * t) for f in (220.0, 277.18, 329.63)) / 4
    clicks = np.zeros_like(t)
    clicks[RATE // 4 :: RATE // 2] = 1.0
    inner = slice(RATE // 2, -RATE // 2)

    def decibels(x: np.ndarray, y: np.ndarray) -> float:
        return 10 * np.log10(np.sum(x[inner] ** 2) / max(np.sum(y[inner] ** 2), 1e-30))

    harmonic, percussive = auralis_dsp.hpss(chord, RATE)
    assert decibels(harmonic, percussive) >= 15
    harmonic, percussive = auralis_dsp.hpss(clicks, RATE)
    assert decibels(percussive, harmonic) >= 15
    harmonic, percussive = auralis_dsp.hpss(chord + clicks, RATE)
    assert decibels(chord, harmonic - chord) >= 15
    assert decibels(harmonic, percussive - clicks) >= 15


def test_parts_add_up() -> None:
    audio = clip(RATE)
    harmonic, percussive = auralis_dsp.hpss(audio, RATE)
    assert np.abs(harmonic + percussive - audio).max() <= 1e-12 * np.abs(audio).max()
    assert np.abs(harmonic).max() > 0.1 * np.abs(audio).max()
    assert np.abs(percussive).max() > 0.1 * np.abs(audio).max()


@pytest.mark.parametrize("deviation", [-0.4, -0.2, 0.0, 0.13, 0.35])
def test_tuning_of_a_detuned_chord(deviation: float) -> None:
    t = np.arange(3 * RATE) / RATE
    notes = (57, 61, 64, 69, 76)
    audio = sum(np.sin(2 * np.pi * 440 * 2 ** ((m + deviation - 69) / 12) * t) for m in notes)
    assert auralis_dsp.estimate_tuning(audio, RATE) == pytest.approx(deviation, abs=0.06)


def test_tuned_chroma_follows_a_detuned_chord() -> None:
    t = np.arange(3 * RATE) / RATE
    audio = np.sin(2 * np.pi * 440 * 2 ** (0.45 / 12) * t)
    chroma = auralis_dsp.chroma_cqt(audio, RATE)[:, 60:-60]
    assert (chroma.argmax(axis=0) == 9).all()
