from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import CommandLine


@pytest.fixture
def packages(run: CommandLine, seeds: Path) -> Path:
    """Return the packages of three documents, two of them described."""
    (run.place / "metadata").mkdir()
    sheet = "filename,title,title@ru\na.txt,A,Ы\nb.txt,B|Bee,\n"
    (run.place / "metadata" / "s.csv").write_text(sheet, encoding="utf-8")
    assert run("build", seeds.name, "--no-pdfa").status == 0
    return run.place / "packages"


@pytest.mark.usefixtures("packages")
def test_packages_become_a_sheet(run: CommandLine) -> None:
    ran = run("metadata", "export", "packages", "--out", "e.csv")
    assert (ran.status, ran.out, ran.err) == (0, "e.csv  3 rows from 3 packages\n", "")
    expected = "\ufefffilename,title,title@ru\r\na.txt,A,Ы\r\nb.txt,B | Bee,\r\nc.csv,,\r\n"
    assert (run.place / "e.csv").read_bytes().decode() == expected
    ran = run("metadata", "export", "packages/a", "packages/b", "--out", "e.xlsx")
    assert ran.out == "e.xlsx  2 rows from 2 packages\n"


def test_a_package_that_cannot_be_read_makes_status_1(run: CommandLine, packages: Path) -> None:
    (packages / "a" / "data" / "metadata" / "descriptive" / "values.json").write_bytes(b"{")
    ran = run("metadata", "export", "packages", "--out", "e.csv")
    assert (ran.status, ran.out) == (1, "e.csv  2 rows from 2 packages\n")
    assert "error [export-package-unreadable] packages/a: data/metadata" in ran.err


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["seeds", "--out", "e.csv"], "seeds is no package of this program and holds none"),
        (["nowhere", "--out", "e.csv"], "nowhere is no package"),
        (["packages", "--out", "e.json"], "must end in .xlsx or .csv"),
        (["packages", "--out", "metadata/s.csv"], "exists already, and nothing is overwritten"),
        (["--out", "e.csv"], "Missing argument 'PACKAGE...'"),
    ],
)
def test_wrong_usage_is_said_in_words(run: CommandLine, words: list[str], said: str) -> None:
    before = sorted(run.place.rglob("*"))
    ran = run("metadata", "export", *words)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert sorted(run.place.rglob("*")) == before
