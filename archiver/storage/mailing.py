"""Sends one e-mail through a mail server that the configuration names (RFC 5321), encrypted but on this machine itself.

What it says of a failure has neither the password nor anything that the server said: its replies may repeat what it was
sent.
"""

from __future__ import annotations

import hashlib
import smtplib
import ssl
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

from archiver.standards.names import printable
from archiver.storage.fetching.rules import Timing, tls_context

_ATTEMPTS = 3
_PATIENCE = 30.0


class NotMailedError(Exception):
    """A mail server did not take a message; the message here says why, without any secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """How a mail server is spoken to."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str | None
    password: str | None
    authorities: Path | None
    """A PEM file of certificate authorities to trust beside the system's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message of plain text."""

    sender: str
    to: Sequence[str]
    subject: str
    text: str
    time: datetime
    """With its zone."""


def send_mail(mail: Mail, server: MailServer, timing: Timing) -> None:
    """Hand a message over to a mail server.

    Raises:
        NotMailedError: it did not take it for every recipient, after some attempts where these may help.
    """
    message = _message(mail)
    try:
        tls = tls_context(server.authorities)
    except OSError as error:
        name = printable(str(server.authorities))
        raise NotMailedError(f"the certificates in {name} cannot be used ({error.strerror or error})") from error
    never = threading.Event()
    words = ""
    for attempt in range(_ATTEMPTS):
        if attempt:
            timing.pause(never, (1.0 + timing.chance()) * 2.0**attempt)
        try:
            _send(message, server, tls)
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            words, again = _why(error)
            if not again:
                break
        else:
            return
    raise NotMailedError(f"{printable(server.host)}:{server.port} {words}")


def _message(mail: Mail) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = mail.sender
    message["To"] = ", ".join(mail.to)
    message["Subject"] = printable(mail.subject)[:200]
    message["Date"] = format_datetime(mail.time)
    digest = hashlib.sha256(f"{mail.time.isoformat()}\0{mail.subject}\0{mail.text}".encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{digest}@{mail.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 section 5: no holiday note comes back
    message.set_content(mail.text.encode(errors="backslashreplace").decode(), cte="quoted-printable")
    return message


def _send(message: EmailMessage, server: MailServer, tls: ssl.SSLContext) -> None:
    with ExitStack() as stack:
        if server.security == "tls":
            client: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_PATIENCE, context=tls)
        else:
            client = smtplib.SMTP(server.host, server.port, timeout=_PATIENCE)
        stack.callback(client.close)
        if server.security == "starttls":
            client.starttls(context=tls)
        if server.user is not None and server.password is not None:
            client.login(server.user, server.password)
        refused = client.send_message(message)
        if refused:
            raise smtplib.SMTPRecipientsRefused(refused)
        client.quit()


def _why(error: Exception) -> tuple[str, bool]:
    """Word what went wrong, and say whether trying again may help."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        names = ", ".join(sorted(error.recipients))
        later = all(400 <= code < 500 for code, _ in error.recipients.values())
        return f"does not take mail for {printable(names)[:200]}", later
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"refused the user and password (status {error.smtp_code})", False
    if isinstance(error, smtplib.SMTPResponseException):
        return f"refused the message (status {error.smtp_code})", 400 <= error.smtp_code < 500
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "broke off", True
    return _why_never_asked(error)


def _why_never_asked(error: Exception) -> tuple[str, bool]:
    if isinstance(error, smtplib.SMTPException):
        return "does not offer what is asked of it: encryption (STARTTLS), or a login that is understood", False
    if isinstance(error, UnicodeError):
        return "cannot be given this name, user or password: they have characters beyond ASCII", False
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"has a certificate that does not hold ({printable(error.verify_message)[:200]})", False
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"gave no answer ({printable(words)[:200] or type(error).__name__})", True
