"""One HTML page about a library that needs nothing but a browser."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from datetime import datetime, timezone
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .._output import write_whole
from .dimensions import CIRCULAR, DIMENSION_VERSION, NAMES, UNITS
from .progress import duration
from .schema import comparable, outdated
from .similar import matrix
from .space import Space
from .store import read_library
from .track import Status

#: Tracks on the map; of a larger library a random choice is shown.
MAP_TRACKS = 20_000

_MOST_BINS = 48
_OUTLIERS = 40
_OUTLIER_DEVIATIONS = 4.0
_ERRORS_LISTED = 200
_LIMIT_IN_MAP = 4.0  # deviations: a few extreme tracks must not squeeze the rest together


def write_report(library: str | Path, output: str | Path) -> None:
    """Write the page about `library` to `output`.

    Raises
    ------
    StoreError
        If there is no such library.
    OutputError
        If `output` cannot be written.
    """
    write_whole(Path(output), _page(_describe(Path(library))).encode("utf-8"))


def _page(data: dict[str, Any]) -> str:
    page = files(__package__) / "page"

    def read(name: str) -> str:
        return (page / name).read_text(encoding="utf-8")

    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Template(read("report.html")).substitute(
        title=html.escape(data["library"]),
        style=read("report.css"),
        script=read("report.js"),
        # "</script>" in a file name must not end the element it stands in.
        data=text.replace("<", "\\u003c"),
    )


def _describe(library: Path) -> dict[str, Any]:
    table = read_library(library)
    good = comparable(table)
    fingerprints = matrix(good)
    space = Space(fingerprints)
    x, y, explained = _map(space.points * np.sqrt(space.weights))
    outliers = _outliers(space.points)
    shown = _shown(good.num_rows, [row for row, _, _ in outliers])
    place = {int(row): at for at, row in enumerate(shown)}
    return {
        "library": library.name,
        "made": f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC",
        "version": DIMENSION_VERSION,
        "analysed": good.num_rows,
        "explained": explained,
        "facts": _facts(table, good),
        "dimensions": [
            {"name": name, "unit": UNITS[i], "circular": CIRCULAR[i]}
            | _dimension(fingerprints[:, i], space.scale[i], space.weights[i])
            for i, name in enumerate(NAMES)
        ],
        "tracks": _tracks(good.take(pa.array(shown)), fingerprints[shown], x[shown], y[shown]),
        "outliers": [
            {"track": place[row], "dimension": dimension, "deviation": _short(deviation)}
            for row, dimension, deviation in outliers
        ],
        "errors": _errors(table),
        "formats": [
            [title, _counts(good[column])]
            for title, column in (
                ("Codec", "codec"),
                ("Sample rate (Hz)", "sample_rate"),
                ("Channels", "channels"),
            )
        ],
    }


def _facts(table: pa.Table, good: pa.Table) -> list[tuple[str, str]]:
    seconds = pc.sum(good["duration"]).as_py() or 0.0
    size = pc.sum(table["size"]).as_py() or 0
    work = sum(
        pc.sum(table[name]).as_py() or 0.0 for name in ("seconds_decoding", "seconds_analysing")
    )
    facts = [
        ("Tracks", f"{table.num_rows:,}"),
        ("With fingerprint", f"{good.num_rows:,}"),
        ("Errors", f"{table.num_rows - good.num_rows - outdated(table):,}"),
        ("Playing time", duration(seconds)),
        ("Size", f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.1f} MB"),
        ("Computing time", duration(work)),
    ]
    if outdated(table):
        facts.append(("Of another version, left out", f"{outdated(table):,}"))
    if work:
        facts.append(("Speed per core", f"{seconds / work:,.0f}× real time"))
    return facts


def _map(points: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """The first two principal components, fitted into −1 … 1, and their share of variance."""
    if len(points) < 2:
        return np.zeros(len(points)), np.zeros(len(points)), 1.0
    limited = np.clip(points, -_LIMIT_IN_MAP, _LIMIT_IN_MAP)
    centred = limited - limited.mean(axis=0)
    variances, axes = np.linalg.eigh(centred.T @ centred)
    first = axes[:, [-1, -2]]
    # The sign of an axis is arbitrary: let its largest component be positive.
    first = first * np.sign(first[np.abs(first).argmax(axis=0), [0, 1]])
    plane = limited @ first
    low, high = plane.min(axis=0), plane.max(axis=0)
    plane -= (low + high) / 2
    reach = (high - low).max() / 2 or 1.0
    explained = variances[-2:].sum() / (variances.sum() or 1.0)
    return plane[:, 0] / reach, plane[:, 1] / reach, float(explained)


def _outliers(points: np.ndarray) -> list[tuple[int, int, float]]:
    """(row, dimension, deviations) of the tracks farthest out, each track once."""
    if not points.size:
        return []
    dimension = np.abs(points).argmax(axis=1)
    deviations = points[np.arange(len(points)), dimension]
    order = np.argsort(-np.abs(deviations), kind="stable")[:_OUTLIERS]
    return [
        (int(row), int(dimension[row]), float(deviations[row]))
        for row in order
        if abs(deviations[row]) >= _OUTLIER_DEVIATIONS
    ]


def _shown(tracks: int, wanted: Sequence[int]) -> np.ndarray:
    """Rows for the map: all, or a random choice that holds the `wanted` ones."""
    if tracks <= MAP_TRACKS:
        return np.arange(tracks)
    chosen = np.random.default_rng(0).permutation(tracks)[: MAP_TRACKS - len(wanted)]
    return np.union1d(chosen, np.array(wanted, int))


def _dimension(values: np.ndarray, scale: float, weight: float) -> dict[str, Any]:
    known = values[np.isfinite(values)]
    described: dict[str, Any] = {
        "missing": len(values) - len(known),
        "scale": float(scale) if np.isfinite(scale) else None,
        "weight": float(weight),
    }
    if len(known) == 0:
        empty = {"low": 0, "high": 1, "median": None, "quartiles": [0, 0]}
        return described | empty | {"histogram": [], "quantiles": []}
    low, q1, median, q3, high = np.percentile(known, [0.5, 25, 50, 75, 99.5])
    bins = int(np.clip(2 * np.sqrt(len(known)), 8, _MOST_BINS))
    counts, _ = np.histogram(known, bins, (low, high) if high > low else None)
    return described | {
        "low": _short(low),
        "high": _short(high),
        "median": _short(median),
        "quartiles": [_short(q1), _short(q3)],
        "histogram": counts.tolist(),
        "quantiles": [_short(q) for q in np.percentile(known, np.arange(0.5, 100, 1))],
    }


def _tracks(table: pa.Table, values: np.ndarray, x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    tags = zip(table["artist"].to_pylist(), table["title"].to_pylist(), strict=True)
    return {
        "path": table["path"].to_pylist(),
        "label": [" – ".join(filter(None, pair)) for pair in tags],
        "duration": [_short(seconds) for seconds in table["duration"].to_pylist()],
        "codec": table["codec"].to_pylist(),
        "rate": table["sample_rate"].to_pylist(),
        "channels": table["channels"].to_pylist(),
        "x": [round(float(v), 4) for v in x],
        "y": [round(float(v), 4) for v in y],
        "values": [[_short(v) for v in row] for row in values],
    }


def _errors(table: pa.Table) -> list[dict[str, Any]]:
    bad = table.filter(pc.not_equal(table["status"], Status.OK))
    described = []
    for status, count in _counts(bad["status"]):
        rows = bad.filter(pc.equal(bad["status"], status)).slice(0, _ERRORS_LISTED)
        pairs = zip(rows["path"].to_pylist(), rows["error"].to_pylist(), strict=True)
        described.append({"status": status, "count": count, "examples": list(pairs)})
    return described


def _counts(column: pa.ChunkedArray) -> list[tuple[str, int]]:
    """Values and how often they occur, the most frequent first."""
    pairs = ((str(item["values"]), item["counts"]) for item in pc.value_counts(column).to_pylist())
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))


def _short(value: float) -> float | None:
    """A number with the digits that a page needs; None for one that is not known."""
    return float(f"{value:.5g}") if np.isfinite(value) else None
