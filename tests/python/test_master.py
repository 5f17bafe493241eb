"""Mastering: the chain against its definition, and what a master promises, on made signals."""

from __future__ import annotations

from functools import cache

import master_oracle
import numpy as np
import pytest
import soundfile
from scipy.signal import lfilter
from signals import CLIP

import auralis_dsp
from auralis_dsp import AuralisError, MasterSolver, MasterStream, Profile, Settings, master, profile

RATE = 44_100
RNG = np.random.default_rng
THREE = ("low", "mid", "high")


@cache
def neutral() -> Settings:
    """Settings that do nothing but limit."""
    silence = dict(auralis_dsp.master_settings(profile(np.zeros(RATE), RATE)))
    changed = {
        "active": 1.0,
        "ceiling": -1.0,
        "attack": 5.0,
        "release": 80.0,
        "limiter_release": 100.0,
    }
    return Settings(silence | changed)


def changed(**values: float) -> Settings:
    """The neutral settings with others."""
    return Settings(dict(neutral()) | values)


def three(what: str, value: float) -> dict[str, float]:
    """A value for each band of the dynamics."""
    return {f"{what}_{band}": value for band in THREE}


def rendered(audio: np.ndarray, settings: Settings, rate: int = RATE) -> np.ndarray:
    frames = audio[:, np.newaxis] if audio.ndim == 1 else audio
    stream = MasterStream(rate, settings, frames.shape[1])
    parts = [stream.push(audio), stream.finish()]
    return np.concatenate(parts)


@cache
def music(seconds: float = 12.0, kind: str = "band", rate: int = RATE) -> np.ndarray:
    """Stereo with a bass, chords, drums and a pause; or other instruments."""
    n = int(seconds * rate)
    t = np.arange(n) / rate
    rng = RNG(len(kind))
    beat = t % 0.5
    root = 55 * 2 ** (np.array([0, 5, 7, 3])[(t / 2).astype(int) % 4] / 12)
    phase = 2 * np.pi * np.cumsum(root) / rate
    bass = np.sin(phase) + 0.4 * np.sin(2 * phase)
    chord = sum(np.sin(k * phase + k) / k for k in (4, 5, 6, 8, 10, 12, 16, 24, 40, 60))
    kick = np.sin(2 * np.pi * 50 * beat + 6 * np.exp(-40 * beat)) * np.exp(-12 * beat)
    hiss = rng.standard_normal((n, 2)) * np.exp(-25 * (t % 0.25))[:, np.newaxis]
    verse = 0.4 + 0.6 * (np.sin(2 * np.pi * t / seconds) > -0.3)
    if kind == "band":
        mid, pan = 0.25 * bass + 0.18 * chord + 0.5 * kick, 0.3 * chord
    else:
        mid, pan = 0.35 * chord + 0.05 * bass, 0.1 * np.sin(7 * phase)
    both = mid[:, np.newaxis] + 0.15 * pan[:, np.newaxis] * np.array([1, -1]) + 0.12 * hiss
    return 0.4 * both * verse[:, np.newaxis] + 1e-4 * rng.standard_normal((n, 2))


@cache
def recording() -> np.ndarray:
    """The recording in tests/data in stereo, its second channel a little later."""
    samples, rate = soundfile.read(CLIP, always_2d=True)
    assert rate == RATE
    mono = samples.mean(axis=1)
    return np.stack([mono, np.roll(mono, 7) * 0.8], axis=1)


def decibels(ratio: float) -> float:
    return float(20 * np.log10(max(abs(ratio), 1e-300)))


def residual(audio: np.ndarray, *frequencies: float, rate: int = RATE) -> float:
    """What is left beside tones of these frequencies, in dB of the whole."""
    t = np.arange(len(audio)) / rate
    waves = [np.ones(len(t))]
    for frequency in frequencies:
        waves += [np.cos(2 * np.pi * frequency * t), np.sin(2 * np.pi * frequency * t)]
    matrix = np.stack(waves, axis=1)
    fit = matrix @ np.linalg.lstsq(matrix, audio, rcond=None)[0]
    return decibels(np.std(audio - fit) / np.std(audio))


def tones(*pairs: tuple[float, float], seconds: float = 4.0, rate: int = RATE) -> np.ndarray:
    t = np.arange(int(seconds * rate)) / rate
    return sum(gain * np.sin(2 * np.pi * frequency * t + frequency) for frequency, gain in pairs)


