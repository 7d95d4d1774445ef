"""Sidecars in XML: Dublin Core, DSpace and MODS records, each known by its root element and read by its crosswalk.

No entity is resolved, no document type is accepted and nothing is fetched. What a record holds that no DCMI term stands
for is kept beside the description and reported.
"""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING, cast

from lxml import etree

from archiver.crosswalks.contract import ReadableCrosswalk, UnreadableRecordError
from archiver.describe.sidecars import Sidecar
from archiver.describe.tree import MOST_NODES
from archiver.model import Finding, KeptValue, Severity, Statement, ValueSource
from archiver.standards.dc_terms import ELEMENTS_NAMESPACE, TERMS_NAMESPACE
from archiver.standards.names import printable
from archiver.standards.xml import XmlSyntaxError, parse_xml

if TYPE_CHECKING:
    from archiver.crosswalks.contract import Reading, UnreadValue
    from archiver.model import SourceKind

_MODS = "http://www.loc.gov/mods/v3"
_ROOTS = {
    "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc": "oai_dc",
    f"{{{_MODS}}}mods": "mods",
    f"{{{_MODS}}}modsCollection": "mods",
    "dublin_core": "dspace",
    "metadata": "oai_dc",
}
"""Root element -> the crosswalk that reads it. Below any other root, elements of Dublin Core are looked for."""

_PLACE_IN_MESSAGE = re.compile(r"(?:, line \d+, column \d+)?(?: \(<string>, line \d+\))?\Z")


def parse_xml_sidecar(data: bytes, file: str, kind: SourceKind) -> Sidecar:
    """Read one XML sidecar: oai_dc, DCMI terms below any root, DSpace's ``dublin_core.xml``, MODS 3.

    Args:
        data: the whole file, bounded by the caller; its own declaration tells its encoding.
        file: its path in the metadata folder, printable.
        kind: what it describes.

    Returns:
        Its statements in the order written, each with its line; empty, with a finding, when it cannot be read.
    """
    if not data.strip():
        return Sidecar()
    try:
        root = parse_xml(data)
    except XmlSyntaxError as error:
        return Sidecar(findings=(_no_xml(file, error),))
    if sum(1 for _ in root.iter()) > MOST_NODES:
        return Sidecar(findings=(_unreadable(file, f"holds more than {MOST_NODES} elements"),))
    reader = _reader(root)
    if reader is None:
        return Sidecar(findings=(_unknown_root(file, root),))
    try:
        reading = reader.read(data)
    except UnreadableRecordError as error:
        return Sidecar(findings=(_unreadable(file, printable(str(error))),))
    return _sidecar(reading, file, kind)


def _reader(root: etree._Element) -> ReadableCrosswalk | None:
    """Return the crosswalk that reads such a record."""
    name = _ROOTS.get(str(root.tag))
    if name is None and any(_is_dublin_core(child) for child in root):
        name = "oai_dc"
    # Only the reader that is needed is loaded.
    return cast("ReadableCrosswalk", import_module(f"archiver.crosswalks.{name}")) if name else None


def _is_dublin_core(element: etree._Element) -> bool:
    return str(element.tag).startswith((f"{{{ELEMENTS_NAMESPACE}}}", f"{{{TERMS_NAMESPACE}}}"))


def _sidecar(reading: Reading, file: str, kind: SourceKind) -> Sidecar:
    statements = (
        Statement(
            term=value.term,
            text=value.text,
            language=value.language,
            source=ValueSource(kind=kind, place=_place(file, value.line)),
        )
        for value in reading.values
    )
    other = [value for value in reading.other if value.text.strip()]
    kept = (
        KeptValue(
            name=printable(value.name),
            text=value.text,
            source=ValueSource(kind=kind, place=_place(file, value.line)),
        )
        for value in other
    )
    count = Counter(value.name for value in other)
    first = {value.name: value for value in reversed(other)}
    return Sidecar(
        statements=tuple(statements),
        kept=tuple(kept),
        findings=tuple(_not_understood(file, first[name], count[name]) for name in count),
    )


def _place(file: str, line: int | None) -> str:
    return f"{file}, line {line}" if line else file


def _not_understood(file: str, value: UnreadValue, count: int) -> Finding:
    often = f", {count} times," if count > 1 else ""
    return Finding(
        severity=Severity.WARNING,
        code="description-unknown-key",
        file=file,
        message=f"{_place(file, value.line)}: {printable(value.name[:120])!r} stands for no DCMI term{often} and "
        "is kept beside the record.",
        fix="Nothing has to be done; state it in an element of Dublin Core too if readers shall find it there.",
    )


def _no_xml(file: str, error: XmlSyntaxError) -> Finding:
    cause = error.__cause__
    line, column = (cause.lineno, cause.offset) if isinstance(cause, etree.XMLSyntaxError) else (None, None)
    where = (f", line {line}" if line else "") + (f", column {column}" if line and column else "")
    message = _PLACE_IN_MESSAGE.sub("", str(error))
    return Finding(
        severity=Severity.ERROR,
        code="sidecar-unreadable",
        file=file,
        message=f"{file}{where}: the sidecar is not XML that can be trusted: {printable(message)[:300]}. Nothing of it "
        "is used.",
        fix="Write it as well-formed XML without a document type (<!DOCTYPE ...>) and without entities of its own.",
    )


def _unreadable(file: str, cause: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="sidecar-unreadable",
        file=file,
        message=f"{file}: the sidecar {cause}. Nothing of it is used.",
        fix="Write one record of at most 1 MiB that describes one thing.",
    )


def _unknown_root(file: str, root: etree._Element) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="sidecar-xml-unknown",
        file=file,
        message=f"{_place(file, cast('int | None', root.sourceline))}: the sidecar is XML with the root "
        f"{printable(str(root.tag)[:200])!r} and holds no element of Dublin Core. Nothing of it is used.",
        fix="Write it as oai_dc, DCMI terms, DSpace's dublin_core.xml or MODS 3; or take the file out of the metadata "
        "folder if it describes nothing.",
    )
