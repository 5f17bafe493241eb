"""Bars on standard error that show how far the work on files is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from .._text import printable
from ..mastering.signal import Signal


class Bars:
    """A bar for each file, or for each album, that is being done; several threads may use them.

    Parameters
    ----------
    quiet : bool
        Whether to show none. Away from a terminal there are none either.
    """

    def __init__(self, quiet: bool) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(),
        )
        console = Console(stderr=True)
        self._bars: Any = Progress(
            *columns,
            console=console,
            disable=quiet or not console.is_terminal,
            transient=True,
            # It would lead standard output to standard error.
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> Bars:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._bars.stop()

    @contextmanager
    def away(self) -> Iterator[None]:
        """No bars, so that something else can be shown."""
        self._bars.stop()
        try:
            yield
        finally:
            self._bars.start()

    @contextmanager
    def of(self, names: Sequence[Path], signal: Signal) -> Iterator[Callable[[int, int], None]]:
        """A bar for a signal that is read several times: a function of pass and frames."""
        name = printable(names[0]) + (f" and {len(names) - 1} more" if len(names) > 1 else "")
        task = self._bars.add_task(name, total=signal.frames)
        latest = 0

        def advance(number: int, frames: int) -> None:
            nonlocal latest
            if number != latest:
                latest = number
                text = f"{name}, pass {number}"
                self._bars.reset(task, total=signal.frames, description=text)
            self._bars.advance(task, frames)

        try:
            yield advance
        finally:
            self._bars.remove_task(task)
