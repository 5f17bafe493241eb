"""Masters of single files."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

import auralis_dsp
from auralis_dsp import AuralisError, master, master_file
from auralis_dsp._output import UNFINISHED, OutputError
from auralis_dsp.audio_file import AudioError

from .making import CLIP, band, clip, measured, write


@pytest.mark.parametrize("loudness", [-14.0, -20.0])
def test_the_targets_are_met(loudness: float, tmp_path: Path) -> None:
    path = tmp_path / "master.wav"
    report = master_file(CLIP, path, loudness=loudness)
    found, original = measured(path), soundfile.info(CLIP)
    info = soundfile.info(path)
    assert (info.samplerate, info.channels, info.frames, info.subtype) == (
        original.samplerate,
        original.channels,
        original.frames,
        "PCM_24",
    )
    assert found.true_peak <= -1 + 0.05
    assert found.loudness == pytest.approx(report["integrated_after"], abs=0.05)
    if report["limited_by"] == 0:
        assert found.loudness == pytest.approx(loudness, abs=0.1)
    else:
        assert report["limited_by"] == 1
        assert report["limiter_cost"] == pytest.approx(1.5, abs=0.05)
        assert found.loudness < loudness
    assert report["integrated_before"] == pytest.approx(measured(CLIP).loudness, abs=0.05)


@pytest.mark.parametrize("preferences", [{"loudness": -14}, {"loudness": -9, "punch": 1.0}])
def test_a_file_of_floats_is_the_master_of_the_array(
    preferences: dict[str, float], tmp_path: Path
) -> None:
    audio = band(8)
    source = write(tmp_path / "source.wav", audio, subtype="DOUBLE")
    report = master_file(source, tmp_path / "master.wav", bits="32f", **preferences)
    expected = master(audio, 44100, **preferences)
    found = soundfile.read(tmp_path / "master.wav", dtype="float32")[0]
    assert np.array_equal(found, expected.audio.astype(np.float32))
    assert dict(report) == pytest.approx(dict(expected.report), nan_ok=True, abs=0)


@pytest.mark.parametrize("bits", [16, 24])
def test_integers_are_the_rounded_master(bits: int, tmp_path: Path) -> None:
    audio, rate = clip()
    source = write(tmp_path / "source.wav", audio, rate, "DOUBLE")
    report = master_file(source, tmp_path / "master.flac", bits=bits, loudness=-16)
    found = soundfile.read(tmp_path / "master.flac")[0]
    expected = master(audio, rate, loudness=-16).audio
    step = 2.0 ** (1 - bits)
    # Dither of a step, rounding by half of one, and a ceiling that is lower by a step.
    assert np.abs(found - expected).max() <= 2.5 * step
    assert np.abs(found).max() <= 10 ** (-1 / 20)
    assert report["true_peak_after"] <= -1


def test_the_same_file_every_time(tmp_path: Path) -> None:
    for bits in (16, 24, "32f"):
        names = [tmp_path / f"{name}-{bits}.wav" for name in "ab"]
        for name in names:
            master_file(CLIP, name, bits=bits, loudness=-15)
            time.sleep(1.1)  # a header may hold the second
        first, second = (name.read_bytes() for name in names)
        assert first == second
    plain = tmp_path / "plain.wav"
    master_file(CLIP, plain, bits=16, dither=False, loudness=-15)
    assert plain.read_bytes() != (tmp_path / "a-16.wav").read_bytes()


@pytest.mark.parametrize(("source_bits", "bits"), [(16, 16), (16, 24), (24, 24), (16, "32f")])
def test_an_intensity_of_0_changes_no_bit(
    source_bits: int, bits: int | str, tmp_path: Path
) -> None:
    source = write(tmp_path / "source.wav", band(4), subtype=f"PCM_{source_bits}")
    report = master_file(source, tmp_path / "master.wav", bits=bits, intensity=0, loudness=-9)
    assert report["limited_by"] == 5
    before, after = (soundfile.read(tmp_path / f"{n}.wav")[0] for n in ("source", "master"))
    assert np.array_equal(before, after)


def test_an_intensity_of_0_is_dithered_where_it_must_be_rounded(tmp_path: Path) -> None:
    source = write(tmp_path / "source.wav", band(2), subtype="PCM_24")
    for dither in (True, False):
        master_file(source, tmp_path / f"{dither}.wav", bits=16, intensity=0, dither=dither)
    dithered, rounded = (soundfile.read(tmp_path / f"{d}.wav")[0] for d in (True, False))
    before = soundfile.read(source)[0]
    assert np.abs(rounded - before).max() <= 0.5 / 2**15
    assert 0.5 / 2**15 < np.abs(dithered - before).max() <= 1.5 / 2**15


@pytest.mark.parametrize(
    ("audio", "limited_by"), [(np.zeros((44100, 2)), 3), (0.1 * np.ones((4000, 1)), 4)]
)
def test_nothing_is_done_to_silence_and_blips(
    audio: np.ndarray, limited_by: int, tmp_path: Path
) -> None:
    source = write(tmp_path / "source.wav", audio)
    report = master_file(source, tmp_path / "master.wav")
    assert report["limited_by"] == limited_by
    before, after = (soundfile.read(tmp_path / f"{n}.wav")[0] for n in ("source", "master"))
    assert np.array_equal(before, after)


@pytest.mark.parametrize(
    ("rate", "channels"), [(8000, 1), (22050, 1), (44100, 6), (48000, 2), (96000, 2), (192000, 1)]
)
@pytest.mark.parametrize("suffix", ["wav", "flac"])
def test_rates_and_channels(rate: int, channels: int, suffix: str, tmp_path: Path) -> None:
    audio = band(3, rate, channels)
    source = write(tmp_path / "source.wav", audio, rate)
    target = tmp_path / f"master.{suffix}"
    report = master_file(source, target, loudness=-20)
    after, after_rate = soundfile.read(target, always_2d=True)
    assert (after_rate, after.shape) == (rate, audio.shape)
    assert report["integrated_after"] == pytest.approx(-20, abs=0.05)
    found = auralis_dsp.loudness(after, rate)
    assert found.integrated == pytest.approx(-20, abs=0.1)
    assert found.true_peak <= -1


def test_references(tmp_path: Path) -> None:
    """A file, its profile and a list of it are the same reference, and the master is like it."""
    bright = band(6, seed=2)
    dull = bright.copy()
    dull[1:] += 0.5 * bright[:-1]
    song = write(tmp_path / "song.wav", 0.2 * dull)
    other = write(tmp_path / "other.wav", bright)
    profile = auralis_dsp.profile(*soundfile.read(other))
    masters = []
    for i, reference in enumerate([other, str(other), profile, [other], [profile, other]]):
        target = tmp_path / f"{i}.wav"
        report = master_file(song, target, reference=reference, intensity=1, loudness=-20)
        assert report["spectral_error_mean"] < 0.3 * report["spectral_error_before_mean"]
        masters.append(soundfile.read(target)[0])
    for one in masters[1:]:
        assert np.abs(one - masters[0]).max() < 1e-6
    report = master_file(song, tmp_path / "f.wav", reference=profile.fingerprint, loudness=-20)
    assert np.isnan(report["spectral_error_mean"])


@pytest.mark.parametrize("how", ["name", "hard link", "link", "dots"])
def test_never_onto_a_source(how: str, tmp_path: Path) -> None:
    source = write(tmp_path / "song.wav", band(1))
    other = write(tmp_path / "reference.wav", band(1, seed=1))
    for file, reference in ((source, None), (other, other)):
        target = tmp_path / f"master {how}.wav"
        target.unlink(missing_ok=True)
        if how == "name":
            target = file
        elif how == "hard link":
            os.link(file, target)
        elif how == "link":
            target.symlink_to(file)
        else:
            target = tmp_path / ".." / tmp_path.name / file.name
        before = file.read_bytes()
        with pytest.raises(OutputError, match="is also an input"):
            master_file(source, target, reference=reference)
        assert file.read_bytes() == before
    assert not list(tmp_path.glob(UNFINISHED))


def test_an_older_master_stays_until_the_new_one_is_complete(tmp_path: Path) -> None:
    target = write(tmp_path / "master.wav", band(1))
    before = target.read_bytes()
    bad = band(3)
    bad[100_000] = np.nan
    source = write(tmp_path / "source.wav", bad, subtype="FLOAT")
    with pytest.raises(AuralisError, match="NaN"):
        master_file(source, target)
    text = tmp_path / "text.wav"
    text.write_text("no music")
    with pytest.raises(AudioError):
        master_file(text, target)
    with pytest.raises(FileNotFoundError):
        master_file(tmp_path / "missing.wav", target)
    assert target.read_bytes() == before
    assert not list(tmp_path.glob(UNFINISHED))
    master_file(write(tmp_path / "good.wav", band(1)), target)
    assert target.read_bytes() != before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"loudness": -60}, "loudness is -60"),
        ({"bits": 12}, "bits is 12"),
        ({"preset": "shiny"}, "preset is 'shiny'"),
        ({"reference": np.zeros(7)}, "reference is"),
    ],
)
def test_arguments_out_of_range(arguments: dict, words: str, tmp_path: Path) -> None:
    with pytest.raises(AuralisError, match=words):
        master_file(CLIP, tmp_path / "master.wav", **arguments)
    assert not list(tmp_path.iterdir())


def test_a_file_that_changes_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = write(tmp_path / "source.wav", band(2))
    longer = write(tmp_path / "longer.wav", band(3)).read_bytes()
    passes = iter(range(99))

    from auralis_dsp.mastering import signal

    opened = signal.open_audio

    def changing(file: object) -> object:
        if next(passes) == 2:
            source.write_bytes(longer)
        return opened(file)

    monkeypatch.setattr(signal, "open_audio", changing)
    with pytest.raises((AudioError, AuralisError)):
        master_file(source, tmp_path / "master.wav")
    assert not (tmp_path / "master.wav").exists()
