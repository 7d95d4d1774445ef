"""Dataverse as its guide describes it: a server of the tests, not a live one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.deposits.dataverse.target import DataverseTarget
from archiver.model.deposits import EvidenceLevel, Packaging, Parcel
from tests.deposits.dataverse.documented_server import DocumentedDataverse, Record
from tests.deposits.dataverse.making import dataverse_target
from tests.deposits.http.servers import serving

if TYPE_CHECKING:
    import pytest

JUDGES = ()


class DataverseBench:
    """The suite's view of it."""

    packaging = Packaging.TAR
    min_evidence = EvidenceLevel.SERVER_MD5

    def __init__(self, dataverse: DocumentedDataverse, port: int) -> None:
        self.dataverse = dataverse
        self.port = port

    def make(self, port: int | None = None) -> DataverseTarget:
        return dataverse_target(f"http://127.0.0.1:{port or self.port}", publish=True)

    def held(self, parcel: Parcel) -> Mapping[str, bytes] | None:
        published = (one for one in self._of(parcel) if one.state == "RELEASED")
        return next(({file.label: file.content for file in one.files} for one in published), None)

    def count(self, parcel: Parcel) -> int:
        return len(self._of(parcel))

    def tamper(self, parcel: Parcel) -> bool:
        for one in self._of(parcel):
            for file in one.files:
                file.content = bytes([file.content[0] ^ 1]) + file.content[1:]
        return True

    def _of(self, parcel: Parcel) -> list[Record]:
        return [one for one in self.dataverse.records if parcel.key in one.other_ids]


@contextlib.contextmanager
def bench(folder: Path, request: pytest.FixtureRequest) -> Iterator[DataverseBench]:  # noqa: ARG001 - needs neither
    """Give a new one."""
    dataverse = DocumentedDataverse()
    with serving(dataverse.serve()) as server:
        yield DataverseBench(dataverse, server.server_address[1])
    assert dataverse.wrong == []
