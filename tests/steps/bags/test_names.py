from __future__ import annotations

from pathlib import Path

import pytest

from archiver.config import Configuration
from archiver.model import Severity
from archiver.steps.bags.making import BagSettings, make_bag
from archiver.steps.bags.names import check_names
from tests.steps.conftest import NOW, Heard


def found(folders: list[str], documents: list[str], *, portable: bool = True) -> list[tuple[str, str | None]]:
    """Return code and file of each finding; every one has the severity that was asked for."""
    findings = list(check_names(folders, documents, portable=portable))
    assert {one.severity for one in findings} <= {Severity.ERROR if portable else Severity.WARNING}
    return [(one.code, one.file) for one in findings]


@pytest.mark.parametrize(
    ("folders", "documents", "expected"),
    [
        pytest.param(["a"], ["a/b"], [], id="nothing"),
        pytest.param([], ["a.txt", "A.TXT"], ["A.TXT"], id="files"),
        pytest.param([], ["e\u0301", "\xe9"], ["\xe9"], id="NFD and NFC"),
        pytest.param([], ["stra\xdfe", "STRASSE"], ["STRASSE"], id="case folding"),
        pytest.param(["A", "a"], ["A/x", "a/y"], ["a"], id="folders whose files do not meet"),
        pytest.param(["A", "A/B", "a", "a/b"], ["A/B/1", "a/b/2"], ["a"], id="the upper folders alone"),
        pytest.param(["A", "a"], ["A/x", "a/X"], ["a", "a/X"], id="folders and their files"),
        pytest.param(["notes"], ["Notes", "notes/x"], ["Notes"], id="a file and a folder"),
        pytest.param(["A", "b"], ["A/x", "b/x"], [], id="one name in two folders"),
        pytest.param([], ["K", "\u212a"], ["\u212a"], id="the Kelvin sign"),
    ],
)
@pytest.mark.parametrize("portable", [True, False])
def test_names_that_become_one(
    folders: list[str], documents: list[str], expected: list[str], *, portable: bool
) -> None:
    assert found(folders, documents, portable=portable) == [("names-collide", path) for path in expected]


@pytest.mark.parametrize(
    "name", ["aux", "COM1.txt", "dot.", "space ", "a:b", "what?", "a\\b", "tab\there", "x" * 236, "\U0001f4dc" * 118]
)
def test_names_that_windows_does_not_keep(name: str) -> None:
    assert [code for code, _ in found([], [f"a/{name}"])] == ["name-not-portable"]
    assert found([name], [f"{name}/1", f"{name}/2"])[0] == ("name-not-portable", found([name], [])[0][1])


@pytest.mark.parametrize(
    "name", ["auxiliary", "com.txt", ".hidden", "a b", "x" * 233, "\U0001f4dc" * 116, "日本語", "~a"]
)
def test_names_that_are_kept_everywhere(name: str) -> None:
    assert found([], [f"a/{name}"]) == []


def test_every_name_is_listed_before_anything_is_made(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for path in ("A/x", "a/y", "nul", "end.", "fine"):
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_bytes(b"x")
    heard = Heard()
    asked = BagSettings(
        source=source, destination=tmp_path / "out" / "bag", configuration=Configuration(), now=NOW, portable=True
    )
    result = make_bag(asked, heard)
    assert result.status == "failed"
    assert [(one.code, one.file) for one in result.findings if one.severity is Severity.ERROR] == [
        ("names-collide", "a"),
        ("name-not-portable", "end."),
        ("name-not-portable", "nul"),
    ]
    assert (heard.total, (tmp_path / "out").exists()) == (None, False)
    assert all("Nothing is bagged, as --portable asks." in one.message for one in result.findings)
