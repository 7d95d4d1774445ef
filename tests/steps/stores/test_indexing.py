"""A store's part of the catalogue, made anew from the store and its log."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import fsspec
import pytest

from archiver.errors import StorageError, UsageError
from archiver.model import Finding, FixityOutcome, FixityResult, Severity
from archiver.steps.stores.cataloguing import opened_catalogues, set_aside
from archiver.steps.stores.comparing import compare_stores
from archiver.steps.stores.indexing import IndexOrder, ensure_indexed, index_object, index_store
from archiver.storage.catalogue import Catalogue
from archiver.storage.store_log.log import StoreLog
from archiver.storage.store_log.runs import RunResults
from archiver.storage.stores.place import StorePlace, store_place
from tests.storage.stores.handmade import make_object, make_root

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 5, 1, tzinfo=UTC)
PREMIS = (
    b'<premis xmlns="http://www.loc.gov/premis/v3"><object><objectIdentifier><objectIdentifierValue>'
    b"representations/original/data/a.txt</objectIdentifierValue></objectIdentifier><objectCharacteristics><format>"
    b"<formatRegistry><formatRegistryName>PRONOM</formatRegistryName><formatRegistryKey>x-fmt/111</formatRegistryKey>"
    b"</formatRegistry><formatNote>Media type: text/plain</formatNote></format></objectCharacteristics></object>"
    b"</premis>"
)
RECORD = (
    b'<metadata xmlns:dcterms="http://purl.org/dc/terms/"><dcterms:title>Letters from \xc3\x86r\xc3\xb8</dcterms:title>'
    b"<dcterms:creator>Anna Maria</dcterms:creator></metadata>"
)


def bag(**more: bytes) -> dict[str, bytes]:
    """Make the files of a package as `archiver build` lays it out, without its manifests."""
    return {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": b"External-Identifier: shelf 7\nSource-Organization: Small Archive\n",
        "data/metadata/descriptive/package.dc.xml": RECORD,
        "data/metadata/preservation/premis.xml": PREMIS,
        "data/representations/original/data/a.txt": b"Hello\n",
        **{f"data/representations/original/data/{name}.txt": data for name, data in more.items()},
    }


@pytest.fixture
def place(tmp_path: Path) -> StorePlace:
    root = make_root(tmp_path / "store")
    make_object(root / "ab" / "one", "urn:x:one", bag(), bag(b=b"More\n"))
    make_object(root / "ab" / "two", "urn:x:two", bag(c=b"Else\n"))
    return store_place(root)


def order(
    place: StorePlace, *, catalogue: str | None = None, seen: Callable[[str, int], None] = lambda _path, _files: None
) -> IndexOrder:
    return IndexOrder(place=place, now=NOW, catalogue=catalogue, seen=seen)


def rows(place: StorePlace) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of a store's own catalogue, with what its numbers stand for in the place of the numbers."""
    queries = {
        "objects": "SELECT o.identifier, o.path, o.state, o.head, o.head_number, o.inventory_digest,"
        " o.digest_algorithm, o.created, o.updated, o.bytes, o.content_files, o.checked, o.attempted, o.outcome"
        " FROM objects o",
        "versions": "SELECT o.identifier, v.number, v.created, v.message, v.user_name"
        " FROM versions v JOIN objects o ON o.id = v.object",
        "files": "SELECT o.identifier, f.number, f.path, f.version, f.content_path, f.current, f.document, f.digest,"
        " f.digest_key, f.size, g.puid, g.media_type, g.name"
        " FROM files f JOIN objects o ON o.id = f.object LEFT JOIN formats g ON g.id = f.format",
        "descriptions": "SELECT o.identifier, d.title, d.text, d.title_words, d.words"
        " FROM descriptions d JOIN objects o ON o.id = d.object",
        "words": "SELECT o.identifier, w.title_words, w.words"
        " FROM description_words w JOIN objects o ON o.id = w.rowid",
        "checks": "SELECT r.name, o.identifier, c.path, c.version, c.inventory_digest, c.outcome, c.files, c.bytes,"
        " c.started, c.ended, c.findings FROM checks c JOIN objects o ON o.id = c.object JOIN runs r ON r.id = c.run",
        "failures": "SELECT o.identifier, f.outcome, f.path, f.first_seen, f.last_seen, f.times, f.findings,"
        " f.acknowledged, f.acknowledged_by, f.note FROM failures f JOIN objects o ON o.id = f.object",
        "editions": "SELECT s.location, e.indexed, e.log_position FROM editions e JOIN stores s ON s.edition = e.id",
        "left": "SELECT count(*) FROM editions",
    }
    with Catalogue.open(place.catalogue) as catalogue, catalogue._reading() as connection:
        return {
            name: sorted(map(tuple, connection.exec_driver_sql(query)), key=repr) for name, query in queries.items()
        }


