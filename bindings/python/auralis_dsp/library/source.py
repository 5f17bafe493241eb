"""Read a track's bytes: where from, and their hash.

The content hash is BLAKE2b with a 128-bit digest over all bytes of the file. A local
file is hashed by one sequential read before decoding, which also brings it into the
page cache. A remote file is hashed while the decoder reads it, so that its bytes
travel once.
"""

from __future__ import annotations

import hashlib
import io
from typing import IO, Any

_CHUNK = 1 << 20


def hash_file(file: IO[bytes]) -> str:
    """Hash of an open file, from its current position to its end."""
    digest = _new_digest()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return str(digest.hexdigest())


class HashingFile(io.RawIOBase):
    """A seekable file that hashes what is read through it.

    Decoders jump (to the end for tags, back to the start), so the hash follows the
    furthest byte up to which everything was read in order; `hexdigest` reads the rest.
    """

    def __init__(self, file: Any):
        self._file = file
        self._digest = _new_digest()
        self._hashed = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        at: int = self._file.seek(offset, whence)
        return at

    def tell(self) -> int:
        at: int = self._file.tell()
        return at

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def read(self, size: int = -1) -> bytes:
        start = self._file.tell()
        data: bytes = self._file.read(size)
        end = start + len(data)
        if start <= self._hashed < end:
            self._digest.update(data[self._hashed - start :])
            self._hashed = end
        return data

    def hexdigest(self) -> str:
        """Hash of the whole file."""
        self._file.seek(self._hashed)
        while chunk := self._file.read(_CHUNK):
            self._digest.update(chunk)
            self._hashed += len(chunk)
        return str(self._digest.hexdigest())


def _new_digest() -> Any:
    return hashlib.blake2b(digest_size=16)
