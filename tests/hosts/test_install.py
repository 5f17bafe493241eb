"""What `make install` lays down works for hosts with pkg-config and for those with CMake."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from staging import CLIP, MEMCHECK, ROOT, Stage, make, run

SEPARATE = ROOT / "examples" / "c" / "separate.c"
INTERFACE = ROOT / "tests" / "cpp" / "interface.cpp"
VERSION = re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.M)[1]  # type: ignore[index]


def exercise(program: Path, folder: Path) -> None:
    """Run a program, alone and under memcheck, which finds neither errors nor leaks."""
    arguments = [CLIP, folder / "h.wav", folder / "p.wav"] if "separate" in program.name else []
    alone = run([program, *arguments])
    assert run([*MEMCHECK, program, *arguments]) == alone
    if arguments:
        assert "frames 88200" in alone


def test_layout(stage: Stage) -> None:
    files = {
        str(path.relative_to(stage.prefix)) for path in stage.prefix.rglob("*") if path.is_file()
    }
    assert files == {
        "include/auralis_dsp.h",
        "include/auralis_dsp.hpp",
        "lib/libauralis_dsp.a",
        "lib/libauralis_dsp.so",
        "lib/libauralis_dsp.so.0",
        f"lib/libauralis_dsp.so.{VERSION}",
        "lib/cmake/auralis_dsp/auralis_dspConfig.cmake",
        "lib/cmake/auralis_dsp/auralis_dspConfigVersion.cmake",
        "lib/pkgconfig/auralis_dsp.pc",
    }
    assert str((stage.lib / "libauralis_dsp.so").readlink()) == "libauralis_dsp.so.0"
    assert str((stage.lib / "libauralis_dsp.so.0").readlink()) == f"libauralis_dsp.so.{VERSION}"
    assert "[libauralis_dsp.so.0]" in run(["readelf", "-d", stage.lib / "libauralis_dsp.so"])
    assert stage.pkg_config("--modversion") == [VERSION]


def test_destdir_and_libdir(tmp_path: Path) -> None:
    places = ["PREFIX=/usr", "LIBDIR=/usr/lib/x86_64-linux-gnu", f"DESTDIR={tmp_path}"]
    make("install", *places)
    lib = tmp_path / "usr" / "lib" / "x86_64-linux-gnu"
    package = (lib / "pkgconfig" / "auralis_dsp.pc").read_text()
    assert str(tmp_path) not in package
    assert "libdir=/usr/lib/x86_64-linux-gnu\nincludedir=/usr/include\n" in package
    config = (lib / "cmake" / "auralis_dsp" / "auralis_dspConfig.cmake").read_text()
    assert "${_auralis_dsp_lib}/../../include" in config
    make("uninstall", *places)
    assert not [path for path in tmp_path.rglob("*") if not path.is_dir()]


@pytest.mark.parametrize("source", [SEPARATE, INTERFACE], ids=lambda path: path.name)
def test_pkg_config_shared(stage: Stage, tmp_path: Path, source: Path) -> None:
    program = stage.build(source, tmp_path / source.stem)
    assert "libauralis_dsp.so.0" in run(["readelf", "-d", program])
    exercise(program, tmp_path)


@pytest.mark.parametrize("source", [SEPARATE, INTERFACE], ids=lambda path: path.name)
def test_pkg_config_static(stage: Stage, tmp_path: Path, source: Path) -> None:
    flags = [
        # Of the two libraries of this name, the static one.
        "-l:libauralis_dsp.a" if flag == "-lauralis_dsp" else flag
        for flag in stage.pkg_config("--cflags", "--libs", "--static")
    ]
    program = stage.compile(source, tmp_path / source.stem, *flags)
    assert "auralis" not in run(["readelf", "-d", program]).replace(str(stage.lib), "")
    exercise(program, tmp_path)


def test_pkg_config_all_static(stage: Stage, tmp_path: Path) -> None:
    flags = stage.pkg_config("--cflags", "--libs", "--static")
    program = stage.compile(SEPARATE, tmp_path / "separate", "-static", *flags)
    assert "no dynamic section" in run(["readelf", "-d", program])
    assert "frames 88200" in run([program, CLIP, tmp_path / "h.wav", tmp_path / "p.wav"])


def configure(prefix: Path, build: Path, version: str) -> subprocess.CompletedProcess[str]:
    command = ["cmake", "-S", ROOT / "tests" / "hosts" / "consumer", "-B", build]
    options = [f"-DCMAKE_PREFIX_PATH={prefix}", f"-DWANTED_VERSION={version}"]
    return subprocess.run([*command, *options], capture_output=True, text=True)


def test_cmake(stage: Stage, tmp_path: Path) -> None:
    # An installed tree may be moved.
    prefix = stage.prefix.rename(stage.prefix.with_name("moved"))
    try:
        configured = configure(prefix, tmp_path, VERSION)
        assert configured.returncode == 0, configured.stderr
        run(["cmake", "--build", tmp_path])
        for program in (
            "separate_shared",
            "separate_static",
            "interface_shared",
            "interface_static",
        ):
            exercise(tmp_path / program, tmp_path)
    finally:
        prefix.rename(stage.prefix)


@pytest.mark.parametrize("version", ["0.0", "0.2", "1.0", "99"])
def test_cmake_refuses_other_versions(stage: Stage, tmp_path: Path, version: str) -> None:
    configured = configure(stage.prefix, tmp_path, version)
    assert configured.returncode != 0
    assert f'requested version "{version}"' in configured.stderr


@pytest.mark.parametrize("version", ["", "0", "0.1", "0.1.0"])
def test_cmake_takes_its_own_version(stage: Stage, tmp_path: Path, version: str) -> None:
    configured = configure(stage.prefix, tmp_path, version)
    assert configured.returncode == 0, configured.stderr


def test_threads(stage: Stage, tmp_path: Path) -> None:
    """Four threads that plan at once get what one gets."""
    source = ROOT / "tests" / "c" / "threads.c"
    program = stage.build(source, tmp_path / "threads", "-D_POSIX_C_SOURCE=200809L", "-pthread")
    exercise(program, tmp_path)
