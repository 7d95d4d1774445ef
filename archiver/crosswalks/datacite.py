"""DataCite 4.6 in XML: the record that a DOI is registered with.

The schema demands an identifier, a creator, a title, a publisher, a year and a type. Where the description has none,
DataCite's standard values for unknown information stand there, so that the record is valid, and the demand is said.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from archiver.crosswalks.contract import Conversion, Reading, UnreadableRecordError, views
from archiver.crosswalks.datacite_reading import read_record
from archiver.crosswalks.datacite_record import SCHEMA_VERSION, datacite_record
from archiver.crosswalks.datacite_terms import TABLE
from archiver.crosswalks.json_records import Json, objects, text_in
from archiver.crosswalks.xml_records import XML_LANG, XSI, add, children, record_root, text_of
from archiver.standards.xml import xml_bytes, xml_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from archiver.model import Description

__all__ = ["SUFFIX", "TABLE", "TITLE", "convert", "crosswalk", "demands", "lost_terms", "read"]

TITLE = "DataCite 4.6"
SUFFIX = ".datacite.xml"

_SCHEMA = "http://schema.datacite.org/meta/kernel-4.6/metadata.xsd"
_NAMESPACES: dict[str, str] = {None: SCHEMA_VERSION, "xsi": XSI}  # type: ignore[dict-item]  # the stubs forget None
_ANY_KERNEL = "http://datacite.org/schema/kernel-"


class _List(NamedTuple):
    """One property that is a list of texts with attributes, in JSON and in XML."""

    name: str
    element: str
    text: str
    """Key of the text in JSON."""

    attributes: tuple[str, ...]
    """Their keys in JSON; in XML ``...Uri`` is ``...URI`` and ``lang`` is ``xml:lang``."""


_LISTS = {
    one.name: one
    for one in (
        _List("titles", "title", "title", ("titleType", "lang")),
        _List(
            "subjects",
            "subject",
            "subject",
            ("subjectScheme", "schemeUri", "valueUri", "classificationCode", "lang"),
        ),
        _List("dates", "date", "date", ("dateType", "dateInformation")),
        _List("alternateIdentifiers", "alternateIdentifier", "alternateIdentifier", ("alternateIdentifierType",)),
        _List(
            "relatedIdentifiers",
            "relatedIdentifier",
            "relatedIdentifier",
            (
                *("relatedIdentifierType", "relationType", "resourceTypeGeneral"),
                *("relatedMetadataScheme", "schemeUri", "schemeType"),
            ),
        ),
        _List(
            "rightsList",
            "rights",
            "rights",
            ("rightsUri", "rightsIdentifier", "rightsIdentifierScheme", "schemeUri", "lang"),
        ),
        _List("descriptions", "description", "description", ("descriptionType", "lang")),
    )
}
_TEXTS = {"sizes": "size", "formats": "format"}
_AGENTS = {"creators": "creator", "contributors": "contributor"}
_AGENT_PARTS = ("givenName", "familyName")
_POINT = ("pointLongitude", "pointLatitude")
_BOX = ("westBoundLongitude", "eastBoundLongitude", "southBoundLatitude", "northBoundLatitude")
_PUBLISHER = ("publisherIdentifier", "publisherIdentifierScheme", "schemeUri", "lang")


def convert(description: Description) -> Conversion:
    """Write one ``resource``.

    Returns:
        UTF-8 XML, valid against DataCite's ``metadata.xsd`` 4.6 whatever the record lacks.
    """
    record, ledger = datacite_record(description)
    root = etree.Element(f"{{{SCHEMA_VERSION}}}resource", nsmap=_NAMESPACES)
    root.set(f"{{{XSI}}}schemaLocation", f"{SCHEMA_VERSION} {_SCHEMA}")
    add(root, "identifier", text_in(record, "doi") or ":tba", identifierType="DOI")
    for name, value in record.items():
        _write(root, name, value)
    return ledger.close(xml_bytes(root))


crosswalk, lost_terms, demands = views(convert)


def read(data: bytes) -> Reading:
    """Read one ``resource`` of any kernel.

    Raises:
        UnreadableRecordError: no XML, or its root is no ``resource`` of DataCite.
    """
    root = record_root(data)
    name = etree.QName(root)
    if name.localname != "resource" or not (name.namespace or "").startswith(_ANY_KERNEL):
        raise UnreadableRecordError("is no record of DataCite: its root is not resource")
    record: Json = {}
    for child in children(root):
        key, value = _read(child)
        record.setdefault(key, value)
    return read_record(record)


def _write(root: etree._Element, name: str, value: object) -> None:
    """Write one property; ``schemaVersion`` is the namespace, and the identifier stands already."""
    if name in _LISTS:
        _write_list(add(root, name), _LISTS[name], value)
    elif name in _TEXTS and isinstance(value, list):
        parent = add(root, name)
        for text in value:
            add(parent, _TEXTS[name], str(text))
    elif name in _WRITERS:
        _WRITERS[name](root, value)


def _attribute(key: str) -> str:
    """Return the name in XML of an attribute in JSON."""
    return XML_LANG if key == "lang" else key.replace("Uri", "URI")


def _set(element: etree._Element, values: Json, keys: tuple[str, ...]) -> None:
    for key in keys:
        if text_in(values, key):
            element.set(_attribute(key), xml_text(text_in(values, key)))


def _write_list(parent: etree._Element, shape: _List, value: object) -> None:
    for one in objects(value):
        _set(add(parent, shape.element, str(one.get(shape.text, ""))), one, shape.attributes)


def _write_types(root: etree._Element, value: object) -> None:
    for one in objects(value):
        general = text_in(one, "resourceTypeGeneral")
        add(root, "resourceType", text_in(one, "resourceType"), resourceTypeGeneral=general)


def _write_text(name: str, root: etree._Element, value: object) -> None:
    add(root, name, str(value))


def _write_publisher(root: etree._Element, value: object) -> None:
    for one in objects(value):
        _set(add(root, "publisher", text_in(one, "name")), one, _PUBLISHER)


def _write_agents(name: str, root: etree._Element, value: object) -> None:
    parent = add(root, f"{name}s")
    for one in objects(value):
        agent = add(parent, name, contributorType=text_in(one, "contributorType") or None)
        _set(add(agent, f"{name}Name", text_in(one, "name")), one, ("nameType", "lang"))
        for part in _AGENT_PARTS:
            if text_in(one, part):
                add(agent, part, text_in(one, part))
        for identifier in objects(one.get("nameIdentifiers")):
            element = add(agent, "nameIdentifier", text_in(identifier, "nameIdentifier"))
            _set(element, identifier, ("nameIdentifierScheme", "schemeUri"))


def _write_items(root: etree._Element, value: object) -> None:
    parent = add(root, "relatedItems")
    for one in objects(value):
        item = add(parent, "relatedItem")
        _set(item, one, ("relatedItemType", "relationType"))
        _write_list(add(item, "titles"), _LISTS["titles"], one.get("titles"))


def _write_places(root: etree._Element, value: object) -> None:
    parent = add(root, "geoLocations")
    for one in objects(value):
        location = add(parent, "geoLocation")
        if text_in(one, "geoLocationPlace"):
            add(location, "geoLocationPlace", text_in(one, "geoLocationPlace"))
        for name, limits in (("geoLocationPoint", _POINT), ("geoLocationBox", _BOX)):
            for shape in objects(one.get(name)):
                element = add(location, name)
                for limit in limits:
                    add(element, limit, text_in(shape, limit))


_WRITERS: dict[str, Callable[[etree._Element, object], None]] = {
    "types": _write_types,
    "creators": partial(_write_agents, "creator"),
    "contributors": partial(_write_agents, "contributor"),
    "publisher": _write_publisher,
    "publicationYear": partial(_write_text, "publicationYear"),
    "language": partial(_write_text, "language"),
    "relatedItems": _write_items,
    "geoLocations": _write_places,
}


def _read(element: etree._Element) -> tuple[str, object]:
    """Return the key in JSON and the value of one top-level element."""
    name = str(etree.QName(element).localname)
    if name in _LISTS:
        return name, [{_LISTS[name].text: text_of(one)} | _attributes(one) for one in children(element)]
    if name in _READERS:
        return _READERS[name](element)
    return name, _tree(element) if len(element) and name not in _TEXTS else _plain(element)


_READERS: dict[str, Callable[[etree._Element], tuple[str, object]]] = {
    "identifier": lambda element: ("doi", text_of(element)),
    "resourceType": lambda element: ("types", {"resourceType": text_of(element)} | _attributes(element)),
    "publisher": lambda element: ("publisher", {"name": text_of(element)} | _attributes(element)),
    "creators": lambda element: ("creators", [_read_agent(one) for one in children(element)]),
    "contributors": lambda element: ("contributors", [_read_agent(one) for one in children(element)]),
    "geoLocations": lambda element: ("geoLocations", [_tree(one) for one in children(element)]),
    "relatedItems": lambda element: (
        "relatedItems",
        [_attributes(one) | dict(map(_read, children(one))) for one in children(element)],
    ),
}


def _plain(element: etree._Element) -> object:
    return [text_of(child) for child in children(element)] if len(element) else text_of(element)


def _attributes(element: etree._Element) -> Json:
    names = ((etree.QName(str(name)), str(value)) for name, value in element.attrib.items())
    return {name.localname.replace("URI", "Uri"): value for name, value in names if name.namespace != XSI}


def _read_agent(element: etree._Element) -> Json:
    agent = _attributes(element)
    for child in children(element):
        name = str(etree.QName(child).localname)
        if name in {"creatorName", "contributorName"}:
            agent |= {"name": text_of(child)} | _attributes(child)
        elif name == "nameIdentifier":
            one = {"nameIdentifier": text_of(child)} | _attributes(child)
            agent["nameIdentifiers"] = [*objects(agent.get("nameIdentifiers", [])), one]
        else:
            agent[name] = text_of(child)
    return agent


def _tree(element: etree._Element) -> object:
    """Return what is inside an element as JSON would hold it: its children by name, or its text."""
    if not len(element):
        return text_of(element)
    found: dict[str, list[object]] = {}
    for child in children(element):
        found.setdefault(str(etree.QName(child).localname), []).append(_tree(child))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}
