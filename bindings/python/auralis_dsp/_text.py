"""Text for terminals."""

from __future__ import annotations

import unicodedata
from pathlib import Path


def printable(text: str | Path) -> str:
    r"""One line of a text: control characters are escaped, bytes that are no text as ``\xNN``."""
    return "".join(_escaped(character) for character in str(text))


def _escaped(character: str) -> str:
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    number = ord(character)
    if 0xDC80 <= number <= 0xDCFF:  # a byte of a name that is not UTF-8
        return f"\\x{number - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
