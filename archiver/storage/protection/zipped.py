"""Zip files and the documents that are one: OOXML, OpenDocument, EPUB, ASiC, JAR.

Only the directory is read, and the two small parts that tell of encryption.
"""

from __future__ import annotations

import re
import zlib

from archiver.storage.archives.entries import Kind
from archiver.storage.archives.windowed_file import WindowedFile
from archiver.storage.archives.zip_directory import ZipDirectory
from archiver.storage.protection.marks import Marks

_MOST_ENTRIES = 200_000
"""A directory of more is not looked through: its bytes alone would take seconds."""

_MOST_BYTES = 4 << 20
"""Of a part, compressed and expanded."""

_ODF_MANIFEST = "META-INF/manifest.xml"
_EPUB_ENCRYPTION = "META-INF/encryption.xml"

# EPUB OCF 3.3, section 4.2.6.3.1, and Adobe's older way: fonts made unusable elsewhere, no secret kept.
_OBFUSCATION = (b"http://www.idpf.org/2008/embedding", b"http://ns.adobe.com/pdf/enc#RC")
_METHOD = re.compile(
    rb"""<(?:\w{1,32}:)?EncryptionMethod\s[^<>]{0,1000}?Algorithm\s{0,8}=\s{0,8}["']([^"'<>]{1,200})["']"""
)
_ENCRYPTED_ENTRY = re.compile(rb"<(?:\w{1,32}:)?encryption-data[\s/>]")

# ECMA-376 part 2, 13; OpenDocument 1.3 part 2, 4; EPUB OCF 4.2.6.3.6; ETSI EN 319 162-1 (ASiC); the JAR specification.
_SIGNATURES = re.compile(
    r"_xmlsignatures/[^/]+\.xml|META-INF/(?:document|macro)signatures\.xml|META-INF/signatures\.xml"
    r"|META-INF/[^/]*signatures?[^/]*\.(?:xml|p7s)|META-INF/[^/]+\.(?:RSA|DSA|EC)",
    re.IGNORECASE,
)


def zipped_marks(file: WindowedFile) -> Marks:
    """Look at one zip file.

    Raises:
        OSError, DamagedArchiveError: it cannot be read.
    """
    directory = ZipDirectory(file)
    if directory.count > _MOST_ENTRIES:
        return Marks()
    locked = 0
    signed = False
    parts: dict[str, int] = {}
    for number, (name, kind, _size) in enumerate(directory.entries()):
        locked += kind is Kind.ENCRYPTED
        text = name if isinstance(name, str) else name.decode("utf-8", "replace")
        signed = signed or _SIGNATURES.fullmatch(text) is not None
        if text in {_ODF_MANIFEST, _EPUB_ENCRYPTION} and kind is Kind.FILE:
            parts[text] = number
    return Marks(
        encrypted=_encryption(file, directory, parts, locked),
        signed="it holds a signature of its own" if signed else "",
    )


def _encryption(file: WindowedFile, directory: ZipDirectory, parts: dict[str, int], locked: int) -> str:
    if locked:
        return f"{locked:,} of its {directory.count:,} entries open with a password alone"
    if _ODF_MANIFEST in parts and _ENCRYPTED_ENTRY.search(_content(file, directory, parts[_ODF_MANIFEST])):
        return "its parts open with a password alone"
    if _EPUB_ENCRYPTION in parts:
        methods = set(_METHOD.findall(_content(file, directory, parts[_EPUB_ENCRYPTION])))
        if methods - set(_OBFUSCATION):
            return "it is a protected book"
    return ""


def _content(file: WindowedFile, directory: ZipDirectory, number: int) -> bytes:
    """Return a part, or as much of it as the bounds allow."""
    raw = file.read(directory.content(number), min(directory.compressed(number), _MOST_BYTES))
    if not directory.deflated(number):
        return raw
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(raw, _MOST_BYTES)
    except zlib.error:
        return b""
