"""Prometheus text and OpenTelemetry spans."""

from __future__ import annotations

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from auralis_dsp.library.metrics import Metrics
from auralis_dsp.library.run import Tally, fingerprint_library
from auralis_dsp.library.track import Status

from .helpers import make_library, rows_of, run, write_tone


def test_prometheus_reads_the_file(tmp_path):
    music = make_library(tmp_path / "music", 4)
    (music / "bad.wav").write_text("x" * 400)
    (music / "zero.wav").touch()
    result = run(
        "fingerprint-library", music, "-o", tmp_path / "l.parquet", "--metrics", tmp_path / "m.prom"
    )
    assert result.returncode == 1
    families = {
        family.name: family
        for family in text_string_to_metric_families((tmp_path / "m.prom").read_text())
    }
    value = {
        (sample.name.removeprefix("auralis_library_"), *sample.labels.values()): sample.value
        for family in families.values()
        for sample in family.samples
    }
    assert value["tracks_total", "ok"] == 4
    assert value["errors_total", "undecodable"] == value["errors_total", "empty"] == 1
    assert value["errors_total", "timeout"] == 0
    rows = rows_of(tmp_path / "l.parquet")
    for stage, column in (("decode", "seconds_decoding"), ("analyse", "seconds_analysing")):
        expected = sum(row[column] or 0 for row in rows)
        assert abs(value["stage_seconds_total", stage] - expected) < 1e-9
    kernels = {key[1]: v for key, v in value.items() if key[0] == "kernel_seconds_total"}
    assert {"stft", "hpss", "yin", "chroma", "rhythm"} < set(kernels)
    assert all(seconds > 0 for seconds in kernels.values())
    assert 0.5 < sum(kernels.values()) / value["stage_seconds_total", "analyse"] <= 1
    assert abs(value["audio_seconds_total",] - 1.6) < 0.01
    assert value["realtime_factor",] > 0
    assert value["finished",] == 1
    assert value["tracks_expected",] == 6
    assert all(family.documentation for family in families.values())
    assert {f.type for f in families.values()} == {"counter", "gauge"}


def test_labels_are_escaped(tmp_path):
    metrics = Metrics(tmp_path / "m")
    codec = 'a"b\\c\nd'
    metrics.count({"status": Status.OK, "codec": codec, "size": 1})
    families = text_string_to_metric_families(metrics.text(Tally(), False))
    labels = [s.labels.get("codec") for f in families for s in f.samples]
    assert codec in labels


def test_a_span_for_every_track(tmp_path):
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    music = make_library(tmp_path / "music", 2)
    write_tone(music / "slow-rate.wav", 0.5, rate=4000)
    fingerprint_library([str(music)], tmp_path / "l.parquet")
    spans = exporter.get_finished_spans()
    tracks = {s.attributes["auralis.path"]: s for s in spans if s.name == "auralis.track"}
    rows = rows_of(tmp_path / "l.parquet")
    assert set(tracks) == {row["path"] for row in rows}
    for row in rows:
        span = tracks[row["path"]]
        assert span.status.is_ok == (row["status"] == Status.OK) or span.status.is_unset
        children = {
            s.name: s for s in spans if s.parent and s.parent.span_id == span.context.span_id
        }
        assert set(children) == {"auralis.decode", "auralis.analyse"}
        took = children["auralis.decode"].end_time - children["auralis.decode"].start_time
        assert abs(took / 1e9 - row["seconds_decoding"]) < 1e-6
        assert span.start_time <= children["auralis.decode"].start_time
        assert span.end_time >= children["auralis.analyse"].end_time
    failed = tracks[str(music / "slow-rate.wav")]
    assert failed.status.status_code is trace.StatusCode.ERROR
