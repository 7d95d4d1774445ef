"""How long the PREMIS record of a package of 50,000 files is, how long writing it takes, and how much memory.

Target: under 60 MB for 50,000 files, written in pieces. Renditions add objects, events and relationships, so they are
measured apart: 50,000 documents without, 25,000 with a rendition each, and the same where every second document was
decoded otherwise, so that no event is that of all. The events are those of a real build.
"""

from __future__ import annotations

import hashlib
import time
import tracemalloc
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from archiver.model import Check, Description, FormatIdentity, PackagedFile, PackageRecord, RenderResult
from archiver.standards.premis import premis_chunks
from archiver.steps.building.records import provenance
from archiver.steps.building.records.provenance import Provenance
from archiver.steps.building.records.rendition_events import RenderedDocument, record_renditions

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TARGET = 60_000_000
TEXT = FormatIdentity(
    puid="x-fmt/111",
    name="Plain Text File",
    version="",
    media_type="text/plain",
    basis="extension match txt; text match UTF-8 Unicode",
    tool="siegfried 1.11.9 (DROID_SignatureFile_V125.xml)",
)
PDF = FormatIdentity(
    puid="fmt/478",
    name="Acrobat PDF/A - Portable Document Format",
    version="2u",
    media_type="application/pdf",
    basis="extension match pdf; byte match at [[0 8] [6509 44] [6574 73]] (signature 1/2)",
)


def main() -> None:
    """Measure and print."""
    print("| package | length | a file | written in | peak memory |\n|---|---|---|---|---|")
    for documents, charsets in ((50_000, ()), (25_000, ("utf-8",)), (25_000, ("utf-8", "cp1252"))):
        record = record_of(documents, charsets=charsets)
        started = time.perf_counter()
        length = sum(len(chunk) for chunk in premis_chunks(record))
        seconds = time.perf_counter() - started
        tracemalloc.start()
        for _ in premis_chunks(record):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        files = len(record.files)
        what = f"{documents:,} documents{' and their renditions' if charsets else ''}"
        what += " made in two ways" if len(charsets) > 1 else ""
        cells = [what, f"{length / 1e6:.1f} MB", f"{length / files:,.0f} bytes", f"{seconds:.2f} s"]
        print(f"| {' | '.join([*cells, f'{peak / 2**20:.0f} MiB'])} |", flush=True)
        if length > TARGET:
            raise SystemExit(f"{what}: longer than {TARGET:,} bytes")


def record_of(documents: int, *, charsets: Sequence[str]) -> PackageRecord:
    """Return the record of a package as a build makes it.

    Args:
        documents: how many.
        charsets: what they were decoded as, in turn; none: there are no renditions.
    """
    told = Provenance.begin("urn:uuid:5f1d4b1e-6f1f-4d5c-9c1e-0a1b2c3d4e5f", 1, NOW)
    provenance.record_receipt(told, documents, ["sha512"], [])
    files = []
    attempts = []
    for number in range(documents):
        name = f"series {number // 1000:02}/letter {number:05}.txt"
        original = file_of(f"representations/original/data/{name}", name, TEXT)
        files.append(original)
        if charsets:
            path = f"representations/pdfa/data/{name}.pdf"
            charset = charsets[number % len(charsets)]
            files.append(file_of(path, f"letter {number:05}.txt.pdf", PDF, source=original.path))
            attempts.append(RenderedDocument(original=original.path, rendition=path, result=result_of(number, charset)))
    provenance.record_identification(told, [TEXT])
    record_renditions(told, attempts)
    provenance.record_packaging(told, None, ("bagit-python 1.9.0", "valid", ""))
    return PackageRecord(
        identifier=told.identifier,
        name="letters",
        description=Description(),
        files=tuple(files),
        events=tuple(told.events),
        agents=tuple(told.agents.values()),
        created=NOW,
    )


def file_of(path: str, name: str, identity: FormatIdentity, source: str | None = None) -> PackagedFile:
    """Return one file of the package."""
    digest = hashlib.sha512(path.encode()).hexdigest()
    return PackagedFile(
        path=path,
        role="rendition" if source else "original",
        size=len(path) * 37,
        digests={"sha512": digest},
        original_name=name,
        identity=identity,
        flavour="2u" if source else None,
        derived_from=source,
    )


def result_of(number: int, charset: str) -> RenderResult:
    """Return what rendering a document gave: every check passed, with words of its own."""
    words = {
        "glyphs": "every character has a glyph",
        "pdfa": "PDF/A-2b rules on a file that declares U; every glyph of every font maps to Unicode",
        "text": f"{number} characters extracted, the same as in the document and its footers",
        "pages": "1 page, none blank",
        "limits": f"1 page, {number:,} bytes",
    }
    checks = tuple(Check(name=name, passed=True, tool="pikepdf 10.17.0", detail=text) for name, text in words.items())
    notes = (f"decoded as {charset}",)
    return RenderResult(
        status="rendered", flavour="2u", validated=True, pdf=None, checks=checks, notes=notes, tool="WeasyPrint 70.0"
    )


if __name__ == "__main__":
    main()
