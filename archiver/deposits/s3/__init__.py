"""Object stores that speak S3: Amazon's own and every other; APTrust and frozen storage are presets of it.

A package is one object, sent in parts; its digest is compared with what the store computed of what it holds. What a
store says of itself is not believed: whether it checks digests is found out before they count for anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.deposits.s3.settings import KEYS, read_settings

if TYPE_CHECKING:
    from archiver.config.targets import TargetSettings
    from archiver.deposits.contract import Target
    from archiver.deposits.surroundings import Surroundings

__all__ = ["KEYS", "KIND", "SECRETS", "TITLE", "make"]

KIND = "s3"
TITLE = "S3 object store"
SECRETS = ("secret_access_key",)


def make(settings: TargetSettings, surroundings: Surroundings) -> Target:
    """Make the target; makes no request.

    Raises:
        ConfigurationError: a key is missing or unusable, or there is no such secret.
    """
    own = read_settings(settings)
    # Imported where an object store is used: boto3 takes a third of a second.
    from archiver.deposits.s3.target import S3Target  # noqa: PLC0415

    return S3Target(settings, own, surroundings)
