"""The scripts that the measurements of docs/SCALE.md are made with."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from auralis_dsp.library.run import fingerprint_library
from auralis_dsp.library.track import Status

from .helpers import command, rows_of, write_tone

PROJECT = Path(__file__).parents[2]
TOOLS = PROJECT / "tools"


def tool(name: str, *arguments: object) -> str:
    words = [sys.executable, TOOLS / name, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    assert "3 tracks" in tool(
        "make_library.py", PROJECT / "tests/data", "-o", folder / "music", "--tracks", 3
    )
    return folder


def test_librosa_gives_the_same_numbers_for_a_made_library(made):
    library = made / "library.parquet"
    run = command("fingerprint-library", made / "music", "-o", library, "-q")
    told = tool("measure_run.py", "--library", library, "--", *run)
    assert re.search(r"processors \d+% of one .* MiB PSS, \d+ MiB private, in \d processes", told)
    assert "3 tracks" in told
    rows = rows_of(library)
    assert {row["status"] for row in rows} == {Status.OK}
    assert all(9.9 < row["duration"] < 241 for row in rows)

    compared = tool(
        "librosa_library.py", made / "music", "-o", made / "librosa.parquet", "--every", 3,
        "--beside", library,
    )  # fmt: skip
    medians = re.findall(r"^(\w+) +(\S+) +\S+$", compared, re.MULTILINE)
    assert len(medians) == 25
    for name, median in medians:
        assert float(median) < 2e-2, name


def test_time_by_format(made):
    table = tool("measure_formats.py", made / "music", "--each", 1)
    fingerprint_library([str(made / "music")], made / "again.parquet")
    codecs = {row["codec"] for row in rows_of(made / "again.parquet")}
    assert {line.split()[0] for line in table.splitlines()[1:]} == codecs


def test_damaged_files_of_every_kind_are_rows(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(TOOLS)
    from make_library import damage

    for i in range(24):
        file = write_tone(tmp_path / f"music/{i:02}.flac", 2.0, seed=i)
        damage(file, np.random.default_rng(i))
    sizes = [file.stat().st_size for file in (tmp_path / "music").iterdir()]
    assert 0 in sizes and 50_000 in sizes
    fingerprint_library([str(tmp_path / "music")], tmp_path / "l.parquet")
    kinds = {row["status"] for row in rows_of(tmp_path / "l.parquet")}
    assert {Status.EMPTY, Status.UNDECODABLE} < kinds
