"""``auralis-dsp plot``: one picture of a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import hpss
from ._files import FileError, Mono, each_file, file_argument, output_argument, read_mono
from ._music import HOP, PITCH_CLASSES, PITCH_RANGE, chromagram, pitch_track, silent_frames

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_N_FFT = 2048
#: Columns of a picture: more would not be seen.
_COLUMNS = 2000
#: Range of the spectrograms in dB below their common peak.
_FLOOR = 80.0
_MARGIN = 0.06


def add_commands(commands: Any) -> None:
    """Add the command to an `argparse` subparsers object."""
    parser = commands.add_parser(
        "plot",
        help="draw a file: waveform, spectrograms, pitch over the chromagram",
        description="Draw the waveform, the spectrograms of the harmonic and of the percussive "
        "part, and the pitch over the chromagram. Needs matplotlib.",
    )
    file_argument(parser)
    output_argument(parser, "picture to write (.png, .svg, .pdf)")
    parser.add_argument("--fmin", type=float, default=PITCH_RANGE[0], help="lowest pitch in Hz")
    parser.add_argument("--fmax", type=float, default=PITCH_RANGE[1], help="highest pitch in Hz")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    def work(path: Path) -> None:
        try:
            import matplotlib
        except ImportError:
            raise FileError("drawing needs matplotlib: pip install 'auralis-dsp[plot]'") from None
        matplotlib.use("agg")
        figure = _draw(path.name, read_mono(path), options.fmin, options.fmax)
        try:
            figure.savefig(options.output)
        except ValueError as error:
            raise FileError(str(error).split("(")[0].strip()) from None

    return each_file([options.file], work)


def _draw(name: str, clip: Mono, fmin: float, fmax: float) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 10), dpi=120, layout="constrained")
    figure.suptitle(name, fontweight="bold")
    waveform, *spectra, pitch = figure.subplots(4, 1, sharex=True, height_ratios=[1, 2, 2, 2])
    _waveform(waveform, clip)
    _spectrograms(figure, spectra, clip)
    _pitch_over_chroma(figure, pitch, clip, fmin, fmax)
    pitch.set_xlabel("time (s)")
    pitch.set_xlim(0, clip.duration)
    return figure


def _waveform(axes: Axes, clip: Mono) -> None:
    columns = min(_COLUMNS, len(clip.samples))
    starts = np.linspace(0, len(clip.samples), columns, endpoint=False).astype(int)
    low = np.minimum.reduceat(clip.samples, starts)
    high = np.maximum.reduceat(clip.samples, starts)
    axes.fill_between(starts / clip.rate, low, high, color="tab:blue", linewidth=0.5)
    limit = 1.05 * max(np.abs(clip.samples).max(), 1e-9)
    axes.set(ylabel="amplitude", title="Waveform", ylim=(-limit, limit))
    axes.grid(alpha=0.3)


def _spectrograms(figure: Figure, panels: list[Axes], clip: Mono) -> None:
    parts = hpss(clip.samples, clip.rate)
    powers = [_power_spectrogram(part) for part in parts]
    peak = max(max(power.max() for power in powers), 1e-20)
    frequencies = np.fft.rfftfreq(_N_FFT, 1 / clip.rate)
    times = np.linspace(0, clip.duration, powers[0].shape[1] + 1)
    edges = np.append(frequencies, clip.rate / 2 + frequencies[1]) - frequencies[1] / 2
    for axes, power, title in zip(panels, powers, ("Harmonic", "Percussive"), strict=True):
        decibels = 10 * np.log10(np.maximum(power / peak, 10 ** (-_FLOOR / 10)))
        image = axes.pcolormesh(
            times, edges, decibels, cmap="magma", vmin=-_FLOOR, vmax=0, rasterized=True
        )
        axes.set(ylabel="frequency (Hz)", title=title)
        axes.set_yscale("log", base=2)
        axes.set_ylim(edges[1], clip.rate / 2)
        _plain_hertz(axes, [62.5, 125, 250, 500, 1000, 2000, 4000, 8000, 16000], clip.rate / 2)
    figure.colorbar(image, ax=panels, label="power (dB below peak)", pad=_MARGIN)


def _power_spectrogram(signal: np.ndarray) -> np.ndarray:
    """Power of at most `_COLUMNS` frames, evenly spaced, bins along rows."""
    columns = max(1, min(_COLUMNS, 1 + len(signal) // HOP))
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_N_FFT) / _N_FFT)
    padded = np.pad(signal, _N_FFT // 2)
    starts = np.linspace(0, len(signal), columns).astype(int)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _N_FFT)[starts]
    return np.square(np.abs(np.fft.rfft(frames * window, axis=1))).T


def _pitch_over_chroma(figure: Figure, axes: Axes, clip: Mono, fmin: float, fmax: float) -> None:
    chroma = chromagram(clip)
    step = max(1, chroma.shape[1] // _COLUMNS)
    centres = np.arange(0, chroma.shape[1], step) * HOP / clip.rate
    half = step * HOP / clip.rate / 2
    edges = np.append(centres - half, centres[-1] + half)
    image = axes.pcolormesh(
        edges, np.arange(13) - 0.5, chroma[:, ::step], cmap="Blues", vmin=0, vmax=1, rasterized=True
    )
    axes.set_yticks(range(12), PITCH_CLASSES)
    axes.set(ylabel="pitch class", title="Chromagram, and pitch (YIN)")
    figure.colorbar(image, ax=axes, label="energy (column's largest = 1)", pad=_MARGIN)

    f0 = pitch_track(clip, fmin, fmax)
    f0[silent_frames(clip.samples)] = np.nan
    hertz = axes.twinx()
    hertz.plot(np.arange(len(f0)) * HOP / clip.rate, f0, ".", color="tab:red", markersize=3)
    hertz.set_yscale("log", base=2)
    hertz.set_ylim(fmin, fmax)
    hertz.set_ylabel("f0 (Hz)", color="tab:red")
    _plain_hertz(hertz, [65.4, 130.8, 261.6, 523.3, 1046.5, 2093.0], fmax)


def _plain_hertz(axes: Axes, ticks: list[float], highest: float) -> None:
    ticks = [tick for tick in ticks if tick <= highest * 1.001]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
