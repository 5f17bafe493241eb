"""``auralis-dsp pitch``: the fundamental frequency of every frame as CSV."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from .. import yin
from ._files import each_file, file_argument, output_argument, read_mono, write_rows


def add_commands(commands: Any) -> None:
    """Add the command to an `argparse` subparsers object."""
    parser = commands.add_parser(
        "pitch",
        help="write the pitch of a file as CSV",
        description="Write time and fundamental frequency (YIN) of every frame as CSV.",
    )
    file_argument(parser)
    output_argument(parser, "CSV file to write: time_s,f0_hz")
    parser.add_argument("--fmin", type=float, default=65.4, help="lowest pitch in Hz (65.4)")
    parser.add_argument("--fmax", type=float, default=2093.0, help="highest pitch in Hz (2093)")
    parser.add_argument("--frame-length", type=int, default=2048, help="samples in a frame (2048)")
    parser.add_argument("--hop-length", type=int, default=512, help="samples between frames (512)")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    def work(path: Path) -> None:
        clip = read_mono(path)
        f0 = yin(
            clip.samples,
            clip.rate,
            options.fmin,
            options.fmax,
            frame_length=options.frame_length,
            hop_length=options.hop_length,
        )
        times = np.arange(len(f0)) * options.hop_length / clip.rate
        write_rows(options.output, ["time_s", "f0_hz"], np.column_stack([times, f0]))

    return each_file([options.file], work)
