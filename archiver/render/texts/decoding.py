"""From the bytes of a document to text that can be set: charset, normalisation, characters PDF/A cannot carry.

Says everything it did, and takes out nothing without counting it. Never reads a file.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from archiver.model import Finding, Severity
from archiver.render.contract import UnreadableTextError

_BOMS = (  # longest first: the UTF-32 mark begins with the UTF-16 one
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# C0 and C1 controls but tab, line feed, form feed and carriage return; surrogates; the 66 non-characters
# (Unicode section 23.7). ISO 19005-2 6.2.11.7.2 forbids U+0000, U+FEFF and U+FFFE in a ToUnicode map.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
_LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")

NORMALISED = "text normalised to Unicode NFC"

_XML_CHARSET = re.compile(rb"""\A\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{1,40})""")
# A declaration that can be read as ASCII is not in UTF-16, whatever it says.
_NOT_AS_SAID = frozenset({"utf-16", "utf-16le", "utf-16be", "utf-32"})

_SAMPLE = 65536
_MOSTLY = 0.1
_NAMED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedText:
    """A document's text, ready to be set."""

    text: str
    """Lines end in LF; no character PDF/A forbids; form feeds and tabs are kept; NFC where asked for."""

    charset: str
    """Python's name of the encoding that was used."""

    notes: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledText:
    """Text that PDF/A can carry, and what was taken out of it."""

    text: str
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]


def settle(text: str, name: str) -> SettledText:
    """Unify line ends, take out and count the characters PDF/A cannot carry.

    Args:
        text: decoded text or markup.
        name: the document's path, for messages.
    """
    text = _LINE_ENDS.sub("\n", text)
    removed = Counter(_UNFIT.findall(text))
    if not removed:
        return SettledText(text=text, notes=(), findings=())
    note = f"{removed.total()} characters that PDF/A cannot carry taken out: {_named(removed)}"
    return SettledText(text=_UNFIT.sub("", text), notes=(note,), findings=(_removed_finding(removed, name),))


def declared_in_xml(content: bytes) -> str | None:
    """Return the charset that an XML declaration names (XML 1.0 section 4.3.3), or None."""
    match = _XML_CHARSET.search(content[:256])
    label = match[1].decode("ascii", "replace").lower() if match else ""
    return label if label and label not in _NOT_AS_SAID else None


def decode(content: bytes, name: str, *, declared: str | None = None, normalise: bool = True) -> DecodedText:
    """Decode one document.

    The order: byte order mark, the charset the document declares, strict UTF-8, then the most plausible legacy charset,
    which is said in a finding.

    Args:
        content: the whole document.
        name: its path, for messages.
        declared: charset named inside the document (HTML ``meta``), if any.
        normalise: False for markup, where NFC could join a tag's ``>`` with a combining character behind it.

    Returns:
        The text and what was done to it.

    Raises:
        UnreadableTextError: the content is binary.
    """
    text, charset, findings, notes = _to_text(content, name, declared)
    settled = settle(text, name)
    normal = unicodedata.normalize("NFC", settled.text) if normalise else settled.text
    if normal != settled.text:
        notes.append(NORMALISED)
    return DecodedText(
        text=normal,
        charset=charset,
        notes=(*notes, *settled.notes),
        findings=(*findings, *settled.findings),
    )


def _to_text(content: bytes, name: str, declared: str | None) -> tuple[str, str, list[Finding], list[str]]:
    for mark, charset in _BOMS:
        if content.startswith(mark):
            text = content[len(mark) :].decode(charset, "replace")
            _refuse_binary(text, name)
            notes = [f"decoded as {charset} (byte order mark)"]
            return text, charset, _undecodable(text, charset, name), notes
    _refuse_nul(content, name)
    for candidate, how in ((declared, " (declared in the document)"), ("utf-8", "")):
        exact = _strict(content, candidate) if candidate else None
        if candidate and exact is not None:
            _refuse_binary(exact, name)
            return exact, candidate, [], [f"decoded as {candidate}{how}"]
    return _guessed(content, name)


def _strict(content: bytes, charset: str) -> str | None:
    try:
        info = codecs.lookup(charset)
        # Codecs such as ``rot13`` or ``zlib`` are no charsets; ``str.decode`` refuses them with a LookupError.
        return content.decode(info.name)
    except (LookupError, UnicodeError, ValueError):
        return None


def _guessed(content: bytes, name: str) -> tuple[str, str, list[Finding], list[str]]:
    from charset_normalizer import from_bytes  # noqa: PLC0415 - slow to import, and most documents are UTF-8

    best = from_bytes(content[: 16 * _SAMPLE], enable_fallback=False).best()
    charset = best.encoding if best is not None else "cp1252"
    text = content.decode(charset, "replace")
    _refuse_binary(text, name)
    note = f"decoded as {charset} (guessed: the bytes are not UTF-8 and nothing declares a charset)"
    finding = Finding(
        severity=Severity.INFO,
        code="charset-guessed",
        file=name,
        message=f"{name} is not UTF-8 and declares no charset; it was read as {charset}, the most plausible.",
        fix="Look at the PDF; if letters are wrong, save the document as UTF-8.",
    )
    return text, charset, [finding, *_undecodable(text, charset, name)], [note]


def _undecodable(text: str, charset: str, name: str) -> list[Finding]:
    lost = text.count("\ufffd")
    if not lost:
        return []
    return [
        Finding(
            severity=Severity.WARNING,
            code="characters-undecodable",
            file=name,
            message=f"{name}: {lost} places could not be read as {charset} and show as U+FFFD in the PDF.",
            fix="Find out which charset the document was written in, and save it as UTF-8.",
        )
    ]


def _refuse_nul(content: bytes, name: str) -> None:
    nuls = content.count(0, 0, _SAMPLE)
    if nuls:
        raise UnreadableTextError(_not_text(name, f"it holds NUL bytes ({nuls} in its first {_SAMPLE} bytes)"))


def _refuse_binary(text: str, name: str) -> None:
    sample = text[:_SAMPLE]
    odd = sum(1 for c in sample if c == "\ufffd" or (unicodedata.category(c) == "Cc" and c not in "\t\n\r\f\x85"))
    if sample and odd > _MOSTLY * len(sample):
        share = round(100 * odd / len(sample))
        raise UnreadableTextError(_not_text(name, f"{share}% of its characters are control codes or undecodable"))


def _not_text(name: str, cause: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="not-text",
        file=name,
        message=f"{name} is named or identified as text, but {cause}; no PDF was made of it.",
        fix="Give the file the extension of its real format; the original is packaged as it is.",
    )


def _named(removed: Counter[str]) -> str:
    names = [f"U+{ord(c):04X} ({count})" for c, count in sorted(removed.items())]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _removed_finding(removed: Counter[str], name: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="characters-removed",
        file=name,
        message=f"{name}: {removed.total()} characters that PDF/A cannot carry are not in the PDF: {_named(removed)}.",
        fix="Nothing, if they carry no meaning; the original keeps them. Otherwise replace them in the document.",
    )
