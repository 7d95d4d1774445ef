"""Tells people that something is wrong with a store: by e-mail, and by JSON sent to an address of theirs.

Nobody can be told by a machine that is off: a heartbeat to a service elsewhere lets that one raise the alarm.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archiver.config.notify import HookSettings, MailSettings, NotifySettings
from archiver.errors import ConfigurationError
from archiver.model import Finding, Severity
from archiver.standards.audit_log.canonical import Json
from archiver.standards.fetch_urls import FetchUrl, FetchUrlError, parse_fetch_url
from archiver.standards.names import printable
from archiver.storage.fetching.rules import Timing
from archiver.storage.mailing import Mail, MailServer, NotMailedError, send_mail
from archiver.storage.posting import Letter, NotSentError, post

_LONGEST_SECRET = 4096
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is to be told; holds no secret."""

    subject: str
    """One line."""

    lines: Sequence[str]
    told: Mapping[str, Json]
    """The same for programs."""


def send_notice(notice: Notice, settings: NotifySettings, timing: Timing, now: datetime) -> tuple[Finding, ...]:
    """Tell everybody that the configuration names; what fails for one is tried for the others all the same.

    Args:
        notice: what to tell.
        settings: whom.
        timing: for the network.
        now: with its zone.

    Returns:
        A finding for each that could not be told.
    """
    attempts: list[tuple[str, Callable[[], None]]] = []
    text = "\n".join(notice.lines) + "\n"
    mail, webhook = settings.mail, settings.webhook
    if mail is not None:
        attempts.append(("e-mail", lambda: _mail(mail, notice.subject, text, settings.ca_file, timing, now)))
    if webhook is not None:
        # "text" is what chats show (Slack, Mattermost, Rocket.Chat)
        told: dict[str, Json] = {"text": f"{notice.subject}\n{text}", **notice.told}
        attempts.append(("webhook", lambda: _hook(webhook, "webhook", told, settings.ca_file, timing)))
    return _tried(attempts)


def send_heartbeat(told: Mapping[str, Json], settings: NotifySettings, timing: Timing) -> tuple[Finding, ...]:
    """Tell the service that waits for it that an audit has ended; a finding where it cannot be told."""
    hook = settings.heartbeat
    if hook is None:
        return ()
    return _tried([("heartbeat", lambda: _hook(hook, "heartbeat", told, settings.ca_file, timing))])


def _tried(attempts: Sequence[tuple[str, Callable[[], None]]]) -> tuple[Finding, ...]:
    findings = []
    for what, attempt in attempts:
        try:
            attempt()
        except (NotSentError, NotMailedError, ConfigurationError) as error:
            findings.append(_not_sent(what, str(error)))
    return tuple(findings)


def _mail(
    settings: MailSettings, subject: str, text: str, authorities: Path | None, timing: Timing, now: datetime
) -> None:
    password = _secret(settings.password_file, "smtp_password_file") if settings.password_file else None
    server = MailServer(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        user=settings.user,
        password=password,
        authorities=authorities,
    )
    mail = Mail(sender=settings.sender, to=settings.to, subject=subject, text=text, time=now)
    send_mail(mail, server, timing)


def _hook(settings: HookSettings, key: str, told: Mapping[str, Json], authorities: Path | None, timing: Timing) -> None:
    address = settings.url if settings.file is None else _secret(settings.file, f"{key}_file")
    body = json.dumps(told, ensure_ascii=False).encode("utf-8", "backslashreplace")
    letter = Letter(url=_address(address or "", key), body=body, media_type="application/json", authorities=authorities)
    post(letter, timing)


def _address(text: str, key: str) -> FetchUrl:
    try:
        url = parse_fetch_url(text)
    except FetchUrlError as error:
        raise ConfigurationError(f"notify.{key} is no address that can be used: https://...") from error
    if url.scheme != "https" and url.host not in _THIS_MACHINE:
        raise ConfigurationError(f"notify.{key} must begin with https://, but for a service on this machine")
    return url


def _secret(path: Path, key: str) -> str:
    """Read the first line of a file that nobody else may read."""
    shown = printable(str(path))
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(_LONGEST_SECRET)
    except OSError as error:
        raise ConfigurationError(f"notify.{key}: {shown} cannot be read: {error.strerror or error}") from error
    if stat.S_IMODE(mode) & 0o077:
        raise ConfigurationError(f"notify.{key}: others may read {shown}: chmod 600 it")
    try:
        line = data.decode().split("\n", 1)[0].strip()
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"notify.{key}: {shown} is no text") from error
    if not line:
        raise ConfigurationError(f"notify.{key}: the first line of {shown} is empty")
    return line


def _not_sent(what: str, words: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="notice-not-sent",
        file=None,
        message=f"the {what} could not be sent: {words}",
        fix="check [notify] in archiver.toml and the server, and try it: archiver audit status --test-notice",
    )
