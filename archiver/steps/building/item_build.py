"""One item, from documents in the source to a published package.

The stages in order: :meth:`ItemBuild.stage`, a rendition for each of :meth:`ItemBuild.requests`, given back through
:meth:`ItemBuild.accept`, and :meth:`ItemBuild.finish`. Staging is the only place written to until the last rename.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from archiver.describe import Metadata
from archiver.errors import ItemError
from archiver.model import Finding, RenderRequest, RenderResult, Severity
from archiver.render.failures import LARGEST_RENDERED
from archiver.standards.names import printable
from archiver.steps import naming
from archiver.steps.building.companions import companions
from archiver.steps.building.item_documents import (
    ItemDocument,
    current_document_result,
    document_result,
    item_documents,
    settled_without_rendering,
)
from archiver.steps.building.item_place import ItemPlace
from archiver.steps.building.protection import said_once
from archiver.steps.building.records.describing import (
    ItemDescriptions,
    describe_item,
    supplied_findings,
    supplied_others,
    supplied_statements,
)
from archiver.steps.building.records.relations import Whole, series_of_all
from archiver.steps.building.records.sealing import seal
from archiver.steps.building.screening import ItemScreening
from archiver.steps.publishing import publish_package
from archiver.steps.record_profiles import check_records
from archiver.steps.results import DocumentResult, ItemResult
from archiver.storage.bag_writer import BagWriter
from archiver.storage.durable import discard, free_bytes
from archiver.storage.existing_packages import ExistingPackage
from archiver.storage.formats import format_findings, identify
from archiver.storage.protection import protection_findings
from archiver.storage.recorded_renditions import RecordedRendition, recorded_renditions
from archiver.storage.screening.contract import Engine
from archiver.storage.source_files import (
    Progress,
    ReadDocument,
    SourceChangedError,
    SourceUnreadableError,
    read_document,
)


class ItemBuild:
    """The work on one item; knows no other item, prints nothing."""

    def __init__(self, place: ItemPlace, metadata: Metadata, progress: Progress) -> None:
        self.place = place
        self.failed = False
        self._metadata = metadata
        self._progress = progress
        self._findings: list[Finding] = list(place.item.findings)
        self._documents = item_documents(place.item)
        self._by_path = {document.packaged: document for document in self._documents}
        self._current: ExistingPackage | None = None
        self._recorded: dict[str, RecordedRendition] = {}
        self._published: Path | None = None
        self._opinion: str | None = None
        self._writer: BagWriter | None = None
        self._descriptions: ItemDescriptions | None = None
        self._input_digest = ""
        self._screened_by: Engine | None = None
        self._mismatches: list[Finding] = []

    # ------------------------------------------------------------------ stages

    def is_settled(self) -> bool:
        """Tell whether nothing has to be made because the newest package holds just this; writes nothing.

        Raises:
            ItemError: the item cannot be packaged.
        """
        self._findings.extend(supplied_findings(self.place.item, self._metadata))
        self._refuse_errors()
        return bool(self.place.versions) and self._is_current()

    def stage(self) -> None:
        """Copy the documents into staging, or find that the item is unchanged; identify and describe them.

        Raises:
            ItemError: the item cannot be packaged.
            OSError: the disk refused.
        """
        if self.is_settled():
            return
        self._check_space()
        root = self.place.staging / f"item-{self.place.slug}"
        root.mkdir()
        self._writer = BagWriter(root=root, algorithms=self.place.configuration.algorithms)
        with ItemScreening(place=self.place, screener=self.place.screener) as screening:
            for document in self._documents:
                seen = self._read(document, screening)
                document.size = seen.size
            screening.settle(self._bag)
        self._refuse_mismatches()
        self._screened_by = screening.engine
        self._input_digest = self._digest_of({one.source: self._bag.payload[one.packaged] for one in self._documents})
        self._identify(root / "data")
        self._descriptions = describe_item(
            self.place.item,
            self._metadata,
            root / "data",
            {one.source: (one.packaged, one.identity) for one in self._documents if one.identity},
            Whole(identifier=self.place.identifier, version=self.place.next_version),
            self.place.properties,
        )
        self._findings.extend(self._descriptions.findings)
        records = {**self._descriptions.documents, self.place.item.path: self._descriptions.item}
        self._findings.extend(check_records(self.place.item, records, self.place.record_profile))

    def requests(self) -> Iterator[tuple[str, RenderRequest]]:
        """Yield (packaged path, request) for each document that can be rendered; the others are settled at once."""
        if self.failed or self._current is not None or self._descriptions is None:
            return
        for document in self._documents:
            result = settled_without_rendering(document, self.place.configuration.pdfa)
            if result is not None:
                document.result = result
                self._findings.extend(result.findings)
                self._progress(document.size)
            elif document.identity is not None:
                data = self._bag.root / "data"
                staged = data / document.packaged
                large = document.size > LARGEST_RENDERED
                content = b"" if large else staged.read_bytes()
                yield (
                    document.packaged,
                    RenderRequest(
                        name=printable(document.source),
                        content=content,
                        large_file=str(staged.resolve()) if large else None,
                        media_type=document.identity.media_type,
                        puid=document.identity.puid,
                        description=self._descriptions.documents[document.source],
                        identifier=self.place.identifier,
                        flavour=self.place.configuration.pdfa or "2u",
                        page_style=self.place.configuration.page_style,
                        embed_original=self.place.now if self.place.configuration.embed_original else None,
                        companions=companions(document, content, self._documents, data),
                    ),
                )

    def accept(self, packaged: str, result: RenderResult) -> None:
        """Take one rendition into the package, if its gate let it through; one that is the original is there already.

        Raises:
            OSError: the disk refused.
        """
        document = self._by_path[packaged]
        self._findings = said_once(self._findings, result.findings)
        rendition = None
        if result.pdf is not None and result.flavour is not None and result.status != "kept":
            path = naming.path_in_item(self.place.item, document.source)
            rendition = naming.derived_path(naming.RENDITIONS, path, ".pdf")
            self._bag.write(rendition, [result.pdf])
        document.keep(result, rendition)
        self._progress(document.size)

    def finish(self) -> None:
        """Write the records, seal, read back, ask the second opinion and publish.

        Raises:
            ItemError: the sealed package did not pass its checks.
            OSError: the disk refused.
        """
        if self._current is not None or self._descriptions is None:
            return
        sealed = seal(
            self._bag,
            self.place,
            self._descriptions,
            self._documents,
            tuple(self._findings),
            input_digest=self._input_digest,
            screened_by=self._screened_by,
        )
        published = publish_package(
            self._bag.root,
            sealed.folder,
            self.place.name,
            expected_opinion=sealed.expected_opinion,
            profiles=self.place.profiles,
        )
        self._findings.extend((*sealed.findings, *published.findings))
        self._published, self._opinion = published.folder, published.opinion

    # ------------------------------------------------------------------ ends

    def fail(self, findings: tuple[Finding, ...]) -> None:
        """Take note of why the item cannot be packaged."""
        self.failed = True
        self._findings.extend(findings)

    def clean_up(self) -> None:
        """Remove what is left in staging."""
        if self._writer is not None:
            discard(self._writer.root)

    def result(self) -> ItemResult:
        """Return what came of the item."""
        current = self._current.folder if self._current else None
        return ItemResult(
            item=self.place.item.name,
            package=None if self.failed else self._published or current,
            identifier=self.place.identifier,
            status="failed" if self.failed else "current" if self._current else "built",
            documents=tuple(map(self._document_result, self._documents)),
            findings=tuple(dict.fromkeys(self._findings)),
            second_opinion=self._opinion,
        )

    def bytes_to_write(self) -> int:
        """Return about how many bytes the package needs: the documents, and room for renditions and records."""
        return sum(document.size for document in self._documents) + disk_allowance(len(self._documents))

    # ------------------------------------------------------------------ parts

    @property
    def _bag(self) -> BagWriter:
        if self._writer is None:
            raise AssertionError("the item was not staged")
        return self._writer

    def _refuse_errors(self) -> None:
        # A bad value in a description is kept as plain text, so nothing is lost; a description that cannot be read,
        # or a document that may not be opened, would be.
        if any(one.severity is Severity.ERROR and not one.code.startswith("description-") for one in self._findings):
            raise ItemError(())

    def _refuse_mismatches(self) -> None:
        """Stop when a document is not what the checksums that came with it say; every such document was named."""
        if self._mismatches:
            raise ItemError(tuple(self._mismatches))

    def _is_current(self) -> bool:
        """Hash the sources in place, and compare with the newest package's input digest."""
        newest = self.place.versions[-1]
        read = {document.source: self._read(document, None) for document in self._documents}
        self._refuse_mismatches()
        if self._digest_of(read) != newest.input_digest:
            return False
        self._current = newest
        if self.place.configuration.pdfa is not None:
            self._recorded = recorded_renditions(newest.folder / "data" / naming.PREMIS)
        for document in self._documents:
            self._progress(document.size)
        return True

    def _digest_of(self, read: dict[str, ReadDocument]) -> str:
        algorithm = self.place.configuration.algorithms[0]
        belongs = series_of_all(self.place.item, self._metadata)
        came = self.place.records.digest(self.place.item, self.place.identifier)
        return naming.input_digest(
            {path: f"{algorithm}:{seen.digests[algorithm]}" for path, seen in read.items()},
            supplied_statements(self.place.item, self._metadata),
            self._options() | ({"series": belongs} if belongs else {}) | ({"received": came} if came else {}),
            supplied_others(self.place.item, self._metadata),
        )

    def _options(self) -> dict[str, object]:
        """Return what was asked of this build that makes another package of the same documents."""
        configuration = self.place.configuration
        asked = [profile.identifier or profile.name for profile in self.place.asked_profiles]
        profiles = {"profiles": asked} if asked else {}
        own = {
            "embed_original": configuration.embed_original,
            "page_style": configuration.page_style,
            "sheets": "libreoffice" if configuration.sheets_by_libreoffice else None,
        }
        said = {name: value for name, value in own.items() if value and configuration.pdfa is not None}
        e_ark = {"e_ark": configuration.e_ark} if configuration.e_ark else {}
        return {"pdfa": configuration.pdfa, "algorithms": list(configuration.algorithms), **said, **profiles, **e_ark}

    def _check_space(self) -> None:
        needed, free = self.bytes_to_write(), free_bytes(self.place.destination)
        if needed > free:
            name = self.place.name
            raise ItemError(
                (
                    Finding(
                        severity=Severity.ERROR,
                        code="disk-full",
                        file=name,
                        message=f"{name} was not packaged: it needs about {needed:,} bytes, and the disk that holds "
                        f"{self.place.destination} has {free:,} free ({needed - free:,} missing).",
                        fix="Free that much, or name another destination with --out, and run the same command again.",
                    ),
                )
            )

    def _read(self, document: ItemDocument, screening: ItemScreening | None) -> ReadDocument:
        """Hash one document in one read, which copies it into staging, screened, where that is asked for."""
        name = printable(document.source)
        algorithms = self.place.configuration.algorithms
        more = self.place.checksums.algorithms(document.source, algorithms)
        try:
            if screening is not None:
                seen = screening.copy(self._bag, document, more)
            else:
                seen = read_document(self.place.source, document.source, (*algorithms, *more))
            self._mismatches += self.place.checksums.mismatches(document.source, seen, self.place.name)
            return seen  # noqa: TRY300 - an else would stand far from what it belongs to
        except SourceUnreadableError as error:
            finding = Finding(
                severity=Severity.ERROR,
                code="unreadable-file",
                file=name,
                message=f"{name} cannot be read: {error}.",
                fix="Give yourself read permission on it (chmod u+r), or look at the disk, and build again.",
            )
        except SourceChangedError:
            finding = Finding(
                severity=Severity.ERROR,
                code="file-changed-while-read",
                file=name,
                message=f"{name} was written to while it was read, so the copy may be half old and half new.",
                fix="Wait until whatever writes to it is done, and build again.",
            )
        raise ItemError((finding,))

    def _identify(self, data: Path) -> None:
        identities = identify(data, [document.packaged for document in self._documents])
        for document in self._documents:
            document.identity = identities[document.packaged]
            self._findings.extend(format_findings(document.source, document.size, document.identity))
            self._findings.extend(protection_findings(data / document.packaged, document.source, document.identity))

    def _document_result(self, document: ItemDocument) -> DocumentResult:
        if self._current is None:
            return document_result(document)
        return current_document_result(document, self.place.item, self._current, self._recorded)


def disk_allowance(documents: int) -> int:
    """Return the bytes to keep free for renditions and records of so many documents: an estimate, on the high side."""
    return (1 << 20) + documents * (256 << 10)
