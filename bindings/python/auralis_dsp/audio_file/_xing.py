"""The number of frames that the first frame of an MP3 file promises (the Xing or Info header)."""

from __future__ import annotations

import struct
from typing import Any

#: MPEG frames of silence that encoders add, in front and behind together, at most.
_ADDED = 4


def promised_frames(file: Any) -> int | None:
    """Samples per channel, or None if the file does not begin with such a header."""
    file.seek(0)
    frame = file.read(200)
    # 11 bits of synchronisation, then version, layer 3.
    if len(frame) < 60 or frame[0] != 0xFF or frame[1] & 0xE6 != 0xE2:
        return None
    version_1, mono = frame[1] & 0x18 == 0x18, frame[3] >> 6 == 3
    side = (17 if mono else 32) if version_1 else (9 if mono else 17)
    tag = frame[4 + side :]
    if tag[:4] not in (b"Xing", b"Info") or not tag[7] & 1:
        return None
    count: int = struct.unpack(">I", tag[8:12])[0]
    # Decoders take off what the encoder added in front and behind.
    return max(count - _ADDED, 0) * (1152 if version_1 else 576)
