"""What every place with copies meets, and what is asked of it. Opens nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Chunks = Iterator[bytes | memoryview]
"""A file's bytes, in pieces that are good until the next is asked for; OSError for what cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One file that a damaged package lacks."""

    path: str
    """In the damaged package: from the object's root, or from the bag's."""

    logical: tuple[str, ...]
    """Paths that it has, or had, in the package as a bag."""

    digests: Mapping[str, str]
    """hashlib's name -> lower-case hexadecimal; at least one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A file that may have the bytes."""

    wanted: Wanted
    place: str
    """Where it is, for people."""

    read: Callable[[], Chunks]


class Copies(Protocol):
    """A place with copies."""

    @property
    def location(self) -> str:
        """As the user named it."""
        ...

    def offers(self, wanted: Sequence[Wanted]) -> Iterator[Offer]:
        """Offer what may be wanted, in the order that reads best; for one file maybe several, or none.

        Raises:
            OSError: the place cannot be read.
        """
        ...
