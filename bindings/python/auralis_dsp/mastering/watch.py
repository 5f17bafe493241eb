"""What is noted of a signal while its master is rendered."""

from __future__ import annotations

from array import array
from typing import Protocol

import numpy as np

from .._arguments import Real
from .._master import MasterStream, Report
from .._profile import Profile, ProfileStream
from .._settings import Settings
from .signal import Block, Signal

#: Values that a report has of before and after, as profiles call them.
_PAIRS = ("integrated", "range", "max_short_term", "true_peak", "sample_peak")
#: Steps of the curves per second.
STEPS = 10


class Watcher(Protocol):
    """Sees all blocks of the signal and of its master."""

    def before(self, block: Block) -> None:
        """Take a block of the signal."""
        ...

    def after(self, block: Block, stream: MasterStream) -> None:
        """Take a block of the master, and the stream that gave it."""
        ...


class Levels:
    """Measures each track of an album by itself."""

    def __init__(self, signal: Signal) -> None:
        self._form = signal.rate, signal.channels
        self._streams: list[ProfileStream | None] = [None, None]
        self._found: tuple[list[Profile], list[Profile]] = ([], [])
        self._tracks = [0, 0]

    def before(self, block: Block) -> None:
        """Take a block of the signal."""
        self._take(0, block)

    def after(self, block: Block, stream: MasterStream) -> None:
        """Take a block of the master."""
        self._take(1, block)

    def _take(self, which: int, block: Block) -> None:
        if block.track != self._tracks[which]:
            self._end(which)
            self._tracks[which] = block.track
        stream = self._streams[which]
        if stream is None:
            stream = ProfileStream(*self._form, groups=["level"], third_octaves=False)
            self._streams[which] = stream
        stream.push(block.samples)

    def _end(self, which: int) -> None:
        stream = self._streams[which]
        if stream is not None:
            self._found[which].append(stream.finish())

    def reports(self, whole: Report) -> list[Report]:
        """The report of each track, once all are rendered.

        Of what is told of a master the levels are the track's own, and the error is its distance to
        the loudness of the loudest; what only the whole can tell is NaN.
        """
        self._end(0)
        self._end(1)
        return [_of_track(whole, *found) for found in zip(*self._found, strict=True)]


def _of_track(whole: Report, before: Profile, after: Profile) -> Report:
    own: dict[str, float] = {}
    for when, profile in (("before", before), ("after", after)):
        own |= {f"{name}_{when}": profile[name] for name in _PAIRS}
        own[f"peak_to_loudness_{when}"] = profile["true_peak"] - profile["integrated"]
    own["loudness_error"] = after["integrated"] - whole["target_loudness"]
    unknown = [name for name in whole if name.startswith(("limiter_", "compressor_", "spectral_"))]
    return Report({**whole, **dict.fromkeys(unknown, np.nan), **own})


class Curves:
    """What a picture of a master shows.

    Attributes
    ----------
    step : int
        Frames that each block must have.
    """

    def __init__(self, signal: Signal, settings: Settings) -> None:
        self.step = max(1, signal.rate // STEPS)
        self._rate = signal.rate
        self._frames = 0
        # A chain that does nothing is a meter that lags as the master does.
        idle = Settings({**settings, "active": 0.0})
        self._meter = MasterStream(signal.rate, idle, signal.channels)
        self._profile = ProfileStream(signal.rate, signal.channels, groups=["level"])
        self._rows = array("d")
        self._short_term = np.nan

    def before(self, block: Block) -> None:
        """Take a block of the signal."""
        self._meter.push(block.samples)
        self._short_term = self._meter.meters["short_term"]

    def after(self, block: Block, stream: MasterStream) -> None:
        """Take a block of the master."""
        self._profile.push(block.samples)
        meters = stream.meters
        bands = (meters[f"compressor_{band}"] for band in ("low", "mid", "high"))
        self._frames += len(block.samples)
        time = self._frames / self._rate
        row = (time, self._short_term, meters["short_term"], -meters["limiter"], *bands)
        self._rows.extend(row)

    def finish(self) -> tuple[Real, Profile]:
        """End the signal.

        Returns
        -------
        steps : ndarray of float64, shape (n_steps, 7)
            Time in s, short-term loudness before and after in LUFS, and the gains in dB of the
            limiter and of the low, mid and high band's dynamics.
        after : Profile
            Of the master.
        """
        return np.array(self._rows).reshape(-1, 7), self._profile.finish()
