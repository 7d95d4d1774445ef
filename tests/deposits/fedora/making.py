"""Fedora targets for tests, as a configuration would make them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from archiver.config.tables import Table
from archiver.config.targets import TargetSettings
from archiver.deposits.fedora.interface import Interface
from archiver.deposits.fedora.target import FedoraTarget
from archiver.deposits.http.client import HttpClient
from archiver.deposits.http.sending import Access
from archiver.deposits.surroundings import Folders, PackageStore, Surroundings
from tests.judges.fedora import USERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from typing import BinaryIO

USER = "archivist"
PASSWORD, _ = USERS[USER]


class _Reader:
    def reader(self, file: Path) -> AbstractContextManager[BinaryIO]:
        return file.open("rb")


def _no_store(settings: TargetSettings) -> PackageStore:
    raise NotImplementedError(settings.name)


def surroundings(secrets: Mapping[str, str]) -> Surroundings:
    """Return what a target of a test is given."""
    return Surroundings(
        secret=secrets.__getitem__,
        now=lambda: datetime.now(UTC),
        environment={},
        folders=cast("Folders", _Reader()),
        store=_no_store,
    )


def fedora_settings(url: str, *, user: str = USER, **keys: object) -> TargetSettings:
    """Return what ``[targets.fedora]`` says of a server; without a user when it is an empty text."""
    values: dict[str, object] = {"url": url, **({"user": user} if user else {}), **keys}
    own = Table(name="targets.fedora", values=values, file="archiver.toml")
    return TargetSettings(name="fedora", kind="fedora", own=own, timeout=10)


def fedora_target(url: str, *, secret: str = PASSWORD, **keys: Any) -> FedoraTarget:  # noqa: ANN401 - of the configuration
    """Make a target of a server."""
    return FedoraTarget(fedora_settings(url, **keys), surroundings({"password": secret}))


def fedora_interface(root: str) -> Interface:
    """Make what a target speaks to its server by."""
    signed = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    access = Access(url=root, headers={"Authorization": f"Basic {signed}"})
    client = HttpClient(fedora_settings(root), surroundings({}), access)
    return Interface(client, "targets.fedora", root)
