"""Targets: what a master of a track should be, and why."""

from __future__ import annotations

import inspect
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ._arguments import Real, choice, samples, shown
from ._errors import AuralisError
from ._fingerprint import Fingerprint, dimensions
from ._kernel import Field, Params
from ._library import check, ffi, lib
from ._profile import Profile, ProfileStream, require_current
from ._vectors import Vector, aligned, texts

#: A track: its profile or fingerprint, or the numbers of one.
Source: TypeAlias = Profile | Fingerprint | ArrayLike
#: A track that a master should be like, or several; a path is of music, or of a profile in JSON.
Reference: TypeAlias = Source | str | os.PathLike[str] | Iterable[Any]

PRESETS = {"neutral": 0, "gentle": 1, "warm": 2, "bright": 3, "punchy": 4, "live": 5}
TASTES = ("warmth", "brightness", "punch", "width", "loud")
#: Groups of the fingerprint that a reference is asked for.
REFERENCE_GROUPS = ("spectrum", "level", "stereo")
#: Causes of a target that are no dimension.
_OTHER_CAUSES = ("base", "preference", "reference", "limit")
TARGET_PARAMS = Params("target", loudness=Field(none=math.nan), peak=Field(none=math.nan))


class Asked(NamedTuple):
    """What targets were made from."""

    profile: Real
    reference: Real | None
    preferences: dict[str, Any]

    def params(self) -> Any:
        """The parameter struct of C."""
        given = dict(self.preferences)
        preset = ffi.new("auralis_target_params *")
        number = choice("preset", given.pop("preset"), PRESETS)
        check(lib.auralis_target_params_preset(preset, ffi.sizeof(preset[0]), number))
        for taste in TASTES:
            if given[taste] is None:
                given[taste] = getattr(preset, taste)
        return TARGET_PARAMS.build(**given)

    def arguments(self) -> tuple[Any, ...]:
        """The arguments of the C functions up to the parameters."""
        reference = self.reference
        pointer = ffi.NULL if reference is None else samples(reference)
        n = 0 if reference is None else len(reference)
        return samples(self.profile), len(self.profile), pointer, n, self.params()


class Targets(Vector):
    """What a master should be: 18 names and numbers; NaN throughout but the peak for silence.

    As text a table. Two are equal if they have the same version and the same values. Not to be
    changed, hence a key of dictionaries; ``numpy.asarray`` gives the vector.

    Parameters
    ----------
    vector : array_like, shape (18,), or mapping
        The values in the order of docs/MASTERING.md, or all of them by name.
    version : int, optional
        By default that of this package.

    Attributes
    ----------
    vector : ndarray of float64, shape (18,)
        The values in the order of docs/MASTERING.md, not to be written to.
    version : int
        That of the rules.
    units : dict of str to str
        The unit of each target by name.

    Examples
    --------
    >>> found = auralis_dsp.targets(auralis_dsp.profile(np.zeros(44100)))
    >>> found["peak"], found.units["peak"]
    (-1.0, 'dBTP')
    """

    __slots__ = ("_asked",)
    _table = "targets"

    def __init__(self, vector: ArrayLike | Mapping[str, float], version: int | None = None) -> None:
        super().__init__(vector, version)
        self._asked: Asked | None = None

    @property
    def asked(self) -> Asked:
        """What they were made from."""
        if self._asked is None:
            raise AuralisError("these targets were given; allowed: those that targets() made")
        return self._asked

    def explain(self) -> Explanation:
        """Why the targets are what they are.

        Returns
        -------
        Explanation
            How much each cause moves each target.

        Raises
        ------
        AuralisError
            If these are numbers that `targets` did not make.
        """
        parts = np.empty((len(self), len(dimensions()) + len(_OTHER_CAUSES)))
        with TARGET_PARAMS.speaking_python():
            arguments = self.asked.arguments()
            check(lib.auralis_targets_explain(*arguments, samples(parts), parts.size))
        return Explanation(self, parts)

    def shown(self, name: str) -> str:
        """A target to as many decimals as matter."""
        return _number(self[name], self.units[name])

    def __str__(self) -> str:
        return aligned([(name, self.shown(name), unit) for name, unit in self.units.items()])

    def __reduce__(self) -> tuple[Any, ...]:
        return restored, (self._vector.tolist(), self._version, self._asked)


def restored(vector: list[float], version: int, asked: Asked | None) -> Targets:
    found = Targets(vector, version)
    found._asked = asked
    return found


