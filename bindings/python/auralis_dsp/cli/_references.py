"""What masters should be like: files, profiles, or tracks of a library."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NamedTuple

from .._arguments import Real
from .._profile import Profile
from .._targets import as_reference, profile_of_file

_PARQUET = b"PAR1"
_JSON = b"{"


class UsageError(Exception):
    """The arguments do not go together; the text says why in one line."""


class References(NamedTuple):
    """References as they were asked for."""

    #: Of their mean, None if there is none.
    numbers: Real | None
    #: The files that were read, which are not to be written to.
    files: list[Path]


def add_reference_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose references."""
    parser.add_argument(
        "--reference",
        action="append",
        default=[],
        type=Path,
        metavar="REF",
        help="audio file, profile (JSON) or library (Parquet) that masters should be like; several "
        "are averaged",
    )
    parser.add_argument(
        "--reference-like",
        metavar="FILE",
        help="of the libraries: the tracks nearest to FILE, as `similar` finds them",
    )
    parser.add_argument(
        "--reference-count", type=int, metavar="N", help="of the nearest tracks: how many (5)"
    )
    parser.add_argument("--reference-album", metavar="NAME", help="of the libraries: an album")
    parser.add_argument("--reference-artist", metavar="NAME", help="of the libraries: an artist")


def chosen(options: argparse.Namespace) -> References:
    """The references that the options choose.

    Raises
    ------
    UsageError
        If they choose none of a library, or a library is missing.
    OSError, AudioError, AuralisError
        If one cannot be read.
    """
    read: list[Path] = list(options.reference)
    libraries = [path for path in read if _begins(path, _PARQUET)]
    queries = {
        "--reference-like": options.reference_like,
        "--reference-album": options.reference_album,
        "--reference-artist": options.reference_artist,
    }
    asked = [option for option, value in queries.items() if value is not None]
    if options.reference_count is not None and options.reference_like is None:
        raise UsageError("--reference-count is of the nearest tracks; it needs --reference-like")
    if asked and not libraries:
        raise UsageError(f"{asked[0]} needs a library: --reference LIBRARY.parquet")
    if libraries and not asked:
        raise UsageError(
            f"--reference {libraries[0]} is a library; allowed with it: {', '.join(queries)}"
        )
    profiles: list[Any] = [_profile(path) for path in read if path not in libraries]
    for library in libraries:
        profiles += _of_library(library, options)
    if options.reference_like is not None:
        read.append(Path(options.reference_like))
    return References(as_reference(profiles) if profiles else None, read)


def _profile(path: Path) -> Profile:
    if _begins(path, _JSON):
        return Profile.from_json(path.read_bytes())
    return profile_of_file(path)


def _of_library(path: Path, options: argparse.Namespace) -> list[Profile]:
    try:
        from ..library.profiles import chosen_profiles
        from ..library.store import StoreError
        from ..library.track import TrackError
    except ImportError as error:
        text = f"{error}. Install it with: pip install 'auralis-dsp[library]'"
        raise UsageError(text) from None
    try:
        return chosen_profiles(
            path,
            album=options.reference_album,
            artist=options.reference_artist,
            like=options.reference_like,
            count=options.reference_count,
        )
    except TrackError as error:
        raise UsageError(f"{options.reference_like}: {error}") from None
    except (StoreError, LookupError) as error:
        raise UsageError(f"--reference {path}: {error.args[0]}") from None


def _begins(path: Path, magic: bytes) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(magic)) == magic
