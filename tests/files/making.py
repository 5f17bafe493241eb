"""Audio files as people have them, made from music whose length and level are known."""

from __future__ import annotations

import struct
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 22_050
SECONDS = 3.0
#: The GUID of PCM in WAVE_FORMAT_EXTENSIBLE.
PCM_GUID = bytes.fromhex("0100000000001000800000aa00389b71")


@cache
def _music(seconds: float, rate: int, seed: int) -> NDArray[np.float64]:
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate)) / rate
    x = sum(np.sin(2 * np.pi * hertz * t) for hertz in rng.uniform(150, 1200, 4)) / 10
    noise = rng.standard_normal(len(t)) * np.exp(-30 * (t % 0.5))
    # The second half is louder: a lost end shows in the level, too.
    return (
        np.column_stack([x + 0.05 * noise, 0.6 * x - 0.1 * noise])
        * (0.4 + (t > seconds / 2))[:, None]
    )


def music(seconds: float = SECONDS, rate: int = RATE, seed: int = 0) -> NDArray[np.float64]:
    """Chords and noise bursts, shape (frames, 2)."""
    return _music(seconds, rate, seed).copy()


def write(path: Path, samples: NDArray[np.float64], rate: int = RATE, **kind: str) -> Path:
    """An audio file by libsndfile, a 16-bit WAV if nothing else is said."""
    soundfile.write(path, samples, rate, **kind)
    return path


def tune(path: Path, seconds: float = SECONDS, rate: int = RATE, seed: int = 0) -> Path:
    """The music as a WAV file."""
    return write(path, music(seconds, rate, seed), rate, format="WAV")


def ffmpeg(source: Path, target: Path, *options: object) -> Path:
    """Encode by FFmpeg."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", source, *options, target]
    subprocess.run(list(map(str, command)), check=True)
    return target


def piped(source: Path, target: Path, form: str, *options: object) -> Path:
    """Encode as a recorder does that cannot go back to the header."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", source, *options, "-f", form, "-"]
    made = subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE)
    assert made.stdout is not None
    target.write_bytes(made.stdout.read())
    assert made.wait() == 0
    return target


def lame(source: Path, target: Path, *options: object) -> Path:
    """Encode by LAME."""
    subprocess.run(list(map(str, ["lame", "--quiet", *options, source, target])), check=True)
    return target


def joined(target: Path, *sources: Path) -> Path:
    """Files put together by ``cat``."""
    target.write_bytes(b"".join(source.read_bytes() for source in sources))
    return target


def cut(path: Path, share: float = 0.4) -> Path:
    """Keep only the beginning of a file."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def format_chunk(
    tag: int = 1, channels: int = 2, rate: int = RATE, bits: int = 16, width: int | None = None
) -> bytes:
    """The ``fmt`` chunk of a WAV file; `width` is the bytes of a sample."""
    align = channels * (width or (bits + 7) // 8)
    return struct.pack("<HHIIHH", tag, channels, rate, rate * align, align, bits)


def extensible(channels: int, bits: int, valid: int, mask: int, guid: bytes = PCM_GUID) -> bytes:
    """The ``fmt`` chunk of WAVE_FORMAT_EXTENSIBLE."""
    plain = format_chunk(0xFFFE, channels, bits=bits)
    return plain + struct.pack("<HHI", 22, valid, mask) + guid


def riff(
    fmt: bytes, data: bytes, riff_size: int | None = None, data_size: int | None = None
) -> bytes:
    """A WAV file of these chunks, with sizes that may lie."""
    riff_size = 20 + len(fmt) + len(data) if riff_size is None else riff_size
    data_size = len(data) if data_size is None else data_size
    head = b"RIFF" + struct.pack("<I", riff_size) + b"WAVEfmt " + struct.pack("<I", len(fmt)) + fmt
    return head + b"data" + struct.pack("<I", data_size) + data


def pcm16(samples: NDArray[np.float64]) -> bytes:
    """Samples as 16-bit integers."""
    return np.round(samples * 32767).astype("<i2").tobytes()


def id3(payload: bytes) -> bytes:
    """An ID3v2.3 tag with one title."""
    body = b"TIT2" + struct.pack(">I", len(payload)) + b"\0\0" + payload
    size = bytes((len(body) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + size + body
