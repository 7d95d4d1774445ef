"""Documents that are PDF: what is kept, what is converted and what is left alone, and that no page changes unseen."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest

from archiver.execution.pool import TaskDone
from archiver.model import Description, RenderRequest, RenderResult, SourceKind, Statement, ValueSource
from archiver.render.pdf.converter import RENDERER
from archiver.render.sandbox import render
from tests.render.pdf_samples import AWKWARD, attachment, changed, form, javascript, page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.execution.pool import WorkerPool

SOURCE = ValueSource(kind=SourceKind.SIDECAR, place="a.yaml")
RECORD = Description(
    statements=(
        Statement(term="title", text="Das Kapital", source=SOURCE),
        Statement(term="creator", text="Karl Marx", source=SOURCE),
        Statement(term="language", text="de", source=SOURCE),
    )
)


def ask(content: bytes, flavour: str = "2u", record: Description = RECORD) -> RenderRequest:
    return RenderRequest(
        name="box/a.pdf",
        content=content,
        media_type="application/pdf",
        puid="fmt/276",
        description=record,
        identifier="urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        flavour=flavour,
    )


NAMELESS = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about=""><part>2</part></rdf:Description></rdf:RDF></x:xmpmeta>'
)
"""Metadata with a property that is in no namespace: it stopped a reader of XMP that takes none for possible."""

OVERFLOW = bytes.fromhex(
    "255044462d312e333539323635333538390a312030206f626a3c3c3c3c3c3c5b3c3e5d3e3e3c3e3e3e2f50616765732035203020522f547970652f"
    "436174616c6f67203e3e0a352030206f626a0a3c3c20202f4b696473205b203820302052205d203e3e0a382030206f626a0a3c3c2f4d6564696142"
    "6f78205b2030203020302030205d20205b3e5d203e3e0a660a34"
)
"""A damaged file that says of itself that it is PDF 1.3592653589, a number that cannot be written again."""

BEYOND = ("layers", "spot colour", "gradient", "JPEG 2000")
"""What PDF/A-2 allows and the built-in validator does not know."""


def codes(result: RenderResult) -> set[str]:
    return {finding.code for finding in result.findings}


def converted(content: bytes, flavour: str = "2u") -> RenderResult:
    result = RENDERER.convert(ask(content, flavour))
    assert result.status == "converted", result
    assert result.validated
    assert result.pdf is not None
    assert [check.name for check in result.checks if check.passed] == ["pdfa", "pages", "text", "raster", "limits"]
    return result


def unmapped() -> bytes:
    """Return a page whose fonts do not say what their glyphs stand for."""

    def forget(pdf: pikepdf.Pdf) -> None:
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary) and "/ToUnicode" in one:
                del one["/ToUnicode"]

    return changed(forget)


def page_texts(content: bytes) -> list[str]:
    with pypdfium2.PdfDocument(content) as pdf:
        return [one.get_textpage().get_text_range() for one in pdf]


@pytest.fixture(scope="module")
def results() -> dict[str, tuple[bytes, RenderResult]]:
    made = {name: maker() for name, (maker, _) in AWKWARD.items()}
    return {name: (content, RENDERER.convert(ask(content))) for name, content in made.items()}


@pytest.mark.parametrize(("name", "expected"), [(name, expected) for name, (_, expected) in AWKWARD.items()])
def test_awkward_pdfs_pass_or_say_why_not(
    results: dict[str, tuple[bytes, RenderResult]], name: str, expected: str
) -> None:
    source, result = results[name]
    if expected == "converted":
        assert result.status == "converted", result
        assert result.pdf is not None
        assert page_texts(result.pdf) == page_texts(source)
    else:
        assert (result.status, result.flavour, result.pdf, result.validated or False) == ("failed", None, None, False)
        assert codes(result) == {expected}
    assert all(finding.file == "box/a.pdf" for finding in result.findings)
    assert "0x" not in "".join(finding.message for finding in result.findings)


def test_verapdf_passes_everything_that_is_called_pdfa(
    results: dict[str, tuple[bytes, RenderResult]], verapdf_judge: Callable[..., dict[Path, bool]], tmp_path: Path
) -> None:
    by_flavour = defaultdict(list)
    for number, (_, result) in enumerate(results.values()):
        if result.pdf is not None:
            file = tmp_path / f"{number}.pdf"
            file.write_bytes(result.pdf)
            by_flavour[result.flavour].append(file)
    assert set(by_flavour) == {"2u", "3u"}
    for flavour, files in by_flavour.items():
        assert verapdf_judge(files, flavour=flavour) == dict.fromkeys(files, True)


def asked_both(content: bytes) -> RenderResult:
    return RENDERER.convert(dataclasses.replace(ask(content), second_validator=True))


def test_what_the_validator_cannot_judge_is_left_to_the_second(
    verapdf_judge: Callable[..., dict[Path, bool]], tmp_path: Path
) -> None:
    files = []
    for name in BEYOND:
        source = AWKWARD[name][0]()
        result = asked_both(source)
        assert (result.status, result.flavour, result.validated) == ("converted", "2u", None), result
        assert [check.name for check in result.checks if check.passed is None] == ["pdfa"]
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(result.pdf or b"")
    assert verapdf_judge(files, flavour="2u") == dict.fromkeys(files, True)


def test_what_breaks_the_rules_is_not_given_to_the_second() -> None:
    for name in ("CMYK", "font not embedded", "huge page"):
        assert codes(asked_both(AWKWARD[name][0]())) == {"pdfa-not-reached"}


def test_with_a_second_validator_the_level_declared_is_asked_about() -> None:
    content = (converted(page()).pdf or b"").replace(b"<pdfaid:conformance>U<", b"<pdfaid:conformance>A<")
    result = asked_both(content)
    assert (result.status, result.flavour, result.validated) == ("kept", "2a", None)
    again = asked_both(converted(page()).pdf or b"")
    assert (again.status, again.flavour, again.validated) == ("kept", "2u", True)


@pytest.mark.parametrize("part", ["2", "3"])
def test_what_is_pdfa_already_is_kept_to_the_byte(part: str) -> None:
    content = converted(page(), f"{part}b").pdf
    assert content is not None
    result = RENDERER.convert(ask(content))
    assert (result.status, result.flavour, result.validated) == ("kept", f"{part}b", True)
    assert result.pdf == content
    assert [check.name for check in result.checks if check.passed] == ["pdfa", "syntax"]
    assert codes(result) == set()


def test_a_level_that_nobody_checked_is_not_claimed() -> None:
    content = (converted(page()).pdf or b"").replace(b"<pdfaid:conformance>U<", b"<pdfaid:conformance>A<")
    result = RENDERER.convert(ask(content))
    assert (result.status, result.flavour) == ("kept", "2u")
    assert result.notes == ("it declares PDF/A-2a; level u was confirmed",)


def test_level_u_of_a_kept_file_is_confirmed_only_where_every_character_has_a_value() -> None:
    content = (converted(unmapped(), "2b").pdf or b"").replace(b"<pdfaid:conformance>B<", b"<pdfaid:conformance>U<")
    result = RENDERER.convert(ask(content))
    assert (result.status, result.flavour, result.validated) == ("kept", "2b", True)
    assert result.notes == ("it declares PDF/A-2u; level b was confirmed",)


def test_a_false_claim_is_not_believed() -> None:
    content = changed(lambda _: None, page("pdf/a-2b"))
    with_font, _ = AWKWARD["font not embedded"]
    lie = BytesIO()
    with pikepdf.open(BytesIO(with_font())) as pdf, pikepdf.open(BytesIO(content)) as other:
        pdf.Root.Metadata = pdf.copy_foreign(other.Root.Metadata)
        pdf.save(lie)
    result = RENDERER.convert(ask(lie.getvalue()))
    assert codes(result) == {"pdfa-not-reached"}
    assert "Helvetica" in result.findings[0].message
    assert "It says of itself that it is PDF/A-2b" in result.findings[0].message


def test_the_record_is_in_the_copy() -> None:
    result = converted(page())
    with pikepdf.open(BytesIO(result.pdf or b"")) as pdf:
        packet = pdf.Root.Metadata.read_bytes()
        assert packet.count(b"<rdf:RDF") == 1
        assert "Karl Marx" in packet.decode()
        assert pdf.docinfo["/Title"] == "Das Kapital"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert pdf.Root.Lang == "en"  # its own, not the record's


def test_nothing_else_is_said_of_the_document_and_no_date_is_made_up() -> None:
    def date(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/CreationDate"] = pikepdf.String("D:20200101000000")
        pdf.docinfo["/Author"] = pikepdf.String("Somebody")

    with pikepdf.open(BytesIO(converted(changed(date)).pdf or b"")) as pdf:
        assert set(pdf.docinfo.keys()) == {"/Title", "/Producer"}
        assert b"xmp:CreateDate" not in pdf.Root.Metadata.read_bytes()


def test_its_own_title_is_used_where_the_record_has_none() -> None:
    result = RENDERER.convert(ask(page(), record=Description()))
    with pikepdf.open(BytesIO(result.pdf or b"")) as pdf:
        assert pdf.docinfo["/Title"] == "A letter"


def test_its_own_title_may_stand_in_its_metadata_alone() -> None:
    def move(pdf: pikepdf.Pdf) -> None:
        with pdf.open_metadata() as metadata:
            metadata["dc:title"] = "In the packet"
        del pdf.trailer["/Info"]

    result = RENDERER.convert(ask(changed(move), record=Description()))
    with pikepdf.open(BytesIO(result.pdf or b"")) as pdf:
        assert pdf.docinfo["/Title"] == "In the packet"


@pytest.mark.parametrize(
    "packet",
    [b"", b"<x", b"\xff\xfe", b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><y/></x:xmpmeta>", b"<a>&e;</a>", NAMELESS],
)
def test_metadata_that_cannot_be_read_are_replaced(packet: bytes) -> None:
    def put(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Metadata = pdf.make_stream(packet, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)

    assert converted(changed(put)).flavour == "2u"


@pytest.mark.parametrize(
    ("asked", "given", "why"),
    [
        ("2b", "2b", ""),
        ("2u", "2u", ""),
        ("3u", "3u", ""),
        ("2a", "2u", "level a needs"),
        ("3a", "3u", "level a needs"),
        ("4", "2u", "part 4 has rules"),
        ("4f", "2u", "part 4 has rules"),
    ],
)
def test_the_flavour_said_is_the_one_proven(asked: str, given: str, why: str) -> None:
    result = converted(page(), asked)
    assert (result.flavour, codes(result)) == (given, {"rendition-other-flavour"} if why else set())
    assert why in "".join(finding.message for finding in result.findings)


def test_characters_without_a_value_make_it_level_b_and_it_is_said_why(
    verapdf_judge: Callable[..., dict[Path, bool]], tmp_path: Path
) -> None:
    result = converted(unmapped())
    assert (result.flavour, codes(result)) == ("2b", {"rendition-other-flavour"})
    assert "fonts do not say" in result.findings[0].message
    file = tmp_path / "a.pdf"
    file.write_bytes(result.pdf or b"")
    assert verapdf_judge([file], flavour="2b") == {file: True}
    file.write_bytes((result.pdf or b"").replace(b"<pdfaid:conformance>B<", b"<pdfaid:conformance>U<"))
    assert verapdf_judge([file], flavour="2u") == {file: False}


def test_attachments_stay_and_make_it_part_three() -> None:
    result = converted(attachment())
    assert (result.flavour, codes(result)) == ("3u", {"pdf-attachments"})
    with pikepdf.open(BytesIO(result.pdf or b"")) as pdf:
        assert pdf.attachments["notes.txt"].get_file().read_bytes() == b"notes"


def test_javascript_is_gone_from_every_place() -> None:
    result = converted(javascript())
    assert codes(result) == {"pdf-javascript-removed"}
    out = BytesIO()
    with pikepdf.open(BytesIO(result.pdf or b"")) as pdf:
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert b"JavaScript" not in out.getvalue()
    assert b"app.alert" not in out.getvalue()


def test_what_stands_in_fields_is_drawn_and_links_stay_links() -> None:
    source = form()
    result = converted(source)
    assert codes(result) == {"pdf-form-flattened"}
    with pikepdf.open(BytesIO(result.pdf or b"")) as pdf:
        assert "/AcroForm" not in pdf.Root
        assert [str(one.Subtype) for one in pdf.pages[0].Annots] == ["/Link"]


def test_a_field_that_viewers_are_left_to_draw_is_drawn_and_not_lost() -> None:
    def leave(pdf: pikepdf.Pdf) -> None:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        font.Encoding = pikepdf.Name.WinAnsiEncoding
        field = pdf.Root.AcroForm.Fields[0]
        del field["/AP"]
        field.DA = pikepdf.String("/F 12 Tf 0 g")
        pdf.Root.AcroForm.DR = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=pdf.make_indirect(font)))
        pdf.Root.AcroForm.NeedAppearances = True

    result = RENDERER.convert(ask(changed(leave, form())))
    assert codes(result) == {"pdfa-not-reached"}
    assert "Helvetica" in result.findings[0].message  # it stands on the page now, in a font that is not there


def test_bookmarks_as_tex_writes_them_are_no_obstacle() -> None:
    def mark(pdf: pikepdf.Pdf) -> None:
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("A chapter", 0))
        title = pdf.make_indirect(pikepdf.String("A chapter"))  # an object of its own
        pdf.Root.Outlines.First.Title = title

    with pikepdf.open(BytesIO(converted(changed(mark)).pdf or b"")) as pdf, pdf.open_outline() as outline:
        assert [one.title for one in outline.root][:1] == ["A chapter"]


def test_fields_without_a_place_on_a_page_go() -> None:
    def take_off(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Annots = pikepdf.Array()

    with pikepdf.open(BytesIO(converted(changed(take_off, form())).pdf or b"")) as pdf:
        assert "/AcroForm" not in pdf.Root


def test_a_note_with_an_appearance_of_its_own_stays_a_note_in_a_form() -> None:
    def note(pdf: pikepdf.Pdf) -> None:
        look = pdf.make_stream(b"0 1 0 rg 0 0 9 9 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
        look.BBox = pikepdf.Array([0, 0, 9, 9])
        square = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Square, F=4, Contents="look here")
        square.Rect, square.AP = pikepdf.Array([300, 300, 309, 309]), pikepdf.Dictionary(N=look)
        pdf.pages[1].obj.Annots = pikepdf.Array([pdf.make_indirect(square)])

    result = converted(changed(note, form()))
    with pikepdf.open(BytesIO(result.pdf or b"")) as pdf:
        assert [str(one.Subtype) for one in pdf.pages[1].Annots] == ["/Square"]


def test_damage_is_told_and_the_text_is_whole() -> None:
    result = converted(AWKWARD["broken table"][0]())
    assert codes(result) == {"pdf-damaged"}
    assert page_texts(result.pdf or b"") == page_texts(page())


def test_same_bytes_each_time_and_in_a_locked_in_worker(children: WorkerPool) -> None:
    request = ask(AWKWARD["JPEG"][0]())
    first = RENDERER.convert(request)
    outcome = children.submit(render, request, 60).result()
    assert isinstance(outcome, TaskDone), outcome
    assert outcome.value.pdf == first.pdf
    assert outcome.value.status == "converted"


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7", b"no pdf at all", b"%PDF-1.4\n%%EOF", page()[:300], b"%PDF-1.7\n" + b"<<" * 100_000, OVERFLOW],
    ids=["empty", "header", "text", "end", "start", "nested", "number"],
)
def test_what_is_no_pdf_is_told_in_words(content: bytes) -> None:
    result = RENDERER.convert(ask(content))
    assert (result.status, codes(result)) == ("failed", {"pdf-unreadable"})
