"""What arrays and arguments every public function takes, and what it says of others."""

from __future__ import annotations

import inspect
import math
import re
import warnings
from collections.abc import Callable
from typing import Any

import calls
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from signals import clip

import auralis_dsp
from auralis_dsp import AuralisError
from auralis_dsp._kernel import Kernel

RATE = 44100
OF_SIGNALS, OF_CHANNELS, OF_ENVELOPE = (
    tuple(name for name, function in calls.FUNCTIONS.items() if function.of == of)
    for of in ("signals", "channels", "envelope")
)
STREAMS = tuple(calls.STREAMS)
FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: getattr(auralis_dsp, name) for name in calls.FUNCTIONS
}
BAD_ARGUMENTS = {name: entry.refused for name, entry in (calls.FUNCTIONS | calls.STREAMS).items()}
#: The package's description of each function.
KERNELS = {
    kernel.name: kernel
    for module in vars(auralis_dsp).values()
    if inspect.ismodule(module)
    for kernel in vars(module).values()
    if isinstance(kernel, Kernel)
}
DTYPES = st.sampled_from(["f8", "f4", "f2", ">f8", "i1", "i2", ">i4", "u1", "u2", "bool", "O"])
LAYOUTS = st.sampled_from(["C", "F", "step", "reversed", "readonly", "subclass", "unaligned"])
every_function = pytest.mark.parametrize("name", FUNCTIONS)


def test_no_function_is_left_out() -> None:
    public = {name: getattr(auralis_dsp, name) for name in auralis_dsp.__all__}
    of_audio = {
        name
        for name, value in public.items()
        if inspect.isfunction(value) and "audio" in inspect.signature(value).parameters
    }
    assert of_audio - {*calls.MASTERS} == FUNCTIONS.keys()
    streams = {name for name, value in public.items() if hasattr(value, "push")}
    assert streams - {*calls.MASTERS} == {*STREAMS}
    assert KERNELS.keys() == FUNCTIONS.keys()


class Tagged(np.ndarray):
    """A subclass that would show if it came through."""


def parts(result: Any) -> list[np.ndarray]:
    """What a function gives, as arrays."""
    return [np.asarray(part) for part in (result if isinstance(result, tuple) else (result,))]


def same(result: Any, expected: Any) -> bool:
    return all(
        np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
        for one, other in zip(parts(result), parts(expected), strict=True)
    )


def made(shape: tuple[int, ...], dtype: str) -> np.ndarray:
    """Noise that fills the range of a dtype."""
    rng = np.random.default_rng(shape[-1])
    if np.dtype(dtype).kind in "iu":
        limits = np.iinfo(dtype)
        return rng.integers(limits.min, limits.max, shape, endpoint=True).astype(dtype)
    return rng.uniform(-1, 1, shape).astype(dtype)


def meant(array: np.ndarray) -> np.ndarray:
    """The samples that an array stands for: PCM has its full scale at 1."""
    if array.dtype.kind not in "iu":
        return array.astype(np.float64)
    limits = np.iinfo(array.dtype)
    middle = (int(limits.max) + int(limits.min) + 1) / 2
    return (array.astype(np.float64) - middle) / (int(limits.max) + 1 - middle)


@pytest.mark.parametrize("name", OF_SIGNALS)
@settings(max_examples=30, deadline=None)
@given(
    shape=hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=3),
    n=st.integers(1, 3000),
    dtype=DTYPES,
    layout=LAYOUTS,
)
@pytest.mark.filterwarnings("ignore:audio has shape")
def test_every_array_is_taken(
    name: str, shape: tuple[int, ...], n: int, dtype: str, layout: str
) -> None:
    plain = made((*shape, n), dtype)
    laid = lay(plain, layout)
    before = laid.copy()
    results = FUNCTIONS[name](laid)
    assert np.array_equal(laid, before)
    for result in results if isinstance(results, tuple) else (results,):
        assert type(result) is np.ndarray
        assert result.dtype in (np.float64, np.complex128)
        assert result.shape[: len(shape)] == shape
    for index in np.ndindex(shape):
        alone = FUNCTIONS[name](meant(plain[index]))
        assert same(tuple(part[index] for part in parts(results)), alone)


