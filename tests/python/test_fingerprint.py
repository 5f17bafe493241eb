"""The fingerprint: librosa's and pyloudnorm's numbers, and properties that a description needs."""

from __future__ import annotations

import math

import librosa
import numpy as np
import pytest
import scipy.stats
import soundfile
from corpus import COUNT, RATE, track
from definition import chroma_definition
from fingerprint_oracle import NAMES, fingerprint, frame_length, levels
from signals import CLIP

import auralis_dsp

#: librosa approximates the chromagram; `test_chroma_energy_is_that_of_the_definition` is strict.
TOLERANCE = {"chroma_energy": 1e-2}


def assert_equal(ours: auralis_dsp.Fingerprint, expected: dict[str, float]) -> None:
    assert list(ours) == list(expected) == NAMES
    for name, value in expected.items():
        tolerance = TOLERANCE.get(name, 1e-4)
        assert ours[name] == pytest.approx(value, rel=tolerance, abs=1e-9, nan_ok=True), name


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    """The corpus, one row a track."""
    return np.array([auralis_dsp.fingerprint(track(i), RATE).vector for i in range(COUNT)])


@pytest.mark.parametrize("number", range(0, COUNT, 2))
def test_tracks_have_the_values_of_the_oracle(number: int) -> None:
    audio = track(number)
    assert_equal(auralis_dsp.fingerprint(audio, RATE), fingerprint(audio, RATE))


@pytest.mark.parametrize("rate", [8000, 16000, 32000, 44100, 48000, 96000, 192000])
def test_rates_have_the_values_of_the_oracle(rate: int) -> None:
    audio = track(rate, 4.0, rate)
    assert_equal(auralis_dsp.fingerprint(audio, rate), fingerprint(audio, rate))


def test_a_recording_has_the_values_of_the_oracle() -> None:
    audio, rate = soundfile.read(CLIP)
    ours = auralis_dsp.fingerprint(audio, rate)
    assert_equal(ours, fingerprint(audio, rate))
    assert np.isfinite(ours.vector).all()


