"""Header fields of a message as a person reads them: unfolded, decoded, whatever their sender made of the rules.

Pure: strings as the parser gives them, to strings. Nothing here raises for what a header holds.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import Message

FIRST = (
    *("From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Date", "Subject", "Message-ID", "In-Reply-To", "References"),
)
"""What stands above a message, in this order (RFC 5322 section 3.6); all other fields stand below it."""

LONGEST = 20_000
"""Characters of one field; a longer one is cut, and said."""

_FIRST = frozenset(name.lower() for name in FIRST)
_FOLD = re.compile(r"\r?\n[ \t]*|\r")
_KNOWN = frozenset([*_FIRST, "received", "return-path", "mime-version", "content-type", "delivered-to", "resent-from"])
_CENTURIES = range(1970, 3000)
CUT = " [cut]"


def is_message(message: Message) -> bool:
    """Tell whether this is a message at all, and not any text: it has a field that mail has."""
    return any(name.lower() in _KNOWN for name, _ in message.raw_items())


def first_fields(message: Message) -> list[tuple[str, str]]:
    """Return the fields that stand above the message; a field that comes twice stands twice."""
    found = [(name, decoded(value)) for name, value in message.raw_items()]
    return [(name, value) for wanted in FIRST for name, value in found if name.lower() == wanted.lower()]


def other_fields(message: Message) -> list[tuple[str, str]]:
    """Return all other fields, in their order."""
    return [(shown(name), decoded(value)) for name, value in message.raw_items() if name.lower() not in _FIRST]


def field(message: Message, name: str) -> str:
    """Return one field, decoded; empty when there is none."""
    return next((decoded(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")


def sent(message: Message) -> datetime | None:
    """Return when the message says it was sent, in UTC; None where it says nothing a calendar has."""
    try:
        when = parsedate_to_datetime(field(message, "Date"))
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return when if when.year in _CENTURIES else None


def shown(raw: object) -> str:
    """Return what a parser made of bytes as text: UTF-8, or the Western European charset most mail was written in."""
    content = str(raw).encode("utf-8", "surrogateescape")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def decoded(raw: object) -> str:
    """Return one field's value: unfolded (RFC 5322 section 2.2.3), encoded words decoded (RFC 2047)."""
    value = _FOLD.sub(" ", shown(raw))
    if len(value) > LONGEST:
        value = value[:LONGEST] + CUT
    if "=?" not in value:
        return value.strip()
    try:
        words = decode_header(value)
    except (HeaderParseError, ValueError, LookupError):
        return value.strip()
    # A word that says nothing is shown as it is written.
    return "".join(_word(content, charset) for content, charset in words).strip() or value.strip()


def _word(content: bytes | str, charset: str | None) -> str:
    if isinstance(content, str):
        return content
    for candidate in (charset or "utf-8", "utf-8"):
        try:
            return content.decode(candidate)
        except (LookupError, UnicodeError, ValueError):
            continue
    return content.decode("cp1252", "replace")
