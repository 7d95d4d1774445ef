"""PDFs too large for a rendering child: judged from their file, in a locked-in child, with bounded memory."""

from __future__ import annotations

import os
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pytest
from pikepdf.pdfa import resolve_save_kwargs

from archiver.model import Description, RenderRequest, RenderResult
from archiver.render.failures import LARGEST_RENDERED
from archiver.render.pdf.converter import RENDERER
from archiver.steps.rendering.workers import RenderPool
from tests.render.pdf_samples import encrypted_for_editors, page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIDE = 6144
"""Pixels of a grey picture that is larger than what is rendered."""


def ask(content: bytes = b"", large: Path | None = None) -> RenderRequest:
    return RenderRequest(
        name="box/a.pdf",
        content=content,
        media_type="application/pdf",
        puid="fmt/276",
        description=Description(),
        identifier="urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        large_file=str(large) if large else None,
    )


def large(folder: Path, level: str = "U") -> Path:
    """Write PDF/A-2u with a picture of tens of megabytes, which says that it is of ``level``."""
    file = folder / "large.pdf"
    with pikepdf.open(BytesIO(RENDERER.convert(ask(page())).pdf or b"")) as pdf:
        picture = pdf.make_stream(os.urandom(SIDE) * SIDE, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
        picture.Width, picture.Height, picture.BitsPerComponent = SIDE, SIDE, 8
        picture.ColorSpace = pikepdf.Name.DeviceGray
        name = pdf.pages[0].add_resource(picture, pikepdf.Name.XObject)
        pdf.pages[0].contents_add(b"q 100 0 0 100 50 50 cm %s Do Q" % str(name).encode())
        out = BytesIO()
        pdf.save(out, **resolve_save_kwargs("2b", deterministic_id=True, compress_streams=False))
    file.write_bytes(out.getvalue().replace(b"<pdfaid:conformance>U<", f"<pdfaid:conformance>{level}<".encode()))
    assert file.stat().st_size > LARGEST_RENDERED
    return file


def settled(folder: Path, *files: Path, verapdf: Path | None = None, seconds: float = 120.0) -> list[RenderResult]:
    with RenderPool(2, folder / "scratch", timeout=seconds, verapdf=str(verapdf) if verapdf else None) as pool:
        tickets = [pool.submit(ask(large=file)) for file in files]
        return [ticket.result() for ticket in tickets]


def told(result: RenderResult) -> str:
    """Return the message of a result without a PDF, which has this one finding."""
    assert (result.status, result.flavour, result.pdf, result.validated or False) == ("failed", None, None, False)
    (finding,) = result.findings
    assert (finding.code, finding.file) == ("rendition-too-large", "box/a.pdf")
    return finding.message


def test_a_large_pdf_that_is_pdfa_is_kept(tmp_path: Path, verapdf_judge: Callable[..., dict[Path, bool]]) -> None:
    file = large(tmp_path)
    before = file.read_bytes()
    (result,) = settled(tmp_path, file)
    assert (result.status, result.flavour, result.validated, result.findings) == ("kept", "2u", True, ())
    assert [check.name for check in result.checks if check.passed] == ["pdfa", "syntax"]
    assert result.pdf is None
    assert file.read_bytes() == before
    assert verapdf_judge([file], flavour="2u") == {file: True}


def test_verapdf_is_asked_about_it_too(tmp_path: Path, verapdf_program: Path) -> None:
    (tmp_path / "other").mkdir()
    kept, refused = settled(tmp_path, large(tmp_path), large(tmp_path / "other", "A"), verapdf=verapdf_program)
    assert (kept.status, kept.validated, kept.checks[-1].name) == ("kept", True, "pdfa-verapdf")
    assert "veraPDF 1." in told(refused)


def test_what_cannot_be_kept_is_told_and_why(tmp_path: Path) -> None:
    plain, damaged, locked, foreign = (tmp_path / f"{number}.pdf" for number in range(4))
    whole = large(tmp_path).read_bytes()
    plain.write_bytes(whole.replace(b"pdfaid:part", b"pdfaid:prat"))
    damaged.write_bytes(whole.replace(b"endstream\nendobj", b"endstream  endobj", 1))
    locked.write_bytes(encrypted_for_editors())
    foreign.write_bytes(bytes(1000))
    messages = list(map(told, settled(tmp_path, plain, damaged, locked, foreign)))
    assert "does not say of itself that it is PDF/A" in messages[0]
    assert "syntax: " in messages[1]
    assert "encrypted" in messages[2]
    assert "not converted" in messages[3]


def test_one_that_takes_too_long_costs_itself_alone(tmp_path: Path) -> None:
    (result,) = settled(tmp_path, large(tmp_path), seconds=0.01)
    assert "took longer than 0.01 seconds" in told(result)


def test_a_pool_that_is_given_up_settles_it(tmp_path: Path) -> None:
    file = large(tmp_path)
    tickets = []

    def give_up() -> None:
        with RenderPool(1, tmp_path / "scratch") as pool:
            tickets.extend([pool.submit(ask(large=file)) for _ in range(3)])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        give_up()
    assert {ticket.result().status for ticket in tickets} <= {"failed", "kept"}
