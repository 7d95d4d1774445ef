"""Two stores held against each other by their digests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archiver.errors import UsageError
from archiver.steps.stores.comparing import Likeness, compare_stores
from tests.storage.stores.handmade import make_object, make_root

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO, THREE = ({"f": b"1"}, {"f": b"1", "g": b"2"}, {"f": b"3", "h": b"2"})


def likenesses(a: Path, b: Path) -> dict[str, Likeness]:
    return {one.identifier: one.likeness for one in compare_stores(str(a), str(b))}


def test_each_kind_is_told(tmp_path: Path) -> None:
    a, b = make_root(tmp_path / "a"), make_root(tmp_path / "b")
    make_object(a / "same", "same", ONE, TWO)
    make_object(b / "elsewhere" / "same", "same", ONE, TWO)
    make_object(a / "mine", "mine", ONE)
    make_object(b / "theirs", "theirs", ONE)
    make_object(a / "old", "old", ONE)
    make_object(b / "old", "old", ONE, TWO)
    make_object(a / "new", "new", ONE, TWO)
    make_object(b / "new", "new", ONE)
    make_object(a / "differing", "differing", TWO)
    make_object(b / "differing", "differing", THREE)
    make_object(a / "digests", "digests", ONE)
    make_object(b / "digests", "digests", ONE, algorithm="sha256")
    assert likenesses(a, b) == {
        "same": Likeness.SAME,
        "mine": Likeness.ONLY_A,
        "theirs": Likeness.ONLY_B,
        "old": Likeness.A_OLDER,
        "new": Likeness.B_OLDER,
        "differing": Likeness.DIFFERING,
        "digests": Likeness.NOT_COMPARED,
    }
    (differing,) = [one for one in compare_stores(str(a), str(b)) if one.likeness is Likeness.DIFFERING]
    assert differing.files == ("f", "g", "h")


def test_content_is_not_read(tmp_path: Path) -> None:
    a, b = make_root(tmp_path / "a"), make_root(tmp_path / "b")
    for root in (a, b):
        make_object(root / "one", "one", ONE)
    (a / "one" / "v1" / "content" / "f").unlink()
    assert likenesses(a, b) == {"one": Likeness.SAME}


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    a, b = make_root(tmp_path / "a"), make_root(tmp_path / "b")
    make_object(a / "one", "one", ONE)
    make_object(b / "one", "one", ONE)
    (a / "one" / "inventory.json").unlink()
    unread, only = compare_stores(str(a), str(b))
    assert unread.likeness is Likeness.NOT_COMPARED
    assert unread.findings
    assert only.likeness is Likeness.ONLY_B


def test_a_folder_that_is_no_store_is_refused(tmp_path: Path) -> None:
    a = make_root(tmp_path / "a")
    with pytest.raises(UsageError):
        list(compare_stores(str(a), str(tmp_path)))
