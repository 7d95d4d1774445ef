"""``[notify]``: who is told when an audit finds something, and who is told that audits still run.

Secrets stay in files of their own, which this names and does not open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from archiver.config.tables import Table

NOTIFY_KEYS = (
    *("email_to", "email_from", "smtp", "security", "smtp_user", "smtp_password_file"),
    *("webhook", "webhook_file", "heartbeat", "heartbeat_file", "ca_file"),
)
SECURITY: dict[str, int] = {"starttls": 587, "tls": 465, "none": 25}
"""How a mail server is spoken to -> its usual port."""

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
_SERVER = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(?::([0-9]{1,5}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """How e-mail is sent."""

    to: tuple[str, ...]
    sender: str
    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str | None = None
    password_file: Path | None = None
    """Its first line is the password; nobody else may read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookSettings:
    """An address that is sent JSON; one of the two is given."""

    url: str | None = None
    file: Path | None = None
    """Its first line is the address, where that is a secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings:
    """Who is told."""

    mail: MailSettings | None = None
    webhook: HookSettings | None = None
    heartbeat: HookSettings | None = None
    """Told of every audit that ended, so that somebody else can raise the alarm when none does."""

    ca_file: Path | None = None
    """PEM file of certificate authorities to trust beside the system's."""


def notify_settings(notify: Table) -> NotifySettings:
    """Return what the table says.

    Raises:
        ConfigurationError: a value is unusable, or something is missing.
    """
    return NotifySettings(
        mail=_mail(notify) if "email_to" in notify or "smtp" in notify else None,
        webhook=_hook(notify, "webhook"),
        heartbeat=_hook(notify, "heartbeat"),
        ca_file=_file(notify, "ca_file"),
    )


def _mail(notify: Table) -> MailSettings:
    for key in ("email_to", "email_from", "smtp"):
        if key not in notify:
            raise notify.fault(key, "is missing: e-mail needs email_to, email_from and smtp")
    to = notify.texts("email_to")
    sender = notify.text("email_from")
    for key, address in (*(("email_to", one) for one in to), ("email_from", sender)):
        if not _ADDRESS.fullmatch(address):
            raise notify.fault(key, f"must be an address alone, such as jane@example.org, not {address!r}")
    security = notify.text("security") if "security" in notify else "starttls"
    if security not in SECURITY:
        raise notify.fault("security", 'must be "starttls", "tls" or "none"')
    server = _SERVER.fullmatch(notify.text("smtp"))
    if server is None or not int(server[2] or 1) < 1 << 16:
        raise notify.fault("smtp", "must be the mail server, as HOST or HOST:PORT")
    host = server[1].strip("[]")
    if security == "none" and host not in {"localhost", "127.0.0.1", "::1"}:
        raise notify.fault("security", 'may be "none" for a mail server on this machine alone')
    if ("smtp_user" in notify) != ("smtp_password_file" in notify):
        raise notify.fault("smtp_user", "and smtp_password_file belong together: give both or neither")
    return MailSettings(
        to=to,
        sender=sender,
        host=host,
        port=int(server[2] or SECURITY[security]),
        security="tls" if security == "tls" else "none" if security == "none" else "starttls",
        user=notify.text("smtp_user") if "smtp_user" in notify else None,
        password_file=_file(notify, "smtp_password_file"),
    )


def _hook(notify: Table, key: str) -> HookSettings | None:
    if key in notify and f"{key}_file" in notify:
        raise notify.fault(key, f"and {key}_file say the same thing: leave one out")
    if key in notify:
        return HookSettings(url=notify.text(key))
    file = _file(notify, f"{key}_file")
    return HookSettings(file=file) if file else None


def _file(notify: Table, key: str) -> Path | None:
    return Path(notify.file).parent / notify.text(key) if key in notify else None
