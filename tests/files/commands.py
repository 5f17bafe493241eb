"""Run every command on a file, in this process, and see what it makes of it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import soundfile

from auralis_dsp.cli import main
from auralis_dsp.library.scan import local_track
from auralis_dsp.library.worker import analyse


class Run(NamedTuple):
    """Exit status, standard output, and lines of standard error, those of C code too."""

    code: int
    out: str
    lines: list[str]


class Runner:
    """Runs commands, and captures what they and their decoders write."""

    def __init__(self, capfd: pytest.CaptureFixture[str], folder: Path) -> None:
        self._capfd = capfd
        self._folder = folder

    def __call__(self, *arguments: object) -> Run:
        self._capfd.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = self._capfd.readouterr()
        return Run(code, captured.out, captured.err.splitlines())

    def seconds(self, path: Path) -> dict[str, float]:
        """The length that each command finds; each must do its work and say nothing."""
        found, lines = self.try_all(path)
        assert lines == {}, lines
        return found

    def try_all(self, path: Path) -> tuple[dict[str, float], dict[str, str]]:
        """The length that each command finds, and the one line of each that ends with 1."""
        results = {
            "analyze": self.analyze(path),
            "fingerprint": self.fingerprint(path),
            "separate": self.separate(path),
            "pitch": self.pitch(path),
        }
        found, lines = {}, {}
        for command, (run, length) in results.items():
            assert run.code in (0, 1), run
            assert len(run.lines) == run.code, run.lines
            if run.code:
                lines[command] = run.lines[0]
                assert lines[command].startswith(f"auralis-dsp: {path}: ")
            if length is not None:
                found[command] = length
        row = self.row(path)
        if row["status"] != "ok":
            lines["library"] = f"{row['status']}: {row['error']}"
        if row.get("fingerprint") is not None:
            found["library"] = row["duration"]
        return found, lines

    def analyze(self, path: Path) -> tuple[Run, float | None]:
        run = self("analyze", "--json", path)
        summaries = json.loads(run.out)
        return run, summaries[0]["duration_s"] if summaries else None

    def fingerprint(self, path: Path) -> tuple[Run, float | None]:
        """It tells no length: that of silence, if there is a result."""
        run = self("fingerprint", "--json", path)
        return run, np.nan if json.loads(run.out) else None

    def separate(self, path: Path) -> tuple[Run, float | None]:
        run = self("separate", path, "-o", self._folder, "-q", "--force")
        stem = self._folder / f"{path.stem}-harmonic.wav"
        length = soundfile.info(os.fsencode(stem)).duration if stem.exists() else None
        stem.unlink(missing_ok=True)
        return run, length

    def pitch(self, path: Path) -> tuple[Run, float | None]:
        """It tells the time of the last frame."""
        target = self._folder / "f0.csv"
        run = self("pitch", path, "-o", target)
        if not target.exists():
            return run, None
        last = float(target.read_text().splitlines()[-1].split(",")[0])
        target.unlink()
        return run, last

    def values(self, path: Path) -> dict[str, float]:
        """The fingerprint of a file that must have one."""
        run = self("fingerprint", "--json", path)
        assert (run.code, run.lines) == (0, [])
        values: dict[str, float] = json.loads(run.out)[0]["values"]
        return values

    def row(self, path: Path) -> dict[str, Any]:
        """The row of a library."""
        self._capfd.readouterr()
        row = analyse(local_track(str(path)), str(path))
        assert self._capfd.readouterr().err == ""
        return row


def near(found: dict[str, float], seconds: float, tolerance: float = 0.1) -> None:
    """Every command found the length."""
    assert set(found) == {"analyze", "fingerprint", "separate", "pitch", "library"}
    for command, length in found.items():
        if command != "fingerprint":
            assert abs(length - seconds) <= tolerance, (command, length, seconds)
