#!/usr/bin/env python3
"""Build, try and test auralis-dsp. Needs Python 3.10 or later and Rust, nothing else to start with.

python3 dev.py demo [FILE]   build, install into .venv, analyse and master a recording
python3 dev.py test          every check and test there is; on Debian, as root, installs the system
                             packages that some need (--no-install: tells which are missing instead)
python3 dev.py bench [...]   build, then measure beside librosa and the other peers installed
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
COMMAND = VENV / "bin" / "auralis-dsp"
WHEELS = ROOT / "dist"
CLIP = ROOT / "tests" / "data" / "guitar-tabla.ogg"


class System(NamedTuple):
    """A Debian package that some tests need: how to see it, and which tests wait for it."""

    package: str
    probe: str
    holds_back: str


SYSTEM_PACKAGES = (
    System("pkg-config", "pkg-config", "tests/hosts"),
    System("valgrind", "valgrind", "tests/hosts"),
    System("abigail-tools", "abidw", "tests/hosts"),
    System("vamp-plugin-sdk", "/usr/include/vamp-sdk/Plugin.h", "tests/hosts"),
    System("vamp-examples", "vamp-simple-host", "tests/hosts"),
    System("ffmpeg", "ffmpeg", "tests/library"),
    System("ffmpeg", "ffmpeg", "tests/files"),
    System("lame", "lame", "tests/files"),
    System("chromium", "chromium", "tests/library/test_report.py"),
)


def main() -> int:
    """Run the command that the arguments name."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    demo_parser = commands.add_parser("demo", help="build, then analyse and master a recording")
    demo_parser.add_argument("file", nargs="?", type=Path, default=CLIP)
    test_parser = commands.add_parser("test", help="every check and test")
    test_parser.add_argument(
        "--no-install",
        action="store_true",
        help="install no system packages, hold their tests back",
    )
    bench_parser = commands.add_parser("bench", help="measure; arguments go to auralis-dsp bench")
    bench_parser.add_argument("arguments", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if not shutil.which("cargo"):
        parser.exit(1, "dev.py: cargo is missing; install Rust (https://rustup.rs) and try again\n")
    if options.command == "demo":
        return demo(options.file.resolve())
    os.chdir(ROOT)
    if options.command == "test":
        return test(may_install=not options.no_install)
    return bench(options.arguments)


def demo(file: Path) -> int:
    """Build, install, and show the whole way of a recording to its master."""
    install()
    folder = ROOT / "target" / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    run([PYTHON, ROOT / "examples" / "python" / "master.py", file, folder / f"{file.stem}.wav"])
    return 0


def bench(arguments: list[str]) -> int:
    """Build and measure."""
    install(requirements=["librosa>=0.11"])
    return subprocess.run([COMMAND, "bench", *arguments]).returncode


def test(*, may_install: bool) -> int:
    """Run every check; go on after a failure, and tell at the end which failed."""
    held_back = system_packages(may_install=may_install)
    install(["plot", "library", "dask", "otel"], ["-r", ROOT / "tests" / "requirements.txt"])
    ignored = [f"--ignore={folder}" for folder in sorted({p.holds_back for p in held_back})]
    environment = os.environ | {
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "VIRTUAL_ENV": str(VENV),
        "RUSTDOCFLAGS": "-D warnings",
    }
    checks = [
        ["cargo", "fmt", "--check"],
        ["cargo", "clippy", "--release", "--all-targets", "--all-features", "--", "-D", "warnings"],
        ["cargo", "test", "--release", "--all-features"],
        ["cargo", "doc", "--no-deps", "--all-features", "--document-private-items"],
        [PYTHON, "-m", "ruff", "check"],
        [PYTHON, "-m", "ruff", "format", "--check"],
        [PYTHON, "-m", "mypy"],
        [PYTHON, "-m", "pytest", *ignored],
    ]
    failed = [check for check in checks if not passes(check, environment)]
    for package in held_back:
        print(f"held back: {package.holds_back} needs the system package {package.package}")
    for check in failed:
        print("FAILED:", shlex.join(map(str, check)))
    print("every check passed" if not failed else f"{len(failed)} of {len(checks)} checks failed")
    return int(bool(failed))


def passes(check: list[str | Path], environment: dict[str, str]) -> bool:
    """Run one check and say how long it took."""
    begin = time.monotonic()
    print("$", shlex.join(map(str, check)), flush=True)
    status = subprocess.run(check, env=environment).returncode
    print(f"[{time.monotonic() - begin:.0f} s, exit status {status}]", flush=True)
    return status == 0


def install(extras: Sequence[str] = (), requirements: Sequence[str | Path] = ()) -> None:
    """Build the wheel and install it into .venv with some extras and other requirements."""
    if not PYTHON.exists():
        print(f"making {VENV}", flush=True)
        try:
            venv.create(VENV, with_pip=True)
        except subprocess.CalledProcessError:
            sys.exit("dev.py: no virtual environment (on Debian: apt-get install python3-venv)")
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    print("building the wheel", flush=True)
    shutil.rmtree(WHEELS, ignore_errors=True)
    run([*pip, "wheel", "--no-deps", "--wheel-dir", WHEELS, ROOT / "bindings" / "python"])
    (wheel,) = WHEELS.glob("*.whl")
    print(f"installing {wheel.name}", flush=True)
    run([*pip, "install", "--force-reinstall", "--no-deps", wheel])
    extra = f"[{','.join(extras)}]" if extras else ""
    run([*pip, "install", f"{wheel}{extra}", *requirements])


def system_packages(*, may_install: bool) -> list[System]:
    """Install the Debian packages that tests need, where that is possible; those still missing."""
    missing = [package for package in SYSTEM_PACKAGES if not present(package)]
    if missing and may_install and os.geteuid() == 0 and shutil.which("apt-get"):
        names = [package.package for package in missing]
        print("installing", *names, flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        quiet = {"env": environment, "stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "-qq", "update"], **quiet)
        subprocess.run(
            ["apt-get", "-qq", "-y", "--no-install-recommends", "install", *names], **quiet
        )
        missing = [package for package in missing if not present(package)]
    return missing


def present(package: System) -> bool:
    """Whether a package's program or file is there."""
    return Path(package.probe).exists() or shutil.which(package.probe) is not None


def run(command: list[str | Path]) -> None:
    """Run a command that must succeed."""
    status = subprocess.run(command).returncode
    if status:
        sys.exit(f"dev.py: exit status {status} of: {shlex.join(map(str, command))}")


if __name__ == "__main__":
    sys.exit(main())
