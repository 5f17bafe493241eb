#!/usr/bin/env python3
"""Memory and processor time of `auralis-dsp master` on files of different lengths.

python3 tools/measure_master.py 10 120        # minutes

Each file repeats the recording in tests/data. The peak of the memory must not grow with length.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile

CLIP = Path(__file__).resolve().parent.parent / "tests" / "data" / "guitar-tabla.ogg"


def main(minutes: list[float]) -> None:
    """Measure, and print a line for each length."""
    audio, rate = soundfile.read(CLIP, dtype="int16")
    with tempfile.TemporaryDirectory() as folder:
        for length in minutes:
            source, master = (Path(folder) / f"{name}.wav" for name in ("source", "master"))
            frames = round(length * 60 * rate)
            with soundfile.SoundFile(source, "w", rate, 2, "PCM_16") as file:
                while frames:
                    part = np.asarray(audio[:frames])
                    file.write(part)
                    frames -= len(part)
            command = [sys.executable, "-m", "auralis_dsp", "master", str(source)]
            command += ["-o", str(master), "--loudness", "-10", "--force"]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            if status:
                sys.exit(f"exit status {os.waitstatus_to_exitcode(status)}")
            seconds = (usage.ru_utime + usage.ru_stime) / length
            print(f"{length:g} min: {usage.ru_maxrss / 1024:.0f} MiB, {seconds:.2f} s per minute")


if __name__ == "__main__":
    main([float(argument) for argument in sys.argv[1:]] or [10, 120])
