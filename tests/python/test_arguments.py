"""What arrays and arguments the functions take, and what they say of others."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from signals import clip

import auralis_dsp
from auralis_dsp import AuralisError

RATE = 44100
FUNCTIONS = {
    "hpss": lambda x, **k: auralis_dsp.hpss(x, **k),
    "yin": lambda x, **k: auralis_dsp.yin(x, **k),
    "cqt": lambda x, **k: auralis_dsp.cqt(x, **k),
    "chroma_cqt": lambda x, **k: auralis_dsp.chroma_cqt(x, **k),
    "estimate_tuning": lambda x, **k: auralis_dsp.estimate_tuning(x, **k),
    "onset_strength": lambda x, **k: auralis_dsp.onset_strength(x, **k),
}
#: Those that take one signal, or one onset envelope, at a time.
OF_ONE = {
    "fingerprint": lambda x: auralis_dsp.fingerprint(x).vector,
    "onset_detect": lambda x: auralis_dsp.onset_detect(onset_envelope=x),
    "tempo": lambda x: auralis_dsp.tempo(onset_envelope=x),
    "beat_track": lambda x: np.hstack(auralis_dsp.beat_track(onset_envelope=x)),
}
DTYPES = st.sampled_from(["f8", "f4", "f2", ">f8", "i2", "u1", "bool", "O"])
LAYOUTS = st.sampled_from(["C", "F", "step", "reversed", "readonly", "subclass", "unaligned"])
every_function = pytest.mark.parametrize("name", FUNCTIONS)


class Tagged(np.ndarray):
    """A subclass that would show if it came through."""


def same(result: object, expected: object) -> bool:
    return np.array_equal(np.asarray(result), np.asarray(expected))


@every_function
@settings(max_examples=40, deadline=None)
@given(
    shape=hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=3),
    n=st.integers(1, 3000),
    dtype=DTYPES,
    layout=LAYOUTS,
)
def test_every_array_is_taken(
    name: str, shape: tuple[int, ...], n: int, dtype: str, layout: str
) -> None:
    rng = np.random.default_rng(n)
    plain = rng.uniform(0, 1, (*shape, n)).astype(dtype)
    laid = lay(plain, layout)
    assert np.array_equal(laid, plain)
    before = laid.copy()
    results = FUNCTIONS[name](laid)
    assert np.array_equal(laid, before)
    stacked = results if isinstance(results, tuple) else (results,)
    for result in stacked:
        assert type(result) is np.ndarray
        assert result.dtype in (np.float64, np.complex128)
        assert result.shape[: len(shape)] == shape
    for index in np.ndindex(shape):
        alone = FUNCTIONS[name](plain[index].astype(np.float64))
        parts = alone if isinstance(alone, tuple) else (alone,)
        assert all(same(r[index], part) for r, part in zip(stacked, parts, strict=True))


@pytest.mark.parametrize("name", OF_ONE)
@settings(max_examples=40, deadline=None)
@given(n=st.integers(1, 3000), dtype=DTYPES, layout=LAYOUTS)
def test_every_single_signal_is_taken(name: str, n: int, dtype: str, layout: str) -> None:
    plain = (3 * np.random.default_rng(n).uniform(0, 1, n)).astype(dtype)
    laid = lay(plain, layout)
    before = laid.copy()
    result = np.asarray(OF_ONE[name](laid))
    assert np.array_equal(laid, before)
    expected = np.asarray(OF_ONE[name](plain.astype(np.float64)))
    assert type(result) is np.ndarray
    assert np.array_equal(result, expected, equal_nan=result.dtype == np.float64)


def lay(array: np.ndarray, layout: str) -> np.ndarray:
    """The same values in another layout in memory."""
    if layout == "F":
        return np.asfortranarray(array)
    if layout == "step":
        wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
        wide[..., ::2] = array
        return wide[..., ::2]
    if layout == "reversed":
        return array[..., ::-1].copy()[..., ::-1]
    if layout == "readonly":
        fixed = array.copy()
        fixed.flags.writeable = False
        return fixed
    if layout == "subclass":
        return array.view(Tagged)
    if layout == "unaligned" and array.dtype != object:
        data = b"x" + array.tobytes()
        return np.frombuffer(data, array.dtype, offset=1).reshape(array.shape)
    return array


@every_function
@pytest.mark.parametrize("where", [0, 1234, -1])
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_audio_that_is_not_finite(name: str, where: int, bad: float) -> None:
    audio = clip(RATE)[:5000].copy()
    audio[where] = bad
    with pytest.raises(AuralisError, match="audio") as caught:
        FUNCTIONS[name](audio)
    assert caught.value.status == -4
    assert isinstance(caught.value, ValueError)


@every_function
@pytest.mark.parametrize(
    "audio",
    [
        [],
        np.zeros((0, 100)),
        np.zeros((2, 0)),
        3.0,
        None,
        "music",
        np.ones(4) * 1j,
        [[1.0, 2.0], [3.0]],
        np.ma.masked_array([1.0, 2.0], [False, True]),
        np.array(["2001-01-01"], "M8[D]"),
        np.array([1.0, None, "x"], object),
    ],
    ids=str,
)
def test_audio_that_is_none(name: str, audio: object) -> None:
    with pytest.raises(AuralisError, match=r"audio|n_samples"):
        FUNCTIONS[name](audio)


BAD_ARGUMENTS = {
    "hpss": {
        "sr": ["fast", None],
        "kernel_h": [0, -1, 1.5, 2**40],
        "kernel_p": [0, -1, "31"],
        "power": [0, -1, math.nan, None],
        "margin": [0.5, math.nan, (1, 2, 3), (1, 0.5)],
        "n_fft": [0, -1, 2.5, 2**33],
        "hop_length": [0, -1],
        "win_length": [0, 4096],
        "center": [None, "yes"],
        "pad_mode": ["edge", 7, []],
    },
    "yin": {
        "sr": [0, -1, 7999, 400_000, math.nan, "fast"],
        "fmin": [0, -5, math.nan, 3000],
        "fmax": [10, math.inf, math.nan, 30_000],
        "frame_length": [0, 1, -1, 2.0],
        "hop_length": [0, -3],
        "trough_threshold": [0, -1, math.nan],
        "center": [None],
        "pad_mode": ["edge"],
    },
    "cqt": {
        "sr": [0, 7999, math.nan],
        "hop_length": [0, -1, None],
        "fmin": [0, -1, math.nan, 30_000],
        "n_bins": [0, -1, 1000],
        "bins_per_octave": [0, -1],
        "tuning": [math.inf, "A"],
        "filter_scale": [0, -1, math.nan],
        "pad_mode": ["edge"],
    },
    "chroma_cqt": {
        "sr": [0, 7999, math.nan],
        "hop_length": [0, -1],
        "fmin": [0, -1, math.nan],
        "norm": [0, 3, "max"],
        "tuning": [math.inf, "A"],
        "n_chroma": [0, -1, 7],
        "n_octaves": [0, -1, 20],
        "bins_per_octave": [0, 13],
    },
    "estimate_tuning": {"sr": [0, math.nan], "bins_per_octave": [0, -1, 1.5]},
    "onset_strength": {
        "sr": [0, 7999, math.nan, None],
        "hop_length": [-1, 4096, 1.5],
        "n_fft": [0, 1, 2.5, 2**33],
        "n_mels": [0, 4096],
        "fmin": [-1, math.nan, 30_000],
        "fmax": [-1, math.nan, 30_000],
        "lag": [0, 2000],
        "max_size": [0, 200],
        "detrend": [None],
        "center": ["yes"],
        "aggregate": ["max", 3, []],
    },
}
#: How a message may call an argument: by its name, or by the C API's.
C_NAMES = {
    "sr": "sr|sample_rate",
    "kernel_h": "kernel_h",
    "kernel_p": "kernel_p",
    "n_bins": "n_bins|fmin",
    "n_octaves": "n_octaves|n_bins|fmin",
    "n_chroma": "n_chroma|bins_per_octave",
    "win_length": "win_length",
}


def test_every_argument_has_a_row() -> None:
    for name in FUNCTIONS:
        arguments = list(inspect.signature(getattr(auralis_dsp, name)).parameters)[1:]
        assert list(BAD_ARGUMENTS[name]) == arguments


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    [(f, a, v) for f, rows in BAD_ARGUMENTS.items() for a, values in rows.items() for v in values],
)
def test_arguments_outside_their_range(name: str, argument: str, value: object) -> None:
    with pytest.raises(AuralisError, match=C_NAMES.get(argument, argument)):
        FUNCTIONS[name](clip(RATE)[:4096], **{argument: value})


def test_equal_arguments_of_other_types() -> None:
    audio = clip(RATE)[:4096]
    expected = auralis_dsp.hpss(audio, power=2, margin=1)
    given_ = auralis_dsp.hpss(audio, power=np.float32(2), margin=(np.float64(1), 1), n_fft=2048)
    assert all(map(same, given_, expected))
    one_by_one = auralis_dsp.hpss(audio, power=np.array(2.0))
    assert all(map(same, one_by_one, expected))
