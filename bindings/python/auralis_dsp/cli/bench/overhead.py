"""What a call from Python costs beyond the C function, on 2048 samples."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

import auralis_dsp

from ..._arguments import samples
from ..._library import ffi, lib

_N, _RATE, _CALLS = 2048, 44100.0, 400


def measure() -> dict[str, float]:
    """Microseconds by kernel: difference of the quickest of calls that take turns."""
    signal = np.sin(np.arange(_N) * 0.0627)
    return {name: 1e6 * _difference(*pair) for name, pair in _pairs(signal).items()}


def _pairs(signal: np.ndarray) -> dict[str, tuple[Callable[[], object], Callable[[], object]]]:
    outputs = [np.empty(12 * _N), np.empty(_N)]
    audio, first, second = samples(signal), samples(outputs[0]), samples(outputs[1])
    null = ffi.NULL
    return {
        "hpss": (
            lambda: auralis_dsp.hpss(signal, _RATE),
            lambda: lib.auralis_hpss(audio, _N, null, first, second),
        ),
        "yin": (
            lambda: auralis_dsp.yin(signal, _RATE),
            lambda: lib.auralis_yin(audio, _N, _RATE, null, first, 12 * _N),
        ),
        "chroma_cqt": (
            lambda: auralis_dsp.chroma_cqt(signal, _RATE),
            lambda: lib.auralis_chroma_cqt(audio, _N, _RATE, null, first, 12 * _N),
        ),
    }


def _difference(python: Callable[[], object], c: Callable[[], object]) -> float:
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(_CALLS):
        for run, kept in zip((python, c), times, strict=True):
            begin = time.perf_counter()
            run()
            kept.append(time.perf_counter() - begin)
    return min(times[0]) - min(times[1])
