"""Copying documents in batches: bytes, digests and times, faults that cost one document, and disks that refuse."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archiver.storage.payload_copying import (
    BATCH_BYTES,
    BATCH_FILES,
    SMALL,
    CopiedFile,
    CopyFault,
    CopyJob,
    batches,
    copy_batch,
    copy_batch_apart,
    copy_large,
    throw_away,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

OLD = 1_000_000_000_123_456_789
FILES = {"a.txt": b"one\n", "box/b.bin": bytes(range(256)) * 40, "box/empty": b"", "z": b"z"}


@pytest.fixture
def job(tmp_path: Path) -> CopyJob:
    """Return a job whose source holds :data:`FILES` and whose target has the folders for them."""
    source, target = tmp_path / "source", tmp_path / "target"
    for folder in (source, target):
        (folder / "box").mkdir(parents=True)
    for path, data in FILES.items():
        (source / path).write_bytes(data)
        os.utime(source / path, ns=(OLD, OLD))
    return CopyJob(source=str(source), target=str(target), algorithms=("sha512", "sha256"), keep_times=True)


def copied(job: CopyJob) -> dict[str, bytes]:
    """Return what is in the target."""
    target = Path(job.target)
    return {str(one.relative_to(target)): one.read_bytes() for one in target.rglob("*") if one.is_file()}


def test_a_batch_is_copied_and_hashed(job: CopyJob) -> None:
    told: list[int] = []
    for path, seen in zip(FILES, copy_batch(job, list(FILES), told.append), strict=True):
        data, state = FILES[path], (Path(job.source) / path).stat()
        assert seen == CopiedFile(
            len(data),
            hashlib.sha512(data).digest() + hashlib.sha256(data).digest(),
            OLD,
            state.st_ctime_ns,
            state.st_ino,
        )
        assert (Path(job.target) / path).stat().st_mtime_ns == OLD
    assert copied(job) == FILES
    assert sum(told) == 2 * sum(map(len, FILES.values()))


def test_a_large_document_is_copied_and_hashed(job: CopyJob) -> None:
    data = os.urandom(9 << 20)  # several pieces, and threads for the digests
    (Path(job.source) / "box" / "large").write_bytes(data)
    told: list[int] = []
    seen = copy_large(job, "box/large", told.append)
    assert isinstance(seen, CopiedFile)
    assert (seen.size, seen.digest) == (len(data), hashlib.sha512(data).digest() + hashlib.sha256(data).digest())
    assert copied(job) == {"box/large": data}
    assert sum(told) == 2 * len(data)


@pytest.mark.parametrize("damage", [b"\x00", b"longer than it was", b""])
def test_a_copy_that_the_disk_does_not_give_back_is_seen(
    job: CopyJob, damage: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = Path(job.source) / "large"
    large.write_bytes(os.urandom((2 << 20) + 17))

    def lose(descriptors: Sequence[int]) -> None:
        victim = descriptors[-1]  # still open for writing: as if the disk had kept something else
        if damage:
            os.pwrite(victim, damage, os.fstat(victim).st_size - 1)
        else:
            os.ftruncate(victim, 0)

    monkeypatch.setattr("archiver.storage.payload_copying.fsync_together", lose)
    *sound, altered = copy_batch(job, list(FILES))
    assert all(isinstance(one, CopiedFile) for one in sound)
    assert isinstance(altered, CopyFault)
    assert altered.kind == "altered"
    altered = copy_large(job, "large", lambda _: None)
    assert isinstance(altered, CopyFault)
    assert altered.kind == "altered"


def test_a_document_that_cannot_be_had_costs_itself_alone(job: CopyJob) -> None:
    source = Path(job.source)
    (source / "link").symlink_to("a.txt")
    os.mkfifo(source / "pipe")
    (source / "way").symlink_to("box")
    (source / "folder").mkdir()
    (Path(job.target) / "way").mkdir()
    paths = ["link", "a.txt", "pipe", "gone", "way/b.bin", "folder", "nowhere/x", "box/b.bin"]
    results = dict(zip(paths, copy_batch(job, paths), strict=True))
    faults = {path: one.kind for path, one in results.items() if isinstance(one, CopyFault)}
    assert faults == dict.fromkeys(set(paths) - {"a.txt", "box/b.bin"}, "unreadable")
    assert copied(job) == {"a.txt": FILES["a.txt"], "box/b.bin": FILES["box/b.bin"]}
    assert isinstance(copy_large(job, "link", lambda _: None), CopyFault)


@pytest.mark.parametrize("what", ["longer", "shorter", "same size"])
def test_a_document_that_is_written_to_meanwhile_is_not_copied(job: CopyJob, what: str) -> None:
    file = Path(job.source) / "a.txt"

    def meanwhile(_: int) -> None:
        file.write_bytes({"longer": b"one\ntwo\n", "shorter": b"o", "same size": b"two\n"}[what])
        os.utime(file)

    (result,) = copy_batch(job, ["a.txt"], meanwhile)
    assert isinstance(result, CopyFault)
    assert result.kind == "changed"
    assert copied(job) == {}
    file.write_bytes(FILES["a.txt"])
    os.utime(file, ns=(OLD, OLD))
    result = copy_large(job, "a.txt", meanwhile)
    assert isinstance(result, CopyFault)
    assert result.kind == "changed"


def test_a_document_that_has_become_huge_is_not_taken_into_memory(job: CopyJob) -> None:
    with (Path(job.source) / "a.txt").open("r+b") as file:
        file.truncate(1 << 40)
    (result,) = copy_batch(job, ["a.txt"])
    assert isinstance(result, CopyFault)
    assert result.kind == "changed"


def test_nothing_is_replaced_and_the_error_survives_a_pipe(job: CopyJob) -> None:
    (Path(job.target) / "z").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        copy_batch(job, ["a.txt", "z"])
    with pytest.raises(FileExistsError):
        copy_large(job, "z", lambda _: None)
    throw_away(job, ["a.txt", "box/b.bin"])
    answer = copy_batch_apart((job, ["a.txt", "z"]))
    assert answer.refusal is not None
    assert answer.refusal.error().errno == errno.EEXIST
    assert copy_batch_apart((job, ["box/b.bin"])).refusal is None
    assert copied(job)["z"] == b"mine"


def test_batches_end_at_a_number_of_files_and_of_bytes() -> None:
    many = [(str(number), 0) for number in range(2 * BATCH_FILES + 1)]
    assert [len(one) for one in batches(many)] == [BATCH_FILES, BATCH_FILES, 1]
    big = [(str(number), SMALL) for number in range(BATCH_BYTES // SMALL + 2)]
    assert [len(one) for one in batches(big)] == [BATCH_BYTES // SMALL, 2]
    assert list(batches([])) == []
