"""``auralis-dsp targets``: what masters of files, or of a whole library, should be, and why."""

from __future__ import annotations

import argparse
import math
import os
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from .. import AuralisError, Explanation, Profile, ProfileStream, Targets, master_settings
from .. import targets as decide
from .._arguments import Real
from .._output import OutputError, begins_with, is_marked
from .._targets import as_reference
from .._text import printable
from ..audio_file import AudioError, open_audio
from ._files import FileError, claim_output, each_file, file_argument, force_argument
from ._picture import check_picture, save_picture
from ._preferences import add_preference_arguments, preferences
from ._terminal import JsonArray, out, show, tell

USAGE = 2
_is_parquet = begins_with(b"PAR1")


def add_commands(commands: Any) -> None:
    """Add the command to an `argparse` subparsers object."""
    parser = commands.add_parser(
        "targets",
        help="show what a master of each file should be, and why",
        description="Show what a master of each FILE should be: loudness, peak, tone, dynamics, "
        "width; docs/MASTERING.md tells the rules. Of a library that fingerprint-library made, "
        "write the targets of all its tracks to another Parquet file, without reading any audio.",
    )
    file_argument(parser, many=True)
    parser.add_argument(
        "--reference",
        action="append",
        type=Path,
        metavar="REF",
        help="audio file or profile (JSON) that masters should be like; several are averaged",
    )
    add_preference_arguments(parser)
    parser.add_argument("--explain", action="store_true", help="tell what moved each target")
    parser.add_argument("--json", action="store_true", help="print a JSON array instead")
    parser.add_argument(
        "--plot",
        type=Path,
        metavar="FILE.png",
        help="draw the spectra of the one FILE and of the reference, the equalizer that is wanted, "
        "and the causes of each target. Needs matplotlib",
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="OUT.parquet", help="of a library: file to write"
    )
    force_argument(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    try:
        given = preferences(options)
        _check_usage(options)
        reference = as_reference(options.reference)
    except (AuralisError, AudioError, FileError) as error:
        tell(str(error))
        return USAGE
    except OutputError as error:
        tell(str(error), error.path)
        return USAGE
    except OSError as error:
        name = None if error.filename is None else os.fsdecode(error.filename)
        tell(error.strerror or str(error), name)
        return USAGE
    if options.output is not None:
        return _library(options, reference, given)
    with JsonArray() if options.json else nullcontext() as array:

        def work(path: Path) -> str | None:
            track, damage = _read(path)
            found = decide(track, reference=reference, **given)
            if array is not None:
                array.add(_summary(path, track, found, damage, options.explain))
            else:
                _show(path, found, options.explain)
            if options.plot is not None:
                settings = master_settings(track, reference=reference, **given)
                save_picture(_draw(path.name, track, reference, found, settings), options.plot)
            return damage

        return each_file(options.files, work)


def _check_usage(options: argparse.Namespace) -> None:
    """Raise a `FileError` for options that do not go together."""
    libraries = [path for path in options.files if path.is_file() and _is_parquet(path)]
    inputs = [*options.files, *(options.reference or ())]
    if options.output is not None:
        if len(options.files) != 1 or not libraries:
            raise FileError("-o is for one library; allowed: LIBRARY.parquet -o OUT.parquet")
        if options.plot is not None or options.json or options.explain:
            raise FileError("-o goes with no --plot, --json or --explain")
        what = "a file of targets"
        claim_output(options, options.output, inputs, _is_targets, what)
    elif libraries:
        raise FileError(f"{libraries[0]} is a library; allowed with -o OUT.parquet")
    if options.plot is not None:
        if len(options.files) != 1:
            raise FileError(f"--plot draws one file; there are {len(options.files)}")
        check_picture(options.plot)
        claim_output(options, options.plot, inputs, is_marked, "a picture of this command")


def _is_targets(path: Path) -> bool:
    from ..library.targets import is_targets

    return is_targets(path)


def _library(options: argparse.Namespace, reference: Real | None, given: dict[str, Any]) -> int:
    try:
        from ..library.store import StoreError
        from ..library.targets import write_targets
    except ImportError as error:
        tell(f"{error}. Install it with: pip install 'auralis-dsp[library]'")
        return USAGE
    try:
        rows, known = write_targets(options.files[0], options.output, reference, **given)
    except StoreError as error:
        tell(str(error))
        return USAGE
    except OutputError as error:
        tell(str(error), error.path)
        return 1
    out(f"{printable(options.output)}: {rows} tracks, {known} with targets")
    return 0


def _read(path: Path) -> tuple[Profile, str | None]:
    """The profile of a file, and what is missing of the file."""
    with open_audio(path) as audio:
        stream = ProfileStream(audio.rate, audio.channels)
        for block in audio.blocks():
            stream.push(block)
        return stream.finish(), audio.damage


def _summary(
    path: Path, track: Profile, found: Targets, damage: str | None, explain: bool
) -> dict[str, Any]:
    def finite(values: Any) -> dict[str, float | None]:
        return {name: value if math.isfinite(value) else None for name, value in values.items()}

    summary: dict[str, Any] = {
        "file": str(path),
        "version": found.version,
        "targets": finite(found),
        "profile": finite(track),
    }
    if explain:
        causes = found.explain()
        summary["explanation"] = {
            target: {cause: part for cause, part in finite(causes[target]).items() if part != 0}
            for target in found
        }
    return summary | ({} if damage is None else {"damage": damage})


def _show(path: Path, found: Targets, explain: bool) -> None:
    from rich.table import Table
    from rich.text import Text

    title = Text(printable(path), style="bold")
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    causes = found.explain() if explain else None
    if causes is not None:
        table.add_column(style="dim")
    for name in found:
        value, unit = found.shown(name), found.units[name]
        why = () if causes is None else (causes.line(name).partition(": ")[2],)
        table.add_row(name, value, unit, *why)
    show(table)


def _draw(name: str, track: Profile, reference: Real | None, found: Targets, settings: Any) -> Any:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 11), dpi=120, layout="constrained")
    # A name is no formula, whatever its dollars.
    figure.suptitle(printable(name), fontweight="bold", parse_math=False)
    spectrum, gains, causes = figure.subplots(3, 1, height_ratios=[2, 1, 2.5])
    bands = [
        key.removeprefix("mid_") for key in track if key.startswith("mid_") and key != "mid_pct"
    ]
    places = range(len(bands))
    mid = track.vector[33:64]
    spectrum.plot(places, mid, label="track", color="tab:blue")
    if reference is not None and len(reference) == len(track):
        spectrum.plot(places, reference[33:64], label="reference", color="tab:orange")
    spectrum.set(ylabel="dB", title="Third octaves of the mid signal")
    gains.plot(places, settings.vector[2:33], label="mid", color="tab:blue")
    gains.plot(places, settings.vector[33:64], label="side", color="tab:green", linestyle="--")
    gains.set(ylabel="dB", xlabel="frequency (Hz)", title="Equalizer that is wanted")
    for axes in (spectrum, gains):
        axes.set_xticks(places[::3], bands[::3])
        axes.grid(alpha=0.3)
        axes.legend(loc="upper right")
    _causes(causes, found.explain())
    return figure


