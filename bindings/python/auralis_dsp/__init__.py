"""Music analysis that gives librosa's numbers, fast.

Functions take mono arrays ``(n,)`` or several signals ``(..., n)`` and return float64 with the same
leading shape. Those that look at channels together (`fingerprint`, `loudness` and its curves) take
``(n, channels)``, or ``(channels, n)`` with ``channels="first"``.

Floats, booleans and Python's own numbers are taken as they are, with full scale at 1. Arrays of
integers are PCM, in every function: of 8, 16 or 32 bits, signed or (with zero in the middle of the
range) unsigned, scaled so that full scale is 1. Integers of 64 bits have no full scale and are
refused, as are masked arrays and raw bytes.

Everything runs in a native library, with Python's global lock released. What is wrong with an
argument raises `AuralisError` before any work is done; a layout that looks mistaken, such as more
signals than samples, gives a warning.
"""

from ._cqt import ChromaStream, chroma_cqt, cqt, estimate_tuning
from ._errors import AuralisError
from ._fingerprint import (
    Dimension,
    Fingerprint,
    FingerprintStream,
    dimensions,
    fingerprint,
    fingerprint_version,
)
from ._hpss import HpssStream, hpss
from ._loudness import Loudness, loudness, momentary_loudness, short_term_loudness
from ._master import Mastered, MasterSolver, MasterStream, Report, master
from ._master_file import Album, master_album, master_file
from ._profile import Profile, ProfileStream, profile
from ._rhythm import beat_track, onset_detect, onset_strength, tempo
from ._settings import Settings, master_settings
from ._spectral import (
    rms,
    spectral_centroid,
    spectral_flatness,
    spectral_rolloff,
    zero_crossing_rate,
)
from ._targets import Explanation, Targets, targets
from ._yin import YinStream, yin

__all__ = [
    "Album",
    "AuralisError",
    "ChromaStream",
    "Dimension",
    "Explanation",
    "Fingerprint",
    "FingerprintStream",
    "HpssStream",
    "Loudness",
    "MasterSolver",
    "MasterStream",
    "Mastered",
    "Profile",
    "ProfileStream",
    "Report",
    "Settings",
    "Targets",
    "YinStream",
    "beat_track",
    "chroma_cqt",
    "cqt",
    "dimensions",
    "estimate_tuning",
    "fingerprint",
    "fingerprint_version",
    "hpss",
    "loudness",
    "master",
    "master_album",
    "master_file",
    "master_settings",
    "momentary_loudness",
    "onset_detect",
    "onset_strength",
    "profile",
    "rms",
    "short_term_loudness",
    "spectral_centroid",
    "spectral_flatness",
    "spectral_rolloff",
    "targets",
    "tempo",
    "yin",
    "zero_crossing_rate",
]


def __getattr__(name: str) -> str:
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version

    return version("auralis-dsp")
