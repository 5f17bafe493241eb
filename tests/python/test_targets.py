"""Profile, targets and settings against their definitions in `mastering_oracle`."""

from __future__ import annotations

import dataclasses
import math
import pickle
from pathlib import Path

import numpy as np
import pytest
import soundfile
from mastering_oracle import Asked, settings, targets, third_octaves

import auralis_dsp
from auralis_dsp import AuralisError, Fingerprint, Profile, Settings, Targets
from auralis_dsp.analysis import AdaptiveTargetGenerator

RANGES = np.array([(d.low, d.high) for d in auralis_dsp.dimensions()])


def random_profile(rng: np.random.Generator) -> np.ndarray:
    """Numbers as a profile may have them, some of them NaN."""
    v = np.empty(95)
    low, high = np.maximum(RANGES[:, 0], 0), np.minimum(RANGES[:, 1], 20)
    v[:25] = rng.uniform(low, high)
    shares = 10 ** rng.uniform(-5, 0, 7) * (rng.random(7) > 0.1)
    shares[rng.integers(7)] += 1e-3
    v[:7] = 100 * shares / shares.sum()
    v[7], v[9], v[24] = rng.uniform(-40, -3), rng.uniform(-20, 20), rng.uniform(-1, 1)
    v[25:30] = v[7], rng.uniform(0, 20), v[7] + 3, v[7] + 2, rng.uniform(-12, 2)
    v[30:33] = v[29], 0.001, 200
    slope = rng.uniform(-2, 1)
    v[33:64] = -30 + slope * np.arange(31) + rng.normal(0, 4, 31)
    v[64:] = v[33:64] - rng.uniform(0, 50) + rng.normal(0, 6, 31)
    unknown = rng.random(95) < 0.05
    unknown[:8] = False
    v[unknown] = np.nan
    if rng.random() < 0.1:
        v[:7] = np.nan
    if rng.random() < 0.1:
        v[64:] = np.nan
    return v


def random_asked(rng: np.random.Generator) -> Asked:
    def maybe(low: float, high: float) -> float:
        return rng.uniform(low, high) if rng.random() < 0.5 else math.nan

    tastes = rng.uniform(-1, 1, 5) * (rng.random(5) < 0.5)
    chosen = maybe(-30, -5), maybe(-9, 0), rng.random(), rng.uniform(0, 6), rng.uniform(0, 60)
    return Asked(*chosen, *tastes)


def preferences(p: Asked) -> dict[str, float | None]:
    given = dataclasses.asdict(p)
    return {name: None if math.isnan(value) else value for name, value in given.items()}


def test_targets_and_settings_are_those_of_the_definition() -> None:
    rng = np.random.default_rng(1)
    for case in range(1500):
        v, p = random_profile(rng), random_asked(rng)
        reference = random_profile(rng) if case % 3 else None
        if case % 3 == 2:
            reference = reference[:25]
        if case % 50 == 0:
            v[7] = np.nan
        expected = targets(v, reference, p)
        source = v if case % 7 else v[:25]
        if len(source) == 25:
            expected = targets(source, reference, p)
        found = auralis_dsp.targets(source, reference=reference, **preferences(p))
        for name, value in found.items():
            assert value == pytest.approx(expected.get(name, math.nan), abs=1e-9, nan_ok=True), name
        if len(source) == 95 and not math.isnan(v[7]):
            wanted = settings(v, reference, expected, p)
            got = auralis_dsp.master_settings(source, reference=reference, **preferences(p))
            assert np.asarray(got) == pytest.approx(wanted, abs=1e-9)


def test_explanations_sum_and_read() -> None:
    rng = np.random.default_rng(2)
    for _ in range(100):
        v, p, reference = random_profile(rng), random_asked(rng), random_profile(rng)
        found = auralis_dsp.targets(v, reference=reference, **preferences(p))
        explained = found.explain()
        assert explained.parts.shape == (18, 29) == (len(found), len(explained.causes))
        assert explained.parts.sum(axis=1) == pytest.approx(found.vector, abs=1e-12)
        assert explained["loudness"]["base"] == -14
        assert len(str(explained).splitlines()) == 18
    quiet = np.full(25, np.nan)
    quiet[:8] = 5.6, 46.7, 19.3, 21.9, 4.3, 1.2, 1.0, -20
    line = auralis_dsp.targets(quiet, loudness=-9).explain().line("loudness")
    assert line == "loudness −9.0 LUFS: base −14.0, preference +5.0"
    with pytest.raises(AuralisError, match=r"allowed: those that targets\(\) made"):
        Targets(np.zeros(18)).explain()


