"""Make audio whose rate or channels change on the way go on as it began."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ._parts import AudioError, Kind, Piece, Samples, named


class Converter:
    """Converts pieces to `rate` and `layout`; FFmpeg's swresample does what is needed."""

    def __init__(self, rate: int, channels: int, layout: tuple[str, ...]) -> None:
        self._rate = rate
        self._channels = channels
        self._layout = layout
        self._form: tuple[int, int, tuple[str, ...]] | None = None
        self._resampler: object = None

    def convert(self, piece: Piece) -> Iterator[Samples]:
        """The piece in the wanted form, at times later."""
        channels = piece.samples.shape[1]
        form = piece.rate, channels, piece.layout
        if form != self._form:
            yield from self.rest()
            self._form = form
            same = piece.rate == self._rate and channels == self._channels
            self._resampler = None if same else self._made(*form)
        if self._resampler is None:
            yield piece.samples
        else:
            yield from self._resampled(piece)

    def rest(self) -> Iterator[Samples]:
        """What the filter still holds."""
        if self._resampler is not None:
            yield from self._output(None)
            self._resampler = None

    def _made(self, rate: int, channels: int, layout: tuple[str, ...]) -> object:
        from av import AudioResampler

        source, target = named(layout, channels), named(self._layout, self._channels)
        if channels != self._channels and not (source and target):
            text = f"channels change from {self._channels} to {channels} within the file"
            raise AudioError(Kind.INVALID, text)
        self._source = "+".join(source) if source else f"{channels}C"
        wanted = self._source if channels == self._channels else "+".join(target)
        return AudioResampler(format="dblp", layout=wanted, rate=self._rate)

    def _resampled(self, piece: Piece) -> Iterator[Samples]:
        from av import AudioFrame

        planes = np.ascontiguousarray(piece.samples.T)
        frame = AudioFrame.from_ndarray(planes, format="dblp", layout=self._source)
        frame.sample_rate = piece.rate
        yield from self._output(frame)

    def _output(self, frame: object) -> Iterator[Samples]:
        for converted in self._resampler.resample(frame):  # type: ignore[attr-defined]
            yield converted.to_ndarray().T
