"""``auralis-dsp plot``: one picture of a file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .. import hpss
from .._output import is_marked
from .._rates import frame_length, hop_length
from .._text import printable
from ._files import Mono, claim_output, each_file, file_argument, output_argument, read_mono
from ._music import PITCH_CLASSES, PITCH_RANGE, chromagram, pitch_track
from ._picture import check_picture, plain_hertz, save_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

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
    def work(path: Path) -> str | None:
        check_picture(options.output)
        claim_output(options, options.output, [path], is_marked, "a picture of this command")
        clip = read_mono(path)
        figure = _draw(path.name, clip, options.fmin, options.fmax)
        save_picture(figure, options.output)
        return clip.damage

    return each_file([options.file], work)


def _draw(name: str, clip: Mono, fmin: float, fmax: float) -> Figure:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 10), dpi=120, layout="constrained")
    # A name is no formula, whatever its dollars.
    figure.suptitle(printable(name), fontweight="bold", parse_math=False)
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
    n_fft = frame_length(clip.rate)
    parts = hpss(clip.samples, clip.rate, n_fft=n_fft)
    powers = [_power_spectrogram(part, n_fft) for part in parts]
    peak = max(max(power.max() for power in powers), 1e-20)
    frequencies = np.fft.rfftfreq(n_fft, 1 / clip.rate)
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
        plain_hertz(axes.yaxis, [62.5, 125, 250, 500, 1000, 2000, 4000, 8000, 16000], clip.rate / 2)
    figure.colorbar(image, ax=panels, label="power (dB below peak)", pad=_MARGIN)


def _power_spectrogram(signal: NDArray[np.float64], n_fft: int) -> NDArray[np.float64]:
    """Power of at most `_COLUMNS` frames, evenly spaced, bins along rows."""
    columns = max(1, min(_COLUMNS, 1 + 4 * len(signal) // n_fft))
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)
    padded = np.pad(signal, n_fft // 2)
    starts = np.linspace(0, len(signal), columns).astype(int)
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft)[starts]
    power: NDArray[np.float64] = np.square(np.abs(np.fft.rfft(frames * window, axis=1))).T
    return power


def _pitch_over_chroma(figure: Figure, axes: Axes, clip: Mono, fmin: float, fmax: float) -> None:
    chroma, hop = chromagram(clip), hop_length(clip.rate)
    step = max(1, chroma.shape[1] // _COLUMNS)
    centres = np.arange(0, chroma.shape[1], step) * hop / clip.rate
    half = step * hop / clip.rate / 2
    edges = np.append(centres - half, centres[-1] + half)
    image = axes.pcolormesh(
        edges, np.arange(13) - 0.5, chroma[:, ::step], cmap="Blues", vmin=0, vmax=1, rasterized=True
    )
    axes.set_yticks(range(12), PITCH_CLASSES)
    axes.set(ylabel="pitch class", title="Chromagram, and pitch (YIN)")
    figure.colorbar(image, ax=axes, label="energy (column's largest = 1)", pad=_MARGIN)

    f0 = pitch_track(clip, fmin, fmax)
    hertz = axes.twinx()
    hertz.plot(np.arange(len(f0)) * hop / clip.rate, f0, ".", color="tab:red", markersize=3)
    hertz.set_yscale("log", base=2)
    hertz.set_ylim(fmin, fmax)
    hertz.set_ylabel("f0 (Hz)", color="tab:red")
    plain_hertz(hertz.yaxis, [65.4, 130.8, 261.6, 523.3, 1046.5, 2093.0], fmax)
