"""The end of a master's way: samples of 64 bits become those of a file.

Integers are dithered by noise of triangular density (TPDF) of ±1 of their steps, which makes the
error of rounding a noise that does not depend on the music (Lipshitz, Wannamaker, Vanderkooy:
Quantization and Dither, JAES 40, 1992). The noise comes from a generator with a fixed seed, so that
a master is the same file every time.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._arguments import shown
from .._errors import AuralisError
from .._output import Output
from .._sound_file import create
from ..audio_file._parts import Samples

#: Bits of a sample, and what libsndfile calls them.
SUBTYPES: dict[int | str, str] = {16: "PCM_16", 24: "PCM_24", "32f": "FLOAT"}
DEFAULT_BITS = 24
#: Kinds of files, and how many channels they hold.
CONTAINERS = {"wav": 64, "flac": 8}
_SEED = 0x6D617374


class Form:
    """How masters are stored.

    Parameters
    ----------
    outputs : sequence of paths
        The files; their suffixes tell the container.
    bits : {16, 24, "32f", None}
        Bits of a sample, 24 by default.

    Raises
    ------
    AuralisError
        If a container is unknown, or cannot store such samples.
    """

    def __init__(self, outputs: Sequence[str | Path], bits: int | str | None = None) -> None:
        bits = DEFAULT_BITS if bits is None else bits
        if bits not in SUBTYPES:
            allowed = ", ".join(map(repr, SUBTYPES))
            raise AuralisError(f"bits is {shown(bits)}; allowed: {allowed}")
        for output in outputs:
            container = _container(output)
            if container not in CONTAINERS:
                raise AuralisError(
                    f"output is {shown(str(output))}; allowed: a name that ends in .wav or .flac, "
                    "as a lossy file is no master"
                )
            if container == "flac" and bits == "32f":
                raise AuralisError("bits is '32f'; allowed: 16, 24 in FLAC, which holds integers")
        self.bits = bits
        self._outputs = outputs

    def check_channels(self, channels: int) -> None:
        """Raise an `AuralisError` if a container cannot hold so many."""
        for output in self._outputs:
            most = CONTAINERS[_container(output)]
            if channels > most:
                raise AuralisError(
                    f"output is {shown(str(output))} for {channels} channels; allowed: at most "
                    f"{most}"
                )

    @property
    def step(self) -> float:
        """The distance of neighbouring samples; 0 if they are floats."""
        return 2.0 ** (1 - self.bits) if isinstance(self.bits, int) else 0.0

    def holds(self, samples: Samples) -> bool:
        """Whether all samples can be stored as they are."""
        if not self.step:
            return True
        scaled = samples / self.step
        whole = scaled == np.rint(scaled)
        return bool(np.all(whole & (samples >= -1.0) & (samples <= 1.0 - self.step)))

    def lowered(self, level: float) -> float:
        """A level in dB, one step lower: room for what rounding adds to a peak."""
        return 20.0 * math.log10(10.0 ** (level / 20.0) - self.step) if self.step else level


class Rounding:
    """Rounds the samples of a file, or of all files of an album, one after the other."""

    def __init__(self, form: Form, *, dither: bool) -> None:
        self._form = form
        # Its raw numbers are the same in every version of NumPy.
        self._random = np.random.PCG64(_SEED) if dither and form.step else None

    def round(self, samples: Samples) -> NDArray[Any]:
        """What libsndfile stores of these samples without changing it again."""
        bits = self._form.bits
        if not isinstance(bits, int):
            with np.errstate(over="ignore"):
                return samples.astype(np.float32)
        scaled = samples / self._form.step
        if self._random is not None:
            scaled += self._noise(samples.shape)
        half = 2.0 ** (bits - 1)
        whole = np.clip(np.rint(scaled, out=scaled), -half, half - 1, out=scaled)
        # Of a wider type the upper bits are stored.
        return whole.astype(np.int16) if bits == 16 else whole.astype(np.int32) << (32 - bits)

    def _noise(self, shape: tuple[int, ...]) -> Samples:
        """The difference of two even distributions over 0 to 1, from one draw of 64 bits each."""
        assert self._random is not None
        raw = self._random.random_raw(math.prod(shape)).reshape(shape)
        high, low = (raw >> np.uint64(32)).astype(np.float64), (raw & np.uint64(0xFFFFFFFF))
        noise: Samples = (high - low) * 2.0**-32
        return noise


class Writer:
    """Writes one file; use it as a context manager, whose end completes the header.

    Parameters
    ----------
    output : Output
        The file, under another name until it is complete.
    target : path
        The name that it will take.
    rate, channels, frames : int
        Sample rate in Hz, number of channels and of frames.
    form : Form
        How samples are stored.
    rounding : Rounding
        What makes them fit.
    """

    def __init__(
        self,
        output: Output,
        target: str | Path,
        rate: int,
        channels: int,
        frames: int,
        form: Form,
        rounding: Rounding,
    ) -> None:
        self._output = output
        self._rounding = rounding
        self._file = create(
            output,
            rate,
            channels,
            container=_container(target),
            subtype=SUBTYPES[form.bits],
            frames=frames,
        )

    def write(self, samples: Samples) -> None:
        """Store samples, shape (frames, channels)."""
        self._file.write(self._rounding.round(samples))
        self._output.check()

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._file.close()


def _container(name: str | Path) -> str:
    return Path(name).suffix.lower().removeprefix(".")


def names_in(folder: Path, sources: Sequence[str | os.PathLike[str]], suffix: str) -> list[Path]:
    """Names for what becomes of some files in a folder: their own, with another suffix."""
    targets = [folder / f"{_stem(Path(source))}.{suffix}" for source in sources]
    owners: dict[str, int] = {}
    for i, target in enumerate(targets):
        owner = owners.setdefault(os.path.realpath(target), i)
        if owner != i:
            raise AuralisError(
                f"sources has {sources[owner]} and {sources[i]}, which both become {target}; "
                "allowed: files of different names"
            )
    return targets


def _stem(source: Path) -> str:
    return "stdin" if str(source) == "-" else source.stem
