"""Follow the Dockerfile step by step, with a folder in the place of the image's root."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from .helpers import make_library, rows_of

PROJECT = Path(__file__).parents[2]

#: Steps that belong to the image's system and not to the project.
SYSTEM = ("apt-get", "useradd")


def steps() -> list[list[tuple[str, str]]]:
    """The stages of the Dockerfile, each a list of (instruction, arguments)."""
    stages: list[list[tuple[str, str]]] = []
    for line in (PROJECT / "Dockerfile").read_text().replace("\\\n", " ").splitlines():
        if line and not line.startswith("#"):
            instruction, _, arguments = line.partition(" ")
            if instruction == "FROM":
                stages.append([])
            stages[-1].append((instruction, arguments))
    return stages


class Image:
    """A folder that stands for the file system of an image."""

    def __init__(self, root: Path, environment: dict[str, str]):
        self.root = root
        self.folder = root
        self.environment = environment
        self.user = "root"
        self.entry: list[str] = []

    def at(self, path: str) -> Path:
        return self.root / path.lstrip("/") if path.startswith("/") else self.folder / path

    def follow(self, stage: list[tuple[str, str]], build: Image | None) -> None:
        for instruction, arguments in stage:
            match instruction:
                case "FROM" | "EXPOSE":
                    pass
                case "WORKDIR":
                    self.folder = self.at(arguments)
                    self.folder.mkdir(parents=True, exist_ok=True)
                case "COPY":
                    self.copy(arguments.split(), build)
                case "ENV":
                    name, _, value = arguments.partition("=")
                    value = value.replace("$PATH", self.environment["PATH"])
                    self.environment[name] = ":".join(
                        str(self.at(part)) if part.startswith("/opt") else part
                        for part in value.split(":")
                    )
                case "RUN":
                    if shlex.split(arguments)[0] not in SYSTEM:
                        self.run(shlex.split(arguments))
                case "USER":
                    self.user = arguments
                case "ENTRYPOINT":
                    self.entry = json.loads(arguments)
                case _:
                    pytest.fail(f"unknown instruction {instruction}")

    def copy(self, words: list[str], build: Image | None) -> None:
        if words[0] == "--from=build":
            source, target = build.at(words[1]), self.at(words[2])
        else:
            source, target = PROJECT / words[0], self.at(words[1])
        if source == PROJECT:
            listed = subprocess.run(
                ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                cwd=PROJECT, capture_output=True, text=True, check=True,
            ).stdout  # fmt: skip
            for name in filter(None, listed.split("\0")):
                if (PROJECT / name).is_file():
                    (target / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(PROJECT / name, target / name)
        elif source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)

    def run(self, words: list[str]) -> str:
        words = [str(self.at(word)) if word.startswith("/") else word for word in words]
        found = self.folder / words[0] if "/" in words[0] else None
        words[0] = str(found or shutil.which(words[0], path=self.environment["PATH"]))
        result = subprocess.run(
            words, cwd=self.folder, env=self.environment, capture_output=True, text=True
        )
        assert result.returncode == 0, f"{words}: {result.stdout[-2000:]}{result.stderr[-4000:]}"
        return result.stdout


def test_every_step_works_and_the_result_fingerprints_a_library(tmp_path):
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "AURALIS"))}
    # Packages come from the running environment instead of the network.
    offline = {
        "PYTHON": sys.executable,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1",
        "CARGO_NET_OFFLINE": "true",
        "CARGO_TARGET_DIR": os.environ.get("CARGO_TARGET_DIR", str(PROJECT / "target")),
    }
    build_stage, final_stage = steps()
    build = Image(tmp_path / "build", inherited | offline)
    build.root.mkdir()
    build.follow(build_stage, None)
    (wheel,) = build.at("/wheels").glob("*.whl")
    assert wheel.name.startswith("auralis_dsp-")

    final = Image(tmp_path / "final", inherited | offline)
    final.root.mkdir()
    packages = f"lib/python{sysconfig.get_python_version()}/site-packages"
    for position, step in enumerate(final_stage):
        final.follow([step], build)
        if "install-wheel" in step[1] and step[0] == "RUN":
            own = Path(next(p for p in sys.path if p.endswith("site-packages")))
            (final.at("/opt/auralis") / packages / "borrowed.pth").write_text(f"{own}\n")
            assert position > 0
    assert final.user not in ("root", "0")
    assert not list(final.at("/").glob("**/target")), "compiler output in the final image"

    music = make_library(tmp_path / "music", 3)
    out = final.run([*final.entry, "fingerprint-library", "../../music", "-o", "l.parquet"])
    assert "3 tracks; this run did 3" in out
    assert [row["status"] for row in rows_of(final.folder / "l.parquet")] == ["ok"] * 3
    assert music.exists()
