"""``archiver store list``, ``show`` and ``diff`` as a user meets them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from tests.storage.stores.handmade import make_object, make_root

if TYPE_CHECKING:
    from pathlib import Path

    from tests.judges.seaweedfs import ObjectStore
    from tests.stories.commands import Archiver

FIRST = {"bagit.txt": b"a bag", "data/a.txt": b"one", "data/b.txt": b"two"}
SECOND = {"bagit.txt": b"a bag", "data/a.txt": b"one!", "data/c/b.txt": b"two", "data/new": b""}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    root = make_root(tmp_path / "store")
    make_object(root / "ab" / "two", "urn:x:two", FIRST, SECOND)
    make_object(root / "aa" / "one", "urn:x:one", FIRST)
    return root


def test_list(archiver: Archiver, store: Path) -> None:
    ended = archiver("store", "list", cwd=store.parent)
    assert ended.status == 0, ended.stderr
    assert ended.stdout.splitlines() == [
        "urn:x:one  v1, 3 files, 11 bytes",
        "urn:x:two  v2, 4 files, 15 bytes",
        "",
        "2 objects, 26 bytes.",
    ]
    one, two = archiver("store", "list", "--json", "--store", str(store), cwd=store.parent).objects
    assert (one["identifier"], two["identifier"]) == ("urn:x:one", "urn:x:two")
    assert two == {
        "identifier": "urn:x:two",
        "title": None,
        "path": "ab/two",
        "head": "v2",
        "versions": 2,
        "files": 4,
        "bytes": 15,
        "created": "2026-01-01T12:00:00Z",
        "updated": "2026-01-02T12:00:00Z",
        "findings": [],
    }


def test_titles_come_from_the_catalogue_where_there_is_one(archiver: Archiver, store: Path) -> None:
    described = {
        **FIRST,
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "data/metadata/descriptive/package.dc.xml": (
            b'<dcterms xmlns:dcterms="http://purl.org/dc/terms/"><dcterms:title>Letters</dcterms:title></dcterms>'
        ),
    }
    make_object(store / "zz" / "described", "urn:x:described", described)
    assert archiver("store", "index", cwd=store.parent).status == 0
    records = {path: path.read_bytes() for path in (store.parent / "store.archiver").rglob("*") if path.is_file()}
    titles = {one["identifier"]: one["title"] for one in archiver("store", "list", "--json", cwd=store.parent).objects}
    assert titles["urn:x:described"] == "Letters"
    assert "Letters" in archiver("store", "list", cwd=store.parent).stdout
    assert {path: path.read_bytes() for path in records} == records
    (store.parent / "store.archiver" / "catalogue.sqlite").write_bytes(b"damaged")
    ended = archiver("store", "list", "--json", cwd=store.parent)
    assert (ended.status, [one["title"] for one in ended.objects]) == (0, [None, None, None])


def test_an_object_that_cannot_be_read_is_listed_with_its_reason(archiver: Archiver, store: Path) -> None:
    (store / "aa" / "one" / "inventory.json").write_text("{")
    ended = archiver("store", "list", cwd=store.parent)
    assert ended.status == 1
    assert ended.stdout.splitlines()[0] == "unreadable  aa/one"
    assert "ocfl-inventory-unreadable" in ended.stderr
    one, two = archiver("store", "list", "--json", cwd=store.parent).objects
    assert (one["identifier"], one["path"], two["findings"]) == (None, "aa/one", [])
    assert [finding["code"] for finding in one["findings"]] == ["ocfl-inventory-unreadable"]


@pytest.mark.parametrize("words", [["list"], ["show", "urn:x:one"], ["diff", "urn:x:one"]])
def test_there_is_no_store(archiver: Archiver, tmp_path: Path, words: list[str]) -> None:
    ended = archiver("store", *words, cwd=tmp_path)
    assert (ended.status, ended.stdout) == (2, "")
    assert "there is no store at store" in ended.stderr


def test_show(archiver: Archiver, store: Path) -> None:
    ended = archiver("store", "show", "urn:x:two", cwd=store.parent)
    assert ended.status == 0, ended.stderr
    empty = hashlib.sha512(b"").hexdigest()
    assert ended.stdout.splitlines() == [
        "urn:x:two",
        "OCFL 1.1, sha512, in ab/two",
        "",
        "Versions:",
        "  v1  2026-01-01T12:00:00Z  Ann <mailto:ann@example.org>  version 1",
        "  v2  2026-01-02T12:00:00Z  Ann <mailto:ann@example.org>  version 2",
        "",
        "4 files of v2, 12 bytes:",
        f"  {hashlib.sha512(b'a bag').hexdigest()[:16]}     5 bytes  bagit.txt",
        f"  {hashlib.sha512(b'one!').hexdigest()[:16]}     4 bytes  data/a.txt",
        f"  {hashlib.sha512(b'two').hexdigest()[:16]}     3 bytes  data/c/b.txt",
        f"  {empty[:16]}     0 bytes  data/new",
    ]
    (shown,) = archiver("store", "show", "urn:x:two", "--version", "1", "--json", cwd=store.parent).objects
    assert (shown["version"], shown["head"], len(shown["versions"])) == ("v1", "v2", 2)
    assert shown["versions"][0]["user_name"] == "Ann"
    assert shown["files"][1] == {
        "path": "data/a.txt",
        "content_path": "v1/content/data/a.txt",
        "bytes": 3,
        "digest": hashlib.sha512(b"one").hexdigest(),
    }


def test_show_what_is_not_there(archiver: Archiver, store: Path) -> None:
    ended = archiver("store", "show", "urn:x:none", cwd=store.parent)
    assert ended.status == 2
    assert "has no object" in ended.stderr
    ended = archiver("store", "show", "urn:x:one", "--version", "v7", cwd=store.parent)
    assert ended.status == 2
    assert "has no version v7: it has v1" in ended.stderr


def test_an_object_by_its_folder(archiver: Archiver, store: Path) -> None:
    (shown,) = archiver("store", "show", str(store / "ab" / "two"), "--json", cwd=store / "aa").objects
    assert (shown["identifier"], shown["path"]) == ("urn:x:two", "")


def test_diff_of_versions(archiver: Archiver, store: Path) -> None:
    ended = archiver("store", "diff", "urn:x:two", cwd=store.parent)
    assert ended.status == 0, ended.stderr
    assert ended.stdout.splitlines() == [
        "urn:x:two: from v1 to v2",
        "  added    data/new",
        "  changed  data/a.txt",
        "  renamed  data/b.txt -> data/c/b.txt",
        "1 file added, 1 file changed, 1 file renamed.",
    ]
    (back,) = archiver("store", "diff", "urn:x:two", "v2", "v1", "--json", cwd=store.parent).objects
    assert back == {
        "identifier": "urn:x:two",
        "from": "v2",
        "to": "v1",
        "same": False,
        "added": [],
        "removed": ["data/new"],
        "changed": ["data/a.txt"],
        "renamed": [{"from": "data/c/b.txt", "to": "data/b.txt"}],
    }
    ended = archiver("store", "diff", "urn:x:one", cwd=store.parent)
    assert ended.status == 2
    assert "no version before v1" in ended.stderr


def test_diff_with_a_bag(archiver: Archiver, store: Path) -> None:
    bag = store.parent / "bag"
    for path, content in SECOND.items():
        (bag / path).parent.mkdir(parents=True, exist_ok=True)
        (bag / path).write_bytes(content)
    same = archiver("store", "diff", "urn:x:two", "bag", cwd=store.parent)
    assert same.stdout.splitlines() == ["urn:x:two: from bag to v2", "No difference."]
    (bag / "data" / "more").write_bytes(b"more")
    (found,) = archiver("store", "diff", "urn:x:two", "v2", "bag", "--json", cwd=store.parent).objects
    assert (found["added"], found["removed"], found["changed"]) == (["data/more"], [], [])
    (bag / "link").symlink_to("data")
    refused = archiver("store", "diff", "urn:x:two", "bag", cwd=store.parent)
    assert refused.status == 2
    assert "bag/link is neither a file nor a folder" in refused.stderr


def test_names_of_strangers_are_escaped(archiver: Archiver, tmp_path: Path) -> None:
    root = make_root(tmp_path / "store")
    make_object(root / "o", "urn:x:\x1b[31m", {"\u202e.txt": b"1"}, {"b\x07": b"1"})
    for words in (["list"], ["show", "urn:x:\x1b[31m"], ["diff", "urn:x:\x1b[31m"], ["validate"]):
        ended = archiver("store", *words, cwd=tmp_path)
        assert ended.status == 0, ended.stderr
        assert "\\x1b[31m" in ended.stdout
        assert not {"\x1b", "\u202e", "\x07"} & set(ended.stdout + ended.stderr)


def test_an_object_store(archiver: Archiver, store: Path, object_store: ObjectStore, tmp_path: Path) -> None:
    url = object_store.upload(store)
    (tmp_path / "archiver.toml").write_text(object_store.configuration)
    here = archiver("store", "list", "--json", cwd=tmp_path).stdout
    there = archiver("store", "list", "--json", "--store", url, cwd=tmp_path)
    assert (there.status, there.stdout) == (0, here), there.stderr
    (shown,) = archiver("store", "show", "urn:x:two", "--store", url, "--json", cwd=tmp_path).objects
    assert shown["head"] == "v2"
