"""Decoding every format in blocks, and what comes of files that are broken."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from auralis_dsp.library.decode import BLOCK_SAMPLES, open_audio
from auralis_dsp.library.track import Status, TrackError

from .helpers import ffmpeg, tone, write_tone

FORMATS = {
    "wav": ("wav/pcm_16", ()),
    "flac": ("flac/pcm_16", ()),
    "aiff": ("aiff/pcm_16", ()),
    "ogg": ("ogg/vorbis", ("-c:a", "libvorbis")),
    "opus": ("ogg/opus", ("-c:a", "libopus", "-ar", "48000")),
    "mp3": ("mp3/mpeg_layer_iii", ()),
    "m4a": ("mp4/aac", ("-c:a", "aac")),
    "aac": ("aac/aac", ("-c:a", "aac")),
    "wma": ("asf/wmav2", ("-c:a", "wmav2")),
    "mka": ("matroska/alac", ("-c:a", "alac")),
}


def decode(source) -> np.ndarray:
    audio = open_audio(source)
    try:
        return np.concatenate([block.copy() for block in audio.blocks()])
    finally:
        audio.close()


def failure(source) -> tuple[str, str]:
    with pytest.raises(TrackError) as caught:
        decode(str(source))
    return caught.value.status, str(caught.value)


@pytest.fixture(scope="module")
def original(tmp_path_factory) -> Path:
    return write_tone(tmp_path_factory.mktemp("original") / "tone.wav", 7.0, 44_100)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_gives_what_ffmpeg_decodes(original, tmp_path, suffix):
    codec, options = FORMATS[suffix]
    file = ffmpeg(original, tmp_path / f"tone.{suffix}", *options)
    audio = open_audio(str(file))
    assert (audio.codec, audio.channels) == (codec, 2)
    blocks = [block.copy() for block in audio.blocks()]
    assert len(blocks) > 1
    assert max(block.size for block in blocks) <= 2 * BLOCK_SAMPLES
    ours = np.concatenate(blocks)
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", file, "-f", "f64le", "-"], capture_output=True, check=True
    ).stdout
    reference = np.frombuffer(raw).reshape(-1, 2)
    # Decoders differ in how they trim the priming of lossy codecs and in rounding.
    assert abs(len(ours) - len(reference)) <= 2400
    middle = ours[44_100 : 44_100 + 4096, 0]
    lags = range(-2400, 2401)
    errors = [np.abs(middle - reference[44_100 + k : 44_100 + k + 4096, 0]).max() for k in lags]
    assert min(errors) < 2e-3
    with open(file, "rb") as opened:
        np.testing.assert_array_equal(decode(opened), ours)


@pytest.mark.parametrize("suffix", ["flac", "m4a"])
def test_channels_stay_apart(tmp_path, suffix):
    x = np.arange(1, 7) / 8 * np.ones((9000, 1))
    soundfile.write(tmp_path / "x.wav", x, 48_000)
    options = ("-c:a", "alac") if suffix == "m4a" else ()
    file = ffmpeg(tmp_path / "x.wav", tmp_path / f"y.{suffix}", *options)
    assert np.abs(decode(str(file)) - x).max() < 1e-4


@pytest.mark.parametrize(
    "rate, channels, frames", [(8000, 64, 50_000), (384_000, 1, 400_000), (44_100, 2, 1)]
)
def test_unusual_shapes(tmp_path, rate, channels, frames):
    x = tone(frames / rate, rate, channels)
    soundfile.write(tmp_path / "x.wav", x, rate, "DOUBLE")
    np.testing.assert_array_equal(decode(str(tmp_path / "x.wav")), x)


def test_a_wrong_suffix_does_not_matter(original, tmp_path):
    file = ffmpeg(original, tmp_path / "tone.mp3")
    wrong = file.rename(tmp_path / "tone.wav")
    assert open_audio(str(wrong)).codec == "mp3/mpeg_layer_iii"
    file = ffmpeg(original, tmp_path / "tone.m4a")
    wrong = file.rename(tmp_path / "tone.flac")
    assert open_audio(str(wrong)).codec == "mp4/aac"


def test_names_that_are_not_utf_8(original, tmp_path):
    for suffix in ("wav", "m4a"):
        name = os.fsdecode(os.fsencode(tmp_path) + b"/latin-\xe9." + suffix.encode())
        os.rename(ffmpeg(original, tmp_path / f"tone.{suffix}"), name)
        assert len(decode(name)) >= 7 * 44_100


def test_text_is_undecodable(tmp_path):
    file = tmp_path / "lyrics.mp3"
    file.write_text("la la la\n" * 500)
    status, text = failure(file)
    assert status == Status.UNDECODABLE
    assert "libsndfile" in text and "FFmpeg" in text


def test_without_pyav_the_error_says_what_to_install(original, tmp_path, monkeypatch):
    file = ffmpeg(original, tmp_path / "tone.m4a")
    monkeypatch.setitem(sys.modules, "av", None)
    status, text = failure(file)
    assert status == Status.UNDECODABLE
    assert "auralis-dsp[av]" in text


def test_a_file_with_only_a_picture_has_no_audio(tmp_path):
    picture = tmp_path / "cover.png"
    colour = ["-f", "lavfi", "-i", "color=red:size=64x64", "-frames:v", "1"]
    subprocess.run(["ffmpeg", "-v", "error", *colour, str(picture)], check=True)
    assert failure(ffmpeg(picture, tmp_path / "cover.m4a", "-f", "mp4"))[0] == Status.NO_AUDIO


def test_an_id3_tag_with_a_picture_and_nothing_else(tmp_path):
    from mutagen.id3 import APIC, ID3

    file = tmp_path / "cover.mp3"
    file.touch()
    tag = ID3()
    tag.add(APIC(mime="image/png", type=3, data=bytes(5000)))
    tag.save(file)
    assert failure(file)[0] in (Status.UNDECODABLE, Status.NO_AUDIO, Status.EMPTY)


def test_a_header_without_frames_is_empty(tmp_path):
    soundfile.write(tmp_path / "none.wav", np.zeros((0, 2)), 44_100)
    assert failure(tmp_path / "none.wav")[0] == Status.EMPTY


@pytest.mark.parametrize("suffix, options", [("flac", ()), ("m4a", ("-movflags", "+faststart"))])
def test_a_file_that_ends_early_is_damaged(original, tmp_path, suffix, options):
    file = ffmpeg(original, tmp_path / f"tone.{suffix}", *options)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    status, text = failure(file)
    assert status == Status.DAMAGED
    assert any(char.isdigit() for char in text)


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
        "from auralis_dsp.library.decode import open_audio\n"
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
