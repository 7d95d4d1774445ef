"""The page for users of bagit-python names only what there is, on both sides, and leaves none of the other's out."""

from __future__ import annotations

import re
from pathlib import Path

import bagit
import pytest

import archiver


@pytest.fixture(scope="module")
def page(checkout: Path) -> str:
    return (checkout / "docs" / "for-users-of-bagit-python.md").read_text(encoding="utf-8")


def rows(page: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("|")]


def test_every_name_of_ours_is_there(page: str) -> None:
    ours = set(re.findall(r"\barchiver\.([A-Za-z_]+)", page))
    assert ours >= {"make_bag", "verify", "Bag", "extract_payload"}
    assert ours <= set(archiver.__all__)
    cells = " ".join(row[1] for row in rows(page))
    members = set(re.findall(r"\bbag\.([a-z_]+)", cells))
    assert "info_values" in members
    assert [name for name in sorted(members) if not hasattr(archiver.Bag, name)] == []


def test_every_public_call_of_theirs_is_on_the_page(page: str) -> None:
    cells = " ".join(row[0] for row in rows(page))
    left_out = {"baginfo_normalize", "missing_optional_tagfiles", "compare_fetch_with_fs", "validate_fetch"}
    calls = {name for name in vars(bagit.Bag) if not name.startswith("_")} - left_out
    named = set(re.findall(r"\bbag\.([a-z_]+)", cells))
    assert {name for name in calls if callable(getattr(bagit.Bag, name))} <= named


def test_every_code_is_explained(page: str, checkout: Path) -> None:
    explained = re.findall(
        r"^### (\S+)$", (checkout / "docs" / "findings.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    codes = re.findall(r"`(bag-[a-z-]+)`", page)
    assert codes
    assert set(codes) <= set(explained)
