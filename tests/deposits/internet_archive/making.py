"""Targets of the Internet Archive for tests, as a configuration would make them."""

from __future__ import annotations

from archiver.config.tables import Table
from archiver.config.targets import TargetSettings
from archiver.deposits.internet_archive import InternetArchiveTarget
from tests.contracts.targets.bench import surroundings_of_tests
from tests.deposits.internet_archive.documented_server import ACCESS, SECRET


def archive_target(url: str, *, secret: str = SECRET, **keys: str) -> InternetArchiveTarget:
    """Make a target of a server."""
    own = Table(name="targets.ia", values={"url": url, "s3_url": url} | keys, file="archiver.toml")
    settings = TargetSettings(name="ia", kind="internet-archive", own=own, timeout=3)
    return InternetArchiveTarget(settings, surroundings_of_tests({"access_key": ACCESS, "secret_key": secret}))
