"""Rounding and dither, and which forms there are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from auralis_dsp import AuralisError
from auralis_dsp._output import replacing
from auralis_dsp.mastering.writer import Form, Rounding, Writer, names_in

RATE = 48_000


def stored(path: Path, audio: np.ndarray, bits: int | str, dither: bool = True) -> np.ndarray:
    """What a file holds of some audio."""
    form = Form([path], bits)
    with replacing(path) as (output,):
        rounding = Rounding(form, dither=dither)
        with Writer(output, path, RATE, audio.shape[1], len(audio), form, rounding) as writer:
            for block in np.array_split(audio, 7):
                writer.write(block)
    kind = {16: "int16", 24: "int32", "32f": "float32"}[bits]
    return soundfile.read(path, dtype=kind, always_2d=True)[0]


def levels(samples: np.ndarray) -> np.ndarray:
    """The spectrum in dB; a sine of amplitude 1 has a peak of 0."""
    window = np.blackman(len(samples))
    return 20 * np.log10(np.abs(np.fft.rfft(samples * window)) / (window.sum() / 2) + 1e-30)


def highest_spur(samples: np.ndarray) -> float:
    """The highest level away from the tone of 997 Hz."""
    spectrum = levels(samples)
    frequencies = np.fft.rfftfreq(len(samples), 1 / RATE)
    away = (np.abs(frequencies - 997) > 5) & (frequencies > 5)
    return spectrum[away].max()


@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_a_faint_tone_stays_a_tone(suffix: str, tmp_path: Path) -> None:
    tone = 10 ** (-90 / 20) * np.sin(2 * np.pi * 997 * np.arange(20 * RATE) / RATE)
    path = tmp_path / f"tone.{suffix}"
    dithered = stored(path, tone[:, None], 16)[:, 0] / 2**15
    assert highest_spur(dithered) < -110
    assert levels(dithered).max() == pytest.approx(-90, abs=0.2)
    # Without dither rounding makes harmonics of it.
    rounded = stored(path, tone[:, None], 16, dither=False)[:, 0] / 2**15
    assert highest_spur(rounded) > -110


@pytest.mark.parametrize("bits", [16, 24])
def test_dither_is_triangular_and_of_one_step(bits: int, tmp_path: Path) -> None:
    """Silence becomes −1, 0 and 1, each channel for itself, and the error has no mean."""
    path = tmp_path / "silence.wav"
    noise = stored(path, np.zeros((200_000, 2)), bits) >> (32 - bits if bits == 24 else 0)
    assert set(np.unique(noise)) == {-1, 0, 1}
    # A triangle of ±1 lies to one eighth beyond half a step on each side.
    for sign in (-1, 1):
        assert (noise == sign).mean() == pytest.approx(1 / 8, abs=0.003)
    assert abs(np.corrcoef(noise.T)[0, 1]) < 0.01
    # Values between the steps keep their mean, and the power of the error does not depend on them.
    between = stored(path, np.full((200_000, 1), 0.3 * 2.0 ** (1 - bits)), bits) >> (
        32 - bits if bits == 24 else 0
    )
    assert between.mean() == pytest.approx(0.3, abs=0.005)
    assert np.mean((between - 0.3) ** 2) == pytest.approx(0.25, abs=0.005)
    assert np.mean(noise**2) == pytest.approx(0.25, abs=0.005)


def test_the_same_noise_whatever_the_blocks() -> None:
    form = Form(["a.wav"], 16)
    audio = 0.1 * np.random.default_rng(0).standard_normal((1000, 2))
    whole = Rounding(form, dither=True).round(audio)
    rounding = Rounding(form, dither=True)
    parts = [rounding.round(part) for part in np.array_split(audio, 13)]
    assert np.array_equal(np.concatenate(parts), whole)
    assert not np.array_equal(Rounding(form, dither=True).round(audio[1:]), whole[1:])


@pytest.mark.parametrize("bits", [16, 24])
def test_full_scale_is_clamped(bits: int, tmp_path: Path) -> None:
    audio = np.array([[1.5], [1.0], [-1.0], [-1.5], [0.0]])
    shift = 32 - bits if bits == 24 else 0
    found = stored(tmp_path / "loud.wav", audio, bits, dither=False)[:, 0] >> shift
    half = 2 ** (bits - 1)
    assert found.tolist() == [half - 1, half - 1, -half, -half, 0]


def test_floats_are_neither_dithered_nor_clamped(tmp_path: Path) -> None:
    audio = np.random.default_rng(0).standard_normal((1000, 2))
    assert np.array_equal(stored(tmp_path / "a.wav", audio, "32f"), audio.astype(np.float32))


@pytest.mark.parametrize(
    ("name", "bits", "channels", "words"),
    [
        ("song.mp3", None, 2, r"output is 'song.mp3'; allowed: .*\.wav or \.flac.*lossy"),
        ("song", None, 2, r"output is 'song'; allowed"),
        ("song.flac", "32f", 2, "bits is '32f'; allowed: 16, 24 in FLAC"),
        ("song.wav", 20, 2, "bits is 20; allowed: 16, 24, '32f'"),
        ("song.wav", "24", 2, "bits is '24'; allowed"),
        ("song.flac", 24, 9, r"9 channels; allowed: at most 8"),
    ],
)
def test_forms_that_there_are_not(name: str, bits: object, channels: int, words: str) -> None:
    with pytest.raises(AuralisError, match=words):
        Form([name], bits).check_channels(channels)


def test_a_peak_gets_room_for_rounding() -> None:
    for bits in (16, 24):
        form = Form(["a.wav"], bits)
        lowered = 10 ** (form.lowered(-1.0) / 20)
        assert 10 ** (-1 / 20) - lowered == pytest.approx(2.0 ** (1 - bits), rel=1e-6)
    assert Form(["a.wav"], "32f").lowered(-1.0) == -1.0


def test_samples_that_need_no_rounding() -> None:
    form = Form(["a.wav"], 16)
    grid = np.array([[-1.0, 32767 / 32768, 0.0, 5 / 32768]])
    assert form.holds(grid)
    assert Form(["a.wav"], 24).holds(grid)
    assert not form.holds(grid + 2.0**-20)
    assert not form.holds(np.array([[1.0]]))


def test_files_of_one_name_are_refused_in_a_folder(tmp_path: Path) -> None:
    assert names_in(tmp_path, ["a/x.mp3", "-"], "wav") == [
        tmp_path / "x.wav",
        tmp_path / "stdin.wav",
    ]
    with pytest.raises(AuralisError, match=r"a/x\.mp3 and b/x\.ogg, which both become .*x\.wav"):
        names_in(tmp_path, ["a/x.mp3", "b/x.ogg"], "wav")
