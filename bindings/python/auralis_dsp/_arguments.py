"""Turning what callers pass into what the C functions take, at the price of a microsecond."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._errors import AuralisError
from ._library import ffi

Audio: TypeAlias = ArrayLike
Real: TypeAlias = NDArray[np.float64]

_FLOAT64 = np.dtype(np.float64)
_FLAGS = {True: 1, False: 0}
_PAD_MODES = {"constant": 0, "reflect": 1}
_MOST_CHANNELS = 64
#: Which axis of two counts the channels.
LAYOUTS = {"last": 0, "first": 1}


def as_audio(audio: Audio) -> Real:
    """`audio` as an aligned, C-contiguous float64 array of one or more dimensions."""
    if type(audio) is not np.ndarray or audio.dtype is not _FLOAT64:
        audio = _convert(audio)
    flags = audio.flags
    if not (flags.c_contiguous and flags.aligned):
        audio = np.require(audio, requirements=["C", "A"])
    if audio.ndim == 1:
        return audio
    if audio.ndim == 0:
        raise AuralisError(f"audio is a single value ({audio}); allowed: shape (n,) or (..., n)")
    if audio.size == 0:
        raise AuralisError(f"audio is empty (shape {audio.shape}); allowed: at least 1 sample")
    return audio


def _convert(audio: Audio) -> Real:
    if isinstance(audio, np.ma.MaskedArray) and np.ma.is_masked(audio):
        raise AuralisError("audio has masked samples; allowed: an array without a mask")
    try:
        array = np.asarray(audio)
        if array.dtype.kind not in "fiubO":
            raise TypeError(f"dtype {array.dtype}")
        return array.astype(np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise AuralisError(f"audio is not an array of real numbers: {error}") from None


def samples(audio: Real) -> Any:
    """Pointer to the samples, which keeps the array alive."""
    return ffi.from_buffer("double[]", audio)


def real(name: str, value: Any) -> float:
    """`value` as a float."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise AuralisError(f"{name} is {value!r}; allowed: a number") from None


def count(name: str, value: Any) -> int:
    """`value` as an unsigned integer of 32 bits."""
    try:
        integer = operator.index(value)
    except TypeError:
        raise AuralisError(f"{name} is {value!r}; allowed: a whole number") from None
    if not 0 <= integer < 2**32:
        raise AuralisError(f"{name} is {value!r}; allowed: 0 to 4294967295")
    return integer


def length(name: str, value: Any) -> int:
    """`value` as a number of samples that cannot be 0."""
    if (integer := count(name, value)) == 0:
        raise AuralisError(f"{name} is 0; allowed: at least 1")
    return integer


def choice(name: str, value: Any, choices: dict[Any, int]) -> int:
    """The constant of the C API that `value` stands for."""
    try:
        return choices[value]
    except (KeyError, TypeError):
        allowed = ", ".join(map(repr, choices))
        raise AuralisError(f"{name} is {value!r}; allowed: {allowed}") from None


def flag(name: str, value: Any) -> int:
    """1 or 0 for a truth value."""
    return choice(name, value, _FLAGS)


def pad_mode(value: Any) -> int:
    """The constant of the C API for a padding mode."""
    return choice("pad_mode", value, _PAD_MODES)


def interleaved(audio: Audio, channels: str) -> Real:
    """`audio` as frames of channels."""
    first = choice("channels", channels, LAYOUTS)
    array = as_audio(audio)
    if array.size == 0:
        raise AuralisError(f"audio is empty (shape {array.shape}); allowed: at least 1 sample")
    if array.ndim == 1:
        return array[:, np.newaxis]
    if array.ndim != 2:
        raise AuralisError(f"audio has shape {array.shape}; allowed: (n,) or two dimensions")
    frames = np.ascontiguousarray(array.T) if first else array
    if frames.shape[1] > _MOST_CHANNELS:
        raise AuralisError(
            f"audio has shape {array.shape}, which is {frames.shape[1]} channels with "
            f"channels={channels!r}; allowed: 1 to {_MOST_CHANNELS}"
        )
    return frames


def cached(build: Callable[..., Any]) -> Callable[..., Any]:
    """`build`, whose results (parameter structs, never changed) are kept for equal arguments."""
    kept = lru_cache(maxsize=256, typed=True)(build)

    def get(*arguments: Any) -> Any:
        try:
            return kept(*arguments)
        except TypeError:  # an argument that cannot be a key: `build` names it
            return build(*arguments)

    return get


def each_signal(
    audio: Real, run: Callable[[Real], tuple[np.ndarray, ...]]
) -> tuple[np.ndarray, ...]:
    """Results of `run` for every signal of `audio`, stacked to its leading shape."""
    if audio.ndim == 1:
        return run(audio)
    leading = audio.shape[:-1]
    results = zip(*map(run, audio.reshape(-1, audio.shape[-1])), strict=True)
    return tuple(np.stack(result).reshape(leading + result[0].shape) for result in results)
