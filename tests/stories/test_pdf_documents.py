"""PDFs in a collection: one is PDF/A already, one can be made so, one must not be touched, one cannot be helped."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from archiver.model import Description, RenderRequest
from archiver.render.pdf.converter import RENDERER
from tests.render.pdf_samples import font_not_embedded, layers, page, signed
from tests.stories.commands import Archiver, packages_of
from tests.stories.premis_records import premis_texts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.judges.schemas import SchemaJudge
    from tests.judges.verdict import JudgeResult

ORIGINALS, RENDITIONS = "data/representations/original/data", "data/representations/pdfa/data"


def valid() -> bytes:
    request = RenderRequest(
        name="a.pdf",
        content=page(),
        media_type="application/pdf",
        puid=None,
        description=Description(),
        identifier="urn:uuid:x",
    )
    return RENDERER.convert(request).pdf or b""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    documents = {"valid": valid(), "plain": page(), "signed": signed(), "unembedded": font_not_embedded()}
    for name, content in documents.items():
        (seeds / f"{name}.pdf").write_bytes(content)
    return tmp_path


def built(archiver: Archiver, place: Path) -> dict[str, dict[str, Any]]:
    ran = archiver("build", "--json", "--workers", "1", "--bundle", "item", cwd=place)
    assert ran.status == 0, ran.stderr
    return {one["item"].removesuffix(".pdf"): one for one in ran.objects}


def renditions(results: dict[str, dict[str, Any]], key: str) -> dict[str, Any]:
    return {name: one["documents"][0]["rendition"][key] for name, one in results.items()}


def test_each_pdf_goes_its_own_way(
    place: Path,
    archiver: Archiver,
    bagit_judge: Callable[[Path], JudgeResult],
    premis_schema: SchemaJudge,
) -> None:
    results = built(archiver, place)
    ways = {"valid": "kept", "plain": "converted", "signed": "failed", "unembedded": "failed"}
    assert renditions(results, "status") == ways
    assert renditions(results, "flavour") == {"valid": "2u", "plain": "2u", "signed": None, "unembedded": None}
    assert renditions(results, "validated") == {"valid": True, "plain": True, "signed": None, "unembedded": False}
    assert renditions(results, "path") == {
        "valid": f"{ORIGINALS}/valid.pdf",
        "plain": f"{RENDITIONS}/plain.pdf.pdf",
        "signed": None,
        "unembedded": None,
    }
    codes = {
        name: {finding["code"] for finding in one["findings"]} - {"archive-unnamed"} for name, one in results.items()
    }
    assert codes == {"valid": set(), "plain": set(), "signed": {"pdf-signed"}, "unembedded": {"pdfa-not-reached"}}
    for package in packages_of(place / "packages"):
        assert bagit_judge(package).passed
        premis = (package / "data" / "metadata" / "preservation" / "premis.xml").read_bytes()
        assert premis_schema(premis).passed


def test_what_is_kept_has_no_copy_and_its_record_says_why(place: Path, archiver: Archiver) -> None:
    package = place / built(archiver, place)["valid"]["package"]
    assert not (package / "data" / "representations" / "pdfa").exists()
    details = premis_texts(package, "//p:event[p:eventType='validation']//p:eventDetail/text()")
    assert "Original checked: it is PDF/A-2u as it is: pdfa, syntax" in details
    assert premis_texts(package, "//p:relationship[p:relationshipType='derivation']") == []
    notes = premis_texts(package, "//p:formatNote/text()")
    assert "Conforms to PDF/A-2u" in notes
    preview = (package / "data" / "ro-crate-preview.html").read_text("utf-8")
    assert "None needed: the original is PDF/A-2u" in preview
    assert "it is PDF/A-2u as it is" in (package / "data" / "ro-crate-metadata.json").read_text("utf-8")


def test_a_rerun_tells_the_same_but_validates_nothing(place: Path, archiver: Archiver) -> None:
    first, second = built(archiver, place), built(archiver, place)
    assert {one["status"] for one in second.values()} == {"current"}
    for key in ("path", "flavour"):
        assert renditions(second, key) == renditions(first, key)
    assert renditions(second, "status") == {
        "valid": "kept",
        "plain": "converted",
        "signed": "skipped",
        "unembedded": "skipped",
    }
    assert set(renditions(second, "validated").values()) == {None}


def test_people_are_told_in_a_line(place: Path, archiver: Archiver) -> None:
    ran = archiver("build", "--workers", "1", cwd=place)
    assert "1 valid PDF/A-2u already" in ran.stdout + ran.stderr
    assert "1 with a PDF/A-2u copy that passed its checks" in ran.stdout + ran.stderr


def test_with_verapdf_more_is_proven_and_a_false_claim_is_put_right(
    tmp_path: Path, archiver: Archiver, verapdf_program: Path
) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    claim = valid().replace(b"<pdfaid:conformance>U<", b"<pdfaid:conformance>A<")
    documents = {"layers": layers(), "tagged": page("pdf/a-2a"), "claim": claim, "plain": page()}
    for name, content in documents.items():
        (seeds / f"{name}.pdf").write_bytes(content)
    path = f"{verapdf_program.parent}:{os.environ['PATH']}"
    ran = archiver("build", "--json", "--workers", "1", cwd=tmp_path, changes={"PATH": path})
    results = {one["item"].removesuffix(".pdf"): one for one in ran.objects}
    assert renditions(results, "status") == {
        "layers": "converted",
        "tagged": "kept",
        "claim": "converted",
        "plain": "converted",
    }
    assert renditions(results, "flavour") == {"layers": "2u", "tagged": "2a", "claim": "2u", "plain": "2u"}
    assert set(renditions(results, "validated").values()) == {True}
    claimed = results["claim"]["documents"][0]["rendition"]["path"]
    assert claimed == f"{RENDITIONS}/claim.pdf.pdf"
    copy = (tmp_path / results["claim"]["package"] / claimed).read_bytes()
    assert b"<pdfaid:conformance>A<" not in copy
    assert b"<pdfaid:conformance>U<" in copy
    (finding,) = (one for one in results["claim"]["findings"] if one["code"] != "archive-unnamed")
    assert finding["code"] == "pdf-claim-untrue"
    assert "veraPDF" in finding["message"]
