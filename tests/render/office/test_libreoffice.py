from __future__ import annotations

import hashlib
import re
import socket
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pytest

from archiver.model import Description, ProgramOutput, RenderRequest, RenderResult, SourceKind, Statement, ValueSource
from archiver.render.gate.text import page_texts
from archiver.render.office.formats import office_format, part_for
from archiver.render.programs.libreoffice import LibreOffice, find_libreoffice
from archiver.render.programs.locked import ProgramLimits, ProgramRunner
from archiver.render.sandbox import render
from tests.corpus.office import (
    docx,
    docx_parts,
    odp,
    odt,
    odt_of_pictures,
    rtf,
    word_paragraph,
    written_by_libreoffice,
    zipped,
)
from tests.corpus.scripts import SCRIPTS
from tests.render.images.pictures import saved, scene

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.judge("libreoffice")

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "rtf": "application/rtf",
    "doc": "application/msword",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


SHOWN = tuple(text for script, text in SCRIPTS.items() if script != "Khmer")
"""LibreOffice 7.4 gives no text for some of Khmer's clusters, so that a copy with them is rightly refused."""


PLAIN = ("Latin", "Cyrillic", "Greek", "Arabic", "Hebrew", "Chinese", "Japanese", "Korean", "Georgian", "Armenian")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> LibreOffice:
    found = find_libreoffice()
    assert found is not None
    return LibreOffice(found, tmp_path_factory.mktemp("programs"), ProgramRunner())


def request(content: bytes, name: str, flavour: str = "2u", made: ProgramOutput | None = None) -> RenderRequest:
    source = ValueSource(kind=SourceKind.SIDECAR, place="a.yaml")
    terms = {"title": "A letter", "created": "2022-01-05", "language": "en", "subject": "letters"}
    return RenderRequest(
        name=f"a.{name}",
        content=content,
        media_type=MEDIA_TYPES[name],
        puid=None,
        description=Description(
            statements=tuple(Statement(term=term, text=text, source=source) for term, text in terms.items())
        ),
        identifier="urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        flavour=flavour,
        made=made,
    )


def converted(office: LibreOffice, content: bytes, name: str, flavour: str = "2u") -> RenderResult:
    made = office.convert(content, office_format(name, b""), part_for(flavour))
    assert made.pdf is not None, made
    return render(request(content, name, flavour, made))


def passed(result: RenderResult) -> dict[str, bool | None]:
    assert result.status == "converted", [*result.checks, *result.findings]
    return {check.name: check.passed for check in result.checks}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(docx(*SHOWN, header="A header"), "docx", id="docx"),
        pytest.param(odt("A heading", *SHOWN), "odt", id="odt"),
        pytest.param(odp(*SHOWN), "odp", id="odp"),
    ],
)
def test_every_script_comes_out_whole_and_proven(
    office: LibreOffice, content: bytes, name: str, verapdf_judge: Callable[..., dict[Path, bool]], tmp_path: Path
) -> None:
    result = converted(office, content, name)
    assert passed(result) == {"pdfa": True, "text": True, "pages": True, "limits": True}
    # Of clusters it writes as several glyphs (Devanagari, Bengali, Tamil, Thai), some stand for no character alone.
    assert (result.flavour, result.validated) == ("2b", True)
    assert "rendition-other-flavour" in {finding.code for finding in result.findings}
    assert re.fullmatch(r"LibreOffice \d+(\.\d+)+", result.tool)
    file = tmp_path / "a.pdf"
    file.write_bytes(result.pdf or b"")
    assert verapdf_judge([file], flavour="2b") == {file: True}


def test_scripts_without_clusters_are_2u(
    office: LibreOffice, verapdf_judge: Callable[..., dict[Path, bool]], tmp_path: Path
) -> None:
    plain = [text for script, text in SCRIPTS.items() if script in PLAIN]
    result = converted(office, docx(*plain), "docx")
    passed(result)
    assert result.flavour == "2u"
    assert result.findings == ()
    file = tmp_path / "a.pdf"
    file.write_bytes(result.pdf or b"")
    assert verapdf_judge([file]) == {file: True}


