"""Layout 0004: folders from the identifier's digest alone, so that any identifier has a short and plain path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from archiver.standards.ocfl.layouts.contract import LayoutError, Parameter, check_names, safe_path, yes_or_no
from archiver.standards.ocfl.layouts.hashed import PARAMETERS, HashedTuples, digest_length, hashed_tuples

NAME = "0004-hashed-n-tuple-storage-layout"


@dataclass(frozen=True, slots=True, kw_only=True)
class HashedNTuple:
    """Extension 0004."""

    tuples: HashedTuples = field(default_factory=HashedTuples)
    short: bool = False
    """Whether an object's folder is named by the rest of the digest, not by the whole."""

    extension: str = NAME
    description: str = "Folders named by tuples of the identifier's digest; in them the object's, named by the digest."

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """As in ``config.json``."""
        return {**self.tuples.parameters, "shortObjectRoot": self.short}

    def object_path(self, identifier: str) -> str:
        """Return the path of an object's root: see :class:`~archiver.standards.ocfl.layouts.contract.Layout`."""
        digest = self.tuples.digest(identifier)
        tuples = self.tuples.split(digest)
        return safe_path([*tuples, digest[sum(map(len, tuples)) :] if self.short else digest])


def read(parameters: Mapping[str, object]) -> HashedNTuple:
    """Return the layout with these parameters.

    Raises:
        LayoutError: it has no such parameter, or not with this value.
    """
    check_names(parameters, (*PARAMETERS, "shortObjectRoot"))
    tuples = hashed_tuples(parameters)
    short = yes_or_no(parameters, "shortObjectRoot", default=False)
    if short and tuples.size * tuples.count == digest_length(tuples.algorithm):
        raise LayoutError("leaves nothing of the digest for the object's folder: shortObjectRoot must be false")
    return HashedNTuple(tuples=tuples, short=short)
