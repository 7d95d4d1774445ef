"""Layout 0002: each object directly below the storage root, in a folder named by its identifier as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from archiver.standards.ocfl.layouts.contract import Parameter, check_names, encoded, safe_path

NAME = "0002-flat-direct-storage-layout"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatDirect:
    """Extension 0002."""

    extension: str = NAME
    description: str = "Each object directly below the storage root, in a folder named by its identifier."
    parameters: Mapping[str, Parameter] = field(default_factory=dict)

    def object_path(self, identifier: str) -> str:
        """Return the path of an object's root: see :class:`~archiver.standards.ocfl.layouts.contract.Layout`."""
        encoded(identifier)
        return safe_path([identifier])


def read(parameters: Mapping[str, object]) -> FlatDirect:
    """Return the layout; it has no parameters.

    Raises:
        LayoutError: one is given.
    """
    check_names(parameters, ())
    return FlatDirect()
