from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from archiver.model import Agent, Check, Finding, FormatIdentity, RenderResult, Severity
from archiver.steps.building.records import provenance
from archiver.steps.building.records.provenance import Provenance
from archiver.steps.building.records.rendition_events import APART, RenderedDocument, record_renditions
from archiver.steps.program import PROGRAM

IDENTIFIER = "urn:uuid:9ab21832-4f36-54e1-a187-f73fbb0c9cd2"
NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
ORIGINAL = "representations/original/data/a.txt"
RENDITION = "representations/pdfa/data/a.txt.pdf"
TOOL = "siegfried 1.11.9 (DROID_SignatureFile_V125.xml)"


@pytest.fixture
def told() -> Provenance:
    return Provenance.begin(IDENTIFIER, 1, NOW)


def identity(puid: str | None) -> FormatIdentity:
    return FormatIdentity(puid=puid, name="", version="", media_type="text/plain", basis="", tool=TOOL)


def rendered(*, kept: bool, checks: tuple[Check, ...] = (), tool: str = "WeasyPrint 70.0") -> RenderedDocument:
    finding = Finding(severity=Severity.WARNING, code="x", file=None, message="A glyph is missing.", fix="")
    result = RenderResult(
        status="rendered" if kept else "failed",
        flavour="2u" if kept else None,
        validated=True if kept else None,
        pdf=None,
        checks=checks,
        findings=() if kept else (finding,),
        notes=("read as cp1251", "2 characters removed"),
        tool=tool,
    )
    return RenderedDocument(original=ORIGINAL, rendition=RENDITION if kept else None, result=result)


def test_events_have_stable_identifiers_of_their_own() -> None:
    def identifiers(version: int) -> list[str]:
        told = Provenance.begin(IDENTIFIER, version, NOW)
        provenance.record_receipt(told, 2, ["sha512"], [])
        provenance.record_packaging(told, None, ("bagit-python 1.9.0", "valid", ""))
        return [event.identifier for event in told.events]

    assert identifiers(1) == identifiers(1)
    assert len({*identifiers(1), *identifiers(2)}) == 8
    assert all(uuid.UUID(one).version == 5 for one in identifiers(1))


def test_agents_stand_once_with_name_and_version(told: Provenance) -> None:
    assert told.program("WeasyPrint 70.0") == told.program("WeasyPrint 70.0", "note") == "weasyprint-70-0"
    assert told.program("veraPDF") == "verapdf"
    assert told.responsible("Jane Doe", "person") == "person-jane-doe"
    assert told.responsible("Jane Doe", "organization") == "organization-jane-doe"
    assert told.agents["weasyprint-70-0"] == Agent(
        identifier="weasyprint-70-0", name="WeasyPrint", kind="software", version="70.0"
    )
    assert told.agents["verapdf"].version is None
    assert len(told.agents) == 4


def test_receipt_names_the_people_and_the_digests(told: Provenance) -> None:
    provenance.record_receipt(told, 1, ["sha512", "md5"], [("person-x", "implementer")])
    ingestion, digests = told.events
    assert (ingestion.code, digests.code) == ("ins", "mes")
    assert ingestion.detail.startswith("1 document copied")
    assert ("person-x", "implementer") in ingestion.agents
    assert digests.detail.startswith("SHA-512, MD5 of each document")
    assert {event.when for event in told.events} == {NOW}


@pytest.mark.parametrize(
    ("puids", "outcome", "note"),
    [
        (["x-fmt/111", "fmt/471"], "success", "2 identified"),
        (["x-fmt/111", None], "warning", "1 of 2 unknown"),
    ],
)
def test_identification_says_how_many_are_unknown(
    told: Provenance, puids: list[str | None], outcome: str, note: str
) -> None:
    provenance.record_identification(told, [identity(puid) for puid in puids])
    (event,) = told.events
    assert (event.code, event.outcome, event.outcome_note) == ("for", outcome, note)
    assert told.agents["siegfried-1-11-9"].note == "DROID_SignatureFile_V125.xml"


def test_what_was_not_done_is_not_told(told: Provenance) -> None:
    provenance.record_identification(told, [])
    record_renditions(told, [rendered(kept=False, tool="")])
    assert (told.events, told.agents) == ([], {})


