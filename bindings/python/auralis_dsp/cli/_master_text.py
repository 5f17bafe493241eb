"""What ``auralis-dsp master`` found, as a table and as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from .. import __version__
from .._arguments import Real
from .._master import Report
from .._output import MARK
from .._profile import Profile
from .._text import printable
from ..mastering.job import Solution
from ..mastering.writer import Form
from ._terminal import out, show

#: How the JSON begins, by which it is known again.
JSON_BEGINNING = b'{\n "program": "' + MARK + b'"'

#: Rows of the table: what they show, its unit, the name in the report, and what was asked for.
_ROWS = (
    ("loudness", "LUFS", "integrated", "loudness"),
    ("true peak", "dBTP", "true_peak", "peak"),
    ("loudness range", "LU", "range", None),
    ("loudest 3 s", "LUFS", "max_short_term", None),
    ("true peak over loudness", "LU", "peak_to_loudness", None),
)
_DEFAULTS = {"limiting": 1.5, "gain_max": 20.0}


class Found(NamedTuple):
    """What came of some files that were mastered as one signal."""

    sources: list[Path]
    #: None in a dry run.
    outputs: list[Path]
    rate: int
    channels: int
    solution: Solution
    #: Of each file.
    reports: list[Report]
    #: As `Curves.finish` gives them, if there is a picture to draw.
    curves: tuple[Real, Profile] | None
    #: Files of which something is missing, and what.
    damages: list[tuple[str | Path, str]]


def show_found(found: Found, form: Form, preferences: Mapping[str, Any]) -> None:
    """Show a table of what was asked for, before and after, and what limited it."""
    out(_title(found, form))
    show(_levels(found))
    if len(found.sources) > 1:
        show(_tracks(found))
    lines = [*_changes(found.solution), limit_text(found.solution, preferences)]
    out("".join(f"{line}\n" for line in lines if line))


def limit_text(solution: Solution, preferences: Mapping[str, Any]) -> str:
    """What kept a master from the loudness that was asked for, empty if nothing did."""
    report = solution.report
    limited_by = int(report["limited_by"])
    asked = number(report["target_loudness"])
    reached = f"{asked} asked, {number(report['integrated_after'])} reached"
    limiting, gain_max = ({**_DEFAULTS, **preferences}[name] for name in _DEFAULTS)
    return {
        0: "",
        1: f"{reached}: the limiter would cost more than {limiting:g} LU (--limiting)",
        2: f"{reached}: the gain would be more than {gain_max:g} dB (--gain-max)",
        3: "silent: passed through unchanged",
        4: "shorter than 0.4 s, which has no loudness: passed through unchanged",
        5: "an intensity of 0: passed through unchanged (--intensity)",
    }[limited_by]


def number(value: float, decimals: int = 1) -> str:
    """A number as people read it: a minus for the hyphen, a dash for NaN, no zero with a sign."""
    if math.isnan(value):
        return "—"
    text = f"{value:.{decimals}f}"
    return text.replace("-", "−") if float(text) else text.removeprefix("-")


def _title(found: Found, form: Form) -> str:
    sources = printable(found.sources[0])
    if len(found.sources) > 1:
        sources += f" and {len(found.sources) - 1} more as an album"
    if not found.outputs:
        return f"{sources} (dry run: nothing is written)"
    output = found.outputs[0] if len(found.outputs) == 1 else found.outputs[0].parent
    samples = "32-bit floats" if form.bits == "32f" else f"{form.bits} bits"
    channels = f"{found.channels} channel{'s' * (found.channels > 1)}"
    return f"{sources} → {printable(output)} ({samples}, {found.rate} Hz, {channels})"


def _levels(found: Found) -> Any:
    from rich.table import Table

    report, asked = found.solution.report, found.solution.targets
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("", style="cyan", no_wrap=True)
    table.add_column("", style="dim", no_wrap=True)
    for heading in ("asked", "before", "after"):
        table.add_column(heading, justify="right", no_wrap=True)
    for label, unit, name, target in _ROWS:
        wanted = "" if target is None else number(asked[target])
        pair = (number(report[f"{name}_{when}"]) for when in ("before", "after"))
        table.add_row(label, unit, wanted, *pair)
    error = report["spectral_error_before_mean"]
    if not math.isnan(error):
        after = number(report["spectral_error_mean"])
        table.add_row("off the reference's spectrum", "dB", "", number(error), after)
    return table


def _tracks(found: Found) -> Any:
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("", overflow="fold")
    for heading in ("LUFS before", "after", "dBTP before", "after", "LU range before", "after"):
        table.add_column(heading, justify="right", no_wrap=True)
    names = ("integrated", "true_peak", "range")
    for source, report in zip(found.sources, found.reports, strict=True):
        values = (number(report[f"{n}_{when}"]) for n in names for when in ("before", "after"))
        table.add_row(printable(source.name), *values)
    return table


def _changes(solution: Solution) -> list[str]:
    """What the stages do, in words."""
    report = solution.report
    if not solution.settings["active"]:
        return []
    lines = [f"gain {number(report['gain_total'])} dB, EQ up to {number(report['eq_max'])} dB"]
    bands = ("low", "mid", "high")
    if any(solution.settings[f"slope_{band}"] for band in bands):
        reductions = " / ".join(number(report[f"compressor_{band}"]) for band in bands)
        lines[0] += f", dynamics reduce low / mid / high by {reductions} dB on average"
    if report["limiter_max"] > 0:
        lines.append(
            f"limiter: at most {number(report['limiter_max'])} dB, "
            f"{report['limiter_share']:.0%} of the time, cost {number(report['limiter_cost'])} LU"
        )
    else:
        lines.append("limiter: idle")
    return lines


def as_json(found: list[Found], form: Form, *, dither: bool) -> str:
    """All that was found."""
    content = {
        "program": MARK.decode(),
        "version": __version__,
        "bits": form.bits,
        "dither": dither,
        "masters": [_master(one) for one in found],
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _master(found: Found) -> dict[str, Any]:
    profile, targets, settings, report = (_finite(part) for part in found.solution)
    outputs: list[Path | None] = [*found.outputs] or [None] * len(found.sources)
    damages = dict(found.damages)
    tracks = []
    for source, output, own in zip(found.sources, outputs, found.reports, strict=True):
        track: dict[str, Any] = {"file": str(source), "output": output and str(output)}
        track["report"] = _finite(own)
        if source in damages:
            track["damage"] = damages[source]
        tracks.append(track)
    return {
        "sample_rate": found.rate,
        "channels": found.channels,
        "profile": profile,
        "targets": targets,
        "settings": settings,
        "report": report,
        "tracks": tracks,
    }


def _finite(values: Mapping[str, float]) -> dict[str, float | None]:
    return {name: value if math.isfinite(value) else None for name, value in values.items()}
