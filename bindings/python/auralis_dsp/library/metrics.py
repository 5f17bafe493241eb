"""Prometheus metrics of a run, as a text file for the node exporter's textfile collector."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from .._output import OutputError, write_whole
from .track import Row, Status

if TYPE_CHECKING:
    from .run import Tally

#: Seconds between two writes.
INTERVAL = 5.0

PREFIX = "auralis_library"
#: How every file of metrics begins.
BEGINNING = f"# HELP {PREFIX}_".encode()


class Metrics:
    """Counts rows and writes the counts to `path`; does nothing without one."""

    def __init__(self, path: Path | None):
        self._path = path
        self._next = 0.0
        self._tracks: Counter[str] = Counter(dict.fromkeys(Status.ALL, 0))
        self._codecs: Counter[str] = Counter()
        self._seconds: dict[str, float] = {"decode": 0.0, "analyse": 0.0}
        self._kernels: Counter[str] = Counter()
        self._bytes = 0

    def count(self, row: Row) -> None:
        """Count a row."""
        self._tracks[row["status"]] += 1
        self._codecs[row.get("codec") or "unknown"] += 1
        self._bytes += row["size"] or 0
        self._seconds["decode"] += row.get("seconds_decoding") or 0.0
        self._seconds["analyse"] += row.get("seconds_analysing") or 0.0
        self._kernels.update(row.get("kernel_seconds") or {})

    def write(self, tally: Tally, *, final: bool = False) -> None:
        """Write the file if it is time to, or at the end."""
        now = time.monotonic()
        if self._path is None or (now < self._next and not final):
            return
        self._next = now + INTERVAL
        # A full disk ends the run only when it concerns rows.
        with suppress(OutputError):
            write_whole(self._path, self.text(tally, final).encode())

    def text(self, tally: Tally, finished: bool) -> str:
        """The metrics in the Prometheus text format, version 0.0.4."""
        errors = {kind: n for kind, n in self._tracks.items() if kind != Status.OK}
        busy = sum(self._seconds.values())
        return "".join(
            [
                _metric(
                    "tracks_total", "counter", "Tracks done, by status.", "status", self._tracks
                ),
                _metric(
                    "errors_total", "counter", "Tracks with an error, by kind.", "kind", errors
                ),
                _metric("codec_tracks_total", "counter", "Tracks by codec.", "codec", self._codecs),
                _metric(
                    "stage_seconds_total",
                    "counter",
                    "Seconds spent in each stage, summed over the workers.",
                    "stage",
                    self._seconds,
                ),
                _metric(
                    "kernel_seconds_total",
                    "counter",
                    "Seconds of the analysis spent in each kernel, summed over the workers.",
                    "kernel",
                    self._kernels,
                ),
                _single(
                    "unchanged_tracks_total", "counter", "Tracks passed over.", tally.unchanged
                ),
                _single("read_bytes_total", "counter", "Bytes of the files done.", self._bytes),
                _single("audio_seconds_total", "counter", "Seconds of audio.", tally.audio_seconds),
                _single("run_seconds", "gauge", "Seconds since the run began.", tally.elapsed),
                _single("tracks_expected", "gauge", "Tracks of this run.", tally.total or 0),
                _single("tracks_per_second", "gauge", "Tracks done per second.", tally.rate),
                _single(
                    "realtime_factor",
                    "gauge",
                    "Seconds of audio done per second of the run.",
                    tally.audio_seconds / max(tally.elapsed, 1e-9),
                ),
                _single(
                    "worker_realtime_factor",
                    "gauge",
                    "Seconds of audio done per second of a worker.",
                    tally.audio_seconds / max(busy, 1e-9),
                ),
                _single("finished", "gauge", "1 once the run has ended.", int(finished)),
            ]
        )


def _metric(name: str, kind: str, text: str, label: str, values: Mapping[str, float]) -> str:
    lines = [f"# HELP {PREFIX}_{name} {text}\n# TYPE {PREFIX}_{name} {kind}\n"]
    lines += [
        f'{PREFIX}_{name}{{{label}="{_escape(key)}"}} {values[key]!r}\n' for key in sorted(values)
    ]
    return "".join(lines)


def _single(name: str, kind: str, text: str, value: float) -> str:
    name = f"{PREFIX}_{name}"
    return f"# HELP {name} {text}\n# TYPE {name} {kind}\n{name} {value!r}\n"


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
