"""Rights of PREMIS 3.0: on what basis something may be done with documents, what, on which terms, from when to when.

Values and their XML. A date stands as it was stated; what the schema demands and nobody stated is said to be not
stated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.standards.premis.elements import Identifier, branch, identifier, leaf, package_identifier, path_identifier
from archiver.standards.premis_events import COPYRIGHT_STATUSES, RIGHTS_BASES

if TYPE_CHECKING:
    from collections.abc import Sequence

COPYRIGHT, LICENSE, STATUTE, OTHER = "copyright", "license", "statute", "other"
NOT_STATED = "not stated"
OPEN = "OPEN"
"""An end that is not set (PREMIS data dictionary 3.0, 4.1.6.4.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From when to when; either may be empty."""

    start: str = ""
    end: str = ""

    def __bool__(self) -> bool:
        return bool(self.start or self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsDocument:
    """A document that the rights follow from."""

    kind: str
    """Type of its identifier: ``URI``."""

    value: str
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One act that is allowed, or not, or under conditions."""

    act: str
    restrictions: tuple[str, ...] = ()
    """In the words of whoever stated them: ``Disallow``."""

    granted: Period = Period()
    restricted: Period = Period()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsStatement:
    """One rights statement, without what it is about."""

    basis: str
    """:data:`COPYRIGHT`, :data:`LICENSE`, :data:`STATUTE` or :data:`OTHER`."""

    other_basis: str = ""
    """What :data:`OTHER` is: ``donor``, ``policy``."""

    status: str = ""
    """Of a copyright."""

    jurisdiction: str = ""
    """Of a copyright or a statute."""

    determined: str = ""
    """When the status was found, or the statute looked up."""

    terms: str = ""
    """Of a licence."""

    citation: str = ""
    """Of a statute."""

    period: Period = Period()
    notes: tuple[str, ...] = ()
    documents: tuple[RightsDocument, ...] = ()
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedRights:
    """A rights statement with its identifier and what it is about."""

    identifier: Identifier
    statement: RightsStatement
    objects: tuple[str, ...] = ()
    """Packaged paths; empty for the whole package."""

    agents: tuple[tuple[str, str], ...] = ()
    """(agent identifier, role)."""


def rights_xml(rights: LinkedRights, package: str) -> str:
    """Return the ``rights`` element of one statement.

    Args:
        rights: the statement.
        package: ``urn:uuid:`` of the package, which a statement about no single file is about.
    """
    statement = rights.statement
    objects = [path_identifier(path) for path in rights.objects] or [package_identifier(package)]
    roles = [leaf("linkingAgentRole", role) if role else "" for _, role in rights.agents]
    return branch(
        "rights",
        branch(
            "rightsStatement",
            identifier("rightsStatement", rights.identifier),
            leaf("rightsBasis", statement.basis, RIGHTS_BASES.get(statement.basis)),
            _INFORMATION[statement.basis](statement),
            *(_grant(grant) for grant in statement.grants),
            *(identifier("linkingObject", one) for one in objects),
            *(
                identifier("linkingAgent", ("local", agent), role)
                for (agent, _), role in zip(rights.agents, roles, strict=True)
            ),
        ),
    )


def _copyright(statement: RightsStatement) -> str:
    status = statement.status or "unknown"
    return branch(
        "copyrightInformation",
        leaf("copyrightStatus", status, COPYRIGHT_STATUSES.get(status)),
        leaf("copyrightJurisdiction", statement.jurisdiction or NOT_STATED),
        leaf("copyrightStatusDeterminationDate", statement.determined) if statement.determined else "",
        *(leaf("copyrightNote", note) for note in _notes(statement, "jurisdiction", "status", "determined")),
        *_documents("copyright", statement.documents),
        _period("copyrightApplicableDates", statement.period),
    )


def _license(statement: RightsStatement) -> str:
    parts = [
        *_documents("license", statement.documents),
        leaf("licenseTerms", statement.terms) if statement.terms else "",
        *(leaf("licenseNote", note) for note in _notes(statement, "terms")),
        _period("licenseApplicableDates", statement.period),
    ]
    return branch("licenseInformation", *parts) if any(parts) else ""


def _statute(statement: RightsStatement) -> str:
    return branch(
        "statuteInformation",
        leaf("statuteJurisdiction", statement.jurisdiction or NOT_STATED),
        leaf("statuteCitation", statement.citation or NOT_STATED),
        leaf("statuteInformationDeterminationDate", statement.determined) if statement.determined else "",
        *(leaf("statuteNote", note) for note in _notes(statement, "jurisdiction", "citation", "determined")),
        *_documents("statute", statement.documents),
        _period("statuteApplicableDates", statement.period),
    )


def _other(statement: RightsStatement) -> str:
    return branch(
        "otherRightsInformation",
        *_documents("otherRights", statement.documents),
        leaf("otherRightsBasis", statement.other_basis or NOT_STATED),
        _period("otherRightsApplicableDates", statement.period),
        *(leaf("otherRightsNote", note) for note in _notes(statement)),
    )


_INFORMATION = {COPYRIGHT: _copyright, LICENSE: _license, STATUTE: _statute, OTHER: _other}

_FIELDS = {
    "status": "Status",
    "jurisdiction": "Jurisdiction",
    "determined": "Determined",
    "terms": "Terms",
    "citation": "Citation",
}


def _notes(statement: RightsStatement, *held: str) -> list[str]:
    """Return the notes, and what was stated that this basis has no element for."""
    more = [f"{label}: {getattr(statement, name)}" for name, label in _FIELDS.items() if name not in held]
    return [*statement.notes, *(note for note in more if not note.endswith(": "))]


def _documents(owner: str, documents: Sequence[RightsDocument]) -> list[str]:
    name = f"{owner}DocumentationIdentifier"
    return [
        branch(
            name,
            leaf(f"{name}Type", one.kind or NOT_STATED),
            leaf(f"{name}Value", one.value or NOT_STATED),
            leaf(f"{owner}DocumentationRole", one.role) if one.role else "",
        )
        for one in documents
    ]


def _period(name: str, period: Period) -> str:
    # The schema demands a start; EDTF writes one that is not known as "..".
    end = leaf("endDate", period.end) if period.end else ""
    return branch(name, leaf("startDate", period.start or ".."), end) if period else ""


def _grant(grant: Grant) -> str:
    return branch(
        "rightsGranted",
        leaf("act", grant.act),
        *(leaf("restriction", restriction) for restriction in grant.restrictions),
        _period("termOfGrant", grant.granted),
        _period("termOfRestriction", grant.restricted),
        *(leaf("rightsGrantedNote", note) for note in grant.notes),
    )
