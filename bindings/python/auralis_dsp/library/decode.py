"""Decode audio in blocks of constant size: libsndfile first, PyAV for what it cannot read.

Both readers have the same face: ``rate``, ``channels``, ``codec`` and ``blocks()``,
which yields float64 arrays of shape (frames, channels). What goes wrong becomes a
`TrackError` with the kind of the fault.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO, Any

import numpy as np
import soundfile

from .track import Status, TrackError

#: Samples (frames × channels) in a block: 1 MiB of float64.
BLOCK_SAMPLES = 131_072

#: Seconds by which a decoder may miss the length that the header promises
#: (encoder delay, estimated lengths) before the file counts as damaged.
LENGTH_TOLERANCE = 0.5


def open_audio(source: str | IO[bytes]) -> SoundfileReader | AvReader:
    """A reader for a path or a seekable binary file object.

    Raises
    ------
    TrackError
        If nothing can decode it; the text holds what each decoder said.
    """
    try:
        return SoundfileReader(source)
    except soundfile.LibsndfileError as error:
        refusal = f"libsndfile: {error.error_string.rstrip('.')}"
    try:
        import av  # noqa: F401
    except ImportError:
        raise TrackError(
            Status.UNDECODABLE,
            f"{refusal}; PyAV, which reads more formats, is not installed (auralis-dsp[av])",
        ) from None
    if not isinstance(source, str):
        source.seek(0)
    return AvReader(source, refusal)


class SoundfileReader:
    """libsndfile: WAV, AIFF, FLAC, Ogg Vorbis, Opus, MP3 and many more."""

    def __init__(self, source: str | IO[bytes]):
        # Bytes, so that names that are not UTF-8 open too.
        self._file = soundfile.SoundFile(os.fsencode(source) if isinstance(source, str) else source)
        self.rate = self._file.samplerate
        self.channels = self._file.channels
        self.codec = f"{self._file.format}/{self._file.subtype}".lower()

    def blocks(self) -> Iterator[np.ndarray]:
        """Yield the audio; a block is valid until the next one is asked for."""
        buffer = np.empty((max(1, BLOCK_SAMPLES // self.channels), self.channels))
        decoded = 0
        while True:
            try:
                block = self._file.read(out=buffer)
            except soundfile.LibsndfileError as error:
                raise TrackError(
                    Status.DAMAGED, f"libsndfile after {decoded} frames: {error.error_string}"
                ) from None
            if len(block) == 0:
                break
            decoded += len(block)
            yield block
        _check_length(decoded, self._file.frames, self.rate)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class AvReader:
    """FFmpeg through PyAV: AAC, ALAC, WMA, Monkey's Audio, WavPack and the rest."""

    def __init__(self, source: str | IO[bytes], refusal: str):
        import av

        av.logging.set_level(av.logging.PANIC)
        self._av = av
        try:
            self._container = av.open(_av_source(source), metadata_errors="replace")
        except (av.error.FFmpegError, ValueError, UnicodeError) as error:
            raise TrackError(Status.UNDECODABLE, f"{refusal}; FFmpeg: {_reason(error)}") from None
        if not self._container.streams.audio:
            self._container.close()
            raise TrackError(Status.NO_AUDIO, "the file holds no audio stream")
        self._stream = self._container.streams.audio[0]
        context = self._stream.codec_context
        names = self._container.format.name.split(",")
        self.rate = context.sample_rate
        self.channels = context.channels
        self.codec = f"{'mp4' if 'mp4' in names else names[0]}/{context.name}"
        if not self.rate or not self.channels:
            self._container.close()
            raise TrackError(
                Status.UNDECODABLE, f"{refusal}; FFmpeg: no sample rate or channel count"
            )

    def blocks(self) -> Iterator[np.ndarray]:
        """Yield the audio, codec frames gathered into larger blocks."""
        resampler = self._av.AudioResampler(format="dbl")  # converts samples, not the rate
        gathered: list[np.ndarray] = []
        waiting = decoded = 0
        for frame in self._frames():
            for converted in resampler.resample(frame):
                chunk = converted.to_ndarray().reshape(-1, self.channels)
                gathered.append(chunk)
                waiting += len(chunk)
                decoded += len(chunk)
            if waiting * self.channels >= BLOCK_SAMPLES:
                yield np.concatenate(gathered)
                gathered, waiting = [], 0
        if waiting:
            yield np.concatenate(gathered)
        promised = 0
        if self._stream.duration and self._stream.time_base:
            promised = int(self._stream.duration * self._stream.time_base * self.rate)
        _check_length(decoded, promised, self.rate)

    def _frames(self) -> Iterator[Any]:
        """Decoded frames; broken packets are passed over, as players do."""
        try:
            for packet in self._container.demux(self._stream):
                try:
                    frames = packet.decode()
                except self._av.error.InvalidDataError:
                    continue
                for frame in frames:
                    if frame.sample_rate != self.rate or frame.layout.nb_channels != self.channels:
                        raise TrackError(
                            Status.INVALID, "sample rate or channel count changes within the file"
                        )
                    yield frame
        except self._av.error.FFmpegError as error:
            raise TrackError(Status.DAMAGED, f"FFmpeg: {_reason(error)}") from None

    def close(self) -> None:
        """Close the file."""
        self._container.close()


def _av_source(source: str | IO[bytes]) -> Any:
    """FFmpeg takes only UTF-8 names; other files are handed over open."""
    if isinstance(source, str) and not source.isprintable():
        return open(source, "rb")  # closed with the container
    return source


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _check_length(decoded: int, promised: int, rate: int) -> None:
    if decoded == 0 and promised <= 0:
        raise TrackError(Status.EMPTY, "the file holds no audio frames")
    # libsndfile writes 2^63-1 where a stream does not know its length.
    if promised < 2**62 and decoded < promised - LENGTH_TOLERANCE * rate:
        raise TrackError(
            Status.DAMAGED,
            f"ends early: {decoded} of {promised} frames could be decoded",
        )
