"""Decoding in blocks, from paths and from file objects, in constant memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auralis_dsp.audio_file import BLOCK_SAMPLES, AudioError, Kind, open_audio

from .helpers import ffmpeg, tone, write_tone

FORMATS = {
    "wav": ("wav/pcm_s16le", ()),
    "flac": ("flac/flac", ()),
    "aiff": ("aiff/pcm_s16be", ()),
    "ogg": ("ogg/vorbis", ("-c:a", "libvorbis")),
    "opus": ("ogg/opus", ("-c:a", "libopus", "-ar", "48000")),
    "mp3": ("mp3/mp3", ()),
    "m4a": ("mov/aac", ("-c:a", "aac")),
    "aac": ("aac/aac", ("-c:a", "aac")),
    "wma": ("asf/wmav2", ("-c:a", "wmav2")),
    "mka": ("matroska/alac", ("-c:a", "alac")),
}


def decode(source) -> np.ndarray:
    with open_audio(source) as audio:
        return np.concatenate([block.copy() for block in audio.blocks()])


@pytest.fixture(scope="module")
def original(tmp_path_factory) -> Path:
    return write_tone(tmp_path_factory.mktemp("original") / "tone.wav", 7.0, 44_100)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_in_equal_blocks(original, tmp_path, suffix):
    codec, options = FORMATS[suffix]
    file = ffmpeg(original, tmp_path / f"tone.{suffix}", *options)
    with open_audio(str(file)) as audio:
        assert (audio.codec, audio.channels) == (codec, 2)
        blocks = [block.copy() for block in audio.blocks()]
        assert audio.damage is None
    sizes = [block.size for block in blocks]
    assert len(sizes) > 1
    assert set(sizes[:-1]) == {BLOCK_SAMPLES}
    assert 0 < sizes[-1] <= BLOCK_SAMPLES
    with open(file, "rb") as opened:
        np.testing.assert_array_equal(decode(opened), np.concatenate(blocks))
    with open_audio(file) as audio:
        small = list(audio.blocks(1000))
    assert {len(block) for block in small[:-1]} == {1000}
    np.testing.assert_array_equal(np.concatenate(small), np.concatenate(blocks))


@pytest.mark.parametrize(
    "rate, channels, frames", [(8000, 64, 50_000), (384_000, 1, 400_000), (44_100, 2, 1)]
)
def test_unusual_shapes(tmp_path, rate, channels, frames):
    x = tone(frames / rate, rate, channels)
    soundfile.write(tmp_path / "x.wav", x, rate, "DOUBLE")
    np.testing.assert_array_equal(decode(str(tmp_path / "x.wav")), x)


def test_a_wrong_suffix_does_not_matter(original, tmp_path):
    for suffix, other in (("mp3", "wav"), ("m4a", "flac")):
        file = ffmpeg(original, tmp_path / f"tone.{suffix}")
        wrong = file.rename(tmp_path / f"tone.{other}")
        with open_audio(wrong) as audio:
            assert audio.codec == FORMATS[suffix][0]


def test_names_that_are_not_utf_8(original, tmp_path):
    for suffix in ("wav", "m4a"):
        name = os.fsencode(tmp_path) + b"/latin-\xe9." + suffix.encode()
        os.rename(ffmpeg(original, tmp_path / f"tone.{suffix}"), name)
        for given in (name, os.fsdecode(name), Path(os.fsdecode(name))):
            assert len(decode(given)) >= 7 * 44_100


def test_an_id3_tag_with_a_picture_and_nothing_else(tmp_path):
    from mutagen.id3 import APIC, ID3

    file = tmp_path / "cover.mp3"
    file.touch()
    tag = ID3()
    tag.add(APIC(mime="image/png", type=3, data=bytes(5000)))
    tag.save(file)
    with pytest.raises(AudioError) as caught:
        decode(file)
    assert caught.value.kind == Kind.EMPTY


def test_ten_hours_take_constant_memory(tmp_path):
    file = tmp_path / "long.wav"
    frames = 36_000 * 8000
    soundfile.write(file, np.zeros(1), 8000)
    header = bytearray(file.read_bytes()[:44])
    header[4:8] = (36 + 2 * frames).to_bytes(4, "little")
    header[40:44] = (2 * frames).to_bytes(4, "little")
    with open(file, "wb") as sparse:
        sparse.write(header)
        sparse.truncate(44 + 2 * frames)
    script = (
        "import resource, sys\n"
        "from auralis_dsp.audio_file import open_audio\n"
        "blocks = open_audio(sys.argv[1]).blocks()\n"
        "next(blocks)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "frames = sum(len(block) for block in blocks)\n"
        "after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(frames, after - before)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, str(file)], capture_output=True, text=True, check=True
    )
    rest, growth = map(int, result.stdout.split())
    assert rest + BLOCK_SAMPLES == frames
    assert growth < 8192  # KiB
