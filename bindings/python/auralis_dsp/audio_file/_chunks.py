"""Where the samples lie in WAV, RF64, W64, AIFF, AU and CAF files, and what their headers promise.

The sizes in these headers are often wrong: a recorder that lost power leaves zeros or the size of
its last save, a pipe leaves the largest number, a file of more than 4 GiB leaves a remainder, and a
broken download promises what is not there. So a size counts only as far as the file bears it out.
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

from .._layout import SPEAKERS
from ._parts import AudioError, Kind
from ._source import size_of

#: The end of the identifiers of formats in WAVE_FORMAT_EXTENSIBLE, after the tag of the format.
_GUID_TAILS = (
    bytes.fromhex("000000001000800000aa00389b71"),
    bytes.fromhex("00002107d3118644c8c1ca000000"),  # Ambisonics
)
_W64_TAIL = bytes.fromhex("f3acd3118cd100c04f8edb8a")
_W64_RIFF = b"riff" + bytes.fromhex("2e91cf11a5d628db04c10000")
_W64_WAVE = b"wave" + _W64_TAIL
_AIFC_SAMPLES = {
    b"NONE": ">i", b"twos": ">i", b"in24": ">i", b"in32": ">i", b"sowt": "<i", b"raw ": ">u",
    b"fl32": ">f", b"FL32": ">f", b"fl64": ">f", b"FL64": ">f",
}  # fmt: skip
_AU_SAMPLES = {2: (">i", 1), 3: (">i", 2), 4: (">i", 3), 5: (">i", 4), 6: (">f", 4), 7: (">f", 8)}
#: DTS and IEC 61937 bursts that pass for 16-bit samples: a decoder makes audio of them.
_BURSTS = (
    b"\x7f\xfe\x80\x01", b"\xfe\x7f\x01\x80", b"\x1f\xff\xe8\x00", b"\xff\x1f\x00\xe8",
    b"\x72\xf8\x1f\x4e",
)  # fmt: skip
#: Seconds of audio behind the end that a header names, from which on the header is wrong.
_BEHIND = 0.1


class Data(NamedTuple):
    """Samples in a file.

    `kind` is a letter of NumPy with its byte order (``<i``, ``>f``, ``<u``), or empty where the
    samples are not linear PCM; `align` is the bytes of a frame of all channels.
    """

    container: str
    kind: str
    rate: int
    channels: int
    align: int
    layout: tuple[str, ...]
    start: int
    #: Bytes that are there.
    size: int
    #: Bytes that the header promises beyond those.
    missing: int
    #: Where another file may begin that was joined to this one.
    end: int


def find_data(file: Any, start: int = 0) -> Data | None:
    """Where the samples of a file lie that begins at `start`, or None if it is none of these kinds.

    Raises
    ------
    AudioError
        If it is one of these kinds, but cut off within its header.
    """
    whole = size_of(file)
    file.seek(start)
    head = file.read(40)
    if head[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64") and head[8:12] == b"WAVE":
        return _wave(file, start, whole, ">" if head[:4] == b"RIFX" else "<")
    if head[:16] == _W64_RIFF and head[24:40] == _W64_WAVE:
        return _w64(file, start, whole)
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return _aiff(file, start, whole, head[8:12] == b"AIFC")
    if head[:4] == b".snd" and len(head) >= 24:
        return _au(head, start, whole)
    if head[:4] == b"caff":
        return _caf(file, start, whole)
    return None


class _Format(NamedTuple):
    """What a header says about the samples."""

    kind: str
    rate: int
    channels: int
    align: int
    layout: tuple[str, ...]


def _head(file: Any, at: int, whole: int, size: int) -> bytes:
    """The head of the chunk at `at`."""
    if at + size > whole:
        raise AudioError(Kind.DAMAGED, "the file ends within its header")
    file.seek(at)
    head: bytes = file.read(size)
    return head


def _wave(file: Any, start: int, whole: int, order: str) -> Data:
    format = None
    size64 = 0
    at = start + 12
    while True:
        head = _head(file, at, whole, 8)
        name, size = head[:4], struct.unpack(order + "I", head[4:])[0]
        if name == b"data":
            break
        if name == b"fmt ":
            format = _wave_format(file.read(min(size, 40)), order)
        elif name == b"ds64":
            size64 = struct.unpack("<8xQ", file.read(16).ljust(16, b"\0"))[0]
        at += 8 + size
        if size % 2:  # the byte that makes sizes even is at times forgotten
            file.seek(at)
            at += not _is_chunk(file, at, whole, order)
    if format is None:
        raise AudioError(Kind.UNDECODABLE, "a WAV file whose samples come before their format")
    at += 8
    if size == 0xFFFFFFFF and size64:
        size = size64
    there, missing = _borne_out(file, at, whole, size, format, order)
    if format.kind[1:] == "i" and format.align == 2 * format.channels:
        file.seek(at)
        beginning = file.read(1 << 14)
        if any(burst in beginning for burst in _BURSTS):
            format = format._replace(kind="")
    end = at + there
    return Data("wav", *format, at, there, missing, end + end % 2)


def _wave_format(chunk: bytes, order: str) -> _Format:
    tag, channels, rate, _, align, bits = struct.unpack(
        order + "HHIIHH", chunk.ljust(16, b"\0")[:16]
    )
    layout: tuple[str, ...] = ()
    if tag == 0xFFFE and len(chunk) >= 40:
        mask = struct.unpack(order + "I", chunk[20:24])[0]
        layout = tuple(name for bit, name in enumerate(SPEAKERS) if mask >> bit & 1)[:channels]
        known = chunk[26:40] in _GUID_TAILS
        tag = struct.unpack("<H", chunk[24:26])[0] if known else 0
    letter = {1: "u" if bits <= 8 else "i", 3: "f"}.get(tag, "")
    return _checked(_Format(order + letter, rate, channels, align, layout), bits)


def _checked(format: _Format, bits: int) -> _Format:
    """The format with an empty kind if it is not one of samples side by side."""
    width, rest = divmod(format.align, format.channels or 1)
    allowed = {"i": (1, 2, 3, 4, 8), "u": (1,), "f": (4, 8)}.get(format.kind[1:], ())
    fits = format.channels > 0 and format.rate > 0 and not rest and width in allowed
    return format if fits and 8 * width >= bits > 8 * width - 32 else format._replace(kind="")


def _w64(file: Any, start: int, whole: int) -> Data:
    format = None
    at = start + 40
    while True:
        head = _head(file, at, whole, 24)
        size = struct.unpack("<Q", head[16:])[0]
        if head[:16] == b"data" + _W64_TAIL:
            break
        if size < 24:
            raise AudioError(Kind.DAMAGED, "a broken header")
        if head[:16] == b"fmt " + _W64_TAIL:
            format = _wave_format(file.read(min(size - 24, 40)), "<")
        at += (size + 7) // 8 * 8
    if format is None:
        raise AudioError(Kind.UNDECODABLE, "a W64 file whose samples come before their format")
    at += 24
    unknown = size <= 24 or size >= 1 << 56
    return _plain("w64", format, at, whole, None if unknown else size - 24)


def _aiff(file: Any, start: int, whole: int, compressed: bool) -> Data:
    format = data = None
    size = 0
    at = start + 12
    while format is None or data is None:
        head = _head(file, at, whole, 8)
        name, length = head[:4], struct.unpack(">I", head[4:])[0]
        if name == b"COMM":
            format = _aiff_format(file.read(min(length, 22)), compressed)
        elif name == b"SSND":
            offset = struct.unpack(">I", file.read(8).ljust(8, b"\0")[:4])[0]
            data, size = at + 16 + offset, length - 8 - offset
        at += 8 + length + length % 2
    unknown = size <= 0 and not _is_chunk(file, data, whole, ">")
    return _plain("aiff", format, data, whole, None if unknown else max(size, 0))


def _aiff_format(chunk: bytes, compressed: bool) -> _Format:
    channels, _, bits, exponent, mantissa = struct.unpack(">HIHHQ", chunk.ljust(18, b"\0")[:18])
    # A number of 80 bits: its mantissa has a leading 1.
    shift = 16383 + 63 - (exponent & 0x7FFF)
    rate = mantissa >> shift if 0 <= shift < 64 else 0
    kind = _AIFC_SAMPLES.get(chunk[18:22], "") if compressed else ">i"
    return _checked(_Format(kind, rate, channels, channels * ((bits + 7) // 8), ()), bits)


def _au(head: bytes, start: int, whole: int) -> Data:
    offset, size, encoding, rate, channels = struct.unpack(">5I", head[4:24])
    kind, width = _AU_SAMPLES.get(encoding, ("", 1))
    format = _checked(_Format(kind, rate, channels, channels * width, ()), 8 * width)
    unknown = size in (0, 0xFFFFFFFF)
    return _plain("au", format, start + offset, whole, None if unknown else size)


def _caf(file: Any, start: int, whole: int) -> Data:
    format = None
    at = start + 8
    while True:
        head = _head(file, at, whole, 12)
        name, size = struct.unpack(">4sq", head)
        if name == b"data":
            break
        if size < 0:
            raise AudioError(Kind.DAMAGED, "a broken header")
        if name == b"desc":
            format = _caf_format(file.read(32).ljust(32, b"\0"))
        at += 12 + size
    if format is None:
        raise AudioError(Kind.UNDECODABLE, "a CAF file whose samples come before their format")
    # The first four bytes count the edits.
    return _plain("caf", format, at + 16, whole, None if not 4 <= size < 1 << 56 else size - 4)


def _caf_format(chunk: bytes) -> _Format:
    rate, name, flags, align, frames, channels, bits = struct.unpack(">d4s5I", chunk)
    kind = ("<" if flags & 2 else ">") + ("f" if flags & 1 else "i")
    linear = name == b"lpcm" and frames == 1 and channels * bits == 8 * align
    whole_rate = int(rate) if 0 < rate < 1e9 else 0
    return _checked(_Format(kind if linear else "", whole_rate, channels, align, ()), bits)


def _plain(container: str, format: _Format, start: int, whole: int, promised: int | None) -> Data:
    """Samples that go on to the promised size or the end of the file."""
    available = max(whole - start, 0)
    size = available if promised is None else min(promised, available)
    return Data(container, *format, start, size, (promised or size) - size, whole)


def _borne_out(
    file: Any, at: int, whole: int, size: int, format: _Format, order: str
) -> tuple[int, int]:
    """Bytes of the samples that begin at `at`, and how many are missing."""
    available = max(whole - at, 0)
    if size == 0:
        return (0 if _is_chunk(file, at, whole, order) else available), 0
    if size > available:
        # Writers to pipes name 2 or 4 GiB, or a little less.
        unknown = size == 1 << 31 or (1 << 31) - size % (1 << 31) <= 4096
        return available, 0 if unknown else size - available
    # Behind 4 GiB a size of 32 bits starts again at 0.
    size += (available - size) >> 32 << 32
    behind = available - size
    if behind > _BEHIND * format.rate * format.align and not _is_chunk(
        file, at + size, whole, order
    ):
        return available, 0
    return size, 0


def _is_chunk(file: Any, at: int, whole: int, order: str) -> bool:
    """Whether the file ends at `at`, or a chunk begins there that fits into it."""
    for start in (at, at + at % 2):
        if start >= whole:
            return True
        file.seek(start)
        head = file.read(8)
        if len(head) == 8 and all(0x20 <= byte < 0x7F for byte in head[:4]):
            size = struct.unpack(order + "I", head[4:])[0]
            if start + 8 + size <= whole or head[:4] in (b"RIFF", b"RF64"):
                return True
    return False


def joined_file(file: Any, end: int) -> int | None:
    """Where in a file the next WAV begins behind the chunks that start at `end`, if one does."""
    whole = size_of(file)
    at = end
    while at + 44 <= whole:
        file.seek(at)
        head = file.read(12)
        if head[:4] in (b"RIFF", b"RIFX", b"RF64") and head[8:] == b"WAVE":
            return at
        if not _is_chunk(file, at, whole, "<"):
            return None
        size = struct.unpack("<I", head[4:8])[0]
        at += 8 + size + size % 2
    return None
