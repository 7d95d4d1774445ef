"""The flat graph of a crate: entities, each once, and how values are written in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.standards.names import printable
from archiver.standards.xml import xml_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from archiver.model import Description

Entity = dict[str, object]
"""One JSON-LD object with ``@id`` and ``@type``."""


class Graph:
    """The contextual entities met so far, each once, in the order in which they were first referred to."""

    def __init__(self) -> None:
        """Begin with none."""
        self.entities: dict[str, Entity] = {}
        self._named: dict[tuple[str, str], str] = {}

    def refer(self, entity: Entity) -> Entity:
        """Keep an entity and return a reference to it."""
        identifier = str(entity["@id"])
        self.entities.setdefault(identifier, entity)
        return {"@id": identifier}

    def local(self, kind: str, name: str) -> str:
        """Return the ``@id`` of something that has nothing but a name: ``#name-3``, the same for the same name."""
        count = sum(known == kind for known, _ in self._named) if (kind, name) not in self._named else 0
        return self._named.setdefault((kind, name), f"#{kind}-{count + 1}")


def texts(description: Description, *terms: str) -> list[str]:
    """Return the values of some terms, term by term, fit for reading."""
    return [readable(statement.text) for term in terms for statement in description.all(term)]


def optional(entity: Entity, name: str, values: Sequence[object]) -> None:
    """State a property where there are values for it; equal ones once."""
    if values:
        entity[name] = compact(list({str(value): value for value in values}.values()))


def compact(values: Sequence[object]) -> object:
    """One value stands alone, several in a list (RO-Crate 1.2, appendix on JSON-LD: no list of one)."""
    return values[0] if len(values) == 1 else list(values)


def readable(text: str) -> str:
    """Return text for a record that people read: what XML and Unicode cannot carry shows as escapes."""
    return text if xml_text(text) == text else printable(text)


def instant(when: datetime) -> str:
    """Return a moment as ISO 8601 writes it, ``Z`` for UTC."""
    return when.isoformat().replace("+00:00", "Z")
