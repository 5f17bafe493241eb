#!/usr/bin/env python3
"""The fingerprints of a library by librosa, with a process per core: what to compare with.

    python3 tools/librosa_library.py FOLDER -o librosa.parquet [--every 40]
                                     [--beside library.parquet]

Decodes each file whole (libsndfile, else FFmpeg) and computes the 25 dimensions with the
reference of the tests. `--beside` compares them with a library that auralis-dsp made.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

os.environ.update(
    dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
)
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "python"))

import fingerprint_oracle as oracle
import librosa
import numpy as np
import pandas as pd

from auralis_dsp.library.scan import is_audio


def row(path: str) -> dict[str, float | str]:
    """The dimensions of one file, or what went wrong."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # librosa tells of every fall back to FFmpeg
            audio, sr = librosa.load(path, sr=None, mono=False, dtype=np.float64)
        values = oracle.fingerprint(audio.T, sr)
        return {"path": path, "duration": audio.shape[-1] / sr, **values}
    except Exception as error:
        return {"path": path, "error": str(error) or type(error).__name__}


def beside(ours: pd.DataFrame, library: Path) -> None:
    """Print how far each dimension is from that of the library."""
    both = ours.merge(pd.read_parquet(library), on="path", suffixes=("", "_library"))
    print(f"{'relative difference over ' + str(len(both)) + ' tracks':<40}  median  90 %")
    for name in oracle.NAMES:
        known = both[[name, f"{name}_library"]].dropna().to_numpy().T
        scale = np.maximum(np.abs(known).max(axis=0), 1e-9)
        median, most = np.percentile(np.abs(known[0] - known[1]) / scale, [50, 90])
        print(f"{name:<40}{median:8.0e}{most:8.0e}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--every", type=int, default=1, help="take only every n-th file")
    parser.add_argument("--beside", type=Path, help="library to compare the values with")
    options = parser.parse_args()
    paths = sorted(str(path) for path in options.folder.rglob("*") if is_audio(path.name))
    paths = paths[:: options.every]
    workers = len(os.sched_getaffinity(0))
    # numba compiles librosa's functions here, before the processes part: two that fill its cache
    # on disk at the same time leave one that crashes whoever reads it.
    oracle.fingerprint(np.random.default_rng(1).uniform(-1, 1, (4 * 44100, 2)), 44100)
    with ProcessPoolExecutor(workers, get_context("fork")) as pool:
        started = time.perf_counter()
        rows = list(pool.map(row, paths, chunksize=1))
        took = time.perf_counter() - started
    table = pd.DataFrame(rows)
    table.to_parquet(options.output)
    failed = int(table["error"].notna().sum()) if "error" in table else 0
    audio = table["duration"].sum()
    print(
        f"{len(rows)} tracks ({failed} errors) in {took:.1f} s on {workers} cores: "
        f"{len(rows) / took:.2f} tracks/s, {audio / took:.0f} x real time"
    )
    if options.beside:
        beside(table, options.beside)


if __name__ == "__main__":
    main()
