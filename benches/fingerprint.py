#!/usr/bin/env python3
"""The fingerprint and the HarmonicAnalyzer beside librosa and pyloudnorm, on one core.

Needs the package and tests/requirements.txt. 60 s of stereo are made of a recording, repeated as
needed; medians of warm rounds in which all take turns.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from statistics import median

for threads in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "NUMBA"):
    os.environ[f"{threads}_NUM_THREADS"] = "1"

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "python"))

import fingerprint_oracle  # noqa: E402
import numpy as np  # noqa: E402
import soundfile  # noqa: E402

import auralis_dsp  # noqa: E402
from auralis_dsp.analysis import HarmonicAnalyzer  # noqa: E402


def main() -> None:
    """Measure, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", default=ROOT / "tests" / "data" / "guitar-tabla.ogg")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    audio, rate = soundfile.read(options.file, always_2d=True)
    audio = np.resize(audio, (round(options.seconds * rate), audio.shape[1]))
    mono = np.ascontiguousarray(audio.mean(axis=1))
    native, librosa = HarmonicAnalyzer(backend="native"), HarmonicAnalyzer(backend="librosa")

    def kernels() -> None:
        auralis_dsp.hpss(mono, rate)
        auralis_dsp.yin(mono, rate)
        auralis_dsp.chroma_cqt(mono, rate)

    contestants = {
        "fingerprint": lambda: auralis_dsp.fingerprint(audio, rate),
        "librosa and pyloudnorm": lambda: fingerprint_oracle.fingerprint(audio, rate),
        "hpss + yin + chroma_cqt": kernels,
        "HarmonicAnalyzer": lambda: native.analyze(audio, rate),
        "HarmonicAnalyzer by librosa": lambda: librosa.analyze(audio, rate),
    }
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for round_ in range(options.rounds + 1):
        for name, run in contestants.items():
            # The second of two calls, so that the caches hold what is its own.
            for _ in range(2 if "librosa" not in name else 1):
                begin = time.perf_counter()
                run()
                spent = time.perf_counter() - begin
            if round_:
                times[name].append(spent)
    medians = {name: median(values) for name, values in times.items()}
    for name, seconds in medians.items():
        print(f"{name:30} {1e3 * seconds:10.1f} ms")
    whole = medians["fingerprint"]
    oracle = medians["librosa and pyloudnorm"] / whole
    kernels_ratio = whole / medians["hpss + yin + chroma_cqt"]
    analyzer = medians["HarmonicAnalyzer by librosa"] / medians["HarmonicAnalyzer"]
    print(f"fingerprint: {oracle:.1f} times as fast as librosa and pyloudnorm")
    print(f"fingerprint: takes {kernels_ratio:.2f} times as long as its three kernels")
    print(f"HarmonicAnalyzer: {analyzer:.1f} times as fast as by librosa")


if __name__ == "__main__":
    main()
