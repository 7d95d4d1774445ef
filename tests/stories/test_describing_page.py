"""What docs/describing.md shows works as it is written."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from archiver.config import read_configuration
from archiver.standards.dc_terms import TERM_BY_NAME
from archiver.standards.dctap import parse_dctap

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def page(checkout: Path) -> str:
    """Return the page's text."""
    return (checkout / "docs" / "describing.md").read_text(encoding="utf-8")


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def test_the_sheet_and_the_sidecar_are_good(page: str, archiver_command: list[str], tmp_path: Path) -> None:
    sheet, _ = blocks(page, "csv")
    (sidecar,) = blocks(page, "yaml")
    for name in ("letter-1.txt", "letter-2.txt"):
        (tmp_path / "seeds" / "1953").mkdir(parents=True, exist_ok=True)
        (tmp_path / "seeds" / "1953" / name).write_text("Text.\n", encoding="utf-8")
    (tmp_path / "metadata" / "1953").mkdir(parents=True)
    (tmp_path / "metadata" / "letters.csv").write_text(sheet, encoding="utf-8")
    (tmp_path / "metadata" / "1953" / "letter-1.yaml").write_text(sidecar, encoding="utf-8")
    words = [*archiver_command, "metadata", "check"]
    ran = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.stdout == "2 documents and 1 folder, 3 described: no problem found.\n"


def test_the_profile_and_the_configuration_are_good(page: str, tmp_path: Path) -> None:
    _, profile = blocks(page, "csv")
    reading = parse_dctap(profile.encode(), "our-profile.csv")
    assert reading.findings == ()
    assert reading.profile.parts is not None
    (tmp_path / "archiver.toml").write_text(blocks(page, "toml")[0], encoding="utf-8")
    assert read_configuration(tmp_path / "archiver.toml").record_profile == "strict"


def test_every_element_named_is_a_term(page: str) -> None:
    table = page.partition("## Element by element")[2].partition("\n## ")[0]
    named = [
        name for row in re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    ]
    assert len(named) > 25
    assert set(named) <= set(TERM_BY_NAME)


def test_every_command_and_option_named_exists(page: str, archiver_command: list[str], tmp_path: Path) -> None:
    named: dict[str, set[str]] = {}
    for command, rest in re.findall(r"archiver (metadata [a-z]+)([^\n`#]*)", page):
        named.setdefault(command, set()).update(re.findall(r"--[a-z-]+", rest))
    assert set(named) == {"metadata template", "metadata check", "metadata export", "metadata crosswalk"}
    for command, options in named.items():
        words = [*archiver_command, *command.split(), "--help"]
        shown = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        assert {option for option in options if option not in shown} == set()
