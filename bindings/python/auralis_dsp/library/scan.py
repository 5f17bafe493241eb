"""Walk folders and fsspec URLs and name every file that may hold audio.

Local folders are walked in sorted order. A folder reached through a symbolic link
is walked once, after all real folders, and never if it was seen already: loops end,
and a track keeps the path it has in the real tree.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from .track import Track, is_url

# fmt: off
AUDIO_SUFFIXES = frozenset({
    ".3gp", ".aac", ".ac3", ".aif", ".aifc", ".aiff", ".alac", ".amr", ".ape", ".asf",
    ".au", ".bwf", ".caf", ".dff", ".dsf", ".dts", ".flac", ".m4a", ".m4b", ".mka", ".mp2",
    ".mp3", ".mp4", ".mpc", ".oga", ".ogg", ".opus", ".rf64", ".snd", ".tta", ".voc",
    ".w64", ".wav", ".wave", ".weba", ".webm", ".wma", ".wv",
})
# fmt: on

#: How the problem of a folder begins that could not be listed.
UNREAD_FOLDER = "folder cannot be read"


def scan(sources: Iterable[str]) -> Iterator[Track]:
    """Every audio file under `sources`; a source inside another one adds nothing.

    Parameters
    ----------
    sources : iterable of str
        Folders, files or fsspec URLs. A file named directly is taken whatever its suffix.

    Raises
    ------
    FileNotFoundError
        If a source does not exist.
    """
    for source in _distinct(sources):
        yield from _scan_url(source) if is_url(source) else _scan_local(source)


def _distinct(sources: Iterable[str]) -> list[str]:
    """Absolute sources without those that lie in another one."""
    absolute = {
        source.rstrip("/") if is_url(source) else os.path.abspath(source) for source in sources
    }
    return [
        source
        for source in sorted(absolute)
        if not any(source.startswith(other.rstrip("/") + "/") for other in absolute)
    ]


def is_audio(name: str) -> bool:
    """Whether a file's suffix is one that audio has."""
    return os.path.splitext(name)[1].lower() in AUDIO_SUFFIXES


def _scan_local(source: str) -> Iterator[Track]:
    if not os.path.isdir(source):
        if not os.path.lexists(source):
            raise FileNotFoundError(f"no such file or folder: {source}")
        yield local_track(source)
        return
    seen: set[tuple[int, int]] = set()
    folders = [source]
    linked: list[str] = []
    while folders or linked:
        folder = folders.pop() if folders else linked.pop(0)
        yield from _scan_folder(folder, seen, folders, linked)


def _scan_folder(
    folder: str, seen: set[tuple[int, int]], folders: list[str], linked: list[str]
) -> Iterator[Track]:
    try:
        identity = os.stat(folder)
        if (identity.st_dev, identity.st_ino) in seen:
            return
        seen.add((identity.st_dev, identity.st_ino))
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        yield Track(folder, None, None, f"{UNREAD_FOLDER}: {error.strerror}")
        return
    inner: list[str] = []
    for entry in entries:
        if _is_folder(entry):
            (linked if entry.is_symlink() else inner).append(entry.path)
        elif is_audio(entry.name):
            yield local_track(entry.path)
    folders.extend(reversed(inner))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a symbolic link to itself
        return False


def local_track(path: str) -> Track:
    """A file of this machine, with its problem if it cannot be read as one."""
    try:
        status = os.stat(path)
    except OSError as error:
        return Track(path, None, None, error.strerror)
    problem = None if stat.S_ISREG(status.st_mode) else "not a regular file"
    return Track(path, status.st_size, status.st_mtime_ns, problem)


def _scan_url(url: str) -> Iterator[Track]:
    from fsspec.core import url_to_fs

    # A cache would hold the listing of the whole bucket.
    filesystem, root = url_to_fs(url, use_listings_cache=False)
    if filesystem.isfile(root):
        yield _remote_track(filesystem, filesystem.info(root))
        return
    if not filesystem.exists(root):
        raise FileNotFoundError(f"no such file or folder: {url}")
    folders = [root]
    while folders:
        yield from _scan_remote_folder(filesystem, folders.pop(), folders)


def _scan_remote_folder(filesystem: Any, folder: str, folders: list[str]) -> Iterator[Track]:
    try:
        entries = sorted(filesystem.ls(folder, detail=True), key=lambda entry: entry["name"])
    except OSError as error:
        url = filesystem.unstrip_protocol(folder)
        yield Track(url, None, None, f"{UNREAD_FOLDER}: {error.strerror or error}")
        return
    inner: list[str] = []
    for entry in entries:
        if entry["name"].rstrip("/") == folder.rstrip("/"):
            continue  # object stores may list a folder in itself
        if entry["type"] == "directory":
            inner.append(entry["name"])
        elif is_audio(entry["name"]):
            yield _remote_track(filesystem, entry)
    folders.extend(reversed(inner))


def _remote_track(filesystem: Any, info: dict[str, Any]) -> Track:
    return Track(filesystem.unstrip_protocol(info["name"]), info.get("size"), _modified_ns(info))


def _modified_ns(info: dict[str, Any]) -> int | None:
    """File systems name the modification time in their own ways."""
    for key in ("mtime", "LastModified", "last_modified", "updated", "modified", "created"):
        value = info.get(key)
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if isinstance(value, datetime):
            value = value.timestamp()
        if isinstance(value, (int, float)):
            return round(value * 1e6) * 1000
    return None
