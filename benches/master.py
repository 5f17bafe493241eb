#!/usr/bin/env python3
"""Masters of real music beside matchering and FFmpeg's loudnorm, on one core.

Each pair of tracks (one to be mastered like the other) goes through

- auralis-dsp master --reference, at full intensity and at the reference's loudness;
- matchering, which matches level and spectrum, in the Python that --matchering names (made with
  pip install matchering);
- FFmpeg's loudnorm in two passes, to the reference's loudness and −1 dBTP, which does not match
  spectra;

from WAV file to WAV file of 24 bits. All are measured by FFmpeg's ebur128 and by libebur128, and
their third octaves by NumPy: none of the meters is ours. The music is in Debian's packages;
--fetch downloads them.
"""

from __future__ import annotations

import argparse
import ctypes
import ctypes.util
import json
import math
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

PACKAGES = (
    "asc-music",
    "hyperrogue-music",
    "pink-pony-data",
    "wesnoth-1.16-music",
    "xmoto-data",
    "libebur128-1",
)
_WESNOTH = "usr/share/games/wesnoth/1.16/data/core/music"
#: What becomes like what.
PAIRS = {
    "strings like metal": (f"{_WESNOTH}/love_theme.ogg", "usr/share/games/asc/music/frontiers.mp3"),
    "orchestra like electronic": (
        f"{_WESNOTH}/breaking_the_chains.ogg",
        "usr/share/hyperrogue/music/hr3-motion.ogg",
    ),
    "electronic like orchestra": (
        "usr/share/hyperrogue/music/hr3-laboratory.ogg",
        f"{_WESNOTH}/the_king_is_dead.ogg",
    ),
    "rock like pop": (
        "usr/share/games/xmoto/Textures/Musics/speeditup.ogg",
        "usr/share/games/pink-pony/music/To be happy.mp3",
    ),
    "pop like rock": (
        "usr/share/games/pink-pony/music/To be happy.mp3",
        "usr/share/games/asc/music/machine_wars.mp3",
    ),
    "ambient like rock": (
        "usr/share/hyperrogue/music/hr3-icyland.ogg",
        "usr/share/games/xmoto/Textures/Musics/batcave.ogg",
    ),
}
#: Bands so far below the loudest are what a lossy file left out, in dB.
EMPTY = 60.0
MATCHERING = """
import sys, matchering
target, reference, output = sys.argv[1:]
matchering.process(target, reference, [matchering.pcm24(output)])
"""

STARTER = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stderr=subprocess.STDOUT)
_, status, usage = os.wait4(process.pid, 0)
sys.stdout.write(f"\\n{usage.ru_utime + usage.ru_stime} {usage.ru_maxrss}")
sys.exit(os.waitstatus_to_exitcode(status))
"""


class Cost(NamedTuple):
    """What a program took: processor time in s and memory in MB."""

    seconds: float
    megabytes: float


class Sound(NamedTuple):
    """What is measured of a file."""

    loudness: float
    loudness_again: float
    range: float
    true_peak: float
    true_peak_again: float
    octaves: np.ndarray


def main() -> int:
    """Measure, and print a table for each pair and one of the means."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--music", type=Path, default=Path("/"), help="where the packages lie")
    parser.add_argument("--fetch", action="store_true", help="download them to there")
    parser.add_argument("--matchering", default=sys.executable, help="Python that has it")
    parser.add_argument("--work", type=Path, default=Path("target/bench-master"))
    parser.add_argument("--pairs", type=int, default=len(PAIRS))
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    if options.fetch:
        fetch(options.music)
    options.work.mkdir(parents=True, exist_ok=True)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    meter = Meter(options.music)
    rows = []
    for name, files in list(PAIRS.items())[: options.pairs]:
        target, reference = (decoded(options.music / file, options.work) for file in files)
        before, wanted = meter(target), meter(reference)
        minutes = soundfile.info(target).duration / 60
        print(f"\n{name}: {minutes:.1f} min, {before.loudness:.1f} LUFS, range {before.range:.1f}")
        print(f"wanted: {wanted.loudness:.1f} LUFS, range {wanted.range:.1f}")
        masters = {
            "auralis-dsp": auralis(target, reference, options.work, wanted.loudness),
            "matchering": matchering(target, reference, options.work, options.matchering),
            "loudnorm": loudnorm(target, options.work, wanted.loudness),
        }
        for program, (cost, path, note) in masters.items():
            after = meter(path)
            row = {
                "pair": name,
                "program": program,
                "seconds_per_minute": cost.seconds / minutes,
                "megabytes": cost.megabytes,
                "loudness_error": after.loudness - wanted.loudness,
                "loudness_error_again": after.loudness_again - wanted.loudness_again,
                "true_peak": after.true_peak,
                "true_peak_again": after.true_peak_again,
                "spectral_error": spectral_error(after.octaves, before.octaves, wanted.octaves),
                "spectral_error_before": spectral_error(
                    before.octaves, before.octaves, wanted.octaves
                ),
                "range_before": before.range,
                "range_after": after.range,
                "note": note,
            }
            rows.append(row)
            print(line(row), flush=True)
    print("\nmeans (of the loudness error and of the change of range: of their sizes)")
    for program in masters:
        own = [row for row in rows if row["program"] == program]
        print(line(mean(own)))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))
    return 0


