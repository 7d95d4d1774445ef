"""Receipts of deposits: what proves that a target holds a package, as PREMIS 3 and as JSON with requests and replies.

They stand beside the package, never inside it; of a package in a store, in the store's records, and its log tells of
them. A receipt is never replaced: the same deposit in the same state has one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archiver.errors import ArchiverError, StorageError
from archiver.model import Finding, Severity
from archiver.standards.names import printable, slug
from archiver.standards.premis.deposited import deposited_premis
from archiver.steps.deposits.packages import Package, PackageHere, PackageInStore
from archiver.steps.deposits.receipts.content import account_of, receipt_json
from archiver.steps.program import PROGRAM
from archiver.steps.verify import RECEIPTS_SUFFIX
from archiver.storage.durable import AlreadyPublishedError, explain, publish, staging_area, write_new
from archiver.storage.store_log.log import StoreLog

if TYPE_CHECKING:
    from archiver.deposits.journal import Deposit

RECEIPTS = "receipts"
"""Folder below the records: of a store, or of the deposits where nothing can be written beside the package."""

PREMIS_SUFFIX = ".premis.xml"
_JSON_SUFFIX = ".json"
_WHEN = re.compile(r"-([0-9]{8}T[0-9]{6}Z)(?:-([0-9]{1,6}))?$")
_LARGEST = 256 << 20
_MOST_NAMES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One receipt, as it lies on the disk."""

    premis: Path
    json: Path
    """With everything that the other says, and with requests and replies."""

    findings: tuple[Finding, ...] = ()
    """What was in the way of writing it where it belongs."""


def write_receipt(deposit: Deposit, package: Package, records: Path, now: datetime) -> Receipt:
    """Write the receipt of a deposit that ended, or find it where it was written already.

    Args:
        deposit: as the journal has it.
        package: that was deposited; the receipt goes beside it.
        records: of the deposits, for a package that nothing can be written beside.
        now: for the entry in the log of a store.

    Raises:
        StorageError: the disk refused, here too.
    """
    content = receipt_json(deposit)
    premis = deposited_premis(account_of(deposit))
    folder = receipts_folder(package)
    try:
        receipt, new = _written(folder, deposit, content, premis)
        findings: tuple[Finding, ...] = ()
    except OSError as error:
        receipt, new = _written_elsewhere(records, deposit, content, premis)
        findings = (_elsewhere(folder, receipt.premis, error),)
    if new and isinstance(package, PackageInStore):
        findings = (*findings, *_log(deposit, package, receipt, now))
    return Receipt(premis=receipt.premis, json=receipt.json, findings=findings)


def receipts_of(package: Package, records: Path | None = None) -> tuple[Receipt, ...]:
    """Return the receipts of a package, oldest first.

    Args:
        package: it need not be there any more.
        records: of the deposits, to look for those that could not be written beside the package.
    """
    places = [receipts_folder(package)]
    if records is not None:
        places.append(records / RECEIPTS)
    found = [receipt for place in places for receipt in _in_folder(place)]
    if records is not None:
        found = [one for one in found if one.premis.parent == places[0] or _is_of(one, package)]
    return tuple(sorted(found, key=lambda one: _order(one.premis.name)))


