"""OpenTelemetry spans, if its API is installed; where they go is the host's to set up.

Each track gives a span ``auralis.track`` with the children ``auralis.decode`` and
``auralis.analyse``. Decoding and analysis take turns block by block; the children
are drawn one after the other with the time that each took in all.
"""

from __future__ import annotations

import time
from functools import cache
from typing import Any

from .track import Row, Status


@cache
def _tracer() -> Any:
    try:
        from opentelemetry import trace
    except ImportError:
        return None
    return trace.get_tracer("auralis_dsp.library")


def track_spans(row: Row) -> None:
    """Record the spans of a row that has just come in."""
    tracer = _tracer()
    if tracer is None:
        return
    from opentelemetry import trace

    decoding = int((row.get("seconds_decoding") or 0.0) * 1e9)
    analysing = int((row.get("seconds_analysing") or 0.0) * 1e9)
    end = time.time_ns()
    begin = end - decoding - analysing
    names = ("path", "size", "codec", "duration", "sample_rate", "channels", "status")
    attributes = {f"auralis.{name}": row[name] for name in names if row.get(name) is not None}
    span = tracer.start_span("auralis.track", start_time=begin, attributes=attributes)
    inside = trace.set_span_in_context(span)
    tracer.start_span("auralis.decode", inside, start_time=begin).end(begin + decoding)
    tracer.start_span("auralis.analyse", inside, start_time=begin + decoding).end(end)
    if row["status"] != Status.OK:
        span.set_status(trace.StatusCode.ERROR, row["error"])
    span.end(end)
