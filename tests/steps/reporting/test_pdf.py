from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pikepdf
import pypdfium2 as pdfium
import pytest

from archiver.config import Configuration
from archiver.errors import FindingsError
from archiver.model.reports import FormatHoldings
from archiver.steps.reporting.pdf import ESCAPED, report_pdf
from tests.standards.pages.reports import a_report, an_empty_report

ALONE = Configuration(verapdf=None)


def test_the_report_is_pdfa_with_title_language_tags_and_words_for_the_picture() -> None:
    data = report_pdf(a_report(), ALONE)
    with pikepdf.open(BytesIO(data)) as pdf:
        assert len(pdf.pages) > 1
        assert str(pdf.Root.Lang) == "en"
        assert str(pdf.docinfo["/Title"]) == "Report on preservation stores, 22 November 2026"
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "2U"
        words = [str(one.Alt) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]
        assert any("4 did not end well" in one for one in words)
    assert data == report_pdf(a_report(), ALONE)


def test_an_archive_that_makes_no_copies_can_have_a_report() -> None:
    assert report_pdf(an_empty_report(), replace(ALONE, pdfa=None)).startswith(b"%PDF-")


def test_a_name_that_no_font_has_is_shown_by_escapes() -> None:
    data = report_pdf(replace(an_empty_report(), archive="Archive \U0001343f of \u0410"), ALONE)
    with pdfium.PdfDocument(data) as pdf:
        text = " ".join("".join(page.get_textpage().get_text_bounded() for page in pdf).split())
    assert "Archive \\U0001343f of \\u0410" in text
    assert ESCAPED in text


def test_long_lists_are_cut_and_the_rest_is_counted() -> None:
    report = an_empty_report()
    formats = tuple(
        FormatHoldings(
            puid=f"fmt/{number}",
            name=f"Format-{number}",
            media_type="",
            packages=1,
            files=1,
            bytes=1,
            risk="old" if number == 249 else None,
        )
        for number in range(250)
    )
    data = report_pdf(replace(report, formats=formats, formats_total=300), ALONE)
    with pdfium.PdfDocument(data) as pdf:
        text = " ".join("".join(page.get_textpage().get_text_bounded() for page in pdf).split())
    assert "Format-98" in text
    assert "Format-99" not in text
    assert "Format-249" in text, "those at risk are told before others"
    assert "200 more formats not shown here." in text


def test_what_does_not_pass_is_no_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archiver.steps.reporting.pdf.store_report_document", lambda *_: b"\0\1\2" * 999)
    with pytest.raises(FindingsError):
        report_pdf(an_empty_report(), ALONE)
