"""Streams give the bits of the whole signal, however it is cut."""

from __future__ import annotations

import numpy as np
import pytest
from signals import clip

import auralis_dsp
from auralis_dsp import AuralisError, ChromaStream, HpssStream, YinStream

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
    with pytest.raises(AuralisError, match="audio"):
        stream.push(np.array([0.0, np.nan]))
    with pytest.raises(AuralisError, match="audio"):
        stream.push(np.zeros((2, 100)))
    rest = [stream.push(AUDIO[3000:]), stream.finish()]
    results = [r if isinstance(r, tuple) else (r,) for r in (before, *rest)]
    for parts, expected in zip(zip(*results, strict=True), batch(), strict=True):
        assert np.array_equal(np.concatenate(parts), expected)


def test_results_lag_by_no_more_than_the_latency() -> None:
    stream = HpssStream(RATE)
    given = taken = 0
    for block in np.split(AUDIO, range(1000, len(AUDIO), 1000)):
        given += len(block)
        taken += len(stream.push(block)[0])
        assert given - taken <= stream.latency
    assert taken + len(stream.finish()[0]) == len(AUDIO)


def test_a_chroma_stream_needs_a_tuning() -> None:
    with pytest.raises(AuralisError, match="tuning"):
        ChromaStream(RATE, tuning=None)


@pytest.mark.parametrize("max_block", [0, -1, 1.5, None])
def test_block_lengths(max_block: object) -> None:
    with pytest.raises(AuralisError, match="max_block"):
        YinStream(RATE, max_block=max_block)
