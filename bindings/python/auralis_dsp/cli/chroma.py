"""``auralis-dsp chroma``: the chromagram as a NumPy or CSV file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from .. import chroma_cqt
from .._output import begins_with, replacing
from .._rates import hop_length, octaves
from ._files import (
    FileError,
    claim_output,
    each_file,
    file_argument,
    output_argument,
    read_mono,
    write_rows,
)
from ._music import PITCH_CLASSES

_HEADER = ["time_s", *(name.replace("♯", "#") for name in PITCH_CLASSES)]


def add_commands(commands: Any) -> None:
    """Add the command to an `argparse` subparsers object."""
    parser = commands.add_parser(
        "chroma",
        help="write the chromagram of a file as .npy or .csv",
        description="Write the constant-Q chromagram: .npy holds an array (12, frames), .csv a "
        "row for each frame with its time and the 12 pitch classes.",
    )
    file_argument(parser)
    output_argument(parser, "file to write, .npy or .csv; - is CSV on standard output")
    parser.add_argument("--hop-length", type=int, help="samples between frames (512 at 44.1 kHz)")
    parser.add_argument(
        "--tuning", type=float, help="deviation from A440 in bins of 1/3 semitone (estimated)"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    def work(path: Path) -> str | None:
        kind = ".csv" if str(options.output) == "-" else options.output.suffix.lower()
        if kind not in (".npy", ".csv"):
            raise FileError(f"the output {options.output} must end in .npy or .csv")
        is_ours = _is_chromagram if kind == ".npy" else begins_with(",".join(_HEADER).encode())
        claim_output(options, options.output, [path], is_ours, "a chromagram of this command")
        clip = read_mono(path)
        hop = hop_length(clip.rate) if options.hop_length is None else options.hop_length
        chroma = chroma_cqt(
            clip.samples,
            clip.rate,
            hop_length=hop,
            tuning=options.tuning,
            n_octaves=octaves(clip.rate),
        )
        if kind == ".npy":
            with replacing(options.output) as (file,):
                np.save(file, chroma)
        else:
            times = np.arange(chroma.shape[1]) * hop / clip.rate
            write_rows(options.output, _HEADER, np.column_stack([times, chroma.T]))
        return clip.damage

    return each_file([options.file], work)


def _is_chromagram(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(128)
    return head.startswith(b"\x93NUMPY") and b"'shape': (12, " in head
