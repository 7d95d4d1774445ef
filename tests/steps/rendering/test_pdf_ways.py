"""The ways of a PDF that is not PDF/A at once: converted though it claims to be, and by another program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archiver.model import Description, RenderRequest, RenderResult
from archiver.render.pdf.converter import RENDERER
from archiver.steps.rendering.workers import RenderPool
from tests.render.pdf_samples import attachment, cmyk, font_not_embedded, huge_page, page, signed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.steps.rendering.workers import RenderTicket


def ask(content: bytes, flavour: str = "2u") -> RenderRequest:
    return RenderRequest(
        name="box/a.pdf",
        content=content,
        media_type="application/pdf",
        puid="fmt/276",
        description=Description(),
        identifier="urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        flavour=flavour,
    )


def results(
    folder: Path, *contents: bytes, verapdf: Path | None = None, pdftopdfa: Path | None = None, flavour: str = "2u"
) -> list[RenderResult]:
    with RenderPool(
        2,
        folder / "scratch",
        verapdf=str(verapdf) if verapdf else None,
        pdftopdfa=str(pdftopdfa) if pdftopdfa else None,
    ) as pool:
        tickets = [pool.submit(ask(content, flavour)) for content in contents]
        return [ticket.result() for ticket in tickets]


def codes(result: RenderResult) -> list[str]:
    return [finding.code for finding in result.findings]


def test_what_cannot_be_mended_here_is_made_pdfa_by_another_program(
    tmp_path: Path, pdftopdfa_program: Path, verapdf_judge: Callable[..., dict[Path, bool]]
) -> None:
    content = cmyk()
    made = results(tmp_path, content, font_not_embedded(), content, pdftopdfa=pdftopdfa_program)
    for number, result in enumerate(made):
        assert (result.status, result.flavour, result.validated, codes(result)) == ("converted", "2u", True, []), result
        assert result.tool.startswith("pdftopdfa 0.")
        assert [check.name for check in result.checks if check.passed] == ["pdfa", "pages", "text", "raster", "limits"]
        (tmp_path / f"{number}.pdf").write_bytes(result.pdf or b"")
    assert made[0].pdf == made[2].pdf  # whatever times and random names it writes
    files = sorted(tmp_path.glob("*.pdf"))
    assert verapdf_judge(files, flavour="2u") == dict.fromkeys(files, True)


def test_attachments_come_through_another_program(tmp_path: Path, pdftopdfa_program: Path) -> None:
    (result,) = results(tmp_path, cmyk(attachment()), pdftopdfa=pdftopdfa_program)
    assert (result.status, result.flavour, codes(result)) == ("converted", "3u", ["pdf-attachments"])


def test_where_no_way_leads_there_each_is_told(tmp_path: Path, pdftopdfa_program: Path) -> None:
    (result,) = results(tmp_path, huge_page(), pdftopdfa=pdftopdfa_program)
    assert (result.status, result.pdf, result.validated) == ("failed", None, False)
    assert codes(result) == ["pdfa-not-reached", "pdf-program-failed"]
    assert "15000.0" in result.findings[1].message


def test_a_signed_document_is_given_to_no_program(tmp_path: Path, pdftopdfa_program: Path) -> None:
    (result,) = results(tmp_path, signed(), pdftopdfa=pdftopdfa_program)
    assert codes(result) == ["pdf-signed"]


def test_without_another_program_it_stays_what_it_is(tmp_path: Path) -> None:
    (result,) = results(tmp_path, cmyk())
    assert codes(result) == ["pdfa-not-reached"]


def claims_a_level_it_has_not() -> bytes:
    content = RENDERER.convert(ask(page())).pdf or b""
    return content.replace(b"<pdfaid:conformance>U<", b"<pdfaid:conformance>A<")


def test_what_verapdf_refuses_to_be_kept_is_converted_in_the_same_build(
    tmp_path: Path, verapdf_program: Path, verapdf_judge: Callable[..., dict[Path, bool]]
) -> None:
    (result,) = results(tmp_path, claims_a_level_it_has_not(), verapdf=verapdf_program)
    assert (result.status, result.flavour, result.validated) == ("converted", "2u", True)
    assert codes(result) == ["pdf-claim-untrue"]
    assert "PDF/A-2a" in result.findings[0].message
    assert "veraPDF" in result.findings[0].message
    file = tmp_path / "a.pdf"
    file.write_bytes(result.pdf or b"")
    assert verapdf_judge([file], flavour="2u") == {file: True}


def test_many_documents_are_judged_side_by_side_and_none_waits_for_ever(
    tmp_path: Path, verapdf_program: Path, pdftopdfa_program: Path
) -> None:
    contents = [page(), cmyk(), claims_a_level_it_has_not(), huge_page()] * 3
    made = results(tmp_path, *contents, verapdf=verapdf_program, pdftopdfa=pdftopdfa_program)
    assert [result.status for result in made] == ["converted", "converted", "converted", "failed"] * 3


def test_a_pool_that_is_given_up_settles_tickets_of_every_way(tmp_path: Path, pdftopdfa_program: Path) -> None:
    tickets: list[RenderTicket] = []

    def give_up() -> None:
        with RenderPool(1, tmp_path / "scratch", pdftopdfa=str(pdftopdfa_program)) as pool:
            tickets.extend(pool.submit(ask(cmyk())) for _ in range(4))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        give_up()
    assert {ticket.result().status for ticket in tickets} <= {"failed", "converted"}
