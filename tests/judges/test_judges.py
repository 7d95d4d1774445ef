"""The judges themselves: each passes something good, refuses a known bad thing, and never takes silence for a pass."""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
import weasyprint

from tests.judges import available, pdfs, verdict
from tests.judges.verdict import JudgeBrokenError, JudgeResult

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.judges.eark import EarkReport
    from tests.judges.schemas import SchemaJudge

HEAD = '<!doctype html><html lang="en"><head><title>A page</title></head>'
PAGE = HEAD + "<body><main><h1>A page</h1>{}</main></body></html>"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
DCTERMS = 'xmlns:dcterms="http://purl.org/dc/terms/"'


@pytest.fixture
def example(shared: Path, tmp_path: Path) -> Path:
    """Return the data folder of a package that every judge has passed before."""
    with tarfile.open(shared / "examples" / "e-ark-ro-crate-bag.tar.xz") as archive:
        for member in archive:  # extractall's filter came with Python 3.11.4
            content = archive.extractfile(member)
            if content is not None:
                target = tmp_path / member.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())
    return next(tmp_path.glob("*/data"))


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    """Return a bag written by hand."""
    root = tmp_path / "bag é"
    (root / "data").mkdir(parents=True)
    (root / "data" / "a.txt").write_bytes(b"a\n")
    digest = hashlib.sha512(b"a\n").hexdigest()
    (root / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", encoding="utf-8")
    (root / "manifest-sha512.txt").write_text(f"{digest}  data/a.txt\n", encoding="utf-8")
    return root


def pdf(path: Path, variant: str | None, text: str = "Almaty, 5 января") -> Path:
    source = f'<html lang="en"><head><title>t</title></head><body><p>{text}</p></body></html>'
    weasyprint.HTML(string=source).write_pdf(path, pdf_variant=variant)
    return path


def test_bagit_passes_a_whole_bag(bag: Path, bagit_judge: Callable[[Path], JudgeResult]) -> None:
    result = bagit_judge(bag)
    assert result.passed, result.detail


def test_bagit_refuses_a_changed_byte(bag: Path, bagit_judge: Callable[[Path], JudgeResult]) -> None:
    (bag / "data" / "a.txt").write_bytes(b"b\n")
    result = bagit_judge(bag)
    assert not result.passed
    assert "data/a.txt" in result.detail


def test_bagit_without_a_verdict_is_no_pass(tmp_path: Path, bagit_judge: Callable[[Path], JudgeResult]) -> None:
    with suppress(JudgeBrokenError):
        assert not bagit_judge(tmp_path / "nothing here").passed


def test_premis_passes_the_example(example: Path, premis_schema: SchemaJudge) -> None:
    result = premis_schema((example / "metadata" / "preservation" / "premis.xml").read_bytes())
    assert result.passed, result.detail


@pytest.mark.parametrize(
    "change",
    [
        pytest.param((b"objectIdentifierType>", b"objectIdentifierSort>"), id="an element that PREMIS lacks"),
        pytest.param((b'version="3.0"', b'version="9.9"'), id="a version that PREMIS lacks"),
        pytest.param((b"</", b"<"), id="not well-formed"),
    ],
)
def test_premis_refuses(example: Path, premis_schema: SchemaJudge, change: tuple[bytes, bytes]) -> None:
    good = (example / "metadata" / "preservation" / "premis.xml").read_bytes()
    bad = good.replace(*change)
    assert bad != good
    result = premis_schema(bad)
    assert not result.passed
    assert result.detail


@pytest.mark.parametrize(
    ("content", "passes"),
    [
        pytest.param("<dcterms:title>A</dcterms:title>", True, id="a title"),
        pytest.param('<dcterms:date xsi:type="dcterms:W3CDTF">2022-01-05</dcterms:date>', True, id="a date"),
        pytest.param('<dcterms:date xsi:type="dcterms:W3CDTF">5 January</dcterms:date>', False, id="a date in words"),
        pytest.param("<dcterms:heading>A</dcterms:heading>", False, id="no such term"),
        pytest.param('<dcterms:title xsi:type="dcterms:Nothing">A</dcterms:title>', False, id="no such scheme"),
        pytest.param("", False, id="nothing"),
    ],
)
@pytest.mark.parametrize("root", ["record", "metadata", "dcterms:whole"])
def test_dcterms_judges_below_any_root(dcterms_schema: SchemaJudge, root: str, content: str, passes: bool) -> None:  # noqa: FBT001
    result = dcterms_schema(f"<{root} {DCTERMS} {XSI}>{content}</{root}>".encode())
    assert result.passed is passes, result.detail


@pytest.mark.parametrize(("element", "passes"), [("dc:title", True), ("dc:issued", False)])
def test_oai_dc(oai_dc_schema: SchemaJudge, element: str, passes: bool) -> None:  # noqa: FBT001
    names = 'xmlns:o="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    result = oai_dc_schema(f"<o:dc {names}><{element}>A</{element}></o:dc>".encode())
    assert result.passed is passes, result.detail


def test_ro_crate_passes_the_example(example: Path, ro_crate_judge: Callable[[Path], dict[str, Any]]) -> None:
    report = ro_crate_judge(example)
    assert report["passed"], report["issues"]


def test_ro_crate_refuses_a_crate_without_root(example: Path, ro_crate_judge: Callable[[Path], dict[str, Any]]) -> None:
    file = example / "ro-crate-metadata.json"
    crate = json.loads(file.read_text(encoding="utf-8"))
    crate["@graph"] = [entity for entity in crate["@graph"] if entity["@id"] != "./"]
    file.write_text(json.dumps(crate), encoding="utf-8")
    report = ro_crate_judge(example)
    assert report["passed"] is False
    assert report["issues"]


def test_ro_crate_that_cannot_run_is_no_pass(tmp_path: Path, ro_crate_judge: Callable[[Path], dict[str, Any]]) -> None:
    with pytest.raises(JudgeBrokenError):
        ro_crate_judge(tmp_path / "nothing here")


def test_commons_ip_passes_the_example_as_an_aip(example: Path, commons_ip_judge: Callable[[Path], EarkReport]) -> None:
    report = commons_ip_judge(example)
    assert report.passed, report.errors
    assert report.specifications == ("CSIP-2.2.0", "AIP-2.2.0")
    assert [rule.partition(":")[0] for rule in report.warnings] == ["CSIP101"]
    assert report.checked > 100


def test_commons_ip_refuses_a_changed_byte(example: Path, commons_ip_judge: Callable[[Path], EarkReport]) -> None:
    file = example / "documentation" / "README.txt"
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    report = commons_ip_judge(example)
    assert [rule.partition(":")[0] for rule in report.errors] == ["CSIP71"]


def test_commons_ip_that_cannot_run_is_no_pass(tmp_path: Path, commons_ip_judge: Callable[[Path], EarkReport]) -> None:
    with suppress(JudgeBrokenError):
        assert not commons_ip_judge(tmp_path / "nothing here").passed


def test_eark_validator_passes_the_example(example: Path, eark_validator_judge: Callable[[Path], EarkReport]) -> None:
    report = eark_validator_judge(example)
    assert report.passed, report.errors


def test_eark_validator_refuses_a_package_without_agents(
    example: Path, eark_validator_judge: Callable[[Path], EarkReport]
) -> None:
    mets = example / "METS.xml"
    mets.write_bytes(re.sub(rb"<agent .*?</agent>", b"", mets.read_bytes(), flags=re.DOTALL))
    report = eark_validator_judge(example)
    assert not report.passed
    assert any(rule.startswith("CSIP10:") for rule in report.errors)


def test_eark_validator_that_cannot_run_is_no_pass(
    tmp_path: Path, eark_validator_judge: Callable[[Path], EarkReport]
) -> None:
    with suppress(JudgeBrokenError):
        assert not eark_validator_judge(tmp_path / "nothing here").passed


@pytest.mark.parametrize(
    "change",
    [
        pytest.param((b"<structMap", b"<structureMap"), id="an element that METS lacks"),
        pytest.param((b'NOTETYPE="SOFTWARE VERSION"', b'NOTETYPE="VERSION"'), id="a note type that E-ARK lacks"),
    ],
)
def test_mets_passes_the_example_and_refuses_changes(
    example: Path, mets_schema: SchemaJudge, change: tuple[bytes, bytes]
) -> None:
    good = (example / "METS.xml").read_bytes()
    result = mets_schema(good)
    assert result.passed, result.detail
    assert not mets_schema(good.replace(*change)).passed


def test_verapdf_tells_pdfa_from_other_files(tmp_path: Path, verapdf_judge: Callable[..., dict[Path, bool]]) -> None:
    good = pdf(tmp_path / "хорошо [1].pdf", "pdf/a-2u")
    plain = pdf(tmp_path / "plain.pdf", None)
    garbage = tmp_path / "no.pdf"
    garbage.write_bytes(b"%PDF-1.7\nnothing")
    assert verapdf_judge([good, plain, garbage]) == {good: True, plain: False, garbage: False}


def test_verapdf_judges_the_flavour_asked_for(tmp_path: Path, verapdf_judge: Callable[..., dict[Path, bool]]) -> None:
    good = pdf(tmp_path / "a.pdf", "pdf/a-2u")
    assert verapdf_judge([good], flavour="1b") == {good: False}


def test_verapdf_in_batches(
    tmp_path: Path, verapdf_judge: Callable[..., dict[Path, bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdfs, "_BATCH", 1)
    files = [pdf(tmp_path / "a.pdf", "pdf/a-2u"), pdf(tmp_path / "b.pdf", None)]
    assert list(verapdf_judge(files).values()) == [True, False]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["true"], id="says nothing"),
        pytest.param(
            ["echo", '{"report": {"jobs": [], "batchSummary": {"outOfMemory": 0, "veraExceptions": 0}}}'],
            id="judges none",
        ),
        pytest.param(["no-such-program-here"], id="is not there"),
    ],
)
def test_verapdf_without_a_verdict_is_no_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-1.7\n")
    home = tmp_path / "home"
    home.mkdir()

    def other(words: Sequence[str | Path], **options: Any) -> Any:  # noqa: ANN401 - as run returns
        assert words
        return verdict.run(command, **options)

    monkeypatch.setattr(pdfs, "run", other)
    with pytest.raises(JudgeBrokenError):
        pdfs.judge_pdfs([file], home)


