"""Makes decoders misbehave in worker processes, for files whose names ask for it.

Python imports this module at start when its folder is on PYTHONPATH.
"""

import ctypes
import os
import signal
import sys
import time


def _misbehave(path: str) -> None:
    name = os.path.basename(path)
    if "hang" in name:
        ctypes.PyDLL(None).pause()  # sleeps in C and holds the interpreter lock
    if "abort" in name:
        print("codec: assertion failed", file=sys.stderr, flush=True)
        os.abort()
    if "segv" in name:
        ctypes.string_at(0)
    if "once" in name and not os.path.exists(path + ".died"):
        open(path + ".died", "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    if "parent" in name:
        os.kill(os.getppid(), signal.SIGKILL)
    if "slow" in name:
        time.sleep(0.15)


if "auralis_dsp.library.worker" in sys.orig_argv:
    from auralis_dsp import audio_file

    _open_source = audio_file.open_source

    def _faulty_open_source(name, *args):
        _misbehave(os.fsdecode(name))
        return _open_source(name, *args)

    audio_file.open_source = _faulty_open_source
