"""Reads another system's PREMIS record (3.0, or 2.x): its objects' names, its events, agents and rights.

Reads what :mod:`archiver.standards.premis.received` can write again and counts everything else, so that nothing is left
out in silence. Believes nothing: it neither checks digests nor says whether an event took place.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lxml import etree

from archiver.standards.premis.rights import (
    COPYRIGHT,
    LICENSE,
    NOT_STATED,
    OTHER,
    STATUTE,
    Grant,
    Period,
    RightsDocument,
    RightsStatement,
)
from archiver.standards.xml import parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.standards.premis.elements import Identifier

NAMESPACES = ("http://www.loc.gov/premis/v3", "info:lc/xmlns/premis-v2")

# An object's own facts are found anew for every file, and links back to events say what the events say.
_FOUND_ANEW = frozenset(
    {
        *("objectIdentifier", "originalName", "objectCharacteristics", "objectCategory", "linkingEventIdentifier"),
        *("linkingRightsStatementIdentifier",),
    }
)
_EVENT_PARTS = frozenset(
    {
        *("eventIdentifier", "eventType", "eventDateTime", "eventDetail", "eventDetailInformation"),
        *("eventOutcomeInformation", "linkingAgentIdentifier", "linkingObjectIdentifier"),
    }
)
_AGENT_PARTS = frozenset(
    {
        *("agentIdentifier", "agentName", "agentType", "agentVersion", "agentNote", "linkingEventIdentifier"),
        *("linkingRightsStatementIdentifier",),
    }
)
_RIGHTS_PARTS = frozenset(
    {
        *("rightsStatementIdentifier", "rightsBasis", "copyrightInformation", "licenseInformation"),
        *("statuteInformation", "otherRightsInformation", "rightsGranted", "linkingObjectIdentifier"),
        *("linkingAgentIdentifier",),
    }
)
_BASES = {"copyright": COPYRIGHT, "license": LICENSE, "licence": LICENSE, "statute": STATUTE}
_OWNERS = {COPYRIGHT: "copyright", LICENSE: "license", STATUTE: "statute", OTHER: "otherRights"}

Link = tuple["Identifier", tuple[str, ...]]
"""(identifier, roles)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadObject:
    """An object: what it is called."""

    identifiers: tuple[Identifier, ...]
    name: str
    """``originalName``; empty when it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEvent:
    """An event, with identifiers of that record."""

    identifier: Identifier
    kind: str
    when: str
    details: tuple[str, ...]
    outcomes: tuple[tuple[str, tuple[str, ...]], ...]
    agents: tuple[Link, ...]
    objects: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAgent:
    """An agent, with identifiers of that record."""

    identifiers: tuple[Identifier, ...]
    names: tuple[str, ...]
    kind: str
    version: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRights:
    """A rights statement, with identifiers of that record."""

    identifier: Identifier
    statement: RightsStatement
    agents: tuple[Link, ...]
    objects: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PremisReading:
    """One record, read."""

    objects: tuple[ReadObject, ...]
    events: tuple[ReadEvent, ...]
    agents: tuple[ReadAgent, ...]
    rights: tuple[ReadRights, ...]
    left: Counter[str] = field(default_factory=Counter)
    """Name of an element that cannot be carried over -> how many there are."""


class NotPremisError(ValueError):
    """The document is XML and no PREMIS record; the message says what it is."""


def read_premis(data: bytes) -> PremisReading:
    """Read a record.

    Raises:
        XmlSyntaxError: no XML, or beyond the parser's limits.
        NotPremisError: another document.
    """
    root = parse_xml(data)
    name = etree.QName(root)
    if name.localname != "premis" or name.namespace not in NAMESPACES:
        raise NotPremisError(f"its root element is {name.localname}, and not premis of PREMIS 3.0 or 2")
    left: Counter[str] = Counter()
    objects, events, agents, rights = [], [], [], []
    for child in root.iterchildren(tag=etree.Element):
        kind = etree.QName(child).localname
        left.update(_deeper(child))
        if kind == "object":
            left.update(_names(child) - _FOUND_ANEW)
            objects.append(ReadObject(identifiers=_identifiers(child, "object"), name=_text(child, "originalName")))
        elif kind == "event":
            left.update(_names(child) - _EVENT_PARTS)
            events.append(_event(child))
        elif kind == "agent":
            left.update(_names(child) - _AGENT_PARTS)
            agents.append(_agent(child))
        elif kind == "rights":
            for statement in child.iterchildren(tag=etree.Element):
                if etree.QName(statement).localname == "rightsStatement":
                    left.update(_names(statement) - _RIGHTS_PARTS)
                    rights.append(_rights(statement))
                else:
                    left[etree.QName(statement).localname] += 1
        else:
            left[kind] += 1
    return PremisReading(
        objects=tuple(objects), events=tuple(events), agents=tuple(agents), rights=tuple(rights), left=left
    )


def _event(element: etree._Element) -> ReadEvent:
    details = [_text(one, "eventDetail") for one in _children(element, "eventDetailInformation")]
    details += _texts(element, "eventDetail")  # PREMIS 2
    return ReadEvent(
        identifier=_identifier(element, "event"),
        kind=_text(element, "eventType") or NOT_STATED,
        when=_text(element, "eventDateTime") or NOT_STATED,
        details=tuple(detail for detail in details if detail),
        outcomes=tuple(_outcome(one) for one in _children(element, "eventOutcomeInformation")),
        agents=tuple(_links(element, "linkingAgent")),
        objects=tuple(_links(element, "linkingObject")),
    )


def _outcome(element: etree._Element) -> tuple[str, tuple[str, ...]]:
    notes = [_text(one, "eventOutcomeDetailNote") for one in _children(element, "eventOutcomeDetail")]
    return _text(element, "eventOutcome"), tuple(note for note in notes if note)


def _agent(element: etree._Element) -> ReadAgent:
    return ReadAgent(
        identifiers=_identifiers(element, "agent"),
        names=_texts(element, "agentName"),
        kind=_text(element, "agentType"),
        version=_text(element, "agentVersion"),
        notes=_texts(element, "agentNote"),
    )


def _rights(element: etree._Element) -> ReadRights:
    stated = _text(element, "rightsBasis")
    basis = _BASES.get(stated.lower(), OTHER)
    owner = _OWNERS[basis]
    information = next(iter(_children(element, f"{owner}Information")), None)
    other = stated if stated.lower() not in {*_BASES, OTHER} else ""
    statement = RightsStatement(basis=basis, other_basis=other)
    if information is not None:
        statement = RightsStatement(
            basis=basis,
            other_basis=other or _text(information, "otherRightsBasis"),
            status=_text(information, "copyrightStatus"),
            jurisdiction=_stated(_text(information, f"{owner}Jurisdiction")),
            determined=_text(information, "copyrightStatusDeterminationDate")
            or _text(information, "statuteInformationDeterminationDate"),
            terms=_text(information, "licenseTerms"),
            citation=_stated(_text(information, "statuteCitation")),
            period=_period(information, f"{owner}ApplicableDates"),
            notes=_texts(information, f"{owner}Note"),
            documents=tuple(_document(one, owner) for one in _children(information, f"{owner}DocumentationIdentifier")),
        )
    return ReadRights(
        identifier=_identifier(element, "rightsStatement"),
        statement=_with_grants(statement, element),
        agents=tuple(_links(element, "linkingAgent")),
        objects=tuple(_links(element, "linkingObject")),
    )


def _with_grants(statement: RightsStatement, element: etree._Element) -> RightsStatement:
    grants = tuple(
        Grant(
            act=_text(one, "act"),
            restrictions=_texts(one, "restriction"),
            granted=_period(one, "termOfGrant"),
            restricted=_period(one, "termOfRestriction"),
            notes=_texts(one, "rightsGrantedNote"),
        )
        for one in _children(element, "rightsGranted")
    )
    return replace(statement, grants=grants)


def _document(element: etree._Element, owner: str) -> RightsDocument:
    name = f"{owner}DocumentationIdentifier"
    return RightsDocument(
        kind=_text(element, f"{name}Type"),
        value=_text(element, f"{name}Value"),
        role=_text(element, f"{owner}DocumentationRole"),
    )


def _stated(text: str) -> str:
    return "" if text == NOT_STATED else text


def _period(element: etree._Element, name: str) -> Period:
    for found in _children(element, name):
        start = _text(found, "startDate")
        return Period(start="" if start == ".." else start, end=_text(found, "endDate"))
    return Period()


def _links(element: etree._Element, owner: str) -> Iterator[Link]:
    for found in _children(element, f"{owner}Identifier"):
        yield _pair(found, owner), _texts(found, f"{owner}Role")


def _identifier(element: etree._Element, owner: str) -> Identifier:
    return next(iter(_identifiers(element, owner)), (NOT_STATED, ""))


def _identifiers(element: etree._Element, owner: str) -> tuple[Identifier, ...]:
    return tuple(_pair(found, owner) for found in _children(element, f"{owner}Identifier"))


def _pair(element: etree._Element, owner: str) -> Identifier:
    return _text(element, f"{owner}IdentifierType"), _text(element, f"{owner}IdentifierValue")


def _deeper(element: etree._Element) -> Iterator[str]:
    """Yield names of what lies deeper in an entity and is not read: foreign elements, and facts nobody finds here."""
    for child in element.iterchildren(tag=etree.Element):
        for one in child.iterdescendants(tag=etree.Element):
            name = etree.QName(one).localname
            if name.endswith("Extension") or name in {"creatingApplication", "inhibitors"}:
                yield name


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return element.findall(f"{{*}}{name}")


def _names(element: etree._Element) -> set[str]:
    return {etree.QName(child).localname for child in element.iterchildren(tag=etree.Element)}


def _text(element: etree._Element, name: str) -> str:
    return next(iter(_texts(element, name)), "")


def _texts(element: etree._Element, name: str) -> tuple[str, ...]:
    found = ("".join(str(text) for text in child.itertext()).strip() for child in _children(element, name))
    return tuple(text for text in found if text)
