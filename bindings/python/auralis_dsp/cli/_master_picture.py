"""The picture of a master: loudness over time, the spectrum, and what the stages did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .._arguments import Real
from .._profile import Profile
from .._text import printable
from ._master_text import Found
from ._picture import plain_hertz

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Columns of a picture: more would not be seen.
_COLUMNS = 2000
_BEFORE, _AFTER, _REFERENCE, _EQ = "tab:gray", "tab:blue", "tab:orange", "tab:green"
#: Loudness and levels further below the loudest are not shown, in dB.
_DEPTH = 60.0


def draw(found: Found, curves: tuple[Real, Profile], reference: Real | None) -> Figure:
    """Draw what was found of a master.

    Parameters
    ----------
    found : Found
        What was found.
    curves : tuple
        As `Curves.finish` gives them.
    reference : ndarray, shape (25,) or (95,), optional
        What the master should be like.
    """
    from matplotlib.figure import Figure

    steps, after = curves
    figure = Figure(figsize=(12, 10), dpi=120, layout="constrained")
    name = printable(found.sources[0].name)
    if len(found.sources) > 1:
        name += f" and {len(found.sources) - 1} more"
    # A name is no formula, whatever its dollars.
    figure.suptitle(name, fontweight="bold", parse_math=False)
    loudness, gain, spectrum = figure.subplots(3, 1, height_ratios=[2, 1.5, 2.5])
    _loudness(loudness, steps, found)
    _gain(gain, steps)
    gain.sharex(loudness)
    _spectrum(spectrum, after, found, reference)
    return figure


def _loudness(axes: Axes, steps: Real, found: Found) -> None:
    report = found.solution.report
    time, before, after = _thinned(steps[:, 0], np.mean), steps[:, 1], steps[:, 2]
    for values, color, when in ((before, _BEFORE, "before"), (after, _AFTER, "after")):
        integrated = report[f"integrated_{when}"]
        label = f"{when}: {integrated:.1f} LUFS, range {report[f'range_{when}']:.1f} LU"
        axes.plot(time, _thinned(values, np.nanmax), color=color, label=label)
        if np.isfinite(integrated):
            axes.axhline(integrated, color=color, linestyle=":", linewidth=1)
    axes.set(ylabel="LUFS", title="Loudness of 3 s", ylim=_limits(steps[:, 1:3], _DEPTH / 2))
    axes.set_xlim(0, max(time[-1], 1e-3))
    axes.legend(loc="lower right")
    axes.grid(alpha=0.3)


def _gain(axes: Axes, steps: Real) -> None:
    time = _thinned(steps[:, 0], np.mean)
    bands = ((4, "low"), (5, "mid"), (6, "high"))
    for column, band in bands:
        if np.any(steps[:, column]):
            gain = _thinned(steps[:, column], np.mean)
            axes.plot(time, gain, linewidth=1, label=f"dynamics, {band} band")
    limiter = _thinned(steps[:, 3], np.min)
    axes.fill_between(time, limiter, color="tab:red", alpha=0.6, linewidth=0, label="limiter")
    deepest = min(-1.0, 1.1 * float(np.nanmin(steps[:, 3:], initial=0.0)))
    highest = max(0.5, 1.1 * float(np.nanmax(steps[:, 3:], initial=0.0)))
    axes.set(ylabel="dB", xlabel="time (s)", title="Gain over time", ylim=(deepest, highest))
    axes.legend(loc="lower right")
    axes.grid(alpha=0.3)


def _spectrum(axes: Axes, after: Profile, found: Found, reference: Real | None) -> None:
    before = found.solution.profile
    centres = 1000.0 * 2.0 ** ((np.arange(31) - 17) / 3)
    first = list(before).index("mid_20")
    octaves = slice(first, first + len(centres))
    levels = [(before.vector[octaves], _BEFORE, "before"), (after.vector[octaves], _AFTER, "after")]
    if reference is not None and len(reference) > first:
        levels.append((reference[octaves], _REFERENCE, "reference"))
    # All at one loudness, so that their tone can be compared.
    shown = [(band - _level(band), color, label) for band, color, label in levels]
    for band, color, label in shown:
        axes.plot(centres, band, ".-", color=color, label=label)
    limits = _limits(np.concatenate([band for band, *_ in shown]), _DEPTH)
    axes.set(ylabel="dB", xlabel="frequency (Hz)", ylim=limits)
    axes.set_title("Third octaves of mid, each less its mean from 63 Hz to 12.5 kHz; EQ")
    axes.set_xscale("log", base=2)
    axes.set_xlim(centres[0], centres[-1])
    axes.grid(alpha=0.3)
    gains = axes.twinx()
    settings = found.solution.settings
    first = list(settings).index("eq_mid_20")
    eq = settings.vector[first : first + len(centres)]
    gains.plot(centres, eq, color=_EQ, linestyle="--", label="EQ of mid (right)")
    reach = max(6.0, 1.2 * float(np.abs(eq).max()))
    gains.set(ylabel="EQ (dB)", ylim=(-reach, reach))
    lines = [line for one in (axes, gains) for line in one.get_lines()]
    axes.legend(lines, [str(line.get_label()) for line in lines], loc="lower left")
    plain_hertz(axes.xaxis, [31.25, 62.5, 125, 250, 500, 1000, 2000, 4000, 8000, 16000], 20000)


def _limits(values: Real, depth: float) -> tuple[float, float]:
    """What an axis shows: all values, but for those by more than `depth` below the highest."""
    known = values[np.isfinite(values)]
    if not known.size:
        return -depth, 0.0
    return max(known.min(), known.max() - depth) - 2.0, known.max() + 2.0


def _level(bands: Real) -> float:
    """The mean of the bands from 63 Hz to 12.5 kHz that are not empty."""
    known = bands[5:29]
    known = known[np.isfinite(known)]
    return float(known.mean()) if known.size else 0.0


def _thinned(values: Real, how: object) -> Real:
    """At most `_COLUMNS` values, each of an equal stretch."""
    if len(values) <= _COLUMNS:
        return values
    parts = np.array_split(values, _COLUMNS)
    thinned: Real = np.array([how(part) for part in parts])  # type: ignore[operator]
    return thinned
