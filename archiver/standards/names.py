"""File names from strangers: how to print them, and what is awkward about them.

Names are kept byte for byte in a package; what is said here only warns.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

# Characters that change the direction of what follows them: the way a name is shown can then lie about what it is.
_DIRECTION = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_utf8(name: str) -> bool:
    """Tell whether a name as :func:`os.fsdecode` gives it was valid UTF-8 (no surrogate escapes)."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def has_hidden_characters(name: str) -> bool:
    """Tell whether a name holds control or direction-changing characters."""
    return not name.isprintable() and any(_is_hidden(character) for character in name)


def printable(name: str) -> str:
    r"""Return ``name`` fit for a message: hidden and undecodable characters as ``\x..`` escapes."""
    return name if name.isprintable() else "".join(_escaped(character) for character in name)


def collision_key(name: str) -> str:
    """Return what a case-insensitive or normalising file system would take ``name`` for: equal keys collide."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _is_hidden(character: str) -> bool:
    return character in _DIRECTION or unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def _escaped(character: str) -> str:
    if not _is_hidden(character):
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # surrogate escape of one undecodable byte (PEP 383)
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


_NAME_BYTES = 255
"""Longest file name of the usual file systems (NAME_MAX), in bytes."""

_SLUG_CHARACTERS = 80

_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})
"""Names Windows keeps for devices, whatever the extension."""

_RESERVED_TOO = frozenset(
    {"conin$", "conout$", *(f"{port}{n}" for port in ("com", "lpt") for n in "\u00b9\u00b2\u00b3")}
)
"""Kept for devices as well; no slug can be one of them."""

_DEVICES = _RESERVED | _RESERVED_TOO

_REFUSED_CHARACTERS = frozenset('<>:"|?*\\')
"""Windows takes none of them in a name (Microsoft, "Naming Files, Paths, and Namespaces")."""

PORTABLE_PATH = 240
"""Longest path, in UTF-16 code units, that leaves room for a drive and a folder within the 260 of Windows."""


def unportable_reasons(name: str) -> tuple[str, ...]:
    """Say what keeps one file or folder name from being kept as it is on Windows.

    Args:
        name: one segment of a path.

    Returns:
        Parts of a sentence that begins with the name: ``is a name that Windows keeps for a device``. Control
        characters are :func:`has_hidden_characters`' matter.
    """
    reasons = []
    if name.split(".", 1)[0].rstrip(" ").casefold() in _DEVICES:
        reasons.append("is a name that Windows keeps for a device")
    if name.endswith((".", " ")):
        reasons.append(f"ends with a {'dot' if name.endswith('.') else 'space'}, which Windows drops")
    if not _REFUSED_CHARACTERS.isdisjoint(name):
        refused = " ".join(sorted(_REFUSED_CHARACTERS & set(name)))
        reasons.append(f"holds {refused}, which Windows refuses")
    return tuple(reasons)


def path_units(path: str) -> int:
    """Return the length of a path as Windows counts it: UTF-16 code units."""
    return len(path) + (0 if path.isascii() else sum(character > "\uffff" for character in path))


def slug(name: str) -> str:
    """Return a folder name made from ``name``: lower case, letters and digits of any script, ``-`` and ``_``.

    The same name gives the same slug; different names may give the same one.
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
    kept = "".join(character if _is_word(character) else "-" for character in folded)
    short = re.sub("-+", "-", kept)[:_SLUG_CHARACTERS].strip("-")
    while len(short.encode()) > _NAME_BYTES - 32:  # room for "-v2" and for a part of the identifier
        short = short[:-1]
    return f"{short}-item" if short in _RESERVED else short or "item"


def derived_name(name: str, suffix: str) -> str:
    """Return ``name`` + ``suffix``, cut and made unique by a digest where file systems would refuse its length."""
    whole = name + suffix
    octets = name.encode("utf-8", "surrogateescape")  # a name that is no UTF-8 has one derived from it all the same
    if len(octets) + len(suffix.encode()) <= _NAME_BYTES:
        return whole
    tail = f"-{hashlib.sha256(octets).hexdigest()[:12]}{suffix}"
    stem = octets[: _NAME_BYTES - len(tail.encode())].decode("utf-8", "ignore")
    return stem + tail


def _is_word(character: str) -> bool:
    return character == "_" or unicodedata.category(character)[0] in "LMN"