@pytest.mark.parametrize("sr", [8000, 22050, 44100, 96000, 384000])
@pytest.mark.parametrize("seconds", [0.1, 1.234])
def test_third_octaves_are_those_of_the_definition(sr: int, seconds: float) -> None:
    rng = np.random.default_rng(sr)
    audio = rng.standard_normal((int(seconds * sr), 2)).cumsum(axis=0) * 1e-3
    audio[:, 1] += 0.1 * np.sin(2 * np.pi * 1000 * np.arange(len(audio)) / sr)
    found = auralis_dsp.profile(audio, sr, groups=["level"]).vector
    mid, side = audio.mean(axis=1), (audio[:, 0] - audio[:, 1]) / 2
    assert found[33:64] == pytest.approx(third_octaves(mid, sr), abs=1e-9, nan_ok=True)
    assert found[64:] == pytest.approx(third_octaves(side, sr), abs=1e-9, nan_ok=True)
    assert found[30] == pytest.approx(20 * np.log10(np.abs(audio).max()), abs=1e-9)
    assert found[31] == pytest.approx(np.abs(audio.mean(axis=0)).max(), abs=1e-9)
    assert found[32] == len(audio) / sr


def test_a_profile_is_that_of_its_pieces_and_of_its_parts() -> None:
    rng = np.random.default_rng(3)
    audio = 0.1 * rng.standard_normal((100_000, 2))
    whole = auralis_dsp.profile(audio, 48000)
    assert whole.fingerprint == auralis_dsp.fingerprint(audio, 48000)
    loudness = auralis_dsp.loudness(audio, 48000)
    assert np.array_equal(whole.vector[25:30], loudness, equal_nan=True)
    stream = auralis_dsp.ProfileStream(48000, 2)
    for pieces in (2, 7, 1000):
        for block in np.array_split(audio, pieces):
            stream.push(block)
        assert stream.finish() == whole
    assert auralis_dsp.profile(audio.T, 48000, channels="first") == whole
    mono = auralis_dsp.profile(audio[:, 0], 48000)
    assert np.isnan(mono.vector[64:]).all() and not np.isnan(mono.vector[40:60]).any()


def test_profiles_go_to_json_and_back() -> None:
    rng = np.random.default_rng(4)
    track = Profile(random_profile(rng))
    assert Profile.from_json(track.to_json()) == track
    assert pickle.loads(pickle.dumps(track)) == track and hash(track) == hash(Profile(track))
    older = Profile(track.vector, fingerprint_version=0)
    assert Profile.from_json(older.to_json()) == older != track
    for source in (older, Fingerprint(track.vector[:25], 0)):
        with pytest.raises(AuralisError, match="source has version"):
            auralis_dsp.targets(source)
        with pytest.raises(AuralisError, match="reference has version"):
            auralis_dsp.targets(track, reference=source)
    found = auralis_dsp.targets(track, warmth=0.3)
    again = pickle.loads(pickle.dumps(found))
    assert again == found == Targets.from_json(found.to_json())
    assert (again.explain().parts == found.explain().parts).all()
    assert Settings(dict(auralis_dsp.master_settings(track))) == auralis_dsp.master_settings(track)
    for text in ("", "[]", "{}", '{"kind": "Profile"}', found.to_json(), track.to_json()[:-9]):
        with pytest.raises(AuralisError, match="text is"):
            Profile.from_json(text)
    with pytest.raises(AuralisError, match="vector has no gain_in"):
        Settings({"active": 1})
    with pytest.raises(AuralisError, match=r"vector has a value 'loud'; allowed: loudness, peak"):
        Targets({"loud": 1})