@pytest.mark.parametrize("name", [*OF_CHANNELS, *OF_ENVELOPE])
@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 3000), dtype=DTYPES, layout=LAYOUTS)
def test_every_single_signal_is_taken(name: str, n: int, dtype: str, layout: str) -> None:
    plain = made((n,), dtype)
    laid = lay(plain, layout)
    before = laid.copy()
    result = FUNCTIONS[name](laid)
    assert np.array_equal(laid, before)
    assert same(result, FUNCTIONS[name](meant(plain)))


@pytest.mark.parametrize("name", OF_ENVELOPE)
@pytest.mark.parametrize("dtype", ["f4", "i2", "u1", "i8", "O"])
def test_envelopes_are_taken_as_they_are(name: str, dtype: str) -> None:
    envelope = np.random.default_rng(1).integers(0, 9, 500)
    found = FUNCTIONS[name](onset_envelope=envelope.astype(dtype))
    assert same(found, FUNCTIONS[name](onset_envelope=envelope.astype(np.float64)))


@pytest.mark.parametrize("dtype", ["i1", "i2", "i4", "u1", "u2", "u4"])
def test_pcm_has_the_loudness_of_what_it_stands_for(dtype: str) -> None:
    tone = 0.5 * np.sin(2 * np.pi * 997 * np.arange(4 * RATE) / RATE)
    limits = np.iinfo(dtype)
    half = (int(limits.max) - int(limits.min) + 1) / 2
    pcm = np.round(tone * half + (half if limits.min == 0 else 0)).astype(dtype)
    for name in OF_CHANNELS:
        if name in ("fingerprint", "profile"):
            found, expected = (FUNCTIONS[name](x, RATE)["lufs"] for x in (pcm, tone))
        else:
            found, expected = (np.nanmax(FUNCTIONS[name](x, RATE)) for x in (pcm, tone))
        assert found == pytest.approx(expected, abs=0.05), name


@pytest.mark.parametrize("dtype", ["i8", "u8"])
@pytest.mark.parametrize("wrap", [np.asarray, lambda x: [x, x]], ids=["array", "list"])
@every_function
def test_pcm_without_a_known_full_scale(name: str, wrap: Callable, dtype: str) -> None:
    with pytest.raises(AuralisError, match=r"^audio has dtype u?int64, .*allowed: floats, or PCM"):
        FUNCTIONS[name](wrap(np.ones(100, dtype)))


def test_numbers_of_python_are_numbers() -> None:
    assert same(auralis_dsp.rms([1, 0, -1]), auralis_dsp.rms([1.0, 0.0, -1.0]))
    assert same(auralis_dsp.rms([[1, 0], [2, 1]]), auralis_dsp.rms(np.array([[1.0, 0], [2, 1]])))


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
    with pytest.raises(AuralisError) as caught:
        FUNCTIONS[name](audio)
    shown = "NaN" if math.isnan(bad) else bad
    assert str(caught.value) == f"audio[{where % 5000}] is {shown}; allowed: finite samples"
    assert caught.value.status == -4
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("name", [*OF_SIGNALS, *OF_CHANNELS])
def test_the_signal_that_is_not_finite_is_named(name: str) -> None:
    audio = np.stack([clip(RATE)[:5000]] * 3)
    audio[1, 4321] = math.nan
    kwargs = {"channels": "first"} if name in OF_CHANNELS else {}
    with pytest.raises(AuralisError, match=r"^audio\[1, 4321\] is NaN; allowed: finite samples$"):
        FUNCTIONS[name](audio, **kwargs)
    if name in OF_CHANNELS:
        with pytest.raises(AuralisError, match=r"^audio\[4321, 1\] is NaN"):
            FUNCTIONS[name](audio.T)
    else:
        with pytest.raises(AuralisError, match=r"^audio\[0, 1, 4321\] is NaN"):
            FUNCTIONS[name](audio[np.newaxis])


