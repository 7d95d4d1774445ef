"""Fedora targets for tests, as a configuration would make them."""

from __future__ import annotations

import base64
from typing import Any

from archiver.config.tables import Table
from archiver.config.targets import TargetSettings
from archiver.deposits.fedora.interface import Interface
from archiver.deposits.fedora.target import FedoraTarget
from archiver.deposits.http.client import HttpClient
from archiver.deposits.http.sending import Access
from tests.contracts.targets.bench import surroundings_of_tests
from tests.judges.fedora import USERS

USER = "archivist"
PASSWORD, _ = USERS[USER]


def fedora_settings(url: str, *, user: str = USER, **keys: object) -> TargetSettings:
    """Return what ``[targets.fedora]`` says of a server; without a user when it is an empty text."""
    values: dict[str, object] = {"url": url, **({"user": user} if user else {}), **keys}
    own = Table(name="targets.fedora", values=values, file="archiver.toml")
    return TargetSettings(name="fedora", kind="fedora", own=own, timeout=10)


def fedora_target(url: str, *, secret: str = PASSWORD, **keys: Any) -> FedoraTarget:  # noqa: ANN401 - of the configuration
    """Make a target of a server."""
    return FedoraTarget(fedora_settings(url, **keys), surroundings_of_tests({"password": secret}))


def fedora_interface(root: str) -> Interface:
    """Make what a target speaks to its server by."""
    signed = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    access = Access(url=root, headers={"Authorization": f"Basic {signed}"})
    client = HttpClient(fedora_settings(root), surroundings_of_tests({}), access)
    return Interface(client, "targets.fedora", root)
