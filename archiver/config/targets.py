"""``[targets.NAME]``: the repositories that packages are deposited with. Holds no secret, only where each is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from archiver.config.tables import Table
from archiver.model.deposits import EvidenceLevel


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
    """The keys of its kind; ``own.name`` is ``targets.NAME`` and ``own.file`` the file, for messages."""

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
