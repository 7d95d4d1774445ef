from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.storage.bag_checks.folder import FolderBag
from archiver.storage.bag_checks.opened import _Decoder
from archiver.storage.bag_reader import verify_bag


def test_what_takes_a_files_place_after_the_walk_is_not_opened(tmp_path: Path) -> None:
    bag = tmp_path / "bag"
    (bag / "data").mkdir(parents=True)
    (bag / "data/a.txt").write_bytes(b"x")
    (tmp_path / "outside").write_bytes(b"x")
    with FolderBag(bag) as container:
        assert "data/a.txt" in container.listing().files
        (bag / "data/a.txt").unlink()
        (bag / "data/a.txt").symlink_to(tmp_path / "outside")
        with pytest.raises(OSError, match="symbolic links"):
            list(container.read("data/a.txt"))
        (bag / "data/a.txt").unlink()
        os.mkfifo(bag / "data/a.txt")
        with pytest.raises(OSError, match="no regular file"):
            list(container.read("data/a.txt"))


def test_a_folder_that_became_a_link_after_the_walk_is_not_followed(tmp_path: Path) -> None:
    bag = tmp_path / "bag"
    (bag / "data/sub/deep").mkdir(parents=True)
    (bag / "data/other").mkdir()
    for path in ("data/sub/deep/a.txt", "data/sub/deep/b.txt", "data/other/c.txt"):
        (bag / path).write_bytes(path.encode())
    with FolderBag(bag) as container:
        assert b"".join(container.read("data/sub/deep/a.txt")) == b"data/sub/deep/a.txt"
        assert b"".join(container.read("data/other/c.txt")) == b"data/other/c.txt"
        (bag / "data/sub").rename(tmp_path / "moved")
        (bag / "data/sub").symlink_to(tmp_path / "moved")
        with pytest.raises(NotADirectoryError):
            list(container.read("data/sub/deep/b.txt"))
        (bag / "data/sub").unlink()
        with pytest.raises(FileNotFoundError):
            list(container.read("data/sub/deep/b.txt"))
        (tmp_path / "moved").rename(bag / "data/sub")
        assert b"".join(container.read("data/sub/deep/b.txt")) == b"data/sub/deep/b.txt"


@settings(deadline=None)
@given(
    st.sets(
        st.lists(st.sampled_from(["a", "a.txt", "a b", "a!", "A", "\u00e9", "b"]), min_size=1, max_size=4).map(tuple)
    )
)
def test_files_come_sorted_by_their_paths(paths: set[tuple[str, ...]]) -> None:
    with TemporaryDirectory() as folder:
        made = set()
        for parts in sorted(paths):
            file = Path(folder, "data", *parts)
            if any(parent.is_file() for parent in file.parents) or file.is_dir():
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"x" * len(parts))
            made.add((file.relative_to(folder).as_posix(), len(parts)))
        with FolderBag(Path(folder)) as container:
            assert list(container.listing().files.items()) == sorted(made)


def test_the_fast_look_for_bagit_txt_comes_before_the_walk(tmp_path: Path) -> None:
    (finding,) = verify_bag(Path("/proc")).findings
    assert finding.code == "not-a-bag"
    (missing,) = verify_bag(tmp_path / "nowhere").findings
    assert missing.code == "bag-folder-unreadable"


def test_decoding_goes_on_behind_a_bad_byte_in_a_split_character() -> None:
    decoder = _Decoder("utf-8")
    assert (
        decoder.decode(b"caf\xc3") + decoder.decode(b"\xa9 \xff!") + decoder.decode(b"", final=True) == "café \ufffd!"
    )
    assert decoder.bad_byte == 6
