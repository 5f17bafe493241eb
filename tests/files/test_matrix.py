"""Codecs × sample rates × channels beside FFmpeg: the same length, the same samples in time."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from auralis_dsp.audio_file import open_audio

from .making import ffmpeg, music, write

#: File suffix and FFmpeg's encoder.
LOSSLESS = [
    ("wav", "pcm_u8"),
    ("wav", "pcm_s16le"),
    ("wav", "pcm_s24le"),
    ("wav", "pcm_s32le"),
    ("wav", "pcm_f32le"),
    ("wav", "pcm_f64le"),
    ("aiff", "pcm_s16be"),
    ("aiff", "pcm_s24be"),
    ("caf", "pcm_s32be"),
    ("caf", "pcm_f32le"),
    ("au", "pcm_s16be"),
    ("au", "pcm_f64be"),
    ("w64", "pcm_s24le"),
    ("flac", "flac"),
    ("oga", "flac"),
    ("mka", "flac"),
    ("m4a", "alac"),
    ("wv", "wavpack"),
    ("tta", "tta"),
]
#: Likewise, and the rates and the most channels that it takes.
LOSSY = [
    ("mp3", "libmp3lame", (16_000, 44_100, 48_000), 2),
    ("ogg", "libvorbis", (16_000, 44_100, 96_000), 6),
    ("opus", "libopus", (48_000,), 6),
    ("m4a", "aac", (16_000, 44_100, 96_000), 6),
    ("aac", "aac", (44_100,), 2),
    ("mka", "libvorbis", (44_100,), 2),
    ("webm", "libopus", (48_000,), 2),
    ("wma", "wmav2", (44_100,), 2),
    ("ac3", "ac3", (48_000,), 6),
    ("mp2", "mp2", (44_100,), 2),
    ("mp4", "libmp3lame", (44_100,), 2),
]
CASES = [
    *((s, c, rate, n) for s, c in LOSSLESS for rate in (8000, 44_100, 192_000) for n in (1, 2, 6)),
    *(
        (s, c, rate, n)
        for s, c, rates, most in LOSSY
        for rate in rates
        for n in (1, 2, 6)
        if n <= most
    ),
]


def decoded(path: Path) -> NDArray[np.float64]:
    with open_audio(path) as audio:
        samples = np.concatenate(list(audio.blocks()))
        assert audio.damage is None
        assert audio.frames == len(samples)
    return samples


def by_ffmpeg(path: Path, channels: int) -> NDArray[np.float64]:
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", path, "-f", "f64le", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return np.frombuffer(raw).reshape(-1, channels)


@pytest.mark.parametrize(("suffix", "codec", "rate", "channels"), CASES)
def test_length_and_samples_are_those_of_ffmpeg(
    suffix: str, codec: str, rate: int, channels: int, tmp_path: Path
) -> None:
    stereo = music(0.7, rate)
    columns = [stereo[:, i % 2] * (1 - i / 10) for i in range(channels)]
    source = write(tmp_path / "source.wav", np.column_stack(columns), rate, subtype="DOUBLE")
    lossless = (suffix, codec) in LOSSLESS
    path = ffmpeg(source, tmp_path / f"song.{suffix}", "-c:a", codec)
    with open_audio(path) as audio:
        assert (audio.rate, audio.channels) == (rate, channels)
        assert len(audio.layout) == channels
    ours, theirs = decoded(path), by_ffmpeg(path, channels)
    if lossless:
        # FFmpeg counts the bytes that fill up a chunk of W64 as samples.
        assert len(stereo) <= len(ours) <= len(stereo) + (7 if suffix == "w64" else 0)
        step = 2.0**-7 if codec == "pcm_u8" else 2.0**-15
        np.testing.assert_allclose(ours[: len(stereo)], np.column_stack(columns), rtol=0, atol=step)
        if len(theirs):  # older ones do not decode all FLAC that they write
            np.testing.assert_allclose(ours, theirs[: len(ours)], rtol=0, atol=1e-15)
        return
    # FFmpeg itself differs from version to version in what it cuts off behind the end.
    assert abs(len(ours) - len(theirs)) <= 2112
    common = min(len(ours), len(theirs), len(stereo))
    assert common > 0.95 * len(stereo)
    assert np.abs(ours[:common] - theirs[:common]).max() < 2e-3


@pytest.mark.parametrize(
    ("suffix", "codec", "behind"),
    [
        ("mp3", "libmp3lame", 0),
        ("ogg", "libvorbis", 0),
        ("opus", "libopus", 0),
        ("m4a", "aac", 1023),
    ],
)
@pytest.mark.parametrize("frames", [1000, 5000, 48_000, 100_001])
def test_lossy_files_begin_and_end_as_their_source(
    suffix: str, codec: str, behind: int, frames: int, tmp_path: Path
) -> None:
    """The delay that encoders add is taken off, as players do."""
    noise = 0.2 * np.random.default_rng(0).standard_normal((frames, 2))
    # Low frequencies survive every encoder.
    smooth = np.cumsum(noise, axis=0) * 0.05
    smooth -= np.linspace(0, 1, frames)[:, None] * smooth[-1]
    x = smooth / np.abs(smooth).max() / 2
    path = ffmpeg(
        write(tmp_path / "x.wav", x, 48_000),
        tmp_path / f"x.{suffix}",
        "-c:a",
        codec,
        "-b:a",
        "192k",
    )
    y = decoded(path)
    assert 0 <= len(y) - frames <= behind
    lags = range(-20, 21)
    middle = slice(200, min(frames, 40_000) - 200)
    errors = [np.abs(np.roll(y[:frames], -lag, axis=0)[middle] - x[middle]).mean() for lag in lags]
    assert abs(list(lags)[int(np.argmin(errors))]) <= 1
