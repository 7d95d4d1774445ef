"""A folder of objects with one sheet about them (Archivematica's form), or with an OPEX record beside each of them.

``form = "csv"``: ``objects/`` and ``metadata/metadata.csv``, with ``metadata/checksum.sha256`` that the importer
compares. ``form = "opex"``: the same objects, each with a record of the Open Preservation Exchange format 1.2.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from archiver.crosswalks import oai_dc
from archiver.deposits.exports import findings as kinds
from archiver.deposits.exports.descriptions import described_document, described_package
from archiver.deposits.exports.layout import ORIGINALS, ExportedFile, Unit, export_name, parts_of
from archiver.deposits.exports.options import choice, home_of
from archiver.deposits.exports.target import ExportOptions, ExportTarget
from archiver.model.deposits import Packaging
from archiver.standards.dc_terms import FIFTEEN, TERM_ORDER
from archiver.standards.xml import parse_xml, xml_bytes, xml_text

if TYPE_CHECKING:
    from archiver.config.targets import TargetSettings
    from archiver.deposits.contract import Target
    from archiver.deposits.surroundings import Surroundings
    from archiver.model import Description, Finding
    from archiver.model.deposits import Parcel, ParcelFile

KIND = "opf-csv"
TITLE = "Objects with a sheet (Archivematica) or with OPEX records (Preservica), in a folder"
KEYS = ("path", "form")
SECRETS = ()

OPEX = "http://www.openpreservationexchange.org/opex/v1.2"
_OBJECTS = "objects"
_REST = "metadata/submissionDocumentation/bag"


def make(settings: TargetSettings, surroundings: Surroundings) -> Target:
    """Make the target; a path that is not absolute is written from the folder of ``archiver.toml``.

    Raises:
        ConfigurationError: a key is missing or unusable.
    """
    own = settings.own
    opex = choice(own, "form", ("csv", "opex")) == "opex"
    options = ExportOptions(kind=KIND, table=own.name, home=home_of(own))
    return ExportTarget(options, OpexLayout() if opex else CsvLayout(), surroundings.folders)


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """One folder a package: objects, and one sheet about them."""

    def unit_names(self, parcel: Parcel) -> tuple[str, ...]:
        """Return the one name."""
        return (export_name(parcel),)

    def units(self, parcel: Parcel) -> Iterator[Unit]:
        """Return the one folder."""
        objects = _objects(parcel)
        records = [(_OBJECTS, described_package(parcel)), *_described(parcel)]
        written = [
            ExportedFile(path="metadata/metadata.csv", content=metadata_csv(records)),
            ExportedFile(path="metadata/checksum.sha256", content=_checksums(objects)),
        ]
        rest = {f"{_REST}/{path}": file for path, file in parts_of(parcel).rest.items()}
        copied = [ExportedFile(path=path, sent=file) for path, file in {**objects, **rest}.items()]
        yield Unit(name=export_name(parcel), files=(*written, *copied))

    def demands(self, parcel: Parcel) -> tuple[Finding, ...]:
        """Return what the description lacks."""
        return _demands(parcel)


@dataclass(frozen=True, slots=True)
class OpexLayout:
    """One folder a package: objects, each with a record beside it, and one of the folder itself."""

    def unit_names(self, parcel: Parcel) -> tuple[str, ...]:
        """Return the one name."""
        return (export_name(parcel),)

    def units(self, parcel: Parcel) -> Iterator[Unit]:
        """Return the one folder."""
        name = export_name(parcel)
        objects, described = _objects(parcel), dict(_described(parcel))
        rest = {f"bag/{path}": file for path, file in parts_of(parcel).rest.items()}
        taken = set(objects) | set(rest)
        written = [ExportedFile(path=f"{name}.opex", content=opex_xml(described_package(parcel), parcel.identifier))]
        for path, file in {**objects, **rest}.items():
            record = f"{path}.opex"
            if record not in taken:  # a document of that name is not written over
                source = f"{parcel.identifier}/{path}"
                written.append(ExportedFile(path=record, content=opex_xml(described.get(path), source, file)))
        copied = [ExportedFile(path=path, sent=file) for path, file in {**objects, **rest}.items()]
        yield Unit(name=name, files=(*written, *copied))

    def demands(self, parcel: Parcel) -> tuple[Finding, ...]:
        """Return what the description lacks."""
        return _demands(parcel)


def metadata_csv(records: list[tuple[str, Description]]) -> bytes:
    """Return the sheet: a row an object or folder, a column a term, repeated for terms with several values.

    Args:
        records: path from the transfer, and description.
    """
    most: Counter[str] = Counter()
    for _, description in records:
        most |= Counter(one.term for one in description.statements)
    terms = sorted(most, key=lambda term: TERM_ORDER.get(term, len(TERM_ORDER)))
    out = io.StringIO(newline="")
    sheet = csv.writer(out, lineterminator="\n")
    sheet.writerow(["filename", *(_column(term) for term in terms for _ in range(most[term]))])
    for path, description in records:
        row = [path]
        for term in terms:
            values = [xml_text(one.text) for one in description.all(term)]
            row += [*values, *[""] * (most[term] - len(values))]
        sheet.writerow(row)
    return out.getvalue().encode("utf-8", "replace")


def opex_xml(description: Description | None, source: str, file: ParcelFile | None = None) -> bytes:
    """Return one OPEX record.

    Args:
        description: of the object; None: it has none.
        source: what the object is called here.
        file: the object, for its digests; None for a folder.
    """
    root = etree.Element(f"{{{OPEX}}}OPEXMetadata", nsmap={"opex": OPEX})
    transfer = _child(root, "Transfer")
    _child(transfer, "SourceID").text = xml_text(source)
    if file is not None:
        fixities = _child(transfer, "Fixities")
        for label, name in (("SHA-256", "sha256"), ("SHA-512", "sha512")):
            _child(fixities, "Fixity", type=label, value=file.digests[name])
    if description is not None:
        properties = _child(root, "Properties")
        for term in ("title", "description"):
            if text := description.first(term):
                _child(properties, term.capitalize()).text = xml_text(text)
        _child(root, "DescriptiveMetadata").append(parse_xml(oai_dc.crosswalk(description)))
    return xml_bytes(root)


def _child(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{OPEX}}}{name}", attributes)


def _objects(parcel: Parcel) -> dict[str, ParcelFile]:
    parts = parts_of(parcel)
    renditions = {f"{_OBJECTS}/pdfa/{path}": file for path, file in parts.renditions.items()}
    return {f"{_OBJECTS}/original/{path}": file for path, file in parts.originals.items()} | renditions


def _described(parcel: Parcel) -> Iterator[tuple[str, Description]]:
    for path in parts_of(parcel).originals:
        original = f"{ORIGINALS}{path}"
        if original in parcel.descriptions:
            name = path.rpartition("/")[2]
            yield f"{_OBJECTS}/original/{path}", described_document(parcel, original, name)


def _checksums(objects: dict[str, ParcelFile]) -> bytes:
    return b"".join(_checksum(path, file.digests["sha256"]) for path, file in objects.items())


def _checksum(path: str, digest: str) -> bytes:
    # GNU coreutils, "md5sum invocation": a name with a backslash or a line end is escaped, and the line begins with one
    escaped = path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{'' if escaped == path else chr(92)}{digest}  {escaped}\n".encode()


def _column(term: str) -> str:
    return f"dc.{term}" if term in FIFTEEN else f"dcterms.{term}"


def _demands(parcel: Parcel) -> tuple[Finding, ...]:
    if parcel.packaging is not Packaging.FOLDER:
        return ()
    if not parts_of(parcel).originals:
        return (kinds.no_documents(parcel.name),)
    if parcel.description is None or not parcel.description.first("title"):
        return (kinds.lacks(parcel.name, "The importing system", f"without a title it is called [{parcel.name}]."),)
    return ()
