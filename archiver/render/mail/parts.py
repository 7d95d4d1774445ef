"""What a message is made of (RFC 2045, 2046, 2387): what is shown, what is attached, what belongs to what.

Reads the parser's tree and no more; the bytes of a part are decoded where they are asked for.
"""

from __future__ import annotations

import binascii
import hashlib
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from archiver.render.mail.headers import decoded, field

if TYPE_CHECKING:
    from email.message import Message

MOST_PARTS = 2000
"""Of one document; every part costs the parser and the reader."""

DEEPEST = 20
"""Messages and multiparts inside one another; what lies deeper is listed as attached."""

_MARK = b"boundary"
_MOST_COMPARED = 200_000_000
_AS_IT_WAS = policy.compat32.clone(mangle_from_=False)


class TooManyPartsError(Exception):
    """A message promises more parts than are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A part that is listed, not shown."""

    name: str
    media_type: str
    size: int
    """Bytes, decoded."""

    sha256: str
    content: bytes


def parse(content: bytes) -> Message:
    """Parse one message; whatever the bytes are, there is a tree.

    Raises:
        TooManyPartsError: it promises more parts than are looked at.
    """
    marks = content.count(_MARK)
    # Each line is compared with the boundary of every multipart it may lie in.
    if marks > MOST_PARTS or marks * content.count(b"\n") > _MOST_COMPARED:
        raise TooManyPartsError
    return message_from_bytes(content, policy=policy.compat32)


def media_type(part: Message) -> str:
    """Return the type of a part, in lower case, as RFC 2045 section 5.2 has it where it is not stated."""
    try:
        return part.get_content_type()
    except (ValueError, LookupError, TypeError):
        return "application/octet-stream"


def parameter(part: Message, name: str, header: str = "content-type") -> str:
    """Return a parameter of a field (RFC 2231 decoded), or an empty string."""
    try:
        value = part.get_param(name, "", header)
    except (ValueError, LookupError, TypeError, IndexError):
        return ""
    if isinstance(value, tuple):
        charset, _, text = value
        try:
            return text.encode("latin-1").decode(charset or "ascii")
        except (LookupError, UnicodeError, ValueError):
            return str(text)
    return decoded(value) if isinstance(value, str) else ""


def body_bytes(part: Message) -> bytes:
    """Return the content of a part that is no multipart, its transfer encoding undone as far as it goes."""
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, binascii.Error, AssertionError):
        payload = None
    if isinstance(payload, bytes):
        return payload
    raw = part.get_payload()
    if isinstance(raw, list):
        return b"".join(_whole(one) for one in raw if not isinstance(one, str))
    return str(raw or "").encode("utf-8", "surrogateescape")


def subparts(part: Message) -> list[Message]:
    """Return the parts of a multipart or the message inside a message; none of anything else."""
    payload = part.get_payload()
    return [one for one in payload if not isinstance(one, str)] if isinstance(payload, list) else []


def file_name(part: Message) -> str:
    """Return the name a part is attached under, or an empty string."""
    return parameter(part, "filename", "content-disposition") or parameter(part, "name")


def disposition(part: Message) -> str:
    """Return ``attachment``, ``inline`` or an empty string (RFC 2183)."""
    return field(part, "Content-Disposition").partition(";")[0].strip().lower()


def content_id(part: Message) -> str:
    """Return the identifier other parts mean by ``cid:``, without its brackets (RFC 2392)."""
    return field(part, "Content-ID").strip().removeprefix("<").removesuffix(">")


def location(part: Message) -> str:
    """Return the address other parts know this one by (RFC 2557), or an empty string."""
    return field(part, "Content-Location").strip()


def attachment(part: Message) -> Attachment:
    """Return what is told of a part that is not shown."""
    content = body_bytes(part)
    name = file_name(part)
    if not name and media_type(part) == "message/rfc822" and (inner := subparts(part)):
        name = field(inner[0], "Subject")
    return Attachment(
        name=name or "(no name)",
        media_type=media_type(part),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def _whole(part: Message) -> bytes:
    try:
        return part.as_bytes(policy=_AS_IT_WAS)
    except (ValueError, LookupError, TypeError, AttributeError, KeyError):
        return b""
