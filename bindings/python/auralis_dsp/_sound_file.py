"""Sound files that commands write, marked as theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._output import MARK, Output

if TYPE_CHECKING:
    import soundfile

#: Bytes beyond which the sizes of a WAV file do not fit into its header; RF64 has room.
_LARGEST_WAV = 0xFFFF0000
#: libsndfile's SFC_SET_ADD_PEAK_CHUNK, for which soundfile has no method.
_SET_ADD_PEAK_CHUNK = 0x1050
_BYTES = {"PCM_16": 2, "PCM_24": 3, "FLOAT": 4}


def create(
    output: Output, rate: int, channels: int, *, container: str, subtype: str, frames: float
) -> soundfile.SoundFile:
    """Begin a sound file in `output`; closing it completes its header.

    Parameters
    ----------
    output : Output
        Where it goes.
    rate, channels : int
        Sample rate in Hz and number of channels.
    container : {"wav", "flac"}
        Its kind.
    subtype : {"PCM_16", "PCM_24", "FLOAT"}
        How samples are stored.
    frames : float
        How many there will be at most.
    """
    import soundfile

    size = _BYTES[subtype] * channels * frames
    kind = "RF64" if container == "wav" and size > _LARGEST_WAV else container.upper()
    file = soundfile.SoundFile(output, "w", rate, channels, subtype=subtype, format=kind)
    # The chunk holds the time of day: without it the same samples make the same file.
    soundfile._snd.sf_command(file._file, _SET_ADD_PEAK_CHUNK, soundfile._ffi.NULL, 0)
    file.software = MARK.decode()
    return file
