"""One signal of one or more files, which can be read as often as needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from .._errors import AuralisError
from ..audio_file import AudioError, Kind, open_audio, open_bytes
from ..audio_file._parts import Samples


class UnequalError(AuralisError):
    """The tracks of an album do not make one signal."""


class Block(NamedTuple):
    """Samples of a signal, shape (frames, channels), that belong to one of its tracks."""

    track: int
    samples: Samples


class Signal:
    """The audio of some files, one after the other.

    Attributes
    ----------
    names : tuple of path
        The files.
    rate, channels : int
        Sample rate in Hz and number of channels, the same for all files.
    lengths : list of int
        Frames of each track, known after the first pass.
    damages : list of str or None
        What is missing of each file, likewise.

    Raises
    ------
    OSError
        If a file cannot be opened or read.
    AudioError
        If one is not audio.
    UnequalError
        If they differ in rate or channels.
    """

    def __init__(self, names: Sequence[str | Path]) -> None:
        self.names = tuple(names)
        self.lengths: list[int] = []
        self.damages: list[str | None] = []
        self._files = ExitStack()
        try:
            self._sources = [self._files.enter_context(self._opened(name)) for name in names]
            self._look_at_all()
        except BaseException:
            self.close()
            raise

    def _opened(self, name: str | Path) -> IO[bytes]:
        with self._naming(name):
            return open_bytes(name)

    @contextmanager
    def _naming(self, name: str | Path) -> Iterator[None]:
        """Tell which of several files cannot be read."""
        try:
            yield
        except AudioError as error:
            if len(self.names) == 1:
                raise
            raise AudioError(error.kind, f"{name}: {error}") from None

    def _look_at_all(self) -> None:
        forms, expected = [], []
        for name, source in zip(self.names, self._sources, strict=True):
            with self._naming(name), open_audio(source) as audio:
                forms.append((audio.rate, audio.channels))
                expected.append(audio.expected)
        for name, (rate, channels) in zip(self.names, forms, strict=True):
            if (rate, channels) != forms[0]:
                raise UnequalError(
                    f"sources has {name} with {rate} Hz and {channels} channels; allowed: the "
                    f"{forms[0][0]} Hz and {forms[0][1]} channels of {self.names[0]}"
                )
        self.rate, self.channels = forms[0]
        self._expected = expected

    def close(self) -> None:
        """Close the files."""
        self._files.close()

    def __enter__(self) -> Signal:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def tracks(self) -> int:
        """How many files there are."""
        return len(self._sources)

    @property
    def faults(self) -> list[tuple[str | Path, str]]:
        """The files of which something is missing, and what, after the first pass."""
        pairs = zip(self.names, self.damages, strict=True)
        return [(name, damage) for name, damage in pairs if damage is not None]

    @property
    def frames(self) -> int | None:
        """Frames of the whole; before the first pass what the files promise, if they all do."""
        lengths = self.lengths or self._expected
        return None if None in lengths else sum(length or 0 for length in lengths)

    def blocks(self, frames: int | None = None) -> Iterator[Block]:
        """A pass over all files.

        Parameters
        ----------
        frames : int, optional
            Frames of each block but the last of a file; default as many as `AudioFile.blocks` has.

        Raises
        ------
        AudioError
            If a file has another length than in the first pass.
        """
        lengths, damages = [], []
        for track, source in enumerate(self._sources):
            with self._naming(self.names[track]), open_audio(source) as audio:
                for samples in audio.blocks(frames):
                    yield Block(track, samples)
                lengths.append(audio.frames)
                damages.append(audio.damage)
        if self.lengths and lengths != self.lengths:
            raise AudioError(Kind.DAMAGED, "changed while it was read")
        self.lengths, self.damages = lengths, damages
