"""Layout 0003: folders from the identifier's digest, and in them one that shows the identifier itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from archiver.standards.ocfl.layouts.contract import Parameter, check_names, safe_path
from archiver.standards.ocfl.layouts.hashed import PARAMETERS, HashedTuples, hashed_tuples

NAME = "0003-hash-and-id-n-tuple-storage-layout"

_LONGEST = 100
"""Characters of an encoded identifier, after which its digest stands for the rest."""

_UNSAFE = re.compile(rb"[^A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class HashAndId:
    """Extension 0003."""

    tuples: HashedTuples = field(default_factory=HashedTuples)

    extension: str = NAME
    description: str = (
        "Folders named by tuples of the identifier's digest; in them the object's folder, named by its identifier "
        "percent-encoded."
    )

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """As in ``config.json``."""
        return self.tuples.parameters

    def object_path(self, identifier: str) -> str:
        """Return the path of an object's root: see :class:`~archiver.standards.ocfl.layouts.contract.Layout`."""
        digest = self.tuples.digest(identifier)
        name = _UNSAFE.sub(_percent, identifier.encode()).decode()
        if len(name) > _LONGEST:
            name = f"{name[:_LONGEST]}-{digest}"
        return safe_path([*self.tuples.split(digest), name])


def read(parameters: Mapping[str, object]) -> HashAndId:
    """Return the layout with these parameters.

    Raises:
        LayoutError: it has no such parameter, or not with this value.
    """
    check_names(parameters, PARAMETERS)
    return HashAndId(tuples=hashed_tuples(parameters))


def _percent(match: re.Match[bytes]) -> bytes:
    return b"%%%02x" % match[0][0]
