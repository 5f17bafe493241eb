"""The examples over a library file run and say something true."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from auralis_dsp.library.run import fingerprint_library

from .helpers import ffmpeg, make_library

EXAMPLES = Path(__file__).parents[2] / "examples" / "library"


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    music = make_library(folder / "music", 5)
    shutil.copy(music / "album 0/track 000.wav", music / "copy.wav")
    ffmpeg(music / "copy.wav", music / "copy.flac")
    (music / "bad.wav").write_text("x" * 300)
    fingerprint_library([str(music)], folder / "library.parquet")
    return folder / "library.parquet"


def test_pandas(library):
    script = EXAMPLES / "pandas_library.py"
    result = subprocess.run(
        [sys.executable, script, library], capture_output=True, text=True, check=True
    )
    assert "undecodable    1" in result.stdout
    assert "7 tracks" in result.stdout
    copies = result.stdout.split("Copies of the same file:")[1]
    assert copies.count("track 000.wav") == copies.count("copy.wav") == 1
    assert "flac/flac" in result.stdout


def test_duckdb(library):
    connection = duckdb.connect()
    connection.execute(f"SET VARIABLE library = '{library}'")
    statements = duckdb.extract_statements((EXAMPLES / "library.sql").read_text())
    results = [connection.execute(statement).fetchall() for statement in statements]
    errors, evening, air, copies, speed = results
    assert [row[:2] for row in errors] == [("undecodable", 1)]
    assert len(evening) <= 5
    assert {row[0] for row in air} == {"wav/pcm_s16le", "flac/flac"}
    assert [len(row[1]) for row in copies] == [2]
    assert all(row[2] > 0 and row[3] > 0 for row in speed)
