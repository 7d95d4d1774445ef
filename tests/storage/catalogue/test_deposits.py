"""What a catalogue knows of deposits, in both databases: it comes from the log, and a rebuild brings it again."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from archiver.standards.audit_log.entries import LogEntry, head_of, make_entry
from archiver.storage.catalogue import Catalogue
from archiver.storage.catalogue.opening import NEWEST

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BODY = {
    "deposit": "0123456789ab",
    "target": "zenodo",
    "kind": "inveniordm",
    "location": "https://zenodo.org/",
    "evidence": "server-md5",
    "held_at": "https://zenodo.org/records/7",
    "receipt": "zenodo-20261122T120000Z.json",
    "program": "Archiver 1.0",
}


def log() -> list[LogEntry]:
    first = make_entry(None, "deposited", BODY | {"identifier": "urn:x:a", "state": "unknown"}, NOON)
    second = make_entry(head_of(first), "deposited", BODY | {"identifier": "urn:x:a", "state": "verified"}, NOON)
    strange = make_entry(head_of(second), "deposited", {"identifier": "urn:x:b", "target": 7}, NOON)
    return [first, second, strange, make_entry(head_of(strange), "deposited", {"target": "t"}, NOON)]


def states(catalogue: Catalogue, *wanted: str) -> list[tuple[str, str]]:
    reporting = catalogue.reporting()
    return [(one.identifier, one.state) for one in reporting.deposits(wanted or None)]


def test_every_entry_is_told_once(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/store")
    for _ in range(2):
        catalogue.import_log(store, log(), lambda _: ())
        assert states(catalogue) == [("urn:x:a", "unknown"), ("urn:x:a", "verified"), ("urn:x:b", "")]
    assert states(catalogue, "urn:x:b") == [("urn:x:b", "")]
    told = catalogue.reporting().deposits(["urn:x:a"])[1]
    assert (told.when, told.held_at, told.program) == (NOON, BODY["held_at"], "Archiver 1.0")


def test_a_rebuild_brings_them_again(catalogue: Catalogue) -> None:
    store = catalogue.register_store("/store")
    catalogue.import_log(store, log(), lambda _: ())
    before = states(catalogue)
    with catalogue.rebuilding(store) as rebuild:
        rebuild.import_log(log(), lambda _: ())
        rebuild.take_place()
        rebuild.remove_old()
    assert states(catalogue) == before


def test_a_catalogue_of_before_there_were_deposits_is_brought_up_to_date(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.sqlite"
    Catalogue.open(file).close()
    with sqlite3.connect(file) as earlier:
        earlier.execute("DROP TABLE deposits")
        earlier.execute("UPDATE alembic_version SET version_num = '0001'")
    with Catalogue.open(file) as catalogue:
        store = catalogue.register_store("/store")
        catalogue.import_log(store, log(), lambda _: ())
        assert len(states(catalogue)) == 3
    with sqlite3.connect(file) as now:
        assert now.execute("SELECT version_num FROM alembic_version").fetchall() == [(NEWEST,)]
