"""CSV and TSV, read line by line: which encoding, which delimiter, which cells.

UTF-8 or UTF-16 with a mark, or else Windows-1252, which is said; comma, semicolon or tab. It never changes a cell.
"""

from __future__ import annotations

import codecs
import csv
import io
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from archiver.describe.sheets.lines import Line, SheetError, Table

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

DELIMITERS = (",", ";", "\t")
"""``|`` is none: it stands between values."""

LONGEST_LINE = 8 << 20
"""Bytes."""

_CHUNK = 1 << 20
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How the bytes of a sheet were understood."""

    name: str
    """Python's name of it."""

    guessed_line: int | None = None
    """The first line that is not UTF-8, from 1; None when nothing had to be guessed."""

    example: str = ""
    """That line as the guess reads it."""

    quotes: int = 0
    """Double quotes in all."""


def find_encoding(stream: BinaryIO) -> Encoding:
    """Read a sheet once through to see which encoding holds from its first byte to its last.

    Raises:
        SheetError: empty, no text, or a line without an end.
    """
    stream.seek(0)
    start = stream.read(2)
    stream.seek(0)
    return _utf16(stream) if start in _UTF16 else _by_lines(stream)


def _by_lines(stream: BinaryIO) -> Encoding:
    quotes, blank, guessed, example, undefined = 0, True, None, "", None
    for number, line in enumerate(iter(lambda: stream.readline(LONGEST_LINE), b""), start=1):
        if len(line) == LONGEST_LINE:
            raise SheetError(f"has a line of more than {LONGEST_LINE >> 20} MiB: line {number}")
        if b"\0" in line:
            raise SheetError(f"holds NUL characters, first in line {number}: it is no text")
        quotes += line.count(b'"')
        blank = blank and not line.removeprefix(codecs.BOM_UTF8).strip()
        if line.isascii():
            continue
        if guessed is None:
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                guessed, example = number, line.decode("cp1252", errors="replace").strip()
        if undefined is None and "\ufffd" in line.decode("cp1252", errors="replace"):
            undefined = number
    if blank:
        raise SheetError("is empty")
    if guessed is not None and undefined is not None:
        raise SheetError(
            f"is neither UTF-8 (see line {guessed}) nor Windows-1252 (see line {undefined}), and no other encoding "
            "is guessed"
        )
    name = "utf-8-sig" if guessed is None else "cp1252"
    return Encoding(name=name, guessed_line=guessed, example=example, quotes=quotes)


def _utf16(stream: BinaryIO) -> Encoding:
    decoder = codecs.getincrementaldecoder("utf-16")()
    quotes, line, since, blank = 0, 1, 0, True
    while True:
        chunk = stream.read(_CHUNK)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            raise SheetError(f"begins as UTF-16 and is not, from line {line} on") from error
        if "\0" in text:
            raise SheetError(f"holds NUL characters, first in line {line + text.count(chr(10), 0, text.index(chr(0)))}")
        quotes += text.count('"')
        blank = blank and not text.strip()
        breaks = text.count("\n")
        since = since + len(text) if not breaks else len(text) - text.rfind("\n")
        line += breaks
        if since > LONGEST_LINE:
            raise SheetError(f"has a line of more than {LONGEST_LINE >> 20} MiB: line {line}")
        if not chunk:
            break
    if blank:
        raise SheetError("is empty")
    return Encoding(name="utf-16", quotes=quotes)


def is_separator_line(text: str) -> bool:
    """Tell whether a line is Excel's hint ``sep=;``, which stands above the header and is no part of the table."""
    return text[:4].lower() == "sep=" and len(text.strip()) <= len("sep=;")


def find_delimiter(stream: BinaryIO, encoding: Encoding, file_columns: frozenset[str]) -> str:
    """Choose the delimiter under which the header has a column of file names; else the one with most columns.

    Args:
        stream: the sheet.
        encoding: as :func:`find_encoding` saw it.
        file_columns: headings of file names, folded.
    """
    with closing(_text(stream, encoding)) as lines:
        first = next(lines, "")
        if is_separator_line(first):
            first = next(lines, "")
    first = first[: csv.field_size_limit()]

    def rank(delimiter: str) -> tuple[bool, int]:
        try:
            cells = next(csv.reader([first], delimiter=delimiter), [])
        except csv.Error:
            return False, 0
        return any(cell.strip().lower() in file_columns for cell in cells), len(cells)

    return max(DELIMITERS, key=rank)


def read_delimited(stream: BinaryIO, encoding: Encoding, delimiter: str) -> Table:
    """Return the one table of a sheet. Its lines raise :class:`SheetError` where they cannot be read on."""
    return Table(name=None, lines=_lines(stream, encoding, delimiter), delimited=True)


def _lines(stream: BinaryIO, encoding: Encoding, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(_text(stream, encoding), delimiter=delimiter)
    number = 0
    before: Line | None = None
    try:
        for number, cells in enumerate(reader, start=1):
            if before:
                yield before
            before = None if number == 1 and is_separator_line("".join(cells)) else Line(number, cells)
    except csv.Error as error:
        if before:
            yield before
        raise SheetError(f"cannot be read from row {number + 1} on ({error}); rows before it are used") from error
    if before and encoding.quotes % 2 and any("\n" in cell for cell in before.cells):
        # Nothing in the text says where the author meant to close it: all that follows may have been swallowed.
        raise SheetError(
            f"cannot be read from row {before.number} on (a double quote opens there and is never closed); rows "
            "before it are used",
            fix="Close the quote; within a quoted cell a double quote is written twice.",
        )
    if before:
        yield before


def _text(stream: BinaryIO, encoding: Encoding) -> Generator[str, None, None]:
    stream.seek(0)
    wrapped = io.TextIOWrapper(stream, encoding=encoding.name, errors="strict", newline="")
    try:
        for line in wrapped:  # noqa: UP028 -- "yield from" would close the file with the generator
            yield line
    finally:
        with suppress(ValueError):  # where reading was given up, the file may be closed before this is let go
            wrapped.detach()
