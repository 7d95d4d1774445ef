from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lxml import etree

from archiver.model import Agent, Finding, FixityOutcome, FixityResult, Severity
from archiver.standards.premis.stored import fixity_event, repair_event, stored_premis_chunks

if TYPE_CHECKING:
    from tests.judges.schemas import SchemaJudge

NOON = datetime(2026, 11, 22, 12, 0, 0, 5, tzinfo=UTC)
NAMES = {"p": "http://www.loc.gov/premis/v3"}
PACKAGE = "urn:uuid:9aaad03c-88c3-4f13-973a-d5607c6f8f76"
STRANGE = "no urn \x07 <a> & \u202e"


def result(outcome: FixityOutcome, identifier: str = PACKAGE, findings: int = 0) -> FixityResult:
    return FixityResult(
        identifier=identifier,
        path="9aa/ad0/x",
        version="v2" if outcome is FixityOutcome.OK else None,
        inventory_digest="ab" * 64 if outcome is FixityOutcome.OK else None,
        outcome=outcome,
        files=12,
        bytes=3456,
        started=NOON - timedelta(seconds=3),
        ended=NOON,
        findings=tuple(
            Finding(severity=Severity.ERROR, code="x", file=None, message=f"file {number} \x07", fix="")
            for number in range(findings)
        ),
    )


def written() -> bytes:
    events = [
        (PACKAGE, fixity_event(result(FixityOutcome.OK), "run-1", "store", "archiver")),
        (STRANGE, fixity_event(result(FixityOutcome.DAMAGED, STRANGE, 7), "run-1", "store", "archiver")),
        (STRANGE, fixity_event(result(FixityOutcome.COULD_NOT_CHECK, STRANGE), "run-2", "store", "archiver")),
        (STRANGE, repair_event("cd" * 32, NOON, "data/a.txt replaced", "archiver")),
    ]
    agents = [Agent(identifier="archiver", name="Archiver", kind="software", version="1")]
    return b"".join(stored_premis_chunks([PACKAGE, STRANGE], events, agents))


def test_the_record_is_valid_and_hangs_together(premis_schema: SchemaJudge) -> None:
    data = written()
    assert premis_schema(data).passed, premis_schema(data).detail
    root = etree.fromstring(data)
    objects = {value.text for value in root.iterfind(".//p:object/p:objectIdentifier/p:objectIdentifierValue", NAMES)}
    linked = {value.text for value in root.iterfind(".//p:linkingObjectIdentifierValue", NAMES)}
    assert linked == objects
    agents = {value.text for value in root.iterfind(".//p:agentIdentifierValue", NAMES)}
    assert {value.text for value in root.iterfind(".//p:linkingAgentIdentifierValue", NAMES)} == agents
    identifiers = [value.text for value in root.iterfind(".//p:eventIdentifierValue", NAMES)]
    assert len(identifiers) == len(set(identifiers)) == 4
    assert data == written()


def test_events_bear_the_vocabularies_uris_and_claim_nothing_that_was_not_seen() -> None:
    root = etree.fromstring(written())
    types = [(one.text, one.get("valueURI")) for one in root.iterfind(".//p:eventType", NAMES)]
    scheme = "http://id.loc.gov/vocabulary/preservation/eventType"
    assert types == [*[("fixity check", f"{scheme}/fix")] * 3, ("recovery", f"{scheme}/rec")]
    outcomes = [(one.text, one.get("valueURI")) for one in root.iterfind(".//p:eventOutcome", NAMES)]
    scheme = "http://id.loc.gov/vocabulary/preservation/eventOutcome"
    assert outcomes == [
        ("success", f"{scheme}/suc"),
        ("fail", f"{scheme}/fai"),
        ("not run", None),
        ("success", f"{scheme}/suc"),
    ]
    notes = [one.text or "" for one in root.iterfind(".//p:eventOutcomeDetailNote", NAMES)]
    assert notes[0].startswith("damaged; file 0")
    assert notes[0].endswith("and 2 more")
    assert notes[1] == "could-not-check"
    assert "version v2 of the package in the store store" in "".join(str(one) for one in root.itertext())