@pytest.mark.parametrize("target", ["doc:MS Word 97", "rtf:Rich Text Format"])
def test_what_word_wrote_before_is_converted_and_its_text_not_compared(
    office: LibreOffice, target: str, tmp_path: Path
) -> None:
    name = target.partition(":")[0]
    result = converted(office, written_by_libreoffice(odt("A heading", "words"), ".odt", target, tmp_path), name)
    assert passed(result) == {"pdfa": True, "text": None, "pages": True, "limits": True}


@pytest.mark.parametrize("target", ["pptx:Impress MS PowerPoint 2007 XML", "ppt:MS PowerPoint 97"])
def test_presentations_are_converted(office: LibreOffice, target: str, tmp_path: Path) -> None:
    name = target.partition(":")[0]
    result = converted(office, written_by_libreoffice(odp("One slide", "Два"), ".odp", target, tmp_path), name)
    assert passed(result)["text"] is (True if name == "pptx" else None)


def test_rtf_of_our_own(office: LibreOffice) -> None:
    assert passed(converted(office, rtf("words", "слова {braces}"), "rtf"))["pages"] is True


def test_the_record_is_written_into_it_and_nothing_of_the_program_stays(office: LibreOffice) -> None:
    pdf = converted(office, docx("words"), "docx").pdf
    assert pdf is not None
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert {key: str(value) for key, value in opened.docinfo.items()} == {
            "/Title": "A letter",
            "/Producer": f"LibreOffice {office.version}",
        }
        packet = opened.Root.Metadata.read_bytes().decode()
        assert opened.Root.Lang == "en"
    assert packet.count("<rdf:RDF") == 1
    assert "2022-01-05" in packet
    assert "letters" in packet
    assert re.search(r"20(2[3-9]|[3-9]\d)-\d\d", packet) is None, "a date of today"


@pytest.mark.parametrize(("asked", "given"), [("2b", "2b"), ("3u", "3u"), ("3b", "3b"), ("2a", "2a"), ("4", "2u")])
def test_each_flavour_is_what_it_says(
    office: LibreOffice,
    asked: str,
    given: str,
    verapdf_judge: Callable[..., dict[Path, bool]],
    tmp_path: Path,
) -> None:
    result = converted(office, odt("A heading", "words"), "odt", asked)
    passed(result)
    assert result.flavour == given
    assert ("rendition-other-flavour" in {finding.code for finding in result.findings}) is (asked != given)
    file = tmp_path / "a.pdf"
    file.write_bytes(result.pdf or b"")
    assert verapdf_judge([file], flavour=given) == {file: True}


def test_the_same_document_gives_the_same_bytes(office: LibreOffice) -> None:
    content = odt("A heading", "words", "слова")
    digests = {hashlib.sha256(converted(office, content, "odt").pdf or b"").hexdigest() for _ in range(2)}
    assert len(digests) == 1


def test_a_docx_that_libreoffice_gets_wrong_is_laid_out_here(office: LibreOffice) -> None:
    content = docx(SCRIPTS["Khmer"])
    made = office.convert(content, office_format("docx", b""), 2)
    wrong = ProgramOutput(pdf=office.convert(docx("other"), office_format("docx", b""), 2).pdf, tool=made.tool)
    result = render(request(content, "docx", made=wrong))
    assert result.status == "rendered", result
    assert [finding.code for finding in result.findings] == ["office-simplified"]
    assert result.notes[0].startswith(f"{made.tool}'s copy was not kept: text: missing")


def test_a_pdf_that_says_something_else_is_not_kept(office: LibreOffice) -> None:
    other = office.convert(odt("Other", "wörds"), office_format("odt", b""), 2)
    result = render(request(odt("A heading", "words"), "odt", made=other))
    assert result.status == "failed"
    assert result.pdf is None
    assert [finding.code for finding in result.findings] == ["rendition-text-differs"]


