"""The report as tables for people."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from .accuracy import describe

_OURS = "auralis-dsp"


def show(report: dict[str, Any], *, markdown: bool) -> None:
    """Print all of a report."""
    console = Console(width=140) if markdown else Console()
    style = box.MARKDOWN if markdown else box.ROUNDED
    _heading(console, report)
    for duration in sorted({result["duration_s"] for result in report["results"]}):
        console.print(_times(report["results"], duration, style))
    console.print(_first_calls(report["first_call_s"], style))
    console.print(_overhead(report["call_overhead_us"], style))


def _heading(console: Console, report: dict[str, Any]) -> None:
    machine = report["machine"]
    simd = ", ".join(machine["simd"]) or "no AVX2"
    lines = [
        f"{machine['processor']} ({simd}), one of {machine['cores']} cores; {machine['system']}; "
        f"Python {machine['python']}",
        ", ".join(f"{name} {version}" for name, version in report["versions"].items()),
        f"signal: {report['signal']}, {report['sample_rate_hz']} Hz mono",
    ]
    if report["missing"]:
        lines.append(f"missing: {', '.join(report['missing'])}")
    console.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)


def _times(results: list[dict[str, Any]], duration: float, style: box.Box) -> Table:
    table = Table(title=f"{duration:g} s", box=style, title_justify="left")
    table.add_column("kernel")
    table.add_column("library")
    table.add_column("ms", justify="right")
    table.add_column("takes", justify="right")
    table.add_column("difference from librosa")
    for result in results:
        if result["duration_s"] != duration:
            continue
        ours = result["median_s"][_OURS]
        for name, seconds in result["median_s"].items():
            differences = result["differences"].get(name)
            table.add_row(
                result["kernel"] if name == _OURS else "",
                name,
                f"{1e3 * seconds:.3g}" if seconds < 1 else f"{1e3 * seconds:.0f}",
                "" if name == _OURS else f"{seconds / ours:.3g} ×",
                describe(differences) if differences else "",
                style="bold" if name == _OURS else "",
                end_section=style is not box.MARKDOWN and name == list(result["median_s"])[-1],
            )
    return table


def _first_calls(report: dict[str, dict[str, float]], style: box.Box) -> Table:
    libraries = list(next(iter(report.values())))
    table = Table(
        title="import and first result of 1 s in a fresh process, ms",
        box=style,
        title_justify="left",
    )
    table.add_column("kernel")
    for library in libraries:
        table.add_column(library, justify="right")
    for kernel, times in report.items():
        table.add_row(kernel, *(f"{1e3 * times[library]:.0f}" for library in libraries))
    return table


def _overhead(report: dict[str, float], style: box.Box) -> Table:
    table = Table(
        title="call from Python beyond the C call, 2048 samples", box=style, title_justify="left"
    )
    table.add_column("kernel")
    table.add_column("µs", justify="right")
    for kernel, microseconds in report.items():
        table.add_row(kernel, f"{microseconds:.1f}")
    return table
