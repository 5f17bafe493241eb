"""The worker process: decodes and fingerprints one track after the other.

Started as ``python -m auralis_dsp.library.worker``. Each line on standard input is
a job (JSON); each line of the answer is either ``{"beat": seconds of audio done}``
or ``{"row": …}``. Whatever a decoder prints goes to standard error. The process ends
when its input does, even in the middle of a track: nobody waits for the answer then.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from auralis_dsp._channels import CANCEL_TEXT, Cancelling
from auralis_dsp.audio_file import AudioError, open_audio

from .source import HashingFile, hash_file
from .tags import read_tags
from .track import Row, Status, Track, TrackError, error_row, is_url

#: Seconds between two signs of life.
BEAT = 1.0

Beat = Callable[[float], None]


def analyse(track: Track, source: str, beat: Beat = lambda seconds: None) -> Row:
    """Fingerprint one track.

    Parameters
    ----------
    track : Track
        The track as the library knows it.
    source : str
        Path or URL to read its bytes from (the same, but for copies).
    beat : callable
        Told the seconds of audio done, about once per second.
    """
    row = error_row(track, Status.OK, "")
    try:
        if track.problem:
            raise TrackError(Status.UNREADABLE, track.problem)
        if track.size == 0:
            raise TrackError(Status.EMPTY, "the file has no bytes")
        if is_url(source):
            _analyse_remote(source, row, beat, track.profile)
        else:
            _analyse_local(source, row, beat, track.profile)
    except TrackError as error:
        row["status"], row["error"] = error.status, str(error)
    except AudioError as error:
        row["status"], row["error"] = error.kind, str(error)
    except OSError as error:
        row["status"], row["error"] = Status.UNREADABLE, error.strerror or str(error)
    except Exception as error:  # whatever a decoder or file system may come up with
        row["status"], row["error"] = Status.CRASHED, f"{type(error).__name__}: {error}"
    return row


def _analyse_local(path: str, row: Row, beat: Beat, profile: bool) -> None:
    started = time.perf_counter()
    with open(path, "rb") as file:
        row["content_hash"] = hash_file(file)
    row["seconds_decoding"] = time.perf_counter() - started
    row.update(read_tags(path))
    _fingerprint(path, row, beat, profile)


def _analyse_remote(url: str, row: Row, beat: Beat, profile: bool) -> None:
    from fsspec.core import url_to_fs

    filesystem, path = url_to_fs(url)
    with filesystem.open(path, "rb") as remote:
        file = HashingFile(remote)
        row["seconds_decoding"] = 0.0
        row.update(read_tags(file))
        file.seek(0)
        try:
            _fingerprint(file, row, beat, profile)
        finally:
            row["content_hash"] = file.hexdigest()


def _fingerprint(source: Any, row: Row, beat: Beat, profile: bool) -> None:
    from auralis_dsp import AuralisError, FingerprintStream, ProfileStream, dimensions

    clock = time.perf_counter
    decoding, analysing = row["seconds_decoding"], 0.0
    row["seconds_analysing"] = 0.0
    audio = None
    mark = next_beat = clock()
    try:
        audio = open_audio(source)
        row.update(codec=audio.codec, sample_rate=audio.rate, channels=audio.channels)
        stream: FingerprintStream | ProfileStream
        if profile:
            stream = ProfileStream(audio.rate, audio.channels)
        else:
            layout = audio.layout or None
            stream = FingerprintStream(audio.rate, audio.channels, timing=True, layout=layout)
        cancelling = Cancelling()
        for block in audio.blocks():
            decoded = clock()
            stream.push(block)
            if audio.channels > 1:
                cancelling.add(block, np.mean(block, axis=1))
            decoding, analysing = decoding + decoded - mark, analysing + clock() - decoded
            mark = clock()
            if mark >= next_beat:
                beat(audio.frames / audio.rate)
                next_beat = mark + BEAT
        decoded = clock()
        values = stream.finish().vector.tolist()
        decoding, analysing = decoding + decoded - mark, analysing + clock() - decoded
        if isinstance(stream, FingerprintStream):
            row["kernel_seconds"] = stream.seconds  # for the metrics; no column
    except AuralisError as error:
        raise TrackError(Status.INVALID, str(error)) from None
    finally:
        row.update(seconds_decoding=decoding, seconds_analysing=analysing)
        if audio is not None:
            audio.close()
            row["duration"] = audio.frames / audio.rate
    row["fingerprint"] = values[: len(dimensions())]
    if profile:
        row["profile"] = values[len(dimensions()) :]
    if audio.damage is not None:
        row["status"], row["error"] = Status.DAMAGED, audio.damage
    elif cancelling.found:
        row["error"] = CANCEL_TEXT


def main() -> None:
    """Serve jobs from standard input until it ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)

    def answer(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    jobs: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(jobs,), daemon=True).start()
    while True:
        job = json.loads(jobs.get())
        _limit_own_time(job["time_limit"])
        row = analyse(
            Track(*job["track"]), job["source"], lambda seconds: answer({"beat": seconds})
        )
        answer({"row": row})


def _receive(jobs: queue.SimpleQueue[bytes]) -> None:
    for line in sys.stdin.buffer:
        jobs.put(line)
    os._exit(0)


def _limit_own_time(seconds: float) -> None:
    """Let the kernel end this process if it hangs after its parent is gone."""
    if hasattr(signal, "alarm"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(int(seconds) + 10)


if __name__ == "__main__":
    main()
