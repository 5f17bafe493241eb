"""Fixtures of the tests of mastering."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from auralis_dsp.cli import main


class Run(NamedTuple):
    """Exit status, standard output, and lines of standard error."""

    code: int
    out: str
    lines: list[str]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """Runs commands in this process."""

    def command(*arguments: object) -> Run:
        capfd.readouterr()
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:  # argparse
            code = int(end.code or 0)
        captured = capfd.readouterr()
        return Run(code, captured.out, captured.err.splitlines())

    return command
