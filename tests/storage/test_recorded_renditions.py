from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archiver.storage.recorded_renditions import RecordedRendition, recorded_renditions

if TYPE_CHECKING:
    from pathlib import Path

OBJECT = (
    "<object><objectIdentifier><objectIdentifierType>local</objectIdentifierType>"
    "<objectIdentifierValue>{}</objectIdentifierValue></objectIdentifier><objectCharacteristics><format>"
    "<formatNote>Media type: x</formatNote><formatNote>{}</formatNote></format></objectCharacteristics></object>"
)
EVENT = (
    "<event><eventDetailInformation><eventDetail>{}</eventDetail></eventDetailInformation><linkingObjectIdentifier>"
    "<linkingObjectIdentifierValue>{}</linkingObjectIdentifierValue></linkingObjectIdentifier></event>"
)
KEPT, MADE = "representations/original/data/a.pdf", "representations/pdfa/data/b.pdf"


def record(tmp_path: Path, *parts: str) -> Path:
    file = tmp_path / "premis.xml"
    file.write_text(f'<premis xmlns="http://www.loc.gov/premis/v3">{"".join(parts)}</premis>', encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("detail", "status"), [("Converted to PDF/A-2b", "converted"), ("Rendered as PDF/A-2b", "rendered")]
)
def test_how_a_rendition_was_made(tmp_path: Path, detail: str, status: str) -> None:
    file = record(tmp_path, OBJECT.format(MADE, "Conforms to PDF/A-2b; and"), EVENT.format(detail, MADE))
    found = recorded_renditions(file)[MADE]
    assert (found.flavour, found.status) == ("2b", status)


def test_a_rendition_names_the_event_of_very_many(tmp_path: Path) -> None:
    names = (
        "<relatedEventIdentifier><relatedEventIdentifierValue>{}</relatedEventIdentifierValue></relatedEventIdentifier>"
    )
    made = OBJECT.format(MADE, "Conforms to PDF/A-2b").replace("</object>", f"{names.format('1')}</object>")
    for identifier, status in (("1", "converted"), ("2", "rendered")):
        event = EVENT.format("Converted to PDF/A-2b", "representations/pdfa")
        numbered = f"<event><eventIdentifierValue>{identifier}</eventIdentifierValue>"
        file = record(tmp_path, made, event.replace("<event>", numbered))
        assert recorded_renditions(file)[MADE].status == status


@pytest.mark.parametrize(("linked", "status"), [("representations/pdfa", "converted"), ("urn:uuid:1", "rendered")])
def test_an_event_of_all_renditions_links_their_representation(tmp_path: Path, linked: str, status: str) -> None:
    file = record(tmp_path, OBJECT.format(MADE, "Conforms to PDF/A-2b"), EVENT.format("Converted to PDF/A-2b", linked))
    assert recorded_renditions(file)[MADE].status == status


def test_an_original_that_is_pdfa(tmp_path: Path) -> None:
    file = record(tmp_path, OBJECT.format(KEPT, "Conforms to PDF/A-4f; and"), OBJECT.format("x", "Media type: y"))
    assert recorded_renditions(file) == {KEPT: RecordedRendition(flavour="4f", status="kept")}


@pytest.mark.parametrize("content", [b"", b"<premis", b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', b"\xff\xfe"])
def test_a_record_that_cannot_be_read_says_nothing(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "premis.xml"
    assert recorded_renditions(file) == {}
    file.write_bytes(content)
    assert recorded_renditions(file) == {}
