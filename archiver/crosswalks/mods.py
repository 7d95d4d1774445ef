"""MODS 3.8, the Library of Congress's schema: every DCMI term has a place in it.

Names are written as they stand; family and given names only where the value is written ``Family, Given``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from archiver.crosswalks.contract import Conversion, Ledger, views
from archiver.crosswalks.identifiers import identify
from archiver.crosswalks.mods_fields import (
    CONDITIONS,
    DATES,
    MODS_NAMESPACE,
    NAMES,
    NOTES,
    PHYSICAL,
    PLAIN,
    RELATED,
    RESOURCE_TYPES,
    SUBJECTS,
    TABLE,
    term_uri,
)
from archiver.crosswalks.mods_reading import read
from archiver.crosswalks.person_names import parse_name
from archiver.crosswalks.xml_records import XLINK_HREF, XLINK_NAMESPACE, XSI, add, set_language
from archiver.standards.dates import date_scheme
from archiver.standards.vocabularies import is_dcmi_type, is_media_type, is_uri, language_scheme
from archiver.standards.xml import xml_bytes

if TYPE_CHECKING:
    from archiver.model import Description, Statement

__all__ = ["SUFFIX", "TABLE", "TITLE", "convert", "crosswalk", "demands", "lost_terms", "read"]

TITLE = "MODS 3.8"
SUFFIX = ".mods.xml"

_SCHEMA = "http://www.loc.gov/standards/mods/v3/mods-3-8.xsd"
_NAMESPACES: dict[str, str] = {None: MODS_NAMESPACE, "xlink": XLINK_NAMESPACE, "xsi": XSI}  # type: ignore[dict-item]  # the stubs forget the default namespace
_LANGUAGE_AUTHORITIES = {"RFC5646": "rfc5646", "ISO639-2": "iso639-2b"}
_ENCODINGS = {"W3CDTF": "w3cdtf", "EDTF": "edtf"}


def convert(description: Description) -> Conversion:
    """Write one ``mods`` record.

    Returns:
        UTF-8 XML, valid against ``mods-3-8.xsd`` when the description states anything: MODS has no empty record.
    """
    return _Record(description).convert()


crosswalk, lost_terms, demands = views(convert)


class _Record:
    """One record while it is written, top-level elements in the order of the MODS outline."""

    def __init__(self, description: Description) -> None:
        self._ledger = Ledger(description)
        self._root = etree.Element(f"{{{MODS_NAMESPACE}}}mods", nsmap=_NAMESPACES)
        self._root.set("version", "3.8")
        self._root.set(f"{{{XSI}}}schemaLocation", f"{MODS_NAMESPACE} {_SCHEMA}")

    def convert(self) -> Conversion:
        """Write every part, and return the record with its account."""
        titled = bool(self._ledger.see("title"))
        self._titles()
        self._names()
        self._types()
        self._origin()
        self._languages()
        self._physical()
        self._texts()
        self._subjects()
        self._related()
        self._identifiers()
        self._conditions()
        if not titled:
            self._ledger.demand(
                "titleInfo", "Users of MODS expect a title (MODS guidelines: titleInfo is required).", "title"
            )
        if not len(self._root):
            # mods-3-8.xsd, modsDefinition: one element at least.
            add(self._root, "note", "The description states nothing.", type_="admin")
        return self._ledger.close(xml_bytes(self._root))

    def _valued(self, parent: etree._Element, name: str, statement: Statement, **attributes: str | None) -> None:
        set_language(add(parent, name, statement.text, **attributes), statement, self._ledger)

    def _titles(self) -> None:
        for term, kind in (("title", None), ("alternative", "alternative")):
            for statement in self._ledger.take(term):
                self._valued(add(self._root, "titleInfo", type_=kind), "title", statement)

    def _names(self) -> None:
        for term, (code, role) in NAMES.items():
            for statement in self._ledger.take(term):
                self._name(statement, code, role)

    def _name(self, statement: Statement, code: str | None, role: str) -> None:
        name = parse_name(statement.text)
        kinds = {"person": "personal", "organization": "corporate", None: None}
        element = add(self._root, "name", type_=kinds[name.kind])
        text = self._ledger.rewrite(statement, name.text)
        if name.family:
            set_language(add(element, "displayForm", text), statement, self._ledger)
            add(element, "namePart", name.family, type_="family")
            add(element, "namePart", name.given, type_="given")
        else:
            set_language(add(element, "namePart", text), statement, self._ledger)
        if name.identifier:
            add(element, "nameIdentifier", name.identifier.uri, type_=name.identifier.kind)
        roles = add(element, "role")
        if code:
            add(roles, "roleTerm", code, type_="code", authority="marcrelator")
        add(roles, "roleTerm", role, type_="text", authority="marcrelator" if code else None)

    def _types(self) -> None:
        for statement in self._ledger.take("type"):
            known = is_dcmi_type(statement.text)
            if statement.text in RESOURCE_TYPES:
                add(self._root, "typeOfResource", RESOURCE_TYPES[statement.text])
            self._valued(self._root, "genre", statement, authority="dct" if known else None)

    def _origin(self) -> None:
        origin = etree.Element(f"{{{MODS_NAMESPACE}}}originInfo")
        for statement in self._ledger.take("publisher"):
            self._valued(origin, "publisher", statement)
        for term, name in DATES.items():
            kind = term if name == "dateOther" and term != "date" else None
            for statement in self._ledger.take(term):
                self._valued(origin, name, statement, encoding=_encoding(statement), type_=kind)
        if len(origin):
            self._root.append(origin)

    def _languages(self) -> None:
        for statement in self._ledger.take("language"):
            authority = _LANGUAGE_AUTHORITIES.get(language_scheme(statement.text) or "")
            kind = "code" if authority else "text"
            self._valued(add(self._root, "language"), "languageTerm", statement, type_=kind, authority=authority)

    def _physical(self) -> None:
        physical = etree.Element(f"{{{MODS_NAMESPACE}}}physicalDescription")
        for term, name in PHYSICAL.items():
            for statement in self._ledger.take(term):
                media = term == "format" and is_media_type(statement.text)
                kind = "material" if term == "medium" else None
                self._valued(physical, "internetMediaType" if media else name, statement, type_=kind)
        if len(physical):
            self._root.append(physical)

    def _texts(self) -> None:
        for term, name in PLAIN.items():
            for statement in self._ledger.take(term):
                self._valued(self._root, name, statement)
        for term, kind in NOTES.items():
            for statement in self._ledger.take(term):
                self._valued(self._root, "note", statement, type_=kind, typeURI=term_uri(term))

    def _subjects(self) -> None:
        for term, name in SUBJECTS.items():
            for statement in self._ledger.take(term):
                encoding = _encoding(statement) if term == "temporal" else None
                self._valued(add(self._root, "subject"), name, statement, encoding=encoding)

    def _related(self) -> None:
        for term, kind in RELATED.items():
            for statement in self._ledger.take(term):
                item = add(
                    self._root,
                    "relatedItem",
                    type_=kind,
                    otherType=None if kind else term,
                    otherTypeURI=term_uri(term),
                )
                if identify(statement.text):
                    self._identifier(item, statement)
                else:
                    self._valued(add(item, "titleInfo"), "title", statement)

    def _identifiers(self) -> None:
        for statement in self._ledger.take("identifier"):
            self._identifier(self._root, statement)

    def _identifier(self, parent: etree._Element, statement: Statement) -> None:
        identifier = identify(statement.text)
        # As written: a DOI stays an address where it is one, so the type says what it is, not how it is written.
        kind = "hdl" if identifier and identifier.kind == "handle" else identifier.kind if identifier else None
        self._valued(parent, "identifier", statement, type_="uri" if kind in {"url", "urn"} else kind)

    def _conditions(self) -> None:
        for term, kind in CONDITIONS.items():
            for statement in self._ledger.take(term):
                attributes = {XLINK_HREF: statement.text} if is_uri(statement.text) else {}
                self._valued(self._root, "accessCondition", statement, type_=kind, **attributes)


def _encoding(statement: Statement) -> str | None:
    return _ENCODINGS.get(date_scheme(statement.text) or "")
