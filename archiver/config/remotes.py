"""``[remotes."URL"]``: how object stores are reached. Holds no secret: it names files and profiles that do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archiver.config.tables import Table, refuse_unknown
from archiver.errors import ConfigurationError

_KEYS = ("endpoint_url", "region", "profile", "credentials", "anonymous", "ca_file", "options")
_SECRETS = ("password", "passwd", "passphrase", "secret", "token", "key", "access_key", "account_key", "api_key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """How what lies below one URL is reached."""

    prefix: str
    """Such as ``s3://bucket``, without a slash at its end."""

    endpoint_url: str | None = None
    """Of a server that speaks S3; None: Amazon's own."""

    region: str | None = None
    profile: str | None = None
    """A section of the credentials."""

    credentials: Path | None = None
    """A file of the form of ``~/.aws/credentials``; None: the cloud's own files and environment."""

    anonymous: bool = False
    """Whether nothing is signed: a bucket that anybody may read."""

    ca_file: Path | None = None
    """PEM certificates that the server's is checked by."""

    options: Mapping[str, str | int | bool] = field(default_factory=dict)
    """Further ones, by the names of the plug-in."""


def remotes(tables: dict[str, Any], file: str) -> tuple[Remote, ...]:
    """Return what the file says of object stores.

    Args:
        tables: the whole file.
        file: its path, as given.

    Raises:
        ConfigurationError: a key is unknown, or a value is unusable.
    """
    values = tables.get("remotes", {})
    if not isinstance(values, dict) or not all(isinstance(one, dict) for one in values.values()):
        raise ConfigurationError(f'{file}: [remotes] must hold tables, such as [remotes."s3://bucket"]')
    return tuple(
        _remote(Table(name=f'remotes."{prefix}"', values=one, file=file), prefix) for prefix, one in values.items()
    )


def remote_for(location: str, known: Sequence[Remote]) -> Remote | None:
    """Return the remote whose URL is the longest that the location lies at or below; None without one."""
    fitting = [one for one in known if f"{location.rstrip('/')}/".startswith(f"{one.prefix}/")]
    return max(fitting, key=lambda one: len(one.prefix), default=None)


def _remote(table: Table, prefix: str) -> Remote:
    refuse_unknown(table.values, _KEYS, f"key in [{table.name}]", table.file)
    if "://" not in prefix:
        raise ConfigurationError(f'{table.file}: [{table.name}]: write a URL, such as [remotes."s3://bucket"]')
    return Remote(
        prefix=prefix.rstrip("/"),
        endpoint_url=_url(table, "endpoint_url"),
        region=_text(table, "region"),
        profile=_text(table, "profile"),
        credentials=_file(table, "credentials"),
        anonymous="anonymous" in table and table.yes_or_no("anonymous"),
        ca_file=_file(table, "ca_file"),
        options=_options(table),
    )


def _text(table: Table, key: str) -> str | None:
    return table.text(key) if key in table else None


def _file(table: Table, key: str) -> Path | None:
    return Path(table.file).parent / Path(table.text(key)).expanduser() if key in table else None


def _url(table: Table, key: str) -> str | None:
    text = _text(table, key)
    if text is None:
        return None
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise table.fault(key, f"must be a URL: {error}") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise table.fault(key, "must begin with https:// or http://")
    if parts.password is not None:
        raise table.fault(key, "must hold no password; name a file of credentials")
    return text


def _options(table: Table) -> Mapping[str, str | int | bool]:
    values = table.values.get("options", {})
    if not isinstance(values, dict) or not all(isinstance(one, str | int | bool) for one in values.values()):
        raise table.fault("options", "must be a table of texts, numbers, true and false")
    for key in values:
        if key.lower() in _SECRETS:
            raise table.fault(f"options.{key}", "would be a secret in this file; name a file that holds it")
    return values
