"""Reports of stores whose catalogues and logs are real, and were made by what makes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha512
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from archiver.errors import UsageError
from archiver.model import Finding, FixityOutcome, FixityResult, Severity
from archiver.steps.reporting.gathering import APART, MOST_NOTES, ReportOrder, gather
from archiver.steps.reporting.premis import UNKNOWN_PROGRAM, premis_of_stores
from archiver.steps.reporting.risks import read_format_risks
from archiver.steps.stores.cataloguing import opened_catalogues
from archiver.storage.catalogue import IndexedFile, IndexedFormat, IndexedObject, IndexedVersion
from archiver.storage.store_log.log import StoreLog
from archiver.storage.store_log.runs import RunResults
from archiver.storage.stores.place import StorePlace, store_place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from archiver.standards.audit_log.canonical import Json
    from tests.judges.schemas import SchemaJudge

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NAMES = {"p": "http://www.loc.gov/premis/v3"}


def a_store(folder: Path) -> StorePlace:
    """Make an empty storage root."""
    folder.mkdir()
    (folder / "0=ocfl_1.1").write_text("ocfl_1.1\n", encoding="utf-8")
    return store_place(folder)


def order(*places: StorePlace, catalogue: Path | None = None) -> ReportOrder:
    return ReportOrder(
        places=places,
        catalogue=str(catalogue) if catalogue else None,
        archive="Town Archive",
        risks=read_format_risks(None),
        now=NOW,
    )


def package(name: str, forms: Mapping[str, IndexedFormat]) -> IndexedObject:
    files = [
        IndexedFile(
            path=path,
            content_path=f"v1/content/{path}",
            digest=sha512(path.encode()).hexdigest(),
            size=100,
            document=True,
            form=form,
        )
        for path, form in forms.items()
    ]
    return IndexedObject(
        identifier=f"urn:x:{name}",
        path=f"at/{name}",
        head="v1",
        versions=[IndexedVersion(number=1, created="2025-06-01T00:00:00Z")],
        inventory_digest="ab" * 64,
        digest_algorithm="sha512",
        created="2025-06-01T00:00:00Z",
        bytes=100 * len(files),
        content_files=len(files),
        files=files,
    )


PDFA = IndexedFormat(puid="fmt/95", media_type="application/pdf", name="Acrobat PDF/A")
OLD = IndexedFormat(puid="x-fmt/394", name="WordPerfect for MS-DOS/Windows Document")


def fill(place: StorePlace, *packages: IndexedObject, catalogue: Path | None = None) -> None:
    """Put packages into the catalogue of a store, as an index does."""
    with opened_catalogues([place], str(catalogue) if catalogue else None) as (one,):
        (number,) = one.places
        with one.catalogue.rebuilding(number) as rebuild:
            rebuild.put_objects(packages)


def audit(place: StorePlace, run: str, outcomes: Mapping[str, FixityOutcome], at: datetime, program: str = "") -> None:
    """Leave the results of an audit in the records of a store, as an audit does."""
    gone = Finding(severity=Severity.ERROR, code="file-missing", file="a", message="a.txt is gone", fix="repair it")
    with RunResults.open_or_resume(place.records, run) as results:
        for name, outcome in outcomes.items():
            results.append(
                FixityResult(
                    identifier=f"urn:x:{name}",
                    path=f"at/{name}",
                    version="v1",
                    inventory_digest="ab" * 64,
                    outcome=outcome,
                    files=1,
                    bytes=100,
                    started=at,
                    ended=at,
                    findings=() if outcome is FixityOutcome.OK else (gone,),
                )
            )
        results.close(StoreLog(place.records), {"program": program} if program else {}, now=at)


@pytest.fixture
def place(tmp_path: Path) -> StorePlace:
    """Return a store of three packages with some history."""
    made = a_store(tmp_path / "store")
    fill(made, package("a", {"1": PDFA, "22": OLD}), package("b", {"1": PDFA}), package("c", {"333": PDFA}))
    well = dict.fromkeys("ab", FixityOutcome.OK)
    audit(made, "run-1", well, NOW - 70 * DAY, "Archiver 0.1.0")
    audit(made, "run-2", {"a": FixityOutcome.OK, "b": FixityOutcome.DAMAGED}, NOW - 2 * DAY)
    log = StoreLog(made.records)
    body: dict[str, Json] = {"identifier": "urn:x:b", "from": "/copy", "program": "Other 2"}
    body |= {"files": ["v1/content/1"], "files_total": 3}
    log.append("repaired", body, now=NOW - DAY)
    log.append("time-stamp", {"head": "cd" * 32, "authority": "https://tsa.example.org"}, now=NOW)
    return made


def test_a_report_tells_what_catalogue_and_log_know(place: StorePlace) -> None:
    report = gather(order(place))
    (store,) = report.stores
    assert (store.location, store.packages, store.files, store.bytes) == (place.location, 3, 4, 400)
    assert store.last_checked == NOW - 2 * DAY
    assert [(one.puid, one.files, one.packages, bool(one.risk)) for one in report.formats] == [
        ("fmt/95", 3, 3, False),
        ("x-fmt/394", 1, 1, True),
    ]
    assert [(one.year, one.packages) for one in report.years] == [(2025, 3)]
    assert {band.key: band.packages for band in report.ages if band.packages} == {"30": 2, "never": 1}
    (failure,) = report.failures
    assert (failure.identifier, failure.since, failure.detail) == ("urn:x:b", NOW - 2 * DAY, "a.txt is gone")
    assert [(one.period, one.ok, one.damaged) for one in report.timeline] == [
        ("2026-09", 2, 0),
        ("2026-10", 0, 0),
        ("2026-11", 1, 1),
    ]
    (repair,) = report.repairs
    assert (repair.subject, repair.detail) == ("urn:x:b", "v1/content/1 and 2 more files replaced, from /copy")
    assert [(one.detail, one.subject) for one in report.stamps] == [("https://tsa.example.org", "cd" * 32)]
    (log,) = report.logs
    head = StoreLog(place.records).head()
    assert head is not None
    assert (log.entries, log.head, log.when) == (head.seq, head.digest, head.time)
    assert report.duplicates is not None
    assert (report.duplicates.digests, report.duplicates.bytes) == (1, 100)
    assert report.notes == ()


@pytest.mark.parametrize("together", [True, False], ids=["one catalogue", "a catalogue each"])
def test_several_stores_add_up(place: StorePlace, tmp_path: Path, *, together: bool) -> None:
    other = a_store(tmp_path / "other")
    common = tmp_path / "common.sqlite" if together else None
    fill(other, package("a", {"1": PDFA}), catalogue=common)
    if together:
        fill(place, *(package(name, {"1": PDFA}) for name in "abc"), catalogue=common)
    audit(other, "run-1", {"a": FixityOutcome.MISSING}, NOW - 400 * DAY)
    report = gather(order(place, other, catalogue=common))
    assert [one.location for one in report.stores] == [place.location, other.location]
    assert report.packages == 4
    assert {band.key: band.packages for band in report.ages if band.packages} == {"30": 2, "older": 1, "never": 1}
    assert [one.store for one in report.failures] == [other.location, place.location], "the oldest first"
    assert report.timeline[0].missing == 1
    assert len(report.logs) == 2
    assert report.notes == (() if together else (APART,))


def test_a_store_that_nobody_knows_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no store at"):
        gather(order(store_place(tmp_path / "none")))
    assert list(tmp_path.iterdir()) == [], "nothing was made"


def test_a_store_that_is_away_is_told_from_what_was_known(place: StorePlace) -> None:
    place.root.rename(place.root.with_name("unmounted"))
    report = gather(order(place))
    assert report.packages == 3
    assert "cannot be reached now" in report.notes[0]


def test_a_store_that_was_never_indexed_is(tmp_path: Path) -> None:
    place = a_store(tmp_path / "store")
    folder = place.root / "a1" / "object"
    folder.mkdir(parents=True)
    (folder / "0=ocfl_object_1.1").write_text("ocfl_object_1.1\n", encoding="utf-8")
    report = gather(order(place))
    assert report.packages == 0
    assert any("a1/object" in note for note in report.notes), report.notes


def test_very_many_unreadable_packages_make_no_endless_report(tmp_path: Path) -> None:
    place = a_store(tmp_path / "store")
    for number in range(MOST_NOTES + 5):
        folder = place.root / f"{number:03}"
        folder.mkdir()
        (folder / "0=ocfl_object_1.1").write_text("ocfl_object_1.1\n", encoding="utf-8")
    report = gather(order(place))
    assert len(report.notes) == MOST_NOTES + 2
    assert "5 more things" in report.notes[-2]
    assert "lacks 25 packages that it had, or they are unreadable" in report.notes[-1]


def test_packages_that_only_the_log_knows_are_said(place: StorePlace) -> None:
    audit(place, "run-3", {"gone": FixityOutcome.MISSING}, NOW)
    report = gather(order(place))
    assert report.packages == 3
    assert report.failures_total == 2
    assert "lacks 1 package that it had, or it is unreadable" in report.notes[0]


def test_strange_entries_of_a_log_do_no_harm(place: StorePlace) -> None:
    log = StoreLog(place.records)
    log.append("repaired", {"identifier": 5, "files": "x", "files_total": True, "from": ["y"]}, now=NOW)
    log.append("time-stamp", {}, now=NOW)
    log.append("added", {"kind": "repaired"}, now=NOW)
    report = gather(order(place))
    assert (report.repairs_total, report.stamps_total) == (2, 2)
    assert {act.detail for act in report.repairs} >= {"the package replaced"}
    assert b"".join(premis_of_stores(order(place)))


def test_premis_tells_every_check_and_repair_and_by_which_program(
    place: StorePlace, premis_schema: SchemaJudge
) -> None:
    data = b"".join(premis_of_stores(order(place)))
    verdict = premis_schema(data)
    assert verdict.passed, verdict.detail
    root = etree.fromstring(data)
    events = [
        (
            event.findtext("p:linkingObjectIdentifier/p:linkingObjectIdentifierValue", namespaces=NAMES),
            event.findtext("p:eventType", namespaces=NAMES),
            event.findtext(".//p:eventOutcome", namespaces=NAMES),
            event.findtext("p:linkingAgentIdentifier/p:linkingAgentIdentifierValue", namespaces=NAMES),
        )
        for event in root.iterfind("p:event", NAMES)
    ]
    assert events == [
        ("urn:x:a", "fixity check", "success", "Archiver 0.1.0"),
        ("urn:x:a", "fixity check", "success", UNKNOWN_PROGRAM),
        ("urn:x:b", "fixity check", "success", "Archiver 0.1.0"),
        ("urn:x:b", "fixity check", "fail", UNKNOWN_PROGRAM),
        ("urn:x:b", "recovery", "success", "Other 2"),
    ]
    assert len(root.findall("p:object", NAMES)) == 3
    agents = [agent.findtext("p:agentName", namespaces=NAMES) for agent in root.iterfind("p:agent", NAMES)]
    assert agents == ["Archiver", "Archiver", "Other"]


def test_premis_tells_of_deposits_with_repositories(place: StorePlace, premis_schema: SchemaJudge) -> None:
    body: dict[str, Json] = {
        "deposit": "0123456789ab",
        "target": "zenodo",
        "kind": "inveniordm",
        "location": "https://z/",
    }
    proven: dict[str, Json] = {
        "state": "verified",
        "evidence": "server-md5",
        "receipt": "r.json",
        "program": "Archiver 9",
    }
    log = StoreLog(place.records)
    log.append("deposited", {**body, **proven, "identifier": "urn:x:a"}, now=NOW)
    log.append("deposited", {**body, "state": "unknown", "identifier": "urn:x:a"}, now=NOW)
    log.append("deposited", {"identifier": "urn:x:b", "target": 5}, now=NOW)
    data = b"".join(premis_of_stores(order(place)))
    verdict = premis_schema(data)
    assert verdict.passed, verdict.detail
    events = [
        (event.findtext(".//p:eventOutcome", namespaces=NAMES), event.findtext(".//p:eventDetail", namespaces=NAMES))
        for event in etree.fromstring(data).iterfind("p:event", NAMES)
        if event.findtext("p:eventType", namespaces=NAMES) == "transfer"
    ]
    words = "deposited with zenodo (inveniordm), https://z/: "
    assert events[:2] == [
        ("success", f"{words}verified; proven by server-md5; receipt r.json"),
        ("warning", f"{words}unknown"),
    ]
    assert len(events) == 3
    assert b"urn:x:a" in b"".join(premis_of_stores(order(place), ["urn:x:a"]))


def test_premis_of_some_packages_is_of_these_alone(place: StorePlace, premis_schema: SchemaJudge) -> None:
    data = b"".join(premis_of_stores(order(place), ["urn:x:c", "urn:x:a"]))
    assert premis_schema(data).passed
    assert b"urn:x:b" not in data
    assert data.count(b"<event>") == 2
    with pytest.raises(UsageError, match="urn:x:none"):
        b"".join(premis_of_stores(order(place), ["urn:x:a", "urn:x:none"]))


def test_premis_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="hold no package"):
        b"".join(premis_of_stores(order(a_store(tmp_path / "store"))))
