"""``auralis-dsp chroma``: the chromagram as a NumPy or CSV file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from .. import chroma_cqt
from ._files import (
    FileError,
    each_file,
    file_argument,
    output_argument,
    read_mono,
    write_rows,
)
from ._music import PITCH_CLASSES


def add_commands(commands: Any) -> None:
    """Add the command to an `argparse` subparsers object."""
    parser = commands.add_parser(
        "chroma",
        help="write the chromagram of a file as .npy or .csv",
        description="Write the constant-Q chromagram: .npy holds an array (12, frames), .csv a "
        "row for each frame with its time and the 12 pitch classes.",
    )
    file_argument(parser)
    output_argument(parser, "file to write, .npy or .csv")
    parser.add_argument("--hop-length", type=int, default=512, help="samples between frames (512)")
    parser.add_argument(
        "--tuning", type=float, help="deviation from A440 in bins of 1/3 semitone (estimated)"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    def work(path: Path) -> None:
        kind = options.output.suffix.lower()
        if kind not in (".npy", ".csv"):
            raise FileError(f"the output {options.output} must end in .npy or .csv")
        clip = read_mono(path)
        chroma = chroma_cqt(
            clip.samples, clip.rate, hop_length=options.hop_length, tuning=options.tuning
        )
        if kind == ".npy":
            np.save(options.output, chroma)
            return
        times = np.arange(chroma.shape[1]) * options.hop_length / clip.rate
        names = [name.replace("♯", "#") for name in PITCH_CLASSES]
        write_rows(options.output, ["time_s", *names], np.column_stack([times, chroma.T]))

    return each_file([options.file], work)
