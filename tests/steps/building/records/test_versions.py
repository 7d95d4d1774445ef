from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from archiver.standards.bagit import manifest_text
from archiver.steps.building.records.versions import change_since
from archiver.storage.existing_packages import ExistingPackage

if TYPE_CHECKING:
    from pathlib import Path

ORIGINAL = "representations/original/data"
DESCRIBED = "metadata/descriptive"


def hashed(contents: dict[str, str]) -> dict[str, str]:
    return {path: hashlib.sha512(content.encode()).hexdigest() for path, content in contents.items()}


def package(folder: Path, contents: dict[str, str], version: int = 1) -> ExistingPackage:
    folder.mkdir(exist_ok=True)
    text = manifest_text([(f"data/{path}", digest) for path, digest in hashed(contents).items()])
    (folder / "manifest-sha512.txt").write_bytes(text.encode())
    return ExistingPackage(folder=folder, identifier="x", version=version, input_digest="", slug="a")


def change(tmp_path: Path, before: dict[str, str], after: dict[str, str], version: int = 1) -> str:
    return change_since(package(tmp_path / "a", before, version), "sha512", hashed(after))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({f"{ORIGINAL}/a.txt": "1"}, {f"{ORIGINAL}/a.txt": "2"}, "documents changed: a.txt"),
        ({}, {f"{ORIGINAL}/box/a%.txt": "1"}, "documents added: box/a%.txt"),
        ({f"{ORIGINAL}/a\nb.txt": "1"}, {}, "documents removed: a\\x0ab.txt"),
        ({f"{DESCRIBED}/a.dc.xml": "1"}, {f"{DESCRIBED}/a.dc.xml": "2"}, "descriptions changed: a.dc.xml"),
        ({f"{ORIGINAL}/a.txt": "1"}, {f"{ORIGINAL}/a.txt": "1"}, "settings changed"),
        ({}, {f"{DESCRIBED}/values.json": "1"}, "settings changed"),
        (
            {f"{DESCRIBED}/values.json": "1"},
            {f"{DESCRIBED}/values.json": "2"},
            "values beside Dublin Core changed",
        ),
        (
            {f"{DESCRIBED}/a.dc.xml": "1", f"{DESCRIBED}/values.json": "1"},
            {f"{DESCRIBED}/a.dc.xml": "2", f"{DESCRIBED}/values.json": "2"},
            "descriptions changed: a.dc.xml",
        ),
        ({"ro-crate-metadata.json": "1"}, {"ro-crate-metadata.json": "2"}, "settings changed"),
    ],
)
def test_what_changed_is_named(tmp_path: Path, before: dict[str, str], after: dict[str, str], words: str) -> None:
    assert change(tmp_path, before, after) == f"Version 2 follows version 1; {words}"


def test_everything_that_changed_is_said(tmp_path: Path) -> None:
    before = {f"{ORIGINAL}/a": "1", f"{ORIGINAL}/b": "1", f"{DESCRIBED}/a": "1"}
    after = {f"{ORIGINAL}/a": "2", f"{ORIGINAL}/c": "1", f"{DESCRIBED}/a": "2"}
    assert change(tmp_path, before, after, version=7) == (
        "Version 8 follows version 7; documents changed: a; documents added: c; documents removed: b; "
        "descriptions changed: a"
    )


def test_many_are_counted(tmp_path: Path) -> None:
    added = {f"{ORIGINAL}/{number:02}": "1" for number in range(12)}
    assert change(tmp_path, {}, added).endswith("00, 01, 02, 03, 04, 05, 06, 07, 08, 09 and 2 more")


def test_what_cannot_be_compared_is_not_guessed(tmp_path: Path) -> None:
    before = package(tmp_path / "a", {f"{ORIGINAL}/a": "1"})
    assert "different digest algorithms" in change_since(before, "sha256", {f"{ORIGINAL}/a": "1"})
    (tmp_path / "a" / "manifest-sha512.txt").write_bytes(b"\xff")
    assert "were not compared" in change_since(before, "sha512", {f"{ORIGINAL}/a": "1"})
