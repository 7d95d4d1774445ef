"""What a request is made of: which server, as whom, and what goes with it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file, or a run of its bytes, as the body of a request; read in blocks as it is sent."""

    file: Path
    size: int
    """Bytes of it that are sent."""

    offset: int = 0
    """Of the first of them."""

    before: bytes = b""
    """Sent before the file, as forms have it."""

    after: bytes = b""

    @property
    def length(self) -> int:
        """Bytes of the whole body."""
        return len(self.before) + self.size + len(self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Which server is spoken to, and as whom."""

    url: str
    """As :func:`addresses.server_url` gives it."""

    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent to this server alone: ``{"Authorization": "Bearer ..."}``."""

    secrets: tuple[str, ...] = ()
    """What is taken out of everything that is kept; the values of ``headers`` need not be named."""

    secret_key: str = "token_from"  # noqa: S105 - the name of a key
    """Of the target's table: where the secret is kept, for messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What goes with a request, and which replies its sender understands."""

    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | Upload | None = None
    json: object = None
    """In place of ``content``: JSON values."""

    accept: Collection[int] = ()
    """Statuses that the sender understands, beside 200 to 299."""

    missing: str = "url"
    """Key of the target's table that names what is asked for, should the server not know it."""

    longest: int = 8 << 20
    """Bytes of the reply, which is read whole."""

    @property
    def body(self) -> bytes | Upload | None:
        """What is sent."""
        return self.content if self.json is None else json.dumps(self.json, ensure_ascii=False).encode()

    @property
    def all_headers(self) -> Mapping[str, str]:
        """Those given, and that of JSON."""
        return dict(self.headers) if self.json is None else {"Content-Type": "application/json", **self.headers}
