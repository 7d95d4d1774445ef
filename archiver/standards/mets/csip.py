"""The METS documents of an E-ARK package (CSIP 2.2.0): the root's, and one for each folder of ``representations/``.

The root's points at records, documentation, schemas and the documents of the representations; a representation's
points at its files. Yielded in small pieces, so that a package of very many files costs no more memory than its list.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from archiver.standards.media_types import media_type_of_role, registered_media_type
from archiver.standards.mets.elements import (
    Identifiers,
    Located,
    document_pointer,
    empty_tag,
    file_lines,
    href,
    leaf,
    metadata_reference,
    start_tag,
)
from archiver.standards.mets.profiles import (
    CHECKSUM_TYPES,
    PROFILES,
    PackageKind,
    checksum_algorithm,
    content_category,
    submitter,
)
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from archiver.model import PackagedFile, PackageRecord

NAME = "METS.xml"
_LINES = 256
"""Lines that one chunk holds."""

_FOLDER = "representations/"
_DOCUMENTATION = "Documentation"
_SCHEMAS = "Schemas"
_DATA = "Data"
_REPRESENTATIONS = "Representations"
_GROUPS = {"documentation": _DOCUMENTATION, "crate": _DOCUMENTATION, "preview": _DOCUMENTATION, "schema": _SCHEMAS}
"""Role of a file of the package -> the group it is listed in. The RO-Crate documents the package, and has no group."""

_SCHEMA_PLACES = (
    *("http://www.loc.gov/METS/", "http://www.loc.gov/standards/mets/mets.xsd"),
    *("http://www.w3.org/1999/xlink", "http://www.loc.gov/standards/mets/xlink.xsd"),
    *(
        "https://DILCIS.eu/XML/METS/CSIPExtensionMETS",
        "https://earkcsip.dilcis.eu/schema/DILCISExtensionMETS.xsd",
    ),
)
_HEAD = {
    "xmlns": "http://www.loc.gov/METS/",
    "xmlns:csip": "https://DILCIS.eu/XML/METS/CSIPExtensionMETS",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xsi:schemaLocation": " ".join(_SCHEMA_PLACES),
}
# CSIP62, CSIP63: no content information type specification holds for any folder of ours.
_CONTENT = {"csip:CONTENTINFORMATIONTYPE": "OTHER", "csip:OTHERCONTENTINFORMATIONTYPE": "Documents as received"}


class _Writer:
    """What the two kinds of document have in common, for one document."""

    def __init__(self, record: PackageRecord, kind: PackageKind, folder: str) -> None:
        self.record = record
        self.kind = kind
        self.folder = folder
        """Of the METS document: empty, or ``representations/original/``."""

        self.identifiers = Identifiers(record.identifier, f"{folder}{NAME}")
        self.created = record.created.isoformat().replace("+00:00", "Z")
        first = record.files[0].digests if record.files else {}
        self.algorithm = checksum_algorithm(first) or ""

    def head(self, object_identifier: str) -> Iterator[str]:
        """Yield everything up to the header's end."""
        record = self.record
        yield '<?xml version="1.0" encoding="UTF-8"?>'
        yield start_tag(
            "mets",
            {
                **_HEAD,
                "OBJID": object_identifier,  # CSIP1
                "LABEL": record.description.first("title") or printable(record.name),  # SIP1
                "TYPE": content_category(record.description),  # CSIP2
                "PROFILE": PROFILES[self.kind],  # CSIP6
                "csip:CONTENTINFORMATIONTYPE": "MIXED",  # CSIP4
            },
        )
        yield from _indented(1, self._header())

    def located(self, file: PackagedFile) -> Located:
        """Return one file as this document points at it."""
        return Located(
            identifier=self.identifiers.of("file", file.path),
            href=href(file.path.removeprefix(self.folder)),
            media_type=_media_type(file),
            size=file.size,
            created=self.created,
            checksum=file.digests[self.algorithm],
            checksum_type=CHECKSUM_TYPES[self.algorithm],
        )

    def group(self, use: str, files: Iterable[PackagedFile]) -> Iterator[str]:
        """Yield a ``fileGrp`` (CSIP64, CSIP65)."""
        yield start_tag("fileGrp", {"ID": self.identifiers.of("group", use), "USE": use, **_CONTENT})
        for file in files:
            yield from _indented(1, file_lines(self.located(file)))
        yield "</fileGrp>"

    def division(self, label: str, uses: Iterable[str]) -> Iterator[str]:
        """Yield a ``div`` that points at groups, which are named by what they are used for."""
        yield start_tag("div", {"ID": self.identifiers.of("division", label), "LABEL": label})
        for use in uses:
            yield f" {empty_tag('fptr', {'FILEID': self.identifiers.of('group', use)})}"
        yield "</div>"

    def structure(self, label: str, divisions: Iterable[str]) -> Iterator[str]:
        """Yield the one structural map that CSIP asks for (CSIP80 to CSIP85), around its divisions."""
        identifier = self.identifiers.of
        yield start_tag("structMap", {"ID": identifier("map"), "TYPE": "PHYSICAL", "LABEL": "CSIP"})
        yield f" {start_tag('div', {'ID': identifier('division'), 'LABEL': label})}"
        yield from _indented(2, divisions)
        yield " </div>"
        yield "</structMap>"

    def _header(self) -> Iterator[str]:
        status = "NEW" if self.record.version == 1 else "VERSION"  # SIP3
        kind = self.kind.upper()  # CSIP9
        dates = {"CREATEDATE": self.created, "LASTMODDATE": self.created}  # CSIP7, CSIP8
        yield start_tag("metsHdr", {**dates, "RECORDSTATUS": status, "csip:OAISPACKAGETYPE": kind})
        # CSIP10 to CSIP16
        name, version = _program(self.record)
        yield start_tag("agent", {"ROLE": "CREATOR", "TYPE": "OTHER", "OTHERTYPE": "SOFTWARE"})
        yield f" {leaf('name', {}, name)}"
        yield f" {leaf('note', {'csip:NOTETYPE': 'SOFTWARE VERSION'}, version)}"
        yield "</agent>"
        submitting = submitter(self.record)
        if submitting:
            # SIP15 to SIP18; METS 1.12.1, ROLE: ARCHIVIST is who is responsible for a collection
            role = "CREATOR" if self.kind == "sip" else "ARCHIVIST"
            yield start_tag("agent", {"ROLE": role, "TYPE": submitting[1]})
            yield f" {leaf('name', {}, submitting[0])}"
            yield "</agent>"
        yield "</metsHdr>"


