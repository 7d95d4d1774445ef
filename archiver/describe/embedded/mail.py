"""E-mail (RFC 5322): subject, sender, date and identifier from the head of a message; its body is not read.

Those it was sent to are no contributors to it, and no term of Dublin Core is for them.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email import policy
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import quote

from archiver.describe.embedded.contract import Property

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

LARGEST_HEAD = 256 << 10
"""Bytes."""

LARGEST_FIELD = 8 << 10
"""Bytes; a parser of addresses takes time that grows with their square."""

_MOST_SENDERS = 20
_FIELD_ENDS = re.compile(rb"\n(?![ \t])")


def read(file: BinaryIO) -> Iterator[Property]:
    """Yield what a message says of itself."""
    message = BytesHeaderParser(policy=policy.default).parsebytes(_head(file))
    subject = message.get("Subject")
    if subject:
        yield Property("title", str(subject), "e-mail Subject")
    yield from _senders(message)
    sent = _sent(str(message.get("Date", "")))
    if sent:
        yield Property("created", sent, "e-mail Date")
    identifier = str(message.get("Message-ID", "")).strip().removeprefix("<").removesuffix(">")
    if "@" in identifier and len(identifier) <= 998 and identifier.isprintable() and " " not in identifier:
        # RFC 2392: a URL of a message is mid: and its identifier, percent-encoded.
        yield Property("identifier", f"mid:{quote(identifier, safe='@!$*+.=_-~')}", "e-mail Message-ID")


def _head(file: BinaryIO) -> bytes:
    """Return the head of a message, without fields that are too long to be anybody's."""
    data = file.read(LARGEST_HEAD)
    ends = [data.find(end) for end in (b"\r\n\r\n", b"\n\n") if end in data]
    head = (data[: min(ends)] if ends else data).replace(b"\r\n", b"\n")
    fields = _FIELD_ENDS.split(head)  # RFC 5322 section 2.2.3: a line that begins with a blank goes on
    return b"\n".join(field for field in fields if len(field) <= LARGEST_FIELD) + b"\n\n"


def _senders(message: Message) -> Iterator[Property]:
    addresses = getattr(message.get("From"), "addresses", ())
    for address in addresses[:_MOST_SENDERS]:
        name = address.display_name or address.addr_spec
        if name and name != "<>":
            yield Property("creator", name, "e-mail From")


def _sent(text: str) -> str | None:
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if when.tzinfo is None:  # RFC 5322 section 3.3: -0000 says nothing of the place; the time is in UTC
        return f"{when:%Y-%m-%dT%H:%M:%S}Z" if _is_year(when) else None
    offset = when.utcoffset() or timedelta()
    return when.isoformat(timespec="seconds") if _is_year(when) and abs(offset) <= timedelta(hours=14) else None


def _is_year(when: datetime) -> bool:
    return when.year >= 1970
