"""Ogg files that follow each other in one file, as internet radio writes them.

RFC 3533: the first page of each stream says so (BOS), and these pages come before all others. A BOS
page behind other pages begins another file. Decoders read the first one and stop, or start to
guess, so each gets one file only.
"""

from __future__ import annotations

import io
import struct
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from ._parts import Piece

_MAGIC = b"OggS"
_HEADER = 27
_BOS = 2
#: Samples of the longest block of Vorbis.
_LONGEST_BLOCK = 8192


class OggFile:
    """Reads a file of Ogg files, page by page."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._file.seek(0)
        self._ahead = b""
        self._page: bytes | None = self._read_page()
        #: Whether the last page is cut off.
        self.cut = False

    def next(self) -> OggLink | None:
        """The next file, to be read before another is asked for."""
        return None if self._page is None else OggLink(self)

    def take(self, begun: bool) -> bytes:
        """The next page; nothing at the end, or if `begun` and the page begins another file."""
        page = self._page
        if page is None or (begun and page[5] & _BOS):
            return b""
        self._page = self._read_page()
        return page

    def _read_page(self) -> bytes | None:
        while True:
            header = self._read(_HEADER)
            skipped = header.find(_MAGIC)
            if skipped < 0:
                if len(header) < _HEADER:
                    return None
                self._ahead = header[-3:] + self._ahead
                continue
            if skipped:
                self._ahead = header[skipped:] + self._ahead
                continue
            lengths = self._read(header[26]) if len(header) == _HEADER else b""
            body = self._read(sum(lengths))
            if len(header) < _HEADER or len(lengths) < header[26] or len(body) < sum(lengths):
                self.cut = True
                return None
            return header + lengths + body

    def _read(self, size: int) -> bytes:
        have, self._ahead = self._ahead[:size], self._ahead[size:]
        while len(have) < size and (more := self._file.read(size - len(have))):
            have += more
        return have


class OggLink(io.RawIOBase):
    """One of the files, from its first page to its last. It cannot seek."""

    def __init__(self, source: OggFile) -> None:
        self._source = source
        self._rest = b""
        self._begun = False
        #: The granule of the last page on which a packet ends: of Vorbis, samples since its
        #: beginning.
        self.granule = -1

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            self._rest = self._source.take(self._begun)
            if self._rest:
                self._begun |= not self._rest[5] & _BOS
                granule: int = struct.unpack_from("<q", self._rest, 6)[0]
                self.granule = granule if granule >= 0 else self.granule
        size = len(self._rest) if size < 0 else size
        data, self._rest = self._rest[:size], self._rest[size:]
        return data

    def rest(self) -> None:
        """Pass over what was not read."""
        while self.read():
            pass

    def close(self) -> None:
        """Leave the file open: it belongs to whoever opened it."""


def cut_to_granule(pieces: Iterable[Piece], link: OggLink) -> Iterator[Piece]:
    """Vorbis without its first block, which only overlaps, and without what its last one holds
    behind the end of the music.

    Nothing is cut at the end where the granules do not count from the beginning, as in a recorded
    broadcast.
    """
    held: deque[Piece] = deque()
    holding = decoded = 0
    for piece in islice(pieces, 1, None):
        held.append(piece)
        holding += len(piece.samples)
        decoded += len(piece.samples)
        while holding - len(held[0].samples) >= _LONGEST_BLOCK:
            holding -= len(held[0].samples)
            yield held.popleft()
    link.rest()
    excess = decoded - link.granule
    if not 0 < excess <= _LONGEST_BLOCK:
        excess = 0
    for piece in held:
        size = len(piece.samples)
        holding -= size
        keep = min(size, size + holding - excess)
        if keep > 0:
            yield piece._replace(samples=piece.samples[:keep])
