"""Linear PCM as it lies in WAV, RF64, W64, AIFF, AU and CAF files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ._chunks import Data
from ._parts import Piece, Samples

_BYTES = 1 << 18
#: Bytes by which the sizes of some writers are wrong, who count the header too.
_SLACK = 64


class PcmReader:
    """Reads `data` of a file."""

    def __init__(self, file: Any, data: Data) -> None:
        self._file = file
        self._data = data
        width = data.align // data.channels
        order = "" if width == 1 else "le" if data.kind[0] == "<" else "be"
        letter = {"i": "s", "u": "u", "f": "f"}[data.kind[1]]
        self.codec = f"{data.container}/pcm_{letter}{8 * width}{order}"
        self.expected: int | None = data.size // data.align
        self.damage: str | None = None
        if data.missing >= max(data.align, _SLACK):
            there, whole = (
                n // data.align / data.rate for n in (data.size, data.size + data.missing)
            )
            self.damage = f"ends early: {there:.2f} of {whole:.2f} s are there"

    def pieces(self) -> Iterator[Piece]:
        """The samples, a quarter of a MiB at a time."""
        data = self._data
        step = max(1, _BYTES // data.align) * data.align
        for at in range(0, data.size, step):
            self._file.seek(data.start + at)
            raw = self._file.read(min(step, data.size - at))
            frames = len(raw) // data.align
            if frames:
                samples = _decoded(raw[: frames * data.align], data)
                yield Piece(samples.reshape(frames, data.channels), data.rate, data.layout)

    def close(self) -> None:
        """There is nothing to give back."""


def _decoded(raw: bytes, data: Data) -> Samples:
    order, letter = data.kind[0], data.kind[1]
    width = data.align // data.channels
    if letter == "f":
        with np.errstate(invalid="ignore"):  # what is not a number is told by the kernels
            floats: Samples = np.frombuffer(raw, f"{order}f{width}").astype(np.float64)
        return floats
    if letter == "u":
        return np.subtract(np.frombuffer(raw, np.uint8), 128.0, dtype=np.float64) / 128.0
    if width == 3:
        # Three bytes become the upper three of four.
        wide = np.zeros((len(raw) // 3, 4), np.uint8)
        upper = slice(1, 4) if order == "<" else slice(0, 3)
        wide[:, upper] = np.frombuffer(raw, np.uint8).reshape(-1, 3)
        whole = wide.reshape(-1).view(f"{order}i4")
    else:
        whole = np.frombuffer(raw, f"{order}i{width}")
    samples: Samples = np.multiply(whole, 2.0 ** (1 - 8 * whole.itemsize), dtype=np.float64)
    return samples
