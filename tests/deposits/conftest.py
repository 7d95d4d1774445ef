"""What most tests of deposits begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.deposits.journal import DepositJournal
from archiver.model.deposits import Packaging, Parcel
from tests.contracts.targets.bench import small_parcel


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[DepositJournal]:
    """Give an empty journal."""
    with DepositJournal.open(tmp_path / "deposits") as journal:
        yield journal


@pytest.fixture
def parcel(tmp_path: Path) -> Parcel:
    """Return a small package as one tar."""
    return small_parcel(tmp_path / "sent", Packaging.TAR)
