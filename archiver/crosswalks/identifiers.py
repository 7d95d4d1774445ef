"""What kind of identifier a value is, by its own shape: targets want to know.

It looks at the text alone and never resolves anything; a bare number is no ISBN until it says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from archiver.standards.vocabularies import is_uri

IdentifierKind = Literal["doi", "handle", "ark", "isbn", "issn", "orcid", "ror", "urn", "url", "uri"]

# The DOI Handbook, section 2.2; the Handle System, RFC 3650 section 3; orcid.org and ror.org, structure of identifiers.
_SHAPES: tuple[tuple[IdentifierKind, re.Pattern[str]], ...] = (
    ("doi", re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s?)?(10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+)", re.IGNORECASE)),
    ("handle", re.compile(r"(?:https?://hdl\.handle\.net/|hdl:\s?)([0-9][0-9A-Za-z.]*/\S+)", re.IGNORECASE)),
    ("orcid", re.compile(r"(?i:https?://orcid\.org/|orcid:\s?)([0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X])")),
    ("ror", re.compile(r"(?:https?://)?ror\.org/(0[0-9a-z]{6}[0-9]{2})")),
    ("isbn", re.compile(r"(?:urn:isbn:|isbn(?:-1[03])?[:\s]\s?)([0-9](?:[0-9 -]{7,15})[0-9X])", re.IGNORECASE)),
    ("issn", re.compile(r"(?:urn:issn:|issn[:\s]\s?)([0-9]{4}-[0-9]{3}[0-9X])", re.IGNORECASE)),
    ("ark", re.compile(r"(?:https?://n2t\.net/)?(ark:/?[0-9a-z]{5,}/\S*)", re.IGNORECASE)),
)
_RESOLVERS = {
    "doi": "https://doi.org/",
    "handle": "https://hdl.handle.net/",
    "orcid": "https://orcid.org/",
    "ror": "https://ror.org/",
    "isbn": "urn:isbn:",
    "issn": "urn:issn:",
}
_LONGEST = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A text that names something."""

    kind: IdentifierKind
    """``uri``: a URI of none of the other kinds."""

    value: str
    """As its own system writes it, without a resolver's address: ``10.5555/12345678``; a URI as it is."""

    @property
    def uri(self) -> str:
        """The identifier as a URI: ``https://doi.org/10.5555/12345678``, ``urn:issn:0378-5955``."""
        return f"{_RESOLVERS.get(self.kind, '')}{self.value}"


def identify(text: str) -> Identifier | None:
    """Say what kind of identifier the whole of ``text`` is, or None."""
    if len(text) > _LONGEST:
        return None
    for kind, shape in _SHAPES:
        match = shape.fullmatch(text)
        if match:
            return Identifier(kind=kind, value=match[1])
    if not is_uri(text):
        return None
    scheme = text.partition(":")[0].lower()
    kinds: dict[str, IdentifierKind] = {"http": "url", "https": "url", "ftp": "url", "urn": "urn"}
    return Identifier(kind=kinds.get(scheme, "uri"), value=text)
