"""A PDF beyond what is rendered, through the whole command: kept where it is PDF/A, told where it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.steps.rendering.test_large_pdfs import large

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.commands import Archiver


def test_a_large_pdf_is_its_own_rendition_where_it_is_pdfa(archiver: Archiver, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    valid = large(seeds)
    (seeds / "plain.pdf").write_bytes(valid.read_bytes().replace(b"pdfaid:part", b"pdfaid:prat"))
    for _ in ("built", "current"):
        ran = archiver("build", seeds, "--out", tmp_path / "out", "--json", cwd=tmp_path)
        assert ran.status == 0, ran.stderr
        kept, other = (one["documents"][0]["rendition"] for one in ran.objects)
        assert (kept["status"], kept["flavour"]) == ("kept", "2u")
        assert kept["path"] == "data/representations/original/data/large.pdf"
        assert other["path"] is None
    first = archiver("build", seeds, "--out", tmp_path / "again", "--json", cwd=tmp_path).objects
    assert [one["code"] for one in first[1]["findings"] if "pdf" in one["file"]] == ["rendition-too-large"]
    assert first[0]["documents"][0]["rendition"]["validated"] is True
