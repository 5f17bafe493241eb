"""The length of a file is what is in it, for every command alike, whatever its header says."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from .commands import Runner, near
from .making import (
    RATE,
    SECONDS,
    cut,
    ffmpeg,
    format_chunk,
    id3,
    joined,
    lame,
    music,
    pcm16,
    piped,
    riff,
    tune,
    write,
)

Maker = Callable[[Path, Path], tuple[Path, float]]


def other(box: Path) -> Path:
    return tune(box / "other.wav", 2.0, seed=1)


def chained(codec: str, suffix: str, *options: object) -> Maker:
    def make(source: Path, box: Path) -> tuple[Path, float]:
        first = ffmpeg(source, box / f"a.{suffix}", "-c:a", codec)
        second = ffmpeg(other(box), box / f"b.{suffix}", "-c:a", codec, *options)
        return joined(box / f"radio.{suffix}", first, second), SECONDS + 2

    return make


def by_ffmpeg(suffix: str, *options: object) -> Maker:
    return lambda source, box: (ffmpeg(source, box / f"song.{suffix}", *options), SECONDS)


def recorded(suffix: str, form: str, *options: object) -> Maker:
    return lambda source, box: (piped(source, box / f"rec.{suffix}", form, *options), SECONDS)


def wav_sizes(riff_size: int, data_size: int) -> Maker:
    def make(source: Path, box: Path) -> tuple[Path, float]:
        path = box / "rec.wav"
        path.write_bytes(riff(format_chunk(), pcm16(music()), riff_size, data_size))
        return path, SECONDS

    return make


def wav_with_chunks_behind(source: Path, box: Path) -> tuple[Path, float]:
    path = box / "tagged.wav"
    chunk = b"LIST" + struct.pack("<I", 40_000) + b"INFO" + bytes(39_996)
    path.write_bytes(source.read_bytes() + chunk)
    return path, SECONDS


def mp3_without_header(source: Path, box: Path) -> tuple[Path, float]:
    return lame(source, box / "vbr.mp3", "-V2", "-t"), SECONDS


def mp3_joined(source: Path, box: Path) -> tuple[Path, float]:
    parts = lame(source, box / "a.mp3", "-V2"), lame(other(box), box / "b.mp3", "-V2")
    return joined(box / "both.mp3", *parts), SECONDS + 2 + 0.05


def mp3_behind_junk(source: Path, box: Path) -> tuple[Path, float]:
    path = lame(source, box / "a.mp3", "-b", "128")
    path.write_bytes(np.random.default_rng(3).bytes(20_000) + path.read_bytes())
    return path, SECONDS


def flac_joined(source: Path, box: Path) -> tuple[Path, float]:
    parts = ffmpeg(source, box / "a.flac"), ffmpeg(other(box), box / "b.flac")
    return joined(box / "both.flac", *parts), SECONDS + 2


def wav_joined(source: Path, box: Path) -> tuple[Path, float]:
    return joined(box / "both.wav", source, other(box)), SECONDS + 2


def behind_id3(suffix: str) -> Maker:
    def make(source: Path, box: Path) -> tuple[Path, float]:
        path = ffmpeg(source, box / f"song.{suffix}")
        path.write_bytes(id3(b"\0Song") + path.read_bytes())
        return path, SECONDS

    return make


def vorbis_with_cover(source: Path, box: Path) -> tuple[Path, float]:
    picture = struct.pack(">II", 3, 10) + b"image/jpeg" + bytes(20) + bytes(range(256)) * 1000
    text = base64.b64encode(picture).replace(b"=", b"\\=")
    (box / "tags.txt").write_bytes(b";FFMETADATA1\nMETADATA_BLOCK_PICTURE=" + text + b"\n")
    options = "-i", box / "tags.txt", "-map_metadata", "1", "-c:a", "libvorbis"
    path = ffmpeg(source, box / "song.ogg", *options)
    assert path.stat().st_size > 340_000
    return path, SECONDS


def fragmented(source: Path, box: Path) -> tuple[Path, float]:
    options = "-c:a", "aac", "-movflags", "frag_keyframe+empty_moov", "-frag_duration", "500000"
    return ffmpeg(source, box / "song.m4a", *options), SECONDS


def trimmed(source: Path, box: Path) -> tuple[Path, float]:
    """An MP4 file whose edit list passes over the first second."""
    whole = ffmpeg(source, box / "whole.m4a", "-c:a", "aac")
    path = box / "part.m4a"
    ffmpeg(whole, path, "-ss", "1", "-c", "copy")
    return path, SECONDS - 1


WHOLE: dict[str, Maker] = {
    "chained vorbis": chained("libvorbis", "ogg"),
    "chained opus": chained("libopus", "opus"),
    "chained flac": chained("flac", "oga"),
    "chained at another rate": chained("libvorbis", "ogg", "-ar", 16_000),
    "chained with one channel": chained("libvorbis", "ogg", "-ac", 1),
    "vbr mp3 without a header": mp3_without_header,
    "joined mp3": mp3_joined,
    "mp3 behind junk": mp3_behind_junk,
    "joined flac": flac_joined,
    "joined wav": wav_joined,
    "flac through a pipe": recorded("flac", "flac"),
    "wav through a pipe": recorded("wav", "wav"),
    "aiff through a pipe": recorded("aiff", "aiff"),
    "au through a pipe": recorded("au", "au"),
    "caf through a pipe": recorded("caf", "caf"),
    "w64 through a pipe": recorded("w64", "w64"),
    "live webm": recorded("webm", "webm", "-c:a", "libopus", "-live", "1"),
    "fragmented mp4": fragmented,
    "trimmed mp4": trimmed,
    "raw aac": by_ffmpeg("aac", "-c:a", "aac"),
    "raw ac3": by_ffmpeg("ac3", "-ar", 44_100),
    "sizes of zero": wav_sizes(0, 0),
    "the largest sizes": wav_sizes(0xFFFFFFFF, 0xFFFFFFFF),
    "sizes of 2 GiB": wav_sizes(0x80000024, 0x80000000),
    "sizes of the last save": wav_sizes(40_036, 40_000),
    "chunks behind the samples": wav_with_chunks_behind,
    "rf64": by_ffmpeg("wav", "-rf64", "always"),
    "id3 before flac": behind_id3("flac"),
    "id3 before wav": behind_id3("wav"),
    "id3 before ogg": behind_id3("ogg"),
    "a large cover in vorbis": vorbis_with_cover,
    "mp3 in wav": by_ffmpeg("wav", "-c:a", "libmp3lame", "-ar", 44_100),
    "adpcm": by_ffmpeg("wav", "-c:a", "adpcm_ms"),
    "gsm": by_ffmpeg("wav", "-ar", 8000, "-ac", 1, "-c:a", "libgsm_ms"),
    "a-law": by_ffmpeg("wav", "-c:a", "pcm_alaw"),
    "wma": by_ffmpeg("wma"),
    "wavpack": by_ffmpeg("wv"),
    "tta": by_ffmpeg("tta"),
    "alac": by_ffmpeg("m4a", "-c:a", "alac"),
    "speex": by_ffmpeg("spx", "-ar", 16_000),
    "matroska": by_ffmpeg("mka", "-c:a", "libvorbis"),
    "avi": by_ffmpeg("avi", "-c:a", "libmp3lame"),
    "mpeg-ts": by_ffmpeg("ts", "-c:a", "aac"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_whole_is_read_whole(name: str, source: Path, run: Runner, tmp_path: Path) -> None:
    path, seconds = WHOLE[name](source, tmp_path)
    near(run.seconds(path), seconds)


DAMAGED: dict[str, Maker] = {
    "wav": by_ffmpeg("wav"),
    "rf64": by_ffmpeg("wav", "-rf64", "always"),
    "w64": by_ffmpeg("w64"),
    "aiff": by_ffmpeg("aiff"),
    "caf": by_ffmpeg("caf"),
    "au": by_ffmpeg("au"),
    "adpcm": by_ffmpeg("wav", "-c:a", "adpcm_ms"),
    "mp3": by_ffmpeg("mp3"),
    "flac": by_ffmpeg("flac"),
    "m4a": by_ffmpeg("m4a", "-c:a", "aac", "-movflags", "+faststart"),
    "ogg": by_ffmpeg("ogg", "-c:a", "libvorbis"),
    "opus": by_ffmpeg("opus"),
    "wv": by_ffmpeg("wv"),
    "wma": by_ffmpeg("wma"),
    "mka": by_ffmpeg("mka", "-c:a", "flac"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_cut_off_is_damaged_and_read_to_its_end(
    name: str, source: Path, run: Runner, tmp_path: Path
) -> None:
    path, _ = DAMAGED[name](source, tmp_path)
    cut(path, 0.6)
    found, lines = run.try_all(path)
    assert set(lines) == {"analyze", "fingerprint", "separate", "pitch", "library"}
    assert all("damaged" in line for line in lines.values()), lines
    assert 0.8 < found["analyze"] < 0.8 * SECONDS
    near(found, found["analyze"], 0.04)


def test_a_damaged_mp3_repeats_nothing(source: Path, run: Runner, tmp_path: Path) -> None:
    path = cut(lame(source, tmp_path / "song.mp3", "-V2"))
    found, _ = run.try_all(path)
    decoded = len(np.frombuffer(piped(path, tmp_path / "x", "f32le").read_bytes(), "<f4")) / 2
    assert found["analyze"] == pytest.approx(decoded / RATE, abs=0.06)


EMPTY: dict[str, Callable[[Path], object]] = {
    "x.wav": lambda path: write(path, np.zeros((0, 2))),
    "x.flac": lambda path: write(path, np.zeros((0, 2))),
    "x.aiff": lambda path: write(path, np.zeros((0, 2))),
    "x.ogg": lambda path: path.write_bytes(b""),
}


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_is_empty(name: str, run: Runner, tmp_path: Path) -> None:
    EMPTY[name](tmp_path / name)
    found, lines = run.try_all(tmp_path / name)
    assert found == {}
    assert lines["library"].startswith("empty: ")


def test_one_sample_is_analysed(run: Runner, tmp_path: Path) -> None:
    path = write(tmp_path / "click.wav", np.array([[0.5, 0.5]]))
    near(run.seconds(path), 0)


def test_more_than_the_sizes_of_a_wav_file_can_say(tmp_path: Path) -> None:
    """Sizes of 32 bits start again at zero behind 4 GiB; the file here has holes."""
    from auralis_dsp.audio_file._chunks import find_data

    size = (1 << 32) + 1_000_000
    path = tmp_path / "long.wav"
    head = riff(format_chunk(), b"", (36 + size) % (1 << 32), size % (1 << 32))
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + size)
    with path.open("rb") as file:
        data = find_data(file)
    assert data is not None
    assert (data.size, data.missing) == (size, 0)
