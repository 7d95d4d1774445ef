"""A build with veraPDF on PATH, and what is asked for without it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.commands import Archiver


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    for name in ("a.txt", "b.md"):
        (tmp_path / "seeds" / name).write_text(f"# The text of {name}\n", encoding="utf-8")
    return tmp_path


def without_verapdf() -> str:
    """Return the PATH without the folders where a verapdf is."""
    folders = os.environ["PATH"].split(":")
    return ":".join(one for one in folders if not os.access(f"{one}/verapdf", os.X_OK))


@pytest.mark.parametrize("flavour", ["2a", "3a", "4", "4f"])
def test_a_flavour_only_verapdf_can_prove_is_not_made_without_it(
    letters: Path, archiver: Archiver, flavour: str
) -> None:
    ran = archiver("build", "--pdfa", flavour, cwd=letters, changes={"PATH": without_verapdf()})
    assert ran.status == 4
    assert f"only veraPDF can prove PDF/A-{flavour}" in ran.stderr
    assert not (letters / "packages").exists()


@pytest.mark.parametrize("flavour", ["2a", "2u", "4f"])
def test_every_copy_is_judged_by_both(letters: Path, archiver: Archiver, verapdf_program: Path, flavour: str) -> None:
    path = f"{verapdf_program.parent}:{os.environ['PATH']}"
    ran = archiver("build", "--pdfa", flavour, "--json", cwd=letters, changes={"PATH": path})
    assert ran.status == 0, ran.stderr
    for item in ran.objects:
        (document,) = item["documents"]
        rendition = document["rendition"]
        assert (rendition["status"], rendition["flavour"], rendition["validated"]) == ("rendered", flavour, True)
        seen = {check["name"]: check["passed"] for check in rendition["checks"]}
        assert seen == {
            "glyphs": True,
            "pdfa": True if flavour == "2u" else None,
            "text": True,
            "pages": True,
            "limits": True,
            "pdfa-verapdf": True,
        }
    premis = next(letters.glob("packages/a/data/metadata/preservation/premis.xml")).read_text(encoding="utf-8")
    assert "pdfa-verapdf passed: compliant with PDF/A-" in premis
    assert "veraPDF" in premis
    assert not list(letters.glob("packages/.*"))


def test_one_that_refuses_everything_lets_no_copy_through(letters: Path, archiver: Archiver, tmp_path: Path) -> None:
    report = (
        '{"report":{"buildInformation":{"releaseDetails":[{"id":"apps","version":"9"}]},"jobs":[{"validationResult":[{'
        '"profileName":"PDF/A-2u validation profile","compliant":false,"jobEndStatus":"normal","details":'
        '{"ruleSummaries":[]}}]}]}}'
    )
    program = tmp_path / "refuses"
    reply = f"n=$((n+1)); echo '{report}' > $TMPDIR/$n.xml; echo $TMPDIR/$n.xml"
    program.write_text(f"#!/bin/sh\n{reply}; while read f; do {reply}; done\n", encoding="utf-8")
    program.chmod(0o755)
    (letters / "archiver.toml").write_text(f'[build]\nverapdf = "{program}"\n', encoding="utf-8")
    ran = archiver("build", "--json", cwd=letters)
    assert ran.status == 0
    assert "rendition-refused-by-verapdf" in ran.codes
    assert {one["documents"][0]["rendition"]["status"] for one in ran.objects} == {"failed"}
    assert list(letters.glob("packages/*/data/representations/pdfa/**/*.pdf")) == []
    (letters / "archiver.toml").write_text('[build]\nverapdf = "none"\n', encoding="utf-8")
    again = archiver("build", "--json", "--out", "others", cwd=letters)
    assert {one["documents"][0]["rendition"]["validated"] for one in again.objects} == {True}


def test_a_path_to_nothing_is_refused(letters: Path, archiver: Archiver) -> None:
    (letters / "archiver.toml").write_text('[build]\nverapdf = "/no/verapdf"\n', encoding="utf-8")
    ran = archiver("build", cwd=letters)
    assert ran.status == 2
    assert "/no/verapdf" in ran.stderr
