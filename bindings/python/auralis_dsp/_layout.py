"""Where the loudspeakers of the channels stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ._arguments import count, shown
from ._errors import AuralisError
from ._kernel import Field

#: A name, the names of the loudspeakers, or the channel mask of WAVE files.
Layout = str | int | Iterable[str]

#: The loudspeakers of WAVE files, from the lowest bit of the channel mask up.
SPEAKERS = (
    *("FL", "FR", "FC", "LFE", "BL", "BR", "FLC", "FRC", "BC", "SL", "SR"),
    *("TC", "TFL", "TFC", "TFR", "TBL", "TBC", "TBR"),
)
_LAYOUTS = {
    "mono": 0x4,
    "stereo": 0x3,
    "2.1": 0xB,
    "3.0": 0x7,
    "quad": 0x33,
    "5.0": 0x37,
    "5.1": 0x3F,
    "6.1": 0x70F,
    "7.1": 0x63F,
}


def _mask(name: str, value: Any) -> int:
    if not isinstance(value, str) and isinstance(value, Iterable):
        return _of_speakers(name, list(value))
    if not isinstance(value, str):
        return count(name, value)
    if value not in _LAYOUTS:
        allowed = (
            f"{', '.join(map(repr, _LAYOUTS))}, names of loudspeakers, a channel mask, or None"
        )
        raise AuralisError(f"{name} is {shown(value)}; allowed: {allowed}")
    return _LAYOUTS[value]


def _of_speakers(name: str, speakers: list[Any]) -> int:
    places = [SPEAKERS.index(speaker) for speaker in speakers if speaker in SPEAKERS]
    if len(places) < len(speakers) or places != sorted(set(places)):
        allowed = f"some of {', '.join(SPEAKERS)}, in this order"
        raise AuralisError(f"{name} is {shown(speakers)}; allowed: {allowed}")
    return sum(1 << place for place in places)


#: The keyword ``layout`` of a kernel.
LAYOUT = Field(("channel_mask",), _mask, 0)
