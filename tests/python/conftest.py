"""What all tests of the Python package share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import auralis_dsp
from auralis_dsp import _library


@pytest.fixture(scope="session", autouse=True)
def _the_library_is_the_one_asked_for() -> None:
    assert _library.AVAILABLE
    if "AURALIS_DSP_LIBRARY" not in os.environ:
        assert (Path(auralis_dsp.__file__).parent / "_native").is_dir()
