"""Profiles of records, and the values they and the standards are asked about: any CSV, any text."""

from __future__ import annotations

from archiver.describe import check_statements
from archiver.describe.profile_checking import check_record
from archiver.errors import UsageError
from archiver.model import Description, SourceKind, Statement, ValueSource
from archiver.standards.dctap import parse_dctap
from archiver.standards.names import has_hidden_characters
from fuzz.holds import findings_hold, holds
from fuzz.target import Target

_SOURCE = ValueSource(kind=SourceKind.SHEET, place="s.csv, row 2, column x")
_RECORD = Description(
    statements=tuple(
        Statement(term=term, text=text, language=language, source=_SOURCE)
        for term, text, language in (
            ("title", "A" * 300, "en"),
            ("title", "Б", None),
            ("date", "1953-04-11", None),
            ("subject", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", None),
        )
    )
)
_JUDGED = ("coverage", "creator", "date", "format", "identifier", "language", "license", "rights", "spatial", "type")
_HEADER = b"shapeID,propertyID,mandatory,repeatable,valueNodeType,valueDataType,valueConstraint,valueConstraintType\n"


def check_dctap(data: bytes) -> None:
    """Read a profile and judge a record by it."""
    try:
        reading = parse_dctap(data, "p.csv")
    except UsageError as error:
        holds(not has_hidden_characters(str(error)), "what is refused is refused in words that can be printed")
        return
    findings_hold(reading.findings)
    for shape in (reading.profile.items, reading.profile.parts):
        if shape is not None:
            findings_hold(check_record(_RECORD, shape, name="a.txt", profile=reading.profile.name))


def check_values(data: bytes) -> None:
    """Check one text as a value of a term of each kind."""
    text = data.decode("utf-8", "surrogateescape")
    for term in _JUDGED:
        findings_hold(check_statements([Statement(term=term, text=text, source=_SOURCE)]).findings)


TARGETS = (
    Target(
        name="dctap",
        seeds=(
            _HEADER + b"item,dct:title,true,false,literal,xsd:string,300,maxLength\n",
            _HEADER + b",dct:subject,1,0,IRI literal,,(a+)+,pattern\npart,dct:date,yes,,,EDTF,,\n",
            _HEADER + b",dct:title,,,,rdf:langString,en|ru,languageTag\n,dct:date,,,,xsd:date,1900,minInclusive\n",
        ),
        tokens=(
            *(
                b"dct:title",
                b"dct:date",
                b"picklist",
                b"pattern",
                b"IRIstem",
                b"minLength",
                b"maxInclusive",
                b"|",
                b",",
            ),
            *(
                b'"',
                b"\n",
                b";",
                b"\t",
                b"(a*)*",
                b"{1000}",
                b"\\p{L}",
                b"[",
                b"nan",
                b"inf",
                b"1e999",
                b"\x00",
                b"part",
            ),
        ),
        check=check_dctap,
    ),
    Target(
        name="values",
        seeds=(
            b"1953-04-11/1954~",
            b"name=Perth; east=115.86; north=-31.95",
            b"northlimit=-13.5; southlimit=-35.5; westlimit=112.5; eastlimit=129",
            b"name=The Thaw; start=1953; end=1964",
            b"Doe, Jane (https://orcid.org/0000-0002-1825-0097), ISBN 978-3-16-148410-0, ISSN 0378-5955",
            b"https://creativecommons.org/licenses/by/4.0/",
            b"http://rightsstatements.org/vocab/InC/1.0/",
            b"Apache-2.0 OR MIT",
            b"zh-Hant",
        ),
        tokens=(
            *(
                b"east=",
                b"start=",
                b"; ",
                b"=",
                b"\\",
                b"ISBN ",
                b"https://ror.org/",
                b"doi:10.",
                b"spdx.org/licenses/",
            ),
            *(b" OR ", b" WITH ", b"CC BY ", b"X", b"-", b"/", b"~", b"?", b"..", b"\xc2\xb2", b"\xd9\xa3", b"9" * 300),
        ),
        check=check_values,
    ),
)
