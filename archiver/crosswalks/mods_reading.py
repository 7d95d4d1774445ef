"""Reading MODS records of any version 3: titles, names, dates, subjects, relations, rights, as DCMI terms.

What has no term, such as a place of publication or a shelf mark, is given back by its name; nothing is dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from archiver.crosswalks.contract import Reading, ReadValue, UnreadableRecordError, UnreadValue
from archiver.crosswalks.identifiers import Identifier, identify
from archiver.crosswalks.mods_fields import (
    CONDITIONS,
    MODS_NAMESPACE,
    RELATED,
    RELATED_TYPES,
    RESOURCE_TYPES,
)
from archiver.crosswalks.xml_records import XLINK_HREF, XML_LANG, children, line_of, record_root, text_of
from archiver.standards.dc_terms import TERM_BY_NAME, TERMS_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_RESOURCE_TYPES = {text: dcmi for dcmi, text in RESOURCE_TYPES.items()} | {
    "sound recording-musical": "Sound",
    "sound recording-nonmusical": "Sound",
}
_CONDITIONS = {kind: term for term, kind in CONDITIONS.items()} | {"licence": "license"}
_DATES = {
    "copyrightDate": "dateCopyrighted",
    "dateCreated": "created",
    "dateIssued": "issued",
    "dateModified": "modified",
    "dateValid": "valid",
}
_NOTES = {"ownership": "provenance", "preferred citation": "bibliographicCitation"}
_CREATORS = frozenset(("creator", "cre", "author", "aut"))
_ROLES_OF_TERMS = {"contributor": "contributor", "ctb": "contributor", "mediator": "mediator", "publisher": "publisher"}
_SUBJECTS = {"geographic": "spatial", "geographicCode": "spatial", "temporal": "temporal"}
_HEADINGS = frozenset(("topic", "name", "titleInfo", "genre", "occupation"))


def read(data: bytes) -> Reading:
    """Read a ``mods`` record, or the one record of a ``modsCollection``.

    Raises:
        UnreadableRecordError: no XML, no MODS, or more than one record.
    """
    root = record_root(data)
    name = etree.QName(root)
    if name.namespace != MODS_NAMESPACE or name.localname not in {"mods", "modsCollection"}:
        raise UnreadableRecordError("is no MODS record: its root is not mods of version 3")
    if name.localname == "modsCollection":
        records = list(children(root))
        if len(records) != 1:
            raise UnreadableRecordError(f"holds {len(records)} MODS records; one sidecar describes one thing")
        root = records[0]
    reader = _Reader()
    for child in children(root):
        reader.read(child)
    return reader.reading()


def _local(element: etree._Element) -> str:
    name = etree.QName(element)
    return name.localname if name.namespace == MODS_NAMESPACE else name.text


def _language(*elements: etree._Element) -> str | None:
    """Return the first tag stated by an element or, after it, by one around it."""
    tags = (element.get(XML_LANG) or element.get("lang") for element in elements)
    return next((tag for tag in tags if tag), None)


def _term_of_uri(uri: str | None) -> str | None:
    """Return the term that a ``typeURI`` of ours names."""
    term = uri.removeprefix(TERMS_NAMESPACE) if uri and uri.startswith(TERMS_NAMESPACE) else None
    return term if term in TERM_BY_NAME else None


def _title(info: etree._Element) -> str:
    parts: dict[str, list[str]] = {}
    for child in children(info):
        parts.setdefault(_local(child), []).append(text_of(child))
    title = " ".join(filter(None, [*parts.get("nonSort", []), *parts.get("title", [])]))
    for name, joint in (("subTitle", ": "), ("partNumber", ". "), ("partName", ", ")):
        title = joint.join(filter(None, [title, *parts.get(name, [])]))
    return title


def _name(element: etree._Element) -> str:
    """Return a name as people write it: its display form, or ``Family, Given`` and the rest; then its ORCID or ROR."""
    parts = [child for child in children(element) if _local(child) == "namePart"]
    order = ("family", "given", None, "termsOfAddress", "date")
    texts = [text_of(part) for kind in order for part in parts if part.get("type") == kind]
    shown = [text_of(child) for child in children(element) if _local(child) == "displayForm"]
    name = next(filter(None, shown), ", ".join(filter(None, texts)))
    for identifier in _agent_identifiers(element):
        name = f"{name} ({identifier.uri})" if name and identifier.uri not in name else name or identifier.uri
    return name


def _agent_identifiers(name: etree._Element) -> list[Identifier]:
    """Return the first ORCID or ROR of a name, in a list; empty without one."""
    texts = (text_of(child) for child in children(name) if _local(child) == "nameIdentifier")
    known = ((identify(text) or identify(f"orcid:{text}")) for text in texts)
    return [identifier for identifier in known if identifier and identifier.kind in {"orcid", "ror"}][:1]


class _Reader:
    """Gathers what one record states."""

    def __init__(self) -> None:
        self._values: dict[tuple[str, str, str | None], ReadValue] = {}
        self._other: list[UnreadValue] = []

    def reading(self) -> Reading:
        """Return what was gathered; a value that stands twice is one."""
        return Reading(values=tuple(self._values.values()), other=tuple(self._other))

    def read(self, element: etree._Element) -> None:
        """Read one top-level element."""
        readers: dict[str, Callable[[etree._Element], None]] = {
            "titleInfo": self._title_info,
            "name": self._agent,
            "typeOfResource": self._resource_type,
            "originInfo": self._origin,
            "language": self._languages,
            "physicalDescription": self._physical,
            "note": self._note,
            "subject": self._subject,
            "identifier": self._identifier,
            "location": self._location,
            "relatedItem": self._related,
            "accessCondition": self._condition,
        }
        plain = {
            "abstract": "abstract",
            "classification": "subject",
            "genre": "type",
            "tableOfContents": "tableOfContents",
            "targetAudience": "audience",
        }
        name = _local(element)
        if name in plain:
            self._value(plain[name], element)
        elif name in readers:
            readers[name](element)
        else:
            self._unread(name, element)

    def _value(self, term: str, element: etree._Element, *around: etree._Element, text: str | None = None) -> None:
        text = text_of(element) if text is None else text
        language = _language(element, *around)
        if text:
            value = ReadValue(term=term, text=text, language=language, line=line_of(element))
            self._values.setdefault((term, text, language), value)

    def _unread(self, name: str, element: etree._Element, text: str | None = None) -> None:
        leaves = [leaf for leaf in element.iter() if isinstance(leaf.tag, str) and not len(leaf) and text_of(leaf)]
        text = "; ".join(text_of(leaf) for leaf in leaves) if text is None else text
        if text:
            self._other.append(UnreadValue(name=f"mods:{name}", text=text, line=line_of(element)))

    def _unread_all(self, name: str, elements: Iterable[etree._Element]) -> None:
        for element in elements:
            self._unread(f"{name}/{_local(element)}", element)

    def _title_info(self, element: etree._Element) -> None:
        inner = next((child for child in children(element) if _local(child) == "title"), element)
        term = "alternative" if element.get("type") or element.get("otherType") else "title"
        self._value(term, inner, element, text=_title(element))

    def _agent(self, element: etree._Element) -> None:
        name = _name(element)
        roles = [text_of(term) for term in element.iter(f"{{{MODS_NAMESPACE}}}roleTerm")]
        known = [role for role in roles if role.lower() in _CREATORS or role.lower() in _ROLES_OF_TERMS]
        term = "contributor"
        if any(role.lower() in _CREATORS for role in roles):
            term = "creator"
        elif known:
            term = _ROLES_OF_TERMS[known[0].lower()]
        inner = next((child for child in children(element) if _local(child) in {"displayForm", "namePart"}), element)
        self._value(term, inner, element, text=name)
        for role in roles:
            if role not in known:
                self._unread("name/role", element, f"{role}: {name}")
        for child in children(element):
            local = _local(child)
            if local == "nameIdentifier" and text_of(child) not in name:
                self._unread("name/nameIdentifier", child, f"{text_of(child)}: {name}")
            elif local not in {"namePart", "displayForm", "role", "nameIdentifier"}:
                self._unread(f"name/{local}", child)

    def _resource_type(self, element: etree._Element) -> None:
        text = text_of(element)
        self._value("type", element, text=_RESOURCE_TYPES.get(text, text))
        if element.get("collection") == "yes":
            self._value("type", element, text="Collection")

    def _origin(self, element: etree._Element) -> None:
        open_dates: dict[str, tuple[str, etree._Element]] = {}
        for child in children(element):
            name = _local(child)
            if name == "publisher":
                self._value("publisher", child, element)
            elif name in _DATES or name == "dateOther":
                self._date(child, _DATES.get(name) or _other_date(child), open_dates)
            else:
                self._unread(f"originInfo/{name}", child)
        for term, (text, child) in open_dates.items():
            self._value(term, child, text=f"{text}/..")  # ISO 8601-2 section 4.4: an interval without a known end

    def _date(self, element: etree._Element, term: str, open_dates: dict[str, tuple[str, etree._Element]]) -> None:
        point, text = element.get("point"), text_of(element)
        if point == "start" and text:
            if term in open_dates:
                self._value(term, open_dates[term][1], text=open_dates[term][0])
            open_dates[term] = (text, element)
        elif point == "end" and text:
            start = open_dates.pop(term, ("..", element))[0]
            self._value(term, element, text=f"{start}/{text}")
        else:
            self._value(term, element)

    def _languages(self, element: etree._Element) -> None:
        terms = [child for child in children(element) if _local(child) == "languageTerm"]
        codes = [term for term in terms if term.get("type") == "code"]
        for term in codes or terms:
            self._value("language", term, element, text=_tag(term))
        self._unread_all("language", (child for child in children(element) if child not in terms))

    def _physical(self, element: etree._Element) -> None:
        for child in children(element):
            name = _local(child)
            if name in {"internetMediaType", "extent"}:
                self._value("format" if name == "internetMediaType" else name, child, element)
            elif name == "form":
                self._value("medium" if child.get("type") == "material" else "format", child, element)
            else:
                self._unread(f"physicalDescription/{name}", child)

    def _note(self, element: etree._Element) -> None:
        kind = element.get("type")
        term = _term_of_uri(element.get("typeURI")) or _NOTES.get(kind or "")
        if term or not kind:
            self._value(term or "description", element)
        else:
            self._unread(f"note[{kind}]", element)

    def _subject(self, element: etree._Element) -> None:
        parts = list(children(element))
        headings = [part for part in parts if _local(part) in _HEADINGS]
        if len(parts) > 1 and headings:
            # One heading of several parts: written as library catalogues do, with two hyphens between them.
            self._value("subject", element, text="--".join(filter(None, map(_heading, parts))))
            return
        for part in parts:
            name = _local(part)
            if name in _HEADINGS:
                self._value("subject", part, element, text=_heading(part))
            elif name in {"hierarchicalGeographic", "cartographics"}:
                self._value("spatial", part, element, text=", ".join(filter(None, map(text_of, children(part)))))
            elif name in _SUBJECTS:
                self._value(_SUBJECTS[name], part, element)
            else:
                self._unread(f"subject/{name}", part)

    def _identifier(self, element: etree._Element) -> None:
        if element.get("invalid") == "yes":
            self._unread("identifier[invalid]", element)
        else:
            self._value("identifier", element)

    def _location(self, element: etree._Element) -> None:
        for child in children(element):
            if _local(child) == "url":
                self._value("identifier", child, element)
            else:
                self._unread(f"location/{_local(child)}", child)

    def _related(self, element: etree._Element) -> None:
        kind = element.get("type") or element.get("otherType") or ""
        term = _term_of_uri(element.get("otherTypeURI")) or RELATED_TYPES.get(kind)
        term = term or (kind if kind in RELATED else "relation")
        href = (element.get(XLINK_HREF) or "").strip()
        if href:
            self._value(term, element, text=href)
        for child in children(element):
            name = _local(child)
            urls = [url for url in children(child) if _local(url) == "url"] if name == "location" else []
            if name == "identifier" or (name == "titleInfo" and not _identified(element)):
                inner = next((one for one in children(child) if _local(one) == "title"), child)
                self._value(term, inner, child, text=_title(child) if name == "titleInfo" else None)
            elif urls:
                for url in urls:
                    self._value(term, url)
            else:
                self._unread(f"relatedItem/{name}", child)

    def _condition(self, element: etree._Element) -> None:
        kind = (element.get("type") or "").lower()
        href, text = (element.get(XLINK_HREF) or "").strip(), text_of(element)
        term = _CONDITIONS.get(kind, "rights")
        if href and href != text:
            self._value("license" if term == "rights" else term, element, text=href)
        self._value(term, element)


def _heading(part: etree._Element) -> str:
    name = _local(part)
    if name == "name":
        return _name(part)
    return _title(part) if name == "titleInfo" else text_of(part)


def _identified(item: etree._Element) -> bool:
    return bool(item.get(XLINK_HREF)) or any(_local(child) == "identifier" for child in children(item))


def _other_date(element: etree._Element) -> str:
    kind = element.get("type") or ""
    return kind if kind in TERM_BY_NAME and TERM_BY_NAME[kind].element == "date" else "date"


def _tag(element: etree._Element) -> str:
    """Return the BCP 47 tag of an ISO 639 code, which MODS writes with three letters; other texts as they are."""
    text = text_of(element)
    if (element.get("authority") or "").startswith("iso639") and len(text) == 3 and text.isascii() and text.isalpha():
        import langcodes  # noqa: PLC0415 -- 0.1 s, and only for records that use it

        return langcodes.standardize_tag(text.lower())
    return text
