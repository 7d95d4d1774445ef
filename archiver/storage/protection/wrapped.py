"""Files that are nothing but an encrypted or signed wrapping around another: told by how they begin."""

from __future__ import annotations

from archiver.storage.protection.marks import Marks

_ENCRYPTED = (
    (b"-----BEGIN PGP MESSAGE-----", "it is an OpenPGP message"),
    (b"age-encryption.org/v1", "it is a file of age"),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", "it is a file of age"),
    (b"Salted__", "it begins as OpenSSL's encrypted files do"),
    (b"LUKS\xba\xbe", "it is an encrypted volume (LUKS)"),
)
_SIGNED = ((b"-----BEGIN PGP SIGNED MESSAGE-----", "it is a text with an OpenPGP signature"),)

_CONTENT_TYPE = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
"""RFC 5652 section 3 and 14: the object identifier of a CMS content, without its last number."""

_SIGNED_DATA, _ENVELOPED_DATA, _ENCRYPTED_DATA = 2, 3, 6
_AUTH_ENVELOPED = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"
_SEQUENCE = 0x30
_LONGEST_HEADER = 12
"""Bytes before the object identifier: the sequence's tag and length."""


def wrapped_marks(head: bytes) -> Marks:
    """Look at a file's first bytes."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for beginning, how in _ENCRYPTED:
        if text.startswith(beginning):
            return Marks(encrypted=how)
    for beginning, how in _SIGNED:
        if text.startswith(beginning):
            return Marks(signed=how)
    return _cms_marks(head)


def _cms_marks(head: bytes) -> Marks:
    """RFC 5652: a DER or BER sequence that begins with what its content is."""
    if head[:1] != bytes([_SEQUENCE]):
        return Marks()
    at = head.find(_CONTENT_TYPE, 0, _LONGEST_HEADER + len(_CONTENT_TYPE))
    kind = head[at + len(_CONTENT_TYPE)] if 0 <= at < len(head) - len(_CONTENT_TYPE) else 0
    if kind in {_ENVELOPED_DATA, _ENCRYPTED_DATA} or 0 <= head.find(_AUTH_ENVELOPED) <= _LONGEST_HEADER:
        return Marks(encrypted="it is an encrypted CMS (S/MIME) message")
    if kind == _SIGNED_DATA:
        return Marks(signed="it is a signed CMS (S/MIME) message")
    return Marks()
