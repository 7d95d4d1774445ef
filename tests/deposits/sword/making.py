"""SWORD targets for tests, as a configuration would make them."""

from __future__ import annotations

from archiver.config.tables import Table
from archiver.config.targets import TargetSettings
from archiver.deposits.sword.target import SwordTarget
from tests.contracts.targets.bench import surroundings_of_tests
from tests.judges.swh_deposit import USERS

PASSWORD = USERS["archive"]["depositor"]


def sword_settings(url: str, **keys: str) -> TargetSettings:
    """Return what ``[targets.swh]`` says of a server."""
    values = {"url": url, "user": "depositor", "collection": "archive"} | keys
    own = Table(name="targets.swh", values={key: text for key, text in values.items() if text}, file="archiver.toml")
    return TargetSettings(name="swh", kind="sword", own=own, timeout=3)


def sword_target(url: str, *, secret: str = PASSWORD, **keys: str) -> SwordTarget:
    """Make a target of a server; a key given as an empty text is left out."""
    return SwordTarget(sword_settings(url, **keys), surroundings_of_tests({"password": secret}))
