"""Layout 0006: each object directly below the storage root, named by its identifier without the prefix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archiver.standards.ocfl.layouts.contract import Parameter, check_names, safe_path
from archiver.standards.ocfl.layouts.prefixed import delimiter, without_prefix

NAME = "0006-flat-omit-prefix-storage-layout"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatOmitPrefix:
    """Extension 0006."""

    delimiter: str

    extension: str = NAME
    description: str = (
        "Each object directly below the storage root, in a folder named by what follows the prefix of its identifier."
    )

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """As in ``config.json``."""
        return {"delimiter": self.delimiter}

    def object_path(self, identifier: str) -> str:
        """Return the path of an object's root: see :class:`~archiver.standards.ocfl.layouts.contract.Layout`."""
        return safe_path([without_prefix(identifier, self.delimiter)])


def read(parameters: Mapping[str, object]) -> FlatOmitPrefix:
    """Return the layout with these parameters.

    Raises:
        LayoutError: it has no such parameter, or not with this value.
    """
    check_names(parameters, ("delimiter",))
    return FlatOmitPrefix(delimiter=delimiter(parameters, None))
