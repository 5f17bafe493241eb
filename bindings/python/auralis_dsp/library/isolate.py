"""Run tracks in a process of their own, so that a decoder can take down only itself."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, NamedTuple

from .track import Row, Status, Track, error_row

#: Bytes per second that even a slow decoder manages, for the default time limit.
_SLOWEST = 50_000


class Limits(NamedTuple):
    """Time a track may take.

    Attributes
    ----------
    stall : float
        Longest time in seconds without a new second of audio decoded.
    total : float or None
        Longest time in all; None: 600 s and 1 s for every 50 kB.
    """

    stall: float = 60.0
    total: float | None = None

    def total_of(self, track: Track) -> float:
        """Longest time in seconds for this track."""
        return self.total if self.total is not None else 600 + (track.size or 0) / _SLOWEST


DEFAULT_LIMITS = Limits()


class Stopped(Exception):
    """The worker was closed while it ran a track."""


class IsolatedWorker:
    """One worker process, started when needed and again after every death.

    `run` is for one thread at a time; `close` may come from any thread.
    """

    def __init__(self, limits: Limits):
        self.limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._log: Any = None
        self._closed = False

    def run(self, track: Track) -> Row:
        """The row of `track`, an error row whatever its decoder does.

        A death that was not our doing is tried once more: the process may have been
        chosen by the kernel for another one's hunger for memory.
        """
        if track.problem:
            return error_row(track, Status.UNREADABLE, track.problem)
        try:
            with _readable_copy(track.path) as source:
                return self._tried(track, source)
        except FileNotFoundError as error:
            return error_row(track, Status.UNREADABLE, error.strerror or str(error))

    def close(self) -> None:
        """End the process; a `run` under way raises `Stopped`."""
        self._closed = True
        self._kill()

    def _tried(self, track: Track, source: str) -> Row:
        return self._attempt(track, source) or self._attempt(track, source) or self._death(track)

    def _attempt(self, track: Track, source: str) -> Row | None:
        """A row, or None if the process died by itself."""
        process = self._start()
        total = self.limits.total_of(track)
        watch = _Watch(process, self.limits.stall, total)
        try:
            job = {"track": track, "source": source, "time_limit": total}
            jobs, answers = _pipes(process)
            jobs.write(json.dumps(job).encode() + b"\n")
            jobs.flush()
            while line := answers.readline():
                message = json.loads(line)
                if "row" in message:
                    row: Row = message["row"]
                    return row
                watch.beat(message["beat"])
        except (BrokenPipeError, json.JSONDecodeError):
            pass  # died before taking the job, or in the middle of its answer
        finally:
            watch.end()
        process.wait()
        if self._closed:
            raise Stopped
        if watch.verdict:
            self._kill()
            return error_row(track, Status.TIMEOUT, watch.verdict)
        return None

    def _death(self, track: Track) -> Row:
        code = self._process.returncode if self._process else 0
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        self._log.seek(0)
        said = self._log.read()[-400:].decode("utf-8", "replace").strip()
        text = f"the decoding process died: {how}" + (f": {said}" if said else "")
        return error_row(track, Status.CRASHED, text)

    def _start(self) -> subprocess.Popen[bytes]:
        if self._closed:
            raise Stopped
        if self._process is None or self._process.poll() is not None:
            self._kill()
            self._log = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the process)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "auralis_dsp.library.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._log,
                start_new_session=True,  # Ctrl-C is for the parent, which ends us in order
                env=_environment(),
            )
        # Only what the last track said is of interest.
        self._log.seek(0)
        self._log.truncate()
        return self._process

    def _kill(self) -> None:
        process = self._process
        if process is None:
            return
        process.kill()
        process.wait()
        if not self._closed:  # else the thread in `run` still reads them
            for pipe in _pipes(process):
                pipe.close()
            self._log.close()
            self._process = None


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """Where its jobs go in and its answers come out."""
    assert process.stdin is not None and process.stdout is not None, "both were asked for"
    return process.stdin, process.stdout


class _Watch:
    """Ends a process that makes no progress, or takes too long in all."""

    def __init__(self, process: subprocess.Popen[bytes], stall: float, total: float):
        self._process = process
        self._stall = stall
        self._done = -1.0
        self.verdict: str | None = None
        self._stall_timer = self._timer(stall, f"no progress for {stall:g} s")
        self._total_timer = self._timer(total, f"took longer than {total:g} s")

    def beat(self, done: float) -> None:
        """Note progress: `done` seconds of audio."""
        if done > self._done:
            self._done = done
            self._stall_timer.cancel()
            self._stall_timer = self._timer(
                self._stall, f"no progress for {self._stall:g} s after {done:.0f} s of audio"
            )

    def end(self) -> None:
        """Stop watching."""
        self._stall_timer.cancel()
        self._total_timer.cancel()

    def _timer(self, seconds: float, verdict: str) -> threading.Timer:
        timer = threading.Timer(seconds, self._condemn, (verdict,))
        timer.daemon = True
        timer.start()
        return timer

    def _condemn(self, verdict: str) -> None:
        self.verdict = verdict
        self._process.kill()


@contextmanager
def _readable_copy(path: str) -> Iterator[str]:
    """A name under which the worker process can read the track.

    ``memory://`` files exist in this process only and are copied to a temporary file.
    """
    if not path.startswith("memory://"):
        yield path
        return
    import fsspec

    with tempfile.NamedTemporaryFile() as copy:
        with fsspec.open(path, "rb") as file:
            shutil.copyfileobj(file, copy)
        copy.flush()
        yield copy.name


def _environment() -> dict[str, str]:
    """One process per core: libraries in it must not start threads of their own.

    The safe path keeps a stray ``json.py`` in the current folder from being imported.
    """
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return os.environ | single | {"PYTHONSAFEPATH": "1"}
