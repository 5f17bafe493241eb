"""The profile of a track: what targets and settings of a master are made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ._arguments import Audio, samples, shown
from ._errors import AuralisError
from ._fingerprint import Fingerprint, dimensions, fingerprint_version, group_bits
from ._kernel import FLAG, Field, Kernel, Meaning, Params
from ._library import check, lib
from ._streams import VectorStream
from ._vectors import Vector, texts, version_of

_PROFILE = Kernel(
    "profile",
    Params(
        "profile",
        groups=Field(convert=group_bits, none=Meaning.DEFAULT),
        third_octaves=FLAG,
    ),
)


class Profile(Vector):
    """What a track is, by name: its fingerprint, loudness, levels and third octaves.

    A mapping of 95 names to floats, NaN where a value cannot be computed. Two are equal if they
    have the same versions and the same values, NaN in the same places. Not to be changed, hence a
    key of dictionaries; ``numpy.asarray`` gives the vector.

    Parameters
    ----------
    vector : array_like, shape (95,), or mapping
        The values in the order of docs/MASTERING.md, or all of them by name.
    version : int, optional
        By default that of this package.
    fingerprint_version : int, optional
        That of the first 25 values, by default that of this package.

    Attributes
    ----------
    vector : ndarray of float64, shape (95,)
        The values in the order of docs/MASTERING.md, not to be written to.
    version, fingerprint_version : int
        Those of the definitions.
    units : dict of str to str
        The unit of each value by name.
    fingerprint : Fingerprint
        The first 25 values.

    Examples
    --------
    >>> tone = 0.1 * np.sin(2 * np.pi * 1000 * np.arange(5 * 48000) / 48000)
    >>> track = auralis_dsp.profile(tone, 48000)
    >>> len(track), round(track["mid_1k"], 1), track.units["mid_1k"]
    (95, -23.0, 'dB')
    >>> auralis_dsp.Profile.from_json(track.to_json()) == track
    True
    """

    __slots__ = ("_fingerprint_version",)
    _table = "profile"

    def __init__(
        self,
        vector: ArrayLike | Mapping[str, float],
        version: int | None = None,
        fingerprint_version: int | None = None,
    ) -> None:
        super().__init__(vector, version)
        self._fingerprint_version = _current(fingerprint_version)

    @property
    def fingerprint_version(self) -> int:
        """The version of the definitions of the first 25 values."""
        return self._fingerprint_version

    @property
    def fingerprint(self) -> Fingerprint:
        """The first 25 values."""
        return Fingerprint(self._vector[: len(dimensions())], self._fingerprint_version)

    @classmethod
    def mean(cls, profiles: Iterable[Profile]) -> Profile:
        """One profile of several, so that a master can be like all of them.

        Third octaves are brought to −14 LUFS and averaged as power, the other values are averaged.
        What is NaN is left out, as are the third octaves of a track without a loudness.

        Parameters
        ----------
        profiles : iterable of Profile
            At least one.

        Raises
        ------
        AuralisError
            If there is none, or one of another version.
        """
        vectors = [_checked(profile) for profile in profiles]
        if not vectors:
            raise AuralisError("profiles is empty; allowed: at least 1 profile")
        stacked = np.ascontiguousarray(vectors)
        mean = np.empty(stacked.shape[1])
        check(lib.auralis_profile_mean(samples(stacked), len(stacked), samples(mean), len(mean)))
        return cls(mean)

    def _content(self) -> dict[str, Any]:
        content = super()._content()
        values = content.pop("values")
        return content | {"fingerprint_version": self._fingerprint_version, "values": values}

    @classmethod
    def _of_content(cls, content: Any) -> Profile:
        profile = super()._of_content(content)
        return cls(profile.vector, profile.version, int(content["fingerprint_version"]))

    def _key(self) -> tuple[Any, ...]:
        return (*super()._key(), self._fingerprint_version)

    def __reduce__(self) -> tuple[Any, ...]:
        return Profile, (self._vector.tolist(), self._version, self._fingerprint_version)


def _current(version: int | None) -> int:
    return fingerprint_version() if version is None else version


def _checked(profile: Any) -> Any:
    """The vector of a profile of the current versions."""
    if not isinstance(profile, Profile):
        raise AuralisError(f"profiles has {shown(profile)}; allowed: profiles")
    require_current("profiles", profile)
    return profile.vector


def require_current(name: str, source: Profile | Fingerprint) -> None:
    """Raise unless a profile or a fingerprint is of the versions that this package computes."""
    found: tuple[int, ...]
    current: tuple[int, ...]
    if isinstance(source, Profile):
        found = (source.version, source.fingerprint_version)
        current = (version_of("profile"), fingerprint_version())
    else:
        found, current = (source.version,), (fingerprint_version(),)
    if found != current:
        raise AuralisError(
            f"{name} has version {'/'.join(map(str, found))}; allowed: "
            f"{'/'.join(map(str, current))}, computed anew"
        )


@_PROFILE.signature
def profile(
    audio: Audio,
    sr: float = 44100,
    *,
    channels: str = "last",
    groups: Iterable[str] | None = None,
    third_octaves: bool = True,
) -> Profile:
    """Measure a track: fingerprint, loudness, levels, third octaves, in one pass.

    Parameters
    ----------
    audio : array_like, shape (n,), (n, channels) or (channels, n)
        One channel, or 1 to 64 of them, finite, at least one sample.
    sr : float
        Sample rate, 8000 to 384000 Hz. Nothing is resampled.
    channels : {"last", "first"}
        Which axis of a two-dimensional array counts the channels. It is never guessed.
    groups : iterable of str, optional
        Which dimensions of the fingerprint to compute, the others being NaN: "spectrum", "level",
        "rhythm", "harmony", "dynamics", "stereo". The loudness needs "level" or "dynamics".
    third_octaves : bool
        Whether to measure the third octaves.

    Returns
    -------
    Profile
        A mapping of 95 names to floats, NaN where a value cannot be computed.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    See Also
    --------
    ProfileStream : the same for audio that arrives in pieces.
    targets : what a master of the track should be.

    Notes
    -----
    docs/MASTERING.md defines each value.

    Examples
    --------
    >>> tone = 0.1 * np.sin(2 * np.pi * 1000 * np.arange(5 * 48000) / 48000)
    >>> track = auralis_dsp.profile(tone, 48000)
    >>> round(track["true_peak"], 1), track.fingerprint == auralis_dsp.fingerprint(tone, 48000)
    (-20.0, True)
    """
    return Profile(_PROFILE.vector(_room, audio, sr, channels, groups, third_octaves))


class ProfileStream(VectorStream):
    """The profile of audio that arrives in pieces: the same bits as `profile`.

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
        As in `profile`.
    third_octaves : bool
        As in `profile`.
    max_block : int
        Most frames of one step; longer pieces are cut.

    Raises
    ------
    AuralisError
        If an argument is outside its range.

    See Also
    --------
    profile : the same for the whole signal.

    Examples
    --------
    >>> audio = np.random.default_rng(0).standard_normal((44100, 2))
    >>> stream = auralis_dsp.ProfileStream(44100, 2)
    >>> for block in np.split(audio, 9):
    ...     stream.push(block)
    >>> stream.finish() == auralis_dsp.profile(audio, 44100)
    True
    """

    _kernel = _PROFILE

    def __init__(
        self,
        sr: float = 44100,
        n_channels: int = 1,
        *,
        channels: str = "last",
        groups: Iterable[str] | None = None,
        third_octaves: bool = True,
        max_block: int = 65536,
    ) -> None:
        values = {"groups": groups, "third_octaves": third_octaves}
        self._open(max_block, sr, n_channels, channels, values)

    def finish(self) -> Profile:
        """End the signal; its profile. The stream is then as new.

        Raises
        ------
        AuralisError
            If nothing was pushed.
        """
        return Profile(self._finish(_room()))


def _room(_n_frames: int = 0, _rate: float = 0.0) -> int:
    return len(texts("profile", "name"))
