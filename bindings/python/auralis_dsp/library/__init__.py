"""Fingerprints of whole music libraries.

The data flows one way::

    scan      folders and URLs            -> Track
    index     what earlier runs finished  -> which tracks are left
    pool      one isolated worker process per core, or cluster: the same on Dask
    worker    decode -> fingerprint       -> Row
    store     part files while running, one Parquet file at the end
    run       ties these together; progress and metrics look on

``similar`` and ``report`` read the finished file. Modules import their heavy
dependencies (pyarrow, dask, rich) only where they need them, because the worker
processes load this package too and need none of them.
"""
