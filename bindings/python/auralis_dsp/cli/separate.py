"""``auralis-dsp separate``: the harmonic and the percussive part of files, block by block."""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import HpssStream
from .._output import Output, is_marked, replacing
from .._rates import frame_length
from .._sound_file import create
from .._text import printable
from ..audio_file import AudioFile, open_audio
from ._files import FileError, claim_output, each_file, file_argument, name_of, output_argument

if TYPE_CHECKING:
    import soundfile

#: Samples are stored so that nothing is clipped (wav) or lost to hearing (flac).
_SUBTYPES = {"wav": "FLOAT", "flac": "PCM_24"}
_PARTS = ("harmonic", "percussive")
#: Bytes of a file of unknown length from which on its stems may become too large for WAV.
_LONG = 50_000_000


def add_commands(commands: Any) -> None:
    """Add the command to an `argparse` subparsers object."""
    parser = commands.add_parser(
        "separate",
        help="write the harmonic and percussive part of files",
        description="Write FILE's harmonic and percussive part as NAME-harmonic and "
        "NAME-percussive, with its channels and sample rate. Memory does not grow with length.",
    )
    file_argument(parser, many=True)
    output_argument(parser, "folder to write to, made if missing")
    parser.add_argument(
        "--format", choices=_SUBTYPES, default="wav", help="wav (32-bit float) or flac (24 bits)"
    )
    parser.add_argument("--margin", type=float, default=1.0, help="separation margin (1)")
    parser.add_argument("--power", type=float, default=2.0, help="exponent of the masks (2)")
    parser.add_argument("-q", "--quiet", action="store_true", help="show no progress")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    written: set[str] = set()

    def work(path: Path) -> str | None:
        targets = [options.output / f"{name_of(path)}-{part}.{options.format}" for part in _PARTS]
        names = {os.path.realpath(target) for target in targets}
        if not written.isdisjoint(names):
            raise FileError(f"{targets[0]} was just written from another file")
        for target in targets:
            claim_output(options, target, options.files, is_marked, "a stem of this command")
        with open_audio(path) as audio:
            options.output.mkdir(parents=True, exist_ok=True)
            with _progress(name_of(path), audio.expected, options.quiet) as advance:
                _separate(audio, targets, options, advance)
            written.update(names)
            return audio.damage

    return each_file(options.files, work)


def _separate(
    audio: AudioFile,
    targets: list[Path],
    options: argparse.Namespace,
    advance: Callable[[int], None],
) -> None:
    streams = [
        HpssStream(
            audio.rate,
            power=options.power,
            margin=options.margin,
            n_fft=frame_length(audio.rate),
        )
        for _ in range(audio.channels)
    ]
    with replacing(*targets) as outputs, ExitStack() as stack:
        stems = [stack.enter_context(_stem(output, audio, options)) for output in outputs]
        for block in audio.blocks():
            _write(stems, [s.push(x) for s, x in zip(streams, block.T, strict=True)])
            for output in outputs:
                output.check()
            advance(len(block))
        _write(stems, [stream.finish() for stream in streams])
        stack.close()  # the headers


def _stem(output: Output, audio: AudioFile, options: argparse.Namespace) -> soundfile.SoundFile:
    kind: str = options.format
    if audio.expected is not None:
        frames: float = audio.expected
    else:
        frames = math.inf if audio.size > _LONG else 0
    return create(
        output,
        audio.rate,
        audio.channels,
        container=kind,
        subtype=_SUBTYPES[kind],
        frames=frames,
    )


def _write(stems: list[soundfile.SoundFile], channels: list[tuple[Any, Any]]) -> None:
    for stem, parts in zip(stems, zip(*channels, strict=True), strict=True):
        stem.write(np.column_stack(parts))


@contextmanager
def _progress(name: str, frames: int | None, quiet: bool) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    hidden = quiet or not console.is_terminal
    with Progress(*columns, console=console, disable=hidden) as progress:
        task = progress.add_task(printable(name), total=frames)
        yield lambda done: progress.advance(task, done)
