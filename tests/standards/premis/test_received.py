from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.standards.premis import Received, premis_xml
from archiver.standards.premis.reading import NotPremisError, read_premis
from archiver.standards.premis.received import ReceivedAgent, ReceivedEvent, apart
from archiver.standards.xml import XmlSyntaxError

if TYPE_CHECKING:
    from archiver.model import PackageRecord
    from tests.judges.schemas import SchemaJudge

words = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=12)
maybe = st.just("") | words
some = st.lists(words, max_size=2).map(tuple)
identifiers = st.tuples(words, words)
events = st.builds(
    ReceivedEvent,
    identifier=identifiers,
    kind=words | st.just("virus check"),
    when=words,
    details=some,
    outcomes=st.lists(st.tuples(words, some), max_size=2).map(tuple),
    agents=st.lists(st.tuples(st.sampled_from(["received-a", "received-b"]), some), max_size=2).map(tuple),
    objects=st.lists(st.tuples(st.just("representations/original/data/x"), some), max_size=1).map(tuple),
)
agents = st.builds(
    ReceivedAgent,
    key=st.sampled_from(["received-a", "received-b"]),
    identifiers=st.lists(identifiers, min_size=1, max_size=2).map(tuple),
    names=some,
    kind=maybe,
    version=maybe,
    notes=some,
)
METS = b'<mets xmlns="http://www.loc.gov/METS/"/>'
OLD = b"""<premis xmlns="info:lc/xmlns/premis-v2" version="2.2"><event><eventIdentifier>
<eventIdentifierType>local</eventIdentifierType><eventIdentifierValue>7</eventIdentifierValue></eventIdentifier>
<eventType>capture</eventType><eventDateTime>2011-01</eventDateTime><eventDetail>Scanned</eventDetail>
<eventOutcomeInformation><eventOutcomeDetail><eventOutcomeDetailNote>fine</eventOutcomeDetailNote>
<eventOutcomeDetailExtension><more/></eventOutcomeDetailExtension></eventOutcomeDetail></eventOutcomeInformation>
<eventExtension/></event></premis>"""


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(event=events, agent=agents)
def test_anything_received_is_valid_and_comes_back(
    premis_schema: SchemaJudge, bare_record: PackageRecord, event: ReceivedEvent, agent: ReceivedAgent
) -> None:
    data = premis_xml(bare_record, Received(events=(event,), agents=(agent,)))
    result = premis_schema(data)
    assert result.passed, result.detail
    reading = read_premis(data)
    (back,) = reading.events
    assert (back.identifier, back.kind, back.when) == (event.identifier, event.kind, event.when)
    assert (back.details, back.outcomes) == (event.details, event.outcomes)
    assert [(value, roles) for (_, value), roles in back.agents] == list(event.agents)
    expected = list(event.objects) or [(bare_record.identifier, ())]
    assert [(value, roles) for (_, value), roles in back.objects] == expected
    (actor,) = reading.agents
    assert actor.identifiers == (("local", agent.key), *agent.identifiers)
    assert (actor.names, actor.kind, actor.version, actor.notes) == (
        agent.names, agent.kind, agent.version, agent.notes,
    )  # fmt: skip


def test_our_own_record_is_read_whole(record: PackageRecord) -> None:
    reading = read_premis(premis_xml(record))
    assert [(event.identifier[1], event.when) for event in reading.events] == [
        (event.identifier, event.when.isoformat().replace("+00:00", "Z")) for event in record.events
    ]
    assert [agent.names for agent in reading.agents] == [(agent.name,) for agent in record.agents]
    assert set(reading.left) == {"relationship"}
    assert {one.name for one in reading.objects} >= {"letter.txt", "letters"}


def test_premis_2_is_read_and_what_is_left_is_counted() -> None:
    reading = read_premis(OLD)
    (event,) = reading.events
    assert (event.kind, event.when, event.details, event.outcomes) == (
        "capture", "2011-01", ("Scanned",), (("", ("fine",)),),
    )  # fmt: skip
    assert reading.left == {"eventExtension": 1, "eventOutcomeDetailExtension": 1}


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (METS, NotPremisError),
        (b"<premis/>", NotPremisError),
        (b"", XmlSyntaxError),
        (b'<!DOCTYPE a [<!ENTITY e "x">]><premis>&e;</premis>', XmlSyntaxError),
        (b"<a>" * 10_000, XmlSyntaxError),
    ],
)
def test_what_is_no_record_is_refused(data: bytes, error: type[ValueError]) -> None:
    with pytest.raises(error):
        read_premis(data)


def test_identifiers_of_ours_are_not_taken_twice(record: PackageRecord) -> None:
    own, other = record.events[0].identifier, "00000000-0000-4000-8000-000000000000"
    event = ReceivedEvent(identifier=("UUID", own), kind="capture", when="2011")
    agent = ReceivedAgent(key="received-a", identifiers=(("local", "a"), ("URI", "https://example.org/a")))
    came = Received(events=(event, replace(event, identifier=("UUID", other))), agents=(agent,))
    kept = apart(came, record)
    assert [one.identifier for one in kept.events] == [("received UUID", own), ("UUID", other)]
    assert kept.agents[0].identifiers == (("received local", "a"), ("URI", "https://example.org/a"))
