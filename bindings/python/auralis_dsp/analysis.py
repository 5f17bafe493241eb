"""Analysis as classes: harmonic content in three numbers, and targets of a master."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from . import _library
from ._arguments import Audio, Real, as_audio, choice, interleaved, plain, real, require_finite
from ._errors import AuralisError
from ._fallback import NAMES, harmony
from ._fingerprint import fingerprint
from ._targets import Reference, Source, Targets, as_reference, targets

#: Whether the native library loaded.
NATIVE_AVAILABLE = _library.AVAILABLE

_BACKENDS = {None: 0, "native": 1, "librosa": 2}
#: Statuses that speak of what the caller gave: another back end would not take it either.
_CALLERS_FAULT = (-2, -4)


class HarmonicAnalyzer:
    """Computes dimensions 17 to 19 of the fingerprint alone.

    Parameters
    ----------
    backend : {"native", "librosa"}, optional
        By default the native library, or librosa with a warning if it did not load. librosa
        gives the same numbers to 1e-3, slowly.

    Raises
    ------
    AuralisError
        If there is no such back end.

    Attributes
    ----------
    backend : str
        The back end in use; after a native call that failed, "librosa", which computed the
        result in its place, with a warning.

    See Also
    --------
    fingerprint : all 25 numbers.

    Examples
    --------
    >>> audio = np.sin(2 * np.pi * 441 * np.arange(5 * 44100) / 44100)
    >>> found = HarmonicAnalyzer().analyze(audio, 44100)
    >>> found["harmonic_ratio"] > 0.9, found["pitch_stability"] > 0.9
    (True, True)
    """

    def __init__(self, backend: str | None = None) -> None:
        choice("backend", backend, _BACKENDS)
        if backend is None and not NATIVE_AVAILABLE:
            warnings.warn(
                "the native library could not be loaded; librosa is used in its place, slowly",
                RuntimeWarning,
                stacklevel=2,
            )
            backend = "librosa"
        self.backend = backend or "native"

    def analyze(
        self, audio: Audio, sr: float = 44100, *, channels: str = "last"
    ) -> dict[str, float]:
        """Measure the share of harmonic sound, the steadiness of pitch, the spread of chroma.

        Parameters
        ----------
        audio : array_like, shape (n,), (n, channels) or (channels, n)
            One channel, or several of which the mean is taken; finite, at least one sample.
        sr : float
            Sample rate, 8000 to 384000 Hz.
        channels : {"last", "first"}
            Which axis of a two-dimensional array counts the channels.

        Returns
        -------
        dict
            "harmonic_ratio", "pitch_stability" and "chroma_energy", each 0 to 1, or NaN where it
            cannot be computed; docs/FINGERPRINT.md defines them.

        Raises
        ------
        AuralisError
            If an argument is outside its range or the audio is empty or not finite.
        ImportError
            If librosa is needed and not installed.
        """
        rate, frames = real("sr", sr), interleaved(audio, channels)
        if self.backend == "native":
            try:
                return _native(frames, rate)
            except Exception as error:
                if getattr(error, "status", None) in _CALLERS_FAULT:
                    require_finite("audio", as_audio(audio))
                    raise
                warnings.warn(
                    f"the native analysis failed ({error}); librosa is used in its place, slowly",
                    RuntimeWarning,
                    stacklevel=2,
                )
                self.backend = "librosa"
        if not 8000 <= rate <= 384000:
            raise AuralisError(f"sr is {rate:g}; allowed: 8000 to 384000", -2)
        require_finite("audio", as_audio(audio))
        return _with_librosa(frames, rate)


class AdaptiveTargetGenerator:
    """Decides what masters of tracks should be: `targets` with the same preferences for each.

    There is no librosa in its place: targets are made of numbers alone.

    Parameters
    ----------
    reference : Profile, Fingerprint, array_like, path, or a list of them, optional
        As in `targets`; a file is read once.
    **preferences
        The preset, loudness and so on, as in `targets`.

    Raises
    ------
    AuralisError
        If an argument is outside its range.

    See Also
    --------
    targets : the same for one track.

    Examples
    --------
    >>> generator = AdaptiveTargetGenerator(loudness=-16)
    >>> noise = 0.05 * np.random.default_rng(0).standard_normal((5 * 44100, 2))
    >>> generator.generate(auralis_dsp.fingerprint(noise))["loudness"]
    -16.0
    """

    def __init__(self, *, reference: Reference | None = None, **preferences: Any) -> None:
        self._reference = as_reference(reference)
        self._preferences = preferences
        # What is wrong with the preferences is told now.
        targets(np.full(25, np.nan), reference=self._reference, **preferences)

    def generate(self, fingerprint: Source) -> Targets:
        """Decide what a master of a track should be.

        Parameters
        ----------
        fingerprint : Fingerprint, Profile or array_like of 25 or 95 numbers
            The track.

        Returns
        -------
        Targets
            A mapping of 18 names to floats that prints as a table and can explain itself.

        Raises
        ------
        AuralisError
            If the numbers are not those of a track.
        """
        return targets(fingerprint, reference=self._reference, **self._preferences)


def _native(frames: Real, sr: float) -> dict[str, float]:
    values = fingerprint(frames, sr, groups=["harmony"])
    return {name: values[name] for name in NAMES}


def _with_librosa(frames: Real, sr: float) -> dict[str, float]:
    try:
        import librosa
    except ImportError as error:
        raise ImportError(
            "librosa is needed where the native library cannot be used: pip install librosa"
        ) from error
    with warnings.catch_warnings():
        # librosa warns of frames longer than the signal and of signals without a pitch.
        warnings.simplefilter("ignore")
        found = harmony(librosa, frames, sr)
    return {name: plain(value) for name, value in found.items()}
