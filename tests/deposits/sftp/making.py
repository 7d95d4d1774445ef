"""Deposits with the tests' SFTP servers: settings, runs, and what came of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.deposits.journal import Deposit, DepositJournal
from archiver.deposits.running import run_deposit
from tests.contracts.targets.bench import fast_run

if TYPE_CHECKING:
    from pathlib import Path

    from archiver.deposits.contract import Target
    from archiver.model.deposits import Parcel


def deposited(target: Target, parcel: Parcel, records: Path) -> Deposit:
    """Deposit a parcel, with a journal in a folder that may be new."""
    with DepositJournal.open(records) as journal:
        try:
            return run_deposit(target, parcel, journal, origin=str(parcel.bag), run=fast_run("one"))
        finally:
            target.close()


def sent(parcel: Parcel) -> dict[str, bytes]:
    """Return path -> bytes of what a parcel sends."""
    return {file.path: file.source.read_bytes() for file in parcel.files}


def requests(deposit: Deposit, word: str) -> list[str]:
    """Return the requests of a deposit that have a word in them."""
    return [exchange.request for exchange in deposit.exchanges if f" {word} " in exchange.request]
