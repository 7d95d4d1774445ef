"""The description that an export gives a package or document: its own, with what an importer cannot do without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.model import Description, SourceKind, Statement, ValueSource
from archiver.standards.dc_terms import TERM_ORDER

if TYPE_CHECKING:
    from archiver.model.deposits import Parcel


def described_package(parcel: Parcel) -> Description:
    """Return the package's description; one without a title is called by its name, in square brackets."""
    own = parcel.description or Description()
    labels = {label.lower(): values for label, values in parcel.bag_info.items()}
    extra = [] if own.first("title") else [_statement("title", f"[{parcel.name}]")]
    if not own.statements and (texts := labels.get("external-description")):
        extra += [_statement("description", text) for text in texts if text.strip()]
    return _with(own, [*extra, *_identifier(own, parcel)])


def described_document(parcel: Parcel, original: str, name: str) -> Description:
    """Return a document's description.

    Args:
        parcel: that it belongs to.
        original: its path in the bag.
        name: its own, for one without a title.
    """
    own = parcel.descriptions.get(original) or Description()
    extra = [] if own.first("title") else [_statement("title", f"[{name}]")]
    # Of a package of one document, the document's record is the package's.
    whole = any(one.text == parcel.identifier for one in own.all("identifier"))
    return _with(own, extra if whole else [*extra, _statement("isPartOf", parcel.identifier)])


def _identifier(own: Description, parcel: Parcel) -> list[Statement]:
    # By this the package is found again in the system that imports it.
    known = {one.text for one in own.all("identifier")}
    return [] if parcel.identifier in known else [_statement("identifier", parcel.identifier)]


def _statement(term: str, text: str) -> Statement:
    source = ValueSource(kind=SourceKind.ASSIGNED, place="bag-info.txt")
    return Statement(term=term, text=text, source=source)


def _with(own: Description, extra: list[Statement]) -> Description:
    known = {(one.term, one.text) for one in own.statements}
    added = [one for one in extra if (one.term, one.text) not in known]
    everything = sorted([*own.statements, *added], key=lambda one: TERM_ORDER.get(one.term, len(TERM_ORDER)))
    return Description(statements=tuple(everything))
