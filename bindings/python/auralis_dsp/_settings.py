"""Settings of the mastering chain: the parameter mapper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ._arguments import samples
from ._errors import AuralisError
from ._library import check, lib
from ._targets import TARGET_PARAMS, Reference, Source, Targets
from ._targets import targets as decide
from ._vectors import Vector, texts


class Settings(Vector):
    """Settings of the mastering chain: 84 names and numbers.

    Two are equal if they have the same version and the same values. Not to be changed, hence a key
    of dictionaries; ``numpy.asarray`` gives the vector.

    Parameters
    ----------
    vector : array_like, shape (84,), or mapping
        The values in the order of docs/MASTERING.md, or all of them by name.
    version : int, optional
        By default that of this package.

    Attributes
    ----------
    vector : ndarray of float64, shape (84,)
        The values in the order of docs/MASTERING.md, not to be written to.
    version : int
        That of the definitions.
    units : dict of str to str
        The unit of each setting by name.

    Examples
    --------
    >>> settings = auralis_dsp.master_settings(auralis_dsp.profile(np.zeros(44100)))
    >>> softer = auralis_dsp.Settings(dict(settings) | {"knee": 12.0})
    >>> settings["knee"], softer["knee"], softer.units["knee"]
    (6.0, 12.0, 'dB')
    """

    __slots__ = ()
    _table = "master_settings"


def master_settings(
    source: Source,
    *,
    reference: Reference | None = None,
    targets: Targets | Mapping[str, float] | None = None,
    **preferences: Any,
) -> Settings:
    """Map a track and its targets to the settings of the chain, in one step.

    Parameters
    ----------
    source : Profile or array_like of 95 numbers
        The track.
    reference : Profile, Fingerprint, array_like, path, or a list of them, optional
        As in `targets`. The third octaves of profiles take the place of the tones.
    targets : Targets or mapping, optional
        Other targets than those that follow from the rest: those of `targets` with changed values,
        within their ranges.
    **preferences
        The preset, loudness and so on, as in `targets`.

    Returns
    -------
    Settings
        A mapping of 84 names to floats. What only a measurement of the result can tell (makeup and
        output gain) is 0.

    Raises
    ------
    AuralisError
        As `targets`; or if the source is no profile.

    See Also
    --------
    targets : where the settings lead to.

    Notes
    -----
    docs/MASTERING.md tells how each setting is found.

    Examples
    --------
    >>> noise = 0.05 * np.random.default_rng(0).standard_normal((5 * 44100, 2))
    >>> settings = auralis_dsp.master_settings(auralis_dsp.profile(noise), loudness=-14)
    >>> settings["active"], settings["eq_mid_10k"] < -2, round(settings["ceiling"], 2)
    (1.0, True, -1.03)
    """
    chosen = decide(source, reference=reference, **preferences)
    asked = chosen.asked
    if len(asked.profile) != len(texts("profile", "name")):
        raise AuralisError("source is a fingerprint; allowed: a Profile, for its third octaves")
    wanted = chosen if targets is None else targets
    wanted = wanted if isinstance(wanted, Targets) else Targets(wanted)
    vector = np.empty(len(texts("master_settings", "name")))
    *tracks, params = asked.arguments()
    with TARGET_PARAMS.speaking_python():
        given = samples(wanted.vector), len(wanted), params
        check(lib.auralis_master_settings(*tracks, *given, samples(vector), len(vector)))
    return Settings(vector)
