"""Tracks of a library as references."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

import auralis_dsp
from auralis_dsp.library.profiles import chosen_profiles

from .conftest import Run
from .making import band, write

Runner = Callable[..., Run]
TAGS = (("Red", "Ada"), ("Red", "Bob"), ("Blue", "Bob"), (None, None))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from auralis_dsp.cli import main

    folder = tmp_path_factory.mktemp("library")
    for i, (album, artist) in enumerate(TAGS):
        path = folder / f"{i}.flac"
        soundfile.write(path, band(3, seed=i), 44100)
        if album:
            import mutagen

            tags = mutagen.File(path, easy=True)
            tags.update({"album": album, "artist": artist})
            tags.save()
    library = folder / "library.parquet"
    assert main(["fingerprint-library", str(folder), "-o", str(library), "--profile", "-q"]) == 0
    return folder


def profile(path: Path) -> auralis_dsp.Profile:
    return auralis_dsp.profile(*soundfile.read(path))


def test_albums_and_artists(folder: Path) -> None:
    library = folder / "library.parquet"
    every = [profile(folder / f"{i}.flac") for i in range(4)]
    for query, tracks in (
        ({"album": "red"}, (0, 1)),
        ({"artist": "BOB"}, (1, 2)),
        ({"album": "Red", "artist": "Bob"}, (1,)),
    ):
        assert chosen_profiles(library, **query) == [every[i] for i in tracks]
    for query, words in (
        ({"album": "Green"}, "no track has the album 'Green'"),
        ({"album": "Blue", "artist": "Ada"}, "no track has the artist 'Ada'"),
    ):
        with pytest.raises(LookupError, match=words):
            chosen_profiles(library, **query)


def test_the_nearest(folder: Path, run: Runner, tmp_path: Path) -> None:
    library = folder / "library.parquet"
    like = write(tmp_path / "like.wav", band(3, seed=2))
    names = json.loads(run("similar", like, library, "-n", 2, "--json").out)
    expected = [profile(Path(match["path"])) for match in names]
    assert chosen_profiles(library, like=str(like), count=2) == expected
    # Among the tracks of an artist; a track of the library is not like itself.
    assert chosen_profiles(library, like=str(like), artist="Ada") == [profile(folder / "0.flac")]
    own = chosen_profiles(library, like=str(folder / "1.flac"), count=9)
    assert len(own) == 3
    assert profile(folder / "1.flac") not in own


def test_a_master_like_an_album(folder: Path, run: Runner, tmp_path: Path) -> None:
    song = write(tmp_path / "song.wav", band(3, seed=9))
    library = folder / "library.parquet"
    query = ["--reference", library, "--reference-album", "Red"]
    arguments = ["--loudness", -20, "--intensity", 1]
    done = run("master", song, "-o", tmp_path / "like album.wav", *query, *arguments)
    assert (done.code, done.lines) == (0, [])
    assert "off the reference's spectrum" in done.out
    files = [a for i in range(2) for a in ("--reference", folder / f"{i}.flac")]
    assert run("master", song, "-o", tmp_path / "like files.wav", *files, *arguments).code == 0
    one, other = (soundfile.read(tmp_path / f"like {n}.wav")[0] for n in ("album", "files"))
    assert np.abs(one - other).max() < 1e-6
    text = profile(folder / "0.flac").to_json()
    (tmp_path / "0.json").write_text(text)
    mixed = [*query, "--reference", tmp_path / "0.json", "--dry-run"]
    assert run("master", song, *mixed).code == 0


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ([], "is a library; allowed with it: --reference-like"),
        (["--reference-album", "Green"], "no track has the album 'Green'"),
        (["--reference-like", "missing.wav"], "missing.wav: "),
        (["--reference-like", "{song}", "--reference-count", "0"], "count is 0"),
    ],
)
def test_queries_that_find_nothing(
    query: list[str], words: str, folder: Path, run: Runner, tmp_path: Path
) -> None:
    song = write(tmp_path / "song.wav", band(1))
    query = [part.format(song=song) for part in query]
    done = run(
        "master", song, "-o", tmp_path / "m.wav", "--reference", folder / "library.parquet", *query
    )
    assert (done.code, len(done.lines)) == (2, 1)
    assert words in done.lines[0]


def test_a_library_without_profiles(folder: Path, run: Runner, tmp_path: Path) -> None:
    library = tmp_path / "plain.parquet"
    assert run("fingerprint-library", folder, "-o", library, "-q").code == 0
    song = write(tmp_path / "song.wav", band(1))
    query = ["--reference", library, "--reference-artist", "Bob"]
    done = run("master", song, "-o", tmp_path / "m.wav", *query)
    assert (done.code, len(done.lines)) == (2, 1)
    assert "none of the 2 tracks has a profile; fingerprint-library --profile" in done.lines[0]
