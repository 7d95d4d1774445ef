"""Properties of documents are read apart from the build, are the weakest source, and never end it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pikepdf
import pytest

from archiver.standards.values_record import read_values
from archiver.steps import naming
from archiver.steps.building.properties import DocumentProperties

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.steps.building.settings import BuildSettings
    from archiver.steps.results import ItemResult

    Built = Callable[[BuildSettings], list[ItemResult]]


def pdf(**information: str) -> pikepdf.Pdf:
    document = pikepdf.new()
    document.add_blank_page()
    for name, text in information.items():
        document.docinfo[f"/{name}"] = text
    return document


def told(package: Path | None) -> dict[str, tuple[str, str]]:
    assert package is not None
    with (package / "data" / naming.VALUES).open("rb") as lines:
        return {one.term: (one.text, one.source.kind.value) for record in read_values(lines) for one in record.values}


def test_each_source_gives_way_to_the_stronger(
    settings: BuildSettings, source: Path, built: Built, tmp_path: Path
) -> None:
    (source / "box").mkdir()
    pdf(Title="Embedded", Author="Embedded", Subject="Embedded", Keywords="Embedded", CreationDate="D:20220105").save(
        source / "box" / "a.pdf"
    )
    metadata = tmp_path / "metadata"
    (metadata / "box").mkdir(parents=True)
    (metadata / "box" / "a.pdf.yaml").write_text("title: Sidecar\n", encoding="utf-8")
    rows = "filename,title,creator\nbox/a.pdf,Sheet,Sheet\n"
    (metadata / "all.csv").write_text(rows, encoding="utf-8")
    shared = "title: {0}\ncreator: {0}\ndescription: {0}\n"
    (metadata / "box" / "_folder.yaml").write_text(shared.format("Folder"), encoding="utf-8")
    collection = shared.format("Collection") + "subject: Collection\n"
    (metadata / "_collection.yaml").write_text(collection, encoding="utf-8")
    (result,) = built(replace(settings, metadata=metadata))
    found = told(result.package)
    assert {term: found[term] for term in ("title", "creator", "description", "subject", "created", "type")} == {
        "title": ("Sidecar", "sidecar"),
        "creator": ("Sheet", "sheet"),
        "description": ("Folder", "folder"),
        "subject": ("Collection", "collection"),
        "created": ("2022-01-05", "embedded"),
        "type": ("Text", "inferred"),
    }


def test_a_bad_value_is_dropped_and_said(settings: BuildSettings, source: Path, built: Built) -> None:
    document = pdf(Title="A report")
    document.Root.Lang = pikepdf.String("no language")
    document.save(source / "a.pdf")
    (result,) = built(settings)
    assert told(result.package)["title"] == ("A report", "embedded")
    assert "language" not in told(result.package)
    assert [one.code for one in result.findings] == ["description-value-dropped"]


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    folder = tmp_path / "staging"
    folder.mkdir()
    return folder


def test_what_is_too_large_is_not_opened(staging: Path) -> None:
    with (staging / "a.pdf").open("wb") as file:
        file.truncate((256 << 20) + 1)
    with DocumentProperties(staging) as properties:
        read = properties.ask("a.pdf", staging / "a.pdf", "application/pdf").result()
    (finding,) = read.findings
    assert (finding.code, finding.severity.value, finding.file) == ("properties-not-read", "info", "a.pdf")
    assert "it has 268,435,457 bytes; PDF documents beyond 268,435,456 are not opened" in finding.message


def test_a_reader_without_memory_is_said(staging: Path) -> None:
    pdf(Title="A report").save(staging / "a.pdf")
    with DocumentProperties(staging, memory=1 << 20) as properties:
        read = properties.ask("a.pdf", staging / "a.pdf", "application/pdf").result()
    assert (read.statements, [one.code for one in read.findings]) == ((), ["properties-not-read"])


def test_the_reader_sees_the_staging_folder_alone(staging: Path, tmp_path: Path) -> None:
    pdf(Title="A secret").save(tmp_path / "outside.pdf")
    with DocumentProperties(staging) as properties:
        read = properties.ask("outside.pdf", tmp_path / "outside.pdf", "application/pdf").result()
    assert read.statements == ()


def test_nothing_starts_where_nothing_is_to_be_read(staging: Path) -> None:
    (staging / "a.txt").write_text("x", encoding="utf-8")
    with DocumentProperties(staging) as properties:
        read = properties.ask("a.txt", staging / "a.txt", "text/plain").result()
        assert (read.statements, read.findings) == ((), ())
        assert list((staging / "properties").iterdir()) == []
