#!/usr/bin/env python3
"""Processor time of decoding and of analysis by format, over a made library.

    python3 tools/measure_formats.py FOLDER [--each 20]

Reads `--each` files of every suffix under FOLDER in one process and prints, per format:
seconds of audio per processor second of reading and hashing, decoding, analysis and all
of it; and the share of each in the whole.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from pathlib import Path

from auralis_dsp import FingerprintStream
from auralis_dsp.audio_file import open_audio
from auralis_dsp.library.source import hash_file


def measure(path: Path) -> tuple[str, list[float]]:
    """The codec; seconds of audio, and processor seconds of hashing, decoding and analysis."""
    clock = time.process_time
    begin = clock()
    with path.open("rb") as file:
        hash_file(file)
    hashing = clock() - begin
    decoding = analysing = 0.0
    frames = 0
    mark = clock()
    audio = open_audio(str(path))
    stream = FingerprintStream(audio.rate, audio.channels)
    for block in audio.blocks():
        decoded = clock()
        stream.push(block)
        frames += len(block)
        decoding, analysing = decoding + decoded - mark, analysing + clock() - decoded
        mark = clock()
    decoded = clock()
    stream.finish()
    decoding, analysing = decoding + decoded - mark, analysing + clock() - decoded
    audio.close()
    return audio.codec, [frames / audio.rate, hashing, decoding, analysing]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--each", type=int, default=20)
    options = parser.parse_args()
    files = defaultdict(list)
    for path in sorted(options.folder.rglob("*.*")):
        files[path.suffix].append(path)
    sums: dict[str, list[float]] = {}
    counts: dict[str, int] = defaultdict(int)
    for paths in files.values():
        for path in paths[: options.each]:
            codec, values = measure(path)
            sums[codec] = [a + b for a, b in zip(sums.get(codec, [0.0] * 4), values, strict=True)]
            counts[codec] += 1
    print(f"{'codec':<22}{'files':>6}{'hash':>8}{'decode':>8}{'analyse':>9}{'all':>7}  shares")
    for codec, (audio, *parts) in sorted(sums.items(), key=lambda item: sum(item[1][1:])):
        total = sum(parts)
        speeds = "".join(
            f"{audio / part:{width}.0f}" for part, width in zip(parts, (8, 8, 9), strict=True)
        )
        shares = " ".join(f"{part / total:4.0%}" for part in parts)
        print(f"{codec:<22}{counts[codec]:>6}{speeds}{audio / total:>7.0f}  {shares}")


if __name__ == "__main__":
    main()
