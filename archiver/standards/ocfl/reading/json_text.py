"""JSON written by strangers (RFC 8259), read with bounded memory and every repeated key seen; never trusts a length.

Whole numbers of up to eighteen digits come back as they are, all others as 0.0: OCFL has none of them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

_MEMORY = 3 << 30
"""Bytes that the values of one document may come to by :func:`_estimated_memory`."""

_SMALL = 1 << 20
"""Bytes of a document whose values need no estimate."""

_DIGITS = 18

_REPEATED = 20
"""Repeated keys that are told by name."""


class JsonTextError(ValueError):
    """The bytes are no JSON document that can be read; the message says why, as the end of a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonDocument:
    """One document."""

    value: Any
    """As by :mod:`json`; of repeated keys the last."""

    repeated: tuple[str, ...]
    """Keys that stand twice in one object; the first twenty."""


def parse_json(data: bytes) -> JsonDocument:
    """Parse one document.

    Args:
        data: the whole file; that it is no larger than it may be is the caller's matter.

    Raises:
        JsonTextError: it is no UTF-8, no JSON, nested too deeply, or would take too much memory.
    """
    if len(data) > _SMALL and _estimated_memory(data) > _MEMORY:
        raise JsonTextError("would take more memory than any inventory needs")
    repeated: list[str] = []

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs) and len(repeated) < _REPEATED:
            seen: set[str] = set()
            repeated.extend(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        return value

    try:
        value = json.loads(
            data.decode(), object_pairs_hook=made, parse_int=_number, parse_float=_number, parse_constant=_refused
        )
    except UnicodeDecodeError as error:
        raise JsonTextError(f"is no UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise JsonTextError(f"is no JSON at line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise JsonTextError("is nested too deeply") from error
    if b"\\u" in data and not _is_text(value):
        raise JsonTextError("has half of a surrogate pair, which is no character")
    return JsonDocument(value=value, repeated=tuple(repeated[:_REPEATED]))


def _estimated_memory(data: bytes) -> int:
    # Rounded up: a string takes some 50 bytes besides its characters, a list or an object up to 90 when it is nearly
    # empty, a number and the reference to it 40.
    strings = data.count(b'"') // 2
    return 2 * len(data) + 60 * strings + 90 * (data.count(b"[") + data.count(b"{")) + 40 * data.count(b",")


def _number(digits: str) -> float:
    return int(digits) if len(digits) <= _DIGITS and digits.lstrip("-").isdigit() else 0.0


def _refused(word: str) -> None:
    raise JsonTextError(f"holds {word}, which is no JSON")


def _is_text(value: Any) -> bool:  # noqa: ANN401 - what json returns
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if not one.isascii() and any("\ud800" <= character <= "\udfff" for character in one):
                return False
        elif isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            waiting.extend(one)
            waiting.extend(one.values())
    return True
