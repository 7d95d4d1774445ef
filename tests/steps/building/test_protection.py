from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archiver.config import Configuration
from archiver.model import Finding, Severity
from archiver.steps.building.protection import said_once
from tests.render import pdf_samples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.steps.building.settings import BuildSettings
    from archiver.steps.results import ItemResult

    Built = Callable[[BuildSettings], list[ItemResult]]


def finding(code: str, file: str) -> Finding:
    return Finding(severity=Severity.WARNING, code=code, file=file, message="", fix="")


def codes(result: ItemResult) -> set[str]:
    return {one.code for one in result.findings}


def test_a_renderers_finding_takes_the_place_of_the_one_at_the_door() -> None:
    before = [finding("document-encrypted", "a"), finding("document-encrypted", "b"), finding("document-signed", "a")]
    after = said_once(before, [finding("pdf-encrypted", "a")])
    assert [(one.code, one.file) for one in after] == [
        ("document-encrypted", "b"),
        ("document-signed", "a"),
        ("pdf-encrypted", "a"),
    ]
    assert said_once(before, [finding("rendition-timeout", "a")])[:3] == before


def test_protected_documents_are_named_whether_copies_are_made_or_not(
    settings: BuildSettings, source: Path, built: Built
) -> None:
    (source / "locked.pdf").write_bytes(pdf_samples.encrypted_for_readers())
    (source / "signed.pdf").write_bytes(pdf_samples.signed())
    planned = built(replace(settings, dry_run=True))
    plain = built(settings)
    for results in (planned, plain):
        assert "document-encrypted" in codes(results[0])
        assert "document-signed" in codes(results[1])
    copied = built(replace(settings, configuration=Configuration(workers=1), destination=settings.source / "../copied"))
    assert {"pdf-encrypted"} == codes(copied[0]) & {"pdf-encrypted", "document-encrypted"}
    assert {"pdf-signed"} == codes(copied[1]) & {"pdf-signed", "document-signed"}