def test_pdftotext_reads_what_was_written(tmp_path: Path, pdf_text: Callable[[Path], str]) -> None:
    assert "Almaty, 5 января" in pdf_text(pdf(tmp_path / "a.pdf", None))


def test_pdftotext_on_no_pdf_is_no_text(tmp_path: Path, pdf_text: Callable[[Path], str]) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"nothing")
    with pytest.raises(JudgeBrokenError):
        pdf_text(file)


def test_axe_passes_a_clean_page(tmp_path: Path, axe_judge: Callable[[Path], list[dict[str, Any]]]) -> None:
    page = tmp_path / "a page.html"
    page.write_text(PAGE.format("<p>Text.</p>"), encoding="utf-8")
    assert axe_judge(page) == []


def test_axe_sees_an_image_without_words(tmp_path: Path, axe_judge: Callable[[Path], list[dict[str, Any]]]) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE.format('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'), encoding="utf-8")
    assert [violation["id"] for violation in axe_judge(page)] == ["image-alt"]


def test_strace_sees_system_calls(strace: str, tmp_path: Path) -> None:
    ended = verdict.run([strace, "-f", "-e", "trace=openat", "cat", "/dev/null"], home=tmp_path)
    assert "/dev/null" in ended.stderr


def test_the_real_command_is_this_checkouts(archiver_command: list[str], checkout: Path) -> None:
    assert archiver_command[1:] == ["-P", "-m", "archiver"]
    assert (checkout / "archiver" / "__main__.py").is_file()


@pytest.mark.parametrize("required", ["1", "0", None])
def test_a_missing_judge_fails_only_where_judges_are_required(
    monkeypatch: pytest.MonkeyPatch, required: str | None
) -> None:
    if required is None:
        monkeypatch.delenv("ARCHIVER_REQUIRE_JUDGES", raising=False)
    else:
        monkeypatch.setenv("ARCHIVER_REQUIRE_JUDGES", required)
    outcome = pytest.fail.Exception if required == "1" else pytest.skip.Exception
    with pytest.raises(outcome, match=re.escape("the judge verapdf is missing: no java")):
        verdict.missing("verapdf", "no java")


def test_a_half_made_judge_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(available, "JUDGES", tmp_path)
    python = tmp_path / "bagit" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    assert available.why_missing("bagit") == "no environment .judges/bagit"
    (tmp_path / "bagit" / ".complete").touch()
    assert available.why_missing("bagit") is None


def test_a_misspelt_judge_is_an_error() -> None:
    with pytest.raises(KeyError):
        available.why_missing("veraPFD")
