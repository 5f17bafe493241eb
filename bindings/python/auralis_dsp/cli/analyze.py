"""``auralis-dsp analyze``: a summary of each file."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from .._text import printable
from ._files import each_file, file_argument, read_mono
from ._music import analyze, note_name
from ._terminal import JsonArray, show

_BAR = 32


def add_commands(commands: Any) -> None:
    """Add the command to an `argparse` subparsers object."""
    parser = commands.add_parser(
        "analyze",
        help="show what each file is like",
        description="Show duration, rate, channels, the share of harmonic sound, pitch (10 %, "
        "median and 90 % of the frames), tuning and the mean of the chromagram.",
    )
    file_argument(parser, many=True)
    parser.add_argument("--json", action="store_true", help="print a JSON array instead")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with JsonArray() if options.json else nullcontext() as array:

        def work(path: Path) -> str | None:
            clip = read_mono(path)
            summary = {"file": str(path), **analyze(clip)}
            if array is not None:
                array.add(summary)
            else:
                _show(summary)
            return clip.damage

        return each_file(options.files, work)


def _show(summary: dict[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    name = Text(printable(summary["file"]), style="bold")
    table = Table(title=name, title_justify="left", show_header=False)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column()
    minutes, seconds = divmod(summary["duration_s"], 60)
    table.add_row("duration", f"{int(minutes)}:{seconds:06.3f}")
    table.add_row("rate", f"{summary['sample_rate_hz']} Hz")
    table.add_row("channels", str(summary["channels"]))
    table.add_row("harmonic", _harmonic(summary["harmonic_ratio"]))
    table.add_row("pitch", _pitch(summary["pitch"]))
    table.add_row("tuning", _or_dash(summary["tuning_cents"], "{:+.0f} cents from A4 = 440 Hz"))
    table.add_row("chroma", _bars(summary["chroma"]))
    if "note" in summary:
        table.add_row("note", summary["note"])
    show(table)


def _harmonic(ratio: float | None) -> str:
    return _or_dash(ratio, "{:.3f}  (0 percussive, 1 harmonic)")


def _pitch(pitch: dict[str, float] | None) -> str:
    if pitch is None:
        return "—"
    low, median, high = pitch["low_hz"], pitch["median_hz"], pitch["high_hz"]
    return f"{median:.1f} Hz ({note_name(median)}), mostly {low:.1f} to {high:.1f} Hz"


def _bars(chroma: dict[str, float | None]) -> Any:
    from rich.text import Text

    bars = Text()
    values = {name: value for name, value in chroma.items() if value is not None}
    largest = max(values.values(), default=0.0)
    if largest <= 0:
        return Text("—")
    for name, value in values.items():
        bar = "█" * round(_BAR * value / largest)
        style = "bold green" if value == largest else "green"
        bars.append(f"{name:<2} ").append(f"{bar:<{_BAR}}", style=style).append(f" {value:.2f}\n")
    bars.rstrip()
    return bars


def _or_dash(value: float | None, form: str) -> str:
    return "—" if value is None else form.format(value)