NOT_AUDIO = [
    ([], r"audio is empty \(shape \(0,\)\); allowed: at least 1 sample"),
    (np.zeros((0, 100)), r"audio is empty \(shape \(0, 100\)\); allowed: at least 1 sample"),
    (np.zeros((2, 0)), r"audio is empty \(shape \(2, 0\)\); allowed: at least 1 sample"),
    (3.0, r"audio is a single number; allowed: shape \(n,\) or \(..., n\)"),
    (3, r"audio is a single number; allowed: shape \(n,\) or \(..., n\)"),
    ("music", "audio is 'music'; allowed: an array of real numbers"),
    (np.ones(4) * 1j, r"audio is an array of dtype complex128 and shape \(4,\); allowed: .*real.*"),
    ([[1.0, 2.0], [3.0]], r"audio is \[\[1.0, 2.0\], \[3.0\]\]; allowed: .*real numbers"),
    ({1: 2}, r"audio is \{1: 2\}; allowed: an array of real numbers"),
    (np.ma.masked_array([1.0, 2.0], [False, True]), "audio has masked samples; allowed: .*"),
    (np.array(["2001-01-01"], "M8[D]"), "audio is an array of dtype datetime64.*; allowed: .*"),
    (np.array([1.0, None, "x"], object), "audio is an array of dtype object .*; allowed: .*"),
    ([1.0, None], r"audio\[1\] is None; allowed: finite samples"),
    ([[1.0, 2.0], [1.0, None]], r"audio\[1, 1\] is None; allowed: finite samples"),
    (b"RIFF", r"audio is raw bytes \(bytes\); allowed: an array of real numbers, .*"),
    (bytearray(100), r"audio is raw bytes \(bytearray\); allowed: .*"),
    (memoryview(bytes(100)), r"audio is raw bytes \(memoryview\); allowed: .*"),
]


@every_function
@pytest.mark.parametrize(("audio", "text"), NOT_AUDIO, ids=lambda x: str(x)[:30])
def test_what_is_not_audio(name: str, audio: Any, text: str) -> None:
    with pytest.raises(AuralisError) as caught:
        FUNCTIONS[name](audio)
    assert re.fullmatch(text, str(caught.value))


@every_function
def test_none_is_no_audio(name: str) -> None:
    with pytest.raises(AuralisError, match=r"^audio .*None; allowed: "):
        FUNCTIONS[name](None)


