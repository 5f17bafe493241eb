#!/usr/bin/env python3
"""Hash what every public function gives for made signals, to show that a change moves no number.

    python3 tools/hash_outputs.py -o before.json
    (change and install)
    python3 tools/hash_outputs.py --compare before.json

Every function is called on several signals, rates and lengths with its defaults, and with every
keyword at another value. Streams get blocks of odd lengths. A case that an older package does not
have is left out, so two builds can be compared; what only one of them has is told apart from what
differs. Results hold for one machine: another processor may take another code path.
"""

from __future__ import annotations

import argparse
import hashlib
import inspect
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import auralis_dsp
import auralis_dsp.analysis

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "python"))
import calls

#: The keywords to try beside the defaults: of functions of audio, of streams, of numbers.
FUNCTIONS = {name: function.keywords for name, function in calls.FUNCTIONS.items()} | {
    "analysis.HarmonicAnalyzer": [{"backend": "native"}]
}
STREAMS = {name: stream.keywords for name, stream in calls.STREAMS.items()}
OF_FINGERPRINTS = calls.OF_FINGERPRINTS
#: What takes no audio.
WITHOUT_AUDIO = ("dimensions", "fingerprint_version")
#: Classes that the functions above return or raise.
RESULTS = (
    *("AuralisError", "Dimension", "Explanation", "Fingerprint", "Loudness", "Profile", "Settings"),
    *("Album", "Mastered", "Report", "Targets"),
)

#: Lengths of the blocks that streams get, in turn.
BLOCKS = (1, 777, 0, 4096, 333, 2500)


def music(n: int, rate: int, seed: int = 0) -> np.ndarray:
    """Notes with decaying harmonics and a click on each of them, above a little noise."""
    rng = np.random.default_rng(seed)
    t = np.arange(n) / rate
    beat = np.mod(t, 0.5)
    semitone = np.array([0, 4, 7, 12, 9, 5])[(t / 0.5).astype(int) % 6]
    phase = 2 * np.pi * np.cumsum(196.0 * 2 ** (semitone / 12)) / rate
    tones = sum(np.sin(k * phase) / k for k in range(1, 6)) * np.exp(-4 * beat)
    return 0.2 * tones + 0.3 * (beat < 0.004) + 0.005 * rng.standard_normal(n)


def signals() -> Iterator[tuple[str, np.ndarray, int]]:
    """What every function is tried on with its defaults: label, audio, rate."""
    for rate in (16000, 22050, 44100, 48000, 96000):
        yield f"music {rate}", music(3 * rate, rate), rate
    rng = np.random.default_rng(7)
    yield "noise", 0.3 * rng.standard_normal(60_000), 44100
    yield "silence", np.zeros(44100), 44100
    yield "offset", np.full(30_000, 0.25), 44100
    yield "late tone", music(70_000, 44100) * (np.arange(70_000) > 40_000), 44100
    yield "float32", music(50_000, 22050).astype(np.float32), 22050
    yield "every other sample", music(100_000, 44100)[::2], 22050
    for n in (1, 2, 100, 1000, 2047, 2049, 5001):
        yield f"{n} samples", music(n, 44100, n), 44100


def several(n: int, rate: int, channels_last: bool) -> np.ndarray:
    """Three signals, or three channels."""
    rows = np.stack([music(n, rate, seed) for seed in range(3)])
    return rows.T if channels_last else rows


def find(name: str) -> Callable[..., Any] | None:
    """The public function or class of that name, if this package has it."""
    found: Any = auralis_dsp
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


def call(function: Callable[..., Any], audio: np.ndarray, rate: int, **kwargs: Any) -> Any:
    """The function's result; a class is made, then asked to analyze."""
    if inspect.isclass(function):
        return function(**kwargs).analyze(audio, rate)
    parameters = inspect.signature(function).parameters
    given = {"sr": rate} if "sr" in parameters else {}
    if kwargs.get("onset_envelope") == "made":
        kwargs["onset_envelope"] = auralis_dsp.onset_strength(audio, rate)
        return function(**given, **kwargs)
    return function(audio, **given, **kwargs)


def stream(kind: Callable[..., Any], audio: np.ndarray, rate: int, **kwargs: Any) -> Any:
    """Everything that the stream gives for the audio in blocks of odd lengths, and again."""
    made = kind(rate, **kwargs)
    first = kwargs.get("channels") == "first"
    results = []
    for _ in range(2):
        begin = turn = 0
        while begin < len(audio):
            block = audio[begin : begin + BLOCKS[turn % len(BLOCKS)]]
            results.append(made.push(block.T if first else block))
            begin += BLOCKS[turn % len(BLOCKS)]
            turn += 1
        results.append(made.finish())
    return results


