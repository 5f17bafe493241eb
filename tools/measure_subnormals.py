"""How much slower each kernel is on subnormal samples, and on zeros after a click, than on noise.

    python tools/measure_subnormals.py [--seconds 6] [--rounds 7]

Process time, medians of rounds in which all signals take turns; docs/RELIABILITY.md has figures.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

import auralis_dsp as ad

RATE = 44_100


def kernels() -> dict[str, Callable[[np.ndarray], object]]:
    """Every kernel as a function of a signal or, from onset_detect on, of an onset envelope."""
    return {
        "hpss": lambda x: ad.hpss(x, RATE),
        "yin": lambda x: ad.yin(x, RATE),
        "cqt": lambda x: ad.cqt(x, RATE),
        "chroma_cqt": lambda x: ad.chroma_cqt(x, RATE, tuning=0.0),
        "estimate_tuning": lambda x: ad.estimate_tuning(x, RATE),
        "onset_strength": lambda x: ad.onset_strength(x, RATE),
        "fingerprint": lambda x: ad.fingerprint(np.stack([x, 0.5 * x], axis=1), RATE),
        "onset_detect": lambda x: ad.onset_detect(onset_envelope=np.abs(x), sr=RATE),
        "tempo": lambda x: ad.tempo(onset_envelope=np.abs(x[: len(x) // 64]), sr=RATE),
        "beat_track": lambda x: ad.beat_track(onset_envelope=np.abs(x[: len(x) // 64]), sr=RATE),
    }


def signals(seconds: float) -> dict[str, np.ndarray]:
    """What is compared; the first is what the others are compared with."""
    noise = np.random.default_rng(1).standard_normal(int(seconds * RATE))
    click = np.zeros_like(noise)
    click[:100] = noise[:100]
    return {"noise at 0.1": 0.1 * noise, "noise at 1e-310": 1e-310 * noise, "click, then 0": click}


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    audio = signals(options.seconds)
    print(f"{'kernel':16}", *(f"{name:>18}" for name in audio))
    for kernel, run in kernels().items():
        times: dict[str, list[float]] = {name: [] for name in audio}
        for turn in range(options.rounds + 1):
            for name, samples in audio.items():
                begin = time.process_time()
                run(samples)
                if turn > 0:  # the first makes the plans
                    times[name].append(time.process_time() - begin)
        medians = [statistics.median(values) for values in times.values()]
        ratios = (f"{median / medians[0]:>16.2f} x" for median in medians[1:])
        print(f"{kernel:16}", f"{1000 * medians[0]:>15.1f} ms", *ratios, flush=True)


if __name__ == "__main__":
    main()
