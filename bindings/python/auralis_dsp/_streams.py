"""What the streams of all kernels have in common: audio that arrives in pieces."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ._arguments import (
    LAYOUTS,
    Audio,
    Real,
    as_audio,
    choice,
    count,
    interleaved,
    length,
    one_signal,
    real,
    require_finite,
    samples,
)
from ._errors import AuralisError
from ._kernel import Kernel
from ._library import check, ffi, lib


class Handle:
    """A stream of the C API, freed with this object. Not for two threads at once."""

    def __init__(self, kernel: Kernel, max_block: Any, *arguments: Any) -> None:
        """Make it; `arguments` are those of C's function before max_block."""
        self.kernel = kernel
        self.max_block = length("max_block", max_block)
        self.latest = ffi.new("size_t *")
        #: Samples of the signal so far, or frames of channels.
        self.taken = 0
        handle = ffi.new(f"auralis_{kernel.family}_stream **")
        with kernel.params.speaking_python():
            check(self.function("new")(*arguments, self.max_block, handle))
        self._handle = ffi.gc(handle[0], self.function("free"))

    def function(self, name: str) -> Any:
        """The stream's C function of that name."""
        return getattr(lib, f"auralis_{self.kernel.family}_stream_{name}")

    def call(self, name: str, *arguments: Any) -> None:
        """Call the stream's C function of that name."""
        check(self.function(name)(self._handle, *arguments))

    def ask(self, name: str, *arguments: Any) -> int:
        """The whole number that a function tells."""
        self.call(name, *arguments, self.latest)
        return int(self.latest[0])

    def push(self, block: Real, *outputs: Any) -> None:
        """Hand a block on, and the outputs of C's function."""
        self.call("push", samples(block), len(block), *outputs)
        self.taken += len(block)

    def finish(self, *outputs: Any) -> None:
        """End a signal, which must have begun.

        The function of the whole signal does not take an empty one either.
        """
        if not self.taken:
            raise AuralisError("audio is empty: nothing was pushed; allowed: at least 1 sample", -2)
        with self.kernel.params.speaking_python():
            self.call("finish", *outputs)
        self.taken = 0

    def reset(self) -> None:
        """Forget the signal."""
        self.call("reset")
        self.taken = 0

    def blocks(self, audio: Real) -> list[Real]:
        """`audio` in blocks of at most `max_block`; the stream takes all of them or none."""
        if len(audio) > self.max_block:
            require_finite("audio", audio)
        return [audio[i : i + self.max_block] for i in range(0, len(audio), self.max_block)]


class VectorStream:
    """A stream of a recording of one or more channels with one vector at its end."""

    _kernel: ClassVar[Kernel]

    def _open(
        self, max_block: Any, sr: Any, n_channels: Any, channels: str, values: dict[str, Any]
    ) -> None:
        choice("channels", channels, LAYOUTS)
        self._channels = channels
        self._n_channels = count("n_channels", n_channels)
        params = self._kernel.params.build(**values)
        rate = real("sr", sr)
        self._handle = Handle(self._kernel, max_block, rate, self._n_channels, params)

    def push(self, audio: Audio) -> None:
        """Take frames of `n_channels` samples.

        Parameters
        ----------
        audio : array_like, shape (n,), (n, n_channels) or (n_channels, n)
            The next frames, finite; none or any number of them.

        Raises
        ------
        AuralisError
            If the audio has other channels or is not finite; nothing of it is then taken.
        """
        frames = interleaved(audio, self._channels, block=True)
        if frames.size and frames.shape[1] != self._n_channels:
            raise AuralisError(
                f"audio has shape {np.shape(audio)}, which is {frames.shape[1]} channels; "
                f"allowed: {self._n_channels}"
            )
        with self._kernel.params.speaking_python(audio):
            for block in self._handle.blocks(frames):
                self._handle.push(block)

    def _finish(self, n_values: int) -> Real:
        vector = np.empty(n_values)
        self._handle.finish(samples(vector), len(vector), self._handle.latest)
        return vector

    def reset(self) -> None:
        """Forget everything that was pushed."""
        self._handle.reset()


class Stream:
    """A stream of one signal with one or more outputs of frames."""

    _kernel: ClassVar[Kernel]
    #: The number of values in a frame of each output, or the parameter that holds it.
    _widths: ClassVar[tuple[int | str, ...]]

    def _open(self, max_block: Any, sr: Any, *values: Any) -> None:
        """Begin; `values` are the parameters in the order of the function."""
        params = self._kernel.struct(values)
        self._handle = Handle(self._kernel, max_block, real("sr", sr), params)
        room = max(self._handle.ask("max_output", n) for n in (0, self._handle.max_block))
        widths = [getattr(params, w) if isinstance(w, str) else w for w in self._widths]
        self._outputs = [np.empty((room, width)) for width in widths]
        self._any_frame = False
        self._room = [*map(samples, self._outputs), self._outputs[0].size, self._handle.latest]

    @property
    def latency(self) -> int:
        """Most samples by which a result lags behind the input."""
        return self._handle.ask("latency")

    def reset(self) -> None:
        """Forget everything that was pushed."""
        self._handle.reset()
        self._any_frame = False

    def _push(self, audio: Audio) -> tuple[Real, ...]:
        signal = one_signal(as_audio(audio, empty=True))
        parts = []
        for block in self._handle.blocks(signal):
            self._handle.push(block, *self._room)
            parts.append(self._take())
        if len(parts) == 1:
            return parts[0]
        if not parts:
            self._handle.latest[0] = 0
            return self._take()
        return tuple(map(np.concatenate, zip(*parts, strict=True)))

    def _finish(self) -> tuple[Real, ...]:
        taken = self._handle.taken
        self._handle.finish(*self._room)
        last, any_frame = self._take(), self._any_frame
        self._any_frame = False
        if not any_frame:
            raise AuralisError(f"audio is {taken} samples; allowed: at least one frame", -2)
        return last

    def _take(self) -> tuple[Real, ...]:
        n_written = self._handle.latest[0]
        self._any_frame = self._any_frame or n_written > 0
        taken = (output[:n_written].copy() for output in self._outputs)
        return tuple(part[:, 0] if part.shape[1] == 1 else part for part in taken)


class FrameStream(Stream):
    """A stream with one output."""

    _widths: ClassVar[tuple[int | str, ...]] = (1,)

    def push(self, audio: Audio) -> Real:
        """Take samples; give the frames that they complete, maybe none.

        Parameters
        ----------
        audio : array_like, shape (n,)
            The next samples, finite; none or any number of them.

        Returns
        -------
        frames : ndarray of float64, shape (n_frames,) or (n_frames, n_rows)
            Frame after frame: the transpose of what the function gives.

        Raises
        ------
        AuralisError
            If the audio is not one finite signal; nothing of it is then taken.
        """
        return self._push(audio)[0]

    def finish(self) -> Real:
        """End the signal; give the rest. The stream is then as new.

        Returns
        -------
        frames : ndarray of float64, shape (n_frames,) or (n_frames, n_rows)
            What `push` would give if the signal went on as it is padded.

        Raises
        ------
        AuralisError
            If nothing was pushed, or, with ``center=False``, less than a frame.
        """
        return self._finish()[0]
