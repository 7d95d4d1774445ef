"""Storage classes that thaw before they can be read: asked for once, and looked at again later.

Waits for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from archiver.deposits.contract import NotYetError

if TYPE_CHECKING:
    from archiver.deposits.contract import Attempt
    from archiver.deposits.s3.bucket import Bucket
    from archiver.deposits.s3.settings import S3Settings

FROZEN_STATE = "InvalidObjectState"
"""Code of the error with which a frozen object is not given."""

_FROZEN = frozenset({"GLACIER", "DEEP_ARCHIVE"})
_IN_PROGRESS = "RestoreAlreadyInProgress"
_KNOWS_NO_FROST = ("MethodNotAllowed", "NotImplemented", FROZEN_STATE)
# Amazon S3 User Guide, "Understanding archive retrieval options": at most.
_HOURS = {
    ("GLACIER", "Expedited"): 0.1,
    ("GLACIER", "Standard"): 5,
    ("GLACIER", "Bulk"): 12,
    ("DEEP_ARCHIVE", "Standard"): 12,
    ("DEEP_ARCHIVE", "Bulk"): 48,
}


def check_thawed(bucket: Bucket, own: S3Settings, attempt: Attempt, key: str, head: Mapping[str, Any]) -> None:
    """Ask for an object to be thawed where it is frozen; do nothing where it can be read.

    Raises:
        NotYetError: it cannot be read yet.
    """
    if head.get("StorageClass") not in _FROZEN or 'ongoing-request="false"' in str(head.get("Restore", "")):
        return
    # Some servers repeat the class that they were sent, and freeze nothing: they do not know this request.
    failure = ask_to_thaw(bucket, own, attempt, key, head)
    if failure is not None:
        raise failure


def ask_to_thaw(
    bucket: Bucket, own: S3Settings, attempt: Attempt, key: str, head: Mapping[str, Any]
) -> NotYetError | None:
    """Ask for an object to be thawed, unless that is under way.

    Returns:
        What to raise; None where the store knows of no frozen objects.
    """
    storage_class = str(head.get("StorageClass", ""))
    if "ongoing-request" not in str(head.get("Restore", "")):
        asked = bucket.ask(
            attempt,
            "restore_object",
            accept=_KNOWS_NO_FROST,
            intent="thaw",
            Key=key,
            RestoreRequest={"Days": own.restore_days, "GlacierJobParameters": {"Tier": own.restore_tier}},
        )
        if asked is None:
            return None
    hours = _HOURS.get((storage_class, own.restore_tier), 48)
    return NotYetError(
        f"{bucket.address(key)} is frozen ({storage_class or 'no class is said'}) and must be read back: it thaws, "
        f"which takes up to {hours:g} hours. Run archiver deposit resume after that.",
        wait=timedelta(hours=hours),
    )
