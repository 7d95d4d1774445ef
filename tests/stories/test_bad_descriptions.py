"""Descriptions that cannot be read or break a rule: said with file, place and fix, and the rest is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stories.commands import packages_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.commands import Archiver, Ran

BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    + ["title: *a11\n"]
)


def build(archiver: Archiver, place: Path, **metadata: str | bytes) -> Ran:
    """Build ``letter.txt`` and ``other.txt``, described by files named with ``__`` for a dot."""
    (place / "seeds").mkdir()
    (place / "metadata").mkdir()
    for name in ("letter.txt", "other.txt"):
        (place / "seeds" / name).write_text(f"The text of {name}.\n", encoding="utf-8")
    for name, content in metadata.items():
        data = content if isinstance(content, bytes) else content.encode()
        (place / "metadata" / name.replace("__", ".")).write_bytes(data)
    return archiver("build", "--no-pdfa", "--json", cwd=place)


@pytest.mark.parametrize(
    ("sidecar", "code", "words"),
    [
        pytest.param("title: [unclosed\n", "sidecar-unreadable", "line 2", id="not YAML"),
        pytest.param("title: A\ntitle: B\n", "sidecar-duplicate-key", "line 1 and in line 2", id="key twice"),
        pytest.param(BOMB, "sidecar-unreadable", "alias", id="alias bomb"),
        pytest.param(b"title: caf\xe9\n", "sidecar-unreadable", "UTF-8", id="not UTF-8"),
        pytest.param("title: !!python/object/apply:os.system [id]\n", "sidecar-unreadable", "letter.yaml", id="tag"),
        pytest.param("[" * 100_000, "sidecar-unreadable", "letter.yaml", id="nested"),
        pytest.param(b"\x00\xff" * 2000, "sidecar-unreadable", "letter.yaml", id="binary"),
        pytest.param("title: x\n" + "# " + "y" * (2 << 20), "sidecar-unreadable", "letter.yaml", id="too large"),
    ],
)
def test_a_sidecar_that_cannot_be_read_stops_its_item_alone(
    archiver: Archiver, tmp_path: Path, sidecar: str | bytes, code: str, words: str
) -> None:
    ran = build(archiver, tmp_path, letter__yaml=sidecar)
    assert ran.status == 3
    assert ran.statuses == {"letter.txt": "failed", "other.txt": "built"}
    (finding,) = [one for one in ran.objects[0]["findings"] if one["severity"] == "error"]
    assert (finding["code"], finding["file"]) == (code, "letter.yaml")
    assert words in finding["message"]
    assert finding["fix"]
    assert [package.name for package in packages_of(tmp_path / "packages")] == ["other"]
    archiver.verify("packages", cwd=tmp_path)


@pytest.mark.parametrize(
    ("line", "code", "fix"),
    [
        ("date: 32 January 2022", "description-bad-date", "2022-01-21"),
        ("date: 2022-13-01", "description-bad-date", "Write"),
        ("language: Klingonese", "description-bad-language", "Write"),
        ("type: Novel", "description-bad-type", "StillImage"),
    ],
)
def test_a_value_that_breaks_a_rule_is_kept_and_said(
    archiver: Archiver, tmp_path: Path, line: str, code: str, fix: str
) -> None:
    ran = build(archiver, tmp_path, letter__yaml=f"title: A letter\n{line}\n")
    assert ran.status == 1
    assert set(ran.statuses.values()) == {"built"}
    (finding,) = [one for one in ran.objects[0]["findings"] if one["severity"] == "error"]
    assert (finding["code"], finding["file"]) == (code, "letter.yaml")
    assert "letter.yaml, line 2" in finding["message"]
    assert fix in finding["fix"]
    (record,) = (tmp_path / "packages" / "letter").glob("data/metadata/descriptive/letter.txt.dc.xml")
    assert line.partition(": ")[2] in record.read_text(encoding="utf-8")
    archiver.verify("packages", cwd=tmp_path)


def test_a_bad_value_in_a_sheet_names_row_and_column(archiver: Archiver, tmp_path: Path) -> None:
    ran = build(archiver, tmp_path, sheet__csv="filename,title,date\nletter.txt,A letter,soon\n")
    (finding,) = [one for one in ran.objects[0]["findings"] if one["severity"] == "error"]
    assert finding["message"].startswith("sheet.csv, row 2, column date: 'soon'")
    assert ran.status == 1


def test_what_describes_nothing_is_said_and_changes_nothing(archiver: Archiver, tmp_path: Path) -> None:
    ran = build(archiver, tmp_path, sheet__csv="filename,title\nleter.txt,A letter\n", nobody__yaml="title: Nobody\n")
    assert ran.status == 0
    assert set(ran.statuses.values()) == {"built"}
    assert "[sheet-row-without-file] sheet.csv, row 2: there is no document 'leter.txt'" in ran.stderr
    assert "Did you mean 'letter.txt'?" in ran.stderr
    assert "[sidecar-without-document] nobody.yaml" in ran.stderr


def test_a_collection_file_that_cannot_be_read_is_said_once_and_fails_the_command(
    archiver: Archiver, tmp_path: Path
) -> None:
    ran = build(archiver, tmp_path, _collection__yaml="publisher: [")
    assert ran.status == 1
    assert ran.stderr.count("_collection.yaml, line") == 1
    assert "[sidecar-unreadable]" in ran.stderr


def test_two_items_never_become_versions_of_each_other(archiver: Archiver, tmp_path: Path) -> None:
    same = "identifier: 1f0de3c4-58a1-4b76-9a3f-6d6a0d0a7e11\n"
    ran = build(archiver, tmp_path, letter__yaml=same, other__yaml=same)
    assert ran.status == 3
    assert ran.statuses == {"letter.txt": "built", "other.txt": "failed"}
    assert "identifier-repeated" in ran.codes
    again = archiver("build", "--no-pdfa", "--json", cwd=tmp_path)
    assert again.statuses == {"letter.txt": "current", "other.txt": "failed"}
    assert [package.name for package in packages_of(tmp_path / "packages")] == ["letter"]
    # Whichever part of the batch a run builds, the same item has the identifier.
    part = archiver("build", "--no-pdfa", "--json", "--shard", "2/2", "--out", "part", cwd=tmp_path)
    assert part.statuses == {"other.txt": "failed"}
