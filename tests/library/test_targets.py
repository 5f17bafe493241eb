"""Profiles in a library, and targets of all its tracks without their audio."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import auralis_dsp
from auralis_dsp._targets import Asked, with_defaults
from auralis_dsp.library.dimensions import NAMES, PROFILE_COLUMNS, PROFILE_NAMES
from auralis_dsp.library.schema import NEEDED, SCHEMA
from auralis_dsp.library.targets import targets_of_rows

from .helpers import make_library, run, write_tone

NEW = ("profile_version", *PROFILE_COLUMNS)


def read(path: Path) -> dict[str, list]:
    return pq.read_table(path).to_pydict()


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    write_tone(folder / "a.wav", 4.0, 44_100, seed=1)
    write_tone(folder / "b.wav", 1.0, 22_050, channels=1, seed=2)
    (folder / "c.wav").write_bytes(b"RIFF no audio")
    return folder


def test_profiles_are_kept_where_they_are_asked_for(music: Path, tmp_path: Path) -> None:
    output = tmp_path / "library.parquet"
    assert run("fingerprint-library", music, "-o", output, "-q").returncode == 1
    plain = read(output)
    assert all(value is None for name in NEW for value in plain[name])

    # Tracks that have none are done again, errors are not; then all is there.
    done = run("fingerprint-library", music, "-o", output, "-q", "--profile")
    assert "this run did 2 in" in done.stdout, done
    rows = read(output)
    for name in NAMES:
        assert np.array_equal(rows[name][:2], np.array(plain[name][:2], float), equal_nan=True)
    import soundfile

    for i, name in enumerate(("a.wav", "b.wav")):
        expected = auralis_dsp.profile(*soundfile.read(music / name))
        found = np.array([rows[column][i] for column in (*NAMES, *PROFILE_NAMES)])
        assert np.array_equal(found, expected.vector, equal_nan=True)
    assert rows["profile_version"] == [1, 1, None]
    for arguments in ((), ("--profile",)):
        done = run("fingerprint-library", music, "-o", output, "-q", *arguments)
        assert "this run did 0 in" in done.stdout, done


def test_a_library_without_these_columns_goes_on(music: Path, tmp_path: Path) -> None:
    output = tmp_path / "library.parquet"
    run("fingerprint-library", music, "-o", output, "-q")
    older = pq.read_table(output).select(NEEDED)
    pq.write_table(older, output)
    write_tone(music / "d.wav", 0.5, seed=3)
    done = run("fingerprint-library", music, "-o", output, "-q")
    assert "4 tracks; this run did 1 in" in done.stdout, done
    assert pq.read_schema(output).equals(SCHEMA)


def test_targets_of_a_library_are_those_of_its_tracks(music: Path, tmp_path: Path) -> None:
    library, output = tmp_path / "library.parquet", tmp_path / "targets.parquet"
    run("fingerprint-library", music, "-o", library, "-q", "--profile")
    write_tone(music / "d.wav", 3.0, seed=4)
    run("fingerprint-library", music, "-o", library, "-q")
    # Without any audio: the files are gone.
    for file in music.iterdir():
        file.unlink()
    options = ("--warmth", "0.5", "--preset", "bright", "--loudness", "-12")
    done = run("targets", library, "-o", output, *options)
    assert (done.returncode, done.stderr) == (0, ""), done
    assert "4 tracks, 3 with targets" in done.stdout
    rows, found = read(library), read(output)
    assert list(found) == ["path", *auralis_dsp.targets(np.full(25, np.nan))]
    by_path = dict(zip(found["path"], zip(*list(found.values())[1:], strict=True), strict=True))
    for i, path in enumerate(rows["path"]):
        profiled = rows["profile_version"][i] is not None
        assert profiled == path.endswith(("a.wav", "b.wav"))
        names = (*NAMES, *PROFILE_NAMES) if profiled else NAMES
        vector = np.array([rows[name][i] for name in names], float)
        if path.endswith("c.wav"):
            assert by_path[path] == (None,) * 18
            continue
        expected = auralis_dsp.targets(vector, warmth=0.5, preset="bright", loudness=-12)
        assert by_path[path] == tuple(expected.values()), path

    # Again: a file of its own is replaced, another one is not.
    assert run("targets", library, "-o", output).returncode == 0
    (tmp_path / "mine.parquet").write_bytes(library.read_bytes())
    refused = run("targets", library, "-o", tmp_path / "mine.parquet")
    assert refused.returncode == 2 and "mine.parquet" in refused.stderr
    before = library.read_bytes()
    refused = run("targets", library, "-o", library)
    assert refused.returncode == 2 and library.read_bytes() == before


def test_rows_of_another_version_have_no_targets(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    n = 1000
    columns = {name: pa.array(rng.uniform(0, 1, n)) for name in (*NAMES, *PROFILE_NAMES)}
    for name in NAMES[:7]:
        columns[name] = pa.array(np.full(n, 100 / 7))
    columns["lufs"] = pa.array(np.linspace(-30, -5, n))
    version = auralis_dsp.fingerprint_version()
    columns["dimension_version"] = pa.array([version] * (n - 1) + [version + 1])
    columns["profile_version"] = pa.array([None, 1, 2, 1] * (n // 4), pa.int32())
    table = pa.table(columns)
    found = targets_of_rows(table, Asked(np.empty(0), None, with_defaults({})))
    assert np.isnan(found[-1]).all() and not np.isnan(found[:-1]).any()
    # Of another version of the profile, the fingerprint counts.
    vector = np.array([table.column(name)[2].as_py() for name in NAMES])
    assert np.array_equal(found[2], auralis_dsp.targets(vector).vector)
    none = targets_of_rows(table.slice(0, 0), Asked(np.empty(0), None, with_defaults({})))
    assert none.shape == (0, 18)


def test_libraries_and_files_are_told_apart(tmp_path: Path) -> None:
    make_library(tmp_path / "music", 1)
    library = tmp_path / "library.parquet"
    run("fingerprint-library", tmp_path / "music", "-o", library, "-q")
    music = next((tmp_path / "music").rglob("*.wav"))
    for arguments, said in (
        ((library,), "is a library; allowed with -o OUT.parquet"),
        ((music, "-o", tmp_path / "x.parquet"), "-o is for one library"),
        ((library, "-o", tmp_path / "x.parquet", "--json"), "-o goes with no --plot, --json"),
        ((music, music, "--plot", tmp_path / "x.png"), "--plot draws one file; there are 2"),
        ((music, "--loudness", "3"), "loudness is 3; allowed: -30 to -5"),
        ((music, "--reference", tmp_path / "none.wav"), "none.wav"),
    ):
        done = run("targets", *arguments)
        assert done.returncode == 2 and said in done.stderr, done
        assert done.stderr.count("\n") == 1 and done.stdout == ""
    assert not list(tmp_path.glob("x.*"))
