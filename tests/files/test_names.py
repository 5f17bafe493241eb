"""Names of any kind are taken, kept and shown; what a terminal would obey is escaped."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from auralis_dsp._text import printable

from .commands import Runner, near
from .making import tune

NAMES = {
    "two\nlines": "two\\nlines",
    "red \x1b[31m": "red \\x1b[31m",
    "bell \x07": "bell \\x07",
    "c1 \x9b": "c1 \\x9b",
    "夜想曲　アルバム": "夜想曲　アルバム",
    "Für Élise 🎹": "Für Élise 🎹",
    "[red]%s{}$x": "[red]%s{}$x",
    "caf\udce9": "caf\\xe9",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_a_line(name: str, run: Runner, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.wav"
    path.write_bytes(b"no audio" * 100)
    done = run("analyze", path)
    (line,) = done.lines
    assert line.startswith(f"auralis-dsp: {tmp_path}/{NAMES[name]}.wav: not audio")
    assert printable(str(path)) == f"{tmp_path}/{NAMES[name]}.wav"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_read_and_written(name: str, run: Runner, tmp_path: Path) -> None:
    path = tune(tmp_path / "plain.wav")
    path = path.rename(tmp_path / f"{name}.wav")
    near(run.seconds(path), 3)
    done = run("analyze", path)
    assert "\x1b" not in done.out
    assert run("separate", path, "-o", tmp_path / "stems", "-q").code == 0
    assert sorted(os.fsencode(path.name) for path in (tmp_path / "stems").iterdir()) == sorted(
        os.fsencode(f"{name}-{part}.wav") for part in ("harmonic", "percussive")
    )
    assert run("plot", path, "-o", tmp_path / "p.svg").lines == []


def test_dollars_are_no_formula(run: Runner, tmp_path: Path) -> None:
    name = "Ke$ha - $100 bill.wav"
    path = tune(tmp_path / "x.wav").rename(tmp_path / name)
    assert run("plot", path, "-o", tmp_path / "p.svg").code == 0
    drawn = re.search(r"<!-- Ke\S*ha.*?-->(.*?)(?:<!--|$)", (tmp_path / "p.svg").read_text(), re.S)
    assert drawn is not None
    assert drawn[1].count("<use ") >= len(name.replace(" ", ""))
