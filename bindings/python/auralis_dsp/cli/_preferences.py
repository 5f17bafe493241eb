"""Options that say what is asked of a master."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np

from .. import dimensions, targets
from .._targets import PRESETS, TASTES

_NUMBERS = {
    "loudness": ("LUFS", "integrated loudness (default: chosen by the track or the reference)"),
    "peak": ("dBTP", "highest true peak (default: chosen by the loudness)"),
    "intensity": ("0…1", "how much of the changes of sound to make (default: 0.7)"),
    "limiting": ("LU", "the most loudness that the limiter may cost (default: 1.5)"),
    "gain_max": ("dB", "the most gain (default: 20)"),
}
_TASTES = {
    "warmth": "more bass and less treble",
    "brightness": "more treble and less bass",
    "punch": "more compression",
    "width": "a wider image",
    "loud": "up to 3 LU more loudness than is chosen",
}


def add_preference_arguments(parser: argparse.ArgumentParser) -> None:
    """Add an option for each preference."""
    for name, (unit, text) in _NUMBERS.items():
        option = "--" + name.replace("_", "-")
        parser.add_argument(option, type=float, metavar=unit, help=text)
    parser.add_argument("--preset", choices=PRESETS, default="neutral", help="a set of tastes")
    for name in TASTES:
        parser.add_argument(f"--{name}", type=float, metavar="-1…1", help=f"taste: {_TASTES[name]}")


def preferences(options: argparse.Namespace) -> dict[str, Any]:
    """The preferences that were given; an `AuralisError` tells which of them is out of range."""
    given = {name: getattr(options, name) for name in ("preset", *_NUMBERS, *TASTES)}
    given = {name: value for name, value in given.items() if value is not None}
    # Of a track of which nothing is known, to find wrong ones before any work.
    targets(np.full(len(dimensions()), np.nan), **given)
    return given
