"""One piece has one fingerprint, whatever its sample rate."""

from __future__ import annotations

import numpy as np
import pytest
from corpus import track

from auralis_dsp import fingerprint
from auralis_dsp.library.space import Space

RATES = (22050, 32000, 44100, 48000, 88200, 96000, 192000)
SECONDS = 6
#: Not 16, whose bass is one tone at the edge of two bands: which of them has more of it depends on
#: where the bins lie. docs/FINGERPRINT.md says so.
PIECES = [number for number in range(25) if number != 16]


def renderings(number: int) -> list[np.ndarray]:
    """A piece with content up to 10 kHz at each of `RATES`: the same sines.

    Three tracks together, so that most pieces have something in every band, as music has.
    """
    layers = [track(1000 * layer + number, SECONDS, RATES[-1]) for layer in range(3)]
    spectrum = np.fft.rfft(sum(layers), axis=0)
    frequency = np.arange(len(spectrum)) / SECONDS
    spectrum *= np.clip((10000 - frequency) / 500, 0, 1)[:, np.newaxis]
    return [
        np.fft.irfft(spectrum[: SECONDS * rate // 2 + 1], SECONDS * rate, axis=0)
        * (rate / RATES[-1])
        for rate in RATES
    ]


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    """Fingerprints, shape (pieces, rates, 25)."""
    rows = [
        [
            fingerprint(audio, rate).vector
            for audio, rate in zip(renderings(number), RATES, strict=True)
        ]
        for number in PIECES
    ]
    return np.array(rows)


def test_a_piece_is_nearer_to_itself_at_another_rate_than_to_any_other(vectors: np.ndarray) -> None:
    space = Space(vectors.reshape(-1, 25))
    for row, piece in enumerate(vectors):
        for vector, rate in zip(piece, RATES, strict=True):
            distances = np.sqrt(space.contributions(vector, slice(None)).sum(axis=1))
            distances = distances.reshape(len(PIECES), len(RATES))
            others = np.delete(distances, row, axis=0)
            assert distances[row].max() < others.min(), (PIECES[row], rate)


@pytest.mark.parametrize("rate", RATES)
def test_held_tones_have_no_onsets(rate: int) -> None:
    t = np.arange(4 * rate) / rate
    assert fingerprint(0.5 * np.sin(2 * np.pi * 440 * t), rate)["transient_density"] == 0


@pytest.mark.parametrize("rate", [88200, 96000, 176400, 192000, 384000])
def test_low_tones_have_a_band_at_high_rates(rate: int) -> None:
    tone = 0.3 * np.sin(2 * np.pi * 40 * np.arange(2 * rate) / rate)
    assert fingerprint(tone, rate, groups=["spectrum"])["sub_bass_pct"] > 50
