"""Kernels for audio that arrives in pieces, with the same bits as for the whole signal."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ._arguments import Audio, Real, as_audio, length, real, samples
from ._cqt import chroma_params
from ._errors import AuralisError
from ._hpss import hpss_params
from ._library import check, ffi, lib
from ._yin import yin_params


class _Stream:
    """A handle of the C API with the functions of its kernel. Not for two threads at once."""

    _kernel: str
    #: Rows of each output; a stream gives frame after frame.
    _rows: tuple[int, ...]

    def __init__(self, sr: float, params: Any, max_block: int) -> None:
        self._function = {
            name: getattr(lib, f"auralis_{self._kernel}_stream_{name}")
            for name in ("new", "push", "finish", "latency", "max_output", "reset", "free")
        }
        self._max_block = length("max_block", max_block)
        handle = ffi.new(f"auralis_{self._kernel}_stream **")
        check(self._function["new"](real("sr", sr), params, self._max_block, handle))
        self._handle = ffi.gc(handle[0], self._function["free"])
        self._written = ffi.new("size_t *")
        room = max(map(self._max_output, (0, self._max_block)))
        self._outputs = [np.empty((room, rows)) for rows in self._rows]
        self._pointers = [samples(output) for output in self._outputs]

    @property
    def latency(self) -> int:
        """Most samples by which a result lags behind the input."""
        cell = ffi.new("size_t *")
        check(self._function["latency"](self._handle, cell))
        return cell[0]

    def reset(self) -> None:
        """Forget everything that was pushed."""
        check(self._function["reset"](self._handle))

    def _max_output(self, block: int) -> int:
        check(self._function["max_output"](self._handle, block, self._written))
        return self._written[0]

    def _push(self, audio: Audio) -> tuple[Real, ...]:
        signal = as_audio(audio) if np.size(audio) else np.empty(0)
        if signal.ndim != 1:
            raise AuralisError(f"audio has shape {signal.shape}; allowed: (n,), one channel")
        starts = range(0, len(signal), self._max_block) or range(1)
        parts = [self._push_block(signal[i : i + self._max_block]) for i in starts]
        return parts[0] if len(parts) == 1 else tuple(map(np.concatenate, zip(*parts, strict=True)))

    def _push_block(self, block: Real) -> tuple[Real, ...]:
        self._written[0] = 0
        if len(block):
            self._call("push", samples(block), len(block))
        return self._take()

    def _finish(self) -> tuple[Real, ...]:
        self._call("finish")
        return self._take()

    def _call(self, name: str, *audio: Any) -> None:
        room = self._outputs[0].size
        check(self._function[name](self._handle, *audio, *self._pointers, room, self._written))

    def _take(self) -> tuple[Real, ...]:
        taken = (output[: self._written[0]].copy() for output in self._outputs)
        return tuple(part[:, 0] if part.shape[1] == 1 else part for part in taken)


class HpssStream(_Stream):
    """Harmonic/percussive separation of audio that arrives in pieces.

    Parameters
    ----------
    sr : float
        Sample rate in Hz. The separation does not depend on it.
    max_block : int
        Most samples of one step; longer pieces are cut.

    The other parameters are those of `hpss`.

    Examples
    --------
    >>> stream = auralis_dsp.HpssStream(44100)  # doctest: +SKIP
    >>> parts = [stream.push(block) for block in blocks] + [stream.finish()]  # doctest: +SKIP
    """

    _kernel = "hpss"
    _rows = (1, 1)

    def __init__(
        self,
        sr: float = 44100,
        kernel_h: int = 31,
        kernel_p: int = 31,
        *,
        power: float = 2.0,
        margin: float | tuple[float, float] = 1.0,
        n_fft: int = 2048,
        hop_length: int | None = None,
        win_length: int | None = None,
        center: bool = True,
        pad_mode: str = "constant",
        max_block: int = 65536,
    ) -> None:
        params = hpss_params(
            kernel_h, kernel_p, power, margin, n_fft, hop_length, win_length, center, pad_mode
        )
        super().__init__(sr, params, max_block)

    def push(self, audio: Audio) -> tuple[Real, Real]:
        """Take samples; give the harmonic and percussive samples that are settled, maybe none."""
        harmonic, percussive = self._push(audio)
        return harmonic, percussive

    def finish(self) -> tuple[Real, Real]:
        """End the signal; give the rest. The stream is then as new."""
        harmonic, percussive = self._finish()
        return harmonic, percussive


class YinStream(_Stream):
    """Fundamental frequency of audio that arrives in pieces.

    Parameters
    ----------
    sr : float
        Sample rate, 8000 to 384000 Hz.
    max_block : int
        Most samples of one step; longer pieces are cut.

    The other parameters are those of `yin`.
    """

    _kernel = "yin"
    _rows = (1,)

    def __init__(
        self,
        sr: float = 44100,
        fmin: float = 65.4,
        fmax: float = 2093.0,
        *,
        frame_length: int = 2048,
        hop_length: int | None = None,
        trough_threshold: float = 0.1,
        center: bool = True,
        pad_mode: str = "constant",
        max_block: int = 65536,
    ) -> None:
        params = yin_params(
            fmin, fmax, frame_length, hop_length, trough_threshold, center, pad_mode
        )
        super().__init__(sr, params, max_block)

    def push(self, audio: Audio) -> Real:
        """Take samples; give the frequencies of the frames that are complete, maybe none."""
        return self._push(audio)[0]

    def finish(self) -> Real:
        """End the signal; give the rest. The stream is then as new."""
        return self._finish()[0]


class ChromaStream(_Stream):
    """Chromagram of audio that arrives in pieces.

    Parameters
    ----------
    sr : float
        Sample rate, 8000 to 384000 Hz.
    tuning : float
        Deviation from A440 in fractions of a bin. A stream cannot look ahead to estimate it; see
        `estimate_tuning`.
    max_block : int
        Most samples of one step; longer pieces are cut.

    The other parameters are those of `chroma_cqt`.
    """

    _kernel = "chroma"

    def __init__(
        self,
        sr: float = 44100,
        *,
        hop_length: int = 512,
        fmin: float | None = None,
        norm: float | None = math.inf,
        tuning: float = 0.0,
        n_chroma: int = 12,
        n_octaves: int = 7,
        bins_per_octave: int = 36,
        max_block: int = 65536,
    ) -> None:
        params = chroma_params(hop_length, fmin, norm, tuning, n_chroma, n_octaves, bins_per_octave)
        self._rows = (params.n_chroma,)
        super().__init__(sr, params, max_block)

    def push(self, audio: Audio) -> Real:
        """Take samples; give the frames that are complete, maybe none: shape (n, n_chroma)."""
        return self._push(audio)[0]

    def finish(self) -> Real:
        """End the signal; give the rest. The stream is then as new."""
        return self._finish()[0]
