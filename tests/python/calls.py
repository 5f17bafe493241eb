"""Every public function that takes audio, once: what tests and tools try with it.

`tools/hash_outputs.py` hashes its results, `test_arguments.py` tries arrays of every kind and the
values that are refused, `test_spectral.py` compares those that have a namesake in librosa.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

Keywords = list[dict[str, Any]]
#: Of every argument, values outside its range: the message begins with its name.
Refused = dict[str, list[Any]]


class Function(NamedTuple):
    """A public function."""

    #: "signals": one or several, each on its own. "channels": one recording, whose channels belong
    #: together. "envelope": one signal or its onset envelope.
    of: str
    #: To be tried beside the defaults.
    keywords: Keywords
    refused: Refused
    #: The namesake in librosa, whose results are equal within a relative 1e-6.
    librosa: str = ""


class Stream(NamedTuple):
    """A public class that takes audio in blocks."""

    keywords: Keywords
    refused: Refused


FRAMES = {
    "n_fft": [0, 1, -1, 2.5, 2**33, None],
    "hop_length": [0, -1, 1.5, 2**40, "512"],
    "win_length": [0, -1, 4096],
    "center": [None, "yes", 2],
    "pad_mode": ["edge", 7, [], None],
}
RATES = [0, -1, 7999, 400_000, math.nan, math.inf, "44100", None, 1j, [44100, 44100]]
CHANNELS = {"channels": ["middle", 0, None, []]}
GROUPS = [["x"], [], "loud", 3, [None]]
SPEAKERS = ["9.9", "5.1", ["FR", "FL"], 0, -1, 1.5]
BLOCKS = {"max_block": [0, -1, 1.5, None]}

FUNCTIONS: dict[str, Function] = {
    "hpss": Function(
        "signals",
        [
            {"kernel_h": 17, "kernel_p": 44},
            {"power": 1.0, "margin": (1.0, 3.0)},
            {"power": math.inf, "pad_mode": "reflect"},
            {"n_fft": 1000, "hop_length": 199, "win_length": 800},
            {"center": False},
        ],
        {
            "sr": ["fast", None],
            "kernel_h": [0, -1, 1.5, 2**40, 5000, None],
            "kernel_p": [0, -1, "31", 5000],
            "power": [0, -1, math.nan, None],
            "margin": [0.5, math.nan, (1, 2, 3), (1, 0.5), [], None, 2e6],
            "n_fft": [0, -1, 2.5, 2**33],
            "hop_length": [0, -1, 4096],
            "win_length": [0, 4096],
            "center": [None, "yes"],
            "pad_mode": ["edge", 7, []],
        },
    ),
    "yin": Function(
        "signals",
        [
            {"fmin": 110.0, "fmax": 900.0, "trough_threshold": 0.3},
            {"frame_length": 3001, "hop_length": 333},
            {"pad_mode": "reflect"},
            {"center": False},
        ],
        {
            "sr": RATES,
            "fmin": [0, -5, math.nan, 3000, 1, None],
            "fmax": [-1, 0, math.inf, math.nan, 30_000],
            "frame_length": [0, 1, -1, 2.5],
            "hop_length": [0, -3, 2**31 + 1],
            "trough_threshold": [0, -1, math.nan],
            "center": [None],
            "pad_mode": ["edge"],
        },
    ),
    "cqt": Function(
        "signals",
        [
            {"fmin": 55.0, "n_bins": 61, "bins_per_octave": 24},
            {"n_bins": 60, "tuning": 0.17, "filter_scale": 0.5},
            {"n_bins": 60, "tuning": None, "pad_mode": "reflect"},
            {"n_bins": 60, "hop_length": 333},
        ],
        {
            "sr": RATES,
            "hop_length": [0, -1, None, 2**21],
            "fmin": [0, -1, math.nan, 30_000],
            "n_bins": [0, -1, 1000, 5000],
            "bins_per_octave": [0, -1, 1000],
            "tuning": [math.inf, "A", math.nan, 1e9],
            "filter_scale": [0, -1, math.nan],
            "pad_mode": ["edge"],
        },
    ),
    "chroma_cqt": Function(
        "signals",
        [
            {"fmin": 65.4, "n_octaves": 5, "norm": 1},
            {"n_octaves": 6, "tuning": 0.2, "norm": 2},
            {"n_octaves": 6, "hop_length": 333, "norm": None},
            {"n_octaves": 5, "n_chroma": 24, "bins_per_octave": 24},
        ],
        {
            "sr": RATES,
            "hop_length": [0, -1],
            "fmin": [0, -1, math.nan],
            "norm": [0, 3, "max"],
            "tuning": [math.inf, "A", math.nan],
            "n_chroma": [0, -1],
            "n_octaves": [0, -1, 20],
            "bins_per_octave": [0, 13],
        },
    ),
    "estimate_tuning": Function(
        "signals",
        [{"bins_per_octave": 36}],
        {"sr": RATES, "bins_per_octave": [0, -1, 1.5, 1000, None]},
    ),
    "onset_strength": Function(
        "signals",
        [
            {"hop_length": 250, "n_fft": 1024},
            {"n_mels": 40, "fmin": 100.0, "fmax": 3000.0},
            {"lag": 3, "max_size": 4},
            {"detrend": True, "aggregate": "median"},
            {"center": False},
        ],
        {
            "sr": RATES,
            "hop_length": FRAMES["hop_length"],
            "n_fft": FRAMES["n_fft"],
            "n_mels": [0, 4096, None],
            "fmin": [-1, math.nan, 30_000, None],
            "fmax": [-1, 0, math.nan, 30_000],
            "lag": [0, 2000],
            "max_size": [0, 200],
            "detrend": [None],
            "center": ["yes"],
            "aggregate": ["max", 3, []],
        },
    ),
    "spectral_centroid": Function(
        "signals",
        [
            {"n_fft": 1024, "hop_length": 300},
            {"win_length": 800},
            {"n_fft": 1000, "hop_length": 333, "win_length": 800},
            {"center": False},
            {"pad_mode": "reflect"},
        ],
        {"sr": RATES, **FRAMES},
        "feature.spectral_centroid",
    ),
    "spectral_rolloff": Function(
        "signals",
        [
            {"n_fft": 1024, "hop_length": 300},
            {"win_length": 800},
            {"roll_percent": 0.1},
            {"roll_percent": 0.99},
            {"n_fft": 1000, "hop_length": 333, "win_length": 800},
            {"roll_percent": 0.5, "center": False},
            {"pad_mode": "reflect"},
        ],
        {"sr": RATES, **FRAMES, "roll_percent": [0, 1, -1, math.nan, None]},
        "feature.spectral_rolloff",
    ),
    "spectral_flatness": Function(
        "signals",
        [
            {"n_fft": 1024, "hop_length": 300},
            {"win_length": 800},
            {"n_fft": 1000, "hop_length": 333, "win_length": 800},
            {"amin": 1e-3, "power": 1.0},
            {"center": False},
            {"pad_mode": "reflect"},
        ],
        {**FRAMES, "amin": [0, -1, math.nan], "power": [0, 9, math.nan]},
        "feature.spectral_flatness",
    ),
    "rms": Function(
        "signals",
        [
            {"frame_length": 511, "hop_length": 100},
            {"frame_length": 511, "hop_length": 333},
            {"center": False},
            {"pad_mode": "reflect"},
        ],
        {
            "frame_length": [0, -1, 2.5, 2**21, None],
            "hop_length": FRAMES["hop_length"],
            "center": [None, 2],
            "pad_mode": ["edge", None],
        },
        "feature.rms",
    ),
    "zero_crossing_rate": Function(
        "signals",
        [{"frame_length": 511, "hop_length": 333}, {"center": False}, {"threshold": 0.1}],
        {
            "frame_length": [0, -1, 2.5, 2**21, None],
            "hop_length": FRAMES["hop_length"],
            "center": [None, 2],
            "threshold": [-1, math.nan, math.inf, None],
        },
        "feature.zero_crossing_rate",
    ),
    "fingerprint": Function(
        "channels",
        [
            {"channels": "first"},
            {"groups": ["spectrum"]},
            {"groups": ["harmony", "stereo"]},
            {"groups": ["level", "rhythm", "dynamics"]},
            {"layout": ["FL", "FR", "LFE"]},
        ],
        {"sr": RATES, **CHANNELS, "groups": GROUPS, "layout": SPEAKERS},
    ),
    "loudness": Function(
        "channels",
        [{"channels": "first"}, {"true_peak": False}, {"layout": "3.0"}, {"layout": 0xB}],
        {"sr": RATES, **CHANNELS, "true_peak": ["yes", None, 2], "layout": SPEAKERS},
    ),
    "momentary_loudness": Function("channels", [{"channels": "first"}], {"sr": RATES, **CHANNELS}),
    "short_term_loudness": Function("channels", [{"channels": "first"}], {"sr": RATES, **CHANNELS}),
    "onset_detect": Function(
        "envelope",
        [
            {"onset_envelope": "made"},
            {"hop_length": 256},
            {"normalize": False, "delta": 0.2},
        ],
        {
            "sr": RATES,
            "onset_envelope": [[], [[1.0]], [math.nan], "music", [1, None]],
            "hop_length": FRAMES["hop_length"],
            "normalize": [None, "no"],
            "delta": [-1, math.nan, "much"],
        },
    ),
    "tempo": Function(
        "envelope",
        [
            {"onset_envelope": "made"},
            {"hop_length": 256, "start_bpm": 70.0},
            {"std_bpm": 0.3, "ac_size": 4.0},
            {"max_tempo": 100.0},
            {"max_tempo": None},
        ],
        {
            "sr": RATES,
            "onset_envelope": [[], [[1.0]], [math.nan], "music"],
            "hop_length": FRAMES["hop_length"],
            "start_bpm": [0, -1, math.nan, math.inf, None],
            "std_bpm": [0, -1, math.nan],
            "ac_size": [0, 1e9, math.nan],
            "max_tempo": [0, -1, math.nan],
        },
    ),
    "beat_track": Function(
        "envelope",
        [
            {"onset_envelope": "made"},
            {"hop_length": 256, "start_bpm": 70.0},
            {"bpm": 90.0, "tightness": 400.0},
            {"trim": False},
        ],
        {
            "sr": RATES,
            "onset_envelope": [[], [[1.0]], [math.nan], "music"],
            "hop_length": FRAMES["hop_length"],
            "start_bpm": [0, -1, math.nan],
            "tightness": [0, -1, math.nan],
            "trim": [None, 2],
            "bpm": [0, -3, math.nan, "fast"],
        },
    ),
    "profile": Function(
        "channels",
        [{"channels": "first"}, {"groups": ["spectrum"], "third_octaves": False}],
        {"sr": RATES, **CHANNELS, "groups": GROUPS, "third_octaves": [None, "no", 2]},
    ),
}

STREAMS: dict[str, Stream] = {
    "HpssStream": Stream(
        [*FUNCTIONS["hpss"].keywords, {"max_block": 701}],
        FUNCTIONS["hpss"].refused | {"sr": [7999, "fast"]} | BLOCKS,
    ),
    "YinStream": Stream(
        [*FUNCTIONS["yin"].keywords, {"max_block": 701}], FUNCTIONS["yin"].refused | BLOCKS
    ),
    "ChromaStream": Stream(
        [
            *(kwargs for kwargs in FUNCTIONS["chroma_cqt"].keywords if "tuning" not in kwargs),
            {"n_octaves": 6, "tuning": 0.2, "max_block": 701},
        ],
        {
            name: [*FUNCTIONS["chroma_cqt"].refused[name], *([None] if name == "tuning" else [])]
            for name in ("sr", "hop_length", "fmin", "norm", "tuning")
        }
        | {name: FUNCTIONS["chroma_cqt"].refused[name] for name in ("n_chroma", "n_octaves")}
        | {"bins_per_octave": FUNCTIONS["chroma_cqt"].refused["bins_per_octave"]}
        | BLOCKS,
    ),
    "FingerprintStream": Stream(
        [
            {"n_channels": 2, "channels": "first"},
            {"groups": ["spectrum", "level"], "max_block": 701},
            {"timing": True},
            {"n_channels": 2, "layout": 0x600},
        ],
        {
            "sr": RATES,
            "n_channels": [0, 65, -1, 1.5, None],
            **CHANNELS,
            "groups": GROUPS,
            **BLOCKS,
            "timing": [None, 2],
            "layout": SPEAKERS,
        },
    ),
    "ProfileStream": Stream(
        [
            {"n_channels": 2, "channels": "first"},
            {"groups": ["spectrum", "level"], "max_block": 701},
            {"third_octaves": False},
        ],
        {
            "sr": RATES,
            "n_channels": [0, 65, -1, 1.5, None],
            **CHANNELS,
            "groups": GROUPS,
            "third_octaves": [None, "no", 2],
            **BLOCKS,
        },
    ),
}

#: What renders masters: its keywords are preferences and settings, which `test_master.py` tries.
MASTERS = ("master", "MasterStream", "MasterSolver", "master_file", "master_album")

#: Functions of a fingerprint or a profile. "made" stands for those of another piece.
OF_FINGERPRINTS: dict[str, Keywords] = {
    "targets": [
        {"preset": "warm", "loudness": -9.0, "peak": -2.0},
        {"intensity": 0.3, "limiting": 3.0, "gain_max": 6.0},
        {"warmth": 0.5, "brightness": 0.7, "punch": 0.3, "width": 0.6, "loud": 0.8},
        {"reference": "made"},
    ],
    "master_settings": [{"reference": "made"}, {"preset": "warm"}, {"targets": "made"}],
}
