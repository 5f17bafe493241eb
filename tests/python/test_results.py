"""Results compare, hash, copy and pickle as values do, NaN and all."""

from __future__ import annotations

import copy
import math
import pickle

import numpy as np
import pytest
from signals import clip

import auralis_dsp
from auralis_dsp import AuralisError, Fingerprint
from auralis_dsp.analysis import HarmonicAnalyzer

RATE = 44100
SHORT = clip(RATE)[:8000]


def short() -> Fingerprint:
    """A fingerprint of which many values cannot be computed."""
    found = auralis_dsp.fingerprint(SHORT, RATE)
    assert np.isnan(found.vector).any() and not np.isnan(found.vector).all()
    return found


def test_equal_fingerprints() -> None:
    assert short() == short()
    other = short().vector.copy()
    other[np.isnan(other)] = 0.0
    assert short() != Fingerprint(other)
    other = short().vector.copy()
    other[np.flatnonzero(~np.isnan(other))[0]] += 1e-9
    assert short() != Fingerprint(other)
    assert short() != Fingerprint(short().vector, version=0)


def test_fingerprints_and_other_mappings() -> None:
    assert short() == dict(short()) and dict(short()) == short()
    assert dict(short()) == dict(short())
    changed = dict(short()) | {"lufs": 0.0}
    assert short() != changed and changed != short()
    assert short() != {} and short() != list(short().vector) and short() != None  # noqa: E711


def test_equal_fingerprints_have_equal_hashes() -> None:
    assert hash(short()) == hash(short())
    assert len({short(), short(), auralis_dsp.fingerprint(clip(RATE), RATE)}) == 2
    zero, negative = np.zeros(25), -np.zeros(25)
    assert Fingerprint(zero) == Fingerprint(negative)
    assert hash(Fingerprint(zero)) == hash(Fingerprint(negative))


def test_fingerprints_are_arrays() -> None:
    found = short()
    assert np.array_equal(np.asarray(found), found.vector, equal_nan=True)
    assert np.asarray(found).dtype == np.float64 and np.asarray(found).shape == (25,)
    assert np.asarray(found, np.float32).dtype == np.float32
    assert np.stack([found, found]).shape == (2, 25)
    mine = np.array(found)
    mine[0] = 7.0
    assert found == short()
    with pytest.raises(ValueError, match="read-only"):
        np.asarray(found)[0] = 7.0
    with pytest.raises(ValueError, match="read-only"):
        found.vector[0] = 7.0


def test_a_fingerprint_is_not_changed_by_what_it_was_made_of() -> None:
    vector = np.arange(25.0)
    found = Fingerprint(vector)
    vector[0] = 99.0
    assert found.vector[0] == 0.0
    for name in ("vector", "version"):
        with pytest.raises(AttributeError):
            setattr(found, name, 3)
    with pytest.raises(AuralisError, match=r"^vector has shape \(24,\); allowed: \(25,\)$"):
        Fingerprint(np.zeros(24))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_fingerprints_pickle(protocol: int) -> None:
    for found in (short(), Fingerprint(np.arange(25.0), version=1)):
        back = pickle.loads(pickle.dumps(found, protocol))
        assert back == found and back.version == found.version and type(back) is Fingerprint
        assert not back.vector.flags.writeable
        for copied in (copy.copy(found), copy.deepcopy(found)):
            assert copied == found and not copied.vector.flags.writeable


def test_other_results_compare_too() -> None:
    def loudness() -> auralis_dsp.Loudness:
        return auralis_dsp.loudness(clip(RATE)[:RATE], RATE)

    assert math.isnan(loudness().range) and loudness() == loudness()
    assert hash(loudness()) == hash(loudness())

    def analyzed() -> dict[str, float]:
        return HarmonicAnalyzer().analyze(SHORT[:2000], RATE)

    assert math.isnan(analyzed()["pitch_stability"]) and analyzed() == analyzed()


def test_errors_pickle() -> None:
    with pytest.raises(AuralisError) as caught:
        auralis_dsp.yin(SHORT, 1.0)
    back = pickle.loads(pickle.dumps(caught.value))
    assert type(back) is AuralisError and str(back) == str(caught.value) and back.status == -2