def read_receipt(receipt: Receipt) -> Mapping[str, Any] | None:
    """Return what the JSON of a receipt says; None where it cannot be read."""
    try:
        with receipt.json.open("rb") as file:
            values = json.loads(file.read(_LARGEST))
    except (OSError, ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def receipts_folder(package: Package) -> Path:
    """Return where the receipts of a package lie."""
    if isinstance(package, PackageHere):
        place = Path(os.path.abspath(package.path))  # noqa: PTH100 - a link stays a link
        return place.with_name(place.name + RECEIPTS_SUFFIX)
    short = hashlib.sha256(package.identifier.encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return package.place.records / RECEIPTS / f"{slug(package.identifier)[:60]}-{short}"


def _written(folder: Path, deposit: Deposit, content: Mapping[str, Any], premis: bytes) -> tuple[Receipt, bool]:
    """Write both forms; return the receipt, and whether it is a new one."""
    data = json.dumps(content, indent=1).encode() + b"\n"
    for name in _names(deposit):
        receipt = Receipt(premis=folder / f"{name}{PREMIS_SUFFIX}", json=folder / f"{name}{_JSON_SUFFIX}")
        if os.path.lexists(receipt.json):
            if not _same(receipt, content):
                continue
            if os.path.lexists(receipt.premis):
                return receipt, False
        with staging_area(folder) as staging:
            try:
                if not os.path.lexists(receipt.json):
                    _publish(staging, receipt.json, data)
                _publish(staging, receipt.premis, premis)
            except AlreadyPublishedError:
                if _same(receipt, content):  # another run was quicker, with the same
                    return receipt, False
                continue
        return receipt, True
    raise OSError(f"{folder} has too many receipts of this second")


def _publish(staging: Path, place: Path, data: bytes) -> None:
    staged = staging / place.name
    staged.unlink(missing_ok=True)
    write_new(staged, [data])
    if staged.read_bytes() != data:
        raise OSError(f"{place} did not read back as it was written")
    publish(staged, place)


def _names(deposit: Deposit) -> Iterator[str]:
    moment = deposit.changed.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    first = f"{slug(deposit.target)}-{moment}"
    yield first
    yield from (f"{first}-{number}" for number in range(2, _MOST_NAMES))


def _same(receipt: Receipt, content: Mapping[str, Any]) -> bool:
    """Tell whether a receipt is of the same deposit in the same state, at whatever length it tells of requests."""
    there = read_receipt(receipt)
    return there is not None and all(
        there.get(key) == content[key] for key in ("deposit", "state", "times", "reason", "target")
    )


def _written_elsewhere(
    records: Path, deposit: Deposit, content: Mapping[str, Any], premis: bytes
) -> tuple[Receipt, bool]:
    folder = records / RECEIPTS
    try:
        return _written(folder, deposit, content, premis)
    except OSError as error:
        raise StorageError(
            f"the receipt of the deposit {deposit.id} was not written: {explain(error, folder)}; the journal keeps "
            "what it would say: mend the disk and run `archiver deposit resume`"
        ) from error


def _log(deposit: Deposit, package: PackageInStore, receipt: Receipt, now: datetime) -> tuple[Finding, ...]:
    """Tell the store's log of a receipt; return what was in the way."""
    evidence = deposit.evidence
    body = {
        "identifier": package.identifier,
        "deposit": deposit.id,
        "target": deposit.target,
        "kind": deposit.kind,
        "location": deposit.location,
        "state": deposit.state.value,
        "evidence": evidence.level.value if evidence else None,
        "held_at": evidence.location if evidence else None,
        "package_digest": f"sha256:{deposit.parcel.package_digest}",
        "program": PROGRAM,
        "receipt": receipt.json.name,
        "receipt_sha256": hashlib.sha256(receipt.json.read_bytes()).hexdigest(),
    }
    try:
        StoreLog(package.place.records).append("deposited", body, now=now)
    except (ArchiverError, ValueError) as error:
        return (
            Finding(
                severity=Severity.WARNING,
                code="deposit-not-logged",
                file=printable(receipt.premis.name),
                message=f"The receipt was written, but the store's log could not be: {printable(str(error))}.",
                fix="See to the disk that holds the store's records; the receipt itself is whole.",
            ),
        )
    return ()


def _elsewhere(folder: Path, place: Path, error: OSError) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="receipt-elsewhere",
        file=None,
        message=f"The receipt could not be written to {printable(str(folder))} ({error.strerror or error}); it is "
        f"{printable(str(place))}.",
        fix="Move both of its files there when you may write to it.",
    )


def _in_folder(folder: Path) -> Iterator[Receipt]:
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - only names are needed
    except OSError:
        return
    for name in names:
        if name.endswith(PREMIS_SUFFIX) and not name.startswith("."):
            stem = name.removesuffix(PREMIS_SUFFIX)
            yield Receipt(premis=folder / name, json=folder / f"{stem}{_JSON_SUFFIX}")


def _is_of(receipt: Receipt, package: Package) -> bool:
    values = read_receipt(receipt) or {}
    inner = values.get("package")
    known = inner.get("identifier") if isinstance(inner, dict) else None
    name = inner.get("name") if isinstance(inner, dict) else None
    return known == package.identifier if isinstance(package, PackageInStore) else name == package.path.name


def _order(name: str) -> tuple[str, int, str]:
    found = _WHEN.search(name.removesuffix(PREMIS_SUFFIX))
    return (found[1], int(found[2] or 1), name) if found else ("", 0, name)
