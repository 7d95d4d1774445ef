from __future__ import annotations

import os
import uuid
from pathlib import Path

import pytest

from archiver.model import KeptValue, SourceDocument, SourceItem, SourceKind, Statement, ValueSource
from archiver.standards.names import collision_key
from archiver.steps import naming

NAMESPACE = uuid.UUID("daa66292-95b4-45c4-87f8-eabdac78598a")
IDENTIFIER = "urn:uuid:9ab21832-4f36-54e1-a187-f73fbb0c9cd2"


def item(path: str, *, compound: bool = False, name: str | None = None) -> SourceItem:
    documents = (SourceDocument(path=f"{path}/a.txt" if compound else path, size=1),)
    return SourceItem(name=name or path, path=path, compound=compound, documents=documents)


def said(term: str, text: str) -> Statement:
    return Statement(term=term, text=text, source=ValueSource(kind=SourceKind.SIDECAR, place="a.yaml"))


def kept(name: str, text: str) -> KeptValue:
    return KeptValue(name=name, text=text, source=ValueSource(kind=SourceKind.SHEET, place="a.csv, row 2"))


def test_the_same_item_has_the_same_identifier_and_no_other_has_it() -> None:
    items = [item("a.txt"), item("b.txt"), item("a"), item("", compound=True, name="a.txt")]
    made = [naming.item_identifier(one, (), NAMESPACE) for one in items]
    assert len(set(made)) == len(items)
    assert made == [naming.item_identifier(one, (), NAMESPACE) for one in items]
    assert made[0] == uuid.uuid5(NAMESPACE, "a.txt").urn
    assert naming.item_identifier(items[0], (), uuid.UUID(int=1)) != made[0]


@pytest.mark.parametrize(
    ("texts", "declared"),
    [
        (["9AB21832-4f36-54e1-a187-f73fbb0c9cd2"], True),
        ([IDENTIFIER], True),
        ([f" {IDENTIFIER} "], True),
        (["AR-1986/3", IDENTIFIER], True),
        (["AR-1986/3"], False),
        ([], False),
    ],
)
def test_a_uuid_that_a_person_declared_is_the_identifier(texts: list[str], *, declared: bool) -> None:
    statements = [said("title", IDENTIFIER), *(said("identifier", text) for text in texts)]
    assert (naming.item_identifier(item("a.txt"), statements, NAMESPACE) == IDENTIFIER) is declared


def test_a_name_that_is_not_utf8_has_an_identifier_too() -> None:
    made = {naming.item_identifier(item(os.fsdecode(name)), (), NAMESPACE) for name in (b"\xe9", b"\xe8", b"e")}
    assert len(made) == 3


def test_slugs_are_stems_unless_two_items_share_one() -> None:
    paths = ["letter.txt", "Report.pdf", "report.txt", "photo.jpg", "Photo.JPG", "box", os.fsdecode(b"caf\xe9.txt")]
    made = naming.slugs([item(path, compound=path == "box") for path in paths])
    assert made["letter.txt"] == "letter"
    assert (made["Report.pdf"], made["report.txt"]) == ("report-pdf", "report-txt")
    assert made["photo.jpg"].startswith("photo-jpg-")
    assert len({collision_key(slug) for slug in made.values()}) == len(paths)


@pytest.mark.parametrize(
    "paths", [["a.txt", "a.md", "a-txt"], ["é.txt", "e\u0301.txt"], ["...", "---", "item"], ["x" * 200, "x" * 201]]
)
def test_no_two_items_of_a_batch_share_a_folder(paths: list[str]) -> None:
    made = naming.slugs([item(path) for path in paths])
    assert len({collision_key(slug) for slug in made.values()}) == len(paths)


@pytest.mark.parametrize("holder", ["file", "folder", "dangling link", "bag of something else"])
def test_a_name_that_something_else_bears_is_left_to_it(tmp_path: Path, holder: str) -> None:
    taken = tmp_path / "letter"
    if holder == "file":
        taken.touch()
    elif holder == "dangling link":
        taken.symlink_to("nowhere")
    else:
        taken.mkdir()
        if holder != "folder":
            (taken / "bag-info.txt").write_text("External-Identifier: other\n", encoding="utf-8")
    assert naming.package_folder(tmp_path, "letter", IDENTIFIER, 1) == (tmp_path / "letter-9ab21832", "letter-9ab21832")
    assert naming.package_folder(tmp_path, "letter", IDENTIFIER, 2) == (tmp_path / "letter-v2", "letter")


def test_a_package_of_the_same_identifier_keeps_its_name_so_that_it_is_not_made_twice(tmp_path: Path) -> None:
    (tmp_path / "letter").mkdir()
    (tmp_path / "letter" / "bag-info.txt").write_text(f"External-Identifier: {IDENTIFIER}\n", encoding="utf-8")
    assert naming.package_folder(tmp_path, "letter", IDENTIFIER, 1) == (tmp_path / "letter", "letter")


def test_paths_inside_a_package() -> None:
    assert naming.path_in_item(item("box", compound=True), "box/sub/a.txt") == "sub/a.txt"
    assert naming.path_in_item(item("a.txt"), "a.txt") == "a.txt"
    assert naming.path_in_item(item("", compound=True, name="seeds"), "box/a.txt") == "box/a.txt"
    assert naming.derived_path("x/data", "sub/a.txt", ".pdf") == "x/data/sub/a.txt.pdf"
    long = naming.derived_path("x", f"sub/{'n' * 255}", ".pdf")
    assert (long.startswith("x/sub/nnn"), len(long.rpartition("/")[2])) == (True, 255)


def test_the_input_digest_sees_everything_that_people_and_files_contribute() -> None:
    base = ({"a": "sha512:1"}, {"a": [said("title", "A")]}, {"pdfa": "2u"})
    made = {
        naming.input_digest(*base),
        naming.input_digest({"a": "sha512:2"}, base[1], base[2]),
        naming.input_digest({"b": "sha512:1"}, base[1], base[2]),
        naming.input_digest(base[0], {"a": [said("title", "B")]}, base[2]),
        naming.input_digest(base[0], {"a": [said("subject", "A")]}, base[2]),
        naming.input_digest(base[0], base[1], {"pdfa": None}),
        naming.input_digest(*base, {"a": [kept("shelf", "B 12")]}),
        naming.input_digest(*base, {"a": [kept("shelf", "B 13")]}),
        naming.input_digest(*base, {"b": [kept("shelf", "B 12")]}),
    }
    assert len(made) == 9
    assert naming.input_digest(*base, {"a": []}) == naming.input_digest(*base)
    assert naming.input_digest({"b": "2", "a": "1"}, {}, {}) == naming.input_digest({"a": "1", "b": "2"}, {}, {})
    assert all(digest.startswith("sha256:") for digest in made)


def test_input_digests_stay_what_they_were() -> None:
    # They stand in packages for decades: another digest for the same input would make a version of every item.
    digest = naming.input_digest({"a.txt": "sha512:ab"}, {"a.txt": [said("title", "Ж")]}, {"pdfa": "2u"})
    assert digest == "sha256:c52b9689bbf38dbd3cc7a53c4b7c0e504f07243696cb4cd680117f2deee3abe6"
