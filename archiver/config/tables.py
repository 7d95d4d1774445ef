"""A table of ``archiver.toml``: its keys, and the plain values they hold.

It judges forms and words what is wrong; it opens no file and knows no key by name.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from archiver.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table, with what is needed to say where a fault is. Every method raises ConfigurationError for a fault."""

    name: str
    values: dict[str, Any]
    file: str
    """Path of the file, as given."""

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def fault(self, key: str, rule: str) -> ConfigurationError:
        """Word what is wrong with a value: ``rule`` goes on after the key's name."""
        return ConfigurationError(f"{self.file}: {self.name}.{key} {rule}")

    def text(self, key: str) -> str:
        """Return one line of text, without blanks around it."""
        return self._line(self.values[key], key)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of names; it has at least one."""
        value = self.values[key]
        if not isinstance(value, list) or not value:
            raise self.fault(key, 'must be a list of names, such as ["sha512"]')
        return tuple(self._line(entry, key) for entry in value)

    def yes_or_no(self, key: str) -> bool:
        """Return true or false."""
        value = self.values[key]
        if not isinstance(value, bool):
            raise self.fault(key, "must be true or false")
        return value

    def count(self, key: str) -> int:
        """Return a whole number from 1."""
        value = self.values[key]
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.fault(key, "must be a whole number from 1")
        return value

    def _line(self, value: object, key: str) -> str:
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise self.fault(key, "must be one line of plain text in quotes")
        return value.strip()


def table(tables: dict[str, Any], name: str, keys: tuple[str, ...], file: str) -> Table:
    """Take one table out of a file; empty when it is not there.

    Raises:
        ConfigurationError: it is no table, or holds a key that is none of ``keys``.
    """
    values = tables.get(name, {})
    if not isinstance(values, dict):
        raise ConfigurationError(f"{file}: [{name}] must be a table")
    refuse_unknown(values, keys, f"key in [{name}]", file)
    return Table(name=name, values=values, file=file)


def refuse_unknown(values: dict[str, Any], known: tuple[str, ...], what: str, file: str) -> None:
    """Refuse a key that is none of ``known``; the message names the nearest that is.

    Raises:
        ConfigurationError: there is one.
    """
    for key in values:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
            raise ConfigurationError(f"{file}: unknown {what}: {key!r}; {hint}")
