"""Records of other vocabularies: read as each, and what was read written in each."""

from __future__ import annotations

from importlib import import_module

from archiver.crosswalks import CROSSWALKS
from archiver.crosswalks.contract import UnreadableRecordError
from archiver.model import Description, SourceKind, Statement, ValueSource
from fuzz.holds import holds
from fuzz.target import Target

_MEMBERS = tuple(import_module(module) for module in CROSSWALKS.values())
_READERS = tuple(member for member in _MEMBERS if hasattr(member, "read"))
_SOURCE = ValueSource(kind=SourceKind.SIDECAR, place="a")


def _statement(term: str, text: str, language: str | None = None) -> Statement:
    return Statement(term=term, text=text, language=language, source=_SOURCE)


_RECORD = Description(
    statements=(
        *(_statement("title", "A", "en"), _statement("creator", "B, C https://orcid.org/0000-0002-1825-0097")),
        *(_statement("issued", "192X"), _statement("type", "StillImage"), _statement("language", "kk")),
        *(_statement("spatial", "east=1; north=2"), _statement("isPartOf", "doi:10.5555/a"), _statement("source", "D")),
        *(_statement("license", "CC-BY-4.0"), _statement("identifier", "urn:isbn:9780306406157")),
    )
)


def check_records(data: bytes) -> None:
    """Read the bytes with every reader; what one of them reads, every crosswalk writes."""
    for reader in _READERS:
        try:
            reading = reader.read(data)
        except UnreadableRecordError as refused:
            holds(bool(str(refused)), "refused without a word")
            continue
        statements = tuple(_statement(value.term, value.text, value.language) for value in reading.values)
        for member in _MEMBERS:
            conversion = member.convert(Description(statements=statements))
            conversion.data.decode()
            holds(set(conversion.lost_terms) <= {one.term for one in statements}, "a term is lost that was not stated")


_WRITTEN = tuple(reader.crosswalk(_RECORD) for reader in _READERS)

TARGETS = (
    Target(
        name="crosswalks",
        seeds=_WRITTEN,
        tokens=(
            *(b"<name>", b"<title/>", b' type="family"', b' point="start"', b' xml:lang="x y"', b"&#0;", b"<!-- -->"),
            *(b"[" * 300, b'{"a":' * 30, b"null", b"1e999", b'"\\ud800"', b'"date-parts": [[1, "x"]]', b"true", b"[]"),
            *(b"../", b"9999", b"name=a; start=1; end=2", b"10.5555/", b"https://orcid.org/", b",", b"<mods>", b"{"),
        ),
        check=check_records,
        share=0.15,
    ),
)
