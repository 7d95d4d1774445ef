"""Dataverse targets for tests, as a configuration would make them."""

from __future__ import annotations

from archiver.config.tables import Table
from archiver.config.targets import TargetSettings
from archiver.deposits.dataverse.target import DataverseTarget
from tests.contracts.targets.bench import surroundings_of_tests
from tests.deposits.dataverse.documented_server import COLLECTION, TOKEN

WISHES = {"contact_email": "archive@example.org", "subject": "Arts and Humanities"}


def dataverse_target(url: str, *, token: str = TOKEN, **keys: str | bool) -> DataverseTarget:
    """Make a target of a server; a key given as an empty text is left out."""
    values = {"url": url, "collection": COLLECTION} | WISHES | keys
    own = Table(name="targets.dv", values={key: one for key, one in values.items() if one != ""}, file="archiver.toml")
    settings = TargetSettings(name="dv", kind="dataverse", own=own, timeout=3)
    return DataverseTarget(settings, surroundings_of_tests({"token": token}))
