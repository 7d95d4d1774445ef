"""Where bagit-python 1.9.0 and this reader disagree, one case each, and who is right by RFC 8493.

A case that no longer differs fails: then the other program was mended, and is to be asked about such bags again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archiver.standards.bagit import BAGIT_TXT
from archiver.storage.bag_reader import verify_bag
from archiver.storage.second_opinion import is_judge_right
from tests.storage.tampered_bags import Files, as_folder, manifest

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST = "manifest-sha256.txt"


def bag_of(payload: Mapping[str, bytes], **others: bytes) -> Files:
    """Return a BagIt 1.0 bag; ``others`` are tag files, ``__`` for a dot and ``_`` for a hyphen in their names."""
    named = {name.replace("__", ".").replace("_", "-"): data for name, data in others.items()}
    return {**payload, "bagit.txt": BAGIT_TXT, MANIFEST: manifest(dict(payload), "sha256"), **named}


def theirs(bag: Path) -> bool | str:
    """Return what bagit-python says: valid, invalid, or the name of the exception that it lets through."""
    import bagit  # noqa: PLC0415 - loads multiprocessing

    try:
        bagit.Bag(str(bag)).validate()
    except bagit.BagError:
        return False
    except Exception as error:  # noqa: BLE001 - it raises what it likes
        return type(error).__name__
    return True


A, B = {"data/a": b"a"}, {"data/b": b"b"}
NAMES = {
    "a percent sign": "data/50%",
    "a percent sign and digits": "data/%25",
    "U+2028": "data/a\u2028b",
    "U+0085": "data/a\x85b",
    "VT": "data/a\x0bb",
    "FS": "data/a\x1cb",
    "a space at its end": "data/a ",
    "a no-break space at its end": "data/a\u00a0",
}
REFUSED = {
    "manifests that list different files": bag_of({**A, **B}, manifest_md5__txt=manifest(A, "md5")),
    "a manifest of an algorithm nobody knows": bag_of(A, manifest_whirlpool99__txt=b"ab  data/a\n"),
    "a line that is none": {**bag_of(A), MANIFEST: manifest(A, "sha256") + b"garbage\n"},
    "two sizes of the payload": bag_of(A, bag_info__txt=b"Payload-Oxum: 1.1\nPayload-Oxum: 9.9\n"),
    "bytes that are no UTF-8": bag_of(A, bag_info__txt=b"Contact-Name: \xff\n"),
    "a byte-order mark in bag-info.txt": bag_of(A, bag_info__txt=b"\xef\xbb\xbfContact-Name: A\n"),
    "a payload manifest that lists a tag file": {
        **bag_of(A),
        MANIFEST: manifest({**A, "bagit.txt": BAGIT_TXT}, "sha256"),
    },
}


@pytest.mark.parametrize("what", NAMES)
def test_names_that_it_cannot_read_back(tmp_path: Path, what: str) -> None:
    bag = as_folder(bag_of({NAMES[what]: b"x"}), tmp_path)
    assert verify_bag(bag).valid is True
    assert theirs(bag) is not True, "it was mended: ask it again"
    assert not is_judge_right([NAMES[what]])


@pytest.mark.parametrize("what", REFUSED)
def test_bags_that_it_takes_or_fails_on(tmp_path: Path, what: str) -> None:
    bag = as_folder(REFUSED[what], tmp_path)
    assert verify_bag(bag).valid is False
    assert theirs(bag) is not False, "it was mended"


def test_a_path_into_a_folder_beside_the_bag(tmp_path: Path) -> None:
    """It compares paths letter by letter, so that ``bag-evil`` lies in ``bag``."""
    (tmp_path / "bag-evil").mkdir()
    (tmp_path / "bag-evil" / "x").write_bytes(b"x")
    files = bag_of(A)
    files[MANIFEST] += manifest({"data/y": b"x"}, "sha256").replace(b"data/y", b"data/../../bag-evil/x")
    bag = as_folder(files, tmp_path)
    assert [finding.code for finding in verify_bag(bag).findings if finding.severity == "error"] == ["bag-path-unsafe"]
    assert theirs(bag) is not False


def test_a_link_from_one_file_of_the_payload_to_another(tmp_path: Path) -> None:
    """It reads what the link points at, as long as that lies in the bag."""
    bag = as_folder(bag_of({"data/a": b"a", "data/b": b"a"}), tmp_path)
    (bag / "data" / "b").unlink()
    (bag / "data" / "b").symlink_to("a")
    assert "bag-symbolic-link" in {finding.code for finding in verify_bag(bag).findings}
    assert theirs(bag) is True, "it was mended"
