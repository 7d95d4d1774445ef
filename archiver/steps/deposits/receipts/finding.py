"""Receipts of packages by path, identifier or deposit; found though the package itself may be gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archiver.deposits.journal import DepositJournal
from archiver.errors import UsageError
from archiver.standards.names import printable
from archiver.steps.deposits.asking import AskedPackage, asked_packages, package_here, package_of_origin
from archiver.steps.deposits.receipts.keeping import Receipt, read_receipt, receipts_of

if TYPE_CHECKING:
    from archiver.config import Configuration
    from archiver.deposits.journal import Deposit
    from archiver.storage.stores.place import StorePlace


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundReceipt:
    """One receipt, and what it says."""

    package: str
    """As the user names it; printable."""

    receipt: Receipt
    content: Mapping[str, Any] | None
    """Of its JSON; None where that cannot be read."""


def found_receipts(
    words: Sequence[str], place: StorePlace, configuration: Configuration, records: Path
) -> list[FoundReceipt]:
    """Return the receipts of what is asked for, each once, a package's own oldest first.

    Args:
        words: paths of bags or folders of them, identifiers, or ids of deposits; none: every package of the journal.
        place: of the store that identifiers are looked for in.
        configuration: says how stores elsewhere are reached.
        records: of the deposits.

    Raises:
        UsageError: a word stands for nothing that ever was deposited, nor for a package.
    """
    deposits: tuple[Deposit, ...] = ()
    if DepositJournal.is_there(records):
        with DepositJournal.open(records) as journal:
            deposits = journal.deposits()
    found: dict[Path, FoundReceipt] = {}
    for asked, only in _asked(words, deposits, place, configuration):
        for receipt in receipts_of(asked.package, records):
            content = read_receipt(receipt)
            if only is None or (content or {}).get("deposit") == only:
                found.setdefault(receipt.premis, FoundReceipt(package=asked.shown, receipt=receipt, content=content))
    return list(found.values())


def _asked(
    words: Sequence[str], deposits: Sequence[Deposit], place: StorePlace, configuration: Configuration
) -> Iterator[tuple[AskedPackage, str | None]]:
    """Yield packages, each with the one deposit that is asked for, where one is."""
    if not words:
        for deposit in reversed(deposits):
            yield package_of_origin(deposit.origin, configuration), None
    for word in words:
        known = [one for one in deposits if word == one.parcel.identifier]
        named = [one for one in deposits if len(word) >= _SHORTEST and one.id.startswith(word)]
        beside = package_here(Path(word))
        if known:
            yield from ((package_of_origin(one.origin, configuration), None) for one in known)
        elif receipts_of(beside.package):
            yield beside, None
        elif named:
            yield from ((package_of_origin(one.origin, configuration), one.id) for one in named)
        else:
            yield from ((asked, None) for asked in _packages(word, place, configuration))


def _packages(word: str, place: StorePlace, configuration: Configuration) -> Sequence[AskedPackage]:
    try:
        return asked_packages([word], place, configuration)
    except UsageError as error:
        raise UsageError(f"{error}; nor does the journal of deposits know {printable(word)!r}") from error


_SHORTEST = 4
"""Digits of a deposit's id that a word has to have, so that a folder's name is rarely taken for one."""
