"""The subcommands ``fingerprint-library``, ``similar`` and ``report``.

Exit codes: 0 done; 1 done, but some tracks gave an error instead of a fingerprint; 2 wrong
usage; 4 stopped because results could not be written (rows already finished are safe); 130
or 143 ended by Ctrl-C or SIGTERM, with everything finished by then kept.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .. import AuralisError
from .._output import OutputError, begins_with, claim, is_marked
from .._text import printable
from ._files import force_argument
from ._terminal import out, tell

SOME_ERRORS, USAGE, NOT_WRITTEN = 1, 2, 4


def add_commands(commands: Any) -> None:
    """Add the three subcommands to an `argparse` subparsers object."""
    _add_fingerprint_library(commands)
    _add_similar(commands)
    _add_report(commands)


def _add_fingerprint_library(commands: Any) -> None:
    parser = commands.add_parser(
        "fingerprint-library",
        help="fingerprint every track of a music library into a Parquet file",
        description="Fingerprint every track under some folders or URLs into one Parquet file. "
        "A second run does only what is new or changed. Exit code 0: every track has a "
        "fingerprint; 1: some have an error in their row; 4: results could not be written; "
        "130: ended by Ctrl-C. Rows finished before the end are kept in every case.",
    )
    parser.add_argument(
        "sources", nargs="+", metavar="PATH", help="folder, file or fsspec URL (s3://bucket/music)"
    )
    parser.add_argument("-o", "--output", required=True, help="Parquet file to make or continue")
    parser.add_argument(
        "-j", "--workers", type=_count, help="worker processes (default: one per core)"
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="Dask scheduler (tcp://host:8786) to do the work"
    )
    parser.add_argument(
        "--stall-limit",
        type=_seconds,
        default=60.0,
        metavar="SECONDS",
        help="give up on a track that makes no progress for so long (default: 60)",
    )
    parser.add_argument(
        "--time-limit",
        type=_seconds,
        metavar="SECONDS",
        help="give up on a track that takes longer in all (default: 600 and 1 per 50 kB)",
    )
    parser.add_argument(
        "--retry-errors", action="store_true", help="do tracks again whose row is an error"
    )
    parser.add_argument(
        "--prune", action="store_true", help="drop the rows of tracks that are gone"
    )
    parser.add_argument(
        "--profile",
        action="store_true",
        help="keep the whole profile of each track, for masters and their targets; tracks of an "
        "earlier run that have none are done again",
    )
    parser.add_argument("--metrics", metavar="FILE", help="keep Prometheus metrics in this file")
    parser.add_argument("-q", "--quiet", action="store_true", help="show no progress")
    parser.set_defaults(run=_fingerprint_library)


def _add_similar(commands: Any) -> None:
    parser = commands.add_parser(
        "similar",
        help="find the tracks of a library that are most like one",
        description="List the tracks nearest to TRACK, which may be one of the library or any "
        "other audio file. The distance is 0 for equal fingerprints; about 1 is a typical "
        "difference in every group of dimensions.",
    )
    parser.add_argument("track", metavar="TRACK")
    parser.add_argument("library", metavar="LIBRARY", help="file made by fingerprint-library")
    parser.add_argument("-n", "--count", type=_count, default=10, help="tracks (default: 10)")
    parser.add_argument(
        "--explain", action="store_true", help="show what each dimension adds to the distance"
    )
    parser.add_argument(
        "--weight",
        action="append",
        default=[],
        type=_weight,
        metavar="DIMENSION=WEIGHT",
        help="weight of a dimension; may be given more than once",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=_similar)


def _add_report(commands: Any) -> None:
    parser = commands.add_parser(
        "report", help="make an HTML page about a library that works without a network"
    )
    parser.add_argument("library", metavar="LIBRARY", help="file made by fingerprint-library")
    parser.add_argument("-o", "--output", required=True, help="HTML file to write")
    force_argument(parser)
    parser.set_defaults(run=_report)


def _fingerprint_library(options: argparse.Namespace) -> int:
    with _imports():
        from ..library.isolate import Limits
        from ..library.metrics import BEGINNING
        from ..library.progress import duration, progress_for
        from ..library.run import fingerprint_library
        from ..library.store import StoreError

    # What goes wrong on the cluster is told by us, in one line.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    stop = threading.Event()
    progress = None if options.quiet else progress_for(sys.stderr)
    try:
        if options.metrics:
            others = [*options.sources, options.output]
            is_ours = begins_with(BEGINNING)
            what = "a file of metrics"
            claim(Path(options.metrics), inputs=others, is_ours=is_ours, what=what, force=None)
        with _signals(stop) as caught:
            summary = fingerprint_library(
                options.sources,
                options.output,
                workers=options.workers,
                scheduler=options.scheduler,
                limits=Limits(options.stall_limit, options.time_limit),
                retry_errors=options.retry_errors,
                prune=options.prune,
                profile=options.profile,
                metrics=options.metrics,
                progress=progress,
                stop=stop,
            )
    except StoreError as error:
        return _fail(str(error), NOT_WRITTEN)
    except OutputError as error:
        return _fail(f"{error.path}: {error}", NOT_WRITTEN)
    except (FileNotFoundError, ConnectionError, ImportError, ValueError) as error:
        return _fail(str(error.args[-1] if error.args else error), USAGE)
    finally:
        if progress:
            progress.close()
    tally = summary.tally
    out(
        f"{printable(options.output)}: {summary.rows} tracks; this run did {tally.done} in "
        f"{duration(tally.elapsed)} ({tally.errors} with errors), "
        f"{tally.unchanged} were unchanged"
        + ("" if summary.complete else "; ended early, run again to go on")
    )
    if caught:
        return 128 + caught[0]
    return SOME_ERRORS if tally.errors else 0


def _similar(options: argparse.Namespace) -> int:
    with _imports():
        from ..library.similar import Library
        from ..library.store import StoreError
        from ..library.track import TrackError

    try:
        library = Library(options.library, dict(options.weight))
        matches = library.similar(options.track, options.count)
    except TrackError as error:
        return _fail(f"{options.track}: {error}", USAGE)
    except (StoreError, OSError, ValueError) as error:
        return _fail(str(error), USAGE)
    if library.outdated:
        tell(
            f"{library.outdated} tracks have fingerprints of another version and are left out; "
            "another run computes them anew"
        )
    if options.json:
        import json

        out(json.dumps([match._asdict() for match in matches], indent=1))
        return 0
    for match in matches:
        label = f"  ({match.label})" if match.label else ""
        out(f"{match.distance:8.3f}  {printable(match.path + label)}")
        if options.explain:
            for name, share in match.shares.items():
                if share >= 0.005:
                    out(f"          {share:5.0%}  {name} {match.values[name]:.4g}")
    return 0


def _report(options: argparse.Namespace) -> int:
    with _imports():
        from ..library.report import write_report
        from ..library.store import StoreError

    try:
        claim(
            Path(options.output),
            inputs=[options.library],
            is_ours=is_marked,
            what="a page of this command",
            force=options.force,
        )
        write_report(options.library, options.output)
    except StoreError as error:
        return _fail(str(error), USAGE)
    except OutputError as error:
        return _fail(f"{error.path}: {error}", NOT_WRITTEN)
    return 0


@contextmanager
def _signals(stop: threading.Event) -> Iterator[list[int]]:
    """Let the first Ctrl-C or SIGTERM end the run in order; a second one ends it at once."""
    caught: list[int] = []
    handled = (signal.SIGINT, signal.SIGTERM)

    def handle(number: int, frame: object) -> None:
        caught.append(number)
        stop.set()
        for one in handled:
            signal.signal(one, signal.SIG_DFL)

    before = [signal.signal(one, handle) for one in handled]
    try:
        yield caught
    finally:
        for one, handler in zip(handled, before, strict=True):
            signal.signal(one, handler)


@contextmanager
def _imports() -> Iterator[None]:
    """Tell in one line what is not installed."""
    try:
        yield
    except ImportError as error:
        message = f"{error}. Install it with: pip install 'auralis-dsp[library]'"
        sys.exit(_fail(message, USAGE))
    except AuralisError as error:  # no native library
        sys.exit(_fail(str(error), USAGE))


def _fail(text: str, code: int) -> int:
    tell(text)
    return code


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"is {value}; allowed: 1 or more")
    return value


def _seconds(text: str) -> float:
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"is {value}; allowed: more than 0")
    return value


def _weight(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"is {text!r}; allowed: a dimension, '=' and a number")
    return name, float(value)
