"""A staged installation for C and C++ hosts, and the commands that build and run programs on it.

These tests need the system packages that `dev.py` names for this folder, and no Python package of
this project.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLIP = ROOT / "tests" / "data" / "guitar-tabla.wav"
WARNINGS = ["-Wall", "-Wextra", "-pedantic", "-Werror"]
#: Compiler and language standard by the ending of the source file.
COMPILERS = {".c": ["cc", "-std=c99"], ".cpp": ["c++", "-std=c++17"]}
MEMCHECK = [
    "valgrind",
    "--quiet",
    "--error-exitcode=9",
    "--leak-check=full",
    "--show-leak-kinds=definite,indirect,possible",
    "--errors-for-leak-kinds=definite,indirect,possible",
]


def run(command: Sequence[str | Path], **environment: str) -> str:
    """Run a command that must succeed; what it printed."""
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | environment,
    )
    shown = f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
    assert done.returncode == 0, f"exit status {done.returncode} of {shown}"
    return done.stdout


@dataclass(frozen=True)
class Stage:
    """Where the library was installed."""

    prefix: Path

    @property
    def lib(self) -> Path:
        return self.prefix / "lib"

    def pkg_config(self, *options: str) -> list[str]:
        """Flags for a compiler."""
        folder = str(self.lib / "pkgconfig")
        return run(["pkg-config", *options, "auralis_dsp"], PKG_CONFIG_PATH=folder).split()

    def compile(self, source: Path, program: Path, *flags: str | Path) -> Path:
        """Compile a program that finds the shared library where it was installed."""
        command = [*COMPILERS[source.suffix], "-O1", "-g", *WARNINGS, source, "-o", program]
        run([*command, *flags, "-lm", f"-Wl,-rpath,{self.lib}"])
        return program

    def build(self, source: Path, program: Path, *extra: str | Path) -> Path:
        """Compile against the shared library as pkg-config says."""
        return self.compile(source, program, *extra, *self.pkg_config("--cflags", "--libs"))


def make(*arguments: str) -> None:
    """make, at the top."""
    run(["make", "--silent", *arguments])
