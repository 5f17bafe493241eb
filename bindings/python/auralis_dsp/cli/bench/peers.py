"""What is measured: every library's functions on a signal, ready to be called.

A contestant is made for one signal: whatever a user would prepare once (single-precision copies,
filter banks, frame views) is prepared before the clock starts.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import warnings
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np

import auralis_dsp

Contestants = dict[str, Callable[[], Any]]
KERNELS = ("hpss", "yin", "chroma_cqt, tuning estimated", "chroma_cqt, tuning 0")
FMIN, FMAX = 65.4, 2093.0
FRAME, HOP = 2048, 512


class Missing(Exception):
    """A peer is not installed."""


def auralis(signal: np.ndarray, rate: int) -> dict[str, Contestants]:
    """This library."""
    a = auralis_dsp
    return {
        "hpss": {"auralis-dsp": lambda: a.hpss(signal, rate)},
        "yin": {"auralis-dsp": lambda: a.yin(signal, rate, FMIN, FMAX)},
        "chroma_cqt, tuning estimated": {"auralis-dsp": lambda: a.chroma_cqt(signal, rate)},
        "chroma_cqt, tuning 0": {"auralis-dsp": lambda: a.chroma_cqt(signal, rate, tuning=0.0)},
    }


def librosa(signal: np.ndarray, rate: int) -> dict[str, Contestants]:
    """The reference, in double precision as this library."""
    try:
        import librosa as lr
    except ImportError:
        raise Missing("librosa") from None
    # It warns of short octaves, which is known.
    warnings.filterwarnings("ignore", message="n_fft=.* is too large", category=UserWarning)
    chroma = lr.feature.chroma_cqt
    return {
        "hpss": {"librosa": lambda: lr.effects.hpss(signal)},
        "yin": {"librosa": lambda: lr.yin(signal, sr=rate, fmin=FMIN, fmax=FMAX)},
        "chroma_cqt, tuning estimated": {"librosa": lambda: chroma(y=signal, sr=rate)},
        "chroma_cqt, tuning 0": {"librosa": lambda: chroma(y=signal, sr=rate, tuning=0.0)},
    }


def fastchroma(signal: np.ndarray, rate: int) -> dict[str, Contestants]:
    """C++ in single precision."""
    try:
        import fastchroma as fc
    except ImportError:
        raise Missing("fastchroma") from None
    single = signal.astype(np.float32)
    chroma = fc.Chroma(sr=rate, hop_length=HOP)
    return {"chroma_cqt, tuning 0": {"fastchroma": lambda: chroma(single)}}


def aubio(signal: np.ndarray, rate: int) -> dict[str, Contestants]:
    """C in single precision, fed hop by hop through ctypes (half a microsecond a hop)."""
    path = ctypes.util.find_library("aubio")
    if path is None:
        raise Missing("aubio")
    pitch = _AubioPitch(ctypes.CDLL(path), signal, rate)
    return {"yin": {f"aubio {name}": pitch.contestant(name) for name in ("yinfft", "yinfast")}}


class _Vector(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint), ("data", ctypes.POINTER(ctypes.c_float)))


class _AubioPitch:
    def __init__(self, library: ctypes.CDLL, signal: np.ndarray, rate: int) -> None:
        vector = ctypes.POINTER(_Vector)
        library.new_aubio_pitch.restype = ctypes.c_void_p
        library.new_aubio_pitch.argtypes = [ctypes.c_char_p] + [ctypes.c_uint] * 3
        library.aubio_pitch_do.argtypes = [ctypes.c_void_p, vector, vector]
        library.aubio_pitch_do.restype = None
        library.del_aubio_pitch.argtypes = [ctypes.c_void_p]
        self._library, self._rate = library, rate
        self._single = np.pad(signal.astype(np.float32), (0, -len(signal) % HOP))
        self._f0 = np.zeros(len(self._single) // HOP, np.float32)
        self._inputs = self._vectors(self._single, HOP)
        self._outputs = self._vectors(self._f0, 1)

    @staticmethod
    def _vectors(array: np.ndarray, length: int) -> list[Any]:
        parts = array.reshape(-1, length)
        pointer = ctypes.POINTER(ctypes.c_float)
        return [ctypes.pointer(_Vector(length, part.ctypes.data_as(pointer))) for part in parts]

    def contestant(self, method: str) -> Callable[[], np.ndarray]:
        create, detect = self._library.new_aubio_pitch, self._library.aubio_pitch_do

        def run() -> np.ndarray:
            handle = create(method.encode(), FRAME, HOP, self._rate)
            for given, found in zip(self._inputs, self._outputs, strict=True):
                detect(handle, given, found)
            self._library.del_aubio_pitch(handle)
            # Its frame t ends where the next hop begins; librosa's is centred: one hop later.
            return self._f0[1:].astype(np.float64)

        return run


def floor(signal: np.ndarray) -> dict[str, Contestants]:
    """The Fourier transforms that separation cannot do without, by numpy."""
    window = np.hanning(FRAME)
    padded = np.pad(signal, FRAME // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP]

    def run() -> None:
        for begin in range(0, len(frames), 16):
            np.fft.irfft(np.fft.rfft(frames[begin : begin + 16] * window))

    return {"hpss": {"bare FFTs (numpy)": run}}


def versions(peers: list[str]) -> dict[str, str]:
    """Version of every library that takes part."""
    found = {"auralis-dsp": auralis_dsp.__version__, "numpy": np.__version__}
    for name in peers:
        found[name] = "system library" if name == "aubio" else version(name)
    return found
