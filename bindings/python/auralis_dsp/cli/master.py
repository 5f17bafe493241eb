"""``auralis-dsp master``: masters of files, block by block."""

from __future__ import annotations

import argparse
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, NamedTuple

from .. import AuralisError
from .._output import OutputError, begins_with, is_marked, spare, write_whole
from ..audio_file import AudioError
from ..mastering.job import Advance, Job
from ..mastering.signal import Signal, UnequalError
from ..mastering.watch import Curves, Levels, Watcher
from ..mastering.writer import CONTAINERS, DEFAULT_BITS, SUBTYPES, Form, names_in
from ._files import claim_output, fault_of, file_argument, force_argument
from ._master_picture import draw
from ._master_text import JSON_BEGINNING, Found, as_json, show_found
from ._picture import check_picture, save_picture
from ._preferences import add_preference_arguments, preferences
from ._progress import Bars
from ._references import References, UsageError, add_reference_arguments, chosen
from ._terminal import tell

USAGE = 2


def add_commands(commands: Any) -> None:
    """Add the command to an `argparse` subparsers object."""
    parser = commands.add_parser(
        "master",
        help="write masters of files: loudness, true peak, tone, dynamics, width",
        description="Write a master of each FILE: brought to a loudness and a true peak, its tone, "
        "dynamics and width moved towards those of popular music or of references. The table shows "
        "what was asked for, before, after, and what limited it; docs/MASTERING.md tells how it is "
        "done. Memory does not grow with length.",
    )
    file_argument(parser, many=True)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        help="master to write, .wav or .flac; for several FILEs or --album a folder, made if "
        "missing",
    )
    force_argument(parser)
    parser.add_argument(
        "--format", choices=CONTAINERS, default="wav", help="of masters in a folder (wav)"
    )
    parser.add_argument(
        "--album", action="store_true", help="master the FILEs, in order, as one: all alike"
    )
    add_reference_arguments(parser)
    add_preference_arguments(parser)
    parser.add_argument(
        "--bits", choices=[str(bits) for bits in SUBTYPES], help=f"of a sample ({DEFAULT_BITS})"
    )
    parser.add_argument("--no-dither", action="store_true", help="round without dither")
    parser.add_argument("--report", type=Path, metavar="FILE.json", help="write what was found")
    parser.add_argument(
        "--plot",
        type=Path,
        metavar="FILE.png",
        help="draw loudness, spectrum and gain before and after; a folder like OUTPUT. Needs "
        "matplotlib",
    )
    parser.add_argument("--dry-run", action="store_true", help="show the table, write no master")
    parser.add_argument(
        "-j", "--workers", type=int, help="files done at the same time (default: one per core)"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="show no progress")
    parser.set_defaults(run=_run)


class _Work(NamedTuple):
    """Files that become masters together."""

    sources: list[Path]
    outputs: list[Path]
    picture: Path | None


def _run(options: argparse.Namespace) -> int:
    try:
        asked = preferences(options)
        form, works = _planned(options)
        with Bars(options.quiet) as bars:
            return _Run(options, form, asked, chosen(options), bars).all(works)
    except (UsageError, AuralisError, AudioError) as error:
        tell(str(error))
    except OutputError as error:
        tell(str(error), error.path)
    except OSError as error:
        name = None if error.filename is None else os.fsdecode(error.filename)
        tell(error.strerror or str(error), name)
    return USAGE


def _planned(options: argparse.Namespace) -> tuple[Form, list[_Work]]:
    """How masters are stored, and which files become what."""
    files, output, report = options.files, options.output, options.report
    if options.workers is not None and options.workers < 1:
        raise UsageError(f"workers is {options.workers}; allowed: 1 or more")
    if output is None and not options.dry_run:
        raise UsageError("-o is missing; allowed: a file, a folder, or --dry-run")
    if output is None:
        output = Path("master.wav") if len(files) == 1 else Path()
    outputs = _targets(output, files, options.format)
    form = Form(outputs, int(options.bits) if options.bits in ("16", "24") else options.bits)
    pictures: list[Path | None] = [None] * len(files)
    if options.plot is not None and options.album:
        pictures = [options.plot]
    elif options.plot is not None:
        pictures = [*_targets(options.plot, files, "png")]
    written = [path for path in (*outputs, *pictures, report) if path is not None]
    if len({os.path.realpath(path) for path in written}) < len(written):
        raise UsageError("master, picture and report have the same name; allowed: one for each")
    if options.album:
        return form, [_Work(files, outputs, pictures[0])]
    works = zip(files, outputs, pictures, strict=True)
    return form, [_Work([file], [target], picture) for file, target, picture in works]


