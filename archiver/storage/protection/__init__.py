"""Documents that open only with a password or key, and documents that bear a digital signature: named, never opened.

One file a family of formats; each looks at marks that its format must show in the open, within bounds. No password is
asked for or tried, and no signature is checked: what is said is that it is there.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path

from archiver.model import Finding, FormatIdentity, Severity
from archiver.standards.names import printable
from archiver.storage.archives.limits import DamagedArchiveError
from archiver.storage.archives.windowed_file import WindowedFile
from archiver.storage.protection.compound import compound_marks
from archiver.storage.protection.mail import mail_marks
from archiver.storage.protection.marks import Marks
from archiver.storage.protection.pdf import pdf_marks
from archiver.storage.protection.wrapped import wrapped_marks
from archiver.storage.protection.zipped import zipped_marks

_HEAD = 1024
_MAIL = frozenset({"message/rfc822", "application/mbox"})
_MAIL_EXTENSIONS = (".eml", ".mbox", ".mbx")
"""PRONOM's signatures ask for header fields that a short message need not have; then its name tells."""

_BY_HEAD: tuple[tuple[bytes, Callable[[WindowedFile], Marks]], ...] = (
    (b"PK\x03\x04", zipped_marks),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", compound_marks),
)
"""How a file begins -> who looks."""


def protection_findings(file: Path, path: str, identity: FormatIdentity) -> tuple[Finding, ...]:
    """Say whether one document is encrypted or signed.

    Args:
        file: where its bytes are; followed by no link, never written to.
        path: of the document in the source, for messages.
        identity: its format.

    Returns:
        At most one finding of each kind; none for a document that cannot be read or is damaged: others say so.
    """
    try:
        opened = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return ()
    try:
        is_mail = identity.media_type in _MAIL or (identity.puid is None and path.lower().endswith(_MAIL_EXTENSIONS))
        marks = _marks(WindowedFile(opened), is_mail=is_mail)
    except (OSError, DamagedArchiveError, struct.error):
        return ()
    finally:
        os.close(opened)
    name = printable(path)
    found = []
    if marks.encrypted:
        found.append(_encrypted(name, marks.encrypted))
    if marks.signed:
        found.append(_signed(name, marks.signed))
    return tuple(found)


def _marks(file: WindowedFile, *, is_mail: bool) -> Marks:
    head = file.read(0, _HEAD)
    for beginning, look in _BY_HEAD:
        if head.startswith(beginning):
            return look(file)
    if b"%PDF-" in head:  # ISO 32000-1 appendix H, note 13: within the first 1,024 bytes
        return pdf_marks(file)
    wrapped = wrapped_marks(head)
    if wrapped.encrypted or wrapped.signed:
        return wrapped
    return mail_marks(file) if is_mail else Marks()


def _encrypted(name: str, how: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="document-encrypted",
        file=name,
        message=f"{name} is encrypted: {how}. It is packaged as it is; who has not its password or key cannot read it.",
        fix="Ask who made it for a copy without protection and put that beside it, or keep the password where its "
        "readers will find it.",
    )


def _signed(name: str, how: str) -> Finding:
    return Finding(
        severity=Severity.INFO,
        code="document-signed",
        file=name,
        message=f"{name} is digitally signed: {how}. The original keeps its signature, which was not checked; a PDF/A "
        "copy has none.",
        fix="If the signature matters, check it now, while its certificates can be checked, and keep the outcome with "
        "the document.",
    )
