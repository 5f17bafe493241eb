"""Fixtures of the library tests."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .helpers import command

FAULTS = Path(__file__).parent / "faults"


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worker processes started from here on obey the names of the files they get."""
    path = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(FAULTS), path])))


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts the command line in the background; whatever still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start_command(*arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command(*arguments),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # a process group, as a terminal gives it
        )
        started.append(process)
        return process

    yield start_command
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate()
