"""The command line ``auralis-dsp``. Every module beside this one adds its subcommand.

Exit codes: 0 done; 1 some files could not be read or written, the others are done; 2 wrong usage.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from . import analyze, bench, chroma, fingerprint, library, pitch, plot, separate

_COMMANDS = (analyze, fingerprint, library, separate, pitch, chroma, plot, bench)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A file's name need not be text; what cannot be written is escaped.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return options.run(options)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


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
