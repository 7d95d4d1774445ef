from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.model import Description, SourceKind, Statement, ValueSource
from archiver.standards.premis import Received, premis_xml
from archiver.standards.premis.licences import licence_rights
from archiver.standards.premis.reading import read_premis
from archiver.standards.premis.rights import (
    COPYRIGHT,
    LICENSE,
    OTHER,
    STATUTE,
    Grant,
    LinkedRights,
    Period,
    RightsDocument,
    RightsStatement,
)
from archiver.standards.premis.rights_rows import read_rights

if TYPE_CHECKING:
    from archiver.model import PackageRecord
    from tests.judges.schemas import SchemaJudge

HEADER = [
    *("file", "basis", "status", "determination_date", "jurisdiction", "start_date", "end_date", "terms", "citation"),
    *("note", "grant_act", "grant_restriction", "grant_start_date", "grant_end_date", "grant_note"),
    *("doc_id_type", "doc_id_value", "doc_id_role"),
]
SOURCE = ValueSource(kind=SourceKind.SHEET, place="a.csv, row 2, column rights")

words = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=12)
maybe = st.just("") | words
periods = st.builds(Period, start=maybe, end=maybe)
grants = st.builds(
    Grant,
    act=words,
    restrictions=st.lists(words, max_size=2).map(tuple),
    granted=periods,
    restricted=periods,
    notes=st.lists(words, max_size=2).map(tuple),
)
documents = st.lists(st.builds(RightsDocument, kind=words, value=words, role=maybe), max_size=2).map(tuple)
shared = {
    "period": periods,
    "notes": st.lists(words, max_size=2).map(tuple),
    "documents": documents,
    "grants": st.lists(grants, max_size=2).map(tuple),
}
statements = st.one_of(
    st.builds(RightsStatement, basis=st.just(COPYRIGHT), status=words, jurisdiction=maybe, determined=maybe, **shared),
    st.builds(RightsStatement, basis=st.just(LICENSE), terms=maybe, **shared),
    st.builds(RightsStatement, basis=st.just(STATUTE), jurisdiction=maybe, citation=maybe, determined=maybe, **shared),
    st.builds(RightsStatement, basis=st.just(OTHER), other_basis=words, **shared),
)


def row(**values: str) -> list[str]:
    return [values.get(name, "") for name in HEADER]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(statement=statements)
def test_any_statement_is_valid_and_comes_back(
    premis_schema: SchemaJudge, bare_record: PackageRecord, statement: RightsStatement
) -> None:
    path = bare_record.files[0].path
    rights = LinkedRights(identifier=("UUID", "1"), statement=statement, objects=(path,), agents=(("a", "grantor"),))
    data = premis_xml(bare_record, Received(rights=(rights,)))
    result = premis_schema(data)
    assert result.passed, result.detail
    (back,) = read_premis(data).rights
    assert back.statement == statement
    assert (back.identifier, back.objects) == (("UUID", "1"), ((("local", path), ()),))
    assert back.agents == ((("local", "a"), ("grantor",)),)


