"""25 numbers that describe a track."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from ._arguments import LAYOUTS, Audio, Real, choice, count, interleaved, length, real, samples
from ._errors import AuralisError
from ._library import check, ffi, lib

_GROUPS = {"spectrum": 1, "level": 2, "rhythm": 4, "harmony": 8, "dynamics": 16, "stereo": 32}


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
    """The dimensions of a fingerprint, in the order of its vector."""
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
    """
    return lib.auralis_fingerprint_version()


class Fingerprint(Mapping[str, float]):
    """The values of `dimensions` by name; NaN where one cannot be computed.

    Attributes
    ----------
    vector : ndarray of float64, shape (25,)
        The values in the order of `dimensions`, not to be written to.
    version : int
        See `fingerprint_version`.
    units : dict of str to str
        The unit of each dimension by name.
    """

    def __init__(self, vector: Real) -> None:
        vector.setflags(write=False)
        self.vector = vector
        self.version = fingerprint_version()

    @property
    def units(self) -> dict[str, str]:
        """The unit of each dimension by name, empty for a share or an index."""
        return {dimension.name: dimension.unit for dimension in dimensions()}

    def __getitem__(self, name: str) -> float:
        return float(self.vector[_places()[name]])

    def __iter__(self) -> Iterator[str]:
        return iter(_places())

    def __len__(self) -> int:
        return len(self.vector)

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value:.6g}" for name, value in self.items())
        return f"Fingerprint({values})"


@cache
def _places() -> dict[str, int]:
    return {dimension.name: i for i, dimension in enumerate(dimensions())}


def fingerprint(
    audio: Audio,
    sr: float = 44100,
    *,
    channels: str = "last",
    groups: Iterable[str] | None = None,
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

    Returns
    -------
    Fingerprint
        A mapping of 25 names to floats, NaN where a value cannot be computed.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    Notes
    -----
    ``dimensions()`` and docs/FINGERPRINT.md define each value.

    Examples
    --------
    >>> auralis_dsp.fingerprint(audio, 44100)["tempo_bpm"]  # doctest: +SKIP
    """
    frames = interleaved(audio, channels)
    params = _params(groups)
    vector = np.empty(lib.auralis_fingerprint_len())
    check(
        lib.auralis_fingerprint(
            samples(frames),
            *frames.shape,
            real("sr", sr),
            params,
            samples(vector),
            len(vector),
        )
    )
    return Fingerprint(vector)


class FingerprintStream:
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

    Examples
    --------
    >>> stream = auralis_dsp.FingerprintStream(44100, 2)  # doctest: +SKIP
    >>> for block in blocks:  # doctest: +SKIP
    ...     stream.push(block)
    >>> stream.finish()["lufs"]  # doctest: +SKIP
    """

    def __init__(
        self,
        sr: float = 44100,
        n_channels: int = 1,
        *,
        channels: str = "last",
        groups: Iterable[str] | None = None,
        max_block: int = 65536,
        timing: bool = False,
    ) -> None:
        choice("channels", channels, LAYOUTS)
        self._channels = channels
        self._n_channels = count("n_channels", n_channels)
        self._max_block = length("max_block", max_block)
        params = _params(groups)
        params.timing = bool(timing)
        handle = ffi.new("auralis_fingerprint_stream **")
        check(
            lib.auralis_fingerprint_stream_new(
                real("sr", sr), self._n_channels, params, self._max_block, handle
            )
        )
        self._handle = ffi.gc(handle[0], lib.auralis_fingerprint_stream_free)

    def push(self, audio: Audio) -> None:
        """Take frames of `n_channels` samples."""
        if np.size(audio) == 0:
            return
        frames = interleaved(audio, self._channels)
        if frames.shape[1] != self._n_channels:
            given = frames.shape[1]
            raise AuralisError(f"audio has {given} channels; allowed: {self._n_channels}")
        for i in range(0, len(frames), self._max_block):
            block = frames[i : i + self._max_block]
            check(lib.auralis_fingerprint_stream_push(self._handle, samples(block), len(block)))

    def finish(self) -> Fingerprint:
        """End the signal; its fingerprint. The stream is then as new."""
        vector = np.empty(lib.auralis_fingerprint_len())
        written = ffi.new("size_t *")
        check(
            lib.auralis_fingerprint_stream_finish(
                self._handle, samples(vector), len(vector), written
            )
        )
        return Fingerprint(vector)

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds spent in each kernel by its name, since the stream was made with `timing`."""
        spent = np.empty(lib.auralis_fingerprint_stages())
        check(lib.auralis_fingerprint_stream_seconds(self._handle, samples(spent), len(spent)))
        names = (_text(lib.auralis_fingerprint_stage(i)) for i in range(len(spent)))
        return dict(zip(names, spent.tolist(), strict=True))

    def reset(self) -> None:
        """Forget everything that was pushed."""
        check(lib.auralis_fingerprint_stream_reset(self._handle))


def _params(groups: Iterable[str] | None) -> Any:
    params = ffi.new("auralis_fingerprint_params *")
    check(lib.auralis_fingerprint_params_init(params, ffi.sizeof(params[0])))
    if groups is not None:
        names = [groups] if isinstance(groups, str) else groups
        params.groups = sum({choice("groups", name, _GROUPS) for name in names})
    return params


def _text(pointer: Any) -> str:
    return ffi.string(pointer).decode()
