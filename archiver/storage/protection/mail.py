"""E-mail and mailboxes, by the header fields of their parts: S/MIME (RFC 8551), OpenPGP (RFC 3156, and in the text)."""

from __future__ import annotations

import re

from archiver.storage.archives.windowed_file import WindowedFile
from archiver.storage.protection.marks import Marks

_PART = re.compile(
    rb"^content-type:[ \t]*(?:\r?\n[ \t]+)?"
    rb"(multipart/encrypted|multipart/signed|application/(?:x-)?pkcs7-mime)"
    rb"((?:[^\r\n]{0,1000}(?:\r?\n[ \t])?){0,20})",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNED_DATA = re.compile(rb"smime-type\s{0,8}=\s{0,8}\"?signed-data", re.IGNORECASE)
_ARMOUR = re.compile(rb"^-----BEGIN PGP (SIGNED )?MESSAGE-----[ \t\r]*$", re.MULTILINE)
_PIECE = 1 << 20
_OVERLAP = 1 << 12
_MOST = 64 << 20
"""Bytes of a mailbox that are looked at."""


def mail_marks(file: WindowedFile) -> Marks:
    """Look at one message or mailbox.

    Raises:
        OSError: it cannot be read.
    """
    encrypted = signed = ""
    for at in range(0, min(file.size, _MOST), _PIECE):
        piece = file.read(at, _PIECE + _OVERLAP)
        for kind, parameters in _PART.findall(piece):
            if kind.lower() == b"multipart/signed" or _SIGNED_DATA.search(parameters):
                signed = signed or "it, or a message in it, bears a signature (S/MIME or OpenPGP)"
            else:
                encrypted = encrypted or "it, or a message in it, opens with its recipient's key alone"
        for is_signed in _ARMOUR.findall(piece):
            if is_signed:
                signed = signed or "it holds a text with an OpenPGP signature"
            else:
                encrypted = encrypted or "it holds a text that opens with its recipient's OpenPGP key alone"
    return Marks(encrypted=encrypted, signed=signed)
