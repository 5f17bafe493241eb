"""Albums: several files as one signal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

import auralis_dsp
from auralis_dsp import AuralisError, MasterStream, master_album, master_file
from auralis_dsp._output import UNFINISHED

from .making import band, measured, write

#: How loud the tracks are beside each other.
GAINS = (1.0, 0.35, 0.6)


@pytest.fixture(scope="module")
def tracks(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("album")
    return [
        write(folder / f"{i}.wav", gain * band(5 + i, seed=i), subtype="FLOAT")
        for i, gain in enumerate(GAINS)
    ]


def joined(names: list[Path]) -> np.ndarray:
    return np.concatenate([soundfile.read(name, dtype="float32")[0] for name in names])


def masters(folder: Path, names: list[Path], suffix: str = "wav") -> list[Path]:
    return [folder / f"{name.stem}.{suffix}" for name in names]


def test_the_tracks_are_one_stream_that_is_cut(tracks: list[Path], tmp_path: Path) -> None:
    album = master_album(tracks, tmp_path, bits="32f", loudness=-16)
    found = masters(tmp_path, tracks)
    for before, after in zip(tracks, found, strict=True):
        assert soundfile.info(before).frames == soundfile.info(after).frames
    stream = MasterStream(44100, album.settings, 2)
    whole = joined(tracks).astype(float)
    expected = np.concatenate([stream.push(whole), stream.finish()])
    assert np.array_equal(joined(found), expected.astype(np.float32))


def test_loudness_is_that_of_the_loudest(tracks: list[Path], tmp_path: Path) -> None:
    album = master_album(tracks, tmp_path, loudness=-18, bits=16, format="flac")
    found = [measured(name) for name in masters(tmp_path, tracks, "flac")]
    before = [measured(name) for name in tracks]
    assert max(one.loudness for one in found) == pytest.approx(-18, abs=0.1)
    assert album.report["integrated_after"] == pytest.approx(-18, abs=0.05)
    assert album.report["limiter_cost"] <= 1
    for name, report in zip(masters(tmp_path, tracks, "flac"), album, strict=True):
        own = auralis_dsp.loudness(soundfile.read(name)[0], 44100)
        assert report["true_peak_after"] == pytest.approx(own.true_peak, abs=0.01)
        assert report["range_after"] == pytest.approx(own.range, abs=0.01)
    for old, new, report in zip(before, found, album, strict=True):
        assert report["integrated_before"] == pytest.approx(old.loudness, abs=0.05)
        assert report["integrated_after"] == pytest.approx(new.loudness, abs=0.05)
        assert report["loudness_error"] == report["integrated_after"] + 18
        assert np.isnan(report["limiter_cost"])
        # Distances stay.
        kept = (new.loudness - found[0].loudness) - (old.loudness - before[0].loudness)
        assert abs(kept) <= 0.3


def test_a_further_border_in_a_quieter_track_changes_nothing(
    tracks: list[Path], tmp_path: Path
) -> None:
    quiet = soundfile.read(tracks[1])[0]
    halves = [
        write(tmp_path / f"half {i}.wav", half, subtype="FLOAT")
        for i, half in enumerate(np.array_split(quiet, 2))
    ]
    split = [tracks[0], *halves, tracks[2]]
    for folder, names in (("whole", tracks), ("split", split)):
        master_album(names, tmp_path / folder, loudness=-16, bits=16)
    whole, parts = (
        np.concatenate([soundfile.read(name, dtype="int16")[0] for name in found])
        for found in (masters(tmp_path / "whole", tracks), masters(tmp_path / "split", split))
    )
    assert np.array_equal(whole, parts)


def test_an_album_of_one_is_a_file(tracks: list[Path], tmp_path: Path) -> None:
    album = master_album(tracks[:1], tmp_path / "album", loudness=-12)
    report = master_file(tracks[0], tmp_path / "file.wav", loudness=-12)
    assert dict(album[0]) == pytest.approx(dict(report), nan_ok=True, abs=0)
    assert album.report == album[0]
    (one,) = masters(tmp_path / "album", tracks[:1])
    assert one.read_bytes() == (tmp_path / "file.wav").read_bytes()


def test_tracks_that_make_no_signal(tracks: list[Path], tmp_path: Path) -> None:
    slower = write(tmp_path / "slower.wav", band(1, 48000), 48000)
    mono = write(tmp_path / "mono.wav", band(1, channels=1))
    for odd, words in ((slower, "48000 Hz and 2 channels"), (mono, "44100 Hz and 1 channels")):
        with pytest.raises(AuralisError, match=f"{words}; allowed: the 44100 Hz and 2 channels"):
            master_album([*tracks, odd], tmp_path / "album")
    with pytest.raises(AuralisError, match=r"sources is .*; allowed: at least one"):
        master_album([], tmp_path / "album")
    assert not (tmp_path / "album").exists()


def test_all_or_none(tracks: list[Path], tmp_path: Path) -> None:
    bad = band(1)
    bad[-1] = np.inf
    broken = write(tmp_path / "broken.wav", bad, subtype="FLOAT")
    with pytest.raises(AuralisError, match="inf"):
        master_album([*tracks, broken], tmp_path / "album")
    assert not list(tmp_path.glob(f"album/{UNFINISHED}"))
    assert not list(tmp_path.glob("album/*.wav"))
