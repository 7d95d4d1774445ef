"""What may be found in a message, in words. Values only."""

from __future__ import annotations

from archiver.model import Finding, Severity
from archiver.standards.names import printable


def unreadable(name: str, cause: str) -> Finding:
    """Return the finding for what is no message, or none that can be shown."""
    return Finding(
        severity=Severity.WARNING,
        code="email-unreadable",
        file=name,
        message=f"{name}: no PDF/A copy, because {cause}.",
        fix="Nothing is lost: the original is packaged as it is. If it is text, give it the extension .txt.",
    )


def charset_wrong(name: str, declared: str, read_as: str) -> Finding:
    """Return the finding for a text that is not in the charset it declares."""
    return Finding(
        severity=Severity.WARNING,
        code="email-charset-wrong",
        file=name,
        message=f"{name}: a text declares the charset {printable(declared)[:40]!r}, which it is not written in or "
        f"nobody here knows; it was read as {read_as}.",
        fix="Look at the PDF; if letters are wrong, the message went through a program that mistook its charset.",
    )


def encrypted(name: str) -> Finding:
    """Return the finding for a message whose text only its recipient can read."""
    return Finding(
        severity=Severity.WARNING,
        code="email-encrypted",
        file=name,
        message=f"{name}: a message or a part of it is encrypted; the PDF/A copy shows its headers and lists the "
        "encrypted part, not what it says.",
        fix="Decrypt the message with its recipient's key, and put it beside the original.",
    )


def shortened(name: str, what: str) -> Finding:
    """Return the finding for header fields that are not shown to their end."""
    return Finding(
        severity=Severity.WARNING,
        code="email-shortened",
        file=name,
        message=f"{name}: {what} in the PDF/A copy.",
        fix="Nothing has to be done: the original holds all of it.",
    )
