"""BagIt (RFC 8493 and the drafts back to 0.93): the bag declaration, and every parser and writer under one name.

Turns bytes and text into values and back; never reads a file.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from archiver.model import Finding, Severity
from archiver.standards.bag_info import BagInfo, bag_info_text, parse_bag_info, parse_payload_oxum
from archiver.standards.bagit_manifest import (
    ALGORITHMS,
    FetchEntry,
    FileFixity,
    ManifestGrammar,
    ParsedManifest,
    hash_name,
    manifest_text,
    parse_fetch,
    parse_manifest,
    read_fetch,
    read_manifest,
    written_path,
)
from archiver.standards.bagit_paths import PAYLOAD_PREFIX, decode_path, encode_path, unsafe_reason
from archiver.standards.names import printable

__all__ = [
    "ALGORITHMS",
    "BAGIT_TXT",
    "PAYLOAD_PREFIX",
    "BagInfo",
    "Declaration",
    "FetchEntry",
    "FileFixity",
    "ManifestGrammar",
    "ParsedManifest",
    "bag_info_text",
    "decode_path",
    "encode_path",
    "hash_name",
    "manifest_text",
    "parse_bag_info",
    "parse_bagit_txt",
    "parse_fetch",
    "parse_manifest",
    "parse_payload_oxum",
    "read_fetch",
    "read_manifest",
    "unsafe_reason",
    "written_path",
]

BAGIT_TXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
"""The bag declaration of a BagIt 1.0 bag (RFC 8493 section 2.1.1)."""

SUPPORTED_VERSIONS = frozenset({(0, 93), (0, 94), (0, 95), (0, 96), (0, 97), (1, 0)})
VERSION_1_0 = (1, 0)

_EXACT = re.compile(
    r"BagIt-Version: (?P<version>[0-9]+\.[0-9]+)(?:\r\n|\r|\n)"
    r"Tag-File-Character-Encoding: (?P<encoding>[!-~]+)(?P<ending>\r\n|\r|\n)?"
)
_VERSION = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})")
_ENCODING_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,39}")

# Encodings for text alone: Python also knows codecs that compress, escape or translate, which no tag file is in.
_TEXT_ENCODING = re.compile(
    r"utf-8|utf-16(-[lb]e)?|utf-32(-[lb]e)?|ascii|iso8859-\d+|cp\d+|koi8-[rtu]|mac-\w+|gbk|gb18030|gb2312|big5(hkscs)?"
    r"|shift_jis|euc_(jp|kr)|tis-620|kz1048|ptcp154"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What ``bagit.txt`` states."""

    version: str | None
    """As written, such as ``0.97``; None when there is none that can be read."""

    number: tuple[int, int]
    """The version whose rules apply; ``(1, 0)`` when none can be read."""

    encoding: str
    """Python's name of the encoding of the other tag files; ``utf-8`` when none can be used."""

    findings: tuple[Finding, ...]


def parse_bagit_txt(data: bytes) -> Declaration:
    """Parse a bag declaration (RFC 8493 section 2.1.1).

    The two lines must be exact in BagIt 1.0; spaces, case and blank lines beyond that are a warning in older versions.

    Args:
        data: the whole file.

    Returns:
        The declaration; never raises, every defect is a finding.
    """
    findings: list[Finding] = []
    text = _declaration_text(data, findings)
    exact = _EXACT.fullmatch(text)
    version, encoding = (exact["version"], exact["encoding"]) if exact else _loose_fields(text)
    number = _version_number(version, findings)
    if exact and exact["ending"] is None and number >= VERSION_1_0:
        findings.append(_inexact("its last line has no line ending"))
    if not exact and encoding is not None and _VERSION.fullmatch(version or ""):
        findings.append(_not_exact(number))
    return Declaration(
        version=version,
        number=number,
        encoding=_codec_name(encoding, findings),
        findings=tuple(findings),
    )


def _declaration_text(data: bytes, findings: list[Finding]) -> str:
    # RFC 8493 section 2.1.1: UTF-8 and no byte-order mark
    if data.startswith(codecs.BOM_UTF8):
        findings.append(_invalid("it starts with a byte-order mark (RFC 8493 section 2.1.1)"))
        data = data[len(codecs.BOM_UTF8) :]
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        findings.append(_invalid(f"byte {error.start} is not UTF-8"))
        return data.decode("utf-8", "replace")


def _loose_fields(text: str) -> tuple[str | None, str | None]:
    fields: dict[str, str] = {}
    for line in re.split("\r\n|\r|\n", text):
        label, colon, value = line.partition(":")
        if colon:
            fields.setdefault(label.strip().lower(), value.strip())
    return fields.get("bagit-version"), fields.get("tag-file-character-encoding")


def _version_number(version: str | None, findings: list[Finding]) -> tuple[int, int]:
    if version is None:
        findings.append(_invalid("it has no line BagIt-Version: M.N"))
        return VERSION_1_0
    match = _VERSION.fullmatch(version)
    if match is None:
        findings.append(_invalid(f"the version {printable(version[:40])!r} is not of the form M.N, such as 1.0"))
        return VERSION_1_0
    number = (int(match[1]), int(match[2]))
    if number in SUPPORTED_VERSIONS:
        return number
    findings.append(
        Finding(
            severity=Severity.ERROR,
            code="bag-version-unknown",
            file="bagit.txt",
            message=f"bagit.txt: there is no BagIt version {version}; known are 0.93 to 0.97 and 1.0. "
            "It was checked by the rules of 1.0.",
            fix="Ask the sender which version is meant, or use a newer release of this program.",
        )
    )
    return VERSION_1_0


def _codec_name(encoding: str | None, findings: list[Finding]) -> str:
    if encoding is None:
        findings.append(_invalid("it has no line Tag-File-Character-Encoding"))
        return "utf-8"
    name = None
    if _ENCODING_NAME.fullmatch(encoding):
        try:
            name = codecs.lookup(encoding).name
        except (LookupError, ValueError):
            name = None
    # Python takes "UTF" and "UTF-:" for UTF-8; no registry does.
    bare = encoding.lower().startswith("utf") and not any(map(str.isdigit, encoding))
    if name is not None and _TEXT_ENCODING.fullmatch(name) and not bare:
        return name
    findings.append(_invalid(f"{printable(encoding[:40])!r} is no character encoding that is known; read as UTF-8"))
    return "utf-8"


def _not_exact(number: tuple[int, int]) -> Finding:
    if number >= VERSION_1_0:
        return _invalid(
            "it must be exactly two lines, 'BagIt-Version: M.N' and 'Tag-File-Character-Encoding: NAME', "
            "with one space after each colon and none elsewhere (RFC 8493 section 2.1.1)"
        )
    return _inexact("its two lines are not written exactly, with one space after each colon and nothing else")


def _invalid(cause: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="bag-declaration-invalid",
        file="bagit.txt",
        message=f"bagit.txt: {cause}.",
        fix="Write bagit.txt anew with its two lines; for BagIt 1.0 'BagIt-Version: 1.0' and "
        "'Tag-File-Character-Encoding: UTF-8'. Tag manifests that list it then need new digests.",
    )


def _inexact(cause: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="bag-declaration-inexact",
        file="bagit.txt",
        message=f"bagit.txt: {cause}.",
        fix="Nothing is lost; other readers may refuse it. Correct it when the bag is next made anew.",
    )
