"""The record of a data set: a package's description by the crosswalk, with what the configuration adds and the key.

Makes no request.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archiver.crosswalks import dataverse
from archiver.crosswalks.dataverse_fields import SUBJECTS
from archiver.model import Description, Finding, Severity
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.config.tables import Table
    from archiver.crosswalks.contract import Demand
    from archiver.model.deposits import Parcel

KEYS = ("contact_email", "contact_name", "subject")
_AGENCY = "archiver"
_KEYS_OF = {"datasetContactEmail": "contact_email", "subject": "subject"}
"""Field that Dataverse demands -> key of the configuration that can give it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Additions:
    """What the configuration gives of each record."""

    table: str
    """Its name, for messages."""

    contact_email: str | None = None
    contact_name: str | None = None
    subject: str | None = None
    """Of Dataverse's own list; for records that have none."""


def read_additions(table: Table) -> Additions:
    """Read the keys of a record.

    Raises:
        ConfigurationError: one is unusable.
    """
    given = {key: table.text(key) for key in KEYS if key in table}
    if "@" not in given.get("contact_email", "@"):
        raise table.fault("contact_email", "must be an e-mail address")
    if given.get("subject", "Other") not in SUBJECTS:
        raise table.fault("subject", f"must be one of: {', '.join(sorted(SUBJECTS))}")
    return Additions(table=table.name, **given)


def dataset_json(parcel: Parcel, additions: Additions) -> bytes:
    """Write the body of the request that makes a data set; its ``otherId`` has the parcel's key."""
    made: dict[str, Any] = json.loads(dataverse.convert(parcel.description or Description()).data)
    fields: list[dict[str, Any]] = made["datasetVersion"]["metadataBlocks"]["citation"]["fields"]
    if "title" not in _names(fields):
        fields.insert(0, _field("title", parcel.name))
    if additions.subject and "subject" not in _names(fields):
        fields.append(_field("subject", [additions.subject], "controlledVocabulary", multiple=True))
    if additions.contact_email:
        contact = {"datasetContactEmail": _field("datasetContactEmail", additions.contact_email)}
        if additions.contact_name:
            contact["datasetContactName"] = _field("datasetContactName", additions.contact_name)
        fields.append(_field("datasetContact", [contact], "compound", multiple=True))
    own = {"otherIdAgency": _field("otherIdAgency", _AGENCY), "otherIdValue": _field("otherIdValue", parcel.key)}
    listed = next((field for field in fields if field["typeName"] == "otherId"), None)
    if listed is None:
        fields.append(_field("otherId", [own], "compound", multiple=True))
    else:
        listed["value"].append(own)
    return json.dumps(made, ensure_ascii=False).encode()


def has_key(version: object, key: str) -> bool:
    """Tell whether a version of a data set, as the server gives it, has the key among its other identifiers."""
    return key in _other_ids(version)


def lacking(parcel: Parcel, additions: Additions) -> tuple[Finding, ...]:
    """Say what Dataverse demands, and neither description nor configuration has."""
    demands = dataverse.convert(parcel.description or Description()).demands
    return tuple(
        _lack(parcel, demand, additions)
        for demand in demands
        if getattr(additions, _KEYS_OF.get(demand.field, ""), None) is None
    )


def _lack(parcel: Parcel, demand: Demand, additions: Additions) -> Finding:
    key = _KEYS_OF.get(demand.field)
    terms = f"Give the description {' or '.join(demand.terms)}, and build the package again" if demand.terms else ""
    setting = f"set {additions.table}.{key}" if key else ""
    fix = ", or ".join(way for way in (terms, setting) if way)
    return Finding(
        severity=Severity.ERROR,
        code="dataverse-record-incomplete",
        file=printable(parcel.name),
        message=demand.message,
        fix=f"{fix[0].upper()}{fix[1:]}.",
    )


def _other_ids(version: object) -> set[str]:
    found: set[str] = set()
    try:
        fields = version["metadataBlocks"]["citation"]["fields"]  # type: ignore[index]  # a stranger's JSON
        for field in fields:
            if field["typeName"] == "otherId":
                found |= {str(one["otherIdValue"]["value"]) for one in field["value"] if "otherIdValue" in one}
    except (KeyError, TypeError):
        pass
    return found


def _names(fields: list[dict[str, Any]]) -> set[str]:
    return {field["typeName"] for field in fields}


def _field(name: str, value: object, kind: str = "primitive", *, multiple: bool = False) -> dict[str, Any]:
    return {"typeName": name, "multiple": multiple, "typeClass": kind, "value": value}
