"""Merkle trees as Certificate Transparency has them (RFC 9162 section 2.1), with SHA-256.

One digest stands for all lines of a file in their order, and a short proof shows to somebody who has nothing but that
digest that one line is among them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

EMPTY_ROOT = hashlib.sha256(b"").hexdigest()
"""Of a tree without leaves (RFC 9162 section 2.1.1)."""

DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """Shows that a leaf is the ``index``-th of a tree with ``size`` leaves (RFC 9162 section 2.1.3)."""

    index: int
    """From 0."""

    size: int
    path: tuple[str, ...]
    """Digests of the neighbours, from the leaf upwards, lower-case hexadecimal."""


class MerkleTree:
    """Takes leaves one after another and keeps but one digest a level: at most 64."""

    def __init__(self) -> None:
        self.size = 0
        self._levels: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """Take the next leaf."""
        self.add_hash(leaf_hash(leaf))

    def add_hash(self, digest: bytes) -> None:
        """Take the next leaf by what :func:`leaf_hash` said of it."""
        self.size += 1
        height = 0
        while self._levels and self._levels[-1][0] == height:
            digest = node_hash(self._levels.pop()[1], digest)
            height += 1
        self._levels.append((height, digest))

    def root(self) -> str:
        """Return the digest of all leaves until now, lower-case hexadecimal."""
        if not self._levels:
            return EMPTY_ROOT
        *rest, (_, digest) = self._levels
        for _, left in reversed(rest):
            digest = node_hash(left, digest)
        return digest.hex()


def leaf_hash(leaf: bytes) -> bytes:
    """Return the digest of one leaf (RFC 9162 section 2.1.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the digest of two neighbours."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> InclusionProof:
    """Return the proof for one leaf (RFC 9162 section 2.1.3.1).

    Args:
        leaves: what :func:`leaf_hash` said of each, in order.
        index: of the leaf, from 0.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    path: list[str] = []
    level, place = list(leaves), index
    while len(level) > 1:
        neighbour = place ^ 1
        if neighbour < len(level):
            path.append(level[neighbour].hex())
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [node_hash(left, right) for left, right in pairs]
        if len(level) % 2:
            above.append(level[-1])  # it has no neighbour, and goes up as it is
        level, place = above, place // 2
    return InclusionProof(index=index, size=len(leaves), path=tuple(path))


def root_by_proof(leaf: bytes, proof: InclusionProof) -> str | None:
    """Return the root that a proof leads to, lower-case hexadecimal (RFC 9162 section 2.1.3.2).

    Returns:
        None when the proof does not fit its own index and size.
    """
    if not 0 <= proof.index < proof.size:
        return None
    place, last, digest = proof.index, proof.size - 1, leaf_hash(leaf)
    for step in proof.path:
        if last == 0:
            return None
        neighbour = bytes.fromhex(step)
        if place % 2 or place == last:
            digest = node_hash(neighbour, digest)
            while not place % 2 and place:
                place, last = place // 2, last // 2
        else:
            digest = node_hash(digest, neighbour)
        place, last = place // 2, last // 2
    return digest.hex() if last == 0 else None
