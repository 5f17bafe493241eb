"""Separate a recording of any length, block by block, and tell what each part is like.

pip install ./bindings/python
python3 separate.py song.ogg stems/
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import soundfile

import auralis_dsp
from auralis_dsp.audio_file import open_audio


def separate(path: Path, folder: Path) -> None:
    """Write harmonic.wav and percussive.wav into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_audio(path) as source:
        rate, channels = source.rate, source.channels
        kind = {"samplerate": rate, "channels": channels, "subtype": "FLOAT"}
        streams = [auralis_dsp.HpssStream(rate) for _ in range(channels)]
        with (
            soundfile.SoundFile(folder / "harmonic.wav", "w", **kind) as harmonic,
            soundfile.SoundFile(folder / "percussive.wav", "w", **kind) as percussive,
        ):

            def write(parts: list[tuple[np.ndarray, np.ndarray]]) -> None:
                harmonic.write(np.column_stack([h for h, _ in parts]))
                percussive.write(np.column_stack([p for _, p in parts]))

            for block in source.blocks():
                write([stream.push(x) for stream, x in zip(streams, block.T, strict=True)])
            write([stream.finish() for stream in streams])


def describe(path: Path) -> None:
    """Print loudness, pitch and the strongest pitch class of a file."""
    with open_audio(path) as audio:
        mono = np.concatenate([block.mean(axis=1) for block in audio.blocks()])
        rate = audio.rate
    f0 = auralis_dsp.yin(mono, rate)
    chroma = auralis_dsp.chroma_cqt(mono, rate).mean(axis=1)
    names = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
    print(path.name, f"rms {np.sqrt(np.mean(mono**2)):.4f}", end=", ")
    print(f"median pitch {np.median(f0):.1f} Hz, mostly {names[chroma.argmax()]}")


if __name__ == "__main__":
    recording, target = map(Path, sys.argv[1:])
    separate(recording, target)
    for part in ("harmonic.wav", "percussive.wav"):
        describe(target / part)
