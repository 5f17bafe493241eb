#!/usr/bin/env python3
"""Make a music library to measure with: slices of real music, varied and re-encoded.

    python3 tools/make_library.py MUSIC... -o OUTPUT --tracks 2000

Every track is a slice of a file under MUSIC (any format that libsndfile reads), repeated
where that is too short, or a synthesised piece; 10 to 240 s, short ones more often; at a
random gain, brightness and rate, in mono or stereo, in one of nine codecs. One of fifty
is then broken: cut, emptied, overwritten in places or replaced by something else. The
same seed gives the same library.
"""

from __future__ import annotations

import argparse
import subprocess
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import lfilter, resample_poly

#: Suffix, how libsndfile or (with options) FFmpeg writes it, and how often.
FORMATS = {
    "mp3": (("MP3", None), 35),
    "flac": (("FLAC", "PCM_16"), 20),
    "ogg": (("OGG", "VORBIS"), 15),
    "m4a": (["-c:a", "aac", "-b:a", "160k"], 12),
    "opus": (("OGG", "OPUS"), 6),
    "wav": (("WAV", "PCM_16"), 6),
    "wma": (["-c:a", "wmav2", "-b:a", "160k"], 3),
    "aiff": (("AIFF", "PCM_24"), 2),
    "mka": (["-c:a", "alac"], 1),
}
RATES = [44_100, 44_100, 44_100, 44_100, 48_000, 48_000, 32_000, 22_050, 96_000]
BROKEN_EVERY = 50


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("music", type=Path, nargs="+")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--tracks", type=int, default=2000)
    parser.add_argument("--workers", type=int)
    options = parser.parse_args()
    sources = sorted(
        str(path)
        for music in options.music
        for path in music.rglob("*")
        if path.suffix in (".mp3", ".ogg", ".wav", ".flac") and soundfile.info(path).duration > 5
    )
    jobs = [(number, sources, options.output) for number in range(options.tracks)]
    with ProcessPoolExecutor(options.workers) as pool:
        size = sum(pool.map(make_track, jobs, chunksize=8))
    print(f"{options.tracks} tracks, {size / 1e6:.0f} MB")


def make_track(job: tuple[int, list[str], Path]) -> int:
    """Write one track and return its size in bytes."""
    number, sources, output = job
    rng = np.random.default_rng(number)
    rate = int(rng.choice(RATES))
    suffix = str(rng.choice(list(FORMATS), p=np.array([f[1] for f in FORMATS.values()]) / 100))
    if suffix == "opus":
        rate = 48_000
    elif suffix in ("mp3", "wma", "m4a"):
        rate = min(rate, 48_000)
    seconds = 10 * 24 ** rng.random() ** 2
    if rng.random() < 0.8:
        audio = real_slice(str(rng.choice(sources)), seconds, rate, rng)
    else:
        audio = synthesised(seconds, rate, rng)
    audio = lfilter([1 - (tilt := rng.uniform(-0.5, 0.8))], [1, -tilt], audio, axis=0)
    audio *= 10 ** (rng.uniform(-20, -0.5) / 20) / max(np.abs(audio).max(), 1e-9)
    if rng.random() < 0.1:
        audio = audio.mean(axis=1, keepdims=True)
    path = output / f"artist {number % 97:02}" / f"{number:05}.{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, audio, rate, FORMATS[suffix][0])
    if number % BROKEN_EVERY == BROKEN_EVERY - 1:
        damage(path, rng)
    return path.stat().st_size


def real_slice(source: str, seconds: float, rate: int, rng: np.random.Generator) -> np.ndarray:
    info = soundfile.info(source)
    frames = min(int(seconds * info.samplerate), info.frames)
    start = int(rng.integers(0, info.frames - frames + 1))
    audio, _ = soundfile.read(source, frames, start, always_2d=True)
    audio = np.tile(audio, (int(np.ceil(seconds * info.samplerate / len(audio))), 1))
    audio = audio[: int(seconds * info.samplerate)]
    if audio.shape[1] == 1:
        audio = np.repeat(audio, 2, axis=1)
    common = np.gcd(rate, info.samplerate)
    return resample_poly(audio[:, :2], rate // common, info.samplerate // common, axis=0)


def synthesised(seconds: float, rate: int, rng: np.random.Generator) -> np.ndarray:
    """Chords over a beat."""
    n = int(seconds * rate)
    t = np.arange(n) / rate
    beat = 60 / rng.uniform(70, 170)
    root = rng.uniform(80, 300)
    out = np.zeros((n, 2))
    for start in np.arange(0, seconds, 4 * beat):
        inside = slice(int(start * rate), int((start + 4 * beat) * rate))
        for step in rng.choice([0, 3, 4, 7, 9, 12, 16], 3, replace=False):
            tone = np.sin(2 * np.pi * root * 2 ** (step / 12) * t[inside])
            out[inside] += 0.2 * tone[:, None] * rng.uniform(0.3, 1, 2)
    phase = t % beat
    out += (rng.normal(size=n) * np.exp(-phase * rng.uniform(20, 60)) * 0.5)[:, None]
    return out


def write(path: Path, audio: np.ndarray, rate: int, how: tuple | list) -> None:
    if isinstance(how, tuple):
        with soundfile.SoundFile(path, "w", rate, audio.shape[1], how[1], format=how[0]) as file:
            for start in range(0, len(audio), 65_536):  # libsndfile's Vorbis dies of longer ones
                file.write(audio[start : start + 65_536])
        return
    raw = ["-f", "f32le", "-ar", str(rate), "-ac", str(audio.shape[1]), "-i", "-"]
    command = ["ffmpeg", "-v", "error", "-y", *raw, *how, str(path)]
    subprocess.run(command, input=audio.astype("<f4").tobytes(), check=True)


def damage(path: Path, rng: np.random.Generator) -> None:
    """Do to a file what disks, downloads and people do."""
    data = bytearray(path.read_bytes())
    match rng.integers(5):
        case 0:
            data = data[: len(data) * 2 // 3]
        case 1:
            data = bytearray()
        case 2:
            for _ in range(200):
                data[rng.integers(len(data))] = rng.integers(256)
        case 3:
            data = bytearray(rng.bytes(50_000))
        case 4:
            data = bytearray(b"<html><body>404 not found</body></html>" * 20)
    path.write_bytes(data)


if __name__ == "__main__":
    main()
