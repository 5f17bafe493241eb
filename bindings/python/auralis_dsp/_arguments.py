"""Turning what callers pass into what the C functions take, at the price of a microsecond."""

from __future__ import annotations

import math
import reprlib
import sys
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._errors import AuralisError
from ._library import AVAILABLE, ffi

Audio: TypeAlias = ArrayLike
Real: TypeAlias = NDArray[np.float64]

_FLOAT64 = np.dtype(np.float64)
_TEXT = (str, bytes)
_MOST_CHANNELS = 64
#: The status of the C API.
_NON_FINITE_INPUT = -4
#: A type that cffi need not parse again.
_DOUBLES = ffi.typeof("double[]") if AVAILABLE else None
#: Which axis of two counts the channels.
LAYOUTS = {"last": 0, "first": 1}


def as_audio(audio: Audio, *, empty: bool = False) -> Real:
    """`audio` as an aligned, C-contiguous float64 array of one or more dimensions.

    Integers of 8 to 32 bits are PCM: full scale becomes 1, and unsigned ones have their zero in
    the middle. Floats, booleans and Python's own numbers are taken as they are. It may have no
    samples if `empty`.
    """
    if type(audio) is np.ndarray and audio.dtype is _FLOAT64:
        flags = audio.flags
        if flags.c_contiguous and flags.aligned and audio.ndim == 1 and audio.size:
            return audio
        array = audio
    else:
        array = _convert("audio", audio, pcm=True)
    return _laid_out("audio", array, empty)


def as_envelope(envelope: Audio) -> Real:
    """`onset_envelope` as an aligned, C-contiguous float64 array of one dimension."""
    array = _laid_out("onset_envelope", _convert("onset_envelope", envelope, pcm=False))
    if array.ndim != 1:
        raise AuralisError(f"onset_envelope has shape {array.shape}; allowed: (n_frames,)")
    return array


def one_signal(audio: Real) -> Real:
    """`audio`, which must have one dimension."""
    if audio.ndim != 1:
        raise AuralisError(f"audio has shape {audio.shape}; allowed: (n,), one signal")
    return audio


def interleaved(audio: Audio, channels: str, *, block: bool = False) -> Real:
    """`audio` as frames of channels; maybe few or none if it is a `block` of a stream."""
    first = choice("channels", channels, LAYOUTS)
    array = as_audio(audio, empty=block)
    if array.ndim == 1:
        return array[:, np.newaxis]
    if array.ndim != 2:
        raise AuralisError(f"audio has shape {array.shape}; allowed: (n,) or two dimensions")
    frames = np.ascontiguousarray(array.T) if first else array
    n_frames, n_channels = frames.shape
    if n_channels > _MOST_CHANNELS:
        raise AuralisError(
            f"audio has shape {array.shape}, which is {n_channels} channels with "
            f"channels={channels!r}; allowed: 1 to {_MOST_CHANNELS}"
        )
    if n_channels > n_frames and not block:
        _warn(
            f"audio has shape {array.shape}, which is {n_channels} channels of {n_frames} samples "
            f"with channels={channels!r}"
        )
    return frames


def _laid_out(name: str, array: Real, empty: bool = False) -> Real:
    flags = array.flags
    if not (flags.c_contiguous and flags.aligned):
        array = np.require(array, requirements=["C", "A"])
    if array.ndim == 1 and array.size:
        return array
    if array.ndim == 0:
        raise AuralisError(f"{name} is a single number; allowed: shape (n,) or (..., n)")
    if array.size == 0 and not empty:
        raise AuralisError(f"{name} is empty (shape {array.shape}); allowed: at least 1 sample")
    return array


def _convert(name: str, given: Any, *, pcm: bool) -> Real:
    if isinstance(given, np.ma.MaskedArray) and np.ma.is_masked(given):
        raise AuralisError(f"{name} has masked samples; allowed: an array without a mask")
    if not isinstance(given, np.ndarray) and _is_raw_bytes(given):
        raise AuralisError(
            f"{name} is raw bytes ({type(given).__name__}); "
            f"allowed: an array of real numbers, as np.frombuffer makes with its dtype"
        )
    try:
        array = np.asarray(given)
        kind = array.dtype.kind
        if pcm and kind in "iu" and not _is_python_numbers(given):
            return _scaled(name, array)
        if kind not in "fiubO" or (kind == "O" and array.ndim == 0):
            raise TypeError
        with np.errstate(over="ignore"):
            converted = array.astype(np.float64)
    except AuralisError:
        raise
    except (TypeError, ValueError, OverflowError):
        raise AuralisError(f"{name} is {shown(given)}; allowed: an array of real numbers") from None
    if kind == "O" or array.dtype.itemsize > _FLOAT64.itemsize:
        require_finite(name, converted, array)
    return converted


