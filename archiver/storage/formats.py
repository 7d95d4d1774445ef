"""What format files on disk are in, by PRONOM's signatures (siegfried through pygfried).

Identification reads; it never decides what may be packaged: an unknown format is a finding.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import pygfried

from archiver.model import Finding, FormatIdentity, Severity
from archiver.standards.names import is_utf8, printable

_DESCRIPTORS = "/proc/self/fd/"
_UNKNOWN_TYPE = "application/octet-stream"


def identify(root: Path, paths: Sequence[str]) -> dict[str, FormatIdentity]:
    """Identify each of ``paths`` (from ``root``), in one call.

    Returns:
        One identity a path. A file that cannot be read, or is empty and has no telling extension, has
        ``puid=None`` and the identifier's own words in ``warning``.
    """
    if not paths:
        return {}
    with contextlib.ExitStack() as stack:
        told = [_told(root / path, stack) for path in paths]
        report = pygfried.identify_many(told)
    tool = f"siegfried {report['siegfried']} ({report['identifiers'][0]['details']})"
    identities = {path: _identity(file, tool) for path, file in zip(paths, report["files"], strict=True)}
    for path, name in zip(paths, told, strict=True):
        if name.startswith(_DESCRIPTORS) and identities[path].puid is not None:
            identities[path] = replace(identities[path], warning="")  # of an extension that it was not told
    return identities


def _told(file: Path, stack: contextlib.ExitStack) -> str:
    """Return the path that the identifier is told.

    It fails as a whole on paths with U+001A to U+001F, or with bytes that are not UTF-8. Through a descriptor it sees
    the same bytes, and only the extension is lost to it.
    """
    if is_utf8(str(file)) and not any("\x1a" <= character <= "\x1f" for character in str(file)):
        return str(file)
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return f"{_DESCRIPTORS}unreadable"  # reported for this file alone, like any other that cannot be opened
    stack.callback(os.close, descriptor)
    return f"{_DESCRIPTORS}{descriptor}"


def _identity(file: Any, tool: str) -> FormatIdentity:  # noqa: ANN401 - pygfried's own TypedDict, by its keys
    match = next((match for match in file["matches"] if match["ns"] == "pronom"), None)
    warning = file["errors"] or ""
    if match is None or match["id"] == "UNKNOWN":
        warning = "; ".join(filter(None, (warning, match["warning"] if match else "")))
        return FormatIdentity(
            puid=None, name="", version="", media_type=_UNKNOWN_TYPE, basis="", warning=warning, tool=tool
        )
    return FormatIdentity(
        puid=match["id"],
        name=match["format"],
        version=match["version"],
        media_type=match["mime"] or _UNKNOWN_TYPE,
        basis=match["basis"],
        warning="; ".join(filter(None, (warning, match["warning"]))),
        tool=tool,
    )


def format_findings(path: str, size: int, identity: FormatIdentity) -> tuple[Finding, ...]:
    """Say what is remarkable about one document's identity.

    Args:
        path: the document's path in the source.
        size: bytes.
        identity: as :func:`identify` gave it.
    """
    name = printable(path)
    if size == 0:
        return (
            Finding(
                severity=Severity.WARNING,
                code="empty-file",
                file=name,
                message=f"{name} is empty (0 bytes); it is packaged as it is.",
                fix="Check whether its content was lost on the way here.",
            ),
        )
    if identity.puid is None:
        detail = f" ({identity.warning})" if identity.warning else ""
        return (
            Finding(
                severity=Severity.WARNING,
                code="format-unknown",
                file=name,
                message=f"{name} matches no format PRONOM knows{detail}; it is packaged as it is.",
                fix="Find out which program made it, and write that into its description.",
            ),
        )
    if "mismatch" in identity.warning and PurePosixPath(path).suffix:  # a name without an extension claims nothing
        return (
            Finding(
                severity=Severity.WARNING,
                code="format-extension-mismatch",
                file=name,
                message=f"{name} is {identity.name} ({identity.puid}) by its bytes, which its extension does not say.",
                fix="Nothing has to be done; rename it before building if the extension misleads.",
            ),
        )
    return ()