def test_a_row_becomes_a_statement() -> None:
    cells = row(
        file="a.txt", basis="Copyright", status="Copyrighted", determination_date="2011-01-01", jurisdiction="ca",
        start_date="2011", end_date="2013", note="A note", grant_act="disseminate", grant_restriction="Disallow",
        grant_start_date="2011", grant_end_date="open", grant_note="Why", doc_id_type="URI",
        doc_id_value="http://example.org/1", doc_id_role="deed",
    )  # fmt: skip
    reading = read_rights(HEADER, [(2, cells)])
    assert reading.faults == ()
    assert reading.statements["a.txt"] == (
        RightsStatement(
            basis=COPYRIGHT,
            status="copyrighted",
            jurisdiction="ca",
            determined="2011-01-01",
            period=Period(start="2011", end="2013"),
            notes=("A note",),
            documents=(RightsDocument(kind="URI", value="http://example.org/1", role="deed"),),
            grants=(
                Grant(
                    act="disseminate",
                    restrictions=("Disallow",),
                    granted=Period(start="2011", end="OPEN"),
                    notes=("Why",),
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ("License", (LICENSE, "")),
        ("licence", (LICENSE, "")),
        ("Donor", (OTHER, "donor")),
        ("Policy", (OTHER, "policy")),
        ("Treaty", (OTHER, "Treaty")),
    ],
)
def test_each_basis(basis: str, expected: tuple[str, str]) -> None:
    reading = read_rights(HEADER, [(2, row(file="a", basis=basis))])
    (statement,) = reading.statements["a"]
    assert (statement.basis, statement.other_basis) == expected
    assert [fault.row for fault in reading.faults] == ([2] if basis == "Treaty" else [])


def test_rows_on_one_basis_are_one_statement_with_several_acts() -> None:
    first = row(file="a", basis="Copyright", status="copyrighted", jurisdiction="kz", grant_act="use")
    second = row(file="a", basis="Copyright", grant_act="disseminate", grant_restriction="Allow")
    third = row(file="a", basis="Copyright", status="public domain", jurisdiction="kz")
    reading = read_rights(HEADER, [(2, first), (3, second), (4, third)])
    assert [[grant.act for grant in one.grants] for one in reading.statements["a"]] == [["use", "disseminate"], []]
    assert reading.faults == ()


def test_what_no_element_holds_becomes_a_note(premis_schema: SchemaJudge, bare_record: PackageRecord) -> None:
    cells = row(file="a", basis="Donor", jurisdiction="kz", terms="ask first")
    reading = read_rights([*HEADER, "Shelf"], [(2, [*cells, "7 b"])])
    assert [(fault.row, fault.lost) for fault in reading.faults] == [(0, False)]
    assert "shelf" in reading.faults[0].cause
    rights = LinkedRights(identifier=("UUID", "1"), statement=reading.statements["a"][0])
    data = premis_xml(bare_record, Received(rights=(rights,)))
    assert premis_schema(data).passed
    (back,) = read_premis(data).rights
    assert set(back.statement.notes) == {"shelf: 7 b", "Jurisdiction: kz", "Terms: ask first"}


@pytest.mark.parametrize(
    ("header", "cells", "row_number", "lost"),
    [
        (["path", "basis"], ["a", "Copyright"], 0, True),
        (["file"], ["a"], 0, True),
        (["file", "basis"], ["", "Copyright"], 2, True),
        (["file", "basis"], ["a", ""], 2, True),
        (["file", "basis"], ["a", "Statute"], 2, False),
        (["file", "basis", "grant_restriction"], ["a", "Donor", "Allow"], 2, False),
    ],
)
def test_gaps_are_told_with_their_row(header: list[str], cells: list[str], row_number: int, *, lost: bool) -> None:
    reading = read_rights(header, [(2, cells)])
    assert [(fault.row, fault.lost) for fault in reading.faults] == [(row_number, lost)]
    assert bool(reading.statements) is not lost


def described(*values: tuple[str, str]) -> Description:
    return Description(statements=tuple(Statement(term=term, text=text, source=SOURCE) for term, text in values))


def test_licences_of_descriptions(record: PackageRecord, premis_schema: SchemaJudge) -> None:
    paths = list(record.document_descriptions)
    whole = described(("license", "https://example.org/l"), ("rights", "Ask the reading room."))
    own = described(
        ("license", "https://example.org/l"),
        ("rights", "https://creativecommons.org/licenses/by/4.0/"),
        ("license", "MIT"),
    )
    record = replace(record, description=whole, document_descriptions={paths[0]: own, paths[1]: own, paths[2]: whole})
    found = licence_rights(record)
    said = [(one.statement.terms or one.statement.documents[0].value, one.objects) for one in found]
    assert said == [
        ("https://example.org/l", ()),
        ("MIT", (paths[0], paths[1])),
        ("https://creativecommons.org/licenses/by/4.0/", (paths[0], paths[1])),
    ]
    assert len({one.identifier for one in found}) == 3
    assert premis_schema(premis_xml(record, Received(rights=found))).passed


def test_a_start_that_nobody_stated_is_written_as_unknown(bare_record: PackageRecord) -> None:
    statement = RightsStatement(basis=LICENSE, period=Period(end="2030"))
    data = premis_xml(bare_record, Received(rights=(LinkedRights(identifier=("UUID", "1"), statement=statement),)))
    assert b"<startDate>..</startDate><endDate>2030</endDate>" in data
