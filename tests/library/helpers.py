"""Small audio files, and processes that run the library commands on them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import soundfile


def tone(seconds: float, rate: int = 22_050, channels: int = 2, seed: int = 0) -> np.ndarray:
    """A chord with noise bursts, different for every seed."""
    rng = np.random.default_rng(seed)
    t = np.arange(max(1, round(seconds * rate))) / rate
    x = sum(np.sin(2 * np.pi * f * t) for f in rng.uniform(80, 2000, 4)) / 8
    x += 0.3 * rng.normal(size=len(t)) * (np.sin(2 * np.pi * rng.uniform(1, 3) * t) > 0.95)
    gains = rng.uniform(0.2, 0.9, channels)
    return x[:, None] * gains


def write_tone(
    path: Path, seconds: float = 1.0, rate: int = 22_050, channels: int = 2, seed: int = 0
):
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, tone(seconds, rate, channels, seed), rate)
    return path


def ffmpeg(source: Path, target: Path, *options: str) -> Path:
    command = ["ffmpeg", "-v", "error", "-y", "-i", str(source), *options, str(target)]
    subprocess.run(command, check=True)
    return target


def make_library(folder: Path, tracks: int, name: str = "track") -> Path:
    for i in range(tracks):
        write_tone(folder / f"album {i % 3}" / f"{name} {i:03}.wav", 0.4, seed=i)
    return folder


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "auralis_dsp", *map(str, arguments)]


def run(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the command line and return its result."""
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, timeout=120, **options
    )


def wait_for(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until `condition` holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{condition} did not come true within {seconds} s"
        time.sleep(0.01)


def rows_of(library: Path) -> list[dict]:
    """The rows of a library file, by path."""
    return sorted(pq.read_table(library).to_pylist(), key=lambda row: row["path"])


def row_of(library: Path, name: str) -> dict:
    """The one row whose path ends in `name`."""
    (row,) = [row for row in rows_of(library) if row["path"].endswith(name)]
    return row


def workers_of(pid: int) -> list[int]:
    """Processes of a run that decode."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True
    ).stdout
    return [int(line.split()[0]) for line in listed.splitlines() if "library.worker" in line]


def alive(pid: int) -> bool:
    """Whether a process exists and has not ended."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def example_table(n: int, seed: int = 0) -> pa.Table:
    """A library of `n` random tracks without any audio behind it."""
    from auralis_dsp.library.dimensions import NAMES
    from auralis_dsp.library.schema import to_table

    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, len(NAMES)))
    values[:, NAMES.index("tempo_bpm")] = rng.uniform(60, 200, n)
    return to_table(
        [
            {
                "path": f"/music/{i:05}.flac",
                "size": 1000 + i,
                "mtime_ns": 10**18 + i,
                "status": "ok",
                "error": "",
                "content_hash": f"{i:032x}",
                "codec": "flac/pcm_16",
                "duration": 180.0 + i,
                "sample_rate": 44_100,
                "channels": 2,
                "title": f"Song {i}",
                "artist": f"Artist {i % 7}",
                "seconds_decoding": 0.1,
                "seconds_analysing": 0.9,
                "fingerprint": values[i].tolist(),
            }
            for i in range(n)
        ]
    )