def root_chunks(record: PackageRecord, kind: PackageKind) -> Iterator[bytes]:
    """Yield the METS document of a whole package.

    Args:
        record: its files are all that the package holds beside this document.
        kind: what it is to be: the two differ in profile and type, and in that a SIP names who submits it.

    Yields:
        UTF-8, to be written one after the other; the same for the same record.
    """
    writer = _Writer(record, kind, "")
    yield from _encoded(_root_lines(writer))


def representation_chunks(record: PackageRecord, kind: PackageKind, name: str) -> Iterator[bytes]:
    """Yield the METS document of one representation.

    Args:
        record: those of its files that lie below ``representations/NAME/`` are listed.
        kind: as of :func:`root_chunks`.
        name: of the representation: ``original``.
    """
    writer = _Writer(record, kind, f"{_FOLDER}{name}/")
    yield from _encoded(_representation_lines(writer, name))


def _root_lines(writer: _Writer) -> Iterator[str]:
    files = writer.record.files
    # CSIP1, CSIPSTR2: the identifier names the folder, and a colon does not stand in a name everywhere.
    identifier = writer.record.identifier.removeprefix("urn:uuid:")
    descriptive = [file for file in files if file.role in {"description", "values"}]
    preserving = [file for file in files if file.role == "preservation"]
    yield from writer.head(identifier)
    yield from _indented(1, _descriptive_sections(writer, descriptive))
    yield from _indented(1, _provenance_section(writer, preserving))
    groups = _groups(files)
    yield f" {start_tag('fileSec', {'ID': writer.identifiers.of('files')})}"
    for use, members in groups.items():
        yield from _indented(2, writer.group(use, members))
    yield " </fileSec>"
    divisions = _root_divisions(writer, descriptive, preserving, groups)
    yield from _indented(1, writer.structure(identifier, divisions))
    yield "</mets>"


def _representation_lines(writer: _Writer, name: str) -> Iterator[str]:
    files = (file for file in writer.record.files if file.path.startswith(f"{writer.folder}data/"))
    yield from writer.head(name)
    yield f" {start_tag('fileSec', {'ID': writer.identifiers.of('files')})}"
    yield from _indented(2, writer.group(_DATA, files))
    yield " </fileSec>"
    yield from _indented(1, writer.structure(name, writer.division(_DATA, [_DATA])))
    yield "</mets>"


