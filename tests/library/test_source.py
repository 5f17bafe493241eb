"""Hashing the bytes of a track."""

from __future__ import annotations

import hashlib
import io

from hypothesis import given
from hypothesis import strategies as st

from auralis_dsp.library.source import HashingFile, hash_file

JUMPS = st.lists(st.tuples(st.integers(0, 3000), st.integers(-1, 700)), max_size=20)


def blake(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def test_a_file_is_hashed_whole():
    data = bytes(range(256)) * 9000
    assert hash_file(io.BytesIO(data)) == blake(data)


@given(st.binary(max_size=3000), JUMPS)
def test_the_hash_does_not_depend_on_how_a_decoder_jumps(data, jumps):
    file = HashingFile(io.BytesIO(data))
    for offset, size in jumps:
        file.seek(offset)
        assert file.read(size) == (data[offset:] if size < 0 else data[offset : offset + size])
    assert file.hexdigest() == blake(data)


def test_bytes_read_in_order_are_not_read_again():
    class Counting(io.BytesIO):
        taken = 0

        def read(self, size=-1):
            data = super().read(size)
            self.taken += len(data)
            return data

    data = bytes(100_000)
    inner = Counting(data)
    file = HashingFile(inner)
    file.seek(-128, io.SEEK_END)
    file.read()  # an ID3v1 tag
    file.seek(0)
    buffer = bytearray(4096)
    while file.readinto(buffer):
        pass
    assert file.hexdigest() == blake(data)
    assert inner.taken == len(data) + 128
