"""A digest that somebody wrote down of a bag's tag manifest, such as ``sha512:0a1b...``, and what it is compared with.

Turns text into a value; computes no digest and reads no file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from archiver.standards.bagit_manifest import ALGORITHMS, hash_name

_TEXT = re.compile(r"(?:([A-Za-z0-9_-]{1,20}):)?([0-9A-Fa-f]+)")
_USUAL = {ALGORITHMS[name][1]: ALGORITHMS[name][0] for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")}
"""Bytes in a digest -> hashlib's name of the algorithm that checksum tools use for that length."""

_SIZES = {name: size for name, size in ALGORITHMS.values()}  # noqa: C416 - several names mean one algorithm


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedDigest:
    """What a tag manifest must hash to."""

    digest: bytes

    algorithm: str | None = None
    """hashlib's name; None where only the length of the digest tells."""

    @property
    def usual_algorithm(self) -> str:
        """The algorithm, as hashlib names it, as far as the digest itself tells."""
        return self.algorithm or _USUAL[len(self.digest)]

    def algorithm_for(self, own: str | None) -> str:
        """Return the algorithm to compare by.

        Args:
            own: of the tag manifest that is looked at, as hashlib names it: it is taken where the length fits, because
                ``tagmanifest-sha3512.txt`` was most likely hashed with SHA3-512 too.
        """
        if self.algorithm is None and own is not None and _SIZES.get(own) == len(self.digest):
            return own
        return self.usual_algorithm


def parse_expected_digest(text: str) -> ExpectedDigest:
    """Parse ``[ALGORITHM:]HEX``.

    Args:
        text: hexadecimal in either case; the algorithm as a manifest's file name spells it, or as hashlib does.

    Raises:
        ValueError: it is not of that form; the message says what is wrong, and follows the option's name.
    """
    match = _TEXT.fullmatch(text.strip())
    if match is None or len(match[2]) % 2:
        raise ValueError("it must be a digest in hexadecimal, such as sha256:9f86d081...")
    digest = bytes.fromhex(match[2])
    if match[1] is None:
        if len(digest) not in _USUAL:
            raise ValueError(f"no checksum has {len(match[2])} hexadecimal digits; it may be cut off")
        return ExpectedDigest(digest=digest)
    algorithm = hash_name(match[1])
    if algorithm is None:
        raise ValueError(f"the algorithm {match[1]} is not known")
    if _SIZES[algorithm] != len(digest):
        raise ValueError(
            f"a {match[1]} digest has {2 * _SIZES[algorithm]} hexadecimal digits, this one {len(match[2])}"
        )
    return ExpectedDigest(digest=digest, algorithm=algorithm)
