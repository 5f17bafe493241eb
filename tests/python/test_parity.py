"""The kernels give librosa's numbers, over signals, lengths, rates and parameters."""

from __future__ import annotations

import math
import warnings
from itertools import cycle

import librosa
import numpy as np
import pytest
import scipy.signal
from definition import chroma_definition, cqt_definition
from signals import NAMES, clip, signal

import auralis_dsp

#: Lengths in samples, or in seconds if text.
LENGTHS = (1, 100, 2047, 2048, 2049, "1 s", "10 s")
RATES = (8000, 16000, 22050, 44100, 48000, 96000)


def combinations(parameters: list[dict]) -> list:
    """Every signal at every length, at rates and parameters that take turns."""
    rates, chosen = cycle(RATES), cycle(parameters)
    cases = []
    for name in NAMES:
        for length in LENGTHS:
            for _ in range(1 if length == "10 s" else 2):
                rate, kwargs = next(rates), next(chosen)
                n = length if isinstance(length, int) else int(length[:-2]) * rate
                label = "-".join(f"{k}={v}" for k, v in kwargs.items())
                case = f"{name}-{length}-{rate}-{label}"
                cases.append(pytest.param(name, n, rate, kwargs, id=case))
        next(rates)
    return cases


@pytest.fixture(autouse=True)
def _quiet_librosa():
    """librosa warns about frames that are longer than the signal; these are meant."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


def median_filter(spectrogram: np.ndarray, size: tuple[int, ...], mode: str) -> np.ndarray:
    """scipy's, by definition. Its own reads foreign memory where a window exceeds the array."""
    assert mode == "reflect"
    (axis,) = [i for i, extent in enumerate(size) if extent > 1] or [0]
    extent = size[axis]
    before = extent // 2
    widths = [(before, extent - 1 - before) if i == axis else (0, 0) for i in range(len(size))]
    padded = np.pad(spectrogram, widths, mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(padded, extent, axis=axis)
    return np.sort(windows, axis=-1)[..., extent // 2]


HPSS = [
    {},
    {"kernel_h": 17, "kernel_p": 45},
    {"kernel_h": 30, "kernel_p": 18},
    {"power": 1.0},
    {"power": math.inf},
    {"margin": (1.0, 5.0)},
    {"margin": 3.0},
    {"n_fft": 1024, "hop_length": 256},
    {"win_length": 1500},
    {"kernel_h": 1, "kernel_p": 5, "power": 3.0},
    {"n_fft": 512, "hop_length": 200, "kernel_h": 101},
]


@pytest.mark.parametrize(("name", "n", "rate", "kwargs"), combinations(HPSS))
def test_hpss(name: str, n: int, rate: int, kwargs: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    audio = signal(name, n, rate)
    if n <= 2049:
        monkeypatch.setattr(librosa.decompose, "median_filter", median_filter)
    ours = auralis_dsp.hpss(audio, rate, **kwargs)
    kernels = (kwargs.get("kernel_h", 31), kwargs.get("kernel_p", 31))
    rest = {k: v for k, v in kwargs.items() if not k.startswith("kernel")}
    theirs = librosa.effects.hpss(audio, kernel_size=kernels, **rest)
    for part, reference in zip(ours, theirs, strict=True):
        assert part.shape == reference.shape
        assert np.abs(part - reference).max() <= 1e-9 * np.abs(audio).max()


YIN = [
    {},
    {"fmin": 100.0, "fmax": 900.0},
    {"trough_threshold": 0.3},
    {"frame_length": 4096, "hop_length": 300},
    {"frame_length": 1024, "fmin": 200.0},
    {"pad_mode": "reflect"},
    {"trough_threshold": 0.01, "fmax": 3000.0},
    {"hop_length": 1000, "frame_length": 3000},
]


@pytest.mark.parametrize(("name", "n", "rate", "kwargs"), combinations(YIN))
def test_yin(name: str, n: int, rate: int, kwargs: dict) -> None:
    audio = signal(name, n, rate)
    kwargs = {"fmin": 65.4 if rate < 96000 else 130.8, "fmax": 2093.0} | kwargs
    ours = auralis_dsp.yin(audio, rate, **kwargs)
    theirs = librosa.yin(audio, sr=rate, **kwargs)
    assert ours.shape == theirs.shape
    if n == 1:  # an impulse among zeros: every period fits as well as any other
        assert 0 < ours[0] <= rate / 2
        return
    equal = np.abs(ours / theirs - 1) <= 1e-6
    assert equal.mean() >= 0.999


@pytest.mark.parametrize("kwargs", [{}, {"frame_length": 1024, "hop_length": 100, "fmin": 100.0}])
def test_yin_without_centring(kwargs: dict) -> None:
    kwargs = {"fmin": 65.4, "fmax": 2093.0, "center": False} | kwargs
    ours = auralis_dsp.yin(clip(44100), 44100, **kwargs)
    theirs = librosa.yin(clip(44100), sr=44100, **kwargs)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


@pytest.mark.parametrize("pad_mode", ["constant", "reflect"])
def test_hpss_padding(pad_mode: str) -> None:
    audio = clip(44100)[:50_000]
    ours = auralis_dsp.hpss(audio, pad_mode=pad_mode)
    theirs = librosa.effects.hpss(audio, pad_mode=pad_mode)
    assert np.abs(np.subtract(ours, theirs)).max() <= 1e-9 * np.abs(audio).max()


def test_hpss_without_centring() -> None:
    audio = clip(44100)[:50_000]
    ours = auralis_dsp.hpss(audio, center=False)
    theirs = librosa.effects.hpss(audio, center=False)
    assert np.abs(np.subtract(ours, theirs)).max() <= 1e-9 * np.abs(audio).max()


TUNING = [{}, {"bins_per_octave": 36}, {"bins_per_octave": 24}]


@pytest.mark.parametrize(("name", "n", "rate", "kwargs"), combinations(TUNING))
def test_estimate_tuning(name: str, n: int, rate: int, kwargs: dict) -> None:
    audio = signal(name, n, rate)
    ours = auralis_dsp.estimate_tuning(audio, rate, **kwargs)
    theirs = librosa.estimate_tuning(y=audio, sr=rate, **kwargs)
    assert ours == pytest.approx(theirs, abs=1e-9)


CQT = [
    {},
    {"n_bins": 60, "fmin": 110.0, "hop_length": 300},
    {"bins_per_octave": 36, "n_bins": 180, "tuning": -0.31},
    {"filter_scale": 0.5, "n_bins": 48},
    {"bins_per_octave": 24, "n_bins": 100, "fmin": 55.0, "tuning": 0.17},
    {"pad_mode": "reflect", "n_bins": 60},
]


def below_nyquist(rate: int, kwargs: dict) -> dict:
    """`kwargs` with as many bins as fit below 0.9 of half the rate."""
    per_octave = kwargs.get("bins_per_octave", 12)
    octaves = math.log2(0.9 * rate / 2 / kwargs.get("fmin", 32.7032)) - 0.2
    return kwargs | {"n_bins": min(kwargs.get("n_bins", 84), int(octaves * per_octave))}


def short(cases: list) -> list:
    """The cases up to a second: the definition takes its time."""
    return [case for case in cases if case.values[1] <= case.values[2]]


@pytest.mark.parametrize(("name", "n", "rate", "kwargs"), short(combinations(CQT)))
def test_cqt(name: str, n: int, rate: int, kwargs: dict) -> None:
    audio = signal(name, n, rate)
    kwargs = below_nyquist(rate, kwargs)
    ours = auralis_dsp.cqt(audio, rate, **kwargs)
    exact = cqt_definition(audio, rate, **kwargs)
    assert ours.shape == exact.shape
    # A mirrored constant lies below every bin; what leaks into them is no peak to measure by.
    peak = max(np.abs(exact).max(), 0.1 * np.abs(audio).max())
    assert np.abs(ours - exact).max() <= 1e-4 * peak


def test_cqt_of_a_recording() -> None:
    ours = auralis_dsp.cqt(clip(44100), 44100)
    exact = cqt_definition(clip(44100), 44100)
    assert np.abs(ours - exact).max() <= 1e-4 * np.abs(exact).max()
    theirs = librosa.cqt(clip(44100), sr=44100)
    assert np.abs(ours - theirs).max() <= 1.5e-2 * np.abs(theirs).max()


def test_chroma_of_a_recording() -> None:
    """Near the definition; as far from librosa's as its approximations are."""
    audio = clip(44100)
    ours = auralis_dsp.chroma_cqt(audio, 44100)
    theirs = librosa.feature.chroma_cqt(y=audio, sr=44100)
    tuning = librosa.estimate_tuning(y=audio, sr=44100, bins_per_octave=36)
    assert tuning != 0
    exact = chroma_definition(audio, 44100, tuning=tuning)
    assert ours.shape == exact.shape == theirs.shape
    assert np.abs(ours - exact).max() <= 1e-4
    difference = np.abs(ours - theirs)
    assert np.abs(theirs - exact).max() - 1e-4 <= difference.max() <= 6e-2
    assert np.mean(difference.max(axis=0) <= 1.5e-2) >= 0.9
    assert np.median(difference) <= 2e-3
    assert np.mean(ours.argmax(axis=0) == theirs.argmax(axis=0)) >= 0.99


CHROMA = (
    {},
    {"tuning": 0.25},
    {"n_octaves": 5, "fmin": 65.40639132514966},
    {"bins_per_octave": 12, "hop_length": 400},
    {"n_chroma": 24, "bins_per_octave": 24},
)


@pytest.mark.parametrize("kwargs", CHROMA, ids=str)
def test_chroma_norms_and_shapes(kwargs: dict) -> None:
    audio = clip(44100)[30_000:80_000]
    kwargs = {"tuning": 0.0} | kwargs
    folded = chroma_definition(audio, 44100, norm=None, **kwargs)
    for norm in (math.inf, 1, 2, None):
        ours = auralis_dsp.chroma_cqt(audio, 44100, norm=norm, **kwargs)
        exact = librosa.util.normalize(folded, norm=norm, axis=0)
        assert ours.shape == exact.shape
        assert np.abs(ours - exact).max() <= 1e-4 * exact.max()
        theirs = librosa.feature.chroma_cqt(y=audio, sr=44100, norm=norm, **kwargs)
        assert ours.shape == theirs.shape
        assert np.median(np.abs(ours - theirs) / theirs.max()) <= 2e-3


def test_chroma_just_before_an_onset_without_low_frequencies() -> None:
    # The wavelets of the highest octave end where the tone begins, and the lower octaves, which
    # would drown what those leave out, do not hear of it.
    rate, n = 22050, 44100
    t = np.arange(n)
    sections = scipy.signal.butter(8, 900, "high", fs=rate, output="sos")
    for offset in (480, 500):
        tone = np.sin(2 * np.pi * 1100 * t / rate) * (t >= 64 * 512 + offset)
        audio = 0.3 * scipy.signal.sosfiltfilt(sections, tone)
        audio += 1e-4 * np.sin(2 * np.pi * 130.8 * t / rate)
        expected = chroma_definition(audio, rate, norm=None)
        found = auralis_dsp.chroma_cqt(audio, rate, tuning=0.0, norm=None)
        peaks = expected.max(axis=0)
        difference = np.abs(found / found.max(axis=0) - expected / peaks).max(axis=0)
        assert difference[peaks > 1e-3 * peaks.max()].max() <= 1e-4
