"""The binary interface: as it was at the last release, or grown as docs/ABI.md allows.

What is compared is a library of empty functions made from the header, whose types then are C's.
That the real library exports the same functions, `tests/header.rs` shows.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from staging import MEMCHECK, ROOT, WARNINGS, Stage, run

HEADER = (ROOT / "include" / "auralis_dsp.h").read_text()
RELEASE = ROOT / "tests" / "abi" / "auralis_dsp.abi"


def with_first_fields(header: str, known: Mapping[str, int]) -> str:
    """A header whose parameter structs have no more than so many fields."""

    def cut(struct: re.Match[str]) -> str:
        fields = re.findall(r"^  \w+ \w+;$", struct["body"], re.M)
        kept = "\n".join(fields[: known.get(struct["name"], len(fields))])
        return f"typedef struct {struct['name']} {{\n{kept}\n}} {struct['name']};"

    pattern = r"typedef struct (?P<name>auralis_\w+_params) \{(?P<body>.*?)\} (?P=name);"
    return re.sub(pattern, cut, header, flags=re.S)


def fields_of_the_release() -> dict[str, int]:
    """How many fields its parameter structs had."""
    structs = ElementTree.parse(RELEASE).iter("class-decl")
    counts = {struct.get("name", ""): len(struct.findall("data-member")) for struct in structs}
    return {name: count for name, count in counts.items() if count}


def stub_library(header: str, folder: Path) -> Path:
    """A shared library with the header's functions, and with its types in the debug information."""
    # The folder's name must not come into the description.
    (folder / "auralis_dsp.h").write_text(header)
    prototypes = re.findall(r"^(?:\w[\w ]*?[ *])(?:auralis_\w+)\([^;{}]*\);", header, re.M)
    bodies = (
        prototype[:-1] + (" {}" if prototype.startswith("void ") else " { return 0; }")
        for prototype in prototypes
    )
    (folder / "stubs.c").write_text('#include "auralis_dsp.h"\n' + "\n".join(bodies) + "\n")
    library = folder / "libauralis_dsp.so"
    options = ["-std=c99", "-g", "-shared", "-fPIC", f"-ffile-prefix-map={folder}=."]
    name = "-Wl,-soname,libauralis_dsp.so.0"
    run(["cc", *options, name, folder / "stubs.c", "-o", library])
    return library


def describe(header: str, folder: Path) -> Path:
    """The ABI of a header, as abidw writes it."""
    description = folder / "auralis_dsp.abi"
    options = [
        "--no-architecture",
        "--no-corpus-path",
        "--no-comp-dir-path",
        "--no-show-locs",
        "--headers-dir",
        folder,
    ]
    run(["abidw", *options, "--out-file", description, stub_library(header, folder)])
    return description


class Difference(NamedTuple):
    """Functions that are gone, have changed, are new; and what abidiff says."""

    removed: int
    changed: int
    added: int
    report: str

    @property
    def breaks(self) -> bool:
        return bool(self.removed or self.changed)


def compare(header: str, folder: Path) -> Difference:
    """A header after the last release, fields apart that structs have grown by at their ends."""
    header = with_first_fields(header, fields_of_the_release())
    command = ["abidiff", "--harmless", "--no-show-locs", RELEASE, describe(header, folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    # The lowest bits are for failures of abidiff itself.
    assert not done.returncode & 0b11, done.stderr
    if not done.returncode:
        return Difference(0, 0, 0, done.stdout)
    pattern = r"Functions changes summary: (\d+) Removed, (\d+) Changed.*, (\d+) Added"
    counts = re.search(pattern, done.stdout)
    assert counts, done.stdout
    return Difference(*map(int, counts.groups()), done.stdout)


def test_the_abi_is_that_of_the_last_release(tmp_path: Path) -> None:
    difference = compare(HEADER, tmp_path)
    assert not difference.breaks, difference.report


def test_growth_is_allowed(tmp_path: Path) -> None:
    end = "} auralis_yin_params;"
    version = "uint32_t auralis_abi_version(void);"
    more = HEADER.replace(end, f"  uint32_t news;\n  uint32_t more_news;\n{end}")
    more = more.replace(version, f"{version}\n\nint32_t auralis_news(void);")
    before = compare(HEADER, tmp_path).added
    difference = compare(more, tmp_path)
    assert not difference.breaks and difference.added == before + 1, difference.report


BREAKS = {
    "a function is gone": lambda h: re.sub(r"^int32_t auralis_hpss\([^;]*;", "", h, flags=re.M),
    "an argument is gone": lambda h: h.replace("uint32_t bins_per_octave,\n", "\n"),
    "an argument has another type": lambda h: h.replace("double sample_rate", "float sample_rate"),
    "a field has another type": lambda h: h.replace("  double fmin;", "  uint64_t fmin;", 1),
    "a field in the middle": lambda h: h.replace(
        "  double trough_threshold;", "  double news;\n  double trough_threshold;"
    ),
    "a field is gone": lambda h: h.replace("  double power;", ""),
}  # fmt: skip


@pytest.mark.parametrize("change", BREAKS, ids=str)
def test_breaks_are_found(tmp_path: Path, change: str) -> None:
    broken = BREAKS[change](HEADER)
    assert broken != HEADER
    difference = compare(broken, tmp_path)
    assert difference.breaks, difference.report


@pytest.mark.parametrize("known, size", [(6, 40), (4, 32), (1, 8)])
def test_a_program_with_a_shorter_struct_runs(
    stage: Stage, tmp_path: Path, known: int, size: int
) -> None:
    """Built against a header in which the YIN parameters have but their first fields."""
    older = with_first_fields(HEADER, {"auralis_yin_params": known})
    assert older != HEADER
    (tmp_path / "auralis_dsp.h").write_text(older)
    source, program = ROOT / "tests" / "c" / "older.c", tmp_path / "older"
    flags = [*WARNINGS, "-std=c99", f"-I{tmp_path}", f"-L{stage.lib}", "-lauralis_dsp", "-lm"]
    run(["cc", "-g", source, "-o", program, *flags, f"-Wl,-rpath,{stage.lib}"])
    assert run([*MEMCHECK, program]) == f"struct_size {size}\n"