def test_a_rendition_and_its_checks_link_source_and_outcome(told: Provenance) -> None:
    checks = (
        Check(name="pdfa", passed=True, tool="pikepdf.pdfa 10.17.0", detail="PDF/A-2u"),
        Check(name="verapdf", passed=None, tool="veraPDF", detail=""),
    )
    record_renditions(told, [rendered(kept=True, checks=checks)])
    made, checked = told.events
    assert (made.code, made.outcome, made.outcome_note) == ("nor", "success", "read as cp1251; 2 characters removed")
    assert made.objects == ((ORIGINAL, "source"), (RENDITION, "outcome"))
    assert {agent for agent, _ in made.agents} == {"weasyprint-70-0", told.program(PROGRAM)}
    assert (checked.code, checked.outcome) == ("val", "success")
    assert checked.outcome_note == "pdfa passed: PDF/A-2u; verapdf gave no verdict"
    # A judge that did not run is no agent of the event.
    assert checked.agents == (("pikepdf-pdfa-10-17-0", "validator"),)


@pytest.mark.parametrize(
    ("passed", "outcome"),
    [((True, True), "success"), ((True, False), "fail"), ((None, False), "fail"), ((None, None), "not run")],
)
def test_checks_that_did_not_run_prove_nothing(told: Provenance, passed: tuple[bool | None, ...], outcome: str) -> None:
    checks = tuple(Check(name=f"check-{n}", passed=one, tool="judge 1.0", detail="") for n, one in enumerate(passed))
    record_renditions(told, [rendered(kept=True, checks=checks)])
    assert told.events[-1].outcome == outcome


def test_a_rendition_that_was_not_kept_is_a_failure_without_outcome(told: Provenance) -> None:
    record_renditions(told, [rendered(kept=False, checks=(Check(name="x", passed=False, tool="t", detail=""),))])
    event, checked = told.events
    assert (event.outcome, event.outcome_note) == ("fail", "A glyph is missing.")
    assert event.objects == ((ORIGINAL, "source"),)
    assert (checked.code, checked.outcome, checked.outcome_note, checked.objects) == ("val", "fail", "x failed", ())


def many(number: int) -> list[RenderedDocument]:
    documents = []
    for count in range(number):
        checks = (Check(name="text", passed=True, tool="pypdfium2 5.0", detail=f"{count} characters"),)
        one = rendered(kept=count % 50 != 7, checks=checks)
        if count % 50 == 7:
            one = replace(one, result=replace(one.result, checks=(replace(checks[0], passed=False),)))
        rendition = f"representations/pdfa/data/{count}.pdf" if one.rendition else None
        documents.append(replace(one, original=f"representations/original/data/{count}", rendition=rendition))
    return documents


def test_of_few_documents_each_has_events_of_its_own(told: Provenance) -> None:
    record_renditions(told, many(APART))
    assert len(told.events) == 2 * APART


def test_of_very_many_documents_those_that_say_the_same_stand_once(told: Provenance) -> None:
    record_renditions(told, many(APART + 1))
    by_outcome = [(event.code, event.outcome, len(event.objects)) for event in told.events]
    assert by_outcome == [
        *[("nor", "fail", 1), ("val", "fail", 0)] * 2,
        ("nor", "success", 2 * (APART - 1)),
        ("val", "success", APART - 1),
    ]
    assert told.events[-1].outcome_note == "text passed"
    assert told.events[1].outcome_note == "text failed: 7 characters"
    assert told.events[-2].objects[:2] == (
        ("representations/original/data/0", "source"),
        ("representations/pdfa/data/0.pdf", "outcome"),
    )


@pytest.mark.parametrize(("opinion", "outcome"), [("valid", "success"), ("not-run", "not run")])
def test_a_second_opinion_that_was_not_asked_for_is_not_a_success(told: Provenance, opinion: str, outcome: str) -> None:
    provenance.record_packaging(told, "Version 2 follows version 1", ("bagit-python 1.9.0", opinion, "why"))
    made, judged = told.events
    assert made.outcome_note == "Version 2 follows version 1"
    assert (judged.outcome, judged.outcome_note) == (outcome, "why")
    assert judged.agents == (("bagit-python-1-9-0", "validator"),)
