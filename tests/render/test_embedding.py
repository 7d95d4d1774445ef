from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from lxml import etree
from PIL import Image

from archiver.model import Description, RenderRequest, SourceKind, Statement, ValueSource
from archiver.render.embedding import EmbeddedFile, embed, with_original
from archiver.render.gate import conformance_check, judge
from archiver.render.pdfa import write_pdf
from archiver.render.plain_text import RENDERER
from archiver.render.sandbox import render

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
TITLE = Statement(term="title", text="A letter", source=ValueSource(kind=SourceKind.SIDECAR, place="a.yaml"))
REQUEST = RenderRequest(
    name="box 3/письмо.txt",
    content="Слова\n".encode() * 3,
    media_type="text/plain; charset=utf-8",
    puid="x-fmt/111",
    description=Description(statements=(TITLE,)),
    identifier="urn:uuid:x",
    flavour="3u",
    embed_original=NOW,
)


def embedded(pdf: bytes) -> dict[str, tuple[bytes, str, str, str, str]]:
    """Return each embedded file: name -> content, media type, relationship, date of modification, description."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        found: dict[str, Any] = {
            str(name): one for name, one in pikepdf.NameTree(opened.Root.Names.EmbeddedFiles).items()
        }
        assert [one.objgen for one in opened.Root.AF] == [one.objgen for one in found.values()]
        return {
            name: (
                one.EF.F.read_bytes(),
                str(one.EF.F.Subtype),
                str(one.AFRelationship),
                str(one.EF.F.Params.ModDate),
                str(one.Desc),
            )
            for name, one in found.items()
        }


def test_the_original_is_the_source_and_its_record_the_supplement() -> None:
    result = render(REQUEST)
    assert (result.status, result.flavour, result.validated) == ("rendered", "3u", True), result.findings
    assert result.pdf is not None
    files = embedded(result.pdf)
    assert list(files) == ["письмо.txt", "письмо.txt.dc.xml"]
    content, media_type, relationship, date, _ = files["письмо.txt"]
    assert (content, media_type, relationship) == (REQUEST.content, "/text/plain", "/Source")
    assert date == "D:20261122063000Z"
    record, media_type, relationship, _, description = files["письмо.txt.dc.xml"]
    assert (media_type, relationship, description) == (
        "/application/xml",
        "/Supplement",
        "Dublin Core record of the document",
    )
    assert etree.fromstring(record).findtext("{http://purl.org/dc/terms/}title") == "A letter"
    assert result.pdf.count(b"<rdf:RDF") == 1, "the packet can be read without a PDF reader"


def test_the_same_original_at_the_same_time_gives_the_same_bytes() -> None:
    assert render(REQUEST).pdf == render(REQUEST).pdf
    assert render(REQUEST).pdf != render(replace(REQUEST, embed_original=NOW + timedelta(seconds=1))).pdf


def test_verapdf_finds_no_fault_with_embedded_files(
    tmp_path: Path, verapdf_judge: Callable[..., dict[Path, bool]]
) -> None:
    for flavour in ("3a", "3b", "3u", "4f"):
        pdf = render(replace(REQUEST, flavour=flavour)).pdf
        assert pdf is not None
        file = tmp_path / f"{flavour}.pdf"
        file.write_bytes(pdf)
        assert verapdf_judge([file], flavour=flavour) == {file: True}


def picture(kind: str) -> bytes:
    out = BytesIO()
    Image.radial_gradient("L").convert("RGB").save(out, kind)
    return out.getvalue()


def test_what_another_way_made_takes_the_original_in_too() -> None:
    image = replace(REQUEST, name="a.png", content=picture("PNG"), media_type="image/png", puid="fmt/11")
    result = render(image)
    assert (result.status, result.flavour, result.validated) == ("converted", "3u", True), result.findings
    assert result.pdf is not None
    assert embedded(result.pdf)["a.png"][0] == image.content


def test_what_cannot_take_it_in_says_so() -> None:
    document = replace(
        REQUEST, name="a.pdf", content=picture("PDF"), media_type="application/pdf", puid="fmt/17", flavour="4f"
    )
    result = render(document)
    assert (result.status, result.flavour) == ("converted", "2u")
    assert "original-not-embedded" in {finding.code for finding in result.findings}


def test_nothing_is_embedded_unasked() -> None:
    pdf = render(replace(REQUEST, embed_original=None)).pdf
    assert pdf is not None
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert "/AF" not in opened.Root


def file(name: str, content: bytes = b"x", media_type: str = "text/plain") -> EmbeddedFile:
    return EmbeddedFile(
        name=name, content=content, media_type=media_type, relationship="Data", description="d", when=NOW
    )


@pytest.fixture(scope="module")
def plain() -> bytes:
    return write_pdf(RENDERER.prepare(REQUEST), REQUEST).pdf


def test_files_of_one_name_are_told_apart_and_those_there_already_stay(plain: bytes) -> None:
    once = embed(plain, [file("a.txt", b"1"), file("a.txt", b"2")])
    twice = embed(once, [file("a.txt", b"3"), file("0", b"4")])
    assert {name: one[0] for name, one in embedded_unordered(twice).items()} == {
        "a.txt": b"1",
        "2 a.txt": b"2",
        "3 a.txt": b"3",
        "0": b"4",
    }
    assert conformance_check(twice, "3u").passed


def embedded_unordered(pdf: bytes) -> dict[str, tuple[bytes, str]]:
    with pikepdf.open(BytesIO(pdf)) as opened:
        names = pikepdf.NameTree(opened.Root.Names.EmbeddedFiles)
        return {str(name): (one.EF.F.read_bytes(), str(one.EF.F.Subtype)) for name, one in names.items()}


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("", ""),
        ("\u202egnp.txt\n", "text/plain\n/evil"),
        ("n" * 5000, "image/" + "x" * 300),
        ("a(b)\\c", "no type"),
        ("../../etc/passwd", "a/b/c"),
    ],
)
def test_names_and_types_from_strangers_do_no_harm(plain: bytes, name: str, media_type: str) -> None:
    pdf = embed(plain, [file(name, media_type=media_type)])
    assert conformance_check(pdf, "3u").passed
    ((kept, (_, kind)),) = embedded_unordered(pdf).items()
    assert 0 < len(kept) <= 200
    assert kept.isprintable()
    assert not set(kept) & set("/\\")
    assert "\n" not in kind


def test_an_embedded_bomb_is_only_bytes(plain: bytes) -> None:
    with_bomb = replace(REQUEST, content=b"\0" * (8 << 20))
    pdf = with_original(plain, with_bomb)
    assert len(pdf) < (1 << 20)
    document = RENDERER.prepare(REQUEST)
    written = replace(write_pdf(document, REQUEST), pdf=pdf)
    assert judge(written, document, "a").passed