def _groups(files: Iterable[PackagedFile]) -> dict[str, list[PackagedFile]]:
    """Return the groups of the root's document, in order: what each is used for, and its files."""
    groups: dict[str, list[PackagedFile]] = {_DOCUMENTATION: [], _SCHEMAS: []}  # CSIP60, CSIP113
    for file in files:
        if file.role == "mets":
            groups[_use_of(file)] = [file]  # CSIP114
        elif file.role in _GROUPS:
            groups[_GROUPS[file.role]].append(file)
    return groups


def _use_of(file: PackagedFile) -> str:
    return f"{_REPRESENTATIONS}/{file.path.split('/')[1]}"


def _descriptive_sections(writer: _Writer, files: Iterable[PackagedFile]) -> Iterator[str]:
    # CSIP17 to CSIP30; E-ARK AIP 2.2.0, AIPM4
    for file in files:
        attributes = {"ID": writer.identifiers.of("dmd", file.path), "CREATED": writer.created, "STATUS": "CURRENT"}
        kind, other = ("DC", None) if file.role == "description" else ("OTHER", "Values and their sources")
        yield start_tag("dmdSec", attributes)
        yield f" {metadata_reference(writer.located(file), kind, other)}"
        yield "</dmdSec>"


def _provenance_section(writer: _Writer, files: Sequence[PackagedFile]) -> Iterator[str]:
    # CSIP31 to CSIP44; AIPM5 to AIPM7
    if not files:
        return
    yield start_tag("amdSec", {"ID": writer.identifiers.of("amd")})
    for file in files:
        attributes = {"ID": writer.identifiers.of("prov", file.path), "CREATED": writer.created, "STATUS": "CURRENT"}
        yield f" {start_tag('digiprovMD', attributes)}"
        yield f"  {metadata_reference(writer.located(file), 'PREMIS', version='3.0')}"
        yield " </digiprovMD>"
    yield "</amdSec>"


def _root_divisions(
    writer: _Writer,
    descriptive: Iterable[PackagedFile],
    preserving: Iterable[PackagedFile],
    groups: dict[str, list[PackagedFile]],
) -> Iterator[str]:
    identifiers = writer.identifiers
    attributes = {"ID": identifiers.of("division", "Metadata"), "LABEL": "Metadata"}  # CSIP88 to CSIP92
    provenance = " ".join(identifiers.of("prov", file.path) for file in preserving)
    described = " ".join(identifiers.of("dmd", file.path) for file in descriptive)
    yield empty_tag("div", attributes | {"ADMID": provenance, "DMDID": described})
    yield from writer.division(_DOCUMENTATION, [_DOCUMENTATION])  # CSIP93 to CSIP96
    yield from writer.division(_SCHEMAS, [_SCHEMAS])  # CSIP97 to CSIP100
    # CSIP101 to CSIP104: not needed beside divisions of the representations, and some readers look for it.
    yield from writer.division(_REPRESENTATIONS, [use for use in groups if use.startswith(f"{_REPRESENTATIONS}/")])
    for use, (document, *_) in groups.items():
        if document.role == "mets":
            # CSIP105 to CSIP112; E-ARK AIP 2.2.0, AIP3: and the document's own file beside it.
            yield start_tag("div", {"ID": identifiers.of("division", use), "LABEL": use})
            yield f" {document_pointer(href(document.path), identifiers.of('group', use))}"
            yield f" {empty_tag('fptr', {'FILEID': identifiers.of('file', document.path)})}"
            yield "</div>"


def _media_type(file: PackagedFile) -> str:
    if file.identity is not None:
        return registered_media_type(file.identity.media_type)
    return media_type_of_role(file.role)


def _program(record: PackageRecord) -> tuple[str, str]:
    program = next((agent for agent in record.agents if agent.kind == "software" and agent.version), None)
    return (program.name, program.version or "") if program else ("Archiver", "unknown")


def _indented(depth: int, lines: Iterable[str]) -> Iterator[str]:
    margin = " " * depth
    for line in lines:
        yield margin + line


def _encoded(lines: Iterable[str]) -> Iterator[bytes]:
    remaining = iter(lines)
    while chunk := "".join(f"{line}\n" for line in islice(remaining, _LINES)):
        yield chunk.encode()
