"""``bag-info.txt`` (RFC 8493 section 2.2.2): labelled values with their order and repeats, and Payload-Oxum.

Never reads a file, and never drops a line silently: what does not parse is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from archiver.model import Finding, Severity
from archiver.standards.names import has_hidden_characters, printable

# The characters some readers end a line at, beside CR and LF: kept in one value, they could forge a second label there.
_LINE_BREAKS = re.compile("[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_OXUM = re.compile(r"([0-9]{1,25})\.([0-9]{1,25})")


@dataclass(frozen=True, slots=True, kw_only=True)
class BagInfo:
    """The metadata elements of a bag, in file order."""

    fields: tuple[tuple[str, str], ...] = ()
    """(label as written, value); a continued value keeps its line breaks as LF."""

    findings: tuple[Finding, ...] = ()

    def values(self, label: str) -> tuple[str, ...]:
        """Every value of ``label``, in file order; labels are case-insensitive (RFC 8493 section 2.2.2)."""
        wanted = label.lower()
        return tuple(value for name, value in self.fields if name.lower() == wanted)


def parse_bag_info(text: str, file: str = "bag-info.txt") -> BagInfo:
    """Parse ``bag-info.txt`` (``package-info.txt`` before BagIt 0.96).

    Args:
        text: the whole file, decoded; lines end in LF, CR or CRLF and nothing else.
        file: its name, for messages.

    Returns:
        Elements in file order, repeats kept; a finding for each line that is none.
    """
    fields: list[tuple[str, list[str]]] = []
    findings: list[Finding] = []
    for number, line in enumerate(re.split("\r\n|\r|\n", text), start=1):
        content = line.strip(" \t")
        if not content:
            continue
        if line[0] in " \t":
            if fields:
                # RFC 8493 section 2.2.2: the indentation is no part of the value, the line break is
                fields[-1][1].append(content)
            else:
                findings.append(_syntax(file, number, "it continues a value, but no label stands before it"))
            continue
        label, colon, value = line.partition(":")
        label = label.rstrip(" \t")
        if not colon or not label:
            findings.append(_syntax(file, number, f"{printable(line[:60])!r} is not of the form 'Label: value'"))
            continue
        fields.append((label, [value.strip(" \t")]))
    return BagInfo(
        fields=tuple((label, "\n".join(parts)) for label, parts in fields),
        findings=tuple(findings),
    )


def bag_info_text(fields: Iterable[tuple[str, str]]) -> str:
    """Write ``bag-info.txt``: one element a line, in the order given.

    A value with line breaks goes on in indented lines, so that no value can forge a label.

    Args:
        fields: (label, value).

    Returns:
        The text, each line ended by LF.

    Raises:
        ValueError: a label is empty or holds a colon, a line break or outer white space.
    """
    lines = []
    for label, value in fields:
        if not label or label != label.strip() or ":" in label or _LINE_BREAKS.search(label):
            raise ValueError(f"bag-info.txt: {printable(label)!r} cannot be a label")
        parts = [part.strip() for part in _LINE_BREAKS.split(value)]
        lines.append(f"{label}: " + "\n  ".join(part for part in parts if part) + "\n")
    return "".join(lines)


def parse_payload_oxum(text: str) -> tuple[int, int] | None:
    """Parse ``OctetCount.StreamCount`` (RFC 8493 section 2.2.2).

    Returns:
        (bytes of the payload, files of the payload), or None when the text is not of that form.
    """
    match = _OXUM.fullmatch(text)
    return (int(match[1]), int(match[2])) if match else None


def bag_size_text(octets: int) -> str:
    """Word a size as Bag-Size wants it (RFC 8493 section 2.2.2): approximate, with a unit (powers of 1000)."""
    size = float(octets)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def label_fault(label: str) -> str | None:
    """Say why a label cannot stand in ``bag-info.txt``: ``it is empty``; None when it can."""
    if not label:
        return "it is empty"
    if ":" in label:
        return "it holds a colon, which ends a label"
    if label != label.strip():
        return "it begins or ends with white space"
    if has_hidden_characters(label):  # line breaks among them
        return "it holds control or direction-changing characters"
    return None


def _syntax(file: str, number: int, cause: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="bag-info-syntax",
        file=file,
        message=f"{file}, line {number}: {cause}.",
        fix="Write each element as 'Label: value'; start the lines that go on with a space.",
    )
