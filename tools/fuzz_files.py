#!/usr/bin/env python3
"""Read broken audio files by every command: each run must end soon, in one line or with a result.

    python3 tools/fuzz_files.py [--files 1000] [--seed 1] [--keep FOLDER]

Files of twelve formats are cut, changed, and given headers that lie. Each goes through analyze,
fingerprint and separate, in a process that serves one file after the other, and all of them through
fingerprint-library. A finding is a run that dies, that ends with another exit status than 0 or 1,
that says something but in exactly one line, that takes more than ten times the processor time of
the intact file, or stems that are longer than what was decoded. The exit status is 0 if there is
none.

Needs ffmpeg.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import soundfile

RATE = 22_050
SECONDS = 2.0
#: File suffix and how ffmpeg encodes it.
FORMATS: dict[str, tuple[str, ...]] = {
    "wav": ("-c:a", "pcm_s16le"),
    "aiff": ("-c:a", "pcm_s24be"),
    "caf": ("-c:a", "pcm_f32le"),
    "w64": ("-c:a", "pcm_s16le"),
    "flac": ("-c:a", "flac"),
    "ogg": ("-c:a", "libvorbis"),
    "opus": ("-c:a", "libopus"),
    "mp3": ("-c:a", "libmp3lame"),
    "m4a": ("-c:a", "aac", "-movflags", "+faststart"),
    "aac": ("-c:a", "aac"),
    "wma": ("-c:a", "wmav2"),
    "webm": ("-c:a", "libopus"),
}
COMMANDS = ("analyze", "fingerprint", "separate")
#: A run may take this many times as long as that of the intact file…
SLOWEST = 10.0
#: … or this many seconds, below which times say nothing.
LEAST_SECONDS = 0.2


class Broken(NamedTuple):
    """A mutated file, and what was done to it."""

    path: Path
    suffix: str
    what: str


class Done(NamedTuple):
    """What a run did: its exit status, what it said, its processor time and the stems' seconds."""

    code: int
    said: list[str]
    seconds: float
    out: str


def make_intact(folder: Path) -> dict[str, Path]:
    """A file of each format: two seconds of chords and noise."""
    t = np.arange(round(RATE * SECONDS)) / RATE
    noise = np.random.default_rng(0).standard_normal(len(t))
    chord = sum(np.sin(2 * np.pi * hertz * t) for hertz in (220, 277, 330)) / 6
    stereo = np.column_stack([chord + 0.02 * noise, 0.7 * chord - 0.05 * noise * (t % 0.5 < 0.05)])
    source = folder / "source.wav"
    soundfile.write(source, stereo, RATE)
    intact = {}
    for suffix, options in FORMATS.items():
        intact[suffix] = folder / f"intact.{suffix}"
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", source, *options]
        subprocess.run([*command, intact[suffix]], check=True)
    return intact


def mutate(intact: dict[str, Path], folder: Path, count: int, seed: int) -> list[Broken]:
    """`count` broken files, the formats in turn."""
    rng = random.Random(seed)
    contents = {suffix: path.read_bytes() for suffix, path in intact.items()}
    broken = []
    for number in range(count):
        suffix = list(contents)[number % len(contents)]
        what, data = rng.choice(_MUTATIONS)(rng, contents[suffix])
        path = folder / f"{number:04}.{suffix}"
        path.write_bytes(data)
        broken.append(Broken(path, suffix, what))
    return broken


def _cut(rng: random.Random, data: bytes) -> tuple[str, bytes]:
    keep = rng.randrange(len(data)) if rng.random() < 0.7 else rng.randrange(200)
    return f"cut to {keep} of {len(data)} bytes", data[:keep]


def _changed(rng: random.Random, data: bytes) -> tuple[str, bytes]:
    many = rng.choice([1, 10, 100, 1000])
    changed = bytearray(data)
    for _ in range(many):
        changed[rng.randrange(len(data))] = rng.randrange(256)
    return f"{many} bytes changed", bytes(changed)


def _lying_header(rng: random.Random, data: bytes) -> tuple[str, bytes]:
    changed = bytearray(data)
    at = rng.randrange(min(len(data), rng.choice([64, 600])) - 8)
    size = rng.choice([1, 2, 4, 8])
    value = rng.choice(
        [bytes(size), b"\xff" * size, b"\x7f" + b"\xff" * (size - 1), rng.randbytes(size)]
    )
    changed[at : at + size] = value
    return f"bytes {at} to {at + size} are {value.hex()}", bytes(changed)


def _hole(rng: random.Random, data: bytes) -> tuple[str, bytes]:
    start = rng.randrange(len(data))
    end = min(len(data), start + rng.randrange(1, 4000))
    return f"bytes {start} to {end} are missing", data[:start] + data[end:]


def _zeros(rng: random.Random, data: bytes) -> tuple[str, bytes]:
    start = rng.randrange(len(data))
    end = min(len(data), start + rng.randrange(1, 4000))
    return f"bytes {start} to {end} are zero", data[:start] + bytes(end - start) + data[end:]


def _twice(rng: random.Random, data: bytes) -> tuple[str, bytes]:
    start = rng.randrange(len(data))
    return f"once more from byte {start}", data + data[start:]


_MUTATIONS = (_cut, _changed, _lying_header, _lying_header, _hole, _zeros, _twice)


