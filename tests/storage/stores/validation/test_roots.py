"""Storage roots are walked, and what is no object above their objects is named."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from archiver.storage.stores.reading import StoreReader
from archiver.storage.stores.tree import open_tree
from archiver.storage.stores.validation.many import validate_object
from archiver.storage.stores.validation.roots import RootValidation
from tests.storage.stores.handmade import make_object, make_root

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.model import Finding

    Break = Callable[[Path], object]

LAYOUT = {"extensionName": "0002-flat-direct-storage-layout"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = make_root(tmp_path / "store")
    make_object(root / "a" / "b" / "one", "urn:x:1", {"f": b"1"})
    make_object(root / "a" / "c" / "two", "urn:x:2", {"f": b"2"})
    return root


def validate(root: Path) -> tuple[list[str], tuple[Finding, ...]]:
    tree = open_tree(str(root))
    validation = RootValidation(StoreReader(tree))
    paths = []
    for path in validation.object_paths():
        paths.append(path)
        validation.take(validate_object(tree, path))
    return paths, validation.findings()


def rules(findings: tuple[Finding, ...]) -> set[str]:
    return {rule for one in findings for rule in re.findall(r"[EW]\d{3}", one.message.rpartition("(OCFL ")[2])}


def put(file: Path, content: bytes = b"x") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def test_a_good_root(root: Path) -> None:
    put(root / "README.txt")  # what a validator does not understand in the root itself, it ignores (E087)
    assert validate(root) == (["a/b/one", "a/c/two"], ())


BROKEN: list[tuple[str, Break]] = [
    ("E069", lambda r: (r / "0=ocfl_1.1").unlink()),
    ("E076", lambda r: put(r / "0=ocfl_1.0", b"ocfl_1.0\n")),
    ("E079", lambda r: (r / "0=ocfl_1.1").rename(r / "0=ocfl_9")),
    ("E080", lambda r: put(r / "0=ocfl_1.1", b"ocfl_1.0\n")),
    ("E070", lambda r: put(r / "ocfl_layout.json", b"{")),
    ("E070", lambda r: put(r / "ocfl_layout.json", b"[]")),
    ("E070", lambda r: put(r / "ocfl_layout.json", b'{"extension": "0002-flat-direct-storage-layout"}')),
    ("E071", lambda r: put(r / "ocfl_layout.json", b'{"extension": "mine", "description": "x"}')),
    ("E072", lambda r: put(r / "a" / "stray")),
    ("E073", lambda r: (r / "a" / "empty").mkdir()),
    ("E073", lambda r: (r / "empty").mkdir()),
    ("E088", lambda r: put(r / "0=ocfl_object_1.1")),
    ("E090", lambda r: (r / "a" / "link").symlink_to("b")),
    ("E090", lambda r: (r / "link").symlink_to("/etc")),
    ("E090", lambda r: os.mkfifo(r / "a" / "pipe")),
    ("E112", lambda r: put(r / "extensions" / "stray")),
    ("W016", lambda r: put(r / "extensions" / "mine" / "config.json")),
    ("E037", lambda r: make_object(r / "z" / "copy", "urn:x:1", {"f": b"1"})),
    ("W015", lambda r: make_object(r / "top", "urn:x:3", {"f": b"1"})),
]


@pytest.mark.parametrize(("rule", "damage"), BROKEN)
def test_each_rule_is_seen(root: Path, rule: str, damage: Break) -> None:
    damage(root)
    _, findings = validate(root)
    assert rule in rules(findings), findings


def test_an_object_that_lost_its_declaration_is_not_passed_over(root: Path) -> None:
    (root / "a" / "b" / "one" / "0=ocfl_object_1.1").unlink()
    paths, findings = validate(root)
    assert (paths, findings) == (["a/b/one", "a/c/two"], ())


def test_an_object_newer_than_its_root(tmp_path: Path) -> None:
    root = make_root(tmp_path / "store", ocfl="1.0")
    make_object(root / "o", "urn:x:1", {"f": b"1"})
    assert rules(validate(root)[1]) == {"E081"}


def test_an_object_where_its_layout_would_not_put_it(tmp_path: Path) -> None:
    root = make_root(tmp_path / "store", LAYOUT)
    make_object(root / "urn:x:1", "urn:x:1", {"f": b"1"})
    assert rules(validate(root)[1]) == set()
    make_object(root / "else", "urn:x:2", {"f": b"1"})
    assert rules(validate(root)[1]) == {"W014"}


def test_a_root_that_is_not_there(tmp_path: Path) -> None:
    paths, findings = validate(tmp_path / "none")
    assert (paths, [one.code for one in findings]) == ([], ["ocfl-root-unreadable"])


def test_folders_without_end_do_no_harm(root: Path) -> None:
    (root / "/".join(["d"] * 120)).mkdir(parents=True)
    _, findings = validate(root)
    assert [one.code for one in findings] == ["ocfl-root-unreadable"]
