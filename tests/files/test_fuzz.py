"""Broken files of twelve formats through every command; tools/fuzz_files.py does more of them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

import fuzz_files


def test_broken_files_cost_a_line_each(tmp_path: Path, monkeypatch) -> None:
    # Times are for a machine without other work; the tool measures them.
    monkeypatch.setattr(fuzz_files, "SLOWEST", 1e6)
    music = tmp_path / "music"
    music.mkdir()
    intact = fuzz_files.make_intact(tmp_path)
    broken = fuzz_files.mutate(intact, music, 60, seed=7)
    assert fuzz_files.check_files(broken, intact, tmp_path) == []
    findings, statuses = fuzz_files.check_library(broken, tmp_path)
    assert findings == []
    assert sum(statuses.values()) == 60
