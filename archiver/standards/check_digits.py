"""Identifiers that carry a check digit, or a form, by which a slip of the pen shows: ORCID, ROR, ISBN, ISSN, DOI.

It finds them in a text and says what is wrong with each; nothing is looked up and nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

LONGEST = 4000
"""Characters of a text that is looked into."""

# https://support.orcid.org: sixteen digits in four groups, the last an ISO 7064 MOD 11-2 check character.
_ORCID = re.compile(r"(?:orcid\.org/|\borcid(?: id)?[: ] ?)([0-9X-]{1,30})", re.IGNORECASE)
_ORCID_FORM = re.compile(r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]")
# https://ror.readme.io, ROR identifier pattern: 0, six characters of Crockford's base 32, two check digits.
_ROR = re.compile(r"\bror\.org/([0-9a-z]{1,30})", re.IGNORECASE)
_ROR_FORM = re.compile(r"0[0-9a-hj-km-np-tv-z]{6}[0-9]{2}")
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_ISBN = re.compile(
    r"(?:\bisbn(?:-1[03])?:? ?|urn:isbn:)((?:[0-9]{1,7} ){3,4}[0-9X]\b|[0-9][0-9X-]{0,30})", re.IGNORECASE
)
_ISSN = re.compile(r"(?:\bissn(?:-l)?:? ?|urn:issn:)([0-9][0-9X-]{0,20})", re.IGNORECASE)
_ISSN_FORM = re.compile(r"[0-9]{4}-?[0-9]{3}[0-9X]")
# DOI Handbook 2.2: a directory indicator of 10 and a registrant's code, a slash, a suffix.
_DOI = re.compile(r"(?:\bdoi: ?|\bdoi\.org/)([^\s]{1,2000})", re.IGNORECASE)
_DOI_FORM = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]{1,9})*/[^\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifierFault:
    """What is wrong with one identifier in a text."""

    kind: str
    """``ORCID iD``, ``ROR ID``, ``ISBN``, ``ISSN`` or ``DOI``."""

    text: str
    """The identifier as it stands there."""

    cause: str
    """In words that go on after the identifier."""


def identifier_faults(text: str) -> tuple[IdentifierFault, ...]:
    """Return what is wrong with the identifiers that a text holds; those without a name before them are not found."""
    return tuple(_faults(text[:LONGEST]))


def orcid_fault(text: str) -> str | None:
    """Say what is wrong with an ORCID iD such as ``0000-0002-1825-0097``, or None."""
    text = text.upper()
    if not _ORCID_FORM.fullmatch(text):
        return "is not written as four groups of four digits, the last of which may be X"
    digits = text.replace("-", "")
    return _check_fault(digits[-1], _mod_11_2(digits[:-1]))


def ror_fault(text: str) -> str | None:
    """Say what is wrong with a ROR ID such as ``02mhbdp94``, or None."""
    text = text.lower()
    if not _ROR_FORM.fullmatch(text):
        return "is not a 0, six letters or digits (none of i, l, o, u) and two digits"
    value = 0
    for character in text[:7]:
        value = value * 32 + _CROCKFORD.index(character)
    check = f"{98 - value * 100 % 97:02}"  # ISO 7064 MOD 97-10
    return None if check == text[7:] else f"has the check digits {text[7:]}, and the others ask for {check}"


def isbn_fault(text: str) -> str | None:
    """Say what is wrong with an ISBN of ten or thirteen digits (ISO 2108), with or without hyphens, or None."""
    digits = text.upper().replace("-", "").replace(" ", "")
    if len(digits) == 10 and digits[:9].isdigit():
        total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
        return _check_fault(digits[9], "0123456789X"[-total % 11])
    if len(digits) != 13 or not digits.isdigit():
        return f"has {len(digits)} digits; an ISBN has 10 or 13"
    if not digits.startswith(("978", "979")):
        return "does not begin with 978 or 979"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits[:12]))
    return _check_fault(digits[12], str(-total % 10))


def issn_fault(text: str) -> str | None:
    """Say what is wrong with an ISSN such as ``0378-5955`` (ISO 3297), or None."""
    text = text.upper()
    if not _ISSN_FORM.fullmatch(text):
        return "is not two groups of four digits, the last of which may be X"
    digits = text.replace("-", "")
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(8, 1, -1), strict=False))
    return _check_fault(digits[7], "0123456789X"[-total % 11])


def doi_fault(text: str) -> str | None:
    """Say what is wrong with a DOI such as ``10.1000/182``, or None; it has no check digit."""
    return None if _DOI_FORM.fullmatch(text) else "is not 10., a registrant's number, a slash and a suffix"


_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], str | None]], ...] = (
    ("ORCID iD", _ORCID, orcid_fault),
    ("ROR ID", _ROR, ror_fault),
    ("ISBN", _ISBN, isbn_fault),
    ("ISSN", _ISSN, issn_fault),
    ("DOI", _DOI, doi_fault),
)


def _faults(text: str) -> Iterator[IdentifierFault]:
    for kind, pattern, judge in _KINDS:
        for found in pattern.finditer(text):
            identifier = found[1].rstrip("-").rstrip(".,;)")
            cause = judge(identifier)
            if cause is not None:
                yield IdentifierFault(kind=kind, text=identifier, cause=cause)


def _mod_11_2(digits: str) -> str:
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    return "0123456789X"[(12 - total % 11) % 11]


def _check_fault(stands: str, asked: str) -> str | None:
    return None if stands == asked else f"ends in {stands}, and the other digits ask for {asked}"
