"""The batch functions of a library, by ctypes."""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Params(ctypes.Structure):
    """Room for any parameter struct; its fields are set by `Library.params`."""

    _fields_ = [("words", ctypes.c_uint64 * 16)]


#: Offset and type of the fields that are set here; the header has them all.
FIELDS: dict[str, dict[str, tuple[int, str]]] = {
    "hpss": {
        "kernel_harmonic": (20, "<u4"),
        "margin_harmonic": (40, "<f8"),
        "margin_percussive": (48, "<f8"),
    },
    "yin": {
        "fmin": (8, "<f8"),
        "fmax": (16, "<f8"),
        "frame_length": (32, "<u4"),
        "hop_length": (36, "<u4"),
    },
    "chroma": {
        "tuning": (16, "<f8"),
        "hop_length": (24, "<u4"),
        "n_octaves": (32, "<u4"),
        "norm": (40, "<u4"),
    },
}


class Library:
    """libauralis_dsp.so."""

    def __init__(self, path: Path) -> None:
        self.c = ctypes.CDLL(str(path))

    def params(self, kernel: str, **values: float) -> Params:
        """A struct with the defaults and these values."""
        params = Params()
        size = {"hpss": 64, "yin": 48, "chroma": 48}[kernel]
        init = getattr(self.c, f"auralis_{kernel}_params_init")
        assert init(ctypes.byref(params), ctypes.c_size_t(size)) == 0
        for name, value in values.items():
            offset, kind = FIELDS[kernel][name]
            raw = np.array(value, dtype=kind).tobytes()
            ctypes.memmove(ctypes.addressof(params) + offset, raw, len(raw))
        return params

    def hpss(self, audio: Array, **values: float) -> Array:
        """Both parts."""
        parts = np.empty((2, len(audio)))
        self._check(
            self.c.auralis_hpss(
                _pointer(audio),
                ctypes.c_size_t(len(audio)),
                ctypes.byref(self.params("hpss", **values)),
                _pointer(parts[0]),
                _pointer(parts[1]),
            )
        )
        return parts

    def yin(self, audio: Array, rate: float, **values: float) -> Array:
        """Frequency of each frame."""
        return self._framed("yin", "auralis_yin", audio, rate, 1, values)[0]

    def chroma(self, audio: Array, rate: float, **values: float) -> Array:
        """Twelve rows."""
        return self._framed("chroma", "auralis_chroma_cqt", audio, rate, 12, values)

    def fingerprint_names(self) -> list[str]:
        """What the values of a fingerprint are called."""
        name = self.c.auralis_fingerprint_name
        name.restype = ctypes.c_char_p
        return [name(ctypes.c_size_t(i)).decode() for i in range(25)]

    def fingerprint(self, channels: Array, rate: float) -> Array:
        """25 values of audio with a row for each channel."""
        values = np.empty(25)
        interleaved = np.ascontiguousarray(channels.T)
        self._check(
            self.c.auralis_fingerprint(
                _pointer(interleaved),
                ctypes.c_size_t(len(interleaved)),
                ctypes.c_uint32(len(channels)),
                ctypes.c_double(rate),
                None,
                _pointer(values),
                ctypes.c_size_t(25),
            )
        )
        return values

    def _framed(
        self, kernel: str, name: str, audio: Array, rate: float, rows: int, values: dict[str, float]
    ) -> Array:
        params = self.params(kernel, **values)
        n, frames = ctypes.c_size_t(len(audio)), ctypes.c_size_t()
        count = getattr(self.c, f"auralis_{kernel}_frames")
        self._check(count(n, ctypes.byref(params), ctypes.byref(frames)))
        out = np.empty((rows, frames.value))
        self._check(
            getattr(self.c, name)(
                _pointer(audio),
                n,
                ctypes.c_double(rate),
                ctypes.byref(params),
                _pointer(out),
                ctypes.c_size_t(out.size),
            )
        )
        return out

    def _check(self, status: int) -> None:
        if status:
            message = ctypes.create_string_buffer(256)
            self.c.auralis_last_error(message, ctypes.c_size_t(256))
            raise AssertionError(message.value.decode())


def _pointer(array: Array) -> ctypes.c_void_p:
    assert array.dtype == np.float64 and array.flags.c_contiguous
    return ctypes.c_void_p(array.ctypes.data)
