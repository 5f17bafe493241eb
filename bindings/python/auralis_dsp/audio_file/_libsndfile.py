"""libsndfile through soundfile, for the few formats that FFmpeg does not know."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from ._parts import AudioError, Kind, Piece

_SAMPLES = 1 << 16
#: Frames that a byte can hold in any of its formats (the least is G.721 with 2 bits), and then
#: some.
_FRAMES_PER_BYTE = 64
#: libsndfile has this many frames where it does not know how many there are.
_UNKNOWN = 1 << 62


class SoundfileReader:
    """Reads a file object."""

    def __init__(self, file: Any, size: int) -> None:
        import soundfile

        file.seek(0)
        try:
            with _quiet():
                self._file = soundfile.SoundFile(file)
        except soundfile.LibsndfileError as error:
            raise AudioError(Kind.UNDECODABLE, error.error_string.rstrip(".")) from None
        except (RuntimeError, ValueError, TypeError) as error:
            raise AudioError(Kind.UNDECODABLE, str(error)) from None
        self.codec = f"{self._file.format}/{self._file.subtype}".lower()
        frames = self._file.frames
        self.expected: int | None = frames if frames < _UNKNOWN else None
        self.damage: str | None = None
        self._most = min(frames, _FRAMES_PER_BYTE * size)

    def pieces(self) -> Iterator[Piece]:
        """The samples; never more than the file can hold."""
        from soundfile import LibsndfileError

        rate, channels = self._file.samplerate, self._file.channels
        done = 0
        while done < self._most:
            wanted = min(max(1, _SAMPLES // channels), self._most - done)
            block = np.empty((wanted, channels))
            try:
                with _quiet():
                    block = self._file.read(out=block)
            except LibsndfileError as error:
                self.damage = f"broken after {done / rate:.2f} s: {error.error_string.rstrip('.')}"
                return
            if len(block) == 0:
                return
            done += len(block)
            yield Piece(block, rate, ())

    def close(self) -> None:
        """Close libsndfile's handle."""
        self._file.close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep off the terminal what the libraries below libsndfile write there by themselves."""
    with suppress(OSError):
        terminal, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
        try:
            yield
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)
        return
    yield
