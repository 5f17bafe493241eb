"""Channels that cancel each other out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Share of the channels' mean power below which their mean is the rounding noise of two equal
#: signals.
_LEAST_SHARE = 1e-4
CANCEL_TEXT = "the channels cancel each other out: their mean says nothing about the music"


class Cancelling:
    """Watches whether the mean of the channels has next to none of their power."""

    def __init__(self) -> None:
        self._channels = self._mean = 0.0

    def add(self, block: NDArray[np.float64], mean: NDArray[np.float64]) -> None:
        """Take a block, shape (frames, channels), and its mean over the channels."""
        if block.shape[1] > 1:
            with np.errstate(over="ignore", invalid="ignore"):
                flat = block.ravel()
                self._channels += float(flat @ flat) / block.shape[1]
                self._mean += float(mean @ mean)

    @property
    def found(self) -> bool:
        """Whether they cancel."""
        return self._mean < _LEAST_SHARE * self._channels