def cases(only: str | None = None) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Every case by its name, of the functions that this package has, or of one."""

    def chosen(name: str) -> Callable[..., Any] | None:
        return find(name) if only in (None, name) else None

    for name in WITHOUT_AUDIO:
        if (function := chosen(name)) is not None:
            yield name, function
    for name, variants in FUNCTIONS.items():
        if (function := chosen(name)) is not None:
            for case, audio, rate, kwargs in of_function(function, variants):
                yield f"{name} {case}", partial(call, function, audio, rate, **kwargs)
    for name, variants in OF_FINGERPRINTS.items():
        if (function := chosen(name)) is not None:
            for kwargs in [{}, *variants]:
                yield f"{name} {label(kwargs)}", partial(of_fingerprint, function, **kwargs)
    if chosen("master") is not None:
        for rate in (22050, 44100):
            yield f"master {rate}", partial(masters, rate)
    for name, variants in STREAMS.items():
        if (kind := chosen(name)) is not None:
            for case, audio, rate, kwargs in of_stream(variants):
                yield f"{name} {case}", partial(stream, kind, audio, rate, **kwargs)
                if hasattr(kind, "latency"):
                    yield f"{name}.latency {case}", partial(latency, kind, rate, **kwargs)


def of_function(
    function: Callable[..., Any], variants: list[dict[str, Any]]
) -> Iterator[tuple[str, np.ndarray, int, dict[str, Any]]]:
    """What one function is tried on: label, audio, rate, keywords."""
    for case, audio, rate in signals():
        yield case, audio, rate, {}
    of_channels = inspect.isclass(function) or "channels" in inspect.signature(function).parameters
    of_one = "onset_envelope" in variants[0]
    if not of_one:
        yield "several", several(40_001, 44100, of_channels), 44100, {}
    for kwargs in variants:
        for rate in (22050, 44100):
            n = 2 * rate + 77
            last = kwargs.get("channels") != "first"
            audio = several(n, rate, last) if of_channels else music(n, rate)
            yield f"{label(kwargs)} {rate}", audio, rate, kwargs


def of_stream(
    variants: list[dict[str, Any]],
) -> Iterator[tuple[str, np.ndarray, int, dict[str, Any]]]:
    """The same for a stream."""
    for kwargs in [{}, *variants]:
        for rate in (22050, 44100):
            audio = music(50_001, rate)
            if (n_channels := kwargs.get("n_channels", 1)) > 1:
                audio = several(30_001, rate, True)[:, :n_channels]
            yield f"{label(kwargs)} {rate}", audio, rate, kwargs


def of_fingerprint(function: Callable[..., Any], **kwargs: Any) -> Any:
    """The function's result of a fingerprint, with the fingerprint of another piece."""
    made = {"reference": music(90_000, 22050, 1), "targets": music(60_000, 22050, 2)}
    for name in made.keys() & kwargs.keys():
        kwargs[name] = auralis_dsp.fingerprint(made[name], 22050)
        if name == "targets":
            kwargs[name] = auralis_dsp.targets(kwargs[name])
    return function(auralis_dsp.fingerprint(music(80_000, 22050), 22050), **kwargs)


def masters(rate: int) -> Any:
    """A master by all ways: at once, as a stream with its settings, and by the solver's passes."""
    audio = np.stack([music(2 * rate, rate, seed) for seed in (1, 2)], axis=1)
    at_once = auralis_dsp.master(audio, rate, loudness=-12)
    stream = auralis_dsp.MasterStream(rate, at_once.settings)
    solver = auralis_dsp.MasterSolver(rate, loudness=-12)
    solver.push(audio)
    while solver.next():
        solver.push(audio)
    streamed = [stream.push(audio), stream.finish()]
    return at_once.audio, at_once.report, at_once.settings, streamed, solver.settings, solver.report


def latency(kind: Callable[..., Any], rate: int, **kwargs: Any) -> Any:
    """The latency that a stream tells."""
    return kind(rate, **kwargs).latency


def label(kwargs: dict[str, Any]) -> str:
    """How a set of keywords is called."""
    return ", ".join(f"{key}={value}" for key, value in kwargs.items()) or "defaults"


def digest(value: Any) -> str:
    """A hash of all numbers in a result, with their types and shapes."""
    hasher = hashlib.sha256()
    feed(hasher, value)
    return hasher.hexdigest()[:16]


def feed(hasher: Any, value: Any) -> None:
    """Take a result apart: mappings, sequences, arrays, numbers, text."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            hasher.update(str(key).encode())
            feed(hasher, inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            feed(hasher, inner)
    elif value is None or isinstance(value, str):
        hasher.update(repr(value).encode())
    else:
        array = np.asarray(value)
        hasher.update(f"{array.dtype.str}{array.shape}".encode())
        if array.dtype.kind == "f":
            array = np.where(np.isnan(array), np.nan, array)  # there are many NaN
        hasher.update(array.tobytes())


def run(only: str | None = None) -> dict[str, str]:
    """The hash of every case, or of one function's; "error" for what is refused."""
    hashes = {}
    for name, compute in cases(only):
        try:
            hashes[name] = digest(compute())
        except auralis_dsp.AuralisError:
            hashes[name] = "error"
    return hashes


def compare(before: dict[str, str], after: dict[str, str]) -> int:
    """Tell what differs; 1 if anything does."""
    differing = [name for name in before.keys() & after.keys() if before[name] != after[name]]
    for name in sorted(differing):
        print(f"differs: {name}: {before[name]} before, {after[name]} now")
    for text, one, other in (("gone", before, after), ("new", after, before)):
        for name in sorted(one.keys() - other.keys()):
            print(f"{text}: {name}")
    print(f"{len(before.keys() & after.keys()) - len(differing)} equal, {len(differing)} differ")
    return int(bool(differing) or bool(before.keys() - after.keys()))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-o", "--output", type=Path, help="write the hashes to a file, as JSON")
    parser.add_argument("--compare", type=Path, metavar="FILE", help="hashes to compare with")
    parser.add_argument("--only", metavar="NAME", help="one function or class")
    options = parser.parse_args()
    hashes = run(options.only)
    text = json.dumps(hashes, indent=1)
    if options.output:
        options.output.write_text(text + "\n")
    if options.compare:
        before = json.loads(options.compare.read_text())
        if options.only:
            of = (f"{options.only} ", f"{options.only}.latency ")
            before = {name: before[name] for name in before if name.startswith(of)}
        return compare(before, hashes)
    if not options.output:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
