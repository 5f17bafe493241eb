"""Reading audio files, and going on when one of many cannot be read."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .. import AuralisError

if TYPE_CHECKING:
    import soundfile

#: Frames read at a time.
BLOCK = 1 << 16
#: What the work on a whole file takes at most for each of its frames: the mean of the channels, its
#: two parts and what is computed on the way.
BYTES_PER_FRAME = 40


class FileError(Exception):
    """A file could not be read or written; the text says why in one line."""


class Mono(NamedTuple):
    """The mean of a file's channels."""

    samples: np.ndarray
    rate: int
    channels: int

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate


@contextmanager
def open_audio(path: Path) -> Iterator[soundfile.SoundFile]:
    """Open an audio file for reading."""
    import soundfile

    try:
        if not path.exists():
            raise FileError("no such file")
        if path.is_dir():
            raise FileError("is a folder")
        # Bytes: a file's name need not be text.
        with soundfile.SoundFile(os.fsencode(path)) as file:
            yield file
    except soundfile.LibsndfileError as error:
        raise FileError(f"not readable as audio ({error.error_string.rstrip('.')})") from None
    except OSError as error:
        raise FileError(error.strerror or str(error)) from None


def read_mono(path: Path) -> Mono:
    """Read a file block by block as the mean of its channels."""
    with open_audio(path) as file:
        needed, free = file.frames * BYTES_PER_FRAME, free_memory()
        if needed > free:
            hours = file.frames / file.samplerate / 3600
            raise FileError(
                f"too long for the memory: {hours:.1f} hours take {needed / 1e9:.1f} GB, "
                f"{free / 1e9:.1f} GB are free; the commands fingerprint, fingerprint-library and "
                "separate take any length"
            )
        blocks = [
            block.mean(axis=1) for block in file.blocks(BLOCK, dtype="float64", always_2d=True)
        ]
        if not blocks:
            raise FileError("holds no audio")
        return Mono(np.concatenate(blocks), file.samplerate, file.channels)


def free_memory() -> int:
    """Bytes that can be taken without pushing others out, as far as the system tells."""
    with suppress(OSError, ValueError, StopIteration), Path("/proc/meminfo").open() as lines:
        kilobytes = next(line for line in lines if line.startswith("MemAvailable:")).split()[1]
        return 1024 * int(kilobytes)
    return sys.maxsize


def each_file(paths: list[Path], work: Callable[[Path], None]) -> int:
    """Do `work` for every file; say in one line each which could not be done. The exit code."""
    failed = False
    for path in paths:
        try:
            work(path)
        except (FileError, AuralisError) as error:
            failed = True
            print(f"auralis-dsp: {path}: {error}", file=sys.stderr)
        except MemoryError:
            failed = True
            print(f"auralis-dsp: {path}: not enough memory", file=sys.stderr)
        except OSError as error:
            failed = True
            name = error.filename or path
            print(f"auralis-dsp: {name}: {error.strerror or error}", file=sys.stderr)
    return int(failed)


def write_rows(path: Path, header: list[str], rows: np.ndarray) -> None:
    """Write a CSV file whose numbers read back exactly as they are to 9 digits."""
    np.savetxt(path, rows, fmt="%.9g", delimiter=",", header=",".join(header), comments="")


def file_argument(parser: argparse.ArgumentParser, *, many: bool = False) -> None:
    """Add the argument FILE, or FILE…, of a command."""
    parser.add_argument(
        "files" if many else "file",
        nargs="+" if many else None,
        type=Path,
        metavar="FILE",
        help="audio file (wav, flac, ogg, mp3, opus, ...)",
    )


def output_argument(parser: argparse.ArgumentParser, help: str) -> None:
    """Add the option ``-o`` of a command."""
    parser.add_argument("-o", "--output", required=True, type=Path, help=help)
