"""The frozen values that every room speaks in, named as in the design and the standards.

Nothing here reads a file, a clock or the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from archiver.model.archive import Archive as Archive
from archiver.model.stores import FixityOutcome as FixityOutcome
from archiver.model.stores import FixityResult as FixityResult
from archiver.model.verdicts import BagVerdict as BagVerdict
from archiver.model.verdicts import VerifyLevel as VerifyLevel


class Severity(StrEnum):
    """How much a finding matters: an error fails the command, a warning asks for a look, an info tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something a check noticed, in words a person can act on."""

    severity: Severity
    code: str
    """Stable and kebab-case; each has an entry in ``docs/findings.md``."""

    file: str | None
    """The file it is about, relative to the source, the metadata folder or the package; printable."""

    message: str
    """What is wrong and where (row, column, line, rule), in one sentence or two."""

    fix: str
    """What the reader can do about it."""


class SourceKind(StrEnum):
    """Where a description's value comes from, strongest first (design section 5)."""

    SIDECAR = "sidecar"
    SHEET = "sheet"
    FOLDER = "folder"
    COLLECTION = "collection"
    EMBEDDED = "embedded"
    INFERRED = "inferred"
    ASSIGNED = "assigned"
    """Stated by the build itself: the package's identifier, the media type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSource:
    """The origin of one value."""

    kind: SourceKind
    place: str
    """Relative path, with a row and column where there is one: ``letters.csv, row 4, column title``; for an
    embedded or inferred value how it was found: ``html title``, ``first heading``, ``file name``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One DCMI term with one value: a line of a description."""

    term: str
    """Local name in ``http://purl.org/dc/terms/``, such as ``title`` or ``dateAccepted``."""

    text: str
    """The value as written by its author, NFC, without characters XML 1.0 forbids."""

    language: str | None = None
    """BCP 47 tag of the value, or None."""

    scheme: str | None = None
    """Encoding scheme the text was checked against and meets: ``W3CDTF``, ``EDTF``, ``DCMIType``, ``RFC5646``,
    ``IMT``, ``URI``, ...; None for plain text or for a value that failed its check."""

    source: ValueSource


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptValue:
    """A value that no DCMI term understands: a column or key of its author's own, kept beside the record."""

    name: str
    """The column's heading or the key, as written, printable."""

    text: str
    """As written; one value may hold ``|``."""

    source: ValueSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """The Dublin Core record of a document or an item; statements in the order of the DCMI term list."""

    statements: tuple[Statement, ...] = ()

    def all(self, term: str) -> tuple[Statement, ...]:
        """Every statement of ``term``, in order; empty when there is none."""
        return tuple(s for s in self.statements if s.term == term)

    def first(self, term: str) -> str | None:
        """The text of the first statement of ``term``, or None."""
        return next((s.text for s in self.statements if s.term == term), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDocument:
    """One regular file of the source folder, seen but not yet read."""

    path: str
    """From the source folder, ``/`` between segments: ``chronology.txt``, ``box 3/letter.txt``."""

    size: int
    """Bytes, when scanned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceItem:
    """One entry directly below the source folder, or the whole folder under ``--bundle collection``."""

    name: str
    """Printable name as in results: the entry's own name; for a collection, the source folder's name."""

    path: str
    """From the source folder; empty for a whole collection."""

    compound: bool
    """True for a folder."""

    documents: tuple[SourceDocument, ...]
    """In byte order of their UTF-8 paths."""

    findings: tuple[Finding, ...] = ()
    """What the scan noticed; an error among them means the item cannot be packaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatIdentity:
    """What format a file is in, by PRONOM's signatures."""

    puid: str | None
    """PRONOM unique identifier such as ``x-fmt/111``; None when nothing matched."""

    name: str
    """PRONOM's format name; empty when unknown."""

    version: str
    media_type: str
    """The registry's MIME type; ``application/octet-stream`` when there is none."""

    basis: str
    """The identifier's own words: ``extension match txt; text match UTF-8 Unicode``."""

    warning: str = ""
    tool: str = ""
    """Program, version and signature file: ``siegfried 1.11.9 (DROID_SignatureFile_V125.xml ...)``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check of a rendition, and what it saw."""

    name: str
    """Stable kebab-case: ``glyphs``, ``pdfa``, ``pdfa-verapdf``, ``text``, ``pages``, ``raster``, ``limits``."""

    passed: bool | None
    """None: it gave no verdict; it did not run, or it does not know all that was asked."""

    tool: str
    """Program and version that judged: ``pikepdf.pdfa 10.17.0``."""

    detail: str
    """One line: what was compared, or what failed first and how many more."""


RenditionStatus = Literal["rendered", "converted", "kept", "unsupported", "failed", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramOutput:
    """What a program beside the rendering workers made of a document; not judged yet."""

    pdf: bytes | None
    tool: str
    """Program and version: ``LibreOffice 7.4.7.2``."""

    cause: str = ""
    """Why there is no PDF, in words that go on after the document's name and a colon."""

    seconds: float = 0.0
    """Wall time of the program; never written into a package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderRequest:
    """Everything a renderer may know about a document. A renderer opens no path: it reads nothing but this."""

    name: str
    """The document's path in the item, for messages."""

    content: bytes
    media_type: str
    puid: str | None
    description: Description
    """Merged; its values become the PDF's title, language, dates and XMP."""

    identifier: str
    """``urn:uuid:`` of the package, for the XMP ``dc:identifier``."""

    flavour: str = "2u"
    page_style: str = ""
    """CSS of the archive's own, found harmless, for documents that are laid out here."""

    embed_original: datetime | None = None
    """Time, aware, that the embedded original bears; None: the original is not embedded in its rendition."""
    made: ProgramOutput | None = None
    """What a program made of it, where one was asked; the renderer then judges that instead of laying out its own."""

    companions: Mapping[str, bytes] = field(default_factory=dict)
    """Images of the same item that the document may show: path from the document's own folder (``../plates/1.png``)
    -> content. Bounded in number and bytes by whoever makes the request."""

    large_file: str | None = None
    """Absolute path of a document too large to be handed over, ``content`` being empty; one child may read it."""
    refused: Check | None = None
    """What a second validator said against keeping a document as the PDF/A it says it is; None: nothing."""
    second_validator: bool = False
    """veraPDF is asked about whatever comes of this: so a PDF may be given that the built-in validator cannot judge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderResult:
    """What came of one document."""

    status: RenditionStatus
    flavour: str | None
    """``2u`` when every check of the gate that ran passed; None when it may not be called PDF/A."""

    validated: bool | None
    """True only when a PDF/A validator ran and passed; None when none ran."""

    pdf: bytes | None
    checks: tuple[Check, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    """What was done to the text on the way: charset decoded, characters removed and how many."""

    tool: str = ""
    """``WeasyPrint 70.0``."""

    render_seconds: float = 0.0
    """Wall time inside the layout engine alone; never written into a package."""


FileRole = Literal[
    "original",
    "rendition",
    "description",
    "values",
    "preservation",
    "crate",
    "preview",
    "mets",
    "schema",
    "documentation",
]
"""What a file is in its package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackagedFile:
    """One file below ``data/`` of a package, as PREMIS, RO-Crate and the preview page speak of it."""

    path: str
    """From the RO-Crate root (``data/``): ``representations/original/data/letter.txt``."""

    role: FileRole
    size: int
    digests: Mapping[str, str]
    """Algorithm name as in manifest file names -> lower-case hexadecimal."""

    original_name: str
    """The document's path in the source, or the file's own name."""

    identity: FormatIdentity | None = None
    flavour: str | None = None
    """For a rendition, or an original that is PDF/A itself: its flavour, when proven."""

    derived_from: str | None = None
    """For a rendition or a description: ``path`` of the original it belongs to."""

    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A PREMIS agent: who or what acted."""

    identifier: str
    """``local`` identifier, unique in the package: ``weasyprint-70.0``."""

    name: str
    kind: Literal["software", "person", "organization"]
    version: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A PREMIS event. Package-wide events stand once and link no single file."""

    identifier: str
    """A UUID, lower case, without ``urn:``."""

    code: str
    """Code in ``http://id.loc.gov/vocabulary/preservation/eventType/``: ``ins``, ``mes``, ``for``, ``nor``, ..."""

    when: datetime
    """Aware, UTC, whole seconds."""

    detail: str
    outcome: str
    """``success``, ``pass``, ``fail``, ``warning`` or ``not run``."""

    outcome_note: str = ""
    agents: tuple[tuple[str, str], ...] = ()
    """(agent identifier, role): role as in ``http://id.loc.gov/vocabulary/preservation/eventRelatedAgentRole``:
    ``executing program``, ``implementer``, ``validator``."""

    objects: tuple[tuple[str, Literal["source", "outcome"]], ...] = ()
    """(packaged path, role)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRecord:
    """One package as its records describe it: input of PREMIS, RO-Crate and the preview page."""

    identifier: str
    """``urn:uuid:...``"""

    name: str
    """The item's name."""

    description: Description
    """Of the item; for a single document, that document's."""

    document_descriptions: Mapping[str, Description] = field(default_factory=dict)
    """Original's packaged path -> its description."""

    files: tuple[PackagedFile, ...] = ()
    events: tuple[Event, ...] = ()
    agents: tuple[Agent, ...] = ()
    created: datetime
    """When the package was made: aware, UTC, whole seconds."""

    organization: str | None = None
    archive: Archive = field(default_factory=Archive)
    """Of ``organization``."""

    findings: tuple[Finding, ...] = ()
    """What was noticed while building; shown to readers of the preview."""

    version: int = 1
    change: str | None = None
    """For version 2 and later: what changed against the version before."""
