"""Show a run: a live bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import Any, TextIO

from .._text import printable
from .run import Progress, Tally
from .track import Row, Status

#: Seconds between two plain lines.
LINE_INTERVAL = 10.0


def progress_for(stream: TextIO = sys.stderr) -> Progress:
    """A bar if `stream` is a terminal and rich is installed, else lines."""
    if stream.isatty():
        try:
            return _Bar(stream)
        except ImportError:
            pass
    return _Lines(stream)


def describe(tally: Tally) -> str:
    """Rate, time left and errors in words."""
    parts = [
        f"{tally.rate:.1f} tracks/s",
        f"{tally.audio_seconds / max(tally.elapsed, 1e-9):.0f}× real time",
    ]
    if (left := tally.seconds_left) is not None and tally.done < (tally.total or 0):
        parts.append(f"{duration(left)} left")
    if tally.errors:
        parts.append(f"{tally.errors} error{'s' * (tally.errors != 1)}")
    return ", ".join(parts)


def duration(seconds: float) -> str:
    """Seconds as ``1:02:03``."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def _error_line(row: Row) -> str:
    return printable(f"{row['status']}: {row['path']}: {row['error']}")


class _Lines:
    def __init__(self, stream: TextIO):
        self._stream = stream
        self._next = time.monotonic() + LINE_INTERVAL

    def show(self, tally: Tally, row: Row | None) -> None:
        if row is not None and row["status"] != Status.OK:
            self._print(_error_line(row))
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + LINE_INTERVAL
            total = "" if tally.total is None else f" of {tally.total}"
            self._print(f"{tally.done}{total} tracks, {describe(tally)}")

    def close(self) -> None:
        pass

    def _print(self, text: str) -> None:
        print(
            text.encode(self._stream.encoding, "replace").decode(self._stream.encoding),
            file=self._stream,
            flush=True,
        )


class _Bar:
    def __init__(self, stream: TextIO):
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as RichProgress

        self._bar = RichProgress(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.description}", markup=False),
            console=Console(file=stream),
        )
        self._task: Any = self._bar.add_task("counting tracks", total=None)
        self._bar.start()

    def show(self, tally: Tally, row: Row | None) -> None:
        if row is not None and row["status"] != Status.OK:
            self._bar.console.print(_error_line(row), markup=False, highlight=False)
        self._bar.update(
            self._task, completed=tally.done, total=tally.total, description=describe(tally)
        )

    def close(self) -> None:
        self._bar.stop()
