"""Names of persons and organisations as values write them: ``Family, Given``, with an ORCID or ROR beside it.

Nothing is guessed: a name without a comma has no family name, and one with two commas has none either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from archiver.crosswalks.identifiers import Identifier, identify

_WITH_IDENTIFIER = re.compile(
    r"(?P<name>.*?\S)[\s,;]+[(<\[]?(?P<identifier>(?:https?://)?(?:orcid|ror)\.org/[0-9A-Za-z-]+|orcid:\s?[0-9X-]+)[)>\]]?",
    re.IGNORECASE | re.DOTALL,
)
_LETTERS = re.compile(r"[^\W\d_]")
_NOT_PERSONAL = re.compile(r"[\d&/@:;()\[\]{}<>|\n\t]")
_BODIES = frozenset(
    (
        "inc",
        "ltd",
        "llc",
        "llp",
        "plc",
        "gmbh",
        "ag",
        "co",
        "corp",
        "company",
        "sa",
        "bv",
        "nv",
        "oy",
        "ab",
        "srl",
        "spa",
    )
)
"""What follows the comma in a company's name, without its full stops."""

_JOINING = frozenset(("of", "and", "for", "the", "und", "für", "et", "de la", "des"))
_LONGEST = 1000
_MOST_WORDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """One name, taken apart as far as it says itself."""

    text: str
    """The name as written, without the identifier beside it."""

    family: str | None = None
    given: str | None = None
    identifier: Identifier | None = None
    """Of kind ``orcid`` or ``ror``."""

    @property
    def kind(self) -> Literal["person", "organization"] | None:
        """What it is a name of, where that is known: by its identifier, or by its form."""
        if self.identifier:
            return "person" if self.identifier.kind == "orcid" else "organization"
        return "person" if self.family else None


def parse_name(text: str) -> Name:
    """Take a name apart: ``Curie, Marie``, ``CERN (https://ror.org/01ggx4157)``, an ORCID alone."""
    identifier = None
    match = _WITH_IDENTIFIER.fullmatch(text) if len(text) <= _LONGEST else None
    if match:
        identifier = _of_agent(match["identifier"])
    name = match["name"] if match and identifier else text
    identifier = identifier or _of_agent(text)
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma and (identifier is None or identifier.kind == "orcid") and _is_personal(family, given):
        return Name(text=name, family=family, given=given, identifier=identifier)
    return Name(text=name, identifier=identifier)


def _of_agent(text: str) -> Identifier | None:
    identifier = identify(text)
    return identifier if identifier and identifier.kind in {"orcid", "ror"} else None


def _is_personal(family: str, given: str) -> bool:
    words = [*family.split(), *given.split()]
    return (
        bool(_LETTERS.match(family) and _LETTERS.match(given))
        and "," not in given
        and len(words) <= _MOST_WORDS
        and not _NOT_PERSONAL.search(family + given)
        and not _JOINING & {word.lower() for word in words}
        and given.replace(".", "").lower() not in _BODIES
    )
