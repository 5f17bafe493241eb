"""The measuring process: reads a job from its argument, prints the report as JSON."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from ...audio_file import AudioError
from .. import _files
from . import accuracy, overhead, peers
from .signals import made_up, repeated

RATE = 44100
#: Seconds that the rounds of one measurement should take together.
_BUDGET = 20.0

_FIRST_CALL = """
import time
begin = time.perf_counter()
{imports}
imported = time.perf_counter()
import numpy
signal = numpy.sin(numpy.arange(44100) * 0.0627)
ready = time.perf_counter()
{call}
print(imported - begin + time.perf_counter() - ready)
"""
_FIRST_CALLS = {
    "hpss": ("a.hpss(signal, 44100)", "a.effects.hpss(signal)"),
    "yin": ("a.yin(signal, 44100)", "a.yin(signal, sr=44100, fmin=65.4, fmax=2093)"),
    "chroma_cqt": ("a.chroma_cqt(signal, 44100)", "a.feature.chroma_cqt(y=signal, sr=44100)"),
}


def main() -> int:
    """Run the job and print the report."""
    job = json.loads(sys.argv[1])
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    try:
        clip = _files.read_mono(Path(job["file"])) if job["file"] else None
    except (_files.FileError, AudioError, OSError) as error:
        print(f"auralis-dsp: {job['file']}: {error}", file=sys.stderr)
        return 1
    rate = clip.rate if clip else RATE
    present, missing = _present(job["peers"])
    results = []
    for duration in job["durations"]:
        n = round(duration * rate)
        signal = repeated(clip.samples, n) if clip else made_up(n, rate)
        results += _measure_all(signal, rate, duration, present, job["rounds"])
    report = {
        "machine": _machine(),
        "versions": peers.versions(present),
        "missing": missing,
        "signal": str(job["file"] or "made up"),
        "sample_rate_hz": rate,
        "results": results,
        "first_call_s": _first_calls("librosa" in present),
        "call_overhead_us": overhead.measure(),
    }
    print(json.dumps(report))
    return 0


def _present(names: list[str]) -> tuple[list[str], list[str]]:
    present, missing = [], []
    for name in names:
        try:
            getattr(peers, name)(np.zeros(RATE), RATE)
            present.append(name)
        except peers.Missing:
            missing.append(name)
    return present, missing


def _measure_all(
    signal: np.ndarray, rate: int, duration: float, present: list[str], rounds: int | None
) -> list[dict[str, Any]]:
    makers = [peers.auralis(signal, rate), *(getattr(peers, p)(signal, rate) for p in present)]
    makers.append(peers.floor(signal))
    results = []
    for kernel in peers.KERNELS:
        contestants = {k: v for maker in makers for k, v in maker.get(kernel, {}).items()}
        print(f"{duration:g} s: {kernel}", file=sys.stderr)
        results.append(
            {"duration_s": duration, "kernel": kernel} | _measure(kernel, contestants, rounds)
        )
    return results


def _measure(kernel: str, contestants: peers.Contestants, rounds: int | None) -> dict[str, Any]:
    outputs = {name: run() for name, run in contestants.items()}  # also warms up
    reference = outputs.get("librosa")
    differences = {
        name: accuracy.compare(kernel, output, reference)
        for name, output in outputs.items()
        if output is not None and reference is not None and name != "librosa"
    }
    del outputs, reference
    times: dict[str, list[float]] = {name: [] for name in contestants}
    order = list(contestants)
    done = 0
    while done < (rounds or _enough(times)):
        for name in order:
            begin = time.perf_counter()
            contestants[name]()
            times[name].append(time.perf_counter() - begin)
        order = order[1:] + order[:1]
        done += 1
    medians = {name: median(values) for name, values in times.items()}
    return {"rounds": done, "median_s": medians, "differences": differences}


def _enough(times: dict[str, list[float]]) -> int:
    round_time = sum(values[0] for values in times.values() if values)
    return 15 if round_time == 0 else max(3, min(15, int(_BUDGET / round_time)))


def _first_calls(with_librosa: bool) -> dict[str, dict[str, float]]:
    """Seconds from before the import to the first result of 1 s, in fresh processes."""
    report: dict[str, dict[str, float]] = {}
    for kernel, calls in _FIRST_CALLS.items():
        print(f"first call: {kernel}", file=sys.stderr)
        report[kernel] = {}
        for library, module, call in zip(
            ("auralis-dsp", "librosa"), ("auralis_dsp", "librosa"), calls, strict=True
        ):
            if library == "librosa" and not with_librosa:
                continue
            script = _FIRST_CALL.format(imports=f"import {module} as a", call=call)
            report[kernel][library] = median(_fresh(script) for _ in range(5))
    return report


def _fresh(script: str) -> float:
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    return float(process.stdout)


def _machine() -> dict[str, Any]:
    info = Path("/proc/cpuinfo")
    text = info.read_text() if info.exists() else ""
    lines = (line.partition(":") for line in text.splitlines())
    fields = {name.strip(): value.strip() for name, _, value in lines}
    flags = fields.get("flags", "").split()
    return {
        "processor": fields.get("model name") or platform.processor(),
        "simd": [name for name in ("avx2", "avx512f") if name in flags],
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    sys.exit(main())
