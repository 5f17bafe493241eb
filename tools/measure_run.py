#!/usr/bin/env python3
"""Time, processor use and memory of a command and all its processes.

    python3 tools/measure_run.py [--library library.parquet] -- COMMAND...

Memory is looked at every half second. PSS is what the processes take from the machine: a
page that several of them share is shared out among them. Private memory leaves shared
pages out. With `--library`, the file that the command made, tells tracks per second and
the share of decoding too.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

INTERVAL = 0.5


def memory_of_tree(root: int) -> tuple[int, int, int]:
    """Sum of PSS and of private memory in KiB, and the number of processes."""
    children = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        children[int(after_name[1])].append(int(folder.name))
    waiting, pss, private, count = [root], 0, 0, 0
    while waiting:
        pid = waiting.pop()
        waiting += children[pid]
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
        except OSError:
            continue
        sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
        pss += sizes["Pss"]
        private += sizes["Private_Clean"] + sizes["Private_Dirty"]
        count += 1
    return pss, private, count


def tell_library(path: Path, seconds: float) -> None:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    total = {
        name: pc.sum(table[name]).as_py() or 0.0
        for name in ("duration", "seconds_decoding", "seconds_analysing", "size")
    }
    work = total["seconds_decoding"] + total["seconds_analysing"]
    print(
        f"{table.num_rows} tracks, {total['duration'] / 3600:.2f} h, {total['size'] / 1e9:.2f} GB: "
        f"{table.num_rows / seconds:.2f} tracks/s, {total['duration'] / seconds:.0f} x real time, "
        f"decoding {total['seconds_decoding'] / work:.1%} of the workers' time"
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--library", type=Path, help="file that the command made")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    command = options.command[options.command[:1] == ["--"] :]
    started = time.perf_counter()
    process = subprocess.Popen(command)
    peaks = (0, 0, 0)
    while True:
        peaks = tuple(map(max, peaks, memory_of_tree(process.pid)))
        try:
            process.wait(INTERVAL)
            break
        except subprocess.TimeoutExpired:
            continue
    seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = used.ru_utime + used.ru_stime
    pss, private, count = peaks
    print(
        f"{seconds:.1f} s, processors {busy / seconds:.0%} of one "
        f"({len(os.sched_getaffinity(0))} there), peak memory {pss / 1024:.0f} MiB PSS, "
        f"{private / 1024:.0f} MiB private, in {count} processes"
    )
    if options.library:
        tell_library(options.library, seconds)
    return process.returncode


if __name__ == "__main__":
    sys.exit(main())
