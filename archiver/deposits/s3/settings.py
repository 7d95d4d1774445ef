"""The keys of ``[targets.NAME]`` with ``kind = "s3"``, and what the presets put in their place. Makes no request."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from archiver.deposits.http.addresses import server_url
from archiver.model.deposits import Packaging
from archiver.standards.names import has_hidden_characters
from archiver.standards.sizes import parse_size

if TYPE_CHECKING:
    from archiver.config.tables import Table
    from archiver.config.targets import TargetSettings

KEYS = (
    *("preset", "bucket", "prefix", "endpoint_url", "region", "addressing", "access_key_id", "profile"),
    *("packaging", "part_size", "checksums", "storage_class", "restore_tier", "restore_days", "institution"),
)

Checksums = Literal["auto", "required", "never"]
Preset = Literal["aptrust", "glacier"]

MIB = 1 << 20
SMALLEST_PART = 5 * MIB
"""Of an upload in parts, all but the last (Amazon S3 User Guide, "Multipart upload limits")."""

LARGEST_PART = 5 * 1024 * MIB
_PART = 16 * MIB
_BUCKET = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{1,254}")
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_RECEIVING = "aptrust.receiving."


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Settings:
    """One bucket, and how packages are put into it."""

    bucket: str
    prefix: str = ""
    """That every key begins with; empty, or ends in ``/``."""

    endpoint_url: str | None = None
    """Of a server that speaks S3; None: Amazon's own."""

    region: str | None = None
    addressing: Literal["auto", "path", "virtual"] = "auto"
    """Whether the bucket stands in the path of an address or before its host."""

    access_key_id: str | None = None
    """None: found as the AWS command line finds it."""

    profile: str | None = None
    """Section of ``~/.aws/credentials``."""

    packaging: Packaging = Packaging.TAR
    part_size: int = _PART
    """Bytes of a part; ever larger ones where there would be too many."""

    whole_up_to: int = _PART
    """Bytes; what is larger is sent in parts."""

    checksums: Checksums = "auto"
    """Whether SHA-256 goes with what is sent: found out, insisted on, or left out."""

    storage_class: str | None = None
    restore_tier: str = "Bulk"
    restore_days: int = 3
    """For how long what is thawed to be read back stays readable."""

    preset: Preset | None = None


def read_settings(settings: TargetSettings) -> S3Settings:
    """Return what a target's own keys say.

    Raises:
        ConfigurationError: one is missing or unusable; names it.
    """
    table = settings.own
    preset = cast("Preset | None", _choice(table, "preset", ("aptrust", "glacier"), None))
    endpoint = server_url(table, "endpoint_url") if "endpoint_url" in table else None
    access_key_id = _text(table, "access_key_id")
    _check_credentials(table, settings, access_key_id)
    storage_class = _text(table, "storage_class")
    size = _part_size(table)
    packaging = Packaging(_choice(table, "packaging", tuple(Packaging), "tar") or "tar")
    if preset == "aptrust" and packaging is not Packaging.TAR:
        raise table.fault("packaging", 'must be "tar": APTrust takes nothing else')
    return S3Settings(
        bucket=_bucket(table, preset),
        prefix=_prefix(table, preset),
        endpoint_url=endpoint,
        region=_text(table, "region"),
        addressing=cast("Literal['auto', 'path', 'virtual']", _addressing(table, endpoint)),
        access_key_id=access_key_id,
        profile=_text(table, "profile"),
        packaging=packaging,
        part_size=size,
        whole_up_to=size,
        checksums=cast("Checksums", _choice(table, "checksums", ("auto", "required", "never"), "auto")),
        storage_class=storage_class or ("DEEP_ARCHIVE" if preset == "glacier" else None),
        restore_tier=_choice(table, "restore_tier", ("Bulk", "Standard", "Expedited"), "Bulk") or "Bulk",
        restore_days=table.count("restore_days") if "restore_days" in table else 3,
        preset=preset,
    )


def _check_credentials(table: Table, settings: TargetSettings, access_key_id: str | None) -> None:
    has_secret = "secret_access_key" in settings.secrets
    if access_key_id is not None and not has_secret:
        raise table.fault(
            "secret_access_key_from", 'is missing: where the secret of access_key_id is kept, such as "keyring:s3/me"'
        )
    if has_secret and access_key_id is None:
        raise table.fault("access_key_id", "is missing: the key that secret_access_key_from belongs to")
    if access_key_id is not None and "profile" in table:
        raise table.fault("profile", "cannot stand beside access_key_id: write one of them")


def _bucket(table: Table, preset: Preset | None) -> str:
    institution = _text(table, "institution")
    if institution is not None and preset != "aptrust":
        raise table.fault("institution", 'is known with preset = "aptrust" alone')
    if institution is not None and not _DOMAIN.fullmatch(institution):
        raise table.fault("institution", "must be the institution's domain, such as example.edu")
    if "bucket" in table:
        name = table.text("bucket")
        if not _BUCKET.fullmatch(name):
            raise table.fault("bucket", "must be a bucket's name alone: no s3://, no slash")
        return name
    if institution is not None:
        # APTrust user guide, "Uploading for Ingest"
        return f"{_RECEIVING}{institution}"
    if preset == "aptrust":
        raise table.fault("institution", "is missing: your institution's domain, such as example.edu")
    raise table.fault("bucket", "is missing: the bucket that packages are put into")


def _prefix(table: Table, preset: Preset | None) -> str:
    text = _text(table, "prefix")
    if text is None:
        return ""
    if preset == "aptrust":
        raise table.fault("prefix", "is not for APTrust: bags lie at the top of the receiving bucket")
    if any(part in {"", ".", ".."} for part in text.strip("/").split("/")) or has_hidden_characters(text):
        raise table.fault("prefix", "must be a path such as deposits/2026")
    return text.strip("/") + "/"


def _addressing(table: Table, endpoint: str | None) -> str | None:
    # Servers of one's own seldom have a name for each bucket.
    return _choice(table, "addressing", ("auto", "path", "virtual"), "auto" if endpoint is None else "path")


def _part_size(table: Table) -> int:
    if "part_size" not in table:
        return _PART
    size = parse_size(table.text("part_size"))
    if size is None or not SMALLEST_PART <= size <= LARGEST_PART:
        raise table.fault("part_size", 'must be a size from 5 MiB to 5 GiB, such as "64 MiB"')
    return size


def _text(table: Table, key: str) -> str | None:
    return table.text(key) if key in table else None


def _choice(table: Table, key: str, choices: tuple[str, ...], default: str | None) -> str | None:
    if key not in table:
        return default
    value = table.text(key)
    if value not in choices:
        raise table.fault(key, f"must be one of {', '.join(choices)}")
    return value