def test_fields_hidden_and_deleted_text_do_not_count(office: LibreOffice) -> None:
    body = (
        word_paragraph("Shown")
        + "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>four hundred</w:t></w:r>"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>Nobody sees this</w:t></w:r></w:p>"
        "<w:p><w:del w:id='1' w:author='x' w:date='2020-01-01T00:00:00Z'><w:r><w:delText>Gone</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:caps/></w:rPr><w:t>Capitals</w:t></w:r></w:p>"
    )
    passed(converted(office, zipped(docx_parts(body)), "docx"))


def test_text_hidden_by_a_style_does_not_count(office: LibreOffice) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
    styles = (
        '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style w:type="paragraph" '
        'w:styleId="Gone"><w:name w:val="Gone"/><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
    )
    body = word_paragraph("Shown") + word_paragraph("Nobody sees this", "Gone")
    parts = docx_parts(body, relationships=f'<Relationship Id="s" Type="{kind}" Target="styles.xml"/>')
    result = converted(office, zipped(parts | {"word/styles.xml": styles}), "docx")
    passed(result)
    assert "Nobody" not in "".join(page_texts(result.pdf or b""))


def test_a_jpeg_keeps_its_bytes_and_a_png_its_pixels(office: LibreOffice) -> None:
    jpeg = saved(scene(), "JPEG", quality=60)
    pdf = converted(office, odt_of_pictures({"a.jpg": jpeg, "b.png": saved(scene(), "PNG")}), "odt").pdf
    assert pdf is not None
    with pikepdf.open(BytesIO(pdf)) as opened:
        images = [one for one in opened.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]
        kinds = {str(one.Filter): one for one in images}
        assert set(kinds) == {"/DCTDecode", "/FlateDecode"}
        assert kinds["/DCTDecode"].read_raw_bytes() == jpeg
        assert kinds["/FlateDecode"].read_bytes() == scene().tobytes()


def test_a_hang_is_stopped_and_a_crash_is_told(tmp_path: Path) -> None:
    found = find_libreoffice()
    assert found is not None
    (tmp_path / "a").mkdir()
    slow = LibreOffice(found, tmp_path / "a", ProgramRunner(), ProgramLimits(wall_seconds=0.2))
    assert "longer than 0.2 seconds" in slow.convert(odt("words"), office_format("odt", b""), 2).cause
    (tmp_path / "b").mkdir()
    small = LibreOffice(found, tmp_path / "b", ProgramRunner(), ProgramLimits(memory=160 << 20))
    output = small.convert(odt("words"), office_format("odt", b""), 2)
    assert output.pdf is None
    result = render(request(odt("words"), "odt", made=output))
    assert [finding.code for finding in result.findings] == ["rendition-program-failed"]


def test_a_document_under_a_wrong_name_gives_no_pdf(office: LibreOffice) -> None:
    made = office.convert(b"<html><body>words</body></html>", office_format("docx", b""), 2)
    assert made.pdf is None
    assert "could not read it" in made.cause


def test_nothing_is_fetched_and_no_file_is_shown(office: LibreOffice, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("canary", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        names = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
        body = (
            f'<text:section text:name="s" {names}><text:section-source xlink:href="{secret.as_uri()}"/></text:section>'
            f'<text:p><draw:frame svg:width="5cm" svg:height="5cm" {names}><draw:image xlink:href="{address}"/>'
            "</draw:frame></text:p>"
        )
        own = odt("A heading", "words")
        content = own_body_replaced(own, body)
        made = office.convert(content, office_format("odt", b""), 2)
        with pytest.raises(TimeoutError):
            server.accept()
    assert made.pdf is not None
    result = render(request(content, "odt", made=made))
    assert b"canary" not in (result.pdf or b"")
    assert "office-external-resource" in {finding.code for finding in result.findings}


def own_body_replaced(content: bytes, body: str) -> bytes:
    """Return an OpenDocument text with more in its body."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    text = parts["content.xml"]
    assert isinstance(text, bytes)
    parts["content.xml"] = text.replace(b"</office:text>", body.encode() + b"</office:text>")
    return zipped(parts, stored=("mimetype",))
