"""What commands say: results on standard output, one line for each fault on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from .._text import printable


class StdoutError(Exception):
    """Standard output does not take what is written."""


def tell(text: str, name: str | Path | None = None) -> None:
    """Say in one line what is wrong, and with which file."""
    line = f"{name}: {text}" if name is not None else text
    with suppress(OSError):
        print(f"auralis-dsp: {printable(line)}", file=sys.stderr, flush=True)


@contextmanager
def _writing() -> Iterator[None]:
    """Tell the faults of standard output from those of files."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise StdoutError(error.strerror or str(error)) from None


def out(text: str, end: str = "\n") -> None:
    """Write results."""
    with _writing():
        print(text, end=end, flush=True)


def show(renderable: Any) -> None:
    """Show something of rich's."""
    from rich.console import Console

    with _writing():
        Console().print(renderable)
        sys.stdout.flush()


def mute_stdout() -> None:
    """Let go of a standard output that takes nothing more: nobody tries again at the end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


class JsonArray:
    """A JSON array on standard output that grows with each result: no later fault costs one."""

    def __init__(self) -> None:
        self._items = 0

    def add(self, item: dict[str, Any]) -> None:
        """Write an item."""
        text = json.dumps(item, indent=2, ensure_ascii=False).replace("\n", "\n  ")
        # JSON leaves the control characters of Latin-1 as they are.
        text = "".join(f"\\u{ord(c):04x}" if 0x7F <= ord(c) < 0xA0 else c for c in text)
        start = ",\n  " if self._items else "[\n  "
        self._items += 1
        out(start + text, end="")

    def __enter__(self) -> JsonArray:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if kind is None or issubclass(kind, (KeyboardInterrupt, SystemExit)):
            out("\n]" if self._items else "[]")
