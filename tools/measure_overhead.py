#!/usr/bin/env python3
"""What the machinery costs per track, apart from decoding and analysis.

    python3 tools/measure_overhead.py

Prints, in milliseconds per track: scanning, looking up in the index, the way through a
local worker process, the way through Dask, saving a row, compaction; and the bytes of a
row in the Parquet file.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from auralis_dsp.library import cluster, pool
from auralis_dsp.library.isolate import DEFAULT_LIMITS, IsolatedWorker
from auralis_dsp.library.scan import scan
from auralis_dsp.library.store import Store
from auralis_dsp.library.track import Track

ROWS = 50_000


def tell(what: str, count: int, work: Callable[[], object]) -> None:
    started = time.perf_counter()
    work()
    took = time.perf_counter() - started
    print(f"{what:<44}{1e3 * took / count:9.4f} ms")


def random_row(path: str, rng: np.random.Generator) -> dict:
    return {
        "path": path,
        "size": int(rng.integers(1e6, 1e7)),
        "mtime_ns": int(rng.integers(1e18, 2e18)),
        "status": "ok",
        "error": "",
        "content_hash": rng.bytes(16).hex(),
        "codec": "mp3/mpeg_layer_iii",
        "duration": float(rng.uniform(100, 400)),
        "sample_rate": 44_100,
        "channels": 2,
        "title": rng.bytes(8).hex(),
        "artist": "An artist",
        "album": "An album",
        "seconds_decoding": float(rng.random()),
        "seconds_analysing": float(rng.random()),
        "fingerprint": rng.normal(size=25).tolist(),
    }


def tiny_tracks(folder: Path, count: int) -> Iterator[Track]:
    """Files that no decoder is asked to open: empty ones."""
    for i in range(count):
        path = folder / f"{i:06}.wav"
        path.touch()
        yield Track(str(path), 0, 0)


def main() -> None:
    rng = np.random.default_rng(0)
    stop = threading.Event()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tracks = list(tiny_tracks(folder, 10_000))
        tell("scan a local folder", 10_000, lambda: list(scan([name])))

        worker = IsolatedWorker(DEFAULT_LIMITS)
        worker.run(tracks[0])
        tell(
            "job and row through one worker process",
            3000,
            lambda: list(map(worker.run, tracks[:3000])),
        )
        worker.close()
        tell(
            "the same through the local pool, all cores",
            10_000,
            lambda: sum(row is not None for row in pool.rows(iter(tracks), DEFAULT_LIMITS, stop)),
        )

        from distributed import LocalCluster

        with LocalCluster(processes=True, threads_per_worker=1, dashboard_address=None) as local:
            address = local.scheduler_address
            list(cluster.rows(iter(tracks[:100]), DEFAULT_LIMITS, stop, address))
            tell(
                "the same through Dask, local cluster",
                3000,
                lambda: list(cluster.rows(iter(tracks[:3000]), DEFAULT_LIMITS, stop, address)),
            )

        rows = [
            random_row(f"/music/artist {i % 997}/album {i % 9001}/{i:06} a title.mp3", rng)
            for i in range(ROWS)
        ]
        library = folder / "library.parquet"
        with Store(library) as store:
            tell("save a row in a part file", ROWS, lambda: [store.add(row) for row in rows])
            store.flush()
            tell("compaction", ROWS, store.compact)
            print(f"{'Parquet':<44}{library.stat().st_size / ROWS:9.1f} bytes per track")
            tell("read the index", ROWS, store.index)
            index = store.index()
            known = [Track(row["path"], row["size"], row["mtime_ns"]) for row in rows]
            tell("look a track up", ROWS, lambda: [index.has(track) for track in known])


if __name__ == "__main__":
    main()