def line(row: dict) -> str:
    """A row as text."""
    return (
        f"{row['program']:12} {row['seconds_per_minute']:5.2f} s/min {row['megabytes']:6.0f} MB  "
        f"loudness {row['loudness_error']:+5.2f} ({row['loudness_error_again']:+.2f}) LU  "
        f"peak {row['true_peak']:+5.2f} ({row['true_peak_again']:+.2f}) dBTP  "
        f"spectrum {row['spectral_error']:4.2f} of {row['spectral_error_before']:.2f} dB  "
        f"range {row['range_before']:4.1f} → {row['range_after']:4.1f} LU  {row['note']}"
    )


def mean(rows: list[dict]) -> dict:
    """Means over the pairs."""
    result = {"program": rows[0]["program"], "note": ""}
    for name, value in rows[0].items():
        if isinstance(value, float):
            values = [row[name] for row in rows]
            if name.startswith("loudness_error"):
                values = [abs(one) for one in values]
            result[name] = max(values) if "peak" in name else float(np.mean(values))
    return result


def fetch(folder: Path) -> None:
    """Download the packages and unpack them."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "download", *PACKAGES], cwd=folder, check=True)
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg", "-x", package, folder], check=True)


def decoded(source: Path, work: Path) -> Path:
    """The file as WAV of 24 bits and 44.1 kHz, which all programs take as it is."""
    target = work / f"{source.stem}.wav"
    if not target.exists():
        form = ["-ar", "44100", "-ac", "2", "-c:a", "pcm_s24le"]
        command = ["ffmpeg", "-v", "error", "-y", "-i", str(source), *form, str(target)]
        subprocess.run(command, check=True)
    return target


def timed(*commands: list[str]) -> tuple[Cost, str]:
    """What some programs take, one after the other, and what the last one says."""
    seconds = megabytes = 0.0
    for command in commands:
        # By way of a small process: the memory of a new one begins with that of its parent.
        ran = subprocess.run(
            [sys.executable, "-c", STARTER, *command], capture_output=True, text=True
        )
        said, _, figures = ran.stdout.rpartition("\n")
        if ran.returncode:
            sys.exit(f"{command}: {ran.stdout}{ran.stderr}")
        took, kibibytes = map(float, figures.split())
        seconds += took
        megabytes = max(megabytes, kibibytes / 1024)
    return Cost(seconds, megabytes), said


def auralis(target: Path, reference: Path, work: Path, loudness: float) -> tuple[Cost, Path, str]:
    """By this package."""
    output, report = work / "auralis.wav", work / "auralis.json"
    command = [sys.executable, "-m", "auralis_dsp", "master", str(target), "-o", str(output)]
    command += ["--reference", str(reference), "--intensity", "1", "--loudness", f"{loudness:.3f}"]
    cost, _ = timed([*command, "--report", str(report), "--force"])
    found = json.loads(report.read_text())["masters"][0]["report"]
    note = f"limiter costs {found['limiter_cost']:.1f} LU"
    limits = {1: "--limiting", 2: "--gain-max"}
    if found["limited_by"]:
        note += f", stopped by {limits[found['limited_by']]}"
    return cost, output, note


def matchering(target: Path, reference: Path, work: Path, python: str) -> tuple[Cost, Path, str]:
    """By matchering."""
    output = work / "matchering.wav"
    paths = [str(path) for path in (target, reference, output)]
    cost, _ = timed([python, "-c", MATCHERING, *paths])
    return cost, output, ""


def loudnorm(target: Path, work: Path, loudness: float) -> tuple[Cost, Path, str]:
    """By FFmpeg's loudnorm, measuring first."""
    output = work / "loudnorm.wav"
    goal = f"loudnorm=I={loudness:.2f}:TP=-1:LRA=11"
    begin = ["ffmpeg", "-hide_banner", "-nostats", "-y", "-i", str(target)]
    first, said = timed([*begin, "-af", f"{goal}:print_format=json", "-f", "null", "-"])
    found = json.loads(said[said.rindex("{") : said.rindex("}") + 1])
    measured = ":".join(
        f"measured_{theirs}={found[f'input_{ours}']}"
        for theirs, ours in (("I", "i"), ("LRA", "lra"), ("TP", "tp"), ("thresh", "thresh"))
    )
    goal += f":{measured}:offset={found['target_offset']}"
    form = ["-ar", "44100", "-c:a", "pcm_s24le"]
    second, _ = timed([*begin, "-af", goal, *form, str(output)])
    cost = Cost(first.seconds + second.seconds, max(first.megabytes, second.megabytes))
    return cost, output, ""


