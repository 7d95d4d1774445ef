from __future__ import annotations

import os
from pathlib import Path

import pytest

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
