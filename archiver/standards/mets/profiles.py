"""What E-ARK's kinds of package differ in, and the values that its vocabularies have for what a package holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archiver.model import Agent, Description, PackageRecord

PackageKind = Literal["sip", "aip"]

PROFILES: dict[PackageKind, str] = {
    "sip": "https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-2-0.xml",  # E-ARK SIP 2.2.0, SIP2
    # E-ARK AIP 2.2.0, AIPM2, and the URI that the published profile bears: its host may be a slip, but it is the rule.
    "aip": "https://earkdip.dilcis.eu/profile/E-ARK-AIP-v2-2-0.xml",
}
"""``mets/@PROFILE`` by kind."""

CHECKSUM_TYPES = {
    "sha512": "SHA-512",
    "sha384": "SHA-384",
    "sha256": "SHA-256",
    "sha1": "SHA-1",
    "md5": "MD5",
}
"""METS 1.12.1, CHECKSUMTYPE: algorithm as in a manifest's name -> METS's name, strongest first; it knows no SHA-3."""

# CSIP 2.2.0, vocabulary "Content category", which takes up the DCMI types in words of its own.
_CATEGORIES = {
    "Collection": "Collection",
    "Dataset": "Datasets",
    "Event": "Event",
    "Image": "Image",
    "InteractiveResource": "Interactive resource",
    "MovingImage": "Moving image",
    "PhysicalObject": "Physical object",
    "Service": "Service",
    "Software": "Software",
    "Sound": "Sound",
    "StillImage": "Still image",
    "Text": "Text",
}
_MIXED = "Mixed"


def content_category(description: Description) -> str:
    """Return ``mets/@TYPE`` (CSIP2) of what a description describes: by its one DCMI type, else ``Mixed``."""
    types = {one.text for one in description.all("type") if one.scheme == "DCMIType"}
    return _CATEGORIES.get(types.pop(), _MIXED) if len(types) == 1 else _MIXED


def checksum_algorithm(algorithms: Iterable[str]) -> str | None:
    """Return the strongest of some algorithms that METS has a name for; None where it has none."""
    there = set(algorithms)
    return next((name for name in CHECKSUM_TYPES if name in there), None)


def submitter(record: PackageRecord) -> tuple[str, Literal["ORGANIZATION", "INDIVIDUAL"]] | None:
    """Return who made the package, and what they are, for the submitting agent that a SIP must have (SIP15 to SIP18).

    Returns:
        The archive where it has a name, else the person responsible; None where neither is known.
    """
    if record.organization:
        return record.organization, "ORGANIZATION"
    person: Agent | None = next((agent for agent in record.agents if agent.kind == "person"), None)
    return (person.name, "INDIVIDUAL") if person else None
