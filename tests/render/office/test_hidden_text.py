"""Text that an office document hides, by itself or by a style, may be seen or not; all other text must be seen."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from archiver.render.office.container import Container
from archiver.render.office.text_of_docx import text_of_docx
from archiver.render.office.text_of_odf import text_of_odf
from tests.corpus.office import docx_parts, odt, zipped

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HIDE, SHOW = "<w:rPr><w:vanish/></w:rPr>", '<w:rPr><w:vanish w:val="0"/></w:rPr>'


def style(name: str, content: str = "", based: str = "", kind: str = "paragraph", more: str = "") -> str:
    on = f'<w:basedOn w:val="{based}"/>' if based else ""
    return f'<w:style w:type="{kind}" w:styleId="{name}"{more}>{on}{content}</w:style>'


STYLES = (
    style("Usual", more=' w:default="1"')
    + style("Hidden", HIDE)
    + style("Child", based="Hidden")
    + style("Shown", SHOW, based="Hidden")
    + style("RingA", based="RingB")
    + style("RingB", based="RingA")
    + style("HiddenWords", HIDE, kind="character")
)


def docx_words(body: str, styles: str = STYLES) -> tuple[str, str]:
    """Return the words of a document that must be seen, and those that may be."""
    parts = docx_parts(body) | {"word/styles.xml": f"<w:styles {W}>{styles}</w:styles>"}
    source = text_of_docx(Container(zipped(parts)))
    return source.required, source.optional


def paragraph(text: str, named: str = "", properties: str = "") -> str:
    style_of = f'<w:pPr><w:pStyle w:val="{named}"/></w:pPr>' if named else ""
    return f"<w:p>{style_of}<w:r>{properties}<w:t>{text}</w:t></w:r></w:p>"


@pytest.mark.parametrize("named", ["Hidden", "Child"])
def test_a_paragraph_style_hides_its_text(named: str) -> None:
    assert docx_words(paragraph("seen") + paragraph("unseen", named)) == ("seen", "unseen")


@pytest.mark.parametrize("named", ["", "Usual", "Shown", "RingA", "Absent"])
def test_other_paragraph_styles_do_not(named: str) -> None:
    assert docx_words(paragraph("seen", named)) == ("seen", "")


def test_a_character_style_hides_its_text_alone() -> None:
    words = '<w:rPr><w:rStyle w:val="HiddenWords"/></w:rPr>'
    body = f"<w:p><w:r><w:t>seen</w:t></w:r><w:r>{words}<w:t>unseen</w:t></w:r><w:r><w:t> too</w:t></w:r></w:p>"
    assert docx_words(body) == ("seen too", "unseen")


def test_what_a_run_says_itself_is_nearest() -> None:
    assert docx_words(paragraph("seen", "Hidden", SHOW) + paragraph("unseen", "Usual", HIDE)) == ("seen", "unseen")


def test_the_usual_style_may_hide() -> None:
    usual = style("Usual", HIDE, more=' w:default="1"')
    assert docx_words(paragraph("unseen") + paragraph("seen", "Other"), usual + style("Other")) == ("seen", "unseen")


def test_a_paragraph_in_a_text_box_has_its_own_style() -> None:
    box = f"<w:r><w:txbxContent>{paragraph('seen', 'Shown')}</w:txbxContent></w:r>"
    body = f"<w:p>{box}<w:r><w:t> too</w:t></w:r></w:p>{paragraph('unseen', 'Hidden')}"
    assert docx_words(body) == ("seen too", "unseen")


def test_a_style_of_opendocument_hides_its_text() -> None:
    automatic = (
        '<office:automatic-styles><style:style style:name="P1" style:family="paragraph" '
        'style:parent-style-name="Gone"/><style:style style:name="T1" style:family="text"><style:text-properties '
        'text:display="none"/></style:style><style:style style:name="T2" style:family="text"><style:text-properties '
        'text:display="true"/></style:style></office:automatic-styles>'
    )
    own = (
        '<text:p text:style-name="P1">unseen</text:p><text:p text:style-name="T1">seen <text:span '
        'text:style-name="T1">hidden</text:span><text:span text:style-name="T2">too</text:span></text:p>'
    )
    with zipfile.ZipFile(BytesIO(odt("A heading ", "MARK"))) as archive:
        content = archive.read("content.xml").decode()
        head = content.partition("<office:body>")[0]
    names = head.partition("<office:document-content ")[2].partition(">")[0]
    styles = f'<office:document-styles {names}><office:styles><style:style style:name="Gone" style:family="paragraph"'
    styles += '><style:text-properties text:display="none"/></style:style></office:styles></office:document-styles>'
    content = content.replace("<office:body>", f"{automatic}<office:body>").replace("<text:p>MARK</text:p>", own)
    source = text_of_odf(Container(odt("A heading ", more={"content.xml": content, "styles.xml": styles})))
    assert (source.required, source.optional) == ("A heading seen too", "unseenhidden")
