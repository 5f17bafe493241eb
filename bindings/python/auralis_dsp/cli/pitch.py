"""``auralis-dsp pitch``: the fundamental frequency of every frame as CSV."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from .._output import begins_with
from .._rates import hop_length
from ._files import (
    claim_output,
    each_file,
    file_argument,
    output_argument,
    read_mono,
    write_rows,
)
from ._music import pitch_track

_HEADER = ["time_s", "f0_hz"]


def add_commands(commands: Any) -> None:
    """Add the command to an `argparse` subparsers object."""
    parser = commands.add_parser(
        "pitch",
        help="write the pitch of a file as CSV",
        description="Write time and fundamental frequency (YIN) of every frame as CSV: nan where "
        "the file is silent, more than 60 dB below its loudest frame. Frames last 46 ms, as near "
        "as a power of two allows, a quarter of that apart.",
    )
    file_argument(parser)
    output_argument(parser, "CSV file to write: time_s,f0_hz; - is standard output")
    parser.add_argument("--fmin", type=float, default=65.4, help="lowest pitch in Hz (65.4)")
    parser.add_argument("--fmax", type=float, default=2093.0, help="highest pitch in Hz (2093)")
    parser.add_argument("--frame-length", type=int, help="samples in a frame (2048 at 44.1 kHz)")
    parser.add_argument("--hop-length", type=int, help="samples between frames (512 at 44.1 kHz)")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    def work(path: Path) -> str | None:
        is_ours = begins_with(",".join(_HEADER).encode())
        claim_output(options, options.output, [path], is_ours, "a CSV file of this command")
        clip = read_mono(path)
        hop = hop_length(clip.rate) if options.hop_length is None else options.hop_length
        f0 = pitch_track(clip, options.fmin, options.fmax, options.frame_length, hop)
        times = np.arange(len(f0)) * hop / clip.rate
        write_rows(options.output, _HEADER, np.column_stack([times, f0]))
        return clip.damage

    return each_file([options.file], work)
