"""JSON in its canonical form (RFC 8785), of the values that logs hold: one value has one text, to the byte.

Of RFC 8785 everything but numbers with a fraction, which are refused: nothing in a log needs them, and how they are
written is the one part of it that is easy to get wrong.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"
"""What a log can hold. Whole numbers stay within those every reader of JSON knows exactly (RFC 8785 appendix D)."""

LONGEST_LINE = 1 << 20
"""Bytes of a line, its end included; a longer one is none of ours."""

_LARGEST = (1 << 53) - 1
_PLAIN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


class NotCanonicalError(ValueError):
    """A line is no JSON, or not in the one form its value has; or a value has no such form."""


def canonical(value: Json) -> bytes:
    """Write a value in its canonical form: no line end, UTF-8.

    Raises:
        NotCanonicalError: it holds a number with a fraction or too large, or text that is no Unicode.
    """
    try:
        # RFC 8785 section 3.2.2.2: Python escapes what ECMAScript does, and in the same letters
        return json.dumps(_sorted(value), ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError as error:
        raise NotCanonicalError("text that is no Unicode") from error
    except RecursionError as error:
        raise NotCanonicalError("nested too deeply") from error


def read_canonical(line: bytes) -> Json:
    """Read a value, and hold that it was written in its canonical form: so no byte can change unseen.

    Raises:
        NotCanonicalError: it is no JSON, too long, or written in another way.
    """
    if len(line) > LONGEST_LINE:
        raise NotCanonicalError(f"more than {LONGEST_LINE:,} bytes")
    try:
        value: Json = json.loads(line.decode(), parse_int=_whole, parse_float=_refused, parse_constant=_refused)
        # In ASCII alone, code points sort as UTF-16 code units do: what the library writes is the canonical form then.
        written = _PLAIN.encode(value).encode() if line.isascii() else canonical(value)
    except (ValueError, RecursionError) as error:
        raise NotCanonicalError("no JSON") from error
    if written != line:
        raise NotCanonicalError("not in the canonical form of RFC 8785")
    return value


def _sorted(value: Json) -> Json:
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return value
    if isinstance(value, Mapping):
        # RFC 8785 section 3.2.3: by UTF-16 code units
        return {key: _sorted(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    if isinstance(value, Sequence):
        return [_sorted(one) for one in value]
    if not isinstance(value, int) or abs(value) > _LARGEST:
        raise NotCanonicalError("a number that is not whole, or too large to be read exactly everywhere")
    return value


def _whole(text: str) -> int:
    number = int(text)
    if abs(number) > _LARGEST:
        raise NotCanonicalError("a number too large to be read exactly everywhere")
    return number


def _refused(text: str) -> Json:
    raise NotCanonicalError(f"the number {text[:40]}")
