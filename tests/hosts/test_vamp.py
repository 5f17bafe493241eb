"""The Vamp plug-ins in hosts: the SDK's own, and one with blocks of odd sizes."""

from __future__ import annotations

import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest
from batch import Array, Library
from staging import CLIP, MEMCHECK, ROOT, Stage, run

RATE = 22050
#: What vamp-simple-host uses for plug-ins that prefer 1024.
BLOCK = 1024
PLUGINS = ("yin", "chroma", "harmonicratio", "fingerprint")


@pytest.fixture(scope="session")
def plugins(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the plug-in library."""
    folder = tmp_path_factory.mktemp("vamp")
    warnings = "-Wall -Wextra -pedantic -Werror"
    options = [f"-DCMAKE_PREFIX_PATH={stage.prefix}", f"-DCMAKE_CXX_FLAGS={warnings}"]
    run(["cmake", "-S", ROOT / "examples" / "vamp", "-B", folder / "build", *options])
    run(["cmake", "--build", folder / "build"])
    run(["cmake", "--install", folder / "build", "--prefix", folder / "installed"])
    return folder / "installed"


@pytest.fixture(scope="session")
def tester(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What holds plug-ins to the rules of hosts."""
    program = tmp_path_factory.mktemp("tester") / "vamp_tester"
    source = ROOT / "tests" / "hosts" / "vamp_tester.cpp"
    warnings = ["-Wall", "-Wextra", "-pedantic", "-Werror"]
    run(["c++", "-std=c++17", "-O1", *warnings, source, "-o", program, "-lvamp-hostsdk", "-ldl"])
    return program


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The host with blocks of odd sizes."""
    program = tmp_path_factory.mktemp("host") / "vamp_host"
    source = ROOT / "tests" / "hosts" / "vamp_host.cpp"
    run(["c++", "-std=c++17", "-O1", source, "-o", program, "-lvamp-hostsdk", "-ldl"])
    return program


@pytest.fixture(scope="session")
def library(stage: Stage) -> Library:
    """The library whose batch functions are compared with."""
    return Library(stage.lib / "libauralis_dsp.so")


def clip() -> Array:
    with wave.open(str(CLIP)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def padded(audio: Array) -> Array:
    """With the zeros that a host adds to its last block."""
    return np.pad(audio, [(0, 0)] * (audio.ndim - 1) + [(0, -audio.shape[-1] % BLOCK)])


def parse(printed: str) -> tuple[Array, Array]:
    """Times, and a row of values for each."""
    rows = [line.replace(":", "").split() for line in printed.splitlines() if line.strip()]
    table = np.array(rows, dtype=float).reshape(len(rows), -1 if rows else 2)
    return table[:, 0], table[:, 1:]


def simple_host(plugins: Path, plugin: str, file: Path) -> tuple[Array, Array]:
    return parse(run(["vamp-simple-host", f"auralis:{plugin}", file], VAMP_PATH=str(plugins)))


def odd_host(
    plugins: Path, host: Path, plugin: str, *settings: str, block: int = 300, step: int = 101
) -> tuple[Array, Array]:
    """The clip, cut to a multiple of the step."""
    audio = clip()
    done = subprocess.run(
        [host, f"auralis:{plugin}", str(block), str(step), *settings],
        input=audio[: len(audio) // step * step].tobytes(),
        env={"VAMP_PATH": str(plugins)},
        capture_output=True,
        check=True,
    )
    return parse(done.stdout.decode())


def instants(count: int, hop: int) -> Array:
    return np.arange(count) * hop / RATE


def ratios(parts: Array, window: int) -> Array:
    """Level of the first part beside that of both, window by window."""
    edges = np.arange(0, parts.shape[1], window)
    energies = np.add.reduceat(parts**2, edges, axis=1)
    levels = np.sqrt(energies)
    return levels[0] / levels.sum(axis=0)


def test_hosts_find_them(plugins: Path, library: Library) -> None:
    environment = {"VAMP_PATH": str(plugins)}
    outputs = run(["vamp-simple-host", "--list-outputs"], **environment).split()
    assert outputs == [
        "vamp:auralis:chroma:chroma",
        *(f"vamp:auralis:fingerprint:{name}" for name in library.fingerprint_names()),
        "vamp:auralis:harmonicratio:ratio",
        "vamp:auralis:yin:f0",
    ]
    described = run(["vamp-simple-host", "--list-full"], **environment)
    assert "Identifier:         f0" in described and "Unit:               Hz" in described
    assert "Identifier:         lufs" in described and "LUFS" in described
    assert '"A#", "B"' in described
    categories = run(["vamp-simple-host", "--list-by-category"], **environment)
    assert "Pitch" in categories


def test_the_library_needs_nothing_else(plugins: Path) -> None:
    needed = run(["readelf", "-d", plugins / "auralis.so"])
    assert "auralis_dsp" not in needed and "vamp" not in needed.replace(str(plugins), "")
    exported = run(["nm", "-D", "--defined-only", "-P", plugins / "auralis.so"]).splitlines()
    strong = [line.split()[0] for line in exported if line.split()[1] in "TDB"]
    assert strong == ["vampGetPluginDescriptor"]


def test_yin(plugins: Path, library: Library) -> None:
    times, values = simple_host(plugins, "yin", CLIP)
    expected = library.yin(padded(clip()), RATE)
    np.testing.assert_allclose(times, instants(len(expected), 512), atol=1e-8)
    np.testing.assert_allclose(values[:, 0], expected, rtol=1e-5)


def test_chroma(plugins: Path, library: Library) -> None:
    times, values = simple_host(plugins, "chroma", CLIP)
    expected = library.chroma(padded(clip()), RATE, tuning=0)
    np.testing.assert_allclose(times, instants(expected.shape[1], 512), atol=1e-8)
    np.testing.assert_allclose(values.T, expected, rtol=1e-5, atol=1e-6)
    # E minor: E is the loudest class of most frames.
    assert np.median(values.argmax(axis=1)) == 4


def test_harmonic_ratio(plugins: Path, library: Library) -> None:
    times, values = simple_host(plugins, "harmonicratio", CLIP)
    expected = ratios(library.hpss(padded(clip())), 2048)
    np.testing.assert_allclose(times, instants(len(expected), 2048), atol=1e-8)
    np.testing.assert_allclose(values[:, 0], expected, rtol=1e-5)


def test_fingerprint_of_two_channels(plugins: Path, library: Library, tmp_path: Path) -> None:
    left = (clip() * 32768).astype("<i2")
    channels = np.stack([left, np.roll(left, 5000) // 2])
    file = tmp_path / "stereo.wav"
    with wave.open(str(file), "wb") as out:
        out.setparams((2, 2, RATE, channels.shape[1], "NONE", ""))
        out.writeframes(np.ascontiguousarray(channels.T).tobytes())
    expected = library.fingerprint(padded(channels / 32768), RATE)
    for name, value in zip(library.fingerprint_names(), expected, strict=True):
        times, values = simple_host(plugins, f"fingerprint:{name}", file)
        assert list(times) == [] if np.isnan(value) else [0]
        np.testing.assert_allclose(
            values.ravel(), [] if np.isnan(value) else [value], rtol=1e-5, atol=1e-6
        )
    assert expected[23] > 0.1  # stereo width


def test_odd_blocks_and_parameters(plugins: Path, host: Path, library: Library) -> None:
    audio = clip()[: len(clip()) // 101 * 101]
    times, values = odd_host(plugins, host, "yin", "fmin=100", "fmax=1000", "hop=300", "frame=1000")
    expected = library.yin(audio, RATE, fmin=100, fmax=1000, hop_length=300, frame_length=1000)
    np.testing.assert_allclose(times, instants(len(expected), 300), atol=1e-8)
    np.testing.assert_allclose(values[:, 0], expected, rtol=1e-6)

    settings = ["tuning=-30", "octaves=5", "hop=777", "norm=2"]
    times, values = odd_host(plugins, host, "chroma", *settings)
    expected = library.chroma(audio, RATE, tuning=-0.9, n_octaves=5, hop_length=777, norm=2)
    np.testing.assert_allclose(times, instants(expected.shape[1], 777), atol=1e-8)
    np.testing.assert_allclose(values.T, expected, rtol=1e-5, atol=1e-6)

    settings = ["window=5000", "harmonic=9", "margin=2"]
    times, values = odd_host(plugins, host, "harmonicratio", *settings)
    parts = library.hpss(audio, kernel_harmonic=9, margin_harmonic=2, margin_percussive=2)
    np.testing.assert_allclose(times, instants(len(values), 5000), atol=1e-8)
    np.testing.assert_allclose(values[:, 0], ratios(parts, 5000), rtol=1e-5)


@pytest.mark.parametrize("block, step", [(300, 301), (300, 0)])
def test_gaps_between_blocks_are_refused(plugins: Path, host: Path, block: int, step: int) -> None:
    command = [host, "auralis:yin", str(block), str(step)]
    done = subprocess.run(command, input=b"", env={"VAMP_PATH": str(plugins)})
    assert done.returncode == 4


def test_impossible_parameters_are_refused(plugins: Path, host: Path) -> None:
    command = [host, "auralis:yin", "300", "300", "fmin=2000", "fmax=100"]
    done = subprocess.run(
        command, input="", env={"VAMP_PATH": str(plugins)}, capture_output=True, text=True
    )
    assert done.returncode == 4
    assert done.stderr.startswith("yin: fmin is 2000; allowed: above 0 and below fmax = 100")


@pytest.mark.parametrize("plugin", PLUGINS)
def test_what_hosts_rely_on(plugins: Path, tester: Path, plugin: str) -> None:
    done = subprocess.run(
        [tester, f"auralis:{plugin}"],
        env={"VAMP_PATH": str(plugins)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_tester_finds_what_is_broken(tester: Path) -> None:
    # An example of the SDK, which takes parameters beyond their range.
    (examples,) = Path("/usr/lib").glob("**/vamp/vamp-example-plugins.so")
    done = subprocess.run(
        [tester, "vamp-example-plugins:amplitudefollower"],
        env={"VAMP_PATH": str(examples.parent)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert done.returncode == 1 and "attack: left its range" in done.stdout


@pytest.mark.parametrize("plugin", PLUGINS)
def test_memory(plugins: Path, host: Path, plugin: str) -> None:
    audio = clip()[:30_000]
    done = subprocess.run(
        [*MEMCHECK, host, f"auralis:{plugin}", "512", "512"],
        input=audio.tobytes(),
        env={"VAMP_PATH": str(plugins)},
        capture_output=True,
        text=False,
    )
    assert done.returncode == 0, done.stderr.decode()
