"""Fixtures of the tests of files."""

from __future__ import annotations

from pathlib import Path

import pytest

from .commands import Runner
from .making import tune


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """Runs commands; their outputs go to a folder of its own."""
    return Runner(capfd, tmp_path_factory.mktemp("outputs"))


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The music as a WAV file."""
    return tune(tmp_path_factory.mktemp("source") / "tune.wav")
