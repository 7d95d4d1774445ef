"""veraPDF beside the build: the real one, and programs that misbehave in its place."""

from __future__ import annotations

import os
import select
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archiver.model import Check, Description, RenderRequest, RenderResult
from archiver.render.failures import with_second_judge
from archiver.render.gate.verapdf import VeraPdf, verdict
from archiver.render.markdown import RENDERER
from archiver.render.pdfa import write_pdf

if TYPE_CHECKING:
    from collections.abc import Callable


REQUEST = RenderRequest(
    name="a.md",
    content=b"# Words\n\nwith *emphasis*\n",
    media_type="text/markdown",
    puid=None,
    description=Description(),
    identifier="urn:uuid:x",
)


@pytest.fixture(scope="module")
def pdfs() -> dict[str, bytes]:
    document = RENDERER.prepare(REQUEST)
    return {flavour: write_pdf(document, replace(REQUEST, flavour=flavour)).pdf for flavour in ("2a", "2u", "4")}


def test_one_process_judges_every_flavour(tmp_path: Path, verapdf_program: Path, pdfs: dict[str, bytes]) -> None:
    judge = VeraPdf(str(verapdf_program), tmp_path / "judge")
    try:
        judge.start()
        process = judge._process
        assert judge.check(pdfs["2a"], "2a").passed
        assert judge.check(pdfs["2a"], "2b").passed  # level A meets level B
        passed = judge.check(pdfs["4"], "4")
        assert passed.passed
        assert passed.name == "pdfa-verapdf"
        assert passed.tool.startswith("veraPDF 1.")
        other = judge.check(pdfs["2u"], "2a")
        assert (other.passed, other.detail) == (False, "it declares PDF/A-2u, not PDF/A-2a")
        broken = judge.check(pdfs["2u"].replace(b"<pdfaid:conformance>U", b"<pdfaid:conformance>X"), "2u")
        assert broken.passed is False
        torn = judge.check(b"%PDF-1.7\nno more than this", "2u")
        assert torn.passed is False
        assert "cannot be read" in torn.detail
        assert judge.check(pdfs["2u"], "2u").passed
        assert judge._process is process
        assert sorted(one.name for one in (tmp_path / "judge").iterdir() if one.suffix in {".pdf", ".xml"}) == [
            "first.pdf"
        ]
    finally:
        judge.close()
    assert process is not None
    assert process.returncode is not None


def test_one_that_was_killed_is_started_again(tmp_path: Path, verapdf_program: Path, pdfs: dict[str, bytes]) -> None:
    judge = VeraPdf(str(verapdf_program), tmp_path / "judge")
    try:
        assert judge.check(pdfs["2u"], "2u").passed
        judge.kill()
        gone = judge.check(pdfs["2u"], "2u")
        assert gone.passed is None
        assert judge.check(pdfs["2u"], "2u").passed
    finally:
        judge.close()


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], str]:
    def write(script: str) -> str:
        file = tmp_path / "verapdf"
        file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        file.chmod(0o755)
        return str(file)

    return write


REPLIES = 'echo "$TMPDIR/1.xml"; while read f; do {}; echo "$TMPDIR/1.xml"; done'


@pytest.mark.parametrize(
    ("script", "seconds", "said"),
    [
        pytest.param("exit 3", 30, "ended without an answer", id="ends"),
        pytest.param("exec sleep 60", 0.2, "took longer than 0.2 seconds", id="hangs"),
        pytest.param("while :; do echo noise; sleep 0.01; done", 0.2, "took longer than 0.2 seconds", id="chatters"),
        pytest.param("echo /etc/a.xml; while read f; do echo /etc/hosts.xml; done", 0.2, "longer", id="elsewhere"),
        pytest.param(REPLIES.format("true"), 30, "no report", id="no report"),
        pytest.param(REPLIES.format('echo "[[" > "$TMPDIR/1.xml"'), 30, "no report", id="no JSON"),
        pytest.param(REPLIES.format('head -c 9000000 /dev/zero > "$TMPDIR/1.xml"'), 30, "no report", id="too long"),
    ],
)
def test_what_misbehaves_gives_no_verdict(
    tmp_path: Path, program: Callable[[str], str], script: str, seconds: float, said: str
) -> None:
    judge = VeraPdf(program(script), tmp_path / "judge", timeout=seconds)
    checks = [judge.check(b"%PDF", "2u") for _ in range(2)]
    judge.close()
    assert [check.passed for check in checks] == [None, None]
    assert said in checks[0].detail


