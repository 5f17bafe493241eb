"""What the readers of this package have in common: their errors, and pieces of decoded audio."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from .._layout import SPEAKERS

Samples = NDArray[np.float64]

#: What a number of channels means where nothing says it.
USUAL_LAYOUTS: dict[int, tuple[str, ...]] = {
    1: ("FC",),
    2: ("FL", "FR"),
    3: ("FL", "FR", "FC"),
    4: ("FL", "FR", "BL", "BR"),
    5: ("FL", "FR", "FC", "BL", "BR"),
    6: ("FL", "FR", "FC", "LFE", "BL", "BR"),
    7: ("FL", "FR", "FC", "LFE", "BC", "SL", "SR"),
    8: ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"),
}


class Kind:
    """Why a file cannot be read as audio; the kinds are statuses of a library."""

    EMPTY = "empty"  # no bytes, or a header without a single frame
    UNREADABLE = "unreadable"  # a folder, a device, a pipe without a writer
    UNDECODABLE = "undecodable"  # no decoder knows the bytes
    NO_AUDIO = "no-audio"  # a container without an audio track
    DAMAGED = "damaged"  # decoding began and gave nothing
    INVALID = "invalid"  # its parts do not go together


class AudioError(Exception):
    """A file cannot be read as audio: `kind` says in a word why, the message in a line."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Piece(NamedTuple):
    """Decoded audio, as it comes from a decoder.

    `layout` names the loudspeaker of each channel, empty where that is not known.
    """

    samples: Samples  # (frames, channels)
    rate: int
    layout: tuple[str, ...]


class Reader(Protocol):
    """A decoder at work on a file, or on one of several parts of it.

    `codec` is ``container/codec`` in FFmpeg's words. `expected` is the number of frames that the
    header promises, None if it promises nothing. `damage` says after the last piece what is
    missing, None if nothing is.
    """

    codec: str
    expected: int | None
    damage: str | None

    def pieces(self) -> Iterator[Piece]:
        """Decode; at least one piece, or an `AudioError`."""
        ...

    def close(self) -> None:
        """Give the decoder's memory back; the file stays open."""
        ...


def named(layout: tuple[str, ...], channels: int) -> tuple[str, ...]:
    """The layout, or the usual one of as many channels if it is not known."""
    known = len(layout) == channels and len(set(layout)) == channels
    if known and all(name in SPEAKERS for name in layout):
        return layout
    return USUAL_LAYOUTS.get(channels, ())


@cache
def _order(layout: tuple[str, ...], channels: int) -> tuple[tuple[str, ...], list[int] | None]:
    """The layout in the order of `SPEAKERS`, and how to get there if that is another one."""
    known = named(layout, channels)
    order = sorted(range(len(known)), key=lambda i: SPEAKERS.index(known[i]))
    in_place = order == list(range(len(known)))
    return tuple(known[i] for i in order), None if in_place else order


def in_order(piece: Piece) -> Piece:
    """The piece with its channels in the order of `SPEAKERS`."""
    layout, order = _order(piece.layout, piece.samples.shape[1])
    samples = piece.samples if order is None else piece.samples[:, order]
    return Piece(samples, piece.rate, layout)
