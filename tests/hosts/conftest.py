"""What the tests of hosts share."""

from __future__ import annotations

import pytest
from staging import Stage, make


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The library, installed."""
    prefix = tmp_path_factory.mktemp("stage") / "prefix"
    make("install", f"PREFIX={prefix}")
    return Stage(prefix)