# The chain against its definition.


@pytest.mark.parametrize(
    ("rate", "n_channels"), [(8_000, 1), (44_100, 2), (48_000, 3), (96_000, 2), (192_000, 1)]
)
def test_the_chain_is_its_definition(rate: int, n_channels: int) -> None:
    rng = RNG(rate)
    n = int(0.7 * rate)
    swell = np.sin(np.linspace(0, 9, n)) ** 4
    audio = 0.4 * rng.standard_normal((n, n_channels)) * swell[:, np.newaxis]
    values = dict(neutral()) | {
        "gain_in": 3.0,
        "threshold_low": -25.0,
        "threshold_mid": -22.0,
        "threshold_high": -24.0,
        "slope_low": -0.5,
        "slope_mid": -0.3,
        "slope_high": 0.15,
        "makeup_low": 2.0,
        "makeup_high": -1.0,
        "gain_out": 4.0,
        "limiter_release": 60.0,
    }
    for name in values:
        if name.startswith("eq_"):
            values[name] = rng.uniform(-6, 6)
    settings = Settings(values)
    found = rendered(audio[:, 0] if n_channels == 1 else audio, settings, rate).reshape(n, -1)
    expected = master_oracle.chain(audio, rate, settings)
    assert np.abs(expected).max() > 0.5
    assert np.abs(found - expected).max() < 1e-10


# A1, A2, A3: see test_master_meters.py for other meters.


def asked() -> list[tuple[np.ndarray, dict[str, float]]]:
    return [
        (music(), {"loudness": -14}),
        (music(), {"loudness": -9, "limiting": 6}),
        (0.02 * music(kind="chords"), {}),
        (recording(), {"loudness": -12, "limiting": 6, "intensity": 1}),
        (0.3 * RNG(0).standard_normal((5 * RATE, 2)), {"loudness": -6, "limiting": 6}),
    ]


@pytest.mark.parametrize("i", range(5))
def test_loudness_is_reached_or_the_report_says_what_limits_it(i: int) -> None:
    audio, preferences = asked()[i]
    mastered = master(audio, RATE, **preferences)
    report, targets = mastered.report, mastered.targets
    measured = auralis_dsp.loudness(mastered.audio, RATE)
    assert measured.integrated == report["integrated_after"]
    error = report["integrated_after"] - targets["loudness"]
    assert error == report["loudness_error"] < 0.1
    if report.limited_by == "limiting":
        assert abs(report["limiter_cost"] - targets["limiting"]) <= 0.05
    elif report.limited_by == "gain_max":
        assert report["gain_total"] == 20
    else:
        assert report.limited_by == "nothing" and abs(error) <= 0.03
    assert measured.true_peak <= targets["peak"] + 0.02
    assert decibels(np.abs(mastered.audio).max()) <= targets["peak"]
    assert mastered.audio.shape == audio.shape


def test_the_loudness_range_is_the_musics() -> None:
    mastered = master(music(), RATE, loudness=-14)
    report = mastered.report
    assert report["limiter_cost"] <= 1
    assert abs(report["range_after"] - report["range_before"]) <= 2
    assert report["range_before"] > 3


# A4: matching.


def smooth_eq(audio: np.ndarray, gains: np.ndarray) -> np.ndarray:
    """`audio` with these gains in dB at the third octaves, by a filter of zero phase."""
    spectrum = np.fft.rfft(audio, 2 * len(audio), axis=0)
    frequency = np.fft.rfftfreq(2 * len(audio), 1 / RATE)
    octave = np.log2(np.maximum(frequency, 1) / 1000)
    curve = np.interp(octave, np.log2(master_oracle.CENTRES / 1000), gains)
    shaped = np.fft.irfft(spectrum * 10 ** (curve / 20)[:, np.newaxis], axis=0)
    return shaped[: len(audio)]


def octaves(audio: np.ndarray, side: bool = False) -> np.ndarray:
    vector = profile(audio, RATE, groups=["level"]).vector
    return vector[64:] if side else vector[33:64]


BANDS = slice(8, 29)  # 125 Hz to 12.5 kHz


def errors(audio: np.ndarray, reference: np.ndarray) -> np.ndarray:
    apart = octaves(audio) - octaves(reference)
    return apart - apart[BANDS].mean()


