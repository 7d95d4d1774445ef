"""What a package holds beside its own files to be an E-ARK information package: documentation, schemas, METS documents.

Every digest in a METS document is that of the one read or write of its file; nothing is read again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from archiver.config import Configuration
from archiver.errors import UsageError
from archiver.model import PackageRecord
from archiver.standards.mets import CHECKSUM_TYPES, PackageKind, checksum_algorithm, representation_chunks, root_chunks
from archiver.standards.mets.documentation import NAME as ABOUT_PAGE
from archiver.standards.mets.documentation import about_page
from archiver.standards.mets.record_schema import RECORD_SCHEMA, TERMS_SCHEMA, record_schema, terms_schema
from archiver.steps import naming
from archiver.steps.building.records.packaged_records import write_record
from archiver.storage.bag_writer import BagWriter

_DOCUMENTATION = "documentation"
_SCHEMAS = "schemas"


def check_e_ark(configuration: Configuration, operator: str | None) -> None:
    """Refuse a build whose packages could not be what E-ARK asks for, before anything is read.

    Args:
        configuration: of the archive.
        operator: the person responsible, where one is named.

    Raises:
        UsageError: METS has a name for none of the digests; or nobody is named who could submit the packages.
    """
    if configuration.e_ark is None:
        return
    if checksum_algorithm(configuration.algorithms) is None:
        raise UsageError(
            f"METS, which --e-ark writes, has no name for {' or '.join(configuration.algorithms)}: add --algorithm "
            f"with one of {', '.join(CHECKSUM_TYPES)}"
        )
    if configuration.e_ark == "sip" and not (configuration.name or operator or configuration.contact_name):
        raise UsageError(
            "an E-ARK SIP says who submits it: name the archive in archiver.toml ([archive] name), or a person with "
            "--operator"
        )


def e_ark_paths(kind: PackageKind | None, paths: Iterable[str]) -> list[str]:
    """Return what :func:`write_parts` and :func:`write_root` will write.

    Args:
        kind: None: nothing.
        paths: of the documents and renditions, from ``data/``.
    """
    if kind is None:
        return []
    names = [f"{_DOCUMENTATION}/{ABOUT_PAGE}", f"{_SCHEMAS}/{RECORD_SCHEMA}", f"{_SCHEMAS}/{TERMS_SCHEMA}"]
    return [*names, *(_document_of(name) for name in _representations(paths)), naming.METS]


def write_parts(bag: BagWriter, record: PackageRecord, kind: PackageKind) -> PackageRecord:
    """Write the documentation, the schemas and the METS documents of the representations.

    Args:
        bag: holds everything but the RO-Crate.
        record: of what it holds.
        kind: of the package.

    Returns:
        The record, with what was written.

    Raises:
        OSError: the disk refused.
    """
    about = f"{_DOCUMENTATION}/{ABOUT_PAGE}"
    new = [write_record(bag, about, "documentation", [about_page(record, kind)])]
    for name, schema in ((RECORD_SCHEMA, record_schema()), (TERMS_SCHEMA, terms_schema())):
        new.append(write_record(bag, f"{_SCHEMAS}/{name}", "schema", [schema]))
    new += [
        write_record(bag, _document_of(name), "mets", representation_chunks(record, kind, name))
        for name in _representations(file.path for file in record.files)
    ]
    return replace(record, files=(*record.files, *new))


def write_root(bag: BagWriter, record: PackageRecord, kind: PackageKind) -> None:
    """Write the METS document of the whole package, which names every other file or the document that names it.

    Raises:
        OSError: the disk refused.
    """
    bag.write(naming.METS, root_chunks(record, kind))


def _representations(paths: Iterable[str]) -> list[str]:
    parts = (path.split("/", 2) for path in paths)
    return list(dict.fromkeys(part[1] for part in parts if part[0] == "representations"))


def _document_of(representation: str) -> str:
    return f"representations/{representation}/{naming.METS}"
