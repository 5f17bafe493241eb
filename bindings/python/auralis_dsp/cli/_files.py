"""Reading audio files, and going on when one of many cannot be read or written."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import AuralisError
from .._channels import Cancelling
from .._output import OutputError, claim, write_whole
from ..audio_file import AudioError, AudioFile, open_audio
from ._terminal import StdoutError, out, tell

#: What the work on a whole file takes at most for each of its frames: the mean of the channels, its
#: two parts and what is computed on the way.
BYTES_PER_FRAME = 40


class FileError(Exception):
    """The work on a file cannot be done; the text says why in one line."""


class Mono(NamedTuple):
    """The mean of a file's channels."""

    samples: NDArray[np.float64]
    rate: int
    channels: int
    #: What is missing of the file, or None.
    damage: str | None
    #: Whether the channels cancel each other out, so that the mean says nothing about the music.
    cancels: bool

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate


def read_mono(path: Path) -> Mono:
    """Read a file block by block as the mean of its channels."""
    with open_audio(path) as audio:
        free = free_memory()
        _refuse_beyond(audio, (audio.expected or 0) if audio.exact else 0, free)
        cancelling = Cancelling()
        means = []
        for block in audio.blocks():
            mean = block.mean(axis=1)
            cancelling.add(block, mean)
            means.append(mean)
            _refuse_beyond(audio, audio.frames, free)
        samples = np.concatenate(means)
        return Mono(samples, audio.rate, audio.channels, audio.damage, cancelling.found)


def _refuse_beyond(audio: AudioFile, frames: int, free: int) -> None:
    needed = frames * BYTES_PER_FRAME
    if needed > free:
        raise FileError(
            f"too long for the memory: {frames / audio.rate / 3600:.1f} hours take "
            f"{needed / 1e9:.1f} GB, {free / 1e9:.1f} GB are free; the commands fingerprint, "
            "fingerprint-library and separate take any length"
        )


def free_memory() -> int:
    """Bytes that can be taken without pushing others out, as far as the system tells."""
    with suppress(OSError, ValueError, StopIteration), Path("/proc/meminfo").open() as lines:
        kilobytes = next(line for line in lines if line.startswith("MemAvailable:")).split()[1]
        return 1024 * int(kilobytes)
    return sys.maxsize


def each_file(paths: list[Path], work: Callable[[Path], str | None]) -> int:
    """Do `work` for every file; say in one line each which could not be done. The exit code.

    `work` gives what is missing of a damaged file whose rest it has done.
    """
    failed = False
    for path in paths:
        fault = fault_of(path, work)
        if fault is not None:
            failed = True
            tell(fault[1], fault[0])
    return int(failed)


def fault_of(path: Path, work: Callable[[Path], str | None]) -> tuple[Path, str] | None:
    """Whose fault it is, and what, if the work could not be done in full."""
    try:
        damage = work(path)
    except OutputError as error:
        return error.path, str(error)
    except (FileError, AudioError, AuralisError) as error:
        return path, str(error)
    except MemoryError:
        return path, "not enough memory"
    except BrokenPipeError:
        raise
    except OSError as error:
        name = path if error.filename is None else Path(os.fsdecode(error.filename))
        return name, error.strerror or str(error)
    except StdoutError:
        raise
    except Exception as error:  # one file must not cost the others their results
        return path, f"unforeseen {type(error).__name__}: {error}"
    return None if damage is None else (path, damage)


def name_of(path: Path) -> str:
    """The name of a file without its suffix, for outputs beside it."""
    return "stdin" if str(path) == "-" else path.stem


def write_rows(path: Path, header: list[str], rows: NDArray[np.float64]) -> None:
    """Write CSV, to standard output for ``-``; its numbers have 9 digits."""
    text = io.StringIO()
    np.savetxt(text, rows, fmt="%.9g", delimiter=",", header=",".join(header), comments="")
    if str(path) == "-":
        out(text.getvalue(), end="")
    else:
        write_whole(path, text.getvalue().encode())


def file_argument(parser: argparse.ArgumentParser, *, many: bool = False) -> None:
    """Add the argument FILE, or FILE…, of a command."""
    parser.add_argument(
        "files" if many else "file",
        nargs="+" if many else None,
        type=Path,
        metavar="FILE",
        help="audio file of any format; - reads standard input",
    )


def output_argument(parser: argparse.ArgumentParser, help: str) -> None:
    """Add the options ``-o`` and ``--force`` of a command."""
    parser.add_argument("-o", "--output", required=True, type=Path, help=help)
    force_argument(parser)


def force_argument(parser: argparse.ArgumentParser) -> None:
    """Add the option ``--force`` of a command."""
    parser.add_argument(
        "--force",
        action="store_true",
        help="replace outputs that exist, also those that this command did not write",
    )


def claim_output(
    options: argparse.Namespace,
    target: Path,
    inputs: list[Path],
    is_ours: Callable[[Path], bool],
    what: str,
) -> None:
    """`claim` with the options of a command. ``-`` is standard output."""
    if str(target) == "-":
        return
    claim(target, inputs=inputs, is_ours=is_ours, what=what, force=options.force)
