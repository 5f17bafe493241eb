"""The dimensions of the fingerprint, as the native library names them."""

from __future__ import annotations

from auralis_dsp import dimensions, fingerprint_version
from auralis_dsp._vectors import texts, version_of

NAMES: tuple[str, ...] = tuple(dimension.name for dimension in dimensions())
UNITS: tuple[str, ...] = tuple(dimension.unit for dimension in dimensions())
#: The property of a track that each dimension describes.
ASPECTS: tuple[str, ...] = tuple(dimension.aspect for dimension in dimensions())
#: Those of which a value and its double are the same.
CIRCULAR: tuple[bool, ...] = tuple(dimension.circular for dimension in dimensions())
DIMENSION_VERSION: int = fingerprint_version()
#: What a profile has beside the dimensions; the library holds the duration in any case.
PROFILE_NAMES: tuple[str, ...] = texts("profile", "name")[len(NAMES) :]
PROFILE_COLUMNS: tuple[str, ...] = tuple(name for name in PROFILE_NAMES if name != "duration")
PROFILE_VERSION: int = version_of("profile")
