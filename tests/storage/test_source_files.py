"""Reading sources: one read, no link followed, no pipe waited for."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from archiver.storage.source_files import (
    SourceChangedError,
    SourceUnreadableError,
    copy_document,
    open_below,
    read_document,
)


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (3 << 20) + 7])
def test_a_copy_is_identical_and_every_digest_is_of_what_was_copied(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    (tmp_path / "source").mkdir()
    (tmp_path / "source/a").write_bytes(content)
    counted: list[int] = []
    seen = copy_document(tmp_path / "source", "a", tmp_path / "copy", ["sha512", "md5"], counted.append)
    assert (tmp_path / "copy").read_bytes() == content
    assert seen.size == size == sum(counted)
    assert seen.digests == {"sha512": hashlib.sha512(content).hexdigest(), "md5": hashlib.md5(content).hexdigest()}  # noqa: S324 - a digest asked for
    assert read_document(tmp_path / "source", "a", ["sha512", "md5"]) == seen


@pytest.mark.parametrize("place", ["the file", "a folder on the way"])
def test_no_symbolic_link_below_the_source_is_followed(tmp_path: Path, place: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    source = tmp_path / "source"
    source.mkdir()
    if place == "the file":
        (source / "secret").symlink_to(outside / "secret")
        path = "secret"
    else:
        (source / "folder").symlink_to(outside)
        path = "folder/secret"
    with pytest.raises(SourceUnreadableError):
        copy_document(source, path, tmp_path / "copy", ["sha512"])
    assert not (tmp_path / "copy").exists()


def test_a_pipe_put_in_a_documents_place_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceUnreadableError, match="no regular file"):
        read_document(tmp_path, "pipe", ["sha512"])


def test_a_document_written_to_meanwhile_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"x" * (2 << 20))

    def grow(_count: int) -> None:
        with (tmp_path / "log").open("ab") as log:
            log.write(b"more")

    with pytest.raises(SourceChangedError):
        read_document(tmp_path, "log", ["sha512"], grow)


def test_the_source_may_be_reached_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/a").write_bytes(b"a")
    (tmp_path / "way").symlink_to(tmp_path / "real")
    with open_below(tmp_path / "way", "a") as file:
        assert os.read(file, 10) == b"a"


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/a").write_bytes(b"a")
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counting entries
    for path in ("folder/a", "folder/none", "none/a", "folder"):
        try:
            read_document(tmp_path, path, ["sha512"])
        except SourceUnreadableError:
            continue
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208 - same
