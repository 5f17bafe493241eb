"""Music analysis that gives librosa's numbers, fast.

Functions take mono arrays ``(n,)`` or several signals ``(..., n)`` of any real dtype and return
float64. They run in a native library, with Python's global lock released.
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
from ._rhythm import beat_track, onset_detect, onset_strength, tempo
from ._spectral import rms, spectral_centroid, spectral_flatness, spectral_rolloff
from ._yin import YinStream, yin

__all__ = [
    "AuralisError",
    "ChromaStream",
    "Dimension",
    "Fingerprint",
    "FingerprintStream",
    "HpssStream",
    "Loudness",
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
    "momentary_loudness",
    "onset_detect",
    "onset_strength",
    "rms",
    "short_term_loudness",
    "spectral_centroid",
    "spectral_flatness",
    "spectral_rolloff",
    "tempo",
    "yin",
]


def __getattr__(name: str) -> str:
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version

    return version("auralis-dsp")
