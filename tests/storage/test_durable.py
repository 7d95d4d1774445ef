"""Durable writes: nothing replaced, nothing left, a full disk named."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from archiver.storage.durable import (
    NEW_FILE,
    STAGING_NAME,
    AlreadyPublishedError,
    discard,
    explain,
    fsync_folders,
    fsync_together,
    publish,
    staging_area,
    write_back,
    write_new,
    writing_back,
)


def test_a_new_file_holds_its_bytes_and_an_existing_one_is_never_opened(tmp_path: Path) -> None:
    file = tmp_path / "a"
    assert write_new(file, [b"fir", b"st"]) == 5
    with pytest.raises(FileExistsError):
        write_new(file, [b"second"])
    assert file.read_bytes() == b"first"


@pytest.mark.parametrize("count", [0, 1, 5])
def test_files_made_durable_together_are_read_back(tmp_path: Path, count: int) -> None:
    files = [tmp_path / str(number) for number in range(count)]
    opened = [os.open(file, NEW_FILE, 0o666) for file in files]
    for descriptor in opened:
        os.write(descriptor, b"%d" % descriptor)
    fsync_together(opened)
    assert [file.read_bytes() for file in files] == [b"%d" % descriptor for descriptor in opened]
    for descriptor in opened:
        os.close(descriptor)
    if opened:
        with pytest.raises(OSError, match="Bad file descriptor"):
            fsync_together(opened)


def test_write_back_tells_of_a_refusal(tmp_path: Path) -> None:
    begin = write_back()
    read, write = os.pipe()
    begin(write, 0, 0)  # what cannot be begun early is left to fsync
    os.close(read)
    os.close(write)
    with pytest.raises(OSError, match="Bad file descriptor"):
        begin(write, 0, 0)
    with (tmp_path / "large").open("wb") as file:
        take = writing_back(file.fileno())
        for _ in range(20):
            take(b"x" * (1 << 20))
        assert os.fstat(file.fileno()).st_size == 20 << 20


def test_a_symbolic_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(OSError, match="exists"):
        write_new(tmp_path / "link", [b"x"])
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("kind", ["empty folder", "full folder", "file", "link"])
def test_publishing_replaces_nothing(tmp_path: Path, kind: str) -> None:
    staged, final = tmp_path / "staged", tmp_path / "final"
    staged.mkdir()
    (staged / "new").touch()
    if kind == "file":
        final.touch()
    elif kind == "link":
        final.symlink_to(tmp_path / "nowhere")
    else:
        final.mkdir()
        if kind == "full folder":
            (final / "old").touch()
    with pytest.raises(AlreadyPublishedError, match="final"):
        publish(staged, final)
    assert (staged / "new").exists()
    assert not (final / "new").exists()


def test_publishing_gives_the_final_name(tmp_path: Path) -> None:
    staged = tmp_path / "staged"
    (staged / "deep/er").mkdir(parents=True)
    write_new(staged / "deep/er/file", [b"x"])
    fsync_folders(staged)
    publish(staged, tmp_path / "final")
    assert (tmp_path / "final/deep/er/file").read_bytes() == b"x"
    assert not staged.exists()


def test_staging_is_gone_afterwards_even_when_the_block_fails(tmp_path: Path) -> None:
    def fail() -> None:
        with staging_area(tmp_path) as staging:
            (staging / "half").mkdir()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_killed_run_is_cleaned_up_and_a_living_one_is_left_alone(tmp_path: Path) -> None:
    killed = tmp_path / STAGING_NAME / "run-killed"
    killed.mkdir(parents=True)
    (killed / "lock").touch()
    (killed / "half").mkdir()
    living = tmp_path / STAGING_NAME / "run-living"
    living.mkdir()
    held = os.open(living / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(held, fcntl.LOCK_EX)
    with staging_area(tmp_path):
        assert not killed.exists()
        assert living.exists()
    assert living.exists()
    os.close(held)


def test_many_runs_at_once_do_not_take_each_other_for_abandoned(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from archiver.storage.durable import staging_area\n"
        "for n in range(40):\n"
        "    with staging_area(Path(sys.argv[1])) as s:\n"
        "        (s / 'x').write_text('x'); assert (s / 'x').read_text() == 'x' and (s / 'lock').exists()\n"
    )
    root = Path(__file__).resolve().parents[2]
    runs = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], cwd=root, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    errors = [run.communicate()[1] for run in runs]
    assert [run.returncode for run in runs] == [0] * 4, errors
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_named_with_what_is_missing(tmp_path: Path) -> None:
    words = explain(OSError(errno.ENOSPC, "no space"), tmp_path, needed=1 << 60)
    assert str(tmp_path) in words
    assert "bytes short of the 1,152,921,504,606,846,976 needed" in words


def test_discarding_never_raises_and_follows_no_link(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    (tmp_path / "link").symlink_to(kept)
    discard(tmp_path / "link")
    discard(tmp_path / "nothing")
    assert (kept / "file").exists()
    assert not (tmp_path / "link").is_symlink()