def short(name: str) -> np.ndarray:
    rng = np.random.default_rng(5)
    return {
        "silence": np.zeros((RATE, 2)),
        "silence in mono": np.zeros(RATE),
        "one sample": np.array([0.5]),
        "a frame": rng.standard_normal(1024),
        "less than a frame": rng.standard_normal(1023) + 0.2,
        "a fifth of a second": 0.3 * rng.standard_normal((RATE // 5, 2)),
        "constant": np.full((3 * RATE, 2), 0.3),
        "constant and a pause": 0.3 + track(9) * np.repeat([1, 0], 3 * RATE)[:, None],
        "a whisper": 2e-5 * rng.standard_normal((2 * RATE, 2)),
        "clipped square": np.sign(np.sin(np.arange(4 * RATE) * 0.05 + 0.01)),
        "mono": track(3)[:, 0],
        "six channels": rng.standard_normal((4 * RATE, 6)) * [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
        "eight channels": 0.1 * rng.standard_normal((4 * RATE, 8)) * np.arange(1, 9),
        "side only": track(4)[:, :1] * [1, -1],
        "one channel silent": track(5) * [1, 0],
    }[name]


@pytest.mark.parametrize(
    "name",
    [
        "silence",
        "silence in mono",
        "one sample",
        "a frame",
        "less than a frame",
        "a fifth of a second",
        "constant",
        "constant and a pause",
        "a whisper",
        "clipped square",
        "mono",
        "six channels",
        "eight channels",
        "side only",
        "one channel silent",
    ],
)
def test_odd_inputs_have_the_values_of_the_oracle(name: str) -> None:
    audio = short(name)
    ours, expected = auralis_dsp.fingerprint(audio, RATE), fingerprint(audio, RATE)
    if name.startswith(("one sample", "a f", "less", "constant", "clipped")):
        # Little but edges, where librosa's chromagram is far from its definition.
        expected["chroma_energy"] = pytest.approx(expected["chroma_energy"], rel=0.3, nan_ok=True)
    for key, value in expected.items():
        if isinstance(value, float):
            value = pytest.approx(value, rel=TOLERANCE.get(key, 1e-4), abs=1e-7, nan_ok=True)
        assert ours[key] == value, key


def test_chroma_energy_is_that_of_the_definition() -> None:
    audio = track(8).mean(axis=1)
    n_fft = frame_length(RATE)
    tuning = librosa.estimate_tuning(y=audio, sr=RATE, n_fft=n_fft, bins_per_octave=36)
    chroma = chroma_definition(audio, RATE, tuning=tuning, hop_length=n_fft // 4)
    level, loudest = levels(audio, RATE)
    expected = np.mean(chroma[:, level >= 1e-3 * loudest])
    ours = auralis_dsp.fingerprint(audio, RATE)["chroma_energy"]
    assert ours == pytest.approx(expected, rel=1e-4)


def test_every_dimension_varies(vectors: np.ndarray) -> None:
    for name, values in zip(NAMES, vectors.T, strict=True):
        known = values[np.isfinite(values)]
        # Of six seconds not all have three beats.
        assert len(known) >= 0.5 * COUNT, name
        assert len(np.unique(known)) >= 10, name
        middle = np.median(known)
        assert np.ptp(known) > 0.05 * abs(middle), name


def test_no_dimension_is_a_copy_of_another(vectors: np.ndarray) -> None:
    for i, first in enumerate(NAMES):
        for j, second in enumerate(NAMES[:i]):
            both = np.isfinite(vectors[:, [i, j]]).all(axis=1)
            correlation = scipy.stats.spearmanr(vectors[both, i], vectors[both, j]).statistic
            assert abs(correlation) < 0.98, (first, second)


def test_values_lie_within_their_ranges(vectors: np.ndarray) -> None:
    for dimension, values in zip(auralis_dsp.dimensions(), vectors.T, strict=True):
        known = values[np.isfinite(values)]
        assert (known >= dimension.low).all() and (known <= dimension.high).all(), dimension.name


@pytest.mark.parametrize("number", range(1, COUNT, 5))
def test_gain_moves_the_loudness_alone(number: int) -> None:
    # Noise keeps all above the gate of loudness and the least power of flatness and onsets.
    rng = np.random.default_rng(number)
    audio = track(number) / np.max(np.abs(track(number)))
    audio = audio + 0.03 * rng.standard_normal(audio.shape)
    expected = dict(auralis_dsp.fingerprint(audio, RATE))
    for decibels in (-20, 20):
        found = dict(auralis_dsp.fingerprint(audio * 10 ** (decibels / 20), RATE))
        assert found.pop("lufs") - expected["lufs"] == pytest.approx(decibels, abs=1e-6)
        for name, value in found.items():
            assert value == pytest.approx(expected[name], rel=1e-6, abs=1e-6, nan_ok=True), name


@pytest.mark.parametrize("number", range(2, COUNT, 5))
def test_polarity_and_exchanged_channels_change_nothing(number: int) -> None:
    audio = track(number)
    expected = auralis_dsp.fingerprint(audio, RATE).vector
    for other in (-audio, audio[:, ::-1]):
        found = auralis_dsp.fingerprint(other, RATE).vector
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("number", range(0, COUNT, 4))
def test_a_shift_in_time_changes_little(number: int, vectors: np.ndarray) -> None:
    audio, shift = track(number, 21.0), 700
    n = len(audio) - RATE
    first, second = (
        auralis_dsp.fingerprint(audio[start : start + n], RATE).vector for start in (0, shift)
    )
    moved = np.abs(first - second) / np.nanstd(vectors, axis=0)
    # One beat or one frame of half a second more or less makes the most of it.
    assert np.nanmax(moved) < 2.5, NAMES[int(np.nanargmax(moved))]
    assert np.nanmean(moved) < 0.15


@pytest.mark.parametrize("block", [1, 999, 65536, 100_000])
def test_a_stream_gives_the_same_bits(block: int) -> None:
    audio = track(12)[: 3 * RATE] if block == 1 else track(12)
    expected = auralis_dsp.fingerprint(audio, RATE).vector
    stream = auralis_dsp.FingerprintStream(RATE, 2)
    for _ in range(2):
        for start in range(0, len(audio), block):
            stream.push(audio[start : start + block])
        np.testing.assert_array_equal(stream.finish().vector, expected)
    stream.push(audio)
    stream.reset()
    stream.push(np.empty((0, 2)))
    with pytest.raises(auralis_dsp.AuralisError, match="empty"):
        stream.finish()


def test_layouts_are_told_and_not_guessed() -> None:
    audio = track(2)
    expected = auralis_dsp.fingerprint(audio, RATE).vector
    first = auralis_dsp.fingerprint(np.ascontiguousarray(audio.T), RATE, channels="first").vector
    np.testing.assert_array_equal(first, expected)
    stream = auralis_dsp.FingerprintStream(RATE, 2, channels="first")
    stream.push(audio.T)
    np.testing.assert_array_equal(stream.finish().vector, expected)
    # Two frames of two channels are that, however it looks.
    assert auralis_dsp.fingerprint(audio[:2], RATE)["stereo_width"] == pytest.approx(
        fingerprint(audio[:2], RATE)["stereo_width"]
    )
    with pytest.raises(auralis_dsp.AuralisError, match=r"channels='last'.*1 to 64"):
        auralis_dsp.fingerprint(audio.T, RATE)
    with pytest.raises(auralis_dsp.AuralisError, match="3 channels; allowed: 2"):
        stream.push(np.zeros((3, 10)))


def test_a_fingerprint_is_a_mapping() -> None:
    found = auralis_dsp.fingerprint(track(1), RATE)
    assert len(found) == 25 and list(found) == NAMES == [d.name for d in auralis_dsp.dimensions()]
    assert found["lufs"] == found.vector[7] and isinstance(found["lufs"], float)
    assert found.version == auralis_dsp.fingerprint_version() == 2
    assert found.units["lufs"] == "LUFS" and found.units["stereo_width"] == ""
    assert "lufs=" in repr(found) and "pitch" not in found
    with pytest.raises(ValueError, match="read-only"):
        found.vector[0] = 1


def test_channels_that_cancel_are_told_in_words() -> None:
    left = track(7)[:, 0]
    cancelled = auralis_dsp.fingerprint(np.column_stack([left, -left]), RATE)
    assert "cancel" in cancelled.remark
    assert math.isnan(cancelled["silence_ratio"]) and math.isnan(cancelled["mid_pct"])
    assert cancelled["lufs"] > -40 and cancelled["crest_db"] > 3
    assert auralis_dsp.fingerprint(np.zeros(RATE), RATE).remark == "silent"
    assert auralis_dsp.fingerprint(track(7), RATE).remark == ""


@pytest.mark.parametrize("number", range(3, COUNT, 8))
def test_an_offset_is_no_sound(number: int, vectors: np.ndarray) -> None:
    found = auralis_dsp.fingerprint(track(number) + 0.2, RATE)
    for name in ("silence_ratio", "sub_bass_pct", "mid_pct", "air_pct", "bass_mid_ratio"):
        place = NAMES.index(name)
        assert found[name] == pytest.approx(vectors[number, place], rel=1e-6, abs=1e-9), name


def test_groups_are_computed_alone() -> None:
    audio = track(6)
    whole = auralis_dsp.fingerprint(audio, RATE)
    some = auralis_dsp.fingerprint(audio, RATE, groups=["rhythm", "stereo"])
    for dimension in auralis_dsp.dimensions():
        value = some[dimension.name]
        if dimension.group in ("rhythm", "stereo"):
            assert value == pytest.approx(whole[dimension.name], rel=0, abs=0, nan_ok=True)
        else:
            assert math.isnan(value)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"audio": np.zeros((0, 2))}, "empty"),
        ({"audio": [0.0, math.nan]}, r"audio\[1\]"),
        ({"sr": 7000}, "sr is 7000"),
        ({"sr": "fast"}, "sr"),
        ({"channels": "middle"}, "channels"),
        ({"groups": ["melody"]}, "groups"),
        ({"groups": []}, "groups"),
        ({"audio": np.zeros((2, 3, 4))}, "two dimensions"),
    ],
)
def test_bad_arguments_are_named(arguments: dict, message: str) -> None:
    with pytest.raises(auralis_dsp.AuralisError, match=message):
        auralis_dsp.fingerprint(**({"audio": np.ones(99), "sr": RATE} | arguments))
