"""``[targets.NAME]`` and ``[deposits]``: the repositories that packages are deposited with, and what is kept of it.

Holds no secret, only where each is kept, and opens none of these places.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from archiver.config.tables import Table
from archiver.errors import ConfigurationError
from archiver.model.deposits import EvidenceLevel

DEPOSITS_KEYS = ("records", "keep_parcels")
TARGET_KEYS = ("kind", "min_evidence", "bandwidth", "attempts", "parallel", "timeout", "retry_wait", "ca_file")
"""That every target has; each secret's ``NAME_from`` comes to them."""

DEFAULT_RECORDS = "deposits"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts that may be spoken to without TLS."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_FROM = "_from"
_SECRET_KEYS = re.compile(r"(.*_)?(passw(or)?d|passphrase|secret|token|api_?key|access_?key|private_?key|secret_?key)")
_MOST = {"attempts": 100, "parallel": 64}
_BETWEEN = {"timeout": (1, 86_400), "retry_wait": (0, 3600)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretPlace:
    """Where one secret of a target is kept."""

    kind: Literal["keyring", "file", "stdin"]
    service: str = ""
    """Of the keyring."""

    user: str = ""
    file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSettings:
    """One target, as its table names it. What a kind alone understands is in ``own``, unread."""

    name: str
    kind: str
    own: Table
    """The keys of its kind; ``own.name`` is ``targets.NAME``, ``own.file`` the absolute path of the file."""

    min_evidence: EvidenceLevel = EvidenceLevel.READ_BACK
    """What a deposit must be proven by to count as verified."""

    bandwidth: str | None = None
    """At most, of all that is sent to it at once, such as ``10 MB/s``; None: no limit."""

    attempts: int = 8
    """How often a request is tried before the deposit fails."""

    retry_wait: float = 1.0
    """Seconds, at most, before a request is tried for the second time; the limit doubles each time."""

    parallel: int = 2
    """Packages, or parts of one, that are sent at once."""

    timeout: float = 60.0
    """Seconds without any answer after which a connection counts as lost."""

    ca_file: Path | None = None
    """PEM certificates that the server's is checked by; None: the system's."""

    secrets: Mapping[str, SecretPlace] = field(default_factory=dict)
    """Name -> where it is kept: ``token`` of ``token_from``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositSettings:
    """What an archive says of its deposits as a whole."""

    records: Path = Path(DEFAULT_RECORDS)
    """Folder of the journal and of the parcels on their way."""

    keep_parcels: bool = False
    """Whether the tar or zip that was sent stays in the records when the deposit is verified."""


def deposit_settings(deposits: Table) -> DepositSettings:
    """Return what ``[deposits]`` says; the records lie beside the file where it says nothing.

    Raises:
        ConfigurationError: a value is unusable.
    """
    records = deposits.text("records") if "records" in deposits else DEFAULT_RECORDS
    return DepositSettings(
        records=_beside(deposits, records),
        keep_parcels="keep_parcels" in deposits and deposits.yes_or_no("keep_parcels"),
    )


def target_settings(tables: dict[str, Any], file: str) -> tuple[TargetSettings, ...]:
    """Return every target that the file names, in its order.

    Args:
        tables: the whole file.
        file: its path, as given.

    Raises:
        ConfigurationError: a value is unusable, a secret stands in the file, or an address is not of https.
    """
    values = tables.get("targets", {})
    if not isinstance(values, dict) or not all(isinstance(one, dict) for one in values.values()):
        raise ConfigurationError(f"{file}: [targets] must hold tables, such as [targets.zenodo]")
    # A deposit is known by the place it went to, which must not hang on the folder that a command was run in.
    whole = os.path.abspath(file)  # noqa: PTH100 - a link stays a link
    return tuple(_target(name, one, whole) for name, one in values.items())


def _target(name: str, values: dict[str, Any], file: str) -> TargetSettings:
    table = Table(name=f"targets.{name}", values=values, file=file)
    if not _NAME.fullmatch(name):
        raise ConfigurationError(f"{file}: [targets.{name!r}]: a target's name is of a-z, 0-9, - and _, such as zenodo")
    if "kind" not in table:
        raise table.fault("kind", 'is missing: it says what the repository is, such as "inveniordm" or "s3"')
    _refuse_open_secrets(table)
    return TargetSettings(
        name=name,
        kind=table.text("kind"),
        own=Table(name=table.name, values=_own(values), file=file),
        secrets={key.removesuffix(_FROM): _secret_place(table, key) for key in values if key.endswith(_FROM)},
        **{key: read(table, key) for key, read in _READERS.items() if key in table},
    )


def _own(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key not in TARGET_KEYS and not key.endswith(_FROM)}


def _refuse_open_secrets(table: Table) -> None:
    for key, value in table.values.items():
        if _SECRET_KEYS.fullmatch(key.lower()):
            raise table.fault(key, f"would be a secret in this file: write {key}_from, such as {_places_of(key)}")
        if isinstance(value, str) and (key == "url" or key.endswith("_url")):
            _check_address(table, key, value)


def _check_address(table: Table, key: str, text: str) -> None:
    try:
        parts = urlsplit(text)
        host, secret = parts.hostname, parts.password
    except ValueError as error:
        raise table.fault(key, f"must be a URL: {error}") from error
    if secret is not None:
        raise table.fault(key, f"must hold no password: write password_from, such as {_places_of('password')}")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise table.fault(key, "must begin with https://, but for a server on this machine")


def _places_of(name: str) -> str:
    return f'"keyring:archiver/{name}", "file:{name}.secret" or "stdin"'


def _secret_place(table: Table, key: str) -> SecretPlace:
    text = table.text(key)
    kind, _, rest = text.partition(":")
    if text == "stdin":
        return SecretPlace(kind="stdin")
    if kind == "file" and rest:
        return SecretPlace(kind="file", file=_beside(table, rest))
    service, _, user = rest.rpartition("/")
    if kind == "keyring" and service and user:
        return SecretPlace(kind="keyring", service=service, user=user)
    # what stands there may be the secret itself: it is not repeated
    raise table.fault(key, f"must say where the secret is kept: {_places_of(key.removesuffix(_FROM))}")


def _evidence(table: Table, key: str) -> EvidenceLevel:
    word = table.text(key)
    try:
        return EvidenceLevel(word)
    except ValueError:
        raise table.fault(key, f"must be one of: {', '.join(EvidenceLevel)}") from None


def _count(table: Table, key: str) -> int:
    count = table.count(key)
    if count > _MOST[key]:
        raise table.fault(key, f"must be at most {_MOST[key]}")
    return count


def _seconds(table: Table, key: str) -> float:
    value = table.values[key]
    least, most = _BETWEEN[key]
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise table.fault(key, f"must be seconds, from {least} to {most}")
    return float(value)


def _file(table: Table, key: str) -> Path:
    return _beside(table, table.text(key))


def _beside(table: Table, path: str) -> Path:
    """Return a path that is written from the folder of ``archiver.toml``."""
    return Path(table.file).parent / Path(path).expanduser()


_READERS: dict[str, Callable[[Table, str], Any]] = {
    "min_evidence": _evidence,
    "bandwidth": Table.text,
    "attempts": _count,
    "parallel": _count,
    "timeout": _seconds,
    "retry_wait": _seconds,
    "ca_file": _file,
}
