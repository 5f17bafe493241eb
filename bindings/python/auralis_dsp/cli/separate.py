"""``auralis-dsp separate``: the harmonic and the percussive part of files, block by block."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import HpssStream
from ._files import BLOCK, FileError, each_file, file_argument, open_audio, output_argument

if TYPE_CHECKING:
    import soundfile

#: Samples are stored so that nothing is clipped (wav) or lost to hearing (flac).
_SUBTYPES = {"wav": "FLOAT", "flac": "PCM_24"}
_PARTS = ("harmonic", "percussive")


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
    written: set[Path] = set()

    def work(path: Path) -> None:
        targets = [options.output / f"{path.stem}-{part}.{options.format}" for part in _PARTS]
        if not written.isdisjoint(targets):
            raise FileError(f"{targets[0]} was just written from another file")
        with open_audio(path) as source:
            if source.frames == 0:
                raise FileError("holds no audio")
            options.output.mkdir(parents=True, exist_ok=True)
            with _progress(path.name, source.frames, options.quiet) as advance:
                _separate(source, targets, options, advance)
        written.update(targets)

    return each_file(options.files, work)


def _separate(
    source: soundfile.SoundFile,
    targets: list[Path],
    options: argparse.Namespace,
    advance: Callable[[int], None],
) -> None:
    streams = [
        HpssStream(source.samplerate, power=options.power, margin=options.margin, max_block=BLOCK)
        for _ in range(source.channels)
    ]
    with _outputs(source, targets, options.format) as outputs:
        for block in source.blocks(BLOCK, dtype="float64", always_2d=True):
            _write(outputs, [s.push(x) for s, x in zip(streams, block.T, strict=True)])
            advance(len(block))
        _write(outputs, [stream.finish() for stream in streams])


def _write(outputs: list[soundfile.SoundFile], channels: list[tuple[Any, Any]]) -> None:
    for output, parts in zip(outputs, zip(*channels, strict=True), strict=True):
        output.write(np.column_stack(parts))


@contextmanager
def _outputs(
    source: soundfile.SoundFile, targets: list[Path], format: str
) -> Iterator[list[soundfile.SoundFile]]:
    """Files that take their names only when they are complete."""
    import soundfile

    unfinished = [target.with_name(target.name + ".part") for target in targets]
    try:
        with ExitStack() as stack:
            yield [
                stack.enter_context(
                    soundfile.SoundFile(
                        path,
                        "w",
                        source.samplerate,
                        source.channels,
                        subtype=_SUBTYPES[format],
                        format=format.upper(),
                    )
                )
                for path in unfinished
            ]
        for path, target in zip(unfinished, targets, strict=True):
            path.replace(target)
    finally:
        for path in unfinished:
            path.unlink(missing_ok=True)


@contextmanager
def _progress(name: str, frames: int, quiet: bool) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as progress:
        task = progress.add_task(name, total=frames)
        yield lambda done: progress.advance(task, done)
