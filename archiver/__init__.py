"""Archiver: from a folder of documents to verified preservation packages.

Every name here is loaded when it is first used, so that importing the package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "ArchiverError": "archiver.errors",
    "ExitCode": "archiver.errors",
    "Finding": "archiver.model",
    "Severity": "archiver.model",
    "Description": "archiver.model",
    "Statement": "archiver.model",
    "BagVerdict": "archiver.model",
    "Configuration": "archiver.config",
    "read_configuration": "archiver.config",
    "BuildSettings": "archiver.steps.building.settings",
    "build": "archiver.steps.building.running",
    "ItemResult": "archiver.steps.results",
    "item_json": "archiver.steps.results",
    "verify_paths": "archiver.steps.verify",
    "Bag": "archiver.storage.bag",
    "make_bag": "archiver.steps.bags.api",
    "verify": "archiver.steps.bags.api",
    "extract_payload": "archiver.steps.bags.api",
    "update_bag": "archiver.steps.bags.api",
}

__all__ = ["__version__", *_HOMES]  # noqa: PLE0604 - the names are strings, listed once above


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any of the public names
    if name not in _HOMES:
        raise AttributeError(f"module 'archiver' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
