"""Objects are held against every rule of OCFL: what is wrong with their folders, histories and bytes is named."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
from typing import TYPE_CHECKING, Any

import pytest

from archiver.model import Severity
from archiver.storage.stores.local_tree import LocalTree
from archiver.storage.stores.tree import TreeEntry, open_tree
from archiver.storage.stores.validation.many import validate_object
from tests.storage.stores.handmade import make_object, read_inventory, write_inventories

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import FileIO
    from pathlib import Path

    from archiver.storage.stores.validation.objects import Level
    from archiver.storage.stores.validation.verdict import ObjectVerdict

    Break = Callable[[Path], object]

STATES = ({"a.txt": b"one", "b/c.txt": b"two"}, {"a.txt": b"one!", "b/c.txt": b"two", "d": b""})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_object(tmp_path / "store" / "o", "urn:x:a", *STATES)


def validate(folder: Path, level: Level = "full") -> ObjectVerdict:
    return validate_object(open_tree(str(folder)), "", level)


def rules(verdict: ObjectVerdict) -> set[str]:
    return {rule for one in verdict.findings for rule in re.findall(r"[EW]\d{3}", one.message.rpartition("(OCFL ")[2])}


def remove(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).unlink()


def changed(folder: Path, change: Callable[[dict[str, Any]], object], *places: str) -> None:
    for place in places:
        inventory = read_inventory(folder / place)
        change(inventory)
        write_inventories([folder / place], inventory)


def put(file: Path, content: bytes = b"x") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def test_a_good_object(folder: Path) -> None:
    verdict = validate(folder)
    assert verdict.findings == ()
    assert (verdict.valid, verdict.identifier, verdict.version, verdict.ocfl_version) == (
        True,
        "urn:x:a",
        "v2",
        "1.1",
    )
    assert (verdict.files, verdict.bytes) == (4, 10)
    assert validate(folder, "fast").valid is None


def first(inventory: dict[str, Any]) -> str:
    return str(next(iter(inventory["manifest"])))


def forget_first(inventory: dict[str, Any]) -> None:
    inventory["versions"]["v1"]["state"].pop(first(inventory))
    inventory["manifest"].pop(first(inventory))


BROKEN: list[tuple[str, Break]] = [
    ("E001", lambda o: put(o / "stray.txt")),
    ("E001", lambda o: (o / "stray").mkdir()),
    ("E001", lambda o: put(o / "inventory.json.md5")),
    ("E001", lambda o: put(o / "inventory.json.bak")),
    ("E003", lambda o: (o / "0=ocfl_object_1.1").unlink()),
    ("E003", lambda o: put(o / "0=ocfl_object_1.0", b"ocfl_object_1.0\n")),
    ("E006", lambda o: (o / "0=ocfl_object_1.1").rename(o / "0=ocfl_object_2.0")),
    ("E006", lambda o: put(o / "0=something", b"something\n")),
    ("E007", lambda o: put(o / "0=ocfl_object_1.1", b"ocfl_object_1.1")),
    ("E007", lambda o: put(o / "0=ocfl_object_1.1", b"ocfl_object_1.1\r\n")),
    ("E010", lambda o: (o / "v2").rename(o / "v3")),
    ("E046", lambda o: (o / "v3").mkdir()),
    ("E046", lambda o: (o / "v1").rename(o / "logs")),
    ("E015", lambda o: put(o / "v1" / "stray")),
    ("E015", lambda o: put(o / "v1" / "inventory.json.sha256")),
    ("E023", lambda o: put(o / "v1" / "content" / "stray")),
    ("E023", lambda o: put(o / "v2" / "content" / "b" / "stray")),
    ("E024", lambda o: (o / "v1" / "content" / "empty" / "deep").mkdir(parents=True)),
    ("E058", lambda o: (o / "inventory.json.sha512").unlink()),
    ("E058", lambda o: (o / "v1" / "inventory.json.sha512").unlink()),
    ("E060", lambda o: put(o / "inventory.json.sha512", b"0" * 128 + b" inventory.json\n")),
    ("E060", lambda o: put(o / "v1" / "inventory.json.sha512", b"0" * 128 + b"\tinventory.json")),
    ("E061", lambda o: put(o / "inventory.json.sha512", b"none")),
    ("E063", lambda o: (o / "inventory.json").unlink()),
    ("E064", lambda o: put(o / "inventory.json", (o / "inventory.json").read_bytes() + b"\n")),
    ("E067", lambda o: put(o / "extensions" / "stray")),
    ("W013", lambda o: put(o / "extensions" / "mine" / "file")),
    ("W002", lambda o: (o / "v1" / "drafts").mkdir()),
    ("W003", lambda o: remove(o / "v2" / "content", "a.txt", "d")),
    ("W010", lambda o: remove(o / "v1", "inventory.json", "inventory.json.sha512")),
    ("E090", lambda o: (o / "link").symlink_to("v1")),
    ("E090", lambda o: (o / "v1" / "content" / "link").symlink_to("/etc")),
    ("E090", lambda o: os.mkfifo(o / "v1" / "pipe")),
    ("E092", lambda o: (o / "v1" / "content" / "a.txt").write_bytes(b"0ne")),
    ("E092", lambda o: (o / "v2" / "content" / "d").write_bytes(b"x")),
    ("E092", lambda o: (o / "v1" / "content" / "a.txt").unlink()),
    ("E019", lambda o: changed(o, lambda i: i.update(contentDirectory="data"), "v1")),
    ("E110", lambda o: changed(o, lambda i: i.update(id="urn:x:b"), "v1")),
    ("E040", lambda o: write_inventories([o / "v1"], read_inventory(o))),
    ("E103", lambda o: changed(o, lambda i: i.update(type="https://ocfl.io/1.0/spec/#inventory"), "v2")),
    ("E038", lambda o: changed(o, lambda i: i.update(type="https://ocfl.io/1.0/spec/#inventory"), "", "v2")),
    ("E066", lambda o: changed(o, lambda i: i["versions"]["v1"]["state"].pop(first(i)), "v1")),
    ("E066", lambda o: changed(o, lambda i: i["versions"]["v1"]["state"][first(i)].append("more"), "v1")),
    ("E023", lambda o: changed(o, forget_first, "v1")),
    ("W011", lambda o: changed(o, lambda i: i["versions"]["v1"].update(message="other"), "v1")),
    ("W011", lambda o: changed(o, lambda i: i["versions"]["v1"].update(created="2020-01-01T00:00:00Z"), "v1")),
]


@pytest.mark.parametrize(("rule", "damage"), BROKEN)
def test_each_rule_is_seen(folder: Path, rule: str, damage: Break) -> None:
    damage(folder)
    verdict = validate(folder)
    assert rule in rules(verdict), verdict.findings
    errors = [one for one in verdict.findings if one.severity is Severity.ERROR]
    assert verdict.valid is (not errors)
    # W003 needs files that are missing, too.
    assert bool(errors) is (rule.startswith("E") or rule == "W003")


def test_logs_may_hold_anything(folder: Path) -> None:
    put(folder / "logs" / "a" / "b")
    (folder / "logs" / "empty").mkdir()
    put(folder / "extensions" / "0005-mutable-head" / "head" / "x")
    assert validate(folder).findings == ()


def test_fixity_blocks_are_held_against_the_bytes(folder: Path) -> None:
    path = "v1/content/a.txt"

    def block(size: str, **digests: str) -> None:
        fixity = {name.replace("_", "-"): {digest: [path]} for name, digest in digests.items()}
        changed(folder, lambda i: i.update(fixity={**fixity, "size": {size: [path]}}), "", "v2")

    good = {name: hashlib.new(name, b"one").hexdigest() for name in ("md5", "sha1", "sha256")}
    block("3", **good, blake2b_512=hashlib.blake2b(b"one").hexdigest())
    assert validate(folder).findings == ()
    for name, digest in good.items():
        block("3", **{**good, name: "0" * len(digest)})
        assert rules(validate(folder)) == {"E093"}, name
    block("4", **good)
    assert rules(validate(folder)) == {"E093"}
    assert validate(folder, "fast").findings == ()


def test_digests_of_an_earlier_algorithm_are_checked_too(tmp_path: Path) -> None:
    folder = make_object(tmp_path / "o", "urn:x:a", STATES[0], algorithm="sha256")
    old = read_inventory(folder)
    paths = ["v1/content/a.txt", "v1/content/b/c.txt"]
    digests = [hashlib.sha512((folder / path).read_bytes()).hexdigest() for path in paths]
    state = {digest: [path.removeprefix("v1/content/")] for digest, path in zip(digests, paths, strict=True)}
    version = {**old["versions"]["v1"], "state": state}
    (folder / "inventory.json.sha256").unlink()
    new = {
        **old,
        "digestAlgorithm": "sha512",
        "head": "v2",
        "manifest": {digest: [path] for digest, path in zip(digests, paths, strict=True)},
        "versions": {"v1": version, "v2": version},
    }
    write_inventories([folder, folder / "v2"], new)
    assert rules(validate(folder)) == {"W004"}
    wrong = json.loads(json.dumps(old).replace(first(old), "0" * 64))
    write_inventories([folder / "v1"], wrong)
    assert rules(validate(folder)) == {"W004", "E092"}
    moved = json.loads(json.dumps(old).replace('"a.txt"', '"z.txt"'))
    write_inventories([folder / "v1"], moved)
    assert rules(validate(folder)) == {"W004", "E066"}


def test_what_an_unusable_inventory_leaves_to_be_seen(folder: Path) -> None:
    (folder / "inventory.json").write_text("{")
    put(folder / "stray")
    (folder / "v1" / "content" / "link").symlink_to("/etc")
    verdict = validate(folder)
    assert {"E033", "E001", "E090"} <= rules(verdict)
    assert (verdict.valid, verdict.identifier) == (False, None)


def test_what_is_not_there_is_no_object(tmp_path: Path) -> None:
    verdict = validate(tmp_path / "none")
    assert [one.code for one in verdict.findings] == ["ocfl-unreadable"]
    assert verdict.valid is None


class Failing(LocalTree):
    """A disk that cannot read one of its files or folders."""

    def __init__(self, root: Path, bad: str) -> None:
        super().__init__(str(root), root)
        self._bad = bad

    def entries(self, path: str) -> list[TreeEntry]:
        self._fail(path)
        return super().entries(path)

    @contextlib.contextmanager
    def open(self, path: str, *, fresh: bool = False) -> Iterator[FileIO]:
        self._fail(path)
        with super().open(path, fresh=fresh) as file:
            yield file

    def _fail(self, path: str) -> None:
        if path == self._bad:
            raise OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.mark.parametrize("bad", ["", "v1", "v1/content", "v1/content/b", "v1/content/a.txt"])
def test_what_cannot_be_read_is_unclear_and_not_missing(folder: Path, bad: str) -> None:
    verdict = validate_object(Failing(folder, bad), "")
    assert {one.code for one in verdict.findings} == {"ocfl-unreadable"}
    assert "Input/output error" in verdict.findings[0].message
    assert verdict.valid is None


@pytest.mark.parametrize("bad", ["inventory.json", "v1/inventory.json", "inventory.json.sha512", "0=ocfl_object_1.1"])
def test_small_files_that_cannot_be_read(folder: Path, bad: str) -> None:
    verdict = validate_object(Failing(folder, bad), "")
    assert {(one.code, one.file) for one in verdict.findings} == {("ocfl-unreadable", bad)}
    assert verdict.valid is None


def test_huge_small_files_are_refused_unread(folder: Path) -> None:
    for name in ("inventory.json", "inventory.json.sha512", "0=ocfl_object_1.1"):
        with (folder / "v1" / name if "inventory" in name else folder / name).open("ab") as file:
            file.truncate(20 << 30)  # sparse
    verdict = validate(folder)
    refused = [one for one in verdict.findings if one.code == "ocfl-unreadable"]
    assert {one.file for one in refused} == {"v1/inventory.json", "0=ocfl_object_1.1"}
    assert all("more than such a file can have" in one.message for one in refused)


def test_folders_without_end_do_no_harm(folder: Path) -> None:
    deep = folder / "v1" / "content"
    for _ in range(8):
        deep = deep / "/".join(["d"] * 60)
        deep.mkdir(parents=True)
    verdict = validate(folder)
    assert "ocfl-unreadable" in {one.code for one in verdict.findings}


def test_an_object_exchanged_while_it_is_read_is_read_again(tmp_path: Path, folder: Path) -> None:
    newer = make_object(tmp_path / "newer", "urn:x:a", *STATES, {"a.txt": b"third"})

    class Exchanging(LocalTree):
        """Puts the newer object in the place of the one that is being read, once."""

        @contextlib.contextmanager
        def open(self, path: str, *, fresh: bool = False) -> Iterator[FileIO]:
            if "content" in path and newer.exists():
                folder.rename(tmp_path / "old")
                newer.rename(folder)
                (tmp_path / "old" / "v1" / "content" / "a.txt").unlink()
                path = "none"  # as a file that the newer object does not have
            with super().open(path, fresh=fresh) as file:
                yield file

    verdict = validate_object(Exchanging("store", tmp_path / "store"), "o")
    assert (verdict.valid, verdict.version, verdict.findings) == (True, "v3", ())


def test_names_of_strangers_are_escaped(folder: Path) -> None:
    put(folder / "a\x1b[31m\u202e")
    (finding,) = validate(folder).findings
    assert finding.file == "a\\x1b[31m\\u202e"
    assert "\x1b" not in finding.message
