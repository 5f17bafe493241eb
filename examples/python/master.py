"""The whole way of a recording on one page: analysis, fingerprint, targets and why, its master.

pip install ./bindings/python
python3 master.py song.ogg master.wav
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import soundfile

import auralis_dsp
from auralis_dsp.analysis import HarmonicAnalyzer


def main(source: Path, output: Path) -> None:
    """Tell all about a recording, and master it."""
    audio, rate = soundfile.read(source, always_2d=True)
    seconds = len(audio) / rate
    print(f"{source.name}: {seconds:.1f} s, {audio.shape[1]} channels, {rate} Hz")

    heading("Analysis")
    found = HarmonicAnalyzer().analyze(audio.mean(axis=1), rate)
    print("   ".join(f"{name} {value:.2f}" for name, value in found.items()))

    track = auralis_dsp.profile(audio, rate)
    heading("Fingerprint")
    units = track.fingerprint.units
    cells = [cell(name, value, units[name]) for name, value in track.fingerprint.items()]
    columns(cells, 3)

    targets = auralis_dsp.targets(track)
    heading("Targets of a master, and why")
    print(targets.explain())

    report = auralis_dsp.master_file(source, output)
    heading(f"Master: {output}")
    print(f"{'':24}{'asked':>8}{'before':>8}{'after':>8}")
    for name, asked in {
        "integrated": targets["loudness"],
        "true_peak": targets["peak"],
        "range": math.nan,
        "peak_to_loudness": math.nan,
    }.items():
        numbers = (asked, report[f"{name}_before"], report[f"{name}_after"])
        shown = "".join(f"{number:8.1f}" if number == number else f"{'':8}" for number in numbers)
        print(f"{name:24}{shown} {report.units[f'{name}_after']}")
    print(
        f"limiter at most {report['limiter_max']:.1f} dB, which costs "
        f"{report['limiter_cost']:.1f} LU; limited by {report.limited_by}"
    )


def heading(text: str) -> None:
    """Begin a part of the page."""
    print(f"\n{text}\n{'-' * len(text)}")


def cell(name: str, value: float, unit: str) -> str:
    """A number with its name and unit, as wide as a third of the page."""
    return f"{name:23}{value:8.3g} {unit}"


def columns(cells: list[str], count: int) -> None:
    """Print cells column by column."""
    rows = math.ceil(len(cells) / count)
    for row in range(rows):
        print("".join(f"{one:40}" for one in cells[row::rows]).rstrip())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
