"""From a name to bytes that a decoder can seek in."""

from __future__ import annotations

import io
import os
import stat
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from ._parts import AudioError, Kind

#: Seconds in which somebody must begin to write into a named pipe.
PATIENCE = 1.0
_CHUNK = 1 << 20
#: A broken header may lead anywhere; no audio file reaches this far (8 TiB).
_FARTHEST = 1 << 43

Check = Callable[[IO[bytes]], None]


def open_source(name: str | bytes | Path, check: Check, check_at: int) -> IO[bytes]:
    """Open a file for reading. ``-`` is standard input.

    What cannot seek is copied to a temporary file without a name. After `check_at` bytes `check`
    is given what is there and raises an error if that is no audio: an endless pipe ends there.

    Raises
    ------
    OSError
        If it cannot be opened or read.
    AudioError
        If it is nothing that can be read to an end.
    """
    name = os.fspath(name)
    if name in ("-", b"-"):
        if sys.stdin is None:
            raise AudioError(Kind.UNREADABLE, "standard input is closed")
        handle = os.dup(sys.stdin.fileno())
        mode = os.fstat(handle).st_mode
    else:
        # Looked at first: to open a named pipe may wait for ever, a device may do anything.
        mode = os.stat(name).st_mode  # noqa: PTH116 (bytes too)
        _refuse(mode)
        handle = os.open(name, os.O_RDONLY | getattr(os, "O_BINARY", 0) | _nonblocking(mode))
    try:
        _refuse(mode)
        if not stat.S_ISFIFO(mode) and not stat.S_ISSOCK(mode):
            return os.fdopen(handle, "rb")
        anonymous = name in ("-", b"-") or not os.path.lexists(os.path.realpath(name))
        file = _spool(handle, check, check_at, 0.0 if anonymous else PATIENCE)
    except BaseException:
        os.close(handle)
        raise
    os.close(handle)
    return file


def _refuse(mode: int) -> None:
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"))
    for is_kind, what in kinds:
        if is_kind(mode):
            raise AudioError(Kind.UNREADABLE, f"is {what}, not a file")


def _nonblocking(mode: int) -> int:
    return os.O_NONBLOCK if stat.S_ISFIFO(mode) else 0


def _spool(handle: int, check: Check, check_at: int, patience: float) -> IO[bytes]:
    """Copy a pipe to a temporary file; wait at most `patience` seconds for a writer."""
    until = time.monotonic() + patience
    copy = tempfile.TemporaryFile()  # noqa: SIM115 (handed to the caller)
    try:
        checked = False
        while True:
            try:
                chunk = os.read(handle, _CHUNK)
            except BlockingIOError:  # there is a writer who has nothing to say yet
                os.set_blocking(handle, True)
                continue
            if not chunk and not copy.tell() and time.monotonic() < until:
                time.sleep(0.02)
                continue
            if not chunk:
                break
            os.set_blocking(handle, True)
            _keep(copy, chunk)
            if not checked and copy.tell() >= check_at:
                checked = True
                check(copy)
                copy.seek(0, io.SEEK_END)
        if not copy.tell():
            nobody = (
                "is a pipe that nobody writes to" if patience else "nothing came through the pipe"
            )
            raise AudioError(Kind.UNREADABLE if patience else Kind.EMPTY, nobody)
        copy.seek(0)
    except BaseException:
        copy.close()
        raise
    return copy


def _keep(copy: IO[bytes], chunk: bytes) -> None:
    try:
        copy.write(chunk)
        copy.flush()
    except OSError as error:
        raise OSError(error.errno, error.strerror, tempfile.gettempdir()) from None


class Window(io.RawIOBase):
    """The bytes of a seekable file from `start` to its end, as a file. Closing it does nothing."""

    def __init__(self, file: Any, start: int = 0) -> None:
        self._file = file
        self._start = start
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence == io.SEEK_SET:
            at = offset
        elif whence == io.SEEK_CUR:
            at = self._at + offset
        else:
            at = self._file.seek(offset, io.SEEK_END) - self._start
        if at < 0:
            raise OSError(22, "Invalid argument")
        self._at = at
        return at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        if self._at > _FARTHEST:
            return b""
        self._file.seek(self._start + self._at)
        data: bytes = self._file.read(size)
        self._at += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def again(self) -> Window:
        """The same bytes with a position of their own."""
        return Window(self._file, self._start)

    def close(self) -> None:
        """Leave the file open: it belongs to whoever opened it."""


def behind_tags(file: Any) -> Window:
    """The file without the ID3v2 tags that some programs put in front of anything."""
    start = 0
    while True:
        file.seek(start)
        head = file.read(10)
        if len(head) < 10 or head[:3] != b"ID3" or max(head[6:10]) > 0x7F:
            return Window(file, start)
        size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
        start += 10 + size + (10 if head[5] & 0x10 else 0)


def size_of(file: Any) -> int:
    """Bytes of a seekable file."""
    end: int = file.seek(0, io.SEEK_END)
    return end
