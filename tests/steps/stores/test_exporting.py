"""Tests of packages exported from a store: to the byte what was added, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archiver.errors import UsageError
from archiver.steps.stores.exporting import ExportedPackage, ExportOrder, export_packages, exported_json
from archiver.storage.stores.tree import open_tree
from tests.steps.stores.bags_to_add import ONE, TEXTS, Heard, add, bag, in_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.judges.verdict import JudgeResult


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def export(
    store: Path, to: Path, *identifiers: str, version: str | None = None, heard: Heard | None = None
) -> list[ExportedPackage]:
    order = ExportOrder(tree=open_tree(str(store)), identifiers=identifiers, destination=to, version=version)
    return list(export_packages(order, heard or Heard()))


def codes(result: ExportedPackage) -> set[str]:
    return {finding.code for finding in result.findings}


def test_every_version_comes_back_to_the_byte(
    tmp_path: Path, store: Path, bagit_judge: Callable[[Path], JudgeResult]
) -> None:
    slug = ("Archiver-Slug", "letters")
    first = bag(tmp_path / "one", labels=[slug, ("Archiver-Package-Version", "1")])
    second = bag(
        tmp_path / "two",
        {**TEXTS, "100% é.txt": b"more", "empty": b""},
        labels=[slug, ("Archiver-Package-Version", "2")],
    )
    add(store, first, second)
    heard = Heard()
    (newest,) = export(store, tmp_path / "out", ONE, heard=heard)
    (oldest,) = export(store, tmp_path / "out", ONE, version="v1")
    assert (newest.package, oldest.package) == (tmp_path / "out" / "letters-v2", tmp_path / "out" / "letters")
    assert in_folder(tmp_path / "out" / "letters-v2") == in_folder(second)
    assert in_folder(tmp_path / "out" / "letters") == in_folder(first)
    assert bagit_judge(tmp_path / "out" / "letters").passed
    assert heard.done == heard.total
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["letters", "letters-v2"]
    assert exported_json(newest)["status"] == "exported"
    assert exported_json(newest)["files"] == len(in_folder(second))


@pytest.mark.parametrize("identifier", ["../../out", "a/b", "urn:..", "é" * 300])
def test_a_package_without_a_name_is_named_by_its_identifier(tmp_path: Path, store: Path, identifier: str) -> None:
    add(store, bag(tmp_path / "one", identifier=identifier))
    (result,) = export(store, tmp_path / "deep" / "out", identifier)
    assert result.status == "exported"
    assert result.package is not None
    assert result.package.parent == tmp_path / "deep" / "out"
    assert in_folder(result.package) == in_folder(tmp_path / "one")


def test_an_empty_payload_keeps_its_folder(tmp_path: Path, store: Path) -> None:
    one = bag(tmp_path / "one", {"a": b"a"})
    (one / "data" / "a").unlink()
    text = (one / "bag-info.txt").read_text(encoding="utf-8").replace("Payload-Oxum: 1.1", "Payload-Oxum: 0.0")
    (one / "bag-info.txt").write_text(text, encoding="utf-8")
    (one / "manifest-sha512.txt").write_text("", encoding="utf-8")
    (one / "tagmanifest-sha512.txt").unlink()
    assert [result.status for result in add(store, one)] == ["added"]
    (result,) = export(store, tmp_path / "out", ONE)
    assert result.status == "exported"
    assert result.package is not None
    assert (result.package / "data").is_dir()


def test_what_stands_at_the_destination_is_not_touched(tmp_path: Path, store: Path) -> None:
    add(store, bag(tmp_path / "one", labels=[("Archiver-Slug", "letters")]))
    (tmp_path / "out" / "letters").mkdir(parents=True)
    (result,) = export(store, tmp_path / "out", ONE)
    assert (result.status, codes(result)) == ("failed", {"export-place-taken"})
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["letters"]
    assert list((tmp_path / "out" / "letters").iterdir()) == []


@pytest.mark.parametrize(
    ("harm", "code"), [("change", "ocfl-file-damaged"), ("delete", "ocfl-file-missing"), ("link", "ocfl-unreadable")]
)
def test_a_damaged_file_is_named_and_nothing_is_exported(tmp_path: Path, store: Path, harm: str, code: str) -> None:
    (added,) = add(store, bag(tmp_path / "one"))
    content = store / str(added.object_path) / "v1" / "content" / "data" / "deep" / "er" / "b.txt"
    content.unlink()
    if harm == "change":
        content.write_bytes(b"Second\n")
    elif harm == "link":
        content.symlink_to(tmp_path / "one" / "data" / "deep" / "er" / "b.txt")
    (result,) = export(store, tmp_path / "out", ONE)
    assert (result.status, codes(result)) == ("failed", {code})
    assert list((tmp_path / "out").iterdir()) == []


def test_what_a_store_does_not_hold_cannot_be_exported(tmp_path: Path, store: Path) -> None:
    with pytest.raises(UsageError, match="no store"):
        export(store, tmp_path / "out", ONE)
    add(store, bag(tmp_path / "one"))
    with pytest.raises(UsageError, match="no object"):
        export(store, tmp_path / "out", ONE, "urn:other")
    with pytest.raises(UsageError, match="no version"):
        export(store, tmp_path / "out", ONE, version="v2")
    assert not (tmp_path / "out").exists()
