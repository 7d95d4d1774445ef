from __future__ import annotations

import random
import time

import pytest

from archiver.model import Description, RenderRequest, RenderResult
from archiver.render.office.registry import OFFICE_MEMBERS
from archiver.render.programs.libreoffice import find_libreoffice
from archiver.render.sandbox import render
from tests.corpus.office import docx, docx_parts, odt, word_paragraph, zipped
from tests.corpus.scripts import SCRIPTS


def rendered(content: bytes, name: str) -> RenderResult:
    media_type = next(iter(OFFICE_MEMBERS[name][2]))
    request = RenderRequest(
        name=f"a.{name}",
        content=content,
        media_type=media_type,
        puid=None,
        description=Description(),
        identifier="urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    )
    return render(request)


def codes(result: RenderResult) -> list[str]:
    return [finding.code for finding in result.findings]


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_docx_in_each_script_keeps_its_words(script: str) -> None:
    result = rendered(docx("A heading", SCRIPTS[script], header="A header"), "docx")
    assert result.status == "rendered", [*result.checks, *result.findings]
    assert (result.flavour, result.validated) == ("2u", True)
    assert codes(result) == ["office-simplified"]


def test_lists_tables_and_notes_come_along() -> None:
    cell = "<w:tc>{}</w:tc>".format(word_paragraph("In a cell"))
    body = word_paragraph("Above") + f"<w:tbl><w:tr>{cell}{cell}</w:tr></w:tbl>" + word_paragraph("Below")
    result = rendered(zipped(docx_parts(body)), "docx")
    assert result.status == "rendered", result
    assert "by mammoth" in " ".join(result.notes)


@pytest.mark.parametrize("name", [one for one in OFFICE_MEMBERS if one != "docx"])
def test_every_other_format_says_what_to_install(name: str) -> None:
    result = rendered(odt("words"), name)
    assert (result.status, result.flavour, result.validated, result.pdf) == ("unsupported", None, None, None)
    assert codes(result) == ["rendition-needs-program"]
    for words in ("apt-get install", "dnf install", "brew install"):
        assert words in result.findings[0].fix


@pytest.mark.parametrize("content", [b"", b"words", docx("words")[:-30], odt("words")])
def test_what_is_no_docx_is_damaged(content: bytes) -> None:
    result = rendered(content, "docx")
    assert (result.status, codes(result)) == ("failed", ["office-damaged"])


def test_words_that_get_lost_on_the_way_fail_the_check() -> None:
    odd = "<w:p><w:smartTagX><w:r><w:t>Qqq</w:t></w:r></w:smartTagX></w:p>"
    result = rendered(zipped(docx_parts(word_paragraph("Words") + odd)), "docx")
    assert (result.status, codes(result)[-1]) == ("failed", "rendition-text-differs")


def test_none_is_found_where_there_is_none(tmp_path: object) -> None:
    assert find_libreoffice(str(tmp_path)) is None


SOUND = zipped(docx_parts("".join(map(word_paragraph, SCRIPTS.values()))), stored=("word/document.xml",))


@pytest.mark.parametrize("seed", range(25))
def test_mutated_documents_end_in_a_result_quickly(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same mutations each time
    text = docx_parts("".join(map(word_paragraph, SCRIPTS.values())))
    part = bytearray(str(text["word/document.xml"]).encode())
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(part))
        part[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 4))
    started = time.process_time()
    result = rendered(zipped(text | {"word/document.xml": bytes(part)}), "docx")
    assert time.process_time() - started < 30
    assert result.status in {"rendered", "failed"}
    assert result.findings
