"""The records of a package and its tag files: descriptions, PREMIS, RO-Crate, preview, bag-info, manifests.

Write order as in design section 4; each record is written once and never changed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from archiver.model import Archive, Description, Finding, PackagedFile, PackageRecord
from archiver.standards.bag_info import bag_size_text
from archiver.standards.dublin_core import dcterms_xml
from archiver.standards.mets import PackageKind
from archiver.standards.names import printable
from archiver.standards.package_profile import INPUT_LABEL, SLUG_LABEL, VERSION_LABEL
from archiver.standards.pages.preview import preview_html
from archiver.standards.premis import Received, premis_chunks
from archiver.standards.premis.licences import licence_rights
from archiver.standards.premis.received import apart
from archiver.standards.ro_crate import ro_crate_metadata
from archiver.standards.values_record import ValuesRecord, values_chunks
from archiver.steps import naming
from archiver.steps.bags.labels import Labels
from archiver.steps.bags.profile import labels_for_profiles
from archiver.steps.building.item_documents import ItemDocument
from archiver.steps.building.item_place import ItemPlace
from archiver.steps.building.records import provenance
from archiver.steps.building.records.describing import ItemDescriptions
from archiver.steps.building.records.e_ark import write_parts, write_root
from archiver.steps.building.records.packaged_records import write_record
from archiver.steps.building.records.provenance import Provenance
from archiver.steps.building.records.rendition_events import RenderedDocument, record_renditions
from archiver.steps.building.records.versions import change_since, restated
from archiver.steps.program import SOFTWARE_AGENT
from archiver.storage.bag_tags import manifest_name
from archiver.storage.bag_writer import BagWriter
from archiver.storage.formats import identify
from archiver.storage.screening.contract import Engine
from archiver.storage.second_opinion import is_judge_right, judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A bag that is whole in staging."""

    folder: Path
    """Where it will be published."""

    expected_opinion: str
    """``valid`` or ``not-run``: what its PREMIS says bagit-python found."""

    findings: tuple[Finding, ...]
    """What profiles settled in ``bag-info.txt``."""


def seal(  # noqa: PLR0913 - keywords, each asking for one thing
    bag: BagWriter,
    place: ItemPlace,
    descriptions: ItemDescriptions,
    documents: Sequence[ItemDocument],
    findings: tuple[Finding, ...],
    *,
    input_digest: str,
    screened_by: Engine | None = None,
) -> Sealed:
    """Write every record of the package and its tag files.

    Args:
        bag: holds the originals and renditions already.
        place: of the item.
        descriptions: of the item and its documents.
        documents: in the item's order.
        findings: what was noticed so far, for the readers of the preview.
        input_digest: for the next run to compare.
        screened_by: what checked every document for viruses and found none; None: nothing did.

    Raises:
        OSError: the disk refused.
    """
    (folder, slug), said = place.folder(), place.configuration
    files = [*_payload(bag, documents, descriptions), *_written_descriptions(bag, place, descriptions, documents)]
    files.append(_write_values(bag, place, descriptions, documents))
    change = _change(bag, place, _values(place, descriptions, documents))
    opinion = _opinion(bag)
    told = _provenance(place, documents, files, change=change, opinion=opinion, screened_by=screened_by)
    record = PackageRecord(
        identifier=place.identifier,
        name=printable(place.item.name),
        description=descriptions.item,
        document_descriptions={one.packaged: descriptions.documents[one.source] for one in documents},
        files=tuple(files),
        events=tuple(told.events),
        agents=tuple(told.agents.values()),
        created=place.now,
        organization=said.name,
        archive=Archive(ror=said.ror, url=said.url, contact=said.contact_name, email=said.contact_email),
        findings=findings,
        version=place.next_version,
        change=change,
    )
    _write_records(bag, record, _received(place, record), place.configuration.e_ark)
    labels, settled = _bag_info(bag, place, record, slug, input_digest)
    bag.seal(labels)
    return Sealed(folder=folder, expected_opinion=opinion[1], findings=settled)


def _opinion(bag: BagWriter) -> tuple[str, str, str]:
    """Return what bagit-python will say of the package, or why it is not asked (docs/adr/0004)."""
    if is_judge_right([f"data/{path}" for path in bag.payload]):
        return judge(), "valid", ""
    return judge(), "not-run", "a name needs percent-encoding, which it misreads"


def _change(bag: BagWriter, place: ItemPlace, records: Iterable[ValuesRecord]) -> str | None:
    if not place.versions:
        return None
    algorithm, previous = bag.algorithms[0], place.versions[-1]
    digests = {path: seen.digests[algorithm] for path, seen in bag.payload.items()}
    return change_since(previous, manifest_name(algorithm), digests, restated(previous, records, naming.record_path))


def _received(place: ItemPlace, record: PackageRecord) -> Received:
    """Return what came along with the documents, and the rights that their descriptions state."""
    came = apart(place.records.of(place.item, place.identifier), record)
    return dataclasses.replace(came, rights=(*came.rights, *licence_rights(record)))


def _write_records(bag: BagWriter, record: PackageRecord, received: Received, kind: PackageKind | None) -> None:
    """Write what speaks of the whole package; RO-Crate and the preview speak of PREMIS too."""
    premis = write_record(bag, naming.PREMIS, "preservation", premis_chunks(record, received))
    record = dataclasses.replace(record, files=(*record.files, premis))
    if kind:
        record = write_parts(bag, record, kind)
    crate = write_record(bag, naming.RO_CRATE, "crate", [ro_crate_metadata(record)])
    preview = write_record(bag, naming.PREVIEW, "preview", [preview_html(record)])
    if kind:
        write_root(bag, dataclasses.replace(record, files=(*record.files, crate, preview)), kind)


