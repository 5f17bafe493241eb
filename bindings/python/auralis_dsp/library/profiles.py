"""Profiles of a library's tracks, as references of masters."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from auralis_dsp import Profile

from .dimensions import DIMENSION_VERSION, NAMES, PROFILE_NAMES, PROFILE_VERSION
from .similar import Library
from .store import read_library
from .track import Row, Status

#: How many of the nearest tracks are taken.
DEFAULT_COUNT = 5


def chosen_profiles(
    path: Path,
    *,
    album: str | None = None,
    artist: str | None = None,
    like: str | None = None,
    count: int | None = None,
) -> list[Profile]:
    """The profiles of some tracks of a library.

    Parameters
    ----------
    path : Path
        The library, made by ``fingerprint-library --profile``.
    album, artist : str, optional
        Take tracks with these in their tags; capitals do not matter.
    like : str, optional
        Take the tracks nearest to this one, which itself is left out; it may be one of the library
        or any other file.
    count : int, optional
        How many of the nearest, 5 by default.

    Raises
    ------
    StoreError
        If there is no such library.
    LookupError
        If it has no such tracks, or no profiles of them.
    TrackError
        If `like` cannot be read.
    """
    count = DEFAULT_COUNT if count is None else count
    if count < 1:
        raise LookupError(f"count is {count}; allowed: 1 or more")
    versions = ["profile_version", "dimension_version"]
    columns = ["path", "artist", "album", "status", *versions, *NAMES, *PROFILE_NAMES]
    rows: list[Row] = read_library(path, columns).to_pylist()
    rows = [row for row in rows if row["status"] == Status.OK]
    for tag, wanted in (("album", album), ("artist", artist)):
        if wanted is not None:
            rows = [row for row in rows if (row[tag] or "").casefold() == wanted.casefold()]
            if not rows:
                raise LookupError(f"no track has the {tag} {wanted!r}")
    current = (PROFILE_VERSION, DIMENSION_VERSION)
    known = {row["path"]: row for row in rows if tuple(row[v] for v in versions) == current}
    if not known:
        raise LookupError(
            f"none of the {len(rows)} tracks has a profile; fingerprint-library --profile adds them"
        )
    if like is None:
        return [_profile(row) for row in known.values()]
    library = Library(path)
    nearest = (match.path for match in library.similar(like, len(library)))
    return [_profile(known[name]) for name in nearest if name in known][:count]


def _profile(row: Row) -> Profile:
    values = (row[name] for name in (*NAMES, *PROFILE_NAMES))
    return Profile([np.nan if value is None else value for value in values])