def _targets(output: Path, files: list[Path], suffix: str) -> list[Path]:
    """The name of one file, or those of several in a folder."""
    if len(files) == 1 and not output.is_dir():
        return [output]
    return names_in(output, files, suffix)


class _Run:
    """The work on all files, with what each of them needs."""

    def __init__(
        self,
        options: argparse.Namespace,
        form: Form,
        asked: Mapping[str, Any],
        references: References,
        bars: Bars,
    ) -> None:
        self._options = options
        self._form = form
        self._asked = asked
        self._reference = references.numbers
        self._read = [*options.files, *references.files]
        self._bars = bars
        self._stop = threading.Event()

    def all(self, works: list[_Work]) -> int:
        """Do it, for several files at the same time. The exit code."""
        options = self._options
        if options.report is not None:
            self._claim(options.report, begins_with(JSON_BEGINNING), "a report of this command")
        found: list[Found] = []
        pool = ThreadPoolExecutor(min(options.workers or os.cpu_count() or 1, len(works)))
        try:
            futures = [pool.submit(self._mastered, work) for work in works]
            complete = [self._told(*pair, found) for pair in zip(works, futures, strict=True)]
        finally:
            self._stop.set()
            pool.shutdown(cancel_futures=True)
        if any(isinstance(future.exception(), UnequalError) for future in futures):
            return USAGE
        if options.report is not None:
            content = as_json(found, self._form, dither=not options.no_dither)
            write_whole(options.report, content.encode())
        return int(not all(complete))

    def _told(self, work: _Work, future: Future[Found], found: list[Found]) -> bool:
        """Tell what came of some files; whether all is well."""
        damages: list[tuple[str | Path, str]] = []

        def tell_all(path: Path) -> None:
            done = future.result()
            found.append(done)
            show_found(done, self._form, self._asked)
            damages.extend(done.damages)
            if done.curves is not None and work.picture is not None:
                work.picture.parent.mkdir(parents=True, exist_ok=True)
                save_picture(draw(done, done.curves, self._reference), work.picture)

        name = Path("album") if self._options.album else work.sources[0]
        wait([future])
        with self._bars.away():
            fault = fault_of(name, tell_all)
            if fault is not None:
                damages.append(fault)
            for path, text in damages:
                tell(text, path)
        return not damages

    def _mastered(self, work: _Work) -> Found:
        """Master some files as one signal."""
        options, output = self._options, work.outputs
        if not options.dry_run:
            for target in output:
                self._claim(target, is_marked, "a master of this command")
        if work.picture is not None:
            check_picture(work.picture)
            self._claim(work.picture, is_marked, "a picture of this command")
        with Signal(work.sources) as signal, self._bars.of(work.sources, signal) as advance:
            job = Job(
                signal,
                self._form,
                self._reference,
                self._asked,
                protected=self._read,
                advance=self._stoppable(advance),
            )
            solution = job.solve()
            levels = Levels(signal) if signal.tracks > 1 else None
            curves = Curves(signal, solution.settings) if work.picture is not None else None
            watchers: list[Watcher] = [w for w in (levels, curves) if w is not None]
            step = None if curves is None else curves.step
            if not options.dry_run:
                dither = not options.no_dither
                job.write(solution, output, dither=dither, watchers=watchers, step=step)
            elif watchers:
                for _ in job.render(solution, watchers, step):
                    pass
            return Found(
                sources=work.sources,
                outputs=[] if options.dry_run else output,
                rate=signal.rate,
                channels=signal.channels,
                solution=solution,
                reports=levels.reports(solution.report) if levels else [solution.report],
                curves=None if curves is None else curves.finish(),
                damages=signal.faults,
            )

    def _claim(self, target: Path, is_ours: Callable[[Path], bool], what: str) -> None:
        """Make sure that writing a file loses nothing: no input even if the user insists."""
        spare(target, self._read)
        claim_output(self._options, target, self._read, is_ours, what)

    def _stoppable(self, advance: Advance) -> Advance:
        """`advance`, which ends the work of its thread when the command ends."""

        def checked(number: int, frames: int) -> None:
            if self._stop.is_set():
                raise _StoppedError
            advance(number, frames)

        return checked


class _StoppedError(Exception):
    """The command ends early."""
