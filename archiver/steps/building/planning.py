"""What a build would do, without doing it: the tree, the bytes and the disk it needs. Writes nothing at all."""

from __future__ import annotations

from archiver.describe import Metadata
from archiver.errors import ItemError
from archiver.model import FormatIdentity
from archiver.render import renderer_name
from archiver.render.failures import LARGEST_RENDERED
from archiver.steps import naming
from archiver.steps.building.item_build import ItemBuild
from archiver.steps.building.item_place import ItemPlace
from archiver.steps.building.records.e_ark import e_ark_paths
from archiver.steps.results import DocumentResult, ItemResult, RenditionResult
from archiver.storage.bag_tags import manifest_name
from archiver.storage.formats import format_findings, identify
from archiver.storage.protection import protection_findings


def plan_item(place: ItemPlace, metadata: Metadata) -> ItemResult:
    """Return what building this item would give: ``planned``, ``current`` or ``failed``.

    The tree is exact but for renditions, which are made only if they pass their checks. The bytes of the documents
    are exact; those of renditions and records show only when they are made, so the disk needed is an upper estimate.
    """
    work = ItemBuild(place, metadata, lambda _count: None)
    try:
        if work.is_settled():
            return work.result()
    except ItemError as error:
        work.fail(error.findings)
        return work.result()
    identities = identify(place.source, [document.path for document in place.item.documents])
    findings = [
        finding
        for document in place.item.documents
        for finding in (
            *format_findings(document.path, document.size, identities[document.path]),
            *protection_findings(place.source / document.path, document.path, identities[document.path]),
        )
    ]
    documents = tuple(
        _planned(place, document.path, document.size, identities[document.path]) for document in place.item.documents
    )
    return ItemResult(
        item=place.item.name,
        package=place.folder()[0],
        identifier=place.identifier,
        status="planned",
        documents=documents,
        findings=(*work.result().findings, *findings),
        plan=_tree(place, documents),
        disk_needed=work.bytes_to_write(),
    )


def _planned(place: ItemPlace, path: str, size: int, identity: FormatIdentity) -> DocumentResult:
    inner = naming.path_in_item(place.item, path)
    known = renderer_name(identity.puid, identity.media_type, path) is not None
    wanted = place.configuration.pdfa is not None and 0 < size <= LARGEST_RENDERED
    rendition = RenditionResult(
        path=f"data/{naming.derived_path(naming.RENDITIONS, inner, '.pdf')}" if known and wanted else None,
        flavour=place.configuration.pdfa if known and wanted else None,
        status="skipped" if known or not wanted else "unsupported",
        validated=None,
    )
    return DocumentResult(
        source=path, puid=identity.puid, media_type=identity.media_type, bytes=size, rendition=rendition
    )


def _tree(place: ItemPlace, documents: tuple[DocumentResult, ...]) -> tuple[tuple[str, int | None], ...]:
    files: dict[str, int | None] = dict.fromkeys(("bagit.txt", "bag-info.txt"))
    for algorithm in place.configuration.algorithms:
        files[f"manifest-{manifest_name(algorithm)}.txt"] = None
        files[f"tagmanifest-{manifest_name(algorithm)}.txt"] = None
    for path in (naming.RO_CRATE, naming.PREVIEW, naming.PREMIS, naming.VALUES):
        files[f"data/{path}"] = None
    if place.item.compound:
        files[f"data/{naming.ITEM_DESCRIPTION}"] = None
    for document in documents:
        inner = naming.path_in_item(place.item, document.source)
        files[f"data/{naming.ORIGINALS}/{inner}"] = document.bytes
        files[f"data/{naming.description_path(place.item, document.source)}"] = None
        if document.rendition.path:
            files[document.rendition.path] = None
    files |= {f"data/{path}": None for path in e_ark_paths(place.configuration.e_ark, _payload_of(files))}
    return tuple(sorted(files.items()))


def _payload_of(files: dict[str, int | None]) -> list[str]:
    return [path.removeprefix("data/") for path in files if path.startswith("data/")]
