"""25 numbers that describe a track."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ._arguments import Audio, Real, choice, plain, samples, shown
from ._errors import AuralisError
from ._kernel import FLAG, Field, Kernel, Meaning, Params
from ._layout import LAYOUT, Layout
from ._library import ffi, lib
from ._streams import VectorStream

_GROUPS = {"spectrum": 1, "level": 2, "rhythm": 4, "harmony": 8, "dynamics": 16, "stereo": 32}


def group_bits(name: str, value: Any) -> int:
    """The groups' constants, added."""
    try:
        names = [value] if isinstance(value, str) else list(value)
    except TypeError:
        raise AuralisError(f"{name} is {shown(value)}; allowed: {_ALLOWED_GROUPS}") from None
    if not names:
        raise AuralisError(f"{name} is empty; allowed: {_ALLOWED_GROUPS}")
    return sum({choice(name, group, _GROUPS) for group in names})


_ALLOWED_GROUPS = f"one or more of {', '.join(map(repr, _GROUPS))}, or None"
_FINGERPRINT = Kernel(
    "fingerprint",
    Params(
        "fingerprint",
        groups=Field(convert=group_bits, none=Meaning.DEFAULT),
        timing=FLAG,
        layout=LAYOUT,
    ),
)


class Dimension(NamedTuple):
    """What one number of a fingerprint is."""

    name: str
    #: Empty for a share or an index.
    unit: str
    #: The least value, and the largest, infinite if there is no limit.
    low: float
    high: float
    #: Dimensions of one group are computed together.
    group: str
    #: The property of a track that it describes; a comparison counts each aspect once.
    aspect: str
    #: Whether a value and its double are the same, as for a tempo: compare log2, modulo 1.
    circular: bool
    #: How it is computed, in a sentence.
    definition: str


@cache
def dimensions() -> tuple[Dimension, ...]:
    """The dimensions of a fingerprint, in the order of its vector.

    Returns
    -------
    tuple of Dimension
        Name, unit, range, group and definition of each.

    See Also
    --------
    fingerprint : computes them.

    Examples
    --------
    >>> [dimension.name for dimension in auralis_dsp.dimensions() if dimension.unit == "BPM"]
    ['tempo_bpm']
    """
    return tuple(
        Dimension(
            _text(lib.auralis_fingerprint_name(i)),
            _text(lib.auralis_fingerprint_unit(i)),
            lib.auralis_fingerprint_lowest(i),
            lib.auralis_fingerprint_highest(i),
            _text(lib.auralis_fingerprint_group(i)),
            _text(lib.auralis_fingerprint_aspect(i)),
            bool(lib.auralis_fingerprint_circular(i)),
            _text(lib.auralis_fingerprint_definition(i)),
        )
        for i in range(lib.auralis_fingerprint_len())
    )


def fingerprint_version() -> int:
    """The version of the dimensions' definitions.

    Fingerprints of different versions are not to be compared.

    Returns
    -------
    int
        The version that this package computes.

    See Also
    --------
    Fingerprint : has the version that it was computed with.

    Examples
    --------
    >>> tone = np.sin(np.arange(5000) / 9)
    >>> auralis_dsp.fingerprint(tone).version == auralis_dsp.fingerprint_version()
    True
    """
    return int(lib.auralis_fingerprint_version())


class Fingerprint(Mapping[str, float]):
    """The values of `dimensions` by name; NaN where one cannot be computed.

    Two are equal if they have the same version and the same values, NaN in the same places. Not
    to be changed, hence a key of dictionaries; ``numpy.asarray`` gives the vector.

    Parameters
    ----------
    vector : array_like, shape (25,)
        The values in the order of `dimensions`.
    version : int, optional
        By default that of this package; see `fingerprint_version`.

    Attributes
    ----------
    vector : ndarray of float64, shape (25,)
        The values in the order of `dimensions`, not to be written to.
    version : int
        See `fingerprint_version`.
    units : dict of str to str
        The unit of each dimension by name.

    Examples
    --------
    >>> values = auralis_dsp.fingerprint(0.1 * np.sin(np.arange(50000) / 9), 44100)
    >>> len(values), np.asarray(values).shape, bool(np.isnan(values["rhythm_stability"]))
    (25, (25,), True)
    """

    __slots__ = ("_vector", "_version")

    def __init__(self, vector: ArrayLike, version: int | None = None) -> None:
        values = np.array(vector, np.float64)
        if values.shape != (len(dimensions()),):
            raise AuralisError(f"vector has shape {values.shape}; allowed: ({len(dimensions())},)")
        values.setflags(write=False)
        self._vector = values
        self._version = fingerprint_version() if version is None else version

    @property
    def vector(self) -> Real:
        """The values in the order of `dimensions`, not to be written to."""
        return self._vector

    @property
    def version(self) -> int:
        """The version of the dimensions' definitions, see `fingerprint_version`."""
        return self._version

    @property
    def units(self) -> dict[str, str]:
        """The unit of each dimension by name, empty for a share or an index."""
        return {dimension.name: dimension.unit for dimension in dimensions()}

    @property
    def remark(self) -> str:
        """What is to be said of the whole: that the signal is silent, or that its channels cancel.

        Empty if there is nothing to say. What is taken from the mean of channels that cancel is
        NaN; so is ``silence_ratio``, which of a silent signal is 1.
        """
        vector = np.ascontiguousarray(self.vector)
        return _text(lib.auralis_fingerprint_remark(samples(vector), len(vector)))

    def __getitem__(self, name: str) -> float:
        return plain(float(self._vector[_places()[name]]))

    def __iter__(self) -> Iterator[str]:
        return iter(_places())

    def __len__(self) -> int:
        return len(self._vector)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Fingerprint):
            return super().__eq__(other)
        same = np.array_equal(self._vector, other._vector, equal_nan=True)
        return self._version == other._version and same

    def __hash__(self) -> int:
        return hash((self._version, *self.values()))

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        if dtype is None or np.dtype(dtype) == self._vector.dtype:
            return self._vector.copy() if copy else self._vector
        if copy is False:
            raise ValueError(f"a fingerprint cannot be {np.dtype(dtype)} without a copy")
        return self._vector.astype(dtype)

    def __reduce__(self) -> tuple[type[Fingerprint], tuple[list[float], int]]:
        return Fingerprint, (self._vector.tolist(), self._version)

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value:.6g}" for name, value in self.items())
        return f"Fingerprint({values})"


