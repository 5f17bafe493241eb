"""Streams give the bits of the whole signal, however it is cut."""

from __future__ import annotations

import warnings

import calls
import numpy as np
import pytest
from signals import clip

import auralis_dsp
from auralis_dsp import AuralisError, ChromaStream, FingerprintStream, HpssStream, YinStream

RATE = 44100
AUDIO = clip(RATE)[:150_000]


def cuts(blocks: str) -> list[int]:
    """Lengths of blocks that cover the audio."""
    if blocks == "whole":
        return [len(AUDIO)]
    rng = np.random.default_rng(5)
    largest = {"tiny": 7, "odd": 1777, "large": 60_000}[blocks]
    lengths = rng.integers(0, largest, 1_000_000 // largest)
    return list(lengths[np.cumsum(lengths) < len(AUDIO)])


def stream_all(stream, blocks: str) -> tuple[np.ndarray, ...]:
    """What the stream gives for the audio, put together."""
    pieces = np.split(AUDIO, np.cumsum(cuts(blocks)))
    results = [stream.push(piece) for piece in pieces] + [stream.finish()]
    tuples = [r if isinstance(r, tuple) else (r,) for r in results]
    return tuple(np.concatenate(parts) for parts in zip(*tuples, strict=True))


STREAMS = {
    "hpss": (
        lambda: HpssStream(RATE, margin=2.0, max_block=4096),
        lambda: auralis_dsp.hpss(AUDIO, RATE, margin=2.0),
    ),
    "yin": (
        lambda: YinStream(RATE, 100, 1000, max_block=4096),
        lambda: (auralis_dsp.yin(AUDIO, RATE, 100, 1000),),
    ),
    "chroma": (
        lambda: ChromaStream(RATE, tuning=0.1, max_block=4096),
        lambda: (auralis_dsp.chroma_cqt(AUDIO, RATE, tuning=0.1).T,),
    ),
}


@pytest.mark.parametrize("blocks", ["tiny", "odd", "large", "whole"])
@pytest.mark.parametrize("kernel", STREAMS)
def test_the_same_bits(kernel: str, blocks: str) -> None:
    make, batch = STREAMS[kernel]
    for part, expected in zip(stream_all(make(), blocks), batch(), strict=True):
        assert np.array_equal(part, expected)


@pytest.mark.parametrize("rate", [8000, 22050, 133_333, 192_000, 384_000])
@pytest.mark.parametrize("name", calls.STREAMS)
def test_every_rate_is_taken_with_the_defaults(name: str, rate: int) -> None:
    stream = getattr(auralis_dsp, name)(rate)
    stream.push(np.sin(np.arange(rate) * 2 * np.pi * 440 / rate))
    found = np.ravel(stream.finish())
    assert found.size > 0


@pytest.mark.parametrize("kernel", STREAMS)
def test_used_again(kernel: str) -> None:
    make, batch = STREAMS[kernel]
    stream = make()
    stream_all(stream, "odd")
    stream.push(AUDIO[:10_000])
    stream.reset()
    for part, expected in zip(stream_all(stream, "odd"), batch(), strict=True):
        assert np.array_equal(part, expected)


@pytest.mark.parametrize("kernel", STREAMS)
def test_bad_audio_is_not_taken(kernel: str) -> None:
    make, batch = STREAMS[kernel]
    stream = make()
    before = stream.push(AUDIO[:3000])
    with pytest.raises(AuralisError, match=r"^audio\[1\] is NaN; allowed: finite samples$"):
        stream.push(np.array([0.0, np.nan]))
    # Longer than the stream's blocks: nothing is taken of those that are well either.
    late = np.append(AUDIO[:9000], np.inf)
    with pytest.raises(AuralisError, match=r"^audio\[9000\] is inf; allowed: finite samples$"):
        stream.push(late)
    with pytest.raises(AuralisError, match=r"^audio has shape \(2, 100\); allowed: \(n,\), one"):
        stream.push(np.zeros((2, 100)))
    for nothing in (None, b"", "", 3.0, bytearray()):
        with pytest.raises(AuralisError, match=r"^audio is .*; allowed: "):
            stream.push(nothing)
    rest = [stream.push(AUDIO[3000:]), stream.finish()]
    results = [r if isinstance(r, tuple) else (r,) for r in (before, *rest)]
    for parts, expected in zip(zip(*results, strict=True), batch(), strict=True):
        assert np.array_equal(np.concatenate(parts), expected)


#: Of every stream: how it is made, and the function of the whole signal.
WHOLE = {
    "hpss": (HpssStream, auralis_dsp.hpss),
    "hpss not centred": (
        lambda: HpssStream(center=False),
        lambda x: auralis_dsp.hpss(x, center=False),
    ),
    "yin": (YinStream, auralis_dsp.yin),
    "yin not centred": (
        lambda: YinStream(center=False),
        lambda x: auralis_dsp.yin(x, center=False),
    ),
    "chroma": (ChromaStream, lambda x: auralis_dsp.chroma_cqt(x, tuning=0.0)),
    "fingerprint": (FingerprintStream, auralis_dsp.fingerprint),
}


@pytest.mark.parametrize("kernel", WHOLE)
@pytest.mark.parametrize("n", [0, 1, 700, 3000])
def test_a_stream_ends_as_the_function_does(kernel: str, n: int) -> None:
    """What the function refuses, the stream refuses at its end: nothing, or less than a frame."""
    make, function = WHOLE[kernel]
    stream = make()
    for _ in range(2):
        stream.push(AUDIO[:n])
        try:
            function(AUDIO[:n])
        except AuralisError:
            with pytest.raises(AuralisError, match=r"^audio is .*; allowed: at least"):
                stream.finish()
            stream.reset()
        else:
            stream.finish()
        # It is then as new: nothing was pushed.
        with pytest.raises(AuralisError, match=r"^audio is empty: nothing was pushed; allowed: "):
            stream.finish()


@pytest.mark.parametrize("kernel", WHOLE)
def test_blocks_may_be_empty_or_short(kernel: str) -> None:
    stream = WHOLE[kernel][0]()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for nothing in ([], np.zeros(0), np.zeros(0, np.int16)):
            stream.push(nothing)
        with pytest.raises(AuralisError, match="nothing was pushed"):
            stream.finish()
        stream.push(np.zeros(1))


def test_blocks_of_channels() -> None:
    audio = np.stack([AUDIO, AUDIO[::-1]])
    stream = FingerprintStream(RATE, 2, channels="first", max_block=1000)
    with pytest.raises(
        AuralisError, match=r"^audio has shape \(3, 9\), which is 3 channels; .*: 2$"
    ):
        stream.push(np.zeros((3, 9)))
    with pytest.raises(AuralisError, match=r"^audio has shape \(9,\), which is 1 channels; .*: 2$"):
        stream.push(np.zeros(9))
    bad = audio[:, :2500].copy()
    bad[1, 2345] = np.nan
    for end in (2346, 2500):
        with pytest.raises(
            AuralisError, match=r"^audio\[1, 2345\] is NaN; allowed: finite samples$"
        ):
            stream.push(bad[:, :end])
    bad[1, 2345], bad[0, 7] = 0.0, np.inf
    with pytest.raises(AuralisError, match=r"^audio\[0, 7\] is inf; allowed: finite samples$"):
        stream.push(bad[:, :9])
    for block in np.split(audio, range(777, audio.shape[1], 777), axis=1):
        stream.push(block)
    assert stream.finish() == auralis_dsp.fingerprint(audio, RATE, channels="first")


def test_results_lag_by_no_more_than_the_latency() -> None:
    stream = HpssStream(RATE)
    given = taken = 0
    for block in np.split(AUDIO, range(1000, len(AUDIO), 1000)):
        given += len(block)
        taken += len(stream.push(block)[0])
        assert given - taken <= stream.latency
    assert taken + len(stream.finish()[0]) == len(AUDIO)
