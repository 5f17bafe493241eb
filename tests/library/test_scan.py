"""Walking folders and URLs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from auralis_dsp.library.scan import scan
from auralis_dsp.library.schema import key_text


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"bytes")
    return path


def names(*sources: object) -> list[str]:
    return [os.path.basename(track.path) for track in scan(map(str, sources))]


def test_folders_are_walked_in_order_and_only_audio_is_named(tmp_path):
    for name in ("b/2.FLAC", "b/1.mp3", "a/x.ogg", "z.wav", "b/cover.jpg", "notes.txt"):
        touch(tmp_path / name)
    assert names(tmp_path) == ["z.wav", "x.ogg", "1.mp3", "2.FLAC"]


def test_size_and_time_are_those_of_the_file(tmp_path):
    file = touch(tmp_path / "a.wav")
    os.utime(file, ns=(0, 1_234_567_890_123_456_789))
    (track,) = scan([str(tmp_path)])
    assert track[:4] == (str(file), 5, 1_234_567_890_123_456_789, None)


def test_a_file_named_directly_needs_no_suffix(tmp_path):
    assert names(touch(tmp_path / "recording")) == ["recording"]


def test_a_source_inside_another_adds_nothing(tmp_path):
    touch(tmp_path / "a/b/c.wav")
    touch(tmp_path / "a b/d.wav")
    assert names(tmp_path, tmp_path / "a", tmp_path / "a/b/c.wav", tmp_path) == ["c.wav", "d.wav"]


def test_symbolic_links_that_loop_end(tmp_path):
    touch(tmp_path / "music/a.wav")
    (tmp_path / "music/loop").symlink_to(tmp_path)
    (tmp_path / "music/self.wav").symlink_to("self.wav")
    tracks = {os.path.basename(track.path): track for track in scan([str(tmp_path)])}
    assert set(tracks) == {"a.wav", "self.wav"}
    assert "symbolic links" in tracks["self.wav"].problem


def test_a_linked_folder_is_walked_once_under_its_real_name(tmp_path):
    touch(tmp_path / "music/z/a.wav")
    (tmp_path / "music/early").symlink_to(tmp_path / "music/z")
    touch(tmp_path / "elsewhere/b.wav")
    (tmp_path / "music/link1").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "music/link2").symlink_to(tmp_path / "elsewhere")
    paths = [track.path for track in scan([str(tmp_path / "music")])]
    assert paths == [str(tmp_path / "music/z/a.wav"), str(tmp_path / "music/link1/b.wav")]


def test_what_is_no_regular_file_is_named_with_its_problem(tmp_path):
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "gone.wav").symlink_to("nowhere.wav")
    problems = {os.path.basename(t.path): t.problem for t in scan([str(tmp_path)])}
    assert problems == {"pipe.wav": "not a regular file", "gone.wav": "No such file or directory"}


def test_names_in_every_script_and_in_no_encoding(tmp_path):
    touch(tmp_path / "Żółć – 音楽 🎵.wav")
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/latin-\xe9.wav"))).write_bytes(b"x")
    keys = [os.path.basename(key_text(track.path)) for track in scan([str(tmp_path)])]
    assert sorted(keys) == ["latin-\\xe9.wav", "Żółć – 音楽 🎵.wav"]


def test_a_missing_source_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no such file or folder: .*missing"):
        list(scan([str(tmp_path / "missing")]))
    with pytest.raises(FileNotFoundError, match="memory://missing"):
        list(scan(["memory://missing"]))


def test_urls_are_walked_through_fsspec():
    files = fsspec.filesystem("memory")
    files.pipe({"/scanned/a/1.flac": b"12345", "/scanned/a/x.png": b"", "/scanned/2.mp3": b"1"})
    tracks = list(scan(["memory://scanned"]))
    assert [track.path for track in tracks] == [
        files.unstrip_protocol("/scanned/2.mp3"),
        files.unstrip_protocol("/scanned/a/1.flac"),
    ]
    assert tracks[1].size == 5
    assert tracks[1].mtime_ns > 10**18
    assert list(scan([tracks[1].path])) == tracks[1:]


class Bucket(MemoryFileSystem):
    """A store as object stores are: it keeps listings unless told not to, and denies some."""

    protocol = "bucket"
    listings: ClassVar[list[object]] = []

    @classmethod
    def _strip_protocol(cls, path):
        return "/" + path.removeprefix("bucket://").strip("/")

    def ls(self, path, detail=True, **options):
        if path.endswith("denied"):
            raise PermissionError("Access Denied")
        entries = super().ls(path, detail, **options)
        marker = {"name": self._strip_protocol(path) + "/", "size": 0, "type": "directory"}
        self.dircache[path] = entries
        self.listings.append(self.dircache)
        return [marker, *entries]


def test_a_bucket_is_never_held_whole_and_what_it_denies_is_told():
    fsspec.register_implementation("bucket", Bucket, clobber=True)
    names = ("/top/a/1.flac", "/top/denied/2.flac", "/top/z/deep/3.flac", "/top/z/0.flac")
    fsspec.filesystem("memory").pipe(dict.fromkeys(names, b"1"))
    tracks = list(scan(["bucket://top"]))
    assert [(track.path, track.problem) for track in tracks] == [
        ("bucket:///top/a/1.flac", None),
        ("bucket:///top/denied", "folder cannot be read: Access Denied"),
        ("bucket:///top/z/0.flac", None),
        ("bucket:///top/z/deep/3.flac", None),
    ]
    assert Bucket.listings and not any(len(cache) for cache in Bucket.listings)
