from __future__ import annotations

import logging
import os
from pathlib import Path

import bagit
import pytest

from archiver.storage.second_opinion import cross_check, is_judge_right, judge, second_opinion

TOOL = f"bagit-python {bagit.VERSION}"


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    folder = tmp_path / "bag"
    folder.mkdir()
    (folder / "letter.txt").write_bytes(b"Dear all,\n")
    bagit.make_bag(str(folder), checksums=["sha512"])
    return folder


def test_a_good_bag(bag: Path) -> None:
    assert (second_opinion(bag).tool, second_opinion(bag).outcome) == (TOOL, "valid")
    assert cross_check(bag).outcome == "valid"
    assert judge() == TOOL


def test_the_levels_differ(bag: Path) -> None:
    (bag / "data/letter.txt").write_bytes(b"Dear ALL,\n")
    assert second_opinion(bag).outcome == "valid"
    opinion = cross_check(bag)
    assert opinion.outcome == "invalid"
    assert "data/letter.txt" in opinion.detail
    (bag / "data/letter.txt").unlink()
    assert second_opinion(bag).outcome == "invalid"


@pytest.mark.parametrize("name", ["50%", "a\nb", "a\rb", "a\u2028b", "trailing "])
def test_names_it_is_wrong_about_are_not_asked(bag: Path, name: str) -> None:
    (bag / "data" / name).write_bytes(b"")
    opinion = second_opinion(bag)
    assert not is_judge_right(["bagit.txt", f"data/{name}"])
    assert is_judge_right(["bagit.txt", "data/letter.txt"])
    assert opinion.outcome == "not-run"
    assert opinion.detail.isprintable()


def test_it_is_kept_from_pipes_and_links(bag: Path) -> None:
    os.mkfifo(bag / "data" / "pipe")
    assert cross_check(bag).outcome == "not-run"
    (bag / "data/pipe").unlink()
    (bag / "data/link").symlink_to("/dev/zero")
    assert cross_check(bag).outcome == "not-run"


def test_what_it_cannot_judge_is_not_run(bag: Path, tmp_path: Path) -> None:
    (bag / "bag-info.txt").write_text("Title: x\n")
    assert second_opinion(bag).outcome == "not-run"
    assert second_opinion(tmp_path / "nowhere").outcome == "not-run"


def test_its_exceptions_do_not_get_out(bag: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder, logger = Path.cwd(), logging.getLogger("bagit")
    (bag / "manifest-sha512.txt").write_bytes(b"\xff\n")
    opinion = second_opinion(bag)
    assert opinion.outcome == "invalid"
    assert "UnicodeDecodeError" in opinion.detail
    assert capfd.readouterr() == ("", "")
    assert (Path.cwd(), logger.level) == (folder, logging.NOTSET)
