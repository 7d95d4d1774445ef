"""Formats by PRONOM: known, unknown, empty, misleading."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiver.storage.formats import format_findings, identify

CASES = {
    "letter.txt": (b"Dear archive,\n", "x-fmt/111", "text/plain", []),
    "page.html": (b"<!DOCTYPE html><html><head><title>x</title></head></html>", "fmt/471", "text/html", []),
    "table.csv": (b"a,b\n1,2\n", "x-fmt/18", "text/csv", []),
    "empty.txt": (b"", "x-fmt/111", "text/plain", ["empty-file"]),
    "empty": (b"", None, "application/octet-stream", ["empty-file"]),
    "README": (b"Dear archive,\n", "x-fmt/111", "text/plain", []),
    "noise.txt": (bytes(range(256)) * 8, None, "application/octet-stream", ["format-unknown"]),
    "picture.txt": (
        (
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
            b"\x00\x00\x00\x00IEND\xaeB`\x82"
        ),
        None,
        None,
        ["format-extension-mismatch"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_formats(tmp_path: Path, name: str) -> None:
    content, puid, media_type, codes = CASES[name]
    (tmp_path / name).write_bytes(content)
    identity = identify(tmp_path, [name])[name]
    if media_type is not None:
        assert (identity.puid, identity.media_type) == (puid, media_type)
    assert [finding.code for finding in format_findings(name, len(content), identity)] == codes
    assert identity.tool.startswith("siegfried ")


def test_awkward_names_are_passed_through(tmp_path: Path) -> None:
    names = ["two\nlines.txt", "100%.txt", "Ж ж.txt", "-n"]
    for name in names:
        (tmp_path / name).write_bytes(b"text\n")
    identities = identify(tmp_path, names)
    assert [identities[name].puid for name in names[:3]] == ["x-fmt/111"] * 3


def test_nothing_to_identify_costs_nothing(tmp_path: Path) -> None:
    assert identify(tmp_path, []) == {}
