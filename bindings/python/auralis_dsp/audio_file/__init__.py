"""One way to open audio files, for the command line, the library and whoever reads music.

The contents of a file decide how it is read, not its name: linear PCM in WAV, RF64, W64, AIFF, AU
and CAF files straight from its bytes (`_pcm`), everything else by FFmpeg (`_ffmpeg`), and what
FFmpeg refuses by libsndfile (`_libsndfile`). Whatever is decoded counts: no length is taken from a
header, but where one promises more than there is, the file is damaged.

>>> with open_audio("song.mp3") as audio:  # doctest: +SKIP
...     for block in audio.blocks():
...         print(audio.rate, audio.layout, block.shape)
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from .._layout import SPEAKERS
from .._rates import HIGHEST_RATE
from ._chunks import Data, find_data, joined_file
from ._convert import Converter
from ._ffmpeg import FfmpegReader
from ._libsndfile import SoundfileReader
from ._ogg import OggFile, OggLink, cut_to_granule
from ._parts import AudioError, Kind, Piece, Reader, Samples, in_order
from ._pcm import PcmReader
from ._source import Window, behind_tags, open_source, size_of
from ._xing import promised_frames

__all__ = [
    "BLOCK_SAMPLES",
    "SPEAKERS",
    "AudioError",
    "AudioFile",
    "Kind",
    "open_audio",
    "open_bytes",
]

#: Samples (frames × channels) of a block: 1 MiB.
BLOCK_SAMPLES = 131_072
#: Bytes of a pipe after which it must be known to be audio.
_PIPE_CHECK = 8 << 20
#: Share of the promised length by which a decoder may fall short of it, and the least and most of
#: that in seconds: delays of encoders and rounded lengths.
_SHORT_SHARE, _LEAST_SHORT, _MOST_SHORT = 0.1, 0.1, 0.5


class AudioFile:
    """An audio file that is being read, once, from its beginning to its end.

    Attributes
    ----------
    rate : int
        Sample rate in Hz; if it changes within the file, that of the beginning.
    channels : int
        Number of channels, likewise.
    layout : tuple of str
        Loudspeaker of each channel in the order of WAVE files: FL FR FC LFE BL BR … SL SR. Empty
        where it is not known.
    codec : str
        ``container/codec`` in FFmpeg's words, such as ``mp3/mp3``, ``mov/aac``, ``wav/pcm_s16le``.
    expected : int or None
        Frames that the header promises. A guide for progress bars, no more.
    exact : bool
        Whether that many are there indeed, as in linear PCM.
    size : int
        Bytes of the file.
    frames : int
        Frames that `blocks` has given.
    damage : str or None
        After the last block: what is missing, or None if nothing is.
    """

    def __init__(self, source: IO[bytes], *, owned: bool) -> None:
        self._source = source
        self.size = size_of(source)
        self._owned = owned
        self._readers = _readers(source)
        self._reader: Reader = next(self._readers)
        self._pieces = self._all_pieces()
        try:
            first = next(self._pieces, None)
            if first is None:
                raise _nothing(self._reader)
        except BaseException:
            self._reader.close()
            raise
        self._first: Piece | None = first
        if not 0 < first.rate < 1 << 31:
            self._reader.close()
            raise AudioError(Kind.INVALID, f"the sample rate is {first.rate} Hz")
        self.rate, self.channels, self.layout = first.rate, first.samples.shape[1], first.layout
        self.codec = self._reader.codec
        # DSD is decoded to a multiple of what the kernels take.
        while "dsd" in self.codec and self.rate > HIGHEST_RATE:
            self.rate //= 2
        promised = self._reader.expected
        self.expected = promised and promised * self.rate // first.rate
        self.exact = isinstance(self._reader, PcmReader)
        self.frames = 0
        self.damage: str | None = None

    def blocks(self, frames: int | None = None) -> Iterator[Samples]:
        """Decode block by block, once.

        Parameters
        ----------
        frames : int, optional
            Frames of each block but the last; default as many as make a block of 1 MiB.

        Yields
        ------
        block : ndarray of float64, shape (frames, channels)
            Full scale is 1.
        """
        size = frames or max(1, BLOCK_SAMPLES // self.channels)
        gathered: list[Samples] = []
        waiting = 0
        for part in self._parts():
            gathered.append(part)
            waiting += len(part)
            if waiting < size:
                continue
            joined = np.concatenate(gathered) if len(gathered) > 1 else part
            whole = waiting - waiting % size
            for start in range(0, whole, size):
                self.frames += size
                yield joined[start : start + size]
            gathered, waiting = [joined[whole:]], waiting - whole
        if waiting:
            self.frames += waiting
            yield np.concatenate(gathered)

    def close(self) -> None:
        """Close the decoder, and the file if `open_audio` opened it."""
        self._reader.close()
        if self._owned:
            self._source.close()

    def __enter__(self) -> AudioFile:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _parts(self) -> Iterator[Samples]:
        converter = Converter(self.rate, self.channels, self.layout)
        if self._first is not None:
            yield from converter.convert(self._first)
            self._first = None
        for piece in self._pieces:
            yield from converter.convert(piece)
        yield from converter.rest()

    def _all_pieces(self) -> Iterator[Piece]:
        """The pieces of all files in this one, checked against what their headers promise."""
        seconds = 0.0
        while True:
            decoded, rate = 0, 1
            for piece in self._reader.pieces():
                decoded, rate = decoded + len(piece.samples), piece.rate
                yield in_order(piece)
            seconds += decoded / rate
            damage = self._reader.damage or _shortfall(decoded, self._reader.expected, rate)
            if damage:
                self.damage = f"damaged after {seconds:.2f} s: {damage}"
            try:
                following = next(self._readers, None)
            except AudioError as error:
                self.damage = (
                    f"damaged after {seconds:.2f} s: what follows cannot be read ({error})"
                )
                return
            if following is None:
                return
            self._reader.close()
            self._reader = following


def open_audio(source: str | bytes | Path | IO[bytes]) -> AudioFile:
    """Open an audio file.

    Parameters
    ----------
    source : path, or a seekable binary file object
        ``-`` is standard input. Pipes are copied to a temporary file first. A file object stays
        open.

    Raises
    ------
    OSError
        If the file cannot be opened or read.
    AudioError
        If it is not audio that can be read.
    """
    if not isinstance(source, (str, bytes, Path)):
        return AudioFile(source, owned=False)
    file = open_bytes(source)
    try:
        return AudioFile(file, owned=True)
    except BaseException:
        file.close()
        raise


def open_bytes(source: str | bytes | Path) -> IO[bytes]:
    """Open a file for `open_audio` to read as often as needed, even one that can be read but once.

    Parameters
    ----------
    source : path
        As in `open_audio`.

    Raises
    ------
    OSError
        If the file cannot be opened or read.
    AudioError
        If it is not a file, or a pipe through which no audio comes.
    """
    return open_source(source, _check_beginning, _PIPE_CHECK)


def _readers(source: IO[bytes]) -> Iterator[Reader]:
    """A reader for each of the files that follow each other in this one; at least one."""
    file = behind_tags(source)
    head = file.read(64)
    if not head:
        raise AudioError(Kind.EMPTY, "the file has no bytes")
    if head.startswith(b"OggS"):
        yield from _ogg_readers(file)
        return
    data = find_data(file)
    if data is None or not _straight(data):
        yield _by_decoder(file, head, data)
        return
    while data is not None:
        yield PcmReader(file, data)
        start = joined_file(file, data.end) if data.container == "wav" else None
        data = None if start is None else find_data(file, start)
        if data is not None and not _straight(data):
            raise AudioError(Kind.INVALID, "another kind of WAV file follows")


def _straight(data: Data) -> bool:
    """Whether no decoder is needed. FFmpeg knows the channel orders of AIFF and CAF."""
    return bool(data.kind) and (data.channels <= 2 or data.container not in ("aiff", "caf"))


def _ogg_readers(file: Window) -> Iterator[Reader]:
    source = OggFile(file)
    first = True
    while (link := source.next()) is not None:
        try:
            reader: Reader = FfmpegReader(link)
        except AudioError as refusal:
            if not first:
                raise
            yield _by_libsndfile(file, refusal)
            return
        first = False
        yield _OggReader(reader, source, link)
    if first:
        raise AudioError(Kind.DAMAGED, "the file ends before its audio begins")


class _OggReader:
    """A reader of one Ogg file that also notices where the last page is cut off."""

    def __init__(self, reader: Reader, source: OggFile, link: OggLink) -> None:
        self._reader, self._source, self._link = reader, source, link
        self.codec, self.expected = reader.codec, reader.expected
        self.damage: str | None = None

    def pieces(self) -> Iterator[Piece]:
        pieces = self._reader.pieces()
        yield from cut_to_granule(pieces, self._link) if self.codec == "ogg/vorbis" else pieces
        self._link.rest()
        self.damage = self._reader.damage or ("ends within a page" if self._source.cut else None)

    def close(self) -> None:
        self._reader.close()


def _by_decoder(file: Window, head: bytes, data: Data | None) -> Reader:
    try:
        reader = FfmpegReader(file.again(), size_of(file))
    except AudioError as refusal:
        if refusal.kind == Kind.EMPTY:
            raise
        return _by_libsndfile(file, refusal, head)
    if data is not None and data.missing > data.align:
        there = data.size / (data.size + data.missing)
        reader.damage = f"ends early: {there:.0%} of its samples are there"
    if reader.codec == "mp3/mp3":
        reader.expected = promised_frames(file)
    return reader


def _by_libsndfile(file: Window, refusal: AudioError, head: bytes = b"") -> Reader:
    try:
        return SoundfileReader(file.again(), size_of(file))
    except AudioError as other:
        if refusal.kind != Kind.UNDECODABLE:
            raise refusal from None
        what = _other_than_audio(head)
        text = (
            f"not audio: {what}" if what else f"not audio: FFmpeg: {refusal}; libsndfile: {other}"
        )
        raise AudioError(Kind.UNDECODABLE, text) from None


def _other_than_audio(head: bytes) -> str | None:
    """What a file is that people often take for audio."""
    beginning = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    known = {
        b"<!doctype": "a web page", b"<html": "a web page", b"<?xml": "an XML text",
        b"%pdf": "a PDF document", b"pk\x03\x04": "a ZIP archive", b"\x89png": "a picture",
        b"\xff\xd8\xff": "a picture", b"gif8": "a picture", b"par1": "a Parquet file",
        b"{": "a text", b"#extm3u": "a playlist", b"[playlist]": "a playlist",
    }  # fmt: skip
    return next((what for magic, what in known.items() if beginning.startswith(magic)), None)


def _shortfall(decoded: int, expected: int | None, rate: int) -> str | None:
    if expected is None:
        return None
    missing = (expected - decoded) / rate
    if missing <= min(max(_SHORT_SHARE * expected / rate, _LEAST_SHORT), _MOST_SHORT):
        return None
    return f"ends early: {decoded / rate:.2f} of {expected / rate:.2f} s are there"


def _nothing(reader: Reader) -> AudioError:
    if reader.expected or reader.damage:
        return AudioError(Kind.DAMAGED, "the file ends before its audio begins")
    return AudioError(Kind.EMPTY, "the file holds no audio frames")


def _check_beginning(file: IO[bytes]) -> None:
    """Raise an `AudioError` unless a file begins like audio. MP4 may have its index at the end."""
    file.seek(0)
    if file.read(12)[4:8] in (b"ftyp", b"mdat", b"wide", b"free", b"skip", b"moov"):
        return
    AudioFile(file, owned=False).close()
