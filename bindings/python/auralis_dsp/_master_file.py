"""Masters of audio files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from ._arguments import choice, shown
from ._errors import AuralisError
from ._master import Report
from ._settings import Settings
from ._targets import Reference, Targets

if TYPE_CHECKING:
    from .mastering.job import Solution

Name: TypeAlias = str | os.PathLike[str]


class Album(list[Report]):
    """The reports of an album's tracks, in order.

    Attributes
    ----------
    report : Report
        That of the whole, whose loudness is that of the loudest track.
    targets : Targets
        Those of all tracks.
    settings : Settings
        Those of the chain, of all tracks.
    """

    def __init__(self, reports: Sequence[Report], solution: Solution) -> None:
        super().__init__(reports)
        self.targets: Targets = solution.targets
        self.settings: Settings = solution.settings
        self.report: Report = solution.report


def master_file(
    source: Name,
    output: Name,
    *,
    reference: Reference | None = None,
    bits: int | str | None = None,
    dither: bool = True,
    **preferences: Any,
) -> Report:
    """Master an audio file.

    Memory does not grow with its length: it is read several times.

    Parameters
    ----------
    source : path
        The file, of any format; ``-`` is standard input.
    output : path
        The master: WAV or FLAC, by its suffix. An older file is replaced when the master is
        complete, but never the source or a reference.
    reference : Profile, Fingerprint, array_like, path, or a list of them, optional
        What the master should be like, as in `targets`.
    bits : {16, 24, "32f"}, optional
        Bits of a sample, 24 by default; "32f" is floats, in WAV only.
    dither : bool
        Whether rounding to integers is dithered (TPDF, ±1 LSB, the same noise every time), unless
        there is nothing to round.
    **preferences
        The preset, loudness and so on, as in `targets`.

    Returns
    -------
    Report
        What was asked for, what was before and after, and what limited it.

    Raises
    ------
    OSError, AudioError
        If the source or a reference cannot be read.
    OutputError
        If the master cannot be written.
    AuralisError
        If an argument is outside its range.

    See Also
    --------
    master : the same for an array.
    master_album : several files as one.

    Notes
    -----
    docs/MASTERING.md tells how it is done. Before rounding the samples are those of `master`, with
    a ceiling that is lower by one step of the integers.

    Examples
    --------
    >>> import soundfile, tempfile
    >>> noise = 0.02 * np.random.default_rng(0).standard_normal((5 * 44100, 2))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     soundfile.write(f"{folder}/song.wav", noise, 44100)
    ...     names = f"{folder}/song.wav", f"{folder}/master.flac"
    ...     report = auralis_dsp.master_file(*names, loudness=-18)
    >>> round(report["integrated_after"], 1)
    -18.0
    """
    return _mastered([source], [Path(output)], reference, bits, dither, preferences)[0]


def master_album(
    sources: Sequence[Name],
    folder: Name,
    *,
    format: str = "wav",
    reference: Reference | None = None,
    bits: int | str | None = None,
    dither: bool = True,
    **preferences: Any,
) -> Album:
    """Master the tracks of an album as one signal.

    All get the same settings, so that they stay as loud beside each other as they were, and joins
    without a gap stay without one.

    Parameters
    ----------
    sources : sequence of paths
        The tracks in order, with the same sample rate and channels.
    folder : path
        Where the masters go, under the names of the sources; made if missing.
    format : {"wav", "flac"}
        What the masters are.
    reference, bits, dither
        As in `master_file`; one noise goes on through all tracks.
    **preferences
        As in `targets`; ``loudness`` is that of the loudest track.

    Returns
    -------
    Album
        A list of the reports of the tracks, with the ``settings``, ``targets`` and ``report`` of
        the whole. The levels are a track's own, its ``loudness_error`` its distance to the loudness
        of the loudest; what only the whole can tell, such as the cost of the limiter, is NaN unless
        there is but one track.

    Raises
    ------
    OSError, AudioError, OutputError, AuralisError
        As `master_file`; no master is written if one cannot be.

    See Also
    --------
    master_file : one file by itself.

    Examples
    --------
    >>> import soundfile, tempfile
    >>> noise = 0.02 * np.random.default_rng(0).standard_normal((5 * 44100, 2))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     names = [f"{folder}/{i}.wav" for i in range(2)]
    ...     soundfile.write(names[0], noise, 44100)
    ...     soundfile.write(names[1], 0.5 * noise, 44100)
    ...     album = auralis_dsp.master_album(names, f"{folder}/masters", loudness=-18)
    >>> [round(report["integrated_after"], 1) for report in album]
    [-18.0, -24.0]
    """
    from .mastering.writer import CONTAINERS, names_in

    choice("format", format, CONTAINERS)
    outputs = names_in(Path(folder), sources, format)
    return _mastered(sources, outputs, reference, bits, dither, preferences)


def _mastered(
    sources: Sequence[Name],
    outputs: Sequence[Path],
    reference: Reference | None,
    bits: int | str | None,
    dither: bool,
    preferences: dict[str, Any],
) -> Album:
    # What reads and writes files takes a while to import.
    from ._targets import as_reference
    from .mastering.job import Job
    from .mastering.signal import Signal
    from .mastering.watch import Levels
    from .mastering.writer import Form

    form = Form(outputs, bits)
    if not sources:
        raise AuralisError(f"sources is {shown(sources)}; allowed: at least one file")
    target = as_reference(reference)
    with Signal([os.fspath(source) for source in sources]) as signal:
        job = Job(signal, form, target, preferences, protected=paths_of(reference))
        job.claim(outputs)
        solution = job.solve()
        levels = [Levels(signal)] if signal.tracks > 1 else []
        job.write(solution, outputs, dither=dither, watchers=levels)
        whole = solution.report
        return Album(levels[0].reports(whole) if levels else [whole], solution)


def paths_of(reference: Any) -> list[Path]:
    """The files among the references."""
    if isinstance(reference, str | os.PathLike):
        return [Path(reference)]
    if isinstance(reference, list | tuple):
        return [path for one in reference for path in paths_of(one)]
    return []
