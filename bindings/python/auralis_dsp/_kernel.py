"""One description of each C function and its parameter struct, from which Python calls it.

A kernel's file has its functions' signatures and docstrings, and says beside them only what the C
declarations do not: which keywords have another name, other values or a meaning for None. Fields
and their types are read from the library, names from the signature.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from ._arguments import (
    Audio,
    Real,
    as_audio,
    choice,
    count,
    interleaved,
    length,
    real,
    require_finite,
    samples,
    shown,
    warn_of_layout,
)
from ._errors import AuralisError
from ._library import AVAILABLE, check, ffi, lib

_NON_FINITE_INPUT = -4
#: Parameter structs that a kernel keeps.
_MOST_KEPT = 256
#: What Python functions take beside the parameters of the struct.
_NO_PARAMETERS = ("audio", "sr", "channels", "onset_envelope")

_Function = TypeVar("_Function", bound=Callable[..., Any])
#: What C calls arguments that Python names otherwise, whatever the kernel.
_NAMES = {"sample_rate": "sr", "interleaved": "audio", "envelope": "onset_envelope"}

#: A type that cffi need not parse again.
_SIZE = ffi.typeof("size_t *") if AVAILABLE else None
#: In the place of the sample rate of functions that have none.
NO_RATE = object()


class Meaning(Enum):
    """What None means to a field, if it is no number."""

    REFUSED = 0
    #: The default of the C API.
    DEFAULT = 1


class Field(NamedTuple):
    """How a keyword becomes one field of a C struct, or several."""

    #: The fields' names, if not that of the keyword.
    names: tuple[str, ...] = ()
    #: What makes the number of a value, named in errors; by default the type of the field tells.
    convert: Callable[[str, Any], Any] | None = None
    #: What None means: a number that stands for it in C, and which no other value may be.
    none: float | Meaning = Meaning.REFUSED

    def is_none_in_c(self, number: Any) -> bool:
        """Whether C would take the number for None."""
        if isinstance(self.none, Meaning):
            return False
        return bool(number == self.none or (self.none != self.none and number != number))


def one_of(choices: dict[Any, int]) -> Field:
    """A field that takes a constant for each of a few values."""
    return Field(convert=lambda name, value: choice(name, value, choices))


def pair(first: str, second: str) -> Field:
    """Two fields for a number, or for a pair of them."""

    def convert(name: str, value: Any) -> tuple[float, float]:
        values = value if isinstance(value, tuple | list) else (value, value)
        if len(values) != 2:
            raise AuralisError(f"{name} is {shown(value)}; allowed: a number or a pair of numbers")
        return real(name, values[0]), real(name, values[1])

    return Field((first, second), convert)


FLAG = one_of({True: 1, False: 0})
PAD_MODE = one_of({"constant": 0, "reflect": 1})
#: At least 1, where 0 has a meaning in C.
LENGTH = Field(convert=length)
#: The same, and None.
OPTIONAL_LENGTH = Field(convert=length, none=0)


class Params:
    """A parameter struct of the C API, `fields` being those that need a word."""

    def __init__(self, name: str, **fields: Field) -> None:
        self._name = f"auralis_{name}_params"
        self._fields = fields
        self._names = _NAMES | {c: python for python, f in fields.items() for c in f.names}
        self._words = re.compile(rf"\b({'|'.join(self._names)})\b")

    @cached_property
    def _is_real(self) -> dict[str, bool]:
        """Whether each field is a double."""
        return {name: field.type.cname == "double" for name, field in ffi.typeof(self._name).fields}

    def build(self, **given: Any) -> Any:
        """The struct with these values."""
        params = ffi.new(f"{self._name} *")
        check(getattr(lib, f"{self._name}_init")(params, ffi.sizeof(params[0])))
        for name, value in given.items():
            self._fill(params, name, value)
        return params

    def _fill(self, params: Any, name: str, value: Any) -> None:
        field = self._fields.get(name) or Field()
        names = field.names or (name,)
        if value is None and field.none is Meaning.DEFAULT:
            return
        if value is None and not isinstance(field.none, Meaning):
            number: Any = field.none
        else:
            number = (field.convert or (real if self._is_real[names[0]] else count))(name, value)
            if field.is_none_in_c(number):
                allowed = "above 0" if number == 0 else "a number"
                raise AuralisError(f"{name} is {shown(value)}; allowed: {allowed}, or None")
        for c_name, part in zip(names, number if len(names) > 1 else (number,), strict=True):
            setattr(params, c_name, part)

    @contextmanager
    def speaking_python(self, audio: Audio | None = None) -> Iterator[None]:
        """Tell errors of the library in the words of a caller of Python, who gave `audio`."""
        try:
            yield
        except AuralisError as error:
            if audio is not None and error.status == _NON_FINITE_INPUT:
                require_finite("audio", as_audio(audio))
            raise self.in_python(error) from None

    def in_python(self, error: AuralisError) -> AuralisError:
        """`error` of the library in the words of a caller of Python."""
        text = self._words.sub(lambda found: self._names[found[0]], str(error))
        what, separator, allowed = text.partition("; allowed: ")
        field = self._fields.get(what.partition(" ")[0]) or Field()
        # A number in C that stands for something else stands for None here, or for nothing.
        allowed = re.sub(r"^0 \([^)]*\) to ", "1 to ", allowed)
        if field.none == 0:
            allowed = re.sub(r"^0 to ", "above 0, up to ", allowed) + ", or None"
        elif field.is_none_in_c(math.nan):
            what, allowed = (re.sub(r"\bNaN\b", "None", part) for part in (what, allowed))
        return AuralisError(what + separator + allowed, error.status)


class Argument(Params):
    """A number that a function of the C API takes in the place of a struct."""

    def build(self, **given: Any) -> int:
        """The number."""
        ((name, value),) = given.items()
        return count(name, value)


class Kernel:
    """A function of the C API over audio, as Python calls it.

    Its methods take audio, the sample rate (NO_RATE if there is none) and the values of
    the parameters in the order of the Python function that `signature` was put on.

    Parameters
    ----------
    name : str
        The function's name, without the prefix.
    params : Params
        Its parameters.
    family : str, optional
        What the functions beside it are named after, which count its frames or make streams, if
        not after it.
    rows : int or str, optional
        The number of rows of an output with two dimensions, or the parameter that holds it.
    dtype : type
        Of an output of frames.
    """

    def __init__(
        self,
        name: str,
        params: Params,
        *,
        family: str | None = None,
        rows: int | str | None = None,
        dtype: type = np.float64,
    ) -> None:
        self.name = name
        self.family = family or name
        self.params = params
        #: The function itself.
        self.compute: Any = getattr(lib, f"auralis_{name}") if AVAILABLE else lib
        count_frames = f"auralis_{self.family}_frames"
        self._count_frames: Any = getattr(lib, count_frames, None) if AVAILABLE else lib
        self._takes_rate = AVAILABLE and ffi.typeof("double") in ffi.typeof(self.compute).args
        self._rows = rows
        self._dtype = dtype
        self._names: tuple[str, ...] = ()
        self._kept: dict[tuple[Any, ...], Any] = {}

    def signature(self, python: _Function) -> _Function:
        """Take the names of the parameters from a Python function, which stays as it is."""
        names = inspect.signature(python).parameters
        self._names = tuple(name for name in names if name not in _NO_PARAMETERS)
        return python

    def framed(self, audio: Audio, sr: Any, *values: Any) -> NDArray[Any]:
        """An output of frames: shape (..., n_frames), or (..., rows, n_frames)."""
        return self._each_signal(self._framed, audio, sr, values)[0]

    def _framed(self, signal: Real, rate: tuple[float, ...], params: Any) -> tuple[NDArray[Any]]:
        n_samples, n_frames, rows = len(signal), ffi.new(_SIZE), self._rows
        check(self._count_frames(n_samples, params, n_frames))
        if rows is None:
            out = np.empty(n_frames[0], self._dtype)
        else:
            n_rows = getattr(params, rows) if type(rows) is str else rows
            out = np.empty((n_rows, n_frames[0]), self._dtype)
        pointer = samples(out)
        check(self.compute(samples(signal), n_samples, *rate, params, pointer, len(pointer)))
        return (out,)

    def halves(self, audio: Audio, sr: Any, *values: Any) -> tuple[Real, Real]:
        """Two outputs that are as long as the signal, shape (..., n)."""
        first, second = self._each_signal(self._halves, audio, sr, values)
        return first, second

    def _halves(self, signal: Real, rate: tuple[float, ...], params: Any) -> tuple[Real, Real]:
        n = len(signal)
        first, second = np.empty(n), np.empty(n)
        check(self.compute(samples(signal), n, *rate, params, samples(first), samples(second)))
        return first, second

    def number(self, audio: Audio, sr: Any, *values: Any) -> float | Real:
        """A number, or an array of them in the leading shape."""
        result = self._each_signal(self._number, audio, sr, values)[0]
        return result if result.ndim else float(result)

    def _number(self, signal: Real, rate: tuple[float, ...], params: Any) -> tuple[Real]:
        out = np.empty(())
        check(self.compute(samples(signal), len(signal), *rate, params, samples(out)))
        return (out,)

    def vector(
        self, room: Callable[[int, float], int], audio: Audio, sr: Any, channels: str, *values: Any
    ) -> Real:
        """A vector of one recording of several channels.

        `room` tells its length, of the number of frames and the sample rate. A function without
        parameters gets no values.
        """
        frames, rate = interleaved(audio, channels), real("sr", sr)
        params = (self.struct(values),) if values else ()
        with self.params.speaking_python(audio):
            n_values = room(len(frames), rate)
            vector = np.empty(n_values + 1)  # an empty array has no address
            pointers = samples(frames), samples(vector)
            check(self.compute(pointers[0], *frames.shape, rate, *params, pointers[1], n_values))
        return vector[:n_values]

    def struct(self, values: tuple[Any, ...]) -> Any:
        """The C struct of the parameters, not to be changed; kept for equal values."""
        try:
            return self._kept[values]
        except KeyError:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            return self._kept.setdefault(values, self._build(values))
        except TypeError:  # a value that cannot be a key
            return self._build(values)

    def _build(self, values: tuple[Any, ...]) -> Any:
        return self.params.build(**dict(zip(self._names, values, strict=True)))

    def _each_signal(
        self,
        run: Callable[[Real, tuple[float, ...], Any], tuple[NDArray[Any], ...]],
        audio: Audio,
        sr: Any,
        values: tuple[Any, ...],
    ) -> tuple[NDArray[Any], ...]:
        """Results of `run` for every signal, stacked to their leading shape."""
        signals = as_audio(audio)
        rate = (real("sr", sr),) if sr is not NO_RATE else ()
        params = self.struct(values)
        if not self._takes_rate:
            rate = ()
        try:
            if signals.ndim == 1:
                return run(signals, rate, params)
            # What is wrong with one of the signals is found before the work on the others.
            warn_of_layout(signals)
            require_finite("audio", signals)
            leading, rows = signals.shape[:-1], signals.reshape(-1, signals.shape[-1])
            results = zip(*(run(row, rate, params) for row in rows), strict=True)
            return tuple(np.stack(result).reshape(leading + result[0].shape) for result in results)
        except AuralisError as error:
            raise self.params.in_python(error) from None
