"""What targets are given of the program: secrets, the clock, folders of this machine, and its store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from archiver.deposits.surroundings import PackageStore, Surroundings
from archiver.steps.deposits.folders import LocalFolders

if TYPE_CHECKING:
    from archiver.config import Configuration, TargetSettings
    from archiver.steps.deposits.secrets import Secrets


def surroundings_of(
    settings: TargetSettings,
    configuration: Configuration,
    secrets: Secrets,
    now: Callable[[], datetime],
    environment: Mapping[str, str],
) -> Surroundings:
    """Return what one target is made with.

    Args:
        settings: the target's.
        configuration: of this archive.
        secrets: of the run; asked only when the target asks.
        now: the clock.
        environment: of the process, for proxies.
    """

    def store(asked: TargetSettings) -> PackageStore:
        # brings the catalogue's database with it, which no other target needs
        from archiver.steps.deposits.package_store import package_store  # noqa: PLC0415

        return package_store(asked, configuration, now)

    return Surroundings(
        secret=secrets.of(settings), now=now, environment=environment, folders=LocalFolders(), store=store
    )
