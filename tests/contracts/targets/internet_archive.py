"""The Internet Archive as its pages describe it: a server of the tests, not the live one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.deposits.internet_archive import InternetArchiveTarget
from archiver.model.deposits import EvidenceLevel, Packaging, Parcel
from tests.deposits.http.servers import serving
from tests.deposits.internet_archive.documented_server import DocumentedArchive, Item
from tests.deposits.internet_archive.making import archive_target

if TYPE_CHECKING:
    import pytest

JUDGES = ()


class InternetArchiveBench:
    """The suite's view of it."""

    packaging = Packaging.TAR
    min_evidence = EvidenceLevel.SERVER_MD5

    def __init__(self, archive: DocumentedArchive, port: int) -> None:
        self.archive = archive
        self.port = port

    def make(self, port: int | None = None) -> InternetArchiveTarget:
        return archive_target(f"http://127.0.0.1:{port or self.port}")

    def held(self, parcel: Parcel) -> Mapping[str, bytes] | None:
        return next((item.files for item in self._of(parcel)), None)

    def count(self, parcel: Parcel) -> int:
        return len(self._of(parcel))

    def tamper(self, parcel: Parcel) -> bool:
        for item in self._of(parcel):
            for name, content in item.files.items():
                item.files[name] = bytes([content[0] ^ 1]) + content[1:]
        return True

    def _of(self, parcel: Parcel) -> list[Item]:
        return [item for item in self.archive.items.values() if parcel.key in item.metadata["external-identifier"]]


@contextlib.contextmanager
def bench(folder: Path, request: pytest.FixtureRequest) -> Iterator[InternetArchiveBench]:  # noqa: ARG001 - neither
    """Give a new one."""
    archive = DocumentedArchive()
    with serving(archive.serve()) as server:
        yield InternetArchiveBench(archive, server.server_address[1])
    assert archive.wrong == []
