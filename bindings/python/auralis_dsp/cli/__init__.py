"""The command line ``auralis-dsp``. Every module beside this one adds its subcommand.

Exit codes: 0 done; 1 some files could not be read or written, the others are done; 2 wrong usage.
"""

from __future__ import annotations

import argparse
import io
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from . import (
    analyze,
    bench,
    chroma,
    fingerprint,
    library,
    master,
    pitch,
    plot,
    separate,
    targets,
)
from ._terminal import StdoutError, mute_stdout, tell

_COMMANDS = (
    analyze,
    fingerprint,
    library,
    targets,
    master,
    separate,
    pitch,
    chroma,
    plot,
    bench,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A file's name need not be text; what cannot be written is escaped.
            stream.reconfigure(errors="backslashreplace")
    try:
        with _terminable(), warnings.catch_warnings():
            if not sys.warnoptions:
                warnings.simplefilter("ignore")
            code: int = options.run(options)
            return code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of a pipe has seen enough
        mute_stdout()
        return 0
    except StdoutError as error:
        mute_stdout()
        tell(f"could not be written: {error}", "standard output")
        return 1


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM end the command as Ctrl-C does, so that nothing unfinished is left behind."""

    def end(number: int, frame: object) -> None:
        sys.exit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="auralis-dsp", description="Analyse, separate and picture music."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in _COMMANDS:
        module.add_commands(commands)
    return parser


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from .. import __version__

        print(f"auralis-dsp {__version__}")
        parser.exit()
