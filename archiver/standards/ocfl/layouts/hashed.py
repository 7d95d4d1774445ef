"""What the layouts that hash an identifier have in common: the digest, and the tuples it is cut into."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from archiver.standards.ocfl.layouts.contract import LayoutError, encoded, whole_number


class _Digest(Protocol):
    @property
    def digest_size(self) -> int: ...

    def hexdigest(self) -> str: ...


_ALGORITHMS: Mapping[str, Callable[[bytes], _Digest]] = {
    "md5": partial(hashlib.md5, usedforsecurity=False),
    "sha1": partial(hashlib.sha1, usedforsecurity=False),
    "sha256": hashlib.sha256,
    "sha512": hashlib.sha512,
    "sha512/256": partial(hashlib.new, "sha512_256"),
    "blake2b-512": hashlib.blake2b,
    "blake2b-160": partial(hashlib.blake2b, digest_size=20),
    "blake2b-256": partial(hashlib.blake2b, digest_size=32),
    "blake2b-384": partial(hashlib.blake2b, digest_size=48),
}
"""OCFL 1.1 section 2.1, and extension 0009: names in a fixity block -> how they are computed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HashedTuples:
    """The parameters of extensions 0003 and 0004 that say how a digest becomes folders."""

    algorithm: str = "sha256"
    size: int = 3
    """Characters of a tuple."""

    count: int = 3
    """Tuples."""

    def digest(self, identifier: str) -> str:
        """Return the identifier's digest, in lower-case hexadecimal.

        Raises:
            LayoutError: it is empty, or cannot be written as UTF-8.
        """
        return _ALGORITHMS[self.algorithm](encoded(identifier)).hexdigest()

    def split(self, digest: str) -> list[str]:
        """Return the tuples that a digest begins with."""
        return [digest[at * self.size : (at + 1) * self.size] for at in range(self.count)]

    @property
    def parameters(self) -> dict[str, str | int | bool]:
        """As in ``config.json``."""
        return {"digestAlgorithm": self.algorithm, "tupleSize": self.size, "numberOfTuples": self.count}


PARAMETERS = ("digestAlgorithm", "tupleSize", "numberOfTuples")


def hashed_tuples(given: Mapping[str, object]) -> HashedTuples:
    """Read the parameters that extensions 0003 and 0004 share.

    Raises:
        LayoutError: a value is none that they allow.
    """
    algorithm = given.get("digestAlgorithm", "sha256")
    if not isinstance(algorithm, str) or algorithm not in _ALGORITHMS:
        raise LayoutError(f"wants digestAlgorithm to be one of {', '.join(_ALGORITHMS)}")
    size = whole_number(given, "tupleSize", 3, least=0)
    count = whole_number(given, "numberOfTuples", 3, least=0)
    if (size == 0) != (count == 0):
        raise LayoutError("wants tupleSize and numberOfTuples to be both 0 or both more")
    if size * count > digest_length(algorithm):
        raise LayoutError(f"wants more characters for its tuples than a {algorithm} digest has")
    return HashedTuples(algorithm=algorithm, size=size, count=count)


def digest_length(algorithm: str) -> int:
    """Return the characters of a digest in hexadecimal."""
    return 2 * _ALGORITHMS[algorithm](b"").digest_size
