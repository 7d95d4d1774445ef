"""Copies of an earlier run: which count, and that everything else is removed, and nothing outside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archiver.storage.payload_copying import CopiedFile, CopyJob, copy_batch
from archiver.storage.resuming.earlier import still_there

PATHS = ["a", "box/b", "box/c", "box/deep/d"]


@pytest.fixture
def job(tmp_path: Path) -> CopyJob:
    """Return a job with a source and folders to copy it to."""
    for folder in ("source", "target"):
        (tmp_path / folder / "box" / "deep").mkdir(parents=True)
    for path in PATHS:
        (tmp_path / "source" / path).write_text(path, encoding="ascii")
    return CopyJob(
        source=str(tmp_path / "source"), target=str(tmp_path / "target"), algorithms=("md5",), keep_times=True
    )


@pytest.fixture
def noted(job: CopyJob) -> dict[str, CopiedFile]:
    """Copy everything and return what a journal would say."""
    return {path: one for path, one in zip(PATHS, copy_batch(job, PATHS), strict=True) if isinstance(one, CopiedFile)}


def kept(job: CopyJob, noted: dict[str, CopiedFile], documents: list[str]) -> set[str]:
    """Return the paths that still count; they must be all that is there."""
    found = still_there(job, noted.items(), set(documents))
    target = Path(job.target)
    there = {str(one.relative_to(target)) for one in target.rglob("*") if not one.is_dir() or one.is_symlink()}
    assert there == found.keys()
    return set(found)


def test_all_copies_count_while_nothing_has_changed(job: CopyJob, noted: dict[str, CopiedFile]) -> None:
    assert kept(job, noted, PATHS) == set(PATHS)


def test_what_is_not_noted_or_not_wanted_is_removed(job: CopyJob, noted: dict[str, CopiedFile]) -> None:
    (Path(job.target) / "half").write_text("x", encoding="ascii")
    del noted["a"]
    assert kept(job, noted, ["a", "box/b", "box/c"]) == {"box/b", "box/c"}
    assert not (Path(job.target) / "box" / "deep").exists()


@pytest.mark.parametrize("change", ["bytes", "time", "other file", "gone", "link", "mode"])
def test_a_source_that_has_changed_is_copied_anew(job: CopyJob, noted: dict[str, CopiedFile], change: str) -> None:
    file = Path(job.source) / "box" / "b"
    state = file.stat()
    if change == "bytes":
        file.write_text("BOX/B", encoding="ascii")
        os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))  # which the time of change tells of
    elif change == "time":
        os.utime(file, ns=(1, 1))
    elif change == "mode":
        file.chmod(0o600)
    else:
        file.rename(file.with_name("was"))
        if change == "other file":
            file.write_text("box/b", encoding="ascii")
        elif change == "link":
            file.symlink_to("was")
    assert kept(job, noted, PATHS) == set(PATHS) - {"box/b"}


@pytest.mark.parametrize("change", ["longer", "touched", "gone", "link", "second name", "folder is a link"])
def test_a_copy_that_is_not_as_it_was_left_is_removed(
    job: CopyJob, noted: dict[str, CopiedFile], tmp_path: Path, change: str
) -> None:
    file, lost = Path(job.target) / "box" / "deep" / "d", {"box/deep/d"}
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "d").write_text("precious", encoding="ascii")
    if change == "longer":
        file.write_text("box/deep/d and more", encoding="ascii")
    elif change == "touched":
        os.utime(file)
    elif change == "second name":
        (outside / "name").hardlink_to(file)
    elif change == "folder is a link":
        file.unlink()
        file.parent.rmdir()
        file.parent.symlink_to(outside)
    else:
        file.unlink()
        if change == "link":
            file.symlink_to(outside / "d")
    assert kept(job, noted, PATHS) == set(PATHS) - lost
    assert (outside / "d").read_text(encoding="ascii") == "precious"


def test_paths_of_a_journal_lead_nowhere(job: CopyJob, noted: dict[str, CopiedFile], tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("precious", encoding="ascii")
    for path in ("../outside", str(tmp_path / "outside"), "box/../a", "", ".", "a/", "\0", "box//b"):
        noted[path] = noted["a"]
    assert kept(job, noted, PATHS) == set(PATHS)
    assert (tmp_path / "outside").read_text(encoding="ascii") == "precious"


def test_a_target_that_is_a_link_is_never_swept(job: CopyJob, noted: dict[str, CopiedFile], tmp_path: Path) -> None:
    Path(job.target).rename(tmp_path / "precious")
    Path(job.target).symlink_to(tmp_path / "precious")
    with pytest.raises(OSError, match="directory"):
        still_there(job, noted.items(), set())
    assert (tmp_path / "precious" / "a").exists()
