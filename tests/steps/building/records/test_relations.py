"""Parts, wholes, series and versions, as the records of built packages state them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from archiver.describe import read_metadata
from archiver.model import SourceDocument, SourceItem
from archiver.standards.dublin_core import parse_dcterms_xml
from archiver.steps.building.records import relations

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.steps.building.settings import BuildSettings
    from archiver.steps.results import ItemResult

    Built = Callable[[BuildSettings], list[ItemResult]]

WHOLE = relations.Whole(identifier="urn:uuid:5f1d4b1e-6f1f-4d5c-9c1e-0a1b2c3d4e5f")
OWN = "https://example.org/series/7"


@pytest.fixture
def described(settings: BuildSettings, source: Path) -> BuildSettings:
    """Return settings whose source has a box with a folder inside and a letter, and whose metadata folder is empty."""
    metadata = source.with_name("metadata")
    (metadata / "box" / "sub").mkdir(parents=True)
    (source / "box" / "sub").mkdir(parents=True)
    for name in ("box/a.txt", "box/sub/b.txt", "letter.txt"):
        (source / name).write_text(f"Text of {name}", encoding="utf-8")
    return replace(settings, metadata=metadata)


def write(settings: BuildSettings, **files: str) -> None:
    assert settings.metadata is not None
    for name, text in files.items():
        (settings.metadata / f"{name.replace('__', '/')}.yaml").write_text(text, encoding="utf-8")


def values(package: Path | None, record: str, term: str) -> list[str]:
    assert package is not None
    data = (package / "data/metadata/descriptive" / f"{record}.dc.xml").read_bytes()
    return [one.text for one in parse_dcterms_xml(data) if one.term == term]


def test_an_item_lists_its_documents_and_they_name_it(described: BuildSettings, built: Built) -> None:
    box, letter = built(described)
    assert values(box.package, "package", "hasPart") == ["a.txt", "sub/b.txt"]
    for record in ("a.txt", "sub/b.txt"):
        assert values(box.package, record, "isPartOf") == [box.identifier]
        assert values(box.package, record, "identifier") == []
    assert values(letter.package, "letter.txt", "hasPart") == values(letter.package, "letter.txt", "isPartOf") == []


def test_what_lies_around_an_item_is_its_series(described: BuildSettings, built: Built) -> None:
    write(described, _collection=f"title: The collection\nidentifier: {OWN}\n", _folder="title: The shelf\n")
    write(described, box__sub___folder="title: A folder in the box\n")
    box, letter = built(described)
    assert values(box.package, "package", "isPartOf") == ["The shelf", OWN]
    assert values(letter.package, "letter.txt", "isPartOf") == ["The shelf", OWN]
    assert values(box.package, "a.txt", "isPartOf") == [box.identifier]
    assert values(box.package, "sub/b.txt", "isPartOf") == ["A folder in the box", box.identifier]


def test_a_whole_collection_is_no_part_of_itself(described: BuildSettings, built: Built) -> None:
    write(described, _collection=f"identifier: {OWN}\n", box___folder="title: The box\n")
    (whole,) = built(replace(described, bundle="collection"))
    assert values(whole.package, "package", "isPartOf") == []
    assert values(whole.package, "package", "hasPart") == ["box/a.txt", "box/sub/b.txt", "letter.txt"]
    assert values(whole.package, "letter.txt", "isPartOf") == [whole.identifier]
    assert values(whole.package, "box/a.txt", "isPartOf") == ["The box", whole.identifier]


def test_what_people_state_stands_beside_it(described: BuildSettings, built: Built) -> None:
    write(described, _collection=f"identifier: {OWN}\nisPartOf: A wider collection\n")
    write(described, box="hasPart: A tape that was not digitised\nisPartOf: Papers of somebody\nreplaces: A lost box\n")
    box, letter = built(described)
    assert values(box.package, "package", "hasPart") == ["A tape that was not digitised", "a.txt", "sub/b.txt"]
    assert values(box.package, "package", "isPartOf") == ["Papers of somebody", OWN]
    assert values(box.package, "package", "replaces") == ["A lost box"]
    assert values(letter.package, "letter.txt", "isPartOf") == ["A wider collection", OWN]


def test_a_version_names_the_one_before_and_that_is_no_change(
    described: BuildSettings, source: Path, built: Built
) -> None:
    built(described)
    for number in (2, 3):
        (source / "box" / "a.txt").write_text(f"Text of box/a.txt\n\nEdition {number}", encoding="utf-8")
        box, letter = built(described)
        assert letter.status == "current"
        assert values(box.package, "package", "replaces") == [f"version {number - 1} of {box.identifier}"]
        assert box.package is not None
        premis = (box.package / "data/metadata/preservation/premis.xml").read_text(encoding="utf-8")
        assert f"Version {number} follows version {number - 1}; documents changed: a.txt<" in premis
    write(described, box="description: A box\n")
    box, _ = built(described)
    assert box.package is not None
    premis = (box.package / "data/metadata/preservation/premis.xml").read_text(encoding="utf-8")
    assert "descriptions changed: package.dc.xml<" in premis


def test_a_series_that_gets_an_identifier_makes_versions_and_nothing_else_does(
    described: BuildSettings, built: Built
) -> None:
    built(described)
    assert {result.status for result in built(described)} == {"current"}
    write(described, _collection=f"identifier: {OWN}\n")
    assert {result.status for result in built(described)} == {"built"}
    assert {result.status for result in built(described)} == {"current"}


def test_names_that_begin_like_addresses_are_parts_too(described: BuildSettings, source: Path, built: Built) -> None:
    (source / "box" / "Re: minutes.txt").write_text("x", encoding="utf-8")
    write(described, _collection="identifier: see the inventory\n")
    box, _ = built(described)
    assert "Re: minutes.txt" in values(box.package, "package", "hasPart")
    assert values(box.package, "package", "isPartOf") == ["see the inventory"]
    assert "description-value-dropped" not in {finding.code for finding in box.findings}


def test_a_list_of_parts_is_whole_or_absent() -> None:
    def parts(count: int) -> int:
        documents = tuple(SourceDocument(path=f"box/{number}.txt", size=1) for number in range(count))
        item = SourceItem(name="box", path="box", compound=True, documents=documents)
        stated = relations.item_relations(item, read_metadata(None), WHOLE)
        return sum(one.term == "hasPart" for one in stated)

    assert parts(relations.MOST_PARTS) == relations.MOST_PARTS
    assert parts(relations.MOST_PARTS + 1) == 0
