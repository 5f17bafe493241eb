"""Run tracks on a Dask distributed cluster.

One task per track: a task takes hundreds of milliseconds, its scheduling about one.
Only a window of tasks is with the scheduler at a time, so neither it nor this process
holds the whole library. Tasks of a worker that dies are run again elsewhere by Dask.
Within each Dask worker a track still runs in an isolated process of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from typing import Any

from .isolate import IsolatedWorker, Limits
from .pool import TICK
from .track import Row, Status, Track, error_row

#: Tasks with the scheduler per thread of the cluster.
WINDOW = 4

_GONE = "the Dask scheduler is gone; run again to go on"

_local = threading.local()


def rows(
    tracks: Iterator[Track], limits: Limits, stop: threading.Event, address: str
) -> Generator[Row | None, None, None]:
    """As `pool.rows`, on the cluster whose scheduler is at `address`.

    Raises
    ------
    ConnectionError
        If there is no scheduler or it goes away.
    """
    from distributed import Client

    try:
        client = Client(address, set_as_default=False)  # type: ignore[no-untyped-call]
    except OSError as error:
        raise ConnectionError(f"no Dask scheduler answers at {address}: {error}") from error
    with client:
        waiting: dict[Any, Track] = {}
        suspects: list[Track] = []

        def submit(track: Track) -> None:
            future = client.submit(run_track, tuple(track), tuple(limits), pure=False)
            waiting[future] = track

        more = True
        while not stop.is_set():
            room = WINDOW * max(1, _threads(client)) - len(waiting)
            while more and room > 0:
                if (track := next(tracks, None)) is None:
                    more = False
                else:
                    submit(track)
                    room -= 1
            if waiting:
                yield from _finished(client, waiting, suspects)
            elif suspects:
                submit(suspects.pop())
                while waiting and not stop.is_set():
                    yield from _finished(client, waiting, None)
            else:
                return
        client.cancel(list(waiting))  # type: ignore[no-untyped-call]


def _threads(client: Any) -> int:
    return sum(client.nthreads().values())


def run_track(track: tuple[Any, ...], limits: tuple[Any, ...]) -> Row:
    """The task: a track in the isolated process that belongs to this thread."""
    worker = getattr(_local, "worker", None)
    if worker is None or worker.limits != limits:
        worker = _local.worker = IsolatedWorker(Limits(*limits))
    return worker.run(Track(*track))


def _finished(
    client: Any, waiting: dict[Any, Track], suspects: list[Track] | None
) -> Iterator[Row | None]:
    """Wait at most `TICK` for tasks to end and take them out of `waiting`.

    Dask gives up on a task when several workers in a row died while they had it, be it
    the one that they ran or the next one. Such tracks go to `suspects`; without that
    list the track was alone and is to blame.
    """
    from distributed import CancelledError, TimeoutError, wait  # asyncio's until Python 3.11

    try:
        with client.as_current():
            done = wait(list(waiting), timeout=TICK, return_when="FIRST_COMPLETED")  # type: ignore[no-untyped-call]
        ended = done.done
        good = [future for future in ended if future.status == "finished"]
        rows = client.gather(good)
    except TimeoutError:
        if client.status != "running":
            raise ConnectionError(_GONE) from None
        yield None
        return
    except (CancelledError, OSError):
        # When the connection is lost, either call may be the one that finds its tasks cancelled.
        raise ConnectionError(_GONE) from None
    for future, row in zip(good, rows, strict=True):
        del waiting[future]
        yield row
    for future in ended.difference(good):
        if future.status == "cancelled":
            raise ConnectionError(_GONE)
        if future.status != "error":
            continue  # its worker died with the result: Dask runs it again
        track = waiting.pop(future)
        if suspects is not None:
            suspects.append(track)
        else:
            reason = str(future.exception()).splitlines()[0]
            yield error_row(track, Status.CRASHED, f"on the cluster: {reason}")
