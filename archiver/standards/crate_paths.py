"""Packaged paths as references: the ``@id`` of a crate's file, the ``href`` of a page's link.

Paths are kept byte for byte in a package, so they may hold anything but ``/`` and NUL inside a segment.
"""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

# RFC 3986 section 2.3, unreserved, and the sub-delimiters that no reader of a path treats specially.
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$'()*+,;=@/")

# What RFC 3987 section 2.2 leaves out of ``ucschar``, or what a reader could not see: controls, direction marks and
# other format characters, lone surrogates, private use, unassigned and non-characters, every kind of space.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})


def path_bytes(path: str) -> bytes:
    """Return the bytes of a path as the file system holds them, undecodable ones included (PEP 383)."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")


def path_uri(path: str) -> str:
    """Return a relative URI reference for a packaged path: ASCII alone, for links (RFC 3986 section 4.2).

    A colon is encoded too, so that the first segment is never taken for a scheme.
    """
    return quote(path_bytes(path), safe="/!$'()*+,;=@")


def path_iri(path: str) -> str:
    """Return a relative IRI reference for a packaged path, for ``@id`` in RO-Crate.

    RO-Crate 1.2, appendix on JSON-LD: international characters stand as they are in UTF-8; spaces, ``%``, ``#``,
    ``?``, quotes, brackets, backslashes, controls and invisible characters are percent-encoded.
    """
    return "".join(character if _stands(character) else path_uri(character) for character in path)


def _stands(character: str) -> bool:
    if character.isascii():
        return character in _PLAIN
    return unicodedata.category(character) not in _UNSAFE_CATEGORIES
