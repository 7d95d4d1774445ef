"""The page in ``documentation/`` of an E-ARK package: what lies where, by which standards, and how to check it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.standards.mets.profiles import PackageKind, submitter
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.model import PackageRecord

NAME = "about-this-package.txt"

_KINDS = {"sip": "submission information package (SIP)", "aip": "archival information package (AIP)"}
_LAYOUT = """\
WHAT LIES WHERE

  METS.xml                             What the package holds, by file, with sizes and checksums
  metadata/descriptive/                Dublin Core records (DCMI terms): one a document, and package.dc.xml of an item
                                       of several documents; values.json tells where each value came from
  metadata/preservation/premis.xml     PREMIS 3: the files, what was done to them, by what, and how it ended
  representations/original/data/       The documents as received, byte for byte, under their own names
  representations/pdfa/data/           Copies as PDF/A, for reading, where they could be made and passed their checks
  documentation/                       This page
  schemas/                             XML schemas of the records in metadata/descriptive/
  ro-crate-metadata.json               The package as linked data (RO-Crate 1.2)
  ro-crate-preview.html                The package as a page to read; open it in any browser

STANDARDS

  Folders and METS.xml follow the Common Specification for Information Packages (E-ARK CSIP) 2.2.0 and METS 1.12.1.
  The folder above this one is a bag (BagIt 1.0, RFC 8493): its manifest-*.txt files hold a digest of every file here.

HOW TO CHECK IT

  Any BagIt program checks the digests: it is given the folder above this one. "archiver verify FOLDER" does, too.
"""


def about_page(record: PackageRecord, kind: PackageKind) -> bytes:
    """Return the page, as plain text in UTF-8.

    Args:
        record: its files are those of the documents and their copies, at least.
        kind: of the package.
    """
    documents = sum(file.role == "original" for file in record.files)
    copies = sum(file.role == "rendition" for file in record.files)
    made_by = submitter(record)
    facts = [
        ("Identifier", record.identifier),
        ("Version", str(record.version)),
        ("Kind", f"E-ARK {_KINDS[kind]}"),
        ("Made on", record.created.date().isoformat()),
        ("Made by", printable(made_by[0]) if made_by else ""),
        ("Documents", str(documents)),
        ("PDF/A copies", str(copies)),
    ]
    title = " ".join((record.description.first("title") or record.name).split())
    lines = [printable(title), "", *(f"{name + ':':<14}{value}" for name, value in facts if value), "", _LAYOUT]
    return "\n".join(lines).encode("utf-8", "backslashreplace")