def check(name: str, outcome: FixityOutcome, at: datetime) -> FixityResult:
    finding = Finding(severity=Severity.ERROR, code="file-damaged", file="a" * 2_000, message="differs", fix="mend")
    return FixityResult(
        identifier=f"urn:x:{name}",
        path=f"ab/{name}",
        version="v1",
        inventory_digest="ab" * 64,
        outcome=outcome,
        files=3,
        bytes=77,
        started=at,
        ended=at + timedelta(seconds=5),
        findings=() if outcome is FixityOutcome.OK else (finding,) * 70,
    )


def audit(place: StorePlace, run: str, *results: FixityResult, closed: bool = True) -> None:
    """Leave what an audit leaves: results in the records, an entry in the log, and the catalogue told at once."""
    with RunResults.open_or_resume(place.records, run) as written:
        for result in results:
            written.append(result)
        if closed:
            written.close(StoreLog(place.records), {}, now=results[-1].ended)
    with opened_catalogues([place]) as (opened,):
        for store in opened.places:
            opened.catalogue.results(store, results, run)


def test_what_a_package_says_is_in_the_catalogue(place: StorePlace) -> None:
    seen = []
    found = index_store(order(place, seen=lambda path, files: seen.append((path, files))))
    assert (found.packages, found.files, found.unreadable, found.findings) == (2, 12, 0, ())
    assert seen == [("ab/one", 6), ("ab/two", 6)]
    with Catalogue.open(place.catalogue) as catalogue:
        (first, second) = catalogue.search("ærø anna")
        assert {first.identifier, second.identifier} == {"urn:x:one", "urn:x:two"}
        assert first.title == "Letters from Ærø"
        assert [hit.identifier for hit in catalogue.search("c.txt")] == ["urn:x:two"]
        assert len(catalogue.search('"shelf 7" small')) == 2
        forms = {(one.form.puid, one.files) for one in catalogue.formats()}
        assert forms == {("x-fmt/111", 2), ("", 2)}
        (held,) = catalogue.holdings()
        assert (held.packages, held.versions, held.files, held.never_checked) == (2, 3, 12, 2)


def test_the_rebuilt_catalogue_equals_the_old_one(place: StorePlace) -> None:
    index_store(order(place))
    log = StoreLog(place.records)
    log.append("added", {"identifier": "urn:x:one", "path": "ab/one"}, now=NOW)
    audit(place, "run-1", check("one", FixityOutcome.DAMAGED, NOW), check("two", FixityOutcome.OK, NOW))
    log.append("acknowledged", {"identifier": "urn:x:one", "by": "Ann", "note": "seen"}, now=NOW + timedelta(days=1))
    audit(place, "run-2", check("one", FixityOutcome.MISSING, NOW + timedelta(days=2)))
    audit(place, "run-3", check("two", FixityOutcome.COULD_NOT_CHECK, NOW + timedelta(days=3)), closed=False)
    with opened_catalogues([place]):
        old = rows(place)
    place.catalogue.unlink()
    index_store(order(place))
    assert rows(place) == old
    assert len(old["checks"]) == 4
    assert len(old["failures"]) == 2
    index_store(order(place))
    assert rows(place) == old


def test_an_object_that_was_put_by_itself_is_as_an_index_has_it(place: StorePlace, tmp_path: Path) -> None:
    index_store(order(place))
    make_object(tmp_path / "store" / "cd", "urn:x:three", bag(d=b"New\n"))
    assert index_object(order(place), "cd") == ()
    old = rows(place)
    index_store(order(place))
    assert rows(place) == old
    assert len(old["objects"]) == 3


def test_a_package_that_moved_is_told_and_keeps_its_history(place: StorePlace, tmp_path: Path) -> None:
    index_store(order(place))
    audit(place, "run-1", check("one", FixityOutcome.OK, NOW))
    (tmp_path / "store" / "ab" / "one").rename(tmp_path / "store" / "elsewhere")
    found = index_store(order(place))
    assert found.moved == (("urn:x:one", "ab/one", "elsewhere"),)
    assert (found.absent, found.findings) == ((), ())
    with opened_catalogues([place]) as (opened,):
        planned = {one.identifier: one for one in opened.catalogue.plan(opened.places, now=NOW + timedelta(days=9))}
    assert planned["urn:x:one"].path == "elsewhere"
    assert planned["urn:x:one"].last_checked == NOW + timedelta(seconds=5)


