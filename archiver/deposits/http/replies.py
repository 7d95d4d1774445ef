"""What a server replied, read without trusting it: no entities, no great depth, words fit for a message."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from archiver.standards.names import printable
from archiver.standards.xml import XmlSyntaxError, parse_xml

if TYPE_CHECKING:
    from lxml import etree

_DEEPEST = 64
"""Objects and lists within each other that a reply may have."""

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKET = re.compile(rb"[\[{\]}]")
_SAID = 300
"""Characters of what a server says that go into a message."""

_LONGEST_WAIT = 86_400.0
"""Seconds; a server that asks for more is asked again after a day."""


class UnusableReplyError(Exception):
    """A reply is not what the interface promises; the message goes on after the server's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole reply."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name; repeated ones joined with a comma."""

    body: bytes
    url: str
    """That it came from, after any redirects."""

    def json(self) -> Any:  # noqa: ANN401 - whatever a stranger wrote
        """Return the body as JSON values.

        Raises:
            UnusableReplyError: it is none, or is nested too deeply.
        """
        return read_json(self.body)

    def xml(self) -> etree._Element:
        """Return the root of the body as XML, read without entities, DTD or network.

        Raises:
            UnusableReplyError: it is none.
        """
        try:
            return parse_xml(self.body)
        except XmlSyntaxError as error:
            raise UnusableReplyError(f"sent a reply that is no XML ({printable(str(error))[:_SAID]})") from error


def read_json(data: bytes) -> Any:  # noqa: ANN401 - whatever a stranger wrote
    """Return JSON values of a stranger; halves of surrogate pairs, which no text can hold, become U+FFFD.

    Raises:
        UnusableReplyError: it is no JSON (RFC 8259), or is nested more than 64 deep.
    """
    if _depth(data) > _DEEPEST:
        raise UnusableReplyError("sent a reply that is nested too deeply")
    try:
        value = json.loads(data)
        if b"\\ud" in data.lower():
            whole = json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            value = json.loads(whole)
    except (ValueError, RecursionError) as error:
        raise UnusableReplyError("sent a reply that is no JSON") from error
    return value


def _depth(data: bytes) -> int:
    deepest = depth = 0
    for bracket in _BRACKET.findall(_STRING.sub(b"", data)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def status_line(status: int) -> str:
    """Return a status with its words: ``201 Created``."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def said(reply: Reply) -> str:
    """Return what a server says is wrong, in its own words, short and fit for a message; empty when nothing."""
    words = _said_in_json(reply) or _said_in_xml(reply) or _said_in_text(reply)
    line = printable(" ".join(words.split()))
    return line if len(line) <= _SAID else f"{line[:_SAID]}..."


def _said_in_json(reply: Reply) -> str:
    if "json" not in reply.headers.get("content-type", ""):
        return ""
    try:
        value = reply.json()
    except UnusableReplyError:
        return ""
    if not isinstance(value, dict):
        return ""
    words = [value[key] for key in ("message", "error_description", "error", "detail", "title") if key in value][:1]
    errors = value.get("errors")
    for one in errors[:5] if isinstance(errors, list) else []:
        if isinstance(one, dict):
            messages = one.get("messages")
            first = messages[0] if isinstance(messages, list) and messages else one.get("message", "")
            words.append(f"{one.get('field', '')}: {first}".lstrip(": "))
    return "; ".join(word for word in words if isinstance(word, str))


def _said_in_xml(reply: Reply) -> str:
    if "xml" not in reply.headers.get("content-type", "") or "html" in reply.headers.get("content-type", ""):
        return ""
    try:
        root = reply.xml()
    except UnusableReplyError:
        return ""
    wanted = {"summary", "verboseDescription", "message", "Message", "title"}
    found = (one for one in root.iter() if isinstance(one.tag, str) and one.tag.rpartition("}")[2] in wanted)
    return "; ".join(text for one in found if (text := (one.text or "").strip()))


def _said_in_text(reply: Reply) -> str:
    if reply.headers.get("content-type", "").partition(";")[0].strip() != "text/plain":
        return ""
    return reply.body[: 4 * _SAID].decode("utf-8", "replace")


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds that a server asks to be left alone for (RFC 9110 section 10.2.3); None: it says nothing."""
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text, re.ASCII):
        return min(float(text), _LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(text) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta()).total_seconds(), _LONGEST_WAIT)
