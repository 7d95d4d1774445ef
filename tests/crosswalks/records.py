"""Random valid records: what the checks of descriptions let through, in every form that a value may take."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from archiver.describe.checking import check_statements
from archiver.model import Description, SourceKind, Statement, ValueSource
from archiver.standards.dc_terms import TERMS

SOURCE = ValueSource(kind=SourceKind.SIDECAR, place="a.yaml")

DATES = (
    *("1923", "1923-05", "1923-05-07", "1923-05-07T10:20:30Z", "1923-05-07T10:20+05:00", "0999"),
    *("1923~", "1923?", "192X", "1923-21", "1923/1925", "1923-05/1923-06-02", "1923/..", "../1925", "Y17000", "-0044"),
    *("[1667,1668]", "{1667,1668}", "1923-XX", "1560%", "name=Thaw; start=1953; end=1964"),
)
NAMES = (
    *("Abai", "Abai Kunanbaiuly", "Curie, Marie", "Ministry of Culture", "Smith, John, 1900-1980", "Acme, Inc."),
    *("Curie, Marie https://orcid.org/0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
    *("CERN (https://ror.org/01ggx4157)", "https://ror.org/01ggx4157", "Құнанбайұлы, Абай", ",", "A, ", "{x}"),
)
URIS = (
    *("https://example.org/a", "http://example.org/a?b=c&d=e#f", "https://doi.org/10.5555/12345678", "doi:10.5555/ab"),
    *("10.5555/12345678", "urn:uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e", "urn:isbn:9780306406157", "ark:/12025/654x"),
    *("ISBN 978-0-306-40615-7", "ISSN 0378-5955", "hdl:2027/x", "mailto:a@example.org", "Box 3, folder 7", "info:a/b"),
)
RIGHTS = (
    *("https://creativecommons.org/licenses/by/4.0/", "http://creativecommons.org/publicdomain/zero/1.0/"),
    *(
        "CC-BY-4.0",
        "https://spdx.org/licenses/MIT",
        "http://rightsstatements.org/vocab/InC/1.0/",
        "All rights reserved",
    ),
    *("https://example.org/licence", "CC0"),
)
LANGUAGES = ("en", "ru", "kk", "zh-Hant", "en-GB", "de-1996", "tlh", "mul", "eng", "und", "x-private", "sr-Latn-RS")
TYPES = (
    *("Text", "Image", "StillImage", "Sound", "MovingImage", "Dataset", "Collection", "Event", "Software"),
    "Letter",
)
PLACES = (
    *("Almaty", "name=Perth, W.A.; east=115.85717; north=-31.95301", "east=1; north=2", "KZ"),
    "northlimit=5; southlimit=-5; westlimit=110; eastlimit=120; name=Somewhere",
)
FORMATS = ("text/plain", "text/html; charset=utf-8", "PDF", "12 leaves", "application/x-made-up+xml")
WORDS = (
    *("A", "two\nlines", "a & b < c > d \" e ' f", "tab\there", "Хроника", "中文", "x" * 300, "e\u0301", "\U0001f600"),
    *(
        "100% {braces} $ # _ ^ ~ \\ @",
        "[1923]",
        "a; b, c | d",
        "line\r\nend",
        "  inner  blanks  ",
        ":unav",
        "null",
        "0",
    ),
)
ALL = (*DATES, *NAMES, *URIS, *RIGHTS, *LANGUAGES, *TYPES, *PLACES, *FORMATS, *WORDS)


def statement(term: str, text: str, language: str | None = None) -> Statement:
    """Return one statement as a sidecar makes it, before any check."""
    return Statement(term=term, text=text, language=language, source=SOURCE)


def checked(*statements: Statement) -> Description:
    """Return a description as the checks leave it: cleaned, with schemes."""
    return Description(statements=check_statements(statements).statements)


def description(*values: tuple[str, str] | tuple[str, str, str | None]) -> Description:
    """Return a checked description of these terms, texts and languages."""
    return checked(*(statement(*value) for value in values))


_TEXTS = st.sampled_from(ALL) | st.text(max_size=30)
_STATEMENTS = st.builds(
    statement,
    st.sampled_from([term.name for term in TERMS]),
    _TEXTS,
    st.none() | st.sampled_from(("en", "ru", "zh-Hant", "kk", "x-private")),
)

RECORDS = st.lists(_STATEMENTS, max_size=12).map(lambda statements: checked(*statements))
"""Any number of values of any terms."""

LETTER = description(
    ("title", "A letter", "en"),
    ("title", "Письмо", "ru"),
    ("alternative", "Letter 3"),
    ("creator", "Curie, Marie https://orcid.org/0000-0002-1825-0097"),
    ("creator", "Abai Kunanbaiuly"),
    ("contributor", "CERN (https://ror.org/01ggx4157)"),
    ("publisher", "State Archive"),
    ("issued", "1923-05-07"),
    ("created", "1921~"),
    ("temporal", "1914/1918"),
    ("type", "Text"),
    ("language", "ru"),
    ("language", "en-GB"),
    ("identifier", "https://doi.org/10.5555/12345678"),
    ("identifier", "Box 3"),
    ("subject", "Chemistry"),
    ("subject", "Letters, private"),
    ("description", "Two pages & a <map>", "en"),
    ("license", "https://creativecommons.org/licenses/by/4.0/"),
    ("rights", "Ask the family"),
    ("spatial", "name=Perth, W.A.; east=115.85717; north=-31.95301"),
    ("spatial", "Almaty"),
    ("isPartOf", "Fonds 3"),
    ("references", "https://doi.org/10.5555/ab"),
    ("isReferencedBy", "doi:10.5555/cd"),
    ("extent", "2 leaves"),
    ("provenance", "Bought 1990"),
)
"""One record as an archivist may write it."""


@cache
def samples() -> tuple[Description, ...]:
    """Return one record a sample text, in which every term has that text."""
    return tuple(checked(*(statement(term.name, text, "ru") for term in TERMS)) for text in ALL)
