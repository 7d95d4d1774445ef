"""What the layouts that leave out an identifier's prefix have in common."""

from __future__ import annotations

from collections.abc import Mapping

from archiver.standards.ocfl.layouts.contract import LayoutError, encoded


def delimiter(given: Mapping[str, object], default: str | None) -> str:
    """Return the parameter that ends a prefix.

    Raises:
        LayoutError: it is not there and has no default, or is empty.
    """
    value = given.get("delimiter", default)
    if not isinstance(value, str) or not value:
        raise LayoutError("wants a delimiter: the characters that end the part of each identifier to be left out")
    return value


def without_prefix(identifier: str, end: str) -> str:
    """Return what follows the last delimiter, upper and lower case being the same; all of it where there is none.

    Raises:
        LayoutError: nothing follows, or the identifier is no text.
    """
    encoded(identifier)
    # Of folded text places differ, where one letter becomes two: each place is looked at as it is.
    for at in range(len(identifier) - len(end), -1, -1):
        if identifier[at : at + len(end)].casefold() == end.casefold():
            rest = identifier[at + len(end) :]
            if not rest:
                raise LayoutError(f"ends with the delimiter {end!r}, so that nothing is left for a folder's name")
            return rest
    return identifier
