"""Docstrings tell every parameter, and their examples run as written."""

from __future__ import annotations

import doctest
import inspect
import re

import numpy as np
import pytest

import auralis_dsp
import auralis_dsp.analysis

#: Everything public that is called, functions and methods: name and object.
CALLED = {
    name: getattr(auralis_dsp, name)
    for name in auralis_dsp.__all__
    if inspect.isfunction(getattr(auralis_dsp, name)) or name.endswith("Stream")
}
CALLED["dimensions"] = auralis_dsp.dimensions.__wrapped__
for name in ("HarmonicAnalyzer", "AdaptiveTargetGenerator"):
    CALLED[name] = getattr(auralis_dsp.analysis, name)
METHODS = {
    f"{name}.{method}": getattr(kind, method)
    for name, kind in CALLED.items()
    if inspect.isclass(kind)
    for method in ("push", "finish", "analyze", "generate")
    if hasattr(kind, method)
}


def sections(docstring: str) -> dict[str, str]:
    """The sections of a docstring in numpydoc by their headings."""
    parts = re.split(r"^(\w[\w ]*)\n-+$", inspect.cleandoc(docstring), flags=re.M)
    return dict(zip(["", *parts[1::2]], parts[0::2], strict=True))


def documented(docstring: str) -> list[str]:
    """The names under Parameters, in their order."""
    text = sections(docstring).get("Parameters", "")
    lines = [line for line in text.splitlines() if line and not line.startswith(" ")]
    names = [name for line in lines for name in re.split(r", *", line.partition(" : ")[0])]
    return [name.lstrip("*") for name in names]


@pytest.mark.parametrize("name", [*CALLED, *METHODS])
def test_every_parameter_is_told(name: str) -> None:
    called = (CALLED | METHODS)[name]
    parameters = [p for p in inspect.signature(called).parameters if p != "self"]
    assert sorted(documented(called.__doc__)) == sorted(parameters)


@pytest.mark.parametrize("name", CALLED)
def test_every_section_is_there(name: str) -> None:
    called = CALLED[name]
    found = sections(called.__doc__)
    wanted = {"See Also", "Examples"}
    if inspect.signature(called).parameters:
        wanted |= {"Parameters", "Raises"}
    if inspect.isfunction(called):
        wanted |= {"Returns"}
    assert wanted <= found.keys()
    for other in re.findall(r"^([\w, .]+?)(?: :|$)", found["See Also"], flags=re.M):
        for word in re.split(r", *", other):
            assert hasattr(auralis_dsp, word), word


@pytest.mark.parametrize("name", [*CALLED, "Fingerprint", "Profile", "Settings", "Targets"])
def test_examples_run(name: str) -> None:
    called = CALLED.get(name) or getattr(auralis_dsp, name)
    space = {"np": np, "auralis_dsp": auralis_dsp, **vars(auralis_dsp.analysis)}
    (example,) = doctest.DocTestFinder(recurse=False).find(called, name, globs=space)
    assert example.examples
    assert not any(doctest.SKIP in each.options for each in example.examples)
    told: list[str] = []
    runner = doctest.DocTestRunner()
    runner.run(example, out=told.append)
    assert not runner.failures, "".join(told)
