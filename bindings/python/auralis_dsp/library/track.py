"""What goes into a worker (a track) and what comes out of it (a row)."""

from __future__ import annotations

from typing import Any, NamedTuple

Row = dict[str, Any]


class Status:
    """The values of the ``status`` column: ``ok``, or the kind of error."""

    OK = "ok"
    EMPTY = "empty"  # no bytes, or a header without a single frame
    UNREADABLE = "unreadable"  # permission, vanished, input/output error, not a file
    UNDECODABLE = "undecodable"  # no decoder knows the bytes
    NO_AUDIO = "no-audio"  # a container without an audio stream: cover art, video
    DAMAGED = "damaged"  # decoding began and then failed or ended early
    INVALID = "invalid"  # decoded, but the samples or the format cannot be analysed
    TIMEOUT = "timeout"  # the worker made no progress and was ended
    CRASHED = "crashed"  # the worker process died, twice, or an unforeseen exception
    ALL = (OK, EMPTY, UNREADABLE, UNDECODABLE, NO_AUDIO, DAMAGED, INVALID, TIMEOUT, CRASHED)


class Track(NamedTuple):
    """A file to fingerprint.

    Attributes
    ----------
    path : str
        Path or URL: the identity of the track in the library.
    size : int or None
        Bytes, where the file system tells.
    mtime_ns : int or None
        Modification time, nanoseconds since 1970.
    problem : str or None
        Why the file cannot be read, if scanning already found out.
    profile : bool
        Whether its profile is wanted, not its fingerprint alone.
    """

    path: str
    size: int | None
    mtime_ns: int | None
    problem: str | None = None
    profile: bool = False


class TrackError(Exception):
    """A track that gives an error row: `status` is its kind, the message its text."""

    def __init__(self, status: str, message: str):
        super().__init__(message)
        self.status = status


def error_row(track: Track, status: str, message: str) -> Row:
    """The row of a track that gave no fingerprint."""
    return {
        "path": track.path,
        "size": track.size,
        "mtime_ns": track.mtime_ns,
        "status": status,
        "error": message,
    }


def is_url(path: str) -> bool:
    """Whether a path names an fsspec file system (``s3://…``) rather than a local file."""
    return "://" in path
