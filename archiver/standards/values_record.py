"""``values.json``: each value of a package's descriptions with where it came from, and what fits no DCMI term.

JSON (RFC 8259) with one record a line, so that a package of very many documents is written and read record by record.
Nothing here judges a value, and no file is opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from archiver.model import KeptValue, SourceKind, Statement, ValueSource

VERSION = 1
"""Of the form; a form that older readers would misread gets another."""

LONGEST_RECORD = 32 << 20
"""Bytes of one line that are read; what describes one document is far below."""

_HEAD = f'{{"version": {VERSION}, "records": {{\n'.encode()
_FOOT = b"}}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesRecord:
    """What is known of one document or item, with the sources."""

    path: str
    """In the item; empty for a compound item itself."""

    values: tuple[Statement, ...] = ()
    """Of its description, in the description's order."""

    other: tuple[KeptValue, ...] = ()
    """What fits no DCMI term, as it was stated."""


class ValuesSyntaxError(ValueError):
    """The lines are not a ``values.json``; the message names the line and what is wrong with it."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(f"line {line}: {message}")


def values_chunks(records: Iterable[ValuesRecord]) -> Iterator[bytes]:
    """Yield the file piece by piece, one record each, in the order given.

    Args:
        records: each with a path of its own.

    Returns:
        UTF-8 that together is one JSON document; the same bytes for the same records.
    """
    yield _HEAD
    before = b""
    for record in records:
        yield before + _line(record)
        before = b",\n"
    yield (b"\n" if before else b"") + _FOOT


def read_values(lines: Iterable[bytes]) -> Iterator[ValuesRecord]:
    """Read the file record by record; a finer break of lines than :func:`values_chunks` makes is not accepted.

    Args:
        lines: of the file, each with or without its line feed.

    Raises:
        ValuesSyntaxError: another form, or cut off; records before the fault have been given.
    """
    number, ended = 0, False
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_RECORD:
            raise ValuesSyntaxError(number, f"it is longer than {LONGEST_RECORD} bytes")
        text = line.rstrip(b"\r\n")
        if number == 1:
            _check_head(text)
        elif ended:
            raise ValuesSyntaxError(number, "something follows the end")
        elif text == _FOOT.rstrip():
            ended = True
        else:
            yield _read_record(text.removesuffix(b","), number)
    if not ended:
        raise ValuesSyntaxError(number, "the end is missing")


def _line(record: ValuesRecord) -> bytes:
    text = f"{_json(record.path)}: {_json(_record(record))}"
    # A lone surrogate has no UTF-8; Python's escape of it is JSON's (RFC 8259 section 7).
    return text.encode("utf-8", "backslashreplace")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _record(record: ValuesRecord) -> dict[str, Any]:
    return {
        "values": [
            {
                "term": one.term,
                "text": one.text,
                "language": one.language,
                "scheme": one.scheme,
                "source": _source(one.source),
            }
            for one in record.values
        ],
        "other": [{"name": one.name, "text": one.text, "source": _source(one.source)} for one in record.other],
    }


def _source(source: ValueSource) -> dict[str, str]:
    return {"kind": source.kind.value, "place": source.place}


def _check_head(text: bytes) -> None:
    try:
        head = json.loads(text + _FOOT)
    except (ValueError, RecursionError) as error:
        raise ValuesSyntaxError(1, "it does not begin as values.json does") from error
    version = head.get("version") if isinstance(head, dict) else None
    if version != VERSION or head.get("records") != {}:
        raise ValuesSyntaxError(1, f"it is of another form than version {VERSION}")


def _read_record(text: bytes, number: int) -> ValuesRecord:
    try:
        ((path, record),) = json.loads(b"{" + text + b"}").items()
        return ValuesRecord(
            path=path,
            values=tuple(_statement(one) for one in record["values"]),
            other=tuple(
                KeptValue(name=_text(one["name"]), text=_text(one["text"]), source=_read_source(one["source"]))
                for one in record["other"]
            ),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValuesSyntaxError(number, "it is no record of values") from error


def _statement(one: dict[str, Any]) -> Statement:
    return Statement(
        term=_text(one["term"]),
        text=_text(one["text"]),
        language=_optional(one["language"]),
        scheme=_optional(one["scheme"]),
        source=_read_source(one["source"]),
    )


def _read_source(source: dict[str, Any]) -> ValueSource:
    return ValueSource(kind=SourceKind(source["kind"]), place=_text(source["place"]))


def _optional(value: object) -> str | None:
    return None if value is None else _text(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