@pytest.mark.parametrize("kind", ["tilt up", "tilt down", "random"])
def test_a_known_equalizer_is_undone(kind: str) -> None:
    across = np.linspace(-1, 1, 31)
    gains = {"tilt up": 6 * across, "tilt down": -6 * across}.get(kind)
    if gains is None:
        # At most 1.5 dB per band below 125 Hz.
        gains = 6 * np.sin(np.linspace(0, 7, 31) + 1)
    original = music()
    audio = 0.5 * smooth_eq(original, gains)
    quiet = {"loudness": -24, "intensity": 1}
    mastered = master(audio, RATE, reference=profile(original, RATE), **quiet)
    error = errors(mastered.audio, original)
    assert np.abs(error[BANDS]).max() <= 1 and np.abs(error[BANDS]).mean() <= 0.2
    assert np.abs(error[3:8]).max() <= 1.5
    report = mastered.report
    assert report["spectral_error_max"] == pytest.approx(np.abs(error[BANDS]).max(), abs=1e-9)
    assert report["spectral_error_mean"] == pytest.approx(np.abs(error[BANDS]).mean(), abs=1e-9)


def test_an_unlike_track_comes_close_and_as_far_as_asked() -> None:
    track, other = music(), music(kind="chords")
    reference = profile(other, RATE)
    means = []
    for intensity in (0, 0.25, 0.5, 0.75, 1):
        mastered = master(track, RATE, reference=reference, loudness=-20, intensity=intensity)
        means.append(np.abs(errors(mastered.audio, other)[BANDS]).mean())
    assert all(a > b for a, b in zip(means, means[1:], strict=False))
    assert 0.4 <= means[2] / means[0] <= 0.6
    # Bands at a limit: a step of nearly 8 dB, or a gain of nearly 12.
    eq = mastered.settings.vector[2:33]
    steps = np.abs(np.diff(eq)) > 6.5
    limited = (
        np.concatenate([steps, [False]]) | np.concatenate([[False], steps]) | (np.abs(eq) > 11.9)
    )
    free = ~limited[BANDS]
    error = (octaves(mastered.audio) - octaves(other))[BANDS][free]
    error -= error.mean()
    assert free.sum() > 10
    assert np.abs(error).max() <= 1.5 and np.abs(error).mean() <= 0.5


def test_side_over_mid_is_carried_over() -> None:
    track, other = music(), music(kind="chords")
    ratio = lambda x: (octaves(x, side=True) - octaves(x))[BANDS]  # noqa: E731
    mastered = master(track, RATE, reference=profile(other, RATE), loudness=-20, intensity=1)
    before, after = (np.abs(ratio(x) - ratio(other)).mean() for x in (track, mastered.audio))
    assert after <= before / 2


# A5, A6: the filter.


