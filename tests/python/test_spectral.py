"""Spectral measures and RMS are librosa's; loudness is BS.1770's."""

from __future__ import annotations

from operator import attrgetter

import librosa
import numpy as np
import pyloudnorm
import pytest
from calls import FUNCTIONS
from corpus import track
from signals import NAMES, clip, signal

import auralis_dsp

#: What `calls` says is equal to a function of librosa.
FEATURES = [name for name, function in FUNCTIONS.items() if function.librosa]


def feature(name: str, audio: np.ndarray, rate: int, **kwargs: object) -> tuple:
    """The function's result, and librosa's."""
    has_rate = "sr" in FUNCTIONS[name].refused
    given = (audio, rate) if has_rate else (audio,)
    expected = {"y": audio} | ({"sr": rate} if has_rate else {})
    return (
        getattr(auralis_dsp, name)(*given, **kwargs),
        attrgetter(FUNCTIONS[name].librosa)(librosa)(**expected, **kwargs),
    )


@pytest.mark.parametrize("name", FEATURES)
@pytest.mark.parametrize("rate", [8000, 22050, 48000])
@pytest.mark.parametrize("kind", NAMES)
def test_equals_librosa(name: str, rate: int, kind: str) -> None:
    for n in (1, 2047, 2 * rate):
        found, expected = feature(name, signal(kind, n, rate), rate)
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "kwargs"), [(name, kwargs) for name in FEATURES for kwargs in FUNCTIONS[name].keywords]
)
def test_parameters(name: str, kwargs: dict) -> None:
    found, expected = feature(name, clip(22050), 22050, **kwargs)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("name", FEATURES)
def test_several_signals_at_once(name: str) -> None:
    audio = np.stack([clip(22050), clip(22050)[::-1]])
    found, expected = feature(name, audio, 22050)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("i", range(8))
def test_integrated_loudness_is_pyloudnorms(i: int) -> None:
    rate = (22050, 44100, 48000, 96000)[i % 4]
    audio = track(i, 8.0, rate)
    expected = pyloudnorm.Meter(rate).integrated_loudness(audio)
    found = auralis_dsp.loudness(audio, rate)
    assert found.integrated == pytest.approx(expected, abs=0.1)
    first = auralis_dsp.loudness(np.ascontiguousarray(audio.T), rate, channels="first")
    np.testing.assert_array_equal(first, found)


def tone(level: float, seconds: float, rate: int = 48000) -> np.ndarray:
    """A stereo sine of 1 kHz in phase, which has `level` LUFS."""
    t = np.arange(round(seconds * rate)) / rate
    return np.repeat(10 ** (level / 20) * np.sin(2 * np.pi * 1000 * t)[:, None], 2, axis=1)


def test_range_is_tech_3342s() -> None:
    for levels, expected in (((-20, -30), 10), ((-20, -15), 5), ((-40, -20), 20)):
        audio = np.concatenate([tone(level, 20) for level in levels])
        assert auralis_dsp.loudness(audio, 48000).range == pytest.approx(expected, abs=1)


def test_true_peak_lies_between_the_samples() -> None:
    t = np.arange(48000)
    # A quarter of the rate, 45 degrees off: the samples reach 0.707 of the peak (Tech 3341, 15).
    audio = 0.5 * np.sin(np.pi / 2 * t + np.pi / 4)
    found = auralis_dsp.loudness(audio, 48000)
    assert found.true_peak == pytest.approx(20 * np.log10(0.5), abs=0.3)
    assert np.isnan(auralis_dsp.loudness(audio, 48000, true_peak=False).true_peak)


def test_curves_follow_the_level() -> None:
    audio = np.concatenate([tone(-40, 5), tone(-20, 5)])
    momentary = auralis_dsp.momentary_loudness(audio, 48000)
    short_term = auralis_dsp.short_term_loudness(audio, 48000)
    assert momentary.shape == short_term.shape == (100,)
    assert np.isnan(momentary[:3]).all() and np.isnan(short_term[:29]).all()
    np.testing.assert_allclose(momentary[3:50], -40, atol=0.1)
    np.testing.assert_allclose(momentary[53:], -20, atol=0.1)
    np.testing.assert_allclose(short_term[79:], -20, atol=0.1)
    # Half of the 3 s is loud, the rest a hundredth as strong.
    assert short_term[64] == pytest.approx(-20 + 10 * np.log10(0.5 * 1.01), abs=0.1)
    whole = auralis_dsp.loudness(audio, 48000)
    assert whole.max_momentary == np.nanmax(momentary)
    assert whole.max_short_term == np.nanmax(short_term)


def test_short_and_silent_signals_have_no_loudness() -> None:
    assert np.isnan(auralis_dsp.loudness(np.ones(100), 44100).integrated)
    assert np.isnan(auralis_dsp.loudness(np.zeros(441_000), 44100)).all()
    assert auralis_dsp.momentary_loudness(np.ones(100), 44100).shape == (0,)


def test_channels_weigh_by_where_their_loudspeakers_stand() -> None:
    tone = 0.3 * np.sin(2 * np.pi * 997 * np.arange(3 * 48000) / 48000)
    alone = auralis_dsp.loudness(tone, 48000).integrated

    def weight(channel: int, layout: object, n_channels: int = 8) -> float:
        audio = np.zeros((len(tone), n_channels))
        audio[:, channel] = tone
        found = auralis_dsp.loudness(audio, 48000, layout=layout).integrated
        assert found == pytest.approx(
            auralis_dsp.fingerprint(audio, 48000, layout=layout)["lufs"], nan_ok=True
        )
        return 0.0 if np.isnan(found) else 10 ** ((found - alone) / 10)

    speakers = ["FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"]
    for layout in (None, "7.1", 0x63F, speakers):
        assert [round(weight(i, layout), 3) for i in (0, 3, 4, 6)] == [1, 0, 1, 1.41]
    heights = [*speakers[:6], "TFL", "TFR"]
    assert [round(weight(i, heights), 3) for i in (3, 4, 6)] == [0, 1.41, 1]
    assert round(weight(2, "2.1", 3), 3) == 0 and round(weight(2, "3.0", 3), 3) == 1


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ("5.1", r"layout is 0x3f \(6 channels\); allowed: 0, or 2 bits"),
        ("9.9", r"layout is '9.9'; allowed: 'mono'"),
        (["FR", "FL"], r"in this order"),
        (["FL", "left"], r"some of FL"),
        (-1, "layout is -1"),
        (1 << 18, "layout is 0x40000"),
    ],
)
def test_layouts_of_other_channels_are_refused(layout: object, message: str) -> None:
    with pytest.raises(auralis_dsp.AuralisError, match=message):
        auralis_dsp.loudness(np.ones((48000, 2)), 48000, layout=layout)
