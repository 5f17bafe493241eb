"""The dimensions of the fingerprint, as the native library names them."""

from __future__ import annotations

from auralis_dsp import dimensions, fingerprint_version

NAMES: tuple[str, ...] = tuple(dimension.name for dimension in dimensions())
UNITS: tuple[str, ...] = tuple(dimension.unit for dimension in dimensions())
DIMENSION_VERSION: int = fingerprint_version()
