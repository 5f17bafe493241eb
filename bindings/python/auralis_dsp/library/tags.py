"""Title, artist and album, by mutagen or tinytag if one is installed."""

from __future__ import annotations

from typing import IO, Any

FIELDS = ("title", "artist", "album")


def read_tags(source: Any) -> dict[str, str]:
    """The tags of a file; broken or missing ones are left out, never an error."""
    try:
        found = _mutagen(source)
    except ImportError:
        try:
            found = _tinytag(source)
        except Exception:
            return {}
    except Exception:  # tag parsers meet every kind of broken file
        return {}
    return {name: str(found[name]) for name in FIELDS if found.get(name)}


def _mutagen(source: str | IO[bytes]) -> dict[str, Any]:
    import mutagen

    tags = mutagen.File(source, easy=True)
    if not tags:
        return {}
    return {name: (tags.get(name) or [None])[0] for name in FIELDS if _has(tags, name)}


def _has(tags: Any, name: str) -> bool:
    try:
        return name in tags
    except (KeyError, ValueError):
        return False


def _tinytag(source: str | IO[bytes]) -> dict[str, Any]:
    from tinytag import TinyTag

    tag = TinyTag.get(source) if isinstance(source, str) else TinyTag.get(file_obj=source)
    return {name: getattr(tag, name) for name in FIELDS}
