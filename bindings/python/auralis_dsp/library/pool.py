"""Run tracks on this machine: one thread per core, each driving a worker process.

The threads only wait for their processes, so the interpreter lock does not matter;
all decoding and analysis happens in the processes.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Generator, Iterator

from .isolate import IsolatedWorker, Limits, Stopped
from .track import Row, Track

#: Seconds after which `rows` gives control back even if no row has come.
TICK = 0.25


def cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def rows(
    tracks: Iterator[Track], limits: Limits, stop: threading.Event, workers: int | None = None
) -> Generator[Row | None, None, None]:
    """The rows of all tracks in the order in which they are done.

    Yields None at least every `TICK` seconds while no row comes. Ends early, without
    the tracks under way, once `stop` is set.
    """
    pool = _Pool(tracks, limits, workers or cores())
    try:
        while not stop.is_set():
            try:
                result = pool.results.get(timeout=TICK)
            except queue.Empty:
                yield None
                continue
            if isinstance(result, _ThreadEnd):
                if result.error is not None:
                    raise result.error
                pool.running -= 1
                if pool.running == 0:
                    return
            else:
                yield result
    finally:
        pool.close()


class _ThreadEnd:
    """A thread has no more to do, or what kept it from going on."""

    def __init__(self, error: BaseException | None = None):
        self.error = error


class _Pool:
    def __init__(self, tracks: Iterator[Track], limits: Limits, workers: int):
        self.results: queue.SimpleQueue[Row | _ThreadEnd] = queue.SimpleQueue()
        self.running = workers
        self._tracks = tracks
        self._turn = threading.Lock()
        self._closed = False
        self._workers = [IsolatedWorker(limits) for _ in range(workers)]
        self._threads = [
            threading.Thread(target=self._drive, args=(worker,), daemon=True)
            for worker in self._workers
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        self._closed = True
        for worker in self._workers:
            worker.close()
        for thread in self._threads:
            thread.join()

    def _drive(self, worker: IsolatedWorker) -> None:
        try:
            while (track := self._next()) is not None:
                self.results.put(worker.run(track))
        except Stopped:
            self.results.put(_ThreadEnd())
        except BaseException as error:  # of the scan, for instance: for the caller to raise
            self.results.put(_ThreadEnd(error))
        else:
            self.results.put(_ThreadEnd())

    def _next(self) -> Track | None:
        with self._turn:
            return None if self._closed else next(self._tracks, None)
