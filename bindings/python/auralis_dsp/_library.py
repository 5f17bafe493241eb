"""The native library: found in one place, beside this package.

``AURALIS_DSP_LIBRARY``, if set, is the path of another build of it that is loaded instead. A
library that cannot be loaded does not break the import: its first use raises, with the reason.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from pathlib import Path
from typing import Any

from ._errors import AuralisError

_BESIDE = Path(__file__).parent / "_native"


class _Missing:
    """Stands where the library would be, and tells why it is not there."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def __getattr__(self, name: str) -> Any:
        return self()

    def __call__(self, *_: Any) -> Any:
        raise AuralisError(f"the native library could not be loaded: {self._reason}")


def _load() -> tuple[Any, Any]:
    path = os.environ.get("AURALIS_DSP_LIBRARY")
    try:
        if not path:
            native = importlib.import_module("._native", __package__)
            return native.ffi, native.lib
        # The declarations alone: the library beside them stays unloaded.
        spec = importlib.util.spec_from_file_location(f"{__package__}._ffi", _BESIDE / "ffi.py")
        assert spec is not None and spec.loader is not None
        declarations = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(declarations)
        return declarations.ffi, declarations.ffi.dlopen(path)
    except (ImportError, OSError) as error:
        missing = _Missing(str(error))
        return missing, missing


ffi, lib = _load()
#: Whether the native library is there.
AVAILABLE = not isinstance(lib, _Missing)


def check(status: int) -> None:
    """Raise what the last call on this thread reported."""
    if status:
        raise AuralisError(_last_error() or _text(lib.auralis_status_message(status)), status)


def version() -> str:
    """Version of the native library that is loaded."""
    return _text(lib.auralis_version())


def _last_error() -> str:
    message = ffi.new("char[]", 1024)
    lib.auralis_last_error(message, len(message))
    return _text(message)


def _text(pointer: Any) -> str:
    text: str = ffi.string(pointer).decode("utf-8", "replace")
    return text
