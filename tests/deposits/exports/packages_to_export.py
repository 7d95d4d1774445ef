"""Packages as a build makes them, small, and what an export of one holds."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.deposits.contract import Capabilities
from archiver.deposits.running import run_deposit
from archiver.model.deposits import EvidenceLevel, Packaging
from archiver.steps.deposits.packages import PackageHere
from archiver.steps.deposits.parcels.preparing import make_parcel
from tests.contracts.targets._exports import exporting
from tests.contracts.targets.bench import fast_run
from tests.steps.stores.bags_to_add import bag

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archiver.deposits.journal import Deposit, DepositJournal
    from archiver.model.deposits import Parcel

RECORD = (
    '<metadata xmlns:dcterms="http://purl.org/dc/terms/">'
    "<dcterms:title>{title}</dcterms:title><dcterms:creator>Müller, Anna</dcterms:creator>"
    "<dcterms:creator>Second</dcterms:creator><dcterms:issued>1923</dcterms:issued>"
    "<dcterms:accrualMethod>Donation</dcterms:accrualMethod>"
    "<dcterms:identifier>https://hdl.handle.net/123456789/4</dcterms:identifier></metadata>"
)
STRANGE = "a\u202eb & -r x.txt"


def built(place: Path, number: int = 1) -> Path:
    """Make a bag as a build does, of three documents, two of which have a PDF/A copy."""
    documents = {
        "box 3/letter.txt": f"letter {number}\n".encode(),
        "letter.txt": b"another of the name\n",
        STRANGE: b"",
    }
    files: dict[str, bytes] = {}
    for path, content in documents.items():
        files[f"representations/original/data/{path}"] = content
        files[f"metadata/descriptive/{path}.dc.xml"] = RECORD.format(title=f"Document {path[:3]}").encode()
    for path in ("box 3/letter.txt", "letter.txt"):
        files[f"representations/pdfa/data/{path}.pdf"] = f"%PDF {path}".encode()
    files["metadata/descriptive/package.dc.xml"] = RECORD.format(title=f"Letters {number}").encode()
    files["metadata/preservation/premis.xml"] = b"<premis/>"
    return bag(place, files, identifier=f"urn:x:{number}")


def small(place: Path, number: int) -> Path:
    """Make a bag as a build does, of one document."""
    files = {
        "representations/original/data/a/letter.txt": f"letter {number}\n".encode() * number,
        "metadata/descriptive/a/letter.txt.dc.xml": RECORD.format(title=f"Letter {number}").encode(),
    }
    return bag(place, files, identifier=f"urn:x:{number}")


def parcel_of(package: Path, records: Path) -> Parcel:
    """Make it ready to be sent as files."""
    return make_parcel(PackageHere(path=package), Capabilities(packagings=(Packaging.FOLDER,)), records)


def export(kind: str, home: Path, parcel: Parcel, journal: DepositJournal, **options: object) -> Deposit:
    """Deposit a parcel with a folder."""
    target = exporting(kind, home, **options)
    run = fast_run("one", EvidenceLevel.READ_BACK)
    return run_deposit(target, parcel, journal, origin=str(parcel.bag), run=run)


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return path -> SHA-256."""
    return {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}


def payload(parcel: Parcel, prefix: str) -> dict[str, bytes]:
    """Return what the package holds below a folder of its payload: path from there -> content."""
    folder = parcel.bag / "data" / prefix
    return {os.fspath(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}