def test_a_program_that_is_none_is_not_tried_for_ever(tmp_path: Path, program: Callable[[str], str]) -> None:
    judge = VeraPdf(str(tmp_path / "absent"), tmp_path / "judge")
    assert "cannot be started" in judge.check(b"", "2u").detail
    judge = VeraPdf(program('echo x >> "$0.log"'), tmp_path / "judge")
    assert {judge.check(b"", "2u").passed for _ in range(9)} == {None}
    assert (tmp_path / "verapdf.log").read_text(encoding="utf-8").count("x") <= 5


def test_what_it_started_ends_with_it(tmp_path: Path, program: Callable[[str], str]) -> None:
    judge = VeraPdf(program('sleep 600 & echo $! > "$0.pid"; wait'), tmp_path / "judge", timeout=1)
    judge.check(b"", "2u")
    judge.close()
    try:
        child = os.pidfd_open(int((tmp_path / "verapdf.pid").read_text(encoding="utf-8")))
    except ProcessLookupError:
        return
    ended, _, _ = select.select([child], [], [], 30)
    os.close(child)
    assert ended


RELEASES = {"releaseDetails": [{"id": "apps", "version": "1.30.2"}]}


def result_of(profile: str, *, compliant: bool, status: str = "normal") -> dict[str, Any]:
    rule = {"specification": "ISO 19005-2:2011", "clause": "6.2.8", "testNumber": 3, "description": "Interpolate"}
    return {
        "profileName": f"{profile} validation profile",
        "compliant": compliant,
        "jobEndStatus": status,
        "details": {"ruleSummaries": [] if compliant else [rule]},
    }


@pytest.mark.parametrize(
    ("results", "flavour", "passed", "said"),
    [
        ([result_of("PDF/A-2u", compliant=True)], "2u", True, "compliant with PDF/A-2u"),
        ([result_of("PDF/A-2u", compliant=False)], "2u", False, "ISO 19005-2:2011 6.2.8, test 3: Interpolate"),
        ([result_of("PDF/A-2b", compliant=True)], "2u", False, "declares PDF/A-2b"),
        ([result_of("PDF/A-3a", compliant=True)], "3b", True, "PDF/A-3a"),
        ([result_of("PDF/A-3a", compliant=True)], "2b", False, "declares PDF/A-3a"),
        ([result_of("PDF/A-4f", compliant=True)], "4", False, "declares PDF/A-4f"),
        ([result_of("PDF/UA-1", compliant=True)], "2u", False, "not PDF/A-2u"),
        ([result_of("PDF/A-2a", compliant=True), result_of("PDF/UA-1", compliant=False)], "2a", False, "6.2.8"),
        ([result_of("PDF/A-2u", compliant=True, status="timeout")], "2u", None, "did not finish"),
        ([{"profileName": "PDF/A-2u"}], "2u", None, "no report"),
        ([], "2u", None, "no report"),
    ],
)
def test_a_report_is_read_strictly(
    results: list[dict[str, Any]],
    flavour: str,
    passed: bool | None,  # noqa: FBT001 - a parameter of the test
    said: str,
) -> None:
    check = verdict({"buildInformation": RELEASES, "jobs": [{"validationResult": results}]}, flavour)
    assert check.passed is passed
    assert said in check.detail


def checked(passed: bool | None, name: str = "pdfa") -> Check:  # noqa: FBT001 - as the field is
    return Check(name=name, passed=passed, tool="a 1", detail="d")


@pytest.mark.parametrize(
    ("first", "second", "flavour", "validated", "code"),
    [
        (True, True, "2u", True, None),
        (True, None, "2u", True, None),
        (True, False, None, False, "rendition-refused-by-verapdf"),
        (None, True, "2u", True, None),
        (None, None, None, None, "rendition-not-proven"),
        (None, False, None, False, "rendition-refused-by-verapdf"),
    ],
)
def test_what_two_judges_come_to(
    first: bool | None,  # noqa: FBT001 - a parameter of the test
    second: bool | None,  # noqa: FBT001 - as above
    flavour: str | None,
    validated: bool | None,  # noqa: FBT001 - as above
    code: str | None,
) -> None:
    alone = RenderResult(status="rendered", flavour="2u", validated=first, pdf=b"%PDF", checks=(checked(first),))
    both = with_second_judge(alone, checked(second, "pdfa-verapdf"), "a.txt")
    assert (both.flavour, both.validated) == (flavour, validated)
    assert (both.pdf is None) == (flavour is None) == (both.status == "failed")
    assert [one.code for one in both.findings] == ([code] if code else [])
    assert [one.passed for one in both.checks] == [first, second]
