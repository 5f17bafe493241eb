#!/usr/bin/env python3
"""The fingerprints of a library by librosa, with a process per core: what to compare with.

    python3 tools/librosa_library.py FOLDER -o library.parquet [--every 40]

Decodes each file whole and computes the dimensions as their definitions read, with the
librosa function wherever there is one. Loudness is pyloudnorm's.
"""

from __future__ import annotations

import argparse
import os
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path

os.environ.update(
    dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
)

import librosa
import numpy as np
import pandas as pd
import pyloudnorm

BANDS = [20, 60, 250, 500, 2000, 4000, 6000, 20_000]


def fingerprint(path: str) -> dict[str, float | str]:
    """The dimensions of one file."""
    channels, sr = librosa.load(path, sr=None, mono=False, dtype=np.float64)
    channels = np.atleast_2d(channels)
    x = channels.mean(axis=0)
    spectrum = np.abs(librosa.stft(x))
    power = (spectrum**2).mean(axis=1)
    freqs = librosa.fft_frequencies(sr=sr)
    bands = np.array([power[(freqs >= a) & (freqs < b)].sum() for a, b in pairwise(BANDS)])
    rms = librosa.feature.rms(y=x)[0]
    loud = rms > rms.max() * 1e-3
    onset = librosa.onset.onset_strength(y=x, sr=sr)
    _, beats = librosa.beat.beat_track(onset_envelope=onset, sr=sr, units="time")
    harmonic, percussive = librosa.effects.hpss(x)
    pitch = librosa.yin(x, fmin=65.406, fmax=2093.0, sr=sr)[loud[: len(rms)]]
    frames = librosa.util.frame(x, frame_length=min(len(x), sr // 2), hop_length=sr // 4)
    peaks = np.abs(frames).max(axis=0)
    crests = 20 * np.log10(peaks / np.sqrt((frames**2).mean(axis=0)).clip(1e-12))
    meter = pyloudnorm.Meter(sr)
    windows = [
        channels[:, a : a + 3 * sr].T for a in range(0, max(1, channels.shape[1] - 3 * sr), sr)
    ]
    left, right = channels[0], channels[min(1, len(channels) - 1)]
    h, p = np.sqrt((harmonic**2).mean()), np.sqrt((percussive**2).mean())
    shape = librosa.feature.spectral_centroid(S=spectrum, sr=sr)[0]
    rolloff = librosa.feature.spectral_rolloff(S=spectrum, sr=sr)[0]
    return {
        "path": path,
        "bands": list(100 * bands / bands.sum()),
        "lufs": meter.integrated_loudness(channels.T),
        "crest_db": 20 * np.log10(np.abs(x).max() / np.sqrt((x**2).mean())),
        "tempo_bpm": float(librosa.feature.tempo(onset_envelope=onset, sr=sr)[0]),
        "rhythm_stability": 1 / (1 + np.diff(beats).std() / np.diff(beats).mean()),
        "transient_density": len(librosa.onset.onset_detect(onset_envelope=onset, sr=sr)),
        "spectral_centroid": np.median(shape[loud[: len(shape)]]),
        "spectral_rolloff": np.median(rolloff[loud[: len(rolloff)]]),
        "spectral_flatness": np.median(librosa.feature.spectral_flatness(S=spectrum)),
        "harmonic_ratio": h / (h + p),
        "pitch_stability": 1 / (1 + 10 * pitch.std() / pitch.mean()),
        "chroma_energy": librosa.feature.chroma_cqt(y=x, sr=sr).mean(),
        "dynamic_range_variation": crests.std(),
        "loudness_variation_std": np.std([meter.integrated_loudness(w) for w in windows]),
        "peak_consistency": 1 / (1 + peaks.std() / peaks.mean()),
        "stereo_width": ((left - right) ** 2).sum() / (2 * (left**2 + right**2).sum()),
        "phase_correlation": np.corrcoef(left, right)[0, 1],
        "duration": len(x) / sr,
    }


def attempt(path: str) -> dict[str, float | str]:
    try:
        return fingerprint(path)
    except Exception as error:
        return {"path": path, "error": str(error)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("--every", type=int, default=1, help="take only every n-th file")
    options = parser.parse_args()
    paths = sorted(str(path) for path in options.folder.rglob("*") if path.is_file())
    paths = paths[:: options.every]
    workers = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(attempt, paths[:1] * workers))  # compile numba functions first
        started = time.perf_counter()
        rows = list(pool.map(attempt, paths, chunksize=1))
        took = time.perf_counter() - started
    table = pd.DataFrame(rows)
    table.to_parquet(options.output)
    failed = int(table["error"].notna().sum()) if "error" in table else 0
    audio = table["duration"].sum()
    print(
        f"{len(rows)} tracks ({failed} errors) in {took:.1f} s on {workers} cores: "
        f"{len(rows) / took:.2f} tracks/s, {audio / took:.0f} x real time"
    )


if __name__ == "__main__":
    main()
