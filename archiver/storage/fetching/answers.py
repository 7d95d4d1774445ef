"""What a server's answer means for a file on its way: go on, begin anew, follow, try again or give up.

Reads status and header fields alone, no body (RFC 9110).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import responses

from archiver.standards.fetch_urls import FetchUrl, FetchUrlError, redirect_target
from archiver.standards.names import printable
from archiver.storage.fetching.client import Answer
from archiver.storage.fetching.failures import Cause, FetchFailure, TryAgain

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,19})-([0-9]{1,19})/([0-9]{1,19}|\*)")
_NUMBER = re.compile("[0-9]{1,19}")


def range_fields(size: int, validator: str | None) -> list[tuple[str, str]]:
    """Return the header fields that ask for the rest of a file (RFC 9110 sections 14.2 and 13.1.5).

    Args:
        size: bytes that are here; nothing is asked for when 0.
        validator: what the server called the state they belong to.
    """
    if not size:
        return []
    # Without a validator the rest may belong to a newer state: the digests of the whole tell.
    return [("range", f"bytes={size}-"), *([("if-range", validator)] if validator else [])]


def next_address(url: FetchUrl, answer: Answer) -> FetchUrl | None:
    """Return where a redirect leads, or None when the answer is none.

    Raises:
        FetchFailure: it leads to another scheme, host or port.
    """
    if answer.status not in _REDIRECTS:
        return None
    try:
        target = redirect_target(url, answer.fields.get("location", ""))
    except FetchUrlError as error:
        raise FetchFailure(Cause.REMOTE_REDIRECTED, f"{url.shown} sends elsewhere: {error}") from error
    if target.origin != url.origin:
        where = printable(f"{target.scheme}://{target.authority}"[:200])
        raise FetchFailure(Cause.REMOTE_REDIRECTED, f"{url.shown} sends on to {where}, which was not followed")
    return target


def continues(url: FetchUrl, answer: Answer, size: int) -> bool:
    """Tell whether the body goes on behind the ``size`` bytes that are here (True) or is the whole file (False).

    Raises:
        TryAgain: the file has to be asked for again, later or from its beginning.
        FetchFailure: asking again would not help.
    """
    status = answer.status
    if status in _LATER:
        raise TryAgain(f"{url.shown} answered {_named(status)}", after=_retry_after(answer))
    if status == 206 and size:
        found = _CONTENT_RANGE.fullmatch(answer.fields.get("content-range", ""))
        if found and size == int(found[1]) <= int(found[2]):
            return True
    if status != 200:
        # 206 with another range than was asked for, or 416: what is here does not fit what the server has now.
        if size and status in {206, 416}:
            raise TryAgain(f"{url.shown} has changed since it was begun", restart=True)
        raise FetchFailure(Cause.REMOTE_FAILED, f"{url.shown} answered {_named(status)}")
    return False


def refuse_encoded(url: FetchUrl, answer: Answer) -> None:
    """Refuse a body that is not the file itself: it could not be capped, resumed or compared.

    Raises:
        FetchFailure: it is compressed or otherwise encoded.
    """
    encoding = answer.fields.get("content-encoding", "identity").strip().lower()
    if encoding not in {"", "identity"}:
        words = f"{url.shown} sends it encoded as {printable(encoding[:40])}, which was not asked for"
        raise FetchFailure(Cause.REMOTE_ENCODED, words)


def stated_length(answer: Answer, size: int) -> int | None:
    """Return how long the whole file is by the answer's own words, in bytes; None when it does not say."""
    length = answer.fields.get("content-length", "")
    return size + int(length) if _NUMBER.fullmatch(length) else None


def validator(answer: Answer) -> str | None:
    """Return what names this very state of the file: a strong entity tag, else a date (RFC 9110 section 13.1.5)."""
    tag: str = answer.fields.get("etag", "")
    if tag.startswith('"') and len(tag) < 1000:
        return tag
    modified, sent = _date(answer.fields.get("last-modified")), _date(answer.fields.get("date"))
    # RFC 9110 section 8.8.2.2: a date is strong when the file did not change in the second it was served.
    if not tag and modified and sent and sent - modified >= timedelta(seconds=1):
        return str(answer.fields["last-modified"])
    return None


def _retry_after(answer: Answer) -> float | None:
    """Return the seconds of ``Retry-After`` (RFC 9110 section 10.2.3); a date counts from the answer's own."""
    text = answer.fields.get("retry-after", "").strip()
    if _NUMBER.fullmatch(text):
        return float(text)
    until, sent = _date(text), _date(answer.fields.get("date"))
    return max(0.0, (until - sent).total_seconds()) if until and sent else None


def _date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _named(status: int) -> str:
    name = responses.get(status)
    return f"{status} ({name})" if name else str(status)
