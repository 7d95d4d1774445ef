"""Storage layouts (OCFL 1.1 section 4.1): the registered extensions, one a file; a further one is a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from archiver.standards.ocfl.layouts import (
    flat_direct,
    flat_omit_prefix,
    hash_and_id,
    hashed_n_tuple,
    n_tuple_omit_prefix,
)
from archiver.standards.ocfl.layouts.contract import Layout, LayoutError, Parameter

__all__ = ["DEFAULT_LAYOUT", "LAYOUTS", "Layout", "LayoutError", "Parameter", "layout_named"]

LAYOUTS: Mapping[str, Callable[[Mapping[str, object]], Layout]] = {
    flat_direct.NAME: flat_direct.read,
    hash_and_id.NAME: hash_and_id.read,
    hashed_n_tuple.NAME: hashed_n_tuple.read,
    flat_omit_prefix.NAME: flat_omit_prefix.read,
    n_tuple_omit_prefix.NAME: n_tuple_omit_prefix.read,
}
"""Registered name -> how its parameters become the layout."""

DEFAULT_LAYOUT = hash_and_id.NAME


def layout_named(name: str, parameters: Mapping[str, object]) -> Layout:
    """Return a layout.

    Args:
        name: registered name of the extension, or its number: ``0003``.
        parameters: as in its ``config.json``; what is not given has its default.

    Raises:
        LayoutError: there is no such layout here, or it has no such parameters; the whole sentence is the message.
    """
    full = next((known for known in LAYOUTS if name in (known, known[:4])), None)
    if full is None:
        raise LayoutError(f"there is no storage layout {name!r} here: use {', '.join(LAYOUTS)}")
    try:
        return LAYOUTS[full](parameters)
    except LayoutError as error:
        raise LayoutError(f"the storage layout {full} {error}") from error
