"""Checksum lists as ``md5sum`` and its kin write them: GNU's lines, BSD's lines, with what other tools make of them.

Text to values. Whether a named file is there, and whether its bytes are the ones meant, is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archiver.standards.bagit_manifest import ALGORITHMS, hash_name

LONGEST_LINE = 64 << 10
"""Characters; no path is longer than 4,096 bytes."""

_SIZES = dict(ALGORITHMS.values())
_GNU = re.compile(r"([0-9A-Fa-f]{8,256})(?: [ *]|[ \t]+\*?)(.+)", re.DOTALL)
_BSD = re.compile(r"([A-Za-z0-9][A-Za-z0-9/_-]{1,20}) ?\((.+)\) ?= ?([0-9A-Fa-f]{8,256})[ \t]*", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"\\": "\\", "n": "\n", "r": "\r"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedChecksum:
    """What one line states of one file."""

    path: str
    """As written, unescaped."""

    algorithm: str
    """hashlib's name."""

    digest: str
    """Lower-case hexadecimal."""

    line: int
    """From 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksumFault:
    """A line that states nothing."""

    line: int
    cause: str
    """Words that go on after file and line and a colon."""


def read_checksums(lines: Iterable[str], algorithm: str) -> Iterator[ListedChecksum | ChecksumFault]:
    r"""Read a list line by line; empty lines and comments (``#``, ``;``) state nothing.

    Args:
        lines: each with or without its end; a byte order mark before the first is passed over.
        algorithm: hashlib's name, from the list's own; a line of BSD's form names its own.

    Yields:
        An entry for each line of GNU's form (``DIGEST  PATH``, ``DIGEST *PATH``, ``\DIGEST  PATH`` with ``\\``, ``\n``
        and ``\r`` in the path) or BSD's (``SHA256 (PATH) = DIGEST``), a fault for each other.
    """
    for number, line in enumerate(lines, start=1):
        text = line.removeprefix("\ufeff") if number == 1 else line
        text = text.rstrip("\r\n")
        if text.strip() and not text.lstrip().startswith(("#", ";")):
            yield _entry(text, algorithm, number)


def _entry(text: str, algorithm: str, number: int) -> ListedChecksum | ChecksumFault:
    if len(text) > LONGEST_LINE:
        return ChecksumFault(line=number, cause=f"it is longer than {LONGEST_LINE} characters")
    escaped = text.startswith("\\")
    body = text.lstrip(" \t").removeprefix("\\")
    if gnu := _GNU.fullmatch(body):
        digest, path, named = gnu[1], gnu[2], algorithm
    elif bsd := _BSD.fullmatch(body):
        digest, path, named = (
            bsd[3],
            bsd[2],
            hash_name(bsd[1].upper().replace("SHA2-", "SHA")) or "",
        )  # OpenSSL's SHA2-256
        if not named:
            return ChecksumFault(line=number, cause=f"the algorithm {bsd[1]} is not known")
    else:
        return ChecksumFault(line=number, cause="it is neither 'DIGEST  PATH' nor 'ALGORITHM (PATH) = DIGEST'")
    if len(digest) != 2 * _SIZES[named]:
        cause = f"a {named} digest has {2 * _SIZES[named]} hexadecimal digits, this one {len(digest)}"
        return ChecksumFault(line=number, cause=cause)
    path = _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[0]), path) if escaped else path
    return ListedChecksum(path=path, algorithm=named, digest=digest.lower(), line=number)
