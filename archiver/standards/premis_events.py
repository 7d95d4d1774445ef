"""The PREMIS vocabularies of the Library of Congress that a package uses: codes, labels and value URIs.

Source: https://id.loc.gov/vocabulary/preservation/ (schemes eventType, eventOutcome, eventRelatedAgentRole,
eventRelatedObjectRole, agentType, cryptographicHashFunctions, relationshipType, relationshipSubType). A code that is
not in its scheme gets no URI: nothing here makes one up.
"""

from __future__ import annotations

from dataclasses import dataclass

_PRESERVATION = "http://id.loc.gov/vocabulary/preservation/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One entry of a controlled vocabulary."""

    scheme: str
    """Name of the vocabulary: ``eventType``."""

    code: str
    """Last segment of the value URI: ``nor``."""

    label: str
    """The authoritative label, in lower case as PREMIS records write it: ``normalization``."""

    @property
    def uri(self) -> str:
        """URI of the entry, for ``valueURI``."""
        return f"{_PRESERVATION}{self.scheme}/{self.code}"


def _by_code(scheme: str, labels: dict[str, str]) -> dict[str, Term]:
    return {code: Term(scheme=scheme, code=code, label=label) for code, label in labels.items()}


def _by_label(scheme: str, codes: dict[str, str]) -> dict[str, Term]:
    return {label: Term(scheme=scheme, code=code, label=label) for label, code in codes.items()}


EVENT_TYPES = _by_code(
    "eventType",
    {
        "acc": "accession",
        "app": "appraisal",
        "cap": "capture",
        "com": "compression",
        "cop": "compiling",
        "cre": "creation",
        "dea": "deaccession",
        "dec": "decompression",
        "del": "deletion",
        "der": "decryption",
        "dig": "digital signature validation",
        "dis": "dissemination",
        "dsg": "digital signature generation",
        "dsp": "displaying",
        "enc": "encryption",
        "exe": "execution",
        "exp": "exporting",
        "ext": "extraction",
        "ffa": "forensic feature analysis",
        "fil": "filename change",
        "fix": "fixity check",
        "for": "format identification",
        "ima": "imaging",
        "ine": "ingestion end",
        "ing": "ingestion",
        "ins": "ingestion start",
        "int": "interpreting",
        "ipc": "information package creation",
        "ipm": "information package merging",
        "ips": "information package splitting",
        "mee": "metadata extraction",
        "mem": "metadata modification",
        "mes": "message digest calculation",
        "mig": "migration",
        "mod": "modification",
        "nor": "normalization",
        "pac": "packing",
        "poa": "policy assignment",
        "prt": "printing",
        "qua": "quarantine",
        "rec": "recovery",
        "red": "redaction",
        "ref": "refreshment",
        "ren": "rendering",
        "rep": "replication",
        "tra": "transfer",
        "unp": "unpacking",
        "unq": "unquarantine",
        "val": "validation",
        "vir": "virus check",
    },
)
"""By code."""

EVENT_OUTCOMES = _by_label("eventOutcome", {"success": "suc", "fail": "fai", "warning": "war"})
"""By label; ``pass`` and ``not run`` are the house's own words and have no URI."""

AGENT_ROLES = _by_label(
    "eventRelatedAgentRole",
    {"authorizer": "aut", "executing program": "exe", "implementer": "imp", "validator": "val"},
)
"""By label."""

OBJECT_ROLES = _by_label("eventRelatedObjectRole", {"source": "sou", "outcome": "out"})
"""By label."""

AGENT_TYPES = _by_label("agentType", {"software": "sof", "person": "per", "organization": "org"})
"""By label."""

DIGEST_FUNCTIONS = _by_code(
    "cryptographicHashFunctions",
    {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"},
)
"""By algorithm name as in a manifest's file name; the scheme has no SHA-224, SHA-3 or BLAKE2."""

STRUCTURAL = Term(scheme="relationshipType", code="str", label="structural")
DERIVATION = Term(scheme="relationshipType", code="der", label="derivation")
REPLACEMENT = Term(scheme="relationshipType", code="rep", label="replacement")

INCLUDES = Term(scheme="relationshipSubType", code="inc", label="includes")
REPRESENTS = Term(scheme="relationshipSubType", code="rep", label="represents")
IS_REPRESENTED_BY = Term(scheme="relationshipSubType", code="isr", label="is represented by")
IS_SOURCE_OF = Term(scheme="relationshipSubType", code="iso", label="is source of")
HAS_SOURCE = Term(scheme="relationshipSubType", code="hss", label="has source")
SUPERSEDES = Term(scheme="relationshipSubType", code="sup", label="supersedes")

RIGHTS_BASES = _by_label("rightsBasis", {"copyright": "cop", "license": "lic", "statute": "sta", "other": "oth"})
"""By label."""

COPYRIGHT_STATUSES = _by_label("copyrightStatus", {"copyrighted": "cpr", "public domain": "pub", "unknown": "unk"})
"""By label."""


def event_label(code: str) -> str:
    """Return the label of an event type, or the code itself when the vocabulary does not know it."""
    term = EVENT_TYPES.get(code)
    return term.label if term else code


def digest_label(algorithm: str) -> str:
    """Return how people write an algorithm: ``SHA-512`` for ``sha512``, ``SHA3-256`` for ``sha3_256``."""
    term = DIGEST_FUNCTIONS.get(algorithm)
    return term.label if term else algorithm.upper().replace("_", "-")
