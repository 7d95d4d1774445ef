"""A Fedora 6 as the suite sees it: through the OCFL storage root in which it keeps what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from archiver.deposits.fedora.naming import container_name, file_name
from archiver.deposits.fedora.target import FedoraTarget
from archiver.model.deposits import EvidenceLevel, Packaging, Parcel
from tests.deposits.fedora.making import fedora_target
from tests.judges.fedora import new_container, stored_files, stored_object

if TYPE_CHECKING:
    from pathlib import Path


class FedoraBench:
    """The suite's view of it; each test has a container of its own."""

    packaging = Packaging.TAR
    min_evidence = EvidenceLevel.SERVER_SHA512

    def __init__(self, server: dict[str, Any], *, transactions: bool = True) -> None:
        self.server = server
        self.place = f"test-{uuid4()}"
        self.port: int = server["port"]
        self._transactions = transactions
        new_container(server, self.place)

    def make(self, port: int | None = None, **keys: Any) -> FedoraTarget:  # noqa: ANN401 - of the configuration
        url = f"http://127.0.0.1:{port or self.port}/rest/{self.place}"
        return fedora_target(url, **({"transactions": self._transactions} | keys))

    def held(self, parcel: Parcel) -> Mapping[str, bytes] | None:
        files = self.files(parcel)
        sent = {file_name(file.path): file.path for file in parcel.files}
        return {sent.get(name, name): file.read_bytes() for name, file in files.items()} or None

    def count(self, parcel: Parcel) -> int:
        return int(stored_object(self.server, self._path(parcel)) is not None)

    def tamper(self, parcel: Parcel) -> bool:
        for file in self.files(parcel).values():
            content = bytearray(file.read_bytes())
            content[7] ^= 1
            file.write_bytes(content)
        return True

    def files(self, parcel: Parcel) -> dict[str, Path]:
        return stored_files(self.server, self._path(parcel))

    def _path(self, parcel: Parcel) -> str:
        return f"{self.place}/{container_name(parcel)}"