class Meter:
    """Measures files with meters that are not ours."""

    def __init__(self, music: Path) -> None:
        names = [*music.glob("usr/lib/*/libebur128.so.1"), ctypes.util.find_library("ebur128")]
        self._lib = ctypes.CDLL(str(next(name for name in names if name)))
        self._lib.ebur128_init.restype = ctypes.c_void_p
        self._lib.ebur128_init.argtypes = [ctypes.c_uint, ctypes.c_ulong, ctypes.c_int]

    def __call__(self, path: Path) -> Sound:
        """Measure."""
        filters = "ebur128=peak=true:metadata=1,ametadata=print:file=-"
        command = ["ffmpeg", "-v", "error", "-i", str(path), "-af", filters, "-f", "null", "-"]
        shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout

        def latest(name: str) -> float:
            return float(re.findall(rf"lavfi\.r128\.{name}=(\S+)", shown)[-1])

        peak = max(latest(f"true_peaks_ch{i}") for i in range(2))
        audio, rate = soundfile.read(path, always_2d=True)
        again, peak_again = self._again(audio, rate)
        return Sound(
            latest("I"),
            again,
            latest("LRA"),
            20 * math.log10(peak),
            peak_again,
            third_octaves(audio.mean(axis=1), rate),
        )

    def _again(self, audio: np.ndarray, rate: int) -> tuple[float, float]:
        """Loudness and true peak by libebur128."""
        lib, channels = self._lib, audio.shape[1]
        # Integrated loudness and true peak.
        state = ctypes.c_void_p(
            lib.ebur128_init(channels, rate, (1 << 2 | 1) | (1 << 5 | 1 << 4 | 1))
        )
        data = np.ascontiguousarray(audio)
        pointer = data.ctypes.data_as(ctypes.POINTER(ctypes.c_double))
        assert lib.ebur128_add_frames_double(state, pointer, ctypes.c_size_t(len(data))) == 0
        value, peaks = ctypes.c_double(), []
        lib.ebur128_loudness_global(state, ctypes.byref(value))
        loudness = value.value
        for channel in range(channels):
            lib.ebur128_true_peak(state, channel, ctypes.byref(value))
            peaks.append(value.value)
        lib.ebur128_destroy(ctypes.byref(state))
        return loudness, 20 * math.log10(max(peaks))


def third_octaves(mono: np.ndarray, rate: int) -> np.ndarray:
    """Levels in dB of the third octaves from 125 Hz to 12.5 kHz."""
    n = 16384
    window = np.hanning(n + 1)[:-1]
    frames = np.lib.stride_tricks.sliding_window_view(mono, n)[:: n // 2]
    power = np.zeros(n // 2 + 1)
    for frame in frames:
        power += np.abs(np.fft.rfft(frame * window)) ** 2
    frequencies = np.fft.rfftfreq(n, 1 / rate)
    centres = 1000 * 2.0 ** (np.arange(-9, 12) / 3)
    levels = []
    for centre in centres:
        low, high = centre * 2 ** (-1 / 6), centre * 2 ** (1 / 6)
        levels.append(power[(frequencies >= low) & (frequencies < high)].sum())
    return 10 * np.log10(np.array(levels) + 1e-20)


def spectral_error(octaves: np.ndarray, before: np.ndarray, wanted: np.ndarray) -> float:
    """Mean difference in dB of two spectra, less its mean, where there is something in both."""
    heard = (before > before.max() - EMPTY) & (wanted > wanted.max() - EMPTY)
    difference = (octaves - wanted)[heard]
    return float(np.abs(difference - difference.mean()).mean())


if __name__ == "__main__":
    sys.exit(main())