@cache
def _places() -> dict[str, int]:
    return {dimension.name: i for i, dimension in enumerate(dimensions())}


@_FINGERPRINT.signature
def fingerprint(
    audio: Audio,
    sr: float = 44100,
    *,
    channels: str = "last",
    groups: Iterable[str] | None = None,
    layout: Layout | None = None,
) -> Fingerprint:
    """Compute the fingerprint of a track.

    Parameters
    ----------
    audio : array_like, shape (n,), (n, channels) or (channels, n)
        One channel, or 1 to 64 of them, finite, at least one sample.
    sr : float
        Sample rate, 8000 to 384000 Hz. Nothing is resampled.
    channels : {"last", "first"}
        Which axis of a two-dimensional array counts the channels. It is never guessed.
    groups : iterable of str, optional
        Which dimensions to compute, the others being NaN: "spectrum", "level", "rhythm",
        "harmony", "dynamics", "stereo".
    layout : str, iterable of str or int, optional
        Where the loudspeakers of the channels stand, for the loudness; see `loudness`.

    Returns
    -------
    Fingerprint
        A mapping of 25 names to floats, NaN where a value cannot be computed.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    See Also
    --------
    FingerprintStream : the same for audio that arrives in pieces.
    dimensions : what the values are.

    Notes
    -----
    ``dimensions()`` and docs/FINGERPRINT.md define each value.

    Examples
    --------
    >>> tone = 0.1 * np.sin(2 * np.pi * 997 * np.arange(5 * 48000) / 48000)
    >>> values = auralis_dsp.fingerprint(tone, 48000)
    >>> round(values["lufs"], 1), values.units["lufs"]
    (-23.0, 'LUFS')
    >>> values == auralis_dsp.fingerprint(tone, 48000)
    True
    """
    return Fingerprint(_FINGERPRINT.vector(_room, audio, sr, channels, groups, layout))


class FingerprintStream(VectorStream):
    """The fingerprint of audio that arrives in pieces: the same bits as `fingerprint`.

    Memory stays within 64 MiB at any length. Not for two threads at once.

    Parameters
    ----------
    sr : float
        Sample rate, 8000 to 384000 Hz.
    n_channels : int
        Channels, 1 to 64.
    channels : {"last", "first"}
        Which axis of a two-dimensional block counts the channels.
    groups : iterable of str, optional
        As in `fingerprint`.
    max_block : int
        Most frames of one step; longer pieces are cut.
    timing : bool
        Whether to measure the time spent in each kernel, see `seconds`.
    layout : str, iterable of str or int, optional
        As in `fingerprint`.

    Raises
    ------
    AuralisError
        If an argument is outside its range.

    See Also
    --------
    fingerprint : the same for the whole signal.

    Examples
    --------
    >>> audio = np.random.default_rng(0).standard_normal((44100, 2))
    >>> stream = auralis_dsp.FingerprintStream(44100, 2)
    >>> for block in np.split(audio, 9):
    ...     stream.push(block)
    >>> stream.finish() == auralis_dsp.fingerprint(audio, 44100)
    True
    """

    _kernel = _FINGERPRINT

    def __init__(
        self,
        sr: float = 44100,
        n_channels: int = 1,
        *,
        channels: str = "last",
        groups: Iterable[str] | None = None,
        max_block: int = 65536,
        timing: bool = False,
        layout: Layout | None = None,
    ) -> None:
        values = {"groups": groups, "timing": timing, "layout": layout}
        self._open(max_block, sr, n_channels, channels, values)

    def finish(self) -> Fingerprint:
        """End the signal; its fingerprint. The stream is then as new.

        Raises
        ------
        AuralisError
            If nothing was pushed.
        """
        return Fingerprint(self._finish(len(dimensions())))

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds spent in each kernel by its name, since the stream was made with `timing`."""
        spent = np.empty(lib.auralis_fingerprint_stages())
        self._handle.call("seconds", samples(spent), len(spent))
        names = (_text(lib.auralis_fingerprint_stage(i)) for i in range(len(spent)))
        return dict(zip(names, spent.tolist(), strict=True))


def _room(_n_frames: int, _rate: float) -> int:
    return len(dimensions())


def _text(pointer: Any) -> str:
    text: str = ffi.string(pointer).decode()
    return text