def _payload(bag: BagWriter, documents: Sequence[ItemDocument], descriptions: ItemDescriptions) -> list[PackagedFile]:
    renditions = [document.rendition for document in documents if document.rendition]
    identities = identify(bag.root / "data", renditions)
    files = []
    for document in documents:
        title = descriptions.documents[document.source].first("title")
        seen = bag.payload[document.packaged]
        files.append(
            PackagedFile(
                path=document.packaged,
                role="original",
                size=seen.size,
                digests=seen.digests,
                original_name=document.source,
                identity=document.identity,
                flavour=document.own_flavour,
                title=title,
            )
        )
        if document.rendition:
            seen = bag.payload[document.rendition]
            files.append(
                PackagedFile(
                    path=document.rendition,
                    role="rendition",
                    size=seen.size,
                    digests=seen.digests,
                    original_name=document.rendition.rsplit("/", 1)[-1],
                    identity=identities[document.rendition],
                    flavour=document.result.flavour,
                    derived_from=document.packaged,
                    title=title,
                )
            )
    return files


def _written_descriptions(
    bag: BagWriter, place: ItemPlace, descriptions: ItemDescriptions, documents: Sequence[ItemDocument]
) -> list[PackagedFile]:
    files = []
    if place.item.compound:
        files.append(_write_description(bag, naming.ITEM_DESCRIPTION, descriptions.item, None))
    for document in documents:
        path = naming.description_path(place.item, document.source)
        files.append(_write_description(bag, path, descriptions.documents[document.source], document.packaged))
    return files


def _write_description(bag: BagWriter, path: str, description: Description, about: str | None) -> PackagedFile:
    return write_record(bag, path, "description", [dcterms_xml(description)], about=about)


def _write_values(
    bag: BagWriter, place: ItemPlace, descriptions: ItemDescriptions, documents: Sequence[ItemDocument]
) -> PackagedFile:
    """Write where every value came from (docs/adr/0016)."""
    return write_record(bag, naming.VALUES, "values", values_chunks(_values(place, descriptions, documents)))


def _values(
    place: ItemPlace, descriptions: ItemDescriptions, documents: Sequence[ItemDocument]
) -> Iterator[ValuesRecord]:
    item = place.item
    if item.compound:
        other = descriptions.other.get(item.path, ())
        yield ValuesRecord(path="", values=descriptions.item.statements, other=other)
    for document in documents:
        values = descriptions.documents[document.source].statements
        other = descriptions.other.get(document.source, ())
        yield ValuesRecord(path=naming.path_in_item(item, document.source), values=values, other=other)


def _provenance(
    place: ItemPlace,
    documents: Sequence[ItemDocument],
    files: Sequence[PackagedFile],
    *,
    change: str | None,
    opinion: tuple[str, str, str],
    screened_by: Engine | None,
) -> Provenance:
    told = Provenance.begin(place.identifier, place.next_version, place.now)
    people = []
    if place.operator:
        people.append((told.responsible(place.operator, "person"), "implementer"))
    if place.configuration.name:
        people.append((told.responsible(place.configuration.name, "organization"), "implementer"))
    provenance.record_receipt(told, len(documents), place.configuration.algorithms, people)
    paths = [document.source for document in documents]
    checksums = place.checksums
    provenance.record_received_checksums(told, checksums.lists(paths), checksums.compared(paths), len(paths))
    if screened_by is not None:
        provenance.record_screening(told, screened_by)
    provenance.record_identification(told, [file.identity for file in files if file.identity])
    attempts = (
        RenderedDocument(original=one.packaged, rendition=one.rendition, result=one.result) for one in documents
    )
    record_renditions(told, tuple(attempts))
    provenance.record_packaging(told, change, opinion, e_ark=place.configuration.e_ark is not None)
    return told


def _bag_info(
    bag: BagWriter, place: ItemPlace, record: PackageRecord, slug: str, input_digest: str
) -> tuple[Labels, tuple[Finding, ...]]:
    """Return the labels of bag-info.txt in order (RFC 8493 section 2.2.2), and what profiles made of them.

    The bag adds Payload-Oxum.
    """
    said = place.configuration
    title = record.description.first("title") or record.name
    labels = [
        ("Source-Organization", said.name),
        ("Organization-Address", said.address),
        ("Contact-Name", said.contact_name),
        ("Contact-Email", said.contact_email),
        ("External-Description", record.description.first("description") or title),
        ("External-Identifier", place.identifier),
        ("Internal-Sender-Identifier", place.name),
        ("Internal-Sender-Description", title),
        ("Bagging-Date", place.now.date().isoformat()),
        ("Bag-Size", bag_size_text(sum(seen.size for seen in bag.payload.values()))),
        ("Bag-Software-Agent", SOFTWARE_AGENT),
        (VERSION_LABEL, str(record.version)),
        (SLUG_LABEL, slug),
        (INPUT_LABEL, input_digest),
    ]
    stated = tuple((label, " ".join(value.split())) for label, value in labels if value)
    settled, findings = labels_for_profiles(place.profiles, stated)
    return (*stated, *settled), findings
