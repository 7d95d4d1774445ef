from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import bagit
import pytest

from archiver.steps.verify import total_bytes, verdict_json, verify_paths


@pytest.fixture
def bags(tmp_path: Path) -> Path:
    folder = tmp_path / "packages"
    for name in ["b", "a", "ä"]:
        (folder / name).mkdir(parents=True)
        (folder / name / "x.txt").write_text(name)
        bagit.make_bag(str(folder / name), checksums=["sha512"])
    (folder / ".staging" / "half").mkdir(parents=True)
    (folder / "README.md").write_text("Packages are built here.\n")
    return folder


def test_a_bag_keeps_its_path_as_given(bags: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bags)
    (verdict,) = verify_paths([Path("a")])
    assert (verdict.path, verdict.valid, verdict.files, verdict.bytes) == ("a", True, 1, 1)


def test_a_folder_of_bags_is_each_bag_in_it(bags: Path) -> None:
    verdicts = list(verify_paths([bags]))
    assert [verdict.path for verdict in verdicts] == [str(bags / name) for name in ["a", "b", "ä"]]
    assert all(verdict.valid for verdict in verdicts)


def test_a_group_of_bags_among_others_is_each_bag_in_it(bags: Path, tmp_path: Path) -> None:
    group = tmp_path / "all" / "group"
    group.mkdir(parents=True)
    for name in ("a", "b"):
        shutil.move(bags / name, group / name)
    assert [one.path for one in verify_paths([tmp_path / "all"])] == [str(group / name) for name in ("a", "b")]
    shutil.move(bags / "ä", tmp_path / "all" / "ä")
    verdicts = list(verify_paths([tmp_path / "all"]))
    assert [(one.path, one.valid) for one in verdicts] == [
        (str(group / "a"), True),
        (str(group / "b"), True),
        (str(tmp_path / "all" / "ä"), True),
    ]


def test_a_bag_as_payload_does_not_hide_that_the_bag_around_it_lost_its_declaration(bags: Path) -> None:
    shutil.rmtree(bags / "b" / "data")
    shutil.move(bags / "a", bags / "b" / "data")
    (bags / "b" / "bagit.txt").unlink()
    assert [(one.path, one.valid) for one in verify_paths([bags])] == [
        (str(bags / "b"), False),
        (str(bags / "ä"), True),
    ]


def test_a_bag_that_lost_its_declaration_is_not_passed_over(bags: Path) -> None:
    (bags / "b" / "bagit.txt").unlink()
    verdicts = list(verify_paths([bags]))
    assert [verdict.valid for verdict in verdicts] == [True, False, True]
    assert [finding.code for finding in verdicts[1].findings] == ["not-a-bag"]


def test_what_is_no_bag_says_so(bags: Path, tmp_path: Path) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "a"), "xztar", bags / "a"))
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe")
    paths = [tmp_path / "nowhere", archive, tmp_path / "empty", bags / "README.md", tmp_path / "pipe", Path("a\0b")]
    verdicts = list(verify_paths(paths))
    assert [[finding.code for finding in verdict.findings] for verdict in verdicts[:5]] == [
        ["path-not-found"],
        ["archive-not-supported"],
        ["not-a-bag"],
        ["not-a-bag"],
        ["not-a-bag"],
    ]
    assert [verdict.valid for verdict in verdicts] == [None, None, False, False, False, None]


def test_archives_beside_bags_are_verified_too(bags: Path) -> None:
    for name, kind in (("a", "zip"), ("b", "tar"), ("ä", "gztar")):
        shutil.make_archive(str(bags / name), kind, bags, name)
    (bags / "broken.tgz").write_bytes(b"no archive")
    steps: list[int] = []
    verdicts = {Path(verdict.path).name: verdict for verdict in verify_paths([bags], progress=steps.append)}
    assert set(verdicts) == {"a", "a.zip", "b", "b.tar", "broken.tgz", "ä", "ä.tar.gz"}
    assert [name for name, verdict in verdicts.items() if not verdict.valid] == ["broken.tgz"]
    # Of what cannot be read at all, nothing is told.
    assert sum(steps) == total_bytes([bags]) - 2 * len(b"no archive")
    for name in ("a", "b", "ä", "broken.tgz"):
        shutil.rmtree(bags / name, ignore_errors=True)
    assert len(list(verify_paths([bags]))) == 4


def test_the_json_form(bags: Path) -> None:
    (bags / "a" / "data" / "x.txt").write_text("b")
    (verdict,) = verify_paths([bags / "a"])
    form = verdict_json(verdict)
    assert list(form) == ["path", "valid", "complete", "bagit_version", "algorithms", "files", "bytes", "findings"]
    loaded = json.loads(json.dumps(form))
    assert (loaded["valid"], loaded["complete"], loaded["bagit_version"]) == (False, True, "0.97")
    assert loaded["algorithms"] == ["sha512"]
    (finding,) = loaded["findings"]
    assert list(finding) == ["severity", "code", "file", "message", "fix"]
    assert (finding["severity"], finding["code"], finding["file"]) == ("error", "bag-file-damaged", "data/x.txt")


def test_json_says_null_for_what_was_not_checked(bags: Path) -> None:
    (verdict,) = verify_paths([bags / "a"], "complete")
    assert verdict_json(verdict)["valid"] is None


def test_cross_check(bags: Path) -> None:
    (verdict,) = verify_paths([bags / "a"], cross_check=True)
    assert verdict.valid
    assert [finding.code for finding in verdict.findings] == ["cross-check-outcome"]
    assert "bagit-python" in verdict.findings[0].message
    # At a level that re-computes nothing here, damage is what bagit-python alone sees.
    (bags / "a" / "data" / "x.txt").write_text("b")
    (verdict,) = verify_paths([bags / "a"], "complete", cross_check=True)
    assert [finding.code for finding in verdict.findings] == ["cross-check-disagrees"]
    assert verdict.valid is None


@pytest.mark.parametrize("extension", [".tar", ".zip"])
def test_cross_check_of_an_archive_is_not_run(bags: Path, extension: str) -> None:
    archive = Path(shutil.make_archive(str(bags / "a"), extension[1:], bags, "a"))
    (verdict,) = verify_paths([archive], cross_check=True)
    assert verdict.valid
    (finding,) = verdict.findings
    assert (finding.code, finding.severity) == ("cross-check-outcome", "info")
    assert "not-run (it reads folders alone" in finding.message


def test_progress_reaches_the_whole(bags: Path) -> None:
    steps: list[int] = []
    list(verify_paths([bags], "full", steps.append))
    assert sum(steps) == total_bytes([bags]) > 0
