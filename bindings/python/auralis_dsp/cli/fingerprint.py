"""``auralis-dsp fingerprint``: 25 numbers that describe each file, read block by block."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import Any

from .. import Fingerprint, FingerprintStream, dimensions
from ._files import BLOCK, FileError, each_file, file_argument, open_audio


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
    summaries: list[dict[str, Any]] = []

    def work(path: Path) -> None:
        values = _read(path)
        if options.json:
            finite = {k: v if math.isfinite(v) else None for k, v in values.items()}
            summaries.append({"file": str(path), "version": values.version, "values": finite})
        else:
            _show(path, values)

    status = each_file(options.files, work)
    if options.json:
        print(json.dumps(summaries, indent=2, ensure_ascii=False))
    return status


def _read(path: Path) -> Fingerprint:
    with open_audio(path) as file:
        stream = FingerprintStream(file.samplerate, file.channels, max_block=BLOCK)
        frames = 0
        for block in file.blocks(BLOCK, dtype="float64", always_2d=True):
            stream.push(block)
            frames += len(block)
        if frames == 0:
            raise FileError("holds no audio")
        return stream.finish()


def _show(path: Path, values: Fingerprint) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(str(path), style="bold"), title_justify="left", show_header=False)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(style="dim", no_wrap=True)
    for dimension in dimensions():
        value = values[dimension.name]
        shown = f"{value:.4g}" if math.isfinite(value) else "—"
        table.add_row(dimension.name, shown, dimension.unit, dimension.group)
    Console().print(table)
