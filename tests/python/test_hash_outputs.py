"""tools/hash_outputs.py misses no function and no keyword, and sees a number that moves."""

from __future__ import annotations

import importlib.util
import inspect
from pathlib import Path

import calls
import numpy as np
import pytest

import auralis_dsp

TOOL = Path(__file__).parents[2] / "tools" / "hash_outputs.py"
specification = importlib.util.spec_from_file_location("hash_outputs", TOOL)
hash_outputs = importlib.util.module_from_spec(specification)
specification.loader.exec_module(hash_outputs)
KNOWN = hash_outputs.FUNCTIONS | hash_outputs.STREAMS | hash_outputs.OF_FINGERPRINTS


def test_everything_public_is_hashed() -> None:
    public = {name for name in auralis_dsp.__all__ if callable(getattr(auralis_dsp, name))}
    public.add("analysis.HarmonicAnalyzer")
    hashed = {*KNOWN, *hash_outputs.WITHOUT_AUDIO, *hash_outputs.RESULTS, *calls.MASTERS}
    assert hashed == public


@pytest.mark.parametrize("name", KNOWN)
def test_every_keyword_takes_another_value(name: str) -> None:
    parameters = inspect.signature(hash_outputs.find(name)).parameters
    for keyword in parameters.keys() - {"audio", "sr", "source", "preferences"}:
        tried = [kwargs[keyword] for kwargs in KNOWN[name] if keyword in kwargs]
        assert any(value != parameters[keyword].default for value in tried), keyword


def test_every_case_gives_numbers() -> None:
    names = [name for name, _ in hash_outputs.cases()]
    assert len(names) == len(set(names))
    for name in ("rms", "loudness", "YinStream", "beat_track", "master"):
        hashes = hash_outputs.run(name)
        assert len(hashes) > 1 and "error" not in hashes.values()
        assert hash_outputs.run(name) == hashes


def test_any_change_is_seen(capsys: pytest.CaptureFixture[str]) -> None:
    array = np.array([1.0, np.nan, -0.0])
    others = [array + 0.0, array[:, None], array[::-1], array.astype("f4"), [1.0, None, -0.0]]
    digests = {hash_outputs.digest(value) for value in (array, *others)}
    assert len(digests) == 1 + len(others)
    assert hash_outputs.digest({"a": array}) != hash_outputs.digest({"b": array})

    before = {"kept": "1", "moved": "2", "removed": "3"}
    after = {"kept": "1", "moved": "4", "added": "5"}
    assert hash_outputs.compare(before, before) == 0
    assert hash_outputs.compare(before, after) == 1
    assert hash_outputs.compare({"kept": "1"}, {"kept": "1", "added": "5"}) == 0
    told = capsys.readouterr().out
    assert "differs: moved: 2 before, 4 now" in told and "gone: removed" in told
