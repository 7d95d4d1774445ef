"""Layout 0007: folders from the identifier without its prefix, and in them the object's, named by the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from archiver.standards.ocfl.layouts.contract import (
    LayoutError,
    Parameter,
    check_names,
    safe_path,
    whole_number,
    yes_or_no,
)
from archiver.standards.ocfl.layouts.prefixed import delimiter, without_prefix

NAME = "0007-n-tuple-omit-prefix-storage-layout"


@dataclass(frozen=True, slots=True, kw_only=True)
class NTupleOmitPrefix:
    """Extension 0007."""

    delimiter: str = ":"
    size: int = 3
    """Characters of a tuple."""

    count: int = 3
    padding: Literal["left", "right"] = "left"
    """Where zeros go that make a short identifier long enough."""

    reverse: bool = False

    extension: str = NAME
    description: str = "Folders named by tuples of the identifier without its prefix; in them the object's, so named."

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """As in ``config.json``."""
        return {
            "delimiter": self.delimiter,
            "tupleSize": self.size,
            "numberOfTuples": self.count,
            "zeroPadding": self.padding,
            "reverseObjectRoot": self.reverse,
        }

    def object_path(self, identifier: str) -> str:
        """Return the path of an object's root: see :class:`~archiver.standards.ocfl.layouts.contract.Layout`."""
        name = without_prefix(identifier, self.delimiter)
        if not name.isascii():
            # The extension cuts between grapheme clusters, on which programs differ.
            raise LayoutError("has letters beyond ASCII after its prefix, which this layout cannot cut into tuples")
        width = self.size * self.count
        padded = name.rjust(width, "0") if self.padding == "left" else name.ljust(width, "0")
        cut = padded[::-1] if self.reverse else padded
        return safe_path([*(cut[at : at + self.size] for at in range(0, width, self.size)), name])


def read(parameters: Mapping[str, object]) -> NTupleOmitPrefix:
    """Return the layout with these parameters.

    Raises:
        LayoutError: it has no such parameter, or not with this value.
    """
    check_names(parameters, ("delimiter", "tupleSize", "numberOfTuples", "zeroPadding", "reverseObjectRoot"))
    padding = parameters.get("zeroPadding", "left")
    if padding not in ("left", "right"):
        raise LayoutError('wants zeroPadding to be "left" or "right"')
    return NTupleOmitPrefix(
        delimiter=delimiter(parameters, ":"),
        size=whole_number(parameters, "tupleSize", 3, least=1),
        count=whole_number(parameters, "numberOfTuples", 3, least=1),
        padding="right" if padding == "right" else "left",
        reverse=yes_or_no(parameters, "reverseObjectRoot", default=False),
    )
