"""PREMIS records and sheets of rights that come with documents: whatever they hold, a record can be written of it."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

from archiver.model import Description, PackageRecord
from archiver.standards.premis import Received, premis_xml
from archiver.standards.premis.reading import NotPremisError, PremisReading, read_premis
from archiver.standards.premis.received import ReceivedAgent, ReceivedEvent
from archiver.standards.premis.rights import LinkedRights
from archiver.standards.premis.rights_rows import read_rights
from archiver.standards.xml import XmlSyntaxError
from fuzz.holds import holds
from fuzz.target import Target

_RECORD = PackageRecord(
    identifier="urn:uuid:00000000-0000-4000-8000-000000000000",
    name="x",
    description=Description(),
    created=datetime(2026, 1, 1, tzinfo=UTC),
)


def check_premis(data: bytes) -> None:
    """Read a record; what was read is written, read again, and still there."""
    try:
        reading = read_premis(data)
    except (NotPremisError, XmlSyntaxError):
        return
    again = read_premis(premis_xml(_RECORD, _received(reading)))
    holds(len(again.events) == len(reading.events), "every event is still there")
    holds(len(again.rights) == len(reading.rights), "every rights statement is still there")
    holds(again.left == {}, "nothing is written that cannot be read")


def check_rights(data: bytes) -> None:
    """Read a sheet of rights; every statement is written and read again."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8", "replace"))))
    except csv.Error:
        return
    reading = read_rights(rows[0] if rows else [], enumerate(rows[1:], start=2))
    stated = [one for group in reading.statements.values() for one in group]
    rights = tuple(LinkedRights(identifier=("UUID", str(number)), statement=one) for number, one in enumerate(stated))
    again = read_premis(premis_xml(_RECORD, Received(rights=rights)))
    holds(len(again.rights) == len(stated), "every rights statement is still there")


def _received(reading: PremisReading) -> Received:
    return Received(
        events=tuple(
            ReceivedEvent(
                identifier=one.identifier, kind=one.kind, when=one.when, details=one.details, outcomes=one.outcomes
            )
            for one in reading.events
        ),
        agents=tuple(
            ReceivedAgent(
                key=f"received-{number}",
                identifiers=one.identifiers,
                names=one.names,
                kind=one.kind,
                version=one.version,
                notes=one.notes,
            )
            for number, one in enumerate(reading.agents)
        ),
        rights=tuple(LinkedRights(identifier=one.identifier, statement=one.statement) for one in reading.rights),
    )


_EVENT = (
    b"<event><eventIdentifier><eventIdentifierType>UUID</eventIdentifierType><eventIdentifierValue>1"
    b"</eventIdentifierValue></eventIdentifier><eventType>capture</eventType><eventDateTime>2011-01</eventDateTime>"
    b"<eventOutcomeInformation><eventOutcome>fail</eventOutcome></eventOutcomeInformation></event>"
)
_RIGHTS = (
    b"<rights><rightsStatement><rightsStatementIdentifier><rightsStatementIdentifierType>UUID"
    b"</rightsStatementIdentifierType><rightsStatementIdentifierValue>2</rightsStatementIdentifierValue>"
    b"</rightsStatementIdentifier><rightsBasis>copyright</rightsBasis><copyrightInformation><copyrightStatus>unknown"
    b"</copyrightStatus><copyrightJurisdiction>kz</copyrightJurisdiction></copyrightInformation><rightsGranted><act>use"
    b"</act><termOfGrant><startDate>2011</startDate></termOfGrant></rightsGranted></rightsStatement></rights>"
)

TARGETS = (
    Target(
        name="premis",
        seeds=(
            b'<premis xmlns="http://www.loc.gov/premis/v3" version="3.0">' + _EVENT + _RIGHTS + b"</premis>",
            b'<premis xmlns="info:lc/xmlns/premis-v2" version="2.2">' + _EVENT + b"<agent/><event/><rights/></premis>",
        ),
        tokens=(
            *(b"<event>", b"</event>", b"<agent/>", b"<rightsStatement/>", b"<rightsBasis>", b"<eventExtension/>"),
            *(b"&#13;", b"&#x85;", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?a?>", b"&e;", b"\xff", b"not stated"),
        ),
        check=check_premis,
    ),
    Target(
        name="rights",
        seeds=(
            b"file,basis,status,note,grant_act,grant_end_date,shelf\na,Copyright,x,n,use,open,7\na,Copyright,,,dis,,\n",
            b"file,basis\n,Donor\na,\nb,Treaty\n",
        ),
        tokens=(*(b",", b'"', b"\n", b"\r", b"file", b"basis", b"Copyright", b"open", b"\x00"), "\u202e".encode()),
        check=check_rights,
    ),
)
