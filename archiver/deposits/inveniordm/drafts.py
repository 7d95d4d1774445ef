"""The body of a draft: metadata, the key that finds it again, who may see it; and what is lacking in it.

Sends nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal
from uuid import NAMESPACE_URL, uuid5

from archiver.crosswalks import inveniordm
from archiver.crosswalks.access import AccessRights, access_rights
from archiver.model import Finding, Severity
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.model.deposits import Parcel

_NEEDED = ("title", "creators", "resource_type", "publication_date")
"""Without these nothing is published (invenio-rdm-records, services/schemas/metadata.py)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the settings say of every draft."""

    publish: bool
    reserve_doi: bool
    access: Literal["public", "restricted"] | None
    """In place of what descriptions say."""


def key_of(parcel: Parcel) -> str:
    """Return the identifier that a draft is found by: a URN, which every installation takes.

    The key itself where it is one (RFC 8141 allows a fragment), else a UUID made from it.
    """
    key = parcel.key
    return (
        key if key.startswith("urn:") and key.isascii() and " " not in key else f"urn:uuid:{uuid5(NAMESPACE_URL, key)}"
    )


def draft_body(parcel: Parcel, wishes: Wishes, today: date) -> dict[str, object]:
    """Return what a draft is made from."""
    metadata = _metadata(parcel)
    identifiers = metadata.get("identifiers", [])
    metadata["identifiers"] = [*identifiers, {"scheme": "urn", "identifier": key_of(parcel)}]
    metadata.setdefault("title", printable(parcel.name))
    return {"metadata": metadata, "access": _access(parcel, wishes, today), "files": {"enabled": True}}


def lacking(parcel: Parcel, wishes: Wishes, today: date, setting: str) -> tuple[Finding, ...]:
    """Say what the server demands and the description lacks.

    Args:
        parcel: what is to be deposited.
        wishes: a draft may lack what a published record may not.
        today: for embargoes.
        setting: name of the target's table.
    """
    metadata = _metadata(parcel)
    conversion = inveniordm.convert(parcel.description) if parcel.description else None
    words = {demand.field: demand.message for demand in (conversion.demands if conversion else ())}
    needed = [name for name in _NEEDED if name not in metadata]
    if wishes.reserve_doi and "publisher" not in metadata:
        # DataCite Metadata Schema 4.6, property 4: mandatory with every DOI.
        needed.append("publisher")
    severity = Severity.ERROR if wishes.publish else Severity.WARNING
    found = [_lack(parcel, name, words.get(name), severity) for name in needed]
    return (*found, *_access_findings(parcel, wishes, today, setting))


def _metadata(parcel: Parcel) -> dict[str, Any]:
    if parcel.description is None:
        return {}
    made: dict[str, Any] = json.loads(inveniordm.convert(parcel.description).data)
    metadata: dict[str, Any] = made["metadata"]
    return metadata


def _lack(parcel: Parcel, name: str, words: str | None, severity: Severity) -> Finding:
    message = words or f"InvenioRDM demands {name} of what is published, and the description has none."
    if severity is Severity.ERROR:
        return Finding(
            severity=severity,
            code="deposit-record-incomplete",
            file=printable(parcel.name),
            message=message,
            fix="Add it to the description and build the package anew, or deposit with publish = false and fill it in "
            "on the draft's page.",
        )
    return Finding(
        severity=severity,
        code="deposit-draft-incomplete",
        file=printable(parcel.name),
        message=f"{message} The draft can be made; it cannot be published as it is.",
        fix="Fill it in on the draft's page before publishing, or add it to the description and build the package "
        "anew.",
    )


def _access_findings(parcel: Parcel, wishes: Wishes, today: date, setting: str) -> list[Finding]:
    if wishes.access is not None or parcel.description is None:
        return []
    rights = access_rights(parcel.description)
    found = [
        Finding(
            severity=Severity.WARNING,
            code="deposit-access-not-understood",
            file=printable(parcel.name),
            message=f"It is not understood who may see this: {printable(statement.text[:200])}. The files are "
            "restricted.",
            fix="Write open, embargoed, restricted or closed, or the address of such a term of COAR; or set "
            f"{setting}.access.",
        )
        for statement in (rights.unread if rights.kind is None else ())
    ]
    if rights.kind == "embargoed" and not _is_ahead(rights, today):
        found.append(
            Finding(
                severity=Severity.WARNING,
                code="deposit-embargo-without-end",
                file=printable(parcel.name),
                message="The description speaks of an embargo and names no day to come as its end (available). The "
                "files are restricted without an end.",
                fix=f"Add the term available with that day, or set {setting}.access.",
            )
        )
    return found


def _access(parcel: Parcel, wishes: Wishes, today: date) -> dict[str, object]:
    """Return who may see the record and its files; the record itself only where everything is closed is not public."""
    if wishes.access is not None:
        return {"record": wishes.access, "files": wishes.access}
    rights = access_rights(parcel.description) if parcel.description else AccessRights(kind=None)
    if rights.kind in {"open", "embargoed", None} and not rights.unread and _is_ahead(rights, today):
        embargo = {"active": True, "until": rights.until, "reason": None}
        return {"record": "public", "files": "restricted", "embargo": embargo}
    if rights.kind == "open" or (rights.kind is None and not rights.unread):
        return {"record": "public", "files": "public"}
    return {"record": "public", "files": "restricted"}


def _is_ahead(rights: AccessRights, today: date) -> bool:
    try:
        return rights.until is not None and date.fromisoformat(rights.until) > today
    except ValueError:
        return False