@pytest.mark.parametrize("name", OF_SIGNALS)
def test_channels_last_are_warned_of(name: str) -> None:
    with pytest.warns(UserWarning, match=r"shape \(1000, 2\), which is 1000 signals of 2") as told:
        FUNCTIONS[name](np.ones((1000, 2)))
    assert told[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        FUNCTIONS[name](np.ones((2, 1000)))
        FUNCTIONS[name](np.ones((2, 2)))
        FUNCTIONS[name](np.ones((70, 65)))


@pytest.mark.parametrize("name", OF_CHANNELS)
def test_channels_first_are_warned_of(name: str) -> None:
    with pytest.warns(UserWarning, match="which is 30 channels of 2 samples") as told:
        FUNCTIONS[name](np.ones((2, 30)))
    assert told[0].filename == __file__
    with pytest.raises(AuralisError, match="which is 1000 channels with channels='last'; allowed"):
        FUNCTIONS[name](np.ones((2, 1000)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        FUNCTIONS[name](np.ones((2, 1000)), channels="first")


@every_function
def test_what_is_wrong_is_found_before_the_work(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error takes no analysis: the library is not asked for one."""
    audio = np.stack([clip(RATE)] * 3)
    audio[2, -1] = math.nan
    worked = []
    strength = auralis_dsp._rhythm.onset_strength
    monkeypatch.setattr(
        auralis_dsp._rhythm, "onset_strength", lambda *a, **k: worked.append(a) or strength(*a, **k)
    )
    kernel = KERNELS[name]
    if name in OF_SIGNALS:
        compute = kernel.compute
        monkeypatch.setattr(kernel, "compute", lambda *a: worked.append(a) or compute(*a))
    with pytest.raises(AuralisError, match=r"^audio"):
        FUNCTIONS[name](audio)
    if name in OF_ENVELOPE:
        for argument, rows in BAD_ARGUMENTS[name].items():
            for value in rows:
                with pytest.raises(AuralisError):
                    FUNCTIONS[name](clip(RATE), **{argument: value})
    assert not worked


@pytest.mark.parametrize("name", BAD_ARGUMENTS)
def test_every_argument_has_a_row(name: str) -> None:
    arguments = inspect.signature(getattr(auralis_dsp, name)).parameters
    assert list(BAD_ARGUMENTS[name]) == [each for each in arguments if each != "audio"]


@pytest.mark.parametrize(
    ("name", "argument", "value"),
    [(f, a, v) for f, rows in BAD_ARGUMENTS.items() for a, values in rows.items() for v in values],
)
def test_arguments_outside_their_range(name: str, argument: str, value: Any) -> None:
    audio = () if name in STREAMS or argument == "onset_envelope" else (clip(RATE)[:4096],)
    with pytest.raises(AuralisError) as caught:
        getattr(auralis_dsp, name)(*audio, **{argument: value})
    text = str(caught.value)
    assert re.match(rf"{argument}(\[\d+\])? (is|has) .+; allowed: .+", text)
    assert "\n" not in text and len(text) < 160
    # No word of the C API is left, nor what it has in the place of None.
    words = "sample_rate|kernel_harmonic|kernel_percussive|margin_|interleaved|n_samples|AURALIS"
    assert not re.search(rf"{words}|\b0 \(|or NaN", text)


EXACT = [
    ("hpss", {"kernel_h": 0}, "kernel_h is 0; allowed: 1 to 4095"),
    ("hpss", {"margin": (1, 0.5)}, "margin is 0.5; allowed: 1 to 1000000"),
    ("hpss", {"win_length": 0}, "win_length is 0; allowed: 1 to 4294967295"),
    ("yin", {"sr": 4000}, "sr is 4000; allowed: 8000 to 384000"),
    ("yin", {"fmax": 10}, "fmin is 65.4; allowed: above 0 and below fmax = 10"),
    ("yin", {"fmax": 3e4}, "fmax is 30000; allowed: above 0 and up to 22050"),
    ("yin", {"center": "yes"}, "center is 'yes'; allowed: True, False"),
    ("yin", {"pad_mode": "edge"}, "pad_mode is 'edge'; allowed: 'constant', 'reflect'"),
    ("yin", {"hop_length": 2**32 - 1}, "hop_length is 4294967295; allowed: 1 to .*, or None"),
    ("cqt", {"tuning": math.nan}, "tuning is nan; allowed: a number, or None"),
    ("onset_strength", {"fmax": 3e4}, "fmax is 30000; allowed: above 0, up to 22050, or None"),
    ("beat_track", {"bpm": -3}, "bpm is -3; allowed: above 0, or None to estimate it"),
    ("fingerprint", {"groups": "loud"}, "groups is 'loud'; allowed: 'spectrum', 'level', .*"),
    ("rms", {"hop_length": np.float64(0.5)}, "hop_length is 0.5; allowed: a whole number"),
]


@pytest.mark.parametrize(("name", "kwargs", "text"), EXACT)
def test_messages(name: str, kwargs: dict[str, Any], text: str) -> None:
    with pytest.raises(AuralisError) as caught:
        FUNCTIONS[name](clip(RATE)[:4096], **kwargs)
    assert re.fullmatch(text, str(caught.value))


def test_audio_or_its_envelope() -> None:
    for name in OF_ENVELOPE:
        with pytest.raises(AuralisError, match=r"^audio and onset_envelope are both None; allowed"):
            FUNCTIONS[name]()
        with pytest.raises(
            AuralisError, match=r"^audio and onset_envelope are both given; allowed"
        ):
            FUNCTIONS[name]([1.0], onset_envelope=[1.0])
        with pytest.raises(AuralisError, match=r"^audio has shape \(9, 2\); allowed: \(n,\)"):
            FUNCTIONS[name](np.ones((9, 2)))


def test_equal_arguments_of_other_types() -> None:
    audio = clip(RATE)[:4096]
    expected = auralis_dsp.hpss(audio, power=2, margin=1)
    for _ in range(2):  # parameters are kept
        for kwargs in (
            {"power": np.float32(2), "margin": (np.float64(1), 1), "n_fft": 2048},
            {"power": np.array(2.0), "n_fft": np.array(2048), "center": np.True_},
            {"n_fft": 2048.0, "kernel_h": np.float32(31), "margin": [1, 1], "center": 1},
        ):
            assert same(auralis_dsp.hpss(audio, **kwargs), expected)


def test_as_many_parameters_as_one_likes() -> None:
    audio = clip(RATE)[:2000]
    for i in range(600):
        auralis_dsp.rms(audio, hop_length=100 + i)
    assert len(auralis_dsp._spectral._RMS._kept) <= 256
    assert auralis_dsp.rms(audio, hop_length=100).shape == (1, 21)