def test_references_of_every_kind(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    audio = 0.1 * rng.standard_normal((3 * 44100, 2)).cumsum(axis=0) / 50
    audio -= audio.mean(axis=0)
    path = tmp_path / "reference.wav"
    soundfile.write(path, audio, 44100, "DOUBLE")
    reference = auralis_dsp.profile(audio)
    track = auralis_dsp.profile(0.01 * rng.standard_normal((3 * 44100, 2)))
    like = auralis_dsp.targets(track, reference=reference)
    itself = auralis_dsp.targets(track, reference=track)
    assert itself["loudness"] == np.clip(track["lufs"], -30, -5) and itself["tone_mid"] == 0
    for same in (path, str(path), reference.vector, [reference], [path], reference.fingerprint):
        assert auralis_dsp.targets(track, reference=same) == like
    by_bands = auralis_dsp.master_settings(track, reference=path)
    assert by_bands == auralis_dsp.master_settings(track, reference=reference)
    assert by_bands != auralis_dsp.master_settings(track, reference=reference.fingerprint)
    mean = Profile.mean([reference, track])
    assert auralis_dsp.targets(track, reference=[path, track]) == auralis_dsp.targets(
        track, reference=mean
    )
    prints = [reference.fingerprint, track.fingerprint]
    both = auralis_dsp.targets(track, reference=prints)
    assert both["loudness"] == pytest.approx(
        np.clip((reference["lufs"] + track["lufs"]) / 2, -30, -5)
    )
    with pytest.raises(AuralisError, match="reference is empty"):
        auralis_dsp.targets(track, reference=[])
    with pytest.raises(AuralisError, match="reference is a track without a loudness"):
        auralis_dsp.targets(track, reference=np.full(25, np.nan))
    with pytest.raises(AuralisError, match=r"reference is .*; allowed: a Profile, a Fingerprint"):
        auralis_dsp.targets(track, reference=3.0)


def test_presets_are_tastes_that_can_be_changed() -> None:
    track = Profile(random_profile(np.random.default_rng(6)))
    punchy = auralis_dsp.targets(track, preset="punchy")
    by_hand = {"warmth": 0.2, "brightness": 0.2, "punch": 1, "width": 0, "loud": 0.5}
    assert punchy == auralis_dsp.targets(track, **by_hand)
    other = auralis_dsp.targets(track, preset="punchy", loud=0)
    assert other == auralis_dsp.targets(track, **by_hand | {"loud": 0}) != punchy
    with pytest.raises(AuralisError, match="preset is 'loud'; allowed: 'neutral', 'gentle'"):
        auralis_dsp.targets(track, preset="loud")
    with pytest.raises(AuralisError, match="warmth is 2; allowed: -1 to 1"):
        auralis_dsp.targets(track, warmth=2)
    with pytest.raises(AuralisError, match="loudness is -40; allowed: -30 to -5"):
        auralis_dsp.targets(track, loudness=-40)
    with pytest.raises(AuralisError, match="peak is nan; allowed: a number, or None"):
        auralis_dsp.targets(track, peak=math.nan)


def test_wrong_units_are_refused() -> None:
    v = random_profile(np.random.default_rng(8))
    v[:7] = 5.6, 46.7, 19.3, 21.9, 4.3, 1.2, 1.0
    fractions = v.copy()
    fractions[:7] /= 100
    with pytest.raises(AuralisError, match=r"sub_bass_pct to air_pct is 1; allowed: 100 ± 0.5"):
        auralis_dsp.targets(fractions)
    percent = v.copy()
    percent[17] = 60
    with pytest.raises(AuralisError, match="harmonic_ratio is 60; allowed: 0 to 1"):
        auralis_dsp.targets(percent)
    with pytest.raises(AuralisError, match="harmonic_ratio is 60 in the reference"):
        auralis_dsp.targets(v, reference=percent)


def test_the_generator_is_targets_as_a_class() -> None:
    track = Profile(random_profile(np.random.default_rng(9)))
    generator = AdaptiveTargetGenerator(reference=[track, track], preset="warm", loudness=-12)
    found = generator.generate(track.fingerprint)
    assert found == auralis_dsp.targets(
        track.fingerprint, reference=[track, track], preset="warm", loudness=-12
    )
    with pytest.raises(AuralisError, match="loudness is 3"):
        AdaptiveTargetGenerator(loudness=3)


def test_the_flow_from_audio_to_settings() -> None:
    """The first half: analyser, fingerprint, targets, settings agree with each other."""
    rng = np.random.default_rng(10)
    t = np.arange(10 * 44100) / 44100
    hits = np.exp(-150 * (t % 0.5)) * rng.uniform(-0.5, 0.5, len(t))
    audio = np.stack([hits + 0.02 * np.sin(2 * np.pi * 220 * t), 0.8 * hits], axis=1)
    track = auralis_dsp.profile(audio)
    analysed = auralis_dsp.analysis.HarmonicAnalyzer().analyze(audio)
    assert analysed == {name: track[name] for name in analysed}
    found = auralis_dsp.targets(track, intensity=1)
    assert found["slope_mid"] <= -0.2 and found["attack"] == 3
    settings = auralis_dsp.master_settings(track, intensity=1)
    assert settings["gain_in"] == found["loudness"] - track["lufs"]
    assert settings["slope_mid"] == found["slope_mid"] and settings["attack"] == 3
    changed = dict(found) | {"slope_mid": -0.1}
    assert auralis_dsp.master_settings(track, targets=changed)["slope_mid"] == -0.1
    with pytest.raises(AuralisError, match=r"slope_mid is -2; allowed: -0\.5 to 0\.15"):
        auralis_dsp.master_settings(track, targets=dict(found) | {"slope_mid": -2})
    with pytest.raises(AuralisError, match="source is a fingerprint; allowed: a Profile"):
        auralis_dsp.master_settings(track.fingerprint)
