"""Output files that are either as before or complete, and never somebody's music.

Every file that a command writes goes through `claim`, before any work is done, and `replacing`,
which writes beside it and renames at the end.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

#: What the outputs that can bear a mark are marked with.
MARK = b"auralis-dsp"
#: The names of unfinished outputs.
UNFINISHED = ".auralis-dsp-*.part"


class OutputError(Exception):
    """A file cannot be written, or must not be; `path` is its name, the text says why."""

    def __init__(self, path: str | Path, message: str) -> None:
        super().__init__(message)
        self.path = Path(path)


def spare(target: Path, inputs: Iterable[str | Path], hint: str = "") -> None:
    """Raise an `OutputError` if the file to be written is one of the inputs, by any name."""
    if any(_are_one(target, Path(name)) for name in inputs):
        raise OutputError(target, f"is also an input of this command{hint}")


def _are_one(target: Path, name: Path) -> bool:
    if os.path.realpath(target) == os.path.realpath(name):
        return True
    with suppress(OSError):
        return os.path.samestat(target.stat(), name.stat())
    return False


def claim(
    target: Path,
    *,
    inputs: Iterable[str | Path],
    is_ours: Callable[[Path], bool],
    what: str,
    force: bool | None = False,
) -> None:
    """Make sure that writing `target` loses nothing.

    Parameters
    ----------
    target : Path
        The file to be written.
    inputs : iterable of paths
        The other files of the call.
    is_ours : callable
        Whether an existing file is one that the command wrote, and may replace.
    what : str
        What the command writes, for the message.
    force : bool or None
        Whether the user wants the file replaced whatever it is; None if the command has no
        ``--force``.

    Raises
    ------
    OutputError
        If the file is one of the inputs, by another name too, or something else of the user's,
        or if it cannot be written.
    """
    hint = "" if force is None else " (--force replaces it)"
    if not force:
        spare(target, inputs, hint)
    try:
        found = target.stat()
    except FileNotFoundError:
        folder = Path(os.path.realpath(target)).parent
        if folder.is_dir() and not os.access(folder, os.W_OK):
            raise OutputError(target, "could not be written: Permission denied") from None
        return
    except OSError as error:
        raise _failed(target, error) from None
    if stat.S_ISDIR(found.st_mode):
        raise OutputError(target, "is a folder")
    if not stat.S_ISREG(found.st_mode):
        return  # a device or a pipe, of which nothing is lost
    if not force:
        try:
            ours = not found.st_size or is_ours(target)
        except OSError as error:
            raise _failed(target, error) from None
        if not ours:
            raise OutputError(target, f"exists and is not {what}{hint}")
    if not os.access(target, os.W_OK):
        raise OutputError(target, "could not be written: Permission denied")


@contextmanager
def replacing(*targets: Path) -> Iterator[list[Output]]:
    """Files beside the targets, which take their names together when all are complete.

    Raises
    ------
    OutputError
        If one cannot be written. All targets are as before then.
    """
    with ExitStack() as stack:
        outputs = []
        for target in targets:
            outputs.append(Output(target))
            stack.callback(outputs[-1].drop)
        yield outputs
        for output in outputs:
            output.finish()
        for output in outputs:
            output.take_name()


def write_whole(target: Path, content: bytes) -> None:
    """Replace a file by `content`."""
    with replacing(target) as (file,):
        file.write(content)


def begins_with(beginning: bytes) -> Callable[[Path], bool]:
    """For `claim`: whether a file begins like this."""

    def is_ours(path: Path) -> bool:
        with path.open("rb") as file:
            return file.read(len(beginning)) == beginning

    return is_ours


def is_marked(path: Path) -> bool:
    """For `claim`: whether a file bears our mark."""
    kept = b""
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            if MARK in kept + block:
                return True
            kept = block[-len(MARK) :]
    return False


class Output:
    """An unfinished output, a binary file for writing.

    After a fault it takes everything and keeps the fault for `check`: through C code it would be
    lost.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        # Through a link the file behind it is replaced, not the link.
        self._real = Path(os.path.realpath(target))
        self._unfinished: Path | None = None
        self._error: OSError | None = None
        try:
            self._file = self._opened()
        except OSError as error:
            raise _failed(target, error) from None

    def _opened(self) -> IO[bytes]:
        mode = None
        with suppress(FileNotFoundError):
            mode = self._real.stat().st_mode
        if mode is not None and not stat.S_ISREG(mode):  # a device or a pipe
            return self._real.open("wb", buffering=0)
        # A name of its own, however long the target's is.
        self._unfinished = self._real.with_name(UNFINISHED.replace("*", secrets.token_hex(6)))
        file = self._unfinished.open("xb", buffering=0)
        if mode is not None:
            self._unfinished.chmod(stat.S_IMODE(mode))
        return file

    def write(self, data: bytes | bytearray | memoryview) -> int:
        """Write all of `data`."""
        view = memoryview(data).cast("B")
        done = 0
        try:
            while self._error is None and done < len(view):
                done += self._file.write(view[done:])
        except OSError as error:
            self._error = error
        return len(view)

    def check(self) -> None:
        """Raise the `OutputError` of a write that failed."""
        if self._error is not None:
            raise _failed(self._target, self._error) from None

    def finish(self) -> None:
        """Bring everything to the disk."""
        self.check()
        try:
            if self._unfinished is not None:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise _failed(self._target, error) from None

    def read(self, size: int = -1) -> bytes:
        """Nothing: it is written only."""
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        """As of a file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """As of a file."""
        return self._file.tell()

    def flush(self) -> None:
        """Nothing is held back."""

    def seekable(self) -> bool:
        """As of a file."""
        return self._file.seekable()

    def readable(self) -> bool:
        """It is written only."""
        return False

    def writable(self) -> bool:
        """It is written."""
        return True

    @property
    def closed(self) -> bool:
        """As of a file."""
        return self._file.closed

    def close(self) -> None:
        """Stay open until all is complete: `drop` closes."""

    def take_name(self) -> None:
        """Take the target's place."""
        if self._unfinished is None:
            return
        try:
            self._unfinished.replace(self._real)
            _sync_folder(self._real.parent)
        except OSError as error:
            raise _failed(self._target, error) from None

    def drop(self) -> None:
        """Close, and leave nothing behind that did not take its name."""
        self._file.close()
        if self._unfinished is not None:
            self._unfinished.unlink(missing_ok=True)


def _failed(path: Path, error: OSError) -> OutputError:
    return OutputError(path, f"could not be written: {error.strerror or error}")


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut, where the system lets folders be opened."""
    if os.name == "posix":
        with suppress(PermissionError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
