"""Copying a payload with every core: the same bytes whoever copies, and what becomes of workers that die."""

from __future__ import annotations

import hashlib
import os
import signal
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archiver.errors import ItemError
from archiver.model import SourceDocument
from archiver.steps.bags.payload_copy import PayloadCopy, copy_payload
from archiver.storage.bag_writer import BagWriter
from archiver.storage.payload_copying import SMALL, CopiedFile, CopyJob
from tests.stories.trees import contents

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MANY = 1200


@dataclass(slots=True)
class Told:
    """What a copying told."""

    meanwhile: Callable[[], None] = lambda: None
    bytes: int = 0
    files: dict[str, CopiedFile] = field(default_factory=dict)

    def progress(self, count: int) -> None:
        self.bytes += count

    def took(self, files: Sequence[tuple[str, CopiedFile]]) -> None:
        assert not self.files.keys() & dict(files).keys()
        self.files |= files
        self.meanwhile()


def tree(folder: Path, sizes: Sequence[int]) -> list[SourceDocument]:
    """Make files of these sizes in a few folders; return them in the order of their paths."""
    documents = []
    for number, size in enumerate(sizes):
        path = f"d{number % 7}/e/{number:05}"
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes((b"%d\n" % number) * size)
        documents.append(SourceDocument(path=path, size=(folder / path).stat().st_size))
    return sorted(documents, key=lambda one: one.path)


def copying(tmp_path: Path, told: Told, *, cores: int) -> PayloadCopy:
    """Return a copying out of ``source`` into ``target`` and the number of cores."""
    target = str(tmp_path / f"target{cores}")
    job = CopyJob(source=str(tmp_path / "source"), target=target, algorithms=("sha256",), keep_times=True)
    return PayloadCopy(job=job, cores=cores, progress=told.progress, took=told.took)


def workers() -> list[int]:
    """Return the processes that copy: children of this process's child."""
    found = []
    for child in _children(os.getpid()):
        found += _children(child)
    return found


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # a thread that has ended meanwhile
            found += [int(word) for word in (task / "children").read_text(encoding="ascii").split()]
    return found


def test_workers_copy_as_one_process_does(tmp_path: Path) -> None:
    documents = tree(tmp_path / "source", [number % 30 for number in range(MANY)])
    alone, together = Told(), Told(meanwhile=lambda: seen.append(len(workers())))
    seen: list[int] = []
    copying(tmp_path, alone, cores=1).run(documents)
    copying(tmp_path, together, cores=2).run(documents)
    assert max(seen) > 1, "there were no workers"
    assert contents(tmp_path / "target1") == contents(tmp_path / "target2") == contents(tmp_path / "source")
    assert together.files == alone.files
    assert together.bytes == alone.bytes == 2 * sum(one.size for one in documents)
    path = documents[-1].path
    assert together.files[path].digest == hashlib.sha256((tmp_path / "source" / path).read_bytes()).digest()
    assert workers() == []


def test_a_killed_worker_costs_nothing(tmp_path: Path) -> None:
    documents = tree(tmp_path / "source", [20] * 5000)
    killed: list[int] = []

    def kill() -> None:
        for pid in workers() if len(killed) < 6 else []:
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

    told = Told(meanwhile=kill)
    copy = copying(tmp_path, told, cores=2)
    copy.run(documents)
    assert killed
    assert copy.faults == []
    assert contents(tmp_path / "target2") == contents(tmp_path / "source")
    assert len(told.files) == len(documents)


def test_a_disk_that_refuses_a_worker_is_an_error_with_its_number(tmp_path: Path) -> None:
    documents = tree(tmp_path / "source", [1] * MANY)
    (tmp_path / "target2" / documents[700].path).parent.mkdir(parents=True)
    (tmp_path / "target2" / documents[700].path).write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        copying(tmp_path, Told(), cores=2).run(documents)
    assert (tmp_path / "target2" / documents[700].path).read_bytes() == b"mine"
    assert workers() == []


@pytest.mark.parametrize("cores", [1, 2])
@pytest.mark.parametrize("number", [3, MANY])
def test_every_document_that_cannot_be_read_is_named(tmp_path: Path, cores: int, number: int) -> None:
    documents = tree(tmp_path / "source", [*([1] * number), SMALL, SMALL, SMALL])
    gone = {documents[0].path, documents[number // 2].path, documents[-1].path}
    for path in gone:
        (tmp_path / "source" / path).unlink()
    copy = copying(tmp_path, Told(), cores=cores)
    copy.run(documents)
    assert {path for path, fault in copy.faults if fault.kind == "unreadable"} == gone


@pytest.mark.parametrize("cores", [1, 2])
def test_large_documents_are_copied_side_by_side(tmp_path: Path, cores: int) -> None:
    documents = tree(tmp_path / "source", [SMALL // 2 + 7] * 5)
    told = Told()
    copying(tmp_path, told, cores=cores).run(documents)
    assert contents(tmp_path / f"target{cores}") == contents(tmp_path / "source")
    assert told.bytes == 2 * sum(one.size for one in documents)
    with pytest.raises(FileExistsError):
        copying(tmp_path, Told(), cores=cores).run(documents)


def test_an_interrupt_ends_large_copies_at_once(tmp_path: Path) -> None:
    documents = [SourceDocument(path=name, size=1 << 40) for name in ("a", "b")]
    (tmp_path / "source").mkdir()
    for one in documents:
        with (tmp_path / "source" / one.path).open("wb") as file:
            file.truncate(one.size)  # a hole, which would take hours to copy
    told = Told()
    copy = copying(tmp_path, told, cores=2)

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    copy.progress = interrupted
    with pytest.raises(KeyboardInterrupt):
        copy.run(documents)
    assert told.files == {}


def test_faults_come_as_findings(tmp_path: Path) -> None:
    documents = tree(tmp_path / "source", [1, 1])
    (tmp_path / "source" / documents[0].path).unlink()
    (tmp_path / "bag").mkdir()
    writer = BagWriter(root=tmp_path / "bag", algorithms=["sha512", "sha256"])
    job = CopyJob(
        source=str(tmp_path / "source"),
        target=str(tmp_path / "bag" / "data"),
        algorithms=("sha512", "sha256"),
        keep_times=True,
    )
    with pytest.raises(ItemError) as raised:
        copy_payload(job, documents, writer.took, lambda _: None)
    assert [(one.code, one.file) for one in raised.value.findings] == [("unreadable-file", documents[0].path)]
    seen = writer.payload[documents[1].path]
    assert seen.digests["sha256"] == hashlib.sha256((tmp_path / "source" / documents[1].path).read_bytes()).hexdigest()
