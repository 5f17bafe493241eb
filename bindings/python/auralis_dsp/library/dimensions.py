"""The dimensions of the fingerprint, as the native library names them."""

from __future__ import annotations

from auralis_dsp import dimensions, fingerprint_version

NAMES: tuple[str, ...] = tuple(dimension.name for dimension in dimensions())
UNITS: tuple[str, ...] = tuple(dimension.unit for dimension in dimensions())
#: The property of a track that each dimension describes.
ASPECTS: tuple[str, ...] = tuple(dimension.aspect for dimension in dimensions())
#: Those of which a value and its double are the same.
CIRCULAR: tuple[bool, ...] = tuple(dimension.circular for dimension in dimensions())
DIMENSION_VERSION: int = fingerprint_version()
