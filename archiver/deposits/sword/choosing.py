"""What the configuration asks for, held against what the server's service document offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.deposits.contract import RefusedError
from archiver.model import Finding, Severity
from archiver.model.deposits import Packaging
from archiver.standards.names import printable
from archiver.standards.sword import BAGIT, BINARY, SIMPLE_ZIP

if TYPE_CHECKING:
    from archiver.config.tables import Table
    from archiver.standards.sword import Collection, ServiceDocument

NAMES = {"binary": BINARY, "simple-zip": SIMPLE_ZIP, "bagit": BAGIT}
"""Word of the configuration -> IRI of the packaging."""

MEDIA_TYPES = {Packaging.TAR: "application/x-tar", Packaging.ZIP: "application/zip"}

# A server leaves what it is told is binary as it is; a tar costs less to write than a zip.
_FORMS = {BINARY: (Packaging.TAR, Packaging.ZIP)}
_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the configuration says of a server."""

    table: str
    """Its name, for messages: ``targets.swh``."""

    collection: str | None
    """Address, last part of the address, or title of the collection; None: the only one there is."""

    packaging: str | None
    """IRI; None: the first that the server takes, of those that are known here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Where a deposit goes, and in which form."""

    collection: Collection
    packaging: str
    """IRI."""

    forms: tuple[Packaging, ...]
    """That a package may travel in, the preferred one first."""


def read_wishes(table: Table) -> Wishes:
    """Read the keys ``collection`` and ``packaging``.

    Raises:
        ConfigurationError: one is unusable.
    """
    packaging = table.text("packaging") if "packaging" in table else None
    if packaging is not None and packaging not in NAMES and "://" not in packaging:
        raise table.fault("packaging", f"must be one of {', '.join(NAMES)}, or the whole address of a packaging")
    collection = table.text("collection") if "collection" in table else None
    return Wishes(
        table=table.name, collection=collection, packaging=NAMES.get(packaging, packaging) if packaging else None
    )


def choose(wishes: Wishes, service: ServiceDocument) -> Choice:
    """Choose collection and packaging.

    Raises:
        RefusedError: the server does not offer what is asked for; the finding names the setting, and what it offers.
    """
    collection = _collection(wishes, service)
    packaging = _packaging(wishes, collection)
    forms = tuple(form for form in _FORMS.get(packaging, (Packaging.ZIP,)) if _takes(collection, MEDIA_TYPES[form]))
    if not forms:
        raise RefusedError(_packaging_refused(wishes, collection, "takes neither a zip nor a tar file"))
    return Choice(collection=collection, packaging=packaging, forms=forms)


def packaging_refused(wishes: Wishes, collection: Collection, said: str) -> RefusedError:
    """Return what to raise when a server refuses the form in which a package came."""
    return RefusedError(_packaging_refused(wishes, collection, f"refuses the file in this form: {said}"))


def _collection(wishes: Wishes, service: ServiceDocument) -> Collection:
    if wishes.collection is None and len(service.collections) == 1:
        return service.collections[0]
    for one in service.collections:
        if wishes.collection in {one.href, one.href.rstrip("/").rpartition("/")[2], one.title}:
            return one
    offered = ", ".join(printable(f"{one.href} ({one.title})") for one in service.collections[:_SHOWN]) or "none"
    asked = "no collection is named" if wishes.collection is None else f"there is no collection {wishes.collection!r}"
    raise RefusedError(
        Finding(
            severity=Severity.ERROR,
            code="sword-collection-missing",
            file=None,
            message=f"Among those that the server offers to this account, {asked}. It offers: {offered}.",
            fix=f"Put one of them into {wishes.table}.collection.",
        )
    )


def _packaging(wishes: Wishes, collection: Collection) -> str:
    # A server that states no packaging takes files as they are (profile section 6.1).
    offered = collection.packagings or (BINARY,)
    if wishes.packaging is None:
        chosen = next((known for known in (BINARY, SIMPLE_ZIP, BAGIT) if known in offered), None)
        if chosen is None:
            raise RefusedError(_packaging_refused(wishes, collection, "takes no packaging that is known here"))
        return chosen
    if wishes.packaging not in offered:
        raise RefusedError(_packaging_refused(wishes, collection, f"does not take the packaging {wishes.packaging}"))
    return wishes.packaging


def _takes(collection: Collection, media_type: str) -> bool:
    accepted = {one.partition(";")[0].strip() for one in collection.accepts}
    return not accepted or bool(accepted & {"*/*", "application/*", media_type, "application/octet-stream"})


def _packaging_refused(wishes: Wishes, collection: Collection, how: str) -> Finding:
    offered = ", ".join(printable(one) for one in collection.packagings[:_SHOWN]) or "no packaging is named"
    return Finding(
        severity=Severity.ERROR,
        code="sword-packaging-refused",
        file=None,
        message=f"The collection {printable(collection.href)} {printable(how)}. It takes: {offered}.",
        fix=f"Put one that it takes into {wishes.table}.packaging ({', '.join(NAMES)}, or a whole address), or leave "
        "that out.",
    )
