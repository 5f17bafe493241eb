"""Pictures that commands draw, marked as theirs."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from .._output import MARK, replacing
from ._files import FileError

if TYPE_CHECKING:
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

#: The field of each kind of picture that bears our mark.
_MARKED = {"png": "Software", "svg": "Creator", "pdf": "Creator", "ps": "Creator", "eps": "Creator"}


def check_picture(output: Path) -> None:
    """Raise a `FileError` unless a picture of that name can be drawn."""
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError:
        raise FileError("drawing needs matplotlib: pip install matplotlib") from None
    # It has things to say about fonts and caches.
    logging.getLogger("matplotlib").setLevel(logging.CRITICAL)
    matplotlib.use("agg")
    if _kind(output) not in Figure().canvas.get_supported_filetypes():
        raise FileError(f"the output {output} must end in .png, .svg or .pdf")


def save_picture(figure: Figure, output: Path) -> None:
    """Write a picture, whose name `check_picture` found good."""
    kind = _kind(output)
    mark = {_MARKED[kind]: MARK.decode()} if kind in _MARKED else None
    with replacing(output) as (file,):
        figure.savefig(cast(IO[bytes], file), format=kind, metadata=mark)


def plain_hertz(axis: Axis, ticks: list[float], highest: float) -> None:
    """Label an axis of frequencies."""
    from matplotlib.ticker import NullLocator

    ticks = [tick for tick in ticks if tick <= highest * 1.001]
    axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.set_minor_locator(NullLocator())


def _kind(output: Path) -> str:
    return output.suffix.lower().removeprefix(".")
