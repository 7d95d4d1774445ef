r"""Paths as BagIt manifests write them: percent-encoding, and which paths must never be followed.

Purely lexical: nothing here looks at a disk, so that a hostile path is refused before anything is opened, and the same
way on every system.
"""

from __future__ import annotations

import re

PAYLOAD_PREFIX = "data/"
"""Where the payload lives (RFC 8493 section 2.1.2)."""

_ENCODED = re.compile("%(25|0[Aa]|0[Dd])")
_MEANING = {"25": "%", "0A": "\n", "0D": "\r"}
_VARIABLE = re.compile(r"%[^%/\\]+%(?:[/\\]|$)")


def encode_path(path: str) -> str:
    """Percent-encode a path for a manifest or fetch file: ``%``, CR and LF, and nothing else.

    Args:
        path: from the bag's root, with ``/`` between segments.

    Returns:
        The path as RFC 8493 section 2.1.3 writes it.
    """
    # RFC 8493 section 2.1.3: "those characters (and only those) MUST be percent-encoded"
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def encode_path_before_1_0(path: str) -> str:
    """Percent-encode a path as the drafts before RFC 8493 have it: CR and LF alone, so that ``%`` stands for itself.

    Args:
        path: from the bag's root, with ``/`` between segments.
    """
    return path.replace("\r", "%0D").replace("\n", "%0A")


def decode_path(text: str) -> str:
    """Undo :func:`encode_path`: ``%25``, ``%0A`` and ``%0D`` in either case; every other ``%`` stands for itself.

    Args:
        text: a path as a manifest or fetch file writes it.

    Returns:
        The path from the bag's root (RFC 8493 section 2.1.3).
    """
    if "%" not in text:
        return text
    return _ENCODED.sub(lambda match: _MEANING[match[1].upper()], text)


def unsafe_reason(path: str) -> str | None:
    r"""Say why a path from a manifest or fetch file must not be followed, or None when it may.

    Refused on every system: paths that are absolute, climb with ``..``, start at a home folder, a drive, a network
    share, a ``\\?\`` device or an environment variable, or hold empty or ``.`` segments or a NUL (RFC 8493 section
    5.1). A backslash inside a name is an ordinary character.

    Args:
        path: decoded, from the bag's root; a leading ``./`` already taken off.

    Returns:
        Words that follow "the path": ``climbs out of its folder with ..``.
    """
    if not path:
        return "is empty"
    if "\0" in path:
        return "holds a NUL character"
    reason = _unsafe_start(path)
    if reason is None and ("/." in path or path[0] == "." or "\\" in path):
        reason = _unsafe_dots(path)
    if reason is None and ("//" in path or path.endswith("/")):
        reason = "has an empty segment"
    return reason


def _unsafe_start(path: str) -> str | None:
    first = path[0]
    if first == "/":
        return "is absolute"
    if first == "\\":
        return "starts at a Windows root, network share or device"
    if first == "~":
        return "starts at a home folder"
    if path[1:2] == ":" and first.isascii() and first.isalpha():
        return "starts at a Windows drive"
    if first == "%" and _VARIABLE.match(path):
        return "starts at an environment variable"
    return None


def _unsafe_dots(path: str) -> str | None:
    # Windows reads a backslash as a separator: climbing with it is refused everywhere.
    if ".." in path.replace("\\", "/").split("/"):
        return "climbs out of its folder with .."
    if "." in path.split("/"):
        return "has a segment that is a single dot"
    return None
