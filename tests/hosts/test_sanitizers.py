"""Hosts that were built with AddressSanitizer and UndefinedBehaviorSanitizer.

The host's own code is checked, and every block of memory that the library takes, gives back or
leaks; what the library reads and writes, memcheck sees in `test_install.py`.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from staging import CLIP, ROOT, Stage, run

SANITIZED = [
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
    "-fno-omit-frame-pointer",
    "-D_POSIX_C_SOURCE=200809L",
    "-pthread",
]
PROGRAMS = {
    "examples/c/separate.c": [CLIP, "h.wav", "p.wav"],
    "examples/cpp/analyze.cpp": [CLIP],
    "tests/c/threads.c": [],
    "tests/cpp/interface.cpp": [],
}


@pytest.mark.parametrize("source", PROGRAMS)
def test_a_sanitized_host_has_no_finding(stage: Stage, tmp_path: Path, source: str) -> None:
    plain = stage.build(ROOT / source, tmp_path / "plain", *SANITIZED[-2:])
    sanitized = stage.build(ROOT / source, tmp_path / "sanitized", *SANITIZED)
    arguments = [
        tmp_path / argument if isinstance(argument, str) else argument
        for argument in PROGRAMS[source]
    ]
    assert run([sanitized, *arguments]) == run([plain, *arguments])


def test_a_forgotten_stream_is_found(stage: Stage, tmp_path: Path) -> None:
    program = stage.build(ROOT / "tests" / "c" / "leak.c", tmp_path / "leak", *SANITIZED)
    done = subprocess.run([program], capture_output=True, text=True)
    assert done.returncode != 0
    assert "LeakSanitizer: detected memory leaks" in done.stderr