class Explanation(Mapping[str, dict[str, float]]):
    """Each target as a sum of causes, by their names; as text a line for each.

    The causes are the dimensions of the fingerprint, then "base" (the target of a track that causes
    nothing), "preference", "reference" and "limit".

    Attributes
    ----------
    targets : Targets
        What is explained.
    parts : ndarray of float64, shape (18, 29)
        How much each cause moves each target: rows sum to the targets.
    causes : tuple of str
        The names of the columns.
    """

    def __init__(self, targets: Targets, parts: Real) -> None:
        parts.setflags(write=False)
        self.targets = targets
        self.parts = parts
        self.causes = (*(dimension.name for dimension in dimensions()), *_OTHER_CAUSES)

    def __getitem__(self, target: str) -> dict[str, float]:
        row = self.parts[list(self.targets).index(target)] if target in self.targets else None
        if row is None:
            raise KeyError(target)
        return dict(zip(self.causes, row.tolist(), strict=True))

    def __iter__(self) -> Iterator[str]:
        return iter(self.targets)

    def __len__(self) -> int:
        return len(self.targets)

    def __str__(self) -> str:
        return "\n".join(self.line(name) for name in self.targets)

    def line(self, target: str) -> str:
        """One target and what moves it noticeably, largest first.

        Parameters
        ----------
        target : str
            Its name.
        """
        unit = self.targets.units[target]
        least = 0.5 * 0.1 ** _decimals(unit)
        moved = [(cause, part) for cause, part in self[target].items() if abs(part) >= least]
        moved.sort(key=lambda item: -abs(item[1]))
        causes = ", ".join(f"{cause} {_number(part, unit, '+')}" for cause, part in moved)
        line = f"{target} {_number(self.targets[target], unit)} {unit}"
        return f"{line}: {causes}" if causes else line


def _decimals(unit: str) -> int:
    return 2 if unit == "dB/dB" else 1


def _number(value: float, unit: str, sign: str = "") -> str:
    """A number with a minus sign in place of the hyphen, and no sign before a 0."""
    if math.isnan(value):
        return "—"
    text = f"{value:{sign}.{_decimals(unit)}f}"
    return text.replace("-", "−") if float(text) else text.lstrip("+-")


def targets(
    source: Source,
    *,
    reference: Reference | None = None,
    preset: str = "neutral",
    loudness: float | None = None,
    peak: float | None = None,
    intensity: float = 0.7,
    limiting: float = 1.5,
    gain_max: float = 20.0,
    warmth: float | None = None,
    brightness: float | None = None,
    punch: float | None = None,
    width: float | None = None,
    loud: float | None = None,
) -> Targets:
    """Decide what a master of a track should be.

    Parameters
    ----------
    source : Profile, Fingerprint or array_like of 25 or 95 numbers
        The track. What is NaN causes nothing.
    reference : Profile, Fingerprint, array_like, path, or a list of them, optional
        Tracks that the master should be like; several are averaged.
    preset : {"neutral", "gentle", "warm", "bright", "punchy", "live"}
        The tastes that are not given themselves.
    loudness : float, optional
        Integrated loudness, −30 to −5 LUFS; by default chosen by the track or the reference.
    peak : float, optional
        Highest true peak, −9 to 0 dBTP; by default chosen by the loudness.
    intensity : float
        How much of the changes of sound (tone, dynamics, width) to make, 0 to 1.
    limiting : float
        The most loudness that the limiter may cost, 0 to 6 LU.
    gain_max : float
        The most gain, 0 to 60 dB.
    warmth, brightness, punch, width, loud : float, optional
        Tastes, −1 to 1: more bass and less treble; more treble and less bass; more compression;
        a wider image; up to 3 LU more loudness than is chosen. By default the preset's.

    Returns
    -------
    Targets
        A mapping of 18 names to floats that prints as a table and can explain itself.

    Raises
    ------
    AuralisError
        If an argument is outside its range, as values in wrong units are (shares sum to 100 %), or
        the reference has no loudness.

    See Also
    --------
    profile : measures the track.
    master_settings : how the chain is set to get there.

    Notes
    -----
    docs/MASTERING.md tells each rule and where it comes from.

    Examples
    --------
    >>> noise = 0.05 * np.random.default_rng(0).standard_normal((5 * 44100, 2))
    >>> found = auralis_dsp.targets(auralis_dsp.profile(noise), loudness=-16, intensity=1)
    >>> found["loudness"], found["tone_air"] < -3
    (-16.0, True)
    >>> print(found.explain().line("loudness"))
    loudness −16.0 LUFS: base −14.0, preference −2.0
    """
    preferences = {
        "preset": preset,
        "loudness": loudness,
        "peak": peak,
        "intensity": intensity,
        "limiting": limiting,
        "gain_max": gain_max,
        "warmth": warmth,
        "brightness": brightness,
        "punch": punch,
        "width": width,
        "loud": loud,
    }
    return of_asked(Asked(numbers("source", source), as_reference(reference), preferences))