def _is_raw_bytes(given: Any) -> bool:
    """Whether `given` is memory whose samples could be anything."""
    try:
        with memoryview(given) as view:
            return view.format in ("B", "b", "c") and view.ndim > 0
    except TypeError:
        return False


def _is_python_numbers(given: Any) -> bool:
    """Whether `given` is a number of Python's own, or a list of them, or of such lists."""
    while isinstance(given, list | tuple) and given:
        given = given[0]
    return isinstance(given, int)


def _scaled(name: str, pcm: np.ndarray) -> Real:
    """PCM with full scale at 1."""
    bits = 8 * pcm.dtype.itemsize
    if bits > 32:
        raise AuralisError(
            f"{name} has dtype {pcm.dtype}, whose full scale is not known; "
            f"allowed: floats, or PCM of 8, 16 or 32 bits"
        )
    half = 2.0 ** (bits - 1)
    return (pcm - half if pcm.dtype.kind == "u" else pcm) / half


def require_finite(name: str, array: Real, given: np.ndarray | None = None) -> None:
    """Raise what the library would of a sample that is not finite, with its place in `array`.

    `given` holds what the samples were before they were converted, if that is not the same.
    """
    if np.isfinite(array).all():
        return
    index = tuple(np.argwhere(~np.isfinite(array))[0].tolist())
    value = shown((array if given is None else given)[index])
    place = ", ".join(map(str, index))
    value = "NaN" if value == "nan" else value
    raise AuralisError(f"{name}[{place}] is {value}; allowed: finite samples", _NON_FINITE_INPUT)


def warn_of_layout(audio: Real) -> None:
    """Warn of several signals so short that their axes look mistaken for one another."""
    n_samples = audio.shape[-1]
    n_signals = audio.size // n_samples
    if n_samples <= _MOST_CHANNELS and n_signals > n_samples:
        _warn(
            f"audio has shape {audio.shape}, which is {n_signals} signals of {n_samples} samples: "
            f"the last axis counts samples, so (n, channels) needs a transpose"
        )


def _warn(text: str) -> None:
    """Warn at the line of the caller outside this package."""
    package, level = str(Path(__file__).parent), 1
    frame = sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename.startswith(package):
        frame, level = frame.f_back, level + 1
    warnings.warn(text, UserWarning, stacklevel=level)


#: Pointer to the doubles of an array, which it keeps alive.
samples: Callable[[NDArray[Any]], Any] = partial(ffi.from_buffer, _DOUBLES) if AVAILABLE else ffi


def shown(value: Any) -> str:
    """`value` in a few words."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of dtype {value.dtype} and shape {value.shape}"
    return reprlib.repr(value)


def real(name: str, value: Any) -> float:
    """`value` as a float."""
    try:
        if not isinstance(value, _TEXT):
            return float(value)
    except (TypeError, ValueError, OverflowError):
        pass
    raise AuralisError(f"{name} is {shown(value)}; allowed: a number")


def count(name: str, value: Any, least: int = 0) -> int:
    """`value` as an unsigned integer of 32 bits."""
    try:
        integer = int(value)
        whole = integer == value
    except (TypeError, ValueError, OverflowError):
        whole = False
    if not whole:
        raise AuralisError(f"{name} is {shown(value)}; allowed: a whole number")
    if not least <= integer < 2**32:
        raise AuralisError(f"{name} is {shown(value)}; allowed: {least} to 4294967295")
    return integer


def length(name: str, value: Any) -> int:
    """`value` as a number of samples that cannot be 0."""
    return count(name, value, 1)


def choice(name: str, value: Any, choices: dict[Any, int]) -> int:
    """The constant of the C API that `value` stands for."""
    try:
        return choices[value]
    except (KeyError, TypeError):
        allowed = ", ".join(map(repr, choices))
        raise AuralisError(f"{name} is {shown(value)}; allowed: {allowed}") from None


def plain(value: float) -> float:
    """`value`, of which there is one NaN: containers that hold it compare equal."""
    return math.nan if value != value else value
