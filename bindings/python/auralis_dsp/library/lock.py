"""One process at a time: a lock that the system releases when its holder dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path


class Locked(Exception):
    """Another process holds the lock."""


class Lock:
    """Hold the file `path` locked until `release`, which also removes it.

    Raises
    ------
    Locked
        If another process holds it.
    """

    def __init__(self, path: Path):
        self._path = path
        self._handle = _locked(path)
        # Its last holder may have removed the file between our opening and locking it.
        while not _is_still(path, self._handle):
            os.close(self._handle)
            self._handle = _locked(path)

    def release(self) -> None:
        """Give the lock back."""
        if os.name == "nt":  # open files cannot be removed there
            os.close(self._handle)
            self._path.unlink(missing_ok=True)
        else:
            self._path.unlink(missing_ok=True)
            os.close(self._handle)


def _locked(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _lock(handle)
    except OSError:
        os.close(handle)
        raise Locked(f"another run holds {path}") from None
    return handle


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_still(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False
