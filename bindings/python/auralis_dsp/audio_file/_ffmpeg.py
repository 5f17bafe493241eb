"""FFmpeg through PyAV: every format but linear PCM, which is read without a decoder.

Evidence for taking it before libsndfile: of MP3 files with a variable bit rate and no header
libsndfile gives half, of joined ones the first, of cut ones a length that is not there; of chained
Ogg it repeats the last block; it does not open FLAC from a pipe; it does not put the channels of
Vorbis in order.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ._parts import AudioError, Kind, Piece, Samples

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

#: Containers whose header tells how long a track is; others are only guessed at.
_TELL_LENGTH = frozenset(
    {"mov", "flac", "wv", "ape", "tta", "tak", "asf", "mpc8", "dsf", "iff", "shn"}
)
#: Those that make sound up from a text.
_NOT_AUDIO = frozenset({"sbg", "lavfi"})
_SCALES = {
    "u8": 128.0, "u8p": 128.0, "s16": 2.0**15, "s16p": 2.0**15, "s32": 2.0**31, "s32p": 2.0**31,
    "flt": 1.0, "fltp": 1.0, "dbl": 1.0, "dblp": 1.0,
}  # fmt: skip
#: Packets that fail at the beginning, after which it is not what it looks like.
_MOST_FAILURES = 1000
#: PyAV reads beyond the end of a list where a frame has more channels than this, each for itself.
_MOST_PLANES = 7


class FfmpegReader:
    """Decodes the default track of a file object, which need not be able to seek.

    `size` is the file's bytes, if known: packets that hold more in sum are read in circles.
    """

    def __init__(self, file: Any, size: int | None = None) -> None:
        try:
            import av
        except ImportError:
            text = "PyAV, which reads this format, is not installed (pip install av)"
            raise AudioError(Kind.UNDECODABLE, text) from None
        self._av = av
        self._size = size
        self._failed = self._decoded = 0
        self._formats: dict[str, Any] = {}
        self._layouts: dict[str, tuple[str, ...]] = {}
        self.damage: str | None = None
        self._broken: str | None = None
        try:
            self._container: InputContainer = av.open(_Bytes(file), "r", **_lenient(av))
        except (av.error.FFmpegError, ValueError, UnicodeError) as error:
            raise AudioError(Kind.UNDECODABLE, _reason(error)) from None
        try:
            self._stream = self._track()
            self._layout = self._prepared()
            self._frames = self._decode()
            self._first = next(self._frames, None)
            if self._first is None:
                raise self._nothing()
        except BaseException:
            self._container.close()
            raise
        name = self._container.format.name.split(",")[0]
        self.codec = f"{name}/{self._stream.codec_context.codec.canonical_name}"
        self.expected = self._promise(name, self._first.rate)

    def pieces(self) -> Iterator[Piece]:
        """The track; broken packets are passed over, as players do."""
        if self._first is not None:
            yield self._first
            self._first = None
        yield from self._frames
        if self._failed > self._decoded:
            raise AudioError(Kind.DAMAGED, "most of it cannot be decoded")
        if self.expected is None and self._broken is not None:
            self.damage = self._broken

    def close(self) -> None:
        """Close the container."""
        self._container.close()

    def _track(self) -> AudioStream:
        """The track that players take: the one marked as default, never a picture."""
        if self._container.format.name in _NOT_AUDIO:
            raise AudioError(Kind.UNDECODABLE, "a text")
        streams = list(self._container.streams.audio)
        if not streams:
            raise AudioError(Kind.NO_AUDIO, "the file holds no audio track")
        known = [stream for stream in streams if stream.codec_context is not None]
        if not known:
            raise AudioError(Kind.UNDECODABLE, "no decoder knows its codec")
        default = self._av.stream.Disposition.default
        return next((stream for stream in known if stream.disposition & default), known[0])

    def _prepared(self) -> tuple[str, ...]:
        """Set the decoder up; the layout if it is one of FFmpeg's custom ones, else nothing.

        PyAV frees the list of a custom layout with every frame that has it. So the decoder gets a
        layout without a list, and `layout`, which holds the only one, frees it once.
        """
        context = self._stream.codec_context
        context.thread_count = 1
        if context.name == "vorbis" and self._container.format.name == "ogg":
            # `cut_to_granule` cuts its ends; FFmpeg cuts too much of short files.
            context.flags2 |= self._av.codec.context.Flags2.skip_manual
        layout = context.layout
        if "(" not in layout.name or "+" not in layout.name:
            return ()
        names = tuple(channel.name for channel in layout.channels)
        context.layout = f"{layout.nb_channels}C"
        return names

    def _decode(self) -> Iterator[Piece]:
        for packet in self._packets():
            try:
                frames = packet.decode()
            except self._av.error.EOFError:
                return
            except self._av.error.FFmpegError:
                self._failed += 1
                if self._failed > _MOST_FAILURES and not self._decoded:
                    return
                continue
            self._decoded += bool(frames)
            for frame in frames:
                if frame.samples and frame.sample_rate > 0:
                    yield self._piece(frame)

    def _packets(self) -> Iterator[Any]:
        """The packets of the track, as far as the container can be read."""
        seen = 0
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except self._av.error.FFmpegError as error:
                # Behind what the header promises it may be anything that was put there.
                self._broken = _reason(error)
                return
            if packet is None:
                return
            seen += packet.size
            if self._size is not None and seen > 2 * self._size + (1 << 20):
                self._broken = "its index leads in circles"
                return
            yield packet

    def _piece(self, frame: AudioFrame) -> Piece:
        name = frame.layout.name
        if name not in self._layouts:
            names = tuple(channel.name for channel in frame.layout.channels)
            self._layouts[name] = self._layout or names
        return Piece(self._samples(frame), frame.sample_rate, self._layouts[name])

    def _samples(self, frame: AudioFrame) -> Samples:
        name, channels = frame.format.name, frame.layout.nb_channels
        planar = name.endswith("p")
        if name not in _SCALES or (planar and channels > _MOST_PLANES):
            frame, planar, name = self._as_doubles(frame), False, "dbl"
        raw = frame.to_ndarray()
        if name[0] == "u":
            samples = np.subtract(raw, 128.0) / _SCALES[name]
        else:
            samples = np.multiply(raw, 1 / _SCALES[name], dtype=np.float64)
        return samples.T if planar else samples.reshape(-1, channels)

    def _as_doubles(self, frame: AudioFrame) -> AudioFrame:
        """The frame with its samples as float64, channels side by side."""
        key = f"{frame.format.name} {frame.layout.name} {frame.sample_rate}"
        if key not in self._formats:
            self._formats[key] = self._av.AudioResampler(format="dbl")
        (converted,) = self._formats[key].resample(frame)
        return converted  # type: ignore[no-any-return]

    def _promise(self, name: str, rate: int) -> int | None:
        stream = self._stream
        if name in _TELL_LENGTH and stream.duration and stream.time_base:
            return int(stream.duration * stream.time_base * rate)
        if name == "matroska" and len(self._container.streams) == 1 and self._container.duration:
            return int(self._container.duration * rate / 1_000_000)
        return None

    def _nothing(self) -> AudioError:
        if self._failed or self._broken:
            return AudioError(
                Kind.UNDECODABLE, self._broken or "none of its packets can be decoded"
            )
        if self._promise(self._container.format.name.split(",")[0], 1000):
            return AudioError(Kind.DAMAGED, "the file ends before its audio begins")
        return AudioError(Kind.EMPTY, "the file holds no audio frames")


class _Bytes:
    """What PyAV needs of a file, without a name to guess from and nothing that it could close."""

    def __init__(self, file: Any) -> None:
        self.read = file.read
        self.seekable = file.seekable
        if file.seekable():
            self._file = file
            self.seek = self._seek
            self.tell = file.tell

    def _seek(self, offset: int, whence: int = 0) -> int:
        """Of a place before the beginning FFmpeg must know that it is none."""
        try:
            at: int = self._file.seek(offset, whence)
        except (OSError, ValueError) as error:
            if isinstance(error, OSError) and error.errno != errno.EINVAL:
                raise
            return -errno.EINVAL
        return at


def _lenient(av: Any) -> dict[str, Any]:
    """How tags that are no text are taken; PyAV asks no more from version 19 on."""
    return {"metadata_errors": "replace"} if int(av.__version__.split(".")[0]) < 19 else {}


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)
