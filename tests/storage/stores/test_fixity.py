"""Fixity of stored packages: every kind of damage is told, nothing else is, and nothing at first sight."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.model import FixityOutcome, FixityResult
from archiver.storage.stores.fixity import ObjectCheck, check_object
from archiver.storage.stores.local_tree import LocalTree
from archiver.storage.stores.tree import TreeEntry, TreeFile
from tests.storage.stores.stored_objects import make_object, make_root, seal

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FIRST = {"bagit.txt": b"BagIt\n", "data/letter.txt": b"Dear Jane\n", "data/empty": b""}
SECOND = {**FIRST, "data/letter.txt": b"Dear John\n", "data/again.txt": b"Dear Jane\n"}
NAME = "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8"
LETTER = "v1/content/data/letter.txt"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a store with one package of two versions at ``a/b``."""
    root = make_root(tmp_path / "store")
    make_object(root / "a/b", NAME, [FIRST, SECOND])
    return root


def check(store: Path, **more: object) -> FixityResult:
    return check_object(LocalTree(str(store), store), "a/b", clock=lambda: NOW, **more)  # type: ignore[arg-type]


def codes(result: FixityResult) -> list[tuple[str, str | None]]:
    return sorted((one.code, one.file) for one in result.findings)


@pytest.mark.parametrize("algorithm", ["sha512", "sha256"])
def test_a_whole_package_is_ok(tmp_path: Path, algorithm: str) -> None:
    root = make_root(tmp_path / "store")
    make_object(root / "a/b", NAME, [FIRST, SECOND], algorithm=algorithm, fixity="md5")
    steps: list[int] = []
    result = check(root, identifier=NAME, algorithms=["md5", "unheard-of"], progress=steps.append)
    assert result.findings == ()
    assert (result.outcome, result.identifier, result.version) == (FixityOutcome.OK, NAME, "v2")
    assert (result.files, result.bytes, sum(steps)) == (4, 26, 26)
    assert result.inventory_digest is not None
    assert result.inventory_digest in (root / f"a/b/inventory.json.{algorithm}").read_text()


def test_sidecars_of_other_programs_are_as_good(store: Path) -> None:
    for folder in ("", "v2"):
        rewrite(
            store / "a/b" / folder / "inventory.json.sha512", lambda data: data.split()[0].upper() + b"\tinventory.json"
        )
    assert check(store).findings == ()


def test_logs_and_extensions_of_an_object_are_let_be(store: Path) -> None:
    for name in ("logs", "extensions"):
        (store / "a/b" / name).mkdir()
        (store / "a/b" / name / "anything").write_text("else")
    assert check(store).outcome is FixityOutcome.OK


def flip(path: Path) -> int:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    return path.write_bytes(data)


def swap(one: Path, other: Path) -> None:
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> int:
    return path.write_bytes(change(path.read_bytes()))


def link_to_a_copy(path: Path) -> None:
    copy = path.rename(path.parents[4] / "copy")
    path.symlink_to(copy)


