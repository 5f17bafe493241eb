"""The HarmonicAnalyzer: both back ends, and what happens when one fails."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import soundfile
from corpus import RATE, track
from fingerprint_oracle import harmony
from signals import CLIP, signal

import auralis_dsp
from auralis_dsp import analysis
from auralis_dsp.analysis import HarmonicAnalyzer

NAMES = ["harmonic_ratio", "pitch_stability", "chroma_energy"]


def recording() -> tuple[np.ndarray, int]:
    samples, rate = soundfile.read(CLIP)
    return samples, rate


def test_native_is_the_fingerprint() -> None:
    audio, rate = recording()
    analyzer = HarmonicAnalyzer()
    found = analyzer.analyze(audio, sr=rate)
    assert analyzer.backend == "native" and analysis.NATIVE_AVAILABLE
    whole = auralis_dsp.fingerprint(audio, rate)
    assert found == {name: whole[name] for name in NAMES}
    assert list(found) == NAMES and all(type(value) is float for value in found.values())


@pytest.mark.parametrize("number", [None, 3, 5, 9, 14])
def test_both_backends_agree(number: int | None) -> None:
    audio, rate = recording() if number is None else (track(number), RATE)
    analyzer = HarmonicAnalyzer(backend="librosa")
    slow, fast = analyzer.analyze(audio, rate), HarmonicAnalyzer("native").analyze(audio, rate)
    assert analyzer.backend == "librosa"
    for name in NAMES:
        assert slow[name] == pytest.approx(fast[name], abs=1e-3), name
    # Chroma apart, of which librosa's own is an approximation.
    expected = harmony(audio.mean(axis=1), rate)
    for name in NAMES[:2]:
        assert slow[name] == pytest.approx(expected[name], rel=1e-9), name


@pytest.mark.parametrize("n", [1, 100, 512, 1000, 1535, 2049, 4096, 20_000])
@pytest.mark.parametrize("kind", ["noise", "decay", "clicks"])
def test_both_backends_agree_on_short_signals(kind: str, n: int) -> None:
    t = np.arange(n) / RATE
    decay = np.sin(2 * np.pi * 220 * t) * np.exp(-8 * t)
    audio = decay if kind == "decay" else signal(kind, n, RATE)
    fast, slow = (HarmonicAnalyzer(backend).analyze(audio) for backend in ("native", "librosa"))
    assert slow == pytest.approx(fast, abs=1e-3, nan_ok=True)


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 48000, 96000])
def test_both_backends_agree_at_every_rate(rate: int) -> None:
    audio = signal("speech", rate, rate) + signal("clicks", rate, rate)
    fast, slow = (HarmonicAnalyzer(b).analyze(audio, rate) for b in ("native", "librosa"))
    assert slow == pytest.approx(fast, abs=1e-3, nan_ok=True)


def test_both_backends_on_what_is_no_music() -> None:
    tone = 0.3 * np.sin(np.arange(RATE) / 9)
    for audio in (
        np.zeros(RATE),
        np.full(RATE, 0.25),
        np.stack([tone, -tone], axis=1),
        np.stack([tone, 0 * tone], axis=1),
        1e-6 * tone,
    ):
        fast, slow = (HarmonicAnalyzer(b).analyze(audio, RATE) for b in ("native", "librosa"))
        assert slow == pytest.approx(fast, abs=1e-3, nan_ok=True)


@pytest.mark.parametrize("backend", ["native", "librosa"])
def test_what_cannot_be_computed_is_nan(backend: str) -> None:
    analyzer = HarmonicAnalyzer(backend)
    assert all(map(math.isnan, analyzer.analyze(np.zeros(RATE), RATE).values()))
    low = analyzer.analyze(track(4, 2.0, 8000), 8000)
    assert math.isnan(low["chroma_energy"]) and not math.isnan(low["pitch_stability"])
    short = analyzer.analyze(track(4)[:2000], RATE)
    assert math.isnan(short["pitch_stability"]) and not math.isnan(short["harmonic_ratio"])
    assert analyzer.backend == backend


@pytest.mark.parametrize("backend", ["native", "librosa"])
@pytest.mark.parametrize(
    ("audio", "sr", "text"),
    [
        ([], 44100, r"audio is empty \(shape \(0,\)\); allowed: at least 1 sample"),
        ([0.1, math.nan], 44100, r"audio\[1\] is NaN; allowed: finite samples"),
        ([[0.1, 0.1], [math.inf, 0.1]], 44100, r"audio\[1, 0\] is inf; allowed: finite samples"),
        ([0.1], 100, "sr is 100; allowed: 8000 to 384000"),
        ([0.1], "fast", "sr is 'fast'; allowed: a number"),
        (np.zeros((2, 2, 2)), 44100, r"audio has shape \(2, 2, 2\); allowed: .*"),
    ],
)
def test_bad_input_is_an_error_in_both(backend: str, audio: object, sr: float, text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(auralis_dsp.AuralisError) as caught:
            HarmonicAnalyzer(backend).analyze(audio, sr)
    assert re.fullmatch(text, str(caught.value))
    with pytest.raises(auralis_dsp.AuralisError, match=r"^backend is 'gpu'; allowed: None, 'nat"):
        HarmonicAnalyzer("gpu")


@pytest.mark.parametrize(
    "error", [auralis_dsp.AuralisError("out of memory", -5), RuntimeError("lost")]
)
def test_a_failed_native_call_falls_back_with_a_warning(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(analysis, "fingerprint", fail)
    analyzer = HarmonicAnalyzer()
    with pytest.warns(RuntimeWarning, match=str(error)):
        found = analyzer.analyze(track(3), RATE)
    assert analyzer.backend == "librosa"
    assert found == HarmonicAnalyzer("librosa").analyze(track(3), RATE)


WITHOUT_NATIVE = """
import sys, warnings
sys.path.insert(0, {folder!r})
from corpus import RATE, track
from auralis_dsp import analysis
assert not analysis.NATIVE_AVAILABLE
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    analyzer = analysis.HarmonicAnalyzer()
assert any("could not be loaded" in str(w.message) for w in caught), caught
assert analyzer.backend == "librosa"
print(*analyzer.analyze(track(5), RATE).values())
"""

WITHOUT_EITHER = """
import sys
import numpy as np
sys.modules["librosa"] = None
from auralis_dsp.analysis import HarmonicAnalyzer
try:
    HarmonicAnalyzer().analyze(np.ones(9))
except ImportError as error:
    print(error)
"""


def python(script: str) -> str:
    """What a Python without the native library prints for a script."""
    process = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"AURALIS_DSP_LIBRARY": "/nowhere/libauralis_dsp.so"},
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


def test_librosa_takes_over_where_the_library_is_missing() -> None:
    printed = python(WITHOUT_NATIVE.format(folder=str(Path(__file__).parent)))
    expected = HarmonicAnalyzer().analyze(track(5), RATE)
    found = [float(value) for value in printed.split()]
    assert found == pytest.approx(list(expected.values()), abs=1e-3)


def test_without_both_there_is_an_error_and_no_number() -> None:
    assert "librosa is needed" in python(WITHOUT_EITHER)