def _causes(axes: Any, explained: Explanation) -> None:
    """For each target the shares of its causes, those that raise it to the right."""
    import matplotlib
    import numpy as np

    parts = np.nan_to_num(explained.parts.copy())
    base = explained.causes.index("base")
    parts[:, base] = 0
    sizes = np.abs(parts).sum(axis=1, keepdims=True)
    shares = np.divide(parts, sizes, out=np.zeros_like(parts), where=sizes > 0)
    colours = matplotlib.colormaps["tab20"]
    rows = np.arange(len(explained))
    right, left = np.zeros(len(rows)), np.zeros(len(rows))
    shown = [cause for cause in range(shares.shape[1]) if np.abs(shares[:, cause]).max() > 0]
    for i, cause in enumerate(shown):
        share = shares[:, cause]
        starts = np.where(share > 0, right, left)
        label = explained.causes[cause]
        axes.barh(rows, share, left=starts, color=colours(i % 20), label=label)
        right += np.maximum(share, 0)
        left += np.minimum(share, 0)
    units = explained.targets.units
    labels = [f"{name}  {explained.targets.shown(name)} {units[name]}" for name in explained]
    axes.set_yticks(rows, labels)
    axes.invert_yaxis()
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set(xlim=(-1.05, 1.05), title="What moved each target (shares of its causes)")
    if shown:
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize="small")