def test_a_store_that_moved_with_its_records_is_the_same_store(place: StorePlace, tmp_path: Path) -> None:
    index_store(order(place))
    audit(place, "run-1", check("one", FixityOutcome.OK, NOW))
    old = rows(place)
    for name in ("store", "store.archiver"):
        (tmp_path / name).rename(tmp_path / name.replace("store", "moved"))
    moved = store_place(tmp_path / "moved")
    assert ensure_indexed([order(moved)]) == ()
    with opened_catalogues([moved]) as (opened,):
        assert [one.location for one in opened.catalogue.stores()] == [str(tmp_path / "moved")]
    assert {**rows(moved), "editions": []} == {**old, "editions": []}


def test_a_package_that_is_gone_is_said_and_stays_in_the_plan(place: StorePlace, tmp_path: Path) -> None:
    index_store(order(place))
    shutil.rmtree(tmp_path / "store" / "ab" / "two")
    for _ in range(2):
        found = index_store(order(place))
        assert found.absent == (("urn:x:two", "ab/two"),)
        assert [finding.code for finding in found.findings] == ["package-absent"]
    with opened_catalogues([place]) as (opened,):
        assert {one.path for one in opened.catalogue.plan(opened.places, now=NOW)} == {"ab/one", "ab/two"}
    audit(place, "run-1", check("two", FixityOutcome.MISSING, NOW))
    body = {"identifier": "urn:x:two"}
    StoreLog(place.records).append("acknowledged", body, now=NOW + timedelta(days=1))
    assert index_store(order(place)).findings == ()
    with opened_catalogues([place]) as (opened,):
        assert [one.path for one in opened.catalogue.plan(opened.places, now=NOW)] == ["ab/one"]


def test_what_the_log_alone_knows_is_said(place: StorePlace) -> None:
    StoreLog(place.records).append("added", {"identifier": "urn:x:lost", "path": "zz/lost"}, now=NOW)
    found = index_store(order(place))
    assert found.absent == (("urn:x:lost", "zz/lost"),)


def test_what_is_added_behind_the_back_of_the_walk_is_not_missed(place: StorePlace) -> None:
    def add_meanwhile(path: str, _: int) -> None:
        if path == "ab/two":
            make_object(place.root / "ab" / "three", "urn:x:three", bag())
            body = {"identifier": "urn:x:three", "path": "ab/three", "version": "v1"}
            StoreLog(place.records).append("added", body, now=NOW)

    found = index_store(order(place, seen=add_meanwhile))
    assert (found.absent, found.findings) == ((), ())
    assert found.packages == 3


def test_a_package_that_cannot_be_read_is_said_and_the_others_are_there(place: StorePlace, tmp_path: Path) -> None:
    index_store(order(place))
    (tmp_path / "store" / "ab" / "one" / "inventory.json").write_text("{")
    found = index_store(order(place))
    assert [finding.code for finding in found.findings] == ["package-not-indexed"]
    assert (found.packages, found.unreadable) == (1, 1)
    with opened_catalogues([place]) as (opened,):
        assert {one.path for one in opened.catalogue.plan(opened.places, now=NOW)} == {"ab/one", "ab/two"}


def test_a_package_that_nobody_could_read_gets_its_name_when_somebody_can(place: StorePlace, tmp_path: Path) -> None:
    inventory = tmp_path / "store" / "ab" / "one" / "inventory.json"
    data = inventory.read_bytes()
    inventory.write_bytes(b"{")
    index_store(order(place))
    with opened_catalogues([place]) as (opened,):
        assert {one.identifier for one in opened.catalogue.plan(opened.places, now=NOW)} == {"ab/one", "urn:x:two"}
    result = check("one", FixityOutcome.DAMAGED, NOW)
    audit(place, "run-1", replace(result, identifier="ab/one"))
    assert [finding.code for finding in index_store(order(place)).findings] == ["package-not-indexed"]
    inventory.write_bytes(data)
    assert index_object(order(place), "ab/one") == ()
    old = rows(place)
    assert [row[0] for row in old["checks"]] == ["run-1"]
    assert {row[0] for row in old["objects"]} == {"urn:x:one", "urn:x:two"}
    assert index_store(order(place)).findings == ()
    assert rows(place) == old


