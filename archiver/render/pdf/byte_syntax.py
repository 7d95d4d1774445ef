"""Whether a file's own bytes are written as PDF/A wants: what a validator that reads through a PDF library cannot see.

ISO 19005-2 6.1.2 to 6.1.9 (ISO 19005-1 6.1.2 to 6.1.8 say the same). Only a file that is kept as it is needs this: one
that qpdf has written anew has none of these faults. What is not recognised counts as a fault. Never changes a byte.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from mmap import mmap

_HEADER = re.compile(rb"%PDF-(?:1\.[0-7]|2\.0)(?:\r\n|\n|\r)%[\x80-\xff]{4,}")
_END = re.compile(rb"%%EOF(?:\r\n|\n|\r)?\Z")
_START = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF")
_TABLE = re.compile(rb"xref(?:\r\n|\n|\r)(?=\d)")
_SECTION = re.compile(rb"(\d+) (\d+) ?(?:\r\n|\n|\r)")
_TRAILER = re.compile(rb"\s*trailer")
_PREVIOUS = re.compile(rb"/Prev\s+(\d{1,12})")
_OBJECT = re.compile(rb"(\d+)[ \t\r\n\f\0](\d+)[ \t\r\n\f\0]obj(?=[ \t\r\n\f\0<\[(/%]|\d|[-+.tfn])")
_STREAM = re.compile(rb"stream(?:\r\n|\n)")
_STREAM_END = re.compile(rb"(?:\r\n|\n|\r)endstream(?=[ \t\r\n\f\0])")
_OBJECT_END = re.compile(rb"\s*endobj(?=[\r\n]|\Z)")
_ENTRY_BYTES = 20
_NESTED_PARENTHESES = 500
_CHUNK = 1 << 20
_MOST_UNPACKED = 4 << 30
"""Bytes that all streams together may unpack to; nothing of them is kept."""

# Everything an object is made of but strings, which nest and so are read by hand; ``endobj`` and ``stream`` end it.
_TOKEN = re.compile(
    rb"(?P<skip>[ \t\r\n\f\0]+|%[^\r\n]*|<<|>>|[\[\]{}]|/[^ \t\r\n\f\0()<>\[\]{}/%]*)"
    rb"|<(?P<hex>[^<>]*)>|(?P<text>\()|(?P<word>[^ \t\r\n\f\0()<>\[\]{}/%]+)"
)
_HEX = re.compile(rb"[0-9A-Fa-f \t\r\n\f\0]*")
_TEXT_PART = re.compile(rb"[^()\\]+|\\.|[()]", re.DOTALL)


def syntax_faults(content: bytes | mmap, pdf: pikepdf.Pdf) -> Iterator[str]:
    """Yield each fault found, in words with the clause; nothing for a file that is well written.

    Args:
        content: the whole file, in memory or mapped.
        pdf: the same file, open; unchanged.
    """
    if not _HEADER.match(content):
        yield "its first bytes are not a PDF header and a comment of four bytes above 127 (6.1.2)"
    if not _END.search(content[-8:]):
        yield "something follows its end-of-file marker (6.1.3)"
    if "/ID" not in pdf.trailer:
        yield "its trailer has no file identifier (6.1.3)"
    yield from _table_faults(content)
    table = pdf.get_xref_table()
    lengths = {key: _stream_length(pdf, key) for key, entry in table.items() if entry.type == 1}
    for (number, generation), length in lengths.items():
        offset = table[number, generation].offset or 0
        fault = _object_fault(content, offset, (number, generation), length)
        if fault:
            yield f"object {number} {generation}: {fault}"
    yield from _packing_faults(pdf)


def _packing_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    """A stream whose zlib data are damaged is read in part by some programs and not at all by others."""
    unpacked = 0
    for found in pdf.objects:
        if not isinstance(found, pikepdf.Stream):
            continue
        first = found.stream_dict.get("/Filter")
        if isinstance(first, pikepdf.Array) and len(first):
            first = first[0]
        if first != pikepdf.Name.FlateDecode:
            continue
        size = _unpacked_size(bytes(found.read_raw_bytes()), _MOST_UNPACKED - unpacked)
        if size is None:
            yield "a stream of object {} {} is damaged where it is compressed".format(*found.objgen)
            continue
        unpacked += size


def _unpacked_size(packed: bytes, most: int) -> int | None:
    """Return the bytes that zlib data unpack to, None when they are damaged or more than ``most``."""
    unpacker, size, rest = zlib.decompressobj(), 0, packed
    try:
        while not unpacker.eof:
            part = unpacker.decompress(rest, _CHUNK)
            rest = unpacker.unconsumed_tail
            size += len(part)
            if (not part and not rest) or size > most:
                return size if unpacker.eof else None
    except zlib.error:
        return None
    return size


def _stream_length(pdf: pikepdf.Pdf, key: tuple[int, int]) -> int | None:
    found = pdf.get_object(key)
    if not isinstance(found, pikepdf.Stream):
        return None
    length = found.stream_dict.get("/Length", -1)
    return int(length) if isinstance(length, int) else -1


def _table_faults(content: bytes | mmap) -> Iterator[str]:
    """ISO 19005-2 6.1.4: ``xref``, one end of line, two numbers with one space between them."""
    starts = _START.findall(content)
    if not starts:
        yield "it does not say where its cross-reference table is (6.1.4)"
        return
    seen: set[int] = set()
    place = int(starts[-1])
    while place not in seen:
        seen.add(place)
        if content[place : place + 4] != b"xref":
            return  # a stream, whose own syntax is that of any other object
        end = _table_end(content, place)
        trailer = _TRAILER.match(content, end) if end else None
        if trailer is None:
            yield "its cross-reference table is not written as ISO 32000-1 7.5.4 has it (6.1.4)"
            return
        _, fault = _body_end(content, trailer.end())
        if fault:
            yield f"its trailer: {fault}"
        previous = _PREVIOUS.search(content, trailer.end(), content.find(b"startxref", trailer.end()))
        if previous is None:
            return
        place = int(previous[1])


def _table_end(content: bytes | mmap, place: int) -> int | None:
    table = _TABLE.match(content, place)
    end = table.end() if table else None
    while end is not None and (section := _SECTION.match(content, end)):
        end = section.end() + _ENTRY_BYTES * int(section[2])
        if end > len(content):
            return None
    return end


def _object_fault(content: bytes | mmap, offset: int, key: tuple[int, int], length: int | None) -> str | None:
    """ISO 19005-2 6.1.9, and 6.1.7.1 for a stream of ``length`` bytes, and 6.1.6 for strings of hexadecimal digits."""
    start = _OBJECT.match(content, offset)
    if start is None or (int(start[1]), int(start[2])) != key or content[offset - 1 : offset] not in {b"\r", b"\n"}:
        return "its number is not written as the object's, on a line of its own (6.1.9)"
    end, fault = _body_end(content, start.end())
    if fault:
        return fault
    if length is None:
        ended = content[end : end + 6] == b"endobj" and content[end - 1 : end] in {b"\r", b"\n"}
        return None if ended and content[end + 6 : end + 7] in {b"\r", b"\n", b""} else "endobj is not alone (6.1.9)"
    stream = _STREAM.match(content, end)
    if stream is None:
        return "the word stream is not followed by an end of line (6.1.7.1)"
    tail = _STREAM_END.match(content, stream.end() + length) if length >= 0 else None
    if tail is None:
        return "its stream has another length than it says (6.1.7.1)"
    last = _OBJECT_END.match(content, tail.end())
    return (
        None if last and content[last.end() - 7 : last.end() - 6] in {b"\r", b"\n"} else "endobj is not alone (6.1.9)"
    )


def _body_end(content: bytes | mmap, place: int) -> tuple[int, str | None]:
    """Return where ``endobj``, ``stream`` or ``startxref`` begins, or what is wrong before it."""
    while token := _TOKEN.match(content, place):
        if token["hex"] is not None:
            digits = token["hex"].translate(None, b" \t\r\n\f\0")
            if len(digits) % 2 or not _HEX.fullmatch(token["hex"]):
                return place, "a string of hexadecimal digits has an odd number of them or something else (6.1.6)"
        elif token["text"] is not None:
            end = _text_end(content, token.end())
            if end is None:
                return place, "a string does not end"
            place = end
            continue
        elif token["word"] in {b"endobj", b"stream", b"startxref"}:
            return place, None
        place = token.end()
    return place, "it does not end"


def _text_end(content: bytes | mmap, place: int) -> int | None:
    depth = 1
    while depth <= _NESTED_PARENTHESES and (part := _TEXT_PART.match(content, place)):
        place = part.end()
        depth += {b"(": 1, b")": -1}.get(part[0], 0)
        if depth == 0:
            return place
    return None
