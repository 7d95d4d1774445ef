"""SWORD targets for tests, as a configuration would make them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from archiver.config.tables import Table
from archiver.config.targets import TargetSettings
from archiver.deposits.surroundings import Folders, PackageStore, Surroundings
from archiver.deposits.sword.target import SwordTarget
from tests.judges.swh_deposit import USERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from typing import BinaryIO

PASSWORD = USERS["archive"]["depositor"]


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


def sword_settings(url: str, **keys: str) -> TargetSettings:
    """Return what ``[targets.swh]`` says of a server."""
    values = {"url": url, "user": "depositor", "collection": "archive"} | keys
    own = Table(name="targets.swh", values={key: text for key, text in values.items() if text}, file="archiver.toml")
    return TargetSettings(name="swh", kind="sword", own=own, timeout=3)


def sword_target(url: str, *, secret: str = PASSWORD, **keys: str) -> SwordTarget:
    """Make a target of a server; a key given as an empty text is left out."""
    return SwordTarget(sword_settings(url, **keys), surroundings({"password": secret}))