#: The preferences and their defaults.
_DEFAULTS = {
    name: parameter.default
    for name, parameter in inspect.signature(targets).parameters.items()
    if name not in ("source", "reference")
}


def with_defaults(preferences: dict[str, Any]) -> dict[str, Any]:
    """Preferences as `targets` takes them, with its defaults for those that are not given."""
    for name in preferences:
        if name not in _DEFAULTS:
            raise TypeError(f"{name!r} is no preference; allowed: {', '.join(_DEFAULTS)}")
    return _DEFAULTS | preferences


def of_asked(asked: Asked) -> Targets:
    """The targets that were asked for."""
    vector = np.empty(len(texts("targets", "name")))
    with TARGET_PARAMS.speaking_python():
        check(lib.auralis_targets(*asked.arguments(), samples(vector), len(vector)))
    return restored(vector.tolist(), lib.auralis_targets_version(), asked)


def targets_of_each(profiles: Real, asked: Asked) -> Real:
    """The targets of each row of a matrix, shape (n, 18), with all but the profile of `asked`."""
    matrix = np.ascontiguousarray(profiles, np.float64)
    found = np.empty((len(matrix), len(texts("targets", "name"))))
    if len(matrix):
        rest = asked.arguments()[2:]
        with TARGET_PARAMS.speaking_python():
            pointers = samples(matrix), samples(found)
            check(
                lib.auralis_targets_of_each(
                    pointers[0], *matrix.shape, *rest, pointers[1], found.size
                )
            )
    return found


def numbers(name: str, source: Any) -> Real:
    """The numbers of a profile or a fingerprint."""
    if isinstance(source, Profile | Fingerprint):
        require_current(name, source)
        return source.vector
    lengths = (len(dimensions()), len(texts("profile", "name")))
    try:
        vector = np.array(source, np.float64)
    except (TypeError, ValueError):
        vector = np.empty(0)
    if vector.ndim != 1 or len(vector) not in lengths:
        raise AuralisError(
            f"{name} is {shown(source)}; allowed: a Profile, a Fingerprint, or the {lengths[0]} or "
            f"{lengths[1]} numbers of one"
        )
    return vector


def as_reference(reference: Reference | None) -> Real | None:
    """The numbers of a reference, or the mean of several."""
    if reference is None:
        return None
    if isinstance(reference, str | os.PathLike):
        return _of_file(Path(reference)).vector
    if isinstance(reference, Profile | Fingerprint) or _is_number(reference):
        return numbers("reference", reference)
    several = [as_reference(one) for one in reference]  # type: ignore[union-attr]
    known = [one for one in several if one is not None]
    if not known:
        raise AuralisError("reference is empty; allowed: at least one, or None")
    if len(known) == 1:
        return known[0]
    # A fingerprint is a profile of which the rest is not known.
    length = len(texts("profile", "name"))
    padded = [np.pad(one, (0, length - len(one)), constant_values=np.nan) for one in known]
    mean = Profile.mean(map(Profile, padded)).vector
    return mean if any(len(one) == length for one in known) else mean[: len(dimensions())].copy()


def _of_file(path: Path) -> Profile:
    """The profile that a file holds as JSON, or that of the music in it."""
    if path.is_file():
        with path.open("rb") as file:
            beginning = file.read(1)
        if beginning == b"{":
            return Profile.from_json(path.read_bytes())
    return profile_of_file(path)


def _is_number(reference: Any) -> bool:
    """Whether `reference` is the numbers of one track, or no list at all."""
    if isinstance(reference, np.ndarray):
        return reference.ndim == 1
    if not isinstance(reference, Iterable):
        return True
    return isinstance(reference, list | tuple) and bool(reference) and np.isscalar(reference[0])


def profile_of_file(path: Path, groups: Iterable[str] = REFERENCE_GROUPS) -> Profile:
    """The profile of an audio file, read block by block, of as much as there is of it."""
    from .audio_file import open_audio

    with open_audio(path) as audio:
        stream = ProfileStream(audio.rate, audio.channels, groups=groups)
        for block in audio.blocks():
            stream.push(block)
        return stream.finish()
