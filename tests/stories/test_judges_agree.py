"""Nothing counts as valid because this project says so: every package of every collection before every judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from archiver.crosswalks.oai_dc import oai_dc_xml
from archiver.model import Description, SourceKind, Statement, ValueSource
from archiver.standards.dublin_core import parse_dcterms_xml
from tests.stories.reading import differences

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.judges.schemas import SchemaJudge
    from tests.judges.verdict import JudgeResult
    from tests.stories.collections_built import Collection

PARTS = 4
"""The crate judge takes seconds a package, so the packages are dealt out to so many tests."""


def test_bagit_python_validates_every_package(
    collection: Collection, bagit_judge: Callable[[Path], JudgeResult]
) -> None:
    verdicts = {package.name: bagit_judge(package) for package in collection.packages}
    assert verdicts
    assert [(name, one.detail) for name, one in verdicts.items() if not one.passed] == []


def test_every_premis_record_meets_its_schema(collection: Collection, premis_schema: SchemaJudge) -> None:
    for package in collection.packages:
        result = premis_schema((package / "data" / "metadata" / "preservation" / "premis.xml").read_bytes())
        assert result.passed, f"{package.name}: {result.detail}"


def test_every_description_meets_the_schemas(
    collection: Collection, dcterms_schema: SchemaJudge, oai_dc_schema: SchemaJudge
) -> None:
    records = sorted((collection.place / "packages").rglob("*.dc.xml"))
    assert len(records) >= len(collection.documents())
    for record in records:
        result = dcterms_schema(record.read_bytes())
        assert result.passed, f"{record}: {result.detail}"
        description = _description(record.read_bytes())
        assert description.first("title")
        harvested = oai_dc_schema(oai_dc_xml(description))
        assert harvested.passed, f"{record}: {harvested.detail}"


@pytest.mark.parametrize("part", range(PARTS))
def test_every_crate_meets_what_is_required(
    collection: Collection, part: int, ro_crate_judge: Callable[[Path], dict[str, Any]]
) -> None:
    for package in collection.packages[part::PARTS]:
        report = ro_crate_judge(package / "data")
        assert report["passed"], f"{package.name}: {report['issues']}"


def test_verapdf_finds_every_rendition_pdfa_2u(
    collection: Collection, verapdf_judge: Callable[..., dict[Path, bool]]
) -> None:
    renditions = sorted(collection.renditions())
    assert renditions
    verdicts = verapdf_judge(renditions, flavour="2u")
    assert [str(pdf) for pdf, compliant in verdicts.items() if not compliant] == []


def test_poppler_reads_the_text_of_the_source(collection: Collection, pdf_text: Callable[[Path], str]) -> None:
    found = {pdf.name: differences(original, pdf_text(pdf)) for pdf, original in collection.renditions().items()}
    assert found
    assert {name: one for name, one in found.items() if one} == {}


def test_the_comparison_misses_no_letter(tmp_path: Path) -> None:
    """Or the comparison above could not fail."""
    footer = "urn:uuid:00000000-0000-4000-8000-000000000000\n\npage 1 of 1\n\f"
    for name, source in {
        "a.txt": "Ein Brief.",
        "a.md": "# Ein *Brief*\n",
        "a.html": "<p>Ein Brief.</p>",
        "a.csv": "Ein,Brief.",
    }.items():
        original = tmp_path / name
        original.write_text(source, encoding="utf-8")
        assert differences(original, f"Ein Brief.\n{footer}") == ""
        for text in ("Ein rief.", "Ein BBrief.", "Ein Brieg.", "Ein Brief. page 1 of 1"):
            assert differences(original, f"{text}\n{footer}"), f"{text} passed for {source}"
    assert differences(tmp_path / "a.txt", f"Brief. Ein\n{footer}") == "the order differs"


def test_axe_finds_no_fault_with_a_preview_page(
    collection: Collection, axe_judge: Callable[[Path], list[dict[str, Any]]]
) -> None:
    # The page with the most on it: the package with the most documents, or else the first.
    package = max(collection.packages, key=lambda one: sum(path.is_file() for path in one.rglob("*")))
    assert axe_judge(package / "data" / "ro-crate-preview.html") == []


def _description(record: bytes) -> Description:
    source = ValueSource(kind=SourceKind.SIDECAR, place="dc.xml")
    return Description(
        statements=tuple(
            Statement(term=value.term, text=value.text, language=value.language, scheme=value.scheme, source=source)
            for value in parse_dcterms_xml(record)
        )
    )
