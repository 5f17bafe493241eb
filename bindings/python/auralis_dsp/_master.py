"""Mastering: a whole signal, a stream with fixed settings, and the solver that finds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ._arguments import (
    LAYOUTS,
    Audio,
    Real,
    as_audio,
    choice,
    count,
    interleaved,
    length,
    real,
    require_finite,
    samples,
)
from ._errors import AuralisError
from ._library import check, ffi, lib
from ._profile import Profile
from ._settings import Settings
from ._targets import (
    TARGET_PARAMS,
    Asked,
    Reference,
    Targets,
    as_reference,
    restored,
    with_defaults,
)
from ._vectors import Vector, aligned, texts, version_of

#: What kept a master from the loudness asked for, in the order of its numbers.
LIMITED_BY = ("nothing", "limiting", "gain_max", "silent", "short", "bypass")


class Report(Vector):
    """What came of a master: 31 names and numbers; as text a table.

    Attributes
    ----------
    vector : ndarray of float64, shape (31,)
        The values in the order of docs/MASTERING.md, not to be written to.
    version : int
        That of the definitions.
    units : dict of str to str
        The unit of each value by name.
    limited_by : {"nothing", "limiting", "gain_max", "silent", "short", "bypass"}
        What kept the loudness from its target. The last three: nothing was processed.

    Examples
    --------
    >>> noise = 0.02 * np.random.default_rng(0).standard_normal((5 * 44100, 2))
    >>> report = auralis_dsp.master(noise, 44100, loudness=-18).report
    >>> round(report["integrated_after"], 1), report.limited_by
    (-18.0, 'nothing')
    """

    __slots__ = ()
    _table = "master_report"

    @property
    def limited_by(self) -> str:
        """What kept the loudness from its target."""
        return LIMITED_BY[int(self["limited_by"])]

    def __str__(self) -> str:
        units = texts(self._table, "unit")
        rows = zip(self.items(), units, strict=True)
        return aligned([(name, f"{value:.2f}", unit) for (name, value), unit in rows])


@dataclass(frozen=True)
class Mastered:
    """A master.

    Attributes
    ----------
    audio : ndarray of float64
        In the shape of what was mastered, aligned with it.
    report : Report
        What came of it.
    profile : Profile
        What was mastered; group harmony is only measured if dynamics run.
    targets : Targets
        What was aimed at; they can explain themselves.
    settings : Settings
        Of the chain: a `MasterStream` with them gives the same bits.
    """

    audio: Real
    report: Report
    profile: Profile
    targets: Targets
    settings: Settings


class MasterSolver:
    """Finds the settings for a signal that need not lie in memory.

    Push the signal block by block, then ask `next` whether to push it again. Memory does not grow
    with it. Not for two threads at once.

    Parameters
    ----------
    sr : float
        Sample rate, 8000 to 384000 Hz.
    n_channels : int
        Channels, 1 to 64; two are left and right.
    channels : {"last", "first"}
        Which axis of a two-dimensional block counts the channels.
    reference : Profile, Fingerprint, array_like, path, or a list of them, optional
        As in `targets`.
    max_block : int
        Most frames of one step; longer pieces are cut.
    **preferences
        The preset, loudness and so on, as in `targets`.

    Raises
    ------
    AuralisError
        If an argument is outside its range.

    See Also
    --------
    master : the same for an array, in less time.

    Examples
    --------
    >>> noise = 0.02 * np.random.default_rng(0).standard_normal((5 * 44100, 2))
    >>> solver = auralis_dsp.MasterSolver(44100, 2, loudness=-18)
    >>> again = True
    >>> while again:
    ...     for block in np.split(noise, 5):
    ...         solver.push(block)
    ...     again = solver.next()
    >>> solver.settings == auralis_dsp.master(noise, 44100, loudness=-18).settings
    True
    """

    def __init__(
        self,
        sr: float = 44100,
        n_channels: int = 2,
        *,
        channels: str = "last",
        reference: Reference | None = None,
        max_block: int = 65536,
        **preferences: Any,
    ) -> None:
        choice("channels", channels, LAYOUTS)
        self._channels = channels
        self._n_channels = count("n_channels", n_channels)
        self._max_block = length("max_block", max_block)
        # What the profile will be is not known yet.
        self._asked = Asked(np.empty(1), as_reference(reference), with_defaults(preferences))
        handle = ffi.new("auralis_master_solver **")
        with TARGET_PARAMS.speaking_python():
            _, _, *rest = self._asked.arguments()
            rate = real("sr", sr)
            check(
                lib.auralis_master_solver_new(
                    rate, self._n_channels, *rest, self._max_block, handle
                )
            )
        self._handle = ffi.gc(handle[0], lib.auralis_master_solver_free)

    def push(self, audio: Audio) -> None:
        """Take the next frames of a pass.

        Parameters
        ----------
        audio : array_like, shape (n,), (n, n_channels) or (n_channels, n)
            The next frames, finite; none or any number of them.

        Raises
        ------
        AuralisError
            If the audio has other channels or is not finite, or the pass is longer than the first.
        """
        frames = _frames(audio, self._channels, self._n_channels)
        with TARGET_PARAMS.speaking_python(audio):
            for block in _blocks(frames, self._max_block):
                check(lib.auralis_master_solver_push(self._handle, samples(block), len(block)))

    def mark(self) -> None:
        """Begin a track of an album with the next frame; in the first pass.

        All tracks get the same settings, and the loudness is that of the loudest.
        """
        check(lib.auralis_master_solver_mark(self._handle))

    def next(self) -> bool:
        """End a pass; whether the same signal must be pushed again.

        Raises
        ------
        AuralisError
            If the pass was shorter than the first one; it must be repeated.
        """
        again = ffi.new("uint32_t *")
        check(lib.auralis_master_solver_next(self._handle, again))
        return bool(again[0])

    def reset(self) -> None:
        """Forget the signal."""
        check(lib.auralis_master_solver_reset(self._handle))

    @property
    def profile(self) -> Profile:
        """What the signal is, once no further pass is needed.

        Group harmony is only measured if dynamics run. Of an album the loudness is that of the
        loudest track.
        """
        return Profile(self._found("profile", "profile"))

    @property
    def targets(self) -> Targets:
        """What was aimed at, once no further pass is needed; they can explain themselves."""
        asked = self._asked._replace(profile=self._found("profile", "profile"))
        return restored(self._found("targets", "targets").tolist(), version_of("targets"), asked)

    @property
    def settings(self) -> Settings:
        """What was found, once no further pass is needed."""
        return Settings(self._found("settings", "master_settings"))

    @property
    def report(self) -> Report:
        """What comes of it, once no further pass is needed."""
        return Report(self._found("report", "master_report"))

    def _found(self, what: str, table: str) -> Real:
        values = np.empty(len(texts(table, "name")))
        function = getattr(lib, f"auralis_master_solver_{what}")
        check(function(self._handle, samples(values), len(values)))
        return values

    def process(self, audio: Audio) -> Mastered:
        """Master a whole signal; what was pushed before is forgotten.

        Parameters
        ----------
        audio : array_like, shape (n,), (n, n_channels) or (n_channels, n)
            The signal, finite, at least one sample.
        """
        given = as_audio(audio)
        frames = interleaved(given, self._channels)
        _require_channels(given, frames, self._n_channels)
        output = np.empty(frames.shape)
        with TARGET_PARAMS.speaking_python(audio):
            pointers = samples(frames), samples(output)
            check(
                lib.auralis_master_solver_process(
                    self._handle, pointers[0], len(frames), pointers[1], output.size
                )
            )
        mastered = _as_given(output, given, self._channels)
        return Mastered(mastered, self.report, self.profile, self.targets, self.settings)


def master(
    audio: Audio,
    sr: float = 44100,
    *,
    channels: str = "last",
    reference: Reference | None = None,
    **preferences: Any,
) -> Mastered:
    """Master a track: loudness, true peak, tone, dynamics and width on their targets.

    The result is measured and corrected until it lies on the targets. The output has the input's
    length and is aligned with it. Silence, less than 0.4 s, and an intensity of 0 pass unchanged.

    Parameters
    ----------
    audio : array_like, shape (n,), (n, channels) or (channels, n)
        One channel, or 1 to 64 of them, finite, at least one sample. Two are left and right; of
        another number all get the same gains.
    sr : float
        Sample rate, 8000 to 384000 Hz. Nothing is resampled.
    channels : {"last", "first"}
        Which axis of a two-dimensional array counts the channels. It is never guessed.
    reference : Profile, Fingerprint, array_like, path, or a list of them, optional
        Tracks that the master should be like, as in `targets`.
    **preferences
        The preset, loudness, peak, intensity and so on, as in `targets`.

    Returns
    -------
    Mastered
        ``.audio``, ``.report``, ``.profile``, ``.targets`` and ``.settings``.

    Raises
    ------
    AuralisError
        If an argument is outside its range or the audio is empty or not finite.

    See Also
    --------
    MasterStream : the chain for audio that arrives in pieces.
    MasterSolver : finds its settings for a file of any length.

    Notes
    -----
    docs/MASTERING.md tells how.

    Examples
    --------
    >>> noise = 0.02 * np.random.default_rng(0).standard_normal((5 * 44100, 2))
    >>> mastered = auralis_dsp.master(noise, 44100, loudness=-16, peak=-1)
    >>> mastered.audio.shape == noise.shape
    True
    >>> round(auralis_dsp.loudness(mastered.audio, 44100).integrated, 1)
    -16.0
    """
    given = as_audio(audio)
    n_channels = interleaved(given, channels).shape[1]
    solver = MasterSolver(sr, n_channels, channels=channels, reference=reference, **preferences)
    return solver.process(given)


class MasterStream:
    """The mastering chain with fixed settings, over audio that arrives in pieces.

    `push` and `finish` together give exactly the frames that went in, aligned with them; blocks of
    any size give the same bits. Not for two threads at once.

    Parameters
    ----------
    sr : float
        Sample rate, 8000 to 384000 Hz.
    settings : Settings, mapping or array_like of 84 numbers
        Of the chain, from `master`, `MasterSolver` or `master_settings`.
    n_channels : int
        Channels, 1 to 64; two are left and right.
    max_block : int
        Most frames of one step; longer pieces are cut.
    channels : {"last", "first"}
        Which axis of a two-dimensional block counts the channels.

    Raises
    ------
    AuralisError
        If an argument is outside its range.

    See Also
    --------
    master : the same for a track that lies in memory, with the settings found for it.
    MasterSolver : finds settings for one that does not.

    Examples
    --------
    >>> noise = 0.02 * np.random.default_rng(0).standard_normal((44100, 2))
    >>> mastered = auralis_dsp.master(noise, 44100)
    >>> stream = auralis_dsp.MasterStream(44100, mastered.settings)
    >>> parts = [stream.push(block) for block in np.split(noise, 9)] + [stream.finish()]
    >>> np.array_equal(np.concatenate(parts), mastered.audio)
    True
    """

    def __init__(
        self,
        sr: float,
        settings: Settings | Mapping[str, float] | ArrayLike,
        n_channels: int = 2,
        max_block: int = 4096,
        *,
        channels: str = "last",
    ) -> None:
        choice("channels", channels, LAYOUTS)
        self._channels = channels
        self._n_channels = count("n_channels", n_channels)
        self._max_block = length("max_block", max_block)
        vector = (settings if isinstance(settings, Settings) else Settings(settings)).vector
        handle = ffi.new("auralis_master_stream **")
        with TARGET_PARAMS.speaking_python():
            check(
                lib.auralis_master_stream_new(
                    real("sr", sr),
                    self._n_channels,
                    samples(vector),
                    len(vector),
                    self._max_block,
                    handle,
                )
            )
        self._handle = ffi.gc(handle[0], lib.auralis_master_stream_free)
        self._n = ffi.new("size_t *")
        self._flat = False

    @property
    def latency(self) -> int:
        """Frames by which the output lags behind the input."""
        check(lib.auralis_master_stream_latency(self._handle, self._n))
        return int(self._n[0])

    @property
    def meters(self) -> dict[str, float]:
        """What the chain does and gives now, by name; NaN cannot be told yet.

        ``limiter``: the most by which the limiter reduced the frames that the last call gave, dB;
        ``compressor_low``, ``_mid``, ``_high``: gains of the dynamics, dB; ``momentary``,
        ``short_term``, ``integrated``: loudness of the output, LUFS; ``true_peak``, dBTP, and
        ``sample_peak``, dBFS, of the output so far.
        """
        names = texts("master_meters", "name")
        values = np.empty(len(names))
        check(lib.auralis_master_stream_meters(self._handle, samples(values), len(values)))
        return dict(zip(names, values.tolist(), strict=True))

    def push(self, audio: Audio) -> Real:
        """Take frames; give those that are ready.

        Parameters
        ----------
        audio : array_like, shape (n,), (n, n_channels) or (n_channels, n)
            The next frames, finite; none or any number of them.

        Returns
        -------
        ndarray of float64
            Frames in the layout of `audio`.

        Raises
        ------
        AuralisError
            If the audio has other channels or is not finite; nothing of it is then taken.
        """
        given = as_audio(audio, empty=True)
        frames = _frames(given, self._channels, self._n_channels)
        self._flat = given.ndim == 1
        output, written = np.empty(frames.shape), 0
        with TARGET_PARAMS.speaking_python(audio):
            for block in _blocks(frames, self._max_block):
                room = output[written:]
                target = samples(room) if room.size else ffi.NULL
                check(
                    lib.auralis_master_stream_push(
                        self._handle, samples(block), len(block), target, room.size, self._n
                    )
                )
                written += self._n[0]
        return self._given(output[:written])

    def finish(self) -> Real:
        """End the signal; give the rest of its frames. The stream is then as new.

        The meters tell of the signal until the next one begins.

        Raises
        ------
        AuralisError
            If nothing was pushed.
        """
        check(lib.auralis_master_stream_max_output(self._handle, 0, self._n))
        output = np.empty((self._n[0], self._n_channels))
        with TARGET_PARAMS.speaking_python():
            check(
                lib.auralis_master_stream_finish(
                    self._handle, samples(output), output.size, self._n
                )
            )
        return self._given(output[: self._n[0]])

    def reset(self) -> None:
        """Forget the signal."""
        check(lib.auralis_master_stream_reset(self._handle))

    def _given(self, frames: Real) -> Real:
        """Frames in the layout that was pushed."""
        if self._flat:
            return frames[:, 0].copy()
        return np.ascontiguousarray(frames.T) if self._channels == "first" else frames.copy()


def _frames(audio: Audio, channels: str, n_channels: int) -> Real:
    frames = interleaved(audio, channels, block=True)
    _require_channels(audio, frames, n_channels)
    return frames


def _require_channels(audio: Any, frames: Real, n_channels: int) -> None:
    if frames.size and frames.shape[1] != n_channels:
        raise AuralisError(
            f"audio has shape {np.shape(audio)}, which is {frames.shape[1]} channels; "
            f"allowed: {n_channels}"
        )


def _blocks(frames: Real, most: int) -> list[Real]:
    """The frames cut; all of them are taken, or none."""
    if len(frames) > most:
        require_finite("audio", frames)
    return [frames[i : i + most] for i in range(0, len(frames), most)]


def _as_given(output: Real, given: Real, channels: str) -> Real:
    """Frames in the shape of the audio that they come from."""
    if given.ndim == 1:
        return output[:, 0]
    return np.ascontiguousarray(output.T) if channels == "first" else output
