"""The passes over a signal that find the settings of its master, and the one that renders it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from .._master import MasterSolver, MasterStream, Report
from .._output import replacing, spare
from .._profile import Profile
from .._settings import Settings
from .._targets import Targets
from ..audio_file._parts import Samples
from .signal import Block, Signal
from .watch import Watcher
from .writer import Form, Rounding, Writer

#: Told the number of a pass and the frames of it that are newly done; may raise to end the work.
Advance = Callable[[int, int], None]


class Solution(NamedTuple):
    """How a signal is to be mastered, and what comes of it."""

    profile: Profile
    targets: Targets
    settings: Settings
    report: Report


class Job:
    """The mastering of some files as one signal.

    Parameters
    ----------
    signal : Signal
        The files.
    form : Form
        How masters are stored.
    reference : Profile, Fingerprint or None
        What the master should be like.
    preferences : mapping
        The other keywords of `auralis_dsp.targets`.
    protected : sequence of paths
        Further files that are not to be written to.
    advance : callable, optional
        Told how far the work is.
    """

    def __init__(
        self,
        signal: Signal,
        form: Form,
        reference: Any,
        preferences: Mapping[str, Any],
        *,
        protected: Sequence[str | Path] = (),
        advance: Advance = lambda number, frames: None,
    ) -> None:
        form.check_channels(signal.channels)
        self._signal = signal
        self._form = form
        self._reference = reference
        self._preferences = preferences
        self._protected = (*signal.names, *protected)
        self._advance = advance
        self._passes = 0

    def claim(self, targets: Sequence[Path]) -> None:
        """Make sure that none of the files to be written is one that is read.

        Raises
        ------
        OutputError
            If one is, by another name too.
        """
        for target in targets:
            spare(target, self._protected)

    def solve(self) -> Solution:
        """Find the settings, in as many passes as it takes."""
        signal = self._signal
        solver = MasterSolver(
            signal.rate, signal.channels, reference=self._reference, **self._preferences
        )
        again = True
        while again:
            latest = -1
            for track, samples in self._pass():
                if track != latest:
                    solver.mark()
                    latest = track
                solver.push(samples)
            again = solver.next()
        settings = solver.settings
        lowered = {**settings, "ceiling": self._form.lowered(settings["ceiling"])}
        return Solution(solver.profile, solver.targets, Settings(lowered), solver.report)

    def render(
        self, solution: Solution, watchers: Sequence[Watcher] = (), step: int | None = None
    ) -> Iterator[Block]:
        """The master, block by block, each of them of one track.

        Parameters
        ----------
        solution : Solution
            What `solve` found.
        watchers : sequence of Watcher
            See the signal and its master.
        step : int, optional
            Frames of each block that they see.
        """
        signal = self._signal
        stream = MasterStream(signal.rate, solution.settings, signal.channels)
        ends = list(accumulate(signal.lengths))
        track = done = 0

        def cut(samples: Samples) -> Iterator[Block]:
            nonlocal track, done
            while len(samples):
                part, samples = samples[: ends[track] - done], samples[ends[track] - done :]
                done += len(part)
                block = Block(track, part)
                for watcher in watchers:
                    watcher.after(block, stream)
                yield block
                track += done == ends[track]

        for block in self._pass(step):
            for watcher in watchers:
                watcher.before(block)
            yield from cut(stream.push(block.samples))
        yield from cut(stream.finish())

    def write(
        self,
        solution: Solution,
        targets: Sequence[Path],
        *,
        dither: bool = True,
        watchers: Sequence[Watcher] = (),
        step: int | None = None,
    ) -> None:
        """Render to files, which take their names when all are complete.

        Parameters
        ----------
        solution : Solution
            What `solve` found.
        targets : sequence of paths
            A file for each track; their folders are made if missing.
        dither : bool
            Whether rounding to integers is dithered, unless there is nothing to round.
        watchers, step
            As in `render`.

        Raises
        ------
        OutputError
            If a file cannot be written, or is one of those that are read.
        """
        self.claim(targets)
        for folder in {target.parent for target in targets}:
            folder.mkdir(parents=True, exist_ok=True)
        rounding = Rounding(self._form, dither=dither and not self._is_bypassed(solution))
        signal = self._signal
        with replacing(*targets) as outputs, ExitStack() as stack:
            writers = [
                stack.enter_context(
                    Writer(output, target, signal.rate, signal.channels, n, self._form, rounding)
                )
                for output, target, n in zip(outputs, targets, signal.lengths, strict=True)
            ]
            for track, samples in self.render(solution, watchers, step):
                writers[track].write(samples)
            stack.close()  # the headers

    def _is_bypassed(self, solution: Solution) -> bool:
        """Whether the file holds the samples of the source as they are."""
        if solution.settings["active"]:
            return False
        return all(self._form.holds(block.samples) for block in self._signal.blocks())

    def _pass(self, frames: int | None = None) -> Iterator[Block]:
        self._passes += 1
        for block in self._signal.blocks(frames):
            yield block
            self._advance(self._passes, len(block.samples))
