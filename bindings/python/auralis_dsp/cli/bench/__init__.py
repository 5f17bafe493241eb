"""``auralis-dsp bench``: times beside librosa's and other peers', and how equal the results are."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

#: Every library that might start threads is told not to.
_ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "NUMBA_NUM_THREADS",
    ),
    "1",
)
PEERS = ("librosa", "fastchroma", "aubio")


def add_commands(commands: Any) -> None:
    """Add the command to an `argparse` subparsers object."""
    parser = commands.add_parser(
        "bench",
        help="measure the kernels beside their peers",
        description="Measure the kernels beside their peers on 44.1 kHz mono: medians of warm "
        "calls on one core, in rounds in which all take turns. Accuracy is the difference from "
        "librosa's result.",
    )
    parser.add_argument(
        "--durations",
        type=_durations,
        default=[1.0, 10.0, 60.0],
        metavar="SECONDS,...",
        help="lengths of the signal (1,10,60)",
    )
    parser.add_argument(
        "--peers",
        type=_peers,
        default=list(PEERS),
        metavar="NAME,...",
        help=f"libraries to measure beside ({','.join(PEERS)})",
    )
    parser.add_argument(
        "--file", type=Path, help="recording to measure on, repeated as needed (a made-up piece)"
    )
    parser.add_argument("--rounds", type=int, help="rounds of each measurement (3 to 15)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON")
    form.add_argument("--markdown", action="store_true", help="print Markdown tables")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    job = {
        "durations": options.durations,
        "peers": options.peers,
        "file": options.file and str(options.file.resolve()),
        "rounds": options.rounds,
    }
    # Another process, because the number of threads is settled when numpy is imported.
    worker = subprocess.run(
        [sys.executable, "-m", f"{__name__}.worker", json.dumps(job)],
        env=os.environ | _ONE_THREAD,
        stdout=subprocess.PIPE,
        text=True,
    )
    if worker.returncode:
        return 1
    report = json.loads(worker.stdout)
    if options.json:
        print(json.dumps(report, indent=2))
    else:
        from .tables import show

        show(report, markdown=options.markdown)
    return 0


def _durations(text: str) -> list[float]:
    values = [float(part) for part in text.split(",")]
    if not all(0.01 <= value <= 36_000 for value in values):
        raise argparse.ArgumentTypeError("durations are 0.01 to 36000 seconds")
    return values


def _peers(text: str) -> list[str]:
    names = [part.strip() for part in text.split(",") if part.strip()]
    if unknown := set(names) - set(PEERS):
        raise argparse.ArgumentTypeError(
            f"no such peer: {', '.join(sorted(unknown))}; known: {', '.join(PEERS)}"
        )
    return names