@pytest.mark.parametrize(("reference", "allowed"), [(None, -60), ("chords", -40)])
def test_filters_ring_little_ahead(reference: str | None, allowed: float) -> None:
    like = None if reference is None else profile(music(kind=reference), RATE)
    settings = master(music(), RATE, reference=like, intensity=1, loudness=-20).settings
    quiet = dict(settings) | {"gain_in": 0.0, "gain_out": 0.0}
    quiet |= {
        f"{what}_{band}": 0.0 for what in ("slope", "makeup") for band in ("low", "mid", "high")
    }
    impulse = np.zeros((RATE, 2))
    impulse[RATE // 2] = 0.05
    response = rendered(impulse, Settings(quiet))[:, 0]
    assert np.abs(response).argmax() == RATE // 2
    early = response[: RATE // 2 - int(0.02 * RATE)]
    assert 10 * np.log10(np.sum(early**2) / np.sum(response**2)) <= allowed


def test_without_limiting_a_tone_is_a_tone() -> None:
    gains = {name: 6.0 * np.sin(i) for i, name in enumerate(neutral()) if name.startswith("eq_")}
    for frequency in (50, 997, 10_007):
        out = rendered(tones((frequency, 0.2)), changed(**gains))
        assert residual(out[RATE : 3 * RATE], frequency) <= -120


# A7, A8: distortion of limiter and compressor.


@pytest.mark.parametrize(
    ("pairs", "over", "allowed"),
    [
        ([(20, 1)], 6, -100),
        ([(50, 1)], 6, -100),
        ([(997, 1)], 6, -100),
        ([(60, 0.8), (7_000, 0.2)], 6, -80),
        ([(41, 0.7), (1_000, 0.3)], 6, -70),
        ([(19_000, 0.5), (20_000, 0.5)], 3, -100),
    ],
)
def test_the_limiter_is_clean(
    pairs: list[tuple[float, float]], over: float, allowed: float
) -> None:
    audio = tones(*pairs, seconds=6)
    ceiling = decibels(np.abs(audio).max()) - over
    out = rendered(audio, changed(ceiling=ceiling))[3 * RATE : 5 * RATE]
    assert residual(out, *(frequency for frequency, _ in pairs)) <= allowed
    assert np.abs(out).max() <= 10 ** (ceiling / 20)


def test_without_the_hold_low_tones_are_distorted() -> None:
    out = rendered(tones((50, 1), seconds=6), changed(ceiling=-6.0, hold=0.0))[3 * RATE : 5 * RATE]
    assert residual(out, 50) > -70


@pytest.mark.parametrize(
    ("pairs", "allowed"),
    [([(f, 1)], -70) for f in (50, 120, 400, 1_000, 2_500, 5_000)]
    + [([(41, 0.7), (1_000, 0.3)], -60)],
)
def test_the_compressor_is_clean(pairs: list[tuple[float, float]], allowed: float) -> None:
    audio = 0.3 * tones(*pairs, seconds=6)
    level = 10 * np.log10(np.mean(audio**2)) - 6
    names = ("low", "mid", "high")
    slopes = {f"slope_{name}": -0.5 for name in names} | {
        f"threshold_{name}": level for name in names
    }
    out = rendered(audio, changed(**slopes))[2 * RATE : 5 * RATE]
    assert residual(out, *(frequency for frequency, _ in pairs)) <= allowed


# A9, A10: what must not change a bit, or little.


def busy() -> Settings:
    """Settings that use every stage."""
    eq = {name: 5 * np.sin(i) for i, name in enumerate(neutral()) if name.startswith("eq_")}
    names = ("low", "mid", "high")
    other = {f"slope_{name}": -0.4 for name in names} | {
        f"threshold_{name}": -28.0 for name in names
    }
    return changed(**eq, **other, makeup_low=1.0, gain_in=2.0, gain_out=6.0)


def test_intensity_0_passes_the_bits() -> None:
    audio = music(3)
    mastered = master(audio, RATE, intensity=0, loudness=-5, reference=profile(music(2, "c"), RATE))
    assert np.array_equal(mastered.audio, audio) and mastered.report.limited_by == "bypass"
    assert np.array_equal(rendered(audio, mastered.settings), audio)


def test_an_idle_limiter_is_a_gain() -> None:
    audio = 0.2 * music(3)
    out = rendered(audio, changed(gain_in=-3.0))
    assert np.array_equal(out, audio * 10 ** (-3.0 / 20))
    loud = audio.copy()
    loud[1000] = 3.0
    settings = changed(limiter_release=60.0)
    back = 1000 + 2 * 110 + round(0.025 * RATE) + round(25 * 0.06 * RATE)
    out = rendered(loud, settings)
    assert np.array_equal(out[back:], loud[back:]) and not np.array_equal(out, loud)


@pytest.mark.parametrize("size", [1, 7, 512, 4096, 65_536])
def test_blocks_of_any_size_give_the_bits_of_the_array(size: int) -> None:
    audio = music(0.5 if size < 10 else 3)
    for max_block in (size, 100):
        stream = MasterStream(RATE, busy(), max_block=max_block)
        parts = [stream.push(audio[i : i + size]) for i in range(0, len(audio), size)]
        assert sum(map(len, parts)) == max(len(audio) - stream.latency, 0)
        out = np.concatenate([*parts, stream.finish()])
        assert np.array_equal(out, rendered(audio, busy()))


def test_polarity_and_channels_exchange_exactly() -> None:
    audio = music(3)
    out = rendered(audio, busy())
    assert np.array_equal(rendered(-audio, busy()), -out)
    assert np.array_equal(rendered(audio[:, ::-1], busy()), out[:, ::-1])
    rows = MasterStream(RATE, busy(), channels="first")
    assert np.array_equal(np.concatenate([rows.push(audio.T), rows.finish()], axis=1).T, out)
    assert np.array_equal(
        master(audio, RATE).audio, master(audio.T, RATE, channels="first").audio.T
    )


def test_an_array_a_file_and_a_stream_are_the_same_master() -> None:
    audio = music(6)
    for preferences in ({}, {"loudness": -8, "punch": 1}):
        mastered = master(audio, RATE, **preferences)
        solver = MasterSolver(RATE, **preferences)
        passes, again = 0, True
        while again:
            for i in range(0, len(audio), 10_000):
                solver.push(audio[i : i + 10_000])
            passes, again = passes + 1, solver.next()
        assert solver.settings == mastered.settings and solver.report == mastered.report
        assert passes == solver.report["passes"]
        assert np.array_equal(rendered(audio, solver.settings), mastered.audio)
        assert solver.targets == auralis_dsp.targets(solver.profile, **preferences)
        parts = solver.targets.explain().parts.sum(axis=1)
        assert np.abs(parts - solver.targets.vector).max() < 1e-12


def test_the_level_of_the_input_does_not_matter() -> None:
    audio = music(6)
    first = master(audio, RATE, gain_max=60)
    for gain in (12, -12):
        other = master(audio * 10 ** (gain / 20), RATE, gain_max=60)
        moved = other.settings.vector - first.settings.vector
        moved[1] += gain
        assert np.abs(moved).max() < 1e-6
        assert np.abs(other.audio - first.audio).max() < 1e-9


def test_zeros_in_front_shift() -> None:
    audio = music(3)
    still = Settings(dict(busy()) | three("slope", 0.0))
    for settings, allowed in ((still, 1e-12), (busy(), 10 ** (0.05 / 20) - 1)):
        out = rendered(audio, settings)
        for k in (1, 777, 4096):
            later = rendered(np.concatenate([np.zeros((k, 2)), audio]), settings)[k:]
            assert np.abs(later - out).max() <= allowed * np.abs(out).max()


# A11: idempotence.


def test_a_master_needs_no_mastering() -> None:
    first = master(music(), RATE, loudness=-16)
    second = master(first.audio, RATE, loudness=-16)
    assert abs(second.report["integrated_after"] - first.report["integrated_after"]) <= 0.1
    assert second.report["limiter_max"] <= 1
    tone = slice(2, 9)
    grown = np.abs(second.targets.vector[tone]) - np.abs(first.targets.vector[tone])
    assert grown.max() <= 0.1
    own = master(music(), RATE, reference=profile(music(), RATE), intensity=1, loudness=-22)
    assert np.abs(errors(own.audio, music())[BANDS]).max() <= 0.3


# A13: robustness.


@pytest.mark.parametrize("rate", [8_000, 44_100, 384_000])
def test_any_signal_gives_a_finite_master_of_its_length(rate: int) -> None:
    n = rate // 2
    square = np.where(np.arange(n) // 50 % 2, 1.0, -1.0)
    signals = {
        "zeros": np.zeros(n),
        "offset": np.full(n, 0.5),
        "one sample": np.array([0.9]),
        "10 ms": square[: rate // 100],
        "0.39 s": square[: int(0.39 * rate)],
        "square": square,
        "impulses": np.where(np.arange(n) % 5000, 0.0, 1.0),
        "subnormal": square * 1e-310,
        "huge": square * 1e30,
    }
    for name, mono in signals.items():
        for n_channels in (1, 2, 6):
            audio = np.repeat(mono[:, np.newaxis], n_channels, axis=1)
            mastered = master(audio, rate, loudness=-9)
            out = mastered.audio
            assert out.shape == audio.shape and np.isfinite(out).all(), name
            if mastered.settings["active"]:
                assert decibels(np.abs(out).max()) <= mastered.targets["peak"], name
            else:
                assert np.array_equal(out, audio), name
    short = {"one sample", "10 ms", "0.39 s"}
    for name in (*short, "zeros"):
        expected = "short" if name in short else "silent"
        assert master(signals[name], rate).report.limited_by == expected


def test_64_channels() -> None:
    audio = np.repeat(music(1)[:, :1], 64, axis=1)
    out = master(audio, RATE).audio
    assert out.shape == audio.shape and np.array_equal(out[:, 0], out[:, 63])


def test_what_is_wrong_is_told_and_changes_nothing() -> None:
    with pytest.raises(AuralisError, match=r"audio.* NaN|not finite|nan"):
        master(np.array([0.1, np.nan] * 30_000), RATE)
    with pytest.raises(AuralisError, match="loudness"):
        master(music(1), RATE, loudness=-3)
    with pytest.raises(TypeError, match="loudnes"):
        master(music(1), RATE, loudnes=-14)
    with pytest.raises(AuralisError, match="gain_out"):
        MasterStream(RATE, Settings(dict(neutral()) | {"gain_out": 99}))
    stream = MasterStream(RATE, busy())
    with pytest.raises(AuralisError, match="empty"):
        stream.finish()
    audio = music(1)
    first = stream.push(audio[:20_000])
    with pytest.raises(AuralisError, match="channels"):
        stream.push(np.zeros(10))
    with pytest.raises(AuralisError):
        stream.push(np.full((9000, 2), np.inf))
    out = np.concatenate([first, stream.push(audio[20_000:]), stream.finish()])
    assert np.array_equal(out, rendered(audio, busy()))
    solver = MasterSolver(RATE)
    with pytest.raises(AuralisError, match="pass"):
        _ = solver.settings
    solver.push(audio)
    assert solver.next()
    solver.push(audio[1:])
    with pytest.raises(AuralisError, match="44099"):
        solver.next()


def test_meters_follow_the_signal() -> None:
    stream = MasterStream(RATE, busy())
    assert np.isnan(stream.meters["integrated"])
    out = np.concatenate([stream.push(music()), stream.finish()])
    meters, measured = stream.meters, auralis_dsp.loudness(out, RATE)
    assert meters["integrated"] == measured.integrated
    assert meters["true_peak"] == measured.true_peak
    assert meters["sample_peak"] == pytest.approx(decibels(np.abs(out).max()))
    assert meters["compressor_mid"] <= 0 <= meters["limiter"]


# A17: albums.


def test_an_album_is_one_signal() -> None:
    tracks = [0.1 * music(4), 0.6 * music(5, "chords"), 0.3 * music(4.5)]
    solver = MasterSolver(RATE)
    again = True
    while again:
        for track in tracks:
            solver.mark()
            solver.push(track)
        again = solver.next()
    out = rendered(np.concatenate(tracks), solver.settings)
    borders = np.cumsum([len(track) for track in tracks])[:-1]
    before = [auralis_dsp.loudness(track, RATE).integrated for track in tracks]
    after = [auralis_dsp.loudness(track, RATE).integrated for track in np.split(out, borders)]
    assert max(after) == solver.report["integrated_after"]
    assert abs(max(after) - solver.targets["loudness"]) <= 0.03
    # Tracks of one tone keep their distances; these two are.
    moved = np.subtract(after, before)
    assert solver.report["limiter_cost"] <= 1 and abs(moved[2] - moved[0]) <= 0.3
    one = MasterSolver(RATE)
    again = True
    while again:
        one.mark()
        one.push(tracks[0])
        again = one.next()
    assert one.settings == master(tracks[0], RATE).settings


# Units and signs.


def test_more_energy_gives_less_boost_in_the_sound_too() -> None:
    noise = 0.05 * RNG(3).standard_normal((6 * RATE, 2))
    low = lfilter([0.02], [1, -0.98], lfilter([0.02], [1, -0.98], noise, axis=0), axis=0)
    heavy, bright = 20 * low + 0.01 * noise, np.diff(noise, axis=0, prepend=0)
    for audio, band, place in ((heavy, "bass", 8), (bright, "air", 28)):
        mastered = master(audio, RATE, intensity=1)
        assert mastered.targets[f"tone_{band}"] <= -2
        change = octaves(mastered.audio) - octaves(audio)
        assert change[place] < np.nanmedian(change) - 1


def test_profiles_and_fingerprints_serve_as_references() -> None:
    reference = profile(music(4, "chords"), RATE)
    assert isinstance(reference, Profile)
    by_profile = master(music(4), RATE, reference=reference)
    by_fingerprint = master(music(4), RATE, reference=reference.fingerprint)
    assert by_profile.settings != by_fingerprint.settings
    assert by_profile.report["target_loudness"] == by_fingerprint.report["target_loudness"]
    assert np.isnan(by_fingerprint.report["spectral_error_max"])
