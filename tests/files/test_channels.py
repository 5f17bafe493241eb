"""Channels in the order of WAVE files, whatever that of the format; the track that is meant."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from auralis_dsp.audio_file import open_audio

from .commands import Runner, near
from .making import SECONDS, extensible, ffmpeg, lame, music, riff, tune, write

RATE = 48_000
#: WAVE_FORMAT_EXTENSIBLE's masks by the number of channels.
MASKS = {3: 0x7, 4: 0x33, 5: 0x37, 6: 0x3F, 7: 0x70F, 8: 0x63F}
#: Numbers of channels that a format does not have, or that FFmpeg's encoder puts in a wrong order.
UNUSABLE = {
    "m4a": (7,),
    "ac3": (7, 8),
    "opus": (5, 7),
    "aiff": (8,),
    "caf": (8,),
}
NAMES = ["FL", "FR", "FC", "LFE", "BL", "BR", "FLC", "FRC", "BC", "SL", "SR"]


def surround(channels: int) -> NDArray[np.float64]:
    """A low tone in each channel, each at its own level; LFE keeps it too."""
    t = np.arange(RATE) / RATE
    return np.sin(2 * np.pi * 60 * t)[:, None] * np.linspace(0.5, 0.1, channels)


def masked(path: Path, samples: NDArray[np.float64], mask: int) -> Path:
    """A 24-bit WAV file with named channels."""
    whole = np.round(samples * 8388607).astype("<i4")
    data = whole.reshape(-1, 1).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    fmt = bytearray(extensible(samples.shape[1], 24, 24, mask))
    struct.pack_into("<I", fmt, 4, RATE)
    path.write_bytes(riff(bytes(fmt), data))
    return path


def levels(path: Path) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    with open_audio(path) as audio:
        samples = np.concatenate(list(audio.blocks()))
        return audio.layout, np.sqrt(np.mean(np.square(samples), axis=0))


@pytest.mark.parametrize("channels", MASKS)
@pytest.mark.parametrize(
    ("suffix", "codec"),
    [
        ("wav", "pcm_s24le"),
        ("ogg", "libvorbis"),
        ("opus", "libopus"),
        ("m4a", "aac"),
        ("flac", "flac"),
        ("wv", "wavpack"),
        ("aiff", "pcm_s24be"),
        ("caf", "pcm_s24le"),
        ("ac3", "ac3"),
    ],
)
def test_channels_keep_their_places(suffix: str, codec: str, channels: int, tmp_path: Path) -> None:
    if channels in UNUSABLE.get(suffix, ()):
        return
    source = masked(tmp_path / "source.wav", surround(channels), MASKS[channels])
    path = ffmpeg(source, tmp_path / f"film.{suffix}", "-c:a", codec, "-b:a", "600k")
    layout, found = levels(path)
    # Surrounds are called back or side; that is a matter of taste.
    front = [name for name in layout if name in ("FL", "FR", "FC", "LFE")]
    assert front == [name for bit, name in enumerate(NAMES[:4]) if MASKS[channels] >> bit & 1]
    assert list(np.argsort(-found)) == list(range(channels)), found


def test_a_layout_in_another_order_is_put_in_order(tmp_path: Path) -> None:
    """CAF names each channel; these are not in the order of WAVE files."""
    labels = {"FC": 3, "FL": 1, "FR": 2, "BL": 5, "BR": 6, "LFE": 4}
    gains = dict(zip(labels, np.linspace(0.5, 0.1, 6), strict=True))
    samples = np.round(32767 * surround(6)).astype(">i2").tobytes()
    desc = struct.pack(">d4s5I", RATE, b"lpcm", 0, 12, 1, 6, 16)
    chan = struct.pack(">III", 0, 0, 6)
    chan += b"".join(struct.pack(">II3f", label, 0, 0, 0, 0) for label in labels.values())
    data = struct.pack(">I", 0) + samples
    chunks = ((b"desc", desc), (b"chan", chan), (b"data", data))
    path = tmp_path / "film.caf"
    body = b"".join(name + struct.pack(">q", len(chunk)) + chunk for name, chunk in chunks)
    path.write_bytes(b"caff\0\1\0\0" + body)
    for _ in range(3):  # decoders have lost memory over such layouts
        layout, found = levels(path)
        assert list(layout) == sorted(labels, key=NAMES.index)
        for name, level in zip(layout, found, strict=True):
            assert level == pytest.approx(gains[name] / np.sqrt(2), rel=1e-3)


def test_sixteen_channels_in_every_form(tmp_path: Path) -> None:
    x = surround(16)
    source = write(tmp_path / "desk.wav", x, RATE, subtype="PCM_24")
    kinds = {"wav": (), "caf": ("-c:a", "pcm_s24le"), "mka": ("-c:a", "pcm_s24le")}
    for suffix, options in kinds.items():
        path = source if suffix == "wav" else ffmpeg(source, tmp_path / f"desk.{suffix}", *options)
        layout, found = levels(path)
        assert layout == () or len(layout) == 16
        np.testing.assert_allclose(found, np.linspace(0.5, 0.1, 16) / np.sqrt(2), rtol=1e-3)


@pytest.mark.parametrize(
    ("suffix", "codec"), [("ogg", "libvorbis"), ("opus", "libopus"), ("m4a", "aac")]
)
def test_loudness_and_width_are_those_of_the_wav(
    suffix: str, codec: str, run: Runner, tmp_path: Path
) -> None:
    left, right = music(rate=RATE).T
    parts = [0.4 * left, -0.4 * left, 0.9 * right, 0.3 * left, 0.25 * right, 0.2 * left]
    source = masked(tmp_path / "film.wav", np.column_stack(parts), MASKS[6])
    path = ffmpeg(source, tmp_path / f"film.{suffix}", "-c:a", codec, "-b:a", "500k")
    ours, theirs = run.values(path), run.values(source)
    assert ours["lufs"] == pytest.approx(theirs["lufs"], abs=0.15)
    assert ours["stereo_width"] == pytest.approx(theirs["stereo_width"], abs=0.03)


def test_a_subwoofer_does_not_count_in_the_loudness(run: Runner, tmp_path: Path) -> None:
    """2.1 has its third channel where 3.0 has the centre: the layout of the file decides."""
    left, right = music(rate=RATE).T
    stereo = masked(tmp_path / "stereo.wav", np.column_stack([left, right]), 0x3)
    parts = np.column_stack([left, right, 0.9 * np.sign(left)])
    loud = run.values(stereo)["lufs"]
    assert run.values(masked(tmp_path / "2.1.wav", parts, 0xB))["lufs"] == pytest.approx(loud)
    assert run.row(tmp_path / "2.1.wav")["fingerprint"][7] == pytest.approx(loud)
    assert run.values(masked(tmp_path / "3.0.wav", parts, 0x7))["lufs"] > loud + 3


def test_the_default_track_is_the_song(source: Path, run: Runner, tmp_path: Path) -> None:
    comment = tune(tmp_path / "comment.wav", 1.0, seed=4)
    for suffix in ("mp4", "mka"):
        path = tmp_path / f"concert.{suffix}"
        options = "-i", source, "-map", "0:a", "-map", "1:a", "-c:a", "aac"
        ffmpeg(comment, path, *options, "-disposition:a:0", "0", "-disposition:a:1", "default")
        near(run.seconds(path), SECONDS)


def test_a_cover_is_no_track(source: Path, run: Runner, tmp_path: Path) -> None:
    picture = tmp_path / "cover.png"
    colour = ["-f", "lavfi", "-i", "color=red:size=64x64", "-frames:v", "1"]
    subprocess.run(["ffmpeg", "-v", "error", *colour, picture], check=True)
    plain = lame(source, tmp_path / "plain.mp3", "-V2")
    options = (
        "-i",
        picture,
        "-map",
        "0",
        "-map",
        "1",
        "-c",
        "copy",
        "-disposition:v",
        "attached_pic",
    )
    near(run.seconds(ffmpeg(plain, tmp_path / "song.mp3", *options)), SECONDS)
    alone = ffmpeg(picture, tmp_path / "cover.m4a", "-f", "mp4")
    found, lines = run.try_all(alone)
    assert found == {}
    assert lines["library"].startswith("no-audio: ")


def test_channels_that_cancel_are_told(run: Runner, tmp_path: Path) -> None:
    x = music()[:, 0]
    path = write(tmp_path / "karaoke.wav", np.column_stack([x, -x]), subtype="PCM_24")
    summary = run("analyze", "--json", path).out
    assert "cancel" in summary
    assert "cancel" in run("analyze", path).out
    assert "cancel" in run.row(path)["error"]


WIDTHS = {
    "24 bits in 32": (extensible(2, 32, 24, 3), "<i4", 2.0**31, 256),
    "20 bits in 24": (extensible(2, 24, 20, 3), "<i3", 2.0**23, 16),
    "12 bits in 16": (extensible(2, 16, 12, 3), "<i2", 2.0**15, 16),
    "32 bits": (extensible(2, 32, 32, 3), "<i4", 2.0**31, 1),
}


@pytest.mark.parametrize("name", WIDTHS)
def test_samples_of_odd_widths_lie_at_the_upper_end(name: str, tmp_path: Path) -> None:
    fmt, kind, scale, step = WIDTHS[name]
    whole = np.round(music(1.0) * scale / step).astype(np.int64) * step
    data = whole.astype("<i4").reshape(-1, 1).view(np.uint8).reshape(-1, 4)[:, : int(kind[2])]
    path = tmp_path / "studio.wav"
    path.write_bytes(riff(fmt, np.ascontiguousarray(data).tobytes()))
    with open_audio(path) as audio:
        found = np.concatenate(list(audio.blocks()))
    np.testing.assert_array_equal(found, whole / scale)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_linear_samples_are_those_of_libsndfile(subtype: str, tmp_path: Path) -> None:
    forms = [("WAV", "LITTLE"), ("WAV", "BIG"), ("RF64", "LITTLE"), ("W64", "LITTLE")]
    forms += [("AIFF", "BIG"), ("AU", "BIG"), ("CAF", "LITTLE"), ("CAF", "BIG")]
    for form, endian in forms:
        if not soundfile.check_format(form, subtype, endian):
            continue
        path = tmp_path / f"{form}-{endian}"
        soundfile.write(path, music(0.3), 22_050, format=form, subtype=subtype, endian=endian)
        with open_audio(path) as audio:
            found = np.concatenate(list(audio.blocks()))
        np.testing.assert_array_equal(found, soundfile.read(path)[0])
