"""Separate a recording with ctypes and numpy alone.

python3 separate.py libauralis_dsp.so music.wav
"""

import ctypes
import sys
import wave
from ctypes import POINTER, c_double, c_int32, c_size_t, c_uint32

import numpy as np


class HpssParams(ctypes.Structure):
    """auralis_hpss_params"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("n_fft", c_uint32),
        ("hop_length", c_uint32),
        ("win_length", c_uint32),
        ("kernel_harmonic", c_uint32),
        ("kernel_percussive", c_uint32),
        ("power", c_double),
        ("margin_harmonic", c_double),
        ("margin_percussive", c_double),
        ("center", c_uint32),
        ("pad_mode", c_uint32),
    ]


def load(path: str) -> ctypes.CDLL:
    """The library, with the types of the functions that are used here."""
    library = ctypes.CDLL(path)
    doubles = POINTER(c_double)
    library.auralis_hpss_params_init.argtypes = [POINTER(HpssParams), c_size_t]
    library.auralis_hpss.argtypes = [
        doubles, c_size_t, POINTER(HpssParams), doubles, doubles,
    ]  # fmt: skip
    library.auralis_hpss.restype = c_int32
    library.auralis_last_error.argtypes = [ctypes.c_char_p, c_size_t]
    library.auralis_last_error.restype = c_size_t
    return library


def check(library: ctypes.CDLL, status: int) -> None:
    """Raise what a call reported."""
    if status:
        message = ctypes.create_string_buffer(256)
        library.auralis_last_error(message, len(message))
        raise ValueError(message.value.decode())


def hpss(library: ctypes.CDLL, audio: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Harmonic and percussive part of one channel."""
    audio = np.ascontiguousarray(audio, dtype=np.float64)
    harmonic, percussive = np.empty_like(audio), np.empty_like(audio)
    params = HpssParams()
    check(library, library.auralis_hpss_params_init(params, ctypes.sizeof(params)))
    pointers = [x.ctypes.data_as(POINTER(c_double)) for x in (audio, harmonic, percussive)]
    check(library, library.auralis_hpss(pointers[0], len(audio), params, pointers[1], pointers[2]))
    return harmonic, percussive


def main(library_path: str, music_path: str) -> None:
    """Print how large the harmonic part is, by level."""
    library = load(library_path)
    with wave.open(music_path) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        channels = samples.reshape(-1, file.getnchannels()).T / 32768
    parts = np.array([hpss(library, channel) for channel in channels])
    levels = np.sqrt((parts**2).sum(axis=(0, 2)))
    print(f"harmonic_ratio {levels[0] / levels.sum():.6f}")
    print(f"largest_difference {np.abs(parts.sum(axis=1) - channels).max():.3g}")
    try:
        hpss(library, np.array([0.0, np.nan]))
    except ValueError as error:
        print(f"refused: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
