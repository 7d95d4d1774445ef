"""A package record as a build would make it: two languages of metadata, a compound item, names from strangers."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import pytest

from archiver.model import (
    Agent,
    Description,
    Event,
    Finding,
    FormatIdentity,
    PackagedFile,
    PackageRecord,
    Severity,
    SourceKind,
    Statement,
    ValueSource,
)

if TYPE_CHECKING:
    from collections.abc import Callable

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
TEXT = FormatIdentity(
    puid="x-fmt/111",
    name="Plain Text File",
    version="",
    media_type="text/plain",
    basis="extension match txt; text match UTF-8 Unicode",
    tool="siegfried 1.11.9",
)
PDFA = FormatIdentity(
    puid="fmt/478",
    name="Acrobat PDF/A - Portable Document Format",
    version="2u",
    media_type="application/pdf",
    basis="byte match at [[0 8] [1201 71]]",
    tool="siegfried 1.11.9",
)
UNKNOWN = FormatIdentity(
    puid=None, name="", version="", media_type="application/octet-stream", basis="", warning="no match"
)
XML = FormatIdentity(
    puid="fmt/101", name="Extensible Markup Language", version="1.0", media_type="application/xml", basis="byte match"
)
HOSTILE_NAMES = (
    "letter.txt",
    "отчёт 5 января.txt",
    "50% of #1 (what?).txt",
    "new\nline & <b>bold</b>.txt",
    "invoice\u202efdp.exe.txt",
    "bell\x07.txt",
    "שלום.txt",
    "a:b [c] {d} | e ^ f ` \\ \"g\" 'h'.txt",
    "-dash, comma; semi=1+2@3!$*~.txt",
)
"""Names that a careless writer of XML, JSON, URIs or HTML gets wrong."""

SHEET = ValueSource(kind=SourceKind.SHEET, place="letters.csv, row 4, column title")


def statement(
    term: str, text: str, *, language: str | None = None, scheme: str | None = None, source: ValueSource = SHEET
) -> Statement:
    return Statement(term=term, text=text, language=language, scheme=scheme, source=source)


def content_of(path: str) -> bytes:
    return f"What {path!r} holds.\n".encode()


def packaged(
    path: str,
    role: Literal["original", "rendition", "description", "values", "preservation", "crate", "preview"],
    identity: FormatIdentity | None,
    name: str,
) -> PackagedFile:
    content = content_of(path)
    return PackagedFile(
        path=path,
        role=role,
        size=len(content),
        digests={"sha512": hashlib.sha512(content).hexdigest(), "sha256": hashlib.sha256(content).hexdigest()},
        original_name=name,
        identity=identity,
    )


def document(name: str) -> tuple[PackagedFile, ...]:
    """Return the original, the rendition and the description of one document."""
    path = f"representations/original/data/{name}"
    original = packaged(path, "original", TEXT, name)
    rendition = packaged(f"representations/pdfa/data/{name}.pdf", "rendition", PDFA, f"{name}.pdf")
    description = packaged(f"metadata/descriptive/{name}.dc.xml", "description", XML, f"{name}.dc.xml")
    return (
        original,
        replace(rendition, derived_from=path, flavour="2u"),
        replace(description, derived_from=path),
    )


def events_of(name: str, number: int) -> tuple[Event, ...]:
    original = f"representations/original/data/{name}"
    rendition = f"representations/pdfa/data/{name}.pdf"
    normalization = Event(
        identifier=f"00000000-0000-5000-8000-{number:012d}",
        code="nor",
        when=NOON + timedelta(seconds=number),
        detail="Rendered to PDF/A-2u",
        outcome="success",
        agents=(("weasyprint-70.0", "executing program"),),
        objects=((original, "source"), (rendition, "outcome")),
    )
    validation = Event(
        identifier=f"00000000-0000-5000-9000-{number:012d}",
        code="val",
        when=NOON + timedelta(seconds=number + 1),
        detail="PDF/A-2u, glyphs, text and pages compared with the source",
        outcome="pass",
        outcome_note="1,204 characters in both; no blank page",
        agents=(("pikepdf-10.17.0", "validator"),),
        objects=((rendition, "source"),),
    )
    return normalization, validation


def package_events() -> tuple[Event, ...]:
    names = (
        ("ins", "Documents read from the source folder", "success"),
        ("mes", "SHA-512 and SHA-256 of every file, in the read that copied it", "success"),
        ("for", "Formats identified by PRONOM's signatures", "warning"),
        ("vir", "No virus scanner was asked for", "not run"),
        ("ipc", "Bag, descriptions and records written", "success"),
        ("val", "Validated by bagit-python 1.9.0, fast level", "pass"),
    )
    return tuple(
        Event(
            identifier=f"00000000-0000-5000-a000-{number:012d}",
            code=code,
            when=NOON + timedelta(minutes=number),
            detail=detail,
            outcome=outcome,
            agents=(("archiver-0.1.0", "executing program"), ("city-archive", "implementer")),
        )
        for number, (code, detail, outcome) in enumerate(names)
    )


AGENTS = (
    Agent(identifier="archiver-0.1.0", name="Archiver", kind="software", version="0.1.0"),
    Agent(identifier="weasyprint-70.0", name="WeasyPrint", kind="software", version="70.0"),
    Agent(identifier="pikepdf-10.17.0", name="pikepdf", kind="software", version="10.17.0"),
    Agent(identifier="city-archive", name="City Archive of Almaty", kind="organization"),
    Agent(identifier="d-ibraeva", name="Dana Ibraeva", kind="person", note="archivist"),
)

DESCRIPTION = Description(
    statements=(
        statement("title", "Letters and reports of January 2022", language="en"),
        statement("title", "Письма и отчёты, январь 2022 года", language="ru"),
        statement("title", "رسائل وتقارير، يناير 2022", language="ar"),
        statement("creator", "Dana Ibraeva"),
        statement("creator", "Unknown <script>alert(1)</script> correspondents"),
        statement("subject", "Protests", source=ValueSource(kind=SourceKind.COLLECTION, place="_collection.yaml")),
        statement("subject", "Kazakhstan", source=ValueSource(kind=SourceKind.COLLECTION, place="_collection.yaml")),
        statement(
            "description",
            "Nine letters and reports, kept in the order in which they were received.\nTwo are drafts.",
            language="en",
        ),
        statement("publisher", "City Archive of Almaty"),
        statement("issued", "2022-02", scheme="W3CDTF"),
        statement("type", "Text", scheme="DCMIType"),
        statement("identifier", "https://example.org/letters/7", scheme="URI"),
        statement("language", "ru", scheme="RFC5646"),
        statement("language", "en", scheme="RFC5646"),
        statement("spatial", "Almaty"),
        statement("rights", "Open after 2030; ask the reading room."),
    )
)

RECORD = PackageRecord(
    identifier="urn:uuid:5f1d4b1e-6f1f-4d5c-9c1e-0a1b2c3d4e5f",
    name="letters",
    description=DESCRIPTION,
    document_descriptions={
        f"representations/original/data/{name}": Description(
            statements=(
                statement(
                    "title",
                    f"A letter: {name.splitlines()[0]}",
                    source=ValueSource(kind=SourceKind.INFERRED, place="first heading"),
                ),
                statement("language", "ru", scheme="RFC5646"),
            )
        )
        for name in HOSTILE_NAMES[:6]
    },
    files=(
        *(file for name in HOSTILE_NAMES for file in document(name)),
        packaged("representations/original/data/photograph.bin", "original", UNKNOWN, "photograph.bin"),
        packaged("metadata/descriptive/package.dc.xml", "description", XML, "package.dc.xml"),
        packaged("metadata/preservation/premis.xml", "preservation", XML, "premis.xml"),
    ),
    events=(
        *package_events(),
        *(event for number, name in enumerate(HOSTILE_NAMES) for event in events_of(name, number)),
    ),
    agents=AGENTS,
    created=NOON,
    organization="City Archive of Almaty",
    findings=(
        Finding(
            severity=Severity.WARNING,
            code="format-unknown",
            file="photograph.bin",
            message="photograph.bin matches no signature of PRONOM.",
            fix="Say what it is in its description.",
        ),
        Finding(
            severity=Severity.INFO,
            code="name-hidden-characters",
            file="invoice\\u202efdp.exe.txt",
            message="The name invoice\\u202efdp.exe.txt holds a character that changes direction.",
            fix="Nothing needs doing: the name is kept as it is.",
        ),
    ),
)


@pytest.fixture
def record() -> PackageRecord:
    return RECORD


@pytest.fixture
def bare_record() -> PackageRecord:
    """Return the least a record can be: one unreadable document and nothing known about it."""
    return PackageRecord(
        identifier="urn:uuid:00000000-0000-4000-8000-000000000000",
        name="x",
        description=Description(),
        files=(packaged("representations/original/data/x", "original", None, "x"),),
        created=NOON,
    )


@pytest.fixture
def large_record() -> Callable[[int], PackageRecord]:
    """Return a maker of records with that many documents, each with a rendition, a description and two events."""

    def make(documents: int) -> PackageRecord:
        names = [f"series {number // 1000}/folder {number // 50}/report {number}.txt" for number in range(documents)]
        return PackageRecord(
            identifier="urn:uuid:5f1d4b1e-6f1f-4d5c-9c1e-0a1b2c3d4e5f",
            name="reports",
            description=DESCRIPTION,
            files=tuple(file for name in names for file in document(name)),
            events=(
                *package_events(),
                *(event for number, name in enumerate(names) for event in events_of(name, number)),
            ),
            agents=AGENTS,
            created=NOON,
        )

    return make
