"""How far a result is from the reference's, in the terms that fit each kernel."""

from __future__ import annotations

from typing import Any

import numpy as np


def compare(kernel: str, result: Any, reference: Any) -> dict[str, float]:
    """Differences of `result` from `reference`, by name."""
    if kernel == "hpss":
        return _separation(result, reference)
    if kernel == "yin":
        return _pitch(result, reference)
    return _chroma(result, reference)


def describe(differences: dict[str, float]) -> str:
    """One line about the result of `compare`."""
    return ", ".join(
        f"{name} {100 * value:.2f} %" if "frames" in name else f"{name} {value:.1e}"
        for name, value in differences.items()
    )


def _separation(result: Any, reference: Any) -> dict[str, float]:
    peak = np.abs(np.add(*reference)).max()
    return {"largest / peak": float(np.abs(np.subtract(result, reference)).max() / peak)}


def _pitch(result: np.ndarray, reference: np.ndarray) -> dict[str, float]:
    n = min(len(result), len(reference))
    relative = np.abs(result[:n] / reference[:n] - 1)
    return {
        "frames within 1e-6": float(np.mean(relative <= 1e-6)),
        "frames within 50 cents": float(np.mean(relative <= 2 ** (1 / 24) - 1)),
    }


def _chroma(result: np.ndarray, reference: np.ndarray) -> dict[str, float]:
    n = min(result.shape[1], reference.shape[1])
    result, reference = result[:, :n], reference[:, :n]
    difference = np.abs(result - reference)
    same = result.argmax(axis=0) == reference.argmax(axis=0)
    return {
        "largest": float(difference.max()),
        "median": float(np.median(difference)),
        "frames of equal class": float(np.mean(same)),
    }
