"""Memory, threads, code paths and what an import brings along."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from signals import clip

import auralis_dsp

RATE = 44100
KERNELS = {
    "hpss": "auralis_dsp.hpss(audio, 44100)",
    "yin": "auralis_dsp.yin(audio, 44100)",
    "cqt": "auralis_dsp.cqt(audio, 44100)",
    "chroma_cqt": "auralis_dsp.chroma_cqt(audio, 44100)",
    "estimate_tuning": "auralis_dsp.estimate_tuning(audio, 44100)",
    "onset_strength": "auralis_dsp.onset_strength(audio, 44100)",
    "fingerprint": "auralis_dsp.fingerprint(audio, 44100).vector",
}
#: What they may need beyond input and output, in MiB.
MEMORY_LIMITS = {"fingerprint": 64}

MEMORY = """
import numpy as np, auralis_dsp

def kib(name):
    (line,) = [line for line in open("/proc/self/status") if line.startswith(name)]
    return int(line.split()[1])

minute = np.sin(np.arange(60 * 44100) * 0.03) + 0.1 * np.random.default_rng(1).random(60 * 44100)
whole = np.empty(10 * len(minute))
for i in range(10):
    whole[i * len(minute):][:len(minute)] = minute
run = lambda audio: {call}
run(minute[:44100])
before = max(kib("VmHWM"), kib("VmRSS"))
results = run(whole)
size = sum(r.nbytes for r in results) if isinstance(results, tuple) else np.asarray(results).nbytes
print((kib("VmHWM") - before) * 1024 - size)
"""


def python(script: str, **environment: str) -> str:
    """What a fresh Python prints for a script."""
    process = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return process.stdout


@pytest.mark.parametrize("kernel", KERNELS)
def test_memory_does_not_grow_with_length(kernel: str) -> None:
    beyond = int(python(MEMORY.format(call=KERNELS[kernel])))
    assert beyond <= MEMORY_LIMITS.get(kernel, 32) * 2**20


def test_threads_overlap() -> None:
    audio = np.resize(clip(RATE), 60 * RATE)
    spans: list[tuple[float, float]] = []

    def work() -> None:
        begin = time.perf_counter()
        auralis_dsp.hpss(audio, RATE)
        spans.append((begin, time.perf_counter()))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    ticks = []
    while any(thread.is_alive() for thread in threads):
        ticks.append(time.perf_counter())
        time.sleep(0.001)
    begin, end = max(span[0] for span in spans), min(span[1] for span in spans)
    # This thread runs while both others are in the library: none of them holds the global lock.
    assert sum(begin < tick < end for tick in ticks) >= 10


PATHS = """
import sys, numpy as np, auralis_dsp
sys.path.insert(0, {folder!r})
from signals import NAMES, signal
results = {{}}
for name in NAMES:
    for n in (1, 100, 2049, 44100):
        audio = signal(name, n, 44100)
        h, p = auralis_dsp.hpss(audio)
        results[f"{{name}}-{{n}}-h"], results[f"{{name}}-{{n}}-p"] = h, p
        results[f"{{name}}-{{n}}-hard"] = auralis_dsp.hpss(audio, 44100, 30, 17, power=np.inf)[0]
        results[f"{{name}}-{{n}}-margin"] = auralis_dsp.hpss(audio, power=1.0, margin=2.0)[1]
        results[f"{{name}}-{{n}}-yin"] = auralis_dsp.yin(audio)
        results[f"{{name}}-{{n}}-cqt"] = auralis_dsp.cqt(audio)
        results[f"{{name}}-{{n}}-chroma"] = auralis_dsp.chroma_cqt(audio)
        results[f"{{name}}-{{n}}-tuning"] = auralis_dsp.estimate_tuning(audio)
np.savez({target!r}, **results)
"""


def test_every_code_path_gives_the_same(tmp_path: Path) -> None:
    found = {}
    for path in ("portable", "avx2", "avx512"):
        target = tmp_path / f"{path}.npz"
        script = PATHS.format(folder=str(Path(__file__).parent), target=str(target))
        python(script, AURALIS_DSP_SIMD=path)
        found[path] = dict(np.load(target))
    portable = found.pop("portable")
    assert len(portable) == 8 * 4 * 8
    for results in found.values():
        for name, result in portable.items():
            scale = max(np.abs(result).max(), 1e-300)
            assert np.abs(results[name] - result).max() <= 1e-12 * scale, name


def modules_after(script: str) -> set[str]:
    """Top-level modules that a script leaves imported."""
    listing = "import sys; print(); print(*{m.partition('.')[0] for m in sys.modules})"
    return set(python(f"{script}\n{listing}").splitlines()[-1].split())


def test_the_package_imports_little() -> None:
    script = "import auralis_dsp, numpy; auralis_dsp.yin(numpy.zeros(9))"
    heavy = {"scipy", "librosa", "numba", "soundfile", "rich", "matplotlib", "pyarrow", "argparse"}
    assert not modules_after(script) & heavy


def test_the_command_starts_with_little() -> None:
    script = "from auralis_dsp.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    heavy = {"scipy", "librosa", "numba", "soundfile", "rich", "matplotlib", "pyarrow"}
    assert not modules_after(script) & heavy


def test_a_library_that_is_not_there(tmp_path: Path) -> None:
    script = """
import auralis_dsp
from auralis_dsp import _library
assert not _library.AVAILABLE
try:
    auralis_dsp.yin([1.0])
except auralis_dsp.AuralisError as error:
    print(error)
"""
    missing = str(tmp_path / "libnone.so")
    assert missing in python(script, AURALIS_DSP_LIBRARY=missing)


def test_another_library_can_be_named(tmp_path: Path) -> None:
    native = Path(auralis_dsp.__file__).parent / "_native"
    (beside,) = native.glob("*.so")
    copy = tmp_path / "copy.so"
    copy.write_bytes(beside.read_bytes())
    script = """
import auralis_dsp
auralis_dsp.yin([1.0])
print(open("/proc/self/maps").read())
"""
    maps = python(script, AURALIS_DSP_LIBRARY=str(copy))
    assert str(copy) in maps
    assert str(beside) not in maps
