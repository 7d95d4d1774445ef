"""``archiver report`` as a user runs it: on a store that was filled by the command for that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from lxml import etree, html

from tests.stories.trees import touched

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from tests.judges.schemas import SchemaJudge
    from tests.judges.seaweedfs import ObjectStore
    from tests.stories.commands import Archiver


@pytest.fixture
def stored(archiver: Archiver, letters: Path) -> Path:
    """Return a folder with a store of two packages in it."""
    assert archiver("build", "--no-pdfa", cwd=letters).status == 0
    assert archiver("store", "add", "packages", cwd=letters).status == 0
    return letters


def test_the_summary_says_what_matters(archiver: Archiver, stored: Path) -> None:
    before = touched(stored / "store")
    ran = archiver("report", cwd=stored)
    assert ran.status == 0
    assert "store  2 packages, " in ran.stdout
    assert "! Never: 2 packages" in ran.stdout
    assert "No failure is open." in ran.stdout
    assert touched(stored / "store") == before


def test_each_form_is_what_it_says(
    archiver: Archiver,
    stored: Path,
    premis_schema: SchemaJudge,
    axe_judge: Callable[[Path], list[dict[str, Any]]],
) -> None:
    value = json.loads(archiver("report", "--json", cwd=stored).stdout)
    assert (value["packages"], value["stores"][0]["location"], value["notes"]) == (2, "store", [])
    assert {"x-fmt/111"} <= {one["puid"] for one in value["formats"]}
    page = stored / "report.html"
    assert archiver("report", "--html", "--out", "report.html", cwd=stored).stdout == ""
    assert "2 packages" in html.parse(page).getroot().text_content()
    assert axe_judge(page) == []
    assert archiver("report", "--csv", cwd=stored).stdout.startswith("\ufeffsection,")
    premis = archiver("report", "--premis", cwd=stored).stdout.encode()
    assert premis_schema(premis).passed
    assert len(etree.fromstring(premis)) == 2


def test_a_report_is_not_written_over(archiver: Archiver, stored: Path) -> None:
    (stored / "report.html").write_text("mine", encoding="utf-8")
    ran = archiver("report", "--html", "--out", "report.html", cwd=stored)
    assert ran.status == 2
    assert "exists already" in ran.stderr
    assert (stored / "report.html").read_text(encoding="utf-8") == "mine"


def test_the_archives_own_list_of_risks_is_told(archiver: Archiver, stored: Path) -> None:
    (stored / "risk.csv").write_text("puid,reason\nx-fmt/111,nobody reads letters\n", encoding="utf-8")
    (stored / "archiver.toml").write_text('[report]\nrisk = "risk.csv"\n', encoding="utf-8")
    assert "nobody reads letters" in archiver("report", cwd=stored).stdout
    (stored / "risk.csv").unlink()
    ran = archiver("report", cwd=stored)
    assert (ran.status, ran.stdout) == (2, "")
    assert "cannot read the list of formats at risk" in ran.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--html", "--csv"], "one form at a time"),
        (["urn:x"], "with --premis alone"),
        (["--out", "x"], "--out needs a form"),
        (["--store", "a", "--store", "b", "--records", "c"], "--records is of one store"),
        (["--store", "none"], "there is no store at none"),
        (["--premis", "urn:x", "--store", "none"], "there is no store at none"),
    ],
)
def test_what_cannot_be_is_refused(archiver: Archiver, tmp_path: Path, words: list[str], said: str) -> None:
    ran = archiver("report", *words, cwd=tmp_path)
    assert (ran.status, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_store_in_a_bucket_is_reported_and_when_it_is_away_too(
    archiver: Archiver, stored: Path, object_store: ObjectStore
) -> None:
    bucket = object_store.upload(stored / "store")
    (stored / "archiver.toml").write_text(object_store.configuration, encoding="utf-8")
    words = ("report", "--store", bucket, "--records", "records", "--json")
    (value,) = archiver(*words, cwd=stored).objects
    assert (value["packages"], value["stores"][0]["location"], value["notes"]) == (2, bucket, [])
    away = object_store.configuration.replace("127.0.0.1:", "127.0.0.1:1")
    (stored / "archiver.toml").write_text(away, encoding="utf-8")
    ran = archiver(*words, cwd=stored)
    assert ran.status == 0, ran.stderr
    assert ran.objects[0]["packages"] == 2
    assert "cannot be reached now" in ran.objects[0]["notes"][0]
