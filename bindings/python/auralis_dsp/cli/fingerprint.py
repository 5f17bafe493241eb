"""``auralis-dsp fingerprint``: 25 numbers that describe each file, read block by block."""

from __future__ import annotations

import argparse
import math
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from .. import Fingerprint, FingerprintStream, dimensions
from .._text import printable
from ..audio_file import open_audio
from ._files import each_file, file_argument
from ._terminal import JsonArray, show


def add_commands(commands: Any) -> None:
    """Add the command to an `argparse` subparsers object."""
    parser = commands.add_parser(
        "fingerprint",
        help="show 25 numbers that describe each file",
        description="Show the 25 dimensions of each file's fingerprint; docs/FINGERPRINT.md "
        "defines them. A value that cannot be computed is shown as a dash, in JSON as null.",
    )
    file_argument(parser, many=True)
    parser.add_argument("--json", action="store_true", help="print a JSON array instead")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with JsonArray() if options.json else nullcontext() as array:

        def work(path: Path) -> str | None:
            values, damage = _read(path)
            if array is None:
                _show(path, values)
            else:
                finite = {k: v if math.isfinite(v) else None for k, v in values.items()}
                summary = {"file": str(path), "version": values.version, "values": finite}
                summary |= {"remark": values.remark} if values.remark else {}
                array.add(summary | ({} if damage is None else {"damage": damage}))
            return damage

        return each_file(options.files, work)


def _read(path: Path) -> tuple[Fingerprint, str | None]:
    """The fingerprint of a file, and what is missing of the file."""
    with open_audio(path) as audio:
        stream = FingerprintStream(audio.rate, audio.channels, layout=audio.layout or None)
        for block in audio.blocks():
            stream.push(block)
        return stream.finish(), audio.damage


def _show(path: Path, values: Fingerprint) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(printable(path), style="bold"), title_justify="left", show_header=False
    )
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(style="dim", no_wrap=True)
    for dimension in dimensions():
        value = values[dimension.name]
        shown = f"{value:.4g}" if math.isfinite(value) else "—"
        table.add_row(dimension.name, shown, dimension.unit, dimension.group)
    if values.remark:
        table.add_row("remark", Text(values.remark, overflow="fold"), "", "")
    show(table)