class Server:
    """A process that runs commands, one after the other, and is started anew when it dies."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def run(self, *arguments: object) -> Done | None:
        """What a command did, None if the process died."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, __file__, "--serve"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps([str(argument) for argument in arguments]) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            process.wait()
            self._process = None
            return None
        return Done(**json.loads(line))

    def close(self) -> None:
        """End the process."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            self._process.wait()


def serve() -> None:
    """Run the commands that come as lines of JSON; what decoders print counts as said, too."""
    from auralis_dsp.cli import main

    answers = os.fdopen(os.dup(1), "w")
    with tempfile.TemporaryFile() as log:
        os.dup2(log.fileno(), 2)
        for line in sys.stdin:
            log.seek(0)
            log.truncate()
            result = io.StringIO()
            begin = time.process_time()
            with contextlib.redirect_stdout(result):
                code = main(json.loads(line))
            seconds = time.process_time() - begin
            log.seek(0)
            said = log.read().decode("utf-8", "replace").splitlines()
            done = Done(code, said, seconds, result.getvalue())
            answers.write(json.dumps(done._asdict()) + "\n")
            answers.flush()


def measure(server: Server, command: str, path: Path, stems: Path) -> Done | None:
    """Run one command on one file."""
    if command == "separate":
        return server.run(command, path, "-o", stems, "-q", "--force")
    return server.run(command, "--json", path)


def faults(done: Done | None, limit: float, path: Path) -> list[str]:
    """What is wrong with a run."""
    if done is None:
        return ["the process died"]
    found = []
    if done.code not in (0, 1):
        found.append(f"exit status {done.code}")
    if len(done.said) != done.code:
        found.append(f"{len(done.said)} lines at exit status {done.code}: {done.said[:3]}")
    elif done.said and not done.said[0].startswith(f"auralis-dsp: {path}: "):
        found.append(f"another line: {done.said[0]}")
    if any("unforeseen" in line for line in done.said):
        found.append(done.said[0])
    if done.seconds > limit:
        found.append(f"{done.seconds:.2f} s, allowed {limit:.2f}")
    return found


def longer_than_decoded(broken: Broken, stems: Path, analyzed: Done) -> list[str]:
    """Whether a stem is longer than the file that it was separated from."""
    found = []
    written = list(stems.glob(f"{broken.path.stem}-*.wav"))
    summaries: list[dict[str, Any]] = json.loads(analyzed.out)
    seconds = summaries[0]["duration_s"] if summaries else 0.0
    for stem in written:
        duration = soundfile.info(stem).duration
        if duration > seconds + 1e-6:
            found.append(f"{stem.name} is {duration:.2f} s long, the file {seconds:.2f}")
    for stem in written:
        stem.unlink()
    return found


def check_files(broken: list[Broken], intact: dict[str, Path], folder: Path) -> list[str]:
    """Run the commands on all files; the findings."""
    findings = []
    server = Server()
    stems = folder / "stems"
    limits = {}
    for suffix, path in intact.items():
        for command in COMMANDS:
            times = [measure(server, command, path, stems) for _ in range(3)]
            usual = sorted(done.seconds for done in times if done)[1]
            limits[suffix, command] = max(SLOWEST * usual, LEAST_SECONDS)
        shutil.rmtree(stems)
    for file in broken:
        runs = {command: measure(server, command, file.path, stems) for command in COMMANDS}
        found = []
        for command, done in runs.items():
            limit = limits[file.suffix, command]
            found += [f"{command}: {fault}" for fault in faults(done, limit, file.path)]
        if runs["analyze"] is not None and stems.exists():
            found += longer_than_decoded(file, stems, runs["analyze"])
        findings += [f"{file.path.name} ({file.what}): {fault}" for fault in found]
    server.close()
    return findings


def check_library(broken: list[Broken], folder: Path) -> tuple[list[str], Counter[str]]:
    """Fingerprint all files as a library; the findings, and how many files had which status."""
    import pyarrow.parquet as pq

    output = folder / "library.parquet"
    command = [sys.executable, "-m", "auralis_dsp", "fingerprint-library", broken[0].path.parent]
    done = subprocess.run([*command, "-q", "-o", output], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        return [f"fingerprint-library: exit status {done.returncode}: {done.stderr}"], Counter()
    rows = pq.read_table(output, columns=["path", "status", "error"]).to_pylist()
    findings = [
        f"fingerprint-library: {row}" for row in rows if row["status"] in ("crashed", "timeout")
    ]
    if len(rows) != len(broken):
        findings.append(f"fingerprint-library: {len(rows)} rows of {len(broken)} files")
    if done.stderr:
        findings.append(f"fingerprint-library says: {done.stderr[:200]}")
    return findings, Counter(row["status"] for row in rows)


def main() -> int:
    """Make files, run the commands, print the findings."""
    parser = argparse.ArgumentParser(description=re.split(r"\n\n", __doc__ or "")[0])
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the files there")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve()
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        music = folder / "music"
        music.mkdir(parents=True)
        intact = make_intact(folder)
        broken = mutate(intact, music, options.files, options.seed)
        begin = time.monotonic()
        findings = check_files(broken, intact, folder)
        library_findings, statuses = check_library(broken, folder)
        findings += library_findings
    for finding in findings:
        print(finding)
    print(
        f"{len(broken)} files, {time.monotonic() - begin:.0f} s; in the library: {dict(statuses)}"
    )
    print(f"{len(findings)} findings")
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main())
