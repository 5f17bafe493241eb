"""The 25 dimensions as a space in which distances mean something.

Every dimension is centred on its median over the library and divided by its
interquartile range, scaled so that a normal distribution gets standard deviation 1
(IQR / 1.349). A circular dimension, the tempo, is taken as log2 and compared within the
octave, since half and double time are the same pulse: the difference of two tempi is
folded to at most half an octave and measured against the spread of tempi evenly
distributed over it.

The dimensions of an aspect (such as the seven bands of the spectrum) describe one
property together. By default each aspect has weight 1, shared among its dimensions.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .dimensions import ASPECTS, CIRCULAR, NAMES

_CIRCULAR = np.array(CIRCULAR)

#: IQR / standard deviation of a normal distribution.
_IQR_OF_NORMAL = 1.349

#: Scale of a value spread evenly over one octave, whose IQR is half an octave.
_OCTAVE_SCALE = 0.5 / _IQR_OF_NORMAL


def default_weights() -> dict[str, float]:
    """Weight of each dimension: every aspect 1 in all."""
    return {name: 1 / ASPECTS.count(aspect) for name, aspect in zip(NAMES, ASPECTS, strict=True)}


class Space:
    """Robust-scaled fingerprints.

    Parameters
    ----------
    fingerprints : array (tracks, 25)
        As in the library; NaN where a dimension could not be computed.
    weights : mapping, optional
        Weights by dimension, in place of the default ones.

    Raises
    ------
    ValueError
        If a weight names no dimension or is negative.
    """

    def __init__(self, fingerprints: np.ndarray, weights: Mapping[str, float] | None = None):
        values = _circles_to_octaves(fingerprints)
        self.centre, self.scale = _robust_scale(values)
        scaled = self._to_space(values)
        self._known = np.isfinite(scaled).astype(float)
        self._points = np.nan_to_num(scaled)
        self.weights = _weights(weights or {})
        self.weights[self.scale == np.inf] = 0.0

    def contributions(self, fingerprint: np.ndarray, rows: np.ndarray | slice) -> np.ndarray:
        """Each dimension's part of the squared distances from `fingerprint` to some rows.

        A dimension that one of the two tracks lacks contributes nothing; the others
        count the more, so that tracks with gaps are neither nearer nor farther.
        A track that shares no dimension with the fingerprint is infinitely far.

        Returns
        -------
        array (rows, 25)
        """
        target = self._to_space(_circles_to_octaves(np.asarray(fingerprint, float)[None]))[0]
        weights = np.where(np.isfinite(target), self.weights, 0.0)
        parts = self._points[rows] - np.nan_to_num(target)
        octaves = parts[:, _CIRCULAR] * _OCTAVE_SCALE
        parts[:, _CIRCULAR] = (octaves - np.round(octaves)) / _OCTAVE_SCALE
        np.square(parts, out=parts)
        known = self._known[rows]
        parts *= known
        parts *= weights
        shared = known @ weights
        with np.errstate(divide="ignore", invalid="ignore"):
            parts *= (self.weights.sum() / shared)[:, None]
        parts[shared == 0] = np.inf
        result: np.ndarray = parts
        return result

    def nearest(self, fingerprint: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """The `count` nearest rows and their distances, nearest first: exact, by comparing all."""
        distances = np.sqrt(self.contributions(fingerprint, slice(None)).sum(axis=1))
        count = min(count, len(distances))
        if count == 0:
            return np.empty(0, int), np.empty(0)
        chosen = np.argpartition(distances, count - 1)[:count]
        chosen = chosen[np.lexsort((chosen, distances[chosen]))]
        return chosen, distances[chosen]

    @property
    def points(self) -> np.ndarray:
        """The tracks, one row each; a dimension that is not known holds the median, 0."""
        points: np.ndarray = self._points
        return points

    def _to_space(self, values: np.ndarray) -> np.ndarray:
        inside: np.ndarray = (values - self.centre) / self.scale
        return inside


def _circles_to_octaves(fingerprints: np.ndarray) -> np.ndarray:
    values = np.array(fingerprints, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        values[:, _CIRCULAR] = np.log2(values[:, _CIRCULAR])
    values[~np.isfinite(values)] = np.nan
    return values


def _robust_scale(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centre and scale of each column; infinite scale where it does not vary."""
    centre = np.zeros(values.shape[1])
    scale = np.full(values.shape[1], np.inf)
    for column in range(values.shape[1]):
        known = values[:, column][np.isfinite(values[:, column])]
        if len(known) == 0:
            continue
        low, centre[column], high = np.percentile(known, [25, 50, 75])
        # More than half of the tracks may share a value (mono: width 0).
        spread = (high - low) / _IQR_OF_NORMAL or known.std()
        if spread > 0:
            scale[column] = spread
    scale[_CIRCULAR] = _OCTAVE_SCALE
    return centre, scale


def _weights(given: Mapping[str, float]) -> np.ndarray:
    weights = default_weights()
    for name, weight in given.items():
        if name not in weights:
            raise ValueError(f"no dimension is called {name!r}; there are: {', '.join(NAMES)}")
        if not 0 <= weight < np.inf:
            raise ValueError(f"weight of {name} is {weight}; allowed: 0 or more")
        weights[name] = weight
    return np.array(list(weights.values()))