def test_what_is_gone_and_acknowledged_is_asked_for_again_when_it_is_back(place: StorePlace) -> None:
    index_store(order(place))
    gone = Finding(severity=Severity.ERROR, code="stored-package-missing", file=None, message="gone", fix="seek")
    audit(place, "run-1", replace(check("one", FixityOutcome.MISSING, NOW), findings=(gone,)))
    later = NOW + timedelta(days=1)
    with opened_catalogues([place]) as (opened,):
        (store,) = opened.places
        assert opened.catalogue.acknowledge(store, "urn:x:one", when=later) == 1
        assert [one.path for one in opened.catalogue.plan([store], now=later)] == ["ab/two"]
    assert index_object(order(place), "ab/one") == ()
    with opened_catalogues([place]) as (opened,):
        assert {one.path for one in opened.catalogue.plan(opened.places, now=later)} == {"ab/one", "ab/two"}


def test_a_store_that_is_not_there_leaves_the_catalogue_alone(place: StorePlace, tmp_path: Path) -> None:
    index_store(order(place))
    old = rows(place)
    (tmp_path / "store").rename(tmp_path / "away")
    (tmp_path / "store").mkdir()  # a mount point without its disk
    with pytest.raises(UsageError):
        index_store(order(place))
    assert rows(place) == old


def test_a_damaged_catalogue_is_set_aside_and_made_anew(place: StorePlace) -> None:
    index_store(order(place))
    old = rows(place)
    place.catalogue.write_bytes(b"no database" * 1_000)
    (finding,) = index_store(order(place)).findings
    assert finding.code == "catalogue-damaged"
    assert rows(place) == old
    (aside,) = [path for path in place.records.iterdir() if ".damaged-" in path.name]
    assert aside.read_bytes().startswith(b"no database")


def test_a_journal_goes_aside_with_its_database(place: StorePlace) -> None:
    place.records.mkdir()
    journal = place.records / "catalogue.sqlite-journal"
    for file in (place.catalogue, journal):
        file.write_bytes(b"x")
    aside = set_aside(place, NOW)
    assert not journal.exists()
    assert aside.with_name(f"{aside.name}-journal").read_bytes() == b"x"


def test_a_file_that_was_named_is_never_set_aside(place: StorePlace, tmp_path: Path) -> None:
    named = tmp_path / "report.pdf"
    named.write_bytes(b"%PDF-1.7 " * 1_000)
    with pytest.raises(Exception, match="is no catalogue"):
        index_store(order(place, catalogue=str(named)))
    assert named.read_bytes() == b"%PDF-1.7 " * 1_000


def test_a_store_is_indexed_once_before_it_is_asked(place: StorePlace) -> None:
    assert index_object(order(place), "ab/one") == ()
    assert ensure_indexed([order(place)]) == ()
    old = rows(place)
    assert len(old["objects"]) == 2
    ensure_indexed([order(place, seen=lambda _path, _files: pytest.fail("it was indexed again"))])


def test_several_processes_find_what_one_does(tmp_path: Path) -> None:
    root = make_root(tmp_path / "store")
    for number in range(150):
        make_object(root / f"{number:03}", f"urn:x:{number}", bag(z=str(number).encode()))
    (root / "007" / "inventory.json").unlink()
    place = store_place(root)
    one = index_store(replace(order(place), workers=1))
    old = rows(place)
    several = index_store(replace(order(place), workers=3))
    assert (several.packages, several.files, several.bytes) == (one.packages, one.files, one.bytes)
    assert [finding.file for finding in several.findings] == ["007"]
    assert rows(place) == old


def test_a_folder_that_cannot_be_listed_leaves_the_catalogue_alone(place: StorePlace, tmp_path: Path) -> None:
    index_store(order(place))
    old = rows(place)
    deep = tmp_path / "store" / "/".join("d" for _ in range(120))  # deeper than any layout: nobody follows it
    deep.mkdir(parents=True)
    with pytest.raises(StorageError, match="as it was"):
        index_store(order(place))
    assert rows(place) == old


def test_a_store_that_is_no_folder_is_read_as_well(place: StorePlace, tmp_path: Path) -> None:
    index_store(order(place))
    old = rows(place)
    memory = fsspec.filesystem("memory")
    memory.put(str(tmp_path / "store"), str(tmp_path / "store"), recursive=True)
    away = store_place(f"memory:/{tmp_path}/store", tmp_path / "records")
    found = index_store(order(away))
    assert (found.packages, found.findings, found.location) == (2, (), f"memory:/{tmp_path}/store")
    assert {**rows(away), "editions": []} == {**old, "editions": []}
    assert {one.likeness for one in compare_stores(place.location, away.location)} == {"same"}
