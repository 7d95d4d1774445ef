"""What every storage layout meets: from an object's identifier to the path of its root below a storage root.

Judges parameters and names; looks at no disk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from archiver.standards.names import has_hidden_characters

Parameter = str | int | bool
"""A value in a layout's ``config.json``."""

_MOST = 32
"""What the extensions allow: characters of a tuple, and tuples."""

_NAME_BYTES = 255
"""Longest folder name of the usual file systems (NAME_MAX), in bytes."""


class LayoutError(ValueError):
    """Parameters are none that the layout has, or an identifier is none that it can give a place.

    The message goes on after the name of the parameter's layout, or after the identifier.
    """


class Layout(Protocol):
    """One registered storage layout extension with its parameters."""

    @property
    def extension(self) -> str:
        """Registered name: ``0003-hash-and-id-n-tuple-storage-layout``."""
        ...

    @property
    def description(self) -> str:
        """One sentence for ``ocfl_layout.json``."""
        ...

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Every parameter as in the extension's ``config.json``, defaults written out."""
        ...

    def object_path(self, identifier: str) -> str:
        """Return the path of an object's root from the storage root, ``/`` between segments.

        Raises:
            LayoutError: the layout has no safe place for it: ``holds a /, which no folder name can``.
        """
        ...


def safe_path(segments: Iterable[str]) -> str:
    """Join segments to a path that stays below the storage root and clear of the root's own files.

    Raises:
        LayoutError: a segment cannot be a folder's name there.
    """
    parts = tuple(segments)
    for part in parts:
        if reason := _fault(part):
            raise LayoutError(reason)
    # OCFL 1.1 section 4.1: the root's own names, also where a disk does not tell upper from lower case
    first = parts[0].casefold()
    if first == "extensions" or first.startswith(("0=", "ocfl_")):
        raise LayoutError("would stand where the storage root keeps its own files")
    return "/".join(parts)


def encoded(identifier: str) -> bytes:
    """Return an identifier as UTF-8.

    Raises:
        LayoutError: it is empty, or no text.
    """
    if not identifier:
        raise LayoutError("is empty")
    try:
        return identifier.encode()
    except UnicodeEncodeError as error:
        raise LayoutError("holds what cannot be written as UTF-8") from error


def check_names(given: Mapping[str, object], known: Iterable[str]) -> None:
    """Refuse parameters that a layout does not have; ``extensionName`` is every layout's.

    Raises:
        LayoutError: there is one.
    """
    names = tuple(known)
    unknown = sorted(set(given) - {*names, "extensionName"})
    if unknown:
        raise LayoutError(f"has no parameter {unknown[0]!r}; it has {', '.join(names) or 'none'}")


def whole_number(given: Mapping[str, object], name: str, default: int, *, least: int) -> int:
    """Return a parameter that is a number of characters or of tuples, 32 at most.

    Raises:
        LayoutError: it is none.
    """
    value = given.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _MOST:
        raise LayoutError(f"wants {name} to be a whole number from {least} to {_MOST}")
    return value


def yes_or_no(given: Mapping[str, object], name: str, *, default: bool) -> bool:
    """Return a parameter that is true or false.

    Raises:
        LayoutError: it is neither.
    """
    value = given.get(name, default)
    if not isinstance(value, bool):
        raise LayoutError(f"wants {name} to be true or false")
    return value


def _fault(part: str) -> str | None:
    if part in {"", ".", ".."}:
        return "leaves a folder name that is empty or made of dots"
    if "/" in part:
        return "holds a /, which no folder name can"
    if has_hidden_characters(part):
        return "holds control or direction-changing characters, which would become a folder's name"
    if len(part.encode()) > _NAME_BYTES:
        return f"leaves a folder name longer than {_NAME_BYTES} bytes"
    return None
