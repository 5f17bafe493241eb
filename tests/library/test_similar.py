"""Nearest tracks: exact, explained, and blind to what it should not see."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from auralis_dsp.library.dimensions import ASPECTS, CIRCULAR, DIMENSION_VERSION, NAMES
from auralis_dsp.library.run import fingerprint_library
from auralis_dsp.library.similar import Library, matrix
from auralis_dsp.library.space import Space, default_weights

from .helpers import example_table, make_library, run, write_tone

LUFS, WIDTH = NAMES.index("lufs"), NAMES.index("stereo_width")
TEMPO = NAMES.index("tempo_bpm")


def slow_distance(library: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    """The definition of the distance, one dimension at a time."""
    total = shared = every = 0.0
    weights = default_weights()
    for i, name in enumerate(NAMES):
        column = library[:, i]
        q1, q3 = np.nanpercentile(column, [25, 75])
        scale = (q3 - q1) / 1.349
        difference = a[i] - b[i]
        if name == "tempo_bpm":
            octaves = abs(np.log2(a[i] / b[i])) % 1
            difference, scale = min(octaves, 1 - octaves), 0.5 / 1.349
        every += weights[name]
        if np.isfinite(difference):
            total += weights[name] * (difference / scale) ** 2
            shared += weights[name]
    return np.sqrt(total * every / shared)


@pytest.fixture
def fingerprints() -> np.ndarray:
    values = matrix(example_table(300)).copy()
    values[np.random.default_rng(1).random(values.shape) < 0.03] = np.nan
    return values


def test_the_nearest_are_those_of_the_definition(fingerprints):
    space = Space(fingerprints)
    for row in (0, 7, 123):
        slow = [slow_distance(fingerprints, fingerprints[row], other) for other in fingerprints]
        rows, distances = space.nearest(fingerprints[row], 20)
        np.testing.assert_array_equal(rows, np.argsort(slow, kind="stable")[:20])
        np.testing.assert_allclose(distances, np.sort(slow)[:20], rtol=1e-9, atol=1e-9)
        assert rows[0] == row and distances[0] == 0


def test_contributions_add_up_to_the_squared_distance(fingerprints):
    space = Space(fingerprints)
    rows, distances = space.nearest(fingerprints[3], 300)
    parts = space.contributions(fingerprints[3], rows)
    np.testing.assert_allclose(parts.sum(axis=1), distances**2)
    assert (parts >= 0).all()


def test_half_and_double_time_are_the_same_tempo():
    values = np.tile(np.linspace(0, 1, 25), (5, 1)) + np.random.default_rng(0).random((5, 25))
    values[:] = values[0]
    values[:, TEMPO] = [120, 60, 240, 120 * 2**0.5, 130]
    values[:, LUFS] = [0, 0, 0, 0, 1e-9]
    space = Space(values, {"lufs": 0})
    distances = np.sqrt(space.contributions(values[0], slice(None)).sum(axis=1))
    np.testing.assert_allclose(distances[:3], 0, atol=1e-12)
    assert distances[3] > distances[4] > 0


def test_units_and_outliers_do_not_matter():
    values = matrix(example_table(200))
    other = values.copy()
    other[:, LUFS] = other[:, LUFS] * 1000 - 5
    wild = np.vstack([values, np.full((1, 25), 1e6)])
    near = Space(values).nearest(values[0], 10)
    for changed in (other, wild):
        rows, distances = Space(changed).nearest(changed[0], 10)
        np.testing.assert_array_equal(rows, near[0])
        np.testing.assert_allclose(distances, near[1], rtol=0.02)


def test_every_aspect_weighs_the_same():
    weights = default_weights()
    assert list(weights) == list(NAMES)
    totals = dict.fromkeys(ASPECTS, 0.0)
    for name, aspect in zip(NAMES, ASPECTS, strict=True):
        totals[aspect] += weights[name]
    assert totals == pytest.approx(dict.fromkeys(totals, 1)) and len(totals) == 6


def test_the_tempo_alone_is_circular():
    assert [name for name, circular in zip(NAMES, CIRCULAR, strict=True) if circular] == [
        "tempo_bpm"
    ]


def test_a_dimension_that_never_varies_or_is_never_known_says_nothing():
    values = matrix(example_table(50))
    values[:, WIDTH] = 0.0
    values[:, LUFS] = np.nan
    parts = Space(values).contributions(values[0], slice(None))
    assert (parts[:, [WIDTH, LUFS]] == 0).all()
    assert np.isfinite(parts).all()


def test_a_dimension_shared_by_most_tracks_still_counts():
    values = matrix(example_table(50))
    values[:, WIDTH] = 0.0
    values[:3, WIDTH] = 0.5
    assert Space(values).contributions(values[0], slice(None))[10, WIDTH] > 0


def test_a_track_without_any_value_is_near_to_none():
    values = matrix(example_table(50))
    values[9] = np.nan
    rows, distances = Space(values).nearest(values[0], 50)
    assert rows[-1] == 9 and distances[-1] == np.inf


@pytest.mark.parametrize("weights", [{"loudness": 1.0}, {"lufs": -1.0}, {"lufs": float("nan")}])
def test_wrong_weights_are_told(weights):
    with pytest.raises(ValueError, match="lufs"):
        Space(matrix(example_table(5)), weights)


def test_the_command(tmp_path):
    pq.write_table(example_table(100), tmp_path / "l.parquet")
    result = run("similar", "/music/00042.flac", tmp_path / "l.parquet", "-n", 3, "--explain")
    assert result.returncode == 0, result.stderr
    first = [line for line in result.stdout.splitlines() if ".flac" in line]
    assert len(first) == 3
    assert "00042" not in result.stdout
    assert "(Artist" in first[0] and "%" in result.stdout
    listed = run("similar", "/music/00042.flac", tmp_path / "l.parquet", "-n", 3, "--json")
    matches = json.loads(listed.stdout)
    assert [m["path"] for m in matches] == [line.split()[1] for line in first]
    for match in matches:
        assert sum(match["shares"].values()) == pytest.approx(1)
        assert list(match["shares"].values()) == sorted(match["shares"].values(), reverse=True)
    only = run(
        "similar", "/music/00042.flac", tmp_path / "l.parquet", "-n", 1, "--json",
        *[arg for name in NAMES if name != "lufs" for arg in ("--weight", f"{name}=0")],
    )  # fmt: skip
    library = matrix(example_table(100))[:, LUFS]
    nearest = np.argsort(np.abs(library - library[42]), kind="stable")[1]
    assert json.loads(only.stdout)[0]["path"] == f"/music/{nearest:05}.flac"


def test_a_track_that_is_not_in_the_library(tmp_path):
    music = make_library(tmp_path / "music", 8)
    fingerprint_library([str(music)], tmp_path / "l.parquet")
    copy = write_tone(tmp_path / "copy.wav", 0.4, seed=5)
    best = Library(tmp_path / "l.parquet").similar(str(copy), 2)[0]
    assert best.path.endswith("track 005.wav")
    assert best.distance == 0


def test_errors_have_no_part_in_it(tmp_path):
    music = make_library(tmp_path / "music", 4)
    (music / "bad.wav").write_text("x" * 400)
    fingerprint_library([str(music)], tmp_path / "l.parquet")
    library = Library(tmp_path / "l.parquet")
    assert len(library) == 4
    track = str(music / "album 0/track 000.wav")
    assert len(library.similar(track, 100)) == 3
    failed = run("similar", music / "bad.wav", tmp_path / "l.parquet")
    assert failed.returncode == 2
    assert "libsndfile" in failed.stderr and "Traceback" not in failed.stderr
    missing = run("similar", music / "missing.wav", tmp_path / "l.parquet")
    assert missing.returncode == 2
    assert "missing.wav" in missing.stderr and "Traceback" not in missing.stderr


def test_an_empty_library(tmp_path):
    pq.write_table(example_table(1).slice(0, 0), tmp_path / "l.parquet")
    table = example_table(1)
    assert isinstance(table, pa.Table)
    track = write_tone(tmp_path / "a.wav", 0.3)
    assert Library(tmp_path / "l.parquet").similar(str(track)) == []


def test_fingerprints_of_another_version_are_not_compared(tmp_path):
    table = example_table(30)
    versions = [DIMENSION_VERSION - (i % 3 == 1) for i in range(30)]
    column = table.schema.get_field_index("dimension_version")
    old = table.set_column(column, table.schema.field(column), pa.array(versions, pa.int32()))
    path = tmp_path / "l.parquet"
    pq.write_table(old, path)
    library = Library(path)
    assert (len(library), library.outdated) == (20, 10)
    found = {match.path for match in library.similar("/music/00000.flac", 30)}
    assert len(found) == 19 and not any(int(Path(name).stem) % 3 == 1 for name in found)