def file_in_its_place(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_bytes(b"")


DAMAGE: list[tuple[str, Callable[[Path], object], FixityOutcome, list[tuple[str, str | None]]]] = [
    ("a bit", lambda at: flip(at / LETTER), FixityOutcome.DAMAGED, [("stored-file-damaged", LETTER)]),
    ("cut short", lambda at: os.truncate(at / LETTER, 3), FixityOutcome.DAMAGED, [("stored-file-damaged", LETTER)]),
    (
        "zeros",
        lambda at: (at / LETTER).write_bytes(bytes(10)),
        FixityOutcome.DAMAGED,
        [("stored-file-damaged", LETTER)],
    ),
    ("gone", lambda at: (at / LETTER).unlink(), FixityOutcome.MISSING, [("stored-file-missing", LETTER)]),
    (
        "swapped",
        lambda at: swap(at / LETTER, at / "v1/content/bagit.txt"),
        FixityOutcome.DAMAGED,
        [("stored-file-damaged", "v1/content/bagit.txt"), ("stored-file-damaged", LETTER)],
    ),
    (
        "something more",
        lambda at: (at / "v1/content/data/more").write_bytes(b""),
        FixityOutcome.DAMAGED,
        [("stored-file-unknown", "v1/content/data/more")],
    ),
    (
        "something more beside the inventory",
        lambda at: (at / "Thumbs.db").write_bytes(b""),
        FixityOutcome.DAMAGED,
        [("stored-file-unknown", "Thumbs.db")],
    ),
    (
        "a link in a file's place",
        lambda at: link_to_a_copy(at / LETTER),
        FixityOutcome.DAMAGED,
        [("stored-file-damaged", LETTER)],
    ),
    (
        "a version gone",
        lambda at: shutil.rmtree(at / "v2"),
        FixityOutcome.MISSING,
        [("stored-file-missing", "v2"), ("stored-file-missing", "v2/content/data/letter.txt")],
    ),
    (
        "a version more",
        lambda at: (at / "v3").mkdir(),
        FixityOutcome.DAMAGED,
        [("stored-file-unknown", "v3")],
    ),
    (
        "inventory",
        lambda at: flip(at / "inventory.json"),
        FixityOutcome.DAMAGED,
        [("stored-inventory-damaged", "inventory.json")],
    ),
    (
        "inventory gone",
        lambda at: (at / "inventory.json").unlink(),
        FixityOutcome.DAMAGED,
        [("stored-inventory-damaged", "inventory.json")],
    ),
    (
        "sidecar",
        lambda at: flip(at / "inventory.json.sha512"),
        FixityOutcome.DAMAGED,
        [("stored-inventory-damaged", "inventory.json")],
    ),
    (
        "sidecar emptied",
        lambda at: os.truncate(at / "inventory.json.sha512", 0),
        FixityOutcome.DAMAGED,
        [("stored-inventory-damaged", "inventory.json.sha512")],
    ),
    (
        "one letter of a sidecar in upper case",
        lambda at: rewrite(at / "v1/inventory.json.sha512", lambda data: data.replace(b"a", b"A", 1)),
        FixityOutcome.DAMAGED,
        [("stored-inventory-damaged", "v1/inventory.json.sha512")],
    ),
    (
        "sidecar without its line feed",
        lambda at: rewrite(at / "inventory.json.sha512", bytes.rstrip),
        FixityOutcome.DAMAGED,
        [("stored-inventory-damaged", "v2/inventory.json.sha512")],
    ),
    (
        "sidecar gone",
        lambda at: (at / "v1/inventory.json.sha512").unlink(),
        FixityOutcome.DAMAGED,
        [("stored-inventory-damaged", "v1/inventory.json")],
    ),
    (
        "inventory of an old version",
        lambda at: flip(at / "v1/inventory.json"),
        FixityOutcome.DAMAGED,
        [("stored-inventory-damaged", "v1/inventory.json")],
    ),
    (
        "declaration",
        lambda at: flip(at / "0=ocfl_object_1.1"),
        FixityOutcome.DAMAGED,
        [("stored-declaration-damaged", "0=ocfl_object_1.1")],
    ),
    (
        "declaration gone",
        lambda at: (at / "0=ocfl_object_1.1").unlink(),
        FixityOutcome.DAMAGED,
        [("stored-declaration-damaged", "0=ocfl_object_1.1")],
    ),
    ("everything gone", shutil.rmtree, FixityOutcome.MISSING, [("stored-package-missing", None)]),
    (
        "a file in the folder's place",
        file_in_its_place,
        FixityOutcome.DAMAGED,
        [("stored-package-replaced", None)],
    ),
    (
        "two things at once",
        lambda at: [flip(at / LETTER), shutil.move(at / "v1/content/bagit.txt", at.parent)],
        FixityOutcome.DAMAGED,
        [("stored-file-damaged", LETTER), ("stored-file-missing", "v1/content/bagit.txt")],
    ),
    (
        "inventory and content",
        lambda at: [flip(at / one) for one in ("inventory.json", LETTER)],
        FixityOutcome.DAMAGED,
        [("stored-file-damaged", LETTER), ("stored-inventory-damaged", "inventory.json")],
    ),
]


@pytest.mark.parametrize(("spoil", "outcome", "found"), [pytest.param(*rest, id=name) for name, *rest in DAMAGE])
def test_damage_is_told(
    store: Path, spoil: Callable[[Path], object], outcome: FixityOutcome, found: list[tuple[str, str | None]]
) -> None:
    spoil(store / "a/b")
    result = check(store, identifier=NAME)
    assert codes(result) == found
    assert (result.outcome, result.identifier) == (outcome, NAME)


def test_an_inventory_of_another_package_is_told(store: Path) -> None:
    result = check(store, identifier="urn:uuid:other")
    assert (result.outcome, codes(result)) == (
        FixityOutcome.DAMAGED,
        [("stored-package-replaced", "inventory.json")],
    )


def test_a_wrong_digest_of_the_fixity_block_is_told_where_it_is_asked_for(tmp_path: Path) -> None:
    root = make_root(tmp_path / "store")
    inventory = make_object(root / "a/b", NAME, [FIRST], fixity="md5")
    path = inventory.manifest[next(iter(inventory.manifest))][0]
    object.__setattr__(inventory, "fixity", {"md5": {"0" * 32: (path,)}})
    for folder in ("", "v1"):
        seal(root / "a/b" / folder, inventory)
    assert check(root).outcome is FixityOutcome.OK
    assert codes(check(root, algorithms=["md5"])) == [("stored-file-damaged", path)]


class Failing(LocalTree):
    """A tree on a disk that fails for some paths."""

    def __init__(self, root: Path, fail: Callable[[str, str], None]) -> None:
        super().__init__(str(root), root)
        self._fail = fail

    @contextlib.contextmanager
    def open(self, path: str, *, fresh: bool = False) -> Iterator[TreeFile]:  # type: ignore[override]
        self._fail("fresh" if fresh else "open", path)
        with super().open(path, fresh=fresh) as file:
            yield file

    def entries(self, path: str) -> list[TreeEntry]:
        self._fail("list", path)
        return super().entries(path)


def test_what_cannot_be_read_is_unknown_and_hides_no_damage(store: Path) -> None:
    def fail(_how: str, path: str) -> None:
        if path.endswith("bagit.txt"):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    tree = Failing(store, fail)
    result = check_object(tree, "a/b", clock=lambda: NOW)
    assert (result.outcome, codes(result)) == (
        FixityOutcome.COULD_NOT_CHECK,
        [("stored-file-unreadable", "v1/content/bagit.txt")],
    )
    assert "Input/output error" in result.findings[0].message
    flip(store / "a/b" / LETTER)
    result = check_object(tree, "a/b", clock=lambda: NOW)
    assert (result.outcome, len(result.findings)) == (FixityOutcome.DAMAGED, 2)


def test_a_folder_that_cannot_be_listed_makes_nothing_below_it_missing(store: Path) -> None:
    def fail(_how: str, path: str) -> None:
        if path == "a/b/v1/content/data":
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    result = check_object(Failing(store, fail), "a/b", clock=lambda: NOW)
    assert (result.outcome, codes(result)) == (
        FixityOutcome.COULD_NOT_CHECK,
        [("stored-file-unreadable", "v1/content/data")],
    )


def test_two_readings_that_differ_are_not_called_damage(store: Path) -> None:
    letter = store / "a/b" / LETTER
    good = letter.read_bytes()
    flip(letter)

    def mend(how: str, path: str) -> None:
        if how == "fresh" and path.endswith(LETTER):
            letter.write_bytes(good)

    result = check_object(Failing(store, mend), "a/b", clock=lambda: NOW)
    assert (result.outcome, codes(result)) == (FixityOutcome.COULD_NOT_CHECK, [("stored-reads-differ", LETTER)])
    assert result.findings[0].severity.value == "warning"


def test_a_package_replaced_while_it_is_read_is_checked_from_the_beginning(store: Path, tmp_path: Path) -> None:
    make_object(tmp_path / "new", NAME, [{"data/other.txt": b"other"}, {"data/third.txt": b"third"}])
    swaps: list[str] = []

    def exchange(_how: str, path: str) -> None:
        if path.endswith(LETTER) and not swaps:
            swaps.append(path)
            (store / "a/b").rename(tmp_path / "old")
            (tmp_path / "new").rename(store / "a/b")

    result = check_object(Failing(store, exchange), "a/b", clock=lambda: NOW)
    assert swaps
    assert (result.outcome, result.files, result.findings) == (FixityOutcome.OK, 2, ())


def test_a_package_replaced_each_time_is_judged_in_the_end(store: Path, tmp_path: Path) -> None:
    flip(store / "a/b" / LETTER)
    copies = iter(range(100))

    def exchange(how: str, path: str) -> None:
        if path.endswith(LETTER) and how == "open":
            old = tmp_path / f"old{next(copies)}"
            (store / "a/b").rename(old)
            shutil.copytree(old, store / "a/b")

    result = check_object(Failing(store, exchange), "a/b", clock=lambda: NOW)
    assert (result.outcome, codes(result)) == (FixityOutcome.DAMAGED, [("stored-file-damaged", LETTER)])


def test_an_unreachable_store_has_no_missing_packages(store: Path) -> None:
    (store / "0=ocfl_1.1").rename(store.parent / "elsewhere")
    shutil.rmtree(store / "a")
    result = check(store, identifier=NAME)
    assert (result.outcome, codes(result)) == (FixityOutcome.COULD_NOT_CHECK, [("store-unreachable", None)])


def test_a_file_that_grows_is_not_read_for_ever(store: Path) -> None:
    def grow(_how: str, path: str) -> None:
        if path.endswith(LETTER):
            with (store / "a/b" / LETTER).open("ab") as file:
                file.write(b"more")

    result = check_object(Failing(store, grow), "a/b", clock=lambda: NOW)
    assert result.outcome is not FixityOutcome.OK


def test_very_many_findings_are_counted(store: Path) -> None:
    for number in range(1200):
        (store / f"a/b/v1/content/{number:04}").write_bytes(b"")
    result = check(store)
    assert len(result.findings) == 1001
    assert result.findings[-1].code == "stored-more-findings"
    assert result.findings[-1].message.startswith("200 more")


def test_what_was_noticed_is_there_with_names_as_they_are(store: Path) -> None:
    (store / "a/b/v1/content/\x1bname").write_bytes(b"")
    checking = ObjectCheck(LocalTree(str(store), store), "a/b", started=NOW)
    result = checking.result(lambda: NOW)
    assert result is not None
    assert [one.path for one in checking.noticed] == ["v1/content/\x1bname"]
    assert result.findings[0].file == "v1/content/\\x1bname"
